"""Forest: the sum of fitted decision trees, read from plain arrays and evaluated for all blocks at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int32]

# Blocks evaluated together; more would only need more memory.
CHUNK = 512


@dataclass(frozen=True, slots=True)
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

    def log_odds(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """How much speaks for the article in each row of features: above 0 for it, below for furniture."""
        pieces = [self._log_odds(rows[low : low + CHUNK]) for low in range(0, len(rows), CHUNK)]
        return np.concatenate(pieces) if pieces else np.zeros(0)

    def _log_odds(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        flat = np.ascontiguousarray(rows, dtype=np.float32).ravel()
        offsets = (np.arange(len(rows), dtype=np.int32) * rows.shape[1])[:, None]
        nodes = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        for _ in range(self.depth):
            above = flat.take(self.feature.take(nodes) + offsets) > self.threshold.take(nodes)
            nodes = self.children.take(2 * nodes + above)
        summed: npt.NDArray[np.float64] = self.value.take(nodes).sum(axis=1, dtype=np.float64)
        return summed + self.bias


def probability(odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What log-odds mean, 0 to 1."""
    believed: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return believed
