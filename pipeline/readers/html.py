"""HTML: a page rendered once to plain text, the way a browser's copy gives it, and divided into blocks.

Block elements and <br> end a line; paragraphs, headings, lists and quotations are set off by a blank line; cells of a
table row are separated by a tab. White space is collapsed outside <pre>. Scripts, forms' options and what the markup
itself hides are left out; style sheets are not evaluated. Offsets count code points of this rendering, so a change
here moves the rows of every page: tests/readers pins it.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml import html as lxml_html

from pipeline.article import Block, Markup
from pipeline.readers import decoding
from pipeline.readers.main_content import with_votes
from pipeline.readers.metadata import PageMetadata, html_metadata
from pipeline.readers.text import divide, trimmed

__all__ = ["Page", "PageMetadata", "decode_page", "html_metadata", "read_page", "render"]

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Set off by a blank line, as browsers' default style sheets do.
SPACED = HEADINGS | frozenset((
    "p", "ul", "ol", "dl", "blockquote", "pre", "table", "hr", "figure", "menu", "fieldset",
))  # fmt: skip
# On a line of their own.
LINES = frozenset((
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dt",
    "figcaption", "footer", "form", "frameset", "header", "hgroup", "html", "legend", "li", "main", "nav",
    "noframes", "optgroup", "search", "section", "summary", "tbody", "tfoot", "thead", "title", "tr", "video",
    "audio",
))  # fmt: skip
CELLS = frozenset({"td", "th"})
APART = frozenset({"button", "label", "input", "img", "picture"})  # beside the text, not glued to it
SKIPPED = frozenset((
    "applet", "area", "audio", "base", "canvas", "datalist", "embed", "head", "iframe", "link", "map", "math",
    "meta", "meter", "noembed", "noscript", "object", "option", "param", "progress", "rp", "script", "select",
    "source", "style", "svg", "template", "textarea", "title", "track", "video",
))  # fmt: skip
# "aria-hidden" on these is an icon or a doubled text; on a container it only says that a dialog was open.
DECORATIVE = frozenset({"i", "span", "b", "em", "small", "sup", "sub", "a", "label", "button"})
CONCEALING = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
# A paragraph inside one of these is a part of it.
HOLDERS = HEADINGS | frozenset({"blockquote", "li", "dt", "dd", "figcaption", "caption", "address"})
REGIONS = frozenset({"main", "article", "header", "nav", "aside", "footer", "form", "figure"})
ROLES = {
    "main": "main",
    "article": "article",
    "banner": "header",
    "navigation": "nav",
    "menu": "nav",
    "menubar": "nav",
    "complementary": "aside",
    "contentinfo": "footer",
    "form": "form",
    "search": "form",
    "figure": "figure",
}
SPACES = re.compile("[ \t\n\r\f]+")
SENTENCE_ENDS = frozenset(".!?:;…\"”’')»]")
MAX_CLASSES = 400  # characters of class and id tokens kept for a block
MAX_ANCESTORS = 40
# libxml2 stops reading at a depth of 256: what lies deeper is read again without the elements that nest.
TOO_DEEP = "Excessive depth"
NESTING_TAG = re.compile(
    "</?(?!(?:p|br|h[1-6]|script|style|noscript|template|title|meta|head|body)[\\s/>])([a-zA-Z][a-zA-Z0-9:-]{0,40})"
    "[^<>]{0,5000}>"
)
BLOCKS = SPACED | LINES | CELLS
META_CHARSET = re.compile(
    rb"<meta[^<>]{0,400}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([a-zA-Z0-9_:.-]{2,40})", re.IGNORECASE
)
XML_ENCODING = re.compile(rb"^\s{0,20}<\?xml[^<>]{0,200}?encoding\s{0,5}=\s{0,5}[\"']([a-zA-Z0-9_:.-]{2,40})")
LEGACY = re.compile(r"^(?:iso8859|cp|gb|big5|shift|euc|koi8|mac|tis|iso2022|hz|johab)")
# Browsers read these names as the larger encoding.
WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page as read: its rendering, the blocks of it, and what its markup says about the article."""

    text: str
    blocks: tuple[Block, ...]
    metadata: PageMetadata
    warning: str = ""


def read_page(html: str) -> Page:
    """The rendering and the metadata of a page, with trafilatura's vote on every block."""
    tree, warning = parse(html)
    if tree is None:
        return Page("", (), PageMetadata())
    text, blocks = render_tree(tree)
    metadata = html_metadata(tree)
    return Page(text, with_votes(text, blocks, tree), metadata, warning)


def render(html: str | bytes) -> tuple[str, tuple[Block, ...]]:
    """The plain text of a page and its blocks.

    Raises:
        UnreadableError: the bytes are no text.
    """
    tree, _ = parse(decode_page(html)[0] if isinstance(html, bytes) else html)
    return render_tree(tree) if tree is not None else ("", ())


def decode_page(data: bytes) -> tuple[str, str]:
    """The source of a page, and a warning where its encoding had to be guessed (else empty).

    A byte-order mark decides, then valid UTF-8, then the encoding the page declares, then a guess.

    Raises:
        UnreadableError: the bytes are no text.
    """
    if not data.startswith(tuple(mark for mark, _ in decoding.WIDE_MARKS)) and not _is_utf8(data):
        for declared in _declared(data):
            try:
                return data.decode(declared), ""
            except UnicodeDecodeError:
                continue
    text, warning = decoding.decode(data)
    return text.removeprefix("\ufeff"), warning


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _declared(data: bytes) -> Iterator[str]:
    head = data[:8192]
    for found in (XML_ENCODING.search(head), META_CHARSET.search(head)):
        if found:
            try:
                name = codecs.lookup(found[1].decode("ascii")).name
            except LookupError:
                continue
            name = WIDER.get(name, name)
            if LEGACY.match(name):
                yield name


def parse(html: str) -> tuple[lxml_html.HtmlElement | None, str]:
    """The tree of a page (None when it holds no element), and a warning where a part could not be parsed."""
    html = html.replace("\0", "\ufffd")
    tree, too_deep = _parse(html)
    if too_deep:
        tree, too_deep = _parse(NESTING_TAG.sub(lambda tag: "<br>" if tag[1].lower() in BLOCKS else "", html))
    return tree, "nested too deeply: a part of the page is not read" if too_deep else ""


def _parse(html: str) -> tuple[lxml_html.HtmlElement | None, bool]:
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None, False
    return tree, any(TOO_DEEP in entry.message for entry in parser.error_log.filter_from_errors())


def render_tree(tree: lxml_html.HtmlElement) -> tuple[str, tuple[Block, ...]]:
    """The plain text of a parsed page and its blocks."""
    renderer = _Renderer()
    open_elements = [(_Frame.of(tree, None), iter(tree))]
    renderer.enter(open_elements[0][0], tree.text)
    while open_elements:
        frame, children = open_elements[-1]
        child = next(children, None)
        if child is None:
            open_elements.pop()
            renderer.leave(frame)
            if open_elements:
                renderer.add(frame.element.tail, open_elements[-1][0])
        elif not isinstance(child.tag, str) or _is_hidden(child):
            renderer.add(child.tail, frame)
        else:
            open_elements.append((_Frame.of(child, frame), iter(child)))
            renderer.enter(open_elements[-1][0], child.text)
    return renderer.finish()


def _is_hidden(element: lxml_html.HtmlElement) -> bool:
    tag = element.tag
    if tag in SKIPPED or (tag == "dialog" and element.get("open") is None):
        return True
    attributes = element.attrib
    if not attributes:
        return False
    if "hidden" in attributes and attributes["hidden"].casefold() != "until-found":
        return True
    if attributes.get("aria-hidden") == "true" and tag in DECORATIVE:
        return True
    return tag != "body" and "style" in attributes and CONCEALING.search(attributes["style"][:2000]) is not None


def _follows_a_link(element: lxml_html.HtmlElement) -> bool:
    # "<a>World</a><a>Sport</a>" in a menu: style sheets set such links apart.
    before = element.getprevious() if element.tag == "a" else None
    return before is not None and before.tag == "a" and not before.tail


@dataclass(slots=True)
class _Frame:
    """An element that is open, and what its descendants inherit from it."""

    element: lxml_html.HtmlElement
    parent: "_Frame | None"
    name: str  # what the block is called
    breaks: int  # line breaks before and after
    region: str
    linked: bool
    preformatted: bool

    @classmethod
    def of(cls, element: lxml_html.HtmlElement, parent: "_Frame | None") -> "_Frame":
        tag = element.tag
        breaks = 2 if tag in SPACED else 1 if tag in LINES else 0
        if parent is None:
            return cls(element, None, tag, breaks, "", False, False)
        if tag in ("ul", "ol") and parent.name in ("li", "dd"):
            breaks = 1  # a list inside a list
        name = parent.name
        if tag in HOLDERS or tag == "pre" or ((breaks or tag in CELLS or tag == "button") and name not in HOLDERS):
            name = tag
        region = ROLES.get(element.get("role") or "") or (tag if tag in REGIONS else parent.region)
        linked = parent.linked or (tag == "a" and element.get("href") is not None)
        return cls(element, parent, name, breaks, region, linked, parent.preformatted or tag == "pre")

    def classes(self) -> str:
        """Class and id tokens of the element and its ancestors, the nearest first."""
        tokens: dict[str, None] = {}
        frame: _Frame | None = self
        for _ in range(MAX_ANCESTORS):
            if frame is None:
                break
            element = frame.element
            found = f"{element.get('class') or ''} {element.get('id') or ''}"[:MAX_CLASSES].lower().split()
            tokens.update(dict.fromkeys(found))
            frame = frame.parent
        joined = " ".join(tokens)
        return joined if len(joined) <= MAX_CLASSES else joined[:MAX_CLASSES].rpartition(" ")[0]


class _Renderer:
    """Writes text and remembers where each block begins and ends."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.breaks = 0  # line breaks owed before the next character
        self.space = False  # a space is owed
        self.cell = False  # a tab is owed
        self.soft = False  # the break owed is one <br>, and no element has ended since
        self.last = ""
        self.block: _Frame | None = None
        self.start = self.visible = self.linked = 0
        self.spans: list[tuple[int, int, bool, Markup]] = []

    def enter(self, frame: _Frame, text: str | None) -> None:
        tag = frame.element.tag
        if tag == "br":
            self.soft = self.breaks == 0 and self.block is not None
            self.breaks = min(2, self.breaks + 1)
        elif frame.breaks:
            self.end_line(frame.breaks)
        elif tag in CELLS:
            self.cell = True
        elif tag in APART or _follows_a_link(frame.element):
            self.space = True
        elif tag == "q":
            self.write("“", frame)
        if tag == "pre" and text:
            text = text.removeprefix("\n")
        self.add(text, frame)

    def leave(self, frame: _Frame) -> None:
        tag = frame.element.tag
        if frame.breaks:
            self.end_line(frame.breaks)
        elif tag in CELLS:
            self.cell = True
        elif tag in APART:
            self.space = True
        elif tag == "q":
            self.space = False
            self.write("”", frame)

    def end_line(self, breaks: int) -> None:
        self.breaks, self.soft = max(self.breaks, breaks), False

    def add(self, text: str | None, frame: _Frame) -> None:
        """Text inside an element, its white space collapsed unless it is preformatted."""
        if not text:
            return
        if frame.preformatted:
            if (self.block is not None and not self.breaks) or text.strip():
                self.write(text, frame)
            return
        collapsed = SPACES.sub(" ", text)
        words = collapsed.strip(" ")
        if words:
            self.space = self.space or collapsed[0] == " "
            self.write(words, frame)
        self.space = self.space or collapsed[-1] == " "

    def write(self, words: str, frame: _Frame) -> None:
        if self.soft and self.goes_on(words, frame):
            self.put("\n")
        elif self.breaks or self.cell or self.block is None:
            self.close()
            owed = self.breaks - (self.last == "\n")  # a <pre> may end in one already
            self.put("\n" * owed if self.breaks else "\t" if self.cell else "")
            self.block, self.start, self.visible, self.linked = frame, self.length, 0, 0
        elif self.space:
            self.put(" ")
        self.breaks, self.space, self.cell, self.soft = 0, False, False, False
        self.put(words)
        visible = len(words) - sum(map(words.count, " \u00a0\n\t"))
        self.visible += visible
        self.linked += visible if frame.linked else 0

    def goes_on(self, words: str, frame: _Frame) -> bool:
        # "Ferry strike<br>enters its third week": one heading, or one sentence, over two lines.
        return frame.name in HEADINGS or (words[0].islower() and self.last not in SENTENCE_ENDS)

    def put(self, text: str) -> None:
        if text and (self.length or text.strip("\n\t")):
            self.pieces.append(text)
            self.length += len(text)
            self.last = text[-1]

    def close(self) -> None:
        """End the block that is open."""
        if self.block is not None and self.length > self.start:
            density = round(self.linked / self.visible, 3) if self.visible else 0.0
            markup = Markup(self.block.name, self.block.classes(), density, self.block.region)
            self.spans.append((self.start, self.length, self.block.preformatted, markup))
        self.block = None

    def finish(self) -> tuple[str, tuple[Block, ...]]:
        self.close()
        text = "".join(self.pieces)
        return text, tuple(self.blocks(text))

    def blocks(self, text: str) -> Iterator[Block]:
        for start, end, preformatted, markup in self.spans:
            if preformatted:
                for block in divide(text[start:end]):
                    yield Block(start + block.start, start + block.end, markup=markup)
                continue
            start, end = trimmed(text, start, end)
            if start < end:
                yield Block(start, end, markup=markup)
