"""DOCX: the paragraphs of a Word document (ECMA-376), read from its zip archive as a stream.

A text box is read before the paragraph it hangs on; what a reviewer deleted, the codes of fields, notes and headers are
not the text.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from lxml import etree

from pipeline.readers.lines import LARGEST_FILE
from pipeline.readers.problems import UnreadableError

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
BODY = "word/document.xml"
LINKS = "word/_rels/document.xml.rels"
# The markup of a document is some ten times its text.
LARGEST_PART = 5 * LARGEST_FILE
CHUNK = 1 << 16
PARAGRAPH, TEXT = f"{WORD}p", f"{WORD}t"
STYLE, STYLE_NAME = f"{WORD}pStyle", f"{WORD}val"
TAB, TAB_STOPS = f"{WORD}tab", f"{WORD}tabs"
WRITTEN = {TAB: "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}noBreakHyphen": "-"}
HEADINGS = ("heading", "title")
OLD_OFFICE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph that shows something."""

    text: str
    heading: bool = False
    link: str = ""  # the first address that words of it lead to


def docx_paragraphs(data: bytes) -> list[Paragraph]:
    """The paragraphs of a document, in order.

    Raises:
        UnreadableError: the file is no Word document, is protected, or unpacks to more than any article has.
    """
    if data.startswith(OLD_OFFICE):
        raise UnreadableError("protected by a password, or an old .doc file; save it as .docx without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if BODY not in names:
                raise UnreadableError(f"no Word document: the archive has no {BODY}")
            addresses = _Addresses()
            if LINKS in names:
                with archive.open(LINKS) as part:
                    _parse(part, addresses)
            document = _Document(addresses.found)
            with archive.open(BODY) as part:
                _parse(part, document)
            return document.paragraphs
    # NotImplementedError is zipfile's, for a compression or a version that it cannot read.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise UnreadableError(f"no Word document ({' '.join(str(error).split())[:80]})") from error
    except etree.LxmlError as error:
        raise UnreadableError(f"the Word document is broken ({' '.join(str(error).split())[:80]})") from error


def _parse(part: IO[bytes], target: Any) -> None:
    """Feed a part of the archive to a target, as far as an article can be long; no tree is built."""
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False)
    left = LARGEST_PART
    while chunk := part.read(CHUNK):
        left -= len(chunk)
        if left < 0:
            raise UnreadableError(f"unpacks to more than {LARGEST_PART:,} bytes, which no article does")
        parser.feed(chunk)
    parser.close()


class _Addresses:
    """The addresses that the document leads to, by their id."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        target = attributes.get("Target", "")
        if target.startswith(("http://", "https://")):
            self.found[attributes.get("Id", "")] = target

    def close(self) -> None:
        """Nothing is left to do."""


@dataclass(slots=True)
class _Draft:
    """A paragraph that is open."""

    pieces: list[str] = field(default_factory=list)
    heading: bool = False
    link: str = ""


class _Document:
    """The paragraphs of the document; those inside a paragraph (text boxes) come before it."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self.paragraphs: list[Paragraph] = []
        self._addresses = addresses
        self._open: list[_Draft] = []
        self._in_text = self._in_stops = False
        self._doubled = 0  # depth of copies of a text box for old readers
        self._left = LARGEST_FILE

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == FALLBACK:
            self._doubled += 1
        elif tag == PARAGRAPH:
            self._open.append(_Draft())
        elif tag == TEXT:
            self._in_text = True
        elif tag == TAB_STOPS:
            self._in_stops = True
        elif self._open:
            draft = self._open[-1]
            if tag in WRITTEN and not (tag == TAB and self._in_stops):
                draft.pieces.append(WRITTEN[tag])
            elif tag == STYLE:
                draft.heading = attributes.get(STYLE_NAME, "").lower().startswith(HEADINGS)
            elif RELATION_ID in attributes and not draft.link:
                draft.link = self._addresses.get(attributes[RELATION_ID], "")

    def data(self, data: str) -> None:
        if self._in_text and self._open:
            self._open[-1].pieces.append(data)

    def end(self, tag: str) -> None:
        if tag == FALLBACK:
            self._doubled -= 1
        elif tag == TEXT:
            self._in_text = False
        elif tag == TAB_STOPS:
            self._in_stops = False
        elif tag == PARAGRAPH and self._open:
            self._finish(self._open.pop())

    def _finish(self, draft: _Draft) -> None:
        text = "".join(draft.pieces).strip()
        if not text or self._doubled:
            return
        self._left -= len(text)
        if self._left < 0:
            raise UnreadableError(f"holds more than {LARGEST_FILE:,} characters; divide it into files")
        self.paragraphs.append(Paragraph(text, draft.heading, draft.link))

    def close(self) -> None:
        """Nothing is left to do."""
