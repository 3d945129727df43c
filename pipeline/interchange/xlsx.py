"""One workbook for Excel and LibreOffice: a sheet for each table and the codebook as the last.

Texts are written as texts: a cell that begins with = + - or @ is never a formula, an address never a link, and both
stay exactly what the text says. A cell holds at most 32,767 characters; a longer one is cut, ends with a remark and is
told to the caller.
"""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.interchange.datasets import table_rows
from pipeline.interchange.extras import optional
from pipeline.interchange.marks import Row
from pipeline.labels import Label
from pipeline.schema import Column, Table, cell_text, cell_value
from pipeline.tables import tables

CELL_UNITS = 32_767  # UTF-16 units in a cell
SHEET_ROWS = 1_048_576
CUT = " [... cut: see texts/]"
CODEBOOK = "codebook"
WIDTHS = {"text": 60, "message": 80, "title": 40}  # columns that people read; the others are as wide as their name
DAY_ZERO = datetime.date(1899, 12, 30)
FIRST_DAY = datetime.date(1900, 3, 1)  # Excel knows no day before 1900, and believes in a 29 February of that year


def write(folder: Path, path: Path) -> tuple[str, ...]:
    """Write the workbook; returns a remark for each cell that was cut.

    Raises:
        InputError: XlsxWriter is not installed, or a table has more rows than a sheet.
    """
    xlsxwriter = optional("xlsxwriter", "xlsx", "xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    # The same dataset gives the same file: no clock, and no temporary files that a full disk could spoil.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    workbook = xlsxwriter.Workbook(content, options)
    workbook.set_properties({"title": "article-events", "created": datetime.datetime(2000, 1, 1)})
    styles = {
        "header": workbook.add_format({"bold": True, "bg_color": "#e8e8e8"}),
        "day": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "plain": workbook.add_format({"text_wrap": False, "valign": "top"}),
    }
    remarks = [remark for table in tables() for remark in _write_table(workbook, styles, table, folder)]
    _write_codebook(workbook, styles)
    workbook.close()
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(content.getvalue())
    temporary.replace(path)
    return tuple(remarks)


def _write_table(workbook: Any, styles: dict[str, Any], table: Table, folder: Path) -> Iterator[str]:
    sheet = workbook.add_worksheet(table.name)
    _write_header(sheet, styles, table.header)
    last = 0
    for last, row in enumerate(table_rows(folder / f"{table.name}.csv"), start=1):
        if last >= SHEET_ROWS:
            raise InputError(
                f"{table.name}: more rows than a sheet holds ({SHEET_ROWS - 1}); export to parquet instead"
            )
        for number, column in enumerate(table.columns):
            if _write_cell(sheet, styles, last, number, column, row[column.name]):
                yield f"{table.name}, row {last + 1}, {column.name}: longer than a cell of Excel; cut"
    sheet.autofilter(0, 0, last, len(table.header) - 1)


def _write_header(sheet: Any, styles: dict[str, Any], header: tuple[str, ...]) -> None:
    for number, name in enumerate(header):
        sheet.write_string(0, number, name, styles["header"])
        sheet.set_column(number, number, WIDTHS.get(name, max(10, len(name) + 2)), styles["plain"])
    sheet.freeze_panes(1, 0)


def _write_cell(sheet: Any, styles: dict[str, Any], row: int, number: int, column: Column, cell: str) -> bool:
    """Write one cell by its type; returns whether it had to be cut."""
    if not cell:
        return False
    value = cell if column.many else cell_value(column, cell)
    if isinstance(value, bool):
        sheet.write_boolean(row, number, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, number, value)
    elif isinstance(value, datetime.date) and value >= FIRST_DAY:
        sheet.write_datetime(row, number, datetime.datetime.combine(value, datetime.time()), styles["day"])
    else:  # texts, and days that Excel does not know
        short = _shortened(cell)
        sheet.write_string(row, number, short)
        return short != cell
    return False


def _shortened(cell: str) -> str:
    """The cell, as much of it as Excel holds."""
    if len(cell.encode("utf-16-le")) // 2 <= CELL_UNITS:
        return cell
    kept = cell.encode("utf-16-le")[: 2 * (CELL_UNITS - len(CUT))].decode("utf-16-le", "ignore")
    return kept + CUT


def _write_codebook(workbook: Any, styles: dict[str, Any]) -> None:
    sheet = workbook.add_worksheet(CODEBOOK)
    _write_header(sheet, styles, ("table", "column", "type", "required", "description", "values"))
    for row, line in enumerate(codebook_lines(), start=1):
        for number, cell in enumerate(line):
            sheet.write_string(row, number, cell)
    sheet.set_column(4, 5, 80)


def codebook_lines() -> Iterator[tuple[str, ...]]:
    """A line for each column: what it means and what it may hold."""
    for table in tables():
        for column in table.columns:
            kind = "label" if issubclass(column.kind, Label) else column.kind.__name__
            kind = f"{kind}, several joined by ;" if column.many else kind
            labels = column.kind if issubclass(column.kind, Label) else ()
            values = "\n".join(f"{label.value}: {label.definition}" for label in labels)
            yield table.name, column.name, kind, cell_text(column.required), column.description, values


# --- reading: a workbook that a person may have corrected

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def read(path: Path) -> dict[str, list[Row]]:
    """The tables of a workbook, ours or one saved again by Excel or LibreOffice, as cells.

    A text that had been cut is read as empty: the offsets beside it still say where it stands.

    Raises:
        InputError: the file is no workbook, or has no sheet of documents.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            book = _Workbook(archive)
            found = {table.name: book.rows(table) for table in tables() if table.name in book.sheets}
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise InputError(f"{path}: not an .xlsx workbook ({error}); save it as Excel workbook (.xlsx)") from error
    if "documents" not in found:
        raise InputError(f"{path}: no sheet called documents; give a workbook that export --to xlsx wrote")
    return found


class _Workbook:
    """The parts of an .xlsx file that matter here."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        targets = {
            relation.get("Id"): str(relation.get("Target")) for relation in self._xml("xl/_rels/workbook.xml.rels")
        }
        self.sheets = {
            str(sheet.get("name")): "xl/" + targets[sheet.get(RELATION)].removeprefix("/xl/")
            for sheet in self._xml("xl/workbook.xml").iter(f"{MAIN}sheet")
        }
        shared = "xl/sharedStrings.xml"
        names = archive.namelist()
        self.strings = [_text_in(item) for item in self._xml(shared).iter(f"{MAIN}si")] if shared in names else []

    def _xml(self, name: str) -> Any:
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        return etree.fromstring(self.archive.read(name), parser)

    def rows(self, table: Table) -> list[Row]:
        """The rows of one sheet, by the names in its first line."""
        lines = [self._cells(line) for line in self._xml(self.sheets[table.name]).iter(f"{MAIN}row")]
        header = lines[0] if lines else {}
        kinds = {column.name: column for column in table.columns}
        rows: list[Row] = []
        for line in lines[1:]:
            row = {name: line.get(place, "") for place, name in header.items() if name in kinds}
            if any(row.values()):
                rows.append({name: _as_cell(kinds[name], row.get(name, "")) for name in table.header})
        return rows

    def _cells(self, line: Any) -> dict[str, str]:
        return {re.sub("[0-9]", "", cell.get("r")): self._value(cell) for cell in line.iter(f"{MAIN}c")}

    def _value(self, cell: Any) -> str:
        if cell.get("t") == "inlineStr":
            return _text_in(cell)
        value = cell.findtext(f"{MAIN}v") or ""
        if cell.get("t") == "s":
            return self.strings[int(value)]
        if cell.get("t") == "b":
            return "true" if value == "1" else "false"
        return ESCAPED.sub(_unescaped, value)


def _text_in(item: Any) -> str:
    # Phonetic guides (rPh) are no part of the text.
    runs = (t for t in item.iter(f"{MAIN}t") if t.getparent().tag != f"{MAIN}rPh")
    return ESCAPED.sub(_unescaped, "".join(run.text or "" for run in runs))


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match.group(1), 16))


def _as_cell(column: Column, value: str) -> str:
    """The cell of the published table that a cell of the sheet stands for."""
    if value.endswith(CUT):
        return ""
    if not value or column.many or column.kind not in (int, float, datetime.date):
        return value
    try:
        number = float(value)
    except ValueError:
        return value  # an early day, or what a person wrote
    if column.kind is datetime.date:
        return (DAY_ZERO + datetime.timedelta(days=int(number))).isoformat()
    return str(int(number)) if column.kind is int and number.is_integer() else cell_text(number)
