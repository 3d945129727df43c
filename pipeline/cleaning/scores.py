"""Scores: how likely each block belongs to the article: its words, weighed, then the block in its place.

A forest of small trees judges the place. Pages with markup have one of their own, which also sees tags, classes and
votes. Of texts without markup a second forest judges what may be a tail (`tails`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.article import Article
from pipeline.cleaning.features import Array, Line, Wording, line_features, wording
from pipeline.cleaning.forest import Forest, probability
from pipeline.cleaning.markup import NOTHING, class_sums, markup_features
from pipeline.cleaning.phrases import Phrase
from pipeline.cleaning.places import document_features, phrase_features, place_features, voice_features
from pipeline.cleaning.tails import with_tails

Found = Sequence[Sequence[Phrase]]


@dataclass(frozen=True, slots=True)
class Weights:
    """What training found: words, classes of markup, forests for text, for pages with markup, and for tails of text."""

    words: Wording
    classes: dict[str, float]
    text: Forest
    page: Forest
    tails: Forest


def scores(article: Article, lines: Sequence[Line], found: Found, weights: Weights) -> list[float]:
    """The probability that each block belongs to the article, 0 to 1."""
    if not lines:
        return []
    features = line_features(lines)
    words = wording(lines, features, weights.words)
    marked = is_marked(article)
    fixed = fixed_features(article, lines, found, features)
    if marked:
        classes = class_sums((block.markup or NOTHING for block in article.blocks), weights.classes)
        fixed = np.column_stack([fixed, markup_features(article.blocks, lines, classes)])
    belief = probability(
        (weights.page if marked else weights.text).log_odds(with_places(fixed, lines, features, words))
    )
    if not marked:
        belief = with_tails(lines, fixed, belief, weights.tails)
    return [float(one) for one in belief]


def is_marked(article: Article) -> bool:
    """Whether a reader of HTML divided the article."""
    return any(block.markup for block in article.blocks)


def fixed_features(article: Article, lines: Sequence[Line], found: Found, features: Array) -> Array:
    """What does not depend on any belief."""
    phrases = phrase_features(lines, found)
    return np.column_stack(
        [
            features,
            phrases,
            document_features(lines, features, phrases, gaps_of(article)),
            voice_features(lines, features),
        ],
    )


def with_places(fixed: Array, lines: Sequence[Line], features: Array, words: Array) -> Array:
    """All features of a forest: the fixed ones, and the places that the wording gives."""
    return np.column_stack([fixed, place_features(lines, features, words)])


def gaps_of(article: Article) -> list[int]:
    """The line breaks before each block and after the last."""
    edges = [0, *(edge for block in article.blocks for edge in (block.start, block.end)), len(article.text)]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    gaps = [article.text.count("\n", start, end) for start, end in pairs]
    gaps[0] = gaps[-1] = 2
    return gaps
