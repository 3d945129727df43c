"""Engines: where batches of articles become rows, in this process or in several."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from pipeline import checks
from pipeline.article import Article
from pipeline.cleaning import clean, keep_all
from pipeline.errors import LexiconError
from pipeline.labels import Stage
from pipeline.tables import Extraction, ProblemRow, problem_row


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is asked to do, apart from its input and output."""

    model: str = ""  # name or path of a spaCy pipeline; empty: the embedded one
    clean: bool = True  # False: keep every block
    workers: int = 1
    format: str = "csv"  # or parquet
    fresh: bool = False  # do again what is stored
    lexicons: str = ""  # a folder to use instead of the shipped lexicons


@dataclass(frozen=True, slots=True)
class Done:
    """An article whose rows are ready to be stored."""

    article_id: str
    fingerprint: str
    text: str
    extraction: Extraction


Batch = list[tuple[Article, str]]  # articles, each with the fingerprint it will be stored under
Work = Callable[[Batch], list[Done]]


def extract_batch(batch: Batch, settings: Settings) -> list[Done]:
    """Clean the articles of a batch, read them with spaCy and our layers, and return their rows.

    Raises:
        LexiconError: a lexicon is broken.
        ModelError: the spaCy pipeline is missing or lacks what the layers need.
    """
    from pipeline.extraction import extract_articles  # imports spaCy

    cleaned = [_cleaned(article, settings) for article, _ in batch]
    extractions = extract_articles([article for article, _ in cleaned], settings.model, settings.lexicons)
    return [
        _done(article, fingerprint, rows, trouble)
        for (article, trouble), (_, fingerprint), rows in zip(cleaned, batch, extractions, strict=True)
    ]


def _cleaned(article: Article, settings: Settings) -> tuple[Article, tuple[ProblemRow, ...]]:
    try:
        lexicons = Path(settings.lexicons) if settings.lexicons else None
        return (clean if settings.clean else keep_all)(article, lexicons), ()
    except LexiconError:
        raise
    except Exception as error:  # whatever it is, it costs this article only
        message = f"cleaning failed ({type(error).__name__}: {error}); every block is kept"
        return article, (problem_row(article.source_file, article.id, Stage.CLEAN, message),)


def _done(article: Article, fingerprint: str, rows: Extraction, trouble: tuple[ProblemRow, ...]) -> Done:
    found = (*trouble, *rows.problems, *checks.problems(article.text, rows))
    return Done(article.id, fingerprint, article.text, rows._replace(problems=tuple(dict.fromkeys(found))))


class Workers:
    """Where batches become rows: in this process, or in several others; batches come back in the order they went."""

    def __init__(self, count: int, work: Work) -> None:
        """One worker is this process; `work` turns a batch into rows and can be sent to another process."""
        self.count = count
        self.work = work
        self.pool = self._new_pool() if count > 1 else None
        self.waiting: list[tuple[Batch, Future[list[Done]]]] = []

    def submit(self, batch: Batch) -> Iterator[list[Done]]:
        """Hand over a batch; yields those that are ready."""
        if self.pool is None:
            yield self.work(batch)
            return
        self.waiting.append((batch, self._send(batch)))
        while len(self.waiting) > 2 * self.count:
            yield self._next()

    def finish(self) -> Iterator[list[Done]]:
        """The batches still under way."""
        while self.waiting:
            yield self._next()

    def close(self) -> None:
        """Let the other processes go."""
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.count, mp_context=get_context("spawn"))

    def _send(self, batch: Batch) -> Future[list[Done]]:
        assert self.pool is not None
        try:
            return self.pool.submit(self.work, batch)
        except BrokenProcessPool:
            self.pool = self._new_pool()
            return self.pool.submit(self.work, batch)

    def _next(self) -> list[Done]:
        batch, future = self.waiting.pop(0)
        try:
            return future.result()
        except BrokenProcessPool:
            return [done for single in batch for done in self._alone(single)]

    def _alone(self, single: tuple[Article, str]) -> list[Done]:
        # A worker died; whichever article killed it is found by giving each a worker of its own.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            try:
                return pool.submit(self.work, [single]).result()
            except BrokenProcessPool:
                article, fingerprint = single
                message = "the worker process died on this article; it is listed without extraction"
                rows = Extraction(problems=(problem_row(article.source_file, article.id, Stage.EXTRACT, message),))
                return [Done(article.id, fingerprint, article.text, rows)]
