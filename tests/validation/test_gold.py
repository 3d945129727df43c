"""Gold files: what they say, and what is wrong with one that says something else than the text."""

import dataclasses
import datetime
from pathlib import Path

import pytest

from pipeline.checks import problems
from pipeline.errors import GoldError
from pipeline.labels import BlockLabel, MentionType, Modality
from pipeline.validation.gold import as_gold, gold_digest, gold_of, read_gold, read_gold_folder, write_gold
from pipeline.validation.standoff import parse, render
from tests.validation.examples import GOLD, golds, palau, sahel

FILE = (GOLD / "dev" / "palau-ocean-treaty.ann").read_text(encoding="utf-8")


@pytest.mark.parametrize("gold", golds(), ids=lambda gold: gold.article_id)
def test_shipped_files_are_canonical_and_hold_what_the_codebook_promises(gold) -> None:  # type: ignore[no-untyped-def]
    content = (GOLD / gold.part / f"{gold.article_id}.ann").read_text(encoding="utf-8")
    assert render(gold.standoff) == content
    assert render(gold.with_rows(gold.extraction).standoff) == content
    assert problems(gold.text, gold.extraction) == ()


def test_every_layer_is_read() -> None:
    rows = palau().extraction
    assert rows.documents[0].published == "2024-01-23"
    assert rows.documents[0].title == "Palau is first to ratify ocean treaty"
    assert [row.label for row in rows.blocks] == [
        BlockLabel.TITLE,
        BlockLabel.DATELINE,
        *[BlockLabel.PARAGRAPH] * 3,
        BlockLabel.NEWSLETTER,
    ]
    assert [row.kept for row in rows.blocks] == [True] * 5 + [False]
    chile = [row for row in rows.entities if row.canonical_name == "Chile"]
    assert len({row.entity_id for row in chile}) == 1 and {row.country for row in chile} == {"CHL"}


def test_a_range_has_its_bounds_as_value() -> None:
    (row,) = [row for row in palau().extraction.dates if row.text == "20-21 September 2023"]
    assert row.value == "2023-09-20/2023-09-21"
    assert (row.earliest, row.latest) == (datetime.date(2023, 9, 20), datetime.date(2023, 9, 21))


def test_a_value_has_its_days_and_a_length_has_none() -> None:
    rows = {row.text: row for row in palau().extraction.dates}
    assert rows["June of last year"].latest == datetime.date(2023, 6, 30)
    assert rows["two decades"].earliest is None


def test_an_interrupted_quotation_is_one_row_and_a_pronoun_has_a_name() -> None:
    first, second, third = palau().extraction.quotations
    assert first.text == '"The ocean has waited long enough," [...] "and small islands cannot wait."'
    assert len(first.spans) == 2
    assert second.speaker == "one delegate"
    assert palau().text[second.speaker_start : second.speaker_end] == "He"
    assert third.speaker_entity_id == "palau-ocean-treaty:chile"


def test_events_have_participants_dates_and_sources() -> None:
    rows = {row.trigger: row for row in palau().extraction.events}
    assert rows["ratified"].date_earliest == datetime.date(2024, 1, 22)
    assert rows["refuse"].modality is Modality.HYPOTHETICAL
    assert rows["refuse"].attributed_to == "one delegate"
    assert rows["met"].actor_sector == ("GOV",)
    assert rows["meeting"].same_event == rows["met"].event_id
    leaving = next(row for row in sahel().extraction.events if row.trigger == "leave")
    assert leaving.actor_country == ("BFA", "MLI", "NER")


def test_a_nominal_mention_belongs_to_its_entity() -> None:
    bloc = next(row for row in sahel().extraction.entities if row.text == "The bloc")
    assert bloc.mention_type is MentionType.NOMINAL
    assert bloc.canonical_name == "ECOWAS"


def test_a_corrected_row_keeps_its_line_and_the_others_keep_theirs() -> None:
    gold = palau()
    corrected = tuple(
        dataclasses.replace(row, value="2024-01", latest=datetime.date(2024, 1, 31), earliest=datetime.date(2024, 1, 1))
        if row.text == "Monday"
        else row
        for row in gold.extraction.dates
    )
    lines = set(render(gold.with_rows(gold.extraction._replace(dates=corrected)).standoff).splitlines())
    assert lines ^ set(FILE.splitlines()) == {
        "A4\tValue T6 2024-01-22",
        "A4\tValue T6 2024-01",
        "A21\tBounds E4 2024-01-22/2024-01-22",
    }


def test_a_new_row_gets_the_next_free_number_and_an_old_number_is_not_given_again() -> None:
    gold = palau()
    (new,) = [row for row in gold.extraction.dates if row.text == "two days"]
    moved = dataclasses.replace(new, date_id="palau-ocean-treaty:d9", start=new.start + 4, text="days", value="PXD")
    dates = tuple(row for row in gold.extraction.dates if row is not new)
    found = gold.with_rows(gold.extraction._replace(dates=(*dates, moved)))
    assert [bound.id for bound in found.standoff.text_bounds if bound.words == "days"] == ["T35"]
    assert "T34" not in found.standoff.ids


def test_remarks_of_annotators_stay() -> None:
    found = palau().with_rows(palau().extraction)
    assert [remark.words for remark in found.standoff.remarks] == ["adopted by consensus"]


def test_predictions_become_gold_to_be_corrected() -> None:
    rows = palau().extraction
    named = tuple(dataclasses.replace(row, date_id=f"palau-ocean-treaty:d{row.start}") for row in rows.dates)
    undated = tuple(dataclasses.replace(row, date_id="") for row in rows.events)
    found = as_gold(rows._replace(dates=named, events=undated), palau().text)
    assert [(row.start, row.value) for row in found.extraction.dates] == [(row.start, row.value) for row in rows.dates]


def test_reading_and_writing_a_folder(tmp_path: Path) -> None:
    gold = sahel()
    path = write_gold(gold, tmp_path)
    assert (tmp_path / "sahel-exit.txt").read_bytes() == (GOLD / "test" / "sahel-exit.txt").read_bytes()
    assert b"\r\n" in (tmp_path / "sahel-exit.txt").read_bytes()
    assert read_gold(path).extraction == gold.extraction


def test_a_byline_is_gold_where_the_text_shows_it() -> None:
    text = "By Jane Doe and John Roe\n\nIceland voted on Saturday.\n"
    gold = gold_of(
        "a", text, "T1\tbyline 0 24\tBy Jane Doe and John Roe\nT2\tAuthor 3 11\tJane Doe\nT3\tAuthor 16 24\tJohn Roe\n"
    )
    (document,) = gold.extraction.documents
    assert document.byline == "Jane Doe, John Roe"
    assert as_gold(gold.extraction, text).extraction.documents == (document,)
    unseen = gold.extraction._replace(documents=(dataclasses.replace(document, byline="The editors"),))
    assert as_gold(unseen, text).extraction.documents[0].byline == ""


def test_two_annotators_share_one_text(tmp_path: Path) -> None:
    write_gold(sahel(), tmp_path)
    write_gold(sahel(), tmp_path / "anna")
    assert not (tmp_path / "anna" / "sahel-exit.txt").exists()
    assert read_gold_folder(tmp_path / "anna")[0].extraction == sahel().extraction


def test_parts_of_a_folder() -> None:
    assert [(gold.article_id, gold.part) for gold in golds()] == [("palau-ocean-treaty", "dev"), ("sahel-exit", "test")]
    assert [gold.article_id for gold in read_gold_folder(GOLD, "test")] == ["sahel-exit"]


def test_a_changed_gold_file_has_another_digest() -> None:
    changed = gold_of("palau-ocean-treaty", palau().text, FILE.replace("A14\tMode E4 ratify\n", ""))
    assert gold_digest([palau()]) != gold_digest([changed])
    assert gold_digest(golds()) == gold_digest(tuple(reversed(golds())))


# What is planted in the file, and what the error must say.
PLANTED = {
    "a wrong label": ("GPE 57 62", "GEP 57 62", "unknown label 'GEP'; labels are"),
    "an offset off by one": ("GPE 57 62", "GPE 58 63", "not 'Palau'; the words stand at 57 62"),
    "other words": (
        "\tHigh Seas Treaty",
        "\tHigh Sea Treaty",
        "the words stand nowhere in the text; copy them from it",
    ),
    "an offset outside": ("DATE 39 55", "DATE 39 99999", "not inside the text"),
    "white space at the edge": (
        "T6\tDATE 96 102\tMonday",
        "T6\tDATE 95 102\t Monday",
        "begins or ends with white space; leave it out",
    ),
    "an unknown attribute": ("Mode E4", "Mood E4", "unknown attribute 'Mood'; attributes are"),
    "an attribute of the wrong line": ("Mode E4", "Mode T25", "on the E line"),
    "an unknown value": ("Modality E6 hypothetical", "Modality E6 possible", "it is one of asserted"),
    "a target that does not exist": ("Actor:T28", "Actor:T99", "there is no T99; write the line of T99"),
    "a role that the label cannot have": ("Actor:T28", "Actor:T25", "Actor is T25, a SUPPORT; Actor takes"),
    "an unknown role": ("Actor:T28", "Agent:T28", "unknown role 'Agent'; roles are"),
    "an id used twice": ("T7\tORG", "T6\tORG", "T6 is also on line"),
    "a line of no shape": ("T7\tORG", "T7 ORG", "is no annotation; write it as T1<tab>LABEL"),
    "a kind of line that brat does not know": ("T7\tORG", "R1\tORG", "lines begin with T, E, A, N, *, #"),
    "a cue of no quotation": (" Cue:T15", "", "no E line names this Cue"),
    "no kind": ("A9\tKind E2 indirect\n", "", "no Kind; add a line"),
    "an entity that is not there": ("Reference T24 Entity:chile", "Reference T24 Entity:chad", "names no entity of"),
    "two names of one entity": (
        "N4\tReference T17 Entity:chile\tChile",
        "N4\tReference T17 Entity:chile\tChili",
        "fullest",
    ),
    "no country code": ("Country T17 CHL", "Country T17 Chile", "write ISO 3166-1 alpha-3"),
    "an interval that ends before it begins": (
        "Bounds T20 2023-09-20/2023-09-21",
        "Bounds T20 2023-09-21/2023-09-20",
        "write the earlier day first",
    ),
    "a block inside another": (
        "T2\tdateline 39 55\tJanuary 23, 2024",
        "T2\tdateline 31 55\ttreaty  January 23, 2024",
        "do not",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_in_a_file_is_found(planted: str) -> None:
    old, new, message = PLANTED[planted]
    assert old in FILE, f"nothing to plant: {old!r} is not in the file"
    with pytest.raises(GoldError) as caught:
        gold_of("palau-ocean-treaty", palau().text, FILE.replace(old, new, 1), "palau.ann")
    assert message in str(caught.value)
    assert str(caught.value).startswith("palau.ann, ")


def test_files_with_windows_line_ends_are_read() -> None:
    assert parse(FILE.replace("\n", "\r\n"))[0] == parse(FILE)[0]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("lonely.ann", b"", "there is no text; put it at"),
        ("palau-ocean-treaty.ann", b"\xff", "not UTF-8 at byte 0"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / "palau-ocean-treaty.txt").write_text("text")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GoldError, match=message):
        read_gold(tmp_path / name)


def test_a_folder_without_gold(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"no \.ann file"):
        read_gold_folder(tmp_path)


def test_rows_that_gold_cannot_say() -> None:
    gold = palau()
    rows = tuple(
        dataclasses.replace(row, country="PER") if number == 0 else row
        for number, row in enumerate(gold.extraction.entities)
    )
    with pytest.raises(GoldError, match="give all mentions of an entity one name and one country"):
        as_gold(gold.extraction._replace(entities=rows), gold.text)
    with pytest.raises(GoldError, match="has no mention in the article"):
        as_gold(gold.extraction._replace(entities=()), gold.text)
    with pytest.raises(GoldError, match=r"its date .* is no date of the article"):
        as_gold(gold.extraction._replace(dates=()), gold.text)
    with pytest.raises(GoldError, match="is no quotation of the article"):
        as_gold(gold.extraction._replace(quotations=()), gold.text)
