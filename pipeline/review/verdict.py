"""The verdict: what an annotator holds to be right, as rows of the tables.

From here on a reviewed article is like any other: gold can be written from it, agreement measured, formats exported.
"""

import dataclasses
import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline import checks
from pipeline.labels import (
    QUAD_CATEGORY,
    SCORE,
    AttributionType,
    BlockLabel,
    DateBasis,
    EntityLabel,
    EventType,
    MentionType,
    Modality,
    QuotationKind,
    TimexMod,
    TimexType,
)
from pipeline.review.items import GOOD, Item, Status
from pipeline.review.state import Hidden, State
from pipeline.schema import LIST_SEPARATOR
from pipeline.tables import (
    PIECES,
    BlockRow,
    DateRow,
    DocumentRow,
    EntityRow,
    EventRow,
    Extraction,
    QuotationRow,
)
from pipeline.validation.gold_rows import lines_between
from pipeline.validation.sentences import sentence_at

OF_NEW = {"dates": "d", "quotations": "q", "events": "ev"}
RANK = {Status.ADDED: 0, Status.EDITED: 1, Status.ACCEPTED: 2, Status.UNDECIDED: 3}


@dataclass(slots=True)
class Verdict:
    """The rows, and what could not be among them."""

    extraction: Extraction
    left_out: list[str] = field(default_factory=list)


def verdict(
    state: State,
    document: DocumentRow,
    text: str,
    sentences: list[tuple[int, int]],
    undecided: bool = False,
    layers: Iterable[str] = (),
) -> Verdict:
    """What holds after review; with `undecided`, predictions that nobody decided about count as right.

    Blocks always count: a text is divided into them, whether or not someone looked at each.
    """
    wanted = {Status.UNDECIDED, *GOOD} if undecided else GOOD
    hidden = state.hidden
    good: dict[str, list[Item]] = defaultdict(list)
    left_out: list[str] = []
    for item in sorted(state.items.values(), key=lambda item: item.in_text_order):
        if item.layer == "blocks":
            good["blocks"].append(item)
        elif item.status in wanted:
            if hidden.holds(item):
                left_out.append(f"{item.label} {_short(text[item.start : item.end])} stands in a removed block")
            else:
                good[item.layer].append(item)
    rows = _Rows(document, text, sentences, good, hidden, left_out)
    extraction = rows.extraction()
    if layers := set(layers):
        kept = {"documents", *layers}
        extraction = Extraction(**{name: rows if name in kept else () for name, rows in extraction._asdict().items()})
    else:
        left_out += [problem.message for problem in checks.problems(text, extraction)]
    return Verdict(extraction, left_out)


class _Rows:
    """The items that are right, on their way to rows."""

    def __init__(
        self,
        document: DocumentRow,
        text: str,
        sentences: list[tuple[int, int]],
        good: dict[str, list[Item]],
        hidden: Hidden,
        left_out: list[str],
    ) -> None:
        self.document, self.text, self.sentences = document, text, sentences
        self.good, self.hidden, self.left_out = good, hidden, left_out
        self.article_id = document.article_id
        self.mentions = self._one_a_place(good["entities"])
        self.entities: dict[str, Item] = {}
        for item in self.mentions:
            self.entities.setdefault(item.attributes["entity"], item)
        self.ids = {layer: self._ids(layer) for layer in OF_NEW}
        self.speakers: dict[str, str] = {}

    def extraction(self) -> Extraction:
        blocks = tuple(self.blocks())
        entities = tuple(map(self.entity, self.mentions))
        dates = tuple(map(self.date, self.good["dates"]))
        quotations = tuple(map(self.quotation, self.good["quotations"]))
        self.speakers = {row.quotation_id: row.speaker for row in quotations}
        events = tuple(self.events())
        return Extraction((self.document_row(blocks),), blocks, entities, dates, quotations, events)

    def _one_a_place(self, items: Sequence[Item]) -> list[Item]:
        """Of two mentions of the very same words, the one that an annotator wrote."""
        best: dict[Any, Item] = {}
        for item in items:
            other = best.get(item.spans)
            if other is not None:
                self.left_out.append(f"two mentions of {_short(self.text[item.start : item.end])}; one label is kept")
            if other is None or RANK[item.status] < RANK[other.status]:
                best[item.spans] = item
        return list(best.values())

    def _ids(self, layer: str) -> dict[str, str]:
        """The id that each item has as a row; a new one is named like those of predictions."""
        taken = {item.id for item in self.good[layer]}
        ids: dict[str, str] = {}
        for item in self.good[layer]:
            name = item.id
            if name.startswith("+"):
                place = f"{item.start}-{item.end}" if layer == "quotations" else str(item.start)
                name, number = f"{OF_NEW[layer]}{place}", 1
                while name in taken:
                    number += 1
                    name = f"{OF_NEW[layer]}{place}.{number}"
                taken.add(name)
            ids[item.id] = name
        return ids

    def full(self, local: str) -> str:
        return f"{self.article_id}:{local}"

    def words(self, span: Sequence[int]) -> str:
        return self.text[span[0] : span[1]]

    def document_row(self, blocks: Sequence[BlockRow]) -> DocumentRow:
        dated = [item.attributes["published"] for item in self.good["blocks"] if item.attributes["published"]]
        published = dated[0] if dated else self.document.published
        return dataclasses.replace(
            self.document,
            published=published,
            kept_words=sum(len(row.text.split()) for row in blocks if row.kept),
        )

    def blocks(self) -> Iterator[BlockRow]:
        """The blocks, and a paragraph for each line that a shortened block has left."""
        stretches: list[tuple[int, int, Item | None]] = []
        position = 0
        for item in self.good["blocks"]:
            stretches += [(start, end, None) for start, end in lines_between(self.text, position, item.start)]
            stretches.append((item.start, item.end, item))
            position = item.end
        stretches += [(start, end, None) for start, end in lines_between(self.text, position, len(self.text))]
        for number, (start, end, found) in enumerate(stretches, start=1):
            yield BlockRow(
                article_id=self.article_id,
                block=number,
                start=start,
                end=end,
                kept=found.attributes["kept"] if found else True,
                label=BlockLabel(found.label) if found else BlockLabel.PARAGRAPH,
                reason=(found.reason if found else "") or "review",
                score=found.attributes["score"] if found else None,
                text=self.text[start:end],
            )

    def entity(self, item: Item) -> EntityRow:
        first = self.entities[item.attributes["entity"]]
        return EntityRow(
            article_id=self.article_id,
            entity_id=self.full(item.attributes["entity"]),
            start=item.start,
            end=item.end,
            text=self.text[item.start : item.end],
            label=EntityLabel(item.label),
            canonical_name=first.attributes["name"] or " ".join(self.words(first.spans[0]).split()),
            country=first.attributes["country"],
            mention_type=MentionType(item.attributes["mention"]),
            rule=item.rule or "review",
        )

    def date(self, item: Item) -> DateRow:
        attributes = item.attributes
        return DateRow(
            article_id=self.article_id,
            date_id=self.full(self.ids["dates"][item.id]),
            start=item.start,
            end=item.end,
            text=self.text[item.start : item.end],
            type=TimexType(item.label),
            value=attributes["value"],
            mod=TimexMod(attributes["mod"]) if attributes["mod"] else None,
            earliest=_day(attributes["earliest"]),
            latest=_day(attributes["latest"]),
            anchor=attributes["anchor"],
            rule=item.rule or "review",
        )

    def quotation(self, item: Item) -> QuotationRow:
        cue, speaker = (self._visible(item.attributes[role]) for role in ("cue", "speaker"))
        # Who spoke may be known where no word beside the quotation says it: in a dialogue, or a paragraph all in marks.
        entity = item.attributes["speaker_entity"] if item.attributes["speaker_entity"] in self.entities else ""
        name = item.attributes["speaker_name"]
        if entity:
            name = self.entities[entity].attributes["name"]
        return QuotationRow(
            article_id=self.article_id,
            quotation_id=self.full(self.ids["quotations"][item.id]),
            start=item.start,
            end=item.end,
            kind=QuotationKind(item.label),
            attribution_type=AttributionType(item.attributes["type"]),
            spans=tuple(f"{start}-{end}" for start, end in item.spans),
            text=PIECES.join(map(self.words, item.spans)),
            cue=self.words(cue) if cue else "",
            cue_start=cue[0] if cue else None,
            cue_end=cue[1] if cue else None,
            speaker=name or (self.words(speaker) if speaker else ""),
            speaker_start=speaker[0] if speaker else None,
            speaker_end=speaker[1] if speaker else None,
            speaker_entity_id=self.full(entity) if entity else "",
            confidence=1.0 if item.confidence is None else item.confidence,
            rule=item.rule or "review",
        )

    def _visible(self, span: Sequence[int] | None) -> Sequence[int] | None:
        """The stretch, unless it reaches into a removed block."""
        return None if span is None or self.hidden.overlaps(span[0], span[1]) else span

    def events(self) -> Iterator[EventRow]:
        roots = self._first_mentions()
        for item in self.good["events"]:
            yield self.event(item, roots[item.id])

    def _first_mentions(self) -> dict[str, str]:
        """For each event the first mention of the same one that is left, as `same_event` names it."""
        groups: dict[str, list[Item]] = defaultdict(list)
        known = {item.id: item for item in self.good["events"]}
        for item in known.values():
            groups[item.attributes["same_event"] or item.id].append(item)
        roots: dict[str, str] = {}
        for root, members in groups.items():
            if ":" in root:
                roots |= {item.id: root for item in members}
                continue
            head = known.get(root) or members[0]
            roots |= {item.id: "" if item is head else self.full(self.ids["events"][head.id]) for item in members}
        return roots

    def event(self, item: Item, same_event: str) -> EventRow:
        attributes, trigger = item.attributes, item.spans[0]
        start, end = sentence_at(self.text, *trigger, self.sentences)
        if self.hidden.overlaps(start, end):
            start, end = trigger
        actors, recipients = self._side(attributes["actors"]), self._side(attributes["recipients"])
        place = (
            attributes["location"] if attributes["location"] and self._visible(attributes["location"]["span"]) else None
        )
        date = self.ids["dates"].get(attributes["date"], "")
        quotation = self.ids["quotations"].get(attributes["quotation"], "")
        kind = EventType(item.label)
        return EventRow(
            article_id=self.article_id,
            event_id=self.full(self.ids["events"][item.id]),
            start=start,
            end=end,
            text=self.text[start:end],
            trigger=self.words(trigger),
            trigger_start=trigger[0],
            trigger_end=trigger[1],
            event_type=kind,
            mode=attributes["mode"],
            context=tuple(attributes["context"]),
            quad_category=QUAD_CATEGORY[kind],
            score=SCORE[kind],
            modality=Modality(attributes["modality"]),
            attributed_to=self.speakers.get(self.full(quotation), "") if quotation else attributes["attributed_to"],
            quotation_id=self.full(quotation) if quotation else "",
            actor=tuple(self.words(one["span"]) for one in actors),
            actor_start=tuple(one["span"][0] for one in actors),
            actor_end=tuple(one["span"][1] for one in actors),
            actor_entity_id=tuple(self._entity_id(one) for one in actors),
            actor_country=tuple(one["country"] for one in actors),
            actor_sector=tuple(one["sector"] for one in actors),
            recipient=tuple(self.words(one["span"]) for one in recipients),
            recipient_start=tuple(one["span"][0] for one in recipients),
            recipient_end=tuple(one["span"][1] for one in recipients),
            recipient_entity_id=tuple(self._entity_id(one) for one in recipients),
            recipient_country=tuple(one["country"] for one in recipients),
            recipient_sector=tuple(one["sector"] for one in recipients),
            location=self.words(place["span"]) if place else "",
            location_start=place["span"][0] if place else None,
            location_end=place["span"][1] if place else None,
            location_country=place["country"] if place else "",
            date_earliest=_day(attributes["earliest"]),
            date_latest=_day(attributes["latest"]),
            date_basis=DateBasis(attributes["basis"]) if attributes["basis"] else None,
            date_id=self.full(date) if date else "",
            same_event=same_event,
            confidence=1.0 if item.confidence is None else item.confidence,
            rule=item.rule or "review",
        )

    def _side(self, participants: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those who take part; a name that holds the list separator would not come back."""
        return [
            one for one in participants if self._visible(one["span"]) and LIST_SEPARATOR not in self.words(one["span"])
        ]

    def _entity_id(self, one: dict[str, Any]) -> str:
        return self.full(one["entity"]) if one["entity"] in self.entities else ""


def _day(value: str) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None


def _short(words: str) -> str:
    folded = re.sub(r"\s+", " ", words[:60]).strip()
    return repr(folded if len(words) <= 40 else folded[:39] + "…")
