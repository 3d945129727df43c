"""The learned model of quotations: which words are cues, and what each of them credits to whom.

Two tables of weights, fitted by training/quotations: a logistic regression over the candidates for cues, and for each
likely cue a linear-chain conditional random field that labels the words around it as content, speaker, cue or none of
these. Both only add up the weights of the features in `quotation_features`; numpy reads all cues of an article at once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from pipeline.language.contents import Range
from pipeline.language.direct_speech import Speech
from training.quotations.features import (
    Candidate,
    Ints,
    Vocabulary,
    Words,
    cue_features,
    windows,
    word_features,
    words_of,
)

WEIGHTS = Path(__file__).parent / "weights.npz"
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
            total += self.weights[row[np.minimum(features[name], len(row) - 1)]]
        return total.astype(np.float64)


@dataclass(frozen=True, slots=True)
class Learned:
    """What the model makes of one candidate, in tokens."""

    candidate: Candidate
    probability: float  # that the candidate is a cue
    content: tuple[Range, ...]
    cue: Range | None
    speaker: Range | None
    confidence: float  # that the content is right
    by_rule: tuple[Range, ...]  # the content that the rules see
    confidence_by_rule: float


@dataclass(frozen=True, slots=True)
class QuotationModel:
    """The fitted model."""

    vocabulary: Vocabulary
    cues: Table
    words: Table
    transitions: Floats  # from label to label
    quality: Floats  # two rows of weights of `quality_features`: how sure the content is, the model's and the rules'

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> "QuotationModel":
        """The model as training/quotations wrote it."""
        with np.load(path, allow_pickle=False) as file:
            vocabulary = Vocabulary.of(
                map(str, file["vocabulary.words"]),
                map(str, file["vocabulary.lemmas"]),
                map(str, file["vocabulary.further"]),
            )
            return cls(
                vocabulary,
                _table(file, "cues"),
                _table(file, "words"),
                file["transitions"].astype(np.float64),
                file["quality"].astype(np.float64),
            )

    def probabilities(self, words: Words, found: Sequence[Candidate]) -> Floats:
        """How likely each candidate is a cue, by its features alone."""
        scores = self.cues.scores(cue_features(words, found, self.vocabulary))[:, 0]
        return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))))

    def read(
        self,
        doc: Doc,
        found: Sequence[Candidate],
        paragraphs: Sequence[Range],
        stretches: Sequence[Range],
        speeches: Sequence[Speech],
    ) -> Iterator[Learned]:
        """What the likely candidates credit to whom."""
        if not found:
            return
        words = words_of(doc, paragraphs, stretches, self.vocabulary)
        probability = self.probabilities(words, found)
        every = (np.array([each.index for each in found], np.int64), probability)
        likely = np.flatnonzero(probability >= LEAST_PROBABILITY)
        if not len(likely):
            return
        for start in range(0, len(likely), CHUNK):
            yield from self._read(doc, words, found, likely[start : start + CHUNK], every, paragraphs, speeches)

    def _read(
        self,
        doc: Doc,
        words: Words,
        found: Sequence[Candidate],
        likely: Ints,
        every: tuple[Ints, Floats],
        paragraphs: Sequence[Range],
        speeches: Sequence[Speech],
    ) -> Iterator[Learned]:
        chosen = [found[index] for index in likely]
        probability = every[1][likely]
        span = windows(words, every[0][likely], paragraphs)
        features = word_features(words, chosen, probability, speeches, span, self.vocabulary, all_candidates=every)
        labels = best_paths(self.words.scores(features), self.transitions, span.offset, span.length)
        for number, each in enumerate(chosen):
            offset, first = int(span.offset[number]), int(span.first[number])
            own = labels[offset : offset + int(span.length[number])]
            content, by_rule = tuple(_runs(own == CONTENT, first)), rule_content(each)
            quality = quality_features(doc, each, float(probability[number]), content, by_rule)
            sure = 1 / (1 + np.exp(-self.quality @ quality))
            yield Learned(
                each,
                float(probability[number]),
                content,
                _run_at(_runs(own == CUE, first), each.index),
                _nearest(_runs(own == SPEAKER, first), each.index),
                float(sure[0]),
                by_rule,
                float(sure[1]),
            )


def rule_content(candidate: Candidate) -> tuple[Range, ...]:
    """The content that the rules see."""
    if candidate.speech is not None:
        return tuple(sorted(candidate.speech.pieces))
    return candidate.best.content if candidate.best is not None else ()


def quality_features(
    doc: Doc, candidate: Candidate, probability: float, content: Sequence[Range], by_rule: Sequence[Range]
) -> Floats:
    """What tells right contents from wrong ones: above all whether the model and the rules see the same."""
    own, rule = words_in(doc, content), words_in(doc, by_rule)
    both = len(own | rule)
    odds = probability / (1 - probability + 1e-9)
    agreement = len(own & rule) / both if both else 0.0
    return np.array(
        [
            1.0, np.log(odds + 1e-9), agreement, not rule, not own, candidate.speech is not None, candidate.share,
            np.log1p(len(own)), not candidate.cue.patterns,
        ],
        np.float64,
    )  # fmt: skip


def words_in(doc: Doc, pieces: Iterable[Range]) -> frozenset[int]:
    """The tokens that have a letter or a digit."""
    return frozenset(
        index for start, end in pieces for index in range(start, end) if any(map(str.isalnum, doc[index].text))
    )


def _table(file: Mapping[str, NDArray[np.generic]], name: str) -> Table:
    templates, sizes = file[f"{name}.templates"], file[f"{name}.sizes"].astype(np.int64)
    known = np.split(np.asarray(file[f"{name}.features"], np.int64), np.cumsum(sizes)[:-1])
    return Table.of(dict(zip(map(str, templates), known, strict=True)), np.asarray(file[f"{name}.weights"], np.float32))


@cache
def shipped_model() -> QuotationModel:
    """The model we ship, loaded once."""
    return QuotationModel.load()


def best_paths(scores: Floats, transitions: Floats, offset: Ints, length: Ints) -> Ints:
    """The best labels of every window, by Viterbi over all windows at once."""
    count, longest, kinds = len(offset), int(length.max()), scores.shape[1]
    row = np.minimum(offset[:, None] + np.arange(longest), len(scores) - 1)
    padded = scores[row]
    back = np.zeros((longest, count, kinds), np.int64)
    best = padded[:, 0]
    for step in range(1, longest):
        through = best[:, :, None] + transitions
        back[step] = through.argmax(1)
        here = np.take_along_axis(through, back[step][:, None, :], 1)[:, 0] + padded[:, step]
        best = np.where((step < length)[:, None], here, best)
    labels = np.zeros(len(scores), np.int64)
    label = best.argmax(1)
    everyone = np.arange(count)
    for step in range(longest - 1, -1, -1):
        inside = step < length
        labels[(offset + step)[inside]] = label[inside]
        if step:
            label = np.where(inside, back[step][everyone, label], label)
    return labels


def _runs(marked: NDArray[np.bool_], first: int) -> Iterator[Range]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marked.astype(np.int8), [0]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield int(start) + first, int(end) + first


def _run_at(runs: Iterator[Range], index: int) -> Range | None:
    """The run that a token is part of."""
    return next((run for run in runs if run[0] <= index < run[1]), None)


def _nearest(runs: Iterator[Range], index: int) -> Range | None:
    """The run next to a token."""
    return min(runs, key=lambda run: min(abs(run[0] - index), abs(run[1] - 1 - index)), default=None)
