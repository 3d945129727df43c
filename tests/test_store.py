"""What is stored is not done again, and what is stored is what was extracted."""

from pathlib import Path

import pytest

from pipeline.engines import Done
from pipeline.errors import InputError
from pipeline.store import Store
from tests.examples import TEXT, extraction


def done(article_id: str, fingerprint: str = "f") -> Done:
    return Done.of(article_id, fingerprint, TEXT, extraction())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "articles.sqlite"


def test_an_article_is_done_under_its_fingerprint_only(path: Path) -> None:
    store = Store(path)
    store.save([done("a", "one")])
    assert store.is_done("a", "one")
    assert not store.is_done("a", "two")
    assert not store.is_done("b", "one")


def test_a_closed_store_is_found_again(path: Path) -> None:
    store = Store(path)
    store.save([done("a")])
    store.close()
    again = Store(path)
    assert again.is_done("a", "f")
    assert again.article_ids() == ["a"]


def test_articles_that_left_the_input_leave_the_store(path: Path) -> None:
    store = Store(path)
    store.save([done("a"), done("b")])
    store.close()
    again = Store(path)
    again.is_done("b", "f")
    again.forget_others()
    assert again.article_ids() == ["b"]


def test_rows_come_in_order_of_the_article_ids_whatever_the_order_of_work(path: Path) -> None:
    store = Store(path)
    store.save([done("c")])
    store.save([done("a"), done("b")])
    assert store.article_ids() == ["a", "b", "c"]
    assert len(list(store.rows("events"))) == 3


def test_a_batch_is_kept_whole_or_not_at_all(path: Path) -> None:
    store = Store(path)
    broken = Done.of("b", "f", "\ud800 cannot be written", extraction())
    with pytest.raises(UnicodeEncodeError):
        store.save([done("a"), broken])
    assert store.article_ids() == []


def test_a_file_that_is_no_store_is_named(path: Path) -> None:
    path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(InputError, match=r"articles\.sqlite: cannot be used as a store"):
        Store(path)
