"""Calibration: whether a confidence of .8 is right eight times in ten.

ECE, the expected calibration error, is the mean distance between confidence and accuracy over bins of equal width,
weighted by their rows; the Brier score is the mean squared distance of the confidence from what came out (0 or 1).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.tables import EventRow, QuotationRow
from pipeline.validation.align import Both
from pipeline.validation.measures import events, quotations

BINS = 10
Judged = tuple[float, bool]  # confidence, and whether the row is right


@dataclass(frozen=True, slots=True)
class Bin:
    """The rows whose confidence lies between two bounds: how confident they are, and how often right."""

    low: float
    high: float
    rows: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far a confidence column can be taken at its word."""

    layer: str
    rows: int
    ece: float | None
    brier: float | None
    bins: tuple[Bin, ...]


def calibration(layer: str, judged: Iterable[Judged], bins: int = BINS) -> Calibration:
    """Calibration of rows with their confidence and whether they are right."""
    rows = list(judged)
    if not rows:
        return Calibration(layer, 0, None, None, ())
    found = tuple(reliability_bins(rows, bins))
    ece = sum(one.rows * abs(one.confidence - one.accuracy) for one in found) / len(rows)
    brier = sum((confidence - right) ** 2 for confidence, right in rows) / len(rows)
    return Calibration(layer, len(rows), ece, brier, found)


def reliability_bins(rows: Sequence[Judged], bins: int = BINS) -> list[Bin]:
    """Bins of equal width that hold rows; a confidence on an edge belongs to the bin above, 1 to the last."""
    held: dict[int, list[Judged]] = {}
    for confidence, right in rows:
        held.setdefault(min(int(confidence * bins + 1e-9), bins - 1), []).append((confidence, right))
    return [
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            rows=len(inside),
            confidence=sum(confidence for confidence, _ in inside) / len(inside),
            accuracy=sum(right for _, right in inside) / len(inside),
        )
        for number, inside in sorted(held.items())
    ]


def calibrations(pairs: Sequence[Both]) -> tuple[Calibration, ...]:
    """Calibration of every table that has a confidence column."""
    return tuple(
        calibration(layer, [judged for both in pairs for judged in judge(both)]) for layer, judge in JUDGES.items()
    )


def judged_quotations(both: Both) -> list[Judged]:
    """A quotation is right when it overlaps one of the gold and is credited to the right speaker."""
    wording = quotations.Wording(both.text)
    gold, found = (quotations.read(side.quotations, wording) for side in (both.gold, both.predicted))
    right = {id(pair.found) for pair in quotations.pairs_of(gold, found, wording) if pair.half and pair.speaker_right}
    return [(_confidence(one.row), id(one) in right) for one in found]


def judged_events(both: Both) -> list[Judged]:
    """An event is right when its trigger overlaps one of the gold with the same type."""
    pairs = events.aligned(both).pairs
    right = {id(other) for one, other in pairs if one.event_type == other.event_type}
    return [(_confidence(row), id(row) in right) for row in both.predicted.events]


def _confidence(row: QuotationRow | EventRow) -> float:
    return row.confidence


JUDGES: dict[str, Callable[[Both], list[Judged]]] = {"quotations": judged_quotations, "events": judged_events}
