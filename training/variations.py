"""Variations of labelled passages: curly quotes, capitals, lower case, other names in the same places."""

import csv
import random
from pathlib import Path

import spacy
from passages import LABELS

LEXICONS = Path(__file__).resolve().parents[1] / "pipeline" / "lexicons"
LISTS = Path(__file__).resolve().parent / "passages" / "names"
CURLY = {
    "'s": "’s",
    "n't": "n’t",
    "'re": "’re",
    "'ve": "’ve",
    "'ll": "’ll",
    "'d": "’d",
    "'m": "’m",
    "'": "’",
    "--": "—",
    "-": "–",
}
# Swept by nothing: shares that leave most of the text as it was written.
CURLY_SHARE, CAPITALS, LOWER, SWAPPED = 0.4, 0.05, 0.02, 0.8
COLUMNS = ("words", "spaces", "breaks", "tag", "morph", "lemma", "head", "dep", "start", "ner")


def varied(gold: list[dict], seed: int = 7) -> list[dict]:
    """The passages, some with curly marks, and copies of some of the training part in capitals or with other names."""
    rng = random.Random(seed)
    pool = names(gold)
    nlp = spacy.blank("en")
    found = []
    for passage in gold:
        if passage["split"] != "train":
            found.append(passage)
            continue
        found.append(curly(passage) if rng.random() < CURLY_SHARE else passage)
        if rng.random() < CAPITALS:
            found.append(recased(passage, str.upper))
        if rng.random() < LOWER:
            found.append(recased(passage, str.lower))
        if any(label[0] in "BS" for label in passage.get("ner", ())) and rng.random() < SWAPPED:
            found.append(swapped(passage, pool, nlp, rng))
    return found


def curly(passage: dict) -> dict:
    opened, words = False, []
    for word in passage["words"]:
        if word in ('"', "``", "''"):
            opened = not opened
            words.append("“" if opened else "”")
        else:
            words.append(CURLY.get(word, word))
    return passage | {"words": words}


def recased(passage: dict, case) -> dict:
    changed = passage | {"words": [case(word) if len(case(word)) == len(word) else word for word in passage["words"]]}
    if "lemma" in passage:
        changed["lemma"] = ["?"] * len(passage["words"])  # no script: its lemma is left open
    return changed


def names(gold: list[dict]) -> dict[str, list[str]]:
    """Names by label, from the training passages, our lists and our lexicons, each once."""
    found: dict[str, set[str]] = {label: set(listed) for label, listed in listed_names(LISTS).items()}
    for passage in gold:
        if passage["split"] == "train" and "ner" in passage:
            for start, end, label in entities(passage["ner"]):
                words = passage["words"][start:end]
                text = "".join(w + (" " if s else "") for w, s in zip(words, passage["spaces"][start:end], strict=True))
                if words[0][0].isupper():
                    found.setdefault(label, set()).add(text.strip())
    firsts = [row[0] for row in lexicon("first_names.csv")]
    lasts = sorted({name.split()[-1] for name in found["PERSON"] if len(name.split()) > 1})
    rng = random.Random(3)
    found["PERSON"] |= {f"{rng.choice(firsts).title()} {rng.choice(lasts)}" for _ in range(4000)}
    for row in lexicon("places.csv"):
        found[row[3]].add(row[0])
    found["GPE"] |= {row[1] for row in lexicon("countries.csv")}
    found["ORG"] |= {row[0] for row in lexicon("institutions.csv") if row[3] == "ORG"}
    return {label: sorted(values) for label, values in found.items()}


def listed_names(folder: Path) -> dict[str, list[str]]:
    """The names by label of the lists in a folder: one a line, under headings "# LABEL kind".

    Raises ValueError naming file and line where a name stands under no heading, or a heading is of no label.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.txt")):
        label = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("#"):
                label = (line[1:].split() or [""])[0]
                if label not in LABELS:
                    raise ValueError(
                        f"{path.name}, line {number}: {line!r} opens with none of {', '.join(sorted(LABELS))}"
                    )
            elif line.strip():
                if not label:
                    raise ValueError(f"{path.name}, line {number}: {line!r} stands under no heading `# LABEL kind`")
                found.setdefault(label, []).append(line.strip())
    return found


def lexicon(name: str) -> list[list[str]]:
    with (LEXICONS / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(line for line in lines if not line.startswith("#")))[1:]


def entities(labels: list[str]) -> list[tuple[int, int, str]]:
    found, begin = [], 0
    for n, label in enumerate(labels):
        if label[0] in "BS":
            begin = n
        if label[0] in "ES":
            found.append((begin, n + 1, label[2:]))
    return found


def swapped(passage: dict, pool: dict[str, list[str]], nlp, rng: random.Random) -> dict:
    """The passage with other names of the same labels; one name stays one name throughout."""
    chosen: dict[tuple[str, ...], str] = {}
    new: dict[str, list] = {column: [] for column in ("words", "spaces", "breaks", "ner")}
    at = 0
    for start, end, label in [*entities(passage["ner"]), (len(passage["words"]), 0, "")]:
        for column, values in new.items():
            values.extend(passage[column][at:start])
        if not label:
            break
        key = tuple(passage["words"][start:end])
        name = chosen.setdefault(key, rng.choice(pool[label]))
        if label == "PERSON" and len(key) == 1:  # a surname stays a surname
            name = name.split()[-1]
        doc = nlp.make_doc(name)
        last = len(doc) - 1
        for token in doc:
            new["words"].append(token.text)
            new["spaces"].append(bool(token.whitespace_) if token.i < last else passage["spaces"][end - 1])
            new["breaks"].append(passage["breaks"][start] if token.i == 0 else False)
            part = "S" if last == 0 else "B" if token.i == 0 else "E" if token.i == last else "I"
            new["ner"].append(f"{part}-{label}")
        at = end
    return passage | new
