"""Logistic models over named features: weights that training fitted, as JSON, read with the standard library."""

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.errors import LexiconError


def read_weights(path: Path, *numbers: str) -> tuple[dict[str, float], list[float]]:
    """The weight of each feature in a file that training wrote, and the other numbers that are asked for.

    Raises:
        LexiconError: the file is missing or not what training wrote.
    """
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        weights = {str(name): float(weight) for name, weight in fields["weights"].items()}
        return weights, [float(fields[name]) for name in numbers]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LexiconError(f"{path}: cannot be read ({error}); restore it from the distribution") from error


def probability(weights: Mapping[str, float], features: Iterable[str]) -> float:
    """The probability that the features speak for, between 0 and 1."""
    total = sum(weights.get(feature, 0.0) for feature in features)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
