"""Tails: whether a paragraph in the second half of a text still belongs to the article, or to what follows it.

The forest of `scores` judges a block by what the wording of its neighbours makes of them. Here a second one looks
again, from the first one's beliefs: how far above the last sure paragraph stands and whether article text returns, how
much furniture lies between, what of the words comes from the article. Trained on tails of one page under the body of
another (`training/cleaning_pages.py`). All work is linear in the length of the text.
"""

import math
from collections.abc import Sequence

import numpy as np

from pipeline.cleaning.features import Array, Indexes, Line, Marks, content_of, densest, shared
from pipeline.cleaning.forest import Forest, probability
from pipeline.cleaning.places import DOUBTED, is_running, shifted, sizes_of, windowed

# Blocks of this length are asked about, after this share of the article.
LEAST_WORDS, AFTER = 9, 0.45
LEAST_BELIEF = 0.03  # what goes anyway need not be asked about
# A paragraph that is believed so far is the article's, and no such block is asked about: the mean of two opinions
# hardly ever falls under a threshold then (at .9 the figures are the same).
SURE = 0.8
LEAST_SURE = 3  # with fewer such paragraphs too little is known of the article to tell its tail
WEIGHT = 0.5  # of the second opinion beside the first, as log-odds: .3 loses less and leaves more, .7 the other way
TITLE_WORDS, TEASER_WORDS = 14, 12
FAR_BLOCKS, FAR_WORDS = 60, 400
REACH = 4
EDGE = 1e-4


def with_tails(lines: Sequence[Line], fixed: Array, belief: Array, forest: Forest) -> Array:
    """What is believed of each block once the forest of tails was asked, 0 to 1."""
    around = asked(lines, belief)
    at = around[belief[around] < SURE]
    if not len(at) or sum(is_running(lines[index]) for index in np.flatnonzero(belief >= SURE).tolist()) < LEAST_SURE:
        return belief
    return with_second_opinion(lines, belief, at, forest.log_odds(tail_features(lines, fixed, belief, at, around)))


def asked(lines: Sequence[Line], belief: Array) -> Indexes:
    """The blocks that may be a tail's: long enough, not out already, and most of the article above them."""
    sizes = sizes_of(lines)
    mass = belief * sizes
    before = (np.cumsum(mass) - mass) / max(1.0, float(mass.sum()))
    return np.flatnonzero((sizes >= LEAST_WORDS) & (belief >= LEAST_BELIEF) & (before >= AFTER))


def tail_features(lines: Sequence[Line], fixed: Array, belief: Array, at: Indexes, around: Indexes) -> Array:
    """A row for each of the blocks `at`: what holds whatever is believed, and what the beliefs say of its tail.

    `around` are all blocks that may be asked about, `at` among them.
    """
    count, sizes = len(lines), sizes_of(lines)
    running = np.array([is_running(line) for line in lines])
    sure, doubted = running & (belief >= SURE), belief < DOUBTED
    mass = belief * sizes
    total = max(1.0, float(mass.sum()))
    index = np.arange(count)
    # The sure paragraphs next to each block, before and after it; -1 and `count` where there is none.
    last = np.concatenate([[-1], np.maximum.accumulate(np.where(sure, index, -1))[:-1]])
    following = np.concatenate([np.minimum.accumulate(np.where(sure, index, count)[::-1])[::-1][1:], [count]])
    first, end = densest(((belief - 0.5) * (sizes + 2)).tolist())
    believed, weight = _sums(belief * (sizes + 1)), _sums(sizes + 1)
    furniture, words = _sums(doubted), _sums(doubted * sizes)
    runs, surely = _sums(running * sizes), _sums(sure * sizes)
    up, down, below = np.maximum(at - REACH, 0), np.minimum(at + 1 + REACH, count), count - at - 1

    def mean(low: Indexes, high: Indexes) -> Array:
        between: Array = (believed[high] - believed[low]) / np.maximum(1e-9, weight[high] - weight[low])
        return between

    usual = float(sizes[sure].mean()) if sure.any() else 20.0
    beside = np.column_stack([one[at] for one in shifted(sizes[:, None] / 40, (-1, 1))])
    return np.column_stack(
        [
            fixed[at],
            _log_odds(belief[at]) / 4,
            (np.cumsum(mass) - mass)[at] / total,
            1 - np.cumsum(mass)[at] / total,
            mean(up, at),
            mean(np.maximum(at - 2 * REACH, 0), at),
            mean(at + 1, down),
            mean(at + 1, np.minimum(at + 1 + 2 * REACH, count)),
            mean(at + 1, np.full(len(at), count)),
            (furniture[count] - furniture[at + 1]) / np.maximum(1, below),
            _near(below, FAR_BLOCKS),
            _near(at - last[at], FAR_BLOCKS),
            _near(following[at] - at, FAR_BLOCKS),
            _near(words[at] - words[last[at] + 1], FAR_WORDS),
            _near(words[following[at]] - words[at + 1], FAR_WORDS),
            (surely[count] - surely[at + 1]) / max(1.0, surely[count]),
            (runs[count] - runs[at + 1]) / max(1.0, runs[count]),
            (at >= first) & (at < end),
            _near(np.maximum(0, at - end + 1), FAR_BLOCKS),
            _near(np.maximum(0, end - at), FAR_BLOCKS),
            _near(furniture[at] - furniture[np.minimum(first, at)], FAR_BLOCKS),
            sizes[at] / usual,
            beside,
            *_titles(lines, sizes, at),
            *_told(lines, sure, at, around),
            np.full(len(at), sure.mean()),
            np.full(len(at), math.log1p(total) / 8),
        ]
    )


def _sums(values: Array | Marks) -> Array:
    return np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])


def _near(distance: Array | Indexes, far: int) -> Array:
    nearness: Array = np.log1p(np.minimum(distance, far)) / math.log1p(far)
    return nearness


def _log_odds(belief: Array) -> Array:
    clipped = np.clip(belief, EDGE, 1 - EDGE)
    odds: Array = np.log(clipped / (1 - clipped))
    return odds


def _titles(lines: Sequence[Line], sizes: Array, at: Indexes) -> list[Array]:
    """Whether a title stands over the block, how many teasers under titles stand around it, and how many figures."""
    worded = np.array([any(map(str.isalpha, line.text[:60])) for line in lines])
    titled = worded & np.array([line.size <= TITLE_WORDS and not line.terminal for line in lines])
    under = np.concatenate([[False], titled[:-1]])
    teasers = _sums(under & (sizes >= TEASER_WORDS))
    low, high = np.maximum(at - REACH - 1, 0), np.minimum(at + REACH + 3, len(lines))
    return [under[at], (teasers[high] - teasers[low]) / 6, windowed((~worded).astype(float), REACH)[at]]


def _told(lines: Sequence[Line], sure: Marks, at: Indexes, around: Indexes) -> list[Array]:
    """What of the topic words of each block, of those asked about around it and of its neighbours the article has."""
    uses = content_of(line for line, own in zip(lines, sure.tolist(), strict=True) if own)
    own = np.zeros((len(lines), 2))
    for index in around.tolist():
        # A paragraph of the article counts itself; the word must stand in another, too.
        counted = int(sure[index])
        times = [uses.get(word, 0) - counted for word in lines[index].content]
        own[index] = [sum(one > least for one in times) / max(1, len(times)) for least in (0, 2)]
    told, among = _sums(own[:, 0]), _sums(np.bincount(around, minlength=len(lines)) > 0)
    low, high = np.maximum(at - REACH, 0), np.minimum(at + REACH + 1, len(lines))
    above = [max(_both(lines, index - 2, index), _both(lines, index - 1, index)) for index in at.tolist()]
    under = [max(_both(lines, index, index + 1), _both(lines, index, index + 2)) for index in at.tolist()]
    return [
        *own[at].T,
        (told[high] - told[low]) / np.maximum(1, among[high] - among[low]),
        np.array(above),
        np.array(under),
    ]


def _both(lines: Sequence[Line], upper: int, lower: int) -> float:
    """The share of the lower block's topic words that stand in the upper one."""
    return shared(lines[lower].content, lines[upper].content) if upper >= 0 and lower < len(lines) else 0.0


def with_second_opinion(lines: Sequence[Line], belief: Array, at: Indexes, odds: Array) -> Array:
    """The beliefs, those of the blocks `at` weighed with what the forest of tails makes of them, as log-odds.

    A note under its number, at the end of an article that has notes, is never believed less.
    """
    first, second = belief[at], probability(odds)
    mixed = probability((1 - WEIGHT) * _log_odds(first) + WEIGHT * _log_odds(second))
    noted = np.array([index > 0 and lines[index - 1].text.strip().isdigit() for index in at.tolist()], dtype=bool)
    result = belief.copy()
    result[at] = np.where(noted, np.maximum(first, mixed), mixed)
    return result
