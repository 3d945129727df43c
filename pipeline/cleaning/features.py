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
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline import lexicons


def words_by_list() -> dict[str, frozenset[str]]:
    """The lists of `cleaning_words.csv`."""
    rows = lexicons.read_rows("cleaning_words", columns=("list", "word"))
    names = {row["list"] for row in rows}
    return {name: frozenset(row["word"] for row in rows if row["list"] == name) for name in names}


Array = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]
Indexes = npt.NDArray[np.intp]

# A block is judged by its opening; what stands after this many characters cannot change what it is.
MAX_CHARACTERS = 6000
MAX_GRAM_WORDS = 80
# "Home", "Share", "All rights reserved": texts of this length recur on a page and on every page of an outlet, so what
# is found of them is remembered, so many texts at most.
SHORT_TEXT, REMEMBERED = 80, 4_000
CHUNK = 250  # blocks that are measured together: more would only wait for memory
WORD = re.compile(r"[^\W_]++(?:'[^\W_]++)*+|[©®™@#|»›•→✓×]")
# The same in lower-case ASCII, in less time; without "'", "@", "#" and "|" the words are what spaces divide.
ASCII_WORD = re.compile(r"[a-z0-9]++(?:'[a-z0-9]++)*+|[@#|]")
WITHOUT_MARKS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)) + bytes(128)
TERMINAL = frozenset(".!?…。！？।")
CLOSING = "\"'”’»)]*’ "
BULLETS = frozenset("•-–—*·►▪●○→»›✓")
QUOTES = frozenset('"“”«»„')

LISTS = words_by_list()
STOP_WORDS, NARRATIVE, IMPERATIVES, MONTHS = LISTS["stop"], LISTS["narrative"], LISTS["imperative"], LISTS["month"]
FIRST_PLURAL, SECOND_PERSON, ROLES = LISTS["first_plural"], LISTS["second_person"], LISTS["role"]
INTRODUCING = LISTS["introducing"]
ENDS, CLOSED = np.array(list(map(ord, ".?!"))), np.array(list(map(ord, '”"')))


class Line(NamedTuple):
    """A block as cleaning reads it."""

    text: str
    words: tuple[str, ...]  # lower case, apostrophes made straight
    size: float  # in words; scripts that write no spaces count a word for every seven characters
    terminal: bool  # whether it ends as a sentence does
    content: frozenset[str]  # its distinct words that carry a topic


def read_line(text: str) -> Line:
    """The block with its words."""
    return _short_line(text) if len(text) <= SHORT_TEXT else _line_of(text)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, in lower case, apostrophes made straight."""
    text = text[:MAX_CHARACTERS].lower().replace("’", "'")
    if not text.isascii():
        return tuple(WORD.findall(text))
    if "'" in text or "@" in text or "#" in text or "|" in text:
        return tuple(ASCII_WORD.findall(text))
    return tuple(text.encode("ascii").translate(WITHOUT_MARKS).decode("ascii").split())


def _line_of(text: str) -> Line:
    words = words_of(text)
    return Line(
        text=text,
        words=words,
        size=max(float(len(words)), len(text) / 7),
        # “The straits are open.”: the stop may stand before a closing mark.
        terminal=text[-40:].rstrip(CLOSING)[-1:] in TERMINAL,
        content=frozenset([word for word in words if len(word) > 3]) - STOP_WORDS,
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
    distinct = {line.text: line for line in lines}  # "Share": one in four blocks of a page repeats another
    some = list(distinct.values())
    rows = np.vstack([_line_features(some[low : low + CHUNK]) for low in range(0, max(1, len(some)), CHUNK)])
    if len(some) == len(lines):
        return rows
    place = {text: at for at, text in enumerate(distinct)}
    return rows[[place[line.text] for line in lines]]


def _line_features(lines: Sequence[Line]) -> Array:
    texts = [line.text[:MAX_CHARACTERS] for line in lines]
    lengths = np.array(list(map(len, texts)), dtype=np.intp)
    in_words, seen = _word_shares(lines), _character_counts(texts, lengths)
    letters, spelled = seen["letters"], np.maximum(1, seen["words"])
    counts = np.array([max(1, len(line.words)) for line in lines])
    sizes = np.array([line.size for line in lines])
    columns = {
        "log_size": [math.log1p(line.size) / 3 for line in lines],
        "stop_words": in_words[STOP],
        "terminal": [line.terminal for line in lines],
        "colon": [text.endswith(":") for text in texts],
        "capitals": seen["capitals"] / spelled,
        "upper": list(map(str.isupper, texts)),
        "digits": seen["digits"] / np.maximum(1, lengths),
        "symbols": 1 - (letters + seen["spaces"]) / np.maximum(1, lengths),
        "commas": np.minimum(1.0, 5 * seen["commas"] / counts),
        "quotes": seen["quotes"] > 0,
        "first_plural": np.minimum(1.0, 5 * in_words[PLURAL]),
        "second_person": np.minimum(1.0, 5 * in_words[ADDRESSED]),
        "narrative": np.minimum(1.0, 5 * in_words[TELLING]),
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
        "sentences": np.where(lengths > 2, np.minimum(8, seen["sentences"]) / 4, 0.0),
        "roles": np.minimum(1.0, 5 * in_words[ROLE]),
        "introduces": list(map(_introduces, lines)),
        "names": seen["names"] / np.maximum(1, spelled - 1),
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
    counts = np.array([len(line.words) for line in lines], dtype=np.intp)
    inside = np.repeat(np.arange(len(lines)), counts)
    return [_held((bits & 1 << bit) > 0, inside, len(lines)) / np.maximum(1, counts) for bit in range(5)]


def _held(marks: Marks, inside: Indexes, count: int) -> Array:
    """How many of the marks, each inside one of `count` blocks, each block holds."""
    return np.bincount(inside[marks], minlength=count).astype(np.float64)


KINDS = LETTER, DIGIT, SPACE, CAPITAL, STOPPING, QUOTE, COMMA = tuple(1 << bit for bit in range(7))
UNREAD = 1 << len(KINDS)
# What kind of character each code point is, filled as they are met.
_kinds = np.full(0x110000, UNREAD, dtype=np.uint8)
# A row for each value of a kind: which of the kinds it holds.
HELD_KINDS = ((np.arange(UNREAD)[:, None] & np.array(KINDS)) > 0).astype(np.float64)


def _kind(character: str) -> int:
    kind = LETTER * character.isalpha() | DIGIT * character.isdigit() | SPACE * character.isspace()
    kind |= CAPITAL * character.isupper() | STOPPING * (character in TERMINAL)
    return kind | QUOTE * (character in QUOTES) | COMMA * (character == ",")


def _kinds_of(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    """The kind of each character."""
    kinds = _kinds[codes]
    unread = codes[kinds == UNREAD]
    if len(unread):
        for code in set(unread.tolist()):
            _kinds[code] = _kind(chr(code))
        kinds = _kinds[codes]
    return kinds


def _character_counts(texts: Sequence[str], lengths: Indexes) -> dict[str, Array]:
    """How many letters, digits, spaces, quotation marks, commas, ends of sentences and words stand in each text.

    And how many of the words have a capital, and how many of these are names: after the first word and no end of a
    sentence. `lengths` are those of the texts in characters.
    """
    count = len(texts)
    codes = np.frombuffer("\n".join(["", *texts, ""]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds, inside = _kinds_of(codes), np.repeat(np.arange(count), lengths + 1)  # each text with the break after it
    table = np.bincount(inside * UNREAD + kinds[1:], minlength=count * UNREAD).reshape(count, UNREAD)
    letters, digits, spaces, _, _, quotes, commas = (table.astype(np.float64) @ HELD_KINDS).T
    visible = (kinds & SPACE) == 0
    starts = np.flatnonzero(visible[1:] & ~visible[:-1])  # of words, counted without the first break, as `inside` is
    words = inside[starts]
    capital = (kinds[starts + 1] & CAPITAL) > 0
    stopped = (kinds[np.flatnonzero(visible[:-1] & ~visible[1:])] & STOPPING) > 0
    first = np.diff(words, prepend=-1) > 0
    named = capital & ~first & ~np.concatenate([[True], stopped[:-1]])[: len(words)]
    return {
        "letters": letters,
        "digits": digits,
        "spaces": spaces - 1,
        "quotes": quotes,
        "commas": commas,
        "sentences": np.bincount(inside[_sentence_breaks(codes)], minlength=count),
        "words": np.bincount(words, minlength=count),
        "capitals": _held(capital, words, count),
        "names": _held(named, words, count),
    }


def _sentence_breaks(codes: npt.NDArray[np.uint32]) -> Indexes:
    """Where sentences end inside a text: ". ", "? ", "! ", and a stop in quotation marks, as '." ' and ".” "."""
    spaces = np.flatnonzero(codes == ord(" "))
    before, further = codes[spaces - 1], codes[spaces - 2]
    stopped = np.isin(before, ENDS) | (np.isin(before, CLOSED) & (further == ord(".")))
    found: Indexes = spaces[stopped] - 1
    return found


def _introduces(line: Line) -> bool:
    # "Ines Calder is a senior fellow": a name opens, and the next word says what its bearer does.
    if INTRODUCING.isdisjoint(line.words):
        return False
    cased = line.text[:MAX_CHARACTERS].split(maxsplit=6)[:6]
    verb = next((at for at, word in enumerate(cased[1:], start=1) if word in INTRODUCING), 0)
    return verb >= 2 and all(word[:1].isupper() for word in cased[:verb])


def grams(words: Sequence[str]) -> set[str]:
    """The words and pairs of neighbouring words of a block, its edges marked and its numbers made alike."""
    spelled = words[:MAX_GRAM_WORDS]
    if any(map(str.isdigit, spelled)):
        spelled = ["0" if word.isdigit() else word for word in spelled]
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
