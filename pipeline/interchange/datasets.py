"""The folder that `extract` writes, article by article, and such a folder written from rows."""

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline import writers
from pipeline.errors import InputError
from pipeline.interchange.marks import ArticleRows, Row
from pipeline.schema import Table, cell_text, cell_value, describe
from pipeline.tables import ROW_TYPES, ProblemRow, cells, tables

BY_ARTICLE = ("blocks", "entities", "dates", "quotations", "events")


def read_articles(folder: Path) -> Iterator[ArticleRows]:
    """The articles of a dataset, in the order of documents.csv.

    Raises:
        InputError: the folder holds no dataset, or the rows of a table do not follow the order of documents.csv.
    """
    groups = {name: _Groups(folder / f"{name}.csv") for name in BY_ARTICLE}
    for document in table_rows(folder / "documents.csv"):
        article_id = document["article_id"]
        rows = {name: group.of(article_id) for name, group in groups.items()}
        yield ArticleRows(article_id, text_of(folder, article_id), {"documents": (document,), **rows})
    for group in groups.values():
        group.check_end()


class _Groups:
    """The rows of one table, an article at a time: a dataset need not fit into memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.groups = ((id, tuple(rows)) for id, rows in groupby(table_rows(path), lambda row: row["article_id"]))
        self.waiting = next(self.groups, None)

    def of(self, article_id: str) -> tuple[Row, ...]:
        """The rows of the article, which must be the next in the table that has any."""
        if self.waiting is None or self.waiting[0] != article_id:
            return ()
        rows = self.waiting[1]
        self.waiting = next(self.groups, None)
        return rows

    def check_end(self) -> None:
        """No rows are left over."""
        if self.waiting is not None:
            raise InputError(
                f"{self.path}: the rows of article {self.waiting[0]!r} do not stand where documents.csv has it; "
                "sort the table as extract wrote it, or extract again"
            )


def table_rows(path: Path) -> Iterator[Row]:
    """The rows of one CSV table, as cells.

    Raises:
        InputError: there is no such table, or its columns are not those of the codebook.
    """
    csv.field_size_limit(sys.maxsize)
    (table,) = (table for table in tables() if table.name == path.stem)
    if not path.is_file():
        raise InputError(f"{path}: no such table; give the folder that extract wrote with --output, as CSV")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != table.header:
            raise InputError(f"{path}: the columns are not those of this version; extract again")
        yield from reader


def typed_row(table: str, row: Row) -> Any:
    """The row that cells stand for, with its types.

    Raises:
        ValueError: a cell does not hold what its column promises.
    """
    columns = describe(ROW_TYPES[table]).columns
    return ROW_TYPES[table](**{column.name: cell_value(column, row.get(column.name, "")) for column in columns})


def text_of(folder: Path, article_id: str) -> str:
    """The text that the offsets of an article count in.

    Raises:
        InputError: it is missing.
    """
    path = folder / "texts" / f"{article_id}.txt"
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); extract again, or restore it") from error


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that annotations are laid on, by id and by content."""

    files: Mapping[str, Path]

    @classmethod
    def in_folder(cls, folder: Path) -> "Texts":
        """Those of a folder of `.txt` files, or of a dataset.

        Raises:
            InputError: there are none.
        """
        folder = folder / "texts" if (folder / "texts").is_dir() else folder
        files = {path.stem: path for path in sorted(folder.glob("*.txt"))}
        if not files:
            raise InputError(f"{folder}: no .txt files; give the texts that the annotations are about with --texts")
        return cls(files)

    def find(self, article_id: str, text: str) -> tuple[str, str] | None:
        """Id and text of the article with this id, else of the one with this text."""
        if article_id in self.files:
            return article_id, self._read(article_id)
        # Tools that keep no id of ours keep the text, but may have lost the carriage returns.
        bare = text.replace("\r", "")
        same = (id for id in self.files if bare and self._read(id).replace("\r", "") == bare)
        found = next(same, None)
        return (found, self._read(found)) if found else None

    def _read(self, article_id: str) -> str:
        return self.files[article_id].read_bytes().decode("utf-8", "replace")


class NewDataset:
    """A dataset that is written article by article; the tables appear when it is closed."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise InputError(f"{folder}: the folder is not empty; give a new one with --output")
            (folder / "texts").mkdir()
        except OSError as error:
            raise InputError(f"{folder}: cannot be used as output folder ({error.strerror}); choose another") from error
        self.folder = folder
        self.rows: dict[str, list[list[str]]] = {table.name: [] for table in tables()}

    def add(self, article: ArticleRows) -> None:
        """Write the text of an article and keep its rows."""
        (self.folder / "texts" / f"{article.article_id}.txt").write_bytes(article.text.encode("utf-8"))
        for table in tables():
            for row in article.tables.get(table.name, ()):
                self.rows[table.name].append([row[column] for column in table.header])

    def add_problem(self, problem: ProblemRow) -> None:
        """Keep a problem."""
        self.rows["problems"].append([cell_text(cell) for cell in cells(problem)])

    def close(self, version: str) -> dict[str, int]:
        """Write the tables and the data package; returns how many rows each table has."""
        for table in tables():
            writers.write_csv(table, self._ordered(table), self.folder / f"{table.name}.csv")
        files = {table.name: f"{table.name}.csv" for table in tables()}
        writers.replace_file(self.folder / "datapackage.json", [writers.data_package("article-events", version, files)])
        return {name: len(rows) for name, rows in self.rows.items()}

    def _ordered(self, table: Table) -> Iterable[list[str]]:
        rows = self.rows[table.name]
        return sorted(rows) if table.name == "problems" else rows
