"""The learned model of quotations: which words are cues, and what each of them credits to whom.

Two tables of weights, fitted by training/quotations: a logistic regression over the candidates for cues, and for each
likely cue a linear-chain conditional random field that labels the words around it as content, speaker, cue or none of
these. Both only add up the weights of the features in `quotation_features`; numpy reads all cues of an article at once.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.cleaning.forest import probability
from pipeline.language.contents import Range
from pipeline.language.direct_speech import Speech
from pipeline.language.quotation_features import (
    Candidate,
    Ints,
    Vocabulary,
    Windows,
    Words,
    cue_features,
    windows,
    word_features,
)

LABELS = ("O", "C", "S", "Q")  # none, content, speaker (source), cue
NONE, CONTENT, SPEAKER, CUE = range(len(LABELS))
Floats = NDArray[np.float64]
# Below this a candidate is not even looked at by the sequence model.
LEAST_PROBABILITY = 0.15
CHUNK = 128  # cues read at once, so that an article of nothing but cues does not fill the memory


@dataclass(frozen=True, slots=True)
class Table:
    """The weights of the features of some templates; row 0 is that of every feature not seen in training."""

    rows: Mapping[str, NDArray[np.int32]]  # of each template: feature -> row of the weights
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, features: Mapping[str, NDArray[np.int64]], weights: NDArray[np.float32]) -> "Table":
        """The table of the features that have weights, given template by template in the order of the weights."""
        rows, done = {}, 1
        for name, known in features.items():
            row = np.zeros(int(known.max(initial=0)) + 2, np.int32)
            row[known] = np.arange(done, done + len(known))
            rows[name] = row
            done += len(known)
        return cls(rows, np.concatenate([np.zeros((1, weights.shape[1]), np.float32), weights.astype(np.float32)]))

    def scores(self, features: Mapping[str, Ints]) -> Floats:
        """The sum of the weights, for each row of the features."""
        size = len(next(iter(features.values())))
        total = np.zeros((size, self.weights.shape[1]), np.float32)
        for name, row in self.rows.items():
            total += self.weights.take(row.take(features[name], mode="clip"), axis=0)
        return total.astype(np.float64)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model makes of one candidate: a window of words and how likely each of them has each label."""

    candidate: Candidate
    probability: float  # that the candidate is a cue
    first: int  # token of the window's first word
    spans: tuple[tuple[int, Range], ...]  # the label and the tokens of each run of words
    marginals: Floats  # words by labels

    def runs(self, label: int) -> tuple[Range, ...]:
        """The words whose likeliest label it is, as ranges of tokens."""
        return tuple(words for own, words in self.spans if own == label)


@dataclass(frozen=True, slots=True)
class QuotationModel:
    """The fitted model."""

    vocabulary: Vocabulary
    cues: Table
    words: Table
    transitions: Floats  # from label to label

    @classmethod
    def of(cls, arrays: Mapping[str, Any]) -> "QuotationModel":
        """The model of the arrays that training/quotations wrote."""
        vocabulary = Vocabulary.of(
            map(str, arrays["vocabulary.words"]),
            map(str, arrays["vocabulary.lemmas"]),
            map(str, arrays["vocabulary.further"]),
            map(str, arrays["vocabulary.speakers"]),
        )
        transitions = arrays["transitions"].astype(np.float64)
        return cls(vocabulary, _table(arrays, "cues"), _table(arrays, "words"), transitions)

    def probabilities(self, words: Words, found: Sequence[Candidate]) -> Floats:
        """How likely each candidate is a cue, by its features alone."""
        scores = self.cues.scores(cue_features(words, found, self.vocabulary))[:, 0]
        return probability(scores)

    def read(
        self, words: Words, found: Sequence[Candidate], paragraphs: Sequence[Range], speeches: Sequence[Speech]
    ) -> list[Reading]:
        """The words around every likely candidate, labelled."""
        if not found:
            return []
        probability = self.probabilities(words, found)
        every = (np.array([each.index for each in found], np.int64), probability)
        likely = np.flatnonzero(probability >= LEAST_PROBABILITY)
        readings: list[Reading] = []
        for start in range(0, len(likely), CHUNK):
            part = likely[start : start + CHUNK]
            chosen = [found[index] for index in part]
            span = windows(words, every[0][part], paragraphs)
            features = word_features(
                words, chosen, probability[part], speeches, span, self.vocabulary, all_candidates=every
            )
            scores = self.words.scores(features)
            shares = marginals(scores, self.transitions, span.offset, span.length)
            spans = runs_of(shares.argmax(1), span)
            for number, each in enumerate(chosen):
                own = slice(int(span.offset[number]), int(span.offset[number] + span.length[number]))
                sure = float(probability[part[number]])
                readings.append(Reading(each, sure, int(span.first[number]), tuple(spans[number]), shares[own]))
        return readings


def rule_content(candidate: Candidate) -> tuple[Range, ...]:
    """The content that the rules see."""
    if candidate.speech is not None:
        return tuple(sorted(candidate.speech.pieces))
    return candidate.best.content if candidate.best is not None else ()


def _table(file: Mapping[str, Any], name: str) -> Table:
    templates, sizes = file[f"{name}.templates"], file[f"{name}.sizes"].astype(np.int64)
    known = np.split(np.asarray(file[f"{name}.features"], np.int64), np.cumsum(sizes)[:-1])
    return Table.of(dict(zip(map(str, templates), known, strict=True)), np.asarray(file[f"{name}.weights"], np.float32))


def marginals(scores: Floats, transitions: Floats, offset: Ints, length: Ints) -> Floats:
    """How likely each label is of every word, by forward and backward sums over all windows at once."""
    longest = int(length.max())
    row = np.minimum(offset[:, None] + np.arange(longest), len(scores) - 1)
    weights = np.exp(scores - scores.max(1, keepdims=True))[row].transpose(1, 0, 2).copy()  # steps, windows, labels
    through = np.exp(transitions)
    forward, backward = np.empty_like(weights), np.ones_like(weights)
    forward[0] = weights[0]
    total = functools.partial(np.add.reduce, axis=1, keepdims=True)  # `sum` asks more before it adds
    for step in range(1, longest):
        here = (forward[step - 1] @ through) * weights[step]
        forward[step] = here / total(here)
    last = (length - 1)[:, None]
    for step in range(longest - 2, -1, -1):
        here = (weights[step + 1] * backward[step + 1]) @ through.T
        here /= total(here)
        backward[step] = np.where(step < last, here, 1.0)
    shares = forward * backward
    shares /= shares.sum(2, keepdims=True)
    inside = np.arange(longest) < length[:, None]
    found: Floats = shares.transpose(1, 0, 2)[inside]
    return found


def runs_of(labels: Ints, span: Windows) -> list[list[tuple[int, Range]]]:
    """For each window, the runs of words of one label: the label and the tokens; words without a label left out."""
    starts = np.append(True, (labels[1:] != labels[:-1]) | (span.owner[1:] != span.owner[:-1]))
    first = np.flatnonzero(starts)
    last = np.append(first[1:], len(labels)) - 1
    found: list[list[tuple[int, Range]]] = [[] for _ in span.offset]
    columns = (labels[first], span.owner[first], span.token[first], span.token[last] + 1)
    for label, owner, start, end in zip(*(column.tolist() for column in columns), strict=True):
        if label != NONE:
            found[owner].append((label, (start, end)))
    return found
