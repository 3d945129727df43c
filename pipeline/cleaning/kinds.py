"""Kinds: the label of a block whose keeping or removal is already decided."""

import re
from collections.abc import Sequence

from pipeline.article import Block
from pipeline.cleaning.features import BULLETS
from pipeline.cleaning.markup import CAPTION_TAGS
from pipeline.cleaning.phrases import asked_for
from pipeline.cleaning.position import Page
from pipeline.labels import BlockLabel

MAX_HEADING_WORDS = 16
COMMENT_WORDS = 8
# "(a) the first point", but "(c) 2021 Harbour Post"
NUMBERED = re.compile(r"^(?!\(c\))\(?(?:[0-9]{1,2}|[a-z])[.)]\s")
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LIST_TAGS = frozenset({"li", "dt", "dd"})
COPYRIGHT = re.compile(r"©|\bcopyright\b|\ball rights reserved\b", re.IGNORECASE)
CREDIT = re.compile(r"\b(?:photo|image|picture|getty|reuters|afp|pictured|credit|illustration)\b", re.IGNORECASE)
ASKED = re.compile(r"\b(?:newsletter|inbox|subscribe|sign up)\b", re.IGNORECASE)
COMMENTED = re.compile(r"\b(?:comment|comments|reply|replies)\b", re.IGNORECASE)
# What a removed block says where no phrase decided: the first that matches names its label.
SIGNS = (
    (COPYRIGHT, BlockLabel.COPYRIGHT_LEGAL),
    (re.compile(r"\bcookies?\b", re.IGNORECASE), BlockLabel.COOKIE_NOTICE),
    (ASKED, BlockLabel.NEWSLETTER),
    (re.compile(r"\bsubscri(?:bers?|ptions?)\b|\bfree articles\b", re.IGNORECASE), BlockLabel.SUBSCRIPTION_PAYWALL),
    (COMMENTED, BlockLabel.COMMENT_PROMPT),
    (re.compile(r"\bmembership\b|\b(?:a|our) members?\b", re.IGNORECASE), BlockLabel.MEMBERSHIP_PITCH),
    (re.compile(r"\bdonat|\bsupport us\b|^support\b", re.IGNORECASE), BlockLabel.DONATION_APPEAL),
    (re.compile(r"\b(?:log ?in|sign in|password|your account)\b", re.IGNORECASE), BlockLabel.ACCOUNT_PROMPT),
    (re.compile(r"\b(?:share|facebook|twitter|whatsapp)\b", re.IGNORECASE), BlockLabel.SHARE),
)
# A block without any of these has none of the signs.
SIGN_WORDS = frozenset((
    "©", "copyright", "reserved", "cookie", "cookies", "newsletter", "inbox", "subscribe", "sign", "subscriber",
    "subscribers", "subscription", "subscriptions", "free", "comment", "comments", "reply", "replies", "support", "log",
    "login", "password", "your", "share", "facebook", "twitter", "whatsapp", "donate", "donated", "donates", "donating",
    "donation", "donations", "donator", "donators", "member", "members", "membership",
))  # fmt: skip
# The line over a reader's comment: who wrote it, and when.
COMMENTER = re.compile(
    r"\bsays:$|\b(?:ago|am|pm)$|\bat [0-9]{1,2}[:.][0-9]{2}|\b(?:19|20)[0-9]{2},? [0-9]{1,2}:[0-9]{2}", re.IGNORECASE
)
COMMENTER_WORDS = 8
# In a longer block the words of a sign may be those of a story; a reader's comment may use them all.
SIGNED_WORDS = 60
# What the head of a section says of the removed blocks under it.
SECTIONS = frozenset(
    {
        BlockLabel.RELATED_LINKS,
        BlockLabel.TAGS,
        BlockLabel.DONATION_APPEAL,
        BlockLabel.MEMBERSHIP_PITCH,
        BlockLabel.SUBSCRIPTION_PAYWALL,
        BlockLabel.COMMENT_PROMPT,
        BlockLabel.NEWSLETTER,
        BlockLabel.COOKIE_NOTICE,
        BlockLabel.AUTHOR_BIO,
    }
)


def kept_label(page: Page, blocks: Sequence[Block], index: int) -> BlockLabel:
    """What a kept block is: paragraph, heading, list item or quote."""
    line, markup = page.lines[index], blocks[index].markup
    if markup and (label := _tag_label(markup.tag)):
        return label
    if (line.text[:1] in BULLETS and line.text[1:2].isspace()) or NUMBERED.match(line.text):
        return BlockLabel.LIST_ITEM
    return BlockLabel.HEADING if _heads(page, blocks, index) else BlockLabel.PARAGRAPH


def _tag_label(tag: str) -> BlockLabel | None:
    if tag in HEADING_TAGS:
        return BlockLabel.HEADING
    if tag in LIST_TAGS:
        return BlockLabel.LIST_ITEM
    return BlockLabel.QUOTE_BLOCK if tag == "blockquote" else None


def _heads(page: Page, blocks: Sequence[Block], index: int) -> bool:
    """Whether a short block without a stop stands over a paragraph."""
    line = page.lines[index]
    if line.size > MAX_HEADING_WORDS or not line.text[:1].isalnum() or line.text[:1].islower():
        return False
    if line.text.endswith((".", ",", ";", "!", "…")) or (line.terminal and not line.text.endswith("?")):
        return False
    below = next((after for after in range(index + 1, len(blocks)) if blocks[after].kept), None)
    return below is not None and page.lines[below].size > max(10, line.size) and page.lines[below].terminal


def opens_comment(page: Page, index: int) -> bool:
    """Whether a line says who wrote the comment under it, or when: "Ada says:", "May 4, 2021 at 7:40"."""
    line = page.lines[index]
    return line.size <= COMMENTER_WORDS and COMMENTER.search(line.text.rstrip()) is not None


def removed_label(page: Page, index: int, section: BlockLabel | None) -> BlockLabel:
    """What a removed block is that no phrase names: by its words, its section, its place."""
    line, markup = page.lines[index], page.article.blocks[index].markup
    if markup and (markup.tag in CAPTION_TAGS or markup.region == "figure"):
        return BlockLabel.CAPTION
    if page.first <= index < page.last and CREDIT.search(line.text[:400]):
        return BlockLabel.CAPTION
    longest = COMMENTER_WORDS if section is BlockLabel.USER_COMMENT else SIGNED_WORDS
    if line.size <= longest and not SIGN_WORDS.isdisjoint(line.words):
        for sign, label in SIGNS:
            if sign.search(line.text[:400]):
                return label
    if section in (BlockLabel.COMMENT_PROMPT, BlockLabel.USER_COMMENT) and (asked := asked_for(page.phrases[index])):
        return asked  # "Membership costs less than ...", below the comments
    if section:
        commented = section is BlockLabel.COMMENT_PROMPT and line.size >= COMMENT_WORDS
        return BlockLabel.USER_COMMENT if commented else section
    if not any(map(str.isalnum, line.text)):
        return BlockLabel.FORM_NOISE
    if index < page.first:
        return BlockLabel.NAVIGATION
    if markup and markup.link_density > 0.5:
        return BlockLabel.RELATED_LINKS
    return BlockLabel.OTHER_BOILERPLATE
