"""The lemmas of the forms in the treebanks' training parts and in our lexicons, for the embedded model.

    PYTHONPATH=. python training/lemmas.py DATA OUTPUT.json

DATA is the folder with `treebank/`. OUTPUT receives {part of speech: {form in lower case: lemma}}: the forms of verbs,
nouns, adjectives and adverbs that have one lemma nine times of ten or more, irregular verbs, and the verbs and nouns of
frames and cues.
"""

import argparse
import json
import sys
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from convert import TREEBANKS, read_conllu

from pipeline.lexicons import FOLDER, read_rows

OPEN_CLASSES = ("ADJ", "ADV", "AUX", "NOUN", "VERB")
LEAST_SHARE = 0.9


def lemmas(data: Path) -> dict[str, dict[str, str]]:
    """The lemma of each form by part of speech."""
    counts: dict[str, dict[str, Counter[str]]] = {pos: defaultdict(Counter) for pos in OPEN_CLASSES}
    for bank in TREEBANKS:
        for sentence in read_conllu(data / "treebank" / f"{bank}-train.conllu.gz"):
            for word in sentence.words:
                if word.upos in counts and word.form.isalpha() and word.lemma != "_":
                    counts[word.upos][word.form.lower()][word.lemma] += 1
    found: dict[str, dict[str, str]] = {}
    for pos, forms in counts.items():
        best = {form: seen.most_common(1)[0] + (seen.total(),) for form, seen in sorted(forms.items())}
        found[pos] = {form: lemma for form, (lemma, n, total) in best.items() if n >= LEAST_SHARE * total}
    irregular = {row["form"]: row["lemma"] for row in read_rows("irregular_forms", columns=("form", "lemma"))}
    for form, lemma in irregular.items():
        found["VERB"].setdefault(form, lemma)
    for lexicon in ("frames", "cues"):
        for entry in tomllib.loads((FOLDER / f"{lexicon}.toml").read_text(encoding="utf-8"))["entry"]:
            pos = {"verb": "VERB", "noun": "NOUN"}.get(str(entry["pos"]))
            named = entry["lemma"]
            for lemma in (named if isinstance(named, list) else [named]) if pos else ():
                if lemma.isalpha():
                    found[pos].setdefault(lemma, lemma)
                if pos == "VERB" and lemma.isalpha() and lemma.endswith("ee") and lemma not in irregular.values():
                    found[pos][f"{lemma}d"] = lemma  # a treebank makes "freed" a form of "fre"
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path)
    args = parser.parse_args()
    args.output.write_text(json.dumps(lemmas(args.data), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
