"""The dataset as typed rows, one at a time, without pandas and without spaCy: for report, panel, scores and review."""

import csv
import functools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import InputError
from pipeline.schema import Column, cell_value, describe

Row = TypeVar("Row")


def rows(folder: Path, row_type: type[Row]) -> Iterator[Row]:
    """The rows of one table of a dataset, in the order of the file.

    Raises:
        InputError: the table is missing, lacks a column, or a cell does not hold what its column promises.
    """
    table = describe(row_type)
    path = table_path(folder, table.name)
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        missing = [name for name in table.header if name not in header]
        if missing:
            raise InputError(
                f"{path}: no column {', '.join(missing)}; the table is of another version or was edited: "
                "extract again with --fresh"
            )
        columns = [(column.name, header.index(column.name), _reader(column)) for column in table.columns]
        for number, line in enumerate(reader, start=2):
            try:
                cells = {name: read(line[at]) for name, at, read in columns}
            except (ValueError, IndexError) as error:
                raise InputError(f"{path}, row {number}: {error}; mend the cell, or extract again") from error
            yield row_type(**cells)


def _reader(column: Column) -> Callable[[str], Any]:
    """How to read the cells of a column; a plain text is itself, and most cells are plain texts."""
    if column.kind is str and not column.many:
        return str
    # Few different cells (labels, flags, countries, days) fill most columns: each is read once.
    return functools.lru_cache(maxsize=4096)(functools.partial(cell_value, column))


def table_path(folder: Path, name: str) -> Path:
    """Where a table of the dataset lies.

    Raises:
        InputError: it is not there.
    """
    path = folder / f"{name}.csv"
    if path.is_file():
        return path
    if path.with_suffix(".parquet").is_file():
        raise InputError(f"{path}: the dataset is Parquet; write it as CSV: `article-events extract ... --format csv`")
    raise InputError(f"{path}: no such table; run `article-events extract INPUT --output {folder}` first")
