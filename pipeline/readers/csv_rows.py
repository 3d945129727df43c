"""CSV: an article in each row, in a column named text or html; the other columns as the fields of JSONL."""

import csv
from collections.abc import Iterable, Iterator

from pipeline.readers.decoding import LOST_BYTE, decode
from pipeline.readers.identifiers import Identifiers
from pipeline.readers.lines import LARGEST_RECORD, TOO_LONG, Line
from pipeline.readers.problems import UnreadableError
from pipeline.readers.records import FIELDS, Origin, Unread, record_articles

# Spreadsheets write a semicolon where the comma is the decimal mark.
DELIMITERS = (",", ";", "\t")
MARK = "\ufeff"


def read_csv(lines: Iterable[Line], source_file: str, stem: str, ids: Identifiers) -> Iterator[Unread]:
    """The articles of a CSV file; a record without text costs itself, broken quoting the rows after it."""
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST_RECORD))
    rows = _Rows(lines)
    whole = Origin(source_file, "")
    try:
        columns = rows.header()
        if not columns:
            yield whole.problem("the file is empty: no header, no record to read")
        elif not {"text", "html"} & set(columns):
            yield whole.problem(f"no column is named text or html; columns are {', '.join(columns)[:200]}")
        else:
            for number, row in rows:
                yield from _record(columns, row, Origin(source_file, f"{stem}-{number}", f"line {number}"), ids)
            if not rows.count:
                yield whole.problem("the file has a header and no record")
    except csv.Error as error:
        place = f"line {rows.line}"
        message = f"broken CSV ({error}); this row and those after it are left out; mend that line and run again"
        yield Origin(source_file, "", place).problem(message)


class _Rows:
    """The rows of a CSV file with the line on which each begins."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = self._counted(lines)
        self._delimiter = ","
        self.read = 0  # lines read so far
        self.line = 1  # where the row begins that is being read
        self.count = 0

    def _counted(self, lines: Iterable[Line]) -> Iterator[Line]:
        record = 0
        for line in lines:
            self.read += 1
            record = record + len(line) if self.read > self.line else len(line)
            if line is TOO_LONG or record > 2 * LARGEST_RECORD:
                raise csv.Error(TOO_LONG)
            yield line

    def header(self) -> list[str]:
        first = next((line for line in self._lines if line.strip(MARK + " \t\r\n")), "").removeprefix(MARK)
        columns: list[str] = []
        for self._delimiter in DELIMITERS:
            row = next(csv.reader([first], delimiter=self._delimiter), [])
            columns = [name.strip().casefold() for name in row]
            if {"text", "html"} & set(columns):
                return columns
        return [name.strip() for name in next(csv.reader([first]), [])]

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._lines, delimiter=self._delimiter, strict=True)
        self.line = self.read + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                self.count += 1
                yield self.line, row
            self.line = self.read + 1


def _record(columns: list[str], row: list[str], origin: Origin, ids: Identifiers) -> Iterator[Unread]:
    if len(row) != len(columns):
        message = f"{len(row)} cells where the header has {len(columns)}; quote cells that hold the delimiter"
        yield origin.problem(f"{message}; the record is left out")
        return
    try:
        cells, warning = _decoded(row)
    except UnreadableError as error:
        yield origin.problem(f"{error}; the record is left out")
        return
    fields: dict[str, object] = {}
    for name, cell in zip(columns, cells, strict=True):
        if name in FIELDS and cell:
            fields.setdefault(name, cell)
    article_id = ""
    for found in record_articles(fields, origin, ids):
        article_id = getattr(found, "id", article_id)
        yield found
    if warning and article_id:
        yield origin.problem(warning, article_id)


def _decoded(row: list[str]) -> tuple[list[str], str]:
    """The cells, decoded together where one of them is not UTF-8."""
    if not any(map(LOST_BYTE.search, row)):
        return row, ""
    divider = b"\n\x1b\n"
    text, warning = decode(divider.join(cell.encode("utf-8", "surrogateescape") for cell in row))
    cells = text.split("\n\x1b\n")
    if len(cells) != len(row):
        raise UnreadableError("in no encoding that is known; save the input as UTF-8")
    return cells, warning
