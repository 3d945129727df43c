"""Pages to train cleaning on: pasted texts and HTML, each block labelled as article or furniture."""

import csv
import gzip
import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.article import Article, Block
from pipeline.cleaning.features import Array, Line, grams, line_features, read_line
from pipeline.cleaning.markup import NOTHING, class_grams
from pipeline.cleaning.phrases import Phrase, load_phrases
from pipeline.cleaning.scores import fixed_features
from pipeline.readers.html import parse, render_tree
from training.cleaning_gold import found_in, words_of

FOLDS = 5
SEED = 7
FULL, SELECTION = "-full", "-sel"
LONGEST_TAIL, SHORT_TAIL = 60, 8
LEAST_PROSE = 2  # removed paragraphs in a tail that is worth a transplant
TRANSPLANTED = 0.3  # how much a transplant weighs
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
    features = line_features(lines)
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


def transplants(pages: Sequence[Page]) -> list[Page]:
    """Selections whose tail is that of a pasted page of another site: long pitches are rare, and come with few bodies.

    Both sites are of one fold, so that what must not meet the one does not meet the other.
    """
    chance = np.random.default_rng(SEED)
    tails: dict[int, list[tuple[Page, range]]] = defaultdict(list)
    for page in pages:
        tail = tail_of(page) if page.id.endswith(FULL) else range(0)
        if sum(page.lines[at].size >= PROSE and page.gold[at] == 0 for at in tail) >= LEAST_PROSE:
            tails[page.fold].append((page, tail))
    made = []
    for page in pages:
        others = [one for one in tails[page.fold] if one[0].site != page.site]
        if page.id.endswith(SELECTION) and others and (page.gold == 1).any():
            other, tail = others[chance.integers(len(others))]
            length = int(chance.integers(min(SHORT_TAIL, len(tail)), len(tail) + 1))
            made.append(joined(page, range(tail_of(page).start), other, tail[:length]))
    return made


def tail_of(page: Page) -> range:
    """The lines after the last of the article, as many as a selection may take."""
    last = int(np.flatnonzero(page.gold == 1)[-1]) if (page.gold == 1).any() else len(page.lines) - 1
    return range(last + 1, min(len(page.lines), last + 1 + LONGEST_TAIL))


def joined(page: Page, body: range, other: Page, tail: range) -> Page:
    """The body of one page and the tail of another as one page, blank lines as they were."""
    text, blocks, gold = "", [], []
    for source, rows in ((page, body), (other, tail)):
        for at in rows:
            block = source.article.blocks[at]
            end = source.article.blocks[at - 1].end if at > rows.start else 0
            breaks = source.article.text.count("\n", end, block.start) if at > rows.start else 2
            text += "\n" * min(3, max(1, breaks)) if text else ""
            blocks.append(Block(len(text), len(text) + block.end - block.start))
            text += source.article.text_of(block)
            gold.append(source.gold[at])
    article = Article(f"{page.id}+{other.id}", text, tuple(blocks), "")
    return made_page(article.id, page.site, article, np.array(gold), TRANSPLANTED * page.weight)


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
            pages.append(labelled_html(Article(row["id"], text, blocks, ""), golds[row["id"]]))
    return pages


def labelled_html(article: Article, row: dict) -> Page:
    body = [words for line in row["body"].splitlines() if (words := words_of(line))]
    gold = np.array(found_in([words_of(article.text_of(block)) for block in article.blocks], body), dtype=float)
    return made_page(row["id"], row["site"], article, gold, page_weight(row))


def classes_of(page: Page) -> list[set[str]]:
    return [class_grams(block.markup or NOTHING) for block in page.article.blocks]
