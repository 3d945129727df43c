"""Reports: what is kept of a mention to recognise its event in another article, and when two tell of one event."""

import functools
import hashlib
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from pipeline.labels import DateBasis, EventType, Modality
from pipeline.repeats.pairs import HAPPENED, Mention

# Reports of one event follow each other closely; beyond this, an open date says too little to link two articles.
DAYS_ACROSS_ARTICLES = 7
# An interval longer than this ("in 2008") cannot tell two events of one kind apart across articles.
LONGEST_INTERVAL_DAYS = 45
# Words: a shorter sentence may stand in two articles by chance.
SHORTEST_COPY = 10

Key = tuple[str, str | int]
Value = TypeVar("Value", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Report:
    """An event mention as other articles may tell of it; there are many, so the row and its sentence are not kept."""

    article_id: str
    event_id: str
    type: EventType
    trigger: str
    sentence: int | None  # a number that copies of the sentence share; None where it is too short to tell
    modality: Modality
    days: tuple[int, int] | None  # first and last, as ordinals of the proleptic Gregorian calendar
    dated: bool  # not only by the day of publication
    place: str  # in lower case
    country: str  # of the place
    said: tuple[bool, bool]  # whether the actor, whether the recipient is
    named: tuple[frozenset[str], frozenset[str]]  # the last words of the names of actors, of recipients
    countries: tuple[frozenset[str], frozenset[str]]  # of the same
    stem: str
    acts: frozenset[str]


def report_of(mention: Mention) -> Report:
    """What other articles need to know of a mention."""
    row = mention.row
    end = row.date_latest or row.date_earliest
    start = row.date_earliest or end
    sides = mention.actors, mention.recipients
    return Report(
        article_id=_one(row.article_id),
        event_id=row.event_id,
        type=row.event_type,
        trigger=_one(row.trigger),
        sentence=_number(row.trigger, row.text),
        modality=row.modality,
        days=_one((start.toordinal(), end.toordinal())) if start is not None and end is not None else None,
        dated=row.date_basis is not DateBasis.PUBLICATION,
        place=_one(row.location.lower()),
        country=_one(row.location_country),
        said=_one((bool(sides[0]), bool(sides[1]))),
        named=_one((_one(sides[0] & mention.people), _one(sides[1] & mention.people))),
        countries=_one((_countries(sides[0]), _countries(sides[1]))),
        stem=_one(mention.stem),
        acts=_one(mention.acts),
    )


@functools.lru_cache(maxsize=20_000)
def _one(value: Value) -> Value:
    """The value itself, as the one object that stands for all equal ones: there are few, and they are kept long."""
    return value


def _number(trigger: str, text: str) -> int | None:
    words = text.lower().split()
    if len(words) < SHORTEST_COPY:
        return None
    said = f"{trigger.lower()}\0{' '.join(words)}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest())


def _countries(names: frozenset[str]) -> frozenset[str]:
    """The countries among the keys of a side: "NOR" of "NOR/MIL"."""
    found: frozenset[str] = _one(frozenset(name.partition("/")[0] for name in names if name[3:4] == "/"))
    return found


def keys(mention: Mention, report: Report) -> Iterator[Key]:
    """What two mentions of different articles must share to be compared at all: a name, a country's sector, a sentence.

    Common nouns and the ids of entities, which count within an article, tie no two articles.
    """
    for name in sorted(mention.actors | mention.recipients):
        if name in mention.people or name[3:4] == "/":
            yield report.type.value, name
    if report.sentence is not None:
        yield report.type.value, report.sentence


def is_one_event(one: Report, other: Report) -> bool:
    """Whether two mentions of one type in different articles tell of one event."""
    if one.modality != other.modality and not {one.modality, other.modality} <= HAPPENED:
        return False
    if _places_differ(one, other):
        return False
    gap = _gap(one, other)
    if one.sentence is not None and one.sentence == other.sentence and one.trigger == other.trigger:  # a copy
        return gap is None or gap <= DAYS_ACROSS_ARTICLES
    dated = one.dated and other.dated
    if gap is None or gap > (0 if dated else DAYS_ACROSS_ARTICLES) or _is_long(one) or _is_long(other):
        return False
    # an open date says little: what is told must be the same act
    if not dated and one.stem != other.stem and not one.acts & other.acts:
        return False
    return _participants_agree(one, other, dated=dated)


def _places_differ(one: Report, other: Report) -> bool:
    if not one.place or not other.place or one.place == other.place:
        return False
    return not one.country or one.country != other.country


def _gap(one: Report, other: Report) -> int | None:
    """Days between the intervals of two events, 0 where they overlap; None where one has no date."""
    if one.days is None or other.days is None:
        return None
    return max(other.days[0] - one.days[1], one.days[0] - other.days[1], 0)


def _is_long(report: Report) -> bool:
    return report.days is not None and report.days[1] - report.days[0] > LONGEST_INTERVAL_DAYS


def _participants_agree(one: Report, other: Report, *, dated: bool) -> bool:
    """Both sides shared; or one, by name, where both say when it was and neither says otherwise who the other side is.

    A side is shared by name, or by a country that is not the other side's too: "a judge" and "the police" of one
    country are not one.
    """
    shared = 0
    home = one.countries[0] & one.countries[1]
    for side in (0, 1):
        if one.said[side] and other.said[side]:
            countries = (one.countries[side] & other.countries[side]) - home
            if not countries and not one.named[side] & other.named[side]:
                return False
            shared += 1
    if shared == 2:
        return True
    several = len(one.named[0] & other.named[0]) > 1  # a meeting: all are actors
    named = bool((one.named[0] | one.named[1]) & (other.named[0] | other.named[1]))
    return named and one.stem == other.stem and (several or (dated and shared == 1))
