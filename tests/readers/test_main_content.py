"""Main content: what the names of containers and the paragraphs in them say of a block."""

import pytest

from pipeline.readers.html import render
from pipeline.readers.main_content import KINDS, NUMBERS, mass_of, named_for

LONG = "Dockers in Brackwater walked out again on Tuesday, for as long as it takes, said the head of their union."


@pytest.mark.parametrize(
    ("tag", "attributes", "kinds", "tier"),
    [
        ("div", {"class": "article-body"}, set(), 0),
        ("div", {"class": "storyBody"}, set(), 0),
        ("article", {}, set(), 1),
        ("div", {"class": "content"}, set(), 3),
        ("main", {"id": "x"}, set(), 4),
        ("div", {"class": "newsletter-box"}, {"furniture"}, -1),
        ("ul", {"class": "newsletter-box"}, set(), -1),
        ("ul", {"class": "comment-list"}, {"comments"}, -1),
        ("div", {"class": "commentary"}, set(), -1),
        ("div", {"role": "navigation"}, {"furniture"}, -1),
        ("p", {"class": "img-caption"}, {"caption"}, -1),
        ("table", {"class": "noprint"}, {"furniture"}, -1),
        ("p", {}, set(), -1),
    ],
)
def test_names_of_containers(tag: str, attributes: dict[str, str], kinds: set[str], tier: int) -> None:
    bits, found = named_for(tag, attributes)
    assert ({kind for at, kind in enumerate(KINDS) if bits >> at & 1}, found) == (kinds, tier)


def blocks_of(body: str) -> dict[str, tuple[bool, tuple[float, ...]]]:
    text, blocks = render(f"<html><body>{body}</body></html>")
    return {text[b.start : b.end][:8]: (b.markup.extracted, b.markup.places) for b in blocks if b.markup}


def test_the_body_is_the_container_named_for_it_without_furniture_named_inside() -> None:
    found = blocks_of(
        f"<div class='top'><p>Teaser: {LONG}</p></div><div class='entry-content'><p>{LONG}</p><p>Second: {LONG}</p>"
        f"<p>Third: {LONG}</p><div class='newsletter'><p>Sign up: {LONG}</p></div></div>"
    )
    assert [extracted for extracted, _ in found.values()] == [False, True, True, True, False]
    assert all(len(places) == NUMBERS for _, places in found.values())


def test_a_name_on_the_whole_page_is_one_of_the_layout() -> None:
    found = blocks_of(f"<div class='with-sidebar'><article><p>{LONG}</p><p>Second: {LONG}</p></article></div>")
    assert all(places[: len(KINDS)] == (0.0,) * len(KINDS) for _, places in found.values())


def test_paragraphs_weigh_and_links_do_not() -> None:
    assert mass_of(LONG, 0.0) > 2
    assert mass_of(LONG, 0.9) == mass_of("News", 0.0) == 0
