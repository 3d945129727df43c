"""Labels of names in real text: offsets alone, which find their text again or say that it is another."""

import json

import pytest

from tests.scripts import script

from .test_passages import passages

real_names = script("real_names")
PARTS = ("train", "test")
LINES = {
    part: [json.loads(line) for line in (real_names.FOLDER / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]
    for part in PARTS
}
TEXT = "Thomas Sankara spoke in Ouagadougou."


@pytest.mark.parametrize("part", PARTS)
def test_names_stand_in_their_piece_one_behind_the_other(part):
    assert len(LINES[part]) > 200
    for line in LINES[part]:
        assert line["source"] in real_names.COLLECTIONS
        end = 0
        for start, stop, label in line["names"]:
            assert end <= start < stop <= line["end"] - line["start"] and label in passages.LABELS
            end = stop


def test_no_text_is_in_both_parts():
    documents = [{(line["source"].removesuffix("-dev"), line["id"]) for line in LINES[part]} for part in PARTS]
    digests = [{line["digest"] for line in LINES[part]} for part in PARTS]
    assert not documents[0] & documents[1] and not digests[0] & digests[1]


def test_nobody_trains_on_newswire_that_may_only_be_measured():
    free = {"cleaning", "ewt", "gmb", "pmtranscripts", "polnear", "un", "wikiwars"}
    assert {line["source"] for line in LINES["train"]} <= free


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A folder with one document, and a label in its second half."""
    (tmp_path / "dates").mkdir()
    document = {"id": "a", "text": "Aye. " + TEXT}
    (tmp_path / "dates" / "timebank_dev.jsonl").write_text(json.dumps(document) + "\n", encoding="utf-8")
    line = {"source": "timebank", "id": "a", "start": 5, "end": 5 + len(TEXT), "digest": real_names.digest(TEXT),
            "names": [[0, 14, "PERSON"], [24, 35, "GPE"]]}  # fmt: skip
    (tmp_path / "test.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    monkeypatch.setattr(real_names, "FOLDER", tmp_path)
    return tmp_path


def test_labels_find_their_text(data):
    (piece,) = real_names.read_real("test", data)
    assert piece["text"] == TEXT
    assert [TEXT[e["start"] : e["end"]] for e in piece["entities"]] == ["Thomas Sankara", "Ouagadougou"]


def test_a_missing_document_is_named(data):
    path = data / "dates" / "timebank_dev.jsonl"
    path.write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"timebank_dev\.jsonl, a: no such document"):
        list(real_names.read_real("test", data))


def test_an_unknown_source_is_refused(data):
    path = data / "test.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("timebank", "gazette"), encoding="utf-8")
    with pytest.raises(ValueError, match="unknown source gazette"):
        list(real_names.read_real("test", data))


def test_another_text_than_the_labelled_one_is_refused(data):
    path = data / "dates" / "timebank_dev.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("spoke", "sang"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"timebank_dev\.jsonl, a: not the text that was labelled"):
        list(real_names.read_real("test", data))


def test_a_treebank_gives_its_documents_texts():
    lines = """\
# newdoc id = weblog-a
# sent_id = 1
# newpar id = p1
# text = One = one.
1\tOne\t_

# sent_id = 2
# text = Two # two.
1\tTwo\t_

# newpar id = p2
# text = Three.
1\tThree\t_

# newdoc id = email-b
# newpar id = p1
# text = Four.
1\tFour\t_
"""
    assert list(real_names.treebank(lines.splitlines(keepends=True))) == [
        {"id": "weblog-a", "text": "One = one. Two # two.\n\nThree."}, {"id": "email-b", "text": "Four."},
    ]  # fmt: skip


def test_a_speech_is_unwrapped_and_its_offsets_stay():
    text = "We thank the General\nAssembly, which met\nhere.\nThe Charter says:\n\nPeace."
    unwrapped = real_names.unwrapped({"text": text})
    assert unwrapped == "We thank the General Assembly, which met here.\nThe Charter says:\n\nPeace."
    assert len(unwrapped) == len(text)
