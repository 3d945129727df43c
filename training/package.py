"""Assemble the shipped pipeline: the trained one, with its sources and its measured scores.

    python training/package.py TRAINED METRICS.json OUTPUT

TRAINED is a folder that finish.py wrote, OUTPUT becomes an ordinary spaCy pipeline directory. METRICS are the scores of
the same recipe without the development splits, which `evaluate.py --json` wrote.
"""

import argparse
import json
from pathlib import Path

import spacy

META = {
    "name": "article_events",
    "version": "0.2.0",
    "description": "Tagger, morphologizer, parser, lemmatizer and named entities for English news and opinion.",
    "author": "The article-events authors",
    "license": "CC BY-SA 4.0",
    "sources": [
        {"name": "UD_English-EWT 2.16", "license": "CC BY-SA 4.0", "author": "Silveira et al. 2014; UD contributors"},
        {"name": "UD_English-GUM 2.16 (nine genres)", "license": "annotation CC BY 4.0", "author": "Zeldes 2017"},
        {"name": "UNER_English-EWT", "license": "CC BY-SA 4.0", "author": "Mayhew et al. 2024"},
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
        {"name": "Passages of article-events", "license": "CC0", "author": "The article-events authors"},
        {
            "name": "UN General Debate Corpus (unlabelled)",
            "license": "CC0",
            "author": "Jankin, Baturo and Dasandi 2017",
        },
        {
            "name": "Transcripts of Australian prime ministers (unlabelled)",
            "license": "CC BY 4.0",
            "author": "Commonwealth of Australia",
        },
        {
            "name": "PolNeAR, texts only (unlabelled)",
            "license": "none stated; no text of it is shipped",
            "author": "Newell, Margolin and Ruths 2018",
        },
        {
            "name": "Bodies of scrapinghub/article-extraction-benchmark and WCXB (unlabelled)",
            "license": "MIT; CC BY 4.0; no text of them is shipped",
            "author": "Scrapinghub; Murrough Foley 2026",
        },
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("trained", "metrics", "output"):
        parser.add_argument(name, type=Path)
    args = parser.parse_args()
    nlp = spacy.load(args.trained)
    # How it was trained stands in training/; a pipeline that is only used needs none of it.
    nlp.config["paths"], nlp.config["corpora"] = {"vectors": None, "init_tok2vec": None}, {}
    nlp.config["initialize"] = spacy.blank("en").config["initialize"]
    nlp.config["training"] = spacy.blank("en").config["training"]
    nlp.meta.update(META)
    nlp.meta["performance"] = json.loads(args.metrics.read_text(encoding="utf-8"))
    nlp.to_disk(args.output)


if __name__ == "__main__":
    main()
