"""Fits the weights of repeats and writes pipeline/repeats/weights.json.

    PYTHONPATH=. python training/events/repeats.py GOLD GOLD_TABLES DATA NEWS_TABLES [--check]

GOLD is a folder of annotated articles; DATA holds the whole articles of events/news_dev.jsonl and the texts that
training/events/labels label. GOLD_TABLES is what `article-events extract` made of the first, NEWS_TABLES of the others
(`labelled.py` writes those texts as a file). An annotated event is seen as its row has it, where one has its type and a
word of its trigger; else as the annotators have it. A pair are two events of one type in one article.

Without --check the weights are written; in both cases the figures printed are out of fold, a twelfth of the
articles held out at a time.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.dataset import rows
from pipeline.labels import QUAD_CATEGORY, SCORE, EventType, Modality
from pipeline.repeats.pairs import contradicts, features, mention_of
from pipeline.repeats.scores import WEIGHTS_FILE, Earlier, PairScores
from pipeline.tables import EventRow
from pipeline.validation.gold import read_gold_folder
from pipeline.validation.sentences import sentence_at, sentence_spans
from training.events.fit import PARTS, half
from training.events.labelled import labelled_texts
from training.events.logistic import FREE

# Swept with --check on the rows of one day, over pairs of events that were found: thresholds -1.4 to -.6 gave F1 .493,
# .521, .532, .525, .520; with a slack of .2, .5, .7, 1 and 1.3 at -1 .537, .546, .541, .532, .534.
THRESHOLD, SLACK = -1.0, 0.5
PENALTY = 8.0
LEAST_PAIRS = 6  # in which a feature must stand
STEPS, RATE = 300, 0.03


@dataclass(frozen=True, slots=True)
class Told:
    """An annotated event, the row that tells it, and which event it is."""

    row: EventRow
    event: str
    found: bool  # whether the row is one of the tables


@dataclass(frozen=True, slots=True)
class Pair:
    """Two mentions of an article: where they are, and whether they are one event."""

    article: int
    earlier: int
    later: int
    features: frozenset[str]
    same: bool
    possible: bool  # whether nothing that the text says of them forbids it


def main() -> None:
    """Read, check by cross-validation, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("gold", "gold_tables", "data", "news_tables"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--check", action="store_true", help="print the figures and write nothing")
    arguments = parser.parse_args()
    articles = [
        *of_gold(arguments.gold, by_article(arguments.gold_tables)),
        *of_news(stories(arguments.data), by_article(arguments.news_tables)),
    ]
    pairs = list(pairs_of(articles))
    count = Counter(name for pair in pairs for name in pair.features)
    names = sorted(name for name, n in count.items() if n >= LEAST_PAIRS)
    matrix = np.array([[float(name in pair.features) for name in names] for pair in pairs])
    same = np.array([float(pair.same) for pair in pairs])
    penalty = np.array([FREE if name == "bias" else PENALTY for name in names])
    number = np.array([pair.article for pair in pairs])
    later = np.unique([(pair.article, pair.later) for pair in pairs], axis=0, return_inverse=True)[1].ravel()
    scores = np.zeros(len(pairs))
    for held in range(PARTS):
        inside = number % PARTS == held
        scores[inside] = matrix[inside] @ ranked(matrix[~inside], same[~inside], later[~inside], penalty)
    print(f"pairs {len(pairs)}, of one event {int(same.sum())}, features {len(names)}")
    report(articles, pairs, scores)
    if not arguments.check:
        found = ranked(matrix, same, later, penalty)
        weights = {name: round(float(value), 4) for name, value in zip(names, found, strict=True)}
        content = {"threshold": THRESHOLD, "slack": SLACK, "weights": weights}
        WEIGHTS_FILE.write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8")


def ranked(matrix: np.ndarray, same: np.ndarray, later: np.ndarray, penalty: np.ndarray) -> np.ndarray:
    """The weights (m,) of m features by which a mention ranks those before it, and the new, whose score is 0.

    `matrix` (n, m) holds the features of n pairs, `same` whether a pair is one event, `later` the number of its later
    mention. The loss is the negative log-likelihood of all right choices together (Durrett and Klein 2013), found by
    Adam (Kingma and Ba 2015) over the whole of the data.
    """
    _, group = np.unique(later, return_inverse=True)
    size = int(group.max()) + 1
    repeats = np.bincount(group, same, size) > 0
    weights, mean, square = (np.zeros(matrix.shape[1]) for _ in range(3))
    for step in range(1, STEPS + 1):
        odds = np.exp(np.clip(matrix @ weights, -30, 30))
        likely = odds / (1 + np.bincount(group, odds, size))[group]
        right = np.bincount(group, odds * same, size)
        wanted = np.where(repeats[group], odds * same / np.maximum(right[group], 1e-9), 0)
        gradient = matrix.T @ (likely - wanted) + penalty * weights
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        rate = RATE * (1 - 0.9 * step / STEPS)
        weights = weights - rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


def by_article(folder: Path) -> dict[str, list[EventRow]]:
    """The event rows of a dataset, by article."""
    found: dict[str, list[EventRow]] = defaultdict(list)
    for row in rows(folder, EventRow):
        found[row.article_id].append(row)
    return found


def of_gold(folder: Path, found: dict[str, list[EventRow]]) -> Iterator[tuple[str, list[Told]]]:
    """The annotated events of the gold articles, each article with the part it is in."""
    for each in read_gold_folder(folder):
        events = each.extraction.events
        yield half(each.article_id), matched(events, [row.same_event or row.event_id for row in events],
                                             found[each.article_id])  # fmt: skip


def stories(data: Path) -> Iterator[dict[str, Any]]:
    """The whole articles with events, each with the part it is in."""
    for line in (data / "events" / "news_dev.jsonl").read_text(encoding="utf-8").splitlines():
        yield {**json.loads(line), "part": "news"}
    for text in labelled_texts(data):
        yield {**text, "part": f"labelled {text['part']}"}


def of_news(given: Iterable[dict[str, Any]], found: dict[str, list[EventRow]]) -> Iterator[tuple[str, list[Told]]]:
    """The annotated events of whole articles."""
    for story in given:
        spans = sentence_spans(story["text"])
        events = [as_row(story, number, spans) for number in range(len(story["events"]))]
        names = [each["same_as"] or f"alone {number}" for number, each in enumerate(story["events"])]
        yield story["part"], matched(events, names, found[story["id"]])


def as_row(story: dict[str, Any], number: int, spans: list[tuple[int, int]]) -> EventRow:
    """An event of a JSONL article as a row, with what the annotators say of it."""
    event, text = story["events"][number], story["text"]
    start, end = event["trigger"][0]
    first, last = sentence_at(text, start, end, spans)
    kind = EventType[event["event_type"]]
    sides: dict[str, Any] = {}
    for side in ("actor", "recipient"):
        members = event.get(side, [])
        sides[side] = tuple(each["text"] for each in members)
        sides[f"{side}_start"] = sides[f"{side}_end"] = ()
        named = [each.get("resolved") if each["text"][:1].isupper() else "" for each in members]
        sides[f"{side}_entity_id"] = tuple(name or "" for name in named)
        for code in ("country", "sector"):
            sides[f"{side}_{code}"] = tuple(each.get(code) or "" for each in members)
    return EventRow(
        article_id=story["id"], event_id=f"{story['id']}:{number}", start=first, end=last, text=text[first:last],
        trigger=text[start:end], trigger_start=start, trigger_end=end, event_type=kind, mode="", context=(),
        quad_category=QUAD_CATEGORY[kind], score=SCORE[kind],
        modality=Modality[event.get("modality", "asserted").upper()], attributed_to="", quotation_id="", **sides,
        location="", location_start=None, location_end=None, location_country="", date_earliest=None, date_latest=None,
        date_basis=None, date_id="", same_event="", confidence=0.0, rule="",
    )  # fmt: skip


def matched(events: Sequence[EventRow], names: Sequence[str], found: Sequence[EventRow]) -> list[Told]:
    """Each annotated event with the free row of its type that shares most of its trigger, or with its own."""
    free = list(found)
    told = []
    for event, name in zip(events, names, strict=True):
        here = [row for row in free if row.event_type == event.event_type and shared(row, event) > 0]
        best = max(here, key=lambda row: shared(row, event), default=None)
        if best is not None:
            free.remove(best)
        told.append(Told(best or event, name, best is not None))
    return sorted(told, key=lambda each: each.row.trigger_start)


def shared(one: EventRow, other: EventRow) -> int:
    """How many characters two triggers share."""
    return min(one.trigger_end, other.trigger_end) - max(one.trigger_start, other.trigger_start)


def pairs_of(articles: Iterable[tuple[str, list[Told]]]) -> Iterator[Pair]:
    """All pairs of one type and article."""
    for number, (_, told) in enumerate(articles):
        mentions = [mention_of(each.row) for each in told]
        for later, other in enumerate(mentions):
            before = [i for i in range(later) if mentions[i].row.event_type == other.row.event_type]
            for between, earlier in enumerate(reversed(before)):
                found = frozenset(features(mentions[earlier], other, between))
                possible = not contradicts(mentions[earlier], other)
                yield Pair(number, earlier, later, found, told[earlier].event == told[later].event, possible)


def report(articles: Sequence[tuple[str, list[Told]]], pairs: Sequence[Pair], scores: np.ndarray) -> None:
    """Print precision, recall and F1 over pairs, of all annotated events and of those found."""
    model = PairScores({}, THRESHOLD, SLACK)
    scored = {
        (pair.article, pair.earlier, pair.later): (score, pair) for pair, score in zip(pairs, scores, strict=True)
    }
    for only_found in (False, True):
        counts: Counter[tuple[str, str]] = Counter()
        for number, (part, told) in enumerate(articles):
            first = list(range(len(told)))
            for later in range(len(told)):
                before = [i for i in range(later) if (number, i, later) in scored]
                before = [i for i in before if not only_found or (told[i].found and told[later].found)]
                pairs_here = [scored[number, i, later] for i in before]
                earlier = [
                    Earlier(float(score), str(first[i]), pair.possible)
                    for i, (score, pair) in zip(before, pairs_here, strict=True)
                ]
                chosen = model.choice(earlier)
                first[later] = later if chosen is None else first[before[chosen]]
            used = [i for i in range(len(told)) if told[i].found or not only_found]
            for i, k in combinations(used, 2):
                one_event = told[i].event == told[k].event and told[i].row.event_type == told[k].row.event_type
                for name in (part, "all"):
                    counts[name, "gold"] += one_event
                    counts[name, "tied"] += first[i] == first[k]
                    counts[name, "right"] += one_event and first[i] == first[k]
        for name in sorted({part for part, _ in counts}):
            right, tied, gold = (counts[name, key] for key in ("right", "tied", "gold"))
            precision, recall, f1 = right / max(tied, 1), right / max(gold, 1), 2 * right / max(tied + gold, 1)
            events = "found events" if only_found else "all events  "
            print(f"{events} {name:16} P {precision:.3f} R {recall:.3f} F1 {f1:.3f} pairs {gold}")


if __name__ == "__main__":
    main()
