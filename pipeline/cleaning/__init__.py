"""Cleaning: which blocks are the article, what the others are, and why.

Phrases decide first, then a score of wording and place, then position, then what other articles of the source hold, if
a boilerplate table tells. Nothing is cut: a removed block keeps its place, its label and its reason. In doubt a block
stays.
"""

import dataclasses
import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from pipeline.article import Article, Block
from pipeline.cleaning.boilerplate import BoilerplateTable
from pipeline.cleaning.endings import without_biography, without_dated_captions, without_final_pitch, without_marks
from pipeline.cleaning.features import BULLETS, content_of, read_line, shared
from pipeline.cleaning.headline import Headline, headline_of
from pipeline.cleaning.kinds import SECTIONS, kept_label, opens_comment, removed_label
from pipeline.cleaning.languages import language_of
from pipeline.cleaning.metadata import signature_of
from pipeline.cleaning.model import load_weights
from pipeline.cleaning.phrases import deciding, load_phrases
from pipeline.cleaning.position import Page, first_paragraph, page_of, without_pitches, without_tail
from pipeline.cleaning.recurring import RECURS, without_recurring
from pipeline.cleaning.scores import is_marked, scores
from pipeline.labels import BlockLabel, PublishedBasis

__all__ = ["clean", "clean_text", "keep_all", "language_of"]

PAGE_START = re.compile(r"\s{0,1000}<(?:!doctype|!--|\?xml|[a-z][a-z0-9]{0,10}[\s>])", re.IGNORECASE)

# The scores under which a block goes: swept 0.05 to 0.6 on the cleaning pages, out of fold by site. A paragraph lost is
# worse than a link kept, so the longer the block the lower; outside the body, doubt weighs more.
KEEP_SHORT = 0.45
KEEP_BETWEEN = 0.05
KEEP_LINE = 0.12
KEEP_RUNNING = 0.05
KEEP_OUTSIDE = 0.25
# "+47 555 01 42" over the first paragraph: figures alone are hardly ever an article's.
KEEP_FIGURES = 0.8
# Tags and votes make scores of pages surer than those of pasted text.
KEEP_MARKED = 0.5
# A block of this many words that an earlier one has said is a caption or a teaser, unless it scores as the refrain of
# an article does: an interview's question asked of every guest, the meals of a week.
REPEATED_WORDS = 20
KEEP_REPEATED = 0.65
# A standfirst retells the article right under its headline: this share of its topic words comes back in the body.
STANDFIRST_WORDS = range(8, 46)
STANDFIRST_OVERLAP = 0.3
KEEP_INTRODUCING, MARKED_OVERLAP = 0.3, 0.2
# "Key points", and under it points of this many words that retell the article.
POINT_WORDS, POINT_OVERLAP, POINTS_HEADING = 5, 0.4, 4
POINTS = "position: heads the points"
# A live blog has this many entries at least, each under its time: "19:41 CLT".
ENTRIES = 3
ENTRY_TIME = "position: the time of an entry"
CLOCK = re.compile(r"[0-2]?\d[.:][0-5]\d\b")
TIME_WORDS = 4
# Readers' letters: so many names between paragraphs, not further up than this many blocks.
LETTERS, LETTERS_REACH = 2, 30
LINE_WORDS = 9
HEADING_WORDS = 14
# A short removed line of these heads what follows.
HEADED = frozenset({BlockLabel.DONATION_APPEAL, BlockLabel.MEMBERSHIP_PITCH, BlockLabel.AUTHOR_BIO})
# "More from The Post" heads links, whatever the phrase in it is of; "More about cookies" does not.
OF_PAGES = frozenset({BlockLabel.NAVIGATION, BlockLabel.AUTHOR_BIO, BlockLabel.OTHER_BOILERPLATE})
MORE = re.compile(r"\W*more (?:from|in|on|about)\b", re.IGNORECASE)
BUTTON_WORDS = 2  # "Reply", under a comment
NAMES_APART = re.compile(r",| and |&")
# "Additional reporting by Ines Calder" may stand over a comment prompt, hardly anything over these.
APPEALS = frozenset({BlockLabel.DONATION_APPEAL, BlockLabel.SUBSCRIPTION_PAYWALL, BlockLabel.MEMBERSHIP_PITCH})
# Under this share of the words the decision is not trusted; the shortest article of the cleaning pages keeps 0.03.
MIN_KEPT_SHARE = 0.02
MIN_KEPT_WORDS = 20


def clean(article: Article, lexicons: Path | None = None, table: BoilerplateTable | None = None) -> Article:
    """The article with every block labelled, kept or removed for a reason, and its metadata filled from the text.

    `lexicons` is a folder to use instead of the shipped one; `table` tells what other articles of the source hold.

    Raises:
        LexiconError: the phrase lexicon is broken.
    """
    if not article.blocks:
        return article
    return cleaned(scored_page(article, lexicons), table)


def cleaned(page: Page, table: BoilerplateTable | None = None) -> Article:
    """The article of a page whose blocks are scored, each kept or removed and labelled."""
    blocks = [_judged(page, index) for index in range(len(page.lines))]
    blocks = without_pitches(page, blocks)
    blocks = without_tail(page, without_marks(page, blocks))
    blocks = _without_repeats(page, blocks)
    blocks = _with_entry_times(page, blocks)
    headline = headline_of(page)
    blocks = _with_standfirst(page, blocks, headline)
    blocks = _with_points(page, blocks, headline)
    blocks = without_dated_captions(page, blocks, page.article.published or headline.published)
    blocks = without_final_pitch(page, blocks)
    blocks = without_biography(page, blocks, page.article.byline or headline.byline)
    if table:
        blocks = without_recurring(page, blocks, headline, table.others(page.article))
    blocks = _without_closing_headings(page, _labelled(page, blocks, headline))
    return _finished(page.article, _or_all(page, blocks), headline)


def keep_all(article: Article, lexicons: Path | None = None) -> Article:
    """The article with every block kept, its title, byline and dateline labelled, and its metadata filled."""
    if not article.blocks:
        return article
    page = scored_page(article, lexicons)
    headline = headline_of(page)
    blocks = [block.keep(BlockLabel.PARAGRAPH, "kept: cleaning is off") for block in article.blocks]
    for index, (label, reason) in headline.labels.items():
        blocks[index] = blocks[index].keep(label, reason)
    return _finished(article, blocks, headline)


def clean_text(text: str) -> str:
    """The article in a text or an HTML page, without furniture, its blocks a blank line apart."""
    from pipeline.readers.html import read_page
    from pipeline.readers.text import divide

    # A page opens with a tag: "<!DOCTYPE html>", "<html lang=en>", "<div>".
    if PAGE_START.match(text):
        page = read_page(text)
        article = Article("text", page.text, page.blocks, "", title=page.metadata.title)
    else:
        article = Article("text", text, divide(text), "")
    return clean(article).kept_text


def scored_page(article: Article, lexicons: Path | None = None) -> Page:
    """The blocks of an article, read, with phrases and scores."""
    lines = [read_line(article.text_of(block)) for block in article.blocks]
    phrases = load_phrases(lexicons)
    found = list(map(phrases.of, lines))
    return page_of(article, lines, scores(article, lines, found, load_weights()), found)


def _judged(page: Page, index: int) -> Block:
    """A block after phrases and score: kept or removed, its kind still open where the score decided."""
    block, line, score = page.article.blocks[index], page.lines[index], round(page.scores[index], 3)
    phrase = deciding(page.phrases[index], line.words, inside=page.first <= index < page.last)
    if phrase:
        return block.drop(phrase.label, phrase.reason, score)
    floor = _floor_of(page, index)
    if score < floor:
        return block.drop(BlockLabel.OTHER_BOILERPLATE, f"score: {score:.2f} is under {floor:.2f}", score)
    return block.keep(BlockLabel.PARAGRAPH, f"score: {score:.2f} is at least {floor:.2f}", score)


def _floor_of(page: Page, index: int) -> float:
    """The score a block needs to stay."""
    if page.article.blocks[index].markup:
        return KEEP_MARKED
    if page.lines[index].size < LINE_WORDS:
        if not any(map(str.isalpha, page.lines[index].text)) and index < first_paragraph(page):
            return KEEP_FIGURES
        inside = _between_paragraphs(page, index) or _signs_the_last_letter(page, index)
        return KEEP_BETWEEN if inside else KEEP_SHORT
    if not page.first <= index < page.last:
        return KEEP_OUTSIDE
    return KEEP_RUNNING if page.running(index) else KEEP_LINE


def _with_standfirst(page: Page, blocks: Sequence[Block], headline: Headline) -> list[Block]:
    """The blocks with what stands right under the headline kept, where it retells the article and asks nothing."""
    result = list(blocks)
    # The score knows the tags, which tell a standfirst from a teaser.
    least, overlap = (KEEP_INTRODUCING, MARKED_OVERLAP) if is_marked(page.article) else (0.0, STANDFIRST_OVERLAP)
    for title in (at for at, (label, _) in headline.labels.items() if label is BlockLabel.TITLE):
        at = title + 1
        if at < len(blocks) and not blocks[at].kept and not page.phrases[at] and page.scores[at] >= least:
            line = page.lines[at]
            body = page.body if at < page.first else content_of(page.lines[at + 1 : page.last])
            if len(line.words) in STANDFIRST_WORDS and shared(line.content, body.keys()) >= overlap:
                result[at] = blocks[at].keep(BlockLabel.PARAGRAPH, "position: a standfirst", blocks[at].score)
    return result


def _with_points(page: Page, blocks: Sequence[Block], headline: Headline) -> list[Block]:
    """The blocks with the points between headline and first paragraph kept, where they retell the article."""
    result = list(blocks)
    title = next((at for at, (label, _) in headline.labels.items() if label is BlockLabel.TITLE), None)
    if title is None:
        return result
    for at in range(title + 1, first_paragraph(page)):
        line = page.lines[at]
        if page.phrases[at] or line.text[:1] not in BULLETS or len(line.words) < POINT_WORDS:
            continue
        if not blocks[at].kept and shared(line.content, page.body.keys()) >= POINT_OVERLAP:
            result[at] = blocks[at].keep(BlockLabel.LIST_ITEM, "position: a point above the article", blocks[at].score)
        over = at - 1
        short = over > title and page.lines[over].size <= POINTS_HEADING and page.lines[over].text[:1].isalpha()
        if result[at].kept and short and result[over].reason.startswith("score"):
            result[over] = result[over].keep(BlockLabel.HEADING, POINTS, blocks[over].score)
    return result


def _with_entry_times(page: Page, blocks: Sequence[Block]) -> list[Block]:
    """The blocks with the times of a live blog's entries kept: "21.02 CLT", each over an entry that is kept."""
    times = [
        index
        for index, below in enumerate(blocks[1:])
        if below.kept and len(page.lines[index].words) <= TIME_WORDS and CLOCK.match(page.lines[index].text)
    ]
    result = list(blocks)
    if len(times) >= ENTRIES:
        for index in (at for at in times if page.first - 1 <= at < page.last and blocks[at].reason.startswith("score")):
            result[index] = blocks[index].keep(BlockLabel.DATELINE, ENTRY_TIME, blocks[index].score)
    return result


def _without_repeats(page: Page, blocks: Sequence[Block]) -> list[Block]:
    """The blocks without those that say a second time, word by word, what is kept already."""
    said: dict[str, int] = {}
    result = list(blocks)
    for index, (line, block) in enumerate(zip(page.lines, blocks, strict=True)):
        if block.kept and len(line.words) >= REPEATED_WORDS:
            first = said.setdefault(line.text, index)
            if first != index and page.scores[index] < KEEP_REPEATED:
                result[index] = block.drop(BlockLabel.OTHER_BOILERPLATE, f"repeat: block {first} says it", block.score)
    return result


def _between_paragraphs(page: Page, index: int) -> bool:
    # "Why did you resign?", "22:15": an interview's question, a live blog's time.
    inside = page.first < index < page.last - 1
    return inside and all(
        page.running(beside) and page.scores[beside] >= KEEP_SHORT for beside in (index - 1, index + 1)
    )


def _signs_the_last_letter(page: Page, index: int) -> bool:
    # "Anna Flett, Lerwick": under the last of several letters, as names stand under those before it.
    if not 0 < index < len(page.lines) or not page.running(index - 1) or not signature_of(page.lines[index]):
        return False
    above = range(max(page.first, index - LETTERS_REACH), index)
    signed = (at for at in above if _between_paragraphs(page, at) and signature_of(page.lines[at]))
    return len(list(islice(signed, LETTERS))) == LETTERS


def _labelled(page: Page, blocks: Sequence[Block], headline: Headline) -> list[Block]:
    """The blocks with the labels that their place and neighbours give them."""
    result = list(blocks)
    section: BlockLabel | None = None
    biographies = {
        f"about {name.strip().lower()}" for name in NAMES_APART.split(headline.byline or page.article.byline)
    }
    for index, block in enumerate(blocks):
        heads = page.lines[index].size <= HEADING_WORDS and index >= page.first
        if index in headline.labels:
            label, reason = headline.labels[index]
            result[index], section = block.keep(label, reason, block.score), None
        elif block.kept and block.reason in (ENTRY_TIME, POINTS):
            section = None
        elif block.kept:
            result[index], section = _relabelled(block, kept_label(page, blocks, index)), None
        elif block.reason.startswith("score") or block.reason.endswith(RECURS):
            label = removed_label(page, index, section)
            if page.lines[index].text.strip().lower() in biographies:
                label = BlockLabel.AUTHOR_BIO
            elif section is BlockLabel.COMMENT_PROMPT and opens_comment(page, index):
                label = section = BlockLabel.USER_COMMENT
            result[index] = _relabelled(block, label)
            # "Support Harbour Post" heads what follows, as it would if a phrase had named it.
            if heads and label in HEADED:
                section = label
        elif block.reason.startswith("phrase"):
            if heads and block.label in OF_PAGES and MORE.match(page.lines[index].text):
                result[index] = _relabelled(block, BlockLabel.RELATED_LINKS)
            elif (
                section is BlockLabel.USER_COMMENT
                and block.label is BlockLabel.COMMENT_PROMPT
                and page.lines[index].size <= BUTTON_WORDS
            ):
                result[index] = _relabelled(block, section)
            if result[index].label in SECTIONS:
                section = result[index].label
    return result


def _without_closing_headings(page: Page, blocks: Sequence[Block]) -> list[Block]:
    """The blocks without the headings that head only what was removed: "Keep reading for 1 €" over a paywall."""
    result = list(blocks)
    for index in range(len(blocks) - 2, -1, -1):
        block, below = result[index], result[index + 1]
        if block.kept and not (below.label in APPEALS and _like_a_heading(page, block, index)):
            break
        if block.kept and not below.kept:
            result[index] = block.drop(below.label, "position: heads what was removed", block.score)
    return result


def _like_a_heading(page: Page, block: Block, index: int) -> bool:
    line = page.lines[index]
    short = block.label is BlockLabel.PARAGRAPH and line.size < LINE_WORDS and line.text[-1:].isalnum()
    return block.label is BlockLabel.HEADING or short


def _relabelled(block: Block, label: BlockLabel) -> Block:
    if block.label is label:
        return block
    decide = block.keep if block.kept else block.drop
    return decide(label, block.reason, block.score)


def _or_all(page: Page, blocks: Sequence[Block]) -> list[Block]:
    """The blocks as decided, or all of them kept where next to nothing would be left."""
    words = sum(line.size for line in page.lines)
    kept = sum(line.size for line, block in zip(page.lines, blocks, strict=True) if block.kept)
    if kept >= MIN_KEPT_WORDS and kept >= MIN_KEPT_SHARE * words:
        return list(blocks)
    reason = f"fallback: only {kept:.0f} of {words:.0f} words would be kept"
    # What a phrase names is furniture even then.
    return [
        b if b.kept or b.reason.startswith("phrase") else b.keep(BlockLabel.PARAGRAPH, reason, b.score) for b in blocks
    ]


def _finished(article: Article, blocks: Sequence[Block], headline: Headline) -> Article:
    """The article with its blocks and with what the text says where the input said nothing."""
    # A date line in the text is better than a date that a search of the page's markup came up with.
    dated = headline.published is not None and (article.published is None or article.published_searched)
    done = dataclasses.replace(
        article,
        blocks=tuple(blocks),
        title=article.title or headline.title,
        byline=article.byline or headline.byline,
        published=headline.published if dated else article.published,
        published_searched=article.published_searched and not dated,
        published_basis=PublishedBasis.TEXT if dated else article.published_basis,
    )
    return dataclasses.replace(done, language=article.language or language_of(_beginning(done)))


def _beginning(article: Article) -> str:
    """The first kept words of an article, enough to tell its language."""
    pieces: list[str] = []
    for block in article.kept_blocks:
        pieces.append(article.text[block.start : min(block.end, block.start + 1000)])
        if sum(map(len, pieces)) > 5000:
            break
    return "\n".join(pieces)
