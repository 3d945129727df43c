"""Where the texts stand that labels of this project are about, and what tells one edition of a text from another."""

import gzip
import hashlib
import json
import lzma
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """A file below DATA, one JSON document a line, and what of a document is its text."""

    path: str
    text: Callable[[dict[str, Any]], str] = lambda document: document["text"]

    def texts(self, data: Path, wanted: Collection[str]) -> dict[str, str]:
        """The texts by id.

        Raises:
            FileNotFoundError: DATA does not hold the file.
        """
        opened = {".gz": gzip.open, ".xz": lzma.open}.get(Path(self.path).suffix, open)
        with opened(data / self.path, "rt", encoding="utf-8") as lines:
            documents = (json.loads(line) for line in lines)
            return {str(d["id"]): self.text(d) for d in documents if str(d["id"]) in wanted}


def digest(text: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
