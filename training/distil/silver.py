"""The teacher's labels on raw text as spaCy Docs.

    python training/distil/silver.py INPUTS LABELLED OUTPUT.spacy

INPUTS is what inputs.py wrote, LABELLED what main.py wrote (silver-*.npz, labels.json).
"""

import argparse
import json
import lzma
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import spacy
from spacy.tokens import Doc, DocBin

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from convert import PARAGRAPH_BREAKS, bio

BREAK, END, FIRST_WORD = 0, 1, 7  # as in inputs.py


def sequences(labelled: Path) -> Iterator[dict[str, np.ndarray]]:
    for path in sorted(labelled.glob("silver-*.npz")):
        arrays = dict(np.load(path))
        at = 0
        for length in arrays.pop("lengths").tolist():
            yield {name: values[at : at + length] for name, values in arrays.items()}
            at += length


def silver_doc(
    nlp: spacy.language.Language, part: dict, forms: list[str], labels: dict, rng: random.Random
) -> Doc | None:
    """A sequence as a Doc; None where a head points at what is no word."""
    types = part["types"]
    # Position in the sequence plus one -> token of the Doc.
    token_of: dict[int, int] = {}
    columns: dict[str, list] = {
        name: [] for name in ("words", "spaces", "tags", "pos", "morphs", "lemmas", "deps", "starts", "ents")
    }
    heads: list[int] = []
    for n, number in enumerate(types):
        if number == BREAK and columns["words"]:
            columns["spaces"][-1] = False
            gap = rng.choice(PARAGRAPH_BREAKS)
            values = (gap, False, "_SP", "SPACE", "", gap, "dep", False, "O")
            heads.append(-len(columns["words"]))  # the token before
        elif number >= FIRST_WORD:
            form = forms[number]
            word = form.rstrip("\x01")
            pos, _, feats = labels["morph"][part["morph"][n]].partition("|")
            token_of[n + 1] = len(columns["words"])
            heads.append(int(part["head"][n]))
            values = (
                word, not form.endswith("\x01"), labels["tag"][part["tag"][n]], pos, feats,
                "",  # its lemmas are worse than what the student learns from the treebanks alone
                "ROOT" if part["head"][n] == 0 else labels["dep"][part["dep"][n]], bool(part["start"][n]),
                bio(labels["ner"][part["ner"][n]]),
            )  # fmt: skip
        else:
            continue
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)
    resolved = []
    for token, head in enumerate(heads):
        if head < 0:
            resolved.append(-head - 1)
        elif head == 0:
            resolved.append(token)
        elif head in token_of:
            resolved.append(token_of[head])
        else:
            return None
    if not columns["words"]:
        return None
    return Doc(
        nlp.vocab, words=columns["words"], spaces=columns["spaces"], tags=columns["tags"], pos=columns["pos"],
        morphs=columns["morphs"], lemmas=columns["lemmas"], heads=resolved, deps=columns["deps"],
        sent_starts=columns["starts"], ents=unbroken(columns["ents"]),
    )  # fmt: skip


def unbroken(labels: list[str]) -> list[str]:
    """A name is never carried over a break or a dropped word."""
    found, before = [], "O"
    for label in labels:
        if label[0] == "I" and before[2:] != label[2:]:
            label = "B" + label[1:]
        found.append(label)
        before = label
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("inputs", "labelled", "output"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--words", type=int, default=2_500_000)
    args = parser.parse_args()
    nlp, rng = spacy.blank("en"), random.Random(7)
    forms = lzma.decompress((args.inputs / "forms.txt.xz").read_bytes()).decode("utf-8").split("\x04\n")
    labels = json.loads((args.labelled / "labels.json").read_text(encoding="utf-8"))
    parts = list(sequences(args.labelled))
    rng.shuffle(parts)
    saved, words = DocBin(store_user_data=False), 0
    for part in parts:
        if words < args.words and (doc := silver_doc(nlp, part, forms, labels, rng)) is not None:
            saved.add(doc)
            words += len(doc)
    saved.to_disk(args.output)
    print(f"{args.output.name}: {len(saved)} docs, {words} tokens")


if __name__ == "__main__":
    main()
