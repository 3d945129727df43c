"""The text of an article as HTML: cut at every boundary of a span, each piece with its offset in code points.

Spans may overlap, so marks are not nested: a piece names all items that cover it. Every character of the article stands
in exactly one piece, escaped; nothing of the article is ever markup.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from pipeline.review.items import Item, parts_of
from pipeline.review.state import State

LAYER_CLASS = {"entities": "entity", "dates": "date", "quotations": "quotation", "events": "event"}
# A parser of HTML turns a bare carriage return into a line feed and drops a NUL: both would shift offsets or words.
KEPT_BY_PARSERS = {"\r": "&#13;", "\0": "\ufffd"}
TABLE = str.maketrans(KEPT_BY_PARSERS)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch under a role of an item; the role of the item itself is empty."""

    start: int
    end: int
    item: Item
    role: str

    @property
    def token(self) -> str:
        """How a piece names the part."""
        return f"{self.item.id}/{self.role}" if self.role else self.item.id


def escaped(text: str) -> str:
    """Text that stays text, every character in its place, inside elements and attributes."""
    return escape(text).translate(TABLE)


def text_html(text: str, state: State) -> str:
    """The whole article: blocks, and what stands between them."""
    blocks = sorted((item for item in state.items.values() if item.layer == "blocks"), key=lambda item: item.start)
    return "".join(_article(text, blocks, _parts(state.items.values())))


def block_html(text: str, state: State, block: Item) -> str:
    """One block, drawn again."""
    near = (item for item in state.items.values() if item.layer != "blocks")
    parts = [part for part in _parts(near) if part.start < block.end and block.start < part.end]
    return "".join(_block(text, block, parts))


def _parts(items: Iterable[Item]) -> list[Part]:
    """Every part in the order of the text, the longer first where two begin together."""
    parts = [
        Part(start, end, item, role)
        for item in items
        if item.layer != "blocks"
        for role, start, end in parts_of(item)
    ]  # fmt: skip
    parts.sort(key=lambda part: (part.start, -part.end, part.role != "", part.item.id))
    return parts


def _article(text: str, blocks: Sequence[Item], parts: Sequence[Part]) -> Iterator[str]:
    position = place = 0
    reaching: list[Part] = []  # parts that begin before the block
    for block in blocks:
        yield from _gap(text, position, block.start)
        while place < len(parts) and parts[place].start < block.end:
            reaching.append(parts[place])
            place += 1
        reaching = [part for part in reaching if part.end > block.start]
        yield from _block(text, block, reaching)
        position = block.end
    yield from _gap(text, position, len(text))


def _gap(text: str, start: int, end: int) -> Iterator[str]:
    if start < end:
        yield f'<span class="gap" data-p="{start}">{escaped(text[start:end])}</span>'


def _block(text: str, block: Item, parts: Sequence[Part]) -> Iterator[str]:
    kept = "true" if block.attributes["kept"] else "false"
    yield (
        f'<section class="block" id="block-{block.start}-{block.end}" data-item="{escape(block.id)}"'
        f' data-label="{escape(block.label)}" data-kept="{kept}" data-status="{block.status}">'
        f'<header class="block-head"><button type="button" class="block-label" tabindex="-1">{escape(block.label)}'
        f'</button> <span class="block-reason">{escaped(block.reason)}</span></header><div class="words" dir="auto">'
    )
    yield from _pieces(text, block.start, block.end, parts)
    yield "</div></section>"


def _pieces(text: str, start: int, end: int, parts: Sequence[Part]) -> Iterator[str]:
    """The stretch, cut wherever a part begins or ends."""
    opening: dict[int, list[Part]] = defaultdict(list)
    closing: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        opening[max(part.start, start)].append(part)
        closing[min(part.end, end)].append(part)
    active: list[Part] = []
    cuts = sorted({start, end, *opening, *closing})
    for first, last in itertools.pairwise(cuts):
        if ended := closing.get(first):
            active = [part for part in active if part not in ended] if len(active) > len(ended) else []
        if begun := opening.get(first):
            active = sorted([*active, *begun], key=_outermost) if active or len(begun) > 1 else begun
        yield f'<span data-p="{first}"{_names(active, first) if active else ""}>{escaped(text[first:last])}</span>'


def _outermost(part: Part) -> tuple[int, int, bool, str]:
    return part.start, -part.end, part.role != "", part.item.id


def _names(active: Sequence[Part], first: int) -> str:
    """The attributes of a piece: which items cover it, and what the innermost of them is."""
    whole = [part for part in active if not part.role]
    classes = ["mark"]
    for part in active:
        name = part.role or LAYER_CLASS[part.item.layer]
        if name not in classes:
            classes.append(name)
    if whole:
        inner = min(whole, key=lambda part: part.end - part.start) if len(whole) > 1 else whole[0]
        classes += [inner.item.label, inner.item.status]
    begins = any(part.start == first for part in whole)
    if begins:
        classes.append("first")
    if len(whole) > 1:
        classes.append(f"n{len(whole)}")
    tokens = escape(" ".join(part.token for part in active))
    button = ' role="button" tabindex="-1"' if begins else ""
    return f' data-i="{tokens}" class="{" ".join(classes)}"{button}'
