"""Feeds: RSS 0.9 to 2.0 and Atom, an article for each entry."""

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from lxml import etree

from pipeline.readers.identifiers import Identifiers
from pipeline.readers.problems import UnreadableError
from pipeline.readers.records import Origin, Unread, record_articles

ENTRIES = frozenset({"item", "entry"})
ROOTS = frozenset({"rss", "feed", "RDF"})
BODIES = ("encoded", "content", "description", "summary")  # the whole article before its summary


def read_feed(data: bytes, source_file: str, stem: str, ids: Identifiers) -> Iterator[Unread]:
    """The articles of a feed; an entry without text costs that entry only.

    Raises:
        UnreadableError: the file is no XML, or no feed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableError(f"not XML ({error})") from error
    if root is None or _name(root) not in ROOTS:
        found = f"<{_name(root)}>" if root is not None else "nothing that can be read"
        raise UnreadableError(f"no feed: it begins with {found}, not with <rss>, <feed> or <rdf:RDF>")
    entries = (element for element in root.iter() if _name(element) in ENTRIES)
    number = 0
    for number, entry in enumerate(entries, start=1):
        origin = Origin(source_file, f"{stem}-{number}", f"entry {number}")
        yield from record_articles(_fields(entry), origin, ids)
    if not number:
        yield Origin(source_file, "").problem("the feed is empty: no entry to read")


def _fields(entry: etree._Element) -> dict[str, object]:
    """The entry as a record."""
    members: dict[str, etree._Element] = {}
    for element in entry:
        members.setdefault(_name(element), element)
    bodies = (_markup(members[name]) for name in BODIES if name in members)
    published = _text(members, "pubDate") or _text(members, "published") or _text(members, "date")
    return {
        "html": next((body for body in bodies if body.strip()), ""),
        "title": _text(members, "title"),
        "byline": _byline(members),
        "published": _iso(published or _text(members, "updated")),
        "url": _address(entry),
    }


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _text(members: dict[str, etree._Element], name: str) -> str:
    return "".join(str(piece) for piece in members[name].itertext()).strip() if name in members else ""


def _markup(element: etree._Element) -> str:
    """HTML that stands escaped in the feed, or as elements of it (Atom's type "xhtml")."""
    escaped = "".join(str(piece) for piece in element.itertext())
    if len(element):
        return "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)
    return escaped


def _byline(members: dict[str, etree._Element]) -> str:
    creator = _text(members, "creator")
    if creator or "author" not in members:
        return creator
    names = [child for child in members["author"] if _name(child) == "name"]
    return "".join(str(piece) for piece in names[0].itertext()).strip() if names else _text(members, "author")


def _address(entry: etree._Element) -> str:
    for element in entry:
        if _name(element) == "link" and element.get("rel", "alternate") == "alternate":
            return (element.get("href") or element.text or "").strip()
    return ""


def _iso(moment: str) -> str:
    """RFC 822 dates of RSS as ISO 8601; others as they stand."""
    try:
        return parsedate_to_datetime(moment).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return moment
