"""The learned model of quotations: how it reads, and what it makes of given parses."""

import itertools
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from pipeline.errors import LexiconError
from pipeline.labels import AttributionType, QuotationKind
from pipeline.language.cues import Cues
from pipeline.language.doc import Quotation
from pipeline.language.quotation_choices import WEIGHTS, Learned, choices, shipped, snapped
from pipeline.language.quotation_features import (
    ROLE,
    Windows,
    candidates,
    windows,
    word_features,
    words_of,
)
from pipeline.language.quotation_model import (
    CONTENT,
    CUE,
    LABELS,
    SPEAKER,
    Table,
    marginals,
    runs_of,
)
from pipeline.language.quotations import find_quotations, marked_speech
from pipeline.language.syntax import Role
from tests.language.test_quotations import HOSTILE
from tests.quotation_cases import read_quotation_parses

CUES = Cues.load()
PARSES = read_quotation_parses("quotations")
CLEARNLP = read_quotation_parses("quotations_clearnlp")


def learned_in(doc: Doc) -> list[Quotation]:
    return list(find_quotations(doc, CUES, shipped()))


def parsed(text: str) -> Doc:
    return {**PARSES, **CLEARNLP}[text].copy()


# A conditional random field that crfsuite fitted on made-up sequences of three features, and what crfsuite says is
# likely for sequences of them.
STATES = {
    "a": [0.276576, -0.402991, -0.628873, 0.877604],
    "b": [-1.253095, 1.677503, -0.540209, 0.06318],
    "c": [-0.9812, 0.260778, 1.272132, -0.584565],
}
TRANSITIONS = np.array(
    [
        [1.526709, -0.025646, -0.164576, -0.77166],
        [-0.299841, 0.389403, -0.671748, -0.272744],
        [0.126678, -0.965722, 0.872147, -0.219702],
        [-0.305631, -0.647838, 0.143239, 0.846209],
    ]
)
BY_CRFSUITE = {
    "abca": [
        [0.28077, 0.1567, 0.08711, 0.47542],
        [0.09559, 0.4589, 0.16917, 0.27633],
        [0.11442, 0.20193, 0.52486, 0.1588],
        [0.31125, 0.09228, 0.16776, 0.42871],
    ],
    "cc": [[0.05004, 0.12262, 0.75178, 0.07556], [0.057, 0.10855, 0.7713, 0.06314]],
    "b": [[0.0392, 0.73462, 0.07997, 0.14621]],
}


def test_labels_are_as_likely_as_crfsuite_says() -> None:
    features = "".join(BY_CRFSUITE)
    length = np.array([len(sequence) for sequence in BY_CRFSUITE])
    scores = np.array([STATES[feature] for feature in features])
    found = marginals(scores, TRANSITIONS, np.cumsum(length) - length, length)
    expected = np.concatenate([np.array(rows) for rows in BY_CRFSUITE.values()])
    assert np.abs(found - expected).max() < 2e-5


def score_of(labels: Sequence[int], scores: np.ndarray, transitions: np.ndarray) -> float:
    emitted = sum(scores[place, label] for place, label in enumerate(labels))
    return float(emitted + sum(transitions[one, other] for one, other in itertools.pairwise(labels)))


def test_labels_are_as_likely_as_all_paths_together_make_them() -> None:
    random = np.random.default_rng(7)
    length = np.array([1, 5, 3, 4])
    offset = np.cumsum(length) - length
    scores = random.normal(size=(int(length.sum()), len(LABELS)), scale=3)
    transitions = random.normal(size=(len(LABELS), len(LABELS)))
    found = marginals(scores, transitions, offset, length)
    for start, size in zip(offset, length, strict=True):
        expected = np.zeros((size, len(LABELS)))
        for path in itertools.product(range(len(LABELS)), repeat=int(size)):
            expected[range(size), path] += np.exp(score_of(path, scores[start : start + size], transitions))
        expected /= expected.sum(1, keepdims=True)
        assert np.abs(found[start : start + size] - expected).max() < 1e-9


def test_runs_end_where_the_label_or_the_window_ends() -> None:
    first, length = np.array([10, 20]), np.array([5, 2])
    owner = np.repeat([0, 1], length)
    span = Windows(owner, np.array([10, 11, 12, 13, 14, 20, 21]), first, np.array([0, 5]), length)
    labels = np.array([CONTENT, CONTENT, 0, CUE, CONTENT, CONTENT, SPEAKER])
    assert runs_of(labels, span) == [
        [(CONTENT, (10, 12)), (CUE, (13, 14)), (CONTENT, (14, 15))],
        [(CONTENT, (20, 21)), (SPEAKER, (21, 22))],
    ]


def test_a_feature_never_seen_weighs_nothing() -> None:
    table = Table.of({"word": np.array([2, 5])}, np.array([[1.5], [-2.0]], np.float32))
    found = table.scores({"word": np.array([2, 5, 0, 4, 6, 999_999])})
    assert found[:, 0].tolist() == [1.5, -2.0, 0, 0, 0, 0]


def test_the_weights_are_plain_arrays() -> None:
    with np.load(WEIGHTS, allow_pickle=False) as file:
        assert all(file[name].dtype.kind in "iufU" for name in file.files)
    assert WEIGHTS.stat().st_size < 1_000_000


def test_a_file_that_training_did_not_write_is_named(tmp_path: Path) -> None:
    (tmp_path / "other.npz").write_bytes(b"no arrays")
    with pytest.raises(LexiconError, match=r"other\.npz"):
        Learned.load(tmp_path / "other.npz")


def test_a_window_stays_in_its_paragraph() -> None:
    doc = parsed('"The roof is sound," Lind said.\n"Nobody needs to move out."')
    marks = marked_speech(doc, CUES)
    words = words_of(doc, marks.paragraphs, marks.stretches, shipped().reader.vocabulary)
    said = next(token.i for token in doc if token.text == "said")
    span = windows(words, np.array([said]), marks.paragraphs)
    assert (span.token.min(), span.token.max() + 1) == marks.paragraphs[0]


def test_the_words_of_a_clause_hang_together_with_its_cue_by_the_same_dependent() -> None:
    doc = parsed("Lind said the dam would hold.")
    marks = marked_speech(doc, CUES)
    vocabulary = shipped().reader.vocabulary
    found = candidates(doc, CUES, marks.speeches, marks.stretches, {})
    assert [doc[each.index].text for each in found] == ["said"]
    words = words_of(doc, marks.paragraphs, marks.stretches, vocabulary)
    span = windows(words, np.array([found[0].index]), marks.paragraphs)
    sure = np.array([0.9])
    features = word_features(
        words, found, sure, marks.speeches, span, vocabulary, all_candidates=(np.array([found[0].index]), sure)
    )
    path = dict(zip((doc[int(index)].text for index in span.token), features["path"].tolist(), strict=True))
    assert path["the"] == path["dam"] == path["would"] == path["hold"]
    assert path["hold"] % 64 == ROLE[Role.COMPLEMENT_CLAUSE]
    assert path["Lind"] % 64 == ROLE[Role.SUBJECT]


def test_a_reported_clause_is_the_content_and_the_subject_the_speaker() -> None:
    (quotation,) = learned_in(parsed("Lind said the dam would hold."))
    assert [span.text for span in quotation.content] == ["the dam would hold"]
    assert quotation.cue is not None and quotation.cue.text == "said"
    assert quotation.speaker is not None and quotation.speaker.text == "Lind"
    assert (quotation.kind, quotation.attribution_type) == (QuotationKind.INDIRECT, AttributionType.ASSERTION)
    assert quotation.rule == "learned: say"
    assert 0.5 < quotation.confidence <= 1


def test_the_model_does_not_lose_direct_speech() -> None:
    doc = parsed('"The roof is sound," she said, "and the walls are dry."')
    (quotation,) = learned_in(doc)
    assert quotation.kind is QuotationKind.DIRECT
    assert [span.text for span in quotation.content] == ['"The roof is sound,"', '"and the walls are dry."']


def test_a_content_reaches_to_the_marks_it_begins_or_ends_in() -> None:
    assert snapped([(3, 6), (9, 11)], (7, 8), [(2, 5), (10, 14)]) == ((2, 6), (9, 14))
    assert snapped([(3, 6)], (4, 5), [(2, 8)]) == ((3, 6),)  # the cue stands inside the marks


def test_the_rules_and_the_model_offer_their_contents() -> None:
    doc = parsed("Lind said the dam would hold.")
    learned, marks = shipped(), marked_speech(doc, CUES)
    words = words_of(doc, marks.paragraphs, marks.stretches, learned.reader.vocabulary)
    found = candidates(doc, CUES, marks.speeches, marks.stretches, {})
    readings = learned.reader.read(words, found, marks.paragraphs, marks.speeches)
    offered = choices(doc, words, readings, marks.stretches)
    assert [doc[start:end].text for choice in offered for start, end in choice.content] == ["the dam would hold"]
    assert [(choice.by_model, choice.best, choice.pattern) for choice in offered] == [(True, True, "clause")]


def test_every_quotation_has_words_and_a_confidence() -> None:
    for doc in PARSES.values():
        for quotation in learned_in(doc.copy()):
            assert any(character.isalnum() for span in quotation.content for character in span.text)
            assert 0 < quotation.confidence <= 1
            assert quotation.speaker_name or quotation.speaker is None


def test_the_component_reads_with_the_model() -> None:
    component = spacy.blank("en").add_pipe("quotations")
    doc = component(parsed("Lind said the dam would hold."))
    assert [quotation.rule for quotation in doc._.quotations] == ["learned: say"]


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("dep", ["ccomp", "nsubj", "parataxis", "ROOT"])
def test_hostile_text_costs_little_and_raises_nothing(words: list[str], dep: str) -> None:
    heads = [i if dep == "ROOT" else max(0, i - 1) for i in range(len(words))]
    pos = ["VERB" if word == "said" else "PUNCT" if word in '":' else "NOUN" for word in words]
    vocab = spacy.blank("en").vocab
    doc = Doc(vocab, words=words, heads=heads, deps=[dep] * len(words), pos=pos, tags=["VBD"] * len(words))
    start = time.process_time()
    learned_in(doc)
    assert time.process_time() - start < 4
