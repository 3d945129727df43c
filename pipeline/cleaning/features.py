"""Features: what a block looks like, by itself and among its neighbours, as numbers.

Two linear steps and one small network read them (`weights.json`, made by `training/cleaning.py`): the first judges the
wording of a block alone, the second the block in its place. All work is linear in the length of the text.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
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
FIRST_PLURAL, SECOND_PERSON = LISTS["first_plural"], LISTS["second_person"]


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
    "question", "date", "short", "long",
)  # fmt: skip


def line_features(line: Line) -> list[float]:
    """The block by itself, in the order of `LINE_FEATURES`."""
    text, words = line.text[:MAX_CHARACTERS], line.words
    count, length = max(1, len(words)), max(1, len(text))
    size, letters = line.size, sum(map(str.isalpha, text))
    cased = text.split()
    first = words[0] if words else ""
    return [
        math.log1p(size) / 3,
        share(words, STOP_WORDS),
        float(line.terminal),
        float(text.endswith(":")),
        sum(map(str.isupper, [word[0] for word in cased])) / max(1, len(cased)),
        float(text.isupper()),
        sum(map(str.isdigit, text)) / length,
        1 - (letters + sum(map(str.isspace, text))) / length,
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
    ]


def grams(words: Sequence[str]) -> set[str]:
    """The words and pairs of neighbouring words of a block, its edges marked and its numbers made alike."""
    spelled = ["0" if word.isdigit() else word for word in words[:MAX_GRAM_WORDS]]
    return {*spelled, *map("{} {}".format, ["^", *spelled], [*spelled, "$"])}


@dataclass(frozen=True, slots=True)
class Weights:
    """What training found: the wording model and the network over blocks in their places."""

    grams: dict[str, float]
    bias: float
    line: Array
    mean: Array
    scale: Array
    hidden: Array
    hidden_bias: Array
    output: Array
    output_bias: float


def wording(lines: Sequence[Line], features: Array, weights: Weights) -> Array:
    """How much the words of each block are those of articles: above 0 for an article, below for furniture."""
    sums = np.array([gram_sum(line, weights.grams) for line in lines])
    return np.clip(sums + features @ weights.line + weights.bias, -8, 8)


def gram_sum(line: Line, known: dict[str, float]) -> float:
    """The weights of the n-grams of a block, a long block's no heavier than a short one's."""
    found = grams(line.words)
    return sum(filter(None, map(known.get, found))) / math.sqrt(len(found))


def place_features(lines: Sequence[Line], features: Array, words: Array) -> Array:
    """The block in its place: by itself, beside its neighbours, against the body, in the document."""
    sizes = np.array([min(line.size, 80.0) for line in lines])
    belief = 1 / (1 + np.exp(-words))
    first, last = densest(((belief - 0.5) * (sizes + 2)).tolist())
    neighbours = np.column_stack([words / 4, features[:, 0], features[:, 2]])
    return np.column_stack(
        [
            features,
            words / 4,
            *(shifted(neighbours, by) for by in (-3, -2, -1, 1, 2, 3)),
            *(smoothed(belief, sizes, reach) for reach in (2, 5, 12)),
            *segment_features(len(lines), first, last, belief * sizes),
            overlap(lines, first, last, belief),
            repeats(lines),
            document_features(features, belief, sizes),
        ]
    )


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


def shifted(columns: Array, by: int) -> Array:
    """The columns of the neighbour `by` rows further on; zero beyond the edges, and a column that says so."""
    count = len(columns)
    moved = np.zeros((count, columns.shape[1] + 1))
    source = np.arange(count) + by
    inside = (source >= 0) & (source < count)
    moved[inside, :-1] = columns[source[inside]]
    moved[~inside, -1] = 1
    return moved


def smoothed(belief: Array, sizes: Array, reach: int) -> Array:
    """The mean belief of the neighbourhood, the longer block weighing more."""
    weight = np.concatenate([[0.0], np.cumsum(sizes + 1)])
    mass = np.concatenate([[0.0], np.cumsum(belief * (sizes + 1))])
    index = np.arange(len(belief))
    low, high = np.maximum(index - reach, 0), np.minimum(index + reach + 1, len(belief))
    mean: Array = (mass[high] - mass[low]) / (weight[high] - weight[low])
    return mean


def segment_features(count: int, first: int, last: int, mass: Array) -> list[Array]:
    """Inside the densest stretch or not, how far outside, and how much of the article stands before and after."""
    index = np.arange(count)
    total = max(1.0, float(mass.sum()))
    before = np.cumsum(mass) - mass
    return [
        ((index >= first) & (index < last)).astype(float),
        np.log1p(np.maximum(first - index, 0)) / 3,
        np.log1p(np.maximum(index - last + 1, 0)) / 3,
        before / total,
        (total - before - mass) / total,
        index / max(1, count),
    ]


def overlap(lines: Sequence[Line], first: int, last: int, belief: Array) -> Array:
    """The share of the topic words of each block that other blocks of the densest stretch use too."""
    inside = [first <= index < last and belief[index] > 0.5 for index in range(len(lines))]
    uses = content_of(line for line, own in zip(lines, inside, strict=True) if own)
    used, used_twice = frozenset(uses), frozenset(word for word, times in uses.items() if times > 1)
    return np.array(
        [shared(line.content, used_twice if own else used) for line, own in zip(lines, inside, strict=True)]
    )


def shared(content: frozenset[str], used: frozenset[str]) -> float:
    """The share of the topic words of a block that stand in a vocabulary."""
    return len(content & used) / len(content) if content else 0.0


def repeats(lines: Sequence[Line]) -> Array:
    """Whether the same words stand in another block of the document."""
    times = Counter(line.words for line in lines)
    return np.array([min(3.0, times[line.words] - 1.0) / 3 for line in lines])


def document_features(features: Array, belief: Array, sizes: Array) -> Array:
    """What holds for the whole document: its length, its stop words (none outside English), its share of text."""
    weight = sizes / max(1.0, float(sizes.sum()))
    row = [math.log1p(len(sizes)) / 5, float(features[:, 1] @ weight), float(belief @ weight), float(belief.mean())]
    return np.tile(row, (len(sizes), 1))


def network(place: Array, weights: Weights) -> Array:
    """The probability that each block belongs to the article."""
    inner = np.tanh(((place - weights.mean) / weights.scale) @ weights.hidden + weights.hidden_bias)
    scores: Array = 1 / (1 + np.exp(-np.clip(inner @ weights.output + weights.output_bias, -30, 30)))
    return scores


def score(lines: Sequence[Line], weights: Weights) -> list[float]:
    """The probability that each block belongs to the article, 0 to 1."""
    if not lines:
        return []
    features = np.array([line_features(line) for line in lines])
    words = wording(lines, features, weights)
    return [float(value) for value in network(place_features(lines, features, words), weights)]


def content_of(lines: Iterable[Line]) -> Counter[str]:
    """In how many of the blocks each topic word stands."""
    return Counter(chain.from_iterable(line.content for line in lines))
