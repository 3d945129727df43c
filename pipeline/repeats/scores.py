"""Scores: which earlier mention of an article a mention repeats, if any. Weights by `training/events/repeats.py`.

A mention takes up one of those before it or tells of something new; the model ranks these choices (mention ranking,
Denis and Baldridge 2008, with the log-linear form of Durrett and Klein 2013). The score of the new is 0.
"""

import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.logistic import read_weights

WEIGHTS_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier mention as one that may be repeated."""

    score: float  # of the pair, as a log-odds
    event: str  # the event that it tells of
    possible: bool  # whether nothing that the text says forbids it


@dataclass(frozen=True, slots=True)
class PairScores:
    """The fitted model: the weight of each feature of a pair, and when a mention is tied."""

    weights: dict[str, float]
    threshold: float  # the least score that ties a pair
    slack: float  # how far below it the mean over all mentions of the event may lie

    def of(self, features: Iterable[str]) -> float:
        """The log-odds that a pair with these features is one event."""
        return sum(self.weights.get(feature, 0.0) for feature in features)

    def choice(self, earlier: Sequence[Earlier]) -> int | None:
        """Which of the earlier mentions, in text order, is repeated; None: the mention tells of something new.

        The best that is possible and sure enough, of two that are as likely the nearer; the other mentions of its
        event have to agree on average.
        """
        told: dict[str, list[float]] = defaultdict(list)
        for each in earlier:
            told[each.event].append(each.score)
        best: int | None = None
        for i, each in enumerate(earlier):
            scores = told[each.event]
            if not each.possible or each.score < self.threshold:
                continue
            if sum(scores) / len(scores) < self.threshold - self.slack:
                continue
            if best is None or each.score >= earlier[best].score:
                best = i
        return best


@functools.cache
def load_scores() -> PairScores:
    """The model that comes with the package.

    Raises:
        LexiconError: the file is missing or not what training wrote.
    """
    weights, (threshold, slack) = read_weights(WEIGHTS_FILE, "threshold", "slack")
    return PairScores(weights, threshold, slack)
