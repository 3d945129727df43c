"""A run: articles in, tables out; what is already in the store is not done again."""

import contextlib
import dataclasses
import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import platform
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import repeats, writers
from pipeline.article import Article
from pipeline.cleaning.boilerplate import read_table
from pipeline.engines import Batch, Done, Settings, Workers, cluster, extract_batch
from pipeline.errors import InputError, ModelError, OutputError
from pipeline.labels import Stage
from pipeline.lexicons import FOLDER as LEXICONS
from pipeline.parts import Part
from pipeline.readers import ReadProblem, Unread, UnreadArticle, read_later
from pipeline.schema import Table, cell_text, cell_value
from pipeline.store import Store
from pipeline.tables import EventRow, ProblemRow, cells, problem_row, tables

PACKAGE = Path(__file__).parent
EMBEDDED_MODEL = PACKAGE / "model"
# Articles sent to a worker, or through spaCy, at a time: enough to keep both busy, little enough to lose.
BATCH_ARTICLES = 16
BATCH_CHARACTERS = 200_000
STORE_FILE = "articles.sqlite"
MANIFEST = "run.json"
# Parts of the package that only read what was extracted: a change of theirs does not make an article stale.
AFTER_EXTRACTION = frozenset(
    {
        "cli.py",
        "dataset.py",
        "doctor.py",
        "interchange",
        "learning.py",
        "panel.py",
        "reading.py",
        "report",
        "review",
        "show.py",
        "validation",
    }
)  # fmt: skip
QUALITY = PACKAGE / "quality.csv"  # measured on corpus/gold/test by `make floors`


@dataclass(slots=True)
class Summary:
    """What a run did."""

    articles: int = 0
    extracted: int = 0
    problems: int = 0
    size: int = 0  # bytes of the input files, and how many of them have been read
    position: int = 0
    rows: dict[str, int] = field(default_factory=dict)


Progress = Callable[[Summary], None]


def extract(
    inputs: Iterable[str | Path], output: str | Path, settings: Settings | None = None, progress: Progress | None = None
) -> Summary:
    """Extract every article of the inputs and write all tables to the output folder.

    Raises:
        InputError: no input exists, the output folder or the boilerplate table cannot be used, or another run is
            writing to the folder.
        LexiconError: a lexicon is broken.
        ModelError: the spaCy pipeline is missing or lacks what the layers need.
        OutputError: the output could not be written, as on a full disk; what was stored before is kept.
    """
    output, settings = Path(output), settings or Settings()
    fingerprints = _Fingerprints(settings)
    articles = read_later(list(inputs))
    with _open_store(output, settings) as store, _writing(output):
        summary, problems = Summary(size=articles.size), list[ProblemRow]()
        work = functools.partial(extract_batch, settings=settings)
        with contextlib.closing(Workers(work, cluster(settings), 2 * settings.workers)) as workers:
            missing = _missing(articles, settings.part, store, fingerprints, summary, problems)
            for batch in _batches(missing):
                summary.position = articles.position
                for done in workers.submit(batch):
                    _keep(store, done, summary, progress)
            for done in workers.finish():
                _keep(store, done, summary, progress)
        store.forget_others()
        store.save_problems(problems)
        write_dataset(store, output, settings, summary, fingerprints)
    return summary


def merge(parts: Iterable[Path], output: Path, table_format: str = "csv") -> Summary:
    """Make one dataset of several, as if one run had extracted all: repeats are linked over all of them.

    Raises:
        InputError: a part is no dataset of this version, was made with other settings than the first or is being
            written, or two hold the same article.
        OutputError: the output could not be written.
    """
    folders = list(parts)
    if not folders:
        raise InputError("no part: name the folders that extract wrote")
    if any(folder.resolve() == output.resolve() for folder in folders):
        raise InputError(f"{output}: is one of the parts, and would be written over; choose another --output")
    made = [_made_with(folder) for folder in folders]
    settings = dataclasses.replace(made[0], format=table_format, fresh=True)
    fingerprints = _Fingerprints(settings)
    for folder, own in zip(folders, made, strict=True):
        stated = (_stated(folder, "code_sha256"), _stated(folder, "boilerplate_sha256"))
        if own != made[0] or stated != (fingerprints.code, fingerprints.boilerplate):
            raise InputError(
                f"{folder}: made with other settings, or by another version, than {folders[0]} or this program; "
                "extract that part again"
            )
    with _open_store(output, settings) as store, _writing(output):
        for folder in folders:
            store.absorb(folder / STORE_FILE)
        summary = Summary()
        write_dataset(store, output, settings, summary, fingerprints)
    return summary


def _made_with(folder: Path) -> Settings:
    chosen = _stated(folder, "settings")
    try:
        return Settings(**{name: chosen[name] for name in ("model", "clean", "lexicons", "boilerplate")})
    except (KeyError, TypeError) as error:
        raise InputError(f"{folder / MANIFEST}: not the manifest of a run; extract that part again") from error


def _stated(folder: Path, name: str) -> Any:
    path = folder / MANIFEST
    try:
        return json.loads(path.read_text(encoding="utf-8"))[name]
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; name folders that extract has finished") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not the manifest of a run; extract that part again") from error


def _keep(store: Store, done: list[Done], summary: Summary, progress: Progress | None) -> None:
    store.save(done)
    summary.extracted += sum(one.text is not None for one in done)
    summary.problems += sum(one.problems for one in done)
    if progress:
        progress(summary)


@contextlib.contextmanager
def _open_store(output: Path, settings: Settings) -> Iterator[Store]:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{output}: cannot be used as output folder ({error.strerror}); choose another --output"
        ) from error
    store = Store(output / STORE_FILE, fresh=settings.fresh)
    try:
        yield store
    finally:
        store.close()


@contextlib.contextmanager
def _writing(output: Path) -> Iterator[None]:
    """Name what could not be written."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        detail = getattr(error, "strerror", None) or error
        raise OutputError(
            f"{output}: could not be written ({detail}); what was extracted before is kept: make room, "
            "or mend the folder's rights, and the same command goes on from there"
        ) from error


class _Fingerprints:
    """What an extraction depends on besides the article: code, lexicons, model, boilerplate table and settings."""

    def __init__(self, settings: Settings) -> None:
        self.model = folder_digest(model_folder(settings.model))
        self.lexicons = folder_digest(Path(settings.lexicons) if settings.lexicons else LEXICONS)
        self.code = folder_digest(PACKAGE, suffixes=(".py", ".json", ".npz"), without=AFTER_EXTRACTION)
        self.boilerplate = read_table(Path(settings.boilerplate)).digest() if settings.boilerplate else ""
        self.of_settings = _digest(self.model, self.lexicons, self.code, str(settings.clean), self.boilerplate)

    def of(self, article: Article | UnreadArticle) -> str:
        """Of one article, or of a page not yet read, under these settings."""
        return _digest(self.of_settings, article.source_file, repr(article))


def model_folder(model: str) -> Path:
    """Where the files of a model are.

    Raises:
        ModelError: there is no such model.
    """
    if not model:
        return EMBEDDED_MODEL
    if Path(model).is_dir():
        return Path(model)
    found = importlib.util.find_spec(model) if model.isidentifier() else None
    if found is None or not found.origin:
        raise ModelError(
            f"model {model!r}: not found; name an installed spaCy pipeline or the path of one, "
            "or leave out --model to use the embedded one"
        )
    return Path(found.origin).parent


def folder_digest(folder: Path, *, suffixes: tuple[str, ...] = (), without: frozenset[str] = frozenset()) -> str:
    """SHA-256 over the names and contents of the files in a folder (of the given suffixes, outside model/).

    `without` names members of the folder that are left out.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        skipped = "__pycache__" in path.parts or (suffixes and EMBEDDED_MODEL in path.parents)
        skipped = skipped or path.relative_to(folder).parts[0] in without
        if path.is_file() and not skipped and (not suffixes or path.suffix in suffixes):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _missing(
    found: Iterable[Unread],
    part: Part,
    store: Store,
    fingerprints: _Fingerprints,
    summary: Summary,
    problems: list[ProblemRow],
) -> Iterator[tuple[Article | UnreadArticle, str]]:
    """The articles that the store does not hold yet, each with its fingerprint; counts the rest, keeps the problems."""
    for item in found:
        if isinstance(item, ReadProblem):
            if part.holds(item.article_id or item.source_file):
                problems.append(problem_row(item.source_file, item.article_id, Stage.READ, item.message))
            continue
        if not part.holds(item.id):
            continue
        summary.articles += 1
        fingerprint = fingerprints.of(item)
        if not store.is_done(item.id, fingerprint):
            yield item, fingerprint


def _batches(articles: Iterable[tuple[Article | UnreadArticle, str]]) -> Iterator[Batch]:
    batch: Batch = []
    characters = 0
    for article, fingerprint in articles:
        batch.append((article, fingerprint))
        characters += len(article.text) if isinstance(article, Article) else article.characters
        if len(batch) == BATCH_ARTICLES or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def write_dataset(
    store: Store, output: Path, settings: Settings, summary: Summary, fingerprints: _Fingerprints
) -> None:
    """Write every table, the texts, the data package and the manifest from the store, where anything changed."""
    _write_texts(store, output / "texts")
    state = _digest(fingerprints.of_settings, version(), settings.format)
    files = _files_written(output) if store.written == state else None
    if files is None:
        write, suffix = (
            (writers.write_parquet, "parquet") if settings.format == "parquet" else (writers.write_csv, "csv")
        )
        files = {}
        for table in tables():
            name, rows = f"{table.name}.{suffix}", _Counted(_table_rows(store, table))
            digest = write(table, rows, output / name)
            files[table.name] = {"file": name, "rows": rows.count, "sha256": digest}
        names = {name: file["file"] for name, file in files.items()}
        writers.replace_file(output / "datapackage.json", [writers.data_package("article-events", version(), names)])
        _write_quality(output / QUALITY.name, fingerprints)
        writers.replace_file(output / MANIFEST, [_manifest(settings, fingerprints, files)])
        store.written = state
    summary.rows = {name: file["rows"] for name, file in files.items()}
    summary.articles = summary.rows["documents"]
    summary.problems = summary.rows["problems"]


def _write_quality(path: Path, fingerprints: _Fingerprints) -> None:
    """Put the measured accuracy of the tables beside them, where it was measured with the model that made them."""
    measured = QUALITY.read_text(encoding="utf-8") if QUALITY.is_file() else ""
    if fingerprints.model in measured:
        writers.replace_file(path, [measured])
    else:
        path.unlink(missing_ok=True)


def _files_written(output: Path) -> dict[str, dict[str, Any]] | None:
    """The tables as the manifest lists them; None where one is not there as it was written."""
    try:
        files: dict[str, dict[str, Any]] = json.loads((output / MANIFEST).read_text(encoding="utf-8"))["tables"]
        for file in files.values():
            with (output / file["file"]).open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != file["sha256"]:
                    return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return files if (output / "datapackage.json").is_file() else None


class _Counted:
    """Rows that are counted while they pass."""

    def __init__(self, rows: Iterable[list[str]]) -> None:
        self.rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[list[str]]:
        for row in self.rows:
            self.count += 1
            yield row


def _table_rows(store: Store, table: Table) -> Iterator[list[str]]:
    stored = store.rows(table.name)
    if table.name == "events":
        columns = table.columns
        rows = (
            EventRow(**{column.name: cell_value(column, cell) for column, cell in zip(columns, row, strict=True)})
            for row in stored
        )
        yield from (_cell_texts(row) for row in repeats.link_repeats(rows))
    elif table.name == "problems":
        yield from sorted(map(list, stored))
    else:
        yield from map(list, stored)


def _cell_texts(row: Any) -> list[str]:
    return [cell_text(cell) for cell in cells(row)]


def _write_texts(store: Store, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    wanted = set()
    for article_id, text in store.texts():
        path = folder / f"{article_id}.txt"
        wanted.add(path.name)
        if not path.is_file() or path.read_bytes() != text:
            temporary = path.with_name(f".{path.name}.part")
            temporary.write_bytes(text)
            temporary.replace(path)
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()


def version() -> str:
    """The version of the package."""
    try:
        return importlib.metadata.version("article-events")
    except importlib.metadata.PackageNotFoundError:
        import tomllib

        project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])


def _manifest(settings: Settings, fingerprints: _Fingerprints, files: dict[str, dict[str, Any]]) -> str:
    """What was run with what, as JSON; the same run gives the same manifest."""
    chosen = dataclasses.asdict(settings)
    described = {
        "version": version(),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("numpy", "onnxruntime", "spacy")},
        "settings": {name: chosen[name] for name in ("model", "clean", "format", "lexicons", "boilerplate")},
        "model_sha256": fingerprints.model,
        "lexicons_sha256": fingerprints.lexicons,
        "boilerplate_sha256": fingerprints.boilerplate,
        "code_sha256": fingerprints.code,
        "tables": files,
    }
    return json.dumps(described, indent=2) + "\n"
