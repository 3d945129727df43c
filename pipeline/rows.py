"""From a Doc to rows: the only bridge between spaCy and the tables."""

import bisect
from collections.abc import Iterator
from typing import NamedTuple

from spacy.tokens import Doc, Span

from pipeline.article import Article
from pipeline.labels import QUAD_CATEGORY, SCORE
from pipeline.language.doc import DateMention, EntityMention, Event, Participant, Quotation
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


def extraction(article: Article, doc: Doc | None) -> Extraction:
    """Every row of one article; without a Doc (another language), what cleaning alone can tell."""
    rows = Extraction(documents=(document_row(article),), blocks=tuple(block_rows(article)))
    if doc is None:
        return rows
    return rows._replace(
        entities=tuple(entity_row(article, mention) for mention in doc._.entity_mentions),
        dates=tuple(date_row(article, date) for date in doc._.dates),
        quotations=tuple(quotation_row(article, quotation) for quotation in doc._.quotations),
        events=tuple(event_rows(article, doc._.events)),
    )


def document_row(article: Article) -> DocumentRow:
    """The row of the article itself."""
    return DocumentRow(
        article_id=article.id,
        source_file=article.source_file,
        url=article.url,
        title=article.title,
        byline=article.byline,
        published=article.published_iso,
        published_basis=article.published_basis,
        language=article.language,
        characters=len(article.text),
        words=len(article.text.split()),
        kept_words=sum(len(article.text_of(block).split()) for block in article.kept_blocks),
    )


def block_rows(article: Article) -> Iterator[BlockRow]:
    """The blocks of the article, in order."""
    for number, block in enumerate(article.blocks, start=1):
        yield BlockRow(
            article_id=article.id,
            block=number,
            start=block.start,
            end=block.end,
            kept=block.kept,
            label=block.label,
            reason=block.reason,
            score=block.score,
            text=article.text_of(block),
        )


def entity_row(article: Article, mention: EntityMention) -> EntityRow:
    """The row of one mention of an entity."""
    start, end = trimmed(mention.span)
    return EntityRow(
        article_id=article.id,
        entity_id=row_id(article, mention.entity.id),
        start=start,
        end=end,
        text=article.text[start:end],
        label=mention.entity.label,
        canonical_name=mention.entity.canonical_name,
        country=mention.entity.country,
        mention_type=mention.type,
        rule=mention.rule,
    )


def date_row(article: Article, date: DateMention) -> DateRow:
    """The row of one date expression."""
    return DateRow(
        article_id=article.id,
        date_id=row_id(article, date.id),
        start=date.start,
        end=date.end,
        text=article.text[date.start : date.end],
        type=date.type,
        value=date.value,
        mod=date.mod,
        earliest=date.earliest,
        latest=date.latest,
        anchor=date.anchor,
        rule=date.rule,
    )


def quotation_row(article: Article, quotation: Quotation) -> QuotationRow:
    """The row of one quotation."""
    pieces = [piece for span in quotation.content for piece in kept_pieces(article, *trimmed(span))]
    cue = trimmed(quotation.cue) if quotation.cue is not None else None
    speaker = trimmed(quotation.speaker) if quotation.speaker is not None else None
    return QuotationRow(
        article_id=article.id,
        quotation_id=row_id(article, quotation.id),
        start=pieces[0][0],
        end=pieces[-1][1],
        kind=quotation.kind,
        attribution_type=quotation.attribution_type,
        spans=tuple(f"{start}-{end}" for start, end in pieces),
        text=PIECES.join(article.text[start:end] for start, end in pieces),
        cue=article.text[cue[0] : cue[1]] if cue else "",
        cue_start=cue[0] if cue else None,
        cue_end=cue[1] if cue else None,
        speaker=quotation.speaker_name or (article.text[speaker[0] : speaker[1]] if speaker else ""),
        speaker_start=speaker[0] if speaker else None,
        speaker_end=speaker[1] if speaker else None,
        speaker_entity_id=row_id(article, quotation.speaker_entity.id) if quotation.speaker_entity else "",
        confidence=quotation.confidence,
        rule=quotation.rule,
    )


def event_rows(article: Article, events: tuple[Event, ...]) -> Iterator[EventRow]:
    """The rows of the events; a trigger that names several events gives each a number."""
    seen: dict[int, int] = {}
    for event in events:
        start = event.trigger.start_char
        seen[start] = seen.get(start, 0) + 1
        suffix = f".{seen[start]}" if seen[start] > 1 else ""
        yield event_row(article, event, f"ev{start}{suffix}")


def event_row(article: Article, event: Event, local_id: str) -> EventRow:
    """The row of one event mention."""
    text = article.text
    start, end = trimmed(event.sentence)
    trigger_start, trigger_end = trimmed(event.trigger)
    actors, recipients = side(article, event.actors), side(article, event.recipients)
    location = trimmed(event.location.span) if event.location is not None else None
    return EventRow(
        article_id=article.id,
        event_id=row_id(article, local_id),
        start=start,
        end=end,
        text=text[start:end],
        trigger=text[trigger_start:trigger_end],
        trigger_start=trigger_start,
        trigger_end=trigger_end,
        event_type=event.type,
        mode=event.mode,
        context=event.contexts,
        quad_category=QUAD_CATEGORY[event.type],
        score=SCORE[event.type],
        modality=event.modality,
        attributed_to=event.attributed_to,
        quotation_id=row_id(article, event.quotation.id) if event.quotation is not None else "",
        actor=actors.names,
        actor_start=actors.starts,
        actor_end=actors.ends,
        actor_entity_id=actors.entity_ids,
        actor_country=actors.countries,
        actor_sector=actors.sectors,
        recipient=recipients.names,
        recipient_start=recipients.starts,
        recipient_end=recipients.ends,
        recipient_entity_id=recipients.entity_ids,
        recipient_country=recipients.countries,
        recipient_sector=recipients.sectors,
        location=text[location[0] : location[1]] if location else "",
        location_start=location[0] if location else None,
        location_end=location[1] if location else None,
        location_country=event.location.country if event.location is not None else "",
        date_earliest=event.earliest,
        date_latest=event.latest,
        date_basis=event.date_basis,
        date_id=row_id(article, event.date.id) if event.date is not None else "",
        same_event="",  # decided over all articles, by pipeline.repeats
        confidence=event.confidence,
        rule=event.rule,
    )


class Side(NamedTuple):
    """The participants on one side of an event, as columns."""

    names: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    entity_ids: tuple[str, ...]
    countries: tuple[str, ...]
    sectors: tuple[str, ...]


def side(article: Article, participants: tuple[Participant, ...]) -> Side:
    """The participants as columns; a name that holds the list separator would not come back and is left out."""
    offsets = {participant: trimmed(participant.span) for participant in participants}
    sound = [p for p, (start, end) in offsets.items() if LIST_SEPARATOR not in article.text[start:end]]
    return Side(
        names=tuple(article.text[slice(*offsets[p])] for p in sound),
        starts=tuple(offsets[p][0] for p in sound),
        ends=tuple(offsets[p][1] for p in sound),
        entity_ids=tuple(row_id(article, p.entity.id) if p.entity is not None else "" for p in sound),
        countries=tuple(p.country for p in sound),
        sectors=tuple(p.sector for p in sound),
    )


def row_id(article: Article, local_id: str) -> str:
    """An id that is unique in the dataset and the same in every run: the article's, and where in it."""
    return f"{article.id}:{local_id}"


def kept_pieces(article: Article, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch without the removed blocks inside it: a quotation may go on after an advertisement."""
    blocks = article.blocks
    for block in blocks[bisect.bisect_right(blocks, start, key=lambda block: block.end) :]:
        if block.start >= end:
            break
        if block.kept:
            continue
        if article.text[start : block.start].strip():
            yield start, start + len(article.text[start : block.start].rstrip())
        gap = article.text[block.end : end]
        start = block.end + len(gap) - len(gap.lstrip())
    if start < end:
        yield start, end


def trimmed(span: Span) -> tuple[int, int]:
    """The offsets of a span without the white space at its edges."""
    text = span.text
    return span.start_char + len(text) - len(text.lstrip()), span.end_char - len(text) + len(text.rstrip())
