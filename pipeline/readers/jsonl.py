"""JSONL: an article on each line, as a JSON object with a text or html field."""

import json
from collections.abc import Iterable, Iterator

from pipeline.readers.decoding import decode_line
from pipeline.readers.identifiers import Identifiers
from pipeline.readers.lines import TOO_LONG, Line
from pipeline.readers.problems import UnreadableError
from pipeline.readers.records import Origin, Unread, record_articles


def read_jsonl(lines: Iterable[Line], source_file: str, stem: str, ids: Identifiers) -> Iterator[Unread]:
    """The articles of a JSONL file; a broken line costs that record only."""
    seen = False
    for number, line in enumerate(lines, start=1):
        origin = Origin(source_file, f"{stem}-{number}", f"line {number}")
        if line is TOO_LONG:
            yield origin.problem(f"{TOO_LONG}; the record is left out")
        elif stripped := line.strip().removeprefix("\ufeff"):
            yield from _record(stripped, origin, ids)
        else:
            continue
        seen = True
    if not seen:
        yield Origin(source_file, "").problem("the file is empty: no record to read")


def _record(line: str, origin: Origin, ids: Identifiers) -> Iterator[Unread]:
    try:
        decoded, warning = decode_line(line)
        fields = _parsed(decoded)
    except UnreadableError as error:
        yield origin.problem(f"{error}; the record is left out")
        return
    article_id = ""
    for found in record_articles(fields, origin, ids):
        article_id = getattr(found, "id", article_id)
        yield found
    if warning and article_id:
        yield origin.problem(warning, article_id)


def _parsed(line: str) -> dict[str, object]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        detail = f" ({error.msg} at column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableError(f"not JSON{detail}") from error
    if not isinstance(fields, dict):
        raise UnreadableError("not a JSON object")
    return fields
