"""Headline: the blocks that name, sign and date an article, chosen among those that look like it."""

import datetime
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.cleaning.features import INTRODUCING, Line, read_line
from pipeline.cleaning.metadata import (
    byline_of,
    credit_of,
    date_of,
    is_bare_by,
    is_credit,
    is_series_note,
    signature_of,
    signed_in_parts,
    wire_day,
    year_of_rights,
)
from pipeline.cleaning.position import Page, first_paragraph
from pipeline.cleaning.titles import title_score
from pipeline.labels import BlockLabel
from pipeline.readers.days import PUBLISHED

# A headline stands at most this many blocks before the first paragraph.
REACH = 40
# Blocks before the headline that may sign or date it, and blocks after the last paragraph that may.
ABOVE, BELOW = 3, 8
# A full paste may have a menu between its date and its headline; dates so close to each other are those of teasers.
FAR_ABOVE, LISTED_DATES, LIST_REACH = 40, 2, 12
# Blocks from the headline on that a name alone may sign.
UNDER = 5
# A line that opens with the writer's name and is no longer signs the article; a longer one tells of the writer.
MAX_SIGNED_WORDS = 30
MAX_BEFORE_NAME = 3
RELEASE_OPENINGS = ("for immediate release", "press release", "news release", "media release", "embargoed until")
MIN_TITLE_SCORE = 3.0
SPELLED = re.compile(r"[^\W_]+")
# A block this many above the likeliest headline is preferred, if its score is lower by no more than this.
OVER, NEARLY = 2, 1.5
LEAST_TITLE_WORDS = 4


@dataclass(slots=True)
class Headline:
    """What the lines around a headline say, and which blocks say it, each with the rule that found it."""

    title: str = ""
    byline: str = ""
    published: datetime.date | None = None
    labels: dict[int, tuple[BlockLabel, str]] = field(default_factory=dict)


def headline_of(page: Page) -> Headline:
    """Title, byline, date and series note of an article."""
    found = Headline()
    start = first_told(page)
    title = _given_title(page, start) if page.article.title else _likely_title(page, start)
    if title is not None:
        found.title = " ".join(page.lines[title].text.split())
        found.labels[title] = (
            BlockLabel.TITLE,
            "headline: given" if page.article.title else "headline: before the first paragraph",
        )
    top = max(0, (start if title is None else title) - ABOVE)
    # A standfirst may be a paragraph, with the byline below it.
    below_title = min(start if title is None else max(start, title + UNDER), len(page.lines))
    _find_signs(page, found, range(top, below_title), title)
    if page.article.byline:
        _find_given_byline(page, found, range(top, below_title))
    elif not found.byline:
        # An introduction, then "By Ines Calder", then the article.
        _find_signs(page, found, range(start, min(start + BELOW, page.last)), None)
    below = range(min(page.last, len(page.lines)), min(page.last + BELOW, len(page.lines)))
    if not found.published:
        _find_date(page, found, below, only_published=True)
    if not found.published:
        _find_date(page, found, _release_head(page, start), only_published=False)
    if not found.published:
        _find_date(page, found, _far_above(page, found, range(max(0, start - FAR_ABOVE), top)), only_published=False)
    if not found.published:
        found.published = _wire_date(page, top, start)
    _find_credits(page, found, start)
    _find_series_notes(page, found)
    return found


def _release_head(page: Page, start: int) -> range:
    """The lines over a press release: "FOR IMMEDIATE RELEASE", date, contact, telephone."""
    openings = (i for i in range(start) if page.lines[i].text.lower().startswith(RELEASE_OPENINGS))
    return range(next(openings, start), start)


def first_told(page: Page) -> int:
    """The first paragraph that tells of something else than the series the article is a part of."""
    start = first_paragraph(page)
    if not is_series_note(page.lines[start]):
        return start
    after = range(start + 1, min(start + REACH, page.last))
    return next((at for at in after if page.running(at) and not is_series_note(page.lines[at])), start)


def _far_above(page: Page, found: Headline, above: range) -> range:
    """The nearest line over the headline's surroundings that is a date, unless it is one of a list of them."""
    dated = [index for index, line in _dating_lines(page, found, above) if (read := date_of(line)) and read.published]
    stated = [index for index in dated if PUBLISHED.match(page.lines[index].text)]
    if not dated or (not stated and len(dated) >= LISTED_DATES and dated[-1] - dated[-LISTED_DATES] <= LIST_REACH):
        return range(0)
    nearest = (stated or dated)[-1]
    return range(nearest, nearest + 1)


def _wire_date(page: Page, top: int, start: int) -> datetime.date | None:
    """The day that a wire's dateline gives, in the one year that the copyright line gives."""
    year = year_of_rights(page.lines)
    told = page.lines[start : start + 1]
    days = (wire_day(line, told, year) for line in page.lines[top : start + 1]) if year else ()
    return next(filter(None, days), None)


def _find_credits(page: Page, found: Headline, start: int) -> None:
    """Who reported and edited, where a line after the article says nothing else."""
    for index in range(start + 1, len(page.lines)):
        if index not in found.labels and is_credit(page.lines[index]):
            found.labels[index] = (BlockLabel.BYLINE, "byline: who reported and edited")
            found.byline = found.byline or page.article.byline or credit_of(page.lines[index])


def _given_title(page: Page, start: int) -> int | None:
    """The block with the words of the title the input gave: of several the nearest to the first paragraph."""
    wanted = _plain(page.article.title)
    last = min(len(page.lines), max(start, page.first) + 1)
    same = [index for index in range(last) if (words := _plain(page.lines[index].text)) and _alike(words, wanted)]
    return max(same, default=None)


def _plain(text: str) -> str:
    return " ".join(SPELLED.findall(text[:500])).lower()


def _alike(words: str, wanted: str) -> bool:
    # "Ferry strike ends - Harbour Post": the site's name follows many a title.
    return words == wanted or (len(words) > 15 and words.count(" ") >= 2 and wanted.startswith(words))


def title_candidates(page: Page, start: int) -> range:
    """The blocks before the first paragraph, at `start`, of which one may be the headline."""
    # What stands over "FOR IMMEDIATE RELEASE" is a letterhead.
    return _release_head(page, start) or range(max(0, start - REACH), start)


def _likely_title(page: Page, start: int) -> int | None:
    """The block that reads most like the headline of what follows; None where none does."""
    scores = {at: score for at in title_candidates(page, start) if (score := title_score(page, at, start)) is not None}
    best = likeliest(scores, {at for at in scores if page.lines[at].size >= LEAST_TITLE_WORDS})
    return best if max(scores.values(), default=-math.inf) >= MIN_TITLE_SCORE else None


def likeliest(scores: Mapping[int, float], full: Collection[int]) -> int | None:
    """The block with the highest score, or one of `full` a little above that is nearly as likely; None of none.

    Headline and standfirst both retell the article; the headline comes first. `full` are those with some words:
    "Harbour Post" over the headline is the outlet.
    """
    best = max(scores, key=lambda at: (scores[at], -at), default=None)
    if best is None:
        return None
    above = [at for at in range(best - OVER, best) if at in full and scores.get(at, -math.inf) >= scores[best] - NEARLY]
    return min(above, default=best)


def _find_signs(page: Page, found: Headline, around: range, title: int | None) -> None:
    """Byline and date among the blocks around the headline."""
    _find_date(page, found, around, only_published=False)
    for index in around:
        if index in found.labels and found.labels[index][0] is BlockLabel.TITLE:
            continue
        if names := byline_of(page.lines[index]):
            if not found.byline:
                found.byline = names
            if signed_in_parts(page.lines[index]):
                found.labels[index] = (BlockLabel.BYLINE, "byline: a name and a date")
            found.labels.setdefault(index, (BlockLabel.BYLINE, "byline: by and a name"))
        elif (
            is_bare_by(page.lines[index]) and index + 1 < around.stop and (name := signature_of(page.lines[index + 1]))
        ):
            found.byline = found.byline or name
            found.labels[index] = found.labels[index + 1] = (BlockLabel.BYLINE, "byline: by, and a name below")
    if not found.byline and not page.article.byline:
        _find_signature(page, found, around, title)


def _find_given_byline(page: Page, found: Headline, around: range) -> None:
    """The block that opens with the first name the input gave: "Ines Calder in Cairo and Tomas Wren in Rome"."""
    name = tuple(read_line(page.article.byline.split(", ")[0]).words[:2])
    for index in around:
        line = page.lines[index]
        # "By", "Por", "Text und Fotos": a word or two may come before.
        at = next((at for at in range(MAX_BEFORE_NAME + 1) if line.words[at : at + len(name)] == name), None)
        if len(name) < 2 or at is None or index in found.labels or line.size > MAX_SIGNED_WORDS:
            continue
        says = line.words[at + len(name) : at + len(name) + 2]
        if INTRODUCING.isdisjoint(says):  # "Ines Calder covers courts" tells of her
            found.labels[index] = (BlockLabel.BYLINE, "byline: opens with the name that the input gives")
            return


def _find_signature(page: Page, found: Headline, around: range, title: int | None) -> None:
    # Between headline and date, or right under the headline, a line that is only a name signs the article.
    for index in around:
        if title is None or index <= title or index in found.labels or index >= title + UNDER:
            continue
        if name := signature_of(page.lines[index]):
            found.byline = name
            found.labels[index] = (BlockLabel.BYLINE, "byline: a name under the headline")
            return


def _find_date(page: Page, found: Headline, around: range, *, only_published: bool) -> None:
    """The date of publication, else that of the first update, and the lines that give them."""
    updated: datetime.date | None = None
    for index, line in _dating_lines(page, found, around):
        read = date_of(line)
        if read is None or (only_published and not (read.published and "publish" in line.text.lower())):
            continue
        found.labels[index] = (BlockLabel.DATELINE, "dateline: a date on a line of its own")
        if read.updated:
            updated = updated or read.published
        else:
            found.published = found.published or read.published
    found.published = found.published or updated


def _dating_lines(page: Page, found: Headline, around: range) -> Iterator[tuple[int, Line]]:
    return ((index, page.lines[index]) for index in around if index not in found.labels)


def _find_series_notes(page: Page, found: Headline) -> None:
    for index in range(max(0, page.first - ABOVE), page.last):
        if index not in found.labels and is_series_note(page.lines[index]):
            found.labels[index] = (BlockLabel.SERIES_NOTE, "series note: which part of how many")
