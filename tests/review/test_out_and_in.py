"""What was reviewed leaves as gold and in other formats, and comes back as decisions."""

import dataclasses
import io
import json
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from pipeline.labels import BlockLabel
from pipeline.review import cases, exchange, gold_step
from pipeline.review.desk import Desk
from pipeline.review.exchange import imported
from pipeline.review.items import Status, items_of
from pipeline.review.refusal import RefusedError
from pipeline.review.state import State
from pipeline.review.verdict import verdict
from pipeline.schema import cell_text
from pipeline.tables import Extraction
from pipeline.validation.gold import read_gold
from pipeline.validation.outputs import read_outputs
from pipeline.validation.sentences import sentence_spans
from tests.marked import parse
from tests.quotation_cases import read_tagged
from tests.review.datasets import TEXT, do, item_at, new
from tests.validation.gold_rows_strategy import extractions

FINISH = {"op": "finish", "undecided": "accept"}
FORMATS = ["brat", "prodigy", "doccano", "label-studio", "w3c", "docbin", "cas", "xlsx", "csv", "csv-safe"]


def all_right(text: str, rows: Extraction) -> Extraction:
    """The rows after a review in which everything was right."""
    items = items_of(rows)
    return verdict(State(items, items), rows.documents[0], text, sentence_spans(text), undecided=True).extraction


def test_predictions_that_are_all_right_come_out_as_they_went_in(dataset: Path) -> None:
    """Every row of every article of the corpus, cell by cell."""
    for article_id, one in read_outputs(dataset).articles.items():
        found = all_right(one.text, one.extraction)
        for table, rows in found._asdict().items():
            expected = getattr(one.extraction, table)
            if table == "problems":
                continue
            assert len(rows) == len(expected), (article_id, table)
            for row, wanted in zip(rows, expected, strict=True):
                ours = {name: cell_text(getattr(row, name)) for name in row.__slots__}
                theirs = {name: cell_text(getattr(wanted, name)) for name in wanted.__slots__}
                if table == "events":  # sentences are found again without a parser
                    for name in ("start", "end", "text"):
                        ours.pop(name), theirs.pop(name)
                assert ours == theirs


@settings(max_examples=150, deadline=None)
@given(drawn=extractions())
def test_rows_that_are_all_right_come_out_as_they_went_in(drawn: tuple[str, Extraction]) -> None:
    """For any rows that annotators could have written: emoji, carriage returns, interrupted quotations."""
    text, rows = drawn
    rows = rows._replace(blocks=tuple(dataclasses.replace(row, kept=True) for row in rows.blocks))
    found = all_right(text, rows)
    assert found.blocks == rows.blocks
    assert as_set(found.entities) == as_set(rows.entities)
    assert as_set(found.dates) == as_set(rows.dates)
    sounding = ("quotation_id", "spans", "text", "kind", "cue", "cue_start", "speaker_start", "speaker_entity_id")
    assert as_set(found.quotations, sounding) == as_set(rows.quotations, sounding)
    telling = ("event_id", "trigger_start", "event_type", "modality", "location_start", "date_earliest", "date_basis")
    assert as_set(found.events, telling) == as_set(rows.events, telling)


def as_set(rows: tuple[Any, ...], columns: tuple[str, ...] = ()) -> set[tuple[Any, ...]]:
    return {tuple(getattr(row, name) for name in columns or row.__slots__) for row in rows}


def test_a_reviewed_article_is_gold_in_one_step(desk: Desk) -> None:
    treaty = TEXT.index("treaty")
    do(
        desk,
        {"op": "reject", "item": item_at(desk, "Fiji").id},
        {"op": "add", "layer": "entities", "label": "LAW", "spans": [[treaty, treaty + 6]]},
        {"op": "remove", "item": item_at(desk, "March 4, 2024", layer="blocks").id, "label": "form_noise"},
    )
    with pytest.raises(RefusedError, match="undecided"):
        gold_step.save(desk, "anna", "palau", "refuse")
    assert not desk.settings.gold.exists()
    told = gold_step.save(desk, "anna", "palau", "accept")
    gold = read_gold(Path(told["path"]))
    assert gold.text == TEXT
    assert (desk.settings.gold / "palau.txt").read_bytes() == TEXT.encode()
    labels = [(row.label, row.text) for row in gold.extraction.entities]
    assert ("LAW", "treaty") in labels
    assert [label for label, words in labels if words == "Fiji"] == ["GPE"]
    assert gold.extraction.blocks[1].label is BlockLabel.FORM_NOISE
    # The date in the removed block is no date of the article; who took part as Fiji's first mention is no mention now.
    assert {row.text for row in gold.extraction.dates} == {"Monday", "2023"}
    assert any("removed block" in problem for problem in told["problems"])
    signed = next(row for row in gold.extraction.events if row.trigger == "signed")
    assert signed.recipient == ("Fiji",)
    assert told["before"] == []
    exact = {one["layer"]: one for one in told["after"] if one["measure"] == "exact"}
    assert exact["entities"]["value"] == pytest.approx(2 * 7 / (8 + 8))
    assert told["article_scores"] == told["after"]


def test_saving_again_changes_only_what_changed(desk: Desk) -> None:
    do(desk, FINISH)
    path = Path(gold_step.save(desk, "anna", "palau", "refuse")["path"])
    before = path.read_text().splitlines()
    gold_step.save(desk, "anna", "palau", "refuse")
    assert path.read_text().splitlines() == before
    do(desk, {"op": "edit", "item": item_at(desk, "Fiji").id, "label": "LOC"})
    told = gold_step.save(desk, "anna", "palau", "refuse")
    changed = set(path.read_text().splitlines()) ^ set(before)
    assert len(changed) == 2 and all("Fiji" in line for line in changed)
    assert told["before"] != told["after"]


def test_gold_is_saved_where_it_already_is(desk: Desk) -> None:
    do(desk, FINISH)
    (desk.settings.gold / "dev").mkdir(parents=True)
    (desk.settings.gold / "dev" / "palau.ann").write_text("")
    (desk.settings.gold / "dev" / "palau.txt").write_bytes(TEXT.encode())
    assert Path(gold_step.save(desk, "anna", "palau", "refuse")["path"]).parent.name == "dev"
    (desk.settings.gold / "dev" / "palau.txt").write_text("another text")
    with pytest.raises(RefusedError, match="another text"):
        gold_step.save(desk, "anna", "palau", "refuse")
    assert (desk.settings.gold / "dev" / "palau.txt").read_text() == "another text"


@pytest.mark.parametrize("to", FORMATS)
def test_decisions_come_back_from_every_format(desk: Desk, to: str) -> None:
    """Anna's verdict, exported, is imported by Ben, who then holds the same to be right."""
    treaty = TEXT.index("treaty")
    do(
        desk,
        {"op": "reject", "item": item_at(desk, "Fiji", 2).id},
        {"op": "edit", "item": item_at(desk, "Monday", layer="dates").id, "attributes": {"value": "2024-W10"}},
        {"op": "add", "layer": "entities", "label": "LAW", "spans": [[treaty, treaty + 6]]},
        {"op": "edit", "item": item_at(desk, "Ruiz", 2).id, "spans": [[treaty + 7, treaty + 11]]},
        {"op": "reject", "item": item_at(desk, "thanked", layer="events").id},
        FINISH,
    )
    name, content = exchange.exported(desk, "anna", to, ["palau"], False, [])
    assert name.startswith("review-anna")
    uuid = new()
    outcome, told = imported(desk, "ben", uuid, to, content, [])
    assert told["moved"] == 0 and told["articles"] == 1
    assert (told["rejected"], told["added"]) == (3, 2)
    assert desk.state("ben", "other").items == desk.base("other")

    def rows(by: str) -> dict[str, list[tuple[object, ...]]]:
        found = verdict(desk.state(by, "palau"), desk.document("palau"), TEXT, desk.sentences("palau")).extraction
        return {
            "entities": [(row.start, row.end, row.label, row.canonical_name, row.country) for row in found.entities],
            "dates": [(row.start, row.value, row.earliest, row.latest) for row in found.dates],
            "quotations": [(row.spans, row.kind, row.speaker, row.cue, row.speaker_start) for row in found.quotations],
            "events": [(row.trigger_start, row.event_type, row.actor, row.recipient_country) for row in found.events],
        }

    assert rows("ben") == rows("anna")
    assert imported(desk, "ben", uuid, to, content, [])[0].repeated
    desk.undo("ben", "palau", new())
    assert desk.state("ben", "palau").items == desk.base("palau")
    assert outcome.entry.says.startswith(f"imported {to}: ")


def test_a_file_with_one_layer_decides_about_that_layer_only(desk: Desk) -> None:
    _, content = exchange.exported(desk, "anna", "doccano", ["palau"], True, ["dates"])
    _, told = imported(desk, "anna", new(), "doccano", content, [])
    assert (told["accepted"], told["rejected"]) == (3, 0)
    statuses = {item.layer: item.status for item in desk.state("anna", "palau").items.values()}
    assert statuses["entities"] is statuses["blocks"] is Status.UNDECIDED
    assert statuses["dates"] is Status.ACCEPTED


def test_marks_are_found_again_where_numbers_are_off(desk: Desk) -> None:
    """As from a tool that loses carriage returns: all but the first line have moved."""
    _, content = exchange.exported(desk, "anna", "doccano", ["palau"], True, ["entities"])
    record = json.loads(content)
    record["text"] = TEXT.replace("\r", "")
    for entity in record["entities"]:
        for name in ("start_offset", "end_offset"):
            entity[name] -= TEXT[: entity[name]].count("\r")
    _, told = imported(desk, "anna", new(), "doccano", json.dumps(record).encode(), [])
    assert (told["moved"], told["accepted"], told["added"]) == (7, 8, 0)


@pytest.mark.parametrize("content", [b"nonsense", b"PK\x03\x04nonsense", b"{}", b'{"text": "of another article"}'])
@pytest.mark.parametrize("origin", ["doccano", "brat", "w3c", "csv", "xlsx", "docbin", "nothing"])
def test_a_broken_file_is_told_so(desk: Desk, origin: str, content: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        imported(desk, "anna", new(), origin, content, [])
    assert refused.value.status in (400, 409)
    assert desk.log.last() == 0


@pytest.mark.parametrize("name", ["../outside.ann", "/outside.ann", "a/../../outside.ann", "..\\outside.ann"])
def test_an_archive_stays_in_its_place(desk: Desk, name: str) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, "T1\tGPE 0 5\tPalau\n")
    with pytest.raises(RefusedError, match="path"):
        imported(desk, "anna", new(), "brat", held.getvalue(), [])


def test_a_wrong_rule_becomes_a_case(desk: Desk) -> None:
    monday = item_at(desk, "Monday", layer="dates")
    do(desk, {"op": "edit", "item": monday.id, "attributes": {"value": "2024-02-26"}})
    path, _ = cases.write_case(desk, "anna", "palau", monday.id, 'the Monday "before"')
    cases.write_case(desk, "anna", "palau", monday.id, 'the Monday "before"')
    (case,) = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    assert path.parent == desk.settings.case_folder / "dates"
    assert (case["name"], case["rule"], str(case["published"])) == ('the Monday "before"', "date", "2024-03-04")
    text, marks = parse(case["text"])
    assert text in TEXT
    assert [(label, attributes["value"], text[start:end]) for label, attributes, start, end in marks] == [
        ("DATE", "2024-02-26", "Monday")
    ]
    said = item_at(desk, "“The sea,”", layer="quotations")
    path, _ = cases.write_case(desk, "anna", "palau", said.id, "")
    (case,) = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    assert read_tagged(case["text"])[1] == set()  # undecided itself, and doubted
    do(desk, {"op": "accept", "item": said.id})
    cases.write_case(desk, "anna", "palau", said.id, "it is right")
    case = tomllib.loads(path.read_text(encoding="utf-8"))["case"][1]
    text, found = read_tagged(case["text"])
    ((content, cue, speaker),) = found
    assert [text[start:end] for start, end in (*content, *cue, *speaker)] == [
        "“The sea,”",
        "“cannot wait.”",
        "said",
        "Ruiz",
    ]
    for words, layer in (("signed", "events"), ("Fiji", "entities"), ("Sign up", "blocks")):
        path, _ = cases.write_case(desk, "anna", "palau", item_at(desk, words, layer=layer).id, "x" * 10)
        assert tomllib.loads(path.read_text(encoding="utf-8"))["case"]


def test_an_id_that_is_no_name_for_a_file_is_not_written(desk: Desk) -> None:
    for article_id in ("../palau", "a/b", ".hidden", "a\\b"):
        with pytest.raises(RefusedError, match="no name for a file"):
            gold_step.gold_path(desk, article_id)


def test_the_gold_of_another_is_not_shown_to_who_is_blind(desk: Desk) -> None:
    do(desk, FINISH)
    path = Path(gold_step.save(desk, "anna", "palau", "refuse")["path"])
    first = path.read_text().split("\t")[0]
    path.write_text(path.read_text() + f"#1\tAnnotatorNotes {first}\tannas remark\n")
    do(desk, {"op": "accept", "item": item_at(desk, "Palau").id}, by="ben")
    assert "annas remark" not in gold_step.preview(desk, "ben", "palau")["ann"]
    assert "annas remark" in gold_step.preview(desk, "anna", "palau")["ann"]
