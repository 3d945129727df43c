"""Lines: a file of many records, read one bounded line at a time."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.readers.decoding import WIDE_MARKS

# A text of this many bytes is 20 long novels; an article has 5,000.
LARGEST_FILE = 20_000_000
LARGEST_RECORD = LARGEST_FILE
TOO_LONG = f"longer than the {LARGEST_RECORD:,} characters of the largest record"

Line = str


def bounded_lines(stream: BinaryIO, head: bytes = b"", newline: str = "\n") -> Iterator[Line]:
    """The lines of a stream behind what was read of it already, `TOO_LONG` in place of one that is.

    Bytes that are not UTF-8 come as lone surrogates (`surrogateescape`), for `decode_line` to see to.
    """
    head = head or stream.read(4)
    encoding = next((encoding for mark, encoding in WIDE_MARKS if head.startswith(mark)), "utf-8")
    raw = io.BufferedReader(_Continued(head, stream), 1 << 16)
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    text = io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline=newline)
    while line := text.readline(LARGEST_RECORD + 1):
        if len(line) <= LARGEST_RECORD:
            yield line
            continue
        while line and not line.endswith(("\n", "\r")):
            line = text.readline(1 << 20)
        yield TOO_LONG


class _Continued(io.RawIOBase):
    """A stream with bytes put back before it."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        data = self._head[: len(buffer)] or self._stream.read(len(buffer))
        self._head = self._head[len(data) :] if self._head else b""
        buffer[: len(data)] = data
        return len(data)


def first_character(head: bytes) -> str:
    """The first visible character of the bytes, whatever their encoding."""
    encoding = next((encoding for mark, encoding in WIDE_MARKS if head.startswith(mark)), "utf-8-sig")
    return codecs.decode(head, encoding, "ignore").lstrip()[:1]
