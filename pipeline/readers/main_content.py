"""Main content: which blocks of a page trafilatura takes for the article, as one vote among those cleaning weighs."""

import dataclasses
import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from lxml.html import HtmlElement

from pipeline.article import Block

Words = tuple[str, ...]

WORD = re.compile(r"\w+")
GRAM = 4
# A block of this many words or more is found by its 4-grams; a shorter one must be a line of the extracted text.
LONG = 8
COVERAGE = 0.6
# Trafilatura copies the tree several times; a page with more elements than this is a listing or an archive.
MAX_ELEMENTS = 60_000
# For a page it finds little in, trafilatura falls back on jusText, whose time grows with the square of the paragraphs.
MAX_FALLBACK = 5_000


def with_votes(text: str, blocks: Sequence[Block], tree: HtmlElement) -> tuple[Block, ...]:
    """The blocks, each with trafilatura's vote in its markup."""
    lines = [words for line in _extracted_lines(tree) if (words := words_of(line))]
    if not lines:
        return tuple(blocks)
    votes = votes_of([words_of(text[block.start : block.end]) for block in blocks], lines)
    return tuple(_with_vote(block, vote) for block, vote in zip(blocks, votes, strict=True))


def _with_vote(block: Block, vote: bool) -> Block:
    if not vote or block.markup is None:
        return block
    return dataclasses.replace(block, markup=dataclasses.replace(block.markup, extracted=True))


def _extracted_lines(tree: HtmlElement) -> list[str]:
    elements = sum(1 for _ in tree.iter())
    if elements > MAX_ELEMENTS:
        return []
    import trafilatura

    try:
        fast = elements > MAX_FALLBACK
        extracted = trafilatura.extract(tree, include_comments=False, with_metadata=False, fast=fast) or ""
    except Exception:  # whatever a page does to trafilatura costs its vote, not the page
        return []
    # A table row is "| Lisbon | 20 November |": each cell is a block of ours.
    return [cell for line in extracted.splitlines() for cell in ([line, *line.split("|")] if "|" in line else [line])]


def votes_of(blocks: Sequence[Words], lines: Sequence[Words]) -> list[bool]:
    """For each block, whether its words stand among the extracted lines, short blocks between their neighbours."""
    places: dict[Words, list[int]] = {}
    grams: dict[Words, int] = {}
    for index, line in enumerate(lines):
        places.setdefault(line, []).append(index)
        for gram in _grams(line):
            grams.setdefault(gram, index)
    for index, (line, following) in enumerate(pairwise(lines)):
        if len(line) + len(following) < LONG:  # a heading of ours over two lines
            places.setdefault(line + following, []).append(index)
    anchors = [_anchor(words, grams) if len(words) >= LONG else None for words in blocks]
    return _with_short(blocks, anchors, places, len(lines))


def _anchor(words: Words, grams: dict[Words, int]) -> int | None:
    """The line where a long block is found, if enough of it is."""
    own = _grams(words)
    found = [grams[gram] for gram in own if gram in grams]
    return found[0] if len(found) >= COVERAGE * len(own) else None


def _with_short(
    blocks: Sequence[Words], anchors: Sequence[int | None], places: dict[Words, list[int]], count: int
) -> list[bool]:
    after = [count] * len(blocks)
    for index in range(len(blocks) - 2, -1, -1):
        anchor = anchors[index + 1]
        after[index] = after[index + 1] if anchor is None else anchor
    votes, before = [], -1
    for words, anchor, limit in zip(blocks, anchors, after, strict=True):
        if anchor is not None:
            before = anchor
            votes.append(True)
            continue
        candidates = places.get(words, []) if words and len(words) < LONG else []
        at = bisect_left(candidates, before)
        votes.append(at < len(candidates) and (candidates[at] <= limit or limit < before))
    return votes


def _grams(words: Words) -> list[Words]:
    return [words[at : at + GRAM] for at in range(len(words) - GRAM + 1)]


def words_of(text: str) -> Words:
    """The words by which a block is found among extracted lines."""
    return tuple(WORD.findall(text.casefold()))
