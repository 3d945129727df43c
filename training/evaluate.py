"""Score a spaCy pipeline on the development corpora, beside the embedded one.

    python training/evaluate.py DATA [--model NAME_OR_PATH] [--json FILE]

Prints UPOS, lemma, UAS, LAS and sentence F1 per treebank, and strict entity precision, recall and F1 per corpus and
pooled. The converted corpora are taken from build/model-data, and made there if they are missing. Scores of a pipeline
with other label sets are comparable only where the labels are (ClearNLP dependencies are not Universal Dependencies).
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.training import Corpus

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT / "build" / "model-data"
EMBEDDED = ROOT / "pipeline" / "model"
SYNTAX = ("tag_acc", "pos_acc", "lemma_acc", "dep_uas", "dep_las", "sents_f")
ENTITIES = ("ents_p", "ents_r", "ents_f")


def scores(nlp: Language) -> dict[str, dict[str, float]]:
    """Each corpus with its scores, in percent."""
    found = {}
    for path in [CORPORA / "ewt-dev.spacy", CORPORA / "gum-dev.spacy"]:
        found[path.stem] = measured(nlp, path, SYNTAX)
    for path in sorted(CORPORA.glob("ner-*-dev.spacy")):
        found[path.stem] = measured(nlp, path, ENTITIES)
    found["ner-dev (pooled)"] = measured(nlp, CORPORA / "ner-dev.spacy", ENTITIES)
    return found


def measured(nlp: Language, path: Path, names: tuple[str, ...]) -> dict[str, float]:
    result = nlp.evaluate(list(Corpus(path)(nlp)))
    return {name: round(100 * (result.get(name) or 0.0), 1) for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    if not CORPORA.is_dir():
        if not args.data.is_dir():
            sys.exit(
                f"{args.data}: no such folder; training/README.md names the public corpora and how to lay them out"
            )
        subprocess.run([sys.executable, "training/convert.py", str(args.data), str(CORPORA)], cwd=ROOT, check=True)
    models = {"embedded": EMBEDDED} | ({args.model: args.model} if args.model else {})
    results = {name: scores(spacy.load(source)) for name, source in models.items()}
    for corpus in results["embedded"]:
        for name, by_corpus in results.items():
            line = "  ".join(f"{measure} {value:5.1f}" for measure, value in by_corpus[corpus].items())
            print(f"{corpus:26} {name:20} {line}")
    if args.json:
        args.json.write_text(json.dumps(results["embedded"], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
