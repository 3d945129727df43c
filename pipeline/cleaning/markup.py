"""Markup: what the tags of a page say of its blocks, as numbers."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

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
NO_TAG, NO_REGION = (0.0,) * len(TAGS), (0.0,) * len(REGIONS)
TAG_ROWS = {tag: tuple(float(tag in group) for group in TAGS) for tag in frozenset().union(*TAGS)}
REGION_ROWS = {region: tuple(float(region == one) for one in REGIONS) for region in REGIONS}
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
    sizes = sizes_of(lines)
    running = np.array([float(is_running(line)) for line in lines])
    links = np.array([markup.link_density for markup in markups])
    plain = running * (links < 0.5)
    places = np.array([markup.places or UNPLACED for markup in markups])
    keys = [markup.classes for markup in markups]
    tokens = {key: frozenset(key.split()) for key in keys}
    return np.column_stack(
        [
            np.array([TAG_ROWS.get(markup.tag, NO_TAG) for markup in markups]),
            np.array([REGION_ROWS.get(markup.region, NO_REGION) for markup in markups]),
            links,
            smoothed(links, sizes, 3),
            classes,
            smoothed(classes, sizes, 3),
            votes,
            *(smoothed(votes, sizes, reach) for reach in (1, 4)),
            np.full(len(votes), votes.mean()),
            *_likeness(keys, tokens, plain * sizes),
            *_likeness(keys, tokens, votes * sizes),
            places,
        ]
    )


def _likeness(keys: Sequence[str], tokens: dict[str, frozenset[str]], mass: Array) -> list[Array]:
    """The share of the mass that has exactly the block's classes, and how alike the heaviest classes are to its own."""
    total = max(1.0, float(mass.sum()))
    held: Counter[str] = Counter()
    for key, weight in zip(keys, mass.tolist(), strict=True):
        held[key] += weight
    heaviest = tokens[max(held, key=lambda key: (held[key], key))] if held else frozenset()
    alike: dict[str, tuple[float, float, float]] = {}
    for key, own in tokens.items():
        both = len(own & heaviest)
        alone, missing = len(own) - both, len(heaviest) - both
        alike[key] = (both / max(1, both + alone + missing), min(10, alone) / 10, min(10, missing) / 10)
    return [np.array([held[key] / total for key in keys]), *np.array([alike[key] for key in keys]).T]
