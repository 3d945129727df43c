"""Main content: where the markup of a page says that its article stands, as numbers that cleaning weighs.

Containers are named for what they hold ("article-body", "newsletter-box"), and the paragraphs in them show where most
of the text is. All of it is read in the one walk that renders the page, in time linear in the page.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

CONTAINERS = frozenset({"article", "div", "main", "section", "td"})
PARTS = frozenset({"div", "p", "section", "span"})
THREADS = frozenset({"details", "div", "ol", "section", "ul"})
MAX_NAMES = 400  # characters of a class or an id that are read
# What containers of furniture are called: the words of trafilatura 2.3 (xpaths.py, Apache-2.0). A list of our own, with
# nothing else changed, did a little worse (log loss .122, .119 with these).
# A name opens with one of the first, or one of the others stands in it.
SHARED = (
    "social", "viral", "newsletter", "syndication", "tags", "sidebar", "banner", "breadcrumb", "bread-crumb", "button",
    "author",
)  # fmt: skip
FURNITURE_IDS = ("shar", "jp-", "dpsp-content", "ad-"), (
    *SHARED, "cookie", "bmdh", "Footer", "footer", "Share", "share", "Nav", "nav", "menu", "related",
    "message-container", "premium",
)  # fmt: skip
FURNITURE_CLASSES = ("shar", "nav", "post-nav", "ZendeskForm", "ad-"), (
    *SHARED, "subnav", "avigation", "navbar", "navbox", "menu", "bar", " ad ", "-ad-", " ad-", "dfpAd", "dfpad",
    "outbrain", "taboola", "criteo", "paidcontent", "paid-content", "widget", "Footer", "footer", "Byline", "byline",
    "share-", "sociable", "embed", "tag-list", "consent", "modal-content", "permission", "elated", "next-", "-stories",
    "most-popular", "more-on", "meta", "rating", "attachment", "timestamp", "user-info", "user-profile", "-icon",
    "article-infos", "message-container", "slide", "viewport", "overlay", "options", "expand", "obfuscated", "blurred",
    "mol-factbox", "yin", "zlylin", "nfoline",
)  # fmt: skip
UNSEEN_IDS = ("reply-",), ("hidden", "reader-comments", "akismet")
UNSEEN_CLASSES = ("hide-", "reply-"), (
    "comments-title", "nocomments", "-reply-", "message", "akismet", "suggest-links", "-hide-", "hide-print", " hidden",
    " hide", "noprint", "notloaded",
)  # fmt: skip
TEASING = (), ("Teaser", "teaser")
LOWER = re.compile(r"(?:^|\s)bottom|bottom(?:\s|$)|(?:^|\s)link(?:\s|$)")
COMMENT_ID = re.compile("^(?:[Cc]omment(?!ary)|comol|disqus_thread|dsq-comments)")
COMMENT_CLASS = re.compile("^[Cc]omment(?!ary)|(?:article|post)-comments")
Words = tuple[str, ...]
KINDS = ("furniture", "teaser", "lower", "comments", "caption")  # one bit each
FURNITURE, TEASERS, LOWEST, COMMENTS, CAPTIONS = (1 << bit for bit in range(len(KINDS)))
UNSEEN = 1 << len(KINDS)  # whatever the element
# What is named so is no article; a caption or what stands lowest may be.
NO_ARTICLE = (0, 1, 3)
# Names of the article's own container, the surest first; the first element of a page that has one is taken.
TEXTS = ("article", "story", "entry", "post", "news", "page", "text", "art", "articles", "blog")
BODIES = (
    {f"{one} {two}" for one in TEXTS for two in ("body", "content", "text", "copy", "entry")}
    | {"articlebody", "bodytext", "body text", "richtext", "rich text", "prose", "postcontent", "articletext"}
    | {"articlecontent", "storybody", "postbody", "entrycontent", "post inner"},
    set[str](),  # <article>
    {f"{one} {two}" for one in (*TEXTS, "single", "theme", "section") for two in ("container", "main", "inner", "wrap")}
    | {"fulltext", "full text", "single post", "single content", "theme content", "section content", "blog content"}
    | {"main column", "field body", "story container", "hentry", "post bodycopy", "text column", "article wrapper"},
    {"content main", "content body", "main content", "page content", "maincontent", "contentbody", "content area"},
    {"main"},
)
TIER_OF = {word: tier for tier in reversed(range(len(BODIES))) for word in BODIES[tier]}
NAME = re.compile("[A-Z]?[a-z]+|[A-Z]+")
MAX_NAME_WORDS = 60
ARTICLE_TIER, CONTENT_TIER, LAST_TIER, NO_TIER = 1, 3, len(BODIES) - 1, len(BODIES)
# A container is the body when it holds paragraphs of this mass, about three, or most of a shorter page.
LEAST_BODY = 6.0
LONG, LINKED = 40, 0.4  # characters and share of links of a block that counts as a paragraph
MAX_MASS = 6.0
# A name that covers this share of the page's paragraphs is that of the layout: "has-sidebar" on the whole page.
MOST = 0.5
SHARES = (0.6, 0.85)
MOST_LINKED = 0.6
AROUND = 3
NUMBERS = len(KINDS) + len(BODIES) + 1 + 1 + len(SHARES) + AROUND + 1


@dataclass(slots=True)
class Container:
    """An element that holds text: its stretch of the rendering, half-open, and what speaks for it."""

    start: int
    end: int = 0
    kinds: int = 0  # bits of KINDS
    tier: int = -1  # of BODIES
    mass: float = 0.0  # how much running text it holds
    score: float = 0.0  # the same, what is near it counting more


Containers = tuple[Container, ...]
Held = tuple[Container, int, int]  # and the first and last block it holds, half-open


def mass_of(text: str, links: float) -> float:
    """How much a block is a paragraph: 0 for short and linked ones, more for length and commas (after Arc90)."""
    return 1 + text.count(",") + min(len(text) / 100, MAX_MASS) if len(text) >= LONG and links < LINKED else 0.0


def named_for(tag: str, attributes: Mapping[str, str]) -> tuple[int, int]:
    """The kinds of furniture an element is named for, as bits, and the tier of its name for a body, else -1."""
    get = attributes.get
    return _named_for(
        tag,
        get("class", "")[:MAX_NAMES],
        get("id", "")[:MAX_NAMES],
        get("role", "")[:MAX_NAMES],
        get("itemprop", "") == "articleBody",
        "border" in get("style", ""),
        get("aria-hidden") == "true",
    )


@functools.lru_cache(maxsize=20_000)
def _named_for(
    tag: str, classes: str, own: str, role: str, is_body: bool, bordered: bool, hidden: bool
) -> tuple[int, int]:
    kinds = _kinds(classes, own) if classes or own else 0
    if tag not in THREADS:
        kinds &= ~COMMENTS
    if tag not in PARTS:
        kinds &= UNSEEN | COMMENTS
    elif "nav" in role.lower():
        kinds |= FURNITURE
    elif bordered:
        kinds |= LOWEST
    if tag == "header":
        kinds |= LOWEST
    if kinds & UNSEEN or hidden:
        kinds = (kinds | FURNITURE) & ~UNSEEN
    return kinds, _tier(tag, classes, own, role, is_body) if tag in CONTAINERS else -1


def _tier(tag: str, classes: str, own: str, role: str, is_body: bool) -> int:
    tier = _named_tier(f"{classes} {own}") if classes or own else NO_TIER
    if is_body:
        tier = 0
    elif tag == "article" or role == "article":
        tier = min(tier, ARTICLE_TIER)
    elif tag == "main" or role == "main":
        tier = min(tier, LAST_TIER)
    return tier if tier < NO_TIER else -1


@functools.lru_cache(maxsize=20_000)
def _kinds(classes: str, own: str) -> int:
    """The kinds of furniture that a class and an id name, as bits."""
    first = own or classes
    furniture = _called(own, FURNITURE_IDS) or _called(classes, FURNITURE_CLASSES) or "cookie" in first
    unseen = _called(own, UNSEEN_IDS) or _called(classes, UNSEEN_CLASSES)
    return (
        FURNITURE * furniture
        | UNSEEN * unseen
        | TEASERS * (_called(own, TEASING) or _called(classes, TEASING))
        | LOWEST * bool(("bottom" in first or "link" in first) and LOWER.search(first))
        | COMMENTS * bool(COMMENT_ID.match(own) or COMMENT_CLASS.search(classes))
        | CAPTIONS * ("caption" in own or "caption" in classes)
    )


def _called(name: str, words: tuple[Words, Words]) -> bool:
    """Whether a name opens with one of some words, or one of others stands in it."""
    openings, parts = words
    return bool(name) and (name.startswith(openings) or any(map(name.__contains__, parts)))


@functools.lru_cache(maxsize=20_000)
def _named_tier(names: str) -> int:
    """The best tier of a body that the words of classes and ids name."""
    words = [word.lower() for word in NAME.findall(names)[:MAX_NAME_WORDS]]
    pairs = map("{} {}".format, words, words[1:])
    tier = min(map(TIER_OF.get, (*words, *pairs), repeat(NO_TIER)), default=NO_TIER)
    return CONTENT_TIER if tier > CONTENT_TIER and "content" in names.split() else tier


def numbers_of(
    starts: Sequence[int], texts: Sequence[str], links: Sequence[float], around: Sequence[Containers],
    containers: Sequence[Container],
) -> tuple[list[tuple[float, ...]], list[bool]]:  # fmt: skip
    """For each block a row of `NUMBERS` numbers, and whether they make it article text.

    Of each block is known where it starts, its text, the share of its characters that stand in links, and the `AROUND`
    nearest containers, the nearest first.
    """
    mass = np.array(list(map(mass_of, texts, links)))
    total, count = max(1.0, float(mass.sum())), len(texts)
    held = _held(np.array(starts), mass, containers)
    _score(mass, around)
    kinds, bodies = np.zeros((count, len(KINDS))), np.zeros((count, len(BODIES)))
    named: set[int] = set()
    for one, low, high in held:
        if one.kinds and one.mass < MOST * total:
            for bit in range(len(KINDS)):
                if one.kinds >> bit & 1:
                    kinds[low:high, bit] = 1
        if one.tier >= 0 and one.tier not in named:
            bodies[low:high, one.tier] = 1
            named.add(one.tier)
    free = ~kinds[:, NO_ARTICLE].any(axis=1)
    least = min(LEAST_BODY, MOST * total)
    body = next((column for column in bodies.T if column @ (mass * free) >= least), np.zeros(count))
    columns = (*kinds.T, *bodies.T, body, *_fullest(held, count, total), *_near(around, total))
    plainly = (body > 0) & free & (np.array(links) < MOST_LINKED)
    return list(zip(*(column.tolist() for column in columns), strict=True)), plainly.tolist()


def _held(starts: npt.NDArray[np.int64], mass: Array, containers: Sequence[Container]) -> list[Held]:
    """The containers that hold blocks, in the order of the page, the outer before the inner, and which they hold."""
    begins, ends = np.array([one.start for one in containers]), np.array([one.end for one in containers])
    lows, highs = np.searchsorted(starts, begins), np.searchsorted(starts, ends)
    before = np.concatenate([[0.0], np.cumsum(mass)])
    for one, inside in zip(containers, (before[highs] - before[lows]).tolist(), strict=True):
        one.mass = inside
    low, high = lows.tolist(), highs.tolist()
    order = np.lexsort((-ends, begins)).tolist()
    return [(containers[at], low[at], high[at]) for at in order if low[at] < high[at]]


def _score(mass: Array, around: Sequence[Containers]) -> None:
    """Give each container the paragraphs in it, those further inside counting less (after Arc90's readability)."""
    for block in np.flatnonzero(mass).tolist():
        share = float(mass[block])
        for one in around[block]:
            one.score += share
            share /= 2


def _fullest(held: Sequence[Held], count: int, total: float) -> list[Array]:
    """Whether each block is in the container with the best score, and in the smallest with most of the text."""
    best = max(held, key=lambda one: one[0].score, default=None)
    full = [
        min((one for one in held if one[0].mass >= least * total), key=lambda one: one[0].mass, default=None)
        for least in SHARES
    ]
    columns = []
    for one in (best, *full):
        column = np.zeros(count)
        if one and one[0].mass:
            column[one[1] : one[2]] = 1
        columns.append(column)
    return columns


def _near(around: Sequence[Containers], total: float) -> list[Array]:
    """The share of the running text that the containers around each block hold, and the score of the nearest."""
    masses = np.array([one.mass for some in around for one in some]).reshape(len(around), AROUND)
    scores = np.array([some[0].score for some in around])
    return [*(masses / total).T, scores / total]
