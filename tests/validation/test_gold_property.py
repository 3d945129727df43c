"""Reading gold undoes writing it, and writing undoes reading."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from pipeline.tables import Extraction
from pipeline.validation.gold import as_gold, gold_of
from pipeline.validation.standoff import parse, render
from tests.validation.gold_rows_strategy import ARTICLE, extractions

pytestmark = pytest.mark.timeout(600)  # on a machine that does other work too
# Without shrinking: a failing case is small enough, and the time of the suite stays bounded.
SLOW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)


@SLOW
@given(extractions())
def test_rows_come_back_from_the_file_that_they_made(drawn: tuple[str, Extraction]) -> None:
    text, rows = drawn
    content = render(as_gold(rows, text).standoff)
    assert gold_of(ARTICLE, text, content).extraction == rows


@SLOW
@given(extractions())
def test_a_file_comes_back_from_the_rows_that_it_made(drawn: tuple[str, Extraction]) -> None:
    text, rows = drawn
    content = render(as_gold(rows, text).standoff)
    gold = gold_of(ARTICLE, text, content)
    assert render(gold.standoff) == content
    assert render(gold.with_rows(gold.extraction).standoff) == content


@SLOW
@given(extractions())
def test_a_canonical_file_is_read_line_by_line(drawn: tuple[str, Extraction]) -> None:
    text, rows = drawn
    content = render(as_gold(rows, text).standoff)
    standoff, source = parse(content)
    assert content.count("\n") == len(source.lines) + len(standoff.groups)
    assert parse(content.replace("\n", "\r\n"))[0] == standoff
