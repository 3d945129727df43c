"""Plain text: every visible character is in a block, and lines wrapped by hand become paragraphs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers.text import INVISIBLE, divide

ODD = st.text(alphabet=st.sampled_from("ab.A \t\n\r\v\f\x00\x1c\x85\xa0\u2028\u2029\ufeff\u200be\u0301👩\u200d🚒é—“"))
WRAPPED = """\
The harbour council met on Monday evening to hear what the dockers
had to say about the new tolls, and it sat until well after midnight
because nobody had thought of asking the tug masters to come along.

"We were never asked," said the oldest of them, who has worked on the
river since the bridge was built, "and we shall not be asked again."
"""


def blocks_of(text: str) -> list[str]:
    return [text[block.start : block.end] for block in divide(text)]


def test_one_line_is_one_block_and_blank_lines_are_none() -> None:
    assert blocks_of("\n  Ferries stop.\n\n \nTalks go on. \n") == ["Ferries stop.", "Talks go on."]


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\r", "\v", "\f", "\u2028", "\u2029"])
def test_these_characters_end_a_line(mark: str) -> None:
    assert blocks_of(f"One.{mark}Two.") == ["One.", "Two."]


@pytest.mark.parametrize("mark", ["\x1c", "\x1d", "\x1e", "\x85", "\u200b", "\x00"])
def test_these_characters_stay_inside_a_line(mark: str) -> None:
    assert blocks_of(f"The talks{mark}the third.") == [f"The talks{mark}the third."]


def test_no_break_spaces_and_byte_order_marks_at_the_edges_are_outside_the_block() -> None:
    text = "\ufeff\xa0Ferries\xa0stop. \xa0\n\u3000\nTalks."
    assert blocks_of(text) == ["Ferries\xa0stop.", "Talks."]


def test_offsets_count_code_points_also_behind_emoji_and_combining_marks() -> None:
    text = "👩‍🚒 Cafe\u0301\r\nfire."
    assert [(block.start, block.end) for block in divide(text)] == [(0, 9), (11, 16)]


def test_lines_wrapped_by_hand_become_one_block_for_each_paragraph() -> None:
    assert [block.count("\n") for block in blocks_of(WRAPPED)] == [2, 1]
    assert [block.count("\r\n") for block in blocks_of(WRAPPED.replace("\n", "\r\n"))] == [2, 1]


def test_a_paragraph_may_begin_with_an_indent_instead_of_a_blank_line() -> None:
    assert len(blocks_of(WRAPPED.replace('\n\n"We', '\n   "We'))) == 2


def test_headings_and_lists_in_a_wrapped_text_stay_apart() -> None:
    text = "TOLLS ON THE RIVER\nBy Ada Holm\n\n" + WRAPPED + "\n- tugs\n- ferries\n"
    assert blocks_of(text)[:2] == ["TOLLS ON THE RIVER", "By Ada Holm"]
    assert blocks_of(text)[-2:] == ["- tugs", "- ferries"]


def test_headlines_below_each_other_are_not_a_wrapped_paragraph() -> None:
    headlines = [
        "Harbour council raises tolls for the third time this year",
        "Dockers call for talks with the new owners of the port",
        "Minister visits flooded villages along the lower Tarn",
        "Tin mine in the upper valley to open again next spring",
        "Court orders shipyard to pay back wages of two years",
    ]
    assert blocks_of("\n".join(headlines)) == headlines


def test_paragraphs_of_one_long_line_each_are_not_joined() -> None:
    lines = ["a long paragraph of many words that goes on and on " * 6] * 5
    assert len(blocks_of("\n".join(lines))) == 5


@given(ODD | st.text())
def test_blocks_are_in_order_disjoint_and_cover_every_visible_character(text: str) -> None:
    position = 0
    for block in divide(text):
        assert position <= block.start < block.end <= len(text)
        assert not text[position : block.start].strip(INVISIBLE)
        assert text[block.start : block.end].strip(INVISIBLE) == text[block.start : block.end]
        position = block.end
    assert not text[position:].strip(INVISIBLE)


@given(st.lists(st.sampled_from(["to the harbour where the dockers met and spoke", "and", "The", "\n", "\n\n", " "])))
def test_joined_lines_cover_every_visible_character_too(words: list[str]) -> None:
    text = WRAPPED + " ".join(words) + WRAPPED
    covered = "".join(text[block.start : block.end] for block in divide(text))
    assert "".join(covered.split()) == "".join(text.split())
