"""The published tables, one row type each.

A change of the contract with our readers is a change of this file. Columns of one name mean one thing everywhere.
"""

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

from pipeline.labels import (
    AttributionType,
    BlockLabel,
    DateBasis,
    EntityLabel,
    EventType,
    MentionType,
    Modality,
    PublishedBasis,
    QuadCategory,
    QuotationKind,
    Stage,
    TimexMod,
    TimexType,
)
from pipeline.schema import Table, column, describe, table

ARTICLE = "The article the row belongs to."
START = "Offset of the first character in texts/<article_id>.txt, in Unicode code points."
END = "Offset after the last character, in Unicode code points."
RULE = "The rule, lexicon entry or model that made the row."
CONFIDENCE = "How likely the row is right, from 0 to 1, as the rule's record on development data suggests."
COUNTRY = "ISO 3166-1 alpha-3 code"

PIECES = " [...] "  # between the pieces of an interrupted quotation


@table("documents", key=("article_id",))
class DocumentRow:
    """An article: where it came from, what it says about itself, how much of it was kept."""

    article_id: str = column(
        "Identifies the article: the id given in the input, else the name of the file.", required=True
    )
    source_file: str = column("The input file, relative to the folder it was found in.", required=True)
    url: str = column("Address of the article, where the input gives one.")
    title: str = column("The headline.")
    byline: str = column("Who wrote it, as the source says, without the word by.")
    published: str = column(
        "Publication date in ISO 8601: a day, or a minute with the offset from UTC where the source gives one."
    )
    published_basis: PublishedBasis | None = column("Where the publication date comes from.")
    language: str = column("ISO 639-1 code of the language of the kept text.")
    characters: int = column("Length of the text in Unicode code points.", minimum=0)
    words: int = column("Words in the whole text.", minimum=0)
    kept_words: int = column("Words in the kept blocks.", minimum=0)


@table("blocks", key=("article_id", "block"))
class BlockRow:
    """A stretch of the page, what it is, and whether the article keeps it."""

    article_id: str = column(ARTICLE, required=True, references="documents.article_id")
    block: int = column("Position of the block in the article, from 1.", minimum=1)
    start: int = column(START, minimum=0)
    end: int = column(END, minimum=1)
    kept: bool = column("Whether the block belongs to the article and was read by the extractors.")
    label: BlockLabel = column("What the block is.")
    reason: str = column("The phrase, rule or score that decided.", required=True)
    score: float | None = column("How sure the decision is, from 0 to 1, where a score made it.", minimum=0, maximum=1)
    text: str = column("The block as written: text[start:end].", required=True)


@table("entities", key=("article_id", "start", "end"))
class EntityRow:
    """A mention of a person, group, organisation, place or other named thing."""

    article_id: str = column(ARTICLE, required=True, references="documents.article_id")
    entity_id: str = column("Identifies the entity within the article; all its mentions share it.", required=True)
    start: int = column(START, minimum=0)
    end: int = column(END, minimum=1)
    text: str = column("The mention as written: text[start:end].", required=True)
    label: EntityLabel = column("What kind of thing the entity is.")
    canonical_name: str = column("The fullest name of the entity: the lexicon's, else the article's.", required=True)
    country: str = column(f"{COUNTRY} of the country the entity is, belongs to or lies in, where known.")
    mention_type: MentionType = column("How the entity is mentioned.")
    rule: str = column(RULE, required=True)


@table("dates", key=("article_id", "date_id"))
class DateRow:
    """A date or time expression, with the calendar interval it denotes."""

    article_id: str = column(ARTICLE, required=True, references="documents.article_id")
    date_id: str = column("Identifies the expression.", required=True)
    start: int = column(START, minimum=0)
    end: int = column(END, minimum=1)
    text: str = column("The expression as written: text[start:end].", required=True)
    type: TimexType = column("TIMEX3 type.")
    value: str = column("TIMEX3 value: 2008-08, P15Y, 1990-SU, PAST_REF; a range is an ISO 8601 interval.")
    mod: TimexMod | None = column("TIMEX3 modifier.")
    earliest: datetime.date | None = column("First day the expression can denote; empty when it has no anchor.")
    latest: datetime.date | None = column("Last day the expression can denote; empty when it has no anchor.")
    anchor: str = column("The day or interval that a relative expression was read against, and what it is.")
    rule: str = column(RULE, required=True)


@table("quotations", key=("article_id", "quotation_id"))
class QuotationRow:
    """Words or thoughts credited to someone."""

    article_id: str = column(ARTICLE, required=True, references="documents.article_id")
    quotation_id: str = column("Identifies the quotation.", required=True)
    start: int = column(START, minimum=0)
    end: int = column(END, minimum=1)
    kind: QuotationKind = column("How much of the content stands inside quotation marks.")
    attribution_type: AttributionType = column("What the speaker does with the content.")
    spans: tuple[str, ...] = column(
        "The offsets of the content: several spans when the quotation is interrupted.", required=True
    )
    text: str = column(
        "The content as written; pieces of an interrupted quotation are joined by ' [...] '.", required=True
    )
    cue: str = column("The words that credit the content to the speaker: text[cue_start:cue_end].")
    cue_start: int | None = column("Offset of the cue's first character.", minimum=0)
    cue_end: int | None = column("Offset after the cue's last character.", minimum=1)
    speaker: str = column("The speaker by full name, where the article names one.")
    speaker_start: int | None = column(
        "Offset of the first character of the speaker's mention beside the cue.", minimum=0
    )
    speaker_end: int | None = column("Offset after the last character of that mention.", minimum=1)
    speaker_entity_id: str = column("The entity that speaks.", references="entities.entity_id")
    confidence: float = column(CONFIDENCE, minimum=0, maximum=1)
    rule: str = column(RULE, required=True)


@table("events", key=("article_id", "event_id"))
class EventRow:
    """A mention of an event: who did what to whom, when and where, coded in PLOVER.

    Several actors or recipients are joined by ";", in every column that describes them.
    """

    article_id: str = column(ARTICLE, required=True, references="documents.article_id")
    event_id: str = column("Identifies the mention.", required=True)
    start: int = column("Offset of the first character of the sentence, in Unicode code points.", minimum=0)
    end: int = column("Offset after the last character of the sentence.", minimum=1)
    text: str = column("The sentence as written: text[start:end].", required=True)
    trigger: str = column("The words that name the event: text[trigger_start:trigger_end].", required=True)
    trigger_start: int = column("Offset of the trigger's first character.", minimum=0)
    trigger_end: int = column("Offset after the trigger's last character.", minimum=1)
    event_type: EventType = column("PLOVER event type.")
    mode: str = column("PLOVER mode: how the event was done.")
    context: tuple[str, ...] = column(
        "PLOVER contexts: what the event is about, by the words of its clause; empty when none speaks for one."
    )
    quad_category: QuadCategory = column("Verbal or material, cooperation or conflict.")
    score: float = column("PLOVER score of the type, from -10 (conflict) to 10 (cooperation).", minimum=-10, maximum=10)
    modality: Modality = column("Whether the text says that the event happened.")
    attributed_to: str = column("Who says so, by full name, where the event stands inside what someone said.")
    quotation_id: str = column("The quotation the event stands inside.", references="quotations.quotation_id")
    actor: tuple[str, ...] = column("Who did it: text[actor_start:actor_end].")
    actor_start: tuple[int, ...] = column("Offset of the actor's first character.")
    actor_end: tuple[int, ...] = column("Offset after the actor's last character.")
    actor_entity_id: tuple[str, ...] = column("The entity that is the actor; empty when it is not a named one.")
    actor_country: tuple[str, ...] = column(f"{COUNTRY} of the actor.")
    actor_sector: tuple[str, ...] = column("PLOVER sector of the actor: GOV, MIL, REB ...")
    recipient: tuple[str, ...] = column("To whom it was done: text[recipient_start:recipient_end].")
    recipient_start: tuple[int, ...] = column("Offset of the recipient's first character.")
    recipient_end: tuple[int, ...] = column("Offset after the recipient's last character.")
    recipient_entity_id: tuple[str, ...] = column("The entity that is the recipient; empty when it is not a named one.")
    recipient_country: tuple[str, ...] = column(f"{COUNTRY} of the recipient.")
    recipient_sector: tuple[str, ...] = column("PLOVER sector of the recipient.")
    location: str = column("Where it happened: text[location_start:location_end].")
    location_start: int | None = column("Offset of the location's first character.", minimum=0)
    location_end: int | None = column("Offset after the location's last character.", minimum=1)
    location_country: str = column(f"{COUNTRY} of the location.")
    date_earliest: datetime.date | None = column("First day on which the event can have happened.")
    date_latest: datetime.date | None = column("Last day on which the event can have happened.")
    date_basis: DateBasis | None = column("Where the date comes from.")
    date_id: str = column("The date expression the date was taken from.", references="dates.date_id")
    same_event: str = column("The event_id of the first mention of the same event, in this article or an earlier one.")
    confidence: float = column(CONFIDENCE, minimum=0, maximum=1)
    rule: str = column(RULE, required=True)


@table("problems", key=("source_file", "article_id", "stage", "message"))
class ProblemRow:
    """Something that cost an input or a row: bad bytes, another language, a layer that failed."""

    source_file: str = column("The input the problem is in.", required=True)
    article_id: str = column("The article, where one could be told.")
    stage: Stage = column("The part of the pipeline that noticed.")
    message: str = column("What was found, and what was done about it.", required=True)


def problem_row(source_file: str, article_id: str, stage: Stage, message: str) -> ProblemRow:
    """A problem whose message is one line of at most 500 characters."""
    return ProblemRow(
        source_file=source_file, article_id=article_id, stage=stage, message=" ".join(message.split())[:500]
    )


class Extraction(NamedTuple):
    """Every row one article gives rise to: a field per table, in the order of the codebook."""

    documents: tuple[DocumentRow, ...] = ()
    blocks: tuple[BlockRow, ...] = ()
    entities: tuple[EntityRow, ...] = ()
    dates: tuple[DateRow, ...] = ()
    quotations: tuple[QuotationRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    problems: tuple[ProblemRow, ...] = ()


ROW_TYPES: dict[str, type] = {
    "documents": DocumentRow,
    "blocks": BlockRow,
    "entities": EntityRow,
    "dates": DateRow,
    "quotations": QuotationRow,
    "events": EventRow,
    "problems": ProblemRow,
}


def tables() -> Iterator[Table]:
    """The declarations of all tables, in the order of the codebook."""
    return (describe(row_type) for row_type in ROW_TYPES.values())


def cells(row: Any) -> Iterator[Any]:
    """The values of a row, in the order of its columns."""
    return (getattr(row, name) for name in describe(type(row)).header)
