"""Dates are found and read: the cases, the examples of the lexicon, and what holds for any text."""

import datetime
import time
import tomllib
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import LexiconError
from pipeline.labels import TimexType
from pipeline.language.dates import find_dates, grammar_in
from pipeline.language.doc import DateMention
from pipeline.lexicons import FOLDER, read_entries
from tests.marked import Mark, parse

PUBLISHED = datetime.date(2011, 9, 29)
CASES = Path(__file__).parent.parent / "cases" / "dates"


def case_params() -> list[pytest.param]:  # type: ignore[valid-type]
    params = []
    for path in sorted(CASES.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            failure = case.get("known_failure")
            marks = [pytest.mark.xfail(reason=failure, strict=True)] if failure else []
            params.append(pytest.param(case, id=f"{path.stem}: {case['name']}", marks=marks))
    return params


def wanted(marks: list[Mark], plain: str) -> list[tuple[str, ...]]:
    return [
        (label, plain[start:end], attributes.get("value", ""), attributes.get("mod", ""))
        for label, attributes, start, end in marks
    ]


def given_by(mentions: tuple[DateMention, ...]) -> list[tuple[str, ...]]:
    return [(one.type.value, one.text, one.value, one.mod.value if one.mod else "") for one in mentions]


@pytest.mark.parametrize("case", case_params())
def test_the_dates_of_a_sentence(case: dict[str, object]) -> None:
    plain, marks = parse(str(case["text"]))
    mentions = find_dates(plain, case.get("published"))  # type: ignore[arg-type]
    assert given_by(mentions) == wanted(marks, plain)
    for (_, attributes, _, _), mention in zip(marks, mentions, strict=True):
        for name in ("earliest", "latest"):
            if name in attributes:
                assert str(getattr(mention, name)) == attributes[name]


ENTRIES = read_entries("timex", required=("name", "pattern"), optional=("type", "value", "mod"))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_every_entry_of_the_lexicon_finds_its_example(entry: dict[str, str]) -> None:
    plain, marks = parse(entry["example"])
    mentions = find_dates(plain, PUBLISHED)
    assert given_by(mentions) == wanted(marks, plain)
    if not entry["name"].isupper():
        assert entry["name"] in {one.rule for one in mentions}


@pytest.mark.parametrize("entry", [one for one in ENTRIES if "unless" in one], ids=lambda entry: entry["name"])
def test_no_entry_of_the_lexicon_matches_what_it_must_leave_alone(entry: dict[str, str]) -> None:
    assert entry["name"] not in {one.rule for one in find_dates(entry["unless"], PUBLISHED)}


def test_the_anchor_says_what_a_date_was_read_against() -> None:
    text = "In 1922 they met; the following year they broke. They met again last year, in May 2010."
    anchors = {one.text: one.anchor for one in find_dates(text, PUBLISHED)}
    assert anchors == {
        "1922": "",
        "the following year": "narrative 1922",
        "last year": "publication 2011-09-29",
        "May 2010": "",
    }


def test_offsets_count_code_points() -> None:
    text = "🕊️ e\u0301 – signed in May\u00a02010.\r\n"
    (found,) = find_dates(text, None)
    assert text[found.start : found.end] == found.text == "May\u00a02010"


def test_a_publication_time_is_read_as_its_day() -> None:
    (found,) = find_dates("They met yesterday.", datetime.datetime(2011, 9, 29, 23, 59))
    assert found.value == "2011-09-28"


PIECES = st.sampled_from(
    [
        *"May 1997 29 30th February 2,000 the last of year '89 9/11 24:61 25-3 99:99 a.m. BC 0000 hundred ago".split(),
        *'later XXXX in Q3 quarter 9999 century – next “ " today Friday million ٣ nineteen 9999-12-31 weekend'.split(),
        "\n\n",
        "\x00",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=25), st.sampled_from([None, PUBLISHED, datetime.date.min, datetime.date.max]))
def test_odd_input_never_raises_and_expressions_are_in_order(words: list[str], published: datetime.date | None) -> None:
    text = " ".join(words)
    end = 0
    for one in find_dates(text, published):
        assert end <= one.start < one.end <= len(text)
        assert one.text == text[one.start : one.end]
        assert (one.earliest is None) == (one.latest is None)
        assert one.earliest is None or one.latest is None or one.earliest <= one.latest
        end = one.end


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_without_error(text: str) -> None:
    assert all(one.text == text[one.start : one.end] for one in find_dates(text, PUBLISHED))


@pytest.mark.parametrize(
    "piece",
    [
        *("May ", "two ", "hundred and ", "1998-", "the end of ", "9:", '"today" ', "last ", "in '"),
        *("two years and three ", "May 4, ", "spring and ", "the first year of ", "the 470s ", "the end of the early "),
    ],
)
def test_time_grows_with_the_length_of_the_text(piece: str) -> None:
    def seconds(times: int) -> float:
        start = time.process_time()
        find_dates(piece * times, PUBLISHED)
        return time.process_time() - start

    seconds(10)
    # Eight times the text may take thirty-two times as long, for noise; quadratic time would be sixty-four.
    assert min(seconds(4000), seconds(4000)) < 32 * max(seconds(500), 0.02) + 0.1


def test_the_component_works_alone_in_a_blank_pipeline() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("dates")
    doc = nlp.make_doc("They met in March 1999.")
    doc._.published = PUBLISHED
    (found,) = nlp(doc)._.dates
    assert (found.type, found.value) == (TimexType.DATE, "1999-03")


def test_an_expression_does_not_cross_the_start_of_a_block() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("dates")
    doc = nlp.make_doc("Events of May\n1997 was a hard year.")
    doc.spans["blocks"] = [doc[0:3], doc[4:9]]
    assert [one.text for one in nlp(doc)._.dates] == ["May", "1997"]


def broken(folder: Path, entry: str) -> Path:
    (folder / "timex_words.csv").write_bytes((FOLDER / "timex_words.csv").read_bytes())
    (folder / "timex.toml").write_text(entry, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('pattern = "MONT"\ntype = "DATE"\nvalue = "month"', "unknown class 'MONT'"),
        ('pattern = "(MONTH"\ntype = "DATE"\nvalue = "month"', "not well formed"),
        ('pattern = "MONTH +"\ntype = "DATE"\nvalue = "month"', "repetition is bounded"),
        ('pattern = "MONTH"\ntype = "DAY"\nvalue = "month"', "unknown type 'DAY'"),
        ('pattern = "MONTH"\ntype = "DATE"\nvalue = "moth"', "unknown value 'moth'"),
        ('pattern = "MONTH"\ntype = "DATE"', "'value' is missing"),
        ('pattern = "ABOUT VAGUE"\ntype = "DATE"\nvalue = "month"', "alone make no date"),
    ],
)
def test_a_broken_entry_names_itself_and_the_way_out(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(LexiconError, match=message):
        grammar_in(broken(tmp_path, f'[[entry]]\nname = "x"\n{entry}\n'))


def test_what_was_met_before_is_read_as_if_it_were_new(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"They met on {day} May 20{day} and left two days later." for day in range(10, 25)]
    fresh = [find_dates(text, None) for text in texts]
    monkeypatch.setattr("pipeline.language.timex_rules.MOST_KNOWN", 3)
    assert [find_dates(text, None) for text in texts] == fresh
    assert [find_dates(text, None) for text in reversed(texts)] == fresh[::-1]
