"""Identifiers: names that are safe as files everywhere, and never the same twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers.identifiers import Identifiers, file_ids, safe_id


@pytest.mark.parametrize("name", ["wsj_0006.tml", "gum-news-expo", "Straße", "नमस्ते", "-x", "a.b"])
def test_a_safe_id_stays_as_it_is(name: str) -> None:
    assert safe_id(name) == name


@pytest.mark.parametrize(
    ("given_id", "name"),
    [
        ("a b/c:d", "a-b-c-d"),
        ("../../etc/passwd", "-..-etc-passwd"),
        (".hidden", "hidden"),
        ("???", "article"),
        ("", "article"),
        ("NUL", "article-NUL"),
        ("com1.txt", "article-com1.txt"),
        ("cafe\u0301", "café"),
        ("a\ud800b", "a-b"),
    ],
)
def test_an_unsafe_id_is_made_safe(given_id: str, name: str) -> None:
    assert safe_id(given_id) == name


def test_a_long_id_is_cut_and_stays_distinct() -> None:
    one, two = safe_id("x" * 150 + "1"), safe_id("x" * 150 + "2")
    assert len(one) == 100 and one != two and one[:91] == two[:91]
    assert len(safe_id("字" * 90).encode()) <= 200


def test_files_of_one_name_are_told_apart_by_their_folders() -> None:
    files = [("politics", "story"), ("world", "story"), ("world", "other"), ("story",)]
    assert file_ids(files) == ["politics-story", "world-story", "other", "story"]
    assert file_ids([("a", "x", "s"), ("b", "x", "s")]) == ["a-x-s", "b-x-s"]


def test_ids_never_differ_in_case_only() -> None:
    ids = Identifiers()
    assert [ids.take(name) for name in ("Story", "story", "story", "story-2", "café", "cafe\u0301")] == [
        "Story", "story-2", "story-3", "story-2-2", "café", "café-2",
    ]  # fmt: skip


@given(st.lists(st.sampled_from(["a", "A", "a-2", "a-2-2", "x" * 120, "x" * 100, "字" * 100]) | st.text(), max_size=30))
def test_ids_are_unique_short_and_safe(names: list[str]) -> None:
    ids = Identifiers()
    taken = [ids.take(name) for name in names]
    assert len({name.casefold() for name in taken}) == len(taken)
    for name in taken:
        assert 0 < len(name) <= 100 and len(name.encode()) <= 200
        assert not name.startswith(".") and not set(name) & set('/\\:*?"<>|\0\n')
