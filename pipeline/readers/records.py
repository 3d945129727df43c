"""Records: what a line of JSONL, a row of CSV or a whole file says of one article, made into an article."""

import datetime
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.article import Article, Block
from pipeline.labels import PublishedBasis
from pipeline.readers.html import Page, read_page
from pipeline.readers.identifiers import Identifiers, safe_id
from pipeline.readers.metadata import read_moment
from pipeline.readers.problems import Found, ReadProblem, UnreadableError
from pipeline.readers.text import INVISIBLE, divide

# "source" (the outlet) tells the boilerplate table whose articles belong together; no table has a column for it.
FIELDS = ("id", "text", "html", "title", "byline", "published", "source", "url")
MARKUP_TO_TEXT = 10  # characters of a page for one that it shows, about
DAY_FIRST = re.compile(r"((?:19|20)\d\d)[-_]?([01]\d)[-_]?([0-3]\d)(?!\d)")
DAY_LAST = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_]?([01]\d)[-_]?([0-3]\d)$")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article comes from: its file, and the id it has unless the record gives one."""

    source_file: str
    article_id: str
    place: str = ""  # "line 12", in files of many records

    def problem(self, message: str, article_id: str = "") -> ReadProblem:
        """A problem at this place."""
        where = f"{self.place}: " if self.place else ""
        printable = f"{where}{message}".encode("utf-8", "replace").decode()
        return ReadProblem(self.source_file, article_id or self.article_id, printable)


@dataclass(frozen=True, slots=True)
class Given:
    """What a record says besides its text; what it says wins over what the page says."""

    title: str = ""
    byline: str = ""
    published: datetime.date | None = None
    url: str = ""
    searched: bool = False
    source: str = ""


def text_article(text: str, origin: Origin, ids: Identifiers, given: Given = Given()) -> Article:
    """The article of a plain text.

    Raises:
        UnreadableError: there is nothing to read in it.
    """
    blocks = divide(text)
    if not blocks:
        raise UnreadableError("the text is empty")
    basis = PublishedBasis.GIVEN if given.published else None
    return _article(ids.take(origin.article_id), text, blocks, origin, given, basis)


@dataclass(frozen=True, slots=True)
class UnreadArticle(ABC):
    """What is still to be read: dear, so a run does it where articles are extracted, and only then.

    Its `repr` holds all that the article depends on.
    """

    id: str
    origin: Origin

    @property
    def source_file(self) -> str:
        """Where it comes from, as it stands in the tables."""
        return self.origin.source_file

    @property
    @abstractmethod
    def characters(self) -> int:
        """How long the text will be, about."""

    @abstractmethod
    def read(self) -> Iterator[Found]:
        """The article, and a problem where part of it could not be read; a problem alone where it has no text."""


@dataclass(frozen=True, slots=True)
class UnreadPage(UnreadArticle):
    """A page whose markup is still to be read."""

    html: str
    given: Given = Given()

    @property
    def characters(self) -> int:
        """How long the text will be, about."""
        return len(self.html) // MARKUP_TO_TEXT

    def read(self) -> Iterator[Found]:
        """The article, and a problem where part of the page could not be read; a problem alone where it has no text."""
        page = read_page(self.html)
        if page.blocks:
            yield _page_article(page, self)
        else:
            left_out = "the record is left out" if self.origin.place else "no article is made of it"
            message = f"the page shows no text without scripts; save it from the browser as text; {left_out}"
            yield self.origin.problem(message, self.id)
        if page.warning:
            yield self.origin.problem(page.warning, self.id)


Unread = Found | UnreadArticle


def unread_page(html: str, origin: Origin, ids: Identifiers, given: Given = Given()) -> UnreadPage:
    """The page, with an id of its own."""
    return UnreadPage(ids.take(origin.article_id), origin, html, given)


def _page_article(page: Page, unread: UnreadPage) -> Article:
    stated, given = page.metadata, unread.given
    published = given.published or read_moment(stated.published)
    basis = PublishedBasis.GIVEN if given.published else PublishedBasis.HTML if published else None
    known = Given(
        title=given.title or stated.title,
        byline=given.byline or stated.byline,
        published=published,
        url=given.url or stated.url,
        searched=stated.searched and not given.published,
        source=given.source,
    )
    return _article(unread.id, page.text, page.blocks, unread.origin, known, basis)


def _article(
    article_id: str,
    text: str,
    blocks: tuple[Block, ...],
    origin: Origin,
    given: Given,
    basis: PublishedBasis | None,
) -> Article:
    published, searched = given.published, given.searched
    if published is None and not origin.place:
        # A weaker witness than a date line in the text, which cleaning puts in its place.
        published, searched = day_in_name(origin.source_file), True
        basis = PublishedBasis.FILE if published else None
    return Article(
        id=article_id,
        text=text,
        blocks=blocks,
        source_file=origin.source_file,
        url=given.url,
        title=given.title,
        byline=given.byline,
        published=published,
        published_basis=basis,
        published_searched=searched and published is not None,
        source=given.source,
    )


def day_in_name(source_file: str) -> datetime.date | None:
    """The day that the name of a file begins or ends with: `2011-09-29-reset.txt`, `reset_20110929.html`."""
    stem = source_file.rpartition("/")[2].partition(".")[0]
    found = DAY_FIRST.match(stem) or DAY_LAST.search(stem)
    try:
        return datetime.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def record_articles(fields: Mapping[str, object], origin: Origin, ids: Identifiers) -> Iterator[Unread]:
    """The article or page of a record, and a problem for every field of it that cannot be used."""
    origin = Origin(origin.source_file, _given_id(fields) or origin.article_id, origin.place)
    try:
        kind, body = _body(fields)
        texts, unusable = _texts(fields)
        given = Given(
            texts["title"], texts["byline"], _moment(texts["published"]), texts["url"], source=_source(fields)
        )
        article: Article | UnreadPage
        article = (unread_page if kind == "html" else text_article)(body, origin, ids, given)
    except UnreadableError as error:
        yield origin.problem(f"{error}; the record is left out", safe_id(origin.article_id))
        return
    yield article
    if texts["published"] and given.published is None:
        unusable.append(f"published is {texts['published'][:40]!r}, not an ISO 8601 date; it is left empty")
    for message in unusable:
        yield origin.problem(message, article.id)


def _given_id(fields: Mapping[str, object]) -> str:
    given = fields.get("id")
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)[:200]
    return given.strip() if isinstance(given, str) else ""


def _body(fields: Mapping[str, object]) -> tuple[str, str]:
    """Which field holds the article, and its content."""
    for kind in ("text", "html"):
        body = fields.get(kind)
        if body is None or (isinstance(body, str) and not body.strip(INVISIBLE)):
            continue
        if not isinstance(body, str):
            raise UnreadableError(f"{kind} is a {_json_name(body)}, not a text")
        if LONE_SURROGATE.search(body):
            raise UnreadableError(f"{kind} holds half a surrogate pair (\\ud800-\\udfff), which is no character")
        return kind, body
    present = [kind for kind in ("text", "html") if kind in fields]
    raise UnreadableError(f"{' and '.join(present)} empty" if present else "neither a text nor an html field")


def _texts(fields: Mapping[str, object]) -> tuple[dict[str, str], list[str]]:
    """The other fields as single lines, and what is wrong with those that cannot be."""
    texts, unusable = {}, []
    for name in ("title", "byline", "published", "url"):
        value = fields.get(name)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value = ", ".join(value)
        if value is not None and (not isinstance(value, str) or LONE_SURROGATE.search(value)):
            unusable.append(f"{name} is not a text; it is left empty")
            value = ""
        texts[name] = " ".join(str(value or "").split())
    return texts, unusable


def _source(fields: Mapping[str, object]) -> str:
    # What is no text stays unsaid: no table shows it.
    value = fields.get("source")
    return " ".join(value.split()) if isinstance(value, str) and not LONE_SURROGATE.search(value) else ""


def _moment(published: str) -> datetime.date | None:
    """ISO 8601 and nothing looser: a field that a program wrote is not to be guessed at."""
    try:
        if len(published) <= 10:
            return datetime.date.fromisoformat(published)
        return datetime.datetime.fromisoformat(published)
    except ValueError:
        return None


def _json_name(value: object) -> str:
    names = {dict: "JSON object", list: "list", bool: "truth value", int: "number", float: "number"}
    return names.get(type(value), "value")
