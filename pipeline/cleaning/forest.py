"""Forest: the sum of fitted decision trees, read from plain arrays and evaluated for all blocks at once."""

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.intp]  # as they are looked up by: others are converted at each step

# Blocks evaluated together: so many are quickest, what is known of them stays near the processor.
CHUNK = 64


@dataclass(frozen=True)
class Forest:
    """Trees of splits, their nodes in one row: node 2i and 2i+1 of `children` follow node i.

    A leaf is a node that follows itself; `value` holds what it adds to the log-odds. `depth` splits reach every leaf.
    """

    feature: Integers
    threshold: Floats
    children: Integers
    value: Floats
    roots: Integers
    depth: int
    bias: float

    @functools.cached_property
    def doubled(self) -> tuple[Integers, Floats, Integers]:
        """Features, thresholds and children of nodes with even numbers, so that the number after tells a child."""
        return self.feature.repeat(2), self.threshold.repeat(2), 2 * self.children

    def log_odds(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """How much speaks for the article in each row of features: above 0 for it, below for furniture."""
        pieces = [self._log_odds(rows[low : low + CHUNK]) for low in range(0, len(rows), CHUNK)]
        return np.concatenate(pieces) if pieces else np.zeros(0)

    def _log_odds(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        flat = np.ascontiguousarray(rows, dtype=np.float32).ravel()
        offsets = (np.arange(len(rows)) * rows.shape[1])[:, None]
        feature, threshold, children = self.doubled
        nodes = np.broadcast_to(2 * self.roots, (len(rows), len(self.roots)))
        for _ in range(self.depth):
            # All numbers are inside: "wrap" only spares the check.
            at = feature.take(nodes, mode="wrap") + offsets
            above = flat.take(at, mode="wrap") > threshold.take(nodes, mode="wrap")
            nodes = children.take(nodes + above, mode="wrap")
        summed: npt.NDArray[np.float64] = self.value.take(nodes // 2).sum(axis=1, dtype=np.float64)
        return summed + self.bias


def probability(odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What log-odds mean, 0 to 1."""
    believed: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return believed
