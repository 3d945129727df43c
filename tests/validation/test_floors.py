"""Floors hold: a score that sinks and a gold that changes are reported, and no floor sinks in silence."""

import json
from pathlib import Path

import pytest

from pipeline.errors import FloorError
from pipeline.validation.floors import Floors, check, cut, raised, read_floors, write_floors
from pipeline.validation.scores import Report, scores, validate
from tests.validation.examples import both_of, golds, palau, spoiled, write_outputs


@pytest.fixture(scope="module")
def perfect(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("perfect")
    return validate(golds(), write_outputs(folder, [(gold.text, gold.extraction) for gold in golds()]))


@pytest.fixture(scope="module")
def worse(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("worse")
    return validate(golds(), write_outputs(folder, [(gold.text, spoiled(gold)) for gold in golds()]))


def test_scores_at_their_floor_hold(worse: Report) -> None:
    floors = raised(Floors(), worse)
    assert floors.scores["entities//exact"] <= worse.score("entities", "exact").value  # type: ignore[operator]
    assert check(floors, worse) == ()


def test_every_layer_has_a_floor(perfect: Report) -> None:
    layers = {name.split("/")[0] for name in raised(Floors(), perfect).scores}
    assert layers == {"documents", "blocks", "entities", "dates", "quotations", "events"}


def test_a_lowered_score_is_reported(perfect: Report, worse: Report) -> None:
    breaches = check(raised(Floors(), perfect), worse)
    assert {breach.check for breach in breaches} == {"below the floor"}
    assert "dates//value" in {breach.score for breach in breaches}
    assert "is under its floor of 1.0" in breaches[0].message


def test_a_changed_gold_is_reported(perfect: Report) -> None:
    floors = Floors("0" * 64, raised(Floors(), perfect).scores)
    assert [breach.check for breach in check(floors, perfect)] == ["gold changed"]


def test_a_score_that_is_no_longer_measured_is_reported(perfect: Report) -> None:
    floors = Floors(perfect.gold_sha256, {"events//gone": 0.5})
    assert [(breach.check, breach.score) for breach in check(floors, perfect)] == [("not measured", "events//gone")]


def test_floors_rise(perfect: Report, worse: Report) -> None:
    assert raised(raised(Floors(), worse), perfect).scores["dates//exact"] == 1.0


def test_floors_sink_only_with_a_reason_that_stays(perfect: Report, worse: Report, tmp_path: Path) -> None:
    high = raised(Floors(), perfect)
    with pytest.raises(FloorError, match=r"dates//value \(1.0 to 0\.\d+\).*give a reason"):
        raised(high, worse)
    with pytest.raises(FloorError):
        raised(high, worse, "  ")
    low = raised(high, worse, "the gold of two articles was corrected")
    write_floors(low, tmp_path / "floors.json")
    again = read_floors(tmp_path / "floors.json")
    assert again == low
    assert {one.reason for one in again.lowered} == {"the gold of two articles was corrected"}
    # and it still stands there after the floors have risen again
    assert raised(again, perfect).lowered == low.lowered


def test_floors_are_cut_and_never_rounded_up() -> None:
    assert cut(0.66666) == 0.6666
    assert cut(0.8) == 0.8
    assert cut(1.0) == 1.0


def test_a_file_of_floors(tmp_path: Path) -> None:
    assert read_floors(tmp_path / "none.json") == Floors()
    (tmp_path / "broken.json").write_text(json.dumps({"scores": []}))
    with pytest.raises(FloorError, match=r"broken.json: not a file of floors"):
        read_floors(tmp_path / "broken.json")


def test_a_label_without_gold_has_no_floor() -> None:
    report = Report(scores([both_of(palau(), spoiled(palau()))]), 1, "0" * 64)
    assert all("WORK_OF_ART" not in name for name in raised(Floors(), report).scores)
