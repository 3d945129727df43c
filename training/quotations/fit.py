"""Fits the learned model of quotations and writes pipeline/language/quotation_weights.npz.

    PYTHONPATH=.:SITE python training/quotations/fit.py DATA/train.jsonl WORK/train.spacy [--output FILE]

DATA/train.jsonl are the annotated articles, those of pages.py among them; WORK/train.spacy is what parses.py made of
them. SITE is a folder with python-crfsuite and lightgbm (`pip install --target SITE python-crfsuite lightgbm`), which
only fitting needs: what is written are plain arrays.

First the cues: a logistic regression over every word of the lexicon; five models that each leave out a fifth of the
articles say how likely its cues are, so that the second step sees such mistakes as it will meet. Then the words around
each likely cue: a linear-chain conditional random field. Words inside someone's words are left out of both: only the
outermost attribution is annotated there. Last the forests that choose: both steps are fitted five times more, each time
without a fifth of the articles, and what they see in that fifth is what the forests learn from.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pycrfsuite
import spacy
from spacy.tokens import Doc, Token

from pipeline.language.contents import Range
from pipeline.language.cues import Cues
from pipeline.language.direct_speech import Speech
from pipeline.language.quotation_choices import (
    WEIGHTS,
    Choice,
    choice_features,
    choices,
    source_features,
    sources,
)
from pipeline.language.quotation_features import (
    Candidate,
    Vocabulary,
    Words,
    candidates,
    cue_features,
    windows,
    word_features,
    words_of,
)
from pipeline.language.quotation_model import CONTENT, CUE, LABELS, NONE, SPEAKER, QuotationModel, Reading
from pipeline.language.quotations import marked_speech
from training.cleaning import forest_arrays
from training.quotations.parses import load

FOLDS = 5
LEAST_WORD = 30  # times a function word stands in the articles
FUNCTION = frozenset({"ADP", "DET", "PRON", "SCONJ", "CCONJ", "AUX", "PART", "ADV", "PUNCT"})
FURTHER = ("VERB", "NOUN", "ADJ")
LEAST_FURTHER, LEAST_RATE = 2, 0.1
LEAST_SPEAKER = 3  # times a noun is annotated as a speaker
CUE_PENALTIES = {"c1": 0.3, "c2": 0.3, "max_iterations": 120}
WORD_PENALTIES = {"c1": 0.4, "c2": 0.1, "max_iterations": 60}
# Compared out of fold: 31 leaves and 300 slower trees, or 8 leaves and 400, were no better.
TREES = {
    "objective": "binary",
    "num_leaves": 15,
    "max_depth": 6,
    "learning_rate": 0.05,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
CONTENT_TREES, SOURCE_TREES = 200, 150
# Words that do not make two mentions of a speaker the same.
EMPTY = frozenset("the a an of and or for in on at to by with from who whom whose which that as is was 's s".split())

Row = dict[str, Any]
Lists = tuple[list[str], list[str], list[str], list[str]]


@dataclass
class Example:
    """An annotated article with its candidates."""

    doc: Doc
    row: Row
    paragraphs: list[Range]
    stretches: list[Range]
    speeches: list[Speech]
    found: list[Candidate]
    gold: dict[int, Row] = field(default_factory=dict)  # candidate -> quotation
    neutral: set[int] = field(default_factory=set)  # candidates about which the annotation says nothing
    probability: np.ndarray = field(default_factory=lambda: np.zeros(0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("parses", type=Path)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    parser.add_argument("--folds", type=Path, help="a folder that keeps the models of the folds; those in it are used")
    args = parser.parse_args()
    for path in (args.articles, args.parses):
        if not path.is_file():
            sys.exit(f"{path}: no such file; see training/quotations/README.md")
    started = time.time()
    rows = {row["id"]: row for row in map(json.loads, args.articles.read_text(encoding="utf-8").splitlines())}
    docs = load(args.parses, spacy.blank("en").vocab)
    cues = Cues.load()
    tables = Tables()
    for fold in range(FOLDS):
        rest = [doc for number, doc in enumerate(docs) if number % FOLDS != fold]
        reader = QuotationModel.of(reader_of(rest, rows, cues, started, args.folds, str(fold)))
        for doc in docs[fold::FOLDS]:
            tables.add(doc, rows[doc.user_data["id"]], cues, reader)
        say(started, f"fold {fold}: {len(tables.half)} contents, {len(tables.source)} speakers")
    arrays = reader_of(docs, rows, cues, started, args.folds, "all")
    forests = {
        "half": fit_forest(tables.contents, tables.half, CONTENT_TREES),
        "exact": fit_forest(tables.contents, tables.exact, CONTENT_TREES),
        "source": fit_forest(tables.sources, tables.source, SOURCE_TREES),
    }
    for name, forest in forests.items():
        arrays |= {f"{name}_{part}": values for part, values in forest.items()}
    np.savez_compressed(args.output, **arrays)
    say(started, f"{args.output.stat().st_size:,} bytes")


@dataclass
class Tables:
    """What the forests learn from: a row for each content and each speaker that was seen, and whether it was right."""

    contents: list[np.ndarray] = field(default_factory=list)
    half: list[bool] = field(default_factory=list)
    exact: list[bool] = field(default_factory=list)
    sources: list[np.ndarray] = field(default_factory=list)
    source: list[bool] = field(default_factory=list)

    def add(self, doc: Doc, row: Row, cues: Cues, reader: QuotationModel) -> None:
        """The rows of an article that the reader has not been fitted on."""
        marks = marked_speech(doc, cues)
        found = candidates(doc, cues, marks.speeches, marks.stretches, reader.vocabulary.further)
        words = words_of(doc, marks.paragraphs, marks.stretches, reader.vocabulary)
        readings = reader.read(words, found, marks.paragraphs, marks.speeches)
        seen = choices(doc, words, readings, marks.stretches)
        if not seen:
            return
        table = choice_features(words, readings, seen)
        read = {reading.candidate.index for reading in readings}
        gold = [_Gold.of(doc, words, quotation) for quotation in row["quotations"]]
        discarded = tokens_at(doc, row.get("discard", ()))
        for choice, features in zip(seen, table, strict=True):
            own = wordy(words, choice.content)
            index = readings[choice.reading].candidate.index
            if index in discarded or 2 * len(own & discarded) >= len(own):
                continue
            matched = [each for each in gold if each.is_of(index, read) and alike(own, each.content)]
            self.contents.append(features)
            self.half.append(bool(matched))
            self.exact.append(any(own == each.content for each in matched))
            if matched:
                self._add_sources(doc, words, readings[choice.reading], choice, matched[0])

    def _add_sources(self, doc: Doc, words: Words, reading: Reading, choice: Choice, gold: "_Gold") -> None:
        found = sources(doc, words, reading, choice)
        for source, features in zip(found, source_features(words, reading, choice, found), strict=True):
            self.sources.append(np.array(features))
            own = _content_words(doc, wordy(words, [source.words]))
            self.source.append(bool(own & _content_words(doc, gold.speaker)))


@dataclass(frozen=True)
class _Gold:
    """An annotated quotation, in tokens that have a letter or a digit; of the cue, all tokens."""

    content: frozenset[int]
    cue: set[int]
    speaker: frozenset[int]

    @classmethod
    def of(cls, doc: Doc, words: Words, quotation: Row) -> "_Gold":
        content, speaker = (
            frozenset(index for index in tokens_at(doc, quotation[key]) if words.wordy[index])
            for key in ("spans", "speaker")
        )
        return cls(content, tokens_at(doc, quotation["cue"]), speaker)

    def is_of(self, index: int, read: set[int]) -> bool:
        """Whether a cue at a token is this quotation's, or the quotation has no cue that was read."""
        return index in self.cue or not self.cue & read


def wordy(words: Words, pieces: Iterable[Range]) -> frozenset[int]:
    return frozenset(index for start, end in pieces for index in range(start, end) if words.wordy[index])


def alike(one: frozenset[int], other: frozenset[int]) -> bool:
    return 2 * len(one & other) >= len(one | other) > 0


def _content_words(doc: Doc, tokens: frozenset[int]) -> frozenset[int]:
    """The words without function words, if there are others."""
    return frozenset(index for index in tokens if doc[index].lower_ not in EMPTY) or tokens


def fit_forest(table: list[np.ndarray], right: list[bool], rounds: int) -> dict[str, np.ndarray]:
    data = lightgbm.Dataset(np.array(table, np.float32), np.array(right, float))
    return forest_arrays(lightgbm.train(TREES, data, rounds).dump_model())


def reader_of(
    docs: Sequence[Doc], rows: dict[str, Row], cues: Cues, started: float, folder: Path | None, name: str
) -> dict[str, np.ndarray]:
    """The arrays of the first two steps: those kept in the folder, else fitted on the articles and kept there."""
    if folder is None:
        return fit_reader(docs, rows, cues, started)
    path = folder / f"{name}.npz"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, **fit_reader(docs, rows, cues, started))
    with np.load(path, allow_pickle=False) as file:
        return {key: file[key] for key in file.files}


def fit_reader(docs: Sequence[Doc], rows: dict[str, Row], cues: Cues, started: float) -> dict[str, np.ndarray]:
    """The arrays of the first two steps, fitted on the articles."""
    examples = list(read_examples(docs, rows, cues))
    say(
        started,
        f"{len(examples)} articles, {sum(len(each.found) for each in examples)} candidates, "
        f"{sum(len(each.gold) for each in examples)} of {sum(len(each.row['quotations']) for each in examples)} gold",
    )
    vocabulary, lists = vocabulary_of(examples)
    cue_model = fit_cues(examples, vocabulary)
    say(started, f"cues: {report(examples)}")
    word_model, transitions = fit_words(examples, vocabulary)
    return arrays_of(lists, cue_model, word_model, transitions)


def say(started: float, text: str) -> None:
    print(f"{time.time() - started:5.0f} s  {text}", file=sys.stderr, flush=True)


def read_examples(docs: Sequence[Doc], rows: dict[str, Row], cues: Cues) -> Iterator[Example]:
    words = Vocabulary.of((), (), further_cues(docs, rows, cues)).further
    for doc in docs:
        row = rows[doc.user_data["id"]]
        marks = marked_speech(doc, cues)
        found = candidates(doc, cues, marks.speeches, marks.stretches, words)
        example = Example(doc, row, marks.paragraphs, marks.stretches, marks.speeches, found)
        assign(example)
        yield example


def further_cues(docs: Sequence[Doc], rows: dict[str, Row], cues: Cues) -> list[str]:
    """Words that are annotated as cues again and again and do not stand in the lexicon, as "VERB rattle"."""
    marked: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for doc in docs:
        seen.update(name_of(token) for token in doc if token.pos_ in FURTHER)
        for quotation in rows[doc.user_data["id"]]["quotations"]:
            words = [doc[index] for index in tokens_at(doc, quotation["cue"])]
            if not any(cues.of(token) for token in words):
                marked.update(name_of(token) for token in words if token.pos_ in FURTHER)
    return sorted(
        word
        for word, count in marked.items()
        if count >= LEAST_FURTHER and count >= LEAST_RATE * seen[word] and word.partition(" ")[2].isalpha()
    )


def name_of(token: Token) -> str:
    return f"{token.pos_} {token.lemma_.lower()}"


def tokens_at(doc: Doc, spans: Iterable[Sequence[int]]) -> set[int]:
    found = (doc.char_span(start, end, alignment_mode="expand") for start, end in spans)
    return {token.i for span in found if span is not None for token in span}


def assign(example: Example) -> None:
    """Give each annotated quotation to the candidate in its cue that is a cue most often, so far as we know."""
    at = {each.index: number for number, each in enumerate(example.found)}
    inside: set[int] = set()
    for quotation in example.row["quotations"]:
        inside |= tokens_at(example.doc, quotation["spans"])
    discarded = tokens_at(example.doc, example.row.get("discard", ()))
    taken: set[int] = set()
    for quotation in example.row["quotations"]:
        words = tokens_at(example.doc, quotation["cue"])
        here = [at[index] for index in words if index in at]
        taken |= set(here)
        if here:
            best = max(here, key=lambda number: (example.found[number].speech is not None,
                                                 example.found[number].share, example.found[number].index))  # fmt: skip
            example.gold.setdefault(best, quotation)
    for number, each in enumerate(example.found):
        if number not in example.gold and (each.index in inside or each.index in discarded):
            example.neutral.add(number)


def vocabulary_of(examples: Sequence[Example]) -> tuple[Vocabulary, Lists]:
    counts: Counter[str] = Counter()
    lemmas: Counter[str] = Counter()
    for example in examples:
        counts.update(token.lower_ for token in example.doc if token.pos_ in FUNCTION)
        lemmas.update(example.found[number].cue.lemma for number in example.gold)
    words = sorted(word for word, count in counts.items() if count >= LEAST_WORD and not word.isspace())[:510]
    known = [lemma for lemma, count in sorted(lemmas.items(), key=lambda item: (-item[1], item[0])) if count >= 2]
    tags = {"verb": "VERB", "noun": "NOUN", "adjective": "ADJ"}
    further = sorted(
        {
            (each.cue.pos, each.cue.lemma)
            for example in examples
            for each in example.found
            if each.cue.pos in tags and not each.cue.patterns
        }
    )
    speaking = Counter(lemma for example in examples for lemma in speaking_nouns(example))
    speakers = sorted(lemma for lemma, count in speaking.items() if count >= LEAST_SPEAKER)
    lists = (words, known, [f"{tags[pos]} {lemma}" for pos, lemma in further], speakers)
    return Vocabulary.of(*lists), lists


def speaking_nouns(example: Example) -> Iterator[str]:
    """The lemma of each annotated speaker that is a noun."""
    for quotation in example.row["quotations"]:
        inside = tokens_at(example.doc, quotation["speaker"])
        heads = (example.doc[index] for index in sorted(inside) if example.doc[index].head.i not in inside - {index})
        head = next(heads, None)
        if head is not None and head.pos_ == "NOUN":
            yield head.lemma_.lower()


def maxent(rows: Iterable[tuple[list[list[str]], list[str]]], penalties: dict[str, float]) -> Any:
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    for features, labels in rows:
        trainer.append(features, labels)
    trainer.set_params({**penalties, "feature.possible_transitions": False, "feature.possible_states": False})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        return tagger.info()


def attributes(features: dict[str, np.ndarray]) -> list[list[str]]:
    """The features as crfsuite wants them, "template=number", for each row."""
    columns = [[f"{number}={value}" for value in values.tolist()] for number, values in enumerate(features.values())]
    return [list(row) for row in zip(*columns, strict=True)]


def fit_cues(examples: Sequence[Example], vocabulary: Vocabulary) -> Any:
    """The model of cues; leaves on every example how likely a model that never saw it finds its candidates."""
    rows: list[list[list[str]]] = []
    names: list[str] = []
    for example in examples:
        words = words_of(example.doc, example.paragraphs, example.stretches, vocabulary)
        features = cue_features(words, example.found, vocabulary) if example.found else {}
        names = list(features) or names
        rows.append(attributes(features) if features else [])
    for fold in range(FOLDS):
        info = maxent(cue_rows(examples, rows, lambda number, fold=fold: number % FOLDS != fold), CUE_PENALTIES)
        weights = yes_weights(info)
        for number, example in enumerate(examples):
            if number % FOLDS == fold:
                scores = [sum(weights.get(name, 0.0) for name in row) for row in rows[number]]
                example.probability = 1 / (1 + np.exp(-np.array(scores)))
    return names, yes_weights(maxent(cue_rows(examples, rows, lambda number: True), CUE_PENALTIES))


def cue_rows(examples: Sequence[Example], rows: list[list[list[str]]], chosen: Any) -> Iterator[Any]:
    for number, example in enumerate(examples):
        if chosen(number):
            for index, row in enumerate(rows[number]):
                if index not in example.neutral:
                    yield [row], ["Y" if index in example.gold else "N"]


def yes_weights(info: Any) -> dict[str, float]:
    """One weight for each feature: how much it speaks for a cue rather than against."""
    weights: dict[str, float] = {}
    for (name, label), weight in info.state_features.items():
        weights[name] = weights.get(name, 0.0) + (weight if label == "Y" else -weight)
    return weights


def report(examples: Sequence[Example]) -> str:
    lines = []
    for least in (0.3, 0.4, 0.5, 0.6):
        right = found = gold = 0
        for example in examples:
            for number, probability in enumerate(example.probability):
                if number not in example.neutral:
                    found += probability >= least
                    right += probability >= least and number in example.gold
            gold += len(example.gold)
        lines.append(f"p>={least}: P {right / max(found, 1):.3f} R {right / max(gold, 1):.3f}")
    return ", ".join(lines)


def fit_words(examples: Sequence[Example], vocabulary: Vocabulary) -> tuple[Any, np.ndarray]:
    names: list[str] = []
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    for example in examples:
        names = names or []
        for features, rows, labels in sequences(example, vocabulary):
            names = list(features)
            trainer.append(rows, labels)
    trainer.set_params({**WORD_PENALTIES, "feature.possible_transitions": True, "feature.minfreq": 2})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
    weights: dict[str, np.ndarray] = {}
    for (name, label), weight in info.state_features.items():
        weights.setdefault(name, np.zeros(len(LABELS)))[LABELS.index(label)] = weight
    transitions = np.zeros((len(LABELS), len(LABELS)))
    for (one, other), weight in info.transitions.items():
        transitions[LABELS.index(one), LABELS.index(other)] = weight
    return (names, weights), transitions


def sequences(example: Example, vocabulary: Vocabulary) -> Iterator[tuple[dict[str, np.ndarray], list[Any], list[str]]]:
    chosen = sorted(example.gold)
    if not chosen:
        return
    words = words_of(example.doc, example.paragraphs, example.stretches, vocabulary)
    at = np.array([each.index for each in example.found], np.int64)
    span = windows(words, at[chosen], example.paragraphs)
    features = word_features(
        words, [example.found[number] for number in chosen], example.probability[chosen], example.speeches, span,
        vocabulary, all_candidates=(at, example.probability),
    )  # fmt: skip
    rows = attributes(features)
    for place, number in enumerate(chosen):
        first, offset, length = int(span.first[place]), int(span.offset[place]), int(span.length[place])
        labels = [LABELS[NONE]] * length
        quotation = example.gold.get(number)
        if quotation is not None:
            for key, label in (("speaker", SPEAKER), ("spans", CONTENT), ("cue", CUE)):
                for index in tokens_at(example.doc, quotation[key]):
                    if first <= index < first + length:
                        labels[index - first] = LABELS[label]
        yield features, rows[offset : offset + length], labels


def arrays_of(lists: Lists, cues: Any, words: Any, transitions: np.ndarray) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {
        "vocabulary.words": np.array(lists[0]),
        "vocabulary.lemmas": np.array(lists[1]),
        "vocabulary.further": np.array(lists[2]),
        "vocabulary.speakers": np.array(lists[3]),
        "transitions": transitions.astype(np.float32),
    }
    for name, (templates, weights) in (("cues", cues), ("words", words)):
        known: dict[int, list[tuple[int, Any]]] = {number: [] for number in range(len(templates))}
        for attribute, weight in weights.items():
            template, _, feature = attribute.partition("=")
            if np.abs(weight).max() > 1e-3:
                known[int(template)].append((int(feature), np.atleast_1d(weight)))
        rows = [pair for number in known for pair in sorted(known[number], key=lambda pair: pair[0])]
        arrays[f"{name}.templates"] = np.array(templates)
        arrays[f"{name}.sizes"] = np.array([len(known[number]) for number in known], np.int32)
        arrays[f"{name}.features"] = np.array([feature for feature, _ in rows], np.int32)
        arrays[f"{name}.weights"] = np.array([weight for _, weight in rows], np.float16)
    return arrays


if __name__ == "__main__":
    main()
