"""CSV for people who double-click: with a byte-order mark, and no cell that a spreadsheet takes for a formula.

A cell that begins with = + - @, a tab, a carriage return or ' gets a ' before it, which spreadsheets do not show and
which reading takes away again. The published tables stay as they are: there a cell is exactly what the text says.
"""

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline import writers
from pipeline.errors import InputError
from pipeline.interchange.datasets import table_rows
from pipeline.interchange.marks import Row
from pipeline.schema import Table
from pipeline.tables import tables

GUARD = "'"
DANGEROUS = tuple("=+-@\t\r'") + tuple("＝＋－＠")  # and their full-width forms, which some spreadsheets read alike
BOM = "\ufeff"


def write(folder: Path, path: Path) -> tuple[str, ...]:
    """Write every table of a dataset into another folder."""
    if path.resolve() == folder.resolve():
        raise InputError(f"{path}: the folder of the dataset itself; give another --output")
    for table in tables():
        lines = writers.csv_lines(table, guarded(table, table_rows(folder / f"{table.name}.csv")))
        writers.replace_file(path / f"{table.name}.csv", _with_bom(lines))
    return ()


def _with_bom(lines: Iterator[str]) -> Iterator[str]:
    yield BOM
    yield from lines


def guarded(table: Table, rows: Iterable[Row]) -> Iterator[list[str]]:
    """The rows with dangerous cells guarded; numbers are none, not even negative ones."""
    texts = [column.kind not in writers.BARE_KINDS or column.many for column in table.columns]
    for row in rows:
        cells = (row[column] for column in table.header)
        yield [
            GUARD + cell if text and cell.startswith(DANGEROUS) else cell
            for text, cell in zip(texts, cells, strict=True)
        ]


def read(path: Path) -> dict[str, list[Row]]:
    """The tables of such a folder, their cells as they were.

    Raises:
        InputError: the folder holds none of the tables.
    """
    csv.field_size_limit(sys.maxsize)
    found: dict[str, list[Row]] = {}
    for table in tables():
        name = path / f"{table.name}.csv"
        if name.is_file():
            with name.open(encoding="utf-8-sig", newline="") as file:
                found[table.name] = [
                    {column: unguarded(cell or "") for column, cell in row.items() if column in table.header}
                    for row in csv.DictReader(file)
                ]
    if "documents" not in found:
        raise InputError(f"{path}: no documents.csv; give the folder that export --to csv-safe wrote")
    return found


def unguarded(cell: str) -> str:
    """The cell without its guard."""
    return cell[1:] if cell.startswith(GUARD) and cell[1:].startswith(DANGEROUS) else cell
