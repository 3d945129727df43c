"""One row in its sentence, for the terminal."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import InputError
from pipeline.tables import tables

ID_COLUMNS = {"entities": "entity_id", "dates": "date_id", "quotations": "quotation_id", "events": "event_id"}
CONTEXT = 120  # characters on either side when the row stands in a longer paragraph


def shown_rows(folder: Path, row_id: str) -> Iterator[str]:
    """Each row with this id: its words between the words around them, then its cells.

    Raises:
        InputError: the folder holds no dataset, or no row has this id.
    """
    csv.field_size_limit(sys.maxsize)
    found = False
    for table in tables():
        if table.name not in ID_COLUMNS:
            continue
        for row in _rows(folder / f"{table.name}.csv"):
            if row[ID_COLUMNS[table.name]] == row_id:
                found = True
                yield _shown(folder, table.name, row)
    if not found:
        raise InputError(
            f"{folder}: no row has the id {row_id!r}; ids are in the columns {', '.join(ID_COLUMNS.values())}"
        )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such table; give the folder that extract wrote with --output") from error


def _shown(folder: Path, table: str, row: dict[str, str]) -> str:
    with (folder / "texts" / f"{row['article_id']}.txt").open(encoding="utf-8", newline="") as file:
        text = file.read()
    start, end = int(row["start"]), int(row["end"])
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    sentence = f"... {before.split(chr(10))[-1]}[[{text[start:end]}]]{after.split(chr(10))[0]} ..."
    cells = "\n".join(f"  {name:22} {value}" for name, value in row.items() if value and name != "text")
    return f"{table}\n{sentence}\n{cells}\n"
