"""An article that takes too long costs itself only, and is tried again by the next run."""

import contextlib
import threading
import time

import pytest

from pipeline import engines
from pipeline.article import Article, Block
from pipeline.engines import Settings, extract_batch
from pipeline.time_limits import OutOfTimeError, time_limit

LONG = 30.0  # seconds that no test waits for


def busy(seconds: float) -> None:
    """Work in the interpreter, which an interruption reaches; a sleep is one long call."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1_000))


def test_work_that_takes_too_long_is_stopped() -> None:
    begun = time.monotonic()
    with pytest.raises(OutOfTimeError), time_limit(0.05):
        busy(LONG)
    assert time.monotonic() - begun < LONG / 2


def test_work_in_another_thread_is_stopped_as_well() -> None:
    stopped = []

    def work() -> None:
        try:
            with time_limit(0.05):
                busy(LONG)
        except OutOfTimeError:
            stopped.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(LONG / 2)
    assert stopped == [True]


def test_nothing_is_stopped_after_the_end() -> None:
    for _ in range(200):
        with contextlib.suppress(OutOfTimeError), time_limit(0.002):
            pass
    busy(0.1)


@pytest.mark.parametrize("seconds", [0, LONG])
def test_work_in_time_goes_on(seconds: float) -> None:
    with time_limit(seconds):
        busy(0.01)


def test_only_the_slow_article_of_a_batch_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Chad and Niger signed a treaty in Niamey on 4 May 2011."
    batch: engines.Batch = [(Article(name, text, (Block(0, len(text)),), f"{name}.txt"), "f") for name in "abc"]
    whole = engines.clean

    def slow_clean(article: Article, *_: object) -> Article:
        if article.id == "b":
            busy(LONG)
        return whole(article)

    expected = extract_batch(batch, Settings())
    monkeypatch.setattr(engines, "clean", slow_clean)
    first, slow, last = extract_batch(batch, Settings(time_limit=1.0))
    assert [first, last] == [expected[0], expected[2]]
    assert slow.fingerprint == ""
    assert "longer than the 1 seconds" in dict(slow.rows)["problems"]
