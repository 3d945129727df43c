"""Adjudication: two finished versions of an article side by side, and one version made of them.

A unit is what both say about one thing: an item of the predictions, or two added items of one layer that overlap. What
the adjudicator takes becomes a decision of the adjudicator's own, in the same log, and can be undone or edited.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.errors import PipelineError
from pipeline.review.desk import Desk, Outcome, Work
from pipeline.review.items import GOOD, Item, Status
from pipeline.review.refusal import RefusedError, conflict, missing, wrong
from pipeline.review.state import Change, State, described
from pipeline.review.verdict import verdict
from pipeline.validation.agreement import AgreementReport, agreement
from pipeline.validation.gold import Gold, as_gold

SIDES = ("a", "b")
AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Unit:
    """What two annotators say about one thing; `None` where one of them has nothing there."""

    layer: str
    a: Item | None
    b: Item | None

    @property
    def key(self) -> str:
        """The unit's name: the ids of the items of both."""
        return f"{self.a.id if self.a else '-'}|{self.b.id if self.b else '-'}"

    @property
    def place(self) -> Item:
        """An item that says where the unit is."""
        found = self.a or self.b
        assert found is not None
        return found

    @property
    def differs(self) -> list[str]:
        """In what the two differ; nothing where both hold the same to be right, or both reject it."""
        good = [one if one is not None and one.status in GOOD else None for one in (self.a, self.b)]
        one, other = good
        if one is None or other is None:
            return [] if one is other else ["status"]
        found = [name for name in ("label", "spans") if getattr(one, name) != getattr(other, name)]
        names = [name for name in one.attributes if name != "block"]
        if self.layer == "entities" and self.a is not None and self.b is not None and self.a.id != self.b.id:
            names.remove("entity")  # two new entities have no name in common
        return found + [f"attributes.{name}" for name in names if one.attributes[name] != other.attributes.get(name)]


def units(first: State, second: State) -> list[Unit]:
    """Every unit of two versions, in the order of the text."""
    found: list[Unit] = []
    alone: dict[str, tuple[list[Item], list[Item]]] = defaultdict(lambda: ([], []))
    for item in first.items.values():
        if item.id in second.items:
            found.append(Unit(item.layer, item, second.items[item.id]))
        else:
            alone[item.layer][0].append(item)
    for item in second.items.values():
        if item.id not in first.items:
            alone[item.layer][1].append(item)
    for layer, (ones, others) in alone.items():
        found += _paired(layer, ones, others)
    return sorted(found, key=lambda unit: unit.place.in_text_order)


def _paired(layer: str, ones: Sequence[Item], others: Sequence[Item]) -> Iterable[Unit]:
    """Added items, those that share most first."""
    ranked = sorted(
        ((shared, one, other) for one in ones for other in others if (shared := _shared(one, other)) > 0),
        key=lambda pair: (-pair[0], pair[1].id, pair[2].id),
    )
    seen: set[str] = set()
    for _, one, other in ranked:
        if one.id not in seen and other.id not in seen:
            seen |= {one.id, other.id}
            yield Unit(layer, one, other)
    yield from (Unit(layer, one, None) for one in ones if one.id not in seen)
    yield from (Unit(layer, None, other) for other in others if other.id not in seen)


def _shared(one: Item, other: Item) -> float:
    """The share of the characters that two items have in common."""
    common = sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in one.spans for b in other.spans)
    size = sum(end - start for item in (one, other) for start, end in item.spans)
    return 2 * common / size


def versions(desk: Desk, annotator: str, article_id: str, a: str, b: str) -> tuple[State, State]:
    """The two versions.

    Raises:
        RefusedError: one of them is not finished, or the article is blind for who asks.
    """
    desk.predicted(article_id)
    if desk.is_blind(annotator, article_id):
        raise RefusedError(403, "you have begun this article; finish it before you see what others made of it")
    finished = desk.finished_by(article_id)
    for name in (a, b):
        if name not in finished:
            raise missing(f"{name or 'nobody'!r} has not finished this article; those who have: {', '.join(finished)}")
    if a == b:
        raise wrong("a and b are one annotator; give two")
    return desk.state(a, article_id), desk.state(b, article_id)


def disputed(desk: Desk, annotator: str, article_id: str) -> frozenset[str]:
    """The items on which two others who finished the article differ; none where it is blind."""
    others = [name for name in desk.finished_by(article_id) if name != annotator]
    if desk.is_blind(annotator, article_id) or len(others) < 2:
        return frozenset()
    states = [desk.state(name, article_id) for name in others]
    return frozenset(
        item.id
        for i, first in enumerate(states)
        for second in states[i + 1 :]
        for unit in units(first, second)
        if unit.differs
        for item in (unit.a, unit.b)
        if item is not None
    )


def take(
    desk: Desk, annotator: str, article_id: str, uuid: str, a: str, b: str, whose: str, chosen: Any
) -> Outcome:  # fmt: skip
    """Take the version of one side for the chosen units (`all`, `open`, or keys), as one step.

    Raises:
        RefusedError: nothing is chosen, a side is unknown, or the article is blind.
    """
    if whose not in (*SIDES, AGREED):
        raise wrong("take: a, b or agreed is needed")
    if annotator in (a, b):
        raise conflict("an adjudicator is a third name; choose another at the start page")
    first, second = versions(desk, annotator, article_id, a, b)
    every = units(first, second)
    settled = desk.state(annotator, article_id).settled
    if whose == AGREED:
        wanted = [unit for unit in every if not unit.differs and unit.key not in settled]
    elif chosen == "all":
        wanted = every
    elif chosen == "open":
        wanted = [unit for unit in every if unit.key not in settled]
    elif isinstance(chosen, list):
        keys = set(map(str, chosen))
        wanted = [unit for unit in every if unit.key in keys]
    else:
        raise wrong("units: a list of keys, all or open is needed")
    if not wanted:
        raise conflict("nothing to take: no unit is meant by this")

    def make(work: Work) -> tuple[dict[str, list[Change]], str]:
        state = work.working(article_id)
        changes: list[Change] = []
        for unit in wanted:
            for change in _taken(unit, whose, state):
                state.apply(change)
                changes.append(change)
        name = {"a": a, "b": b, AGREED: "both"}[whose]
        return {article_id: changes}, f"took {len(wanted)} from {name}"

    return desk.step(annotator, article_id, uuid, make)


def _taken(unit: Unit, whose: str, state: State) -> Iterable[Change]:
    """The changes that make a unit what one side says."""
    mine, other = (unit.b, unit.a) if whose == "b" else (unit.a, unit.b)
    if other is not None and other.id in state.items and (mine is None or mine.id != other.id):
        yield {"item": other.id, "clear": True} if other.id not in state.base else _set(state, other, Status.REJECTED)
    if mine is not None:
        if mine.id in state.base:
            yield _set(state, mine, mine.status)
        elif mine.status in GOOD:
            yield {"item": mine.id, "new": described(mine)}
    yield {"unit": unit.key, "from": whose}


def _set(state: State, item: Item, status: Status) -> Change:
    content = described(item)
    fields = {"status": status, "label": item.label, "spans": content["spans"], "attributes": content["attributes"]}
    return {"item": item.id, "was": described(state.base[item.id]), "set": fields}


# --- agreement


def gold_by(desk: Desk, annotator: str, article_id: str) -> Gold:
    """What an annotator holds to be right, as gold.

    Raises:
        GoldError: the rows say something that a gold file cannot.
    """
    state = desk.state(annotator, article_id)
    document, text = desk.document(article_id), desk.text(article_id)
    return as_gold(verdict(state, document, text, desk.sentences(article_id)).extraction, text)


def agree(desk: Desk, annotator: str, a: str, b: str) -> AgreementReport:
    """How far two annotators agree on the articles that both have finished and that are not blind for who asks.

    Raises:
        RefusedError: there is no such article.
    """
    shared = [
        article_id
        for article_id in desk.article_ids
        if not desk.is_blind(annotator, article_id) and {a, b} <= set(desk.finished_by(article_id))
    ]
    if not shared or a == b:
        raise RefusedError(403, f"there is no article that {a!r} and {b!r} have both finished and that you may see")
    try:
        return agreement(
            [gold_by(desk, a, article_id) for article_id in shared],
            [gold_by(desk, b, article_id) for article_id in shared],
        )
    except PipelineError as error:
        raise conflict(str(error)) from error


def names(desk: Desk, annotator: str) -> list[str]:
    """Those who have finished an article that is not blind for who asks."""
    seen = [article_id for article_id in desk.article_ids if not desk.is_blind(annotator, article_id)]
    return sorted({name for article_id in seen for name in desk.finished_by(article_id)} - {annotator})


def overview(desk: Desk, annotator: str) -> list[dict[str, Any]]:
    """The articles that two have finished; of blind ones only that they are blind."""
    found: list[dict[str, Any]] = []
    for article_id in desk.article_ids:
        title = desk.document(article_id).title
        finished = [name for name in desk.finished_by(article_id) if name != annotator]
        if desk.is_blind(annotator, article_id):
            found.append({"id": article_id, "title": title, "blind": True, "finished": []})
        elif len(finished) > 1:
            both = units(desk.state(finished[0], article_id), desk.state(finished[1], article_id))
            settled = desk.state(annotator, article_id).settled
            found.append(
                {
                    "id": article_id,
                    "title": title,
                    "blind": False,
                    "finished": finished,
                    "units": len(both),
                    "disagreements": sum(bool(unit.differs) for unit in both),
                    "settled": sum(unit.key in settled for unit in both),
                }
            )
    return found
