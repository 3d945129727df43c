"""Alignment: which prediction answers which gold row."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pipeline.tables import Extraction
from pipeline.validation.standoff import Span

G = TypeVar("G")
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Both:
    """One article read twice: by annotators and by us, or by two annotators."""

    article_id: str
    text: str
    gold: Extraction
    predicted: Extraction


@dataclass(frozen=True, slots=True)
class Alignment(Generic[G, P]):
    """Pairs of rows that stand for one thing, and the rows that no other answers."""

    pairs: tuple[tuple[G, P], ...]
    missed: tuple[G, ...]
    spurious: tuple[P, ...]


def align(gold: Sequence[G], predicted: Sequence[P], rank: Callable[[G, P], Any]) -> Alignment[G, P]:
    """One-to-one pairs, the best ranked first (the lowest rank is the best); `None` means that two rows do not pair."""
    ranked = (
        (order, i, j)
        for i, one in enumerate(gold)
        for j, other in enumerate(predicted)
        if (order := rank(one, other)) is not None
    )
    pairs = list(best_first(ranked))
    seen_gold, seen_predicted = {i for i, _ in pairs}, {j for _, j in pairs}
    return Alignment(
        pairs=tuple((gold[i], predicted[j]) for i, j in sorted(pairs)),
        missed=tuple(row for i, row in enumerate(gold) if i not in seen_gold),
        spurious=tuple(row for j, row in enumerate(predicted) if j not in seen_predicted),
    )


def best_first(ranked: Iterable[tuple[Any, int, int]]) -> Iterator[tuple[int, int]]:
    """The pairs, best rank first, in which both sides are still free."""
    seen_left: set[int] = set()
    seen_right: set[int] = set()
    for _, i, j in sorted(ranked, key=lambda candidate: candidate):
        if i not in seen_left and j not in seen_right:
            seen_left.add(i)
            seen_right.add(j)
            yield i, j


def by_overlap(one: Any, other: Any) -> tuple[bool, int, int, int] | None:
    """Rank of two rows with `start` and `end`: the same words first, then the longest overlap, then the leftmost."""
    shared = overlap((one.start, one.end), (other.start, other.end))
    if shared <= 0:
        return None
    same = (one.start, one.end) == (other.start, other.end)
    return not same, -shared, one.start, other.start


def overlap(one: Span, other: Span) -> int:
    """How many characters two stretches share; negative when they are apart."""
    return min(one[1], other[1]) - max(one[0], other[0])
