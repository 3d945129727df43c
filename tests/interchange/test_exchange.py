"""Whole datasets: out of a folder, into the file of a tool, and back into a folder that reads like any other."""

import csv
import json
from pathlib import Path

import pytest

import pipeline
from pipeline.errors import InputError
from pipeline.interchange import EXPORTS, IMPORTS, export_dataset, import_file
from tests.interchange.articles import TEXT, joining, write_dataset

LIBRARIES = {"cas": "cassis", "xlsx": "xlsxwriter", "parquet": "pyarrow"}
FOLDERS = ("brat", "cas", "parquet", "csv-safe")
TABLES = ("documents", "blocks", "entities", "dates", "quotations", "events")


def other(article_id: str):  # type: ignore[no-untyped-def]
    """The same article under another id, so that a file holds two."""
    article = joining()
    tables = {
        table: tuple({column: cell.replace("a:", f"{article_id}:") if column.endswith("_id") and cell != "a" else cell
                      for column, cell in {**row, "article_id": article_id}.items()} for row in rows)
        for table, rows in article.tables.items()
    }  # fmt: skip
    return type(article)(article_id, article.text, tables)


def exported(tmp_path: Path, name: str) -> tuple[Path, Path]:
    """The dataset and the file or folder it was exported to."""
    if name in LIBRARIES:
        pytest.importorskip(LIBRARIES[name], reason=f"the extra {name!r} is not installed")
    ours = write_dataset(tmp_path / "ours", joining(), other("b"))
    path = tmp_path / ("theirs" if name in FOLDERS else f"theirs.{'xlsx' if name == 'xlsx' else 'json'}")
    assert export_dataset(ours, name, path) == ()
    return ours, path


@pytest.mark.parametrize("name", [name for name in IMPORTS if name != "brat"])
def test_a_dataset_comes_back_byte_for_byte(tmp_path: Path, name: str) -> None:
    ours, path = exported(tmp_path, name)
    done = import_file(path, name, ours, tmp_path / "back")
    assert (done.moved, done.problems) == (0, 0)
    for table in TABLES:
        assert (tmp_path / "back" / f"{table}.csv").read_bytes() == (ours / f"{table}.csv").read_bytes(), table
    assert (tmp_path / "back" / "texts" / "a.txt").read_bytes() == TEXT.encode("utf-8")


def test_an_imported_dataset_reads_like_any_other(tmp_path: Path) -> None:
    ours, path = exported(tmp_path, "prodigy")
    import_file(path, "prodigy", ours, tmp_path / "back")
    frames = pipeline.read_tables(tmp_path / "back")
    assert list(frames["events"].event_type) == ["COOPERATE", "COOPERATE"]
    assert json.loads((tmp_path / "back" / "datapackage.json").read_text())["name"] == "article-events"


@pytest.mark.parametrize("name", ["gdelt", "icews", "polecat"])
def test_event_files_go_out_and_are_not_read_back(tmp_path: Path, name: str) -> None:
    ours, path = exported(tmp_path, name)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3
    with pytest.raises(InputError, match=f"format '{name}': unknown; choices are"):
        import_file(path, name, ours, tmp_path / "back")


def test_brat_keeps_what_gold_records(tmp_path: Path) -> None:
    ours, path = exported(tmp_path, "brat")
    done = import_file(path, "brat", ours, tmp_path / "back")
    assert (done.moved, done.problems) == (0, 0)
    kept = {
        "entities": ["start", "end", "text", "label", "canonical_name", "country", "mention_type"],
        "dates": ["start", "end", "text", "type", "value"],
        "quotations": ["spans", "text", "kind", "cue_start", "cue_end", "speaker", "speaker_start"],
        "events": [
            "trigger",
            "trigger_start",
            "event_type",
            "actor",
            "recipient",
            "location",
            "actor_country",
            "modality",
        ],
    }
    for table, columns in kept.items():
        before, after = (sorted([row[c] for c in columns] for row in rows(f, table)) for f in (ours, tmp_path / "back"))
        assert before == after, table


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_lines_of_brat_that_shifted_are_moved_and_what_is_not_there_costs_its_line(tmp_path: Path) -> None:
    ours, path = exported(tmp_path, "brat")
    lines = (path / "a.ann").read_text(encoding="utf-8").split("\n")
    place = next(number for number, line in enumerate(lines) if line.endswith("\tBrussels"))
    id, (label, start, end), words = (
        part if n != 1 else part.split() for n, part in enumerate(lines[place].split("\t"))
    )
    lines[place] = f"{id}\t{label} {int(start) + 2} {int(end) + 2}\t{words}"
    lines.insert(0, "T900\tPERSON 3 9\tAlexander Stubb")
    (path / "a.ann").write_text("\n".join(lines), encoding="utf-8", newline="")
    done = import_file(path, "brat", ours, tmp_path / "back")
    assert (done.moved, done.problems) == (1, 1)
    assert rows(tmp_path / "back", "events")[0]["location"] == "Brussels"
    assert rows(tmp_path / "back", "problems")[0]["message"] == (
        "PERSON 'Alexander Stubb' at 3-9: the words do not stand in the text; left out"
    )


def test_the_tool_of_brat_gets_its_configuration(tmp_path: Path) -> None:
    _, path = exported(tmp_path, "brat")
    configuration = (path / "annotation.conf").read_text(encoding="utf-8")
    assert [line for line in configuration.splitlines() if line.startswith("[")] == [
        "[entities]", "[relations]", "[events]", "[attributes]",
    ]  # fmt: skip
    assert "\nPERSON\n" in configuration


def test_what_cannot_be_found_is_a_problem_with_article_words_and_position(tmp_path: Path) -> None:
    ours, path = exported(tmp_path, "label-studio")
    tasks = json.loads(path.read_text(encoding="utf-8"))
    region = next(item for item in tasks[0]["predictions"][0]["result"] if item["value"]["text"] == "Brussels")
    region["value"]["text"] = "Madrid"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    done = import_file(path, "label-studio", ours, tmp_path / "back")
    (problem,) = rows(tmp_path / "back", "problems")
    start = TEXT.index("Brussels")
    assert (problem["article_id"], problem["source_file"], problem["stage"]) == ("a", "theirs.json", "read")
    assert problem["message"] == f"GPE 'Madrid' at {start}-{start + 8}: the words do not stand in the text; left out"
    assert done.rows["entities"] == 7


def test_moved_marks_are_counted(tmp_path: Path) -> None:
    ours, path = exported(tmp_path, "w3c")
    (ours / "texts" / "b.txt").write_bytes(("Updated.\n" + TEXT).encode("utf-8"))
    done = import_file(path, "w3c", ours, tmp_path / "back")
    assert done.moved > 10
    assert {row["article_id"] for row in rows(tmp_path / "back", "problems")} <= {"b"}


def test_a_cell_that_holds_what_no_table_can_costs_its_row(tmp_path: Path) -> None:
    ours, path = exported(tmp_path, "csv-safe")
    dates = (path / "dates.csv").read_text(encoding="utf-8").replace('"DATE"', '"MOMENT"', 1)
    (path / "dates.csv").write_text(dates, encoding="utf-8", newline="")
    done = import_file(path, "csv-safe", ours, tmp_path / "back")
    assert done.rows["dates"] == 1
    assert "MOMENT" in rows(tmp_path / "back", "problems")[0]["message"]


def test_offsets_that_a_spreadsheet_shifted_are_found_by_their_words(tmp_path: Path) -> None:
    ours, path = exported(tmp_path, "csv-safe")
    name = path / "entities.csv"
    start = TEXT.index("Brussels")
    content = name.read_text(encoding="utf-8").replace(f",{start},{start + 8},", f",{start + 3},{start + 11},", 1)
    name.write_text(content, encoding="utf-8", newline="")
    done = import_file(path, "csv-safe", ours, tmp_path / "back")
    assert done.moved == 1
    assert (tmp_path / "back" / "entities.csv").read_bytes() == (ours / "entities.csv").read_bytes()


def test_a_file_of_others_is_laid_on_the_text_it_holds(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "finland.txt").write_bytes(TEXT.encode("utf-8"))
    start = TEXT.index("Brussels")
    record = {"text": TEXT.replace("\r\n", "\n"), "label": [[start - 2, start + 6, "GPE"]]}
    (tmp_path / "file.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    done = import_file(tmp_path / "file.jsonl", "doccano", texts, tmp_path / "back")
    assert (done.moved, done.problems) == (1, 0)
    (row,) = rows(tmp_path / "back", "entities")
    assert (row["article_id"], row["text"], row["start"]) == ("finland", "Brussels", str(start))


def test_an_id_that_leads_out_of_the_folder_of_texts_is_no_article(tmp_path: Path) -> None:
    ours = write_dataset(tmp_path / "ours", joining())
    (tmp_path / "secret.txt").write_text("secret")
    record = {"text": "", "entities": [], "article_events": {"article_id": "../../secret", "document": {}}}
    (tmp_path / "file.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    done = import_file(tmp_path / "file.jsonl", "doccano", ours, tmp_path / "back")
    assert (done.problems, done.rows["documents"]) == (1, 0)


def test_only_the_layers_that_are_asked_for_go_out(tmp_path: Path) -> None:
    ours = write_dataset(tmp_path / "ours", joining())
    export_dataset(ours, "prodigy", tmp_path / "tasks.jsonl", layers=("entities", "dates"))
    task = json.loads((tmp_path / "tasks.jsonl").read_text(encoding="utf-8"))
    assert {span["label"] for span in task["spans"]} == {"GPE", "ORG", "PERSON", "DATE"}


def test_a_folder_with_files_is_never_written_into(tmp_path: Path) -> None:
    ours, path = exported(tmp_path, "prodigy")
    with pytest.raises(InputError, match="the folder is not empty; give a new one with --output"):
        import_file(path, "prodigy", ours, ours)


@pytest.mark.parametrize(
    "content", ["[1, 2]\n", "{]\n", '{"spans": []}\n', '{"text": "a", "spans": [{"label": "GPE"}]}\n', '"x"\n']
)
def test_a_broken_line_is_named_with_its_number(tmp_path: Path, content: str) -> None:
    ours = write_dataset(tmp_path / "ours", joining())
    path = tmp_path / "tasks.jsonl"
    path.write_text("\n" + content, encoding="utf-8")
    with pytest.raises(InputError, match=r"tasks\.jsonl, line 2: .*; is this the format that --from names\?"):
        import_file(path, "prodigy", ours, tmp_path / "back")


def test_an_unknown_format_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"choices are {', '.join(EXPORTS)}"):
        export_dataset(tmp_path, "tei", tmp_path / "out")


def test_rows_that_stand_apart_from_their_article_stop_the_export(tmp_path: Path) -> None:
    ours = write_dataset(tmp_path / "ours", joining(), other("b"))
    lines = (ours / "dates.csv").read_text(encoding="utf-8").splitlines()
    (ours / "dates.csv").write_text("\n".join([lines[0], lines[2], lines[1]]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="sort the table as extract wrote it"):
        export_dataset(ours, "prodigy", tmp_path / "tasks.jsonl")


@pytest.mark.parametrize("edited", ['"12-31;40"', '"twelve"'])
def test_a_number_that_was_edited_away_costs_its_row(tmp_path: Path, edited: str) -> None:
    ours, path = exported(tmp_path, "csv-safe")
    name = path / "quotations.csv"
    spans = rows(ours, "quotations")[1]["spans"]
    content = name.read_text(encoding="utf-8").replace(f'"{spans}"', edited, 1)
    name.write_text(content, encoding="utf-8", newline="")
    done = import_file(path, "csv-safe", ours, tmp_path / "back")
    assert done.rows["quotations"] == 3
    assert rows(tmp_path / "back", "problems")[0]["message"].endswith("; the row is left out")


def test_rows_that_were_damaged_on_the_way_cost_their_article(tmp_path: Path) -> None:
    ours, path = exported(tmp_path, "doccano")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in lines[0]["article_events"]["rows"]:
        row["cells"].pop("label", None)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    done = import_file(path, "doccano", ours, tmp_path / "back")
    assert (done.rows["documents"], done.problems) == (1, 1)
    assert "damaged" in rows(tmp_path / "back", "problems")[0]["message"]


def test_an_output_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    ours = write_dataset(tmp_path / "ours", joining())
    (tmp_path / "taken").mkdir()
    with pytest.raises(InputError, match=r"taken: cannot be written \(.*\); choose another --output"):
        export_dataset(ours, "prodigy", tmp_path / "taken")
