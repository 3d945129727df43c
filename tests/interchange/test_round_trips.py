"""What goes out comes back: every row of every table, whatever characters the text is made of."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings

from pipeline.interchange import cas, docbin, doccano, label_studio, prodigy, web_annotation
from pipeline.interchange.marks import ArticleRows, MarkedArticle, marked
from pipeline.interchange.recovery import recovered
from tests.interchange.articles import articles, joining


def through_prodigy(article: MarkedArticle) -> MarkedArticle:
    back = prodigy.article_of(json.loads(json.dumps(prodigy.task(article))))
    assert back is not None
    return back


def through_doccano(article: MarkedArticle) -> MarkedArticle:
    return doccano.article_of(json.loads(json.dumps(doccano.record_of(article))))


def through_label_studio(article: MarkedArticle) -> MarkedArticle:
    return label_studio.article_of(json.loads(json.dumps(label_studio.task(article))))


def through_web_annotations(article: MarkedArticle) -> MarkedArticle:
    found = [json.loads(json.dumps(annotation)) for annotation in web_annotation.annotations(article)]
    return web_annotation.article_of(article.article_id, found)


def through_docbin(article: MarkedArticle) -> MarkedArticle:
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    content = DocBin(docs=[docbin.doc_of(article, Vocab())], store_user_data=True).to_bytes()
    (doc,) = DocBin().from_bytes(content).get_docs(Vocab())
    return docbin.article_of(doc)


def through_cas(article: MarkedArticle) -> MarkedArticle:
    cassis = pytest.importorskip("cassis", reason="the extra 'cas' (dkpro-cassis) is not installed")
    types = cas.types(cassis)
    content = cas.cas_of(cassis, types, article).to_xmi()
    return cas.article_of(cassis.load_cas_from_xmi(content, typesystem=types), article.article_id)


WAYS = [through_prodigy, through_doccano, through_label_studio, through_web_annotations, through_docbin, through_cas]


@pytest.mark.parametrize("through", WAYS)
def test_an_article_with_emoji_and_crlf_comes_back_as_it_went(
    through: Callable[[MarkedArticle], MarkedArticle],
) -> None:
    article = joining()
    back = recovered(through(marked(article)), article.text, "test")
    assert back.article == article
    assert (back.moved, back.lost) == (0, ())


@pytest.mark.parametrize("through", WAYS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(article=articles())
def test_any_article_comes_back_as_it_went(
    through: Callable[[MarkedArticle], MarkedArticle], article: ArticleRows
) -> None:
    back = recovered(through(marked(article)), article.text, "test")
    assert back.article == article
    assert (back.moved, back.lost) == (0, ())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(article=articles())
def test_the_tokens_of_a_task_are_the_text_and_every_span_begins_and_ends_with_one(article: ArticleRows) -> None:
    task = prodigy.task(marked(article))
    tokens = task["tokens"]
    assert "".join(token["text"] + " " * token["ws"] for token in tokens) == article.text
    for span in task["spans"]:
        assert tokens[span["token_start"]]["start"] == span["start"]
        assert tokens[span["token_end"]]["end"] == span["end"]


def test_control_characters_that_xml_cannot_hold_cost_nothing() -> None:
    article = joining()
    text = article.text.replace("is a great", "is\x0ca\x00great")
    quotations = tuple(
        {**row, "text": row["text"].replace("is a great", "is\x0ca\x00great")} for row in article.tables["quotations"]
    )
    blocks = tuple(
        {**row, "text": row["text"].replace("is a great", "is\x0ca\x00great")} for row in article.tables["blocks"]
    )
    article = ArticleRows("a", text, {**article.tables, "quotations": quotations, "blocks": blocks})
    assert recovered(through_cas(marked(article)), text, "test").article == article
