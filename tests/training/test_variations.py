"""Variations of labelled passages keep what the labels say."""

import random
from pathlib import Path

import pytest
import spacy

from tests.scripts import script

from .test_passages import passages

variations = script("variations")
convert = script("convert")

PASSAGE = {
    "corpus": "own",
    "split": "train",
    "words": ["Mandela", "met", "Walter", "Sisulu", "in", "Soweto", "."],
    "spaces": [True, True, True, True, True, False, False],
    "breaks": [False] * 7,
    "ner": ["S-PERSON", "O", "B-PERSON", "E-PERSON", "O", "S-GPE", "O"],
}
POOL = {"PERSON": ["Wangari Muta Maathai"], "GPE": ["Dar es Salaam"]}


def test_names_are_swapped_for_names_of_the_same_label():
    swapped = variations.swapped(PASSAGE, POOL, spacy.blank("en"), random.Random(1))
    text = "".join(w + " " * s for w, s in zip(swapped["words"], swapped["spaces"], strict=True))
    # A surname alone stays a surname.
    assert text == "Maathai met Wangari Muta Maathai in Dar es Salaam."
    assert swapped["ner"] == "S-PERSON O B-PERSON I-PERSON E-PERSON O B-GPE I-GPE E-GPE O".split()


def test_names_are_listed_under_their_labels(tmp_path: Path):
    (tmp_path / "north.txt").write_text("# PERSON poets\nTarjei Vesaas\n\n# GPE towns\nBodø\n", encoding="utf-8")
    (tmp_path / "south.txt").write_text("# PERSON poets\nGabriela Mistral\n", encoding="utf-8")
    assert variations.listed_names(tmp_path) == {"PERSON": ["Tarjei Vesaas", "Gabriela Mistral"], "GPE": ["Bodø"]}


def test_a_name_under_no_heading_is_an_error(tmp_path: Path):
    (tmp_path / "north.txt").write_text("Bodø\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"north\.txt, line 1"):
        variations.listed_names(tmp_path)


def test_a_heading_of_no_label_is_an_error(tmp_path: Path):
    (tmp_path / "north.txt").write_text("# EVENT protests\nTakeBack\n#EndSARS\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"north\.txt, line 3: '#EndSARS' opens with none of EVENT, FAC"):
        variations.listed_names(tmp_path)


def test_the_shipped_lists_are_long_and_fit_their_labels():
    listed = variations.listed_names(variations.LISTS)
    assert sum(map(len, listed.values())) > 20_000
    assert set(listed) == passages.LABELS
    articles = ("the ", "The ")
    assert [
        name for label in listed if label != "WORK_OF_ART" for name in listed[label] if name.startswith(articles)
    ] == []


def test_capitals_leave_the_labels_and_open_the_lemmas():
    recased = variations.recased(PASSAGE | {"lemma": ["k0+"] * 7}, str.upper)
    assert recased["words"][:2] == ["MANDELA", "MET"]
    assert recased["ner"] == PASSAGE["ner"]
    assert set(recased["lemma"]) == {"?"}


def test_quotation_marks_open_and_close():
    assert variations.curly({"words": ['"', "Amandla", '"', "n't", "--"]})["words"] == ["“", "Amandla", "”", "n’t", "—"]


def test_a_text_becomes_columns():
    text = "Sisulu left\n\nDar es Salaam for Soweto."
    labels = [{"start": 0, "end": 6, "label": "PERSON"}, {"start": 13, "end": 26, "label": "GPE"}]
    passage = {"text": text, "entities": labels, "missing": [{"start": 31, "end": 37}]}
    (columns,) = convert.entity_columns(spacy.blank("en"), [passage], "own", "train")
    assert columns["words"] == ["Sisulu", "left", "Dar", "es", "Salaam", "for", "Soweto", "."]
    # What the source leaves open is missing, not O.
    assert columns["ner"] == ["S-PERSON", "O", "B-GPE", "I-GPE", "E-GPE", "O", "-", "O"]
    assert [word for word, broken in zip(columns["words"], columns["breaks"], strict=True) if broken] == ["Dar"]
    assert [word for word, space in zip(columns["words"], columns["spaces"], strict=True) if not space] == [
        "left", "Soweto", ".",
    ]  # fmt: skip


def test_what_opens_in_lower_case_in_re3d_is_left_open():
    text = "Minister of Foreign Affairs of Iraq"
    passage = {"text": text, "entities": [{"start": 9, "end": 35, "label": "PERSON"}]}
    mended = convert.mended(passage)
    assert mended["entities"] == []
    assert [text[m["start"] : m["end"]] for m in mended["missing"]] == ["of Foreign Affairs of Iraq"]


def test_a_treebank_document_becomes_a_doc_with_a_blank_line_between_paragraphs():
    def sentence(*forms: str) -> object:
        words = [convert.Word(form, form.lower(), "X", "FW", "", 0, "root" if not n else "dep", True)
                 for n, form in enumerate(forms)]  # fmt: skip
        return convert.Sentence(words, True, False)

    doc = convert.syntax_doc(spacy.blank("en"), [sentence("Sisulu", "left"), sentence("Nobody", "stayed")])
    assert doc.text == "Sisulu left\n\nNobody stayed "
    assert [sent.root.text for sent in doc.sents] == ["Sisulu", "Nobody"]
