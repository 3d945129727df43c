"""Tables for spreadsheets and columnar tools: safe to open, and what a cell said it still says."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.interchange import csv_safe, parquet, xlsx
from pipeline.interchange.datasets import table_rows
from pipeline.tables import ROW_TYPES
from tests.interchange.articles import joining, write_dataset

NO_XLSX = "the extra 'xlsx' (XlsxWriter) is not installed"
NO_PARQUET = "the extra 'parquet' (pyarrow) is not installed"
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "'quoted'",
    "＝1",
    "https://news.example/",
    "007",
    "_x0041_",
    "a\rb\r\nc",
]
CELLS = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def dataset(folder: Path, title: str = "Finland joins NATO") -> Path:
    """The dataset of one article with a title of one's own."""
    article = joining()
    document = {**article.tables["documents"][0], "title": title}
    return write_dataset(folder, type(article)("a", article.text, {**article.tables, "documents": (document,)}))


def cells_of(folder: Path) -> dict[str, list[dict[str, str]]]:
    return {table: [dict(row) for row in table_rows(folder / f"{table}.csv")] for table in ROW_TYPES}


@pytest.mark.parametrize("title", HOSTILE)
def test_a_cell_that_looks_like_a_formula_stays_exact_in_the_published_table(tmp_path: Path, title: str) -> None:
    with (dataset(tmp_path, title) / "documents.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["title"] == title


@pytest.mark.parametrize("title", ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_the_safe_variant_guards_it(tmp_path: Path, title: str) -> None:
    csv_safe.write(dataset(tmp_path / "ours", title), tmp_path / "safe")
    content = (tmp_path / "safe" / "documents.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    with (tmp_path / "safe" / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["title"] == "'" + title


def test_the_safe_variant_leaves_negative_numbers_alone(tmp_path: Path) -> None:
    article = joining()
    event = {**article.tables["events"][0], "score": "-9"}
    folder = write_dataset(tmp_path / "ours", type(article)("a", article.text, {**article.tables, "events": (event,)}))
    csv_safe.write(folder, tmp_path / "safe")
    with (tmp_path / "safe" / "events.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["score"] == "-9"


@given(cell=CELLS)
def test_a_guard_is_taken_away_again(cell: str) -> None:
    guarded = csv_safe.GUARD + cell if cell.startswith(csv_safe.DANGEROUS) else cell
    assert not guarded.startswith(tuple("=+-@\t\r"))
    assert csv_safe.unguarded(guarded) == cell


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=CELLS)
def test_the_safe_tables_come_back_as_they_were(tmp_path: Path, title: str) -> None:
    folder = dataset(tmp_path / "ours", title)
    csv_safe.write(folder, tmp_path / "safe")
    assert csv_safe.read(tmp_path / "safe") == cells_of(folder)


def test_the_safe_tables_never_overwrite_the_dataset(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the folder of the dataset itself"):
        csv_safe.write(dataset(tmp_path), tmp_path)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=CELLS)
def test_a_workbook_comes_back_as_it_went(tmp_path: Path, title: str) -> None:
    pytest.importorskip("xlsxwriter", reason=NO_XLSX)
    folder = dataset(tmp_path / "ours", title)
    assert xlsx.write(folder, tmp_path / "tables.xlsx") == ()
    assert xlsx.read(tmp_path / "tables.xlsx") == cells_of(folder)


@pytest.mark.parametrize("title", ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "https://news.example/", "007"])
def test_openpyxl_finds_texts_where_others_would_find_formulas_and_links(tmp_path: Path, title: str) -> None:
    pytest.importorskip("xlsxwriter", reason=NO_XLSX)
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl, which this test reads with, is not installed")
    xlsx.write(dataset(tmp_path, title), tmp_path / "tables.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "tables.xlsx")["documents"]
    header = [cell.value for cell in sheet[1]]
    cell = sheet[2][header.index("title")]
    assert (cell.value, cell.data_type, cell.hyperlink) == (title, "s", None)
    assert sheet.freeze_panes == "A2"


def test_the_workbook_has_types_and_a_codebook(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter", reason=NO_XLSX)
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl, which this test reads with, is not installed")
    xlsx.write(dataset(tmp_path), tmp_path / "tables.xlsx")
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert book.sheetnames == [*ROW_TYPES, "codebook"]
    header = [cell.value for cell in book["events"][1]]
    event = dict(zip(header, (cell.value for cell in book["events"][2]), strict=True))
    assert event["date_earliest"].date().isoformat() == "2011-07-04"
    assert isinstance(event["score"], float | int)
    assert ("events", "modality") in {(row[0].value, row[1].value) for row in book["codebook"].iter_rows()}


def test_days_that_excel_does_not_know_stay_days(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter", reason=NO_XLSX)
    article = joining()
    date = {**article.tables["dates"][0], "value": "18", "earliest": "1800-01-01", "latest": "1900-01-31"}
    folder = write_dataset(tmp_path / "ours", type(article)("a", article.text, {**article.tables, "dates": (date,)}))
    xlsx.write(folder, tmp_path / "tables.xlsx")
    assert xlsx.read(tmp_path / "tables.xlsx")["dates"] == [date]


def test_a_text_longer_than_a_cell_is_cut_and_said_to_be(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter", reason=NO_XLSX)
    (remark,) = xlsx.write(dataset(tmp_path, "🎉" * 20_000), tmp_path / "tables.xlsx")
    assert remark == "documents, row 2, title: longer than a cell of Excel; cut"
    assert xlsx.read(tmp_path / "tables.xlsx")["documents"][0]["title"] == ""


def test_the_same_dataset_gives_the_same_workbook(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter", reason=NO_XLSX)
    folder = dataset(tmp_path / "ours")
    xlsx.write(folder, tmp_path / "one.xlsx")
    xlsx.write(folder, tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_what_is_no_workbook_is_refused_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "tables.xlsx"
    path.write_text("title;byline")
    with pytest.raises(InputError, match=r"not an \.xlsx workbook .*; save it as Excel workbook"):
        xlsx.read(path)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=CELLS)
def test_parquet_comes_back_as_it_went(tmp_path: Path, title: str) -> None:
    pytest.importorskip("pyarrow", reason=NO_PARQUET)
    folder = dataset(tmp_path / "ours", title)
    parquet.write(folder, tmp_path / "parquet")
    assert parquet.read(tmp_path / "parquet") == cells_of(folder)


def test_parquet_has_lists_and_days(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason=NO_PARQUET)
    import pyarrow.parquet as pq

    parquet.write(dataset(tmp_path / "ours"), tmp_path / "parquet")
    (event,) = pq.read_table(tmp_path / "parquet" / "events.parquet").to_pylist()
    assert event["actor"] == ["Finland"]
    assert event["date_earliest"].isoformat() == "2011-07-04"


@pytest.mark.parametrize(("module", "extra"), [("xlsxwriter", "xlsx"), ("pyarrow", "parquet"), ("cassis", "cas")])
def test_a_missing_library_is_named_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, extra: str
) -> None:
    from pipeline.interchange import export_dataset

    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(InputError, match=rf"pip install 'article-events\[{extra}\]'"):
        export_dataset(dataset(tmp_path / "ours"), extra, tmp_path / "out")
