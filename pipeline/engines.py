"""Engines: where batches of articles become rows, in this process or in several."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any, Protocol

from pipeline import checks
from pipeline.article import Article
from pipeline.cleaning import clean, keep_all
from pipeline.cleaning.boilerplate import read_table
from pipeline.errors import InputError, LexiconError
from pipeline.labels import Stage
from pipeline.parts import WHOLE, Part
from pipeline.readers import UnreadArticle
from pipeline.schema import cell_text
from pipeline.tables import ROW_TYPES, Extraction, ProblemRow, cells, problem_row
from pipeline.time_limits import OutOfTimeError, time_limit

SECONDS_TO_CONNECT = 20
# For workers that we start. Dask has them give every larger array back to the system at once, and look at their stacks
# a hundred times a second: together a sixth of their processor time.
OF_WORKERS = {
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 256 * 1024**2,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 32 * 1024**2,
    "distributed.worker.profile.enabled": False,
}
RETRIES = 2  # of a batch whose Dask worker died, before its articles are tried one by one


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is asked to do, apart from its input and output."""

    model: str = ""  # name or path of a spaCy pipeline; empty: the embedded one
    clean: bool = True  # False: keep every block
    workers: int = 1
    engine: str = "local"  # or dask
    address: str = ""  # of a Dask scheduler; empty: a new one on this machine
    format: str = "csv"  # or parquet
    fresh: bool = False  # do again what is stored
    lexicons: str = ""  # a folder to use instead of the shipped lexicons
    boilerplate: str = ""  # a boilerplate table; empty: cleaning knows nothing of other articles
    time_limit: float = 600.0  # seconds an article may take; 0: as long as it takes
    part: Part = WHOLE  # of the articles, where several runs share them


@dataclass(frozen=True, slots=True)
class Done:
    """An article whose rows are ready to be stored, written out by whoever extracted them: the store is one process."""

    article_id: str
    fingerprint: str  # empty where another try may give more
    text: str | None  # None: it gave no article, only problems
    rows: tuple[tuple[str, str], ...]  # the name of each table that has rows, and these as JSON: lists of cells
    problems: int  # how many of the rows are problems

    @classmethod
    def of(cls, article_id: str, fingerprint: str, text: str | None, extraction: Extraction) -> "Done":
        """The rows of an article, written out."""
        return cls(article_id, fingerprint, text, tuple(_as_json(extraction)), len(extraction.problems))


Batch = list[tuple[Article | UnreadArticle, str]]  # articles, each with the fingerprint it will be stored under
Work = Callable[[Batch], list[Done]]


def extract_batch(batch: Batch, settings: Settings) -> list[Done]:
    """Read the pages of a batch, clean the articles, read them with spaCy and our layers, and return their rows.

    A batch that takes longer than one article may is done again, article by article: that which is at fault is listed.

    Raises:
        InputError: the boilerplate table cannot be used.
        LexiconError: a lexicon is broken.
        ModelError: the spaCy pipeline is missing or lacks what the layers need.
    """
    from pipeline.extraction import loaded_pipeline  # imports spaCy

    # What takes time that is no article's.
    loaded_pipeline(settings.model, settings.lexicons)
    if settings.boilerplate:
        read_table(Path(settings.boilerplate))
    try:
        with time_limit(settings.time_limit):
            return _extracted(batch, settings)
    except OutOfTimeError:
        if len(batch) > 1:
            return [done for single in batch for done in extract_batch([single], settings)]
        message = (
            f"took longer than the {settings.time_limit:g} seconds an article may; it is listed without extraction, "
            "and the next run tries again: divide it, or give more with --time-limit"
        )
        return [without_rows(batch[0], message)]


def without_rows(single: tuple[Article | UnreadArticle, str], message: str) -> Done:
    """What is stored of an article that could not be extracted: the problem; the next run tries again."""
    item = single[0]
    rows = Extraction(problems=(problem_row(item.source_file, item.id, Stage.EXTRACT, message),))
    return Done.of(item.id, "", item.text if isinstance(item, Article) else None, rows)


def _extracted(batch: Batch, settings: Settings) -> list[Done]:
    from pipeline.extraction import extract_articles

    read = [read_item(item) for item, _ in batch]
    cleaned = [_cleaned(article, settings) for article, _ in read if article]
    extractions = zip(
        cleaned, extract_articles([article for article, _ in cleaned], settings.model, settings.lexicons), strict=True
    )
    found = []
    for (item, fingerprint), (article, unread) in zip(batch, read, strict=True):
        if article is None:
            found.append(Done.of(item.id, fingerprint, None, Extraction(problems=unread)))
        else:
            (article, trouble), rows = next(extractions)
            found.append(_done(article, fingerprint, rows, (*unread, *trouble)))
    return found


def read_item(item: Article | UnreadArticle) -> tuple[Article | None, tuple[ProblemRow, ...]]:
    """The article of a page, if it shows one, and what could not be read."""
    if isinstance(item, Article):
        return item, ()
    article, problems = None, list[ProblemRow]()
    try:
        for found in item.read():
            if isinstance(found, Article):
                article = found
            else:
                problems.append(problem_row(found.source_file, found.article_id, Stage.READ, found.message))
    except Exception as error:  # whatever it is, it costs this page only
        message = f"reading the page failed ({type(error).__name__}: {error}); no article is made of it"
        problems.append(problem_row(item.source_file, item.id, Stage.READ, message))
    return article, tuple(problems)


def _cleaned(article: Article, settings: Settings) -> tuple[Article, tuple[ProblemRow, ...]]:
    try:
        lexicons = Path(settings.lexicons) if settings.lexicons else None
        if not settings.clean:
            return keep_all(article, lexicons), ()
        table = read_table(Path(settings.boilerplate)) if settings.boilerplate else None
        return clean(article, lexicons, table), ()
    except (LexiconError, InputError):
        raise
    except Exception as error:  # whatever it is, it costs this article only
        message = f"cleaning failed ({type(error).__name__}: {error}); every block is kept"
        return article, (problem_row(article.source_file, article.id, Stage.CLEAN, message),)


def _done(article: Article, fingerprint: str, rows: Extraction, trouble: tuple[ProblemRow, ...]) -> Done:
    found = (*trouble, *rows.problems, *checks.problems(article.text, rows))
    return Done.of(article.id, fingerprint, article.text, rows._replace(problems=tuple(dict.fromkeys(found))))


def _as_json(extraction: Extraction) -> Iterator[tuple[str, str]]:
    for name in ROW_TYPES:
        if rows := getattr(extraction, name):
            yield name, json.dumps([[cell_text(cell) for cell in cells(row)] for row in rows], ensure_ascii=False)


class Cluster(Protocol):
    """Processes that do work, on this machine or on many."""

    lost: tuple[type[Exception], ...]  # what a result raises when the process that worked on it died

    def executor(self) -> Executor:
        """Where work is submitted; a new one when the processes of the last one are gone."""

    def alone(self) -> AbstractContextManager[Executor]:
        """Where one article is tried on its own."""

    def close(self) -> None:
        """Let the processes go."""


class LocalProcesses:
    """Processes of this machine."""

    lost: tuple[type[Exception], ...] = (BrokenProcessPool,)

    def __init__(self, count: int) -> None:
        self.count = count
        self.pools: list[ProcessPoolExecutor] = []

    def executor(self) -> Executor:
        """A new pool."""
        self.pools.append(_pool(self.count))
        return self.pools[-1]

    def alone(self) -> AbstractContextManager[Executor]:
        """A pool of one process."""
        return _pool(1)

    def close(self) -> None:
        """End every pool."""
        for pool in self.pools:
            pool.shutdown(wait=False, cancel_futures=True)


def _pool(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_leave_with_parent)


def _leave_with_parent() -> None:
    """End this worker when the process that began it is gone: killed, it cannot say goodbye."""

    def watch() -> None:
        if (parent := parent_process()) is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class DaskProcesses:
    """Workers of a Dask cluster: that at `address`, or a new one on this machine; they need this package installed."""

    def __init__(self, count: int, address: str) -> None:
        """Connect.

        Raises:
            InputError: Dask is not installed, or nothing answers at the address.
        """
        try:
            import dask
            import distributed
            from distributed.scheduler import KilledWorker
        except ModuleNotFoundError as error:
            raise InputError("--engine dask: not installed; pip install 'article-events[cluster]'") from error
        self.lost: tuple[type[Exception], ...] = (KilledWorker,)
        connect: Any = distributed.Client  # Dask has no type hints
        here = {"n_workers": count, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
        try:
            with dask.config.set({} if address else OF_WORKERS):
                self.client = (
                    connect(address, timeout=SECONDS_TO_CONNECT) if address else connect(processes=True, **here)
                )
        except (OSError, TimeoutError, ValueError) as error:
            raise InputError(f"--address {address}: no Dask scheduler answers ({error}); check the address") from error

    def executor(self) -> Executor:
        """The cluster itself, which replaces workers that died."""
        executor: Executor = self.client.get_executor(pure=False, retries=RETRIES)
        return executor

    def alone(self) -> AbstractContextManager[Executor]:
        """The same: the cluster gives up on a task alone, not on its workers."""
        return nullcontext(self.executor())

    def close(self) -> None:
        """Leave the cluster; a new one ends with it."""
        self.client.close()


def cluster(settings: Settings) -> Cluster | None:
    """The processes that the settings ask for; None: this one.

    Raises:
        InputError: the engine is not installed or does not answer.
    """
    if settings.engine == "dask":
        return DaskProcesses(settings.workers, settings.address)
    return LocalProcesses(settings.workers) if settings.workers > 1 else None


class Workers:
    """Where batches become rows: in this process or in a cluster's; batches come back in the order they went."""

    def __init__(self, work: Work, processes: Cluster | None, waiting: int) -> None:
        """`work` turns a batch into rows, here or in another process; at most `waiting` batches are under way."""
        self.work = work
        self.processes = processes
        self.executor = processes.executor() if processes else None
        self.longest = waiting
        self.waiting: list[tuple[Batch, Future[list[Done]]]] = []

    def submit(self, batch: Batch) -> Iterator[list[Done]]:
        """Hand over a batch; yields those that are ready."""
        if self.processes is None:
            yield self.work(batch)
            return
        self.waiting.append((batch, self._send(self.processes, batch)))
        while len(self.waiting) > self.longest:
            yield self._next(self.processes)

    def finish(self) -> Iterator[list[Done]]:
        """The batches still under way."""
        while self.waiting and self.processes:
            yield self._next(self.processes)

    def close(self) -> None:
        """Let the other processes go."""
        if self.processes is not None:
            self.processes.close()

    def _send(self, processes: Cluster, batch: Batch) -> Future[list[Done]]:
        try:
            assert self.executor is not None
            return self.executor.submit(self.work, batch)
        except processes.lost:
            self.executor = processes.executor()
            return self.executor.submit(self.work, batch)

    def _next(self, processes: Cluster) -> list[Done]:
        batch, future = self.waiting.pop(0)
        try:
            return future.result()
        except processes.lost:
            return [done for single in batch for done in self._alone(processes, single)]

    def _alone(self, processes: Cluster, single: tuple[Article | UnreadArticle, str]) -> list[Done]:
        # A worker died; whichever article killed it is found by trying each on its own.
        with processes.alone() as executor:
            try:
                return executor.submit(self.work, [single]).result()
            except processes.lost:
                message = "the worker process died on this article; it is not extracted, and the next run tries again"
                return [without_rows(single, message)]
