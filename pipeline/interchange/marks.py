"""Marks: the rows of an article as labelled stretches of its text, which is what annotation tools show.

Each row has a mark of its own, an interrupted quotation one for each piece; cue, speaker, actor, recipient and location
are marks that ties join to it. An event is marked at its trigger. What a mark does not say stays in the cells of its
row, which travel along, so that a file that comes back unchanged gives the same tables.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pipeline.labels import BlockLabel, EntityLabel, EventType, TimexType
from pipeline.schema import LIST_SEPARATOR
from pipeline.tables import PIECES

Row = Mapping[str, str]  # column -> cell, as in the CSV file; empty cells may be left out

QUOTATION = "Quotation"
PIECE = "Piece"  # the tie from the first piece of a quotation to the next ones
LAYERS = ("blocks", "entities", "dates", "quotations", "events")
# The column that a table's marks have as label; quotations are all labelled alike.
LABEL_COLUMN = {"blocks": "label", "entities": "label", "dates": "type", "events": "event_type"}
TABLE_OF_LABEL: dict[str, str] = {
    **{str(label): "blocks" for label in BlockLabel},
    **{str(label): "entities" for label in EntityLabel},
    **{str(label): "dates" for label in TimexType},
    **{str(label): "events" for label in EventType},
    QUOTATION: "quotations",
}


@dataclass(frozen=True, slots=True)
class Part:
    """The columns that quote one part of a row; `words` is empty where the column holds something else."""

    start: str
    end: str
    words: str = ""
    along: tuple[str, ...] = ()  # columns that say more of the same part, value for value


# The stretch that a row is marked at (of quotations, the spans), and what is tied to it.
OWN: dict[str, Part] = {
    "blocks": Part("start", "end", "text"),
    "entities": Part("start", "end", "text"),
    "dates": Part("start", "end", "text"),
    "events": Part("trigger_start", "trigger_end", "trigger"),
}
PARTS: dict[str, dict[str, Part]] = {
    "quotations": {
        "Cue": Part("cue_start", "cue_end", "cue"),
        "Speaker": Part("speaker_start", "speaker_end"),
    },
    "events": {
        "Actor": Part("actor_start", "actor_end", "actor", ("actor_entity_id", "actor_country", "actor_sector")),
        "Recipient": Part(
            "recipient_start",
            "recipient_end",
            "recipient",
            ("recipient_entity_id", "recipient_country", "recipient_sector"),
        ),
        "Location": Part("location_start", "location_end", "location"),
    },
}
MANY = frozenset({"Actor", "Recipient", PIECE})
ROLES = frozenset(role for parts in PARTS.values() for role in parts)


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled stretch, and the words that the file says stand there."""

    id: str
    label: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A part belongs to a row: from the row's mark, under the name of the role, to the part's mark."""

    head: str
    role: str
    child: str


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row: the mark it is shown at, the marks of its parts by role, and the cells that no mark says."""

    table: str
    mark: str
    parts: tuple[tuple[str, str], ...]
    cells: Row


@dataclass(frozen=True, slots=True)
class Carried:
    """What a file takes along beside its marks: the row of the document, the other rows, the marks as they left us."""

    document: Row
    rows: tuple[MarkedRow, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """An article as a tool holds it."""

    article_id: str
    text: str  # as the file has it
    marks: tuple[Mark, ...]
    ties: tuple[Tie, ...] | None  # None: the format has no ties, those of the rows hold
    carried: Carried
    keeps_ids: bool = True  # whether the tool gives marks back under the ids they had


@dataclass(frozen=True, slots=True)
class ArticleRows:
    """An article: its text and the rows of each table, as cells."""

    article_id: str
    text: str
    tables: Mapping[str, tuple[Row, ...]]


def marked(article: ArticleRows, layers: Collection[str] = LAYERS) -> MarkedArticle:
    """The article with the rows of the layers as marks."""
    marking = _Marking(article.text)
    rows = tuple(
        marking.marked_row(table, row) for table in LAYERS if table in layers for row in article.tables.get(table, ())
    )
    marks = tuple(marking.marks)
    ties = tuple(Tie(row.mark, role, child) for row in rows for role, child in row.parts)
    (document,) = article.tables["documents"]
    carried = Carried(filled(document), rows, marks)
    return MarkedArticle(article.article_id, article.text, marks, ties, carried)


class _Marking:
    """The marks of an article as they come up; equal parts of several rows are one mark."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.marks: list[Mark] = []
        self.shared: dict[tuple[str, int, int], str] = {}

    def marked_row(self, table: str, row: Row) -> MarkedRow:
        cells = filled(row)
        parts: list[tuple[str, str]] = []
        if table == "quotations":
            spans, words = list(spans_of(row["spans"])), row["text"].split(PIECES)
            # A piece may itself hold " [...] ": then the numbers must do.
            words = words if len(words) == len(spans) else [""] * len(spans)
            first, *others = [self._add(QUOTATION, *span, said) for span, said in zip(spans, words, strict=True)]
            parts = [(PIECE, piece) for piece in others]
            drop(cells, "start", "end", "spans", "text")
        else:
            own = OWN[table]
            place = (int(row[own.start]), int(row[own.end]))
            first = self._add(row[LABEL_COLUMN[table]], *place, row.get(own.words, ""))
            drop(cells, own.start, own.end, own.words)
        for role, part in PARTS.get(table, {}).items():
            starts, ends = listed(row.get(part.start, "")), listed(row.get(part.end, ""))
            words = listed(row.get(part.words, "")) if role in MANY else [row.get(part.words, "")]
            words = words if len(words) == len(starts) else [""] * len(starts)
            for start, end, said in zip(starts, ends, words, strict=True):
                parts.append((role, self._part(role, int(start), int(end), said)))
            if starts:
                drop(cells, part.start, part.end, part.words)
        return MarkedRow(table, first, tuple(parts), cells)

    def _part(self, role: str, start: int, end: int, words: str) -> str:
        key = (role, start, end)
        if key not in self.shared:
            self.shared[key] = self._add(*key, words)
        return self.shared[key]

    def _add(self, label: str, start: int, end: int, words: str) -> str:
        mark = Mark(str(len(self.marks) + 1), label, start, end, words or self.text[start:end])
        self.marks.append(mark)
        return mark.id


def filled(row: Row) -> dict[str, str]:
    """The cells that say something."""
    return {column: cell for column, cell in row.items() if cell}


def drop(cells: dict[str, str], *columns: str) -> None:
    """Leave the columns out."""
    for column in columns:
        cells.pop(column, None)


def listed(cell: str) -> list[str]:
    """The values of a list in a cell."""
    return cell.split(LIST_SEPARATOR) if cell else []


def spans_of(cell: str) -> Iterator[tuple[int, int]]:
    """The pieces of a quotation: `12-40;52-80`."""
    for span in listed(cell):
        start, end = span.split("-")
        yield int(start), int(end)
