"""Tables that pandas, the csv module and Frictionless read alike."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import writers
from pipeline.schema import describe
from pipeline.tables import ROW_TYPES, ProblemRow
from tests.examples import block_row, document_row

PROBLEMS = describe(ProblemRow)
# Any text that UTF-8 can hold: lone surrogates cannot be written, and readers refuse them.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=200)
@given(rows=st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS)))
def test_any_text_comes_back_from_csv_as_it_went(rows: list[tuple[str, ...]]) -> None:
    lines = "".join(writers.csv_lines(PROBLEMS, rows))
    parsed = list(csv.reader(_stream(lines)))
    assert parsed[0] == list(PROBLEMS.header)
    assert [tuple(row) for row in parsed[1:]] == rows


def _stream(lines: str) -> list[str]:
    # The csv module reads a file opened with newline="": cut at \n only, as such a file is.
    return [f"{line}\n" for line in lines.split("\n")[:-1]]


def test_texts_are_quoted_and_numbers_are_not() -> None:
    row = ["a", "1", "0", "39", "true", "paragraph", "text", "", 'He said "no"']
    (_, line) = writers.csv_lines(describe(type(block_row(0, 39))), [row])
    assert line == '"a",1,0,39,true,"paragraph","text",,"He said ""no"""\n'


def test_a_table_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")

    def broken() -> list[str]:
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        writers.replace_file(path, (piece for piece in [*["new"], *broken()]))
    assert path.read_text() == "old"


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    import hashlib

    digest = writers.replace_file(tmp_path / "a.txt", ["ä", "b"])
    assert digest == hashlib.sha256("äb".encode()).hexdigest()


def test_the_data_package_describes_every_table_and_column() -> None:
    package = json.loads(writers.data_package("sample", "1.0", {name: f"{name}.csv" for name in ROW_TYPES}))
    described = {r["name"]: [field["name"] for field in r["schema"]["fields"]] for r in package["resources"]}
    assert described == {name: list(describe(row_type).header) for name, row_type in ROW_TYPES.items()}
    labels = next(f for f in package["resources"][1]["schema"]["fields"] if f["name"] == "label")
    assert "donation_appeal" in labels["constraints"]["enum"]
    assert describe(type(document_row())).name == package["resources"][0]["name"]
