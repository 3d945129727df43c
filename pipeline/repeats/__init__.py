"""Repeats: which event mentions tell of one event, within an article and across articles.

Within an article a model scores each pair of mentions of one type (`pairs.py`, `scores.py`); a mention is tied to the
earlier one with the best score, if that is high enough. Across articles two mentions are one event when they have the
same type, share actor and recipient (or one of them by name, where the other stays unsaid, the word is the same and
both are dated), do not disagree on the place, and their dates overlap; or when their sentences are the same, as in
copies of an agency's report. Only mentions with a common key are compared (type and participant, or type and sentence),
so the work grows with the number of mentions and not with its square.
"""

import dataclasses
import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pipeline.labels import DateBasis, EventType
from pipeline.repeats.pairs import HAPPENED, PRONOUNS, Mention, contradicts, features, mention_of, places
from pipeline.repeats.scores import PairScores, load_scores
from pipeline.tables import EventRow

__all__ = ["HAPPENED", "PRONOUNS", "link_repeats"]

# Reports of one event follow each other closely; beyond this, an open date says too little to link two articles.
DAYS_ACROSS_ARTICLES = 7
# An interval longer than this ("in 2008") cannot tell two events of one kind apart across articles.
LONGEST_INTERVAL_DAYS = 45
# Mentions compared with the latest of the same key; a bound for newspapers full of one kind of event.
COMPARED = 50
# Of an article's mentions of a type, the first few stay candidates however long it is: its title and opening.
FIRST_MENTIONS = 5
# Words: a shorter sentence may stand in two articles by chance.
SHORTEST_COPY = 10

Key = tuple[str, str | int]


def link_repeats(events: Iterable[EventRow]) -> Iterator[EventRow]:
    """The same rows in the same order; one that repeats an event has the id of its first mention in `same_event`.

    Raises:
        LexiconError: the weights or the lexicon of acts are missing or broken.
    """
    scores = load_scores()
    first: dict[str, str] = {}  # event_id -> that of the first mention of its event, where it is another
    recent: dict[Key, list[Mention]] = {}
    article, told = "", defaultdict[EventType, list[Mention]](list)  # of this article, by type
    for row in events:
        if row.article_id != article:
            article = row.article_id
            told.clear()
        mention = mention_of(row)
        earlier = _told_before(mention, told[row.event_type], scores) or _reported_before(mention, recent)
        if earlier is not None:
            first[row.event_id] = first.get(earlier.row.event_id, earlier.row.event_id)
        told[row.event_type].append(mention)
        for key in keys(mention):
            mentions = recent.setdefault(key, [])
            mentions.append(mention)
            del mentions[:-COMPARED]
        yield dataclasses.replace(row, same_event=first.get(row.event_id, ""))


def keys(mention: Mention) -> Iterator[Key]:
    """What two mentions of different articles must share to be compared at all."""
    kind = mention.row.event_type.value
    for name in sorted(mention.actors | mention.recipients):
        yield kind, name
    words = mention.row.text.lower().split()
    if len(words) >= SHORTEST_COPY:
        said = f"{mention.row.trigger.lower()}\0{' '.join(words)}".encode("utf-8", "surrogatepass")
        yield kind, int.from_bytes(hashlib.blake2b(said, digest_size=8).digest())  # a number: there are many sentences


def _told_before(mention: Mention, told: list[Mention], scores: PairScores) -> Mention | None:
    """The earlier mention in the article that the mention most likely repeats."""
    best, least = None, scores.threshold
    latest = max(FIRST_MENTIONS, len(told) - COMPARED)
    for i in (*range(min(FIRST_MENTIONS, len(told))), *range(latest, len(told))):
        if contradicts(told[i], mention):
            continue
        score = scores.of(features(told[i], mention, len(told) - 1 - i))
        if score >= least:  # of two that are as likely the nearer
            best, least = told[i], score
    return best


def _reported_before(mention: Mention, recent: dict[Key, list[Mention]]) -> Mention | None:
    """The mention in an earlier article that tells of the same event."""
    for key in keys(mention):
        for candidate in reversed(recent.get(key, ())):
            if candidate.row.article_id != mention.row.article_id and is_one_event(candidate, mention):
                return candidate
    return None


def is_one_event(one: Mention, other: Mention) -> bool:
    """Whether two mentions of one type in different articles tell of one event."""
    rows = one.row, other.row
    if places(*rows) in ("apart", "differ") or not _modalities_agree(*rows):
        return False
    if one.row.trigger == other.row.trigger and _is_copy(one.row.text, other.row.text):
        return _gap(*rows) is None or _gap(*rows) <= DAYS_ACROSS_ARTICLES  # type: ignore[operator]
    dated = DateBasis.PUBLICATION not in (one.row.date_basis, other.row.date_basis)
    if not _participants_agree(one, other, dated=dated):
        return False
    gap = _gap(*rows)
    if gap is None or any(_length(row) > LONGEST_INTERVAL_DAYS for row in rows):
        return False
    if dated:
        return gap == 0
    # an open date says little: what is told must be the same act
    return gap <= DAYS_ACROSS_ARTICLES and (one.stem == other.stem or bool(one.acts & other.acts))


def _is_copy(one: str, other: str) -> bool:
    words = one.lower().split()
    return len(words) >= SHORTEST_COPY and words == other.lower().split()


def _modalities_agree(one: EventRow, other: EventRow) -> bool:
    return one.modality == other.modality or {one.modality, other.modality} <= HAPPENED


def _participants_agree(one: Mention, other: Mention, *, dated: bool) -> bool:
    """Both sides shared; or one, by name, where both say when it was and neither says otherwise who the other side is.

    A side is shared by name, or by a country that is not the other side's too: "a judge" and "the police" of one
    country are not one.
    """
    people = one.people & other.people
    shared = 0
    home = _countries(one.actors) & _countries(one.recipients)
    for left, right in ((one.actors, other.actors), (one.recipients, other.recipients)):
        if left and right:
            if not left & right & people and not (_countries(left) & _countries(right)) - home:
                return False
            shared += 1
    if shared == 2:
        return True
    several = len(one.actors & other.actors & people) > 1  # a meeting: all are actors
    named = bool((one.actors | one.recipients) & (other.actors | other.recipients) & people)
    return named and one.stem == other.stem and (several or (dated and shared == 1))


def _countries(names: frozenset[str]) -> frozenset[str]:
    """The countries among the keys of a side: "NOR" of "NOR/MIL"."""
    return frozenset(name.partition("/")[0] for name in names if name[3:4] == "/")


def _gap(one: EventRow, other: EventRow) -> int | None:
    """Days between the intervals of two events, 0 where they overlap; None where one has no date."""
    spans = [_interval(row) for row in (one, other)]
    if spans[0] is None or spans[1] is None:
        return None
    (start, end), (other_start, other_end) = spans[0], spans[1]
    return max(other_start - end, start - other_end, datetime.timedelta(0)).days


def _length(row: EventRow) -> int:
    found = _interval(row)
    return (found[1] - found[0]).days if found is not None else 0


def _interval(row: EventRow) -> tuple[datetime.date, datetime.date] | None:
    end = row.date_latest or row.date_earliest
    if end is None:
        return None
    return row.date_earliest or end, end
