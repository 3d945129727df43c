"""Cleaning: which blocks of a page stand in the gold text of its article."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

Words = tuple[str, ...]

WORD = re.compile(r"\w+")
GRAM = 4
# A block of this many words or more is found by its 4-grams; a shorter one must be a line of the gold text.
LONG = 8
COVERAGE = 0.6


def found_in(blocks: Sequence[Words], lines: Sequence[Words]) -> list[bool]:
    """For each block, whether its words are among the lines of the gold text, short ones between their neighbours."""
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
    found, before = [], -1
    for words, anchor, limit in zip(blocks, anchors, after, strict=True):
        if anchor is not None:
            before = anchor
            found.append(True)
            continue
        candidates = places.get(words, []) if words and len(words) < LONG else []
        at = bisect_left(candidates, before)
        found.append(at < len(candidates) and (candidates[at] <= limit or limit < before))
    return found


def _grams(words: Words) -> list[Words]:
    return [words[at : at + GRAM] for at in range(len(words) - GRAM + 1)]


def words_of(text: str) -> Words:
    """The words by which a block is found among lines of the gold text."""
    return tuple(WORD.findall(text.casefold()))
