"""Readers: files, folders and standard input, as a stream of articles and of problems with what could not be read."""

import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.article import Article
from pipeline.errors import InputError
from pipeline.readers import decoding
from pipeline.readers.csv_rows import read_csv
from pipeline.readers.documents import read_document, read_records
from pipeline.readers.factiva import factiva_page
from pipeline.readers.feeds import read_feed
from pipeline.readers.html import decode_page
from pipeline.readers.identifiers import Identifiers, file_ids
from pipeline.readers.jsonl import read_jsonl
from pipeline.readers.lines import LARGEST_FILE, bounded_lines, first_character
from pipeline.readers.mhtml import read_mhtml
from pipeline.readers.problems import Found, ReadProblem, UnreadableError
from pipeline.readers.records import Given, Origin, Unread, UnreadArticle, text_article, unread_page
from pipeline.readers.warc import read_warc

__all__ = [
    "LARGEST_FILE",
    "SUFFIXES",
    "Found",
    "ReadProblem",
    "Reading",
    "Unread",
    "UnreadArticle",
    "read",
    "read_later",
]

SUFFIXES = (
    ".txt",
    ".html",
    ".htm",
    ".jsonl",
    ".csv",
    ".mhtml",
    ".mht",
    ".rss",
    ".atom",
    ".warc",
    ".pdf",
    ".docx",
    ".rtf",
)
KNOWN = ", ".join(SUFFIXES) + ", each also with .gz"
STDIN = "stdin"


@dataclass(frozen=True, slots=True)
class _Source:
    """An input to be read, or the reason why it cannot be."""

    name: str  # as it stands in the tables
    path: Path = Path()
    suffix: str = ""
    folders: tuple[str, ...] = ()
    stem: str = ""
    problem: str = ""


def read(inputs: Iterable[str | Path]) -> Iterator[Found]:
    """The articles of files, folders and `-` (standard input), and the problems met, in the order of the inputs.

    Raises:
        InputError: no input is given, or none of those given exists.
    """
    return _pages_read(read_later(inputs))


def _pages_read(found: Iterable[Unread]) -> Iterator[Found]:
    for item in found:
        if isinstance(item, UnreadArticle):
            yield from item.read()
        else:
            yield item


def read_later(inputs: Iterable[str | Path]) -> "Reading":
    """What `read` gives, but pages and PDFs as they came: `UnreadArticle.read` reads them, here or in another process.

    Raises:
        InputError: no input is given, or none of those given exists.
    """
    given = list(inputs)
    if not given:
        raise InputError("no input: name files or folders to read, or - for standard input")
    if not any(_exists(one) for one in given):
        names = ", ".join(repr(str(one)) for one in given[:5])
        raise InputError(f"{names}: no such file or folder; name files or folders to read, or - for standard input")
    return Reading(_distinct(source for one in given for source in _sources(one)))


class Reading:
    """What is read, one article after the other, and how much of it there is: `size` and `position` count bytes."""

    def __init__(self, sources: list[_Source]) -> None:
        self._sources = sources
        self._ids = Identifiers()
        self._sizes = [_size(source) for source in sources]
        self.size = sum(self._sizes)  # that of standard input is unknown and counts as 0
        self._behind = 0
        self._open: BinaryIO | None = None

    @property
    def position(self) -> int:
        """How many bytes of the files have been read, compressed ones as they lie on the disk."""
        return self._behind + (self._open.tell() if self._open and not self._open.closed else 0)

    def __iter__(self) -> Iterator[Unread]:
        """The articles and pages, and the problems met, in the order of the inputs."""
        readable = [source for source in self._sources if not source.problem]
        names = dict(zip(map(id, readable), file_ids([(*s.folders, s.stem) for s in readable]), strict=True))
        for source, size in zip(self._sources, self._sizes, strict=True):
            if source.problem:
                yield ReadProblem(source.name, "", source.problem)
            else:
                yield from self._articles(source, names[id(source)])
            self._behind, self._open = self._behind + size, None

    def _articles(self, source: _Source, name: str) -> Iterator[Unread]:
        try:
            if source.suffix:
                with source.path.open("rb") as self._open, _unpacked(source.path, self._open) as stream:
                    yield from _read(source, name, stream, self._ids)
            else:
                yield from _read_stdin(sys.stdin.buffer, self._ids)
        except UnreadableError as error:
            yield ReadProblem(source.name, name, f"{error}; no article is made of it")
        except (OSError, EOFError, zlib.error) as error:
            detail = getattr(error, "strerror", None) or error
            yield ReadProblem(source.name, name, f"cannot be read to its end: {detail}")


def _size(source: _Source) -> int:
    try:
        return source.path.stat().st_size if source.suffix and not source.problem else 0
    except OSError:
        return 0


def _unpacked(path: Path, stream: BinaryIO) -> BinaryIO:
    return io.BufferedReader(gzip.GzipFile(fileobj=stream)) if path.name.lower().endswith(".gz") else stream


def _exists(given: str | Path) -> bool:
    return str(given) == "-" or (str(given) != "" and Path(given).exists())


def _sources(given: str | Path) -> Iterator[_Source]:
    path = Path(given)
    if str(given) == "-":
        yield _Source(STDIN, stem=STDIN)
    elif not _exists(given):
        yield _Source(_printable(str(given)), problem="no such file or folder; the other inputs are read")
    elif path.is_dir():
        yield from _members(path)
    else:
        yield _file(path, path.name, path.parts[:-1])


def _file(path: Path, name: str, folders: tuple[str, ...]) -> _Source:
    name = _printable(name)
    stem, suffix = _divided(path.name)
    if not suffix:
        return _Source(name, path, problem=f"no reader for this kind of file; known are {KNOWN}")
    if not path.is_file():
        return _Source(name, path, problem="not a regular file; it is not read")
    return _Source(name, path, suffix, tuple(part for part in folders if part not in ("/", ".", "..")), stem)


def _divided(name: str) -> tuple[str, str]:
    """The stem of a file name and the suffix its reader is known by; no suffix where there is no reader."""
    base = name[:-3] if name.lower().endswith(".gz") else name
    suffix = next((suffix for suffix in SUFFIXES if base.lower().endswith(suffix)), "")
    return (base[: -len(suffix)], suffix) if suffix else (base, "")


def _members(folder: Path) -> Iterator[_Source]:
    """The files of a folder and its folders that have a reader, by path; hidden ones are passed over."""
    found: list[_Source] = []
    for path in _files_under(folder, found):
        if _divided(path.name)[1] and path.is_file():
            relative = path.relative_to(folder)
            found.append(_file(path, relative.as_posix(), relative.parts[:-1]))
    if not found:
        yield _Source(_printable(str(folder)), problem=f"the folder holds no file that can be read; known are {KNOWN}")
    yield from sorted(found, key=lambda source: source.name)


def _files_under(folder: Path, found: list[_Source]) -> Iterator[Path]:
    waiting, seen = [folder], set[tuple[int, int]]()
    while waiting:
        place = waiting.pop()
        try:
            status = place.stat()
            if (status.st_dev, status.st_ino) in seen:  # a link that leads back
                continue
            seen.add((status.st_dev, status.st_ino))
            members = sorted(path for path in place.iterdir() if not path.name.startswith("."))
        except OSError as error:
            name = _printable(place.relative_to(folder).as_posix())
            found.append(_Source(name, problem=f"the folder cannot be read: {error.strerror}"))
            continue
        waiting.extend(reversed([path for path in members if path.is_dir()]))
        yield from (path for path in members if not path.is_dir())


def _printable(name: str) -> str:
    """A path as text: bytes of it that are not UTF-8 become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _distinct(sources: Iterable[_Source]) -> list[_Source]:
    """Every file once, where two inputs lead to it."""
    kept: dict[str, _Source] = {}
    for number, source in enumerate(sources):
        key = f"{number}" if source.problem else os.path.realpath(source.path) if source.suffix else STDIN
        kept.setdefault(key, source)
    return list(kept.values())


def _read(source: _Source, name: str, stream: BinaryIO, ids: Identifiers) -> Iterator[Unread]:
    origin = Origin(source.name, name)
    if source.suffix == ".jsonl":
        yield from read_jsonl(bounded_lines(stream), source.name, name, ids)
    elif source.suffix == ".csv":
        yield from read_csv(bounded_lines(stream, newline=""), source.name, name, ids)
    elif source.suffix == ".warc":
        yield from read_warc(stream, source.name, name, ids)
    elif source.suffix in (".rss", ".atom"):
        yield from read_feed(_whole(stream), source.name, name, ids)
    elif source.suffix in (".mhtml", ".mht"):
        yield from _saved_page(_whole(stream), origin, ids)
    elif source.suffix in (".pdf", ".docx", ".rtf"):
        yield from read_document(_whole(stream), source.suffix, origin, ids)
    elif source.suffix == ".txt":
        yield from _text(_whole(stream), origin, ids)
    else:
        yield from _page(_whole(stream), origin, ids)


def _read_stdin(stream: BinaryIO, ids: Identifiers) -> Iterator[Unread]:
    head = stream.read(4)
    while head and not first_character(head) and len(head) <= LARGEST_FILE and (more := stream.read(1 << 12)):
        head += more
    if first_character(head) == "{":
        yield from read_jsonl(bounded_lines(stream, head), STDIN, STDIN, ids)
    else:
        yield from _text(_whole(stream, head), Origin(STDIN, STDIN), ids)


def _whole(stream: BinaryIO, head: bytes = b"") -> bytes:
    data = head + stream.read(LARGEST_FILE + 1 - len(head))
    if len(data) > LARGEST_FILE:
        raise UnreadableError(f"larger than {LARGEST_FILE:,} bytes, which no article is; divide it into articles")
    return data


def _text(data: bytes, origin: Origin, ids: Identifiers) -> Iterator[Unread]:
    text, warning = decoding.decode(data)
    yield from _with_warning(text_article(text, origin, ids), warning, origin)


def _page(data: bytes, origin: Origin, ids: Identifiers) -> Iterator[Unread]:
    html, guess = decode_page(data)
    if records := factiva_page(html):
        yield from read_records(records, origin, ids)
    else:
        yield from _with_warning(unread_page(html, origin, ids), guess, origin)


def _saved_page(data: bytes, origin: Origin, ids: Identifiers) -> Iterator[Unread]:
    html, address, guess = read_mhtml(data)
    yield from _with_warning(unread_page(html, origin, ids, Given(url=address)), guess, origin)


def _with_warning(article: Article | UnreadArticle, warning: str, origin: Origin) -> Iterator[Unread]:
    yield article
    if warning:
        yield origin.problem(warning, article.id)
