"""What `extract` wrote, back as rows: the CSV tables of an output folder and the texts beside them."""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.schema import Table, cell_value
from pipeline.tables import ROW_TYPES, Extraction, tables


@dataclass(frozen=True, slots=True)
class Predicted:
    """One article of an output folder."""

    article_id: str
    text: str
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class Outputs:
    """An output folder: its articles by id, and the digests of what made it."""

    folder: Path
    articles: dict[str, Predicted]
    run: dict[str, Any] = field(default_factory=dict)


def read_outputs(folder: Path) -> Outputs:
    """Every article of an output folder.

    Raises:
        InputError: the folder holds no dataset, or a table does not hold what the codebook promises.
    """
    rows: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for table in tables():
        for row in _rows(table, folder / f"{table.name}.csv"):
            if row.article_id:
                rows[row.article_id][table.name].append(row)
    articles = {
        article_id: Predicted(
            article_id,
            _text(folder / "texts" / f"{article_id}.txt"),
            Extraction(**{name: tuple(found) for name, found in rows[article_id].items()}),
        )
        for article_id in sorted(rows)
        if rows[article_id]["documents"]
    }
    return Outputs(folder, articles, _run(folder / "run.json"))


def _rows(table: Table, path: Path) -> Iterator[Any]:
    csv.field_size_limit(sys.maxsize)
    row_type = ROW_TYPES[table.name]
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            header = next(lines, [])
            missing = [name for name in table.header if name not in header]
            if missing:
                raise InputError(
                    f"{path}: no column {', '.join(missing)}; another version wrote the folder: run extract again"
                )
            places = [header.index(name) for name in table.header]
            for cells in lines:
                values = zip(table.columns, (cells[place] for place in places), strict=True)
                yield row_type(**{column.name: cell_value(column, cell) for column, cell in values})
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such table; give the folder that extract wrote with --output") from error
    except (ValueError, IndexError, UnicodeDecodeError) as error:
        raise InputError(f"{path}, line {lines.line_num}: {error}; run extract again") from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); run extract again") from error


def _run(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return described
