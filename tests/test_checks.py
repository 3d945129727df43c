"""What must hold for any extraction is noticed when it does not."""

import dataclasses
import datetime

import pytest

from pipeline.checks import problems
from pipeline.tables import Extraction
from tests.examples import TEXT, block_row, event_row, extraction, quotation_row


def messages(rows: Extraction) -> list[str]:
    return [row.message for row in problems(TEXT, rows)]


def test_a_sound_extraction_has_no_problems() -> None:
    assert messages(extraction()) == []


BROKEN = {
    "is not what stands at 17-20": {"events": (event_row(trigger_start=17, trigger_end=20),)},
    "are not inside the text": {"events": (event_row(location_start=90, location_end=95),)},
    "has no offsets": {"events": (event_row(location_start=None, location_end=None),)},
    "events.actor: 'Rusia'": {"events": (event_row(actor=("NATO", "Rusia")),)},
    "quotations.text": {"quotations": (quotation_row(text="OTAN"),)},
    "the text at 39-64 is in no block": {"blocks": (block_row(0, 39),)},
    "inside the block before it": {"blocks": (block_row(0, 39), block_row(30, 64, block=2))},
    "reaches into a removed block": {"events": (event_row(end=64, text=TEXT[:64]),)},
    "names no row": {"events": (event_row(date_id="a:d32"),)},
    "after it ends on": {"events": (event_row(date_latest=datetime.date(2011, 7, 1)),)},
    "confidence: 1.5 is out of range": {"events": (event_row(confidence=1.5),)},
    "reason: empty": {"blocks": (block_row(0, 64, reason=""),)},
    "two rows with the key": {"events": (event_row(), event_row())},
}


@pytest.mark.parametrize("message", BROKEN)
def test_each_promise_of_the_codebook_is_checked(message: str) -> None:
    assert any(message in found for found in messages(extraction(**BROKEN[message])))


def test_a_problem_names_the_article_and_the_file() -> None:
    (problem,) = problems(TEXT, extraction(events=(event_row(confidence=2.0),)))
    assert (problem.article_id, problem.source_file, problem.stage) == ("a", "a.txt", "check")


def test_checks_change_nothing() -> None:
    rows = extraction(events=(event_row(trigger_start=17),))
    before = dataclasses.asdict(rows.events[0])
    messages(rows)
    assert dataclasses.asdict(rows.events[0]) == before
