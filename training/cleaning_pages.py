"""Pages to train cleaning on: pasted texts and HTML, each block labelled as article or furniture."""

import csv
import gzip
import hashlib
import json
import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.article import Article, Block
from pipeline.cleaning.features import Array, Line, grams, line_features, read_line
from pipeline.cleaning.markup import NOTHING, class_grams
from pipeline.cleaning.phrases import Phrase, load_phrases
from pipeline.cleaning.scores import fixed_features
from pipeline.readers.html import parse, render_tree
from pipeline.readers.main_content import votes_of, with_votes, words_of
from pipeline.readers.metadata import html_metadata

FOLDS = 5
SEED = 7
PROSE = 25  # removed blocks of this many words are what readers trip over


@dataclass(frozen=True)
class Page:
    """A page with its gold, and the features that depend on no belief."""

    id: str
    site: str
    fold: int
    article: Article
    lines: list[Line]
    found: list[list[Phrase]]
    grams: list[set[str]]
    features: Array
    fixed: Array
    gold: Array  # 1 keep, 0 remove, nan not scored
    weight: float


def fold_of(site: str) -> int:
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % FOLDS


def read_jsonl(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def made_page(page_id: str, site: str, article: Article, gold: Array, weight: float) -> Page:
    lines = [read_line(article.text_of(block)) for block in article.blocks]
    found = [load_phrases().find(line.words) for line in lines]
    features = np.array([line_features(line) for line in lines])
    fixed = fixed_features(article, lines, found, features)
    grammed = [grams(line.words) for line in lines]
    return Page(page_id, site, fold_of(site), article, lines, found, grammed, features, fixed, gold, weight)


def page_weight(row: dict) -> float:
    return (2.0 if row["news"] else 1.0) * (1.0 if row["lang"] == "en" else 0.5)


def text_pages(folder: Path) -> list[Page]:
    """Both pasted forms of every page."""
    golds = defaultdict(list)
    with gzip.open(folder / "blocks.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            golds[row["article_id"]].append((int(row["start"]), int(row["end"]), row["gold"]))
    texts = {row["id"]: row["text"] for row in read_jsonl(folder / "text.jsonl.gz")}
    pages = []
    for row in read_jsonl(folder / "documents.jsonl.gz"):
        text, blocks, labels = texts[row["id"]], [], []
        for start, end, label in golds[row["id"]]:
            words = text[start:end]
            start += len(words) - len(words.lstrip())
            blocks.append(Block(start, start + len(words.strip())))
            labels.append({"keep": 1.0, "remove": 0.0}.get(label, math.nan))
        article = Article(row["id"], text, tuple(blocks), "")
        pages.append(made_page(row["id"], row["site"], article, np.array(labels), page_weight(row)))
    return pages


def html_pages(folder: Path) -> list[Page]:
    """Every page as its reader divides it; a block is article where its words stand in the gold body."""
    golds = {row["id"]: row for row in read_jsonl(folder / "articles.jsonl.gz")}
    pages = []
    for row in read_jsonl(folder / "html.jsonl.gz"):
        tree, _ = parse(row["html"])
        if tree is None:
            continue
        text, blocks = render_tree(tree)
        if blocks:
            # Metadata are read before votes are asked for, as a reader does; trafilatura may change the tree.
            html_metadata(tree)
            article = Article(row["id"], text, with_votes(text, blocks, tree), "")
            pages.append(labelled_html(article, golds[row["id"]]))
    return pages


def labelled_html(article: Article, row: dict) -> Page:
    body = [words for line in row["body"].splitlines() if (words := words_of(line))]
    gold = np.array(votes_of([words_of(article.text_of(block)) for block in article.blocks], body), dtype=float)
    return made_page(row["id"], row["site"], article, gold, page_weight(row))


def classes_of(page: Page) -> list[set[str]]:
    return [class_grams(block.markup or NOTHING) for block in page.article.blocks]
