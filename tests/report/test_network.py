"""Who did what to whom, drawn the same way every time."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.labels import EventType
from pipeline.panel import DistinctEvent, distinct_events
from pipeline.report import network
from tests.examples import event_row

NAMES = st.sampled_from([f"name {number}" for number in range(40)])
PAIRS = st.dictionaries(st.tuples(NAMES, NAMES), st.integers(1, 4), max_size=60)


def events(count: int, kind: EventType = EventType.CONSULT) -> list[DistinctEvent]:
    return distinct_events(event_row(event_id=f"{kind}{number}", event_type=kind) for number in range(count))


@settings(deadline=None)
@given(counts=PAIRS)
def test_no_row_and_no_column_of_the_matrix_is_empty(counts: dict[tuple[str, str], int]) -> None:
    made = network.matrix({pair: events(count) for pair, count in counts.items()})
    assert (made is None) == (not counts)
    if made is not None:
        assert len(made.actors) <= network.SIDE >= len(made.recipients)
        assert all(any(row) for row in made.cells)
        assert all(any(column) for column in zip(*made.cells, strict=True))
        shown = sum(cell is not None for row in made.cells for cell in row)
        assert shown + made.left_out == len(counts)


def test_a_cell_is_shaded_by_the_mean_score() -> None:
    made = network.matrix({("A", "B"): [*events(1, EventType.AID), *events(1, EventType.ASSAULT)]})
    assert made is not None
    (((cell,),),) = (made.cells,)
    assert cell is not None
    assert (cell.mean_score, cell.shade) == (0.5, "cooperation-1")


@settings(deadline=None)
@given(counts=PAIRS)
def test_the_network_does_not_depend_on_the_order_of_the_pairs(counts: dict[tuple[str, str], int]) -> None:
    pairs = {pair: events(count) for pair, count in counts.items()}
    assert network.network(pairs) == network.network(dict(reversed(pairs.items())))


@settings(deadline=None)
@given(counts=PAIRS)
def test_participants_stand_on_a_circle_at_different_places(counts: dict[tuple[str, str], int]) -> None:
    made = network.network({pair: events(count) for pair, count in counts.items()})
    if made is not None:
        assert len({(node.x, node.y) for node in made.nodes}) == len(made.nodes) <= network.NODES
        assert all(math.isclose(math.hypot(node.x, node.y), network.RADIUS, abs_tol=0.2) for node in made.nodes)


def test_there_and_back_again_are_two_curves() -> None:
    made = network.network({("A", "B"): events(1), ("B", "A"): events(1)})
    assert made is not None
    one, other = (edge.path for edge in made.edges)
    assert one.split("Q")[1].split()[:2] != other.split("Q")[1].split()[:2]


def test_who_acts_on_nobody_else_is_not_in_the_network() -> None:
    assert network.network({("A", "A"): events(2)}) is None


@settings(deadline=None)
@given(counts=PAIRS)
def test_pairs_that_are_not_drawn_are_counted(counts: dict[tuple[str, str], int]) -> None:
    made = network.network({pair: events(count) for pair, count in counts.items()})
    if made is not None:
        assert len(made.edges) <= network.EDGES
        assert len(made.edges) + made.left_out == sum(one != other for one, other in counts)
