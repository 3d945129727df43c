"""Floors: scores that must not sink, pinned with a digest of the gold they were measured on.

`check` says which scores lie under their floor, and whether the gold is still the one the floors were set on. `raised`
gives the floors that present scores allow; a floor goes down only with a reason, and the reason stays in the file.
"""

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import FloorError
from pipeline.validation.scores import Report, Score
from pipeline.validation.tally import MACRO
from pipeline.writers import replace_file

SCALE = 10_000  # four digits: floors are cut, never rounded up, so that the score that set one does not lie under it
WAY_OUT = "look at the misses with validate --errors; a floor is lowered only with a reason"
# One figure or two of each table; a floor under everything would make every change a negotiation.
PINNED = frozenset(
    {
        ("documents", "exact"),
        ("blocks", "kept"),
        ("blocks", "characters f1"),
        ("entities", "exact"),
        ("entities", "b-cubed"),
        ("dates", "exact"),
        ("dates", "overlap"),
        ("dates", "value"),
        ("dates", "bounds"),
        ("quotations", "overlap"),
        ("quotations", "attribution"),
        ("events", "overlap"),
        ("events", "participants"),
        ("events", "modality recall"),
    }
)


@dataclass(frozen=True, slots=True)
class Lowered:
    """A floor that went down or away, and why."""

    score: str
    before: float
    after: float | None  # None: no longer measured
    reason: str


@dataclass(frozen=True, slots=True)
class Floors:
    """The pinned scores, and the gold they were measured on."""

    gold_sha256: str = ""
    scores: Mapping[str, float] = dataclasses.field(default_factory=dict)
    lowered: tuple[Lowered, ...] = ()


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that does not hold: the name of the check, the score, and what to do."""

    check: str  # "below the floor", "not measured", "gold changed"
    score: str
    message: str


def check(floors: Floors, report: Report) -> tuple[Breach, ...]:
    """Every floor that the report does not reach; and the gold, where it is another."""
    found: list[Breach] = []
    if floors.scores and floors.gold_sha256 != report.gold_sha256:
        message = (
            f"the gold is {report.gold_sha256[:12]}, the floors were set on {floors.gold_sha256[:12]}; "
            "look at what changed in it, then set the floors again"
        )
        found.append(Breach("gold changed", "", message))
    values = {score.name: score.value for score in report.scores}
    for name, floor in sorted(floors.scores.items()):
        value = values.get(name)
        if value is None:
            found.append(
                Breach("not measured", name, f"{name}: has a floor of {floor} and was not measured; {WAY_OUT}")
            )
        elif value < floor:
            found.append(
                Breach("below the floor", name, f"{name}: {value:.4f} is under its floor of {floor}; {WAY_OUT}")
            )
    return tuple(found)


def raised(floors: Floors, report: Report, reason: str = "") -> Floors:
    """The floors at the present scores.

    Raises:
        FloorError: one would go down or away, and there is no reason.
    """
    present = {score.name: cut(score.value) for score in pinned(report.scores) if score.value is not None}
    sinking = [
        Lowered(name, floor, present.get(name), reason.strip())
        for name, floor in sorted(floors.scores.items())
        if name not in present or present[name] < floor
    ]
    if sinking and not reason.strip():
        falls = ", ".join(
            f"{one.score} ({one.before} to {'nothing' if one.after is None else one.after})" for one in sinking
        )
        raise FloorError(f"floors would sink: {falls}; mend what made them sink, or give a reason with --reason")
    return Floors(report.gold_sha256, dict(sorted(present.items())), (*floors.lowered, *sinking))


def pinned(scores: Iterable[Score]) -> list[Score]:
    """The scores that have floors: the main figures of each table, over all labels."""
    # Documents and kept blocks have no figure over all labels: their fields, and keep and remove, are pinned each.
    each = {"documents/exact", "blocks/kept"}
    return [
        score
        for score in scores
        if (score.layer, score.measure) in PINNED
        and (score.label == "" or f"{score.layer}/{score.measure}" in each)
        and score.label != MACRO
        and score.gold > 0
    ]


def cut(value: float) -> float:
    """The value to four digits, cut."""
    return math.floor(value * SCALE + 1e-9) / SCALE


def read_floors(path: Path) -> Floors:
    """The floors in a file; none where there is no file yet.

    Raises:
        FloorError: the file is broken.
    """
    if not path.is_file():
        return Floors()
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Floors(
            gold_sha256=content["gold_sha256"],
            scores={str(name): float(floor) for name, floor in content["scores"].items()},
            lowered=tuple(Lowered(**one) for one in content.get("lowered", ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FloorError(f"{path}: not a file of floors ({error!r}); restore it from version control") from error


def write_floors(floors: Floors, path: Path) -> None:
    """Write the floors, sorted, so that a diff shows what moved."""
    content = {
        "gold_sha256": floors.gold_sha256,
        "scores": dict(sorted(floors.scores.items())),
        "lowered": [dataclasses.asdict(one) for one in floors.lowered],
    }
    replace_file(path, [json.dumps(content, indent=2, ensure_ascii=False) + "\n"])
