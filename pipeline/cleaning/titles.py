"""Titles: how much a block reads like the headline of what follows, by weights that training/titles.py fitted.

The likelihood of a block among the candidates of its page is that of a conditional logit (McFadden 1974): the blocks'
features, weighted and added up, are compared within the page only.
"""

import functools
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path

from pipeline.cleaning.features import BULLETS, Line
from pipeline.cleaning.markup import in_a_menu
from pipeline.cleaning.metadata import byline_of, date_of, is_a_menu, is_bare_by, is_series_note
from pipeline.cleaning.phrases import deciding
from pipeline.cleaning.position import Page
from pipeline.errors import LexiconError

WEIGHTS = Path(__file__).parent / "title_weights.json"
MAX_TITLE_WORDS, LONG_TITLE, SHORT_TITLE, FULL_TITLE = 34, 22, 4, 9
DECK_WORDS = (8, 45)
LEAST_LOUD_WORDS = 6  # of a headline in capitals, as over releases; shorter lines are of menus
SIGNS_BELOW, NEAR = 3, 5  # blocks under a headline that may sign or date it; that may say it again
SIGNS_ABOVE = 12  # blocks over a heading inside the article, of which all but the last may sign or date the article
SAID_AGAIN = 13  # characters, from which on a line is no part of another by chance
# "12 min read", "Reading time: 5 minutes"
MINUTES = re.compile(r"\bmin(?:ute)?s?\.?\s(?:to\s)?read\b|\bread(?:ing)? time\b", re.IGNORECASE)
# "Home > Markets > Ferries strike", "Harbour Post | News": parts of a trail or of a site's name.
TRAIL = re.compile(r"\s[|/>»›·•]\s|^home\b", re.IGNORECASE)
NUMBERED = re.compile(r"(?:\d{1,2}|step \d{1,2})[.):]\s", re.IGNORECASE)
PICTURED = re.compile(r"(?:image|photo|picture|above|video)\s?:", re.IGNORECASE)


def title_features(page: Page, index: int, start: int) -> dict[str, float] | None:
    """What speaks for and against the block as the headline of the paragraph at `start`; None if it cannot be one."""
    line, lines = page.lines[index], page.lines
    if not 2 <= line.size <= MAX_TITLE_WORDS or is_series_note(line):
        return None
    if deciding(page.phrases[index], line.words) or in_a_menu(page.article.blocks[index].markup):
        return None
    # The points above an article retell it as a headline does.
    if is_a_menu(line) or line.text[:1] in BULLETS:
        return None
    text = line.text.strip()
    below = lines[index + 1 : min(index + 1 + SIGNS_BELOW, start + 1)]
    near = [other.text.strip() for other in lines[index + 1 : index + 1 + NEAR]]
    # The words of a headline come back in the article; those of a menu do not.
    told = sum(page.body[word] > (page.first <= index < page.last) for word in line.content)
    found = {
        "told": told / max(2, len(line.content)),
        "size": min(line.size, FULL_TITLE) / FULL_TITLE,
        "distance": math.log1p(start - index),
        "score": page.scores[index],
        "said before": any(len(other) >= SAID_AGAIN and text != other and text.endswith(other) for other in near),
        "said again": text in near,
        "said later": min(2, sum(other.text.strip() == text for other in lines[index + 1 + NEAR :])),
        "long": line.size > LONG_TITLE,
        "short": line.size < SHORT_TITLE,
        "first": index == 0,
        "first, short or a site's name": index == 0 and (line.size < SHORT_TITLE or bool(TRAIL.search(text))),
        "full stop": text.endswith("."),
        "colon": text.endswith(":"),
        "few capitals": text.isupper() and line.size < LEAST_LOUD_WORDS,
        "picture": bool(PICTURED.match(text)),
        "trail": bool(TRAIL.search(text)),
        "numbered": bool(NUMBERED.match(text)),
        "address": "http" in text or "@" in text,
        "dated": bool(date_of(line)),
        "signed": bool(byline_of(line)),
        "minutes": bool(MINUTES.search(text)),
        "below a short line": index > 0 and lines[index - 1].size < SHORT_TITLE,
        "below a date": index > 0 and bool(date_of(lines[index - 1])),
        "below signs": any(
            date_of(other) or byline_of(other) for other in lines[max(0, index - SIGNS_ABOVE) : max(0, index - 1)]
        ),
        "over a deck": _is_a_deck(lines[index + 1]) if index + 1 < start else False,
        "over a date": any(map(date_of, below)),
        "between dates": index > 0 and bool(date_of(lines[index - 1])) and any(map(date_of, below)),
        "over a byline": any(byline_of(other) or is_bare_by(other) for other in below),
        "over minutes": any(MINUTES.search(other.text[:200]) for other in below),
    }
    return {name: float(value) for name, value in found.items()}


def _is_a_deck(line: Line) -> bool:
    return line.terminal and DECK_WORDS[0] <= line.size <= DECK_WORDS[1]


def title_score(page: Page, index: int, start: int) -> float | None:
    """The weighted features of a block, higher for a likelier headline; None if it cannot be one.

    Raises:
        LexiconError: the weights are missing or broken.
    """
    found, weights = title_features(page, index, start), _weights()
    if found is None:
        return None
    if found.keys() != weights.keys():
        raise LexiconError(f"{WEIGHTS}: weighs other features than there are; fit it again with training/titles.py")
    return sum(weight * found[name] for name, weight in weights.items())


@functools.cache
def _weights() -> Mapping[str, float]:
    try:
        return {str(name): float(weight) for name, weight in json.loads(WEIGHTS.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise LexiconError(f"{WEIGHTS}: cannot be read ({error}); restore it from the distribution") from error
