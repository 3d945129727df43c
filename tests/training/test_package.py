"""The shipped pipeline is made of what the GPU wrote, and only if its graph computes what torch did."""

import json
import os
import sys

import numpy as np
import onnx
import pytest
import spacy

from pipeline.language.network import BREAK, Word
from tests.conftest import ROOT
from tests.language.small_network import LABELS, graph, network_of, random_weights
from tests.scripts import TRAINING, script

package = script("package")
train = script("train")

WEIGHTS = random_weights()
DOCUMENTS = [
    [Word("Nobody", True), Word("left", False), Word(".", True), Word(BREAK, True), Word("Nobody", True)],
    [Word("Aye", True), Word("aye", False)],
]


@pytest.fixture
def distilled(tmp_path):
    """A folder as distil/study.py leaves it, with the vectors of a probe of two documents."""
    for name in ("measured", "shipped"):
        tables = {key: values for key, values in WEIGHTS.items() if ".tables." in key}
        np.savez(tmp_path / f"{name}-tables.npz", **tables)
        np.savez(tmp_path / f"{name}-weights.npz", **{k: v for k, v in WEIGHTS.items() if k not in tables})
    (tmp_path / "labels.json").write_text(json.dumps(LABELS), encoding="utf-8")
    (tmp_path / "lemmas.json").write_text('{"VERB": {"left": "leave"}}', encoding="utf-8")
    write_probe(tmp_path)
    return tmp_path


def write_probe(folder, change=0.0):
    network = network_of(WEIGHTS)
    forms, vectors = [], []
    for words in DOCUMENTS:
        forms += ["\n\n" if word.form == BREAK else word.form + "\x01" * (not word.spaced) for word in words]
        vectors += [network.vectors(words, [(0, len(words))]) + change]
        forms += ["\x03"] * 4  # between documents, and
        vectors += [np.full_like(vectors[0][:1], 9.0).repeat(4, 0)]  # of no interest, like
    forms += [""] * 3  # what fills the sequence up
    vectors += [np.full_like(vectors[0][:1], 9.0).repeat(3, 0)]
    np.savez(folder / "measured-probe.npz", forms=np.array(forms), vectors=np.concatenate(vectors))


def run(monkeypatch, module, *arguments):
    known = ["--lemmas", str(arguments[0] / "lemmas.json")] if module is package else []
    monkeypatch.setattr(sys, "argv", ["script", *map(str, arguments), *known])
    module.main()


def test_the_network_becomes_a_pipeline(distilled, tmp_path, monkeypatch):
    metrics = tmp_path / "metrics.json"
    metrics.write_text('{"ewt-dev": {"dep_las": 50.0}}', encoding="utf-8")
    run(monkeypatch, package, distilled, "measured", tmp_path / "model", "--metrics", metrics)
    nlp = spacy.load(tmp_path / "model")
    assert nlp.meta["performance"]["ewt-dev"]["dep_las"] == 50.0
    assert [token.text for token in nlp("Nobody left!!! *** Aye.")] == ["Nobody", "left", "!!!", "***", "Aye", "."]


def test_the_pipeline_and_what_is_kept_beside_it_are_all_weights(distilled, tmp_path, monkeypatch):
    run(monkeypatch, package, distilled, "shipped", tmp_path / "model", "--keep", tmp_path / "kept.npz")
    found = {}
    for path in (tmp_path / "model" / "reader" / "weights.npz", tmp_path / "kept.npz"):
        with np.load(path) as stored:
            found |= dict(stored)
    assert all(np.array_equal(found[name], values) for name, values in WEIGHTS.items())
    assert {name for name in found if name not in WEIGHTS} == {"heads.root.arc_head", "heads.root.rel_head"}


def test_the_probe_is_compared_document_by_document(distilled):
    assert package.difference(network_of(WEIGHTS), distilled / "measured-probe.npz") < 1e-5


def test_other_vectors_than_torch_gave_are_refused(distilled, tmp_path, monkeypatch):
    write_probe(distilled, change=0.03)
    with pytest.raises(ValueError, match=r"differ by 0\.03"):
        run(monkeypatch, package, distilled, "measured", tmp_path / "model")
    assert not (tmp_path / "model").exists()
    run(monkeypatch, package, distilled, "shipped", tmp_path / "model")  # the probe is none of its own


def test_vectors_that_are_no_numbers_are_refused(distilled, tmp_path, monkeypatch):
    write_probe(distilled, change=np.nan)
    with pytest.raises(ValueError, match="differ by nan"):
        run(monkeypatch, package, distilled, "measured", tmp_path / "model")


def test_the_measured_network_needs_its_probe(distilled, tmp_path, monkeypatch):
    (distilled / "measured-probe.npz").unlink()
    with pytest.raises(SystemExit, match=r"measured-probe\.npz is missing"):
        run(monkeypatch, package, distilled, "measured", tmp_path / "model")


def test_what_ships_is_made_of_what_is_kept():
    reader = ROOT / "pipeline" / "model" / "reader"
    weights = {}
    for path in (reader / "weights.npz", TRAINING / "network.npz"):
        with np.load(path) as stored:
            weights |= dict(stored)
    made, shipped = (
        {array.name: onnx.numpy_helper.to_array(array) for array in model.graph.initializer}
        for model in (graph.in_eight_bits(graph.graph(weights)), onnx.load(reader / "network.onnx"))
    )
    assert made.keys() == shipped.keys()
    assert all(np.array_equal(values, shipped[name]) for name, values in made.items())


def test_a_probe_without_words_proves_nothing(distilled):
    np.savez(distilled / "measured-probe.npz", forms=np.array(["", ""]), vectors=np.zeros((2, 16)))
    with pytest.raises(ValueError, match="no words"):
        package.difference(network_of(WEIGHTS), distilled / "measured-probe.npz")


def test_make_model_says_what_the_gpu_must_write_first(distilled, tmp_path, monkeypatch):
    (distilled / "shipped-weights.npz").unlink()
    with pytest.raises(SystemExit) as stopped:
        run(monkeypatch, train, tmp_path, "--distilled", distilled)
    message = str(stopped.value.code)  # a message for the reader, and exit code 1
    assert "lacks shipped-weights.npz:" in message and "training/README.md" in message
    heading = message.split('"')[1]
    assert f"## {heading}\n" in (TRAINING / "README.md").read_text(encoding="utf-8")


def test_what_is_older_than_what_it_needs_is_made_again(tmp_path):
    needed, made = tmp_path / "needed", tmp_path / "made"
    needed.write_text("", encoding="utf-8")
    assert train.out_of_date([needed], made)
    made.write_text("", encoding="utf-8")
    os.utime(needed, (100, 100))
    assert not train.out_of_date([needed], made)
    os.utime(made, (50, 50))
    assert train.out_of_date([needed], made)
