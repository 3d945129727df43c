"""Where the texts stand that labels of this project are about, and what tells one edition of a text from another."""

import gzip
import hashlib
import json
import lzma
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def json_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in lines)


def treebank(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The documents of a CoNLL-U file: its sentences' texts, a space between them, a blank line before a paragraph."""
    document: dict[str, Any] = {}
    opens = False
    for line in lines:
        name, _, value = line.removeprefix("# ").rstrip("\n").partition(" = ")
        if not line.startswith("# "):
            continue
        if name == "newdoc id":
            if document:
                yield document
            document = {"id": value, "text": ""}
        elif name == "newpar id":
            opens = True
        elif name == "text":
            between = "" if not document["text"] else "\n\n" if opens else " "
            document["text"] += between + value
            opens = False
    if document:
        yield document


@dataclass(frozen=True, slots=True)
class Source:
    """A file below DATA, what its documents are, and what of a document is its text."""

    path: str
    text: Callable[[dict[str, Any]], str] = lambda document: document["text"]
    documents: Callable[[Iterable[str]], Iterator[dict[str, Any]]] = json_lines

    def texts(self, data: Path, wanted: Collection[str]) -> dict[str, str]:
        """The texts by id.

        Raises:
            FileNotFoundError: DATA does not hold the file.
        """
        opened = {".gz": gzip.open, ".xz": lzma.open}.get(Path(self.path).suffix, open)
        with opened(data / self.path, "rt", encoding="utf-8") as lines:
            return {str(d["id"]): self.text(d) for d in self.documents(lines) if str(d["id"]) in wanted}


def digest(text: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
