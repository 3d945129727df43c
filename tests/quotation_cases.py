"""Cases of quotations: gold tags inside the text, the parse from tests/parses, what was found as the same tags.

`<content>`, `<cue>` and `<speaker>`; where a text has several quotations the tags carry a number: `<cue:2>`. A line
break divides paragraphs; in the parse it is a token of its own, written as a pilcrow.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from pipeline.language.doc import Quotation
from tests.event_parses import FOLDER, to_doc

CASES = Path(__file__).parent / "cases" / "quotations"
TAG = re.compile(r"<(/?)(content|cue|speaker)(?::(\d))?>")
Found = tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]


def read_cases() -> list[tuple[str, dict[str, Any]]]:
    """Every case of tests/cases/quotations with the name of its file."""
    return [
        (path.stem, case)
        for path in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


def read_tagged(tagged: str) -> tuple[str, set[Found]]:
    """The text without its tags, and the offsets of content, cue and speaker of each quotation."""
    text = ""
    opened: dict[tuple[str, str], int] = {}
    found: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    position = 0
    for match in TAG.finditer(tagged):
        text += tagged[position : match.start()]
        position = match.end()
        closing, label, number = match.group(1), match.group(2), match.group(3) or "1"
        if closing:
            found[number][label].append((opened.pop((label, number)), len(text)))
        else:
            opened[label, number] = len(text)
    text += tagged[position:]
    parts = ("content", "cue", "speaker")
    return text, {tuple(tuple(each[part]) for part in parts) for each in found.values()}  # type: ignore[misc]


def offsets(quotations: Iterable[Quotation]) -> set[Found]:
    """The same offsets of what was found."""
    return {
        tuple(  # type: ignore[misc]
            tuple((span.start_char, span.end_char) for span in spans if span is not None)
            for spans in (quotation.content, (quotation.cue,), (quotation.speaker,))
        )
        for quotation in quotations
    }


def read_quotation_parses(name: str) -> dict[str, Doc]:
    """The parsed texts of tests/parses/<name>.conllu, by text; a pilcrow stands for a line break."""
    blocks = (FOLDER / f"{name}.conllu").read_text(encoding="utf-8").split("\n\n")
    tables = [[line.split("\t") for line in block.splitlines() if line and line[0] != "#"] for block in blocks]
    for row in (row for table in tables for row in table if row[1] == "\N{PILCROW SIGN}"):
        row[1] = "\n"
    return {doc.text.strip(): doc for doc in map(to_doc, tables) if len(doc)}
