"""The lexicon of cues: every entry proves itself, and a broken one stops the run."""

import re
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from pipeline.errors import LexiconError
from pipeline.language.cues import TAGGED, Cues, forms_of
from pipeline.language.quotations import find_quotations
from pipeline.lexicons import read_entries
from tests.quotation_cases import read_quotation_parses

ENTRIES = read_entries("cues", required=("lemma", "pos", "type", "patterns", "example"), optional=("forms",))
CUES = Cues.load()
NLP = spacy.blank("en")
POS = {name: tag for tag, name in reversed(TAGGED.items())}


def tagged(entry: dict[str, str]) -> Doc:
    """The example without its tags, its words all of the part of speech of the entry."""
    words = [token.text for token in NLP(re.sub(r"</?cue>", "", entry["example"]))]
    return Doc(NLP.vocab, words=words, pos=[POS.get(entry["pos"], "X")] * len(words))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry['pos']} {entry['lemma']}")
def test_the_example_of_an_entry_holds_its_cue(entry: dict[str, str]) -> None:
    match = re.search(r"<cue>(.+?)</cue>", entry["example"])
    assert match is not None
    doc = tagged(entry)
    if entry["pos"] == "phrase":
        assert [cue.lemma for _, _, cue in CUES.phrases(doc)] == [entry["lemma"]]
        return
    token = next(token for token in doc if token.text == match.group(1))
    cue = CUES.of(token)
    assert cue is not None
    assert (cue.lemma, cue.pos) == (entry["lemma"], entry["pos"])


@pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if "quote" in entry["patterns"]], ids=lambda e: e["lemma"]
)
def test_a_cue_of_direct_speech_can_introduce_it(entry: dict[str, str]) -> None:
    assert entry["pos"] == "verb"
    token = Doc(NLP.vocab, words=[entry["lemma"]], pos=["VERB"], tags=["VB"])[0]
    assert CUES.introducing(token) is not None


def test_the_lexicon_is_large_and_sorted() -> None:
    assert len(ENTRIES) >= 250
    order = ("verb", "noun", "adjective", "phrase")
    keys = [(order.index(entry["pos"]), entry["lemma"]) for entry in ENTRIES]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("lemma", "form"),
    [
        ("deny", "denied"), ("deny", "denies"), ("say", "saying"), ("urge", "urging"), ("plan", "planned"),
        ("refer", "referring"), ("disagree", "disagreeing"), ("stress", "stresses"), ("toy", "toys"),
        ("allow", "allowed"),
    ],
)  # fmt: skip
def test_regular_forms(lemma: str, form: str) -> None:
    assert form in forms_of(lemma, "verb")


def test_a_wrong_lemma_costs_nothing() -> None:
    token = Doc(NLP.vocab, words=["referred"], lemmas=["referre"], pos=["VERB"])[0]
    cue = CUES.of(token)
    assert cue is not None
    assert cue.lemma == "refer"


def test_a_verb_is_no_noun() -> None:
    noun, verb = Doc(NLP.vocab, words=["claim", "claim"], pos=["NOUN", "VERB"])
    assert [cue.pos for token in (noun, verb) if (cue := CUES.of(token))] == ["noun", "verb"]


GOOD = """[[entry]]
lemma = "say"
pos = "verb"
type = "assertion"
patterns = { clause = 0.9 }
example = 'They <cue>say</cue> that it rains.'
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"verb"', '"verbal"', "unknown pos"),
        ('"assertion"', '"claim"', "unknown type"),
        ("clause =", "claws =", "unknown pattern"),
        ("0.9", "9.0", "give a share between"),
        ("0.9", "'much'", "give a share between"),
        ("example =", "sample =", "unknown field"),
        ("", GOOD, "stands in the file twice"),
    ],
)
def test_a_broken_lexicon_stops_the_run(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "cues.toml").write_text(GOOD.replace(old, new, 1) if old else GOOD + new, encoding="utf-8")
    with pytest.raises(LexiconError, match=message):
        Cues.load(tmp_path)


# A verb that attributes what its object names also takes objects that are things: telling them apart needs word senses.
SENSES_NOT_TOLD_APART = {
    "Nobody answered the door.",
    "Wolves attacked the flock at night.",
    "The storm claimed two lives.",
    "He ordered two coffees.",
    "The maker recalled the toasters.",
    "The patient responded well to the drug.",
    "Two pillars support the roof.",
}
UNLESS = read_quotation_parses("quotations_unless")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            entry["unless"],
            marks=[pytest.mark.xfail(reason="needs word senses", strict=True)]
            if entry["unless"] in SENSES_NOT_TOLD_APART
            else [],
        )
        for entry in ENTRIES
        if "unless" in entry
    ],
)
def test_a_cue_in_another_sense_attributes_nothing(text: str) -> None:
    assert list(find_quotations(UNLESS[text], CUES)) == []
