"""Scores: how sure it is that two mentions of an article tell of one event. Weights by `training/events/repeats.py`."""

import functools
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import LexiconError

WEIGHTS_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class PairScores:
    """The fitted model: the weight of each feature of a pair, and the least score that ties the pair."""

    weights: dict[str, float]
    threshold: float

    def of(self, features: Iterable[str]) -> float:
        """The probability that a pair with these features is one event."""
        total = sum(self.weights.get(feature, 0.0) for feature in features)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@functools.cache
def load_scores() -> PairScores:
    """The model that comes with the package.

    Raises:
        LexiconError: the file is missing or not what training wrote.
    """
    try:
        fields = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
        weights = {str(name): float(weight) for name, weight in fields["weights"].items()}
        return PairScores(weights, float(fields["threshold"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LexiconError(f"{WEIGHTS_FILE}: cannot be read ({error}); restore it from the distribution") from error
