"""Position: what a block is because of where it stands: before the headline, in the body, in the tail."""

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.article import Article, Block
from pipeline.cleaning.features import (
    FIRST_PLURAL,
    NARRATIVE,
    QUOTES,
    SECOND_PERSON,
    Line,
    content_of,
    densest,
    share,
    shared,
)
from pipeline.cleaning.phrases import Phrase, appeals
from pipeline.cleaning.places import is_running
from pipeline.labels import BlockLabel

# A tail opens with one of these: asked once, the reader is asked until the end.
TAIL_HEADS = frozenset(
    {
        BlockLabel.DONATION_APPEAL,
        BlockLabel.MEMBERSHIP_PITCH,
        BlockLabel.SUBSCRIPTION_PAYWALL,
        BlockLabel.NEWSLETTER,
        BlockLabel.COMMENT_PROMPT,
        BlockLabel.RELATED_LINKS,
        BlockLabel.AUTHOR_BIO,
        BlockLabel.COPYRIGHT_LEGAL,
        BlockLabel.CORRECTION_CONTACT,
        BlockLabel.ACCOUNT_PROMPT,
        BlockLabel.TAGS,
    }
)
# Behind these nothing of the article comes any more, if nearly all of it stands before.
LAST_HEADS = frozenset({BlockLabel.COMMENT_PROMPT})
# What fluent paragraphs follow that are not the article; other heads stand in the middle of many an article.
STRONG_HEADS = LAST_HEADS | {BlockLabel.DONATION_APPEAL, BlockLabel.MEMBERSHIP_PITCH, BlockLabel.SUBSCRIPTION_PAYWALL}
# The share of the article that must stand before a tail, and before one that nothing follows.
BODY_BEFORE_TAIL = 0.6
BODY_BEFORE_LAST = 0.85
# A block under a weaker head is article text if it scores as such.
SURE = 0.5
# Words a paragraph of the tail must share with the body, as a share of its topic words, to be article text again.
TOPICAL_OVERLAP = 0.22
ADDRESSING = FIRST_PLURAL | SECOND_PERSON
PITCH = 1.0
PITCH_IN_BODY = 2.2


@dataclass(frozen=True)
class Page:
    """What the rules of position look at: the blocks as read, scored, and the stretch that is the body."""

    article: Article
    lines: Sequence[Line]
    scores: Sequence[float]
    phrases: Sequence[Sequence[Phrase]]  # those that stand in each block
    first: int
    last: int  # half-open

    @functools.cached_property
    def body(self) -> Counter[str]:
        """In how many blocks of the body each topic word stands."""
        return content_of(self.lines[self.first : self.last])

    def running(self, index: int) -> bool:
        """Whether the block is a paragraph of running text."""
        return is_running(self.lines[index])


def page_of(
    article: Article, lines: Sequence[Line], scores: Sequence[float], found: Sequence[Sequence[Phrase]]
) -> Page:
    """The article with its body: the stretch that holds most of the likely text."""
    values = [(score - 0.5) * (2 + min(line.size, 80)) for score, line in zip(scores, lines, strict=True)]
    first, last = densest(values)
    return Page(article, lines, scores, found, first, last)


def first_paragraph(page: Page) -> int:
    """The index of the first running paragraph of the body; of its first block where none runs."""
    return next((index for index in range(page.first, page.last) if page.running(index)), page.first)


def without_tail(page: Page, blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with the tail that an appeal heads removed until article text returns."""
    tail = Tail(page, blocks)
    for index in range(len(blocks)):
        tail.read(index)
    return tail.result


class Tail:
    """One walk down a page: the head of the tail that is open, and what may yet prove to be article text."""

    def __init__(self, page: Page, blocks: Sequence[Block]) -> None:
        self.page, self.blocks, self.result = page, blocks, list(blocks)
        self.outlets = outlet_words(page, blocks)
        self.mass = [score * min(line.size, 80) for score, line in zip(page.scores, page.lines, strict=True)]
        self.total, self.before = sum(self.mass) or 1.0, 0.0
        self.head: Block | None = None
        self.final = False
        self.doubtful: list[int] = []

    @functools.cached_property
    def body(self) -> Counter[str]:
        """In how many kept paragraphs each topic word stands."""
        kept = (index for index, block in enumerate(self.blocks) if block.kept and self.page.running(index))
        return content_of(self.page.lines[index] for index in kept)

    def read(self, index: int) -> None:
        """Open, go on with or close a tail at this block."""
        block = self.blocks[index]
        if heads_a_tail(block) and self.before >= BODY_BEFORE_TAIL * self.total:
            self.open(block)
        elif block.kept and self.head:
            self.go_on(index, self.head)
        self.before += self.mass[index]

    def open(self, block: Block) -> None:
        """A removed block heads a tail, unless one that asks for more is open."""
        self.final = self.final or (block.label in LAST_HEADS and self.before >= BODY_BEFORE_LAST * self.total)
        self.head = self.head if self.head and self.head.label in STRONG_HEADS else block

    def go_on(self, index: int, head: Block) -> None:
        """Remove a block of the tail, or close the tail where article text has returned."""
        line = self.page.lines[index]
        pitched = pitch(line, self.outlets, self.page.phrases[index])
        label = BlockLabel.DONATION_APPEAL if pitched >= PITCH else head.label
        block = self.blocks[index]
        self.result[index] = block.drop(label, f"position: in the tail after {head.reason!r}", block.score)
        if not self.final and on_topic(self.page, index, head, self.body, pitched):
            self.doubtful.append(index)
            if not addresses(line, head):
                self.close()

    def close(self) -> None:
        """What came between head and return was article text, too, where it kept to the topic."""
        for index in self.doubtful:
            self.result[index] = self.blocks[index]
        self.head, self.doubtful = None, []


def heads_a_tail(block: Block) -> bool:
    """Whether a removed block opens a section of appeals, prompts or links."""
    return not block.kept and block.label in TAIL_HEADS and block.reason.startswith(("phrase", "pitch"))


def on_topic(page: Page, index: int, head: Block, body: Counter[str], pitched: float) -> bool:
    """Whether a block after the head of a tail is article text again."""
    if head.label not in STRONG_HEADS and page.first <= index < page.last and page.scores[index] >= SURE:
        return pitched < PITCH
    if not page.running(index):
        return False
    # Each block of the body counts itself; another must use the word too.
    used_twice = frozenset(word for word in page.lines[index].content if body[word] > 1)
    return pitched < PITCH and shared(page.lines[index].content, used_twice) >= TOPICAL_OVERLAP


def addresses(line: Line, head: Block) -> bool:
    """Whether a block under an appeal goes on as the outlet's own voice: in the first person or to the reader."""
    if head.label not in STRONG_HEADS or not QUOTES.isdisjoint(line.text):
        return False
    return not ADDRESSING.isdisjoint(line.words)


def without_pitches(page: Page, blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with those paragraphs removed that ask the reader for support in the middle of an article."""
    outlets = outlet_words(page, blocks)
    result = list(blocks)
    for index, block in enumerate(blocks):
        if block.kept and 8 <= page.lines[index].size <= 150:
            pitched = pitch(page.lines[index], outlets, page.phrases[index])
            if pitched >= PITCH_IN_BODY:
                result[index] = block.drop(BlockLabel.DONATION_APPEAL, f"pitch: {pitched:.1f}", block.score)
    return result


def pitch(line: Line, outlets: frozenset[str], found: Sequence[Phrase]) -> float:
    """How much a paragraph asks the reader for support: the outlet speaks of itself, to you, about money.

    An article *about* donations tells of others: its narrative words, and the want of "we" and "you", speak against it.
    """
    if ADDRESSING.isdisjoint(line.words) and (not outlets or outlets.isdisjoint(line.words)):
        return 0.0
    we, you = share(line.words, FIRST_PLURAL), share(line.words, SECOND_PERSON)
    evidence = 0.7 * appeals(found) + 8 * min(we, 0.1) + 8 * min(you, 0.1)
    evidence += 0.5 * (not outlets.isdisjoint(line.words))
    # "We rely on donations," she said: quoted, so it is not the outlet that speaks.
    quoted = sum(line.text.count(mark) for mark in '"“”') >= 2
    return evidence - 8 * share(line.words, NARRATIVE) - 1.5 * quoted


def outlet_words(page: Page, blocks: Sequence[Block]) -> frozenset[str]:
    """The words of the outlet's name, as the appeals of the page give them: "Support Harbour Post"."""
    named: Counter[str] = Counter()
    for line, block in zip(page.lines, blocks, strict=True):
        if not block.kept and block.label in TAIL_HEADS and line.size <= 14:
            named.update({word.strip(".,!?:").lower() for word in line.text.split()[1:] if word[:1].isupper()})
    often = [word for word, times in named.items() if times > 1 and len(word) > 2]
    return frozenset(word for word in often if page.body[word] <= 1)
