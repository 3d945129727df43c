"""The annotators' page in a browser: an article reviewed by keyboard, nothing lost, nothing run that an article says.

Needs Chromium and playwright (`apt-get install chromium`, `pip install playwright axe-playwright-python`); skipped
without them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.review.browsing import CHROMIUM, SELECT, Served, Server, Visit, units, until
from tests.review.datasets import TEXT, desk_on, sample

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="browser tests need Chromium: apt-get install chromium, or set CHROMIUM"),
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("browser"),  # with --dist loadgroup one worker has them all
]


@pytest.fixture
def site(server: Server, tmp_path: Path) -> Iterator[Served]:
    with server.serving(sample(tmp_path / "outputs")) as found:
        yield found


@pytest.fixture
def visit(browser: Any, site: Served) -> Iterator[Visit]:
    made = Visit(browser, site.origin)
    yield made
    made.context.close()


def spans_of(site: Served, layer: str, by: str = "anna") -> dict[str, tuple[str, str]]:
    """What the annotator's items of a layer are now: words to label and status."""
    desk = desk_on(site.folder)
    desk.catch_up()
    state = desk.state(by, "palau")
    desk.close()
    return {
        " … ".join(TEXT[start:end] for start, end in item.spans): (item.label, str(item.status))
        for item in state.items.values()
        if item.layer == layer
    }


# --- by keyboard


def test_an_article_is_reviewed_from_start_to_finish_without_a_mouse_and_saved_as_gold(
    visit: Visit, site: Served
) -> None:
    page = visit.open("/").page
    visit.press("j", "j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/article/palau?*")
    visit.ready()
    assert page.evaluate("document.activeElement.textContent") == "title"
    visit.press("a")  # the title is a title
    assert visit.words() == "Palau"
    visit.press("a")
    visit.said("accepted GPE Palau")
    visit.go_to("entity", "Ana Ruiz")
    visit.press("a")

    visit.go_to("date", "Monday")  # the calendar: a day later, then a whole month of it
    visit.press("d", "ArrowRight", "Enter")
    visit.saved()
    assert page.locator(".chip strong").inner_text() == "2024-03-05"
    visit.press("d", "g", "g", "Enter")
    visit.saved()
    assert page.locator(".chip strong").inner_text() == "2024-03"

    visit.go_to("quotation", "“The sea,” … “cannot wait.”")
    visit.press("s")  # who says it: type, arrow, take
    page.locator("[role=option]").first.wait_for()
    page.keyboard.type("fiji")
    visit.press("Enter")
    visit.saved()
    assert page.locator("[data-focus=speaker_name]").input_value() == "Fiji"
    visit.press("Backspace")
    visit.said("undid")
    visit.press("3", "2")  # mixed, then indirect after all
    visit.saved()
    visit.press("c")
    page.locator("[role=option]").first.wait_for()
    visit.press("Enter")
    visit.saved()

    visit.go_to("entity", "Fiji")  # words are added by keys: the word after the cursor, one more, as an organisation
    visit.press("i", "ArrowLeft", "ArrowLeft", "ArrowLeft", "Shift+ArrowRight", "3")
    visit.said("added ORG the treaty")
    visit.press("]")  # the start one word on
    visit.said("edited ORG treaty")

    visit.go_to("event", "thanked")
    visit.press("x")
    visit.said("rejected CONSULT thanked")

    visit.go_to("block", "Sign up for our newsletter.")
    visit.press("k")
    visit.said("kept")
    visit.press("Backspace")
    visit.said("undid")

    visit.press("f")  # the rest is accepted
    page.locator("dialog").wait_for()
    visit.press("Tab", "Enter")
    visit.said("finished the article")
    assert page.locator("#progress-words").inner_text() == "Finished"

    visit.press("g")
    page.get_by_role("button", name="Save as gold").wait_for()
    visit.press("Enter")
    page.get_by_role("region", name="Scores").wait_for()
    gold = (site.folder / "gold" / "palau.ann").read_text(encoding="utf-8")
    place = TEXT.index("treaty")
    assert f"ORG {place} {place + 6}\ttreaty\n" in gold
    assert "Value" in gold and " 2024-03\n" in gold
    assert "SUPPORT" in gold and "CONSULT" not in gold
    assert "thanked" not in spans_of(site, "events") or spans_of(site, "events")["thanked"][1] == "rejected"
    assert visit.complaints == []


def test_single_keys_are_off_while_a_text_field_has_the_focus(visit: Visit, site: Served) -> None:
    page = visit.article().page
    visit.go_to("entity", "Ana Ruiz")
    visit.press("e")
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    page.keyboard.type("axkr1?/ nu")
    visit.press("Backspace", "Control+z")
    assert site.entries() == []
    assert not page.locator("dialog").count()
    visit.press("Escape")  # what was typed is given up
    page.evaluate("document.activeElement.blur()")
    visit.saved()
    assert site.entries() == []
    page.locator("[data-focus=mention]").focus()  # a list takes letters, too
    visit.press("x")
    assert site.entries() == []


def test_undo_and_redo_go_back_to_the_start_and_outlive_a_reload(visit: Visit, site: Served) -> None:
    page = visit.article().page
    visit.press("a", "a", "a", "x", "1")
    visit.saved()
    made = len(site.entries())
    visit.article()
    for _ in range(made):
        visit.press("Backspace")
    visit.saved()
    until(lambda: len(site.entries()) == 2 * made)
    assert page.locator("#undo").get_attribute("aria-disabled") == "true"
    assert {status for _, status in spans_of(site, "entities").values()} == {"undecided"}
    visit.press("Backspace")
    visit.said("nothing to undo")
    visit.article()
    visit.press("Control+Shift+z", "Control+y")
    visit.saved()
    until(lambda: len(site.entries()) == 2 * made + 2)
    assert page.locator(".block[data-label=title]").get_attribute("data-status") == "accepted"


def test_every_key_is_listed(visit: Visit) -> None:
    page = visit.article().page
    visit.press("?")
    page.locator("dialog kbd").first.wait_for()
    listed = set(page.locator("dialog kbd").all_inner_texts())
    wanted = "a x C Space Backspace e n p Tab s c o w d k r l i j t v u f g h b y N A X ! / ? [ ] { } = + 1 9 0 Esc"
    assert set(wanted.split()) <= listed
    visit.press("Escape")
    page.locator("dialog").wait_for(state="detached")


def test_all_mentions_of_an_entity_are_one_decision_and_one_undo(visit: Visit, site: Served) -> None:
    visit.article()
    visit.go_to("entity", "Palau")
    visit.press("A")
    visit.said("accepted 4 items")
    assert len(site.entries()) == 1
    visit.press("Backspace")
    visit.said("undid")
    assert spans_of(site, "entities")["Palau"][1] == "undecided"


def test_least_certain_comes_first_where_the_address_says_so(visit: Visit) -> None:
    visit.article(order="uncertain", layer="events,quotations")
    assert visit.words() == "“The sea,” … “cannot wait.”"  # 0.55, before 0.60 and 0.70
    visit.press("a")
    assert visit.words() == "signed"
    visit.press(" ")
    assert visit.words() == "thanked"


def test_filters_are_in_the_address(visit: Visit) -> None:
    page = visit.article(layer="dates", status="undecided").page
    assert visit.words() == "March 4, 2024"
    visit.press("a")
    assert visit.words() == "Monday"
    page.locator("details.more summary").click()
    page.get_by_role("button", name="Accept all that pass the filters").click()
    visit.said("Nothing left")
    page.get_by_role("button", name="All 16").click()
    assert "layer" not in page.url
    visit.open("/", search="harbour")
    page.locator("#articles tbody tr").first.wait_for()
    assert page.locator("#articles tbody th .note").all_inner_texts() == ["other"]


def test_a_removed_block_is_folded_and_comes_back_by_one_key(visit: Visit) -> None:
    page = visit.article().page
    block = page.locator(".block[data-label=newsletter]")
    folded = block.locator(".words").evaluate(
        "element => getComputedStyle(element).textDecorationLine + getComputedStyle(element).overflow"
    )
    assert folded == "line-throughhidden"
    assert "score" in block.locator(".block-reason").inner_text()
    block.locator(".words").click()
    assert "open" in (block.get_attribute("class") or "")
    visit.press("k")
    visit.saved()
    kept = page.locator(".block[data-label=paragraph]").last
    assert kept.get_attribute("data-kept") == "true"
    assert kept.locator(".words").evaluate("element => getComputedStyle(element).textDecorationLine") == "none"


def test_a_cell_of_an_event_takes_the_words_that_are_selected(visit: Visit, site: Served) -> None:
    page = visit.article().page
    place = TEXT.index("the sea\r")
    page.evaluate(SELECT, [units(TEXT[:place]), units(TEXT[: place + 7])])
    page.locator("#page-item", has_text="Selected").wait_for()
    page.locator("#tab-events").click()
    page.locator("tr", has_text="thanked").get_by_role("button", name="Where: not said").click()
    visit.said("edited CONSULT thanked")
    page.locator("#tab-events").click()
    assert "the sea" in page.locator("tr", has_text="thanked").inner_text()


def test_selected_words_become_edges_pieces_and_speakers(visit: Visit, site: Served) -> None:
    page = visit.article().page

    def select(words: str) -> None:
        place = TEXT.index(words)
        page.evaluate(SELECT, [units(TEXT[:place]), units(TEXT[: place + len(words)])])
        page.locator("#page-item", has_text="Selected").wait_for()

    visit.go_to("quotation", "“The sea,” … “cannot wait.”")
    select("Palau signed")
    visit.press("+")
    visit.saved()
    assert visit.words() == "“The sea,” … “cannot wait.” … Palau signed"
    select("Ana Ruiz")
    visit.press("s")
    visit.saved()
    assert page.locator("[data-focus=speaker_name]").input_value() == "Ana Ruiz"
    visit.go_to("entity", "Ana Ruiz")
    select("President Ana Ruiz")
    visit.press("=")
    visit.saved()
    assert visit.words() == "President Ana Ruiz"
    visit.press("{", "{")  # two words back, one decision
    visit.said("edited PERSON President")
    assert len(site.entries()) == 4
    assert spans_of(site, "entities")["President"] == ("PERSON", "edited")


# --- nothing is lost


def test_a_decision_is_shown_as_made_only_when_the_server_has_it(visit: Visit, site: Served) -> None:
    page = visit.page
    held: list[Any] = []
    page.route("**/api/decide*", lambda route: held.append(route))  # a route set on an open page may miss a request
    visit.article()
    visit.go_to("entity", "Ana Ruiz")
    visit.press("a")
    mark = page.locator(".mark.PERSON", has_text="Ana Ruiz")
    until(lambda: bool(held) or page.wait_for_timeout(20))
    assert {"pending", "undecided"} <= set((mark.get_attribute("class") or "").split())
    assert "Saving" in page.locator("#saved").inner_text()
    held[0].continue_()
    visit.saved()
    assert {"accepted"} <= set((mark.get_attribute("class") or "").split())
    assert "pending" not in (mark.get_attribute("class") or "")


def test_a_write_that_fails_is_shown_and_sent_again_with_its_uuid(visit: Visit, site: Served) -> None:
    page = visit.page
    sent: list[str] = []

    def fail_twice(route: Any) -> None:
        sent.append(json.loads(route.request.post_data)["uuid"])
        if len(sent) == 1:
            route.abort()  # never reached the server
        elif len(sent) == 2:
            route.fetch()  # reached it, and the answer was lost
            route.abort()
        else:
            route.continue_()

    page.route("**/api/decide*", fail_twice)
    visit.article()
    visit.press("a")
    page.locator("#saved", has_text="not saved yet").wait_for()
    visit.saved()
    assert len(sent) >= 3 and len(set(sent)) == 1
    assert [entry.uuid for entry in site.entries()] == [sent[0]]
    assert page.locator(".block[data-label=title]").get_attribute("data-status") == "accepted"


def test_a_decision_that_was_not_sent_is_sent_by_the_next_page(visit: Visit, site: Served) -> None:
    page = visit.page
    page.route("**/api/decide*", lambda route: route.abort())
    visit.article()
    visit.press("a")
    page.locator("#saved", has_text="not saved yet").wait_for()
    page.close()
    assert site.entries() == []
    again = Visit(None, site.origin, context=visit.context).article()
    until(lambda: len(site.entries()) == 1 or again.page.wait_for_timeout(20))
    assert again.page.locator(".block[data-label=title][data-status=accepted]").count() == 1


def test_what_was_not_sent_never_reaches_another_folder_on_the_same_port(
    browser: Any, server: Server, tmp_path: Path
) -> None:
    one, other = sample(tmp_path / "one"), sample(tmp_path / "other")
    with server.serving(one) as site:
        visit = Visit(browser, site.origin).article()
    visit.press("a")  # nothing is served: the page waits
    visit.page.locator("#saved", has_text="not saved yet").wait_for()
    with server.serving(other) as site:
        visit.page.locator("#saved", has_text="another folder is served here now").wait_for()
        page = Visit(None, site.origin, context=visit.context).article()
        page.press("x")  # a decision of its own goes through
        page.saved()
        assert [entry.says.split()[0] for entry in site.entries()] == ["removed"]
    with server.serving(one) as site:
        visit.saved()
        assert [entry.says for entry in site.entries()] == ["accepted title Palau waits for the sea"]
    visit.context.close()


def test_two_tabs_see_what_the_other_does_and_lose_nothing(visit: Visit, site: Served) -> None:
    other = Visit(None, site.origin, context=visit.context).article()
    visit.article()
    visit.go_to("entity", "Ana Ruiz")
    visit.press("a")
    visit.saved()
    other.page.locator(".mark.PERSON.accepted", has_text="Ana Ruiz").wait_for()
    other.go_to("date", "Monday")
    other.press("x")
    other.saved()
    visit.page.locator(".mark.date.rejected", has_text="Monday").wait_for()
    assert len(site.entries()) == 2


def test_two_annotators_in_one_browser_stay_two(visit: Visit, site: Served) -> None:
    ben = Visit(None, site.origin, by="ben", context=visit.context).article()
    visit.article()
    ben.press("a")
    ben.saved()
    visit.press("x")
    visit.saved()
    assert [entry.annotator for entry in site.entries()] == ["ben", "anna"]
    ben.page.get_by_role("link", name="Articles").click()  # the links keep the name, whoever used the cookie last
    ben.ready()
    assert ben.page.locator(".who").inner_text().endswith("ben")


# --- mouse and phone


def test_a_phone_reviews_by_touch_without_scrolling_sideways(browser: Any, site: Served) -> None:
    phone = Visit(browser, site.origin, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = phone.article().page
    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(sideways) <= 0
    page.locator(".mark.PERSON", has_text="Ana Ruiz").tap()
    page.get_by_role("button", name="Accept", exact=True).tap()
    phone.said("accepted PERSON Ana Ruiz")
    page.locator("#undo").tap()
    phone.said("undid")
    phone.open("/")
    assert page.evaluate(sideways) <= 0
    phone.context.close()


def test_a_page_at_400_percent_does_not_scroll_sideways(browser: Any, site: Served) -> None:
    zoomed = Visit(browser, site.origin, viewport={"width": 320, "height": 256})
    for path in ("/", "/article/palau", "/adjudicate"):
        zoomed.open(path)
        assert zoomed.page.evaluate("document.documentElement.scrollWidth") <= 320, path
    zoomed.context.close()


def test_the_search_leads_to_the_words(visit: Visit) -> None:
    page = visit.open("/").page
    visit.press("/")
    page.keyboard.type("treaty fiji")
    page.locator("dialog .hits mark").first.wait_for()
    visit.press("Enter")
    page.wait_for_url("**/article/*#at=*")
    visit.ready()
    assert page.evaluate("CSS.highlights.get('pointed').size") == 1


def test_a_drag_with_the_mouse_adds_what_it_covers(visit: Visit) -> None:
    page = visit.article().page
    words = page.locator(".words", has_text="that the").locator("[data-p]", has_text="that the")
    box = words.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    page.locator("#page-item", has_text="Selected").wait_for()
    page.get_by_role("button", name="ORG").click()
    visit.said("added ORG that the")


def test_decisions_go_out_and_come_back_in(visit: Visit, site: Served, tmp_path: Path) -> None:
    page = visit.article().page
    visit.go_to("entity", "Ana Ruiz")
    visit.press("x")
    visit.saved()
    visit.open("/")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export").click()
    exported = tmp_path / "exported.zip"
    waiting.value.save_as(exported)
    ben = Visit(None, site.origin, by="ben", context=visit.context).open("/")
    ben.page.locator("#import input[type=file]").set_input_files(exported)
    ben.page.get_by_role("button", name="Import").click()
    ben.page.locator("#imported", has_text="rejected 1").wait_for()


def test_a_wrong_rule_becomes_a_case(visit: Visit, site: Served) -> None:
    visit.article()
    visit.go_to("date", "Monday")
    visit.press("x")
    visit.saved()
    visit.go_to("date", "Monday")
    visit.press("!")
    visit.page.keyboard.type("it is no date here")
    visit.press("Tab", "Enter")
    visit.said("wrote a case file")
    written = [path.read_text(encoding="utf-8") for path in (site.folder / "cases").rglob("*") if path.is_file()]
    assert len(written) == 1 and "it is no date here" in written[0]
