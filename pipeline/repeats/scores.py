"""Scores: how sure it is that two mentions of an article tell of one event. Weights by `training/events/repeats.py`."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.logistic import probability, read_weights

WEIGHTS_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class PairScores:
    """The fitted model: the weight of each feature of a pair, and the least score that ties the pair."""

    weights: dict[str, float]
    threshold: float

    def of(self, features: Iterable[str]) -> float:
        """The probability that a pair with these features is one event."""
        return probability(self.weights, features)


@functools.cache
def load_scores() -> PairScores:
    """The model that comes with the package.

    Raises:
        LexiconError: the file is missing or not what training wrote.
    """
    weights, (threshold,) = read_weights(WEIGHTS_FILE, "threshold")
    return PairScores(weights, threshold)
