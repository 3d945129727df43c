"""The words behind a row are the article's own, with the telling parts named."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.report import sentences
from pipeline.report.sentences import Texts, event_item, quotation_item
from pipeline.tables import EventRow
from tests.examples import TEXT, event_row, quotation_row
from tests.report.datasets import date_row

NOBODY: dict[str, list[str]] = {"actor": [], "recipient": []}


def texts(folder: Path, text: str = TEXT) -> Texts:
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / "a.txt").write_bytes(text.encode())
    return Texts(folder)


def words(parts: list[Any], role: str | None = None) -> list[str]:
    """The words of all parts, or of those with a role."""
    if role is None:
        return [part if isinstance(part, str) else part[0] for part in parts]
    return [part[0] for part in parts if not isinstance(part, str) and part[1] == role]


def item(row: EventRow, folder: Path, text: str = TEXT, around: int = 0) -> dict[str, Any]:
    return event_item(row, None, NOBODY, texts(folder, text), around)


def test_an_event_is_its_sentence_with_trigger_participants_and_place(tmp_path: Path) -> None:
    made = item(event_row(), tmp_path)
    assert "".join(words(made["x"])) == TEXT[:39]
    assert words(made["x"], "actor") == ["NATO", "Russia"]
    assert words(made["x"], "trigger") == ["met"]
    assert words(made["x"], "location") == ["Sochi"]


def test_emoji_and_carriage_returns_before_a_sentence_shift_nothing(tmp_path: Path) -> None:
    text = "😀\r\n👩‍🚀 NATO met."
    start = text.index("NATO")
    row = event_row(
        start=start, end=len(text), text="NATO met.", trigger_start=start + 5, trigger_end=start + 8,
        actor=("NATO",), actor_start=(start,), actor_end=(start + 4,),
        location="", location_start=None, location_end=None,
    )  # fmt: skip
    assert words(item(row, tmp_path, text)["x"], "trigger") == ["met"]
    assert words(item(row, tmp_path, text)["x"], "actor") == ["NATO"]


def test_the_words_around_a_sentence_stay_in_its_paragraph_and_are_whole(tmp_path: Path) -> None:
    text = "Another line.\nThe council had waited for years. NATO met. Nobody expected very much."
    start = text.index("NATO")
    row = event_row(
        start=start, end=start + 9, trigger_start=start + 5, trigger_end=start + 8,
        actor=(), actor_start=(), actor_end=(), location="", location_start=None, location_end=None,
    )  # fmt: skip
    assert words(item(row, tmp_path, text, around=40)["x"], "around") == [
        "The council had waited for years. ", " Nobody expected very much.",
    ]  # fmt: skip
    assert words(item(row, tmp_path, text, around=12)["x"], "around") == ["… for years. ", " Nobody …"]


def test_a_sentence_without_an_end_is_cut_around_its_trigger(tmp_path: Path) -> None:
    text = "word " * 4000 + "met " + "word " * 4000
    at = text.index("met")
    row = event_row(
        start=0, end=len(text), trigger_start=at, trigger_end=at + 3, actor=(), actor_start=(), actor_end=(),
        location="", location_start=None, location_end=None,
    )  # fmt: skip
    made = item(row, tmp_path, text)
    assert words(made["x"], "trigger") == ["met"]
    assert len("".join(words(made["x"]))) <= sentences.LONGEST


def test_an_interrupted_quotation_shows_cue_and_speaker_between_its_pieces(tmp_path: Path) -> None:
    text = '"We met," Rasmussen said, "in Sochi."'
    row = quotation_row(
        start=0, end=len(text), spans=("0-9", "26-37"), cue_start=20, cue_end=24, speaker_start=10, speaker_end=19
    )
    made = quotation_item(row, "Anders Fogh Rasmussen", texts(tmp_path, text), 0)
    assert "".join(words(made["x"])) == text
    assert words(made["x"], "content") == ['"We met,"', '"in Sochi."']
    assert (words(made["x"], "speaker"), words(made["x"], "cue")) == (["Rasmussen"], ["said"])


@settings(deadline=None)
@given(
    text=st.text(min_size=1, max_size=80),
    parts=st.lists(
        st.tuples(st.integers(0, 80), st.integers(0, 80), st.sampled_from(["actor", "trigger"])), max_size=6
    ),
)
def test_whatever_overlaps_the_words_come_back_whole(text: str, parts: list[tuple[int, int, str]]) -> None:
    pieces = sentences._segments(text, 0, len(text), parts or [(0, 1, "trigger")], 0)
    assert "".join(words(pieces)) == text


def test_a_missing_text_leaves_the_sentence_of_the_table(tmp_path: Path) -> None:
    made = event_item(event_row(), None, NOBODY, Texts(tmp_path), 0)
    assert made["x"] == [TEXT[:39]]


def test_an_article_id_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    assert texts(tmp_path).text_of("../secret") == ""


def test_a_date_without_a_value_is_said_to_have_none() -> None:
    assert sentences.date_key(date_row(0, 4, TEXT, value="")) == "without a value"
