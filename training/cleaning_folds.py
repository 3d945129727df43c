"""Cleaning out of fold: what `clean` makes of every labelled page with scores of models that never met its site.

PYTHONPATH=. python training/cleaning.py DATA --folds SCORES
PYTHONPATH=. python training/cleaning_folds.py DATA SCORES OUT    blocks.csv, documents.csv and texts/ for a scorer
"""

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.article import Article
from pipeline.cleaning import cleaned
from pipeline.cleaning.features import read_line
from pipeline.cleaning.phrases import load_phrases
from pipeline.cleaning.position import page_of
from pipeline.readers import ReadProblem, read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("scores", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    scores = json.loads(options.scores.read_text(encoding="utf-8"))
    (options.out / "texts").mkdir(parents=True, exist_ok=True)
    with (
        (options.out / "blocks.csv").open("w", encoding="utf-8", newline="") as blocks,
        (options.out / "documents.csv").open("w", encoding="utf-8", newline="") as documents,
    ):
        block_rows, document_rows = csv.writer(blocks), csv.writer(documents)
        block_rows.writerow(("article_id", "start", "end", "kept", "label", "reason"))
        document_rows.writerow(("article_id", "title", "byline", "published"))
        for article in articles(options.data):
            if article.id not in scores:
                raise SystemExit(f"{options.scores}: no scores of {article.id}; make them from the same data")
            done = cleaned(scored(article, scores[article.id]))
            (options.out / "texts" / f"{done.id}.txt").write_text(done.text, encoding="utf-8", newline="")
            document_rows.writerow((done.id, done.title, done.byline, done.published_iso))
            block_rows.writerows((done.id, b.start, b.end, b.kept, b.label, b.reason) for b in done.blocks)


def articles(data: Path) -> Iterator[Article]:
    for found in read([data / "text.jsonl.gz", data / "html.jsonl.gz"]):
        if not isinstance(found, ReadProblem):
            yield found


def scored(article: Article, scores: list[float]):
    lines = [read_line(article.text_of(block)) for block in article.blocks]
    found = [load_phrases().find(line.words) for line in lines]
    return page_of(article, lines, fitting(scores, len(lines)), found)


def fitting(scores: list[float], count: int) -> list[float]:
    # A reader joins lines that are wrapped by hand; the labels are of lines. Their scores are read by place.
    return scores if len(scores) == count else [scores[at * len(scores) // count] for at in range(count)]


if __name__ == "__main__":
    main()
