"""The gold of the cases is read as it is written."""

import pytest

from tests.marked import parse


def test_tags_become_offsets_into_the_plain_sentence() -> None:
    plain, marks = parse("They met on <DATE value=2009-05-04 mod=START>4 May 2009</DATE>.")
    assert plain == "They met on 4 May 2009."
    assert marks == [("DATE", {"value": "2009-05-04", "mod": "START"}, 12, 22)]


def test_tags_may_be_nested() -> None:
    plain, marks = parse("<quote>She <cue>said</cue> so</quote>")
    assert [(label, plain[start:end]) for label, _, start, end in marks] == [("quote", "She said so"), ("cue", "said")]


def test_quoted_attributes_may_hold_spaces() -> None:
    assert parse('<A name="two words">x</A>')[1][0][1] == {"name": "two words"}


def test_a_comparison_sign_is_no_tag() -> None:
    assert parse("3 < 4 and 5 > 2") == ("3 < 4 and 5 > 2", [])


@pytest.mark.parametrize("broken", ["<A>x", "x</A>", "<A>x<B>y</A></B>"])
def test_tags_that_do_not_match_are_an_error(broken: str) -> None:
    with pytest.raises(ValueError):
        parse(broken)
