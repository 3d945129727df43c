"""Coreference: how far two divisions of mentions into entities agree, by the three measures of the CoNLL scorer.

A division is a list of clusters, each a set of mentions. The mentions of the two sides need not be the same: one that
only one side has is linked to nothing on the other (Pradhan et al. 2014, "Scoring Coreference Partitions of Predicted
Mentions"). Each function returns counts that add up over articles: what is right of the predicted, the predicted, what
is right of the gold, the gold; precision, recall and F1 follow from the sums.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import NamedTuple, TypeVar

M = TypeVar("M", bound=Hashable)
Clusters = Sequence[frozenset[M]]


class Counts(NamedTuple):
    """What precision and recall are made of."""

    right: float
    predicted: float
    recalled: float
    gold: float

    @property
    def precision(self) -> float:
        """Right of what was predicted; 0 where nothing was."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Right of what is gold; 0 where nothing is."""
        return self.recalled / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def muc(gold: Clusters[M], predicted: Clusters[M]) -> Counts:
    """Links (Vilain et al. 1995): a cluster of n mentions has n - 1, and loses one for each further part it falls into.

    An entity mentioned once has no link, and counts for nothing.
    """
    right, all_predicted = _links_kept(predicted, gold)
    recalled, all_gold = _links_kept(gold, predicted)
    return Counts(right, all_predicted, recalled, all_gold)


def _links_kept(own: Clusters[M], other: Clusters[M]) -> tuple[int, int]:
    """How many links of one division the other keeps, and how many there are."""
    cluster_of = _cluster_of(other)
    kept = 0
    for cluster in own:
        # A mention that the other side lacks is a part of its own.
        parts = {cluster_of.get(mention, ("alone", mention)) for mention in cluster}
        kept += len(cluster) - len(parts)
    return kept, sum(len(cluster) - 1 for cluster in own)


def b_cubed(gold: Clusters[M], predicted: Clusters[M]) -> Counts:
    """B-cubed (Bagga and Baldwin 1998): for each mention, how much of its cluster the other side has beside it."""
    right = recalled = 0.0
    cluster_of = _cluster_of(gold)
    for found in predicted:
        shared: dict[int, int] = defaultdict(int)
        for mention in found:
            if mention in cluster_of:
                shared[cluster_of[mention]] += 1
        for place, count in shared.items():
            right += count * count / len(found)
            recalled += count * count / len(gold[place])
    return Counts(right, sum(map(len, predicted)), recalled, sum(map(len, gold)))


def ceaf_e(gold: Clusters[M], predicted: Clusters[M]) -> Counts:
    """CEAF with the similarity of entities (Luo 2005, phi 4): clusters paired one to one so that 2|K & R| / (|K| + |R|)
    is largest in sum."""
    cluster_of = _cluster_of(gold)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for j, found in enumerate(predicted):
        for mention in found:
            if mention in cluster_of:
                shared[cluster_of[mention], j] += 1
    alike = {(i, j): 2 * count / (len(gold[i]) + len(predicted[j])) for (i, j), count in shared.items()}
    total = sum(_best_sum(part) for part in _parts(alike))
    return Counts(total, len(predicted), total, len(gold))


def _cluster_of(clusters: Clusters[M]) -> dict[M, int]:
    return {mention: place for place, cluster in enumerate(clusters) for mention in cluster}


def _parts(alike: dict[tuple[int, int], float]) -> list[dict[tuple[int, int], float]]:
    """The pairs in groups that have no cluster in common, so that each group can be paired by itself."""
    group_of: dict[tuple[str, int], int] = {}
    groups: dict[int, list[tuple[int, int]]] = {}
    for number, (i, j) in enumerate(sorted(alike)):
        joined = {group_of[side] for side in (("gold", i), ("found", j)) if side in group_of}
        groups[number] = [pair for other in sorted(joined) for pair in groups.pop(other)] + [(i, j)]
        for one, two in groups[number]:
            group_of["gold", one] = group_of["found", two] = number
    return [{pair: alike[pair] for pair in pairs} for pairs in groups.values()]


def _best_sum(alike: dict[tuple[int, int], float]) -> float:
    """The largest sum of similarities over pairings one to one: the assignment problem (Kuhn 1955, Munkres 1957).

    Rows enter one by one along the cheapest augmenting path; the cost of a pair is minus its similarity.
    """
    rows, columns = sorted({i for i, _ in alike}), sorted({j for _, j in alike})
    if len(rows) > len(columns):
        return _best_sum({(j, i): value for (i, j), value in alike.items()})
    cost = [[-alike.get((i, j), 0.0) for j in columns] for i in rows]
    row_price, column_price = [0.0] * (len(rows) + 1), [0.0] * (len(columns) + 1)
    row_of = [0] * (len(columns) + 1)  # the row, from 1, that a column is paired with; 0 for none
    for row in range(1, len(rows) + 1):
        row_of[0], column = row, 0
        least, before = [float("inf")] * (len(columns) + 1), [0] * (len(columns) + 1)
        seen = [False] * (len(columns) + 1)
        while row_of[column]:
            seen[column] = True
            here, step, following = row_of[column], float("inf"), 0
            for j in range(1, len(columns) + 1):
                if seen[j]:
                    continue
                reduced = cost[here - 1][j - 1] - row_price[here] - column_price[j]
                if reduced < least[j]:
                    least[j], before[j] = reduced, column
                if least[j] < step:
                    step, following = least[j], j
            for j in range(len(columns) + 1):
                if seen[j]:
                    row_price[row_of[j]] += step
                    column_price[j] -= step
                else:
                    least[j] -= step
            column = following
        while column:
            row_of[column] = row_of[before[column]]
            column = before[column]
    return -sum(cost[row_of[j] - 1][j - 1] for j in range(1, len(columns) + 1) if row_of[j])
