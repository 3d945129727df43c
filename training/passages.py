"""Passages of our own, labelled inline: read them, and check what people get wrong when they write them.

    python training/passages.py [FILE ...]

Prints words and names by label, and one line for each thing that breaks the rules of passages/README.md; exit 1 then.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "passages"
LABELS = {"PERSON", "NORP", "ORG", "GPE", "LOC", "FAC", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART"}
TAG = re.compile(r"<(/?)([A-Za-z_]+)>")
ARTICLE = re.compile(r"(?:the|a|an) ", re.IGNORECASE)
TOWNS_WITH_ARTICLE = {"The Hague", "The Gambia", "The Bahamas"}
TITLES = re.compile(
    r"(?:mr|mrs|ms|dr|president|prime minister|minister|chancellor|senator|king|queen|pope|general|gen|colonel|judge"
    r"|secretary|ambassador|sir|lord|sheikh|imam|archbishop|governor|mayor)\b\.?\s",
    re.IGNORECASE,
)


def read_passages(path: Path) -> Iterator[dict]:
    """The passages of a file as `{"id", "text", "entities": [{"start", "end", "label"}]}`, offsets in code points.

    Raises ValueError naming file and passage when tags do not pair or a label is unknown.
    """
    parts = re.split(r"(?m)^%%[ \t]*$\n?", path.read_text(encoding="utf-8"))
    for number, part in enumerate(part for part in parts if part.strip()):
        yield {"id": f"{path.stem}-{number:03}", **parsed(part.strip(), f"{path.name}, passage {number}")}


def parsed(marked: str, where: str) -> dict:
    text, entities, end, opened = "", [], 0, None
    for tag in TAG.finditer(marked):
        closing, label = bool(tag[1]), tag[2]
        if label not in LABELS:
            raise ValueError(f"{where}: unknown label {tag[0]}; labels are {', '.join(sorted(LABELS))}")
        if closing != (opened is not None) or (opened and opened[0] != label):
            raise ValueError(
                f"{where}: {tag[0]} after {marked[max(0, tag.start() - 40) : tag.start()]!r} does not pair"
            )
        text += marked[end : tag.start()]
        end = tag.end()
        if opened:
            entities.append({"start": opened[1], "end": len(text), "label": label})
            opened = None
        else:
            opened = (label, len(text))
    if opened:
        raise ValueError(f"{where}: <{opened[0]}> is never closed")
    return {"text": text + marked[end:], "entities": entities}


def faults(passage: dict) -> Iterator[str]:
    """What breaks the rules of passages/README.md in a passage, a line each."""
    text = passage["text"]
    for entity in passage["entities"]:
        name = text[entity["start"] : entity["end"]]
        if not name.strip() or name != name.strip():
            yield f"{passage['id']}: {name!r} is empty or has white space at its edge"
        elif ARTICLE.match(name) and name not in TOWNS_WITH_ARTICLE and entity["label"] != "WORK_OF_ART":
            yield f"{passage['id']}: {name!r} opens with an article"
        elif entity["label"] == "PERSON" and TITLES.match(name):
            yield f"{passage['id']}: {name!r} opens with a title"
        elif name.endswith(("'s", "’s")):
            yield f"{passage['id']}: {name!r} ends in a possessive"
        before, after = text[: entity["start"]][-1:], text[entity["end"] :][:1]
        plural = after == "s" and entity["label"] in ("PRODUCT", "ORG")
        if before.isalnum() or (after.isalpha() and not plural):
            yield f"{passage['id']}: {name!r} is cut out of a longer word"
    if re.search(r"[<>]", text):
        yield f"{passage['id']}: a stray < or >"


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]] or sorted(FOLDER.glob("*.txt"))
    words, labels, found = 0, Counter(), []
    for path in paths:
        try:
            passages = list(read_passages(path))
        except ValueError as error:
            found.append(str(error))
            continue
        words += sum(len(passage["text"].split()) for passage in passages)
        labels.update(entity["label"] for passage in passages for entity in passage["entities"])
        found.extend(fault for passage in passages for fault in faults(passage))
    print(f"{words} words; " + ", ".join(f"{label} {count}" for label, count in labels.most_common()))
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
