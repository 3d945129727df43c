"""The command line: exit codes, and errors that say what, where and what to do."""

import gzip
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from pipeline import doctor
from pipeline.cli import duration, progress_line
from pipeline.doctor import EXTRAS
from pipeline.lexicons import FOLDER as LEXICONS
from pipeline.run import Summary
from tests.conftest import ROOT

STORY = "Turkey and Greece held talks in Vienna on Tuesday, the Greek foreign ministry said in a statement."


def run(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, encoding="utf-8", timeout=110)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A folder with every kind of bad input beside two good articles, and what a run over it says."""
    folder = tmp_path_factory.mktemp("mixed")
    (folder / "good.txt").write_text(STORY, encoding="utf-8")
    (folder / "good.jsonl").write_text(json.dumps({"id": "line-1", "text": STORY}) + '\n{"id": "broken",\n')
    (folder / "empty.txt").write_text("")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "latin.txt").write_bytes("Der Präsident hält eine Rede über Europa. ".encode("latin-1") * 9)
    (folder / "void.html").write_text("<html><body><script>var a = 1;</script></body></html>")
    (folder / "huge.txt").write_bytes((STORY + "\n\n").encode() * (50_000_000 // len(STORY)))
    (folder / "not-gzip.txt.gz").write_bytes(b"plain")
    (folder / "packed.txt.gz").write_bytes(gzip.compress(STORY.encode()))
    output = folder / "out"
    return output, run("extract", folder, "--output", output)


def test_bad_input_costs_that_input_only(mixed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    output, finished = mixed
    assert finished.returncode == 1, finished.stderr
    documents = (output / "documents.csv").read_text(encoding="utf-8")
    assert all(f'"{article}"' in documents for article in ("good", "line-1", "packed"))
    assert STORY in (output / "events.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["empty.txt", "binary.txt", "void.html", "huge.txt", "not-gzip.txt.gz", "good.jsonl"])
def test_every_bad_input_is_listed_with_its_file(
    name: str, mixed: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    output, _ = mixed
    problems = (output / "problems.csv").read_text(encoding="utf-8")
    assert f'"{name}"' in problems, problems


def test_a_guessed_encoding_and_another_language_are_reported(
    mixed: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    output, _ = mixed
    lines = [line for line in (output / "problems.csv").read_text(encoding="utf-8").splitlines() if "latin.txt" in line]
    assert {line.split(",")[2] for line in lines} == {'"read"', '"language"'}, lines


def test_standard_input_is_read(tmp_path: Path) -> None:
    assert run("extract", "-", "--output", tmp_path, stdin=STORY).returncode == 0
    assert STORY in (tmp_path / "texts" / "stdin.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["extract", "no-such-file.txt", "--output", "OUT"], ["no-such-file.txt"]),
        (["extract", "README.md", "--output", "OUT", "--bogus"], ["bogus"]),
        (["extract", "README.md"], ["--output"]),
        (["extract", "STORY", "--output", "OUT", "--model", "no_such_model"], ["no_such_model", "--model"]),
        (["extract", "STORY", "--output", "OUT", "--lexicons", "BROKEN"], ["cues.toml", "fields are"]),
        (["extract", "STORY", "--output", "OUT", "--model", "BLANK"], ["lacks a parser", "choose"]),
        (["extract", "STORY", "--output", "OUT", "--config", "CONFIG"], ["unknown option 'speed'", "workers"]),
        (["extract", "STORY", "--output", "STORY"], ["output"]),
        (["show", "nothing", "--output", "OUT"], ["entities.csv"]),
    ],
)
def test_what_makes_a_run_pointless_stops_it_with_the_way_out(
    arguments: list[str], words: list[str], tmp_path: Path
) -> None:
    import spacy

    paths = {name: tmp_path / name.lower() for name in ("OUT", "STORY", "BROKEN", "BLANK", "CONFIG")}
    if "BROKEN" in arguments:
        shutil.copytree(LEXICONS, paths["BROKEN"])
        (paths["BROKEN"] / "cues.toml").write_text('[[entry]]\nlemma = "say"\ncolour = "blue"\n')
    if "BLANK" in arguments:
        spacy.blank("en").to_disk(paths["BLANK"])
    paths["STORY"] = tmp_path / "story.txt"
    paths["STORY"].write_text(STORY)
    paths["CONFIG"].write_text("speed = 9\n")
    finished = run(*(paths.get(argument, argument) for argument in arguments))
    assert finished.returncode == 2, finished.stderr
    assert "Traceback" not in finished.stderr
    for word in words:
        assert word in " ".join(finished.stderr.split()), finished.stderr


def test_options_of_a_file_are_defaults(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY + "\n\nSupport our journalism: donate today!")
    (tmp_path / "run.toml").write_text(f'no-clean = true\noutput = "{(tmp_path / "out").as_posix()}"\n')
    assert run("extract", tmp_path / "story.txt", "--config", tmp_path / "run.toml").returncode == 0
    assert json.loads((tmp_path / "out" / "run.json").read_text())["settings"]["clean"] is False
    assert ",false," not in (tmp_path / "out" / "blocks.csv").read_text()


def test_clean_prints_the_kept_text(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    more = "Neither side gave details, but both foreign ministers spoke of a useful first round and will meet again."
    page.write_text(f"Talks in Vienna\n\n{STORY}\n\n{more}\n\nPlease log in to leave a comment.\n")
    assert run("clean", page).stdout == f"Talks in Vienna\n\n{STORY}\n\n{more}\n"
    explained = run("clean", page, "--explain").stdout.splitlines()
    assert len(explained) == 4
    assert explained[3].startswith("removed")
    assert "phrase: please log in" in explained[3]


def test_doctor_knows_every_extra_and_its_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {
        extra: [re.split("[<>=]", each)[0] for each in asked]
        for extra, asked in project["optional-dependencies"].items()
    }
    assert {extra: [name] for extra, (name, _) in EXTRAS.items()} == extras


def test_doctor_finds_nothing_to_mend_after_the_set_up() -> None:
    finished = run("doctor")
    assert finished.returncode == 0, finished.stdout


def test_doctor_accepts_any_version_that_the_lock_has_for_some_system(tmp_path, monkeypatch) -> None:
    lock = tmp_path / "requirements.lock"
    installed = importlib.metadata.version("numpy")
    monkeypatch.setattr(doctor, "LOCK", lock)
    monkeypatch.setattr(doctor, "RUNTIME", ("numpy",))
    lock.write_text(f"numpy=={installed} ; sys_platform == 'linux'\nnumpy==1.0\n", encoding="utf-8")
    (found,) = doctor._packages()
    assert not found.fix
    lock.write_text("numpy==1.0\nnumpy==1.1 ; sys_platform == 'linux'\n", encoding="utf-8")
    (found,) = doctor._packages()
    assert found.fix and "where the lock has 1.0 or 1.1" in found.what


def test_help_comes_without_loading_spacy() -> None:
    code = "import sys; from pipeline.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    code += "print('spacy' in sys.modules or 'pandas' in sys.modules)"
    finished = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert finished.stdout.endswith("False\n")


def test_export_offers_every_format() -> None:
    from pipeline.cli import Exchange
    from pipeline.interchange import EXPORTS

    assert {str(member) for member in Exchange} == set(EXPORTS)


def test_progress_says_rate_time_left_and_problems() -> None:
    half = Summary(extracted=1_200, size=1_000, position=500, problems=3)
    assert progress_line(half, 60) == (
        "1,200 articles extracted, 20.0 a second; 50% of the input read, about 60 s left; 3 problems"
    )
    assert progress_line(Summary(extracted=5), 0) == "5 articles extracted, 5000.0 a second"


@pytest.mark.parametrize(("seconds", "said"), [(40, "40 s"), (600, "10 min"), (7_200, "2.0 h")])
def test_a_time_to_wait_is_said_in_its_unit(seconds: float, said: str) -> None:
    assert duration(seconds) == said
