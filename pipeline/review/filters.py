"""Filters: which items and articles a page shows, as the parameters of a URL say it.

A parameter given twice, or with commas, means "or"; different parameters mean "and".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.review.items import LABELS, LAYERS, Item, Status
from pipeline.review.refusal import wrong
from pipeline.review.search import tokens

NAMES = ("layer", "label", "status", "rule", "min", "max", "disagreement", "search", "article", "order")
UNCERTAIN, TEXT = "uncertain", "text"
MOST = 200  # values of one parameter


@dataclass(frozen=True, slots=True)
class Filters:
    """What must hold for an item; an empty filter lets everything pass."""

    layers: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    rules: tuple[str, ...] = ()  # "verb: kill", or "verb:*" for all that begin so
    minimum: float | None = None
    maximum: float | None = None
    disagreement: bool = False
    search: str = ""
    articles: frozenset[str] = frozenset()
    order: str = UNCERTAIN

    @classmethod
    def of(cls, parameters: Iterable[tuple[str, str]]) -> "Filters":
        """The filters in the parameters of a URL; others are left alone.

        Raises:
            RefusedError: a value is not one of those that there are.
        """
        given: dict[str, list[str]] = {name: [] for name in NAMES}
        for name, value in parameters:
            if name in given and value:
                whole = name in ("rule", "search", "article")  # these may hold commas
                given[name] += [value] if whole else [part for part in value.split(",") if part]
        for name, values in given.items():
            if len(values) > MOST:
                raise wrong(f"{name}: more than {MOST} values")
        labels = {str(label) for vocabulary in LABELS.values() for label in vocabulary}
        return cls(
            layers=_known("layer", given["layer"], LAYERS),
            labels=_known("label", given["label"], labels),
            statuses=_known("status", given["status"], [*Status, "decided"]),
            rules=tuple(given["rule"]),
            minimum=_number("min", given["min"]),
            maximum=_number("max", given["max"]),
            disagreement="1" in given["disagreement"] or "true" in given["disagreement"],
            search=" ".join(given["search"])[:200],
            articles=frozenset(given["article"]),
            order=next(iter(_known("order", given["order"][-1:], (UNCERTAIN, TEXT))), UNCERTAIN),
        )

    def as_json(self) -> dict[str, object]:
        """The filters as the page shows them."""
        return {
            "layer": sorted(self.layers),
            "label": sorted(self.labels),
            "status": sorted(self.statuses),
            "rule": list(self.rules),
            "min": self.minimum,
            "max": self.maximum,
            "disagreement": self.disagreement,
            "search": self.search,
            "article": sorted(self.articles),
            "order": self.order,
        }

    def holds(self, item: Item) -> bool:
        """Whether an item passes what can be told from the item alone."""
        if self.layers and item.layer not in self.layers:
            return False
        if self.labels and item.label not in self.labels:
            return False
        decided = "decided" in self.statuses and item.status is not Status.UNDECIDED
        if self.statuses and item.status not in self.statuses and not decided:
            return False
        if self.rules and not any(_fits(rule, item.rule) for rule in self.rules):
            return False
        if self.minimum is not None and (item.confidence is None or item.confidence < self.minimum):
            return False
        return self.maximum is None or (item.confidence is not None and item.confidence <= self.maximum)

    def reads(self, words_around: Callable[[], str]) -> bool:
        """Whether the words around an item hold all words of the search."""
        if not self.search:
            return True
        around = words_around().casefold()
        return all(word.casefold() in around for word, _ in tokens(self.search))

    @property
    def of_items(self) -> bool:
        """Whether anything is asked of items, so that an article without a passing item is not shown."""
        return self != Filters(search=self.search, articles=self.articles, order=self.order)


def _fits(rule: str, given: str) -> bool:
    return given.startswith(rule[:-1]) if rule.endswith("*") else given == rule


def _known(name: str, values: list[str], choices: Iterable[str]) -> frozenset[str]:
    known = set(map(str, choices))
    for value in values:
        if value not in known:
            raise wrong(f"{name}={value[:40]!r}: unknown; values are {', '.join(sorted(known))}")
    return frozenset(values)


def _number(name: str, values: list[str]) -> float | None:
    try:
        return float(values[-1]) if values else None
    except ValueError:
        raise wrong(f"{name}={values[-1][:40]!r}: a number from 0 to 1 is needed") from None
