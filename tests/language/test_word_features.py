"""What the embedded model knows of a word's form; another row for a form would break the shipped weights."""

import ast
from pathlib import Path

import pytest

from pipeline.language import trees, word_features
from pipeline.language.word_features import MOST_GRAMS, NORM_HASHES, ROWS, features, row, shape

PEACE = {
    "norm": [3796, 12017, 4447],
    "gram": [7016, 11585, 3058, 15897, 21901, 14462, 16584, 21198, 7821, 23706, 11796, 19365],
    "suffix": 3897,
    "shape": 1087,
    "prefix": 404,
}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("Sankara", "Xxxxx"),
        ("NATO-2015", "XXXX-dddd"),
        ("McKay's", "XxXxx'x"),
        ("don’t", "xxx'x"),
        ("!!!!!!!!", "!!!!"),
        ("1,250.50", "d,ddd.dd"),
        ("", ""),
    ],
)
def test_shapes(form, expected):
    assert shape(form) == expected


@pytest.mark.parametrize(
    ("form", "other"), [("1994", "2003"), ("don’t", "don't"), ("“", '"'), ("—", "-")], ids=lambda form: form
)
def test_digits_and_curly_marks_make_no_difference(form, other):
    assert features(form) == features(other) or form.isdigit()
    assert features(form)[:4] == features(other)[:4]


def test_case_is_seen_in_shape_and_first_letter_alone():
    upper, lower = features("Accra"), features("accra")
    assert upper[:3] == lower[:3]
    assert upper.shape != lower.shape and upper.prefix != lower.prefix


@pytest.mark.parametrize("form", ["", "a", "of", "Ouagadougou", "x" * 10_000, "\ud800", "\n", "🙂"], ids=ascii)
def test_rows_stand_in_their_tables(form):
    found = features(form)
    assert len(found.norm) == NORM_HASHES and len(found.gram) <= MOST_GRAMS
    for table, rows in found._asdict().items():
        assert all(0 <= n < ROWS[table] for n in (rows if isinstance(rows, list) else [rows]))


def test_long_words_are_known_by_their_ends():
    assert features("in" + "x" * 30 + "ment").gram == features("in" + "x" * 40 + "ment").gram
    assert len(features("x" * 10_000).gram) == MOST_GRAMS


def test_rows_stay_what_they_were_when_the_model_learnt():
    assert row("norm", "peace") == PEACE["norm"][0]
    assert features("Peace")._asdict() == PEACE


@pytest.mark.parametrize(("module", "allowed"), [(word_features, {"zlib", "typing"}), (trees, {"numpy", "typing"})])
def test_what_training_reads_needs_no_spacy(module, allowed):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= allowed
