"""Passages of our own with their events marked where they stand: training/passages/events/README.md has the format."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.article import Article
from pipeline.labels import EventType, Modality, PublishedBasis
from pipeline.readers.text import divide

FOLDER = Path(__file__).resolve().parent.parent / "passages" / "events"
HEAD = re.compile(r"# (\d{4}-\d\d-\d\d) \| ([a-z -]{1,40}) \| ([a-z0-9-]{1,60})\n+")
MARK = re.compile(r"\[\[([^\[\]|]+)\|([A-Z]+)\|([a-z]+)\|([^\[\]|]*)\|([^\[\]|]*)\]\]")


@dataclass(frozen=True, slots=True)
class MarkedEvent:
    """An event of a passage; `start` and `end` of its trigger count code points, participants are words of the text."""

    type: EventType
    modality: Modality
    start: int
    end: int
    actors: tuple[str, ...]
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage without its marks, and what they mark."""

    article: Article
    genre: str
    events: tuple[MarkedEvent, ...]


def read_passages(folder: Path = FOLDER) -> Iterator[Passage]:
    """The passages of a folder, by file name.

    Raises:
        ValueError: a passage has no head, a mark is broken, or a participant does not stand in the text.
    """
    for path in sorted(folder.glob("*.txt")):
        for number, part in enumerate(path.read_text(encoding="utf-8").split("\n---\n"), start=1):
            try:
                yield _passage(part.strip() + "\n", path.name)
            except ValueError as error:
                raise ValueError(f"{path}, passage {number}: {error}") from error


def _passage(part: str, source: str) -> Passage:
    head = HEAD.match(part)
    if head is None:
        raise ValueError("its first line is not `# 2014-03-05 | genre | id`")
    text, marks = _divided(part[head.end() :].strip())
    events = tuple(_event(start, *found, text) for start, found in marks)
    article = Article(
        head[3], text, divide(text), source,
        published=datetime.date.fromisoformat(head[1]), published_basis=PublishedBasis.GIVEN,
    )  # fmt: skip
    return Passage(article, head[2], events)


def _divided(marked: str) -> tuple[str, list[tuple[int, tuple[str, ...]]]]:
    """The text without marks, and each mark with its place in it."""
    pieces, marks, behind, length = [], [], 0, 0
    for mark in MARK.finditer(marked):
        pieces += [marked[behind : mark.start()], mark[1]]
        marks.append((length + mark.start() - behind, mark.groups()))
        length += mark.start() - behind + len(mark[1])
        behind = mark.end()
    text = "".join([*pieces, marked[behind:]])
    if "[[" in text or "]]" in text or "|" in text:
        raise ValueError("a mark is not `[[trigger|TYPE|modality|actors|recipients]]`")
    return text, marks


def _event(start: int, trigger: str, kind: str, modality: str, actors: str, recipients: str, text: str) -> MarkedEvent:
    sides = [tuple(name.strip() for name in side.split(";") if name.strip()) for side in (actors, recipients)]
    for name in (*sides[0], *sides[1]):
        if name not in text:
            raise ValueError(f"{name!r}, of {trigger!r}, does not stand in the text")
    return MarkedEvent(EventType(kind), Modality(modality), start, start + len(trigger), *sides)
