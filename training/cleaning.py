"""Cleaning: fits pipeline/cleaning/weights.json on pages whose lines are labelled as article or furniture.

    PYTHONPATH=. python training/cleaning.py DATA                the weights, fitted on all of DATA
    PYTHONPATH=. python training/cleaning.py DATA --folds OUT    out-of-fold scores by site: {article_id: [score, ...]}

DATA is a folder with text.jsonl.gz, documents.jsonl.gz and blocks.csv.gz. Needs numpy only; seeded.
"""

import argparse
import csv
import gzip
import hashlib
import json
import math
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.cleaning.features import (
    LINE_FEATURES,
    Array,
    Line,
    Weights,
    gram_sum,
    grams,
    line_features,
    network,
    place_features,
    read_line,
)
from pipeline.cleaning.model import WEIGHTS_FILE, weights_from

FOLDS = 5
MIN_SITES = 20  # an n-gram of few sites says more about their topics than about furniture
HIDDEN = 24
SEED = 7


class Page(NamedTuple):
    id: str
    fold: int
    site: str
    lines: list[Line]
    features: Array
    gold: Array  # 1 keep, 0 remove, nan not scored
    weight: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=Path)
    options = parser.parse_args()
    pages = read_pages(options.data)
    words = wording_out_of_fold(pages)
    if options.folds:
        options.folds.write_text(json.dumps(scores_out_of_fold(pages, words)))
    else:
        weights = fit_network(pages, words, fit_wording(pages))
        WEIGHTS_FILE.write_text(json.dumps(weights, sort_keys=True, indent=0, ensure_ascii=False) + "\n")


def read_pages(folder: Path) -> list[Page]:
    golds = defaultdict(list)
    with gzip.open(folder / "blocks.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            golds[row["article_id"]].append((int(row["start"]), int(row["end"]), row["gold"]))
    texts = {row["id"]: row["text"] for row in read_jsonl(folder / "text.jsonl.gz")}
    return [page(row, texts[row["id"]], golds[row["id"]]) for row in read_jsonl(folder / "documents.jsonl.gz")]


def read_jsonl(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def page(row: dict, text: str, golds: list[tuple[int, int, str]]) -> Page:
    lines = [read_line(text[start:end].strip()) for start, end, _ in golds]
    gold = np.array([{"keep": 1.0, "remove": 0.0}.get(label, math.nan) for _, _, label in golds])
    fold = int(hashlib.sha256(row["site"].encode()).hexdigest(), 16) % FOLDS
    weight = (2.0 if row["news"] else 1.0) * (1.0 if row["lang"] == "en" else 0.5)
    return Page(row["id"], fold, row["site"], lines, np.array([line_features(x) for x in lines]), gold, weight)


def line_weights(page: Page) -> Array:
    # Characters are scored per document: a long block weighs more, a long document no more than a short one.
    sizes = np.array([8 + min(line.size, 120) for line in page.lines])
    sizes = np.where(np.isnan(page.gold), 0, sizes)
    return page.weight * (0.5 * sizes / max(1.0, sizes.sum()) * 150 + 0.01 * sizes)


# Wording: a logistic regression over n-grams and the features of the block by itself.


def vocabulary(pages: list[Page]) -> dict[str, int]:
    sites = defaultdict(set)
    for one in pages:
        for line in one.lines:
            for gram in grams(line.words):
                sites[gram].add(one.site)
    return {gram: index for index, gram in enumerate(sorted(g for g, s in sites.items() if len(s) >= MIN_SITES))}


def fit_wording(pages: list[Page]) -> dict:
    vocab = vocabulary(pages)
    rows, columns, values, dense, gold, weight = [], [], [], [], [], []
    for one in pages:
        for line, features, label, mass in zip(one.lines, one.features, one.gold, line_weights(one), strict=True):
            if not mass:
                continue
            found = grams(line.words)
            known = [vocab[gram] for gram in found if gram in vocab]
            rows += [len(gold)] * len(known)
            columns += known
            values += [1 / math.sqrt(len(found))] * len(known)
            dense.append(features)
            gold.append(label)
            weight.append(mass)
    solved = logistic(
        np.array(rows),
        np.array(columns),
        np.array(values),
        len(vocab),
        np.array(dense),
        np.array(gold),
        np.array(weight),
    )
    bags, line, bias = solved
    kept = {gram: round(float(bags[index]), 2) for gram, index in vocab.items() if abs(bags[index]) >= 0.1}
    return {"grams": kept, "line": [round(float(x), 3) for x in line], "bias": round(float(bias), 3)}


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


def wording_of(page: Page, fitted: dict) -> Array:
    sums = np.array([gram_sum(line, fitted["grams"]) for line in page.lines])
    return np.clip(sums + page.features @ np.array(fitted["line"]) + fitted["bias"], -8, 8)


def wording_out_of_fold(pages: list[Page]) -> list[Array]:
    # The network must see wording scores as uncertain as those of a site never met.
    models = [fit_wording([p for p in pages if p.fold != fold]) for fold in range(FOLDS)]
    return [wording_of(one, models[one.fold]) for one in pages]


# The network over blocks in their places.


def fit_network(pages: list[Page], words: list[Array], wording: dict) -> dict:
    place = np.vstack([place_features(p.lines, p.features, w) for p, w in zip(pages, words, strict=True)])
    gold, weight = np.concatenate([p.gold for p in pages]), np.concatenate([line_weights(p) for p in pages])
    used = weight > 0
    place, gold, weight = place[used], gold[used], weight[used] / weight[used].mean()
    mean, scale = place.mean(0), place.std(0) + 1e-3
    place = (place - mean) / scale
    chance = np.random.default_rng(SEED)
    theta = [
        chance.normal(0, 0.15, (place.shape[1], HIDDEN)),
        np.zeros(HIDDEN),
        chance.normal(0, 0.2, HIDDEN),
        np.zeros(1),
    ]
    moments = [(np.zeros_like(x), np.zeros_like(x)) for x in theta]
    step, epochs, size = 0, 14, 512
    average = [x.copy() for x in theta]
    for epoch in range(epochs):
        order = chance.permutation(len(gold))
        for low in range(0, len(order), size):
            step += 1
            at = order[low : low + size]
            inner = np.tanh(place[at] @ theta[0] + theta[1])
            logit = inner @ theta[2] + theta[3]
            error = weight[at] * (1 / (1 + np.exp(-logit)) - gold[at]) / len(at)
            back = np.outer(error, theta[2]) * (1 - inner**2)
            slopes = [
                place[at].T @ back + 1e-4 * theta[0],
                back.sum(0),
                inner.T @ error + 1e-4 * theta[2],
                np.array([error.sum()]),
            ]
            adam(theta, slopes, moments, step, 0.004 * (1 - epoch / epochs) + 0.0004)
            for mean_value, value in zip(average, theta, strict=True):
                mean_value += 0.002 * (value - mean_value)
    theta = average
    rounded = {
        "mean": mean, "scale": scale, "hidden": theta[0], "hidden_bias": theta[1], "output": theta[2],
    }  # fmt: skip
    return {
        **wording,
        **{name: np.round(value, 3).tolist() for name, value in rounded.items()},
        "output_bias": round(float(theta[3][0]), 3),
    }


def scores_out_of_fold(pages: list[Page], words: list[Array]) -> dict[str, list[float]]:
    scores = {}
    for fold in range(FOLDS):
        train = [(p, w) for p, w in zip(pages, words, strict=True) if p.fold != fold]
        fitted = fit_network(
            [p for p, _ in train], [w for _, w in train], {"grams": {}, "line": [0.0] * len(LINE_FEATURES), "bias": 0.0}
        )
        weights: Weights = weights_from(fitted)
        for one, word in zip(pages, words, strict=True):
            if one.fold == fold:
                place = place_features(one.lines, one.features, word)
                scores[one.id] = [round(float(x), 4) for x in network(place, weights)]
    return scores


if __name__ == "__main__":
    main()
