"""Timeline: events by the days on which they can have happened."""

import datetime
import itertools
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.labels import EventType, QuadCategory
from pipeline.panel import By, DistinctEvent, Interval, period_end, period_name, periods
from pipeline.report.marks import HAPPENED_ONCE, Mark, mark

COLUMNS = 60  # periods that stand side by side
# Where the whole range is too long, a few old or far dates ("since 1948", "by 2050") get a column of their own.
TAIL = 0.04
INTERVALS = 400  # events that are drawn one by one; more are drawn as counts
WIDTH, LEFT, RIGHT = 960, 96, 30
BROADEST = 44  # pixels of a bar
PLOT = WIDTH - LEFT - RIGHT
HALF = 120  # height of the bars above, and below, the axis
ROW, SHORTEST = 9, 5  # height of an interval's row and width of a day, in pixels
ROWS_IN_LANE = 14
UPWARD = (QuadCategory.VERBAL_COOPERATION, QuadCategory.MATERIAL_COOPERATION)
DOWNWARD = (QuadCategory.VERBAL_CONFLICT, QuadCategory.MATERIAL_CONFLICT)


@dataclass(frozen=True, slots=True)
class Column:
    """A stretch of days that the timeline shows as one."""

    name: str
    first: datetime.date
    last: datetime.date


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle that leads to sentences."""

    x: float
    y: float
    width: float
    height: float
    quad: str
    mark: Mark
    strength: int = 5  # of 5: how much of the colour


@dataclass(frozen=True, slots=True)
class Tick:
    """A word on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Shapes on a plot, with the words along its two axes and its height."""

    shapes: tuple[Shape, ...]
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    height: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars of cooperation above and of conflict below the axis; types as lanes of intervals or of counts."""

    by: By
    columns: tuple[Column, ...]
    bars: Chart
    lanes: Chart
    one_by_one: bool
    undated: int


def timeline(events: Sequence[DistinctEvent]) -> Timeline | None:
    """The timeline of the events that have a date, if any has."""
    dated = [event for event in events if event.interval]
    if not dated:
        return None
    by, columns = scale([event.interval for event in dated if event.interval])
    one_by_one = len(dated) <= INTERVALS
    lanes = _intervals(dated, columns) if one_by_one else _counts(dated, columns)
    return Timeline(by, columns, _bars(dated, columns), lanes, one_by_one, len(events) - len(dated))


def scale(intervals: Sequence[Interval]) -> tuple[By, tuple[Column, ...]]:
    """The shortest periods of which at most sixty cover the intervals, all but a tail at either end."""
    firsts, lasts = sorted(first for first, _ in intervals), sorted(last for _, last in intervals)
    tail = int(len(intervals) * TAIL)
    low, high = firsts[tail], max(firsts[tail], lasts[len(lasts) - 1 - tail])
    by = next((by for by in By if _fits(low, high, by)), By.YEAR)
    if _fits(firsts[0], lasts[-1], by):
        low, high = firsts[0], lasts[-1]
    # Of centuries only the latest years: all before them is one column.
    starts = deque(periods(low, high, by), maxlen=COLUMNS)
    return by, _columns(list(starts), by, firsts[0], lasts[-1])


def _fits(low: datetime.date, high: datetime.date, by: By) -> bool:
    return len(list(itertools.islice(periods(low, high, by), COLUMNS + 1))) <= COLUMNS


def _columns(starts: list[datetime.date], by: By, first: datetime.date, last: datetime.date) -> tuple[Column, ...]:
    inner = [Column(period_name(start, by), start, period_end(start, by)) for start in starts]
    before, after = inner[0], inner[-1]
    if first < before.first:
        inner.insert(0, Column(f"before {before.name}", first, before.first - datetime.timedelta(days=1)))
    if last > after.last:
        inner.append(Column(f"after {after.name}", after.last + datetime.timedelta(days=1), last))
    return tuple(inner)


def _touched(event: DistinctEvent, columns: Sequence[Column]) -> list[int]:
    first, last = event.interval or (datetime.date.max, datetime.date.min)
    return [at for at, column in enumerate(columns) if first <= column.last and column.first <= last]


def _cells(
    events: Iterable[DistinctEvent], columns: Sequence[Column]
) -> dict[tuple[int, QuadCategory, EventType], list[tuple[DistinctEvent, float]]]:
    """The events of each column and type, each with its share: an interval is dealt out evenly."""
    found: dict[tuple[int, QuadCategory, EventType], list[tuple[DistinctEvent, float]]] = defaultdict(list)
    for event in events:
        touched = _touched(event, columns)
        for at in touched:
            found[at, event.first.quad_category, event.first.event_type].append((event, 1 / len(touched)))
    return found


def _bars(events: Sequence[DistinctEvent], columns: Sequence[Column]) -> Chart:
    piles: dict[tuple[int, QuadCategory], list[tuple[DistinctEvent, float]]] = defaultdict(list)
    for (at, quad, _), told in _cells(events, columns).items():
        piles[at, quad].extend(told)
    heights = {key: sum(share for _, share in told) for key, told in piles.items()}
    tallest = max(
        sum(heights.get((at, quad), 0.0) for quad in side) for at in range(len(columns)) for side in (UPWARD, DOWNWARD)
    )
    step = PLOT / len(columns)
    broad = min(BROADEST, step * 0.86)
    shapes = []
    for at, column in enumerate(columns):
        for side, sign in ((UPWARD, -1), (DOWNWARD, 1)):
            edge = float(HALF)
            for quad in side:
                if (at, quad) not in piles:
                    continue
                told = piles[at, quad]
                height = HALF * 0.94 * heights[at, quad] / tallest
                top = edge - height if sign < 0 else edge
                edge += sign * height
                words = f"{column.name}, {quad.value}: {_events(len(told))}"
                found = _mark(words, [event for event, _ in told], column, quad=quad.value)
                shapes.append(_shape(LEFT + (at + 0.5) * step - broad / 2, top, broad, height, quad, found))
    down = (Tick(HALF * 0.06, f"{tallest:.3g}"), Tick(HALF, "0"), Tick(HALF * 1.94, f"{tallest:.3g}"))
    return Chart(tuple(shapes), _ticks(columns), down, 2 * HALF)


def _counts(events: Sequence[DistinctEvent], columns: Sequence[Column]) -> Chart:
    """Types by columns; the more events, the stronger the colour."""
    cells = _cells(events, columns)
    kinds = [kind for kind in EventType if any(kind is key[2] for key in cells)]
    most = max(len(told) for told in cells.values())
    step, row = PLOT / len(columns), 22
    shapes = []
    for (at, quad, kind), told in sorted(cells.items(), key=lambda cell: (kinds.index(cell[0][2]), cell[0][0])):
        column = columns[at]
        words = f"{column.name}, {kind.value}: {_events(len(told))}"
        found = _mark(words, [event for event, _ in told], column, type=kind.value)
        strength = 1 + round(4 * len(told) / most)
        top = kinds.index(kind) * row
        shapes.append(_shape(LEFT + at * step, top + 2, step * 0.92, row - 4, quad, found, strength))
    down = tuple(Tick(at * row + row / 2, kind.value) for at, kind in enumerate(kinds))
    return Chart(tuple(shapes), _ticks(columns), down, len(kinds) * row)


def _intervals(events: Sequence[DistinctEvent], columns: Sequence[Column]) -> Chart:
    """Each event from its first to its last day, in the lane of its type, beside those it would cover."""
    shapes, down, top = [], [], 0.0
    for kind in EventType:
        spans = sorted(
            (*_span(event, columns), at) for at, event in enumerate(events) if event.first.event_type is kind
        )
        if not spans:
            continue
        ends: list[float] = []  # of the last interval in each row of the lane
        for left, right, at in spans:
            row = next((number for number, end in enumerate(ends) if end + 1 <= left), len(ends))
            row = min(row, ROWS_IN_LANE - 1)
            ends[row : row + 1] = [right]
            event = events[at]
            words = f"{kind.value}, {_interval_words(event)}: {event.first.trigger}"
            found = mark(words, [event.first.event_id], {"kind": "event", "id": event.first.event_id})
            quad = event.first.quad_category
            shapes.append(_shape(left, top + 3 + row * ROW, right - left, ROW - 2, quad, found))
        height = max(16, len(ends) * ROW) + 6
        down.append(Tick(top + height / 2, kind.value))
        top += height
    return Chart(tuple(shapes), _ticks(columns), tuple(down), top)


def _span(event: DistinctEvent, columns: Sequence[Column]) -> tuple[float, float]:
    first, last = event.interval or (datetime.date.min, datetime.date.min)
    left, right = _across(first, columns), _across(last + datetime.timedelta(days=last < datetime.date.max), columns)
    left = min(left, WIDTH - RIGHT - SHORTEST)
    return left, max(right, left + SHORTEST)


def _across(day: datetime.date, columns: Sequence[Column]) -> float:
    """Where a day stands; inside a column days are evenly spaced."""
    step = PLOT / len(columns)
    for at, column in enumerate(columns):
        if day <= column.last:
            share = (day - column.first).days / ((column.last - column.first).days + 1)
            return LEFT + (at + max(0.0, share)) * step
    return float(LEFT + PLOT)


def _ticks(columns: Sequence[Column]) -> tuple[Tick, ...]:
    """The names of some columns, never so many that they touch."""
    step = PLOT / len(columns)
    widest = max(len(column.name) for column in columns) * 6.6 + 12
    every = max(1, -(-int(widest) // int(max(1, step))))
    shown = range(0, len(columns), every)
    return tuple(Tick(round(LEFT + (at + 0.5) * step, 1), columns[at].name) for at in shown)


def _mark(words: str, events: Sequence[DistinctEvent], column: Column, **query: str) -> Mark:
    bounds = {"from": column.first.isoformat(), "to": column.last.isoformat()}
    ids = [event.first.event_id for event in events]
    return mark(words, ids, {**HAPPENED_ONCE, **bounds, **query})


def _shape(
    x: float, y: float, width: float, height: float, quad: QuadCategory, found: Mark, strength: int = 5
) -> Shape:
    left, top, wide, high = (round(value, 1) for value in (x, y, max(width, 1), max(height, 1)))
    return Shape(left, top, wide, high, quad.name.lower().replace("_", "-"), found, strength)


def _interval_words(event: DistinctEvent) -> str:
    first, last = event.interval or ("", "")
    return str(first) if first == last else f"{first} to {last}"


def _events(count: int) -> str:
    return f"{count:,} event{'s' * (count != 1)}"
