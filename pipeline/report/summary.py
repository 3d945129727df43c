"""Summary: what a dataset holds, counted; every number knows the rows behind it.

The tables are read once, row by row. Of entities, dates and blocks only the counts and a few rows each are kept, so
that ten thousand articles fit in memory and on a page.
"""

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pipeline.dataset import rows
from pipeline.labels import BlockLabel, EntityLabel, Modality, QuotationKind
from pipeline.panel import DistinctEvent, Participant, distinct_events
from pipeline.repeats import HAPPENED, PRONOUNS
from pipeline.report.marks import HAPPENED_ONCE, Mark, mark
from pipeline.report.network import Matrix, Network, matrix, network
from pipeline.report.sentences import date_key
from pipeline.report.timeline import Timeline, timeline
from pipeline.tables import BlockRow, DateRow, DocumentRow, EntityRow, EventRow, ProblemRow, QuotationRow

LISTED = 300  # rows of each table on the page; the rest are counted
KEPT_MENTIONS = 3  # rows that stand for an entity or a date
KEPT_BLOCKS = 12  # rows that stand for a label of blocks, kept and removed
DETERMINERS = re.compile(r"^(?:the|a|an|its|their|his|her|our|this|that|these|those)\s+", re.IGNORECASE)

Key = TypeVar("Key")
Row = TypeVar("Row", BlockRow, EntityRow, DateRow)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table on the page: what leads to sentences, and plain cells."""

    mark: Mark
    cells: tuple[str | int | float, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A table on the page, and how many rows it leaves out."""

    lines: tuple[Line, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class BlockCount:
    """How many blocks of a label were kept and how many removed."""

    label: BlockLabel
    kept: Mark
    removed: Mark
    characters: int


@dataclass(frozen=True, slots=True)
class Sample(Generic[Key, Row]):
    """Rows counted by a key, with the first few of each."""

    counts: Counter[Key] = field(default_factory=Counter)
    articles: Counter[Key] = field(default_factory=Counter)
    rows: dict[Key, list[Row]] = field(default_factory=lambda: defaultdict(list))
    last: dict[Key, str] = field(default_factory=dict)  # the article in which the key was last met

    def add(self, key: Key, row: Row, kept: int) -> None:
        """Count a row; keep it if few are kept yet, those of other articles first in line."""
        self.counts[key] += 1
        is_new = self.last.get(key) != row.article_id
        self.articles[key] += is_new
        self.last[key] = row.article_id
        if len(self.rows[key]) < kept and (is_new or self.counts[key] <= kept):
            self.rows[key].append(row)


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything the page shows, and the rows that its sentences come from."""

    folder: Path
    run: Mapping[str, Any]
    documents: Mapping[str, DocumentRow]
    published: tuple[str, str]  # first and last day
    languages: tuple[tuple[str, int], ...]
    blocks: tuple[BlockCount, ...]
    modalities: tuple[Mark, ...]
    types: tuple[Mark, ...]
    distinct: int
    happened: int
    timeline: Timeline | None
    matrix: Matrix | None
    network: Network | None
    speakers: Listing
    quotation_kinds: tuple[Mark, ...]
    places: Listing
    entities: Listing
    dates: Listing
    articles: Listing
    quality: tuple[tuple[str, ...], ...] | None  # header and rows of quality.csv
    problems: tuple[ProblemRow, ...]
    totals: Mapping[str, int]  # rows of each table
    event_rows: tuple[EventRow, ...]
    event_of: Mapping[str, DistinctEvent]  # event_id of any mention -> its event
    names_of: Mapping[str, dict[str, list[str]]]  # event_id of the first mention -> names of its two sides
    quotation_rows: tuple[QuotationRow, ...]
    speaker_of: Mapping[str, str]  # quotation_id -> who the report says speaks
    entity_rows: Mapping[str, tuple[str, EntityRow]]  # id in the page -> key and row
    date_rows: Mapping[str, tuple[str, DateRow]]
    block_rows: Mapping[str, BlockRow]


def summary_of(folder: Path) -> Summary:
    """Read the dataset and count it.

    Raises:
        InputError: the folder holds no dataset, or a table is damaged.
    """
    documents = {row.article_id: row for row in rows(folder, DocumentRow)}
    blocks, characters = _blocks(folder)
    entities, canonical = _entities(folder)
    dates = _dates(folder)
    events = tuple(rows(folder, EventRow))
    quotations = tuple(rows(folder, QuotationRow))
    problems = tuple(rows(folder, ProblemRow))
    distinct = distinct_events(events)
    happened = [event for event in distinct if event.first.modality in HAPPENED]
    names = {event.first.event_id: _names(event, canonical) for event in distinct}
    event_of = _event_of(events, distinct)
    speakers = {row.quotation_id: _speaker(row, canonical) for row in quotations}
    pairs = _pairs(happened, names)
    days = sorted(row.published[:10] for row in documents.values() if row.published)
    entity_rows = {f"entity {n}": pair for n, pair in enumerate(_kept(entities, lambda key: "|".join(key)))}
    date_rows = {f"date {n}": pair for n, pair in enumerate(_kept(dates, str))}
    block_rows = {f"block {n}": row for n, row in enumerate(row for kept in blocks.rows.values() for row in kept)}
    return Summary(
        folder=folder,
        run=_run(folder),
        documents=documents,
        published=(days[0], days[-1]) if days else ("", ""),
        languages=tuple(Counter(row.language or "unknown" for row in documents.values()).most_common()),
        blocks=_block_counts(blocks, characters, block_rows),
        modalities=_modalities(distinct),
        types=_types(happened),
        distinct=len(distinct),
        happened=len(happened),
        timeline=timeline(happened),
        matrix=matrix(pairs),
        network=network(pairs),
        speakers=_speakers(quotations, speakers),
        quotation_kinds=_quotation_kinds(quotations),
        places=_places(happened, entities),
        entities=_entity_listing(entities, entity_rows),
        dates=_date_listing(dates, date_rows),
        articles=_articles(documents, events, quotations),
        quality=_quality(folder / "quality.csv"),
        problems=problems,
        totals={
            "documents": len(documents),
            "blocks": blocks.counts.total(),
            "entities": entities.counts.total(),
            "dates": dates.counts.total(),
            "quotations": len(quotations),
            "events": len(events),
            "problems": len(problems),
        },
        event_rows=events,
        event_of=event_of,
        names_of=names,
        quotation_rows=quotations,
        speaker_of=speakers,
        entity_rows=entity_rows,
        date_rows=date_rows,
        block_rows=block_rows,
    )


# Reading


def _blocks(folder: Path) -> tuple[Sample[tuple[BlockLabel, bool], BlockRow], Counter[BlockLabel]]:
    found: Sample[tuple[BlockLabel, bool], BlockRow] = Sample()
    characters: Counter[BlockLabel] = Counter()
    for row in rows(folder, BlockRow):
        found.add((row.label, row.kept), row, KEPT_BLOCKS)
        characters[row.label] += row.end - row.start
    return found, characters


def _entities(folder: Path) -> tuple[Sample[tuple[str, str], EntityRow], dict[tuple[str, str], str]]:
    """The entities by label and name, and the name of every entity id."""
    found: Sample[tuple[str, str], EntityRow] = Sample()
    canonical: dict[tuple[str, str], str] = {}
    for row in rows(folder, EntityRow):
        found.add((row.label.value, row.canonical_name), row, KEPT_MENTIONS)
        canonical.setdefault((row.article_id, row.entity_id), row.canonical_name)
    return found, canonical


def _dates(folder: Path) -> Sample[str, DateRow]:
    found: Sample[str, DateRow] = Sample()
    for row in rows(folder, DateRow):
        found.add(date_key(row), row, KEPT_MENTIONS)
    return found


def _kept(sample: Sample[Any, Row], written: Any) -> Iterator[tuple[str, Row]]:
    """The rows that stand for the keys that are listed, each with its key as the page writes it."""
    for key in _top(sample.counts):
        yield from ((written(key), row) for row in sample.rows[key])


def _top(counts: Counter[Any], limit: int = LISTED) -> list[Any]:
    return sorted(counts, key=lambda key: (-counts[key], key))[:limit]


def _run(folder: Path) -> dict[str, Any]:
    """What run.json says of the run; nothing where it is missing or damaged."""
    try:
        said = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _quality(path: Path) -> tuple[tuple[str, ...], ...] | None:
    """The rows of quality.csv as they are, header first; None where nothing was measured."""
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(tuple(row) for row in csv.reader(file) if row)


# Blocks


def _block_counts(
    blocks: Sample[tuple[BlockLabel, bool], BlockRow],
    characters: Counter[BlockLabel],
    kept_rows: Mapping[str, BlockRow],
) -> tuple[BlockCount, ...]:
    members: dict[tuple[BlockLabel, bool], list[str]] = defaultdict(list)
    for row_id, row in kept_rows.items():
        members[row.label, row.kept].append(row_id)

    def side(label: BlockLabel, kept: bool) -> Mark:
        verdict = "kept" if kept else "removed"
        count = blocks.counts[label, kept]
        words = f"{label.value}, {verdict}: {count:,}"
        return mark(words, members[label, kept], {"kind": "block", "label": label.value, "kept": str(int(kept))}, count)

    labels = {label for label, _ in blocks.counts}
    return tuple(
        BlockCount(label, side(label, True), side(label, False), characters[label])
        for label in BlockLabel
        if label in labels
    )


# Events


def _event_of(events: Iterable[EventRow], distinct: Iterable[DistinctEvent]) -> dict[str, DistinctEvent]:
    by_id = {event.first.same_event or event.first.event_id: event for event in distinct}
    return {row.event_id: by_id[row.same_event or row.event_id] for row in events}


def _names(event: DistinctEvent, canonical: Mapping[tuple[str, str], str]) -> dict[str, list[str]]:
    """What the report calls the two sides of an event: each name once, pronouns left out."""
    sides = {"actor": event.actors, "recipient": event.recipients}
    return {side: list(dict.fromkeys(_named(event, found, canonical))) for side, found in sides.items()}


def _named(
    event: DistinctEvent, found: Iterable[Participant], canonical: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    for one in found:
        # The participants may come from a mention in another article, whose entity ids begin with its name.
        article = event.first.article_id
        name = canonical.get((article, one.entity_id)) or canonical.get(
            (one.entity_id.rpartition(":")[0], one.entity_id)
        )
        words = name or DETERMINERS.sub("", one.words)
        if words and words.lower() not in PRONOUNS:
            yield words


def _pairs(
    events: Iterable[DistinctEvent], names: Mapping[str, dict[str, list[str]]]
) -> dict[tuple[str, str], list[DistinctEvent]]:
    pairs: dict[tuple[str, str], list[DistinctEvent]] = defaultdict(list)
    for event in events:
        sides = names[event.first.event_id]
        for actor in sides["actor"]:
            for recipient in sides["recipient"]:
                pairs[actor, recipient].append(event)
    return pairs


def _modalities(distinct: Iterable[DistinctEvent]) -> tuple[Mark, ...]:
    found: dict[Modality, list[str]] = defaultdict(list)
    for event in distinct:
        found[event.first.modality].append(event.first.event_id)
    return tuple(
        mark(kind.value, found[kind], {"kind": "event", "once": "1", "modality": kind.value})
        for kind in Modality
        if kind in found
    )


def _types(happened: Iterable[DistinctEvent]) -> tuple[Mark, ...]:
    found: dict[str, list[str]] = defaultdict(list)
    for event in happened:
        found[event.first.event_type.value].append(event.first.event_id)
    return tuple(
        mark(name, found[name], {**HAPPENED_ONCE, "type": name}) for name in sorted(found, key=lambda n: -len(found[n]))
    )


# Tables of the page


def _listing(lines: list[Line]) -> Listing:
    lines.sort(key=lambda line: (-line.mark.count, line.mark.label))
    return Listing(tuple(lines[:LISTED]), max(0, len(lines) - LISTED))


def _speaker(row: QuotationRow, canonical: Mapping[tuple[str, str], str]) -> str:
    """The speaker by full name; nobody where the article has only a pronoun."""
    name = canonical.get((row.article_id, row.speaker_entity_id)) or DETERMINERS.sub("", row.speaker)
    return "" if name.lower() in PRONOUNS else name


def _speakers(quotations: Iterable[QuotationRow], speakers: Mapping[str, str]) -> Listing:
    found: dict[str, list[QuotationRow]] = defaultdict(list)
    for row in quotations:
        if speakers[row.quotation_id]:
            found[speakers[row.quotation_id]].append(row)
    lines = []
    for name, said in found.items():
        kinds = Counter(row.kind for row in said)
        words = sum(len(row.text.split()) for row in said)
        cells = (*(kinds[kind] for kind in QuotationKind), words, len({row.article_id for row in said}))
        ids = [row.quotation_id for row in said]
        lines.append(Line(mark(name, ids, {"kind": "quotation", "speaker": name}), cells))
    return _listing(lines)


def _quotation_kinds(quotations: Iterable[QuotationRow]) -> tuple[Mark, ...]:
    found: dict[QuotationKind, list[str]] = defaultdict(list)
    for row in quotations:
        found[row.kind].append(row.quotation_id)
    return tuple(
        mark(kind.value, found[kind], {"kind": "quotation", "form": kind.value})
        for kind in QuotationKind
        if kind in found
    )


def _places(happened: Iterable[DistinctEvent], entities: Sample[tuple[str, str], EntityRow]) -> Listing:
    """Where events took place, with the country; no coordinates are known, so the places are a table and no map."""
    events: dict[tuple[str, str], list[str]] = defaultdict(list)
    for event in happened:
        if event.first.location:
            events[event.first.location, event.first.location_country].append(event.first.event_id)
    mentioned = Counter[str]()
    for (label, name), count in entities.counts.items():
        if label in (EntityLabel.GPE, EntityLabel.LOC, EntityLabel.FAC):
            mentioned[name] += count
    return _listing(
        [
            Line(mark(place, ids, {**HAPPENED_ONCE, "place": place}), (country, mentioned[place]))
            for (place, country), ids in events.items()
        ]
    )


def _entity_listing(
    entities: Sample[tuple[str, str], EntityRow], kept_rows: Mapping[str, tuple[str, EntityRow]]
) -> Listing:
    members = _members(kept_rows)
    lines = []
    for label, name in _top(entities.counts):
        key = f"{label}|{name}"
        country = next((row.country for row in entities.rows[label, name] if row.country), "")
        found = mark(name, members[key], {"kind": "entity", "entity": key}, entities.counts[label, name])
        lines.append(Line(found, (label, country, entities.articles[label, name])))
    return Listing(tuple(lines), len(entities.counts) - len(lines))


def _date_listing(dates: Sample[str, DateRow], kept_rows: Mapping[str, tuple[str, DateRow]]) -> Listing:
    members = _members(kept_rows)
    lines = []
    for key in _top(dates.counts):
        row = dates.rows[key][0]
        bounds = tuple(day.isoformat() if day else "" for day in (row.earliest, row.latest))
        found = mark(key, members[key], {"kind": "date", "date": key}, dates.counts[key])
        lines.append(Line(found, (row.type.value, *bounds, row.text, dates.articles[key])))
    return Listing(tuple(lines), len(dates.counts) - len(lines))


def _members(kept_rows: Mapping[str, tuple[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row_id, (key, _) in kept_rows.items():
        found[key].append(row_id)
    return found


def _articles(
    documents: Mapping[str, DocumentRow], events: Iterable[EventRow], quotations: Iterable[QuotationRow]
) -> Listing:
    """The articles, those that tell most first."""
    told: dict[str, list[str]] = defaultdict(list)
    event_counts, quotation_counts = Counter[str](), Counter[str]()
    for event in events:
        told[event.article_id].append(event.event_id)
        event_counts[event.article_id] += 1
    for quotation in quotations:
        told[quotation.article_id].append(quotation.quotation_id)
        quotation_counts[quotation.article_id] += 1
    lines = []
    for name, row in documents.items():
        kept = round(100 * row.kept_words / row.words) if row.words else 0
        cells = (row.published[:10], row.language, row.words, kept, event_counts[name], quotation_counts[name])
        lines.append(Line(mark(row.title or name, told[name], {"article": name}), cells))
    return _listing(lines)
