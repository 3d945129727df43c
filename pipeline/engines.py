"""Engines: where batches of articles become rows, in this process or in several."""

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
from pipeline.errors import InputError, LexiconError
from pipeline.labels import Stage
from pipeline.tables import Extraction, ProblemRow, problem_row

SECONDS_TO_CONNECT = 20
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
            import distributed
            from distributed.scheduler import KilledWorker
        except ModuleNotFoundError as error:
            raise InputError("--engine dask: not installed; pip install 'article-events[cluster]'") from error
        self.lost: tuple[type[Exception], ...] = (KilledWorker,)
        connect: Any = distributed.Client  # Dask has no type hints
        here = {"n_workers": count, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
        try:
            self.client = connect(address, timeout=SECONDS_TO_CONNECT) if address else connect(processes=True, **here)
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

    def _alone(self, processes: Cluster, single: tuple[Article, str]) -> list[Done]:
        # A worker died; whichever article killed it is found by trying each on its own.
        with processes.alone() as executor:
            try:
                return executor.submit(self.work, [single]).result()
            except processes.lost:
                article, fingerprint = single
                message = "the worker process died on this article; it is listed without extraction"
                rows = Extraction(problems=(problem_row(article.source_file, article.id, Stage.EXTRACT, message),))
                return [Done(article.id, fingerprint, article.text, rows)]
