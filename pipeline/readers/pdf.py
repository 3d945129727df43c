"""PDF: the text of the pages of one article, its lines joined to paragraphs by the distance between them.

The package pypdf reads the format; it comes with the extra `pdf`. A ligature (U+FB00 to U+FB06) is written as the
letters it joins. Nothing else of the text is changed, and no page is left out silently.
"""

import importlib.metadata
import importlib.util
import io
import logging
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pipeline.readers.lines import LARGEST_FILE
from pipeline.readers.problems import UnreadableError

MISSING = "needs the package pypdf: pip install 'article-events[pdf]'"
# A newspaper page has 20,000 drawing operations; a file or a page with more than these is a book, a map or an attack.
OPERATIONS = 5_000_000
OPERATIONS_OF_PAGE = 2_000_000
PAGES = 2_000
SECONDS = 60
LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": LARGEST_FILE,
    "lzw_maximum_output_length": LARGEST_FILE,
    "run_length_maximum_output_length": LARGEST_FILE,
    "stream_decoding_work_maximum_length": 3 * LARGEST_FILE,
    "stream_parsing_work_maximum_count": OPERATIONS_OF_PAGE,
    "xform_maximum_invocations_per_extraction": 500,
}
LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
# Two lines of a paragraph stand one step apart; between paragraphs there is at least half a line more, or an indent.
WIDER_STEP = 1.3
OTHER_SIZE = 0.12
# In a paragraph all lines but the last are about as long as the longest; in a menu they are not.
LEAST_FULL = 0.6
FULL = 0.8
SPLIT_WORD = re.compile(r"([^\W\d_]{2,40})-$")
WORD_GOING_ON = re.compile(r"[^\W\d_]{2,40}")
LONG_WORD = re.compile(r"[^\W\d_]{4,80}")
FIGURES = re.compile(r"\d+")
PAGE_NUMBER = re.compile(r"[-–—|(\[ ]{0,3}0(?: ?/ ?0)?[-–—|)\] ]{0,3}")  # with 0 for every figure
RUNNING_HEADS = 3  # above and below the text of a page


@dataclass(slots=True)
class _Line:
    """A line of a page: its text, its height on the page in points, and the size of its first letters."""

    text: str = ""
    height: float | None = None
    size: float = 0.0


@dataclass(slots=True)
class _Budget:
    """What a file may cost."""

    operations: int
    characters: int = LARGEST_FILE
    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)

    def spend(self, operations: int = 0, characters: int = 0) -> None:
        """Count; one operation in a thousand looks at the clock.

        Raises:
            UnreadableError: the file costs more than an article may.
        """
        self.operations -= operations
        self.characters -= characters
        late = self.operations % 1000 == 0 and time.monotonic() > self.until
        if self.operations < 0 or self.characters < 0 or late:
            raise UnreadableError("the PDF takes more work than any article; print the pages you need into a file")


def pdf_reader() -> str:
    """The package that reads PDFs, with its version and whether it can read encrypted ones.

    Raises:
        UnreadableError: it is not installed.
    """
    try:
        version = importlib.metadata.version("pypdf")
    except importlib.metadata.PackageNotFoundError as error:
        raise UnreadableError(MISSING) from error
    return f"pypdf {version}, cryptography: {importlib.util.find_spec('cryptography') is not None}"


def pdf_text(data: bytes) -> tuple[str, str]:
    """The text of a PDF, a blank line between paragraphs, and a warning where pages show no text (else empty).

    Raises:
        UnreadableError: pypdf is missing, the file is protected or broken, or holds images only.
    """
    try:
        import pypdf
        from pypdf import apply_configuration
    except ImportError as error:
        raise UnreadableError(MISSING) from error
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong with a file is said in its problem
    with apply_configuration(**LIMITS):
        try:
            return _text(pypdf, data)
        except UnreadableError:
            raise
        except Exception as error:  # pypdf raises many kinds over broken files
            raise UnreadableError(f"no PDF that can be read ({' '.join(str(error).split())[:80]})") from error


def _text(pypdf: Any, data: bytes) -> tuple[str, str]:
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        _open(reader)
    budget, pages, empty = _Budget(OPERATIONS), list[list[str]](), list[int]()
    for number, page in enumerate(reader.pages, start=1):
        if number > PAGES:
            raise UnreadableError(f"more than {PAGES:,} pages, which no article has; print the pages you need")
        budget.spend(operations=1000)
        paragraphs = list(_paragraphs(_lines(page, budget)))
        if not paragraphs:
            empty.append(number)
        pages.append(paragraphs)
    if len(empty) == len(pages):
        raise UnreadableError("the PDF holds no text, only images of pages: run a text recognition (OCR) first")
    return _joined(pages), f"pages without text: {_numbers(empty)}" if empty else ""


def _open(reader: Any) -> None:
    """Files that forbid printing only are open with the empty password."""
    try:
        opened = reader.decrypt("")
    except Exception as error:  # DependencyError, and what broken files raise
        if "cryptography" in str(error):
            message = "the PDF is encrypted: pip install 'pypdf[crypto]', or print it into a file that is not"
            raise UnreadableError(message) from error
        raise
    if not opened:
        raise UnreadableError("the PDF is protected by a password: open it and print it into a file that is not")


def _lines(page: Any, budget: _Budget) -> list[_Line]:
    """The lines of a page that show something, in the order of the file."""
    lines = [_Line()]

    def operation(operator: object, operands: object, cm: object, tm: object) -> None:
        budget.spend(operations=1)

    def show(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        budget.spend(characters=len(text))
        height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = abs(tm[2] * cm[1] + tm[3] * cm[3])
        for number, piece in enumerate(text.split("\n")):
            if number:
                lines.append(_Line())
            if piece.strip() and lines[-1].height is None:
                lines[-1].height, lines[-1].size = height, size * scale
            lines[-1].text += piece

    page.extract_text(visitor_operand_before=operation, visitor_text=show)
    for line in lines:
        line.text = " ".join(line.text.replace("\0", "\ufffd").translate(LIGATURES).split())
    return [line for line in lines if line.text]


def _paragraphs(lines: list[_Line]) -> Iterator[str]:
    """The lines of each paragraph, one under the other; those of running text on one line."""
    steps = _steps(lines)
    block: list[str] = []
    before = _Line()
    for line in lines:
        if block and not _follows(before, line, steps):
            yield _one(block)
            block = []
        block.append(line.text)
        before = line
    if block:
        yield _one(block)


def _steps(lines: list[_Line]) -> dict[int, float]:
    """How far two lines of a paragraph stand apart, by the size of the letters in tenths of a point."""
    apart: dict[int, list[float]] = {}
    for one, two in pairwise(lines):
        down = one.height - two.height if one.height is not None and two.height is not None else 0.0
        if down > 0 and abs(one.size - two.size) <= OTHER_SIZE * one.size:
            apart.setdefault(round(10 * two.size), []).append(round(down, 1))
    return {size: statistics.mode(sorted(found)) for size, found in apart.items()}


def _follows(one: _Line, two: _Line, steps: dict[int, float]) -> bool:
    if one.height is None or two.height is None:
        return False
    if abs(one.size - two.size) > OTHER_SIZE * max(one.size, two.size):
        return False
    down = one.height - two.height
    if down < 0:  # the next column
        return not one.text.endswith((".", "!", "?", "”", '"')) and two.text[0].islower()
    return down <= WIDER_STEP * steps.get(round(10 * two.size), two.size)


def _one(block: list[str]) -> str:
    """The lines of a paragraph on one line; of a list or a menu only the lines that go on in the next."""
    longest = max(map(len, block))
    running = all(len(line) >= LEAST_FULL * longest for line in block[:-1])
    text = block[0]
    for before, line in pairwise(block):
        goes_on = running or (len(before) >= FULL * longest and line[0].islower())
        text += (" " if goes_on else "\n") + line
    return text


def _joined(pages: list[list[str]]) -> str:
    """The paragraphs of all pages, one that goes on overleaf as one; the running heads stand behind them."""
    times = Counter(form for page in pages for form in set(map(_form, page)))
    paragraphs: list[str] = []
    running: list[str] = []
    for page in pages:
        edges = {*range(RUNNING_HEADS), *range(len(page) - RUNNING_HEADS, len(page))}
        own = [at for at in range(len(page)) if at not in edges or not _is_running(_form(page[at]), times)]
        running.extend(page[at] for at in range(len(page)) if at not in own)
        if paragraphs and own and _goes_on(paragraphs[-1], page[own[0]]):
            paragraphs[-1] += " " + page[own.pop(0)]
        paragraphs.extend(page[at] for at in own)
    known = set(LONG_WORD.findall("\n".join(paragraphs).lower()))
    return "\n\n".join([*(_whole_words(paragraph, known) for paragraph in paragraphs), *running])


def _form(paragraph: str) -> str:
    """A paragraph without its figures: "Page 2 of 9" is a running head like "Page 3 of 9"."""
    return FIGURES.sub("0", paragraph)


def _is_running(form: str, times: Counter[str]) -> bool:
    # "16:55" at the edges of two pages is the time of an entry.
    return times[form] > 1 and (any(map(str.isalpha, form)) or PAGE_NUMBER.fullmatch(form) is not None)


def _goes_on(one: str, two: str) -> bool:
    return (one[-1].isalnum() or one[-1] in ",;-–—") and two[0].islower()


def _whole_words(paragraph: str, known: set[str]) -> str:
    """Words that were divided at the end of a line, where the article has the whole word elsewhere.

    "govern- ment" is "government" if that occurs; "left- wing" is "left-wing", the hyphen its own.
    """
    pieces = paragraph.split(" ")
    words: list[str] = []
    for piece in pieces:
        before = SPLIT_WORD.search(words[-1]) if words else None
        after = WORD_GOING_ON.match(piece) if before else None
        if before and after and piece[0].islower():
            whole = (before[1] + after[0]).lower() in known
            words[-1] = (words[-1][:-1] if whole else words[-1]) + piece
        else:
            words.append(piece)
    return " ".join(words)


def _numbers(numbers: list[int]) -> str:
    named = ", ".join(map(str, numbers[:20]))
    return f"{named} and {len(numbers) - 20:,} more" if len(numbers) > 20 else named
