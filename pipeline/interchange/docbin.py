"""spaCy DocBin: a Doc for each article, with a span group for each table and one for the parts of rows.

`doc.ents` holds the names among the entities, as far as they do not overlap, so that the file trains a recogniser as it
is. The rest of the rows travels in `doc.user_data`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.interchange import carrying
from pipeline.interchange.marks import TABLE_OF_LABEL, Mark, MarkedArticle
from pipeline.interchange.tokens import tokens_of

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

PARTS_GROUP = "parts"


def write(articles: Iterable[MarkedArticle], path: Path) -> None:
    """Write all articles as one DocBin."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    vocab = Vocab()
    docs = (doc_of(article, vocab) for article in articles)
    temporary = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary.write_bytes(DocBin(docs=docs, store_user_data=True).to_bytes())
    temporary.replace(path)


def read(path: Path) -> Iterator[MarkedArticle]:
    """The articles of a DocBin, ours or another's; a Doc without our span groups is read by its `ents`.

    Raises:
        InputError: the file is no DocBin.
    """
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the name") from error
    try:
        docs = DocBin().from_bytes(content)
    except Exception as error:  # zlib, msgpack and spaCy each raise their own
        raise InputError(f"{path}: not a spaCy DocBin ({error}); write it with DocBin.to_disk") from error
    yield from map(article_of, docs.get_docs(Vocab()))


def doc_of(article: MarkedArticle, vocab: "Vocab") -> "Doc":
    """The Doc of one article."""
    from spacy.tokens import Doc, Span
    from spacy.util import filter_spans

    tokens = tokens_of(article.text, ((mark.start, mark.end) for mark in article.marks))
    doc = Doc(
        vocab,
        words=[article.text[token.start : token.end] for token in tokens],
        spaces=[token.space for token in tokens],
    )
    starts = {token.start: number for number, token in enumerate(tokens)}
    ends = {token.end: number + 1 for number, token in enumerate(tokens)}
    groups: dict[str, list[Span]] = defaultdict(list)
    for mark in article.marks:
        span = Span(doc, starts[mark.start], ends[mark.end], label=mark.label)
        groups[TABLE_OF_LABEL.get(mark.label, PARTS_GROUP)].append(span)
    for name, spans in groups.items():
        doc.spans[name] = spans
    names = {row.mark for row in article.carried.rows if row.cells.get("mention_type") == "name"}
    named = [mark for mark in article.marks if mark.id in names]
    doc.set_ents(filter_spans([Span(doc, starts[m.start], ends[m.end], label=m.label) for m in named]))
    doc.user_data[carrying.FIELD] = json.dumps(carrying.as_json(article.article_id, article.carried))
    return doc


def article_of(doc: "Doc") -> MarkedArticle:
    """The article of one Doc."""
    article_id, carried = carrying.from_json(json.loads(doc.user_data.get(carrying.FIELD, "null")))
    ours = [span for name in doc.spans for span in doc.spans[name]]
    marks = tuple(
        Mark(f"span {number}", span.label_, span.start_char, span.end_char, doc.text[span.start_char : span.end_char])
        for number, span in enumerate(ours or doc.ents)
    )
    return MarkedArticle(article_id, doc.text, marks, None, carried, keeps_ids=False)
