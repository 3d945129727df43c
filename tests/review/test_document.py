"""The text as HTML: every character in its place, nothing of it ever markup."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.review.desk import Desk
from pipeline.review.document import block_html, text_html
from pipeline.review.items import EMPTY, Item, Status, items_of
from pipeline.review.state import State
from pipeline.review.values import span
from tests.review.datasets import HOSTILE, TEXT, do, item_at, predicted


class Pieces(HTMLParser):
    """What a browser would make of it: the words of each piece, and every tag and attribute."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[int, str]] = []
        self.marks: dict[int, list[str]] = {}
        self.seen: set[tuple[str, str]] = set()
        self.inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.seen |= {(tag, name) for name in given} or {(tag, "")}
        self.inside = "data-p" in given
        if self.inside:
            self.pieces.append((int(given["data-p"] or ""), ""))
            self.marks[self.pieces[-1][0]] = (given.get("data-i") or "").split()

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            place, words = self.pieces[-1]
            self.pieces[-1] = (place, words + data)


TAGS = {
    *(("section", name) for name in ("class", "id", "data-item", "data-label", "data-kept", "data-status")),
    *(("span", name) for name in ("class", "data-p", "data-i", "role", "tabindex")),
    *(("button", name) for name in ("type", "class", "tabindex")),
    *(("div", name) for name in ("class", "dir")),
    ("header", "class"),
}


def state_of(text: str, spans: list[tuple[int, int]]) -> State:
    """Mentions at the spans, over the blocks that gold would give."""
    items = items_of(predicted("a", text)._replace(entities=()))
    for number, (start, end) in enumerate(spans):
        items[f"m{number}"] = Item(f"m{number}", "entities", "ORG", ((start, end),), EMPTY["entities"])
    return State(items, dict(items))


def draw_spans(text: str, cuts: list[int]) -> list[tuple[int, int]]:
    places = [cut % (len(text) + 1) for cut in cuts]
    return [(min(pair), max(pair)) for pair in zip(places[::2], places[1::2], strict=False) if pair[0] != pair[1]]


TEXTS = st.text(
    st.one_of(
        st.sampled_from(
            "a<>&\"' \r\n\t\0\N{GRINNING FACE}e\N{COMBINING ACUTE ACCENT}\N{NO-BREAK SPACE}\N{ZERO WIDTH JOINER}"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=120,
)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, cuts=st.lists(st.integers(0, 10_000), max_size=16))
@example(text=HOSTILE, cuts=[3, 20, 5, 80, 5, 80, 40, 41])
@example(text=TEXT, cuts=[0, 5, 0, 23, 60, 62])
def test_pieces_are_the_text(text: str, cuts: list[int]) -> None:
    state = state_of(text, draw_spans(text, cuts))
    html = text_html(text, state)
    assert "\r" not in html and "\0" not in html  # a browser would turn one into a line feed and drop the other
    found = Pieces(html)
    assert "".join(words for _, words in found.pieces) == text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    position = 0
    for place, words in found.pieces:
        assert place == position
        position += len(words)
    assert found.seen <= TAGS


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, cuts=st.lists(st.integers(0, 10_000), max_size=16))
def test_a_selection_in_pieces_is_a_span_of_code_points(text: str, cuts: list[int]) -> None:
    """As the page computes it: the offset of the piece, and the code points before the end of the selection."""
    pieces = Pieces(text_html(text, state_of(text, draw_spans(text, cuts)))).pieces
    for place, words in pieces:
        for length in range(1, len(words)):
            utf16 = len(words[:length].encode("utf-16-le")) // 2
            code_points = len(words.encode("utf-16-le")[: 2 * utf16].decode("utf-16-le"))
            start, end = place, place + code_points
            if text[start:end].strip():
                first, last = span(text, [start, end])
                assert text[first:last] == text[start:end].strip()


def test_a_piece_names_all_that_covers_it(desk: Desk) -> None:
    state = desk.state("anna", "palau")
    found = Pieces(text_html(TEXT, state))
    ruiz = TEXT.index("Ruiz said, ")
    quotation = item_at(desk, "“The sea,”", layer="quotations").id
    assert found.marks[ruiz] == [item_at(desk, "Ruiz", 2).id, f"{quotation}/speaker"]
    signed = item_at(desk, "signed", layer="events")
    actor = TEXT.index("Palau signed")
    assert f"{signed.id}/actor" in found.marks[actor]
    assert item_at(desk, "Palau", 3).id in found.marks[actor]
    # An interrupted quotation marks its pieces, and not what stands between.
    covered = {place for place, tokens in found.marks.items() if quotation in tokens}
    assert covered == {TEXT.index("“The sea"), TEXT.index("“cannot")}


def test_a_block_drawn_again_is_as_in_the_whole(desk: Desk) -> None:
    do(
        desk,
        {"op": "add", "layer": "entities", "label": "ORG", "spans": [[TEXT.index("treaty"), TEXT.index("treaty") + 6]]},
    )
    state = desk.state("anna", "palau")
    whole = text_html(TEXT, state)
    blocks = [item for item in state.items.values() if item.layer == "blocks"]
    assert len(blocks) == 5
    for block in blocks:
        assert block_html(TEXT, state, block) in whole


def test_status_and_label_stand_in_the_class(desk: Desk) -> None:
    do(desk, {"op": "reject", "item": item_at(desk, "Fiji").id})
    html = text_html(TEXT, desk.state("anna", "palau"))
    place = TEXT.index("Fiji")
    assert f'data-p="{place}" data-i="{item_at(desk, "Fiji").id} ' in html
    assert "GPE rejected first" in html
    assert item_at(desk, "Fiji").status is Status.REJECTED


@pytest.mark.parametrize("size", [10_000, 60_000, 1_000_000])
def test_a_long_article_is_drawn_at_once(size: int) -> None:
    """A piece for every fifty characters: 20,000 in a megabyte."""
    line = "Palau \N{GRINNING FACE} and the treaty of nai\N{COMBINING DIAERESIS}ve hope. " * 20 + "\r\n"
    text = line * (size // len(line) + 1)
    items: dict[str, Item] = {}
    position = 0
    for block in text.split("\r\n"):
        if block:
            end = position + len(block.rstrip())
            items[f"b{position}"] = Item(f"b{position}", "blocks", "paragraph", ((position, end),), EMPTY["blocks"])
        position += len(block) + 2
    for place in range(0, len(text) - 50, 50):
        start = text.find("treaty", place)
        if start >= 0:
            items[f"m{start}"] = Item(f"m{start}", "entities", "LAW", ((start, start + 6),), EMPTY["entities"])
    began = time.perf_counter()
    html = text_html(text, State(items, items))
    seconds = time.perf_counter() - began
    assert html.count("data-i=") >= size // 60
    assert seconds < 3 * size / 1_000_000 + 0.2  # 0.25 s for a megabyte alone on the machine, which tests are not
