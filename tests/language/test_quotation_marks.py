"""Quotation marks: which belong together. Plain text only."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.language.quotation_marks import MARKS, Stretch, quoted_stretches


def paragraphs(text: str) -> list[tuple[int, int]]:
    found, start = [], 0
    for line in text.split("\n"):
        found.append((start, start + len(line)))
        start += len(line) + 1
    return found


def stretches(text: str) -> list[Stretch]:
    return quoted_stretches(text, paragraphs(text))


CASES = {
    "straight marks pair by turns": ('"We go," he said, "and come."', ['"We go,"', '"and come."']),
    "curly marks pair by direction": ("“We go,” he said, “and come.”", ["“We go,”", "“and come.”"]),
    "doubled apostrophes": ("''We go,'' he said.", ["''We go,''"]),
    "typewriter marks": ("``We go,'' he said.", ["``We go,''"]),
    "angle marks": ("«We go», he said.", ["«We go»"]),
    "low opening marks": ("„We go,” he said.", ["„We go,”"]),
    "single marks": ("'We go,' he said.", ["'We go,'"]),
    "single curly marks": ("‘We go,’ he said.", ["‘We go,’"]),
    "single marks inside double ones are part of them": (
        "\"You said 'no' to me,\" she said.",
        ["\"You said 'no' to me,\""],
    ),
    "double marks inside single ones are part of them": (
        "'You said \"no\" to me,' she said.",
        ["'You said \"no\" to me,'"],
    ),
    "curly marks nest": ("“You said “no” to me,” she said.", ["“You said “no” to me,”"]),
    "straight marks nest": ('"You said "no" to me," she said.', ['"You said "no" to me,"']),
    "an apostrophe is no mark": ("Don't say it's Lind's.", []),
    "an apostrophe inside single marks closes nothing": ("'It's Lind's dam,' he said.", ["'It's Lind's dam,'"]),
    "a plural possessive is no mark": ("The voters' choice and the farmers' vote.", []),
    "a plural possessive inside single marks closes nothing": (
        "'The voters' choice is ours,' he said.",
        ["'The voters' choice is ours,'"],
    ),
    "a decade is no mark": ("In the '90s and the '80s it rained.", []),
    "a clipped word is no mark": ("Get 'em while 'tis day.", []),
    "feet and inches are no marks": ("A door of 6'2\" and a wall of 12'6\" stood there.", []),
    "inches inside marks close nothing": ('"He is 6\'2" tall," she said.', ['"He is 6\'2" tall,"']),
    "a bracket before the mark": ('It closed ("for good").', ['"for good"']),
    "a dash before the mark": ('He said—"never"—and left.', ['"never"']),
    "a closing mark alone is odd": ('We left" he said and "waved" to us.', ['"waved"']),
    "an opening mark alone is odd": ('The "mill burned. "We saw it," he said.', ['"We saw it,"']),
    "a closing curly mark typed for an opening one": ("”We go,” he said.", ["”We go,”"]),
    "a mark left open runs to the end of its paragraph": ('He said: "We go.', ['"We go.']),
    "nothing between marks": ("", []),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_marks_that_belong_together(text: str, expected: list[str]) -> None:
    assert [text[each.start : each.end] for each in stretches(text)] == expected


def test_a_mark_left_open_goes_on_in_the_paragraph_that_opens_with_one() -> None:
    text = "“One.\n“Two.\n“Three.”\n“Four.”"
    assert [(each.closed, each.continues) for each in stretches(text)] == [
        (False, False),
        (False, True),
        (True, True),
        (True, False),
    ]


def test_a_mark_left_open_does_not_go_on_in_a_paragraph_that_opens_without_one() -> None:
    assert [each.continues for each in stretches('"One.\nThen "two" came.')] == [False, False]


def test_an_empty_paragraph_does_not_end_what_was_left_open() -> None:
    assert [each.continues for each in stretches("“One.\n\n“Two.”")] == [False, True]


def test_an_odd_mark_costs_one_paragraph_and_never_the_next() -> None:
    text = 'An "odd mark.\nLater "one" and "two".'
    assert [text[each.start : each.end] for each in stretches(text)][1:] == ['"one"', '"two"']


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=MARKS + "as .,\n-9`", max_size=60))
def test_stretches_are_in_order_apart_and_inside_their_paragraph(text: str) -> None:
    reached = 0
    for each in stretches(text):
        assert reached <= each.start < each.end <= len(text)
        assert "\n" not in text[each.start : each.end]
        reached = each.end


@pytest.mark.parametrize("unit", ['"', "'", "“", "”", "'s ", ' "a', "''", '9"', "”“"])
def test_marks_without_end_cost_little(unit: str) -> None:
    text = unit * 50_000
    start = time.process_time()
    stretches(text)
    assert time.process_time() - start < 5
