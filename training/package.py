"""Assemble the shipped pipeline from the two trained halves.

    python training/package.py SYNTAX NER OUTPUT

SYNTAX and NER are folders that `spacy train` wrote; OUTPUT becomes an ordinary spaCy pipeline directory.
"""

import argparse
from pathlib import Path

import spacy

META = {
    "name": "article_events",
    "description": "Tagger, morphologizer, parser, lemmatizer and named entities for English news and opinion.",
    "author": "The article-events authors",
    "license": "CC BY-SA 4.0",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("syntax", "ner", "output"):
        parser.add_argument(name, type=Path)
    args = parser.parse_args()
    nlp = spacy.load(args.syntax)
    nlp.add_pipe("ner", source=spacy.load(args.ner))
    nlp.meta.update(META)
    nlp.to_disk(args.output)


if __name__ == "__main__":
    main()
