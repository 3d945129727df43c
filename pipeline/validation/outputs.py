"""What `extract` wrote, back as rows: the CSV tables of an output folder and the texts beside them."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import dataset
from pipeline.errors import InputError
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
        found: Iterator[Any] = dataset.rows(folder, ROW_TYPES[table.name])
        for row in found:
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
