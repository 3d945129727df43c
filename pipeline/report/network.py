"""Who did what to whom: actors and recipients as a matrix, and as a network on a circle."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.labels import QuadCategory
from pipeline.panel import DistinctEvent
from pipeline.report.marks import HAPPENED_ONCE, Mark, mark

SIDE = 18  # rows and columns of the matrix
NODES = 28
EDGES = 60  # more curves are a tangle
SIZE, RADIUS = 760, 196
# Bounds between the five shades of a cell, on the PLOVER scale from -10 to 10.
SHADES = ((-5.0, "conflict-2"), (-0.5, "conflict-1"), (0.5, "even"), (5.0, "cooperation-1"), (11.0, "cooperation-2"))

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """The events of one actor towards one recipient."""

    mark: Mark
    shade: str
    mean_score: float


@dataclass(frozen=True, slots=True)
class Matrix:
    """Actors down, recipients across; a cell is empty where nothing is told."""

    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    cells: tuple[tuple[Cell | None, ...], ...]
    left_out: int  # pairs that would need more rows or columns


@dataclass(frozen=True, slots=True)
class Node:
    """A participant on the circle."""

    name: str
    x: float
    y: float
    size: float
    angle: float  # of its label
    anchor: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Edge:
    """What one participant did to another: a curve that bends towards the centre."""

    path: str
    width: float
    quad: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Network:
    """Participants and what they did to each other; the same data always give the same picture."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int  # pairs that would need more nodes or curves


Pairs = Mapping[Pair, Sequence[DistinctEvent]]


def matrix(pairs: Pairs) -> Matrix | None:
    """The pairs with most events, if there are any."""
    if not pairs:
        return None
    actors, recipients = Counter[str](), Counter[str]()
    for pair in sorted(pairs, key=lambda pair: (-len(pairs[pair]), pair)):
        # A pair comes in if its row and its column are there or have room; so no row and no column is empty.
        if all(name in side or len(side) < SIDE for name, side in zip(pair, (actors, recipients), strict=True)):
            actors[pair[0]] += len(pairs[pair])
            recipients[pair[1]] += len(pairs[pair])
    down, across = _most(actors, SIDE), _most(recipients, SIDE)
    cells = tuple(tuple(_cell((actor, other), pairs) for other in across) for actor in down)
    shown = sum(cell is not None for row in cells for cell in row)
    return Matrix(down, across, cells, len(pairs) - shown)


def _most(counts: Counter[str], limit: int) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda name: (-counts[name], name))[:limit])


def _cell(pair: Pair, pairs: Pairs) -> Cell | None:
    events = pairs.get(pair)
    if not events:
        return None
    mean = sum(event.first.score for event in events) / len(events)
    shade = next(name for bound, name in SHADES if mean < bound)
    return Cell(_pair_mark(pair, events), shade, mean)


def _pair_mark(pair: Pair, events: Sequence[DistinctEvent]) -> Mark:
    actor, recipient = pair
    words = f"{actor} to {recipient}: {len(events):,} event{'s' * (len(events) != 1)}"
    ids = [event.first.event_id for event in events]
    return mark(words, ids, {**HAPPENED_ONCE, "actor": actor, "recipient": recipient})


def network(pairs: Pairs) -> Network | None:
    """The participants with most events between each other, on a circle, neighbours near each other."""
    weights = Counter[str]()
    for pair, events in pairs.items():
        if pair[0] != pair[1]:
            weights.update({name: len(events) for name in pair})
    chosen = set(_most(weights, NODES))
    apart = [pair for pair in pairs if pair[0] != pair[1]]
    drawn = sorted((pair for pair in apart if set(pair) <= chosen), key=lambda pair: (-len(pairs[pair]), pair))[:EDGES]
    links = {pair: pairs[pair] for pair in drawn}
    if not links:
        return None
    linked = {name for pair in links for name in pair}
    order = _circle({name: weights[name] for name in linked}, links)
    places = {name: 2 * math.pi * at / len(order) - math.pi / 2 for at, name in enumerate(order)}
    heaviest = max(weights.values())
    nodes = tuple(_node(name, places[name], math.sqrt(weights[name] / heaviest), links) for name in order)
    most = max(len(events) for events in links.values())
    edges = tuple(_edge(pair, places, links[pair], most) for pair in sorted(links))
    return Network(nodes, edges, len(apart) - len(links))


def _circle(weights: Mapping[str, int], links: Pairs) -> list[str]:
    """Each next participant is the one most tied to those placed last; so most curves are short."""
    ties: dict[str, Counter[str]] = defaultdict(Counter)
    for (actor, recipient), events in links.items():
        ties[actor][recipient] += len(events)
        ties[recipient][actor] += len(events)
    order: list[str] = []
    waiting = sorted(weights, key=lambda name: (-weights[name], name))
    while waiting:
        pull = {
            name: sum(ties[name][placed] / (distance + 1) for distance, placed in enumerate(reversed(order)))
            for name in waiting
        }
        chosen = max(waiting, key=lambda name: (pull[name], weights[name]))
        order.append(chosen)
        waiting.remove(chosen)
    return order


def _node(name: str, angle: float, share: float, links: Pairs) -> Node:
    events = {event.first.event_id: event for pair, told in links.items() if name in pair for event in told}
    degrees = math.degrees(angle)
    left = not -90 <= degrees < 90
    return Node(
        name=name,
        x=round(RADIUS * math.cos(angle), 1),
        y=round(RADIUS * math.sin(angle), 1),
        size=round(4 + 9 * share, 1),
        angle=round(degrees + 180 * left, 1),
        anchor="end" if left else "start",
        mark=mark(f"{name}: all its events", events, {**HAPPENED_ONCE, "name": name}),
    )


def _edge(pair: Pair, places: Mapping[str, float], events: Sequence[DistinctEvent], most: int) -> Edge:
    start, end = (_inside(places[name]) for name in pair)
    # The curve is drawn towards the centre, and a little to its own right: there and back again are two curves.
    across, down = end[0] - start[0], end[1] - start[1]
    aside = 14 / math.hypot(across, down)
    control = (
        round(0.4 * (start[0] + end[0]) / 2 - aside * down, 1),
        round(0.4 * (start[1] + end[1]) / 2 + aside * across, 1),
    )
    quads = Counter(event.first.quad_category for event in events)
    quad = min(QuadCategory, key=lambda quad: -quads[quad])
    path = f"M{start[0]} {start[1]}Q{control[0]} {control[1]} {end[0]} {end[1]}"
    width = round(1.8 + 4.2 * (len(events) - 1) / max(1, most - 1), 1)
    return Edge(path, width, quad.name.lower().replace("_", "-"), _pair_mark(pair, events))


def _inside(angle: float) -> tuple[float, float]:
    """The end of a curve: a little inside the circle, so that the node and the arrow stay visible."""
    return round((RADIUS - 16) * math.cos(angle), 1), round((RADIUS - 16) * math.sin(angle), 1)
