"""The attributes that a page writes into an item, and what follows from each for the others.

A speaker that is a mention brings its entity and name, the days of a date follow from its value, the days of an event
from its date: what is given wins over what would follow.
"""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from pipeline.labels import KEPT_LABELS, BlockLabel, DateBasis, TimexType
from pipeline.review import values
from pipeline.review.items import Item, Status, iso, participant
from pipeline.review.refusal import missing, wrong
from pipeline.review.state import State
from pipeline.validation.gold_rows import days_as_value, implied_bounds


class Attributes:
    """The attributes that a page writes into one item, with what follows from each for the others."""

    def __init__(self, state: State, text: str, item: Item, label: str, free_entity: Callable[[int], str]) -> None:
        self.state, self.text, self.item, self.label = state, text, item, label
        self.free_entity = free_entity
        self.relabelled = label != item.label

    def read(self, given: dict[str, Any]) -> dict[str, Any]:
        """The checked attributes.

        Raises:
            RefusedError: one is unknown, or its value is not what it should be.
        """
        layer = self.item.layer
        readers: dict[str, Callable[[str, Any], Any]] = {**values.READERS[layer], **self._of_stretches()}
        for name in given:
            if name not in readers:
                raise wrong(f"attribute {name[:30]!r}: unknown; attributes are {', '.join(readers)}")
        found = {name: readers[name](name, value) for name, value in given.items()}
        return dict(FOLLOWING[layer](self, found))

    def _of_stretches(self) -> dict[str, Callable[[str, Any], Any]]:
        """The attributes that name a stretch or those who take part."""
        if self.item.layer == "quotations":
            return {"cue": self._stretch, "speaker": self._stretch}
        if self.item.layer == "events":
            return {"actors": self._participants, "recipients": self._participants, "location": self._place}
        return {}

    def _stretch(self, field: str, value: Any) -> list[int] | None:
        return None if value is None else values.span(self.text, value)

    def _participants(self, field: str, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list) or len(value) > values.MOST_PARTICIPANTS:
            raise wrong(f"{field}: a list of at most {values.MOST_PARTICIPANTS} participants is needed")
        return [self._participant(field, one) for one in value]

    def _place(self, field: str, value: Any) -> dict[str, Any] | None:
        return None if value is None else self._participant(field, value)

    def _participant(self, field: str, value: Any) -> dict[str, Any]:
        """A participant; what is not said is taken from the mention at the same words."""
        if not isinstance(value, dict):
            raise wrong(f"{field}: an object with span is needed")
        entity = values.word("entity", value.get("entity") or "")
        span = values.span(self.text, value["span"]) if value.get("span") else self._nearest(entity)
        if span is None:
            raise wrong(f"{field}: span or the entity of a mention is needed")
        mention = self._mention_at(span)
        if "entity" not in value and mention:
            entity = mention.attributes["entity"]
        known = self._mention_of(entity) or (mention if not entity and "entity" not in value else None)
        country = known.attributes["country"] if known else ""
        if value.get("country") is not None:
            country = values.country("country", value["country"])
        return participant(span, entity, country, values.word("sector", value.get("sector") or ""))

    # --- mentions

    def _mentions(self) -> Iterator[Item]:
        for item in self.state.items.values():
            if item.layer == "entities" and item.status is not Status.REJECTED:
                yield item

    def _mention_at(self, span: list[int]) -> Item | None:
        return next((item for item in self._mentions() if list(item.spans[0]) == span), None)

    def _mention_of(self, entity: str) -> Item | None:
        return next((item for item in self._mentions() if entity and item.attributes["entity"] == entity), None)

    def _nearest(self, entity: str) -> list[int] | None:
        """The mention of the entity that stands nearest."""
        here = [item for item in self._mentions() if entity and item.attributes["entity"] == entity]
        best = min(here, key=lambda item: _distance(item, self.item), default=None)
        return list(best.spans[0]) if best else None

    # --- what follows

    def _of_block(self, found: dict[str, Any]) -> dict[str, Any]:
        if self.relabelled and "kept" not in found:
            found["kept"] = BlockLabel(self.label) in KEPT_LABELS
        return found

    def _of_entity(self, found: dict[str, Any]) -> dict[str, Any]:
        if "entity" not in found:
            return found
        if not found["entity"]:
            found["entity"] = self.free_entity(self.item.start)
        elif known := self._mention_of(found["entity"]):
            found = {"name": known.attributes["name"], "country": known.attributes["country"], **found}
        elif found["entity"] != self.item.attributes["entity"]:
            raise missing(f"entity {found['entity']!r} has no mention in the article; leave it empty for a new one")
        return found

    def _of_date(self, found: dict[str, Any]) -> dict[str, Any]:
        bounds = "earliest" in found or "latest" in found
        first = found.get("earliest", self.item.attributes["earliest"])
        last = found.get("latest", self.item.attributes["latest"])
        if first and last and first > last:
            raise wrong(f"{first} to {last} ends before it begins; give the earlier day first")
        if bounds and "value" not in found and first and last:
            found["value"] = days_as_value(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
        elif not bounds and ("value" in found or self.relabelled):
            value = found.get("value", self.item.attributes["value"])
            found["earliest"], found["latest"] = map(iso, implied_bounds(TimexType(self.label), value))
        if found and "anchor" not in found and ("value" in found or bounds):
            found["anchor"] = ""
        return found

    def _of_quotation(self, found: dict[str, Any]) -> dict[str, Any]:
        if "speaker" in found and found["speaker"] is None:
            return {"speaker_entity": "", "speaker_name": "", **found}
        if found.get("speaker_entity"):
            known = self._mention_of(found["speaker_entity"])
            if known is None:
                raise missing(f"entity {found['speaker_entity']!r} has no mention in the article; add one first")
            found.setdefault("speaker_name", known.attributes["name"])
            if "speaker" not in found:
                # "the minister" stays the speaker's mention when someone says who that is; another's name does not.
                span = self.item.attributes["speaker"]
                there = self._mention_at(span) if span else None
                of_another = there is not None and there.attributes["entity"] != found["speaker_entity"]
                found["speaker"] = self._nearest(found["speaker_entity"]) if not span or of_another else span
        elif "speaker" in found and "speaker_entity" not in found:
            mention = self._mention_at(found["speaker"])
            words = " ".join(self.text[slice(*found["speaker"])].split())
            found.setdefault("speaker_entity", mention.attributes["entity"] if mention else "")
            found.setdefault("speaker_name", mention.attributes["name"] if mention else words)
        elif "speaker_entity" in found:
            span = found.get("speaker", self.item.attributes["speaker"])
            found.setdefault("speaker_name", " ".join(self.text[slice(*span)].split()) if span else "")
        return found

    def _of_event(self, found: dict[str, Any]) -> dict[str, Any]:
        if self.relabelled:
            found.setdefault("mode", "")  # modes belong to a type
        for name, layer in (("date", "dates"), ("quotation", "quotations"), ("same_event", "events")):
            target = self.state.items.get(found.get(name, ""))
            if found.get(name) and ":" not in found[name] and (target is None or target.layer != layer):
                raise missing(f"{name}: there is no {found[name]!r} among the {layer} of the article")
        if "date" in found:
            date = self.state.items.get(found["date"])
            found.setdefault("earliest", date.attributes["earliest"] if date else "")
            found.setdefault("latest", date.attributes["latest"] if date else "")
            beside = self.item.attributes["basis"] in (DateBasis.EXPLICIT, DateBasis.RELATIVE)
            relative = date is not None and bool(date.attributes["anchor"])
            basis = (DateBasis.RELATIVE if relative else DateBasis.EXPLICIT) if date else ""
            if date or beside:
                found.setdefault("basis", str(basis))
        return found


FOLLOWING: dict[str, Callable[[Attributes, dict[str, Any]], dict[str, Any]]] = {
    "blocks": Attributes._of_block,
    "entities": Attributes._of_entity,
    "dates": Attributes._of_date,
    "quotations": Attributes._of_quotation,
    "events": Attributes._of_event,
}


def _distance(one: Item, other: Item) -> tuple[int, int]:
    """How far two items stand apart; of two at the same distance, the one before."""
    return max(other.start - one.end, one.start - other.end, 0), one.start
