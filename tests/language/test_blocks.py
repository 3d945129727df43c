"""Masking keeps every offset, and sentences never cross blocks."""

import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.article import Article, Block
from pipeline.labels import BlockLabel
from pipeline.language import LONGEST_WORD, make_doc
from pipeline.language.blocks import BlockBoundaries

BLANK = spacy.blank("en")
# What articles hold and offsets stumble over: emoji, combining marks, CRLF, NUL, no-break and zero-width spaces.
WORDS = [
    "NATO",
    "naïve",
    "e\u0301",
    "🇺🇳",
    "👩‍🚀",
    "“no”",
    "it's",
    "a\u00a0b",
    "x\u200by",
    "U.S.",
    "4-5",
    "\x00",
    "שלום",
]
BREAKS = ["\n", "\n\n", "\r\n", "\u00a0\n", "\u2028", " \n "]


@st.composite
def articles(draw: st.DrawFn) -> Article:
    text, blocks = "", []
    for words in draw(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), max_size=8)):
        block = " ".join(words)
        blocks.append(Block(len(text), len(text) + len(block), kept=draw(st.booleans())))
        text += block + draw(st.sampled_from(BREAKS))
    return Article("a", text, tuple(blocks), "a.txt")


@given(articles())
def test_masking_changes_no_offset(article: Article) -> None:
    doc = make_doc(BLANK, article)
    assert len(doc.text) == len(article.text)
    for block in article.kept_blocks:
        assert doc.text[block.start : block.end] == article.text_of(block)
    for token in doc:
        assert token.is_space or article.text[token.idx : token.idx + len(token)] == token.text


def test_a_rule_of_dashes_is_read_in_pieces_without_loss() -> None:
    text = "They can't say. " + "\N{EM DASH}" * 1200 + " It's over."
    read: list[str] = []
    nlp, tokenizer = spacy.blank("en"), BLANK.tokenizer
    nlp.tokenizer = lambda piece: read.append(piece) or tokenizer(piece)  # type: ignore[func-returns-value]
    doc = make_doc(nlp, Article("a", text, (Block(0, len(text)),), "a.txt"))
    assert doc.text == text == "".join(read)
    assert max(len(word) for piece in read for word in piece.split()) <= LONGEST_WORD
    assert [token.norm_ for token in doc[:3]] == ["they", "can", "not"]


@given(articles())
def test_no_word_of_a_removed_block_reaches_the_layers(article: Article) -> None:
    masked = article.masked_text()
    for block in article.blocks:
        if not block.kept:
            assert not masked[block.start : block.end].strip()


@given(articles())
def test_a_sentence_starts_where_a_kept_block_starts(article: Article) -> None:
    doc = BlockBoundaries()(make_doc(BLANK, article))
    assert all(doc[block.start].is_sent_start for block in doc.spans["blocks"])


def test_a_heading_without_a_stop_does_not_run_into_its_paragraph() -> None:
    text = "A new start\nThe talks went on."
    article = Article("a", text, (Block(0, 11, BlockLabel.HEADING), Block(12, 30)), "a.txt")
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    doc = nlp.get_pipe("sentencizer")(BlockBoundaries()(make_doc(nlp, article)))
    assert "A new start" in [sentence.text.strip() for sentence in doc.sents]


def test_a_sentence_goes_on_over_the_line_breaks_of_a_wrapped_paragraph(nlp: Language) -> None:
    lines = ["The council of ministers in Tunis said on Monday that it would keep its", "observers in the country."]
    text = "\r\n".join(lines)
    doc = nlp(make_doc(nlp, Article("a", text, (Block(0, len(text)),), "a.txt")))
    assert [(sentence.start_char, sentence.end_char) for sentence in doc.sents] == [(0, len(text))]
