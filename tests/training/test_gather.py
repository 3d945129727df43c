"""What two teachers labelled comes together under the types and labels of the first."""

import json
import lzma

import numpy as np
import pytest

from tests.scripts import script

gather = script("distil/gather")

MISSING = gather.MISSING


@pytest.fixture
def gathered(tmp_path):
    """Two teachers, whose labels and forms stand in other orders, and of which the second knows a word more."""
    for name, forms, tags, types in (
        ("one", ["the", "peace", "talks"], ["NN", "DT"], [0, 1, 2]),
        ("two", ["truce", "talks", "the"], ["DT", "NN"], [2, 0]),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "forms.txt.xz").write_bytes(lzma.compress("\x04\n".join(forms).encode()))
        labels = {"tag": tags, "morph": ["X|"], "dep": ["det"], "ner": ["O"]}
        (folder / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
        columns = dict.fromkeys(("morph", "dep", "ner", "start"), np.zeros(len(types), dtype=np.int16))
        columns["tag"] = np.array([tags.index("DT" if forms[n] == "the" else "NN") for n in types], dtype=np.int16)
        columns["head"] = np.arange(len(types), dtype=np.int16)
        columns |= {"types": np.array(types, dtype=np.int32), "lengths": np.array([len(types)], dtype=np.int16)}
        np.savez(folder / "silver-0.npz", **columns)
    output = tmp_path / "gathered.npz"
    gather.gather(output, [(tmp_path / "one", tmp_path / "one"), (tmp_path / "two", tmp_path / "two")])
    return output


def test_labels_and_types_are_those_of_the_first(gathered):
    found = gather.padded(gathered, 4)
    assert found["types"].tolist() == [[0, 1, 2, -1], [0, 0, -1, -1]]
    assert found["tag"].tolist() == [[1, 0, 0, MISSING], [1, MISSING, MISSING, MISSING]]


def test_a_word_that_only_the_second_knows_is_never_learnt_from(gathered):
    found = gather.padded(gathered, 4)
    for layer in gather.LAYERS:
        assert found[layer][1, 0] != MISSING and found[layer][1, 1] == MISSING
