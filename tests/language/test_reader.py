"""The embedded model as a spaCy component: what it writes into a Doc."""

import time

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.language.network import BREAK
from pipeline.language.reader import Reader, as_words

from .small_network import LABELS, in_parts, random_weights, without_starts

WRITTEN = ["TAG", "POS", "MORPH", "LEMMA", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE", "SENT_START"]
TEXT = "Thomas Sankara spoke in Tenkodogo.\n\nHe spoke for 40 minutes ; nobody  left , and\nnobody slept."


def pipeline(weights: dict | None = None) -> Language:
    nlp = spacy.blank("en")
    reader = nlp.add_pipe("reader")
    assert isinstance(reader, Reader)
    reader.load(LABELS, *in_parts(weights or random_weights()))
    return nlp


NLP = pipeline()
QUIET = pipeline(without_starts(random_weights()))


def written(doc: Doc) -> np.ndarray:
    return doc.to_array(WRITTEN)


def test_every_layer_is_there():
    doc = NLP(TEXT)
    for name in ("TAG", "DEP", "ENT_IOB", "LEMMA", "SENT_START"):
        assert doc.has_annotation(name)
    assert {token.tag_ for token in doc if not token.is_space} <= set(LABELS["tag"])
    assert all(sum(token.head == token for token in sent) == 1 for sent in doc.sents)
    assert not any(token.ent_type_ for token in doc if token.is_space)


def test_an_empty_doc_stays_empty():
    assert len(NLP("")) == 0


@pytest.mark.parametrize("text", [" ", "\n", "\n\n  \n", "\u00a0\t"], ids=ascii)
def test_white_space_alone_is_one_sentence_without_names(text):
    doc = NLP(text)
    assert doc.text == text
    assert len(list(doc.sents)) == 1 and not doc.ents
    assert {(token.tag_, token.pos_, token.lemma_) for token in doc} == {("_SP", "SPACE", t.text) for t in doc}


@pytest.mark.parametrize("text", ["\n\nAye aye.", "Aye aye.\n\n", "  Aye  aye.  \n\n  Nay."], ids=ascii)
def test_white_space_hangs_on_what_stands_before_it(text):
    doc = NLP(text)
    for token in doc:
        if token.is_space and any(not other.is_space for other in doc[: token.i]):
            assert token.head.i == token.i - 1 and token.dep_ == "dep"
    assert doc.text == text


def test_sentence_starts_that_are_there_are_kept():
    doc = QUIET.make_doc("Aye nay aye nay aye")
    doc[3].is_sent_start = True
    assert [sent.text for sent in QUIET.get_pipe("reader")(doc).sents] == ["Aye nay aye", "nay aye"]
    assert len(list(QUIET("Aye nay aye nay aye").sents)) == 1


def test_a_model_of_an_earlier_version_is_named_as_such(tmp_path):
    NLP.to_disk(tmp_path / "model")
    (tmp_path / "model/reader/network.onnx").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks network\.onnx: the model was made for an earlier version"):
        spacy.load(tmp_path / "model")


def test_a_pipeline_from_disk_reads_the_same(tmp_path):
    NLP.to_disk(tmp_path / "model")
    loaded = spacy.load(tmp_path / "model")
    expected, found = NLP(TEXT), loaded(TEXT)
    assert [(t.tag_, t.pos_, str(t.morph), t.lemma_, t.dep_, t.head.i, t.ent_type_) for t in found] == [
        (t.tag_, t.pos_, str(t.morph), t.lemma_, t.dep_, t.head.i, t.ent_type_) for t in expected
    ]
    assert np.array_equal(written(found), written(expected))
    loaded.to_disk(tmp_path / "again")
    for name in ("labels.json", "network.onnx", "weights.npz"):
        assert (tmp_path / "again/reader" / name).exists()
        assert (tmp_path / "again/reader" / name).stat().st_size == (tmp_path / "model/reader" / name).stat().st_size


def test_white_space_inside_a_name_belongs_to_it():
    weights = without_starts(random_weights())
    weights["heads.flat.ner.bias"] = np.array([100.0 * (name[2:] == "ORG") for name in LABELS["ner"]])
    doc = pipeline(weights)("The Council \n  of  \tWellow")
    assert doc.ents and all(token.ent_type_ == "ORG" for token in doc)
    assert any(token.is_space and token.ent_iob_ == "I" for token in doc)
    assert "".join(ent.text_with_ws for ent in doc.ents) == doc.text


def test_what_was_read_in_a_memory_zone_is_read_again_after_it():
    weights = random_weights()
    weights["heads.flat.lemma.bias"] = np.array([100.0 * (label == "k3+y") for label in LABELS["lemma"]])
    nlp = pipeline(weights)
    for _ in range(2):
        with nlp.memory_zone():
            assert [token.lemma_ for token in nlp("Quixotries bewildered.")][:2] == ["Quixotry", "bewildey"]


def test_without_weights_it_says_what_to_do():
    nlp = spacy.blank("en")
    nlp.add_pipe("reader")
    with pytest.raises(ValueError, match=r"spacy\.load"):
        nlp("Aye.")


def test_what_is_read_beside_a_doc_changes_nothing():
    texts = [TEXT, "Nay.", TEXT * 12, "", "Aye.\n\nAye."]
    expected = [written(pipeline()(text)) for text in texts]
    for order in ((0, 1, 2, 3, 4), (4, 2, 3, 0, 1), (2, 2, 1)):
        docs = NLP.pipe([texts[n] for n in order], batch_size=2)
        assert all(np.array_equal(written(doc), expected[n]) for doc, n in zip(docs, order, strict=True))


def test_a_word_of_10000_signs():
    doc = Doc(NLP.vocab, words=["It", "said", "x" * 10_000, "and", "!" * 10_000, "."])
    start = time.perf_counter()
    NLP.get_pipe("reader")(doc)
    assert time.perf_counter() - start < 2
    assert doc.has_annotation("DEP") and doc[2].lemma_


def test_a_text_without_any_stop_is_read():
    doc = NLP("word " * 1_000)
    assert all(sum(token.head == token for token in sent) == 1 for sent in doc.sents)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One two\n\nthree", ["One", "two", BREAK, "three"]),
        ("One two\nthree", ["One", "two", "three"]),  # the line was broken at the margin
        ("One two\nThree", ["One", "two", BREAK, "Three"]),
        ("One two.\nthree", ["One", "two", ".", BREAK, "three"]),
        ("One  two", ["One", "two"]),
    ],
    ids=ascii,
)
def test_a_line_break_inside_a_sentence_is_passed_over(text, expected):
    doc = spacy.blank("en")(text)
    places, words = as_words(doc, [token.text for token in doc])
    assert [word.form for word in words] == expected
    assert [doc[place].text for place, word in zip(places, words, strict=True) if word.form != BREAK] == [
        form for form in expected if form != BREAK
    ]


def test_only_what_touches_the_next_word_is_not_spaced():
    doc = spacy.blank("en")('He said "aye"\nand left.')
    _, words = as_words(doc, [token.text for token in doc])
    assert [word.form for word in words if not word.spaced] == ['"', "aye", "left"]
