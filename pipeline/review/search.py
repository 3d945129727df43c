"""Full-text search over the articles, by SQLite's FTS5, and where the words stand in code points."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MOST_HITS = 100
AROUND = 60  # characters on each side of a hit
TOKEN = re.compile(r'"([^"]*)"|(\S+)')
# Noncharacters that no text holds in exchange; a text that does is searched without marks around its hits.
OPEN, CLOSE = "\ufdd0", "\ufdd1"


@dataclass(frozen=True, slots=True)
class Hit:
    """A place at which words of the search stand."""

    article: str
    start: int
    end: int


class Search:
    """An index in memory, made at the first search."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self._index: sqlite3.Connection | None = None

    def articles(self, query: str) -> list[str]:
        """The articles that hold all the words, best first; quoted words stand together, `word*` begins so."""
        if not (match := match_of(query)):
            return []
        rows = self._connection().execute(
            "SELECT id FROM texts WHERE texts MATCH ? ORDER BY rank", (f"text : ({match})",)
        )
        return [str(row[0]) for row in rows]

    def hits(self, query: str, most: int = MOST_HITS) -> list[Hit]:
        """Up to `most` places, article by article, best first."""
        if not (match := match_of(query)):
            return []
        rows = self._connection().execute(
            "SELECT id, highlight(texts, 1, ?, ?) FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?",
            (OPEN, CLOSE, f"text : ({match})", most),
        )
        found: list[Hit] = []
        for article_id, marked in rows:
            found += [Hit(article_id, start, end) for start, end in _marked(marked)][: most - len(found)]
            if len(found) >= most:
                break
        return found

    def _connection(self) -> sqlite3.Connection:
        if self._index is None:
            index = sqlite3.connect(":memory:", check_same_thread=False)
            index.execute("CREATE VIRTUAL TABLE texts USING fts5 (id UNINDEXED, text, tokenize = 'unicode61')")
            clean = str.maketrans({OPEN: "\ufffd", CLOSE: "\ufffd", "\0": "\ufffd"})
            rows = ((article_id, text.translate(clean)) for article_id, text in self.texts.items())
            index.executemany("INSERT INTO texts VALUES (?, ?)", rows)
            self._index = index
        return self._index


def tokens(query: str) -> Iterator[tuple[str, bool]]:
    """The words and quoted phrases of a query, and whether a word is only the beginning."""
    for quoted, bare in TOKEN.findall(query):
        word = quoted or bare.rstrip("*").replace('"', "")
        if any(character.isalnum() for character in word):
            yield word, bool(bare) and bare.endswith("*")


def match_of(query: str) -> str:
    """The query in the language of FTS5; every word is quoted, so that none is an operator."""
    return " AND ".join(f'"{word}"' + ("*" if begins else "") for word, begins in tokens(query.replace("\0", " ")))


def _marked(marked: str) -> Iterator[tuple[int, int]]:
    """The offsets of the marked words in the text without marks."""
    start = 0
    for removed, mark in enumerate(re.finditer(f"[{OPEN}{CLOSE}]", marked)):
        position = mark.start() - removed
        if mark.group() == OPEN:
            start = position
        else:
            yield start, position
