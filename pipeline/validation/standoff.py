"""brat standoff: the lines of an annotation file, read and written, and nothing about what they mean.

One line is one statement. `T` names a stretch of the text and repeats its words, `E` ties stretches together, `A` says
something about one of them, `N` names what it refers to, `*` says that several are one, `#` is a remark.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import GoldError

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TextBound:
    """A stretch of the text under a label; several spans where it is interrupted."""

    id: str
    label: str
    spans: tuple[Span, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Tie:
    """An `E` line: a trigger and what belongs to it, each under the name of its role."""

    id: str
    label: str
    trigger: str
    arguments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """An `A` line: one thing that is true of its target."""

    id: str
    name: str
    target: str
    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An `N` line: what its target refers to, under a key, with a name to read."""

    id: str
    target: str
    database: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """A `*` line: its members are one and the same."""

    label: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """A `#` line: what an annotator noted about the target."""

    id: str
    kind: str
    target: str
    words: str


_Numbered = TextBound | Tie | Attribute | Reference | Remark


@dataclass(frozen=True, slots=True)
class Standoff:
    """An annotation file: its lines by kind."""

    text_bounds: tuple[TextBound, ...] = ()
    ties: tuple[Tie, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    references: tuple[Reference, ...] = ()
    groups: tuple[Group, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def ids(self) -> set[str]:
        """Every id that a line has."""
        rows: tuple[_Numbered, ...] = (
            *self.text_bounds,
            *self.ties,
            *self.attributes,
            *self.references,
            *self.remarks,
        )
        return {row.id for row in rows}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file is and on which line each id stands, so that an error can name the place."""

    path: str
    lines: Mapping[str, int] = field(default_factory=dict)

    def error(self, line_id: str, finding: str, way_out: str) -> GoldError:
        """The error for the line with this id."""
        number = self.lines.get(line_id)
        place = self.path if number is None else f"{self.path}, line {number}"
        return GoldError(f"{place}, {line_id}: {finding}; {way_out}")


TEXT_BOUND = re.compile(r"(T[0-9]+)\t(\S+) ([0-9]+ [0-9]+(?:;[0-9]+ [0-9]+)*)\t(.*)", re.DOTALL)
TIE = re.compile(r"(E[0-9]+)\t([^\s:]+):(T[0-9]+)((?: [^\s:]+:[TE][0-9]+)*) ?")
ATTRIBUTE = re.compile(r"(A[0-9]+)\t(\S+) ([TE][0-9]+)(?: (\S+))?")
REFERENCE = re.compile(r"(N[0-9]+)\tReference ([TE][0-9]+) ([^\s:]+):(\S+)\t(.*)", re.DOTALL)
GROUP = re.compile(r"\*\t(\S+)((?: [TE][0-9]+)+)")
REMARK = re.compile(r"(#[0-9]+)\t(\S+) ([TE][0-9]+)\t(.*)", re.DOTALL)
SHAPES = {
    "T": "T1<tab>LABEL start end<tab>words",
    "E": "E1<tab>LABEL:T1 Role:T2 ...",
    "A": "A1<tab>Name T1 value",
    "N": "N1<tab>Reference T1 Entity:key<tab>name",
    "*": "*<tab>SameEvent E1 E2 ...",
    "#": "#1<tab>AnnotatorNotes T1<tab>words",
}
# In a file a line break or a tab inside the words is one space, so that offsets still count.
FLAT = str.maketrans("\n\r\t", "   ")


def flat(words: str) -> str:
    """The words as a line of the file can hold them: of the same length, without line breaks and tabs."""
    return words.translate(FLAT)


def number_of(line_id: str) -> int:
    """The number in an id: 12 in `T12`."""
    return int(line_id[1:])


def parse(content: str, path: str | Path = "gold") -> tuple[Standoff, Source]:
    """The lines of a file, and where each stands.

    Raises:
        GoldError: a line has no known shape, an id is used twice, or a line speaks of one that does not exist.
    """
    found: dict[type, list[object]] = defaultdict(list)
    lines: dict[str, int] = {}
    for number, line in enumerate(content.split("\n"), start=1):
        line = line.removesuffix("\r")
        if not line.strip():
            continue
        row = _line(line)
        if row is None:
            shape = SHAPES.get(line[0])
            way_out = f"write it as {shape}" if shape else f"lines begin with {', '.join(SHAPES)}"
            raise GoldError(f"{path}, line {number}: {line[:60]!r} is no annotation; {way_out}")
        line_id = getattr(row, "id", "")
        if line_id in lines:
            raise GoldError(
                f"{path}, line {number}: {line_id} is also on line {lines[line_id]}; "
                "give one of them the next free number"
            )
        if line_id:
            lines[line_id] = number
        found[type(row)].append(row)
    standoff = Standoff(
        text_bounds=tuple(found[TextBound]),  # type: ignore[arg-type]
        ties=tuple(found[Tie]),  # type: ignore[arg-type]
        attributes=tuple(found[Attribute]),  # type: ignore[arg-type]
        references=tuple(found[Reference]),  # type: ignore[arg-type]
        groups=tuple(found[Group]),  # type: ignore[arg-type]
        remarks=tuple(found[Remark]),  # type: ignore[arg-type]
    )
    source = Source(str(path), lines)
    _check_targets(standoff, source)
    return standoff, source


def _line(line: str) -> object | None:
    if match := TEXT_BOUND.fullmatch(line):
        pieces = (piece.split(" ") for piece in match[3].split(";"))
        return TextBound(match[1], match[2], tuple((int(start), int(end)) for start, end in pieces), match[4])
    if match := TIE.fullmatch(line):
        arguments = (argument.split(":") for argument in match[4].split())
        return Tie(match[1], match[2], match[3], tuple((role, target) for role, target in arguments))
    if match := ATTRIBUTE.fullmatch(line):
        return Attribute(match[1], match[2], match[3], match[4] or "")
    if match := REFERENCE.fullmatch(line):
        return Reference(*match.groups())
    if match := GROUP.fullmatch(line):
        return Group(match[1], tuple(match[2].split()))
    if match := REMARK.fullmatch(line):
        return Remark(*match.groups())
    return None


def _check_targets(standoff: Standoff, source: Source) -> None:
    known = {bound.id for bound in standoff.text_bounds} | {tie.id for tie in standoff.ties}
    for line_id, target in _targets(standoff):
        if target not in known:
            raise source.error(line_id, f"there is no {target}", f"write the line of {target}, or name another")


def _targets(standoff: Standoff) -> Iterator[tuple[str, str]]:
    for tie in standoff.ties:
        yield tie.id, tie.trigger
        yield from ((tie.id, target) for _, target in tie.arguments)
    yield from ((row.id, row.target) for row in standoff.attributes)
    yield from ((row.id, row.target) for row in standoff.references)
    yield from ((row.id, row.target) for row in standoff.remarks)
    for group in standoff.groups:
        yield from (("*", member) for member in group.members)


def render(standoff: Standoff) -> str:
    """The file: stretches in the order of the text, after each what is said of it, groups at the end."""
    return "".join(f"{line}\n" for line in _lines(standoff))


def _lines(standoff: Standoff) -> Iterator[str]:
    about: dict[str, list[tuple[tuple[str, str, int], str]]] = defaultdict(list)
    for attribute in standoff.attributes:
        value = f" {attribute.value}" if attribute.value else ""
        line = f"{attribute.id}\t{attribute.name} {attribute.target}{value}"
        about[attribute.target].append((("1", attribute.name, number_of(attribute.id)), line))
    for reference in standoff.references:
        line = f"{reference.id}\tReference {reference.target} {reference.database}:{reference.key}\t{reference.name}"
        about[reference.target].append((("0", reference.database, number_of(reference.id)), line))
    for remark in standoff.remarks:
        line = f"{remark.id}\t{remark.kind} {remark.target}\t{remark.words}"
        about[remark.target].append((("2", remark.kind, number_of(remark.id)), line))
    tied: dict[str, list[Tie]] = defaultdict(list)
    for tie in standoff.ties:
        tied[tie.trigger].append(tie)
    place: dict[str, tuple[int, int]] = {}
    for bound in sorted(standoff.text_bounds, key=in_text_order):
        spans = ";".join(f"{start} {end}" for start, end in bound.spans)
        yield f"{bound.id}\t{bound.label} {spans}\t{bound.words}"
        yield from (line for _, line in sorted(about[bound.id]))
        for tie in sorted(tied[bound.id], key=lambda tie: number_of(tie.id)):
            place[tie.id] = (bound.spans[0][0], number_of(tie.id))
            arguments = "".join(f" {role}:{target}" for role, target in tie.arguments)
            yield f"{tie.id}\t{tie.label}:{tie.trigger}{arguments}"
            yield from (line for _, line in sorted(about[tie.id]))
    groups = [
        (group.label, sorted(group.members, key=lambda member: place.get(member, (0, 0)))) for group in standoff.groups
    ]
    for label, members in sorted(groups, key=lambda group: place.get(group[1][0], (0, 0))):
        yield f"*\t{label} {' '.join(members)}"


def in_text_order(bound: TextBound) -> tuple[int, int, int]:
    """What comes first in the text comes first; of two that begin together the longer, then the older."""
    return bound.spans[0][0], -bound.spans[-1][1], number_of(bound.id)
