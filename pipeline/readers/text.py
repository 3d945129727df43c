r"""Text: plain text divides into blocks, one for each line, or for each paragraph where lines are wrapped by hand.

Lines end at \n, \r\n, \r, vertical tab, form feed, U+2028 and U+2029. The separators \x1c-\x1e and U+0085, at which
`str.splitlines` breaks as well, are characters of the line: where they occur, they are a damaged dash or ellipsis.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.article import Block

Span = tuple[int, int]

LINE_BREAK = re.compile("\r\n|[\n\r\v\f\u2028\u2029]")
# White space as str.strip() sees it, and the byte-order mark.
INVISIBLE = "\ufeff" + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
BULLETS = frozenset("-–—*•·‣▪►>+#|")
# Typewriters, wire services, e-mail and Project Gutenberg wrap between 55 and 90 characters.
SHORTEST_WRAPPED = 45
LONGEST_WRAPPED = 100
# A line is full when the next word would not have fitted; some programs leave a few places free.
SLACK = 6
# In wrapped English prose nine lines in ten are full and two in three go on in lower case; in a list of headlines
# one line in five is full and almost none begins in lower case.
LEAST_PAIRS = 3
LEAST_FULL = 0.6
LEAST_GOING_ON = 0.35
MOST_LONGER = 0.1


def divide(text: str) -> tuple[Block, ...]:
    """The blocks of a plain text, in order: every visible character is inside one."""
    lines = list(visible_lines(text))
    width = wrapping_width(text, lines)
    return tuple(Block(start, end) for start, end in (paragraphs(text, lines, width) if width else lines))


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without the white space and byte-order marks at its edges; empty at `end` where there is no more."""
    left = len(text[start:end].lstrip(INVISIBLE))
    begin = end - left
    return begin, begin + len(text[begin:end].rstrip(INVISIBLE))


def visible_lines(text: str) -> Iterator[Span]:
    """Where each line begins and ends that has something to see."""
    position = 0
    for found in LINE_BREAK.finditer(text):
        start, end = trimmed(text, position, found.start())
        if start < end:
            yield start, end
        position = found.end()
    start, end = trimmed(text, position, len(text))
    if start < end:
        yield start, end


def wrapping_width(text: str, lines: Sequence[Span]) -> int:
    """The column at which the lines of a document are wrapped by hand; 0 when they are not."""
    pairs = [(one, two) for one, two in pairwise(lines) if _adjacent(text, one, two)]
    if len(pairs) < LEAST_PAIRS or sum(end - start > LONGEST_WRAPPED for start, end in lines) > MOST_LONGER * len(
        lines
    ):
        return 0
    lengths = sorted(end - start for (start, end), _ in pairs if end - start <= LONGEST_WRAPPED)
    width = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    if width < SHORTEST_WRAPPED:
        return 0
    full = sum(_is_full(text, one, two, width) for one, two in pairs)
    going_on = sum(text[two[0]].islower() for _, two in pairs)
    return width if full >= LEAST_FULL * len(pairs) and going_on >= LEAST_GOING_ON * len(pairs) else 0


def paragraphs(text: str, lines: Sequence[Span], width: int) -> Iterator[Span]:
    """The lines of a text wrapped at `width`, those of one paragraph joined."""
    start, end = lines[0]
    for one, two in pairwise(lines):
        if not _goes_on(text, one, two, width):
            yield start, end
            start = two[0]
        end = two[1]
    yield start, end


def _goes_on(text: str, one: Span, two: Span, width: int) -> bool:
    if not _adjacent(text, one, two) or text[two[0]] in BULLETS:
        return False
    if _indent(text, two) > _indent(text, one):
        return False  # the first line of the next paragraph, without a blank line before it
    return _is_full(text, one, two, width) or (text[two[0]].islower() and 2 * (one[1] - one[0]) > width)


def _adjacent(text: str, one: Span, two: Span) -> bool:
    """Whether no blank line stands between the lines."""
    between = text[one[1] : two[0]]
    return len(between) < 200 and len(LINE_BREAK.findall(between)) == 1


def _is_full(text: str, one: Span, two: Span, width: int) -> bool:
    length = one[1] - one[0]
    word = text[two[0] : min(two[1], two[0] + 40)].split(maxsplit=1)[0]
    return SHORTEST_WRAPPED - SLACK <= length <= LONGEST_WRAPPED and length + 1 + len(word) > width - SLACK


def _indent(text: str, line: Span) -> int:
    before = text[max(0, line[0] - 20) : line[0]]
    return len(before) - len(before.rstrip(" \t\u00a0"))
