"""Drafts of a gold file: its lines as the rows ask for them, before they have ids."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.errors import GoldError
from pipeline.labels import KEPT_LABELS, AttributionType, BlockLabel, MentionType, Modality
from pipeline.tables import BlockRow, DateRow, EntityRow, EventRow, Extraction, QuotationRow
from pipeline.validation import vocabulary as words
from pipeline.validation.gold_rows import days_as_value, implied_bounds, lines_between
from pipeline.validation.standoff import (
    Span,
    Standoff,
    flat,
)

Days = tuple[datetime.date | None, datetime.date | None]


@dataclass(eq=False, slots=True)
class Stretch:
    """A `T` line without its id yet, and what is said of it."""

    label: str
    spans: tuple[Span, ...]
    attributes: dict[str, str] = field(default_factory=dict)
    reference: tuple[str, str, str] | None = None  # database, key, name
    own_id: str = ""  # the id its row already has: T7 in article:T7


@dataclass(eq=False, slots=True)
class Knot:
    """An `E` line without its id yet."""

    label: str
    trigger: Stretch
    row_id: str
    arguments: list[tuple[str, "Stretch | str"]]  # role and stretch, or the row id of another E line
    attributes: dict[str, str]
    reference: tuple[str, str, str] | None = None


class Draft:
    """The lines of one article before they have ids.

    A file may give a participant a line of its own though a mention has the same words; it then keeps that line.
    """

    def __init__(self, article_id: str, text: str, earlier: Standoff) -> None:
        self.article_id, self.text, self.earlier = article_id, text, earlier
        self.stretches: list[Stretch] = []
        self.knots: list[Knot] = []
        self.groups: list[list[str]] = []  # row ids of events that are one
        self.mentions: dict[Span, Stretch] = {}
        self.entity_of: dict[Span, EntityRow] = {}
        self.entities: dict[str, EntityRow] = {}  # entity id -> its first mention
        self.dates: dict[str, Stretch] = {}
        self.days_of_date: dict[str, Days] = {}
        self.sectors: dict[Span, str] = {}  # the sector in which a mention takes part
        self.shared: dict[tuple[object, ...], Stretch] = {}
        self.participants_apart = set(_participants_apart(earlier))
        self.earlier_ids: dict[tuple[str, tuple[Span, ...]], str] = {
            (bound.label, bound.spans): bound.id for bound in earlier.text_bounds
        }

    def add_blocks(self, extraction: Extraction) -> None:
        """The labelled blocks; paragraphs only where the lines of the text would not give the same."""
        rows = extraction.blocks
        labelled = [row for row in rows if row.label is not BlockLabel.PARAGRAPH or not row.kept]
        plain = set(_lines_around(self.text, labelled))
        dated = self._dated_block(extraction)
        for row in rows:
            span = (row.start, row.end)
            known = (str(row.label), (span,)) in self.earlier_ids
            if row in labelled or span not in plain or known or row is dated:
                stretch = self._add(str(row.label), span)
                if row.kept != (row.label in KEPT_LABELS):
                    stretch.attributes["Kept"] = "true" if row.kept else "false"
                if row is dated:
                    stretch.attributes["Published"] = extraction.documents[0].published
        for document in extraction.documents:
            for span in self._authors(document.byline, rows):
                self._add(words.AUTHOR, span)

    def _dated_block(self, extraction: Extraction) -> BlockRow | None:
        """The block that the day of publication is noted at: as before, else the dateline, else the first."""
        if not extraction.blocks or not any(document.published for document in extraction.documents):
            return None
        noted = {attribute.target for attribute in self.earlier.attributes if attribute.name == "Published"}
        spans = {bound.spans[0] for bound in self.earlier.text_bounds if bound.id in noted}
        datelines = [row for row in extraction.blocks if row.label is BlockLabel.DATELINE]
        before = [row for row in extraction.blocks if (row.start, row.end) in spans]
        return [*before, *datelines, *extraction.blocks][0]

    def _authors(self, byline: str, rows: Sequence[BlockRow]) -> list[Span]:
        """Where the byline stands in the text; a byline that is not visible there is not gold."""
        if not byline:
            return []
        before = sorted(bound.spans[0] for bound in self.earlier.text_bounds if bound.label == words.AUTHOR)
        if ", ".join(flat(self.text[slice(*span)]) for span in before) == byline:
            return before
        bylines = [(row.start, row.end) for row in rows if row.label is BlockLabel.BYLINE]
        for start, end in [*bylines, (0, len(self.text))]:
            # "Jane Doe, John Roe" may stand as it is, or as "By Jane Doe and John Roe"
            for names in ([byline], byline.split(", ")):
                found = _found_in_order(flat(self.text[start:end]), names)
                if found:
                    return [(start + first, start + last) for first, last in found]
        return []

    def add_entities(self, rows: Sequence[EntityRow]) -> None:
        """The mentions; what is true of the entity is said once, at its first mention."""
        for row in rows:
            first = self.entities.setdefault(row.entity_id, row)
            if (first.country, first.canonical_name) != (row.country, row.canonical_name):
                raise GoldError(
                    f"{self.article_id}, entity {row.entity_id}: "
                    f"{row.canonical_name!r} ({row.country or 'no country'}) at {row.start} and "
                    f"{first.canonical_name!r} ({first.country or 'no country'}) at {first.start}; "
                    "give all mentions of an entity one name and one country"
                )
            stretch = self._add(str(row.label), (row.start, row.end))
            stretch.reference = (words.ENTITY, self.local(row.entity_id), row.canonical_name)
            if row is first and row.country:
                stretch.attributes["Country"] = row.country
            if row.mention_type is not MentionType.NAME:
                stretch.attributes["Mention"] = str(row.mention_type)
            self.mentions[row.start, row.end] = stretch
            self.entity_of[row.start, row.end] = row

    def add_dates(self, rows: Sequence[DateRow]) -> None:
        """The date expressions."""
        for row in rows:
            stretch = self._add(str(row.type), (row.start, row.end), own_id=self.local(row.date_id))
            stretch.attributes.update(self._days(row))
            if row.mod is not None:
                stretch.attributes["Mod"] = str(row.mod)
            self.dates[row.date_id], self.days_of_date[row.date_id] = stretch, (row.earliest, row.latest)

    def _days(self, row: DateRow) -> dict[str, str]:
        """Value and bounds, of which one usually says the other: "July 4-5" has bounds, "2011" a value."""
        stated = (row.earliest, row.latest)
        if row.earliest and row.latest and row.value == days_as_value(row.earliest, row.latest):
            line_id = self.local(row.date_id)
            before = {attribute.name for attribute in self.earlier.attributes if attribute.target == line_id}
            if "Value" not in before and ("Bounds" in before or "/" in row.value):
                return {"Bounds": _interval(*stated)}
        value = row.value or (words.NONE if row.earliest and row.latest else "")
        attributes = {"Value": value} if value else {}
        if stated != implied_bounds(row.type, row.value):
            attributes["Bounds"] = _interval(*stated)
        return attributes

    def add_quotations(self, rows: Sequence[QuotationRow]) -> None:
        """The quotations with their cues and speakers."""
        for row in rows:
            spans = tuple((int(start), int(end)) for start, end in (span.split("-") for span in row.spans))
            arguments: list[tuple[str, Stretch | str]] = []
            if row.cue_start is not None and row.cue_end is not None:
                arguments.append(("Cue", self._shared(words.CUE, (row.cue_start, row.cue_end))))
            if row.speaker_start is not None and row.speaker_end is not None:
                arguments.append(("Speaker", self._speaker(row, (row.speaker_start, row.speaker_end))))
            attributes = {"Kind": str(row.kind)}
            if row.attribution_type is not AttributionType.ASSERTION:
                attributes["Type"] = str(row.attribution_type)
            trigger = self._shared(words.QUOTATION, *spans)
            self.knots.append(Knot(words.QUOTATION, trigger, row.quotation_id, arguments, attributes))

    def _speaker(self, row: QuotationRow, span: Span) -> Stretch:
        if row.speaker_entity_id:
            self._check_entity(row.speaker_entity_id, f"quotation {row.quotation_id}")
            return self._shared(
                words.SPEAKER, span, reference=(words.ENTITY, self.local(row.speaker_entity_id), row.speaker)
            )
        if row.speaker == self.text[slice(*span)]:
            return self._shared(words.SPEAKER, span)
        return self._shared(words.SPEAKER, span, reference=(words.NAME, "resolved", row.speaker))

    def add_events(self, rows: Sequence[EventRow]) -> None:
        """The events with their participants, and which of them are one."""
        groups: dict[str, list[str]] = defaultdict(list)
        own = {row.event_id for row in rows}
        for row in rows:
            trigger = self._shared(str(row.event_type), (row.trigger_start, row.trigger_end))
            arguments = [*self._side(row, "actor"), *self._side(row, "recipient")]
            if row.location_start is not None and row.location_end is not None:
                arguments.append(("Location", self._place(row, (row.location_start, row.location_end))))
            if row.date_id:
                arguments.append(("Date", self._date(row)))
            if row.quotation_id:
                arguments.append(("Source", row.quotation_id))
            knot = Knot(str(row.event_type), trigger, row.event_id, arguments, self._event_attributes(row))
            root = row.same_event or row.event_id
            if root not in own and not groups[root]:
                knot.reference = (words.EVENT, root, row.trigger)
            groups[root].append(row.event_id)
            self.knots.append(knot)
        self.groups = [members for members in groups.values() if len(members) > 1]

    def _date(self, row: EventRow) -> Stretch:
        if row.date_id not in self.dates:
            raise GoldError(
                f"{self.article_id}, event {row.event_id}: its date {row.date_id} is no date of the article; "
                "add it, or leave the date of the event empty"
            )
        return self.dates[row.date_id]

    def _event_attributes(self, row: EventRow) -> dict[str, str]:
        attributes = {}
        if row.modality is not Modality.ASSERTED:
            attributes["Modality"] = str(row.modality)
        if row.mode:
            attributes["Mode"] = row.mode
        if row.context:
            attributes["Context"] = ";".join(row.context)
        if row.date_basis is not None:
            attributes["Basis"] = str(row.date_basis)
        implied = self.days_of_date.get(row.date_id, (None, None))
        if (row.date_earliest, row.date_latest) != implied:
            attributes["Bounds"] = _interval(row.date_earliest, row.date_latest)
        return attributes

    def _side(self, row: EventRow, side: str) -> Iterator[tuple[str, "Stretch | str"]]:
        """The participants of one side: Actor, Actor2, Actor3 ..."""
        starts, ends = getattr(row, f"{side}_start"), getattr(row, f"{side}_end")
        columns = [padded(getattr(row, f"{side}_{name}"), len(starts)) for name in ("entity_id", "country", "sector")]
        for number, (start, end, entity, country, sector) in enumerate(
            zip(starts, ends, *columns, strict=True), start=1
        ):
            role = f"{side.title()}{number if number > 1 else ''}"
            yield role, self._participant(role, (start, end), entity, country, sector, row)

    def _participant(self, role: str, span: Span, entity: str, country: str, sector: str, row: EventRow) -> Stretch:
        """The mention itself where it says the same, else a stretch of its own."""
        mention = self.entity_of.get(span)
        if mention is not None and (mention.entity_id, mention.country) == (entity, country):
            apart = (self.local(row.event_id), role, span) in self.participants_apart
            if not apart and self.sectors.setdefault(span, sector) == sector:
                if sector:
                    self.mentions[span].attributes["Sector"] = sector
                return self.mentions[span]
        attributes = {"Sector": sector} if sector else {}
        reference = None
        inherited = ""
        if entity:
            self._check_entity(entity, f"event {row.event_id}")
            inherited = self.entities[entity].country
            reference = (words.ENTITY, self.local(entity), self.entities[entity].canonical_name)
        if country != inherited:
            attributes["Country"] = country or words.NONE
        return self._shared(words.PARTICIPANT, span, attributes=attributes, reference=reference)

    def _place(self, row: EventRow, span: Span) -> Stretch:
        mention = self.entity_of.get(span)
        if mention is not None and mention.country == row.location_country:
            return self.mentions[span]
        attributes = {"Country": row.location_country} if row.location_country else {}
        return self._shared(words.PLACE, span, attributes=attributes)

    def _check_entity(self, entity: str, place: str) -> None:
        if entity not in self.entities:
            raise GoldError(
                f"{self.article_id}, {place}: entity {entity} has no mention in the article; "
                "add one, or leave the entity of the speaker or participant empty"
            )

    def _add(self, label: str, *spans: Span, own_id: str = "") -> Stretch:
        stretch = Stretch(label, spans, own_id=own_id if re.fullmatch(r"T[0-9]+", own_id) else "")
        self.stretches.append(stretch)
        return stretch

    def _shared(
        self,
        label: str,
        *spans: Span,
        attributes: dict[str, str] | None = None,
        reference: tuple[str, str, str] | None = None,
    ) -> Stretch:
        """One line for all that say the same of the same words."""
        attributes = attributes or {}
        key = (label, spans, tuple(sorted(attributes.items())), reference)
        if key not in self.shared:
            stretch = self.shared[key] = self._add(label, *spans)
            stretch.attributes, stretch.reference = attributes, reference
        return self.shared[key]

    def local(self, row_id: str) -> str:
        """The id of a row inside its article: T7 of article:T7."""
        return row_id.removeprefix(f"{self.article_id}:")


def _found_in_order(words: str, names: Sequence[str]) -> list[Span]:
    """Where each of the names stands, one after the other; nothing where one does not."""
    found: list[Span] = []
    position = 0
    for name in names:
        position = words.find(name, position) if name and name.strip() == name else -1
        if position < 0:
            return []
        found.append((position, position + len(name)))
        position += len(name)
    return found


def _interval(earliest: datetime.date | None, latest: datetime.date | None) -> str:
    return f"{earliest or ''}/{latest or ''}"


def padded(values: Sequence[str], length: int) -> tuple[str, ...]:
    """The values of a list column, with empty ones where the list is shorter than its neighbours."""
    return (*values, *[""] * (length - len(values)))


def _lines_around(text: str, labelled: Iterable[BlockRow]) -> Iterator[Span]:
    position = 0
    for row in labelled:
        yield from lines_between(text, position, row.start)
        position = row.end
    yield from lines_between(text, position, len(text))


def _participants_apart(earlier: Standoff) -> Iterator[tuple[str, str, Span]]:
    apart = {bound.id: bound.spans[0] for bound in earlier.text_bounds if bound.label == words.PARTICIPANT}
    return ((tie.id, role, apart[target]) for tie in earlier.ties for role, target in tie.arguments if target in apart)
