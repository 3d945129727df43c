"""Markup: what the tags of a page say of its blocks, as numbers."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from pipeline.article import Block, Markup
from pipeline.cleaning.features import Array, Line, gram_sum
from pipeline.cleaning.places import is_running, smoothed
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
TOKEN = re.compile(r"[a-z]{2,20}")
MAX_TOKENS = 40
NOTHING = Markup("")
UNPLACED = (0.0,) * NUMBERS


def in_a_menu(markup: Markup | None) -> bool:
    """Whether the markup sets a block apart from the article."""
    return markup is not None and markup.region in MENUS


def class_grams(markup: Markup) -> set[str]:
    """The words in the class and id tokens around a block: "article-body__text" has three; its own with its tag."""
    tokens = TOKEN.findall(markup.classes)[:MAX_TOKENS]
    return {*tokens, *(f"{markup.tag} {token}" for token in tokens[:6]), f"<{markup.tag}>", f"<{markup.region}>"}


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
    sizes = np.array([min(line.size, 80.0) for line in lines])
    running = np.array([float(is_running(line)) for line in lines])
    links = np.array([markup.link_density for markup in markups])
    plain = running * (links < 0.5)
    places = np.array([markup.places or UNPLACED for markup in markups])
    return np.column_stack(
        [
            np.array([[float(markup.tag in group) for group in TAGS] for markup in markups]),
            np.array([[float(markup.region == region) for region in REGIONS] for markup in markups]),
            links,
            smoothed(links, sizes, 3),
            classes,
            smoothed(classes, sizes, 3),
            votes,
            *(smoothed(votes, sizes, reach) for reach in (1, 4)),
            np.full(len(votes), votes.mean()),
            *_likeness(markups, plain * sizes),
            *_likeness(markups, votes * sizes),
            places,
        ]
    )


def _likeness(markups: Sequence[Markup], mass: Array) -> list[Array]:
    """The share of the mass that has exactly the block's classes, and how alike the heaviest classes are to its own."""
    keys = [markup.classes for markup in markups]
    total = max(1.0, float(mass.sum()))
    held: Counter[str] = Counter()
    for key, weight in zip(keys, mass.tolist(), strict=True):
        held[key] += weight
    heaviest = frozenset(max(held, key=lambda key: (held[key], key)).split()) if held else frozenset()
    alike: dict[str, tuple[float, float, float]] = {}
    for key in held:
        own = frozenset(key.split())
        both = len(own & heaviest)
        alone, missing = len(own) - both, len(heaviest) - both
        alike[key] = (both / max(1, both + alone + missing), min(10, alone) / 10, min(10, missing) / 10)
    return [np.array([held[key] / total for key in keys]), *np.array([alike[key] for key in keys]).T]
