"""Recurring blocks: what several articles of one source share goes, unless place or wording say it is the article."""

from collections.abc import Mapping, Sequence

from pipeline.article import Block
from pipeline.cleaning.headline import Headline
from pipeline.cleaning.position import Page
from pipeline.labels import BlockLabel

RECURS = "articles of this source have it"
LEAST_ARTICLES = 2
# The scores under which a recurring block goes: outside the paragraphs that are surely the article, and between them,
# where refrains, an interview's questions and a column's standing headings recur as well.
KEEP_OUTSIDE = 0.9
KEEP_INSIDE = 0.3
SURE = 0.9
# An article of which this share of the kept words recurs is a copy of another, or made of others: nothing of it goes.
COPIED = 0.3


def without_recurring(
    page: Page, blocks: Sequence[Block], headline: Headline, articles: Mapping[int, int]
) -> list[Block]:
    """The blocks without those that `articles` other articles of the source, by number of the block, hold as well.

    Headline, byline and dateline stay, and what a rule of position has kept.
    """
    result = list(blocks)
    recurring = [index for index, count in articles.items() if count >= LEAST_ARTICLES and blocks[index].kept]
    words = sum(line.size for line, block in zip(page.lines, blocks, strict=True) if block.kept)
    if sum(page.lines[index].size for index in recurring) >= COPIED * words:
        return result
    first, last = _surely_article(page, blocks, frozenset(recurring))
    for index in recurring:
        block = blocks[index]
        floor = KEEP_INSIDE if first < index < last else KEEP_OUTSIDE
        if index not in headline.labels and block.reason.startswith("score") and page.scores[index] < floor:
            reason = f"repeat: {articles[index]} {RECURS}"
            result[index] = block.drop(BlockLabel.OTHER_BOILERPLATE, reason, block.score)
    return result


def _surely_article(page: Page, blocks: Sequence[Block], recurring: frozenset[int]) -> tuple[int, int]:
    """The first and the last paragraph that is surely the article's own; of a page without one its first and last."""
    sure = [
        index
        for index, block in enumerate(blocks)
        if block.kept and index not in recurring and page.running(index) and page.scores[index] >= SURE
    ]
    return (sure[0], sure[-1]) if sure else (-1, len(blocks))
