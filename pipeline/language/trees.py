"""Maximum spanning trees, for the few sentences whose best heads form a circle."""

from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]


def best_tree(scores: Array) -> Array:
    """Heads of the best tree with one root (Chu-Liu-Edmonds; the root fixed to its best word first).

    `scores` is (n, 1 + n): of word i having head j - 1, column 0 for the root. Returns heads as columns, (n,).
    """
    n = len(scores)
    root = int(scores[:, 0].argmax())
    full = np.full((n + 1, n + 1), -1e9)
    full[1:, 1:] = scores[:, 1:]
    full[root + 1, :] = -1e9
    full[root + 1, 0] = 0.0
    np.fill_diagonal(full, -1e9)
    heads: Array = _tree(full)[1:]
    return heads


def _tree(scores: Array) -> Array:
    heads: Array = scores.argmax(1)
    heads[0] = 0
    circle = _circle(heads)
    if circle is None:
        return heads
    inside = np.zeros(len(scores), dtype=bool)
    inside[circle] = True
    outside = np.flatnonzero(~inside)
    kept = scores[circle, heads[circle]]
    # The circle becomes one node, the last.
    size = len(outside) + 1
    small = np.full((size, size), -1e9)
    small[:-1, :-1] = scores[np.ix_(outside, outside)]
    into = scores[np.ix_(circle, outside)] - kept[:, None]
    enters = into.argmax(0)
    small[-1, :-1] = into.max(0)
    out_of = scores[np.ix_(outside, circle)]
    leaves = out_of.argmax(1)
    small[:-1, -1] = out_of.max(1)
    solved = _tree(small)
    result = heads.copy()
    for n, node in enumerate(outside):
        if n:
            result[node] = circle[leaves[n]] if solved[n] == size - 1 else outside[solved[n]]
    entered = solved[-1]
    broken = circle[enters[entered]]
    result[broken] = outside[entered]
    return result


def _circle(heads: Array) -> Array | None:
    state = np.zeros(len(heads), dtype=int)
    for start in range(1, len(heads)):
        path, node = [], start
        while state[node] == 0 and node != 0:
            state[node] = start
            path.append(node)
            node = int(heads[node])
        if node != 0 and state[node] == start and node in path:
            return np.array(path[path.index(node) :])
    return None
