"""Marks: what a reader can follow, from a bar, a cell or a name to the sentences behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

# The events that charts count: each once, and only those told as having happened.
HAPPENED_ONCE = {"kind": "event", "once": "1", "happened": "1"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A number on the page, the question it answers, and the ids of the rows that are counted in it."""

    label: str
    count: int
    query: tuple[tuple[str, str], ...]
    members: tuple[str, ...] = ()

    @property
    def href(self) -> str:
        """The address of the sentences inside the page: a filter is a URL."""
        return "#find?" + urlencode(self.query)


def mark(words: str, members: Iterable[str], query: Mapping[str, str], count: int | None = None) -> Mark:
    """A mark that counts its members, unless only some of the rows it counts are members."""
    found = tuple(members)
    return Mark(words, len(found) if count is None else count, tuple(sorted(query.items())), found)


def sampled(marks: Iterable[Mark], costs: Mapping[str, int], budget: int) -> set[str]:
    """The rows whose sentences the page carries: one for every mark, then a second for every mark, and so on.

    The first round is always completed, so that no mark leads nowhere; the budget ends the later ones.
    """
    chosen: set[str] = set()
    spent = 0
    queues = list(filter(None, ([member for member in mark.members if member in costs] for mark in marks)))
    position = 0
    while queues and (position == 0 or spent < budget):
        for queue in queues:
            member = queue[position]
            if member not in chosen and (position == 0 or spent + costs[member] <= budget):
                chosen.add(member)
                spent += costs[member]
        position += 1
        queues = [queue for queue in queues if len(queue) > position]
    return chosen
