"""From marks back to rows: words found again, rows that kept their marks, and new rows for what annotators added."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.interchange.marks import (
    LABEL_COLUMN,
    LAYERS,
    MANY,
    OWN,
    PARTS,
    PIECE,
    ROLES,
    TABLE_OF_LABEL,
    ArticleRows,
    Carried,
    Mark,
    MarkedArticle,
    MarkedRow,
    Part,
    Row,
    Tie,
    listed,
)
from pipeline.interchange.places import Text
from pipeline.labels import KEPT_LABELS, QUAD_CATEGORY, SCORE, BlockLabel, EventType
from pipeline.schema import LIST_SEPARATOR, cell_text
from pipeline.tables import PIECES, ROW_TYPES, tables

# table -> column -> table and column of the row of the same article that a cell names
REFERENCES = {
    table.name: {
        column.name: (target, id_column)
        for column in table.columns
        if column.references and column.name != "article_id"
        for target, id_column in [column.references.split(".")]
    }
    for table in tables()
}
HEADERS = {table.name: table.header for table in tables()}
NEW = "new "  # before the id of a mark that no row knows
OPENING_MARKS = tuple("\"'“‘«")


@dataclass(frozen=True, slots=True)
class Lost:
    """An annotation that could not be taken over: its words, the place the file gives, and why."""

    article_id: str
    label: str
    words: str
    start: int
    end: int
    why: str

    def __str__(self) -> str:
        return f"{self.label} {self.words[:80]!r} at {self.start}-{self.end}: {self.why}; left out"


@dataclass(frozen=True, slots=True)
class Recovered:
    """The rows of an article, how many marks stood elsewhere than the file says, and what was lost."""

    article: ArticleRows
    moved: int
    lost: tuple[Lost, ...]


def recovered(article: MarkedArticle, text: str, origin: str) -> Recovered:
    """The rows that the marks of a file stand for; `origin` names the format, and is the rule of new rows."""
    recovery = _Recovery(article, text, origin)
    recovery.place_marks()
    recovery.match_marks()
    recovery.keep_rows()
    recovery.add_rows()
    return Recovered(ArticleRows(article.article_id, text, recovery.tables()), recovery.moved, tuple(recovery.lost))


class _Recovery:
    """One article on its way from marks to rows."""

    def __init__(self, article: MarkedArticle, text: str, origin: str) -> None:
        self.article, self.text, self.origin = article, text, origin
        self.places = Text(text)
        self.placed: dict[str, Mark] = {}  # by the id in the file, later by the id that the rows know
        self.parts: dict[str, list[tuple[str, str]]] = defaultdict(list)  # head -> role and mark
        self.rows: dict[str, list[dict[str, str]]] = defaultdict(list)
        self.used: set[str] = set()  # marks that stand in a row
        self.mention_at: dict[tuple[int, int], Row] = {}
        self.entity_named: dict[tuple[str, str], Row] = {}
        self.added: set[str] = set()  # tables with new rows
        self.moved = 0
        self.lost: list[Lost] = []

    # --- where the marks stand

    def place_marks(self) -> None:
        """Find every mark in our text."""
        for mark in self.article.marks:
            place = self.places.place_of(mark.words, mark.start, mark.end)
            if mark.label not in TABLE_OF_LABEL and mark.label not in ROLES:
                self._lose(mark, "the label is none of ours (docs/reference/codebook.md lists them)")
            elif place is None:
                self._lose(mark, "the words do not stand in the text")
            else:
                self.moved += place != (mark.start, mark.end)
                self.placed[mark.id] = replace(mark, start=place[0], end=place[1], words=self.text[slice(*place)])

    def _lose(self, mark: Mark, why: str) -> None:
        self.lost.append(Lost(self.article.article_id, mark.label, mark.words, mark.start, mark.end, why))

    # --- which of them the rows know

    def match_marks(self) -> None:
        """Give marks that left us the id they left under, and the others one that no row knows."""
        names = dict(self._known_marks())
        self.placed = {names.get(id, NEW + id): mark for id, mark in self.placed.items()}
        for tie in self._ties(names):
            self.parts[tie.head].append((tie.role, tie.child))

    def _known_marks(self) -> Iterator[tuple[str, str]]:
        """The id in the file and the id that the rows know, where both name one mark."""
        left = {mark.id: mark for mark in self.article.carried.marks}
        waiting: dict[tuple[str, int, int], list[str]] = defaultdict(list)
        for mark in left.values():
            waiting[mark.label, mark.start, mark.end].append(mark.id)
        unknown = []
        for id, mark in self.placed.items():
            if self.article.keeps_ids and id in left and _one_table(left[id].label, mark.label):
                waiting[left[id].label, left[id].start, left[id].end].remove(id)
                yield id, id
            else:
                unknown.append(mark)
        for mark in unknown:
            if same := waiting[mark.label, mark.start, mark.end]:
                yield mark.id, same.pop(0)

    def _ties(self, names: Mapping[str, str]) -> Iterator[Tie]:
        """The ties that hold, those of the rows first and in their order: the order of actors is that of the row."""
        of_rows = [Tie(row.mark, role, child) for row in self.article.carried.rows for role, child in row.parts]
        if self.article.ties is None:
            yield from (tie for tie in of_rows if tie.child in self.placed)
            return
        in_file = [
            Tie(names.get(tie.head, NEW + tie.head), tie.role, names.get(tie.child, NEW + tie.child))
            for tie in self.article.ties
        ]
        there, known = set(in_file), set(of_rows)
        yield from (tie for tie in of_rows if tie in there and tie.child in self.placed)
        yield from (tie for tie in in_file if tie not in known and tie.child in self.placed)

    # --- rows

    def keep_rows(self) -> None:
        """The rows whose mark is still there."""
        for row in self.article.carried.rows:
            pieces = [child for role, child in row.parts if role == PIECE and child in self.placed]
            head = row.mark if row.mark in self.placed else next(iter(pieces), "")
            if not head:
                continue
            self.parts[row.mark] = [(role, child) for role, child in self.parts[row.mark] if child != head]
            cells = dict(row.cells)
            self._relabel(row.table, cells, self.placed[head].label)
            self._quote(row.table, cells, head, self.parts[row.mark], row)
            self._append(row.table, cells)

    def _append(self, table: str, cells: dict[str, str]) -> None:
        self.rows[table].append(cells)
        if table == "entities":
            self.mention_at[int(cells["start"]), int(cells["end"])] = cells
            self.entity_named.setdefault((cells["label"], cells["text"]), cells)

    def _relabel(self, table: str, cells: dict[str, str], label: str) -> None:
        """An annotator may have chosen another label of the same table."""
        column = LABEL_COLUMN.get(table, "")
        if not column or cells[column] == label:
            return
        cells[column] = label
        if table == "blocks":
            cells["kept"] = cell_text(BlockLabel(label) in KEPT_LABELS)
        if table == "events":
            cells |= _worth(label)
            cells["mode"] = ""  # modes belong to a type

    def add_rows(self) -> None:
        """A row for each mark that annotators added."""
        pieces = {child for parts in self.parts.values() for role, child in parts if role == PIECE}
        added = [id for id, mark in self.placed.items() if mark.label not in ROLES and id not in self.used | pieces]
        # Entities before the quotations and events that name them.
        for id in sorted(added, key=lambda id: LAYERS.index(TABLE_OF_LABEL[self.placed[id].label])):
            mark = self.placed[id]
            table = TABLE_OF_LABEL[mark.label]
            cells = self._new_row(table, mark)
            self._quote(table, cells, id, self.parts[id], None)
            self._append(table, cells)
            self.added.add(table)
        for id, mark in self.placed.items():
            if id not in self.used and id.startswith(NEW):
                self._lose(mark, "nothing is tied to it")
        if "blocks" not in self.rows:
            self.rows["blocks"] = list(paragraphs(self.article.article_id, self.text, self.origin))

    def _new_row(self, table: str, mark: Mark) -> dict[str, str]:
        """The cells of a row that an annotator added, as far as a label can say them."""
        origin = f"import: {self.origin}"
        row_id = f"{self.article.article_id}:import{mark.start}-{mark.end}"
        cells = {"article_id": self.article.article_id, LABEL_COLUMN.get(table, "label"): mark.label, "rule": origin}
        if table == "blocks":
            return {**cells, "kept": cell_text(BlockLabel(mark.label) in KEPT_LABELS), "reason": origin}
        if table == "entities":
            known = self.entity_named.get((mark.label, mark.words)) or {
                "entity_id": row_id, "canonical_name": " ".join(mark.words.split())
            }  # fmt: skip
            entity = {column: known.get(column, "") for column in ("entity_id", "canonical_name", "country")}
            return {**cells, **entity, "mention_type": "name"}
        if table == "dates":
            return {**cells, "date_id": row_id}
        if table == "quotations":
            inside = mark.words.startswith(OPENING_MARKS) or self.text[: mark.start].endswith(OPENING_MARKS)
            kind = "direct" if inside else "indirect"
            return {**cells, "quotation_id": row_id, "kind": kind, "attribution_type": "assertion", "confidence": "1"}
        return {**cells, "event_id": row_id, "modality": "asserted", "confidence": "1", **_worth(mark.label)}

    def _quote(
        self, table: str, cells: dict[str, str], head: str, parts: list[tuple[str, str]], carried: MarkedRow | None
    ) -> None:
        """Write the words and offsets of the marks into the row."""
        pieces = [head, *(child for role, child in parts if role == PIECE)]
        self.used.update(pieces, (child for _, child in parts))
        marks = sorted((self.placed[piece] for piece in pieces), key=lambda mark: mark.start)
        if table == "quotations":
            cells["spans"] = LIST_SEPARATOR.join(f"{mark.start}-{mark.end}" for mark in marks)
            cells["text"] = PIECES.join(mark.words for mark in marks)
            cells["start"], cells["end"] = str(marks[0].start), str(marks[-1].end)
        else:
            _quote_part(cells, OWN[table], marks[:1])
        if table == "events":
            self._quote_sentence(cells, marks[0])
        for role, part in PARTS.get(table, {}).items():
            here = [child for name, child in parts if name == role]
            before = [child for name, child in carried.parts if name == role] if carried else []
            if here or before:
                here = here if role in MANY else here[-1:]
                _quote_part(cells, part, [self.placed[child] for child in here])
                if here != before:
                    self._describe(cells, role, before, here)

    def _describe(self, cells: dict[str, str], role: str, before: list[str], now: list[str]) -> None:
        """Say who or what a part is that an annotator added, changed or took away."""
        mentions = [self._mention(child) for child in now]
        if role == "Speaker":
            names = [
                mention.get("canonical_name") or self.placed[child].words
                for child, mention in zip(now, mentions, strict=True)
            ]
            cells["speaker"] = " ".join("".join(names).split())
            cells["speaker_entity_id"] = "".join(mention.get("entity_id", "") for mention in mentions)
        elif role == "Location":
            cells["location_country"] = "".join(mention.get("country", "") for mention in mentions)
        elif role in MANY:
            for column in PARTS["events"][role].along:
                known = dict(zip(before, listed(cells.get(column, "")) or [""] * len(before), strict=True))
                entity_column = column.removeprefix(f"{role.lower()}_")  # entity_id, country
                values = [
                    known.get(child, mention.get(entity_column, ""))
                    for child, mention in zip(now, mentions, strict=True)
                ]
                cells[column] = LIST_SEPARATOR.join(values)

    def _mention(self, mark: str) -> Row:
        return self.mention_at.get((self.placed[mark].start, self.placed[mark].end), {})

    def _quote_sentence(self, cells: dict[str, str], trigger: Mark) -> None:
        start, end = int(cells.get("start") or -1), int(cells.get("end") or -1)
        place = self.places.place_of(cells.get("text", ""), start, end)
        if place is None or not place[0] <= trigger.start < trigger.end <= place[1]:
            place = line_around(self.text, trigger.start, trigger.end)
        cells["start"], cells["end"] = map(str, place)
        cells["text"] = self.text[slice(*place)]

    def tables(self) -> dict[str, tuple[Row, ...]]:
        """The rows by table, with every column; where annotators added some, in the order of the text."""
        for table in self.added:
            self.rows[table].sort(key=lambda row: (int(row["start"]), int(row["end"])))
        if "blocks" in self.added:
            for number, row in enumerate(self.rows["blocks"], start=1):
                row["block"] = str(number)
        self._mend_references()
        document = document_row(self.article.carried, self.article.article_id, self.text, self.rows["blocks"])
        rows: dict[str, Iterable[Mapping[str, str]]] = {"documents": [document], **self.rows}
        return {
            table: tuple({column: row.get(column, "") for column in HEADERS[table]} for row in rows.get(table, ()))
            for table in ROW_TYPES
            if table != "problems"
        }

    def _mend_references(self) -> None:
        """No row names one that is gone; of the mentions of one event, the first that is left stands for them."""
        for table, columns in REFERENCES.items():
            for column, (target, id_column) in columns.items():
                known = {row[id_column] for row in self.rows[target]}
                for row in self.rows[table]:
                    if row.get(column) and row[column] not in known:
                        row[column] = ""
        here, heirs = {row["event_id"] for row in self.rows["events"]}, dict[str, str]()
        for row in self.rows["events"]:
            first = row.get("same_event", "")
            if first.startswith(f"{self.article.article_id}:") and first not in here:
                heir = heirs.setdefault(first, row["event_id"])
                row["same_event"] = "" if heir == row["event_id"] else heir


def _one_table(before: str, now: str) -> bool:
    """Whether a mark that changed its label is still a row of the same table."""
    return before == now or (before in TABLE_OF_LABEL and TABLE_OF_LABEL[before] == TABLE_OF_LABEL.get(now))


def _quote_part(cells: dict[str, str], part: Part, marks: list[Mark]) -> None:
    cells[part.start] = LIST_SEPARATOR.join(str(mark.start) for mark in marks)
    cells[part.end] = LIST_SEPARATOR.join(str(mark.end) for mark in marks)
    if part.words:
        cells[part.words] = LIST_SEPARATOR.join(mark.words for mark in marks)


def _worth(event_type: str) -> dict[str, str]:
    """What follows from the type of an event."""
    kind = EventType(event_type)
    return {"quad_category": QUAD_CATEGORY[kind], "score": cell_text(SCORE[kind])}


def line_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The line that holds the stretch, without the white space at its ends."""
    first = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    last = min((position for mark in "\r\n" if (position := text.find(mark, end)) >= 0), default=len(text))
    line = text[first:last]
    return (
        min(start, first + len(line) - len(line.lstrip())),
        max(end, last - len(line) + len(line.rstrip())),
    )


def paragraphs(article_id: str, text: str, origin: str) -> Iterator[dict[str, str]]:
    """Every line a paragraph: the blocks of an article that a file without blocks gives."""
    position, number = 0, 0
    for line in text.splitlines(keepends=True):
        if words := line.strip().strip("\ufeff").strip():
            number += 1
            start = position + line.index(words)
            yield {
                "article_id": article_id,
                "block": str(number),
                "start": str(start),
                "end": str(start + len(words)),
                "kept": "true",
                "label": "paragraph",
                "reason": f"import: {origin}",
                "text": words,
            }
        position += len(line)


def document_row(carried: Carried, article_id: str, text: str, blocks: list[dict[str, str]]) -> Row:
    """The row of the article: the one that travelled along, else what the text itself says."""
    if carried.document:
        return carried.document
    kept = sum(len(row["text"].split()) for row in blocks if row["kept"] == "true")
    sizes = {"characters": len(text), "words": len(text.split()), "kept_words": kept}
    named = {"article_id": article_id, "source_file": f"{article_id}.txt"}
    return {**named, **{column: str(size) for column, size in sizes.items()}}
