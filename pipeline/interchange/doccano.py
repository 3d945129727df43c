"""doccano: one record a line, with entities and the relations between them.

A project for sequence labelling with relations and overlapping spans takes the file as it is. doccano gives spans new
ids and keeps other fields of a record as its metadata.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.interchange import carrying
from pipeline.interchange.json_lines import read_lines, write_lines
from pipeline.interchange.marks import Mark, MarkedArticle, Tie


def write(articles: Iterable[MarkedArticle], path: Path) -> None:
    """Write a record for each article."""
    write_lines(map(record_of, articles), path)


def read(path: Path) -> Iterator[MarkedArticle]:
    """The articles of a file that doccano exported or that we wrote."""
    return read_lines(path, article_of)


def record_of(article: MarkedArticle) -> dict[str, Any]:
    """The record of one article."""
    return {
        "text": article.text,
        "entities": [
            {"id": int(mark.id), "label": mark.label, "start_offset": mark.start, "end_offset": mark.end}
            for mark in article.marks
        ],
        "relations": [
            {"id": n, "from_id": int(tie.head), "to_id": int(tie.child), "type": tie.role}
            for n, tie in enumerate(article.ties or (), start=1)
        ],
        carrying.FIELD: carrying.as_json(article.article_id, article.carried),
    }


def article_of(record: dict[str, Any]) -> MarkedArticle:
    """The article of a record, with entities as objects or, from projects without relations, as triples."""
    article_id, carried = carrying.from_json(record.get(carrying.FIELD))
    text = record["text"]
    entities = record["entities"] if "entities" in record else record.get("label", ())
    marks = tuple(_mark(n, entity, text) for n, entity in enumerate(entities))
    ties = None
    if "relations" in record:
        ties = tuple(Tie(str(tie["from_id"]), tie["type"], str(tie["to_id"])) for tie in record["relations"])
    return MarkedArticle(article_id, text, marks, ties, carried, keeps_ids=False)


def _mark(number: int, entity: Any, text: str) -> Mark:
    if isinstance(entity, list):
        start, end, label = entity
        return Mark(f"span {number}", label, start, end, text[start:end])
    start, end = entity["start_offset"], entity["end_offset"]
    return Mark(str(entity["id"]), entity["label"], start, end, text[start:end])
