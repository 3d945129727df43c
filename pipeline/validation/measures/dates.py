"""Dates: expressions, their types, values and calendar bounds.

The measures of TempEval-3, task A (UzZaman et al. 2013): a prediction answers the gold expression it overlaps, one to
one; it is exact when first and last character agree. Type, value and bounds are judged on those pairs, as a share of
the pairs ("accuracy") and as F1, where a missed expression has no right value. Values are compared as strings.
"""

from collections.abc import Iterator

from pipeline.labels import TimexType
from pipeline.tables import DateRow
from pipeline.validation.align import Alignment, Both, align, by_overlap
from pipeline.validation.findings import FALSE_ALARM, MISS, WRONG, Finding, differences, finding
from pipeline.validation.sentences import sentence_spans
from pipeline.validation.tally import ALL, Tally

LAYER = "dates"
MACRO = frozenset({"exact", "overlap"})
CALENDAR = frozenset({TimexType.DATE, TimexType.TIME})


def aligned(both: Both) -> Alignment[DateRow, DateRow]:
    """The expressions that answer each other."""
    return align(both.gold.dates, both.predicted.dates, by_overlap)


def tally(both: Both) -> Tally:
    """Expressions, and what was read in them."""
    counts = Tally(LAYER)
    gold, found, pairs = both.gold.dates, both.predicted.dates, aligned(both).pairs
    for name, right in (
        ("exact", [pair for pair in pairs if _span(pair[0]) == _span(pair[1])]),
        ("overlap", list(pairs)),
    ):
        counts.f1(name, ALL, len(right), len(found), len(gold))
        for label in sorted({row.type for row in (*gold, *found)}):
            counts.f1(
                name,
                label,
                sum(one.type == other.type == label for one, other in right),
                sum(row.type == label for row in found),
                sum(row.type == label for row in gold),
            )
    for name, is_right in (("type", _type_agrees), ("value", _value_agrees)):
        right_ones = sum(is_right(one, other) for one, other in pairs)
        counts.share(f"{name} accuracy", ALL, right_ones, len(pairs))
        counts.f1(name, ALL, right_ones, len(found), len(gold))
    counts.share("mod accuracy", ALL, sum(one.mod == other.mod for one, other in pairs), len(pairs))
    _count_bounds(counts, both, pairs)
    return counts


def _count_bounds(counts: Tally, both: Both, pairs: tuple[tuple[DateRow, DateRow], ...]) -> None:
    right = sum(_has_bounds(one) and _bounds(one) == _bounds(other) for one, other in pairs)
    found = sum(map(_has_bounds, both.predicted.dates))
    counts.f1("bounds", ALL, right, found, sum(map(_has_bounds, both.gold.dates)))


def _span(row: DateRow) -> tuple[int, int]:
    return row.start, row.end


def _bounds(row: DateRow) -> tuple[object, object]:
    return row.earliest, row.latest


def _has_bounds(row: DateRow) -> bool:
    return row.type in CALENDAR and row.earliest is not None and row.latest is not None


def _type_agrees(one: DateRow, other: DateRow) -> bool:
    return one.type == other.type


def _value_agrees(one: DateRow, other: DateRow) -> bool:
    return one.value != "" and one.value == other.value


def findings(both: Both) -> Iterator[Finding]:
    """Expressions missed, expressions that are none, and what was read otherwise."""
    found = aligned(both)
    sentences = sentence_spans(both.text)
    for row in found.missed:
        yield finding(LAYER, row.type, MISS, both.article_id, both.text, _span(row), row.value, sentences)
    for row in found.spurious:
        yield finding(LAYER, row.type, FALSE_ALARM, both.article_id, both.text, _span(row), row.value, sentences)
    for one, other in found.pairs:
        detail = differences(
            words=(one.text, other.text),
            type=(one.type, other.type),
            value=(one.value, other.value),
            mod=(one.mod, other.mod),
            earliest=(one.earliest, other.earliest),
            latest=(one.latest, other.latest),
        )
        if detail:
            yield finding(LAYER, one.type, WRONG, both.article_id, both.text, _span(one), detail, sentences)
