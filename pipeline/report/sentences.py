"""Sentences: the words behind a row, cut out of the article's text with the telling parts named."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.labels import TimexType
from pipeline.panel import DistinctEvent
from pipeline.tables import BlockRow, DateRow, EntityRow, EventRow, QuotationRow

LONGEST = 640  # characters of a sentence that are shown; a list without a full stop can be endless
AROUND_A_MENTION = 110  # characters on either side of a name or a date
CUT = " […] "

Part = tuple[int, int, str]  # start, end, role
Item = dict[str, Any]


class Texts:
    """The texts of the articles, read when they are needed; the last one is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "texts"
        self.article_id, self.text = "", ""

    def text_of(self, article_id: str) -> str:
        """The text of an article; empty where the file is missing or lies outside the folder."""
        if article_id != self.article_id:
            path = self.folder / f"{article_id}.txt"
            known = path.parent == self.folder and path.is_file()
            self.article_id = article_id
            self.text = path.read_bytes().decode("utf-8", errors="replace") if known else ""
        return self.text


def event_item(
    row: EventRow, event: DistinctEvent | None, names: dict[str, list[str]], texts: Texts, around: int
) -> Item:
    """An event mention: its sentence, and what the filters ask for. The days are those of the whole event."""
    parts = [(row.trigger_start, row.trigger_end, "trigger")]
    for side in ("actor", "recipient"):
        starts, ends = getattr(row, f"{side}_start"), getattr(row, f"{side}_end")
        parts += [(start, end, side) for start, end in zip(starts, ends, strict=False)]
    if row.location_start is not None and row.location_end is not None:
        parts.append((row.location_start, row.location_end, "location"))
    first, last = (event.interval if event else None) or (row.date_earliest, row.date_latest)
    basis = event.date_basis if event else row.date_basis
    text = texts.text_of(row.article_id)
    return _without_empty(
        k="event",
        i=row.event_id,
        s=row.start,
        e=row.end,
        x=_segments(text, row.start, row.end, parts, around) or [row.text[:LONGEST]],
        t=row.event_type.value,
        m=row.modality.value,
        f=first.isoformat() if first else "",
        l=last.isoformat() if last else "",
        b=basis.value if basis else "",
        A=names["actor"],
        R=names["recipient"],
        P=row.location,
        C=sorted({*row.actor_country, *row.recipient_country, row.location_country} - {""}),
        y=row.attributed_to,
        c=round(row.confidence, 2),
        u=row.rule,
        o=int(not row.same_event),
    )


def quotation_item(row: QuotationRow, speaker: str, texts: Texts, around: int) -> Item:
    """A quotation with its cue and its speaker."""
    parts: list[Part] = [(*_offsets(span), "content") for span in row.spans]
    for start, end, role in (
        (row.cue_start, row.cue_end, "cue"),
        (row.speaker_start, row.speaker_end, "speaker"),
    ):
        if start is not None and end is not None:
            parts.append((start, end, role))
    # A speaker of three paragraphs ago would make the passage too long: what is too far away is left out.
    parts = [part for part in parts if row.start - LONGEST < part[0] and part[1] < row.end + LONGEST]
    start, end = min(part[0] for part in parts), max(part[1] for part in parts)
    text = texts.text_of(row.article_id)
    return _without_empty(
        k="quotation",
        i=row.quotation_id,
        s=row.start,
        e=row.end,
        x=_segments(text, start, end, parts, around) or [row.text[:LONGEST]],
        t=row.kind.value,
        v=row.attribution_type.value,
        S=speaker,
        c=round(row.confidence, 2),
        u=row.rule,
    )


def entity_item(row: EntityRow, key: str, texts: Texts) -> Item:
    """A mention of an entity, between the words around it."""
    return _mention(
        "entity", row.entity_id, row, texts, t=row.label.value, E=key, C=[row.country] if row.country else []
    )


def date_item(row: DateRow, key: str, texts: Texts) -> Item:
    """A date expression between the words around it."""
    bounds = {"f": row.earliest.isoformat() if row.earliest else "", "l": row.latest.isoformat() if row.latest else ""}
    return _mention("date", row.date_id, row, texts, t=row.type.value, D=key, n=row.anchor, **bounds)


def date_key(row: DateRow) -> str:
    """What the report counts as one date: the value, or for lengths and sets of time the value and its kind."""
    if not row.value:
        return "without a value"
    return row.value if row.type in (TimexType.DATE, TimexType.TIME) else f"{row.value} ({row.type.value.lower()})"


def block_item(row: BlockRow) -> Item:
    """A block of the page and why it was kept or removed."""
    words = " ".join(row.text.split())
    shown = words if len(words) <= 240 else words[:240] + CUT
    return _without_empty(
        k="block", i=f"{row.article_id}:{row.block}", s=row.start, e=row.end, x=[shown], B=row.label.value,
        K=int(row.kept), u=row.reason,
    )  # fmt: skip


def _mention(kind: str, row_id: str, row: EntityRow | DateRow, texts: Texts, **facets: Any) -> Item:
    text = texts.text_of(row.article_id)
    segments = _segments(text, row.start, row.end, [(row.start, row.end, "mention")], AROUND_A_MENTION)
    return _without_empty(
        k=kind, i=row_id, s=row.start, e=row.end, x=segments or [[row.text[:LONGEST], "mention"]], u=row.rule, **facets
    )


def _segments(text: str, start: int, end: int, parts: Sequence[Part], around: int) -> list[Any]:
    """The words from start to end with their neighbours in the paragraph: strings, and [string, role] for the parts."""
    if not 0 <= start < end <= len(text):
        return []
    start, end = _window(start, end, parts)
    pieces = _pieces(text, start, end, parts)
    return list(_merged(([_before(text, start, around), "around"], *pieces, [_after(text, end, around), "around"])))


def _before(text: str, start: int, length: int) -> str:
    """The words of the paragraph before a place, no more than so many characters and no half word."""
    words = text[max(0, start - length) : start].rpartition("\n")[2]
    return "… " + words.partition(" ")[2] if len(words) == length > 0 else words


def _after(text: str, end: int, length: int) -> str:
    words = text[end : end + length].partition("\n")[0]
    return words.rpartition(" ")[0] + " …" if len(words) == length > 0 else words


def _window(start: int, end: int, parts: Sequence[Part]) -> tuple[int, int]:
    """The sentence, or of a long one the stretch around its most telling part."""
    if end - start <= LONGEST:
        return start, end
    focus = max(start, parts[0][0] - LONGEST // 2)
    return focus, min(end, focus + LONGEST)


def _pieces(text: str, start: int, end: int, parts: Sequence[Part]) -> Iterator[list[str]]:
    position = start
    for first, last, role in sorted(parts):
        if position <= first < last and first < end:
            yield [text[position:first], ""]
            position = min(last, end)
            yield [text[first:position], role]
    yield [text[position:end], ""]


def _merged(pieces: Iterable[Sequence[str]]) -> Iterator[Any]:
    for words, role in pieces:
        if words:
            yield [words, role] if role else words


def _offsets(span: str) -> tuple[int, int]:
    start, _, end = span.partition("-")
    return int(start), int(end)


def _without_empty(**cells: Any) -> Item:
    """The item without what the text does not say."""
    return {name: value for name, value in cells.items() if value not in ("", [], None)}
