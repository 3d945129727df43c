"""Repeats: which event mentions tell of one event, within an article and across articles.

Two mentions are one event when they have the same type, share an actor (or, with no actor on one side, a recipient), do
not disagree on the other side or the place, and their date intervals overlap. Only mentions with a common key are
compared (type and participant), so the work grows with the number of mentions and not with its square.
"""

import dataclasses
import datetime
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator

from pipeline.labels import DateBasis, Modality
from pipeline.tables import EventRow

# Reports of one event follow each other closely; beyond this, an open date says too little to link two articles.
DAYS_ACROSS_ARTICLES = 7
# An interval longer than this ("in 2008") cannot tell two events of one kind apart across articles.
LONGEST_INTERVAL_DAYS = 45
# Mentions compared with the latest of the same key; a bound for newspapers full of one kind of event.
COMPARED = 50
HAPPENED = frozenset({Modality.ASSERTED, Modality.REPORTED})


def link_repeats(events: Iterable[EventRow]) -> Iterator[EventRow]:
    """The same rows in the same order; one that repeats an event has the id of its first mention in `same_event`."""
    rows = list(events)
    first: dict[str, EventRow] = {}  # event_id -> the first mention of its event
    recent: dict[tuple[str, str], deque[EventRow]] = defaultdict(lambda: deque(maxlen=COMPARED))
    for row in rows:
        earlier = _repeated(row, recent)
        first[row.event_id] = first[earlier.event_id] if earlier is not None else row
        for key in keys(row):
            recent[key].append(row)
    for row in rows:
        head = first[row.event_id].event_id
        yield dataclasses.replace(row, same_event=head if head != row.event_id else "")


def keys(row: EventRow) -> list[tuple[str, str]]:
    """What two mentions must have in common to be compared at all: the type and one participant."""
    return [(row.event_type.value, name) for name in sorted(names(row, "actor") | names(row, "recipient"))]


def names(row: EventRow, side: str) -> frozenset[str]:
    """How one side can be recognised in another mention: by country and sector, by entity, by words."""
    words = getattr(row, side)
    entities = _padded(getattr(row, f"{side}_entity_id"), len(words))
    countries = _padded(getattr(row, f"{side}_country"), len(words))
    sectors = _padded(getattr(row, f"{side}_sector"), len(words))
    found: set[str] = set()
    for name, entity, country, sector in zip(words, entities, countries, sectors, strict=True):
        found.add(" ".join(name.lower().removeprefix("the ").split()))
        if entity:
            found.add(entity)
        if country:
            found.add(f"{country}/{sector if sector != 'GOV' else ''}")
    return frozenset(found)


def is_one_event(earlier: EventRow, later: EventRow) -> bool:
    """Whether two mentions of one type tell of one event."""
    if (earlier.modality in HAPPENED) != (later.modality in HAPPENED):
        return False
    if not _participants_agree(earlier, later) or not _places_agree(earlier, later):
        return False
    if earlier.article_id == later.article_id:
        return _intervals_overlap(earlier, later)
    return _intervals_close(earlier, later)


def _repeated(row: EventRow, recent: dict[tuple[str, str], deque[EventRow]]) -> EventRow | None:
    for key in keys(row):
        for candidate in reversed(recent.get(key, ())):
            if is_one_event(candidate, row):
                return candidate
    return None


def _participants_agree(one: EventRow, other: EventRow) -> bool:
    shared = 0
    for side in ("actor", "recipient"):
        left, right = names(one, side), names(other, side)
        if left and right:
            if not left & right:
                return False
            shared += 1
    return shared > 0


def _places_agree(one: EventRow, other: EventRow) -> bool:
    if one.location_country and other.location_country and one.location_country != other.location_country:
        return False
    return (
        not (one.location and other.location)
        or one.location.lower() == other.location.lower()
        or (one.location_country == other.location_country != "")
    )


def _intervals_overlap(one: EventRow, other: EventRow) -> bool:
    if DateBasis.PUBLICATION in (one.date_basis, other.date_basis):
        return True  # an undated mention can be any earlier or later one in the same article
    bounds = (one.date_earliest, one.date_latest, other.date_earliest, other.date_latest)
    if any(bound is None for bound in bounds):
        return True
    return bounds[0] <= bounds[3] and bounds[2] <= bounds[1]  # type: ignore[operator]


def _intervals_close(one: EventRow, other: EventRow) -> bool:
    spans = [_interval(row) for row in (one, other)]
    if None in spans:
        return False
    (start, end), (other_start, other_end) = spans  # type: ignore[misc]
    if max(end - start, other_end - other_start).days > LONGEST_INTERVAL_DAYS:
        return False
    gap = max(other_start - end, start - other_end, datetime.timedelta(0)).days
    dated = DateBasis.PUBLICATION not in (one.date_basis, other.date_basis)
    return gap == 0 if dated else gap <= DAYS_ACROSS_ARTICLES


def _interval(row: EventRow) -> tuple[datetime.date, datetime.date] | None:
    end = row.date_latest or row.date_earliest
    if end is None:
        return None
    return row.date_earliest or end, end


def _padded(values: tuple[str, ...], length: int) -> tuple[str, ...]:
    return (*values, *[""] * (length - len(values)))
