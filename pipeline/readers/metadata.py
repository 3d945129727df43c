"""Page metadata: title, byline and date of publication as the markup of a page states them.

Structured data first (JSON-LD), then meta elements, then microdata and <time>. Where none of these gives a date, the
short texts of the page are searched for one, and last the page by htmldate. The page's declared language is reported
but not believed: themes come set to English.
"""

import datetime
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html import unescape
from itertools import islice
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from pipeline.readers.days import PUBLISHED, UPDATED, date_spans, day_of

TEXTS = etree.XPath("descendant-or-self::text()", smart_strings=False)
HAVING = {name: etree.XPath(f"descendant::*[@{name}]") for name in ("class", "itemprop")}

Metas = dict[str, list[str]]  # what the meta elements say, by name

MAX_SCRIPTS = 20
MAX_SCRIPT_CHARACTERS = 1_000_000
MAX_JSON_NODES = 5_000
MAX_AUTHORS = 10
MAX_SEARCHED = 3_000  # elements of a page that htmldate sees whole
# A date is looked for in texts of this length, so many of them; a date alone has this much beside it.
MAX_SHOWN, MAX_TEXTS, MAX_BESIDE = 80, 60_000, 12
NEAR = 50  # twice the texts between the headline and its date
MAX_PIECES = 200
UNSEEN = frozenset({"script", "style", "noscript", "template", "svg"})
APART = frozenset({"br", "div", "p", "li", "td", "button", "img"})
EARLIEST_YEAR, LATEST_YEAR = 1700, 2099
ARTICLE_TYPES = frozenset({"report", "claimreview", "analysisnewsarticle"})
ARTICLE_ENDINGS = ("article", "posting")
TITLE_NAMES = (
    "og:title",
    "citation_title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "twitter:title",
)
AUTHOR_NAMES = (
    "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator", "article:author_name", "author",
    "article:author", "og:article:author", "dc.author", "article.author", "creator",
)  # fmt: skip
DATE_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "date_published",
    "citation_publication_date", "citation_date", "citation_online_date", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.created", "dcterms.issued", "dc.date", "dcterms.date", "publish-date", "publishdate",
    "publication_date", "publication-date", "pubdate", "pub_date", "publish_date", "article.published",
    "published_time", "bt:pubdate", "article_date_original", "date.created", "datecreated",
    "cxenseparse:recs:publishtime", "date",
)  # fmt: skip
URL_NAMES = ("og:url", "parsely-link", "citation_public_url")
# "Ferry strike ends - Harbour Post | News": what divides a headline from the name of the site.
SITE_MARK = re.compile(r"\s+[|·•»]\s+|\s+[-–—]\s+|\s*\|\s*")
BYLINE_LEAD = re.compile(
    r"^(?:(?:(?:written|authored|posted|published|reported|story|words|text|articles?) )?by|authors?)\b ?:? ",
    re.IGNORECASE,
)
ADDRESS = re.compile(
    r"(?:https?:)?//\S{1,300}|\b(?:www\.|[a-z0-9-]{1,60}\.(?:com|org|net|co)/)\S{0,300}|\S{1,80}@\S{1,80}",
    re.IGNORECASE,
)
NOT_NAMES = frozenset((
    "admin", "administrator", "anonymous", "author", "authors", "editor", "guest", "none", "null", "root", "staff",
    "superuser", "test", "undefined", "unknown", "user", "webmaster", "website", "wordpress",
))  # fmt: skip
# "View More Posts", "Member Login": links that stand beside a name.
INVITATIONS = frozenset((
    "about", "all", "articles", "contact", "follow", "join", "login", "more", "our", "posts", "read", "see", "view",
))  # fmt: skip
AUTHOR_CLASSES = frozenset((
    "author", "author-name", "author__name", "author_name", "authorname", "byline", "byline-name", "byline__name",
    "byline_name", "article-author", "article__author", "entry-author", "post-author", "p-author", "post__author",
    "byline__author", "article-byline", "author-link",
))  # fmt: skip
# "post_author-name", "blog--author", "gtm-byline"; not "author-bio", "author-image".
AUTHOR_CLASS = re.compile(
    r"(?:^|[\s_-])(?:author|byline)s?(?:[_-]{0,2}(?:name|link|text|info|wrapper))?(?:$|[\s_])", re.I
)
AUTHOR_PATH = re.compile(r"/(?:authors?|contributors?|writers?|by|staff|profile)/[a-z]", re.I)
DATED = re.compile(r"\b(?:19|20)[0-9]{2}\b|\b[0-9]{1,3} min|[{}<>]")
WORD = re.compile(r"\w+")
# Swept 0.01-0.3 on the cleaning pages: flat. A lower likeness is another heading, or the name of the site.
LEAST_LIKENESS = 0.3
DATE_FORMATS = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%a %b %d %Y")
ISO_START = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2})"
    r"(?:[T ]\s{0,2}(\d{1,2}:\d{2})(:\d{2})?(?:[.,]\d{1,9})?\s{0,2}(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What the markup of a page states about its article; empty where it does not say."""

    title: str = ""
    byline: str = ""
    published: str = ""  # ISO 8601: a date, or a datetime where the page gives the time of day
    searched: bool = False  # whether the date was searched for, nothing in the page stating it
    url: str = ""
    language: str = ""


def html_metadata(page: etree._Element | str) -> PageMetadata:
    """What the markup of a page states about its article."""
    tree = lxml_html.document_fromstring(page) if isinstance(page, str) else page
    metas = _metas(tree)
    headings = [text for heading in tree.iter("h1") if (text := _visible(heading))][:5]
    site = _first(metas, ("og:site_name", "application-name"))
    article = _linked_article(tree, [_first(metas, TITLE_NAMES), *headings])
    shown = _shown_dates(tree, headings)
    stated = _corrected(_published(tree, metas, article), shown)
    searched = None if stated else shown.best or _guessed_date(tree)
    published = stated or (iso_moment(searched) if searched else "")
    return PageMetadata(
        title=_title(tree, metas, article, headings, site),
        byline=_byline(tree, metas, article, site),
        published=published,
        searched=bool(published) and not stated,
        url=_url(tree, metas),
        language=_line(tree.get("lang") or "")[:35],
    )


def read_moment(text: str) -> datetime.date | None:
    """A date, or a datetime where the time of day is given, from ISO 8601 or a usual written form."""
    text = text.strip()[:60]
    found = ISO_START.match(text)
    try:
        moment = _iso_moment(found) if found else _written_moment(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment and EARLIEST_YEAR <= moment.year <= LATEST_YEAR else None


def iso_moment(moment: datetime.date) -> str:
    """ISO 8601, to the minute where there is a time of day."""
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime.datetime) else moment.isoformat()


def _iso_moment(found: re.Match[str]) -> datetime.date:
    year, month, day = map(int, found[1].split("-"))
    if not found[2]:
        return datetime.date(year, month, day)
    hour, minute = map(int, found[2].split(":"))
    zone = (found[4] or "").upper()
    return datetime.datetime(year, month, day, hour, minute, int((found[3] or ":0")[1:]), tzinfo=_zone(zone))


def _zone(zone: str) -> datetime.timezone | None:
    if not zone:
        return None
    if zone in ("Z", "UTC", "GMT"):
        return datetime.UTC
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return datetime.timezone(datetime.timedelta(minutes=-minutes if zone[0] == "-" else minutes))


def _written_moment(text: str) -> datetime.date | None:
    for pattern in DATE_FORMATS:
        try:
            return datetime.datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(text)  # "Thu, 29 Sep 2011 21:54:00 -0400"
    except (TypeError, ValueError, IndexError):
        return next((day for _, _, day in date_spans(text)), None)  # "13/11/2025 09:21:40"


# Meta elements


def _metas(tree: etree._Element) -> Metas:
    metas: Metas = {}
    for meta in tree.iter("meta"):
        content = _line(unescape((meta.get("content") or "")[:1000]))
        for attribute in ("property", "name", "itemprop"):
            if content and (name := meta.get(attribute)):
                metas.setdefault(name.strip().lower()[:80], []).append(content)
    return metas


def _first(metas: Metas, names: Iterable[str]) -> str:
    return next((metas[name][0] for name in names if name in metas), "")


# JSON-LD


def _linked_article(tree: etree._Element, titles: list[str]) -> dict[str, Any]:
    """The article the JSON-LD of a page describes: the one with the page's title, else the first."""
    nodes = list(_nodes(_scripts(tree)))
    articles = [node for node in nodes if _is_article(node)]
    known = {key for title in titles if (key := _key(title))}
    named = next((node for node in articles if _key(_text(node.get("headline"))) in known), None)
    article = dict(named or (articles[0] if articles else {}))
    if not article:  # a page that only says when it was published
        pages = [node for node in nodes if "webpage" in _types(node)]
        article = {name: pages[0][name] for name in ("datePublished", "author") if name in pages[0]} if pages else {}
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    article["author"] = [
        _resolved(author, by_id) for author in _listed(article.get("author") or article.get("creator"))
    ]
    return article


def _scripts(tree: etree._Element) -> Iterator[Any]:
    scripts = [
        s for s in tree.iter("script") if (s.get("type") or "").strip().lower().startswith("application/ld+json")
    ]
    for script in scripts[:MAX_SCRIPTS]:
        source = (script.text or "").strip()
        if len(source) > MAX_SCRIPT_CHARACTERS:
            continue
        source = source.removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        try:
            yield json.loads(source, strict=False)
        except (ValueError, RecursionError):
            continue


def _nodes(roots: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Every object of the JSON-LD, the outer before the inner, in the order of the page."""
    waiting = list(roots)[::-1]
    for _ in range(MAX_JSON_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(value for value in reversed(node.values()) if isinstance(value, dict | list))
        elif isinstance(node, list):
            waiting.extend(reversed(node[:MAX_JSON_NODES]))


def _is_article(node: dict[str, Any]) -> bool:
    has_content = any(name in node for name in ("headline", "datePublished", "author"))
    return has_content and any(name in ARTICLE_TYPES or name.endswith(ARTICLE_ENDINGS) for name in _types(node))


def _types(node: dict[str, Any]) -> list[str]:
    return [name.lower().rpartition("/")[2] for name in _listed(node.get("@type")) if isinstance(name, str)]


def _listed(value: Any) -> list[Any]:
    return value[:50] if isinstance(value, list) else [] if value is None else [value]


def _resolved(value: Any, by_id: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return value


def _text(value: Any) -> str:
    """A JSON-LD text: some sites give a list, some escape it twice."""
    value = value[0] if isinstance(value, list) and value else value
    if not isinstance(value, str):
        return ""
    value = value[:1000]
    if "<" in value or "&" in value:
        try:
            value = "".join(map(str, lxml_html.fromstring(f"<div>{value}</div>").itertext()))
        except Exception:  # markup too odd to parse is no title and no name
            return ""
    return _line(value)


# Title


def _title(tree: etree._Element, metas: Metas, article: dict[str, Any], headings: list[str], site: str) -> str:
    """The headline the reader sees where it is that of the markup in other words, else as the markup has it."""
    page = next((text for title in tree.iter("title") if (text := _visible(title))), "")
    stated = [_text(article.get("headline")), _first(metas, TITLE_NAMES), page]
    words = [_bag(title) for title in stated if title]
    likeness = [max((_likeness(_bag(heading), one) for one in words), default=1.0) for heading in headings]
    seen = [pair for pair in zip(likeness, headings, strict=True) if _key(pair[1]) != _key(site)]
    best, heading = max(seen, key=lambda pair: pair[0], default=(0.0, ""))
    if best >= LEAST_LIKENESS:
        return heading[:500]
    return (stated[0] or _without_site(stated[1] or page, headings, site) or heading)[:500]


def _bag(text: str) -> Counter[str]:
    return Counter(WORD.findall(text.casefold())[:100])


def _likeness(one: Counter[str], two: Counter[str]) -> float:
    return 2 * (one & two).total() / max(1, one.total() + two.total())


def _without_site(title: str, headings: list[str], site: str) -> str:
    """A title without the name of the site behind or before it."""
    parts = SITE_MARK.split(title)
    if len(parts) < 2:
        return title
    keys = {_key(heading) for heading in headings}
    if _key(title) in keys:
        return title
    best = next((part for part in parts if _key(part) in keys), "")
    # "Ferry strike ends after a month - Harbour Post" under a heading "Harbour Post": that is the site's.
    if best and not (best is parts[-1] and len(best.split()) <= 4 < len(title.split()) - len(best.split())):
        return best
    if site and _key(parts[-1]) in (_key(site), _key(site.split()[0])):
        return title[: title.rfind(parts[-1])].rstrip(" |·•»-–—")
    if site and _key(parts[0]) == _key(site):
        return title[len(parts[0]) :].lstrip(" |·•»-–—")
    # "Ferry strike ends | Harbour Post": a short end with a capital is a name; any other belongs to the headline.
    last = parts[-1]
    is_name = len(last.split()) <= 4 < len(title.split()) and not last[:1].islower()
    return title[: title.rfind(last)].rstrip(" |·•»-–—") if is_name else title


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


# Byline


def _byline(tree: etree._Element, metas: Metas, article: dict[str, Any], site: str) -> str:
    """The authors the markup names; the name of the site or of an account only where there is no other."""
    publisher = article.get("publisher")
    house = {_key(site), _key(_text(publisher.get("name") if isinstance(publisher, dict) else publisher))}
    others: list[str] = []
    for found in _bylines(tree, metas, article):
        names = [clean for name in found if (clean := clean_byline(name))]
        if persons := [name for name in names if _key(name) not in house and not _is_account(name)]:
            break
        others = others or names
    else:
        persons = others
    distinct = {_key(name): name for name in reversed(persons)}
    return ", ".join(list(distinct.values())[::-1][:MAX_AUTHORS])


def _bylines(tree: etree._Element, metas: Metas, article: dict[str, Any]) -> Iterator[list[str]]:
    """Candidate lists of authors, the best source first."""
    authors = article["author"]
    yield [_author_name(author) for author in authors if not _is_organisation(author)]
    yield [_name_in_order(name) for name in metas.get("citation_author", [])]
    for name in AUTHOR_NAMES:
        yield metas.get(name, [])
    if "by" in _first(metas, ("twitter:label1",)).lower().split():
        yield metas.get("twitter:data1", [])
    yield [_visible(link) for link in tree.iter("a") if "author" in (link.get("rel") or "").lower().split()][:3]
    yield [_visible(element) for element in _with_property(tree, "author")][:MAX_AUTHORS]
    signed = [(element, value) for element, value in _having(tree, "class") if "author" in value or "byline" in value]
    named = (element for element, value in signed if not AUTHOR_CLASSES.isdisjoint(value.split()))
    yield [_visible(element) for element in islice(named, 1)]
    yield list(islice((name for name in _marked_names(tree, signed) if _is_personal(name)), 1))
    yield [_author_name(author) for author in authors if _is_organisation(author)]


def _author_name(author: Any) -> str:
    return _text(author.get("name") if isinstance(author, dict) else author)


def _name_in_order(name: str) -> str:
    # "Keller, Marta" is how library records write it.
    last, _, first = name.partition(", ")
    return f"{first} {last}" if first and ", " not in first else name


def _is_organisation(author: Any) -> bool:
    return isinstance(author, dict) and _types(author) == ["organization"]


def _having(tree: etree._Element, attribute: str) -> Iterator[tuple[etree._Element, str]]:
    """The elements that have an attribute, each with what it says, in lower case."""
    found: Any = HAVING[attribute](tree)  # an XPath of elements
    return ((element, element.get(attribute).lower()) for element in found)


def _with_property(tree: etree._Element, name: str) -> Iterator[etree._Element]:
    return (element for element, value in _having(tree, "itemprop") if name in value.split())


def _marked_names(tree: etree._Element, signed: Iterable[tuple[etree._Element, str]]) -> Iterator[str]:
    """The short texts of elements whose class or address says that they name an author."""
    for element, value in signed:
        if AUTHOR_CLASS.search(value[:500]):
            yield clean_byline(_visible(element))
    for link in tree.iter("a"):
        if AUTHOR_PATH.search((link.get("href") or "")[:500]):
            yield clean_byline(_visible(link))


def _is_personal(name: str) -> bool:
    # "Marta Keller", "Ludwig van der Berg": two to five words, the first and the last with a capital.
    words = name.split()
    if not 2 <= len(words) <= 5 or not (words[0][0].isupper() and words[-1][0].isupper()):
        return False
    return not any(map(str.isdigit, name)) and (NOT_NAMES | INVITATIONS).isdisjoint(name.casefold().split())


def _is_account(name: str) -> bool:
    return name.casefold() in NOT_NAMES or (name.islower() and " " not in name)


def clean_byline(byline: str) -> str:
    """The names of a byline: without a leading "By", addresses, and what follows a bar."""
    text = ADDRESS.sub(" ", _line(byline)).replace("@", " ")
    text = BYLINE_LEAD.sub("", _line(text))
    text = re.split(r" [|•·] | \|", text)[0].strip(" ,;:|-–—/")
    named = any(map(str.isalpha, text)) and text.casefold() not in NOT_NAMES
    return text if named and len(text.split()) <= 20 and not DATED.search(text) else ""


# Date of publication


def _published(tree: etree._Element, metas: Metas, article: dict[str, Any]) -> str:
    for stated in _dates(tree, metas, article):
        if moment := read_moment(stated):
            return iso_moment(moment)
    return ""


def _dates(tree: etree._Element, metas: Metas, article: dict[str, Any]) -> Iterator[str]:
    """Candidate dates, the best source first."""
    yield _text(article.get("datePublished"))
    for name in DATE_NAMES:
        yield from metas.get(name, [])[:1]
    yield _text(article.get("dateCreated"))
    for element in _with_property(tree, "datepublished"):
        yield element.get("content") or element.get("datetime") or _visible(element)
    times = [element for element in tree.iter("time") if element.get("datetime")]
    yield from (time.get("datetime") or "" for time in times if time.get("pubdate") is not None)
    yield from (time.get("datetime") or "" for time in times if "published" in (time.get("class") or "").lower())
    headers = {id(time) for holder in tree.iter("article", "header", "main") for time in holder.iter("time")}
    yield from (time.get("datetime") or "" for time in times if id(time) in headers)


@dataclass(frozen=True, slots=True)
class Shown:
    """The dates that stand in the short texts of a page, each with twice its distance from the headline in texts."""

    published: list[tuple[int, datetime.date]]  # "Published 4 May 2021"
    updated: list[tuple[int, datetime.date]]
    alone: list[tuple[int, datetime.date]]

    @property
    def near(self) -> list[tuple[int, datetime.date]]:
        """Those alone near the headline."""
        return [one for one in self.alone if one[0] <= NEAR]

    @property
    def best(self) -> datetime.date | None:
        """One that says "published", one alone near the headline, or the only one there is."""
        found = self.published or self.near or (self.alone if len(self.alone) == 1 else self.updated)
        return min(found)[1] if found else None


def _shown_dates(tree: etree._Element, headings: Sequence[str]) -> Shown:
    strings: Any = TEXTS(tree)  # an XPath of strings
    texts = [line for text in islice(strings, MAX_TEXTS) if len(text) <= MAX_SHOWN and (line := text.strip())]
    top = next((at for at, text in enumerate(texts) if text in headings), 0)
    shown = Shown([], [], [])
    for at, text in enumerate(texts):
        if "20" not in text and "19" not in text:  # spares most texts the search
            continue
        for start, end, day in islice(date_spans(text), 1):
            before = text[:start] if start > 2 or not at else texts[at - 1][-20:]
            found = shown.alone
            if UPDATED.search(before):
                found = shown.updated
            elif PUBLISHED.search(before):
                found = shown.published
            if found is not shown.alone or len(text) - (end - start) <= MAX_BESIDE:
                # Of two as near, the one below the headline.
                found.append((2 * (at - top) if at >= top else 2 * (top - at) + 1, day))
    return shown


def _corrected(stated: str, shown: Shown) -> str:
    """The date the markup states, or an earlier one that the page shows as its own: the markup dates a move then.

    A later one proves nothing: as many pages show the day of an update under the headline, without calling it one.
    Where the page says that it was updated, an earlier day beside it may be anything.
    """
    moment = read_moment(stated)
    if not moment or not shown.near or shown.published or any(place <= NEAR for place, _ in shown.updated):
        return stated
    day = min(shown.near)[1]
    # A day's difference is one of time zones.
    return iso_moment(day) if day < day_of(moment) - datetime.timedelta(days=1) else stated


def _guessed_date(tree: etree._Element) -> datetime.date | None:
    """What htmldate makes of a page; of a large one, it sees the head only."""
    import htmldate

    large = next(islice(tree.iter(), MAX_SEARCHED, None), None) is not None
    seen = tree.find("head") if large else tree
    if seen is None:
        return None
    try:
        found = htmldate.find_date(
            etree.tostring(seen, encoding="unicode", method="html"),
            original_date=True,
            extensive_search=False,
            max_date=f"{LATEST_YEAR}-12-31",
        )
    except Exception:  # whatever a page does to the search costs its date, not the page
        return None
    return read_moment(found or "")


# Address


def _url(tree: etree._Element, metas: Metas) -> str:
    links = (
        link.get("href") or "" for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()
    )
    found = next(
        (link for link in (*links, _first(metas, URL_NAMES)) if link.strip().startswith(("http://", "https://"))), ""
    )
    return found.strip()[:2000]


def _visible(element: etree._Element) -> str:
    """The text of an element on one line."""
    pieces: list[str] = []
    hidden = 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            hidden += node.tag in UNSEEN
            pieces.append(f"{' ' if node.tag in APART else ''}{'' if hidden else node.text or ''}")
        elif node is not element:
            hidden -= node.tag in UNSEEN
            pieces.append(f"{' ' if node.tag in APART else ''}{'' if hidden else node.tail or ''}")
        if len(pieces) > MAX_PIECES:
            break
    return _line("".join(pieces)[:1000])


def _line(text: str) -> str:
    return " ".join(text.split())
