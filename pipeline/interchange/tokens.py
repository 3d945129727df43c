"""Tokens for tools that count in them, cut so that every mark begins and ends with a token."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# "U.S.", "don't", "8,000", "mid-August": one token where no mark says otherwise; a space after a word belongs to it.
WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\w+(?:[.,'’-]\w+)*|\s|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Token:
    """A token, and whether one space follows it."""

    start: int
    end: int
    space: bool


def tokens_of(text: str, spans: Iterable[tuple[int, int]]) -> list[Token]:
    """The tokens of the text: joined, each with its space, they are the text again."""
    starts, ends = set[int](), set[int]()
    for start, end in spans:
        starts.add(start)
        ends.add(end)
    tokens: list[Token] = []
    for start, end in _cut(text, starts | ends):
        # A space is the tail of the word before it, unless a mark begins or ends with it.
        if text[start:end] == " " and tokens and not tokens[-1].space and start not in starts and end not in ends:
            tokens[-1] = Token(tokens[-1].start, tokens[-1].end, space=True)
        else:
            tokens.append(Token(start, end, space=False))
    return tokens


def _cut(text: str, boundaries: set[int]) -> Iterator[tuple[int, int]]:
    for match in WORD.finditer(text):
        start = match.start()
        for position in range(start + 1, match.end()):
            if position in boundaries:
                yield start, position
                start = position
        yield start, match.end()
