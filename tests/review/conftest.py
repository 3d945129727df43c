"""A desk on the sample; a browser and a server, one of each for a module."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.review.desk import Desk
from tests.review.browsing import CHROMIUM, Server, running
from tests.review.datasets import desk_on, sample


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sample(tmp_path / "outputs")


@pytest.fixture
def desk(folder: Path) -> Iterator[Desk]:
    found = desk_on(folder)
    yield found
    found.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="the browser tests need playwright: pip install playwright"
    )
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as made:
        yield made
