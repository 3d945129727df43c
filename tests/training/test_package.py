"""The shipped pipeline is made of what training wrote, and only if its graph computes what torch did."""

import itertools
import json
import os
import sys
import time
from pathlib import Path

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
    """A folder as distil/afresh.py leaves it, with the vectors of a probe of two documents."""
    tables = {key: values for key, values in WEIGHTS.items() if ".tables." in key}
    np.savez(tmp_path / "afresh-tables.npz", **tables)
    np.savez(tmp_path / "afresh-weights.npz", **{k: v for k, v in WEIGHTS.items() if k not in tables})
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
    np.savez(folder / "afresh-probe.npz", forms=np.array(forms), vectors=np.concatenate(vectors))


def run(monkeypatch, module, *arguments):
    known = ["--lemmas", str(arguments[0] / "lemmas.json")] if module is package else []
    monkeypatch.setattr(sys, "argv", ["script", *map(str, arguments), *known])
    module.main()


def test_the_network_becomes_a_pipeline(distilled, tmp_path, monkeypatch):
    metrics = tmp_path / "metrics.json"
    metrics.write_text('{"ewt-dev": {"dep_las": 50.0}}', encoding="utf-8")
    run(monkeypatch, package, distilled, "afresh", tmp_path / "model", "--metrics", metrics)
    nlp = spacy.load(tmp_path / "model")
    assert nlp.meta["performance"]["ewt-dev"]["dep_las"] == 50.0
    assert [token.text for token in nlp("Nobody left!!! *** Aye.")] == ["Nobody", "left", "!!!", "***", "Aye", "."]


def test_the_pipeline_and_what_is_kept_beside_it_are_all_weights(distilled, tmp_path, monkeypatch):
    run(monkeypatch, package, distilled, "afresh", tmp_path / "model", "--keep", tmp_path / "kept.npz")
    found = {}
    for path in (tmp_path / "model" / "reader" / "weights.npz", tmp_path / "kept.npz"):
        with np.load(path) as stored:
            found |= dict(stored)
    assert all(np.array_equal(found[name], values) for name, values in WEIGHTS.items())
    assert {name for name in found if name not in WEIGHTS} == {"heads.root.arc_head", "heads.root.rel_head"}


def test_the_probe_is_compared_document_by_document(distilled):
    assert package.difference(network_of(WEIGHTS), distilled / "afresh-probe.npz") < 1e-5


def test_other_vectors_than_torch_gave_are_refused(distilled, tmp_path, monkeypatch):
    write_probe(distilled, change=0.03)
    with pytest.raises(ValueError, match=r"differ by 0\.03"):
        run(monkeypatch, package, distilled, "afresh", tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_vectors_that_are_no_numbers_are_refused(distilled, tmp_path, monkeypatch):
    write_probe(distilled, change=np.nan)
    with pytest.raises(ValueError, match="differ by nan"):
        run(monkeypatch, package, distilled, "afresh", tmp_path / "model")


def test_a_network_needs_its_probe(distilled, tmp_path, monkeypatch):
    (distilled / "afresh-probe.npz").unlink()
    with pytest.raises(SystemExit, match=r"afresh-probe\.npz is missing"):
        run(monkeypatch, package, distilled, "afresh", tmp_path / "model")


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
    np.savez(distilled / "afresh-probe.npz", forms=np.array(["", ""]), vectors=np.zeros((2, 16)))
    with pytest.raises(ValueError, match="no words"):
        package.difference(network_of(WEIGHTS), distilled / "afresh-probe.npz")


def test_make_model_says_what_it_needs(tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match=r"treebank: no such folder; training/README\.md names"):
        run(monkeypatch, train, tmp_path)
    (tmp_path / "treebank").mkdir()
    monkeypatch.setattr(train, "NEEDED", ("json", "no_such_package"))
    with pytest.raises(SystemExit, match=r"training needs no_such_package: .* -m pip install no_such_package;"):
        run(monkeypatch, train, tmp_path)


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """The commands that make model would run, each of which makes what it should in a moment."""
    build, made = tmp_path / "build", tmp_path / "build" / "model"
    places = {"BUILD": build, "MADE": made, "MODEL": tmp_path / "model",
              "METRICS": tmp_path / "metrics.json", "LEFT_OUT": tmp_path / "left_out.json"}  # fmt: skip
    for name, place in places.items():
        monkeypatch.setattr(train, name, place)
    (tmp_path / "data" / "treebank").mkdir(parents=True)
    (tmp_path / "data" / "treebank" / "ewt-train.conllu.gz").write_bytes(b"")
    monkeypatch.setattr(train, "NEEDED", ())
    commands, clock = [], itertools.count(int(time.time()) + 10)
    last = {"convert": (3, "gum-dev.spacy"), "inputs": (4, "bpe.json"), "afresh": (3, "afresh-probe.npz"),
            "package": (4, "meta.json"), "lemmas": (3, ""), "raw_text": (3, ""), "evaluate": (-1, "")}  # fmt: skip

    def pretend(command, **_):
        position, name = last[Path(command[1]).stem]
        path = Path(command[position]) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
        os.utime(path, (next(clock), next(clock)))  # file systems may give files of one moment the same time
        commands.append([Path(command[1]).stem, *command[2:]])

    monkeypatch.setattr(train.subprocess, "run", pretend)
    return commands


def test_stages_go_on_from_one_another_and_development_text_is_for_what_ships_only(steps, tmp_path, monkeypatch):
    run(monkeypatch, train, tmp_path / "data")
    assert [command[0] for command in steps] == [
        "convert", "lemmas", "raw_text", "inputs", "inputs", "afresh", "afresh", "afresh", "package", "package",
        "evaluate", "evaluate", "package",
    ]  # fmt: skip
    stages = [command[1:] for command in steps if command[0] == "afresh"]
    made = tmp_path / "build" / "model"
    starts = [stage[stage.index("--start") + 1] if "--start" in stage else "" for stage in stages]
    assert starts == ["", str(made / "first"), str(made / "second")]
    assert ["--dev" in stage for stage in stages] == [False, False, True]
    packages = {command[3]: command[1] for command in steps if command[0] == "package"}
    assert packages[str(tmp_path / "model")] == str(made / "third")
    scored = {Path(command[-1]).name: packages[command[3]] for command in steps if command[0] == "evaluate"}
    assert scored == {"metrics.json": str(made / "second"), "left_out.json": str(made / "first")}


def test_what_is_there_is_not_made_again(steps, tmp_path, monkeypatch):
    run(monkeypatch, train, tmp_path / "data")
    steps.clear()
    run(monkeypatch, train, tmp_path / "data")
    assert not steps
    (tmp_path / "build" / "model" / "third" / "afresh-probe.npz").unlink()
    run(monkeypatch, train, tmp_path / "data")
    assert [command[0] for command in steps] == ["afresh", "package"]


def test_what_is_older_than_what_it_needs_is_made_again(tmp_path):
    needed, made = tmp_path / "needed", tmp_path / "made"
    needed.write_text("", encoding="utf-8")
    assert train.out_of_date([needed], made)
    made.write_text("", encoding="utf-8")
    os.utime(needed, (100, 100))
    assert not train.out_of_date([needed], made)
    os.utime(made, (50, 50))
    assert train.out_of_date([needed], made)
