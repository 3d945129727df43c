"""Coefficients of agreement between observers, corrected for chance.

Cohen's kappa (1960) is for things both observers put under a label; Krippendorff's alpha for unitising (1995, in the
form of *Content Analysis*, 2nd edition 2004) is for observers who also choose where a thing begins and ends. Both are 1
for full agreement, 0 for what chance gives, negative for less.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.validation.standoff import Span


def cohens_kappa(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Agreement of two observers on the same items; `None` where there are none, or both use one and the same label."""
    items = list(pairs)
    if not items:
        return None
    observed = sum(one == other for one, other in items) / len(items)
    ones, others = (Counter(column) for column in zip(*items, strict=True))
    expected = sum(ones[label] * others[label] for label in ones) / len(items) ** 2
    return None if expected == 1 else (observed - expected) / (1 - expected)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How much the units of observers differ, and how much they would by chance."""

    observed: float
    expected: float

    @property
    def alpha(self) -> float | None:
        """Krippendorff's alpha; `None` where nobody marked anything."""
        return None if self.expected == 0 else 1 - self.observed / self.expected


def unitising(observers: Sequence[Sequence[Span]], length: int) -> Disagreement:
    """Disagreement on where the units of one category are, on a text of this length; touching units stay apart."""
    units = [disjoint(spans) for spans in observers]
    gaps = [list(gaps_between(spans, length)) for spans in units]
    return Disagreement(_observed(units, gaps, length), _expected(units, gaps, length))


def alpha_over(disagreements: Iterable[Disagreement]) -> float | None:
    """Alpha over several categories: their disagreements added up."""
    found = list(disagreements)
    return Disagreement(sum(one.observed for one in found), sum(one.expected for one in found)).alpha


def disjoint(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, overlapping ones of one observer joined: the coefficient knows no unit inside another."""
    found: list[Span] = []
    for start, end in sorted(set(spans)):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def gaps_between(units: Sequence[Span], length: int) -> Iterator[Span]:
    """The stretches that are no unit."""
    position = 0
    for start, end in units:
        if start > position:
            yield position, start
        position = end
    if length > position:
        yield position, length


def _observed(units: list[list[Span]], gaps: list[list[Span]], length: int) -> float:
    total = 0.0
    for i, mine in enumerate(units):
        for j in range(len(units)):
            if i != j:
                total += sum(_differences(unit, units[j], gaps[j]) for unit in mine)
    observers = len(units)
    return total / (observers * (observers - 1) * length**2) if observers > 1 and length else 0.0


def _differences(unit: Span, units: list[Span], gaps: list[Span]) -> float:
    """Squared differences of a unit from another observer's units; a unit inside a gap differs by its whole length.

    A unit in a gap is met from its own side only, so it counts for both directions.
    """
    start, end = unit
    total = 0.0
    for other_start, other_end in units:
        if other_start < end and start < other_end:
            total += (start - other_start) ** 2 + (end - other_end) ** 2
    inside = any(gap_start <= start and end <= gap_end for gap_start, gap_end in gaps)
    return total + (2 * (end - start) ** 2 if inside else 0)


def _expected(units: list[list[Span]], gaps: list[list[Span]], length: int) -> float:
    lengths = np.array([end - start for spans in units for start, end in spans], dtype=float)
    if not len(lengths):
        return 0.0
    gap_lengths = np.sort(np.array([end - start for spans in gaps for start, end in spans], dtype=float))
    # For each unit the places it could take in any gap: a gap of length k has k - l + 1 places for a unit of length l.
    first = np.searchsorted(gap_lengths, lengths)
    remaining = np.concatenate([np.cumsum(gap_lengths[::-1])[::-1], [0.0]])
    places = remaining[first] - (len(gap_lengths) - first) * (lengths - 1)
    beside_units = (len(lengths) - 1) / 3 * (2 * lengths**3 - 3 * lengths**2 + lengths)
    total = 2 / length * float((beside_units + lengths**2 * places).sum())
    all_places = len(units) * length
    pairs = all_places * (all_places - 1) - float((lengths * (lengths - 1)).sum())
    return total / pairs if pairs else 0.0
