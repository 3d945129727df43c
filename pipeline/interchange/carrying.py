"""The rows that travel along with the marks, as JSON inside the file of a tool."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.interchange.marks import Carried, Mark, MarkedRow

FIELD = "article_events"  # the field of a record that holds what travels along


def as_json(article_id: str, carried: Carried) -> dict[str, Any]:
    """What travels along, for the field of a record."""
    return {
        "article_id": article_id,
        "document": dict(carried.document),
        "rows": [
            {
                "table": row.table,
                "mark": row.mark,
                "parts": [list(part) for part in row.parts],
                "cells": dict(row.cells),
            }
            for row in carried.rows
        ],
        "marks": [[mark.id, mark.label, mark.start, mark.end] for mark in carried.marks],
    }


def from_json(record: Any) -> tuple[str, Carried]:
    """The article and what travelled along; nothing where the file was not written by us."""
    if not isinstance(record, dict):
        return "", Carried({})
    rows = (
        MarkedRow(row["table"], row["mark"], tuple((role, mark) for role, mark in row["parts"]), row["cells"])
        for row in record.get("rows", ())
    )
    marks = (Mark(id, label, int(start), int(end), "") for id, label, start, end in record.get("marks", ()))
    return str(record.get("article_id", "")), Carried(record.get("document", {}), tuple(rows), tuple(marks))


def reading(path: Path, place: str, read: Callable[[], Any]) -> Any:
    """What `read` gives.

    Raises:
        InputError: the record is not of the shape that the format has.
    """
    try:
        return read()
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        finding = f"field {error} is missing" if isinstance(error, KeyError) else str(error)
        raise InputError(f"{path}, {place}: {finding}; is this the format that --from names?") from error
