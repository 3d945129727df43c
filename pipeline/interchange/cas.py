"""UIMA CAS as XMI, for INCEpTION, WebAnno and UIMA: a folder with a file for each article and `TypeSystem.xml`.

A type for each table, with a feature for each column, and a relation type (Governor, Dependent) for the parts of rows.
cassis counts code points towards us and writes the UTF-16 units that UIMA counts in. XML holds no control characters;
they become U+FFFD in the file, and on the way back the words are again those of the text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.interchange.carrying import reading
from pipeline.interchange.extras import optional
from pipeline.interchange.marks import (
    LABEL_COLUMN,
    OWN,
    PARTS,
    TABLE_OF_LABEL,
    Carried,
    Mark,
    MarkedArticle,
    MarkedRow,
    Row,
    Tie,
)
from pipeline.interchange.places import UNWRITABLE
from pipeline.tables import tables

PACKAGE = "article_events."
TYPE_OF_TABLE = {
    "documents": "Document",
    "blocks": "Block",
    "entities": "Entity",
    "dates": "Date",
    "quotations": "Quotation",
    "events": "Event",
}
TABLE_OF_TYPE = {kind: table for table, kind in TYPE_OF_TABLE.items()}
PART, TIE = "Part", "Tie"
TYPE_SYSTEM = "TypeSystem.xml"
# Columns whose names annotations and the classes of cassis use otherwise.
FEATURE_OF_COLUMN = {"start": "sentence_start", "end": "sentence_end", "text": "sentence", "value": "timex_value"}
LABEL_BEFORE = "label_before"
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(articles: Iterable[MarkedArticle], path: Path) -> None:
    """Write the folder.

    Raises:
        InputError: dkpro-cassis is not installed, or the folder cannot be written to.
    """
    cassis = optional("cassis", "cas", "cas")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path}: cannot be used as a folder ({error.strerror}); choose another --output") from error
    type_system = types(cassis)
    type_system.to_xml(path / TYPE_SYSTEM)
    for article in articles:
        cas_of(cassis, type_system, article).to_xmi(path / f"{article.article_id}.xmi")


def read(path: Path) -> Iterator[MarkedArticle]:
    """The articles of a folder, or of one XMI file with its type system beside it.

    Raises:
        InputError: dkpro-cassis is not installed, or a file is missing or broken.
    """
    cassis = optional("cassis", "cas", "cas")
    folder, files = (path, sorted(path.glob("*.xmi"))) if path.is_dir() else (path.parent, [path])
    if not (folder / TYPE_SYSTEM).is_file() or not files:
        raise InputError(f"{path}: {TYPE_SYSTEM} or XMI files are missing; put them in one folder")
    with (folder / TYPE_SYSTEM).open("rb") as file:
        type_system = cassis.load_typesystem(file)
    for name in files:
        yield reading(name, "the file", lambda name=name: article_of(_load(cassis, name, type_system), name.stem))  # type: ignore[misc]


def _load(cassis: Any, path: Path, type_system: Any) -> Any:
    with path.open("rb") as file:
        return cassis.load_cas_from_xmi(file, typesystem=type_system)


def types(cassis: Any) -> Any:
    """The type system, made from the declarations of the tables."""
    type_system = cassis.TypeSystem()
    text, annotation = "uima.cas.String", "uima.tcas.Annotation"
    base = type_system.create_type(f"{PACKAGE}Mark", annotation, "A labelled stretch of the article.")
    type_system.create_feature(base, "mark", text, description="Identifies the mark within the article.")
    type_system.create_feature(base, "label", text, description="What the stretch is.")
    type_system.create_type(f"{PACKAGE}{PART}", base.name, "A cue, speaker, actor, recipient or location.")
    for table in tables():
        if table.name not in TYPE_OF_TABLE:
            continue
        described = type_system.create_type(f"{PACKAGE}{TYPE_OF_TABLE[table.name]}", base.name, table.description)
        type_system.create_feature(described, LABEL_BEFORE, text, description="The label that the mark left us with.")
        for column in table.columns:
            if column.name in _features(table.name):
                name = _features(table.name)[column.name]
                type_system.create_feature(described, name, text, description=column.description)
    tie = type_system.create_type(f"{PACKAGE}{TIE}", annotation, "A part belongs to a row.")
    type_system.create_feature(tie, "Governor", base.name, description="The mark of the row.")
    type_system.create_feature(tie, "Dependent", base.name, description="The mark of the part.")
    type_system.create_feature(tie, "role", text, description="What the part is to the row.")
    return type_system


def _features(table: str) -> dict[str, str]:
    """The feature of each column that a row of the table may carry."""
    (declared,) = (declared for declared in tables() if declared.name == table)
    said = {LABEL_COLUMN.get(table, "")}
    if table in OWN:
        own = OWN[table]
        said |= {own.start, own.end, own.words}
    if table == "quotations":
        said |= {"start", "end", "spans", "text"}
    for part in PARTS.get(table, {}).values():
        said |= {part.start, part.end}
    return {c: FEATURE_OF_COLUMN.get(c, c) for c in declared.header if c not in said}


def cas_of(cassis: Any, type_system: Any, article: MarkedArticle) -> Any:
    """The CAS of one article."""
    cas = cassis.Cas(
        typesystem=type_system, sofa_string=_legal(article.text), sofa_mime="text/plain", document_language="en"
    )
    document = type_system.get_type(f"{PACKAGE}Document")
    cas.add(document(begin=0, end=len(article.text), **_cells("documents", article.carried.document)))
    rows = {row.mark: row for row in article.carried.rows}
    added: dict[str, Any] = {}
    for mark in article.marks:
        kind = TYPE_OF_TABLE.get(TABLE_OF_LABEL.get(mark.label, ""), PART)
        features = {"mark": mark.id, "label": mark.label}
        if row := rows.get(mark.id):
            features |= {LABEL_BEFORE: mark.label, **_cells(row.table, row.cells)}
        annotation = type_system.get_type(f"{PACKAGE}{kind}")(begin=mark.start, end=mark.end, **features)
        cas.add(annotation)
        added[mark.id] = annotation
    for tie in article.ties or ():
        head, child = added[tie.head], added[tie.child]
        relation = type_system.get_type(f"{PACKAGE}{TIE}")
        cas.add(relation(begin=child.begin, end=child.end, Governor=head, Dependent=child, role=tie.role))
    return cas


def _cells(table: str, cells: Row) -> dict[str, str]:
    return {feature: _legal(cells[column]) for column, feature in _features(table).items() if cells.get(column)}


def _legal(text: str) -> str:
    """The text with what XML cannot hold replaced, character for character."""
    return ILLEGAL.sub(UNWRITABLE, text)


def article_of(cas: Any, stem: str) -> MarkedArticle:
    """The article of one CAS; marks of one place keep the order of their ids."""
    text, document = cas.sofa_string or "", dict[str, str]()
    marks, rows, ids = list[Mark](), list[MarkedRow](), dict[int, str]()
    for annotation in sorted(cas.select(f"{PACKAGE}Mark"), key=_order):
        table = TABLE_OF_TYPE.get(annotation.type.name.removeprefix(PACKAGE), "")
        cells = _cells_of(annotation, table)
        if table == "documents":
            document = cells
            continue
        ids[annotation.xmiID] = id = annotation.mark or f"annotation {len(marks)}"
        start, end = annotation.begin, annotation.end
        marks.append(Mark(id, annotation.label or "", start, end, text[start:end]))
        # Rows that left us name their article; what annotators add has no cells of ours.
        if "article_id" in cells:
            rows.append(MarkedRow(table, id, (), cells))
    ties = tuple(_ties(cas, ids))
    parts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for tie in ties:
        parts[tie.head].append((tie.role, tie.child))
    left = tuple(replace(mark, words="") for mark in marks)
    carried = Carried(document, tuple(replace(row, parts=tuple(parts[row.mark])) for row in rows), left)
    return MarkedArticle(document.get("article_id") or stem, text, tuple(marks), ties, carried)


def _cells_of(annotation: Any, table: str) -> dict[str, str]:
    """The cells that the features of an annotation hold."""
    if not table:
        return {}
    found = {column: getattr(annotation, feature) for column, feature in _features(table).items()}
    if table in LABEL_COLUMN:
        found[LABEL_COLUMN[table]] = annotation.label_before
    return {column: str(cell) for column, cell in found.items() if cell}


def _ties(cas: Any, ids: dict[int, str]) -> Iterator[Tie]:
    for relation in sorted(cas.select(f"{PACKAGE}{TIE}"), key=lambda relation: relation.xmiID or 0):
        if relation.Governor is not None and relation.Dependent is not None:
            yield Tie(ids[relation.Governor.xmiID], relation.role or "", ids[relation.Dependent.xmiID])


def _order(annotation: Any) -> tuple[int, int]:
    mark = annotation.mark or ""
    return (int(mark), 0) if mark.isdecimal() else (1 << 62, annotation.begin)
