"""Interchange: the dataset in the formats of other tools, and their annotations as a dataset.

`export_dataset` and `import_file` are what the commands call. A module for each format knows its file and nothing else:
`write(articles, path)` and `read(path)` for annotation tools, which see an article as marks; `write(folder, path)` for
tables and event files.
"""

import importlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import checks
from pipeline.errors import InputError, PipelineError
from pipeline.interchange.datasets import NewDataset, Texts, read_articles, typed_row
from pipeline.interchange.marks import LAYERS, ArticleRows, MarkedArticle, Row, marked
from pipeline.interchange.recovery import Recovered, recovered
from pipeline.labels import Stage
from pipeline.tables import Extraction, problem_row

# Formats of annotation tools, which are written from marks, and of tables, which are written from the folder.
MARKS = {
    "prodigy": "prodigy",
    "doccano": "doccano",
    "label-studio": "label_studio",
    "w3c": "web_annotation",
    "docbin": "docbin",
    "cas": "cas",
}
TABLES = {
    "xlsx": "xlsx",
    "parquet": "parquet",
    "csv-safe": "csv_safe",
    "gdelt": "event_files",
    "icews": "event_files",
    "polecat": "event_files",
}
BRAT = "brat"  # our own gold format, written from rows
EXPORTS = (BRAT, *MARKS, *TABLES)
IMPORTS = (BRAT, *MARKS, "xlsx", "parquet", "csv-safe")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows by table, marks that stood elsewhere than the file says, problems."""

    rows: dict[str, int]
    moved: int
    problems: int


def export_dataset(folder: Path, to: str, output: Path, layers: Collection[str] = LAYERS) -> tuple[str, ...]:
    """Write the dataset of a folder in another format; returns remarks on what the format could not hold.

    Raises:
        InputError: the folder holds no dataset, the format or a layer is unknown, or a library is missing.
    """
    check_choice("format", to, EXPORTS)
    for layer in layers:
        check_choice("layer", layer, LAYERS)
    try:
        return _export(folder, to, output, layers)
    except OSError as error:
        raise InputError(f"{output}: cannot be written ({error.strerror}); choose another --output") from error


def _export(folder: Path, to: str, output: Path, layers: Collection[str]) -> tuple[str, ...]:
    if to in MARKS:
        articles = (marked(article, layers) for article in read_articles(folder))
        _module(MARKS[to]).write(articles, output)
        return ()
    if tuple(layers) != LAYERS:
        raise InputError(f"format {to}: it takes whole tables; leave out --layers")
    if to == BRAT:
        left_out: tuple[str, ...] = _module(BRAT).write(read_articles(folder), output)
        return left_out
    if TABLES[to] == "event_files":
        _module("event_files").write(folder, to, output)
        return ()
    remarks: tuple[str, ...] = _module(TABLES[to]).write(folder, output)
    return remarks


def import_file(path: Path, origin: str, texts: Path, output: Path, version: str = "0") -> Imported:
    """Make a dataset in a new folder from a file of another tool and the texts it is about.

    An annotation whose words are not in the text, or that a row cannot be made of, costs that annotation: it is a row
    of problems.csv.

    Raises:
        InputError: the file, the texts or the output folder cannot be used, or a library is missing.
    """
    check_choice("format", origin, IMPORTS)
    if not path.exists():
        raise InputError(f"{path}: no such file; check the name")
    known = Texts.in_folder(texts)
    importing = _Importing(origin, known, path.name, NewDataset(output))
    if origin == BRAT:
        for file in _module(BRAT).files(path):
            importing.take_standoff(file)
    else:
        module = _module(MARKS.get(origin) or TABLES[origin])
        for article in module.read(path) if origin in MARKS else importing.marked_tables(module.read(path)):
            importing.take(article)
    return Imported(importing.dataset.close(version), importing.moved, importing.problems)


class _Importing:
    """A file on its way into a new dataset."""

    def __init__(self, origin: str, texts: Texts, source_file: str, dataset: NewDataset) -> None:
        self.origin, self.texts, self.source_file, self.dataset = origin, texts, source_file, dataset
        self.moved, self.problems, self.seen = 0, 0, set[str]()

    def marked_tables(self, rows: Mapping[str, Sequence[Row]]) -> Iterator[MarkedArticle]:
        """The articles of whole tables; the words in the cells are marks like any tool's."""
        by_article: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for table in ("documents", *LAYERS):
            for row in rows.get(table, ()):
                if self._can_be_marked(table, row):
                    by_article[row["article_id"]][table].append(row)
        for article_id, tables in by_article.items():
            tables["documents"] = tables["documents"][:1] or [{}]
            yield marked(ArticleRows(article_id, "", {table: tuple(found) for table, found in tables.items()}))

    def _can_be_marked(self, table: str, row: Row) -> bool:
        """Whether a row that people may have edited still has its numbers and labels."""
        if self._typed(table, row) is None:
            return False
        try:
            marked(ArticleRows("", "", {"documents": ({},), table: (row,)}))
        except ValueError as error:
            self._report_row(table, row, error)
            return False
        return True

    def take(self, article: MarkedArticle) -> None:
        """Add the rows of one article, and a problem for each thing that it costs."""
        if found := self._find(article.article_id, article.text):
            article_id, text = found
            try:
                result = recovered(replace(article, article_id=article_id), text, self.origin)
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                message = f"the rows that travel along are damaged ({type(error).__name__}: {error}); it is left out"
                self._report(article_id, message)
                return
            self._keep(result)

    def take_standoff(self, path: Path) -> None:
        """Add the rows of one annotation file of brat; one that is broken costs its article."""
        if found := self._find(path.stem, ""):
            try:
                self._keep(_module(BRAT).article_of(path, *found))
            except PipelineError as error:
                self._report(path.stem, f"{error}; the article is left out")

    def _find(self, article_id: str, text: str) -> tuple[str, str] | None:
        found = self.texts.find(article_id, text)
        if found is None:
            self._report(article_id, "none of the texts given with --texts is this article's; it is left out")
            return None
        if found[0] in self.seen:
            self._report(found[0], "the article stands in the file twice; the first is kept")
            return None
        self.seen.add(found[0])
        return found

    def _keep(self, result: Recovered) -> None:
        self.moved += result.moved
        for lost in result.lost:
            self._report(lost.article_id, str(lost))
        self.dataset.add(self._sound(result.article))

    def _sound(self, article: ArticleRows) -> ArticleRows:
        """The rows whose cells hold what the codebook promises; what does not hold between them is reported."""
        sound: dict[str, tuple[Row, ...]] = {}
        typed: dict[str, tuple[Any, ...]] = {}
        for table, rows in article.tables.items():
            values = [(row, self._typed(table, row)) for row in rows]
            sound[table] = tuple(row for row, value in values if value is not None)
            typed[table] = tuple(value for _, value in values if value is not None)
        if not typed["documents"]:
            self._report(article.article_id, "its row of documents cannot be read; the article has none")
            return replace(article, tables=sound)
        for problem in checks.problems(article.text, Extraction(**typed)):
            self.problems += 1
            self.dataset.add_problem(problem)
        return replace(article, tables=sound)

    def _typed(self, table: str, row: Row) -> Any:
        try:
            return typed_row(table, row)
        except ValueError as error:
            self._report_row(table, row, error)
            return None

    def _report_row(self, table: str, row: Row, error: ValueError) -> None:
        place = f"{row.get('start', '')}-{row.get('end', '')}"
        message = f"{table} {row.get('text', '')[:80]!r} at {place}: {error}; the row is left out"
        self._report(row["article_id"], message)

    def _report(self, article_id: str, message: str) -> None:
        self.problems += 1
        self.dataset.add_problem(problem_row(self.source_file, article_id, Stage.READ, message))


def check_choice(what: str, given: str, choices: Collection[str]) -> None:
    """Stop unless the choice is known.

    Raises:
        InputError: it is not.
    """
    if given not in choices:
        raise InputError(f"{what} {given!r}: unknown; choices are {', '.join(choices)}")


def _module(name: str) -> Any:
    return importlib.import_module(f"pipeline.interchange.{name}")
