"""Where quoted words stand in a text, when the numbers beside them cannot be trusted.

Tools count differently: JavaScript and Java count UTF-16 units, so that an emoji is two; browsers turn CRLF into LF;
some formats turn a line break into a space. The words are the better witness.
"""

import bisect
import re
from collections.abc import Callable, Iterator

Span = tuple[int, int]
# Stands in a file for a character that the format cannot hold (XML: control characters).
UNWRITABLE = "\ufffd"


class Text:
    """A text in which words are looked for many times."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._recounts: tuple[list[int], ...] | None = None

    def place_of(self, words: str, start: int, end: int) -> Span | None:
        """The stretch that the words and numbers of a file mean; `None` where the text does not hold the words.

        Without words the numbers are all there is to go by.

        >>> Text("🇫🇮 Finland joined NATO. NATO grew.").place_of("NATO", 20, 24)
        (18, 22)
        """
        if not words:
            return (start, end) if 0 <= start < end <= len(self.text) else None
        if stands_at(self.text, words, start, end):
            return start, end
        for recounted in self._recounted(start):
            for found in (recounted, recounted + 1):  # a boundary may fall between CR and LF
                if self.text.startswith(words, found):
                    return found, found + len(words)
        return self._nearest(re.escape(words), start) or self._nearest(spaced_freely(words), start)

    def _recounted(self, start: int) -> Iterator[int]:
        """What the number means if the tool counted UTF-16 units, lines ended by LF alone, or both."""
        if self._recounts is None:
            self._recounts = tuple(counted(self.text, width) for width in (utf16_width, lf_width, both_widths))
        for positions in self._recounts:
            yield bisect.bisect_left(positions, start)

    def _nearest(self, pattern: str, start: int) -> Span | None:
        found = [match.span() for match in re.finditer(pattern, self.text)]
        return min(found, key=lambda span: (abs(span[0] - start), span[0]), default=None)


def stands_at(text: str, words: str, start: int, end: int) -> bool:
    """Whether the text holds the words at these offsets, a character that could not be written being any."""
    if not 0 <= start < end <= len(text):
        return False
    standing = text[start:end]
    if standing == words:
        return True
    return len(standing) == len(words) and all(
        ours == theirs or theirs == UNWRITABLE for ours, theirs in zip(standing, words, strict=True)
    )


def counted(text: str, width: Callable[[str, str], int]) -> list[int]:
    """For each code point, and for the end, the number under which another way of counting knows it."""
    positions, position, before = [], 0, ""
    for character in text:
        positions.append(position)
        position += width(character, before)
        before = character
    return [*positions, position]


def utf16_width(character: str, before: str) -> int:
    """Characters beyond the Basic Multilingual Plane are two units."""
    return 2 if ord(character) > 0xFFFF else 1


def lf_width(character: str, before: str) -> int:
    """CR and LF together are one."""
    return 0 if character == "\n" and before == "\r" else 1


def both_widths(character: str, before: str) -> int:
    """As a browser counts: UTF-16 units of a text whose lines end with LF."""
    return lf_width(character, before) and utf16_width(character, before)


def spaced_freely(words: str) -> str:
    """A pattern for the words with any white space where they have some: "the\\r\\nUN" is "the UN"."""
    return r"\s+".join(re.escape(word) for word in re.split(r"\s+", words.strip()) if word) or r"(?!)"
