"""Repeats: which event mentions tell of one event, within an article and across articles.

Two mentions are one event when they have the same type, share actor and recipient (or one of them, where the other
stays unsaid and the trigger is the same word), do not disagree on the place, and their date intervals overlap. Within
an article a mention may also take up the word of an earlier one: by the same actor with a recipient that is only
described, or without participants after "the". Only mentions with a common key are compared (type and participant, or
type, article and word), so the work grows with the number of mentions and not with its square.
"""

import dataclasses
import datetime
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.labels import DateBasis, Modality
from pipeline.tables import EventRow

# Reports of one event follow each other closely; beyond this, an open date says too little to link two articles.
DAYS_ACROSS_ARTICLES = 7
# An interval longer than this ("in 2008") cannot tell two events of one kind apart across articles.
LONGEST_INTERVAL_DAYS = 45
# Mentions compared with the latest of the same key; a bound for newspapers full of one kind of event.
COMPARED = 50
# Letters that forms of one word share: "attack", "attacked", "attacks".
STEM = 4
OF_PHRASE = re.compile(r",|\s(?:of|in|from|for|at|on)\s")
PRONOUNS = frozenset("i me my we us our you he him his she her hers it its they them their who which that one".split())
# "the attack", "this raid": a noun with one of these takes up what was told before.
TAKING_UP = frozenset({"the", "this", "that", "these", "those"})
HAPPENED = frozenset({Modality.ASSERTED, Modality.REPORTED})


@dataclass(frozen=True, slots=True)
class Mention:
    """An event row, and how its two sides can be recognised in another row."""

    row: EventRow
    actors: frozenset[str]
    recipients: frozenset[str]

    @property
    def keys(self) -> list[tuple[str, str]]:
        """What two mentions must share to be compared at all: the type, and a participant or the article and word."""
        kind = self.row.event_type.value
        return [
            *((kind, name) for name in sorted(self.actors | self.recipients)),
            (kind, f"{self.row.article_id}\0{_stem(self.row.trigger)}"),
        ]


def link_repeats(events: Iterable[EventRow]) -> Iterator[EventRow]:
    """The same rows in the same order; one that repeats an event has the id of its first mention in `same_event`."""
    first: dict[str, str] = {}  # event_id -> that of the first mention of its event
    recent: dict[tuple[str, str], deque[Mention]] = defaultdict(lambda: deque(maxlen=COMPARED))
    for row in events:
        mention = Mention(row, names(row, "actor"), names(row, "recipient"))
        earlier = _repeated(mention, recent)
        first[row.event_id] = first[earlier.row.event_id] if earlier is not None else row.event_id
        for key in mention.keys:
            recent[key].append(mention)
        yield dataclasses.replace(row, same_event="" if earlier is None else first[row.event_id])


def names(row: EventRow, side: str) -> frozenset[str]:
    """How the participants of one side can be recognised: by country and sector, by entity, by their last word."""
    words = getattr(row, side)
    entities = _padded(getattr(row, f"{side}_entity_id"), len(words))
    countries = _padded(getattr(row, f"{side}_country"), len(words))
    sectors = _padded(getattr(row, f"{side}_sector"), len(words))
    found: set[str] = set()
    for name, entity, country, sector in zip(words, entities, countries, sectors, strict=True):
        # "several municipalities" and "local municipalities"; but "they" can be anyone
        head = OF_PHRASE.split(name.lower(), maxsplit=1)[0].split()
        if head and head[-1] not in PRONOUNS:
            found.add(head[-1])
        if entity:
            found.add(entity)
        if country:
            found.add(f"{country}/{sector if sector != 'GOV' else ''}")
    return frozenset(found)


def is_one_event(earlier: Mention, later: Mention) -> bool:
    """Whether two mentions of one type tell of one event."""
    one, other = earlier.row, later.row
    if not _places_agree(one, other):
        return False
    if one.article_id == other.article_id:
        return (
            _may_be_one(one, other)
            and (_participants_agree(earlier, later) or _told_again(earlier, later))
            and _intervals_overlap(one, other)
        )
    same = (one.modality in HAPPENED) == (other.modality in HAPPENED)
    return same and _participants_agree(earlier, later) and _intervals_close(one, other)


def _may_be_one(one: EventRow, other: EventRow) -> bool:
    """Whether the modalities allow it: what one asserts another may deny, in the same word; a plan is another event."""
    if (one.modality in HAPPENED) == (other.modality in HAPPENED):
        return True
    told = HAPPENED | {Modality.NEGATED}
    return {one.modality, other.modality} <= told and _stem(one.trigger) == _stem(other.trigger)


def _told_again(earlier: Mention, later: Mention) -> bool:
    """Whether a later mention in the article takes up the word: by the same actor, or as "the attack", "that raid"."""
    one, other = earlier.row, later.row
    if _stem(one.trigger) != _stem(other.trigger):
        return False
    if earlier.actors & later.actors:
        return _unnamed(one) or _unnamed(other)
    if later.actors or later.recipients:
        return False
    before = other.text[: other.trigger_start - other.start].lower().split()
    return bool(before) and before[-1] in TAKING_UP


def _unnamed(row: EventRow) -> bool:
    """Whether the recipients are only described: "the resolution" may be what the title calls otherwise."""
    return not any(row.recipient_entity_id) and not any(row.recipient_country)


def _repeated(mention: Mention, recent: dict[tuple[str, str], deque[Mention]]) -> Mention | None:
    for key in mention.keys:
        for candidate in reversed(recent.get(key, ())):
            if is_one_event(candidate, mention):
                return candidate
    return None


def _participants_agree(one: Mention, other: Mention) -> bool:
    """Both sides shared; or one side, where the other stays unsaid and the trigger is the same word."""
    shared = 0
    for left, right in ((one.actors, other.actors), (one.recipients, other.recipients)):
        if left and right:
            if not left & right:
                return False
            shared += 1
    # "police arrested a man" and "a woman was kept at home" are both COERCE: one side alone says too little
    return shared == 2 or (shared == 1 and _stem(one.row.trigger) == _stem(other.row.trigger))


def _stem(trigger: str) -> str:
    return trigger.split()[-1].lower()[:STEM] if trigger.split() else ""


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
