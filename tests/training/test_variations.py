"""Variations of labelled passages keep what the labels say."""

import random

import spacy

from .test_passages import script

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


def test_capitals_leave_the_labels_and_open_the_lemmas():
    recased = variations.recased(PASSAGE | {"lemma": ["k0+"] * 7}, str.upper)
    assert recased["words"][:2] == ["MANDELA", "MET"]
    assert recased["ner"] == PASSAGE["ner"]
    assert set(recased["lemma"]) == {"?"}


def test_quotation_marks_open_and_close():
    assert variations.curly({"words": ['"', "Amandla", '"', "n't", "--"]})["words"] == ["“", "Amandla", "”", "n’t", "—"]


def test_columns_become_a_doc_with_its_names():
    nlp = spacy.blank("en")
    broken = PASSAGE | {"breaks": [False] * 4 + [True, False, False], "ner": ["-", *PASSAGE["ner"][1:]]}
    doc = convert.columns_doc(nlp, broken, random.Random(1))
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("Walter Sisulu", "PERSON"), ("Soweto", "GPE")]
    assert doc[0].ent_iob == 0  # what the source leaves open is missing, not O
    assert doc[4].is_space


def test_a_doc_becomes_columns_and_a_doc_again():
    nlp = spacy.blank("en")
    passage = {"text": "Sisulu left Soweto.", "entities": [{"start": 0, "end": 6, "label": "PERSON"}], "missing": []}
    (columns,) = convert.entity_columns(nlp, [passage], "own", "train")
    assert columns["ner"] == ["S-PERSON", "O", "O", "O"]
    assert convert.columns_doc(nlp, columns, random.Random(1)).text == passage["text"]


def test_what_opens_in_lower_case_in_re3d_is_left_open():
    text = "Minister of Foreign Affairs of Iraq"
    passage = {"text": text, "entities": [{"start": 9, "end": 35, "label": "PERSON"}]}
    mended = convert.mended(passage)
    assert mended["entities"] == []
    assert [text[m["start"] : m["end"]] for m in mended["missing"]] == ["of Foreign Affairs of Iraq"]


def test_stray_white_space_and_lower_case_keep_heads_and_names():
    nlp = spacy.blank("en")
    doc = spacy.tokens.Doc(
        nlp.vocab, words=["Sisulu", "left", "Soweto"], heads=[1, 1, 1], deps=["nsubj", "ROOT", "obj"],
        ents=["B-PERSON", "O", "B-GPE"], sent_starts=[True, False, False],
    )  # fmt: skip
    for rough in convert.roughened(nlp, [doc] * 200, random.Random(2)):
        words = [token for token in rough if not token.is_space]
        assert [token.head.text.lower() for token in words] == ["left"] * 3
        assert [ent.text.lower() for ent in rough.ents] == ["sisulu", "soweto"]
