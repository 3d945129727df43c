"""Features: what a block looks like by itself, as numbers, and how its words sound.

The n-grams of a block are weighed by a linear model (`weights.json`, made by `training/cleaning.py`); `places` adds
what the block is among its neighbours. All work is linear in the length of the text.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from pipeline import lexicons


def words_by_list() -> dict[str, frozenset[str]]:
    """The lists of `cleaning_words.csv`."""
    rows = lexicons.read_rows("cleaning_words", columns=("list", "word"))
    names = {row["list"] for row in rows}
    return {name: frozenset(row["word"] for row in rows if row["list"] == name) for name in names}


Array = npt.NDArray[np.float64]

# A block is judged by its opening; what stands after this many characters cannot change what it is.
MAX_CHARACTERS = 6000
MAX_GRAM_WORDS = 80
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[©®™@#|»›•→✓×]")
TERMINAL = frozenset(".!?…。！？।")
CLOSING = "\"'”’»)]*’ "
BULLETS = frozenset("•-–—*·►▪●○→»›✓")
QUOTES = frozenset('"“”«»„')

LISTS = words_by_list()
STOP_WORDS, NARRATIVE, IMPERATIVES, MONTHS = LISTS["stop"], LISTS["narrative"], LISTS["imperative"], LISTS["month"]
FIRST_PLURAL, SECOND_PERSON, ROLES = LISTS["first_plural"], LISTS["second_person"], LISTS["role"]
INTRODUCING = LISTS["introducing"]
SENTENCE_BREAKS = (". ", "? ", "! ", ".” ", '." ')


@dataclass(frozen=True, slots=True)
class Line:
    """A block as cleaning reads it."""

    text: str
    words: tuple[str, ...]  # lower case, apostrophes made straight
    size: float  # in words; scripts that write no spaces count a word for every seven characters
    terminal: bool  # whether it ends as a sentence does
    content: frozenset[str]  # its distinct words that carry a topic


def read_line(text: str) -> Line:
    """The block with its words."""
    words = tuple(WORD.findall(text[:MAX_CHARACTERS].lower().replace("’", "'")))
    return Line(
        text=text,
        words=words,
        size=max(float(len(words)), len(text) / 7),
        # “The straits are open.”: the stop may stand before a closing mark.
        terminal=text[-40:].rstrip(CLOSING)[-1:] in TERMINAL,
        content=frozenset(word for word in words if len(word) > 3) - STOP_WORDS,
    )


def share(words: Sequence[str], vocabulary: frozenset[str]) -> float:
    """The share of the words that stand in a vocabulary."""
    return sum(map(vocabulary.__contains__, words)) / len(words) if words else 0.0


LINE_FEATURES = (
    "log_size", "stop_words", "terminal", "colon", "capitals", "upper", "digits", "symbols", "commas", "quotes",
    "first_plural", "second_person", "narrative", "address", "lower_start", "bullet", "word_length", "imperative",
    "question", "date", "short", "long", "cut_off", "sentences", "roles", "introduces", "names",
)  # fmt: skip


def line_features(line: Line) -> list[float]:
    """The block by itself, in the order of `LINE_FEATURES`."""
    text, words = line.text[:MAX_CHARACTERS], line.words
    count, length = max(1, len(words)), max(1, len(text))
    size, characters = line.size, Counter(text).items()  # far fewer kinds than characters
    letters = sum(times for character, times in characters if character.isalpha())
    cased = text.split()
    capital = list(map(str.isupper, [word[0] for word in cased]))
    first = words[0] if words else ""
    return [
        math.log1p(size) / 3,
        share(words, STOP_WORDS),
        float(line.terminal),
        float(text.endswith(":")),
        sum(capital) / max(1, len(cased)),
        float(text.isupper()),
        sum(times for character, times in characters if character.isdigit()) / length,
        1 - (letters + sum(times for character, times in characters if character.isspace())) / length,
        min(1.0, 5 * text.count(",") / count),
        float(not QUOTES.isdisjoint(text)),
        min(1.0, 5 * share(words, FIRST_PLURAL)),
        min(1.0, 5 * share(words, SECOND_PERSON)),
        min(1.0, 5 * share(words, NARRATIVE)),
        float("@" in text or "http" in text or "www." in text),
        float(text[:1].islower()),
        float(text[:1] in BULLETS),
        min(2.0, letters / count / 6),
        float(first in IMPERATIVES),
        float(text.endswith("?")),
        float(not MONTHS.isdisjoint(words[:12])),
        float(size <= 4),
        float(size >= 25),
        # "The council has never ...": a teaser breaks off.
        float(text.endswith(("...", "…", "[…]"))),
        min(8, sum(map(text.count, SENTENCE_BREAKS))) / 4,
        min(1.0, 5 * share(words, ROLES)),
        float(_introduces(cased)),
        names_inside(cased, capital),
    ]


def _introduces(cased: Sequence[str]) -> bool:
    # "Ines Calder is a senior fellow": a name opens, and the next word says what its bearer does.
    verb = next((at for at, word in enumerate(cased[1:6], start=1) if word in INTRODUCING), 0)
    return verb >= 2 and all(word[:1].isupper() for word in cased[:verb])


def names_inside(cased: Sequence[str], capital: Sequence[bool]) -> float:
    """The share of the words after the first that are capitalised and follow no end of a sentence."""
    before = [cased[at][-1] for at, follows in enumerate(capital[1:]) if follows]
    return sum(mark not in TERMINAL for mark in before) / max(1, len(cased) - 1)


def grams(words: Sequence[str]) -> set[str]:
    """The words and pairs of neighbouring words of a block, its edges marked and its numbers made alike."""
    spelled = ["0" if word.isdigit() else word for word in words[:MAX_GRAM_WORDS]]
    return {*spelled, *map("{} {}".format, ["^", *spelled], [*spelled, "$"])}


@dataclass(frozen=True, slots=True)
class Wording:
    """What training found of the words of blocks."""

    grams: dict[str, float]
    line: Array
    bias: float


def wording(lines: Sequence[Line], features: Array, weights: Wording) -> Array:
    """How much the words of each block are those of articles: above 0 for an article, below for furniture."""
    sums = np.array([gram_sum(grams(line.words), weights.grams) for line in lines])
    return np.clip(sums + features @ weights.line + weights.bias, -8, 8)


def gram_sum(found: Collection[str], known: dict[str, float]) -> float:
    """The weights of the n-grams of a block, a long block's no heavier than a short one's."""
    # A set has no order; the exact sum needs none, and the same text gets the same score in every process.
    return math.fsum(filter(None, map(known.get, found))) / math.sqrt(max(1, len(found)))


def content_of(lines: Iterable[Line]) -> Counter[str]:
    """In how many of the blocks each topic word stands."""
    return Counter(chain.from_iterable(line.content for line in lines))


def shared(content: frozenset[str], used: frozenset[str]) -> float:
    """The share of the topic words of a block that stand in a vocabulary."""
    return len(content & used) / len(content) if content else 0.0


def densest(values: Sequence[float]) -> tuple[int, int]:
    """The stretch of greatest sum, half-open: where the article most likely stands."""
    best, first, last, total, start = 0.0, 0, 0, 0.0, 0
    for index, value in enumerate(values):
        if total <= 0:
            total, start = 0.0, index
        total += value
        if total > best:
            best, first, last = total, start, index + 1
    return first, last
