"""Imports point one way, and no test is needed to know where to look for a thing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "pipeline"
# A part may import what stands before it, or in its own group.
ORDER = [
    {"errors"}, {"labels"}, {"article"}, {"lexicons", "logistic"}, {"readers"}, {"cleaning"}, {"language"},
    {"schema"}, {"tables"}, {"dataset"}, {"rows"}, {"checks"}, {"extraction"}, {"parts", "time_limits"}, {"engines"},
    {"writers", "repeats", "store", "reading", "show"},
    {"panel", "report", "learning"}, {"run"}, {"validation"}, {"interchange"}, {"review"}, {"doctor"}, {"cli"},
    {"__main__"},
]  # fmt: skip
RANK = {part: rank for rank, group in enumerate(ORDER) for part in group}
WITHOUT_SPACY = {
    "errors", "labels", "article", "readers", "cleaning", "schema", "tables", "dataset", "checks", "writers", "store",
    "panel", "report", "validation", "review", "learning",
}  # fmt: skip
# The public face imports its four functions on first use, and for type checkers.
PUBLIC_FACE = "__init__"


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if part(path) != PUBLIC_FACE)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_to_what_stands_before(path: Path) -> None:
    for name in imports(path):
        words = name.split(".")
        if words[0] == "pipeline" and len(words) > 1 and words[1] in RANK:
            assert RANK[words[1]] <= RANK[part(path)], f"{path.name} imports {name}"


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if part(path) in WITHOUT_SPACY],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_these_parts_do_not_know_spacy(path: Path) -> None:
    assert not [name for name in imports(path) if name.split(".")[0] in ("spacy", "thinc")]


def test_every_part_has_its_place_in_the_order() -> None:
    assert {part(path) for path in MODULES} - set(RANK) <= {"model"}
