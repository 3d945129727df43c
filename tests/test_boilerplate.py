"""A boilerplate table from the collection to the tables of a run: rows depend on the article and the table alone."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import learning
from pipeline.engines import Settings
from pipeline.errors import InputError, OutputError
from pipeline.learning import learn_boilerplate
from pipeline.parts import Part
from pipeline.run import extract, merge
from tests.conftest import ROOT
from tests.robustness import invented, runs

FOOTER = (
    "Harbour Post is printed on paper from the forests around the lake and carried to the islands by the morning ferry."
)
PAGE = "<html><body><article>{}</article></body></html>"


def said_nothing(message: str) -> None:
    raise AssertionError(message)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with four articles of one outlet, three of another that prints the same footer, and a page."""
    folder = tmp_path_factory.mktemp("source")
    texts = invented.paragraphs()
    for outlet, numbers in (("harbour", range(4)), ("ferry", range(4, 5))):
        records = [
            {
                "id": f"{outlet}-{number}",
                "text": "\n\n".join([*texts[number * 4 : number * 4 + 4], FOOTER, "Leave a comment"]),
                "source": outlet,
            }
            for number in numbers
        ]
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / f"{outlet}.jsonl").write_text(lines, encoding="utf-8")
    paragraphs = "".join(f"<p>{text}</p>" for text in texts[20:24])
    (folder / "page.html").write_text(PAGE.format(paragraphs), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def table(source: Path) -> Path:
    path = source.parent / f"{source.name}.boilerplate"
    learned = learn_boilerplate([source], path, report=said_nothing)
    assert (learned.articles, learned.problems, learned.false_hits) == (6, 0, 0.0)
    return path


@pytest.fixture(scope="module")
def dataset(source: Path, table: Path) -> Path:
    output = source.parent / "whole"
    extract([source], output, Settings(boilerplate=str(table)))
    return output


def footers(output: Path) -> dict[str, str]:
    """The reason of each footer that was removed, by article."""
    with (output / "blocks.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kept"] == "false" and row["reason"].startswith("repeat")]
    return {row["article_id"]: row["reason"] for row in rows}


def test_the_footer_of_one_outlet_goes_and_that_of_another_stays(dataset: Path) -> None:
    found = footers(dataset)
    assert set(found) == {f"harbour-{number}" for number in range(4)}
    assert set(found.values()) <= {f"repeat: {count} articles of this source have it" for count in (2, 3)}


def test_tables_of_parts_add_up_to_the_table_of_all(source: Path, table: Path, tmp_path: Path) -> None:
    parts = [tmp_path / f"part-{number}" for number in (1, 2, 3)]
    counts = [
        learn_boilerplate([source], path, part=Part(number, 3), report=said_nothing).articles
        for number, path in enumerate(parts, start=1)
    ]
    assert sum(counts) == 6
    assert max(counts) < 6
    learn_boilerplate([], tmp_path / "all", parts, report=said_nothing)
    assert (tmp_path / "all").read_bytes() == table.read_bytes()
    files = sorted(source.iterdir(), reverse=True)
    learn_boilerplate(files, tmp_path / "reversed", report=said_nothing)
    assert (tmp_path / "reversed").read_bytes() == table.read_bytes()


def test_two_workers_and_merged_parts_give_the_bytes_of_one_run(
    source: Path, table: Path, dataset: Path, tmp_path: Path
) -> None:
    extract([source], tmp_path / "two", Settings(boilerplate=str(table), workers=2))
    assert runs.digests(tmp_path / "two") == runs.digests(dataset)
    parts = [tmp_path / "1", tmp_path / "2"]
    for number, output in enumerate(parts, start=1):
        extract([source], output, Settings(boilerplate=str(table), part=Part(number, 2)))
    merge(parts, tmp_path / "all")
    assert runs.digests(tmp_path / "all") == runs.digests(dataset)


def test_dask_gives_the_bytes_of_one_run(source: Path, table: Path, dataset: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="distributed is not installed")
    extract([source], tmp_path / "dask", Settings(boilerplate=str(table), workers=2, engine="dask"))
    assert runs.digests(tmp_path / "dask") == runs.digests(dataset)


def test_a_new_table_makes_rows_new_and_the_same_one_does_not(source: Path, table: Path, tmp_path: Path) -> None:
    mine, output = tmp_path / "table", tmp_path / "out"
    mine.write_bytes(table.read_bytes())
    settings = Settings(boilerplate=str(mine))
    assert extract([source], output, settings).extracted == 6
    assert extract([source], output, settings).extracted == 0
    before = footers(output)
    learn_boilerplate([source / "ferry.jsonl"], mine, report=said_nothing)
    assert extract([source], output, settings).extracted == 6
    assert before
    assert not footers(output)
    manifest = json.loads((output / "run.json").read_text(encoding="utf-8"))
    assert manifest["settings"]["boilerplate"] == str(mine)
    assert len(manifest["boilerplate_sha256"]) == 64
    assert extract([source], output).extracted == 6


def test_parts_of_another_table_are_not_merged(source: Path, table: Path, tmp_path: Path) -> None:
    mine, parts = tmp_path / "table", [tmp_path / "1", tmp_path / "2"]
    mine.write_bytes(table.read_bytes())
    settings = Settings(boilerplate=str(mine))
    extract([source / "harbour.jsonl"], parts[0], settings)
    learn_boilerplate([source / "ferry.jsonl"], mine, report=said_nothing)
    extract([source / "ferry.jsonl"], parts[1], settings)
    with pytest.raises(InputError, match="made with other settings"):
        merge(parts, tmp_path / "all")


def test_what_cannot_be_read_is_reported_and_the_rest_is_learnt(source: Path, table: Path, tmp_path: Path) -> None:
    (tmp_path / "void.html").write_text("<script>1</script>", encoding="utf-8")
    (tmp_path / "broken.jsonl").write_text("{\n", encoding="utf-8")
    said: list[str] = []
    learned = learn_boilerplate([source, tmp_path], tmp_path / "table", report=said.append)
    assert (learned.articles, learned.problems) == (6, 2)
    assert sorted(message.partition(":")[0] for message in said) == ["broken.jsonl", "void.html"]
    assert (tmp_path / "table").read_bytes() == table.read_bytes()


def test_a_table_that_would_err_often_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "SLOTS_OF_A_MEGABYTE", 16)
    invented.write(tmp_path / "many.jsonl", 400)
    with pytest.raises(InputError, match="by chance; give the table more room"):
        learn_boilerplate([tmp_path / "many.jsonl"], tmp_path / "table", megabytes=1)
    assert not (tmp_path / "table").exists()


def test_a_table_may_be_larger_and_is_added_to_its_like(source: Path, table: Path, tmp_path: Path) -> None:
    learn_boilerplate([source], tmp_path / "small", megabytes=1, report=said_nothing)
    extract([source], tmp_path / "out", Settings(boilerplate=str(tmp_path / "small")))
    assert len(footers(tmp_path / "out")) == 4
    with pytest.raises(InputError, match="small: a table of 1 MB; add it with --megabytes 1"):
        learn_boilerplate([], tmp_path / "all", [table, tmp_path / "small"])
    with pytest.raises(InputError, match="--megabytes 65: a table has a power of two"):
        learn_boilerplate([source], tmp_path / "all", megabytes=65)


def test_a_table_needs_an_input_and_a_place(source: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no input"):
        learn_boilerplate([], tmp_path / "table")
    tmp_path.joinpath("file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="choose another --output"):
        learn_boilerplate([source / "ferry.jsonl"], tmp_path / "file" / "table", report=said_nothing)


def test_a_broken_table_stops_a_run_before_it_begins(source: Path, table: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(table.read_bytes()[:-5])
    with pytest.raises(InputError, match="broken: the boilerplate table is broken"):
        extract([source], tmp_path / "out", Settings(boilerplate=str(broken)))
    assert not (tmp_path / "out").exists()


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=110)


def test_the_command_line(source: Path, table: Path, tmp_path: Path) -> None:
    assert "--add" in run("boilerplate", "--help").stdout
    assert "--boilerplate" in run("extract", "--help").stdout
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    made = run("boilerplate", source, "--output", tmp_path / "table")
    assert (made.returncode, made.stdout) == (0, ""), made.stderr
    assert "learnt from 6 articles" in made.stderr
    added = run("boilerplate", tmp_path / "empty.txt", "--add", table, "--output", tmp_path / "added")
    assert added.returncode == 1
    assert "empty.txt: the text is empty" in added.stderr
    assert (tmp_path / "added").read_bytes() == (tmp_path / "table").read_bytes() == table.read_bytes()
    foreign = run("extract", source, "--output", tmp_path / "out", "--boilerplate", source / "page.html")
    assert foreign.returncode == 2
    assert "page.html: not a boilerplate table" in foreign.stderr
