"""Whole small pages, each line with the label it must get: `tests/cases/cleaning/*.toml`."""

import tomllib
from pathlib import Path

import pytest

from pipeline.cleaning import clean, keep_all
from tests.cleaning.pages import page

FOLDER = Path(__file__).parents[1] / "cases" / "cleaning"
BASIC = {"paragraph", "heading", "list_item", "quote_block", "title", "byline", "dateline", "series_note"}


def read_cases(*, failing=True):
    """The cases; a known failure is one of labels, so other tests leave those out."""
    for path in sorted(FOLDER.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            if "known_failure" in case and not failing:
                continue
            marks = [pytest.mark.xfail(reason=case["known_failure"])] if "known_failure" in case else []
            yield pytest.param(case, id=f"{path.stem}: {case['name']}", marks=marks)


def gold_and_text(case):
    rows = [line.split(" | ", 1) for line in case["lines"].strip().splitlines()]
    return [label.strip() for label, _ in rows], "\n\n".join(text for _, text in rows) + "\n"


def as_asked(gold, block, loose):
    """The block's label as the gold line asks for it: in full, or only whether it is kept."""
    if gold in ("+", "-") or (loose and block.kept and gold in BASIC):
        return gold if gold in BASIC else "+" if block.kept else "-"
    return str(block.label) if block.kept else f"-{block.label}"


@pytest.mark.parametrize("case", list(read_cases()))
def test_every_line_of_a_page_gets_its_label(case):
    gold, text = gold_and_text(case)
    article = clean(page(text))
    found = [
        as_asked(label, block, case.get("loose", False)) for label, block in zip(gold, article.blocks, strict=True)
    ]
    words = [f"{article.text_of(block)[:60]} [{block.reason}]" for block in article.blocks]
    assert list(zip(found, words, strict=True)) == list(zip(gold, words, strict=True))


@pytest.mark.parametrize("case", list(read_cases(failing=False)))
def test_every_decision_carries_a_reason(case):
    assert all(block.reason for block in clean(page(gold_and_text(case)[1])).blocks)


@pytest.mark.parametrize("field", ["title", "byline", "published"])
@pytest.mark.parametrize("case", list(read_cases(failing=False)))
def test_headline_byline_and_date_are_read_where_the_case_gives_them(case, field):
    if field not in case:
        assert field not in case
        return
    article = clean(page(gold_and_text(case)[1]))
    found = article.published_iso if field == "published" else getattr(article, field)
    assert found == case[field]


def test_with_cleaning_off_every_block_is_kept_and_the_headline_is_still_read():
    for param in read_cases():
        text = gold_and_text(param.values[0])[1]
        article = keep_all(page(text))
        assert all(block.kept for block in article.blocks)
        assert article.title == clean(page(text)).title
