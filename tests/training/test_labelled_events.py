"""The labelled news texts are found again in the data that they stand in, and never another text."""

import gzip
import json
import lzma
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.labels import EventType, Modality
from training.events.labelled import COLLECTIONS, FOLDER, article_of, digest, labelled_texts, paragraphs

FIRST, SECOND = "Rebels  attacked the town.\n\nIt rained.", "The mayor met them."
TEXT = "Rebels attacked the town.\n\nIt rained.\n\nThe mayor met them."
EMPTY = {".gz": partial(gzip.compress, b""), ".xz": partial(lzma.compress, b"")}
LINE = {
    "id": "gmb-a", "part": "read", "source": "gmb", "ids": ["1", "2"], "paragraphs": 3, "digest": digest(TEXT),
    "published": "2004-05-06", "optional": [],
    "events": [{"event_type": "ASSAULT", "trigger": [[7, 15]], "actor": [[0, 6]], "same_as": "alone 0"}],
}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / COLLECTIONS["gmb"].path
    path.parent.mkdir(parents=True)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for number, text in enumerate((FIRST, SECOND, "Nothing."), 1):
            out.write(json.dumps({"id": str(number), "text": text}) + "\n")
    for name in ("cleaning", "polnear", "pmtranscripts"):
        other = tmp_path / COLLECTIONS[name].path
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_bytes(EMPTY.get(other.suffix, bytes)())
    return tmp_path


def labels(tmp_path: Path, **changes: Any) -> Path:
    folder = tmp_path / "labels"
    folder.mkdir()
    (folder / "read.jsonl").write_text(json.dumps({**LINE, **changes}) + "\n", encoding="utf-8")
    return folder


def test_a_text_is_put_together_from_its_parts(data: Path, tmp_path: Path) -> None:
    (found,) = labelled_texts(data, labels(tmp_path))
    assert found["text"] == TEXT
    (event,) = found["events"]
    assert event["actor"] == [{"text": "Rebels", "start": 0, "end": 6}]
    assert article_of(found).published_iso == "2004-05-06"


def test_fewer_paragraphs_are_the_first_ones(data: Path, tmp_path: Path) -> None:
    shorter = "Rebels attacked the town."
    (found,) = labelled_texts(data, labels(tmp_path, paragraphs=1, digest=digest(shorter)))
    assert found["text"] == shorter


def test_another_text_than_the_labelled_one_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"gmb-a: .*another text"):
        list(labelled_texts(data, labels(tmp_path, ids=["2", "1"])))


def test_data_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gmb-train\.jsonl\.gz"):
        list(labelled_texts(tmp_path / "nowhere", labels(tmp_path)))


def test_white_space_of_paragraphs_is_single() -> None:
    assert paragraphs(["a  b\n\n \nc\u00a0d"], 2) == ["a b", "c d"]


def test_the_shipped_labels_are_well_formed_and_hold_no_words() -> None:
    lines = [json.loads(line) for path in FOLDER.glob("*.jsonl") for line in path.open(encoding="utf-8")]
    assert len({line["id"] for line in lines}) == len(lines) > 150
    assert sum(len(line["events"]) for line in lines) > 3000
    for line in lines:
        assert line["source"] in COLLECTIONS
        for event in line["events"]:
            assert event["event_type"] in EventType.__members__
            assert Modality(event.get("modality", "asserted"))
            spans = [*event["trigger"], *event.get("actor", []), *event.get("recipient", [])]
            assert all(0 <= start < end for start, end in spans)
            assert set(event) <= {"event_type", "trigger", "modality", "actor", "recipient", "same_as"}
