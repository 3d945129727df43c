"""What must hold for any extraction, ours and the annotators'; what does not hold is a problem, not an exception.

Each check is a function `(text, extraction) -> Iterator[str]` that says what is wrong. None of them changes a row.
"""

from collections.abc import Callable, Iterator
from typing import Any

from pipeline.labels import Stage
from pipeline.schema import Column, Table, describe
from pipeline.tables import PIECES, Extraction, ProblemRow, QuotationRow, cells, problem_row

Check = Callable[[str, Extraction], Iterator[str]]
# Column groups that quote the text: prefix of the offsets, and the column that repeats the words.
QUOTING = {
    "blocks": [("", "text")],
    "entities": [("", "text")],
    "dates": [("", "text")],
    "quotations": [("cue_", "cue")],
    "events": [("", "text"), ("trigger_", "trigger"), ("location_", "location")],
}


def problems(text: str, extraction: Extraction) -> tuple[ProblemRow, ...]:
    """Everything that does not hold for the rows of one article."""
    (document,) = extraction.documents
    return tuple(
        problem_row(document.source_file, document.article_id, Stage.CHECK, message)
        for check in CHECKS
        for message in check(text, extraction)
    )


def quoted_words(text: str, extraction: Extraction) -> Iterator[str]:
    """Every cell that quotes the text equals the text at its offsets."""
    for table, groups in QUOTING.items():
        for row in getattr(extraction, table):
            for prefix, quoting in groups:
                start, end = getattr(row, f"{prefix}start"), getattr(row, f"{prefix}end")
                yield from _misquoted(text, f"{table}.{quoting}", start, end, getattr(row, quoting))
    for event in extraction.events:
        for side in ("actor", "recipient"):
            columns = (getattr(event, f"{side}_start"), getattr(event, f"{side}_end"), getattr(event, side))
            for start, end, words in zip(*columns, strict=True):
                yield from _misquoted(text, f"events.{side}", start, end, words)
    for quotation in extraction.quotations:
        words = PIECES.join(text[start:end] for start, end in _pieces(quotation))
        if words != quotation.text:
            yield f"quotations.text: {_short(quotation.text)} is not what stands at {';'.join(quotation.spans)}"


def _misquoted(text: str, place: str, start: int | None, end: int | None, words: str) -> Iterator[str]:
    if start is None or end is None:
        if words:
            yield f"{place}: {_short(words)} has no offsets"
    elif not 0 <= start < end <= len(text):
        yield f"{place}: offsets {start}-{end} are not inside the text (0-{len(text)})"
    elif text[start:end] != words:
        yield f"{place}: {_short(words)} is not what stands at {start}-{end}"


def blocks_in_order(text: str, extraction: Extraction) -> Iterator[str]:
    """Blocks follow one another, do not overlap, and cover every visible character."""
    position = 0
    for row in extraction.blocks:
        if row.start < position:
            yield f"blocks: block {row.block} starts at {row.start}, inside the block before it"
        elif text[position : row.start].strip("\ufeff" + WHITE):
            yield f"blocks: the text at {position}-{row.start} is in no block"
        position = row.end
    if text[position:].strip("\ufeff" + WHITE):
        yield f"blocks: the text at {position}-{len(text)} is in no block"


# White space as str.split() sees it, for strip() with the byte-order mark beside it.
WHITE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())


def mentions_inside_kept_blocks(text: str, extraction: Extraction) -> Iterator[str]:
    """No mention reaches into what cleaning removed."""
    removed = bytearray(len(text))
    for row in extraction.blocks:
        if not row.kept:
            removed[row.start : row.end] = b"\x01" * (row.end - row.start)
    for table in ("entities", "dates", "quotations", "events"):
        for row in getattr(extraction, table):
            pieces = _pieces(row) if table == "quotations" else [(row.start, row.end)]
            if any(removed.find(1, start, end) >= 0 for start, end in pieces):
                yield f"{table}: {_short(row.text)} at {row.start} reaches into a removed block"


def _pieces(quotation: QuotationRow) -> list[tuple[int, int]]:
    """The offsets of the pieces of a quotation's content."""
    return [(int(start), int(end)) for start, end in (span.split("-") for span in quotation.spans)]


def references_resolve(text: str, extraction: Extraction) -> Iterator[str]:
    """Every id that names a row of this article names one that exists."""
    ids = {
        f"{name}.{column.name}": {getattr(row, column.name) for row in rows}
        for name, rows in extraction._asdict().items()
        for column in (describe(type(rows[0])).columns if rows else ())
    }
    for name, rows in extraction._asdict().items():
        for column in describe(type(rows[0])).columns if rows else ():
            if column.references and name != "problems":
                known = ids.get(column.references, set())
                missing = {value for row in rows if (value := getattr(row, column.name))} - known
                yield from (f"{name}.{column.name}: {value} names no row" for value in sorted(missing))


def intervals_in_order(text: str, extraction: Extraction) -> Iterator[str]:
    """No interval ends before it begins."""
    for date in extraction.dates:
        if date.earliest and date.latest and date.earliest > date.latest:
            yield f"dates: {_short(date.text)} begins on {date.earliest}, after it ends on {date.latest}"
    for event in extraction.events:
        if event.date_earliest and event.date_latest and event.date_earliest > event.date_latest:
            interval = f"{event.date_earliest}, after it ends on {event.date_latest}"
            yield f"events: {_short(event.trigger)} begins on {interval}"


def cells_in_range(text: str, extraction: Extraction) -> Iterator[str]:
    """Every cell holds what its column promises, and no two rows share a key."""
    for name, rows in extraction._asdict().items():
        seen: set[tuple[Any, ...]] = set()
        for row in rows:
            declared = describe(type(row))
            yield from (f"{name}.{wrong}" for wrong in _cells_out_of_range(declared, row))
            key = tuple(getattr(row, column) for column in declared.key)
            if key in seen:
                yield f"{name}: two rows with the key {key}"
            seen.add(key)


def _cells_out_of_range(declared: Table, row: Any) -> Iterator[str]:
    for column, value in zip(declared.columns, cells(row), strict=True):
        if value in (None, "", ()):
            if column.required:
                yield f"{column.name}: empty, where a value is required"
        elif not column.many and not _in_range(column, value):
            yield f"{column.name}: {value!r} is out of range"


def _in_range(column: Column, value: Any) -> bool:
    if column.minimum is not None and value < column.minimum:
        return False
    return column.maximum is None or bool(value <= column.maximum)


def _short(words: str) -> str:
    return repr(words if len(words) <= 40 else words[:37] + "...")


CHECKS: tuple[Check, ...] = (
    quoted_words,
    blocks_in_order,
    mentions_inside_kept_blocks,
    references_resolve,
    intervals_in_order,
    cells_in_range,
)
