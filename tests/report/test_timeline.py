"""The timeline shows every dated event where its days are, in periods that fit side by side."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.labels import EventType
from pipeline.panel import By, distinct_events
from pipeline.report import timeline
from pipeline.tables import EventRow
from tests.examples import event_row

Day = datetime.date
INTERVALS = st.tuples(st.dates(), st.dates()).map(lambda days: tuple(sorted(days)))


def dated(number: int, first: Day, last: Day, kind: EventType = EventType.CONSULT) -> EventRow:
    return event_row(event_id=f"e{number}", date_earliest=first, date_latest=last, event_type=kind)


@settings(deadline=None)
@given(intervals=st.lists(INTERVALS, min_size=1, max_size=60))
def test_at_most_sixty_periods_and_two_tails_cover_every_day_without_a_gap(intervals: list[tuple[Day, Day]]) -> None:
    _, columns = timeline.scale(intervals)
    assert len(columns) <= timeline.COLUMNS + 2
    assert columns[0].first <= min(first for first, _ in intervals)
    assert columns[-1].last >= max(last for _, last in intervals)
    for before, after in pairwise(columns):
        assert after.first == before.last + datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("last", "by"),
    [
        (Day(2011, 2, 1), By.DAY),
        (Day(2011, 12, 1), By.WEEK),
        (Day(2014, 1, 1), By.MONTH),
        (Day(2024, 1, 1), By.QUARTER),
    ],
)
def test_the_period_is_the_shortest_that_fits(last: Day, by: By) -> None:
    assert timeline.scale([(Day(2011, 1, 1), last)])[0] is by


def test_a_few_old_events_do_not_press_the_others_together() -> None:
    # One "since 1948" among fifty events of one spring.
    spring = [(Day(2011, 3, 1) + datetime.timedelta(days=n),) * 2 for n in range(50)]
    by, columns = timeline.scale([(Day(1948, 5, 14), Day(1948, 5, 14)), *spring])
    assert by is By.DAY
    assert columns[0].name.startswith("before 2011-03")


@settings(deadline=None)
@given(intervals=st.lists(INTERVALS, min_size=1, max_size=30))
def test_every_event_has_its_shape_inside_the_plot(intervals: list[tuple[Day, Day]]) -> None:
    events = distinct_events(dated(number, *days) for number, days in enumerate(intervals))
    made = timeline.timeline(events)
    assert made is not None
    assert {shape.mark.members[0] for shape in made.lanes.shapes} == {event.first.event_id for event in events}
    assert {member for shape in made.bars.shapes for member in shape.mark.members} == {e.first.event_id for e in events}
    for shape in (*made.lanes.shapes, *made.bars.shapes):
        assert timeline.LEFT <= shape.x <= shape.x + shape.width <= timeline.WIDTH + 0.2


def test_cooperation_stands_above_the_line_and_conflict_below() -> None:
    day = Day(2011, 7, 4)
    events = distinct_events([dated(1, day, day, EventType.AID), dated(2, day, day, EventType.ASSAULT)])
    made = timeline.timeline(events)
    assert made is not None
    aid, assault = made.bars.shapes
    assert (aid.quad, assault.quad) == ("material-cooperation", "material-conflict")
    assert aid.y + aid.height == pytest.approx(timeline.HALF)
    assert assault.y == pytest.approx(timeline.HALF)


def test_intervals_of_one_type_that_overlap_stand_in_rows_of_their_own() -> None:
    days = (Day(2011, 1, 1), Day(2011, 6, 1))
    made = timeline.timeline(distinct_events([dated(1, *days), dated(2, *days)]))
    assert made is not None
    assert len({shape.y for shape in made.lanes.shapes}) == 2


def test_many_events_are_counts_by_type_and_period() -> None:
    days = [Day(2011, 1, 1) + datetime.timedelta(days=n % 40) for n in range(timeline.INTERVALS + 1)]
    made = timeline.timeline(distinct_events(dated(n, day, day) for n, day in enumerate(days)))
    assert made is not None
    assert not made.one_by_one
    assert sum(shape.mark.count for shape in made.lanes.shapes) == len(days)


def test_events_without_a_date_have_no_timeline() -> None:
    assert timeline.timeline(distinct_events([event_row(date_earliest=None, date_latest=None)])) is None
