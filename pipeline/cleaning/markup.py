"""Markup: what the tags of a page say of its blocks, added to what their words say."""

import math
from collections.abc import Sequence

from pipeline.article import Block, Markup
from pipeline.cleaning.features import Line

# Log-odds, set on the cleaning pages. Trafilatura's vote weighs most: it sees the whole tree.
EXTRACTED, NOT_EXTRACTED = 3.0, -3.5
LINKED = -3.0
REGIONS = {"main": 0.3, "article": 0.5, "header": -1.0, "nav": -3.0, "aside": -1.5, "footer": -2.5, "form": -2.0}
CAPTION_TAGS = frozenset({"figcaption", "caption"})

MENUS = frozenset({"nav", "aside", "footer", "form"})


def in_a_menu(markup: Markup | None) -> bool:
    """Whether the markup sets a block apart from the article."""
    return markup is not None and markup.region in MENUS


def with_markup(blocks: Sequence[Block], lines: Sequence[Line], scores: Sequence[float]) -> list[float]:
    """The scores, moved by the markup of blocks that have any."""
    if not any(block.markup for block in blocks):
        return list(scores)
    votes = [bool(block.markup and block.markup.extracted) for block in blocks]
    voted = any(votes)
    return [
        _moved(score, block.markup, line, vote if voted else None) if block.markup else score
        for score, block, line, vote in zip(scores, blocks, lines, votes, strict=True)
    ]


def _moved(score: float, markup: Markup, line: Line, vote: bool | None) -> float:
    chance = min(max(score, 0.002), 0.998)
    odds = math.log(chance / (1 - chance)) * (0.5 if vote is not None else 1.0)
    odds += 0.0 if vote is None else EXTRACTED if vote else NOT_EXTRACTED
    odds += REGIONS.get(markup.region, 0.0) * (0.4 if vote else 1.0)
    if markup.link_density > 0.5 and not (vote and line.size >= 8):
        odds += LINKED * markup.link_density
    return 1 / (1 + math.exp(-odds))
