"""Parses: the annotated articles as the embedded pipeline reads them, kept on disk, so that fitting need not parse.

    PYTHONPATH=. python training/quotations/parses.py DATA/train.jsonl WORK/train.spacy [--model PATH] [--every N]

DATA/train.jsonl holds an article on each line, {"id", "text", "quotations", "discard"}; WORK/train.spacy becomes a
DocBin of the same articles in the same order, with heads, labels, tags, lemmas, entities and blocks, and the article's
id in `doc.user_data["id"]`.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, DocBin

from pipeline.article import Article
from pipeline.cleaning import keep_all
from pipeline.language import load_pipeline, make_doc
from pipeline.readers import read

# What the quotations layer does not look at when it decides what was said and by whom.
NOT_NEEDED = ("entity_links", "dates", "quotations", "events")
ATTRIBUTES = ("ORTH", "SPACY", "TAG", "POS", "MORPH", "LEMMA", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE", "SENT_START")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--model", help="a pipeline to parse with (the embedded one, if left out)")
    parser.add_argument("--every", type=int, default=1, help="only every so many articles")
    args = parser.parse_args()
    if not args.articles.is_file():
        sys.exit(f"{args.articles}: no such file; see training/quotations/README.md for its layout")
    rows = [json.loads(line) for line in args.articles.read_text(encoding="utf-8").splitlines()][:: args.every]
    kept = DocBin(attrs=ATTRIBUTES, store_user_data=True)
    for doc in parsed(rows, args.model):
        kept.add(doc)
    args.output.parent.mkdir(parents=True, exist_ok=True)
    kept.to_disk(args.output)
    print(f"{len(kept)} articles in {args.output}")


def parsed(rows: list[dict[str, Any]], model: str | None) -> Iterator[Doc]:
    """The articles as Docs; nothing is cleaned away, since the annotators marked everything."""
    nlp = load_pipeline(model)
    with tempfile.TemporaryDirectory() as folder, nlp.select_pipes(disable=NOT_NEEDED):
        path = Path(folder) / "articles.jsonl"
        lines = [json.dumps({"id": row["id"], "text": row["text"]}, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        articles = [keep_all(found) for found in read([path]) if isinstance(found, Article)]
        if len(articles) != len(rows):
            sys.exit(
                f"{len(rows) - len(articles)} articles could not be read; look at them with `article-events clean`"
            )
        for row, doc in zip(rows, nlp.pipe(make_doc(nlp, article) for article in articles), strict=True):
            doc.user_data = {"id": row["id"]}
            yield doc


def load(path: Path, vocab: Any) -> list[Doc]:
    """The articles that were kept in a file."""
    return list(DocBin().from_disk(path).get_docs(vocab))


if __name__ == "__main__":
    main()
