"""Blocks: what was kept and removed, and under which label.

The unit is the block of the gold; the prediction may divide the page as it likes. A gold block counts as kept when at
least half of its visible characters lie in kept blocks. Title, byline and dateline belong to the page as much as to the
article and are left out of keeping and removing; their labels count.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.labels import BlockLabel
from pipeline.tables import BlockRow
from pipeline.validation.align import Both, overlap
from pipeline.validation.findings import WRONG, Finding, finding
from pipeline.validation.tally import ALL, Tally

LAYER = "blocks"
MACRO = frozenset({"kept", "overlap"})
NEUTRAL = frozenset({BlockLabel.TITLE, BlockLabel.BYLINE, BlockLabel.DATELINE})
WORD = re.compile(r"\w+")
LONG_PARAGRAPH = 10  # words: a kept block of this length is prose whose loss hurts
LONG_BOILERPLATE = 25  # words: a pitch or a biography, which reads like prose
NOTHING = "none"  # the label of what no predicted block covers


@dataclass(frozen=True, slots=True)
class Judged:
    """A block of the gold, how many of its visible characters were kept, and the label most of it was given."""

    gold: BlockRow
    visible: int
    kept_visible: int
    label: str

    @property
    def kept(self) -> bool:
        """Whether the prediction keeps it: at least half of it."""
        return self.kept_visible > 0 and 2 * self.kept_visible >= self.visible


def judged(both: Both) -> list[Judged]:
    """Every block of the gold under the blocks of the prediction."""
    starts = [row.start for row in both.predicted.blocks]
    return [_judged(both.text, row, both.predicted.blocks, starts) for row in both.gold.blocks]


def _judged(text: str, gold: BlockRow, predicted: tuple[BlockRow, ...], starts: list[int]) -> Judged:
    kept = 0
    labels: Counter[str] = Counter()
    for row in predicted[max(0, bisect_right(starts, gold.start) - 1) :]:
        if row.start >= gold.end:
            break
        visible = _visible(text[max(row.start, gold.start) : min(row.end, gold.end)])
        labels[str(row.label)] += visible
        kept += visible * row.kept
    label = max(labels, key=lambda name: (labels[name], name)) if labels else NOTHING
    return Judged(gold, _visible(gold.text), kept, label)


def _visible(text: str) -> int:
    return sum(not character.isspace() for character in text)


def tally(both: Both) -> Tally:
    """Keeping and removing by block and by character; labels by block."""
    counts = Tally(LAYER)
    blocks = judged(both)
    for block in blocks:
        _count_label(counts, block)
    _count_exact(counts, both)
    scored = [block for block in blocks if block.gold.label not in NEUTRAL and block.visible]
    for block in scored:
        for name, gold, found in (
            ("keep", block.gold.kept, block.kept),
            ("remove", not block.gold.kept, not block.kept),
        ):
            counts.f1("kept", name, gold and found, found, gold)
        length = len(WORD.findall(block.gold.text))
        if block.gold.kept and length >= LONG_PARAGRAPH:
            counts.share("long paragraphs lost", ALL, not block.kept, 1)
        if not block.gold.kept and length >= LONG_BOILERPLATE:
            counts.share("long boilerplate kept", ALL, block.kept, 1)
    _count_characters(counts, scored)
    return counts


def _count_label(counts: Tally, block: Judged) -> None:
    """The label of most of the block, beside that of the gold."""
    gold = str(block.gold.label)
    counts.f1("overlap", ALL, gold == block.label, block.label != NOTHING, 1)
    counts.f1("overlap", gold, gold == block.label, gold == block.label, 1)
    if block.label not in (gold, NOTHING):
        counts.f1("overlap", block.label, 0, 1, 0)


def _count_exact(counts: Tally, both: Both) -> None:
    """Blocks with the same first and last character and the same label."""
    gold = {(row.start, row.end, str(row.label)) for row in both.gold.blocks}
    found = {(row.start, row.end, str(row.label)) for row in both.predicted.blocks}
    counts.f1("exact", ALL, len(gold & found), len(found), len(gold))
    for label in sorted({row[2] for row in gold | found}):
        mine, theirs = ({row for row in side if row[2] == label} for side in (gold, found))
        counts.f1("exact", label, len(mine & theirs), len(theirs), len(mine))


def _count_characters(counts: Tally, scored: list[Judged]) -> None:
    """Visible characters kept; each article counts once, however long."""
    gold = sum(block.visible for block in scored if block.gold.kept)
    found = sum(block.kept_visible for block in scored)
    right = sum(block.kept_visible for block in scored if block.gold.kept)
    # An article without text to keep, of which nothing was kept, is right.
    precision = right / found if found else float(not gold)
    recall = right / gold if gold else 1.0
    total = precision + recall
    counts.share("characters precision", ALL, precision, 1)
    counts.share("characters recall", ALL, recall, 1)
    counts.share("characters f1", ALL, 2 * precision * recall / total if total else 0.0, 1)
    counts.share("kept characters that are boilerplate", ALL, found - right, found)


def findings(both: Both) -> Iterator[Finding]:
    """The blocks that were kept or removed against the gold, and those under another label."""
    for block in judged(both):
        scored = block.gold.label not in NEUTRAL and block.visible
        span = (block.gold.start, block.gold.end)
        if scored and block.kept != block.gold.kept:
            detail = "kept, gold removes it" if block.kept else "removed, gold keeps it"
        elif block.label != block.gold.label:
            detail = f"label: gold {block.gold.label}, found {block.label}"
        else:
            continue
        yield finding(LAYER, block.gold.label, WRONG, both.article_id, both.text, span, detail)


def label_of(rows: tuple[BlockRow, ...], start: int, end: int) -> str:
    """The label that most of a stretch has."""
    shares: Counter[str] = Counter()
    for row in rows:
        if (shared := overlap((row.start, row.end), (start, end))) > 0:
            shares[str(row.label)] += shared
    return max(shares, key=lambda name: (shares[name], name)) if shares else NOTHING
