"""Page: the summary as one HTML file that asks nobody for anything.

Article text is hostile until proven otherwise. It reaches the page in two ways only: escaped by Jinja2, or as JSON in
which no character can end the script element; the browser shows that JSON as text and never as markup. A
Content-Security-Policy forbids every request, and every script and style but the two whose digests it names.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from pipeline.labels import QUAD_CATEGORY, EventType, Label, Modality, QuadCategory
from pipeline.report import network, timeline
from pipeline.report.marks import Mark, sampled
from pipeline.report.sentences import (
    Item,
    Texts,
    block_item,
    date_item,
    entity_item,
    event_item,
    quotation_item,
)
from pipeline.report.summary import Line, Summary

# Bytes of sentences on the page, by what they tell; together with the tables they stay below 5 MB.
EVENT_BYTES, QUOTATION_BYTES = 1_700_000, 900_000
# Characters of the paragraph around a sentence, while all sentences fit with them.
AROUND, SMALL = 180, 2_500
# Characters that would turn around the order of the text that follows them, and those that no page may hold.
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>]+\Z", re.IGNORECASE)


def page(summary: Summary) -> str:
    """The report as HTML."""
    style, script = _resource("page.css"), _resource("page.js")
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_resource), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    environment.filters.update(plain=plain, number=_number)
    return environment.get_template("page.html.jinja").render(
        summary=summary,
        data=embedded(data(summary)),
        style=Markup(style),
        script=Markup(script),
        policy=policy(style, script),
        quads=[(quad, quad.name.lower().replace("_", "-")) for quad in QuadCategory],
        types=list(EventType),
        modalities=list(Modality),
        countries=_countries(summary),
        vocabulary=_definitions,
        timeline_size=(timeline.WIDTH, timeline.LEFT),
        network_size=network.SIZE,
        most_blocks=max((count.kept.count + count.removed.count for count in summary.blocks), default=1),
    )


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy: no request to anyone, our script and our style and no other."""
    return (
        f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def embedded(value: Any) -> Markup:
    """JSON that no HTML parser can mistake for markup, whatever the texts hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def data(summary: Summary) -> dict[str, Any]:
    """What the script of the page needs: sentences, the articles they stand in, and how many there are in all."""
    items = list(_items(summary))
    used = dict.fromkeys(article for article, _ in items)
    numbers = {article: number for number, article in enumerate(used)}
    for article, item in items:
        item["a"] = numbers[article]
    return {
        "articles": [_article(summary, article) for article in used],
        "items": [item for _, item in items],
        "quads": {kind.value: QUAD_CATEGORY[kind].value for kind in EventType},
        "totals": {"event": summary.totals["events"], "quotation": summary.totals["quotations"],
                   "entity": summary.totals["entities"], "date": summary.totals["dates"],
                   "block": summary.totals["blocks"]},
    }  # fmt: skip


def _items(summary: Summary) -> Iterator[tuple[str, Item]]:
    """The sentences the page carries, each with its article, in the order of the texts."""
    texts = Texts(summary.folder)
    around = AROUND if len(summary.event_rows) + len(summary.quotation_rows) <= SMALL else 0
    chosen = _chosen(summary)
    found: list[tuple[str, int, str, Any]] = []
    found += [(row.article_id, row.start, "event", row) for row in summary.event_rows if row.event_id in chosen]
    found += [
        (row.article_id, row.start, "quotation", row) for row in summary.quotation_rows if row.quotation_id in chosen
    ]
    found += [(row.article_id, row.start, "entity", (key, row)) for key, row in summary.entity_rows.values()]
    found += [(row.article_id, row.start, "date", (key, row)) for key, row in summary.date_rows.values()]
    found += [(row.article_id, row.start, "block", row) for row in summary.block_rows.values()]
    for article, _, kind, row in sorted(found, key=lambda item: item[:3]):
        if kind == "event":
            event = summary.event_of[row.event_id]
            item = event_item(row, event, summary.names_of[event.first.event_id], texts, around)
        elif kind == "quotation":
            item = quotation_item(row, summary.speaker_of[row.quotation_id], texts, around)
        elif kind == "block":
            item = block_item(row)
        else:
            key, mention = row
            item = entity_item(mention, key, texts) if kind == "entity" else date_item(mention, key, texts)
        yield article, item


def _chosen(summary: Summary) -> set[str]:
    """The events and quotations whose sentences fit: all of them, or some for every mark."""
    event_costs = {row.event_id: len(embedded(row.text[:640]).encode()) + 420 for row in summary.event_rows}
    quotation_costs = {row.quotation_id: len(embedded(row.text[:640]).encode()) + 330 for row in summary.quotation_rows}
    marks = list(marks_of(summary))
    return sampled([*marks, _every(event_costs)], event_costs, EVENT_BYTES) | sampled(
        [*marks, _every(quotation_costs)], quotation_costs, QUOTATION_BYTES
    )


def _every(ids: Iterable[str]) -> Mark:
    """A mark for what no mark on the page counts: it fills up what room is left."""
    return Mark("all", 0, (), tuple(ids))


def marks_of(summary: Summary) -> Iterator[Mark]:
    """Every mark on the page."""
    for counts in summary.blocks:
        yield from (counts.kept, counts.removed)
    yield from (*summary.modalities, *summary.types, *summary.quotation_kinds)
    if summary.timeline:
        yield from (shape.mark for shape in (*summary.timeline.bars.shapes, *summary.timeline.lanes.shapes))
    if summary.matrix:
        yield from (cell.mark for row in summary.matrix.cells for cell in row if cell)
    if summary.network:
        yield from (edge.mark for edge in summary.network.edges)
        yield from (node.mark for node in summary.network.nodes)
    for listing in (summary.speakers, summary.places, summary.entities, summary.dates, summary.articles):
        yield from (line.mark for line in listing.lines)


def _article(summary: Summary, article_id: str) -> dict[str, str]:
    row = summary.documents.get(article_id)
    if row is None:
        return {"id": article_id, "title": article_id}
    # "javascript:..." in the address of an article is no address.
    url = row.url if WEB_ADDRESS.match(row.url) else ""
    cells = {"id": article_id, "title": row.title or article_id, "day": row.published[:10], "url": url}
    return {name: value for name, value in cells.items() if value}


def _countries(summary: Summary) -> list[str]:
    """The countries that take part in events, for the filter."""
    return sorted(
        {
            code
            for row in summary.event_rows
            for code in (*row.actor_country, *row.recipient_country, row.location_country)
        }
        - {""}
    )


def plain(text: str) -> str:
    """Words for a label or an attribute: on one line, without characters that turn the text around."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", DIRECTION.sub("", " ".join(text.split())))


def _number(value: float) -> str:
    return f"{value:,}"


def _definitions(labels: Iterable[Label]) -> dict[str, str]:
    return {label.value: label.definition for label in labels}


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _resource(name: str) -> str:
    return (resources.files("pipeline.report") / name).read_text(encoding="utf-8")


__all__ = ["Line", "data", "embedded", "marks_of", "page", "plain", "policy"]
