"""Cleaning: fits the weights of pipeline/cleaning on pages whose blocks are labelled as article or furniture.

    PYTHONPATH=. python training/cleaning.py DATA                the weights, fitted on all of DATA
    PYTHONPATH=. python training/cleaning.py DATA --folds OUT    out-of-fold scores by site: {page id: [score, ...]}

DATA is a folder with text.jsonl.gz, html.jsonl.gz, articles.jsonl.gz, documents.jsonl.gz and blocks.csv.gz. Needs
lightgbm (any 4.x), which the product does not: `pip install lightgbm`. Seeded, one thread: the same data give the same
weights.

The wording that a forest learns from is judged by a model that never met the site, and what the forest of tails learns
from by forests that never did. With --folds the whole procedure is
repeated without each fold, so that nothing of a page or its site has a part in its scores.
"""

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.cleaning.features import Array, gram_sum
from pipeline.cleaning.forest import Forest, probability
from pipeline.cleaning.markup import markup_features
from pipeline.cleaning.model import ARRAYS, FORESTS, FORESTS_FILE, WEIGHTS_FILE, forest_from
from pipeline.cleaning.scores import with_places
from pipeline.cleaning.tails import asked, tail_features, with_tails
from training.cleaning_pages import FOLDS, PROSE, SEED, Page, classes_of, html_pages, text_pages, transplants

MIN_SITES = 20  # an n-gram of few sites says more about their topics than about furniture
MIN_CLASS_SITES = 8
SHORT = 9
PROSE_WEIGHT = 2.0  # how much more removed prose counts than its length would have it
# Compared out of fold, twice each: more, smaller and slower trees are better for texts, too (log loss .1985 for .2008,
# pasted news .9665 for .963), and the mean of several forests is no better than one of these.
TREE_SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.1,
    "max_depth": 7,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
TEXT_TREES = {"num_leaves": 15, "num_iterations": 250, "learning_rate": 0.06, "feature_fraction": 0.2}
PAGE_TREES = {"num_leaves": 15, "num_iterations": 150, "learning_rate": 0.08, "feature_fraction": 0.2}
# Few blocks are asked about, so these trees are small. Transplants were made for them and count more (1 and 2 times do
# about as well).
TAIL_TREES = {
    "num_leaves": 7, "num_iterations": 120, "learning_rate": 0.06, "feature_fraction": 0.35, "max_depth": 5,
    "min_data_in_leaf": 40,
}  # fmt: skip
TAIL_TRANSPLANTED = 1.5
NOBODY: frozenset[int] = frozenset()
# The arrays of a forest in the file.
STORED = {"feature": np.int16, "threshold": np.float32, "children": np.int32, "value": np.float32, "roots": np.int32}
Settings = Mapping[str, float]
Grams = Sequence[Collection[str]]
Linear = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=Path)
    options = parser.parse_args()
    trees_or_exit()
    texts, pages = text_pages(options.data), html_pages(options.data)
    words, added = Words(texts, pages), transplants(texts)
    if options.folds:
        scores = texts_out_of_fold(texts, added, words) | pages_out_of_fold(pages, words)
        options.folds.write_text(json.dumps(scores))
        return
    text, tails = fit_texts(texts, added, words, NOBODY)
    forests = [text, fit_places(pages, words, NOBODY, PAGE_TREES), tails]
    write(words.words(NOBODY), words.classes(NOBODY), forests)


def trees_or_exit() -> Any:
    try:
        import lightgbm
    except ImportError:
        raise SystemExit("training/cleaning.py: lightgbm is not installed; run `pip install lightgbm` first") from None
    return lightgbm


class Words:
    """Linear models of n-grams and of classes, each fitted once without each set of folds that is asked for."""

    def __init__(self, texts: Sequence[Page], marked: Sequence[Page]) -> None:
        self.texts = texts
        self.marked = marked
        self.classes_of = {page.id: classes_of(page) for page in marked}
        self.fitted: dict[tuple[str, frozenset[int]], Linear] = {}

    def words(self, without: frozenset[int]) -> Linear:
        if ("words", without) not in self.fitted:
            pages = [page for page in self.texts if page.fold not in without]
            self.fitted["words", without] = fit_linear(pages, [page.grams for page in pages], MIN_SITES, dense=True)
        return self.fitted["words", without]

    def classes(self, without: frozenset[int]) -> Linear:
        if ("classes", without) not in self.fitted:
            pages = [page for page in self.marked if page.fold not in without]
            grams = [self.classes_of[page.id] for page in pages]
            self.fitted["classes", without] = fit_linear(pages, grams, MIN_CLASS_SITES, dense=False)
        return self.fitted["classes", without]

    def odds(self, page: Page, without: frozenset[int]) -> Array:
        fitted = self.words(without)
        sums = np.array([gram_sum(found, fitted["grams"]) for found in page.grams])
        return np.clip(sums + page.features @ np.array(fitted["line"]) + fitted["bias"], -8, 8)

    def rows(self, page: Page, without: frozenset[int]) -> Array:
        """The features of a page, its words and classes judged by models that never met the folds."""
        fixed = page.fixed
        if page.id in self.classes_of:
            known = self.classes(without)["grams"]
            sums = np.array([gram_sum(found, known) for found in self.classes_of[page.id]])
            fixed = np.column_stack([fixed, markup_features(page.article.blocks, page.lines, sums)])
        return with_places(fixed, page.lines, page.features, self.odds(page, without))


def texts_out_of_fold(texts: Sequence[Page], added: Sequence[Page], words: Words) -> dict[str, list[float]]:
    """The scores of every text by models that never met its site; `added` ones are learnt from but not scored."""
    scores = {}
    for fold in range(FOLDS):
        without = frozenset({fold})
        forest, tails = fit_texts(texts, added, words, without)
        for page in texts:
            if page.fold == fold:
                belief = probability(forest.log_odds(words.rows(page, without)))
                scores[page.id] = rounded(with_tails(page.lines, page.fixed, belief, tails))
    return scores


def pages_out_of_fold(pages: Sequence[Page], words: Words) -> dict[str, list[float]]:
    """The scores of every page with markup by models that never met its site."""
    scores = {}
    for fold in range(FOLDS):
        without = frozenset({fold})
        forest = fit_places([page for page in pages if page.fold != fold], words, without, PAGE_TREES)
        for page in pages:
            if page.fold == fold:
                scores[page.id] = rounded(probability(forest.log_odds(words.rows(page, without))))
    return scores


def rounded(belief: Array) -> list[float]:
    return [round(float(one), 4) for one in belief]


def fit_places(pages: Sequence[Page], words: Words, without: frozenset[int], settings: Settings) -> Forest:
    """The forest of some pages, which may know nothing of some folds."""
    return fit_forest(pages, [words.rows(page, without | {page.fold}) for page in pages], settings)


def fit_texts(
    texts: Sequence[Page], added: Sequence[Page], words: Words, without: frozenset[int]
) -> tuple[Forest, Forest]:
    """The forests of all blocks and of tails, from texts and `added` ones that are of none of some folds."""
    known = [page for page in (*texts, *added) if page.fold not in without]
    rows = [words.rows(page, without | {page.fold}).astype(np.float32) for page in known]
    beliefs: dict[int, Array] = {}
    for fold in sorted({page.fold for page in known}):
        others = [at for at, page in enumerate(known) if page.fold != fold]
        forest = fit_forest([known[at] for at in others], [rows[at] for at in others], TEXT_TREES)
        for at, page in enumerate(known):
            if page.fold == fold:
                beliefs[at] = probability(forest.log_odds(rows[at].astype(np.float64)))
    transplanted = {page.id for page in added}
    weights = [TAIL_TRANSPLANTED if page.id in transplanted else 1.0 for page in known]
    tails = fit_tails(known, [beliefs[at] for at in range(len(known))], weights)
    return fit_forest(known, rows, TEXT_TREES), tails


def fit_tails(pages: Sequence[Page], beliefs: Sequence[Array], weights: Sequence[float]) -> Forest:
    """The forest of tails, from what forests that never met a page believe of it."""
    rows, gold, mass = [], [], []
    for page, belief, weight in zip(pages, beliefs, weights, strict=True):
        around = asked(page.lines, belief)
        at = around[~np.isnan(page.gold[around])]
        if len(at):
            rows.append(tail_features(page.lines, page.fixed, belief, at, around).astype(np.float32))
            gold.append(page.gold[at])
            mass.append(weight * line_weights(page)[at])
    return fit_trees(np.vstack(rows), np.concatenate(gold), np.concatenate(mass), TAIL_TREES)


def fit_forest(pages: Sequence[Page], rows: Sequence[Array], settings: Settings) -> Forest:
    weight = np.concatenate([line_weights(page) for page in pages])
    weight *= drawn(np.concatenate([[line.size for line in page.lines] for page in pages]))
    used = weight > 0
    table, gold = np.vstack(rows).astype(np.float32)[used], np.concatenate([page.gold for page in pages])[used]
    return fit_trees(table, gold, weight[used], settings)


def fit_trees(table: Any, gold: Array, weight: Array, settings: Settings) -> Forest:
    lightgbm = trees_or_exit()
    booster = lightgbm.train(TREE_SETTINGS | settings, lightgbm.Dataset(table, gold, weight=weight))
    return forest_from(forest_arrays(booster.dump_model()))


def drawn(sizes: Array) -> Array:
    """How often each block is drawn for a forest: short ones are many and alike, so half of them stand for all."""
    chance = np.random.default_rng(SEED)
    return np.where(sizes < SHORT, 2.0 * (chance.random(len(sizes)) < 0.5), 1.0)


def line_weights(page: Page) -> Array:
    """How much each block counts; one without gold, nothing."""
    # Characters are scored per document: a long block weighs more, a long document no more than a short one.
    sizes = np.array([8 + min(line.size, 120) for line in page.lines])
    sizes = np.where(np.isnan(page.gold), 0, sizes)
    weight: Array = page.weight * (0.5 * sizes / max(1.0, sizes.sum()) * 150 + 0.01 * sizes)
    prose = np.array([line.size >= PROSE for line in page.lines])
    return weight * np.where(prose & (page.gold == 0), PROSE_WEIGHT, 1.0)


def forest_arrays(model: dict[str, Any]) -> dict[str, Any]:
    """The trees of a fitted model as the arrays of a `Forest`."""
    feature, threshold, children, value, roots = [], [], [], [], []
    deepest = 0

    def add(node: dict[str, Any], depth: int) -> int:
        nonlocal deepest
        at = len(feature)
        deepest = max(deepest, depth)
        feature.append(node.get("split_feature", 0))
        threshold.append(node.get("threshold", 0.0))
        value.append(node.get("leaf_value", 0.0))
        children.extend([at, at])
        if "split_feature" in node:
            children[2 * at] = add(node["left_child"], depth + 1)
            children[2 * at + 1] = add(node["right_child"], depth + 1)
            value[at] = 0.0
        return at

    for tree in model["tree_info"]:
        roots.append(add(tree["tree_structure"], 0))
    columns = (feature, threshold, children, value, roots)
    arrays = {name: np.array(column, dtype=STORED[name]) for name, column in zip(ARRAYS, columns, strict=True)}
    return arrays | {"shape": np.array([deepest, 0.0])}


def write(words: Linear, classes: Linear, forests: Sequence[Forest]) -> None:
    fields = {**words, "classes": classes["grams"]}
    WEIGHTS_FILE.write_text(json.dumps(fields, sort_keys=True, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    arrays = {}
    for name, forest in zip(FORESTS, forests, strict=True):
        arrays |= {f"{name}_{part}": getattr(forest, part).astype(STORED[part]) for part in ARRAYS}
        arrays[f"{name}_shape"] = np.array([forest.depth, forest.bias])
    np.savez_compressed(FORESTS_FILE, **arrays)


# Linear models: a logistic regression over n-grams and, for wording, the features of the block by itself.


def fit_linear(pages: Sequence[Page], grams: Sequence[Grams], min_sites: int, *, dense: bool) -> Linear:
    vocab = vocabulary(pages, grams, min_sites)
    rows, columns, values, features, gold, weight = [], [], [], [], [], []
    for page, found in zip(pages, grams, strict=True):
        for own, line, label, mass in zip(found, page.features, page.gold, line_weights(page), strict=True):
            if not mass:
                continue
            known = sorted(vocab[gram] for gram in own if gram in vocab)
            rows += [len(gold)] * len(known)
            columns += known
            values += [1 / math.sqrt(max(1, len(own)))] * len(known)
            features.append(line if dense else line[:0])
            gold.append(label)
            weight.append(mass)
    solved = logistic(
        np.array(rows), np.array(columns), np.array(values), len(vocab),
        np.array(features), np.array(gold), np.array(weight),
    )  # fmt: skip
    bags, line, bias = solved
    kept = {gram: round(float(bags[index]), 2) for gram, index in vocab.items() if abs(bags[index]) >= 0.1}
    return {"grams": kept, "line": [round(float(x), 3) for x in line], "bias": round(float(bias), 3)}


def vocabulary(pages: Sequence[Page], grams: Sequence[Grams], min_sites: int) -> dict[str, int]:
    sites = defaultdict(set)
    for page, found in zip(pages, grams, strict=True):
        for own in found:
            for gram in own:
                sites[gram].add(page.site)
    return {gram: index for index, gram in enumerate(sorted(g for g, s in sites.items() if len(s) >= min_sites))}


def logistic(rows, columns, values, width, dense, gold, weight):
    """Full-batch Adam; the n-grams are pulled towards zero, the features of the block are not."""
    theta = [np.zeros(width), np.zeros(dense.shape[1]), np.zeros(1)]
    moments = [(np.zeros_like(x), np.zeros_like(x)) for x in theta]
    weight = weight / weight.mean()
    for step in range(1, 201):
        logit = np.bincount(rows, values * theta[0][columns], len(gold)) + dense @ theta[1] + theta[2]
        error = weight * (1 / (1 + np.exp(-logit)) - gold) / len(gold)
        slopes = [
            np.bincount(columns, values * error[rows], width) + 2e-5 * theta[0],
            dense.T @ error,
            np.array([error.sum()]),
        ]
        adam(theta, slopes, moments, step, 0.08)
    return theta[0], theta[1], theta[2][0]


def adam(theta, slopes, moments, step, rate):
    for value, slope, (first, second) in zip(theta, slopes, moments, strict=True):
        first *= 0.9
        first += 0.1 * slope
        second *= 0.999
        second += 0.001 * slope**2
        value -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-9)


if __name__ == "__main__":
    main()
