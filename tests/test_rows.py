"""From spans to rows: offsets of the article's own words, and nothing of what was removed."""

import dataclasses

import spacy

from pipeline.article import Article, Block
from pipeline.labels import AttributionType, BlockLabel, EventType, Modality, QuotationKind
from pipeline.language import make_doc
from pipeline.language.doc import Event, Participant, Quotation
from pipeline.rows import event_rows, kept_pieces, quotation_row

TEXT = "“We will stay,\nADVERT\nand we will talk,” said the mayor."
ADVERT = Block(15, 21, BlockLabel.ADVERT, kept=False, reason="phrase: advert")
ARTICLE = Article("a", TEXT, (Block(0, 14), ADVERT, Block(22, len(TEXT))), "a.txt")
DOC = make_doc(spacy.blank("en"), ARTICLE)


def quotation(start: int, end: int) -> Quotation:
    content = DOC.char_span(start, end, alignment_mode="expand")
    assert content is not None
    return Quotation((content,), None, None, None, QuotationKind.DIRECT, AttributionType.ASSERTION, 0.9, "marks")


def test_a_quotation_goes_on_after_a_removed_block_without_it() -> None:
    row = quotation_row(ARTICLE, quotation(0, 40))
    assert row.spans == ("0-14", "22-40")
    assert row.text == "“We will stay, [...] and we will talk,”"
    assert (row.start, row.end) == (0, 40)


def test_a_stretch_of_kept_words_is_one_piece() -> None:
    assert list(kept_pieces(ARTICLE, 22, 40)) == [(22, 40)]
    assert list(kept_pieces(ARTICLE, 3, 14)) == [(3, 14)]


def test_a_stretch_that_ends_in_a_removed_block_ends_before_it() -> None:
    assert list(kept_pieces(ARTICLE, 3, 22)) == [(3, 14)]


def test_ids_are_made_of_the_article_and_the_place() -> None:
    assert quotation_row(ARTICLE, quotation(22, 40)).quotation_id == "a:q22-40"


def event(actor: tuple[int, int]) -> Event:
    span = DOC.char_span(*actor, alignment_mode="expand")
    trigger = DOC.char_span(41, 45)
    assert span is not None
    assert trigger is not None
    sentence = DOC[:]
    who = (Participant(span, country="FRA", sector="GOV"),)
    return Event(EventType.AGREE, trigger, sentence, Modality.ASSERTED, 0.5, "verb: say", actors=who)


def test_two_events_of_one_trigger_have_two_ids() -> None:
    both = event((46, 55))
    rows = list(event_rows(ARTICLE, (both, dataclasses.replace(both, type=EventType.REJECT))))
    assert [row.event_id for row in rows] == ["a:ev41", "a:ev41.2"]
    assert rows[0].actor == ("the mayor",)
    assert (rows[0].actor_start, rows[0].actor_end, rows[0].actor_country) == ((46,), (55,), ("FRA",))
    assert (rows[1].quad_category, rows[1].score) == ("verbal conflict", -2.0)
