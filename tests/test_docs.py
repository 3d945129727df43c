"""Documentation under test: generated pages are current, every lexicon is described, links lead somewhere."""

import importlib.util
import re
import shlex
from pathlib import Path

import pytest
import typer

from pipeline.cli import app
from pipeline.lexicons import FOLDER as LEXICONS
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "corpus").glob("*.md")])
COMMAND = re.compile(r"(?:^ {4}|^|`)article-events ([a-z]+ [^\n`#]+)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")


def generator() -> object:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    return module


def test_generated_pages_are_current() -> None:
    for path, page in generator().pages().items():  # type: ignore[attr-defined]
        assert path.read_text(encoding="utf-8") == page, f"{path.name} is out of date: run make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if not link.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_make_target_in_the_documentation_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        for target in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8")):
            assert target in targets, f"{page.name}: make {target}"


def commands() -> list[tuple[str, str]]:
    """Each command line of the documentation, with its page."""
    return [
        (page.name, line.split("  ")[0].strip())
        for page in PAGES
        if page.name not in ("cli.md", "CHANGELOG.md")
        for line in COMMAND.findall(page.read_text(encoding="utf-8"))
    ]


def test_there_are_commands_to_check() -> None:
    assert len(commands()) > 20


@pytest.mark.parametrize(("page", "line"), commands())
def test_every_command_line_in_the_documentation_is_understood(
    page: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name, *arguments = shlex.split(line)
    for argument in arguments:  # what the command reads must be there to be accepted
        if not argument.startswith("-") and re.fullmatch(r"[\w./-]+", argument):
            path = tmp_path / argument
            if path.suffix in (".html", ".txt", ".jsonl", ".xlsx", ".csv"):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("words")
            else:
                path.mkdir(parents=True, exist_ok=True)
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    assert command.make_context(name, arguments) is not None


def test_every_lexicon_is_described_in_the_manual() -> None:
    manual = (LEXICONS / "README.md").read_text(encoding="utf-8")
    for path in [*LEXICONS.glob("*.toml"), *LEXICONS.glob("*.csv")]:
        assert f"`{path.name}`" in manual, path.name


def test_the_readme_shows_both_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make extract" in readme
    assert "make test" in readme


def test_the_lock_for_pip_is_that_of_uv() -> None:
    locked = set(re.findall(r'name = "([^"]+)"\nversion = "([^"]+)"', (ROOT / "uv.lock").read_text(encoding="utf-8")))
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", lines, re.MULTILINE))
    assert len(pinned) > 50
    assert pinned <= locked, f"{sorted(pinned - locked)}: run make lock"
