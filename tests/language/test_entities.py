"""Entity mentions: corrected, completed and made consistent, on Docs whose model entities are given by hand."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.language.abbreviations import find_definitions, spells
from pipeline.language.entities import Entities, NameMatcher
from pipeline.language.gazetteer import gazetteer
from pipeline.language.name_shapes import REQUIRED, load_shapes
from pipeline.lexicons import read_entries
from tests.language.entity_cases import NLP, doc_of, read_tags, spans_of

CASES = Path(__file__).parent.parent / "cases" / "entities"
ENTITIES = Entities(NameMatcher(gazetteer(), NLP.tokenizer), load_shapes())


def cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            marks = [pytest.mark.xfail(reason=case["known_failure"])] if "known_failure" in case else []
            found.append(pytest.param(case, id=f"{path.stem}: {case['name']}", marks=marks))
    return found


@pytest.mark.parametrize("case", cases())
def test_mentions(case: dict[str, str]) -> None:
    text, gold = read_tags(case["text"])
    doc = ENTITIES(doc_of(case["model"]))
    assert doc.text == text
    assert [(text[s:e], label) for s, e, label in spans_of(doc)] == [(text[t.start : t.end], t.label) for t in gold]
    assert [span[:2] for span in spans_of(doc)] == [(tag.start, tag.end) for tag in gold]


@pytest.mark.parametrize(
    "entry",
    read_entries("name_shapes", required=REQUIRED, optional=("not_after",)),
    ids=lambda entry: entry["head"],
)
def test_each_shape_finds_its_example_and_leaves_the_other_sentence_alone(entry: dict[str, str]) -> None:
    tagged = entry["example"].replace("<name>", f"<{entry['label']}>").replace("</name>", f"</{entry['label']}>")
    text, gold = read_tags(tagged)
    doc = ENTITIES(doc_of(text))
    rule = f"shape: {entry['head']}"
    found = [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents if ent.id_ == rule]
    assert found == [(tag.start, tag.end, tag.label) for tag in gold]
    assert not [ent.text for ent in ENTITIES(doc_of(entry["unless"])).ents if ent.id_ == rule]


def test_every_mention_carries_its_rule() -> None:
    doc = ENTITIES(doc_of("<PERSON>Vera Malikova</PERSON> left Russia before the Lisbon Summit. They asked Malikova."))
    assert [ent.id_ for ent in doc.ents] == ["model", "lexicon: country", "shape: Summit", "consistency"]


@pytest.mark.parametrize(
    ("short", "words", "expected"),
    [
        ("NRC", "NATO - Russia Council", True),
        ("NATO", "North Atlantic Treaty Organization", True),
        ("FBI", "Federal Bureau of Investigation", True),
        ("PJC", "Permanent Joint Council", True),
        ("PJC", "Council of Ministers", False),
        ("UN", "Norway", False),
    ],
)
def test_an_abbreviation_spells_its_long_form(short: str, words: str, expected: bool) -> None:
    assert spells(short, words.split()) is expected


def test_an_unclosed_bracket_defines_nothing() -> None:
    assert not list(find_definitions(["The", "Harbour", "Board", "(", "HSB"]))
    assert not list(find_definitions(["("]))
    assert not list(find_definitions(["Harbour", "(", ")"]))


@settings(max_examples=150, deadline=None)
@example(words=["NATO", "NATO", "(", "NATO", ")"])
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["NATO", "(", ")", "-", "Russia", "'s", "’s", "the", "of", "\n\n", '"', "Treaty", "President", "1973"]
            ),
            st.text(max_size=6),
        ),
        max_size=30,
    )
)
def test_no_text_however_odd_breaks_the_layer(words: list[str]) -> None:
    doc = doc_of(" ".join(words).replace("<", " "))
    doc = ENTITIES(doc)
    spans = list(spans_of(doc))
    assert spans == sorted(spans)
    assert all(start < end for start, end, _ in spans)
