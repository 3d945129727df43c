"""Repeats: which event mentions tell of one event, within an article and across articles.

Within an article a model scores each pair of mentions of one type (`pairs.py`, `scores.py`); a mention is tied to the
earlier one with the best score, if that is high enough and the other mentions of its event agree. Across articles two
mentions are one event when they have the same type, share actor and recipient (or one of them by name, where the other
stays unsaid, the word is the same and both are dated), do not disagree on the place, and their dates overlap; or when
their sentences are the same, as in copies of an agency's report. Only mentions with a common key are compared (type and
participant, or type and sentence), so the work grows with the number of mentions and not with its square.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pipeline.labels import EventType
from pipeline.repeats.pairs import HAPPENED, PRONOUNS, Mention, contradicts, features, mention_of
from pipeline.repeats.reports import Key, Report, is_one_event, keys, report_of
from pipeline.repeats.scores import Earlier, PairScores, load_scores
from pipeline.tables import EventRow

__all__ = ["HAPPENED", "PRONOUNS", "link_repeats"]

# Mentions compared with the latest of the same key; a bound for newspapers full of one kind of event.
COMPARED = 50
# Of an article's mentions of a type, the first few stay candidates however long it is: its title and opening.
FIRST_MENTIONS = 5


def link_repeats(events: Iterable[EventRow]) -> Iterator[EventRow]:
    """The same rows in the same order; one that repeats an event has the id of its first mention in `same_event`.

    Raises:
        LexiconError: the weights or the lexicon of acts are missing or broken.
    """
    scores = load_scores()
    first: dict[str, str] = {}  # event_id -> that of the first mention of its event, where it is another
    recent: dict[Key, list[Report]] = {}
    article, told = "", defaultdict[EventType, list[Mention]](list)  # of this article, by type
    for row in events:
        if row.article_id != article:
            article = row.article_id
            told.clear()
        mention = mention_of(row)
        report = report_of(mention)
        own_keys = list(keys(mention, report))
        earlier = _told_before(mention, told[row.event_type], first, scores) or _reported_before(
            report, own_keys, recent
        )
        if earlier is not None:
            first[row.event_id] = first.get(earlier, earlier)
        told[row.event_type].append(mention)
        for key in own_keys:
            reports = recent.setdefault(key, [])
            reports.append(report)
            del reports[:-COMPARED]
        yield dataclasses.replace(row, same_event=first.get(row.event_id, ""))


def _told_before(mention: Mention, told: list[Mention], first: dict[str, str], scores: PairScores) -> str | None:
    """The id of the earlier mention in the article that the mention repeats."""
    latest = max(FIRST_MENTIONS, len(told) - COMPARED)
    compared = [*range(min(FIRST_MENTIONS, len(told))), *range(latest, len(told))]
    earlier = [
        Earlier(
            scores.of(features(told[i], mention, len(told) - 1 - i)),
            first.get(told[i].row.event_id, told[i].row.event_id),
            not contradicts(told[i], mention),
        )
        for i in compared
    ]
    chosen = scores.choice(earlier)
    return None if chosen is None else told[compared[chosen]].row.event_id


def _reported_before(report: Report, own_keys: Iterable[Key], recent: dict[Key, list[Report]]) -> str | None:
    """The id of the mention in an earlier article that tells of the same event."""
    for key in own_keys:
        for candidate in reversed(recent.get(key, ())):
            if candidate.article_id != report.article_id and is_one_event(candidate, report):
                return candidate.event_id
    return None
