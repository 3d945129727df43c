"""Labels of quotations in pages of the web: offsets alone, which find their text again or say that it is another."""

import gzip
import json

import pytest

from training.quotations import pages
from training.texts import digest

PARTS = ("train", "test")
LINES = {
    part: [json.loads(line) for line in (pages.FOLDER / f"pages-{part}.jsonl").read_text(encoding="utf-8").splitlines()]
    for part in PARTS
}
TEXT = "“The ferry sails,” said Ada Quill."


@pytest.mark.parametrize("part", PARTS)
def test_quotations_stand_in_their_page(part):
    assert len(LINES[part]) > 50
    for line in LINES[part]:
        for quotation in line["quotations"]:
            assert quotation["spans"] and len(quotation["cue"]) <= 1 and len(quotation["speaker"]) <= 1
            for start, end in (*quotation["spans"], *quotation["cue"], *quotation["speaker"]):
                assert 0 <= start < end <= line["end"]


def test_no_page_is_in_both_parts():
    assert not set.intersection(*({line["id"] for line in LINES[part]} for part in PARTS))
    assert not set.intersection(*({line["digest"] for line in LINES[part]} for part in PARTS))


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A folder with one page whose beginning is labelled."""
    (tmp_path / "cleaning").mkdir()
    with gzip.open(tmp_path / "cleaning" / "articles.jsonl.gz", "wt", encoding="utf-8") as articles:
        articles.write(json.dumps({"id": "a", "body": TEXT + " More follows."}) + "\n")
    line = {"id": "a", "end": len(TEXT), "digest": digest(TEXT),
            "quotations": [{"spans": [[0, 18]], "cue": [[19, 23]], "speaker": [[24, 33]]}]}  # fmt: skip
    (tmp_path / "pages-test.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    monkeypatch.setattr(pages, "FOLDER", tmp_path)
    return tmp_path


def test_labels_find_their_text(data):
    (page,) = pages.read_labelled(data, "test")
    (quotation,) = page["quotations"]
    assert page["text"] == TEXT
    assert [TEXT[slice(*quotation[part][0])] for part in ("spans", "cue", "speaker")] == [
        "“The ferry sails,”", "said", "Ada Quill",
    ]  # fmt: skip


def test_another_edition_of_a_text_is_refused(data):
    line = json.loads((data / "pages-test.jsonl").read_text(encoding="utf-8")) | {"digest": "0"}
    (data / "pages-test.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="a: not the text that was labelled"):
        list(pages.read_labelled(data, "test"))
