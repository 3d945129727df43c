"""Counts of one article, from which scores are made: they add up over articles, so articles can be resampled."""

from collections import defaultdict
from typing import NamedTuple

ALL = ""  # the label of a measure over all labels
MACRO = "macro"  # the label of the mean over labels


class Measure(NamedTuple):
    """What is measured: in which layer, for which label, and how."""

    layer: str
    label: str
    name: str
    kind: str  # "f1": right of what was predicted and of what is gold; "share": right of some


class Tally:
    """The counts of one article: for each measure, right and all on the side of the prediction and of the gold."""

    def __init__(self, layer: str) -> None:
        self.layer = layer
        self.counts: dict[Measure, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])

    def f1(
        self, name: str, label: str, right: float, predicted: float, gold: float, recalled: float | None = None
    ) -> None:
        """Right ones of the predicted and of the gold; `recalled` where the two sides count them differently."""
        counts = self.counts[Measure(self.layer, str(label), name, "f1")]
        for place, count in enumerate((right, predicted, right if recalled is None else recalled, gold)):
            counts[place] += count

    def share(self, name: str, label: str, right: float, of: float) -> None:
        """So many right of so many."""
        counts = self.counts[Measure(self.layer, str(label), name, "share")]
        counts[0] += right
        counts[1] += of
