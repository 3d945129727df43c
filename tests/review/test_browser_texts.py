"""Difficult texts in a browser: selections of emoji come out as code points, and what an article says is never run.

Needs Chromium and playwright (see `test_browser`).
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.review.browsing import CHROMIUM, READ, SELECT, TREASURE, Served, Server, Visit, stretches, units, until
from tests.review.datasets import HOSTILE, TEXT, desk_on, do, item_at, predicted, sample, write_dataset

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="browser tests need Chromium: apt-get install chromium, or set CHROMIUM"),
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("browser"),  # with --dist loadgroup one worker has them all
]
# What `review` does, without the command line in front.
SERVE = """
import sys
from pathlib import Path
from pipeline.review.desk import Settings
from pipeline.review.server import serve
settings = Settings(Path(sys.argv[1]), gold=Path(sys.argv[1]) / "gold")
serve(settings, port=int(sys.argv[2]), browser=False, announce=lambda address: print(address, flush=True))
"""


@pytest.mark.parametrize("size", [10_000, 60_000])
def test_a_selection_comes_back_as_code_points(browser: Any, server: Server, tmp_path: Path, size: int) -> None:
    text = TREASURE * (size // len(TREASURE))
    folder = write_dataset(tmp_path / "outputs", {"a": (text, predicted("a", text))})
    wanted = stretches(text, 16)
    with server.serving(folder) as site:
        visit = Visit(browser, site.origin).article("a")
        page = visit.page
        for start, end in wanted[2:]:
            assert page.evaluate(READ, [units(text[:start]), units(text[:end])]) == [start, end]
        for start, end in wanted[:2]:  # and all the way to the log
            page.evaluate(SELECT, [units(text[:start]), units(text[:end])])
            page.locator("#page-item .note", has_text=f"characters {start}–{end};").wait_for()
            visit.press("1")
            visit.said(f"added PERSON {' '.join(text[start:end].split())[:10]}")
            visit.saved()
        told = [
            change["new"]["spans"][0] for entry in site.entries() for change in entry.changes["a"] if "new" in change
        ]
        assert told == [list(span) for span in wanted[:2]]
        visit.context.close()


def test_the_page_holds_every_character_of_the_article(browser: Any, server: Server, tmp_path: Path) -> None:
    text = TREASURE + HOSTILE.replace("\0", "")
    folder = write_dataset(tmp_path / "outputs", {"a": (text, predicted("a", text))})
    with server.serving(folder) as site:
        visit = Visit(browser, site.origin).article("a")
        shown = visit.page.evaluate(
            "[...document.querySelectorAll('[data-p]')].map((piece) => piece.textContent).join('')"
        )
        assert shown == text
        visit.context.close()


def test_a_long_article_is_worked_with_before_all_of_it_is_read(browser: Any, server: Server, tmp_path: Path) -> None:
    line = "\N{GRINNING FACE} Palau met Fiji.\r\n"
    text = line * 600
    places = [n * len(line) + 2 for n in range(600)]
    notes = "\n".join(
        f"T{2 * n + k + 1}\tGPE {place + at} {place + at + len(words)}\t{words}"
        for n, place in enumerate(places)
        for k, (at, words) in enumerate([(0, "Palau"), (10, "Fiji")])
    )
    folder = write_dataset(tmp_path / "outputs", {"a": (text, predicted("a", text, notes + "\n"))})
    with server.serving(folder) as site:
        visit = Visit(browser, site.origin)
        held: list[Any] = []

        def hold(route: Any) -> None:
            if "first=" in route.request.url:
                route.continue_()
            else:
                held.append((route, route.fetch()))  # read before the decisions, and seen after them

        visit.page.route("**/api/articles/a?*", hold)
        visit.article("a", layer="entities")
        assert visit.words() == "Palau"
        until(lambda: bool(held) or visit.page.wait_for_timeout(20))
        visit.press("a", "x")
        visit.saved()
        route, answer = held[0]
        route.fulfill(response=answer)
        visit.page.unroute_all(behavior="wait")  # what is asked later must not be held when the page closes
        visit.page.wait_for_selector("body[data-ready=all]", state="attached")
        assert visit.page.locator(".mark.accepted").count() == visit.page.locator(".mark.rejected").count() == 1
        assert visit.page.locator("#layers", has_text="Entities 1,198").count() == 1
        assert visit.words() == "Palau"
        visit.press("a")
        visit.said("accepted GPE Palau")
        assert {entry.says for entry in site.entries()} == {"accepted GPE Palau", "rejected GPE Fiji"}
        visit.article("a", at=f"m{places[400] + 10}-{places[400] + 14}")  # the address says where
        assert visit.words() == "Fiji"
        assert str(places[400] + 10) in visit.page.url
        visit.context.close()


def test_hostile_articles_are_shown_and_do_nothing(browser: Any, server: Server, tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script>\"'><img src=http://evil.test/x onerror=alert(2)>"
    text = f"{evil}\r\nWritten by {evil}\r\n" + HOSTILE.replace("\0", "")
    place = text.index("evil\N{POP DIRECTIONAL FORMATTING}")
    notes = f"T1\ttitle 0 {len(evil)}\t{evil}\nT2\tPERSON {place} {place + 4}\tevil\nT3\tGPE 0 {len(evil)}\t{evil}\n"
    folder = write_dataset(tmp_path / "outputs", {"evil": (text, predicted("evil", text, notes))})
    with server.serving(folder) as site:
        visit = Visit(browser, site.origin)
        page = visit.page
        page.add_init_script("globalThis.alert = () => { globalThis.hurt = true; };")
        visit.open("/")
        visit.article("evil")
        assert page.locator("#page-item .item-words").inner_text().startswith("</script>")
        visit.press("a", "x")  # what is rejected is drawn again
        visit.said("rejected")
        visit.press("g")
        page.locator("dialog details summary").last.click()
        visit.press("Escape", "h", "b", "A")
        visit.said("accepted")
        visit.saved()
        page.locator("#tab-history").click()
        page.locator(".history li").first.wait_for()
        visit.press("/")
        page.keyboard.type("script")
        page.locator("dialog .hits mark").first.wait_for()
        visit.press("Escape")
        assert not page.evaluate("globalThis.hurt ?? false")
        assert not page.locator("#main img, #main script, #main style, #panel img, dialog script").count()
        assert {address.split("/")[2] for address in visit.requests} == {f"127.0.0.1:{site.port}"}
        assert visit.complaints == []
        body = page.evaluate("getComputedStyle(document.body).display")
        words = page.locator(".words").first.evaluate("element => getComputedStyle(element).unicodeBidi")
        assert (body, words) == ("block", "isolate")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")  # a word of 10,000 letters wraps
        visit.context.close()


def test_a_server_that_is_killed_loses_nothing_that_the_screen_shows(browser: Any, tmp_path: Path) -> None:
    folder = sample(tmp_path / "outputs")

    def start(port: int) -> tuple[Any, str]:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(folder), str(port)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

    process, address = start(0)
    try:
        origin = address.split("/?")[0]
        visit = Visit(browser, origin)
        visit.page.goto(address)
        visit.article()
        visit.press("a", "a", "a", "a", "a", "a")
        process.kill()
        process.wait()
        visit.press("a", "x")
        visit.page.locator("#saved", has_text="not saved yet").wait_for()
        shown = visit.page.locator(".block[data-status=accepted], .mark.accepted.first").count()
        site = Served(folder, int(origin.rsplit(":", 1)[1]))
        assert len(site.entries()) >= shown
        process, _ = start(site.port)
        visit.saved()
        until(lambda: len(site.entries()) == 8)
        assert len({entry.uuid for entry in site.entries()}) == 8
        visit.context.close()
    finally:
        process.kill()
        process.wait()


# --- two annotators


@pytest.fixture
def compared(server: Server, tmp_path: Path) -> Iterator[Served]:
    """Anna and Ben have finished the article and differ about three items."""
    folder = sample(tmp_path / "outputs")
    desk = desk_on(folder)
    do(desk, {"op": "edit", "item": item_at(desk, "Fiji").id, "label": "ORG"}, by="anna")
    do(desk, {"op": "reject", "item": item_at(desk, "Monday", layer="dates").id}, by="ben")
    start = TEXT.index("treaty")
    do(desk, {"op": "add", "layer": "entities", "label": "LAW", "spans": [[start, start + 6]]}, by="ben")
    for name in ("anna", "ben"):
        do(desk, {"op": "finish", "undecided": "accept"}, by=name)
    desk.close()
    with server.serving(folder) as site:
        yield site


def test_what_two_annotators_differ_in_is_settled_side_by_side(browser: Any, compared: Served) -> None:
    visit = Visit(browser, compared.origin, by="cora").open("/adjudicate")
    page = visit.page
    page.locator("#agreement tbody tr").first.wait_for()
    page.locator("#pairs a").first.click()
    visit.ready()
    assert page.locator(".unit").count() == 3
    visit.press("a")
    visit.said("took 1 from anna")
    visit.press("b")
    visit.said("took 1 from ben")
    page.locator("#compare-head", has_text="1 to settle").wait_for()
    visit.press("Backspace")
    page.locator("#compare-head", has_text="2 to settle").wait_for()
    visit.press("B")  # all of Ben
    page.locator("#compare-head", has_text="0 to settle").wait_for()
    page.get_by_role("link", name="Edit further").click()
    visit.ready()
    assert page.locator(".mark.LAW", has_text="treaty").count() == 1
    assert page.locator(".mark.date.rejected", has_text="Monday").count() == 1
    assert visit.complaints == []
    visit.context.close()


# --- accessibility


def test_there_are_no_accessibility_violations_in_light_and_dark(browser: Any, compared: Served) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="the accessibility tests need axe-playwright-python"
    )
    visit = Visit(browser, compared.origin, by="cora", color_scheme="light", reduced_motion="reduce")
    page, found = visit.page, {}
    page.add_init_script(axe.Axe().axe_script)  # once for a page, not once for a look

    def look(name: str, *schemes: str, within: str | None = None) -> None:
        for scheme in schemes or ("light", "dark"):
            # Only the colours are others in the dark.
            only = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
            page.emulate_media(color_scheme=scheme)
            options = {"resultTypes": ["violations"], **only}
            run = "async ([within, options]) => (await axe.run(within ?? document, options)).violations"
            for one in page.evaluate(run, [within, options]):
                found[name, scheme, one["id"]] = [node["html"][:150] for node in one["nodes"]][:3]
        page.emulate_media(color_scheme="light")

    page.goto(f"{compared.origin}/start")
    look("start", "light")
    visit.open("/")
    look("index")
    visit.article()
    visit.press("a", "a", "x", "y")
    visit.go_to("quotation", "“The sea,” … “cannot wait.”")
    page.locator("#guide h2").wait_for()
    look("quotation")
    visit.go_to("event", "signed")
    look("event")
    for key in "ibh":
        visit.press(key)
        look(f"after {key}", "light", within="#panel")
        visit.press("Escape")
    for key in "!?/gwf":
        visit.press(key)
        page.locator("dialog").wait_for()
        look(f"dialog {key}", "dark" if key == "?" else "light", within="dialog")
        visit.press("Escape")
    visit.go_to("date", "Monday")
    visit.press("d")
    look("calendar", within="dialog")
    visit.open("/adjudicate")
    look("list of comparisons")
    visit.by = "dora"
    visit.open("/adjudicate/palau", a="anna", b="ben")
    look("comparison")
    assert found == {}
    visit.context.close()
