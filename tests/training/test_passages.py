"""The training text of our own keeps the rules of training/passages/README.md."""

import pytest

from tests.scripts import script

passages = script("passages")


@pytest.mark.parametrize("path", sorted(passages.FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_every_passage_keeps_the_rules(path):
    found = list(passages.read_passages(path))
    assert found
    assert [fault for passage in found for fault in passages.faults(passage)] == []


def test_all_passages_together_are_30000_words_with_every_label():
    everything = [p for path in sorted(passages.FOLDER.glob("*.txt")) for p in passages.read_passages(path)]
    assert sum(len(passage["text"].split()) for passage in everything) >= 30_000
    assert {entity["label"] for passage in everything for entity in passage["entities"]} == passages.LABELS


def test_no_two_passages_share_a_sentence():
    seen: dict[str, str] = {}
    for path in sorted(passages.FOLDER.glob("*.txt")):
        for passage in passages.read_passages(path):
            for sentence in passage["text"].replace("\n", " ").split(". "):
                if len(sentence) > 60:
                    assert seen.setdefault(sentence, passage["id"]) == passage["id"]


def test_tags_become_offsets_into_the_text_without_them():
    passage = passages.parsed("President <PERSON>Nelson Mandela</PERSON> left <GPE>Pretoria</GPE>.", "here")
    assert passage["text"] == "President Nelson Mandela left Pretoria."
    names = [(passage["text"][e["start"] : e["end"]], e["label"]) for e in passage["entities"]]
    assert names == [("Nelson Mandela", "PERSON"), ("Pretoria", "GPE")]


@pytest.mark.parametrize(
    ("marked", "finding"),
    [
        ("<PERSON>Nelson Mandela left.", "never closed"),
        ("Nelson Mandela</PERSON> left.", "does not pair"),
        ("<PERSON>Nelson <GPE>Mandela</GPE></PERSON>", "does not pair"),
        ("<HUMAN>Nelson Mandela</HUMAN> left.", "unknown label"),
    ],
)
def test_broken_tags_are_named_with_their_place(marked, finding):
    with pytest.raises(ValueError, match=finding) as error:
        passages.parsed(marked, "africa.txt, passage 3")
    assert str(error.value).startswith("africa.txt, passage 3")


@pytest.mark.parametrize(
    ("marked", "finding"),
    [
        ("<ORG>the African Union</ORG> met.", "article"),
        ("<PERSON>President Mandela</PERSON> met.", "title"),
        ("<GPE>Kenya's</GPE> coast", "possessive"),
        ("<GPE>Kenya</GPE>n coast", "longer word"),
    ],
)
def test_what_breaks_the_rules_is_reported(marked, finding):
    (fault,) = passages.faults({"id": "africa-000", **passages.parsed(marked, "here")})
    assert finding in fault


def test_f16s_may_have_a_plural():
    assert not list(passages.faults({"id": "x", **passages.parsed("Two <PRODUCT>F-16</PRODUCT>s flew.", "here")}))
