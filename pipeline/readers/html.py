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
from typing import Any

from lxml import etree

from pipeline.article import Block, Markup
from pipeline.readers import decoding
from pipeline.readers.main_content import AROUND, Container, named_for, numbers_of
from pipeline.readers.metadata import PageMetadata, html_metadata
from pipeline.readers.text import INVISIBLE, divide, trimmed

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
HIDING = frozenset({"hidden", "aria-hidden", "style"})
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
WHITE = " \t\n\r\f"
SPACES = re.compile(f"[{WHITE}]+")
EDGES = frozenset(INVISIBLE)
SENTENCE_ENDS = frozenset(".!?:;…\"”’')»]")
MAX_CLASSES = 400  # characters of class and id tokens kept for a block
# libxml2 stops reading at a depth of 256: what lies deeper is read again without the elements that nest.
TOO_DEEP = "Excessive depth"
NESTING_TAG = re.compile(
    "</?(?!(?:p|br|h[1-6]|script|style|noscript|template|title|meta|head|body)[\\s/>])([a-zA-Z][a-zA-Z0-9:-]{0,40})"
    "[^<>]{0,5000}>"
)
BLOCKS = SPACED | LINES | CELLS
BREAKS = dict.fromkeys(LINES, 1) | dict.fromkeys(SPACED, 2)
NAMED = HOLDERS | {"pre"}  # call a block by their own name
WRITING = APART | {"br", "pre", "q"}  # have a part in the text beside their words
# What tells one element from another that sets nothing apart.
NAMING = frozenset({"class", "id", "role", "style", "itemprop", "aria-hidden"})
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
    """The rendering and the metadata of a page."""
    tree, warning = parse(html)
    if tree is None:
        return Page("", (), PageMetadata())
    held = list(tree.iter())  # lxml makes an element anew for each walk unless something holds it
    text, blocks = render_tree(tree)
    metadata = html_metadata(tree)
    del held
    return Page(text, blocks, metadata, warning)


def render(html: str | bytes) -> tuple[str, tuple[Block, ...]]:
    """The plain text of a page and its blocks.

    Raises:
        UnreadableError: the bytes are no text.
    """
    tree, _ = parse(decode_page(html)[0] if isinstance(html, bytes) else html)
    return render_tree(tree) if tree is not None else ("", ())


def decode_page(data: bytes, charset: str = "") -> tuple[str, str]:
    """The source of a page, and a warning where its encoding had to be guessed (else empty).

    A byte-order mark decides, then valid UTF-8, then `charset` (what the page came with: the head of an answer or of a
    part), then the encoding the page declares, then a guess.

    Raises:
        UnreadableError: the bytes are no text.
    """
    if not data.startswith(tuple(mark for mark, _ in decoding.WIDE_MARKS)) and not _is_utf8(data):
        for declared in _declared(data, charset):
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


def _declared(data: bytes, charset: str) -> Iterator[str]:
    head = data[:8192]
    found = (match[1].decode("ascii") for match in (XML_ENCODING.search(head), META_CHARSET.search(head)) if match)
    for label in (charset, *found):
        if label:
            try:
                name = codecs.lookup(label).name
            except LookupError:
                continue
            name = WIDER.get(name, name)
            if LEGACY.match(name):
                yield name


def parse(html: str) -> tuple[etree._Element | None, str]:
    """The tree of a page (None when it holds no element), and a warning where a part could not be parsed."""
    html = html.replace("\0", "\ufffd")
    tree, too_deep = _parse(html)
    if too_deep:
        tree, too_deep = _parse(NESTING_TAG.sub(lambda tag: "<br>" if tag[1].lower() in BLOCKS else "", html))
    return tree, "nested too deeply: a part of the page is not read" if too_deep else ""


def _parse(html: str) -> tuple[etree._Element | None, bool]:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None, False
    if tree is None:
        return None, False
    return tree, any(TOO_DEEP in entry.message for entry in parser.error_log.filter_from_errors())


def render_tree(tree: etree._Element) -> tuple[str, tuple[Block, ...]]:
    """The plain text of a parsed page and its blocks."""
    renderer = _Renderer()
    root = _Frame.root(tree)
    renderer.enter(tree.tag, root)
    renderer.add(tree.text or "", root)
    # Each element that is open: its tag, its frame, and its children that have not been read.
    open_elements = [(tree, root, iter(tree))]
    while open_elements:
        element, frame, children = open_elements[-1]
        for child in children:
            tag: Any = child.tag
            if tag not in SKIPPED:
                attributes: dict[Any, Any] = dict(child.items())
                if (HIDING.isdisjoint(attributes) and tag != "dialog") or not _is_hidden(tag, attributes):
                    text, leaf = child.text, not len(child)
                    if leaf and tag != "q" and (not text or not (frame.preformatted or text.strip(WHITE))):
                        renderer.pass_by(child, tag, frame, spaced=bool(text))
                    else:
                        own = frame.inner(tag, attributes)
                        if tag == "a" and _follows_a_link(child):
                            renderer.space = True
                        renderer.enter(tag, own)
                        if text:
                            renderer.add(text.removeprefix("\n") if tag == "pre" else text, own)
                        if not leaf:
                            open_elements.append((child, own, iter(child)))
                            break
                        renderer.leave(tag, own)
            if tail := child.tail:
                renderer.add(tail, frame)
        else:
            open_elements.pop()
            renderer.leave(element.tag, frame)
            if open_elements and (tail := element.tail):
                renderer.add(tail, open_elements[-1][1])
    return renderer.finish()


def _is_hidden(tag: str, attributes: dict[str, str]) -> bool:
    if tag == "dialog" and "open" not in attributes:
        return True
    if "hidden" in attributes and attributes["hidden"].casefold() != "until-found":
        return True
    if "aria-hidden" in attributes and attributes["aria-hidden"] == "true" and tag in DECORATIVE:
        return True
    return "style" in attributes and tag != "body" and CONCEALING.search(attributes["style"][:2000]) is not None


def _follows_a_link(element: etree._Element) -> bool:
    # "<a>World</a><a>Sport</a>" in a menu: style sheets set such links apart.
    before = element.getprevious()
    return before is not None and before.tag == "a" and not before.tail


@dataclass(slots=True)
class _Frame:
    """An element that is open, and what its descendants inherit from it."""

    parent: "_Frame | None"
    name: str  # what the block is called
    breaks: int  # line breaks before and after
    region: str
    linked: bool
    preformatted: bool
    names: str  # its class and id
    holder: Container  # of the nearest element that sets its text apart
    around: tuple[Container, ...]  # the containers around that one, the nearest first
    named: Container | None = None  # what its names and the text in it say of it
    joined: str | None = None  # its classes and those around it, once asked for
    inline: "_Frame | None" = None  # of the elements in it that set nothing apart and are named for nothing
    link: "_Frame | None" = None  # of such links

    @classmethod
    def root(cls, element: etree._Element) -> "_Frame":
        names = f"{element.get('class') or ''} {element.get('id') or ''}"[:MAX_CLASSES]
        whole = Container(0)
        return cls(None, element.tag, 1, "", False, False, names, whole, (whole,) * AROUND, whole)

    def inner(self, tag: str, attributes: dict[str, str]) -> "_Frame":
        """The frame of an element in this one; those that differ in nothing share theirs."""
        breaks = self.breaks_of(tag)
        if breaks or tag in WRITING or tag in CELLS or not NAMING.isdisjoint(attributes):
            return self.of(tag, attributes, breaks)
        if tag == "a" and "href" in attributes and not self.linked:
            if self.link is None:
                self.link = self.unbroken(linked=True)
            return self.link
        if self.inline is None:
            self.inline = self.unbroken(linked=self.linked)
        return self.inline

    def breaks_of(self, tag: str) -> int:
        """The line breaks before and after an element in this one."""
        breaks = BREAKS.get(tag, 0)
        nested = breaks > 1 and tag in ("ul", "ol") and self.name in ("li", "dd")  # a list inside a list
        return 1 if nested else breaks

    def unbroken(self, *, linked: bool) -> "_Frame":
        return _Frame(self, self.name, 0, self.region, linked, self.preformatted, "", self.holder, self.around)

    def of(self, tag: str, attributes: dict[str, str], breaks: int) -> "_Frame":
        name, apart = self.name, breaks > 0 or tag in CELLS
        if tag in NAMED or ((apart or tag == "button") and name not in HOLDERS):
            name = tag
        region, linked, names, kinds, tier = self.region, self.linked, "", 0, -1
        if attributes:
            region = ROLES.get(attributes.get("role", "")) or (tag if tag in REGIONS else region)
            linked = linked or (tag == "a" and "href" in attributes)
            if "class" in attributes or "id" in attributes:
                names = f"{attributes.get('class', '')} {attributes.get('id', '')}"[:MAX_CLASSES]
        elif tag in REGIONS:
            region = tag
        if tag in REGIONS or not NAMING.isdisjoint(attributes):
            kinds, tier = named_for(tag, attributes)
        holder, around, named = self.holder, self.around, None
        if apart:
            named = Container(0, 0, kinds, tier)
            around, holder = (holder, *around[:-1]), named
        elif kinds:
            named = Container(0, 0, kinds, tier)
        return _Frame(
            self, name, breaks, region, linked, self.preformatted or tag == "pre", names, holder, around, named
        )


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
        self.start = self.linked = 0
        self.spans: list[tuple[int, int, _Frame, int]] = []
        self.containers: list[Container] = []
        self.joined: dict[tuple[str, str], str] = {}
        self.tokens: dict[str, tuple[str, ...]] = {"": ()}  # of what was joined

    def pass_by(self, element: etree._Element, tag: str, around: _Frame, *, spaced: bool) -> None:
        """An element with nothing to read in it, but perhaps white space."""
        if tag in BREAKS:
            self.end_line(around.breaks_of(tag))
        elif tag == "br":
            self.break_line()
        elif tag in CELLS:
            self.cell = True
        elif tag in APART or (tag == "a" and _follows_a_link(element)):
            self.space = True
        self.space = self.space or spaced

    def enter(self, tag: str, frame: _Frame) -> None:
        if frame.breaks:
            self.end_line(frame.breaks)
        elif tag in WRITING:
            if tag == "br":
                self.break_line()
            elif tag == "q":
                self.write("“", frame)
            elif tag in APART:
                self.space = True
        elif tag in CELLS:
            self.cell = True
        if frame.named is not None:
            frame.named.start = self.length

    def leave(self, tag: str, frame: _Frame) -> None:
        if frame.breaks:
            self.end_line(frame.breaks)
        elif tag in WRITING:
            if tag == "q":
                self.space = False
                self.write("”", frame)
            elif tag in APART:
                self.space = True
        elif tag in CELLS:
            self.cell = True
        if frame.named is not None and self.length > frame.named.start:
            frame.named.end = self.length
            self.containers.append(frame.named)

    def break_line(self) -> None:
        self.soft = self.breaks == 0 and self.block is not None
        self.breaks = min(2, self.breaks + 1)

    def end_line(self, breaks: int) -> None:
        if breaks > self.breaks:
            self.breaks = breaks
        self.soft = False

    def add(self, text: str, frame: _Frame) -> None:
        """Text inside an element, its white space collapsed unless it is preformatted."""
        if not text:
            return
        if frame.preformatted:
            if (self.block is not None and not self.breaks) or text.strip():
                self.write(text, frame)
            return
        words = text.strip(WHITE)
        if not words:
            self.space = True
            return
        if text[0] in WHITE:
            self.space = True
        if "\n" in words or "  " in words or "\t" in words or "\r" in words or "\f" in words:
            words = SPACES.sub(" ", words)
        self.write(words, frame)
        if text[-1] in WHITE:
            self.space = True

    def write(self, words: str, frame: _Frame) -> None:
        if self.breaks or self.cell or self.block is None:
            self.begin(words, frame)
        elif self.space:
            self.put(" ")
        self.space = False
        self.put(words)
        if frame.linked:
            self.linked += visible_in(words)

    def begin(self, words: str, frame: _Frame) -> None:
        """Words on a new line: of the open block, or of another one."""
        if self.soft and self.goes_on(words, frame):
            self.put("\n")
        else:
            self.close()
            owed = self.breaks - (self.last == "\n")  # a <pre> may end in one already
            self.put("\n" * owed if self.breaks else "\t" if self.cell else "")
            self.block, self.start, self.linked = frame, self.length, 0
        self.breaks, self.cell, self.soft = 0, False, False

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
        frame = self.block
        if frame is not None and self.length > self.start:
            self.spans.append((self.start, self.length, frame, self.linked))
        self.block = None

    def finish(self) -> tuple[str, tuple[Block, ...]]:
        self.close()
        text = "".join(self.pieces)
        return text, tuple(self.blocks(text))

    def blocks(self, text: str) -> Iterator[Block]:
        starts, around = [span[0] for span in self.spans], [span[2].around for span in self.spans]
        texts = [text[start:end] for start, end, _, _ in self.spans]
        links = [
            round(linked / visible_in(words), 3) if linked else 0.0
            for words, (_, _, _, linked) in zip(texts, self.spans, strict=True)
        ]
        places, plainly = numbers_of(starts, texts, links, around, self.containers)
        for (start, end, frame, _), density, row, extracted in zip(self.spans, links, places, plainly, strict=True):
            markup = Markup(frame.name, self.classes(frame), density, frame.region, extracted, row)
            if frame.preformatted:
                for block in divide(text[start:end]):
                    yield Block(start + block.start, start + block.end, markup=markup)
                continue
            if text[start] in EDGES or text[end - 1] in EDGES:
                start, end = trimmed(text, start, end)
            if start < end:
                yield Block(start, end, markup=markup)

    def classes(self, frame: _Frame) -> str:
        """Class and id tokens of the element and its ancestors, the nearest first."""
        unknown: list[_Frame] = []
        around: _Frame | None = frame
        while around is not None and around.joined is None:
            unknown.append(around)
            around = around.parent
        joined = around.joined if around is not None and around.joined is not None else ""
        for inner in reversed(unknown):
            joined = inner.joined = self.with_names(inner.names, joined) if inner.names else joined
        return joined

    def with_names(self, names: str, joined: str) -> str:
        """The tokens of an element before those of its ancestors, none of them twice."""
        key = (names, joined)
        if key not in self.joined:
            tokens = tuple(dict.fromkeys((*names.lower().split(), *self.tokens[joined])))
            whole = " ".join(tokens)
            if len(whole) > MAX_CLASSES:
                whole = whole[:MAX_CLASSES].rpartition(" ")[0]
                tokens = tokens[: whole.count(" ") + 1] if whole else ()
            self.joined[key], self.tokens[whole] = whole, tokens
        return self.joined[key]


def visible_in(words: str) -> int:
    """The characters that are seen."""
    return len(words) - words.count(" ") - words.count("\u00a0") - words.count("\n") - words.count("\t")
