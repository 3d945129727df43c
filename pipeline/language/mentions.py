"""Mentions while they are being made, and the small words and marks that names are made with."""

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.labels import EntityLabel

PERSON, ORG, NORP, LAW = EntityLabel.PERSON.value, EntityLabel.ORG.value, EntityLabel.NORP.value, EntityLabel.LAW.value
ARTICLES = frozenset({"the", "a", "an", "The", "A", "An", "THE"})
POSSESSIVES = frozenset({"'s", "’s", "'S", "’S", "'", "’"})
OPENING = frozenset("\"'“‘«(„[`-–—,;:.!?…*•|/") | {"``", "--", "...", "''"}
CLOSING = frozenset("\"'”’»)[]-–—,;:!?…*•|/(“‘") | {"''", "--", "..."}
HYPHENS = frozenset("-–‐‑—/")
# Small words inside a name: "Bureau of Investigation", "Trinidad and Tobago".
CONNECTORS = frozenset({"of", "on", "the", "for", "and", "in", "&", "against", "de", "del", "la", "to", "with"})
LONGEST_NAME = 14


class Mention(NamedTuple):
    """A mention while it is being made: token offsets, half-open, its label, and the rule behind it."""

    start: int
    end: int
    label: str
    rule: str


def covering(mentions: Iterable[Mention]) -> dict[int, Mention]:
    """The mention over each token."""
    return {i: mention for mention in mentions for i in range(mention.start, mention.end)}


def capitalised(word: str) -> bool:
    """Whether the word begins with a capital letter."""
    return word[:1].isupper()


def is_year(word: str) -> bool:
    """Whether the word is a year of the last four centuries."""
    return len(word) == 4 and word.isdigit() and "1600" <= word <= "2100"
