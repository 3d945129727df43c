"""Engines: batches come back in order, and an article that kills its worker costs itself only."""

import os
from collections.abc import Iterator

import pytest

from pipeline.article import Article, Block
from pipeline.engines import Batch, Cluster, DaskProcesses, Done, LocalProcesses, Workers
from pipeline.errors import InputError
from pipeline.tables import Extraction


def article(name: str) -> tuple[Article, str]:
    return Article(name, "Talks went on.", (Block(0, 14),), f"{name}.txt"), "fingerprint"


def list_articles(batch: Batch) -> list[Done]:
    return [Done.of(one.id, fingerprint, one.text, Extraction()) for one, fingerprint in batch]


def die_on_poison(batch: Batch) -> list[Done]:
    if any(one.id == "poison" for one, _ in batch):
        os._exit(1)
    return list_articles(batch)


def results(workers: Workers, batches: list[Batch]) -> list[Done]:
    def ready() -> Iterator[list[Done]]:
        for batch in batches:
            yield from workers.submit(batch)
        yield from workers.finish()

    try:
        return [done for batch in ready() for done in batch]
    finally:
        workers.close()


BATCHES = [[article("a"), article("b")], [article("c")], [article("d"), article("e")]]


@pytest.mark.parametrize("processes", [None, LocalProcesses(2)], ids=["this process", "two processes"])
def test_batches_come_back_in_the_order_they_went(processes: Cluster | None) -> None:
    done = results(Workers(list_articles, processes, 2), BATCHES)
    assert [one.article_id for one in done] == list("abcde")


def test_an_article_that_kills_its_worker_costs_itself_only() -> None:
    batches = [[article("a"), article("poison"), article("b")], [article("c")]]
    done = results(Workers(die_on_poison, LocalProcesses(2), 2), batches)
    assert [one.article_id for one in done] == ["a", "poison", "b", "c"]
    assert [one.problems for one in done] == [0, 1, 0, 0]
    assert "died" in dict(done[1].rows)["problems"]


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.engines.SECONDS_TO_CONNECT", 1)
    with pytest.raises(InputError, match=r"tcp://127\.0\.0\.1:9"):
        DaskProcesses(1, "tcp://127.0.0.1:9")
