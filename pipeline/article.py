"""An article: a text that never changes, and the blocks it divides into."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from pipeline.labels import BlockLabel, PublishedBasis


@dataclass(frozen=True, slots=True)
class Markup:
    """What an HTML reader saw around a block."""

    tag: str  # what sets the block apart: p, h2, li, figcaption; also that of a paragraph inside a blockquote or list
    classes: str = ""  # class and id tokens of the element and its ancestors, lower case, joined by spaces
    link_density: float = 0.0  # share of the visible characters that stand inside links
    region: str = ""  # the nearest ancestor of: main article header nav aside footer form figure
    extracted: bool = False  # whether the names of the containers around the block make it article text
    places: tuple[float, ...] = ()  # what the containers around the block hold: readers.main_content


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text, what it is, and whether the article keeps it.

    `start` and `end` count code points of the article's text, half-open, and exclude surrounding white space.
    """

    start: int
    end: int
    label: BlockLabel = BlockLabel.PARAGRAPH
    kept: bool = True
    reason: str = ""
    score: float | None = None  # 0 to 1: how sure the decision is, where a score made it
    markup: Markup | None = None

    def keep(self, label: BlockLabel, reason: str, score: float | None = None) -> Self:
        """The same block, kept as `label` for `reason`."""
        return type(self)(self.start, self.end, label, True, reason, score, self.markup)

    def drop(self, label: BlockLabel, reason: str, score: float | None = None) -> Self:
        """The same block, removed as `label` for `reason`."""
        return type(self)(self.start, self.end, label, False, reason, score, self.markup)


@dataclass(frozen=True, slots=True)
class Article:
    """One source document.

    `text` is the input as it came (or the plain-text rendering of a page); every offset counts its code points.
    `published` is the anchor of every relative date: a date, or a datetime where the source gives the time of day.
    """

    id: str
    text: str
    blocks: tuple[Block, ...]
    source_file: str
    url: str = ""
    title: str = ""
    byline: str = ""
    published: datetime.date | None = None
    published_basis: PublishedBasis | None = None
    published_searched: bool = False  # found by a search of the page, not stated: a date line in the text is better
    language: str = ""  # ISO 639-1; empty when there is too little text to tell
    source: str = ""  # the outlet, where the input names it

    @property
    def published_day(self) -> datetime.date | None:
        """The calendar day of publication, in the zone in which the source gives it."""
        return self.published.date() if isinstance(self.published, datetime.datetime) else self.published

    @property
    def published_iso(self) -> str:
        """ISO 8601: `2011-09-29`, or to the minute with the offset the source gives; empty when unknown."""
        if isinstance(self.published, datetime.datetime):
            return self.published.isoformat(timespec="minutes")
        return self.published.isoformat() if self.published else ""

    @property
    def kept_blocks(self) -> tuple[Block, ...]:
        """The blocks that belong to the article, in order."""
        return tuple(block for block in self.blocks if block.kept)

    @property
    def kept_text(self) -> str:
        """The words of the kept blocks, a blank line between two blocks."""
        return "\n\n".join(map(self.text_of, self.kept_blocks))

    def text_of(self, block: Block) -> str:
        """The words of a block."""
        return self.text[block.start : block.end]

    def masked_text(self) -> str:
        """The text with all but the kept blocks overwritten by spaces and line breaks: of unchanged length.

        A line break inside a block of plain text, where a paragraph is wrapped by hand, becomes a space.
        """
        return "".join(self._masked_pieces())

    def _masked_pieces(self) -> Iterator[str]:
        position = 0
        for block in self.kept_blocks:
            yield blank(self.text[position : block.start])
            yield self.text_of(block) if block.markup else unwrapped(self.text_of(block))
            position = block.end
        yield blank(self.text[position:])


def blank(text: str) -> str:
    """White space of the same length: line breaks stay, all else becomes a space."""
    return "".join("\n" if character == "\n" else " " for character in text)


def unwrapped(text: str) -> str:
    """The same text on one line: of unchanged length."""
    return text.replace("\r", " ").replace("\n", " ")
