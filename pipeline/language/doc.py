"""What a Doc carries: the things the layers find, and where they keep them.

Layers are tuples on `doc._`, never attributes of spans: spaCy keys a span attribute by its offsets alone, so two layers
over the same words would overwrite each other. Spans can be neither pickled nor stored, so Docs stay in the process
that made them, and rows travel.
"""

import datetime
from dataclasses import dataclass, field
from functools import cached_property

from spacy.tokens import Doc, Span

from pipeline.labels import (
    AttributionType,
    DateBasis,
    EntityLabel,
    EventType,
    MentionType,
    Modality,
    QuotationKind,
    TimexMod,
    TimexType,
)


@dataclass(frozen=True, slots=True)
class Entity:
    """Someone or something the article mentions, under one id however often and however named."""

    id: str  # e<offset of its first mention>
    canonical_name: str
    label: EntityLabel
    country: str = ""  # ISO 3166-1 alpha-3
    sector: str = ""  # PLOVER sector, where a lexicon or a title gives it


@dataclass(frozen=True, slots=True)
class EntityMention:
    """One place where an entity is mentioned."""

    span: Span
    entity: Entity
    type: MentionType
    rule: str


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date or time expression; `start` and `end` count code points of the text."""

    start: int
    end: int
    text: str
    type: TimexType
    value: str
    mod: TimexMod | None = None
    earliest: datetime.date | None = None
    latest: datetime.date | None = None
    anchor: str = ""
    rule: str = ""

    @property
    def id(self) -> str:
        """Stable within its article: expressions do not overlap."""
        return f"d{self.start}"


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words credited to someone: the content, what introduces it, and who is credited."""

    content: tuple[Span, ...]  # several when a speaker interrupts the quotation
    cue: Span | None
    speaker: Span | None  # the mention beside the cue
    speaker_entity: Entity | None
    kind: QuotationKind
    attribution_type: AttributionType
    confidence: float
    rule: str
    speaker_name: str = ""  # resolved full name; the speaker's own words when it is no known entity

    @property
    def id(self) -> str:
        """Stable within its article: no two quotations have the same content."""
        return f"q{self.content[0].start_char}-{self.content[-1].end_char}"


@dataclass(frozen=True, slots=True)
class Participant:
    """An actor or a recipient of an event."""

    span: Span
    entity: Entity | None = None
    country: str = ""
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what to whom, when and where, and whether it happened."""

    type: EventType
    trigger: Span
    sentence: Span
    modality: Modality
    confidence: float
    rule: str
    actors: tuple[Participant, ...] = ()
    recipients: tuple[Participant, ...] = ()
    mode: str = ""
    contexts: tuple[str, ...] = ()
    location: Participant | None = None
    date: DateMention | None = None
    earliest: datetime.date | None = None
    latest: datetime.date | None = None
    date_basis: DateBasis | None = None
    quotation: Quotation | None = field(default=None, repr=False)
    attributed_to: str = ""


# Every extension attribute of a Doc, with an immutable default.
EXTENSIONS: dict[str, object] = {
    "published": None,  # datetime.date | None: the anchor of relative dates
    "entities": (),  # tuple[Entity, ...], by first mention
    "entity_mentions": (),  # tuple[EntityMention, ...], in text order, not overlapping
    "home": "",  # the country that the article is about, if it is about one
    "dates": (),  # tuple[DateMention, ...], in text order, not overlapping
    "quotations": (),  # tuple[Quotation, ...], in text order
    "events": (),  # tuple[Event, ...], in text order of their triggers
}

for name, default in EXTENSIONS.items():
    if not Doc.has_extension(name):
        Doc.set_extension(name, default=default)


class Plain:
    """The text of a Doc and its words, which spaCy would put together anew whenever it is asked."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc

    @cached_property
    def text(self) -> str:
        """The text of the article."""
        return self.doc.text

    @cached_property
    def words(self) -> list[str]:
        """The text of each token, the same object for the same word."""
        numbers: list[int] = self.doc.to_array("ORTH").tolist()
        texts = {number: self.doc.vocab.strings[number] for number in set(numbers)}
        return [texts[number] for number in numbers]

    @cached_property
    def lower(self) -> list[str]:
        """The same in lower case."""
        forms = {word: word.lower() for word in set(self.words)}
        return [forms[word] for word in self.words]


_plain: Plain | None = None


def plain(doc: Doc) -> Plain:
    """The plain words of the Doc, kept until another is asked for: one Doc goes through all layers before the next."""
    global _plain
    if _plain is None or _plain.doc is not doc:
        _plain = Plain(doc)
    return _plain
