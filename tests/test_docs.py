"""Documentation under test: generated pages are current, links lead somewhere, and every command is run.

The commands and snippets of a page are run in the order of the page, in a folder that looks like a small checkout after
`make extract`. What is not run is listed with the reason, and is parsed.
"""

import csv
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

import pipeline
from pipeline.cli import app, main
from pipeline.lexicons import FOLDER as LEXICONS
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "corpus").glob("*.md")])
COMMAND = re.compile(r"(?:^ {4}|^|`)article-events ([a-z]+ [^\n`#]+)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
STEP = re.compile(
    r"^```(?P<kind>sh|python|toml|sql|r)\n(?P<block>.*?)^```$"
    r"|^(?P<line> {4}(?:article-events|make|pip) [^\n]+|article-events [a-z]+ [^\n]+)$"
    r"|`(?P<inline>(?:article-events|make) [a-z]+(?: [^`\n]+)?)`",
    re.MULTILINE | re.DOTALL,
)
RUN_ELSEWHERE = {
    "tutorial.md": "tests/test_tutorial.py runs the page as a reader does",
    "layers-in-spacy.md": "tests/test_tutorial.py runs the page as a reader does",
    "cli.md": "generated: it lists options",
    "codebook.md": "generated: it lists columns",
    "CHANGELOG.md": "history",
    "CONTRIBUTING.md": "its commands are those of CI, .ci/run",
}
# How a command begins, and why it is only parsed: with `make -n`, or as the arguments of its command.
PARSED_ONLY = {
    "make test": "these are the tests",
    "make bench": "takes minutes",
    "make validate": "extracts the whole corpus; CI and tests/test_gold_corpus.py do the same",
    "make evaluate": "needs development corpora that are not part of the project",
    "make model": "needs corpora, and four hours",
    "make setup": "CI begins with it",
    "article-events extract DATA/": "data that are not part of the project",
    "article-events extract corpus/raw --output build/trf": "needs a model that is not part of the project",
    "article-events extract INPUT --output OUT --workers": "loads eight models; tests/test_engines.py runs two workers",
    "article-events extract INPUT --output OUT --engine": "starts a cluster; tests/test_engines.py does",
    'article-events extract "$INPUT"': "a task of a batch system; tests/test_parts.py runs three",
    "article-events merge OUT/part-*": "the same",
    "pip install": "needs a network; the extra must exist",
}
REVIEW = {  # what `make` would start; it would serve until it is interrupted
    "make review": "review outputs --gold corpus/gold",
    "make review OUTPUT=my/tables GOLD=my/gold": "review my/tables --gold my/gold",
}
ARTICLES = ("ecowas-ultimatum-niamey.txt", "vertrauensfrage-bundestag.txt")
STORY = "The council of Wellow Bridge met on 3 March 2020. “We will reopen the ferry,” Mayor Ada Quill said on Tuesday."
PAGE = f"<html><head><title>Ferry</title></head><body><nav>Home</nav><article><p>{STORY}</p></article></body></html>"


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


class Step(NamedTuple):
    """Something a page shows to be run."""

    kind: str  # command, python, toml, sql or r
    text: str


def steps(page: Path) -> Iterator[Step]:
    """Commands and snippets in the order of the page."""
    for found in STEP.finditer(page.read_text(encoding="utf-8")):
        if found["block"] is None:
            yield Step("command", (found["line"] or found["inline"]).strip())
        elif found["kind"] == "sh":
            yield from (Step("command", line) for line in found["block"].splitlines() if line.strip())
        else:
            yield Step(found["kind"], found["block"])


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small checkout after `make extract`, with the files that the pages speak of."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ARTICLES:
        (folder / "corpus" / "raw").mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "corpus" / "raw" / name, folder / "corpus" / "raw")
    gold = ROOT / "corpus" / "gold"
    for path in (*gold.rglob("ecowas-*"), *(gold / "test").rglob("senegal-*")):  # one of dev, one of test
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    shutil.copytree(ROOT / "docs" / "reference", folder / "docs" / "reference")
    shutil.copy(ROOT / "Makefile", folder)
    for name in ("pyproject.toml", "uv.lock", "requirements.lock", "bootstrap.py"):
        (folder / name).touch()
    (folder / "stamp").touch()
    for name in ("folder", "that/folder", "INPUT", "my/articles"):
        (folder / name).mkdir(parents=True)
        (folder / name / "ferry.txt").write_text(STORY, encoding="utf-8")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    shutil.copytree(LEXICONS, folder / "my" / "lexicons")
    pipeline.extract([folder / "corpus" / "raw"], folder / "outputs")
    shutil.copytree(folder / "outputs", folder / "my" / "tables")
    shutil.copytree(folder / "corpus" / "gold" / "dev", folder / "my" / "gold", ignore=shutil.ignore_patterns("a", "b"))
    return folder


@pytest.fixture
def work(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, to stand in."""
    folder = tmp_path / "checkout"
    shutil.copytree(checkout, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BROWSER", "true")  # the program of that name: no window opens
    return folder


def reason_not_to_run(line: str) -> str:
    return next((reason for start, reason in PARSED_ONLY.items() if line.startswith(start)), "")


def run_command(line: str, folder: Path) -> None:
    """Run or parse one command line as it stands on the page."""
    program, *arguments = shlex.split(line, comments=True)
    if program == "pip":
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        named = re.findall(r"article-events\[([a-z,]+)\]", line)
        assert named and set(named[0].split(",")) <= set(extras["optional-dependencies"]), line
    elif program == "make":
        parsed = ["-n"] if reason_not_to_run(line) else []
        if arguments[0] == "review":
            assert f"-m pipeline {REVIEW[line]}" in made(["-n", *arguments], folder)
        else:
            assert made([*parsed, *arguments], folder)
    elif arguments[0] == "review":
        serves(arguments, folder)
    elif len(arguments) > 1 and not reason_not_to_run(line):
        if "ID" in arguments:
            with (folder / "outputs" / "quotations.csv").open(encoding="utf-8", newline="") as file:
                arguments[arguments.index("ID")] = next(csv.DictReader(file))["quotation_id"]
        with pytest.raises(SystemExit) as left:
            main(arguments)
        allowed = (0, 1) if arguments[0] in ("extract", "validate") else (0,)
        assert left.value.code in allowed, line


def made(arguments: list[str], folder: Path) -> str:
    """What make says; it must end well."""
    command = ["make", *arguments, f"RUN={sys.executable}", f"STAMP={folder / 'stamp'}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def serves(arguments: list[str], folder: Path) -> None:
    """The annotators' page answers at the address that the command prints."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pipeline", *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            direct, cookies = urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor()
            opener = urllib.request.build_opener(direct, cookies)
            with opener.open(server.stdout.readline().strip(), timeout=20) as answer:
                assert answer.status == 200
        finally:
            server.terminate()


PAGES_TO_RUN = [page for page in PAGES if page.name not in RUN_ELSEWHERE and any(steps(page))]


@pytest.mark.xdist_group("docs")
@pytest.mark.parametrize("page", PAGES_TO_RUN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_and_snippet_of_a_page_works(page: Path, work: Path) -> None:
    names: dict[str, Any] = {"__name__": "page"}
    for kind, text in steps(page):
        if kind == "command":
            run_command(text, work)
        elif kind == "python" and not needs_more(text):
            exec(compile(text, str(page), "exec"), names)
        elif kind == "toml":  # an entry to add to a lexicon
            path = work / "my" / "lexicons" / "boilerplate.toml"
            path.write_text(f"{path.read_text(encoding='utf-8')}\n{text}", encoding="utf-8")


def needs_more(snippet: str) -> list[str]:
    """The packages a snippet imports that are not installed; the test below says so where they are missing."""
    modules = re.findall(r"^(?:import|from) ([a-z]+)", snippet, re.MULTILINE)
    return [name for name in modules if importlib.util.find_spec(name) is None]


def test_what_is_not_run_is_still_there() -> None:
    shown = [text for page in PAGES for kind, text in steps(page) if kind == "command"]
    for start in PARSED_ONLY:
        assert any(text.startswith(start) for text in shown), f"{start}: in no page; take it out of the list"
    assert {page.name for page in PAGES} >= set(RUN_ELSEWHERE)


def texts(rows: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Rows of any reader with every cell as the CSV has it."""
    import pandas as pd

    def text(cell: Any) -> str:
        if cell is None or (not isinstance(cell, str) and pd.isna(cell)):
            return ""
        if isinstance(cell, bool):
            return str(cell).lower()
        if hasattr(cell, "isoformat"):
            return str(cell.isoformat()).removesuffix("T00:00:00")
        return str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell)

    return [{name: text(cell) for name, cell in row.items()} for row in rows]


def numbered(row: dict[str, str]) -> dict[str, str]:
    """The cells, with 7.0 as 7."""
    return {name: cell.removesuffix(".0") for name, cell in row.items()}


@pytest.mark.xdist_group("docs")
@pytest.mark.parametrize(
    ("package", "name", "rows"),
    [
        ("pandas", "events", lambda frame: frame.to_dict("records")),
        ("pandas", "by_pandas", lambda frame: frame.to_dict("records")),
        ("duckdb", "by_duckdb", lambda frame: frame.to_dict("records")),
        ("pyarrow", "by_arrow", lambda table: table.to_pylist()),
    ],
)
def test_every_reader_gives_the_same_rows(
    package: str, name: str, rows: Callable[[Any], list[Mapping[str, Any]]], work: Path
) -> None:
    pytest.importorskip(package, reason=f"{package} is not installed")
    names: dict[str, Any] = {"__name__": "page"}
    snippets = [text for kind, text in steps(ROOT / "docs/how-to/read-the-tables.md") if kind == "python"]
    for snippet in snippets:
        if not needs_more(snippet):
            exec(compile(snippet, "read-the-tables.md", "exec"), names)
    expected = [numbered(row) for row in names["by_csv"]]
    assert len(expected) > 5 and [numbered(row) for row in texts(rows(names[name]))] == expected


@pytest.mark.xdist_group("docs")
def test_the_views_for_duckdb_give_every_table_as_it_is(work: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    (script,) = (text for kind, text in steps(ROOT / "docs/how-to/read-the-tables.md") if kind == "sql")
    views, _, query = script.partition("\n")
    connection = duckdb.connect()
    connection.execute(Path(views.removeprefix(".read ")).read_text(encoding="utf-8"))
    assert connection.sql(query).fetchall()
    for name in pipeline.read_tables("outputs"):
        with (work / "outputs" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            expected = [numbered(row) for row in csv.DictReader(file)]
        found = texts(connection.sql(f"SELECT * FROM {name}").df().to_dict("records"))
        assert [numbered(row) for row in found] == expected, name


@pytest.mark.xdist_group("docs")
def test_the_reader_for_r_gives_every_table(work: Path) -> None:
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed")
    (script,) = (text for kind, text in steps(ROOT / "docs/how-to/read-the-tables.md") if kind == "r")
    if subprocess.run(["Rscript", "-e", "library(readr)"], capture_output=True).returncode:
        pytest.skip("the R package readr is not installed")
    lengths = "cat(sapply(tables, nrow))"
    done = subprocess.run(["Rscript", "-e", script + lengths], capture_output=True, text=True, timeout=60)
    counts = " ".join(str(len(frame)) for frame in pipeline.read_tables("outputs").values())
    assert done.stdout.endswith(counts), done.stderr


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
