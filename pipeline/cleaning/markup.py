"""Markup: what the tags of a page say of its blocks, as numbers."""

import functools
import re
from collections.abc import Iterable, Sequence
from itertools import chain, islice

import numpy as np

from pipeline.article import Block, Markup
from pipeline.cleaning.features import Array, Line, gram_sum
from pipeline.cleaning.places import is_running, sizes_of, smoothed
from pipeline.readers.main_content import NUMBERS

CAPTION_TAGS = frozenset({"figcaption", "caption"})
MENUS = frozenset({"nav", "aside", "footer", "form"})
TAGS = (
    {"p"},
    {"h1"},
    {"h2", "h3", "h4", "h5", "h6"},
    {"li", "dd", "dt"},
    {"td", "th", "tr"},
    {"div", "section", "article", "main", "body"},
    {"button", "a", "span", "label"},
    {"blockquote"},
    {"figcaption", "caption", "figure"},
    {"pre"},
)
REGIONS = ("main", "article", "header", "nav", "aside", "footer", "form", "figure")
# The place of each tag and region; any other has the last, where its row is empty.
TAG_PLACES = {tag: at for at, group in enumerate(TAGS) for tag in group}
TAG_ROWS = np.eye(len(TAGS) + 1, len(TAGS))
REGION_PLACES = {region: at for at, region in enumerate(REGIONS)}
REGION_ROWS = np.eye(len(REGIONS) + 1, len(REGIONS))
TOKEN = re.compile(r"[a-z]{2,20}")
MAX_TOKENS = 40
NOTHING = Markup("")
UNPLACED = (0.0,) * NUMBERS


def in_a_menu(markup: Markup | None) -> bool:
    """Whether the markup sets a block apart from the article."""
    return markup is not None and markup.region in MENUS


def class_grams(markup: Markup) -> set[str]:
    """The words in the class and id tokens around a block: "article-body__text" has three; its own with its tag."""
    tokens = list(islice(chain.from_iterable(map(_tokens, markup.classes.split())), MAX_TOKENS))
    return {*tokens, *(f"{markup.tag} {token}" for token in tokens[:6]), f"<{markup.tag}>", f"<{markup.region}>"}


@functools.lru_cache(maxsize=20_000)
def _tokens(name: str) -> list[str]:
    # The containers of a page give their names to all that is in them.
    return TOKEN.findall(name)


def class_sums(markups: Iterable[Markup], known: dict[str, float]) -> Array:
    """What the classes around each block weigh."""
    seen: dict[tuple[str, str, str], float] = {}
    sums = []
    for markup in markups:
        key = (markup.tag, markup.classes, markup.region)
        if key not in seen:
            seen[key] = gram_sum(class_grams(markup), known)
        sums.append(seen[key])
    return np.array(sums)


def markup_features(blocks: Sequence[Block], lines: Sequence[Line], classes: Array) -> Array:
    """Tags, regions, links, votes, and how much of the body is marked up like the block."""
    markups = [block.markup or NOTHING for block in blocks]
    votes = np.array([float(markup.extracted) for markup in markups])
    sizes = sizes_of(lines)
    running = np.array([float(is_running(line)) for line in lines])
    links = np.array([markup.link_density for markup in markups])
    plain = running * (links < 0.5)
    places = np.fromiter(chain.from_iterable(markup.places or UNPLACED for markup in markups), dtype=np.float64)
    keys = [markup.classes for markup in markups]
    likeness = Likeness(keys)
    return np.column_stack(
        [
            TAG_ROWS[[TAG_PLACES.get(markup.tag, len(TAGS)) for markup in markups]],
            REGION_ROWS[[REGION_PLACES.get(markup.region, len(REGIONS)) for markup in markups]],
            links,
            smoothed(links, sizes, 3),
            classes,
            smoothed(classes, sizes, 3),
            votes,
            *(smoothed(votes, sizes, reach) for reach in (1, 4)),
            np.full(len(votes), votes.mean()),
            *likeness.to_heaviest(plain * sizes),
            *likeness.to_heaviest(votes * sizes),
            places.reshape(len(blocks), NUMBERS),
        ]
    )


class Likeness:
    """How alike the classes of each block are to those of others."""

    def __init__(self, classes: Sequence[str]) -> None:
        self.distinct = list(dict.fromkeys(classes))
        self.names = [frozenset(key.split()) for key in self.distinct]
        numbers = {key: number for number, key in enumerate(self.distinct)}
        self.of_blocks = np.array([numbers[key] for key in classes])

    def to_heaviest(self, mass: Array) -> list[Array]:
        """The share of the mass that has just the block's classes, and how like its own the heaviest classes are."""
        held = np.bincount(self.of_blocks, mass, len(self.distinct))
        heaviest = self.names[max(np.flatnonzero(held == held.max()).tolist(), key=self.distinct.__getitem__)]
        both = np.array([len(own & heaviest) for own in self.names])
        sizes = np.array(list(map(len, self.names)))
        alone, missing = sizes - both, len(heaviest) - both
        columns = (
            held / max(1.0, float(mass.sum())),
            both / np.maximum(1, both + alone + missing),
            np.minimum(10, alone) / 10,
            np.minimum(10, missing) / 10,
        )
        return [column[self.of_blocks] for column in columns]
