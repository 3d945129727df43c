"""The labelled articles of corpus/gold: sound, of the corpus, in their part, and scored above their floors."""

import csv
from pathlib import Path

import pytest

from pipeline.article import Article
from pipeline.readers import read
from pipeline.validation.floors import check, read_floors
from pipeline.validation.gold import gold_paths, read_gold, read_gold_folder
from pipeline.validation.outputs import read_outputs
from pipeline.validation.scores import validate
from pipeline.validation.standoff import render
from tests.conftest import RAW

CORPUS = RAW.parent
GOLD = CORPUS / "gold"
PATHS = gold_paths(GOLD)
LABELLINGS = sorted(GOLD.glob("*/[ab]/*.ann"))


@pytest.fixture(scope="module")
def rendered() -> dict[str, str]:
    """The text of every article of corpus/raw, as the readers give it."""
    return {item.id: item.text for item in read([RAW]) if isinstance(item, Article)}


@pytest.mark.parametrize("path", [*PATHS, *LABELLINGS], ids=lambda path: "/".join(path.parts[-3:]))
def test_a_gold_file_is_sound_and_in_the_canonical_order(path: Path) -> None:
    gold = read_gold(path)
    assert render(gold.standoff) == path.read_text(encoding="utf-8")
    assert gold.extraction.events
    assert gold.extraction.quotations


def test_the_texts_are_those_of_the_corpus(rendered: dict[str, str]) -> None:
    for path in PATHS:
        assert path.with_suffix(".txt").read_bytes().decode() == rendered[path.stem]


def test_an_article_lies_in_the_part_that_was_drawn_for_it() -> None:
    with (CORPUS / "sources.csv").open(encoding="utf-8", newline="") as file:
        splits = {row["article_id"]: row["split"] for row in csv.DictReader(file)}
    assert {path.stem: path.parent.name for path in PATHS} == {path.stem: splits[path.stem] for path in PATHS}
    assert 3 * sum(path.parent.name == "test" for path in PATHS) >= len(PATHS) >= 24


def test_both_labellings_of_every_article_are_kept() -> None:
    for name in ("a", "b"):
        assert {path.stem for path in LABELLINGS if path.parent.name == name} == {path.stem for path in PATHS}


def test_no_score_lies_under_its_floor(dataset: Path) -> None:
    report = validate(read_gold_folder(GOLD), read_outputs(dataset))
    breaches = check(read_floors(CORPUS.parent / "tests" / "floors.json"), report)
    assert [breach.message for breach in breaches] == []
