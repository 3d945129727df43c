"""Given parses for the rules of events: CoNLL-U with entities, so that no trained model decides about rules."""

import re
from pathlib import Path

import spacy
from spacy.tokens import Doc

import pipeline.language.doc  # noqa: F401  declares the extension attributes

FOLDER = Path(__file__).parent / "parses"
VOCAB = spacy.blank("en").vocab
TAG = re.compile(r"<(/?)(\w+)>")


def read_parses(name: str) -> dict[str, Doc]:
    """The parsed texts of tests/parses/<name>.conllu, by text; MISC holds SpaceAfter=No and Entity=B-GPE."""
    blocks = (FOLDER / f"{name}.conllu").read_text(encoding="utf-8").split("\n\n")
    docs = (to_doc([line.split("\t") for line in block.splitlines() if line and line[0] != "#"]) for block in blocks)
    return {doc.text: doc for doc in docs if len(doc)}


def to_doc(rows: list[list[str]]) -> Doc:
    """One Doc from the rows of its tokens."""
    ids = [int(row[0]) for row in rows]
    # Ids go on through the sentences of a text; the head of a root is 0.
    heads = [ids.index(int(row[6])) if row[6] != "0" else i for i, row in enumerate(rows)]
    misc = [dict(part.split("=", 1) for part in row[9].split("|") if "=" in part) for row in rows]
    return Doc(
        VOCAB,
        words=[row[1] for row in rows],
        spaces=[each.get("SpaceAfter") != "No" for each in misc],
        lemmas=[row[2] for row in rows],
        pos=[row[3] for row in rows],
        tags=[row[4] for row in rows],
        heads=heads,
        deps=["ROOT" if row[7] == "root" else row[7] for row in rows],
        ents=[each.get("Entity", "O") for each in misc],
    )


def untagged(text: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The text without tags, and each tagged stretch: its tag, where it starts and ends."""
    plain, opened, spans, last = "", [], [], 0
    for match in TAG.finditer(text):
        plain += text[last : match.start()]
        last = match.end()
        if match[1]:
            spans.append((match[2], opened.pop(), len(plain)))
        else:
            opened.append(len(plain))
    return plain + text[last:], spans
