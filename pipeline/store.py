"""What has been extracted already: one SQLite file, with the rows of every article.

An article is done when the store holds it under the same fingerprint: of its input, the code, the lexicons, the model
and the settings. A run that is interrupted loses the batch it was working on and nothing else. A run locks the file,
so that two never write to one folder; the lock goes with the process, however it ends.
"""

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.engines import Done
from pipeline.errors import InputError
from pipeline.schema import cell_text
from pipeline.tables import ROW_TYPES, ProblemRow, cells

LAYOUT = 3  # of the tables below; a store of another layout is begun anew
SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    article_id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    run INTEGER NOT NULL           -- the last run whose input held the article
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS texts (
    article_id TEXT PRIMARY KEY,
    text BLOB NOT NULL             -- UTF-8
);
CREATE TABLE IF NOT EXISTS stored_rows (
    table_name TEXT NOT NULL,
    article_id TEXT NOT NULL,
    rows TEXT NOT NULL,            -- JSON: a list of rows, each a list of cells; those of no article under ""
    PRIMARY KEY (table_name, article_id)
);
CREATE TABLE IF NOT EXISTS written (
    state TEXT NOT NULL            -- what the published tables were last made of; none after any change
);
"""
SECONDS_TO_WAIT = 1.0  # for another process that has the file open


class Store:
    """The articles extracted so far, in one file that belongs to this process until it is closed."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        """Open or make the file; with `fresh`, forget what it holds.

        Raises:
            InputError: the file cannot be opened, is not a store, or another run is using it.
        """
        try:
            self.database = _opened(path, fresh)
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise InputError(
                    f"{path.parent}: another run is writing to this folder; wait for it, or choose another --output"
                ) from error
            raise InputError(
                f"{path}: cannot be used as a store ({error}); move it away or choose another --output"
            ) from error
        (last,) = self.database.execute("SELECT coalesce(max(run), 0) FROM articles").fetchone()
        self.run: int = last + 1

    def close(self) -> None:
        """Leave one tidy file behind."""
        with contextlib.suppress(sqlite3.Error):  # a full disk: what was saved stays, and the next run tidies up
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
        with self.database:  # commits at the end, or undoes everything
            self._changed()
            for done in batch:
                self._forget(done.article_id)
                mark = (done.article_id, done.fingerprint, self.run)
                self.database.execute("INSERT INTO articles VALUES (?, ?, ?)", mark)
                if done.text is not None:
                    text = (done.article_id, done.text.encode("utf-8"))
                    self.database.execute("INSERT INTO texts VALUES (?, ?)", text)
                rows = [(name, done.article_id, json_rows) for name, json_rows in done.rows]
                self.database.executemany("INSERT INTO stored_rows VALUES (?, ?, ?)", rows)

    def save_problems(self, problems: Iterable[ProblemRow]) -> None:
        """Keep the problems that belong to no stored article, instead of those kept before."""
        rows = [[cell_text(cell) for cell in cells(row)] for row in problems]
        stored = json.dumps(rows, ensure_ascii=False)
        key = ("problems", "")
        query = "SELECT rows FROM stored_rows WHERE table_name = ? AND article_id = ?"
        if self.database.execute(query, key).fetchone() != (stored,):
            with self.database:
                self._changed()
                self.database.execute("INSERT OR REPLACE INTO stored_rows VALUES (?, ?, ?)", (*key, stored))

    def absorb(self, path: Path) -> None:
        """Take over what another store holds.

        Raises:
            InputError: it is no store, a run is writing to it, or it holds an article that is here already.
        """
        try:
            self.database.execute("ATTACH DATABASE ? AS other", [path.resolve().as_uri() + "?mode=rw"])
        except sqlite3.Error as error:
            raise InputError(f"{path}: cannot be read as a store ({error}); extract that part first") from error
        try:
            self._absorb(path)
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise InputError(f"{path.parent}: a run is still writing to this folder; wait for it") from error
            raise InputError(f"{path}: cannot be read as a store ({error}); extract that part again") from error
        finally:
            self.database.execute("DETACH DATABASE other")

    def _absorb(self, path: Path) -> None:
        twice = self.database.execute(
            "SELECT article_id FROM other.articles WHERE article_id IN (SELECT article_id FROM main.articles)"
        ).fetchone()
        if twice:
            raise InputError(
                f"{path.parent}: article {twice[0]!r} is in another part as well; give it another id, or divide one "
                "collection with --part"
            )
        query = "SELECT rows FROM {}.stored_rows WHERE table_name = 'problems' AND article_id = ''"
        with self.database:
            self._changed()
            ours, theirs = (self.database.execute(query.format(name)).fetchone() for name in ("main", "other"))
            self.database.execute(
                "INSERT INTO main.articles SELECT article_id, fingerprint, ? FROM other.articles", [self.run]
            )
            self.database.execute("INSERT INTO main.texts SELECT * FROM other.texts")
            self.database.execute("INSERT INTO main.stored_rows SELECT * FROM other.stored_rows WHERE article_id != ''")
            rows = [row for found in (ours, theirs) if found for row in json.loads(found[0])]
            stored = json.dumps(rows, ensure_ascii=False)
            self.database.execute("INSERT OR REPLACE INTO main.stored_rows VALUES ('problems', '', ?)", [stored])

    def forget_others(self) -> None:
        """Drop the articles that the input of this run no longer holds."""
        with self.database:
            others = self.database.execute("SELECT article_id FROM articles WHERE run != ?", [self.run]).fetchall()
            if others:
                self._changed()
            for (article_id,) in others:
                self._forget(article_id)

    def article_ids(self) -> list[str]:
        """The stored articles, sorted."""
        return [row[0] for row in self.database.execute("SELECT article_id FROM articles ORDER BY article_id")]

    def texts(self) -> Iterator[tuple[str, bytes]]:
        """Each article's id and text in UTF-8, in order of the ids."""
        yield from self.database.execute("SELECT article_id, text FROM texts ORDER BY article_id")

    def rows(self, table: str) -> Iterator[Sequence[str]]:
        """The cells of every row of a table, articles in order of their ids."""
        query = "SELECT rows FROM stored_rows WHERE table_name = ? ORDER BY article_id"
        for (stored,) in self.database.execute(query, [table]):
            yield from json.loads(stored)

    @property
    def written(self) -> str:
        """What the published tables were last made of; empty where an article came, went or changed since."""
        found = self.database.execute("SELECT state FROM written").fetchone()
        return str(found[0]) if found else ""

    @written.setter
    def written(self, state: str) -> None:
        with self.database:
            self._changed()
            self.database.execute("INSERT INTO written VALUES (?)", [state])

    def _changed(self) -> None:
        self.database.execute("DELETE FROM written")

    def _forget(self, article_id: str) -> None:
        self.database.execute("DELETE FROM articles WHERE article_id = ?", [article_id])
        self.database.execute("DELETE FROM texts WHERE article_id = ?", [article_id])
        names = [(name, article_id) for name in ROW_TYPES]
        self.database.executemany("DELETE FROM stored_rows WHERE table_name = ? AND article_id = ?", names)


def _opened(path: Path, fresh: bool) -> sqlite3.Connection:
    database = sqlite3.connect(path.resolve().as_uri() + "?mode=rwc", timeout=SECONDS_TO_WAIT, uri=True)
    try:
        # Exclusive before the first read: one process at a time, and no shared memory, which network drives lack.
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        (layout,) = database.execute("PRAGMA user_version").fetchone()
        with database:
            if fresh or layout != LAYOUT:
                for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    database.execute(f'DROP TABLE "{name}"')
            database.execute(f"PRAGMA user_version = {LAYOUT}")
        database.executescript(SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database
