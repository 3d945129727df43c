"""Views: what the page reads, as JSON."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from pipeline.labels import QUAD_CATEGORY, SCORE, EventType
from pipeline.review.desk import Desk, Outcome
from pipeline.review.document import block_html
from pipeline.review.filters import Filters
from pipeline.review.items import Item, Status
from pipeline.review.queue import Certainty
from pipeline.review.state import State
from pipeline.validation.sentences import sentence_at

Json = dict[str, Any]
# What a TIMEX3 value is as long as.
GRANULARITY = (
    ("interval", re.compile(r".+/.+")),
    ("minute", re.compile(r"\d{4}-\d{2}-\d{2}T\d.*")),
    ("part of a day", re.compile(r"\d{4}-\d{2}-\d{2}T[A-Z]{2}")),
    ("day", re.compile(r"\d{4}-\d{2}-\d{2}")),
    ("week", re.compile(r"\d{4}-W\d{1,2}(-WE)?")),
    ("day", re.compile(r"\d{4}-W\d{1,2}-\d")),
    ("quarter", re.compile(r"\d{4}-Q[1-4]")),
    ("half", re.compile(r"\d{4}-H[12]")),
    ("season", re.compile(r"\d{4}-(SP|SU|FA|AU|WI)")),
    ("month", re.compile(r"\d{4}-\d{2}(-XX)?")),
    ("year", re.compile(r"\d{4}(-XX)*")),
    ("decade", re.compile(r"\d{3}X?")),
    ("century", re.compile(r"\d{2}(XX)?")),
    ("length", re.compile(r"P.+")),
)


def granularity(value: str) -> str:
    """How long the days are that a value names; empty where it names none."""
    return next((name for name, shape in GRANULARITY if shape.fullmatch(value)), "")


class View:
    """One article as one annotator reads it."""

    def __init__(self, desk: Desk, annotator: str, article_id: str, state: State | None = None) -> None:
        self.desk, self.annotator, self.article_id = desk, annotator, article_id
        self.state = desk.state(annotator, article_id) if state is None else state
        self.text = desk.text(article_id)
        self.sentences = desk.sentences(article_id)
        self.certainty = Certainty(desk, annotator)
        self.names = {
            item.attributes["entity"]: item.attributes["name"]
            for item in self.state.items.values()
            if item.layer == "entities"
        }

    def document(self) -> Json:
        """What the article says of itself."""
        row = self.desk.document(self.article_id)
        return {
            "id": row.article_id,
            "title": row.title,
            "byline": row.byline,
            "published": row.published,
            "published_basis": str(row.published_basis or ""),
            "url": row.url,
            "source_file": row.source_file,
            "language": row.language,
            "characters": row.characters,
        }

    def article(self, only: Collection[Item] | None = None) -> Json:
        """All of it, or only some of its items."""
        items = self.state.items.values() if only is None else only
        return {
            "document": self.document(),
            **self.standing(),
            "items": [self.item(item) for item in sorted(items, key=lambda item: item.in_text_order)],
            "partial": len(items) < len(self.state.items),
        }

    def first(self, most: int, at: str, filters: Filters) -> Collection[Item]:
        """What an annotator sees first: about `most` of the items that pass, from a little before the one with the id
        `at`, or before the first that is undecided, and the removed blocks, in which nothing need be decided."""
        if len(self.state.items) <= 2 * most:
            return self.state.items.values()
        passing = sorted(filter(filters.holds, self.state.items.values()), key=lambda item: item.in_text_order)
        still_open = {item.id for item in self.state.open_items()}
        start = next((n for n, item in enumerate(passing) if item.id == at), None)
        if start is None:
            start = next((n for n, item in enumerate(passing) if item.id in still_open), 0)
        before = most // 6
        removed = (item for item in self.state.items.values() if item.layer == "blocks" and not item.attributes["kept"])
        near = passing[max(0, start - before) : max(0, start - before) + most]
        return {item.id: item for item in (*near, *removed)}.values()

    def standing(self) -> Json:
        """How far the article is."""
        undecided = len(self.state.open_items())
        return {
            "version": self.state.version,
            "finished": self.state.finished,
            "can_undo": bool(self.state.done),
            "can_redo": bool(self.state.undone),
            "undecided": undecided,
            "decided": sum(item.status is not Status.UNDECIDED for item in self.state.items.values()),
        }

    def since(self, version: int) -> Json:
        """What changed after a version."""
        before = self.desk.state_at(self.annotator, self.article_id, version)
        found = self.desk.difference(before, self.state)
        return {
            **self.standing(),
            "items": [self.item(item) for item in found.items],
            "removed": list(found.removed),
            "blocks": self.blocks(found.blocks),
        }

    def outcome(self, outcome: Outcome) -> Json:
        """The answer to a write."""
        found = outcome.difference
        return {
            "uuid": outcome.entry.uuid,
            "target": outcome.entry.target,
            "repeated": outcome.repeated,
            "says": outcome.entry.says,
            **self.standing(),
            "items": [self.item(item) for item in found.items],
            "removed": list(found.removed),
            "blocks": self.blocks(found.blocks),
            "elsewhere": outcome.elsewhere,
        }

    def blocks(self, blocks: Iterable[Item]) -> list[Json]:
        """Blocks, drawn again."""
        return [{"item": block.id, "html": block_html(self.text, self.state, block)} for block in blocks]

    def item(self, item: Item) -> Json:
        """One item."""
        base = self.state.base.get(item.id)
        return {
            "id": item.id,
            "layer": item.layer,
            "label": item.label,
            "spans": item.spans,
            "text": " … ".join(self.text[start:end] for start, end in item.spans) if item.layer != "blocks" else "",
            "status": item.status,
            "attributes": self.attributes(item),
            "rule": item.rule,
            "reason": item.reason,
            "confidence": item.confidence,
            "uncertainty": self.certainty.uncertainty(item),
            "changed": [] if base is None or base is item else _changed(base, item),
            "sentence": sentence_at(self.text, item.start, item.end, self.sentences),
            "note": item.note,
        }

    def attributes(self, item: Item) -> Json:
        """The attributes, and what follows from them for the eye."""
        found = dict(item.attributes)
        if item.layer == "dates":
            found["granularity"] = granularity(found["value"])
        elif item.layer == "quotations":
            found["cue_text"] = self._words(found["cue"])
            found["speaker_text"] = self._words(found["speaker"])
        elif item.layer == "events":
            kind = EventType(item.label)
            for side in ("actors", "recipients"):
                found[side] = [self._participant(one) for one in found[side]]
            found["location"] = self._participant(found["location"]) if found["location"] else None
            quotation = self.state.items.get(found["quotation"])
            found["attributed_to"] = quotation.attributes["speaker_name"] if quotation else found["attributed_to"]
            found["quad"], found["score"] = str(QUAD_CATEGORY[kind]), SCORE[kind]
        return found

    def _participant(self, one: Json) -> Json:
        return {**one, "text": self._words(one["span"]), "name": self.names.get(one["entity"], "")}

    def _words(self, span: list[int] | None) -> str:
        return self.text[span[0] : span[1]] if span else ""


def _changed(base: Item, item: Item) -> list[str]:
    """What is other than predicted."""
    fields = [name for name in ("label", "spans") if getattr(base, name) != getattr(item, name)]
    return fields + [name for name, value in item.attributes.items() if base.attributes.get(name) != value]


def around(text: str, start: int, end: int, width: int = 40) -> Json:
    """The words before and after a stretch, white space folded."""
    return {
        "before": _folded(text[max(0, start - width) : start]),
        "words": _folded(text[start:end][:300]),
        "after": _folded(text[end : end + width]),
    }


def _folded(words: str) -> str:
    return re.sub(r"\s+", " ", words)
