"""Features: what a block looks like by itself, as numbers, and how its words sound.

The n-grams of a block are weighed by a linear model (`weights.json`, made by `training/cleaning.py`); `places` adds
what the block is among its neighbours. All work is linear in the length of the text.
"""

import functools
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain, pairwise, repeat
from typing import Any

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
# "Home", "Share", "All rights reserved": texts of this length recur on a page and on every page of an outlet, so what
# is found of them is remembered, so many texts at most.
SHORT_TEXT, REMEMBERED = 80, 20_000
CHUNK = 1000  # blocks that are measured together: more would only wait for memory
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
    return _short_line(text) if len(text) <= SHORT_TEXT else _line_of(text)


def _line_of(text: str) -> Line:
    words = tuple(WORD.findall(text[:MAX_CHARACTERS].lower().replace("’", "'")))
    return Line(
        text=text,
        words=words,
        size=max(float(len(words)), len(text) / 7),
        # “The straits are open.”: the stop may stand before a closing mark.
        terminal=text[-40:].rstrip(CLOSING)[-1:] in TERMINAL,
        content=frozenset([word for word in {*words} - STOP_WORDS if len(word) > 3]),
    )


_short_line = functools.lru_cache(maxsize=REMEMBERED)(_line_of)


def share(words: Sequence[str], vocabulary: frozenset[str]) -> float:
    """The share of the words that stand in a vocabulary."""
    return sum(map(vocabulary.__contains__, words)) / len(words) if words else 0.0


LINE_FEATURES = (
    "log_size", "stop_words", "terminal", "colon", "capitals", "upper", "digits", "symbols", "commas", "quotes",
    "first_plural", "second_person", "narrative", "address", "lower_start", "bullet", "word_length", "imperative",
    "question", "date", "short", "long", "cut_off", "sentences", "roles", "introduces", "names",
)  # fmt: skip


def line_features(lines: Sequence[Line]) -> Array:
    """Each block by itself: a row for each, its columns in the order of `LINE_FEATURES`."""
    return np.vstack([_line_features(lines[low : low + CHUNK]) for low in range(0, max(1, len(lines)), CHUNK)])


def _line_features(lines: Sequence[Line]) -> Array:
    texts = [line.text[:MAX_CHARACTERS] for line in lines]
    cased = [text.split() for text in texts]
    of_words, of_characters, of_spelling = _word_shares(lines), _character_shares(texts), _spellings(texts)
    letters, spelled = of_characters["letters"], np.array([max(1, len(words)) for words in cased])
    counts = np.array([max(1, len(line.words)) for line in lines])
    sizes = np.array([line.size for line in lines])
    columns = {
        "log_size": [math.log1p(line.size) / 3 for line in lines],
        "stop_words": of_words[STOP],
        "terminal": [line.terminal for line in lines],
        "colon": [text.endswith(":") for text in texts],
        "capitals": of_spelling["capitals"] / spelled,
        "upper": list(map(str.isupper, texts)),
        "digits": of_characters["digits"] / of_characters["all"],
        "symbols": 1 - (letters + of_characters["spaces"]) / of_characters["all"],
        "commas": np.minimum(1.0, 5 * np.array([text.count(",") for text in texts]) / counts),
        "quotes": of_characters["quotes"] > 0,
        "first_plural": np.minimum(1.0, 5 * of_words[PLURAL]),
        "second_person": np.minimum(1.0, 5 * of_words[ADDRESSED]),
        "narrative": np.minimum(1.0, 5 * of_words[TELLING]),
        "address": ["@" in text or "http" in text or "www." in text for text in texts],
        "lower_start": [text[:1].islower() for text in texts],
        "bullet": [text[:1] in BULLETS for text in texts],
        "word_length": np.minimum(2.0, letters / counts / 6),
        "imperative": [bool(line.words) and line.words[0] in IMPERATIVES for line in lines],
        "question": [text.endswith("?") for text in texts],
        "date": [not MONTHS.isdisjoint(line.words[:12]) for line in lines],
        "short": sizes <= 4,
        "long": sizes >= 25,
        # "The council has never ...": a teaser breaks off.
        "cut_off": [text.endswith(("...", "…", "[…]")) for text in texts],
        "sentences": [min(8, sum(map(text.count, SENTENCE_BREAKS))) / 4 if len(text) > 2 else 0.0 for text in texts],
        "roles": np.minimum(1.0, 5 * of_words[ROLE]),
        "introduces": list(map(_introduces, cased)),
        "names": of_spelling["names"] / np.maximum(1, spelled - 1),
    }
    return np.column_stack([np.asarray(columns[name], dtype=np.float64) for name in LINE_FEATURES])


STOP, PLURAL, ADDRESSED, TELLING, ROLE = range(5)
LISTED = (STOP_WORDS, FIRST_PLURAL, SECOND_PERSON, NARRATIVE, ROLES)
# The lists a word stands in, as bits: one look-up tells all of them.
BITS = {word: sum(1 << bit for bit, known in enumerate(LISTED) if word in known) for word in frozenset().union(*LISTED)}


def _word_shares(lines: Sequence[Line]) -> list[Array]:
    """For each list of words, the share of the words of each block that stand in it."""
    found = map(BITS.get, chain.from_iterable(line.words for line in lines), repeat(0))
    bits = np.fromiter(found, dtype=np.int64)
    edges = np.cumsum([0, *(len(line.words) for line in lines)])
    counts = np.maximum(1, np.diff(edges))
    return [_between((bits >> bit) & 1, edges) / counts for bit in range(5)]


def _between(marks: npt.NDArray[Any], edges: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The sums of the marks between neighbouring edges."""
    if not len(marks):
        return np.zeros(len(edges) - 1, dtype=np.int64)
    totals = np.cumsum(marks, dtype=np.int64)
    return np.diff(np.where(edges > 0, totals[edges - 1], 0))


LETTER, DIGIT, SPACE, CAPITAL, STOPPING, QUOTE = (1 << bit for bit in range(6))
UNREAD = 1 << 6
# What kind of character each code point is, filled as they are met.
_kinds = np.full(0x110000, UNREAD, dtype=np.uint8)


def _kind(character: str) -> int:
    kind = LETTER * character.isalpha() | DIGIT * character.isdigit() | SPACE * character.isspace()
    kind |= CAPITAL * character.isupper() | STOPPING * (character in TERMINAL)
    return kind | QUOTE * (character in QUOTES)


def _kinds_of(text: str) -> npt.NDArray[np.uint8]:
    """The kind of each character."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _kinds[codes]
    unread = codes[kinds == UNREAD]
    if len(unread):
        for code in set(unread.tolist()):
            _kinds[code] = _kind(chr(code))
        kinds = _kinds[codes]
    return kinds


def _character_shares(texts: Sequence[str]) -> dict[str, Array]:
    """How many characters of each kind stand in each text."""
    kinds, edges = _kinds_of("".join(texts)), np.cumsum([0, *map(len, texts)])
    marks = {"letters": LETTER, "digits": DIGIT, "spaces": SPACE, "quotes": QUOTE}
    counts = {name: _between((kinds & kind) > 0, edges).astype(np.float64) for name, kind in marks.items()}
    return counts | {"all": np.maximum(1.0, np.diff(edges))}


def _spellings(texts: Sequence[str]) -> dict[str, Array]:
    """How many words of each text have a capital, and how many after the first that follow no end of a sentence."""
    joined = "\n".join(["", *texts, ""])
    kinds = _kinds_of(joined)
    visible = (kinds & SPACE) == 0
    starts = np.flatnonzero(visible[1:] & ~visible[:-1]) + 1
    ends = np.flatnonzero(visible[:-1] & ~visible[1:])
    capital = (kinds[starts] & CAPITAL) > 0
    stopped = np.concatenate([[True], (kinds[ends] & STOPPING)[:-1] > 0]) if len(ends) else np.zeros(0, dtype=bool)
    lengths = np.cumsum([1, *(len(text) + 1 for text in texts)])
    edges = np.searchsorted(starts, lengths)
    firsts = np.zeros(len(starts) + 1, dtype=bool)
    firsts[edges] = True
    return {
        "capitals": _between(capital, edges).astype(np.float64),
        "names": _between(capital & ~stopped & ~firsts[:-1], edges).astype(np.float64),
    }


def _introduces(cased: Sequence[str]) -> bool:
    # "Ines Calder is a senior fellow": a name opens, and the next word says what its bearer does.
    verb = next((at for at, word in enumerate(cased[1:6], start=1) if word in INTRODUCING), 0)
    return verb >= 2 and all(word[:1].isupper() for word in cased[:verb])


def grams(words: Sequence[str]) -> set[str]:
    """The words and pairs of neighbouring words of a block, its edges marked and its numbers made alike."""
    spelled = ["0" if word.isdigit() else word for word in words[:MAX_GRAM_WORDS]]
    return {*spelled, *map(" ".join, pairwise(["^", *spelled, "$"]))}


@dataclass(frozen=True, slots=True)
class Wording:
    """What training found of the words of blocks."""

    grams: dict[str, float]
    line: Array
    bias: float
    seen: dict[tuple[str, ...], float] = field(default_factory=dict, compare=False, repr=False)  # sums of short blocks

    def sum_of(self, line: Line) -> float:
        """The weight of the n-grams of a block."""
        if len(line.text) > SHORT_TEXT:
            return gram_sum(grams(line.words), self.grams)
        found = self.seen.get(line.words)
        if found is None:
            if len(self.seen) >= REMEMBERED:
                self.seen.clear()
            found = self.seen[line.words] = gram_sum(grams(line.words), self.grams)
        return found


def wording(lines: Sequence[Line], features: Array, weights: Wording) -> Array:
    """How much the words of each block are those of articles: above 0 for an article, below for furniture."""
    sums = np.array(list(map(weights.sum_of, lines)))
    return np.clip(sums + features @ weights.line + weights.bias, -8, 8)


def gram_sum(found: Collection[str], known: dict[str, float]) -> float:
    """The weights of the n-grams of a block, a long block's no heavier than a short one's."""
    # A set has no order; the exact sum needs none, and the same text gets the same score in every process.
    return math.fsum(filter(None, map(known.get, found))) / math.sqrt(max(1, len(found)))


def content_of(lines: Iterable[Line]) -> Counter[str]:
    """In how many of the blocks each topic word stands."""
    return Counter(chain.from_iterable(line.content for line in lines))


def shared(content: frozenset[str], used: Set[str]) -> float:
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
