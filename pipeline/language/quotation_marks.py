"""Quotation marks: which of them belong together, and what stands between them.

Each paragraph is read on its own, so that an odd mark costs one quotation and never the article. Curly marks pair by
direction, straight ones by turns, with an eye on the spaces around them. A mark still open at the end of its paragraph
runs to that end; a next paragraph that opens with a mark goes on with it. Apostrophes, inches, feet, decades and plural
possessives are not marks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OPENING = "\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"
CLOSING = "\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
STRAIGHT = "\N{QUOTATION MARK}\N{FULLWIDTH QUOTATION MARK}\N{DOUBLE PRIME}"
SINGLE_OPENING = "\N{LEFT SINGLE QUOTATION MARK}\N{SINGLE LOW-9 QUOTATION MARK}"
SINGLE_CLOSING = "\N{RIGHT SINGLE QUOTATION MARK}"
SINGLE_STRAIGHT = "\N{APOSTROPHE}"
SINGLE = SINGLE_OPENING + SINGLE_CLOSING + SINGLE_STRAIGHT
MARKS = OPENING + CLOSING + STRAIGHT + SINGLE
MARK = re.compile(f"''|``|[{re.escape(MARKS)}]")
BEFORE_OPENING = "([{-\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}/=>*_:;,"
AFTER_CLOSING = ")]}-\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}/.,;:!?<*_"
# Words that begin with an apostrophe: "'em", "'twas".
CLIPPED_WORDS = frozenset({"em", "til", "till", "cause", "tis", "twas", "n", "round", "bout", "cos", "cuz"})
# A single mark pairs with another at most so far away; a nested quotation is seldom longer than two sentences.
LONGEST_SINGLE = 600


@dataclass(frozen=True, slots=True)
class Stretch:
    """What stands between two marks, the marks included; offsets count code points."""

    start: int
    end: int
    closed: bool = True  # false: no mark closes it before the end of its paragraph
    continues: bool = False  # its paragraph goes on with the stretch left open in the paragraph before


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of a paragraph and what its neighbours allow it to do."""

    start: int
    end: int
    opens: bool
    closes: bool
    single: bool


def quoted_stretches(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[Stretch]:
    """The outermost stretches between quotation marks, in text order; nested ones are part of what holds them."""
    found: list[Stretch] = []
    left_open = False
    for number, (start, end) in enumerate(paragraphs):
        stretches = list(_stretches(text, start, end, before=paragraphs[number + 1 : number + 3]))
        if not stretches:
            left_open = left_open and not text[start:end].strip()  # an empty paragraph ends nothing
            continue
        first = stretches[0]
        if left_open and not text[start : first.start].strip():
            stretches[0] = Stretch(first.start, first.end, first.closed, continues=True)
        found.extend(stretches)
        left_open = not stretches[-1].closed
    return found


def _stretches(text: str, start: int, end: int, before: Sequence[tuple[int, int]] = ()) -> Iterator[Stretch]:
    """The outermost stretches of one paragraph; `before`: the paragraphs that it stands before."""
    marks = list(_marks(text, start, end))
    single = [mark for mark in marks if mark.single]
    singles = list(_single_pairs(text, single))
    if single and single[-1].opens and single[-1].start >= max((pair.end for pair in singles), default=start):
        following = next((text[first] for first, last in before if text[first:last].strip()), "")
        if following and following in SINGLE:  # left open, as the next paragraph opens again
            singles.append(Stretch(single[-1].start, end, closed=False))
    doubles = list(_double_pairs(text, [mark for mark in marks if not mark.single], end))
    reached = start
    for stretch in sorted(singles + doubles, key=lambda stretch: (stretch.start, -stretch.end)):
        if stretch.start >= reached:
            yield stretch
            reached = stretch.end


def _double_pairs(text: str, marks: list[Mark], end: int) -> Iterator[Stretch]:
    surplus = _surplus(marks)
    opened: Mark | None = None
    depth = 0
    for mark, closers_ahead in zip(marks, surplus, strict=True):
        if opened is None:
            opened, depth = (mark, 1) if mark.opens else (None, 0)
        elif mark.closes:
            depth -= 1
            if not depth:
                yield Stretch(opened.start, mark.end)
                opened = None
        elif closers_ahead > depth:
            depth += 1  # “You said “no” to me,” she recalled
        else:
            opened, depth = mark, 1  # "Nobody closed the first mark: it is the odd one
    if opened is not None and text[opened.end : end].strip():
        yield Stretch(opened.start, end, closed=False)


def _surplus(marks: list[Mark]) -> list[int]:
    """For each mark, by how many the marks that only close exceed those that only open, in what follows it."""
    surplus, found = 0, []
    for mark in reversed(marks):
        found.append(surplus)
        surplus += (mark.closes and not mark.opens) - (mark.opens and not mark.closes)
    return found[::-1]


def _single_pairs(text: str, marks: list[Mark]) -> Iterator[Stretch]:
    opened: Mark | None = None
    waiting: Mark | None = None  # "the voters' choice": an s with an apostrophe, unless no other mark follows
    for mark in marks:
        if opened is not None and mark.end - opened.start > LONGEST_SINGLE:
            if waiting is not None:
                yield Stretch(opened.start, waiting.end)
            opened = waiting = None
        if mark.opens:
            if opened is not None and waiting is not None:
                yield Stretch(opened.start, waiting.end)
            opened, waiting = mark, None
        elif opened is not None and _is_possessive(text, mark):
            waiting = mark
        elif opened is not None and mark.closes:
            yield Stretch(opened.start, mark.end)
            opened = waiting = None
    if opened is not None and waiting is not None:
        yield Stretch(opened.start, waiting.end)


def _is_possessive(text: str, mark: Mark) -> bool:
    after = text[mark.end : mark.end + 2]
    return (
        text[mark.start - 1 : mark.start] in ("s", "z") and len(after) == 2 and after[0] == " " and after[1].isalpha()
    )


def _marks(text: str, start: int, end: int) -> Iterator[Mark]:
    """The marks between the offsets, apostrophes and measures left out."""
    for match in MARK.finditer(text, start, end):
        position = match.start()
        character = text[position]
        if match.end() - position == 2:
            yield _directed(text, position, 2, start, end)
        elif character in SINGLE:
            mark = _single(text, position, start, end)
            if mark is not None:
                yield mark
        elif character in OPENING or character in CLOSING:
            yield _curly(text, position, start, end)
        elif character in STRAIGHT and not _is_measure(text, position, start):
            yield _directed(text, position, 1, start, end)


def _curly(text: str, position: int, start: int, end: int) -> Mark:
    opens = text[position] in OPENING
    before, after = _neighbours(text, position, 1, start, end)
    if not opens and _is_free_before(before) and after.isalnum():
        return Mark(position, position + 1, opens=True, closes=False, single=False)  # ”Typed the wrong way,” he said
    if opens and before and before in "?!.," and not after.strip():
        return Mark(position, position + 1, opens=False, closes=True, single=False)  # “Typed the wrong way,“ he said
    return Mark(position, position + 1, opens=opens, closes=not opens, single=False)


def _directed(text: str, position: int, width: int, start: int, end: int) -> Mark:
    """A mark without direction: the spaces around it say whether it can open or close, or both."""
    before, after = _neighbours(text, position, width, start, end)
    opens = _is_free_before(before) and bool(after.strip())
    closes = bool(before.strip()) and (not after.strip() or after in AFTER_CLOSING or after in MARKS)
    if before in "([{" and before:
        closes = False
    if opens == closes:
        opens = closes = True
    if text[position] == "`":
        opens, closes = True, False
    return Mark(position, position + width, opens=opens, closes=closes, single=False)


def _single(text: str, position: int, start: int, end: int) -> Mark | None:
    """A single mark that can open or close; None for an apostrophe, a decade, or feet."""
    character = text[position]
    before, after = _neighbours(text, position, 1, start, end)
    if before.isalnum() and after.isalnum():
        return None  # "don't"
    if after.isalnum() and _is_free_before(before) and character not in SINGLE_CLOSING:
        if character in SINGLE_STRAIGHT and (after.isdigit() or _first_word(text, position + 1, end) in CLIPPED_WORDS):
            return None  # "the '90s", "get 'em"
        return Mark(position, position + 1, opens=True, closes=False, single=True)
    if character in SINGLE_OPENING:
        return None
    if before.strip() and not before.isdigit() and (not after.strip() or after in AFTER_CLOSING or after in MARKS):
        return Mark(position, position + 1, opens=False, closes=True, single=True)
    return None


def _is_measure(text: str, position: int, start: int) -> bool:
    """Inches: 6'2", or 12" after a space and a number."""
    first = position
    while first > start and position - first < 8 and (text[first - 1].isdigit() or text[first - 1] in "./"):
        first -= 1
    if first == position or not text[position - 1].isdigit():
        return False
    return first > start and text[first - 1] in SINGLE + "\N{PRIME}" and text[first - 2 : first - 1].isdigit()


def _first_word(text: str, position: int, end: int) -> str:
    last = position
    while last < end and last - position < 8 and text[last].isalpha():
        last += 1
    return text[position:last].lower()


def _neighbours(text: str, position: int, width: int, start: int, end: int) -> tuple[str, str]:
    """The characters before and after a mark within its paragraph; empty at its edges."""
    before = text[position - 1] if position > start else ""
    after = text[position + width] if position + width < end else ""
    return before, after


def _is_free_before(before: str) -> bool:
    return not before.strip() or before in BEFORE_OPENING or before in MARKS
