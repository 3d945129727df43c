"""Titles: fits the weights by which pipeline/cleaning chooses a headline, on pages whose headline is known.

    PYTHONPATH=. python training/titles.py DATA

DATA holds `articles.jsonl.gz` and `text.jsonl.gz`, as training/cleaning.py describes them. Prints how often the chosen
block is the headline, on pages of sites that the weights were not fitted on (five folds), and writes
pipeline/cleaning/title_weights.json.
"""

import argparse
import gzip
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.article import Article
from pipeline.cleaning import scored_page
from pipeline.cleaning.headline import LEAST_TITLE_WORDS, first_told, likeliest, title_candidates
from pipeline.cleaning.titles import WEIGHTS, title_features
from pipeline.readers.text import divide

ALIKE = 0.8  # F1 of words from which on two headlines are the same
FOLDS, STEPS, RATE, PENALTY = 5, 300, 0.05, 1.0
WORD = re.compile(r"\w+")


class Known(NamedTuple):
    """A page, the candidates for its headline, and which of them are right."""

    site: str
    at: list[int]  # the candidates' blocks
    names: list[str]  # of the features
    features: np.ndarray  # candidates x features
    right: np.ndarray
    full: frozenset[int]  # the candidates with some words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    args = parser.parse_args()
    if not (args.data / "text.jsonl.gz").is_file():
        sys.exit(f"{args.data / 'text.jsonl.gz'}: no such file; training/README.md names the pages")
    pages = list(read_known(args.data))
    names = next(page.names for page in pages if page.names)
    right = 0
    for fold in range(FOLDS):
        weights = fitted([page for page in pages if fold_of(page.site) != fold])
        right += sum(chosen_right(page, weights) for page in pages if fold_of(page.site) == fold)
    print(f"{len(pages)} pages with their headline in sight; out of fold {right} right, {right / len(pages):.3f}")
    found = {name: round(float(weight), 2) for name, weight in zip(names, fitted(pages), strict=True)}
    WEIGHTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def read_known(data: Path) -> Iterator[Known]:
    """The pages whose headline stands in them."""
    with gzip.open(data / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = {article["id"]: article for article in map(json.loads, lines)}
    with gzip.open(data / "text.jsonl.gz", "rt", encoding="utf-8") as lines:
        for document in map(json.loads, lines):
            article = articles[document["id"].rsplit("-", 1)[0]]  # "-full", "-sel": two forms of a page
            if not article["title"]:
                continue
            text = document["text"]
            page = scored_page(Article(document["id"], text, divide(text), ""))
            same = {at for at, line in enumerate(page.lines) if alike(line.text, article["title"])}
            start = first_told(page)
            rows = {
                at: row for at in title_candidates(page, start) if (row := title_features(page, at, start)) is not None
            }
            if not same:
                continue
            names = next((list(row) for row in rows.values()), [])
            features = np.array([list(row.values()) for row in rows.values()])
            full = frozenset(at for at in rows if page.lines[at].size >= LEAST_TITLE_WORDS)
            yield Known(article["site"], list(rows), names, features, np.array([at in same for at in rows], bool), full)


def alike(one: str, other: str) -> bool:
    words, others = Counter(WORD.findall(one.lower())), Counter(WORD.findall(other.lower()))
    return 2 * (words & others).total() >= ALIKE * max(1, words.total() + others.total())


def fold_of(site: str) -> int:
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % FOLDS


def chosen_right(page: Known, weights: np.ndarray) -> bool:
    if not page.at:
        return False
    scores = dict(zip(page.at, (page.features @ weights).tolist(), strict=True))
    return bool(page.right[page.at.index(likeliest(scores, page.full))])


def fitted(pages: Sequence[Known]) -> np.ndarray:
    """The weights of a conditional logit (McFadden 1974), by Adam (Kingma and Ba 2015) on standardised features."""
    told = [page for page in pages if page.right.any()]
    scale = np.concatenate([page.features for page in told]).std(0) + 1e-6
    tables = [(page.features / scale, page.right) for page in told]
    weights, mean, square = (np.zeros(len(scale)) for _ in range(3))
    for step in range(1, STEPS + 1):
        slope = -PENALTY * weights
        for table, right in tables:
            shares = np.exp((scores := table @ weights) - scores.max())
            slope += table.T @ (shares * right / (shares * right).sum() - shares / shares.sum())
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        weights += RATE * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return weights / scale


if __name__ == "__main__":
    main()
