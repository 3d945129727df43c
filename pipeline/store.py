"""What has been extracted already: one SQLite file, one row per article.

An article is done when the store holds it under the same fingerprint: of its input, the code, the lexicons, the model
and the settings. A run that is interrupted loses the batch it was working on and nothing else.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.engines import Done
from pipeline.errors import InputError
from pipeline.schema import cell_text
from pipeline.tables import ROW_TYPES, Extraction, cells

SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    article_id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    run INTEGER NOT NULL,          -- the last run whose input held the article
    text BLOB NOT NULL,            -- UTF-8
    rows TEXT NOT NULL             -- JSON: table name to a list of rows, each a list of cells
) WITHOUT ROWID;
"""


class Store:
    """The articles extracted so far, in one file."""

    def __init__(self, path: Path) -> None:
        """Open or make the file.

        Raises:
            InputError: the file cannot be opened or is not a store.
        """
        try:
            self.database = sqlite3.connect(path)
            self.database.execute("PRAGMA journal_mode = WAL")
            self.database.execute("PRAGMA synchronous = NORMAL")
            self.database.executescript(SCHEMA)
            (last,) = self.database.execute("SELECT coalesce(max(run), 0) FROM articles").fetchone()
        except sqlite3.Error as error:
            raise InputError(
                f"{path}: cannot be used as a store ({error}); move it away or choose another --output"
            ) from error
        self.run: int = last + 1

    def close(self) -> None:
        """Leave one tidy file behind."""
        self.database.commit()
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.database.close()

    def is_done(self, article_id: str, fingerprint: str) -> bool:
        """Whether the article is stored as the present run would extract it; marks it as part of this run."""
        found = self.database.execute("SELECT fingerprint FROM articles WHERE article_id = ?", [article_id]).fetchone()
        if found is None or found[0] != fingerprint:
            return False
        self.database.execute("UPDATE articles SET run = ? WHERE article_id = ?", [self.run, article_id])
        return True

    def save(self, batch: Iterable[Done]) -> None:
        """Keep the articles of a batch, all or none."""
        rows = [
            (done.article_id, done.fingerprint, self.run, done.text.encode("utf-8"), _as_json(done.extraction))
            for done in batch
        ]
        with self.database:  # commits at the end, or undoes everything
            self.database.executemany("INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?)", rows)

    def forget_others(self) -> None:
        """Drop the articles that the input of this run no longer holds."""
        self.database.execute("DELETE FROM articles WHERE run != ?", [self.run])

    def article_ids(self) -> list[str]:
        """The stored articles, sorted."""
        return [row[0] for row in self.database.execute("SELECT article_id FROM articles ORDER BY article_id")]

    def texts(self) -> Iterator[tuple[str, bytes]]:
        """Each article's id and text in UTF-8, in order of the ids."""
        yield from self.database.execute("SELECT article_id, text FROM articles ORDER BY article_id")

    def rows(self, table: str) -> Iterator[Sequence[str]]:
        """The cells of every row of a table, articles in order of their ids."""
        for (stored,) in self.database.execute("SELECT rows FROM articles ORDER BY article_id"):
            yield from json.loads(stored).get(table, ())


def _as_json(extraction: Extraction) -> str:
    tables = {
        name: [[cell_text(cell) for cell in cells(row)] for row in getattr(extraction, name)]
        for name in ROW_TYPES
        if getattr(extraction, name)
    }
    return json.dumps(tables, ensure_ascii=False)
