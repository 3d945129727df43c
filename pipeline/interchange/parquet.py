"""Parquet: a file for each table, with lists, dates and numbers as such."""

from pathlib import Path
from typing import Any

from pipeline import writers
from pipeline.errors import InputError
from pipeline.interchange.datasets import table_rows
from pipeline.interchange.extras import optional
from pipeline.interchange.marks import Row
from pipeline.schema import cell_text
from pipeline.tables import tables


def write(folder: Path, path: Path) -> tuple[str, ...]:
    """Write every table of a dataset into a folder.

    Raises:
        InputError: pyarrow is not installed.
    """
    optional("pyarrow", "parquet", "parquet")
    path.mkdir(parents=True, exist_ok=True)
    for table in tables():
        rows = ([row[column] for column in table.header] for row in table_rows(folder / f"{table.name}.csv"))
        writers.write_parquet(table, rows, path / f"{table.name}.parquet")
    return ()


def read(path: Path) -> dict[str, list[Row]]:
    """The tables of such a folder, or of one that `extract --format parquet` wrote, as cells.

    Raises:
        InputError: pyarrow is not installed, or the folder holds none of the tables.
    """
    parquet = optional("pyarrow.parquet", "parquet", "parquet")
    found: dict[str, list[Row]] = {}
    for table in tables():
        name = path / f"{table.name}.parquet"
        if name.is_file():
            rows = parquet.read_table(name).to_pylist()
            found[table.name] = [{column: _cell(row.get(column)) for column in table.header} for row in rows]
    if "documents" not in found:
        raise InputError(f"{path}: no documents.parquet; give the folder that export --to parquet wrote")
    return found


def _cell(value: Any) -> str:
    return cell_text(tuple(value) if isinstance(value, list) else value)
