"""brat: a folder with `<article_id>.txt` and `<article_id>.ann`, which is also how we keep gold.

The lines are those of `pipeline.validation`; this module adds what an import from the tool needs beyond reading gold:
words are found again where offsets disagree, and a line that cannot be placed costs that line only.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.errors import GoldError, InputError
from pipeline.interchange.datasets import typed_row
from pipeline.interchange.marks import ArticleRows
from pipeline.interchange.places import Span, Text
from pipeline.interchange.recovery import Lost, Recovered
from pipeline.schema import cell_text, describe
from pipeline.tables import Extraction
from pipeline.validation import vocabulary
from pipeline.validation.gold import as_gold, write_gold
from pipeline.validation.gold_rows import extraction_of
from pipeline.validation.standoff import Standoff, TextBound, flat, parse
from pipeline.writers import replace_file

CONFIGURATION = "annotation.conf"


def write(articles: Iterable[ArticleRows], path: Path) -> tuple[str, ...]:
    """Write the folder, with the configuration brat needs; returns a remark for each article that it cannot hold."""
    remarks = []
    replace_file(path / CONFIGURATION, (f"{line}\n" for line in configuration()))
    for article in articles:
        try:
            write_gold(as_gold(extraction_from(article), article.text), path)
        except GoldError as error:
            remarks.append(f"{error}; the article is left out")
    return tuple(remarks)


def extraction_from(article: ArticleRows) -> Extraction:
    """The rows with their types."""
    found: dict[str, Any] = {t: tuple(typed_row(t, row) for row in rows) for t, rows in article.tables.items()}
    return Extraction(**found)


def files(path: Path) -> list[Path]:
    """The annotation files of a folder, or the one file itself.

    Raises:
        InputError: there are none.
    """
    found = sorted(path.glob("*.ann")) if path.is_dir() else [path]
    if not found:
        raise InputError(f"{path}: no .ann files; give the folder that brat keeps the collection in")
    return found


def article_of(path: Path, article_id: str, text: str) -> Recovered:
    """The rows of one annotation file, laid on the text.

    Raises:
        GoldError: the file is broken in more than its offsets.
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    standoff, source = parse(content, path)
    places, moved, lost, bounds = Text(text), 0, list[Lost](), list[TextBound]()
    for bound in standoff.text_bounds:
        spans = spans_of(bound, places)
        if spans is None:
            start, end = bound.spans[0][0], bound.spans[-1][1]
            why = "the words do not stand in the text"
            lost.append(Lost(article_id, bound.label, bound.words, start, end, why))
        elif spans == bound.spans:
            bounds.append(bound)
        else:
            moved += 1
            words = flat(" ".join(text[start:end] for start, end in spans))
            bounds.append(replace(bound, spans=spans, words=words))
    rows = extraction_of(without_the_lost(standoff, bounds), text, article_id, source)
    tables = {
        table: tuple({c.name: cell_text(getattr(row, c.name)) for c in describe(type(row)).columns} for row in found)
        for table, found in rows._asdict().items()
        if table != "problems"
    }
    return Recovered(ArticleRows(article_id, text, tables), moved, tuple(lost))


def spans_of(bound: TextBound, text: Text) -> tuple[Span, ...] | None:
    """Where the pieces of a line stand; `None` where one of them does not."""
    if flat(" ".join(text.text[start:end] for start, end in bound.spans)) == bound.words:
        return bound.spans
    # The pieces are joined by one space each, and are as long as their offsets say.
    ends = [0]
    for start, end in bound.spans:
        ends.append(ends[-1] + end - start + 1)
    if ends[-1] - 1 != len(bound.words) and len(bound.spans) > 1:
        return None
    pieces = [bound.words[a : b - 1] for a, b in pairwise(ends)] if len(bound.spans) > 1 else [bound.words]
    found = [text.place_of(words, *span) for words, span in zip(pieces, bound.spans, strict=True)]
    placed = tuple(span for span in found if span is not None)
    in_order = all(one[1] <= other[0] for one, other in pairwise(placed))
    return placed if len(placed) == len(found) and in_order else None


def without_the_lost(standoff: Standoff, bounds: Sequence[TextBound]) -> Standoff:
    """The lines that still have something to stand on."""
    known = {bound.id for bound in bounds}
    ties = [tie for tie in standoff.ties if tie.trigger in known]
    known |= {tie.id for tie in ties}
    kept = (
        replace(tie, arguments=tuple((role, target) for role, target in tie.arguments if target in known))
        for tie in ties
    )
    groups = (replace(g, members=tuple(member for member in g.members if member in known)) for g in standoff.groups)
    return replace(
        standoff,
        text_bounds=tuple(bounds),
        ties=tuple(kept),
        attributes=tuple(line for line in standoff.attributes if line.target in known),
        references=tuple(line for line in standoff.references if line.target in known),
        groups=tuple(group for group in groups if len(group.members) > 1),
        remarks=tuple(line for line in standoff.remarks if line.target in known),
    )


def configuration() -> Iterator[str]:
    """The lines of annotation.conf: the labels, roles and attributes of a gold file."""
    marks = sorted(vocabulary.LABELS - vocabulary.EVENTS - {vocabulary.QUOTATION})
    anything = "<ENTITY>"
    quoted = [f"{role}?:{'|'.join(sorted(labels))}" for role, labels in vocabulary.ROLES[vocabulary.QUOTATION].items()]
    taken = []
    for role in vocabulary.ROLES["event"]:
        many = "*" if role in vocabulary.MANY else "?"
        taken.append(f"{role}{many}:{vocabulary.QUOTATION if role == 'Source' else anything}")
    yield "[entities]"
    yield from marks
    yield "[relations]"
    yield "[events]"
    yield f"{vocabulary.QUOTATION}\t{', '.join(quoted)}"
    yield from (f"{label}\t{', '.join(taken)}" for label in sorted(vocabulary.EVENTS))
    yield "[attributes]"
    # Values are open: brat shows an attribute without a list of values as one to tick, and keeps what the file says.
    for name in vocabulary.ATTRIBUTES:
        yield f"{name}\tArg:<ANY>"
