"""What users of the dataset rely on, on the shipped corpus from end to end."""

import csv
import hashlib
import importlib.metadata
import json
import sys
from pathlib import Path

import pandas as pd
import pytest

import pipeline
from pipeline.engines import Settings
from pipeline.run import extract
from pipeline.tables import ROW_TYPES, tables
from tests.conftest import RAW

csv.field_size_limit(sys.maxsize)


def rows(dataset: Path, table: str) -> list[dict[str, str]]:
    with (dataset / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def texts(dataset: Path) -> dict[str, str]:
    return {path.stem: path.read_bytes().decode("utf-8") for path in (dataset / "texts").iterdir()}


def test_every_table_is_there_with_its_header(dataset: Path) -> None:
    for table in tables():
        with (dataset / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == list(table.header)


@pytest.mark.parametrize("table", [name for name in ROW_TYPES if name not in ("documents", "problems")])
def test_every_table_has_rows_and_every_row_its_words(table: str, dataset: Path) -> None:
    source, found = texts(dataset), rows(dataset, table)
    assert found
    for row in found:
        text = source[row["article_id"]]
        pieces = [span.split("-") for span in row["spans"].split(";")] if table == "quotations" else []
        words = " [...] ".join(text[int(start) : int(end)] for start, end in pieces) if pieces else ""
        assert row["text"] == (words or text[int(row["start"]) : int(row["end"])])


def test_every_participant_cue_and_speaker_has_its_words(dataset: Path) -> None:
    source = texts(dataset)
    for row in rows(dataset, "events"):
        for side in ("actor", "recipient"):
            starts, ends = row[f"{side}_start"].split(";"), row[f"{side}_end"].split(";")
            for start, end, name in zip(starts, ends, row[side].split(";"), strict=True):
                assert not name or source[row["article_id"]][int(start) : int(end)] == name
    for row in rows(dataset, "quotations"):
        if row["cue"]:
            assert source[row["article_id"]][int(row["cue_start"]) : int(row["cue_end"])] == row["cue"]


def test_text_files_are_copied_byte_for_byte(dataset: Path) -> None:
    originals = list(RAW.rglob("*.txt"))
    assert originals
    for path in originals:
        assert (dataset / "texts" / path.name).read_bytes() == path.read_bytes()


def test_no_row_breaks_a_promise(dataset: Path) -> None:
    assert [row for row in rows(dataset, "problems") if row["stage"] not in ("language",)] == []


def test_two_runs_two_workers_and_a_resumed_run_give_the_same_bytes(dataset: Path, tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in dataset.glob("*.csv")}
    halves = sorted(path for path in RAW.iterdir() if path.suffix in (".txt", ".html", ".jsonl"))
    extract(halves[::2], tmp_path)  # an interrupted run, or other input
    extract([RAW], tmp_path, Settings(workers=2))
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")} == first


def test_dask_gives_the_same_bytes(dataset: Path, tmp_path: Path) -> None:
    extract([RAW], tmp_path, Settings(workers=2, engine="dask"))
    for path in dataset.glob("*.csv"):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_an_unchanged_run_extracts_nothing(dataset: Path) -> None:
    before = (dataset / "run.json").read_bytes()
    assert extract([RAW], dataset).extracted == 0
    assert (dataset / "run.json").read_bytes() == before


def test_the_manifest_names_the_digest_of_every_table(dataset: Path) -> None:
    manifest = json.loads((dataset / "run.json").read_text(encoding="utf-8"))
    for name in ROW_TYPES:
        digest = hashlib.sha256((dataset / f"{name}.csv").read_bytes()).hexdigest()
        assert manifest["tables"][name]["sha256"] == digest
    for name in ("numpy", "onnxruntime", "spacy"):
        assert manifest[name] == importlib.metadata.version(name)


def test_the_data_package_is_valid(dataset: Path) -> None:
    from frictionless import Package

    report = Package(str(dataset / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]


def test_pandas_reads_the_types_of_the_codebook(dataset: Path) -> None:
    frames = pipeline.read_tables(dataset)
    assert {name: len(frame) for name, frame in frames.items()} == {
        name: len(rows(dataset, name)) for name in ROW_TYPES
    }
    assert frames["blocks"].kept.dtype == bool
    assert str(frames["events"].trigger_start.dtype) == "Int64"
    assert pd.api.types.is_datetime64_any_dtype(frames["dates"].earliest)
    assert frames["events"].same_event.isna().sum() == 0


def test_every_layer_reads_every_english_article_of_the_corpus(dataset: Path) -> None:
    english = {row["article_id"] for row in rows(dataset, "documents") if row["language"] == "en"}
    assert len(english) >= 12
    for table in ("entities", "dates", "quotations", "events"):
        covered = {row["article_id"] for row in rows(dataset, table)}
        assert len(covered & english) >= 0.7 * len(english), table


def test_an_article_in_another_language_is_listed_cleaned_and_not_extracted(dataset: Path) -> None:
    others = {row["article_id"] for row in rows(dataset, "documents") if row["language"] != "en"}
    assert others
    assert others <= {row["article_id"] for row in rows(dataset, "problems") if row["stage"] == "language"}
    assert others <= {row["article_id"] for row in rows(dataset, "blocks")}
    assert not others & {row["article_id"] for row in rows(dataset, "entities")}
