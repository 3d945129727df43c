"""Endings: what stands under the last paragraph in fluent prose: who the writer is, and what the outlet asks for.

And what gives itself away by its marks, wherever it stands.
"""

import datetime
import re
from collections import Counter
from collections.abc import Sequence

from pipeline.article import Block
from pipeline.cleaning.features import (
    BULLETS,
    FIRST_PLURAL,
    INTRODUCING,
    LISTS,
    QUOTES,
    SECOND_PERSON,
    Line,
    content_of,
    shared,
)
from pipeline.cleaning.metadata import WEEKDAYS, is_credit
from pipeline.cleaning.phrases import appeals, asked_for
from pipeline.cleaning.position import PITCH, TOPICAL_OVERLAP, Page, outlet_words, pitch
from pipeline.labels import BlockLabel
from pipeline.readers.days import date_spans, day_of

# A writer is introduced in one of the last blocks that are kept.
LAST_BLOCKS = 4
# "Ines Calder taught history"
TELLING = INTRODUCING | LISTS["career"]
# "Her book", "She writes for", "Follow her": of a person whom the article has not named.
OF_A_WRITER = re.compile(
    r"\b(?:[Hh]er|[Hh]is|[Tt]heir) (?:\w+ ){0,2}(?:book|novel|memoir|work|collection|column|research)\b"
    r"|\b(?:She|He|They) (?:also )?(?:writes|lives|teaches|tweets|blogs|covers|edits)\b|@\w|\bFollow (?:her|him|them)\b"
)
NAME = re.compile(r"[^\W\d_a-z][\w’'.-]*(?: [^\W\d_a-z][\w’'.-]*){1,3}")
MAX_BIOGRAPHY_WORDS = 90
# "$4 a month", "£3.50 per week", "€1 for the first month", "six weeks for $1"
SUM = r"(?:[$£€]\s?[0-9]{1,4}(?:[.,][0-9]{2})?|[0-9]{1,4}(?:[.,][0-9]{2})?\s(?:euros?|pounds?|dollars?)|[0-9]{1,2}p)"
OFFER = re.compile(
    rf"{SUM} (?:a|per|each|every) (?:week|month|year)\b"
    rf"|{SUM} for (?:the |your )?(?:first|\w+) (?:\w+ )?(?:week|month|year)s?\b"
    rf"|\b(?:week|month|year)s? (?:of \w+ )?for (?:just |only )?{SUM}",
    re.IGNORECASE,
)
OFFERED = 0.8
MAX_PITCH_WORDS = 150
# Marks alone, in a row: a rule between the article and what follows.
RULE = re.compile(r"[_=–—-]{5,200}")
# "(c) 2021 Harbour Post", "Copyright Harbour Post Ltd 2021"
RIGHTS = re.compile(r"(?:\(c\)|copyright\b)[^.;]{0,60}\b(?:19|20)[0-9]{2}\b", re.IGNORECASE)
MAX_RIGHTS_WORDS = 30
# "Above: The old harbour in the evening light.": no paragraph that opens so was an article's on the cleaning pages.
POINTING = re.compile(r"(?:above|below|left|right|pictured|photo|picture|image|caption)\s?:\s", re.IGNORECASE)
CAPTION_WORDS = range(8, 81)
# "... signs the treaty in Turku on Tuesday, May 4, 2021": an article of that week writes "on Tuesday", a caption goes
# around the world with its whole date. What tells of the past or of the future is no picture.
CAPTION_DAYS = 10
DAYS = frozenset(WEEKDAYS)
WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)}),?\s(?:the\s)?$", re.IGNORECASE)
TOLD = frozenset(("said", "told", "was", "were", "had", "did", "announced", "would", "could", "will"))


def without_marks(page: Page, blocks: Sequence[Block]) -> list[Block]:
    """The blocks without drawn lines, without those that claim the rights, and without captions that point."""
    result = list(blocks)
    for index, (line, block) in enumerate(zip(page.lines, blocks, strict=True)):
        if block.kept and RULE.fullmatch(line.text):
            result[index] = block.drop(BlockLabel.FORM_NOISE, "marks: a drawn line", block.score)
        elif block.kept and line.size <= MAX_RIGHTS_WORDS and RIGHTS.match(line.text):
            result[index] = block.drop(BlockLabel.COPYRIGHT_LEGAL, "marks: who holds the rights", block.score)
        elif block.kept and len(line.words) in CAPTION_WORDS and POINTING.match(line.text):
            result[index] = block.drop(BlockLabel.CAPTION, "marks: points to a picture", block.score)
    return result


def without_dated_captions(page: Page, blocks: Sequence[Block], published: datetime.date | None) -> list[Block]:
    """The blocks without captions that give weekday, day and year of the days before the article was published."""
    result = list(blocks)
    if published is None:
        return result
    for index, (line, block) in enumerate(zip(page.lines, blocks, strict=True)):
        if block.kept and len(line.words) in CAPTION_WORDS and not DAYS.isdisjoint(line.words):
            for start, _, day in date_spans(line.text):
                age = (day_of(published) - day).days
                told = not TOLD.isdisjoint(line.words)
                if not told and 0 <= age <= CAPTION_DAYS and WEEKDAY.search(line.text[max(0, start - 15) : start]):
                    result[index] = block.drop(BlockLabel.CAPTION, "dated: a picture of these days", block.score)
    return result


def without_final_pitch(page: Page, blocks: Sequence[Block]) -> list[Block]:
    """The blocks without the last paragraphs in which the outlet speaks of itself to the reader, and asks for support.

    From the end up, as far as a block keeps to another topic than the article; nothing goes if none of them asks.
    """
    body: Counter[str] = Counter()  # of what is kept, once it is asked for
    outlets = outlet_words(page, blocks)
    speaking: list[int] = []
    asking = 0  # how many of the speaking blocks, from the end up, go: those below and with the topmost that asks
    for index in [at for at, block in enumerate(blocks) if block.kept and at > page.first][::-1]:
        line = page.lines[index]
        asks = _asks(page, index, outlets)
        if line.size > MAX_PITCH_WORDS or not (asks or _has_a_voice(line, outlets)):
            break
        if not asks:
            body = body or content_of(page.lines[at] for at, block in enumerate(blocks) if block.kept)
            if shared(line.content, frozenset([word for word in line.content if body[word] > 1])) >= TOPICAL_OVERLAP:
                break
        speaking.append(index)
        asking = len(speaking) if asks else asking
    result = list(blocks)
    for index in speaking[:asking]:
        label = asked_for(page.phrases[index]) or BlockLabel.DONATION_APPEAL
        result[index] = blocks[index].drop(label, "pitch: the outlet asks at the end", blocks[index].score)
    return result


def _asks(page: Page, index: int, outlets: frozenset[str]) -> bool:
    """Whether a block is a pitch: it names what is asked for, in words or as a price; "contact us" is none."""
    line, found = page.lines[index], page.phrases[index]
    offers = bool(OFFER.search(line.text))
    return (offers or appeals(found) > 0) and pitch(line, outlets, found) + OFFERED * offers >= PITCH


def _has_a_voice(line: Line, outlets: frozenset[str]) -> bool:
    """Whether a block may be the outlet's own voice."""
    if not QUOTES.isdisjoint(line.text) or is_credit(line):
        return False
    return not (FIRST_PLURAL | SECOND_PERSON | outlets).isdisjoint(line.words) or bool(OFFER.search(line.text))


def without_biography(page: Page, blocks: Sequence[Block], byline: str) -> list[Block]:
    """The blocks without what introduces the writer at the end: "Ines Calder covers courts", below her article."""
    writers = [tuple(name.lower().split()) for name in byline.split(", ")]
    result = list(blocks)
    kept = [at for at, block in enumerate(blocks) if block.kept and at > page.first][-LAST_BLOCKS:]
    # What the score has removed there is at least called by its name.
    unnamed = (
        at for at in range(kept[0] if kept else len(blocks), len(blocks)) if blocks[at].reason.startswith("score")
    )
    for index in sorted({*kept, *unnamed}):
        line = page.lines[index]
        if any(_introduces(line, name) for name in writers) or _introduces_another(page, index):
            reason = "position: introduces the writer at the end"
            result[index] = blocks[index].drop(BlockLabel.AUTHOR_BIO, reason, blocks[index].score)
    return result


def _introduces(line: Line, name: tuple[str, ...]) -> bool:
    """Whether a block opens with a name and tells what its bearer does."""
    says = line.words[len(name) : len(name) + 2]
    return len(name) > 1 and line.words[: len(name)] == name and not TELLING.isdisjoint(says)


def _introduces_another(page: Page, index: int) -> bool:
    """Whether a block introduces, as writers are introduced, a person whom no other block names."""
    line = page.lines[index]
    found = NAME.match(line.text)
    if not found or len(line.words) > MAX_BIOGRAPHY_WORDS or line.text[:1] in BULLETS:
        return False
    name = found.group().lower().split()
    rest = line.text[found.end() :]
    if TELLING.isdisjoint(rest.split()[:2]) or not OF_A_WRITER.search(rest):
        return False
    others = (other for at, other in enumerate(page.lines) if at != index and page.first <= at)
    return all(name[-1] not in other.words for other in others)
