"""Fits the learned model of quotations and writes its weights beside pipeline/language/quotation_model.py.

    PYTHONPATH=.:CRF python training/quotations/fit.py DATA/train.jsonl WORK/train.spacy [--output FILE] [--hold-out N]

DATA/train.jsonl are the annotated articles, WORK/train.spacy what parses.py made of them. CRF is a folder with
python-crfsuite (`pip install --target CRF python-crfsuite`), which only fitting needs: what is written are plain
arrays.

First the cues: a logistic regression over every word of the lexicon; five models that each leave out a fifth of the
articles say how likely its cues are, so that the second step sees such mistakes as it will meet. Then the words around
each likely cue: a linear-chain conditional random field. Words inside someone's words are left out of both: only the
outermost attribution is annotated there.
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

import numpy as np
import pycrfsuite
import spacy
from spacy.tokens import Doc, Token

from pipeline.language.contents import Range
from pipeline.language.cues import Cues
from pipeline.language.direct_speech import Speech
from pipeline.language.quotations import marked_speech
from training.quotations.features import (
    Candidate,
    Vocabulary,
    candidates,
    cue_features,
    windows,
    word_features,
    words_of,
)
from training.quotations.model import (
    CONTENT,
    CUE,
    LABELS,
    NONE,
    SPEAKER,
    WEIGHTS,
    QuotationModel,
    quality_features,
    words_in,
)
from training.quotations.parses import load

FOLDS = 5
QUALITIES = 9
LEAST_WORD = 30  # times a function word stands in the articles
FUNCTION = frozenset({"ADP", "DET", "PRON", "SCONJ", "CCONJ", "AUX", "PART", "ADV", "PUNCT"})
FURTHER = ("VERB", "NOUN", "ADJ")
LEAST_FURTHER, LEAST_RATE = 3, 0.1
CUE_PENALTIES = {"c1": 0.3, "c2": 0.3, "max_iterations": 120}
WORD_PENALTIES = {"c1": 0.4, "c2": 0.1, "max_iterations": 60}

Row = dict[str, Any]
Lists = tuple[list[str], list[str], list[str]]


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
    parser.add_argument("--hold-out", type=int, default=0, help="leave out every so manieth article, to measure on")
    parser.add_argument("--quality", type=Path, help="a file written with --hold-out, from which to take how sure")
    args = parser.parse_args()
    for path in (args.articles, args.parses):
        if not path.is_file():
            sys.exit(f"{path}: no such file; see training/quotations/README.md")
    started = time.time()
    examples = list(read_examples(args.articles, args.parses, Cues.load(), args.hold_out))
    say(
        started,
        f"{len(examples)} articles, {sum(len(each.found) for each in examples)} candidates, "
        f"{sum(len(each.gold) for each in examples)} of {sum(len(each.row['quotations']) for each in examples)} gold",
    )
    vocabulary, lists = vocabulary_of(examples)
    cue_model = fit_cues(examples, vocabulary)
    say(started, f"cues: {report(examples)}")
    word_model, transitions = fit_words(examples, vocabulary)
    say(started, "words fitted")
    write(args.output, lists, cue_model, word_model, transitions, quality_in(args.quality))
    if args.hold_out:
        kept = read_examples(args.articles, args.parses, Cues.load(), args.hold_out, lists[2], kept=True)
        quality = fit_quality(QuotationModel.load(args.output), kept)
        write(args.output, lists, cue_model, word_model, transitions, quality)
    say(started, f"{args.output.stat().st_size:,} bytes")


def say(started: float, text: str) -> None:
    print(f"{time.time() - started:5.0f} s  {text}", file=sys.stderr, flush=True)


def read_examples(
    articles: Path, parses: Path, cues: Cues, hold_out: int = 0, further: list[str] | None = None, *, kept: bool = False
) -> Iterator[Example]:
    rows = {row["id"]: row for row in map(json.loads, articles.read_text(encoding="utf-8").splitlines())}
    docs = load(parses, spacy.blank("en").vocab)
    if hold_out:
        docs = [doc for number, doc in enumerate(docs) if (number % hold_out == 0) is kept]
    if further is None:
        further = further_cues(docs, rows, cues)
    words = Vocabulary.of((), (), further).further
    for doc in docs:
        row = rows[doc.user_data["id"]]
        marks = marked_speech(doc, cues)
        found = candidates(doc, cues, marks.speeches, words)
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
    further = sorted(
        {(each.cue.pos, each.cue.lemma) for example in examples for each in example.found if not each.cue.patterns}
    )
    tags = {"verb": "VERB", "noun": "NOUN", "adjective": "ADJ"}
    lists = (words, known, [f"{tags[pos]} {lemma}" for pos, lemma in further])
    return Vocabulary.of(*lists), lists


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


def quality_in(path: Path | None) -> np.ndarray:
    if path is None:
        return np.zeros((2, QUALITIES))
    with np.load(path, allow_pickle=False) as file:
        return np.asarray(file["quality"])


def fit_quality(model: QuotationModel, examples: Iterable[Example]) -> np.ndarray:
    """Weights that tell how sure the model's contents and those of the rules are, from articles neither has seen."""
    rows, right = [], []
    for example in examples:
        gold = [
            words_in(example.doc, [(token, token + 1) for token in tokens_at(example.doc, quotation["spans"])])
            for quotation in example.row["quotations"]
        ]
        neutral = {id(example.found[number]) for number in example.neutral}
        for learned in model.read(example.doc, example.found, example.paragraphs, example.stretches, example.speeches):
            if id(learned.candidate) in neutral:
                continue
            contents = (learned.content, learned.by_rule)
            rows.append(quality_features(example.doc, learned.candidate, learned.probability, *contents))
            right.append([any(alike(words_in(example.doc, each), other) for other in gold) for each in contents])
    features, targets = np.array(rows), np.array(right, float)
    return np.array([logistic(features, targets[:, column]) for column in range(2)])


def alike(one: frozenset[int], other: frozenset[int]) -> bool:
    return 2 * len(one & other) >= len(one | other) > 0


def logistic(features: np.ndarray, targets: np.ndarray, penalty: float = 0.5) -> np.ndarray:
    """Logistic regression by Newton's method."""
    weights = np.zeros(features.shape[1])
    for _ in range(30):
        sure = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (targets - sure) - penalty * weights
        bend = (features.T * (sure * (1 - sure))) @ features + penalty * np.eye(len(weights))
        weights += np.linalg.solve(bend, slope)
    return weights


def write(path: Path, lists: Lists, cues: Any, words: Any, transitions: np.ndarray, quality: np.ndarray) -> None:
    arrays: dict[str, np.ndarray] = {
        "vocabulary.words": np.array(lists[0]),
        "vocabulary.lemmas": np.array(lists[1]),
        "vocabulary.further": np.array(lists[2]),
        "quality": quality.astype(np.float32),
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
    np.savez_compressed(path, **arrays)


if __name__ == "__main__":
    main()
