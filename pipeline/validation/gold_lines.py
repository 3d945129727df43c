"""From rows to the lines of a gold file, the exact inverse of `gold_rows`.

A line that the file already has keeps its id; a new one gets the next free number. What gold does not record (rules,
scores, confidence, the wording of a reason, where a reading was anchored) is left out.
"""

import dataclasses
import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from pipeline.errors import GoldError
from pipeline.tables import Extraction
from pipeline.validation import vocabulary as words
from pipeline.validation.gold_drafts import Draft, Knot, Stretch
from pipeline.validation.gold_rows import extraction_of
from pipeline.validation.standoff import (
    Attribute,
    Group,
    Reference,
    Source,
    Span,
    Standoff,
    TextBound,
    Tie,
    flat,
    number_of,
)


def standoff_of(extraction: Extraction, text: str, earlier: Standoff | None = None) -> Standoff:
    """The lines that say what the rows say; with `earlier`, lines that still hold keep their ids.

    Raises:
        GoldError: the rows say something that a gold file cannot, such as two countries of one entity.
    """
    earlier = earlier or Standoff()
    article_id = extraction.documents[0].article_id if extraction.documents else ""
    draft = Draft(article_id, text, earlier)
    draft.add_blocks(extraction)
    draft.add_entities(extraction.entities)
    draft.add_dates(extraction.dates)
    draft.add_quotations(extraction.quotations)
    draft.add_events(extraction.events)
    return _with_redundant_lines(_numbered(draft), earlier, text, article_id)


class _Numbers:
    """Ids: an old line keeps its own, a new one gets the number after the highest."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self.highest: dict[str, int] = defaultdict(int)
        for line_id in self.taken:
            self.highest[line_id[0]] = max(self.highest[line_id[0]], number_of(line_id))

    def new(self, letter: str) -> str:
        """The next free id of a kind."""
        self.highest[letter] += 1
        return f"{letter}{self.highest[letter]}"


def _numbered(draft: Draft) -> Standoff:
    """The draft with an id for every line."""
    earlier = draft.earlier
    own_ties = [draft.local(knot.row_id) for knot in draft.knots]
    own = [stretch.own_id for stretch in draft.stretches if stretch.own_id]
    own += [tie_id for tie_id in own_ties if re.fullmatch(r"E[0-9]+", tie_id)]
    for line_id in own:
        if own.count(line_id) > 1:
            raise GoldError(f"{draft.article_id}: two rows with the id {line_id}; give one of them another")
    numbers = _Numbers([*earlier.ids, *own])
    ids = _stretch_ids(draft, numbers)
    tie_ids = {
        knot.row_id: local if re.fullmatch(r"E[0-9]+", local) else numbers.new("E")
        for knot, local in zip(draft.knots, own_ties, strict=True)
    }
    known_attributes = {(row.target, row.name): row.id for row in earlier.attributes}
    known_references = {(row.target, row.database): row.id for row in earlier.references}
    attributes, references, ties = [], [], []
    owners: list[Stretch | Knot] = [*draft.stretches, *draft.knots]
    for owner in owners:
        line_id = ids[owner] if isinstance(owner, Stretch) else tie_ids[owner.row_id]
        for name, value in sorted(owner.attributes.items()):
            _check_value(draft, line_id, name, value)
            known = known_attributes.get((line_id, name))
            attributes.append(Attribute(known or numbers.new("A"), name, line_id, value))
        if owner.reference and not _goes_without_saying(owner, line_id, draft):
            database, key, name = owner.reference
            _check_value(draft, line_id, database, key)
            known = known_references.get((line_id, database))
            references.append(Reference(known or numbers.new("N"), line_id, database, key, flat(name)))
    for knot in draft.knots:
        arguments = tuple(
            (role, ids[target] if isinstance(target, Stretch) else _tie_id(tie_ids, target, knot))
            for role, target in knot.arguments
        )
        ties.append(Tie(tie_ids[knot.row_id], knot.label, ids[knot.trigger], arguments))
    bounds = tuple(
        TextBound(
            line_id, stretch.label, stretch.spans, flat(" ".join(draft.text[slice(*span)] for span in stretch.spans))
        )
        for stretch, line_id in ids.items()
    )
    groups = tuple(Group(words.SAME_EVENT, tuple(tie_ids[member] for member in members)) for members in draft.groups)
    alive = {*ids.values(), *tie_ids.values()}
    remarks = tuple(remark for remark in earlier.remarks if remark.target in alive)
    return Standoff(bounds, tuple(ties), tuple(attributes), tuple(references), groups, remarks)


def _stretch_ids(draft: Draft, numbers: _Numbers) -> dict[Stretch, str]:
    """The id of every stretch: that of its row, of the same line before, of the same mention before, or a new one."""
    free = [bound for bound in draft.earlier.text_bounds if bound.id not in {row.own_id for row in draft.stretches}]
    said: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for attribute in draft.earlier.attributes:
        said[attribute.target].add((attribute.name, attribute.value))
    for reference in draft.earlier.references:
        said[reference.target].add((reference.database, reference.key))
    ids: dict[Stretch, str] = {}
    likenesses: tuple[Callable[[Stretch, TextBound], bool], ...] = (
        lambda row, bound: _same_words(row, bound) and row.label == bound.label and _says(row) == said[bound.id],
        lambda row, bound: _same_words(row, bound) and row.label == bound.label,
        lambda row, bound: _same_words(row, bound) and {row.label, bound.label} <= words.ENTITIES,
    )
    for alike in likenesses:
        by_spans: dict[tuple[Span, ...], list[TextBound]] = defaultdict(list)
        for bound in free:
            by_spans[bound.spans].append(bound)
        for row in draft.stretches:
            if row in ids or row.own_id:
                continue
            for bound in by_spans[row.spans]:
                if bound in free and alike(row, bound):
                    ids[row] = bound.id
                    free.remove(bound)
                    break
    in_order = sorted(draft.stretches, key=lambda row: (row.spans[0][0], -row.spans[-1][1], row.label))
    return {row: row.own_id or ids.get(row) or numbers.new("T") for row in in_order}


def _same_words(row: Stretch, bound: TextBound) -> bool:
    return row.spans == bound.spans


def _says(row: Stretch) -> set[tuple[str, str]]:
    said = set(row.attributes.items())
    return said | {(row.reference[0], row.reference[1])} if row.reference else said


def _goes_without_saying(owner: "Stretch | Knot", line_id: str, draft: Draft) -> bool:
    """A mention without a reference is an entity of its own, called by its words."""
    if owner.reference is None or not isinstance(owner, Stretch) or owner.label not in words.ENTITIES:
        return False
    _, key, name = owner.reference
    return key == line_id and flat(name) == flat(draft.text[slice(*owner.spans[0])])


def _check_value(draft: Draft, line_id: str, name: str, value: str) -> None:
    if not re.fullmatch(r"\S+", value):
        raise GoldError(
            f"{draft.article_id}, {line_id}: {name} is {value!r}, which a line cannot hold; use no white space in it"
        )


def _tie_id(tie_ids: dict[str, str], row_id: str, knot: Knot) -> str:
    if row_id not in tie_ids:
        raise GoldError(
            f"{knot.row_id}: it stands inside {row_id}, which is no quotation of the article; leave it empty"
        )
    return tie_ids[row_id]


def _with_redundant_lines(standoff: Standoff, earlier: Standoff, text: str, article_id: str) -> Standoff:
    """The lines, and those of the earlier file that say once more what holds anyway (`Modality E1 asserted`)."""
    alive = {bound.id for bound in standoff.text_bounds} | {tie.id for tie in standoff.ties}
    said = {(row.target, row.name) for row in standoff.attributes}
    named = {(row.target, row.database) for row in standoff.references}
    more = Standoff(
        attributes=tuple(
            row for row in earlier.attributes if row.target in alive and (row.target, row.name) not in said
        ),
        references=tuple(
            row for row in earlier.references if row.target in alive and (row.target, row.database) not in named
        ),
    )
    if not more.attributes and not more.references:
        return standoff
    wanted = _rows_or_none(standoff, text, article_id)
    if _rows_or_none(_joined(standoff, more), text, article_id) == wanted:
        return _joined(standoff, more)
    single = [Standoff(attributes=(row,)) for row in more.attributes]
    for one in [*single, *(Standoff(references=(row,)) for row in more.references)]:
        if _rows_or_none(_joined(standoff, one), text, article_id) == wanted:
            standoff = _joined(standoff, one)
    return standoff


def _joined(standoff: Standoff, more: Standoff) -> Standoff:
    return dataclasses.replace(
        standoff,
        attributes=standoff.attributes + more.attributes,
        references=standoff.references + more.references,
    )


def _rows_or_none(standoff: Standoff, text: str, article_id: str) -> Extraction | None:
    try:
        return extraction_of(standoff, text, article_id, Source(article_id))
    except GoldError:
        return None
