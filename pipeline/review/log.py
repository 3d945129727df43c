"""The log of decisions: one SQLite file in WAL mode to which entries are appended and from which nothing is removed.

An entry is one step of an annotator: a decision with its changes, or the undoing or redoing of an earlier one. What an
annotator sees is the predictions with the entries laid over them (`state`), so two annotators never overwrite each
other and every step can be undone, after a restart too. An entry counts when `append` has returned: it is committed
then, and a server that is killed a moment later has lost nothing.
"""

import datetime
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import InputError

NAME = "review.sqlite"
VERSION = 1
DECIDE, UNDO, REDO = "decide", "undo", "redo"
Changes = Mapping[str, list[dict[str, Any]]]  # article -> elementary changes, in order

SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    annotator TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('decide', 'undo', 'redo')),
    target TEXT NOT NULL DEFAULT '',
    article TEXT NOT NULL,
    at TEXT NOT NULL,
    says TEXT NOT NULL,
    changes TEXT NOT NULL,
    UNIQUE (annotator, uuid)
);
CREATE TABLE IF NOT EXISTS touched (
    seq INTEGER NOT NULL REFERENCES entries (seq),
    article TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    PRIMARY KEY (seq, article)
);
CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER IF NOT EXISTS entries_hold BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One step: `seq` orders all steps, `uuid` is the client's name for it, `target` the step that is undone."""

    seq: int
    uuid: str
    annotator: str
    kind: str
    target: str
    article: str  # where the annotator was
    at: str  # UTC, ISO 8601
    says: str
    changes: Changes
    texts: Mapping[str, str]  # every article it concerns -> SHA-256 of the text it was made on

    def as_json(self) -> dict[str, Any]:
        """The entry as one record of the exported log."""
        return {name: getattr(self, name) for name in self.__slots__}


class Log:
    """The file, opened; one process writes, others may read and write too.

    Raises:
        InputError: the file is no log of this version, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.connection = sqlite3.connect(path, check_same_thread=False, timeout=10, isolation_level=None)
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = FULL")
            (found,) = self.connection.execute("PRAGMA user_version").fetchone()
            if found not in (0, VERSION):
                raise InputError(f"{path}: a log of version {found}, this is {VERSION}; use the release that wrote it")
            self.connection.executescript(SCHEMA)
            self.connection.execute(f"PRAGMA user_version = {VERSION}")
        except sqlite3.Error as error:
            raise InputError(f"{path}: cannot be used as log ({error}); move it away, or make it writable") from error

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def append(
        self,
        *,
        uuid: str,
        annotator: str,
        kind: str,
        article: str,
        says: str,
        changes: Changes,
        texts: Mapping[str, str],
        target: str = "",
    ) -> Entry:
        """Write an entry and return it once it is on the disk.

        Raises:
            sqlite3.IntegrityError: the annotator has an entry of this uuid.
        """
        at = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        content = json.dumps(changes, ensure_ascii=False, separators=(",", ":"))
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            seq = self.connection.execute(
                "INSERT INTO entries (uuid, annotator, kind, target, article, at, says, changes)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (uuid, annotator, kind, target, article, at, says, content),
            ).lastrowid
            self.connection.executemany(
                "INSERT INTO touched VALUES (?, ?, ?)", [(seq, name, digest) for name, digest in texts.items()]
            )
            self.connection.execute("COMMIT")
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        return Entry(seq or 0, uuid, annotator, kind, target, article, at, says, changes, dict(texts))

    def known(self, annotator: str, uuid: str) -> Entry | None:
        """The entry of this annotator with this uuid, if there is one."""
        return next(iter(self._read("e.annotator = ? AND e.uuid = ?", (annotator, uuid))), None)

    def after(self, seq: int) -> list[Entry]:
        """Every entry after this number, in order."""
        return self._read("e.seq > ?", (seq,))

    def last(self) -> int:
        """The number of the last entry; 0 when there is none."""
        return int(self.connection.execute("SELECT coalesce(max(seq), 0) FROM entries").fetchone()[0])

    def _read(self, where: str, values: Iterable[Any]) -> list[Entry]:
        rows = self.connection.execute(
            "SELECT e.seq, uuid, annotator, kind, target, e.article, at, says, changes,"
            " json_group_object(t.article, t.text_sha256) FROM entries e JOIN touched t ON t.seq = e.seq"
            f" WHERE {where} GROUP BY e.seq ORDER BY e.seq",
            tuple(values),
        )
        return [_entry(row) for row in rows]


def _entry(row: Sequence[Any]) -> Entry:
    seq, uuid, annotator, kind, target, article, at, says, changes, texts = row
    return Entry(seq, uuid, annotator, kind, target, article, at, says, json.loads(changes), json.loads(texts))
