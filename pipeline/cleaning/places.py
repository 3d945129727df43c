"""Places: what a block is among its neighbours, against the body and in the document, as numbers.

Some hold whatever is believed of the blocks; others depend on what their wording makes of each. All work is linear in
the length of the text.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np

from pipeline.cleaning.features import LINE_FEATURES, MAX_CHARACTERS, Array, Indexes, Line, Marks, densest, shared
from pipeline.cleaning.phrases import Phrase, deciding
from pipeline.labels import BlockLabel

# Phrases of one kind count together.
GROUPS = (
    {BlockLabel.DONATION_APPEAL, BlockLabel.MEMBERSHIP_PITCH},
    {BlockLabel.SUBSCRIPTION_PAYWALL},
    {BlockLabel.NEWSLETTER},
    {BlockLabel.COMMENT_PROMPT, BlockLabel.USER_COMMENT},
    {BlockLabel.ACCOUNT_PROMPT, BlockLabel.FORM_NOISE},
    {BlockLabel.NAVIGATION, BlockLabel.OTHER_BOILERPLATE},
    {BlockLabel.RELATED_LINKS},
    {BlockLabel.SHARE, BlockLabel.FOLLOW_US},
    {BlockLabel.TAGS},
    {BlockLabel.MEDIA_PLAYER, BlockLabel.ADVERT},
    {BlockLabel.AFFILIATE_DISCLOSURE, BlockLabel.CORRECTION_CONTACT},
    {BlockLabel.AUTHOR_BIO},
    {BlockLabel.COOKIE_NOTICE, BlockLabel.COPYRIGHT_LEGAL},
    {BlockLabel.CAPTION},
)
GROUP_OF = {label: at for at, group in enumerate(GROUPS) for label in group}
# After a block of these groups other blocks of the kind may follow: appeals, comments, links, biographies.
HEADS = (0, 1, 2, 3, 6, 11)
RUNNING_WORDS = 18
FAR = 60
DOUBTED = 0.3  # what is believed less than this is furniture
FIRST_PLURAL, SECOND_PERSON = LINE_FEATURES.index("first_plural"), LINE_FEATURES.index("second_person")
# Captions: "Above: the old harbour.", "... on Monday, May 4, 2021. (Photo: Ines Calder)", "Image credit: Harbour Post".
MAX_CAPTION, MAX_CREDIT = 800, 160
POINTING = re.compile(r"(?:above|below|left|right|pictured|photo|image|picture|caption|credit|source|video)\s?:", re.I)
CREDITED = re.compile(
    r"\b(?:photo(?:graph|s)?|image|picture|illustration|video)s? (?:by|courtesy|credit|via|from)\b|"
    r"\b(?:photo|image|picture|source|credit|courtesy)\s?:|©|"
    r"\b(?:getty|reuters|afp|ap photo|shutterstock|istock|unsplash)\b",
    re.IGNORECASE,
)
CREDITING = frozenset((
    "photo", "photos", "photograph", "photographs", "image", "images", "picture", "pictures", "illustration",
    "illustrations", "video", "videos", "source", "credit", "courtesy", "getty", "reuters", "afp", "ap", "shutterstock",
    "istock", "unsplash",
))  # fmt: skip
DATED = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.? [0-3]?[0-9], (?:19|20)[0-9]{2}|"
    r"\b[0-3]?[0-9] (?:january|february|march|april|may|june|july|august|september|october|november|december) "
    r"(?:19|20)[0-9]{2}",
    re.IGNORECASE,
)


def sizes_of(lines: Sequence[Line]) -> Array:
    """The words of each block, 80 at most."""
    sizes: Array = np.minimum([line.size for line in lines], 80.0)
    return sizes


def is_running(line: Line) -> bool:
    """Whether the block is a paragraph of running text."""
    return line.size >= RUNNING_WORDS and (line.terminal or line.text.endswith(":"))


def phrase_features(lines: Sequence[Line], found: Sequence[Sequence[Phrase]]) -> Array:
    """Whether a phrase would decide, and how many of each group stand in the block."""
    rows = np.zeros((len(lines), 2 + len(GROUPS)))
    for row, line, phrases in zip(rows, lines, found, strict=True):
        if not phrases:
            continue
        row[0] = deciding(phrases, line.words) is not None
        row[1] = deciding(phrases, line.words, inside=True) is not None
        for phrase in phrases:
            if (at := GROUP_OF.get(phrase.label)) is not None:
                row[2 + at] = min(3, row[2 + at] + 1)
    return rows


def document_features(lines: Sequence[Line], features: Array, phrases: Array, gaps: Sequence[int]) -> Array:
    """What holds of a block in its document whatever is believed of it: phrases around, repeats, blank lines."""
    sizes = sizes_of(lines)
    running = np.array([is_running(line) for line in lines], dtype=float)
    return np.column_stack(
        [
            *(since(phrases[:, 2 + group] > 0) for group in HEADS),
            since(phrases[:, 0] > 0),
            since((phrases[:, 0] > 0)[::-1])[::-1],
            *(windowed(phrases[:, 0], reach) for reach in (3, 10)),
            *runs(running, sizes),
            repeats(lines),
            openings(lines),
            *spacing(running * sizes, gaps),
            np.tile(
                [
                    math.log1p(len(sizes)) / 5,
                    math.log1p(float(sizes.sum())) / 8,
                    float(features[:, 1] @ sizes) / max(1.0, float(sizes.sum())),
                    float(running.mean()),
                    float(phrases[:, 0].mean()),
                ],
                (len(sizes), 1),
            ),
        ]
    )


def voice_features(lines: Sequence[Line], features: Array) -> Array:
    """Who speaks to whom in the block and around it, and whether it reads as a caption does."""
    sizes = sizes_of(lines)
    we, you = features[:, FIRST_PLURAL], features[:, SECOND_PERSON]
    asking = np.sqrt(we * you)
    return np.column_stack(
        [
            asking,
            smoothed(we, sizes, 4),
            smoothed(you, sizes, 4),
            one_sided(we + you, sizes, 8),
            one_sided((we + you)[::-1], sizes[::-1], 8)[::-1],
            np.array([_is_credited(line) for line in lines], dtype=float),
            np.array([POINTING.match(line.text) is not None for line in lines], dtype=float),
            np.array([_is_dated(line.text[:MAX_CAPTION]) for line in lines], dtype=float),
        ]
    )


def _is_credited(line: Line) -> bool:
    # Looking up the words first spares most blocks the search.
    able = not CREDITING.isdisjoint(line.words) or "©" in line.text or len(line.text) > MAX_CHARACTERS
    return able and CREDITED.search(line.text[-MAX_CREDIT:]) is not None


def _is_dated(text: str) -> bool:
    return ("20" in text or "19" in text) and DATED.search(text) is not None


def place_features(lines: Sequence[Line], features: Array, odds: Array) -> Array:
    """The block beside its neighbours and against the body, where `odds` tell what is believed of each."""
    sizes = sizes_of(lines)
    belief = 1 / (1 + np.exp(-odds))
    first, last = densest(((belief - 0.5) * (sizes + 2)).tolist())
    mass = belief * sizes
    neighbours = np.column_stack([odds / 4, features[:, 0], features[:, 2]])
    return np.column_stack(
        [
            odds / 4,
            *shifted(neighbours, (-3, -2, -1, 1, 2, 3)),
            *(smoothed(belief, sizes, reach) for reach in (2, 5, 12)),
            one_sided(belief, sizes, 8),
            one_sided(belief[::-1], sizes[::-1], 8)[::-1],
            *segment_features(len(lines), first, last, mass),
            *overlaps(lines, first, last, belief),
            np.full(len(lines), mass.sum() / max(1.0, sizes.sum())),
            np.full(len(lines), belief.mean()),
            np.full(len(lines), math.log1p(mass.sum()) / 8),
        ]
    )


def since(marked: Marks) -> Array:
    """How many blocks ago the last marked one stands, 0 for none within reach and 1 for the block before."""
    index = np.arange(len(marked))
    latest = np.maximum.accumulate(np.where(marked, index, -FAR))
    before = np.concatenate([[-FAR], latest[:-1]])
    distance = np.minimum(index - before, FAR)
    nearness: Array = 1 - np.log(distance) / math.log(FAR)
    return nearness


def windowed(values: Array, reach: int) -> Array:
    """The mean of the values within reach, the block itself left out."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    index = np.arange(len(values))
    low, high = np.maximum(index - reach, 0), np.minimum(index + reach + 1, len(values))
    mean: Array = (total[high] - total[low] - values) / np.maximum(1, high - low - 1)
    return mean


def runs(running: Array, sizes: Array) -> list[Array]:
    """The run of paragraphs a block stands in: its words, where in it the block is, and whether a longer one came."""
    words, place, earlier = np.zeros((3, len(running)))
    total, longest = max(1.0, float((running * sizes).sum())), 0.0
    for start, end in _runs(running):
        inside = float((running[start:end] * sizes[start:end]).sum())
        words[start:end] = inside / total
        place[start:end] = np.arange(end - start) / (end - start)
        earlier[start:end] = longest / total
        longest = max(longest, inside)
    return [words, place, earlier]


def _runs(running: Array) -> list[tuple[int, int]]:
    """Where runs of paragraphs begin and end; one heading between two does not end a run."""
    found: list[tuple[int, int]] = []
    for index in np.flatnonzero(running).tolist():
        if found and index - found[-1][1] <= 1:
            found[-1] = (found[-1][0], index + 1)
        else:
            found.append((index, index + 1))
    return found


def repeats(lines: Sequence[Line]) -> Array:
    """Whether the same words stand in another block of the document."""
    said = [line.words for line in lines]
    return _others(said, Counter(said))


def openings(lines: Sequence[Line]) -> Array:
    """Whether another block opens with the same four words: a teaser of this article, a list of like items."""
    opening = [line.words[:4] for line in lines]
    return _others(opening, Counter(words for words, line in zip(opening, lines, strict=True) if len(line.words) > 4))


def _others(said: Sequence[tuple[str, ...]], times: Counter[tuple[str, ...]]) -> Array:
    """How many other blocks say the same as each, three at most, as a share of three."""
    others: Array = np.clip(np.array([times[words] for words in said]) - 1.0, 0.0, 3.0) / 3
    return others


def spacing(weight: Array, gaps: Sequence[int]) -> list[Array]:
    """Whether a block is set off from its neighbours as the running text of the document is."""
    before = np.minimum(np.array(gaps[:-1]), 3)
    after = np.minimum(np.array(gaps[1:]), 3)
    usual = int(np.argmax(np.bincount(before, weight + 1e-6, minlength=4)))
    return [before / 3, after / 3, (before == usual).astype(float), (after == usual).astype(float)]


def shifted(columns: Array, by: Sequence[int]) -> list[Array]:
    """The columns of each neighbour so many rows further on; zero beyond the edges, and a column that says so."""
    reach, count = max(map(abs, by)), len(columns)
    padded = np.zeros((count + 2 * reach, columns.shape[1] + 1))
    padded[:, -1] = 1
    padded[reach : reach + count, :-1] = columns
    padded[reach : reach + count, -1] = 0
    return [padded[reach + one : reach + one + count] for one in by]


def smoothed(belief: Array, sizes: Array, reach: int) -> Array:
    """The mean belief of the neighbourhood, the longer block weighing more."""
    index = np.arange(len(belief))
    return _mean_between(belief, sizes, np.maximum(index - reach, 0), np.minimum(index + reach + 1, len(belief)))


def one_sided(belief: Array, sizes: Array, reach: int) -> Array:
    """The mean belief of the blocks before, the longer block weighing more."""
    index = np.arange(len(belief))
    return _mean_between(belief, sizes, np.maximum(index - reach, 0), index)


def _mean_between(belief: Array, sizes: Array, low: Indexes, high: Indexes) -> Array:
    weight = np.concatenate([[0.0], np.cumsum(sizes + 1)])
    mass = np.concatenate([[0.0], np.cumsum(belief * (sizes + 1))])
    mean: Array = (mass[high] - mass[low]) / np.maximum(1e-9, weight[high] - weight[low])
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
        (index - first) / max(1, last - first),
    ]


def overlaps(lines: Sequence[Line], first: int, last: int, belief: Array) -> list[Array]:
    """The share of the topic words of each block that furniture uses, the body, the body often, and the neighbour."""
    content = TopicWords(lines)
    index = np.arange(len(lines))
    inside, doubted = (first <= index) & (index < last) & (belief > 0.5), belief < DOUBTED
    told, used = content.uses(doubted), content.uses(inside)
    beside = [shared(line.content, above.content) for above, line in pairwise(lines)]
    return [
        content.shares(told, 1 + doubted),
        content.shares(used, 1 + inside),
        content.shares(used, 3 + inside),
        np.array([0.0, *beside]),
    ]


class TopicWords:
    """The topic words of all blocks of a document, numbered."""

    def __init__(self, lines: Sequence[Line]) -> None:
        contents = [line.content for line in lines]
        numbers = {word: number for number, word in enumerate(frozenset().union(*contents))}
        self.words = np.fromiter(map(numbers.__getitem__, chain.from_iterable(contents)), dtype=np.intp)
        self.sizes = np.array(list(map(len, contents)), dtype=np.intp)
        self.blocks = np.repeat(np.arange(len(lines)), self.sizes)  # the one that each of the words stands in
        self.distinct = len(numbers)

    def uses(self, chosen: Marks) -> Indexes:
        """In how many of the chosen blocks each word stands."""
        return np.bincount(self.words[chosen[self.blocks]], minlength=self.distinct)

    def shares(self, uses: Indexes, least: Indexes) -> Array:
        """The share of the words of each block that are used so often at least, as each block asks for."""
        often = uses[self.words] >= least[self.blocks]
        shares: Array = np.bincount(self.blocks[often], minlength=len(self.sizes)) / np.maximum(1, self.sizes)
        return shares
