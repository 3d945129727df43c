"""W3C Web Annotation: one JSON-LD annotation a line.

A position selector counts code points, as we do; a quote selector beside it, with the words before and after, still
finds the place when the text has changed. A part of a row (cue, speaker, actor ...) is an
annotation that links to the row's.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from pipeline.interchange.json_lines import read_lines, write_lines
from pipeline.interchange.marks import PIECE, Carried, Mark, MarkedArticle, MarkedRow, Tie

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
NAMES = "urn:article-events:"
AROUND = 32  # characters before and after the words


def write(articles: Iterable[MarkedArticle], path: Path) -> None:
    """Write the annotations of every article, first the one that describes it."""
    write_lines((annotation for article in articles for annotation in annotations(article)), path)


def annotations(article: MarkedArticle) -> Iterator[dict[str, Any]]:
    """The annotations of one article."""
    yield _annotation(article, "document", "describing", [_cells({"cells": dict(article.carried.document)})], [{}])
    marks = {mark.id: mark for mark in article.marks}
    links: dict[str, list[Tie]] = defaultdict(list)
    for tie in article.ties or ():
        links[tie.child].append(tie)
    rows = {row.mark: row for row in article.carried.rows}
    pieces = {tie.child for tie in article.ties or () if tie.role == PIECE}
    for mark in article.marks:
        if mark.id in pieces:
            continue
        bodies: list[dict[str, Any]] = [{"type": "TextualBody", "purpose": "tagging", "value": mark.label}]
        places = [mark]
        if row := rows.get(mark.id):
            places += [marks[child] for role, child in row.parts if role == PIECE]
            parts = [[role, child] for role, child in row.parts if role != PIECE]
            bodies.append(_cells({"table": row.table, "cells": dict(row.cells), "parts": parts}))
        bodies += [
            {"type": "SpecificResource", "purpose": "linking", "source": _name(article.article_id, tie.head)}
            for tie in links[mark.id]
        ]
        targets = [_selectors(article.text, place) for place in places]
        yield _annotation(article, mark.id, "tagging", bodies, targets)


def _annotation(
    article: MarkedArticle, local: str, motivation: str, bodies: list[dict[str, Any]], targets: list[dict[str, Any]]
) -> dict[str, Any]:
    source = f"texts/{quote(article.article_id)}.txt"
    return {
        "@context": CONTEXT,
        "id": _name(article.article_id, local),
        "type": "Annotation",
        "motivation": motivation,
        "body": bodies,
        "target": [{"type": "SpecificResource", "source": source, **target} for target in targets],
    }


def _name(article_id: str, local: str) -> str:
    return f"{NAMES}{quote(article_id, safe='')}:{quote(local, safe='')}"


def _cells(content: dict[str, Any]) -> dict[str, Any]:
    value = json.dumps(content, ensure_ascii=False)
    return {"type": "TextualBody", "purpose": "describing", "format": "application/json", "value": value}


def _selectors(text: str, mark: Mark) -> dict[str, Any]:
    before, after = text[max(0, mark.start - AROUND) : mark.start], text[mark.end : mark.end + AROUND]
    return {
        "selector": [
            {"type": "TextPositionSelector", "start": mark.start, "end": mark.end},
            {"type": "TextQuoteSelector", "exact": mark.words, "prefix": before, "suffix": after},
        ]
    }


def read(path: Path) -> Iterator[MarkedArticle]:
    """The articles whose annotations a file holds; those of one article need not stand together."""
    by_article: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for article_id, annotation in read_lines(path, lambda record: (_article_id(record), record)):
        by_article[article_id].append(annotation)
    for article_id, found in by_article.items():
        yield article_of(article_id, found)


def _targets(annotation: dict[str, Any]) -> list[Any]:
    targets = annotation["target"]
    return targets if isinstance(targets, list) else [targets]


def _bodies(annotation: dict[str, Any], purpose: str) -> list[dict[str, Any]]:
    bodies = annotation.get("body", [])
    bodies = bodies if isinstance(bodies, list) else [bodies]
    return [body for body in bodies if isinstance(body, dict) and body.get("purpose") == purpose]


def _article_id(annotation: dict[str, Any]) -> str:
    """The article is named by the file that the annotation points to."""
    target = _targets(annotation)[0]
    source = target if isinstance(target, str) else target["source"]
    return unquote(str(source).rpartition("texts/")[2]).removesuffix(".txt")


def article_of(article_id: str, found: list[dict[str, Any]]) -> MarkedArticle:
    """The article that annotations speak of."""
    document: dict[str, str] = {}
    marks: list[Mark] = []
    ties: list[Tie] = []
    rows: list[MarkedRow] = []
    links: list[Tie] = []
    for annotation in found:
        described = [json.loads(body["value"]) for body in _bodies(annotation, "describing")]
        places = [place for target in _targets(annotation) if (place := _place(target))]
        local = unquote(str(annotation.get("id", "")).removeprefix(f"{NAMES}{quote(article_id, safe='')}:"))
        local = local or f"annotation {len(marks)}"
        if not places:
            document.update(*(content["cells"] for content in described))
            continue
        tags = [body["value"] for body in _bodies(annotation, "tagging")]
        ids = [local, *(f"{local} piece {number}" for number in range(2, len(places) + 1))]
        for tag in tags[:1]:
            marks += [Mark(id, tag, *place) for id, place in zip(ids, places, strict=True)]
        pieces = [(PIECE, id) for id in ids[1:]]
        ties += [Tie(local, *piece) for piece in pieces]
        for content in described:
            parts = [*pieces, *((role, child) for role, child in content["parts"])]
            rows.append(MarkedRow(content["table"], local, tuple(parts), content["cells"]))
        heads = [body["source"].rpartition(":")[2] for body in _bodies(annotation, "linking")]
        links += [Tie(unquote(head), tag, local) for head in heads for tag in tags]
    left = tuple(Mark(mark.id, mark.label, mark.start, mark.end, "") for mark in marks)
    carried = Carried(document, tuple(rows), left)
    return MarkedArticle(article_id, "", tuple(marks), (*ties, *links), carried)


def _place(target: Any) -> tuple[int, int, str] | None:
    """Start, end and words of a target; the position is 0 where only the words are given."""
    if not isinstance(target, dict) or "selector" not in target:
        return None
    selectors = target["selector"] if isinstance(target["selector"], list) else [target["selector"]]
    by_type = {selector["type"]: selector for selector in selectors}
    position, words = by_type.get("TextPositionSelector", {}), by_type.get("TextQuoteSelector", {})
    return int(position.get("start", 0)), int(position.get("end", 0)), str(words.get("exact", ""))
