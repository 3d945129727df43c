"""The page in a browser: no request, no foreign script, marks and filters by keyboard, no accessibility violation.

Needs Chromium and playwright (`apt-get install chromium`, `pip install playwright axe-playwright-python`); skipped
without them.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.report import write_report
from tests.report.test_page import hostile_dataset, small_dataset

playwright = pytest.importorskip(
    "playwright.sync_api", reason="the browser tests need playwright: pip install playwright"
)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="browser tests need Chromium: apt-get install chromium, or set CHROMIUM"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM)
        yield chromium
        chromium.close()


class Visit:
    """A page that was opened, and what it asked for and complained about meanwhile."""

    def __init__(self, browser: Any, path: Path, **context: Any) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page = browser.new_context(**context).new_page()
        self.page.set_default_timeout(120_000)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.address = path.as_uri()
        self.page.goto(self.address)

    def sentences(self) -> list[str]:
        return self.page.locator("#found .passage").all_inner_texts()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(small_dataset(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(hostile_dataset(tmp_path_factory.mktemp("hostile")))


def test_hostile_texts_are_shown_and_do_nothing(browser: Any, hostile: Path) -> None:
    visit = Visit(browser, hostile)
    assert visit.page.title() == "Report: 1 article"
    for kind in ("event", "quotation", "entity", "date", "block"):
        visit.page.goto(f"{visit.address}#find?kind={kind}")
        visit.page.wait_for_function("document.querySelectorAll('#found li').length > 0")
    visit.page.goto(f"{visit.address}#find?kind=event&actor=<img src=x onerror=alert(1)>")
    assert visit.page.title() == "Report: 1 article"
    assert not visit.page.locator("img, #found script").count()
    assert {address.split("#")[0] for address in visit.requests} == {visit.address}
    assert visit.complaints == []


def test_a_text_that_turns_around_turns_nothing_else_around(browser: Any, hostile: Path) -> None:
    visit = Visit(browser, hostile)
    bidi = "element => getComputedStyle(element).unicodeBidi"
    assert "isolate" in visit.page.locator("#found .passage").first.evaluate(bidi)
    assert visit.page.locator("#problems bdi").first.evaluate(bidi) == "isolate"


def test_every_link_to_sentences_finds_one(browser: Any, small: Path) -> None:
    visit = Visit(browser, small)
    links = visit.page.eval_on_selector_all("main a[href^='#find?']", "all => all.map(one => one.getAttribute('href'))")
    assert len(set(links)) > 10
    for link in set(links):
        visit.page.evaluate("link => { location.hash = link; }", link)
        visit.page.wait_for_function("link => location.hash === link", arg=link)
        visit.page.wait_for_function("document.querySelectorAll('#found li').length > 0")


def test_a_mark_is_followed_and_left_by_keyboard(browser: Any, small: Path) -> None:
    visit = Visit(browser, small)
    visit.page.locator("svg.marks a").first.focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_function("document.activeElement.id === 'find-head'")
    assert visit.sentences()[0].startswith("Russia met Ukraine in Sochi on Monday.")
    assert visit.page.locator("#found mark.trigger").first.inner_text() == "met"
    visit.page.go_back()
    assert "#find" not in visit.page.url


def test_arrow_keys_go_from_mark_to_mark(browser: Any, small: Path) -> None:
    visit = Visit(browser, small)
    visit.page.locator("svg.network a").first.focus()
    before = visit.page.evaluate("document.activeElement.getAttribute('href')")
    visit.page.keyboard.press("ArrowRight")
    assert visit.page.evaluate("document.activeElement.getAttribute('href')") != before
    assert visit.page.locator("svg.network a[tabindex='0']").count() == 1


def test_filters_narrow_the_sentences_and_stand_in_the_address(browser: Any, small: Path) -> None:
    visit = Visit(browser, small)
    assert len(visit.sentences()) == 2
    visit.page.get_by_label("Words", exact=True).fill("THANKED")
    assert visit.sentences() == ["Ukraine thanked Russia."]
    assert "q=THANKED" in visit.page.url
    visit.page.get_by_role("button", name="Clear").click()
    visit.page.get_by_label("Kind").select_option("quotation")
    assert visit.page.locator("#count").inner_text().startswith("1 sentence")


def test_a_table_is_sorted_by_its_heads(browser: Any, small: Path) -> None:
    visit = Visit(browser, small)
    head = visit.page.locator("#read th", has_text="label")
    head.locator("button").click()
    first = visit.page.locator("#read tbody th").first
    assert (head.get_attribute("aria-sort"), first.inner_text()) == ("ascending", "newsletter")
    head.locator("button").click()
    assert (head.get_attribute("aria-sort"), first.inner_text()) == ("descending", "paragraph")


def test_a_phone_scrolls_tables_and_not_the_page(browser: Any, hostile: Path) -> None:
    visit = Visit(browser, hostile, viewport={"width": 390, "height": 800})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Any, small: Path, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="this test needs axe: pip install axe-playwright-python"
    )
    visit = Visit(browser, small, color_scheme=scheme)
    found = axe.Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()
