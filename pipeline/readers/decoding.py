"""Decoding: from the bytes of a file to its text, by byte-order mark, as UTF-8, or by a guess that is reported."""

import codecs
import re

from pipeline.readers.problems import UnreadableError

# The longer marks first: UTF-32-LE begins as UTF-16-LE does. The UTF-8 mark stays in the text, as U+FEFF.
WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How files that are no text begin.
SIGNATURES = (
    (b"%PDF-", "a PDF file; name it .pdf"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x1f\x8b", "compressed with gzip; name it .gz"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
# A few NULs are characters like others. Compressed bytes are one tenth controls, programs and images a third.
FEW_CONTROLS = 4
SHARE_IN_UTF8 = 0.10
SHARE_OUTSIDE_UTF8 = 0.03
SAMPLE = 1 << 16
# Marks of English typography that Windows-1252 has and Latin-1 texts want, beside accented letters.
TYPOGRAPHY = frozenset("‘’“”–—…•€£§©®™°·«»¿¡½¼¾\xa0´¢¥×\xad")
# French has one accented letter in 25; Cyrillic read as Windows-1252 has nothing else.
MOST_ACCENTED = 0.1
LOST_BYTE = re.compile("[\udc80-\udcff]")


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file, and a warning where it could only be read with a guess (else empty).

    Raises:
        UnreadableError: the bytes are no text.
    """
    for mark, encoding in WIDE_MARKS:
        if data.startswith(mark):
            return _with_mark(data, encoding)
    for signature, kind in SIGNATURES:
        if data.startswith(signature):
            raise UnreadableError(f"not text but {kind}; save the article as text or HTML")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(data)
    _refuse_binary(data, SHARE_IN_UTF8)
    return text, ""


def decode_line(line: str) -> tuple[str, str]:
    """The text of a line read as UTF-8 with `surrogateescape`, and a warning where it needed a guess.

    Raises:
        UnreadableError: the line is no text.
    """
    return decode(line.encode("utf-8", "surrogateescape")) if LOST_BYTE.search(line) else (line, "")


def _with_mark(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(encoding), ""
    except UnicodeDecodeError as error:
        raise UnreadableError(f"begins with the mark of {encoding.upper()} and is not: {error.reason}") from error


def _guess(data: bytes) -> tuple[str, str]:
    if encoding := _wide_without_mark(data):
        return data.decode(encoding, "replace"), f"no encoding stated; read as {encoding.upper()}, a guess"
    _refuse_binary(data, SHARE_OUTSIDE_UTF8)
    lost, kept = _utf8_counts(data)
    if kept > 4 * lost:  # a cut or damaged download: the rest of the text is plainly UTF-8
        return data.decode("utf-8", "replace"), f"{lost} stretches are not UTF-8; each is replaced by U+FFFD"
    encoding = "cp1252" if _is_western(data) else _likeliest(data)
    return data.decode(encoding, "replace"), f"not UTF-8; read as {encoding}, a guess; save the input as UTF-8"


def _wide_without_mark(data: bytes) -> str:
    sample = data[:SAMPLE]
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if half >= 4 and odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if half >= 4 and even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return ""


def _refuse_binary(data: bytes, share: float) -> None:
    sample = data[:SAMPLE]
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    if controls >= FEW_CONTROLS and controls > share * len(sample):
        raise UnreadableError("not text but binary data; save the article as text or HTML")


def _utf8_counts(data: bytes) -> tuple[int, int]:
    """How many stretches are not UTF-8, and how many characters outside ASCII are."""
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    return lost, sum(character > "\x7f" for character in text) - lost


def _is_western(data: bytes) -> bool:
    # "It’s a café": curly quotes, dashes and a few accented letters in English words are Windows-1252.
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    found = [place for place, character in enumerate(text) if character > "\x7f"]
    letters = sum(text[place].isalpha() for place in found)
    return letters <= MOST_ACCENTED * len(text) + 1 and all(_is_western_at(text, place) for place in found)


def _is_western_at(text: str, place: int) -> bool:
    # "itÕs", "cafŽ": a capital after a small letter is a sign of Mac Roman.
    character, before = text[place], text[place - 1 : place]
    if character in TYPOGRAPHY:
        return True
    return character.isalpha() and character not in "ªº" and not (character.isupper() and before.islower())


def _likeliest(data: bytes) -> str:
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:SAMPLE]).best()
    if best is None:
        raise UnreadableError("in no encoding that is known; save the input as UTF-8")
    return best.encoding
