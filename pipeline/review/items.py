"""Items: what an annotator decides about, one for each row of the tables, whatever table it is in.

An item has a label, spans and attributes; the attributes are plain JSON values, so that they can be logged, sent and
compared. `ids` of rows lose the article in front: `d53` is the date `article:d53`, `m8-21` a mention, `b3-50` a block.
"""

import datetime
import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.labels import BlockLabel, EntityLabel, EventType, Label, QuotationKind, TimexType
from pipeline.tables import BlockRow, DateRow, EntityRow, EventRow, Extraction, QuotationRow
from pipeline.validation.standoff import Span

LAYERS = ("blocks", "entities", "dates", "quotations", "events")
LABELS: dict[str, type[Label]] = {
    "blocks": BlockLabel,
    "entities": EntityLabel,
    "dates": TimexType,
    "quotations": QuotationKind,
    "events": EventType,
}


class Status(enum.StrEnum):
    """What an annotator has said about an item."""

    UNDECIDED = "undecided"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EDITED = "edited"
    ADDED = "added"


GOOD = frozenset({Status.ACCEPTED, Status.EDITED, Status.ADDED})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide about. `attributes` is never changed in place."""

    id: str
    layer: str
    label: str
    spans: tuple[Span, ...]  # of an event its trigger, of a quotation all its pieces
    attributes: Mapping[str, Any]
    rule: str = ""
    reason: str = ""
    confidence: float | None = None
    status: Status = Status.UNDECIDED
    note: str = ""

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.spans[-1][1]

    @property
    def in_text_order(self) -> tuple[int, int, int, str]:
        """What comes first in the text comes first; of two that begin together the longer."""
        return self.start, -self.end, LAYERS.index(self.layer), self.id


@dataclass(frozen=True, slots=True)
class Source:
    """An article as predicted: its text, what the document says of itself, and its items by id."""

    article_id: str
    text: str
    extraction: Extraction
    items: Mapping[str, Item] = field(default_factory=dict)


# The attributes of each layer with the value that says nothing.
EMPTY: dict[str, dict[str, Any]] = {
    "blocks": {"kept": True, "score": None, "block": 0, "published": ""},
    "entities": {"entity": "", "name": "", "country": "", "mention": "name"},
    "dates": {"value": "", "mod": "", "earliest": "", "latest": "", "anchor": ""},
    "quotations": {"type": "assertion", "cue": None, "speaker": None, "speaker_name": "", "speaker_entity": ""},
    "events": {
        "mode": "",
        "context": [],
        "modality": "asserted",
        "actors": [],
        "recipients": [],
        "location": None,
        "date": "",
        "earliest": "",
        "latest": "",
        "basis": "",
        "quotation": "",
        "attributed_to": "",
        "same_event": "",
    },
}
# Where the knowledge behind a rule stands.
KNOWLEDGE = {"dates": "timex.toml", "quotations": "cues.toml", "events": "frames.toml"}


def items_of(extraction: Extraction) -> dict[str, Item]:
    """The items that the rows of one article give, in the order of the text."""
    if not extraction.documents:
        return {}
    document = extraction.documents[0]
    made = _Items(f"{document.article_id}:", document.published)
    found = sorted(made.all(extraction), key=lambda item: item.in_text_order)
    return {item.id: item for item in found}


class _Items:
    """The rows of one article on their way to items."""

    def __init__(self, prefix: str, published: str) -> None:
        self.prefix, self.published = prefix, published

    def local(self, row_id: str) -> str:
        return row_id.removeprefix(self.prefix)

    def all(self, extraction: Extraction) -> Iterator[Item]:
        dated = self._dated_block(extraction)
        for block in extraction.blocks:
            yield self.block(block, self.published if block is dated else "")
        yield from map(self.entity, extraction.entities)
        yield from map(self.date, extraction.dates)
        yield from map(self.quotation, extraction.quotations)
        yield from map(self.event, extraction.events)

    def _dated_block(self, extraction: Extraction) -> BlockRow | None:
        if not self.published or not extraction.blocks:
            return None
        datelines = (row for row in extraction.blocks if row.label is BlockLabel.DATELINE)
        return next(datelines, extraction.blocks[0])

    def block(self, row: BlockRow, published: str) -> Item:
        attributes = {"kept": row.kept, "score": row.score, "block": row.block, "published": published}
        return Item(
            f"b{row.start}-{row.end}",
            "blocks",
            str(row.label),
            ((row.start, row.end),),
            attributes,
            rule=row.reason.split(":")[0],
            reason=row.reason,
            confidence=row.score,
        )

    def entity(self, row: EntityRow) -> Item:
        attributes = {
            "entity": self.local(row.entity_id),
            "name": row.canonical_name,
            "country": row.country,
            "mention": str(row.mention_type),
        }
        item_id = f"m{row.start}-{row.end}"
        return Item(
            item_id,
            "entities",
            str(row.label),
            ((row.start, row.end),),
            attributes,
            rule=row.rule,
            reason="found by the trained model" if row.rule == "model" else f"rule {row.rule!r}",
        )

    def date(self, row: DateRow) -> Item:
        attributes = {
            "value": row.value,
            "mod": str(row.mod or ""),
            "earliest": iso(row.earliest),
            "latest": iso(row.latest),
            "anchor": row.anchor,
        }
        anchor = f", read against {row.anchor}" if row.anchor else ""
        return Item(
            self.local(row.date_id),
            "dates",
            str(row.type),
            ((row.start, row.end),),
            attributes,
            rule=row.rule,
            reason=f"rule {row.rule!r} of {KNOWLEDGE['dates']}{anchor}",
        )

    def quotation(self, row: QuotationRow) -> Item:
        attributes = {
            "type": str(row.attribution_type),
            "cue": span_or_none(row.cue_start, row.cue_end),
            "speaker": span_or_none(row.speaker_start, row.speaker_end),
            "speaker_name": row.speaker,
            "speaker_entity": self.local(row.speaker_entity_id),
        }
        pieces = (span.split("-") for span in row.spans)
        return Item(
            self.local(row.quotation_id),
            "quotations",
            str(row.kind),
            tuple((int(start), int(end)) for start, end in pieces),
            attributes,
            rule=row.rule,
            reason=f"rule {row.rule!r} of {KNOWLEDGE['quotations']}",
            confidence=row.confidence,
        )

    def event(self, row: EventRow) -> Item:
        place = span_or_none(row.location_start, row.location_end)
        attributes = {
            "mode": row.mode,
            "context": list(row.context),
            "modality": str(row.modality),
            "actors": self._side(row, "actor"),
            "recipients": self._side(row, "recipient"),
            "location": participant(place, country=row.location_country) if place else None,
            "date": self.local(row.date_id),
            "earliest": iso(row.date_earliest),
            "latest": iso(row.date_latest),
            "basis": str(row.date_basis or ""),
            "quotation": self.local(row.quotation_id),
            "attributed_to": "" if row.quotation_id else row.attributed_to,  # else it is the quotation's speaker
            "same_event": self.local(row.same_event),
        }
        basis = f"; dated by what is {row.date_basis}" if row.date_basis else ""
        return Item(
            self.local(row.event_id),
            "events",
            str(row.event_type),
            ((row.trigger_start, row.trigger_end),),
            attributes,
            rule=row.rule,
            reason=f"rule {row.rule!r} of {KNOWLEDGE['events']}{basis}",
            confidence=row.confidence,
        )

    def _side(self, row: EventRow, side: str) -> list[dict[str, Any]]:
        starts, ends = getattr(row, f"{side}_start"), getattr(row, f"{side}_end")
        along = [_padded(getattr(row, f"{side}_{name}"), len(starts)) for name in ("entity_id", "country", "sector")]
        return [
            participant([start, end], self.local(entity), country, sector)
            for start, end, entity, country, sector in zip(starts, ends, *along, strict=True)
        ]


def participant(span: list[int], entity: str = "", country: str = "", sector: str = "") -> dict[str, Any]:
    """Who or what takes part in an event, as an attribute holds it."""
    return {"span": span, "entity": entity, "country": country, "sector": sector}


def span_or_none(start: int | None, end: int | None) -> list[int] | None:
    """The offsets as JSON holds them."""
    return None if start is None or end is None else [start, end]


def iso(day: datetime.date | None) -> str:
    """The day in ISO 8601; empty when there is none."""
    return day.isoformat() if day else ""


def _padded(values: tuple[str, ...], length: int) -> tuple[str, ...]:
    return (*values, *[""] * (length - len(values)))


def parts_of(item: Item) -> Iterator[tuple[str, int, int]]:
    """Every stretch that belongs to an item: its role (empty for the item itself), first and last offset."""
    for start, end in item.spans:
        yield "", start, end
    if item.layer == "quotations":
        for role in ("cue", "speaker"):
            if span := item.attributes[role]:
                yield role, span[0], span[1]
    elif item.layer == "events":
        for role, attribute in (("actor", "actors"), ("recipient", "recipients")):
            for one in item.attributes[attribute]:
                yield role, one["span"][0], one["span"][1]
        if place := item.attributes["location"]:
            yield "location", place["span"][0], place["span"][1]
