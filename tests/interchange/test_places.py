"""Words are found where they stand, however the tool has counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.interchange.places import Text
from tests.interchange.articles import TEXTS

FLAGS = "🎉🎉 NATO met.\r\nNATO met again.\r\n🎉 NATO left."


def utf16(text: str, position: int) -> int:
    return len(text[:position].encode("utf-16-le")) // 2


def as_in_a_browser(text: str, position: int) -> int:
    return utf16(text[:position].replace("\r\n", "\n"), len(text))


@pytest.mark.parametrize("start", [3, 14, 33])
@pytest.mark.parametrize("count", [utf16, as_in_a_browser, lambda text, position: position])
def test_of_the_same_words_the_right_ones_are_found(start: int, count) -> None:  # type: ignore[no-untyped-def]
    assert FLAGS[start : start + 4] == "NATO"
    counted = count(FLAGS, start)
    assert Text(FLAGS).place_of("NATO", counted, counted + 4) == (start, start + 4)


def test_numbers_that_fit_are_kept_even_where_the_words_stand_twice() -> None:
    assert Text("NATO and NATO").place_of("NATO", 9, 13) == (9, 13)


def test_the_nearest_of_several_is_taken_when_no_way_of_counting_explains_the_number() -> None:
    assert Text("Kyiv, then Kyiv, then Kyiv").place_of("Kyiv", 13, 17) == (11, 15)


def test_a_line_break_that_became_a_space_is_found() -> None:
    assert Text("the United\r\nNations said").place_of("United Nations", 4, 18) == (4, 19)


def test_words_that_the_text_does_not_hold_are_not_found() -> None:
    assert Text("Finland joined NATO.").place_of("Sweden", 0, 6) is None


def test_without_words_the_numbers_must_lie_in_the_text() -> None:
    text = Text("Finland")
    assert text.place_of("", 0, 7) == (0, 7)
    assert text.place_of("", 0, 8) is None


@given(text=TEXTS, data=st.data())
def test_a_place_counted_in_utf_16_units_is_found_where_it_is_told_apart(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    place = Text(text).place_of(text[start:end], utf16(text, start), utf16(text, end))
    assert place is not None
    assert text[slice(*place)] == text[start:end]
    if text.count(text[start:end]) == 1:
        assert place == (start, end)
