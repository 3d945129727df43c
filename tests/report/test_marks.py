"""No mark leads nowhere, however little fits on the page."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.report.marks import mark, sampled

IDS = st.sampled_from([f"e{number}" for number in range(20)])
MARKS = st.lists(st.lists(IDS, unique=True, max_size=8), max_size=12)


@settings(deadline=None)
@given(members=MARKS, budget=st.integers(0, 500))
def test_every_mark_keeps_at_least_one_row(members: list[list[str]], budget: int) -> None:
    costs = {f"e{number}": 10 + number for number in range(20)}
    chosen = sampled([mark("m", ids, {}) for ids in members], costs, budget)
    assert all(chosen & set(ids) for ids in members if ids)


@settings(deadline=None)
@given(members=MARKS, budget=st.integers(0, 500))
def test_what_goes_beyond_one_row_for_each_mark_stays_within_the_budget(members: list[list[str]], budget: int) -> None:
    costs = {f"e{number}": 10 + number for number in range(20)}
    first = {ids[0] for ids in members if ids}
    chosen = sampled([mark("m", ids, {}) for ids in members], costs, budget)
    assert chosen == first or sum(costs[row] for row in chosen) <= budget


def test_a_large_budget_takes_everything() -> None:
    assert sampled([mark("m", ["a", "b"], {}), mark("n", ["b", "c"], {})], {"a": 1, "b": 1, "c": 1}, 99) == {
        "a",
        "b",
        "c",
    }


def test_the_address_of_a_mark_escapes_what_names_hold() -> None:
    assert mark("m", [], {"actor": 'A&B "x"', "kind": "event"}).href == "#find?actor=A%26B+%22x%22&kind=event"
