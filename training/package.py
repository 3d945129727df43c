"""Assemble the shipped pipeline from the two trained halves.

    python training/package.py SYNTAX NER OUTPUT

SYNTAX and NER are folders that `spacy train` wrote; OUTPUT becomes an ordinary spaCy pipeline directory.
"""

import argparse
from pathlib import Path

import spacy

META = {
    "name": "article_events",
    "version": "0.1.0",
    "description": "Tagger, morphologizer, parser, lemmatizer and named entities for English news and opinion.",
    "author": "The article-events authors",
    "license": "CC BY-SA 4.0",
    "sources": [
        {"name": "UD_English-EWT 2.16", "license": "CC BY-SA 4.0", "author": "Silveira et al. 2014; UD contributors"},
        {"name": "UD_English-GUM 2.16 (nine genres)", "license": "annotation CC BY 4.0", "author": "Zeldes 2017"},
        {"name": "CrossNER", "license": "MIT; text CC BY-SA", "author": "Liu et al. 2021"},
        {"name": "wikigold", "license": "CC BY 4.0; text CC BY-SA", "author": "Balasuriya et al. 2009"},
        {"name": "WNUT 2017", "license": "CC BY 4.0", "author": "Derczynski et al. 2017"},
        {"name": "Broad Twitter Corpus", "license": "CC BY 4.0", "author": "Derczynski et al. 2016"},
        {
            "name": "re3d, without its BBC part",
            "license": "public domain; OGL v3; CC BY; CC BY-SA",
            "author": "Dstl 2017",
        },
        {"name": "Groningen Meaning Bank", "license": "public-domain text; none stated", "author": "Bos et al. 2017"},
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("syntax", "ner", "output"):
        parser.add_argument(name, type=Path)
    args = parser.parse_args()
    nlp = spacy.load(args.syntax)
    nlp.add_pipe("ner", source=spacy.load(args.ner))
    nlp.meta.update(META)
    nlp.meta["performance"] = {}  # in training/metrics.json, by corpus
    nlp.to_disk(args.output)


if __name__ == "__main__":
    main()
