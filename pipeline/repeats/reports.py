"""Reports: what is kept of a mention to recognise its event in another article, and when two tell of one event."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.labels import DateBasis, EventType, Modality
from pipeline.repeats.pairs import HAPPENED, Mention

# Reports of one event follow each other closely; beyond this, an open date says too little to link two articles.
DAYS_ACROSS_ARTICLES = 7
# An interval longer than this ("in 2008") cannot tell two events of one kind apart across articles.
LONGEST_INTERVAL_DAYS = 45
# Words: a shorter sentence may stand in two articles by chance.
SHORTEST_COPY = 10

Key = tuple[str, str | int]


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
    actors: frozenset[str]
    recipients: frozenset[str]
    countries: tuple[frozenset[str], frozenset[str]]  # of the actors, of the recipients
    people: frozenset[str]
    stem: str
    acts: frozenset[str]


def report_of(mention: Mention) -> Report:
    """What other articles need to know of a mention."""
    row = mention.row
    end = row.date_latest or row.date_earliest
    start = row.date_earliest or end
    return Report(
        article_id=row.article_id,
        event_id=row.event_id,
        type=row.event_type,
        trigger=row.trigger,
        sentence=_number(row.trigger, row.text),
        modality=row.modality,
        days=(start.toordinal(), end.toordinal()) if start is not None and end is not None else None,
        dated=row.date_basis is not DateBasis.PUBLICATION,
        place=row.location.lower(),
        country=row.location_country,
        actors=mention.actors,
        recipients=mention.recipients,
        countries=(_countries(mention.actors), _countries(mention.recipients)),
        people=mention.people,
        stem=mention.stem,
        acts=mention.acts,
    )


def _number(trigger: str, text: str) -> int | None:
    words = text.lower().split()
    if len(words) < SHORTEST_COPY:
        return None
    said = f"{trigger.lower()}\0{' '.join(words)}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest())


def _countries(names: frozenset[str]) -> frozenset[str]:
    """The countries among the keys of a side: "NOR" of "NOR/MIL"."""
    return frozenset(name.partition("/")[0] for name in names if name[3:4] == "/")


def keys(report: Report) -> Iterator[Key]:
    """What two mentions of different articles must share to be compared at all."""
    for name in sorted(report.actors | report.recipients):
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
    people = one.people & other.people
    shared = 0
    home = one.countries[0] & one.countries[1]
    sides = ((one.actors, other.actors), (one.recipients, other.recipients))
    for (left, right), own, others in zip(sides, one.countries, other.countries, strict=True):
        if left and right:
            if not left & right & people and not (own & others) - home:
                return False
            shared += 1
    if shared == 2:
        return True
    several = len(one.actors & other.actors & people) > 1  # a meeting: all are actors
    named = bool((one.actors | one.recipients) & (other.actors | other.recipients) & people)
    return named and one.stem == other.stem and (several or (dated and shared == 1))
