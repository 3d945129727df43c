"""HTML: the rendering of a page is pinned, for a change of it moves every offset."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers.html import decode_page, read_page, render
from pipeline.readers.problems import UnreadableError
from pipeline.readers.text import INVISIBLE

DATA = Path(__file__).parent / "data"
REPORT = """\
Home
News

Harbour strike
enters third week

By Marta Keller and Tomas Lind

Dockers in Brackwater walked out again on Tuesday, “for as long as it takes,” said Ines Moreau\xa0— their union's head.

We are not moving.

Pay: 4%
Hours
Nights

Port\tShips
North\t12

Ships wait off Brackwater. Photo: A. Ode

A  B
 C

First line.
Second line
goes on.

Third.

© Brackwater Post"""
OLD_LAYOUT = """\
Front page
Weather\tTin mine to reopen

The last tin mine of the valley is to open again, the council said.

"It is a good day," said its chair.

Work begins in May

Search"""


def words_of(html: str) -> list[str]:
    text, blocks = render(html)
    return [text[block.start : block.end] for block in blocks]


@pytest.mark.parametrize(("name", "rendering"), [("report", REPORT), ("old_layout", OLD_LAYOUT)])
def test_the_rendering_of_a_page_is_pinned(name: str, rendering: str) -> None:
    assert render((DATA / f"{name}.html").read_bytes())[0] == rendering


def test_an_element_that_stands_by_itself_is_one_block() -> None:
    assert words_of((DATA / "report.html").read_text(encoding="utf-8"))[-8:] == [
        "12", "Ships wait off Brackwater. Photo: A. Ode", "A  B", "C", "First line.", "Second line\ngoes on.", "Third.",
        "© Brackwater Post",
    ]  # fmt: skip


def test_a_block_knows_its_element_its_place_and_its_links() -> None:
    page = read_page((DATA / "report.html").read_text(encoding="utf-8"))
    markup = {page.text[block.start : block.end]: block.markup for block in page.blocks}
    home, quoted, ships = (
        markup["Home"],
        markup["We are not moving."],
        markup["Ships wait off Brackwater. Photo: A. Ode"],
    )
    assert home and (home.tag, home.region, home.link_density) == ("li", "nav", 1.0)
    assert home.classes == "menu single post-1"
    assert quoted and (quoted.tag, quoted.region, quoted.extracted) == ("blockquote", "article", True)
    assert ships and (ships.tag, ships.region) == ("figcaption", "figure")


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>One<p>Two", ["One", "Two"]),
        ("<div>One<div>Two</div>Three</div>", ["One", "Two", "Three"]),
        ("<p>Ferry<span>man</span> and <b>crew</b></p>", ["Ferryman and crew"]),
        ("<p>a<!-- no -->b<wbr>c</p>", ["abc"]),
        ("<p><a href=w>World</a><a href=s>Sport</a>, <a href=a>A</a>, B</p>", ["World Sport, A, B"]),
        ("<p>&nbsp;</p><p> \n </p><p>One</p>", ["One"]),
        ("<p>Fish &amp; chips &#8212; &euro;5</p>", ["Fish & chips — €5"]),
        ("<p>He said <q>No</q>.</p>", ["He said “No”."]),
        ("<button>Share</button><button>Print</button>", ["Share Print"]),
        ("<div aria-hidden='true'><p>Behind a dialog</p></div>", ["Behind a dialog"]),
        ("<details><summary>Q</summary><p>A</p></details>", ["Q", "A"]),
        ("<svg><title>icon</title><text>x</text></svg><p>One</p>", ["One"]),
        ("<p>a\0b</p>", ["a\ufffdb"]),
    ],
)
def test_small_pages(html: str, blocks: list[str]) -> None:
    assert words_of(html) == blocks


@pytest.mark.parametrize("html", ["", " ", "<", "<!-- only -->", "<html></html>", "<script>text()</script>", "\0"])
def test_a_page_without_text_has_no_block(html: str) -> None:
    assert not [words for words in words_of(html) if words.strip("<\ufffd")]


@pytest.mark.parametrize("element", ["div", "ul><li", "b", "p><a href=x"])
def test_text_ten_thousand_elements_deep_is_read(element: str) -> None:
    page = read_page(f"<{element}>" * 10_000 + "Deep words.<p>After.</p>")
    assert [page.text[block.start : block.end] for block in page.blocks] == ["Deep words.", "After."]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<p>Zoë—é".encode(), "Zoë—é"),
        ("\ufeff<p>Zoë".encode(), "Zoë"),
        ("<p>Zoë".encode("utf-16"), "Zoë"),
        (b"<meta charset=iso-8859-1><p>Zo\xeb \x93hi\x94", "Zoë “hi”"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>Зоя'.encode("cp1251"), "Зоя"),
        ("<meta charset='iso-8859-1'><p>Zoë".encode(), "Zoë"),
        (b"<meta charset='no-such-thing'><p>Zo\xeb said hi", "Zoë said hi"),
    ],
)
def test_the_encoding_of_a_page(data: bytes, text: str) -> None:
    assert render(data)[0] == text


def test_a_guess_is_reported_and_a_declaration_is_not() -> None:
    assert decode_page(b"<p>Zo\xeb said hi")[1].startswith("not UTF-8; read as cp1252")
    assert decode_page(b"<meta charset=latin1><p>Zo\xeb")[1] == ""
    with pytest.raises(UnreadableError):
        decode_page(b"\x89PNG\r\n\x1a\n")


FRAGMENTS = st.lists(
    st.sampled_from([
        "<p>", "</p>", "<div>", "</div>", "<li>", "<ul>", "</ul>", "<br>", "<pre>", "</pre>", "<td>", "<tr>", "<table>",
        "<a href=x>", "</a>", "<h2>", "</h2>", "<q>", "</q>", "<b>", "&nbsp;", "&#x1F692;", "\n", " ", "\t", "e\u0301",
        "word", "\u2028", "<button>", "</button>", "<span hidden>", "</span>", "<script>", "</script>", "<", "\x85",
        "\ufeff",
    ])
)  # fmt: skip


@given(FRAGMENTS.map("".join) | st.text())
def test_blocks_of_any_page_are_in_order_disjoint_and_cover_every_visible_character(html: str) -> None:
    text, blocks = render(html)
    position = 0
    for block in blocks:
        assert position <= block.start < block.end <= len(text)
        assert not text[position : block.start].strip(INVISIBLE)
        assert text[block.start : block.end].strip(INVISIBLE) == text[block.start : block.end]
        position = block.end
    assert not text[position:].strip(INVISIBLE)
    text.encode("utf-8")
