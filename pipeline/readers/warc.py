"""WARC: crawls as archives keep them (ISO 28500), an article for each page that was fetched.

The package warcio reads the format; it comes with the extra `warc`.
"""

from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any, BinaryIO

from pipeline.article import Article
from pipeline.readers.decoding import decode
from pipeline.readers.html import decode_page
from pipeline.readers.identifiers import Identifiers
from pipeline.readers.lines import LARGEST_FILE
from pipeline.readers.problems import ReadProblem, UnreadableError
from pipeline.readers.records import Given, Origin, Unread, UnreadArticle, text_article, unread_page

PAGES = ("text/html", "application/xhtml+xml")
KINDS_NAMED = 8  # in the row that says what was not read


def read_warc(stream: BinaryIO, source_file: str, stem: str, ids: Identifiers) -> Iterator[Unread]:
    """The pages of an archive that were fetched with success, and its plain texts; a bad record costs itself only.

    Records of other kinds (requests, images, failed fetches) are counted in one problem.

    Raises:
        UnreadableError: the package warcio is missing, or the file is no archive.
    """
    passed_over: Counter[str] = Counter()
    for number, record in enumerate(_records(stream, source_file), start=1):
        if isinstance(record, ReadProblem):
            yield record
            continue
        kind = _kind(record)
        if kind in (*PAGES, "text/plain"):
            yield from _article(record, kind, Origin(source_file, f"{stem}-{number}", f"record {number}"), ids)
        else:
            passed_over[kind] += 1
    if passed_over:
        named = ", ".join(f"{kind} {count:,}" for kind, count in sorted(passed_over.most_common(KINDS_NAMED)))
        total = sum(passed_over.values())
        yield Origin(source_file, "").problem(f"{total:,} records are no page and are not read: {named}")


def _records(stream: BinaryIO, source_file: str) -> Iterator[Any]:
    """The records of the archive, then a problem if it is broken there."""
    try:
        from warcio.archiveiterator import ArchiveIterator
    except ImportError as error:
        raise UnreadableError("needs the package warcio: pip install 'article-events[warc]'") from error
    records, number = iter(ArchiveIterator(stream)), 0
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except Exception as error:  # warcio raises many kinds over broken archives
            if not number:
                raise UnreadableError(f"no WARC file ({' '.join(str(error).split())[:80]})") from error
            yield Origin(source_file, "").problem(f"the archive is broken after record {number}; the rest is not read")
            return
        number += 1
        yield record


def _kind(record: Any) -> str:
    """The media type of what was fetched; else why the record is no page."""
    if record.rec_type not in ("response", "resource", "conversion"):
        return str(record.rec_type)
    if record.rec_type == "response":
        if record.http_headers is None:
            return "response without a head"
        status = record.http_headers.get_statuscode()
        if status != "200":
            return f"status {status}"
    return _media(record).partition(";")[0].strip().lower() or "no media type"


def _media(record: Any) -> str:
    """The media type as it was sent, with its parameters."""
    headers = record.http_headers if record.rec_type == "response" else record.rec_headers
    return " ".join((headers.get_header("Content-Type") or "").split())


def _charset(record: Any) -> str:
    """The encoding that the head of the answer names, if it names one."""
    head = EmailMessage()
    head["Content-Type"] = _media(record)
    return head.get_content_charset() or ""


def _article(record: Any, kind: str, origin: Origin, ids: Identifiers) -> Iterator[Unread]:
    given = Given(url=(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> "))
    try:
        data = record.content_stream().read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise UnreadableError(f"larger than {LARGEST_FILE:,} bytes, which no article is")
        if kind in PAGES:
            html, guess = decode_page(data, _charset(record))
            article: Article | UnreadArticle = unread_page(html, origin, ids, given)
        else:
            text, guess = decode(data)
            article = text_article(text, origin, ids, given)
    except UnreadableError as error:
        yield origin.problem(f"{error}; the record is left out")
        return
    yield article
    if guess:
        yield origin.problem(guess, article.id)
