"""Datasets made by hand: rows and texts in, the folder that extract would have written out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import writers
from pipeline.labels import EntityLabel, MentionType, Stage, TimexType
from pipeline.schema import cell_text, describe
from pipeline.tables import ROW_TYPES, DateRow, EntityRow, ProblemRow, cells


def write_dataset(folder: Path, rows: Mapping[str, Sequence[Any]], texts: Mapping[str, str] = {}) -> Path:
    """Every table, the ones not given with a header only, and the texts."""
    for name, row_type in ROW_TYPES.items():
        lines = ([cell_text(cell) for cell in cells(row)] for row in rows.get(name, ()))
        writers.write_csv(describe(row_type), lines, folder / f"{name}.csv")
    (folder / "texts").mkdir(exist_ok=True)
    for article, text in texts.items():
        (folder / "texts" / f"{article}.txt").write_bytes(text.encode())
    return folder


def entity_row(start: int, end: int, text: str, **changes: Any) -> EntityRow:
    cells = {
        "article_id": "a", "entity_id": f"a:e{start}", "start": start, "end": end, "text": text[start:end],
        "label": EntityLabel.GPE, "canonical_name": text[start:end], "country": "", "mention_type": MentionType.NAME,
        "rule": "test",
    }  # fmt: skip
    return EntityRow(**{**cells, **changes})


def date_row(start: int, end: int, text: str, **changes: Any) -> DateRow:
    cells = {
        "article_id": "a", "date_id": f"a:d{start}", "start": start, "end": end, "text": text[start:end],
        "type": TimexType.DATE, "value": "2011-07-04", "mod": None, "earliest": None, "latest": None, "anchor": "",
        "rule": "test",
    }  # fmt: skip
    return DateRow(**{**cells, **changes})


def problem_row(message: str, **changes: Any) -> ProblemRow:
    cells = {"source_file": "a.txt", "article_id": "a", "stage": Stage.READ, "message": message}
    return ProblemRow(**{**cells, **changes})
