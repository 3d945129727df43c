"""The queue: what to decide next, least certain first, and what the filters let pass.

Blocks, quotations and events bring a confidence. Entities and dates do not: for them the annotator's own decisions say
how often a rule is right, beside a prior that the first decisions soon outweigh.
"""

import functools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.review.adjudication import disputed
from pipeline.review.desk import Desk
from pipeline.review.filters import TEXT, Filters
from pipeline.review.items import Item

# How often mentions and dates are right before anything is known of their rule. Only the order of the queue depends on
# it: mentions of the statistical model come before those of a lexicon, and an eighth decision weighs as much as this.
PRIOR = {"model": 0.8}
PRIOR_OF_RULES = 0.95
WEIGHT = 8


@dataclass(frozen=True, slots=True)
class Placed:
    """An item and the article it is in."""

    article_id: str
    item: Item
    uncertainty: float


class Certainty:
    """How certain each item is for one annotator, from 0 (not at all) to 1."""

    def __init__(self, desk: Desk, annotator: str) -> None:
        self.right: dict[tuple[str, str], int] = defaultdict(int)
        self.decided: dict[tuple[str, str], int] = defaultdict(int)
        for article_id in desk.begun(annotator):
            for rule, (right, decided) in desk.state(annotator, article_id).record.items():
                self.right[rule] += right
                self.decided[rule] += decided

    def chance(self, item: Item) -> float:
        """How likely the item is right."""
        if item.confidence is not None:
            return item.confidence
        key = (item.layer, item.rule)
        prior = PRIOR.get(item.rule, PRIOR_OF_RULES)
        return (self.right.get(key, 0) + WEIGHT * prior) / (self.decided.get(key, 0) + WEIGHT)

    def uncertainty(self, item: Item) -> float:
        """1 where right and wrong are equally likely, 0 where one of them is sure."""
        return round(1 - abs(2 * self.chance(item) - 1), 4)


def passing(desk: Desk, annotator: str, article_id: str, filters: Filters) -> Iterator[Item]:
    """The items of an article that pass; those in removed blocks need no decision."""
    shown = desk.state(annotator, article_id).shown
    if filters.disagreement:
        quarrels = disputed(desk, annotator, article_id)
        shown = tuple(item for item in shown if item.id in quarrels)
    if not filters.of_items and not filters.search:
        yield from shown
        return
    for item in shown:
        if filters.holds(item) and filters.reads(functools.partial(desk.words_around, article_id, item)):
            yield item


def articles_for(desk: Desk, filters: Filters) -> list[str]:
    """The articles that a filter leaves, in the order of the tables."""
    found = [name for name in desk.article_ids if not filters.articles or name in filters.articles]
    if filters.search:
        hits = set(desk.search.articles(filters.search))
        found = [name for name in found if name in hits]
    return found


def queue(desk: Desk, annotator: str, filters: Filters) -> list[Placed]:
    """Every item that passes, least certain first, or article by article in the order of the text."""
    certainty = Certainty(desk, annotator)
    found: list[Placed] = []
    for article_id in articles_for(desk, filters):
        items = sorted(passing(desk, annotator, article_id, filters), key=_place)
        found += [Placed(article_id, item, certainty.uncertainty(item)) for item in items]
    if filters.order != TEXT:
        found.sort(key=lambda one: -one.uncertainty)  # of items as certain, the first in the text is first
    return found


def _place(item: Item) -> tuple[int, int]:
    return item.spans[0][0], -item.spans[-1][1]
