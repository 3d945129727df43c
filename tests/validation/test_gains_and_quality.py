"""What changed between two outputs; whether confidence can be believed; what travels with the data; how it is shown."""

import csv
import dataclasses
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.validation.agreement import agreement
from pipeline.validation.calibration import calibration, calibrations, reliability_bins
from pipeline.validation.floors import Breach
from pipeline.validation.gains import Balance, Gains, gains
from pipeline.validation.measures import LAYERS
from pipeline.validation.quality import quality_rows, write_quality
from pipeline.validation.rendering import (
    agreement_report,
    as_json,
    gains_page,
    gains_report,
    score_page,
    score_report,
)
from pipeline.validation.scores import Report, validate
from tests.validation.examples import both_of, golds, palau, sahel, spoiled, write_outputs


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Gains:
    old = write_outputs(tmp_path_factory.mktemp("old"), [(gold.text, gold.extraction) for gold in golds()])
    new = write_outputs(
        tmp_path_factory.mktemp("new"), [(palau().text, spoiled(palau())), (sahel().text, sahel().extraction)]
    )
    return gains(old, new)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return validate(
        golds(), write_outputs(tmp_path_factory.mktemp("out"), [(gold.text, spoiled(gold)) for gold in golds()])
    )


def test_the_same_output_has_no_gains(tmp_path: Path) -> None:
    same = write_outputs(tmp_path, [(gold.text, gold.extraction) for gold in golds()])
    assert gains(same, same) == Gains((), ())


def test_rows_that_came_and_went_are_counted_by_layer_and_label(compared: Gains) -> None:
    balances = {(one.layer, one.label): one for one in compared.balances}
    # a row gone, one that is none gained, and those at the old place with another value changed
    assert balances["dates", "DURATION"] == Balance("dates", "DURATION", gained=0, lost=2, changed=0)
    assert balances["dates", "SET"] == Balance("dates", "SET", gained=1, lost=0, changed=0)
    assert balances["dates", "SET"].net == 1
    assert balances["events", "AID"].changed == 1  # at the same trigger, under another type
    assert ("documents", "") not in balances


def test_each_change_stands_in_its_sentence_and_says_what_it_was(compared: Gains) -> None:
    (changed,) = [one for one in compared.changes if one.layer == "events" and one.label == "AID"]
    assert changed.sentence == "Palau [[ratified]] the High Seas Treaty on Monday, the first state to do so."
    assert changed.detail.startswith("event_type: SUPPORT -> AID")
    lost = next(one for one in compared.changes if one.words == "two decades")
    assert (lost.kind, lost.detail) == ("lost", "value: P2DE")


def test_how_a_row_was_made_is_no_change(tmp_path: Path) -> None:
    rows = palau().extraction
    other = rows._replace(events=tuple(dataclasses.replace(row, rule="other", confidence=0.5) for row in rows.events))
    old = write_outputs(tmp_path / "old", [(palau().text, rows)])
    new = write_outputs(tmp_path / "new", [(palau().text, other)])
    assert gains(old, new).changes == ()


def test_articles_that_cannot_be_compared_are_named(tmp_path: Path) -> None:
    old = write_outputs(tmp_path / "old", [(palau().text, palau().extraction)])
    new = write_outputs(
        tmp_path / "new", [(palau().text + "!", palau().extraction), (sahel().text, sahel().extraction)]
    )
    found = gains(old, new)
    assert (found.only_old, found.only_new, found.other_text) == ((), ("sahel-exit",), ("palau-ocean-treaty",))


def test_calibration_by_hand() -> None:
    # Four rows at .9, three of them right: .15 off. Two at .25, one right: .25 off.
    rows = [(0.9, True)] * 3 + [(0.9, False)] + [(0.25, True), (0.25, False)]
    found = calibration("events", rows)
    assert found.ece == pytest.approx((4 * 0.15 + 2 * 0.25) / 6)
    assert found.brier == pytest.approx((3 * 0.1**2 + 0.9**2 + 0.75**2 + 0.25**2) / 6)
    assert [(one.low, one.rows, one.accuracy) for one in found.bins] == [(0.2, 2, 0.5), (0.9, 4, 0.75)]


def test_a_confidence_on_an_edge_belongs_to_the_bin_above() -> None:
    assert [one.low for one in reliability_bins([(0.3, True), (0.7, True), (1.0, True), (0.0, False)])] == [
        0.0,
        0.3,
        0.7,
        0.9,
    ]


def test_nothing_to_calibrate() -> None:
    assert calibration("events", []).ece is None


def test_confident_rows_that_are_right_are_calibrated() -> None:
    quotations, events = calibrations([both_of(gold, gold.extraction) for gold in golds()])
    assert (quotations.layer, quotations.ece, quotations.brier, quotations.rows) == ("quotations", 0, 0, 5)
    assert (events.layer, events.ece, events.rows) == ("events", 0, 10)


def test_confident_rows_that_are_wrong_are_not() -> None:
    quotations, events = calibrations([both_of(palau(), spoiled(palau()))])
    # the first has lost its speaker (1.0, wrong), the second is right, the third is none (.2, wrong)
    assert quotations.ece == pytest.approx((2 * 0.5 + 0.2) / 3)
    # of five rows one has another type
    assert events.brier == pytest.approx((1 + 0.6**2) / 5)


def test_quality_rows_cover_every_table_with_their_evidence(report: Report, tmp_path: Path) -> None:
    pairs = [both_of(gold, spoiled(gold)) for gold in golds()]
    rows = quality_rows(report, calibrations(pairs))
    assert {row.table for row in rows} == set(LAYERS)
    assert {row.articles for row in rows} == {2}
    assert {row.model_sha256 for row in rows} == {"m" * 64}
    keys = [(row.table, row.label, row.measure) for row in rows]
    assert len(keys) == len(set(keys))
    assert ("events", "", "ece") in keys and ("quotations", "confidence 0.9-1.0", "accuracy") in keys
    write_quality(rows, tmp_path / "quality.csv")
    with (tmp_path / "quality.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    exact = next(row for row in written if (row["table"], row["label"], row["measure"]) == ("dates", "", "exact"))
    assert float(exact["value"]) == pytest.approx(report.score("dates", "exact").value, abs=1e-4)
    assert exact["gold_sha256"] == report.gold_sha256


def shown(renderable: object) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(renderable)
    return console.export_text()


def all_findings() -> list:  # type: ignore[type-arg]
    return [
        one for gold in golds() for layer in LAYERS.values() for one in layer.findings(both_of(gold, spoiled(gold)))
    ]


def test_reports_for_the_terminal(report: Report, compared: Gains) -> None:
    breach = Breach("below the floor", "dates//exact", "dates//exact: .2 is under its floor")
    text = shown(score_report(report, calibrations([both_of(palau(), spoiled(palau()))]), all_findings(), [breach]))
    assert "Scores on 2 articles" in text
    assert "[[June of last year]]" in text  # brackets are words here, not markup
    assert "below the floor" in text
    assert "ECE" in text
    assert "lost" in shown(gains_report(compared))
    assert "kappa of labels" in shown(agreement_report(agreement(golds(), golds())))


def test_reports_as_json(report: Report, compared: Gains) -> None:
    content = json.loads(as_json(report=report, gains=compared, findings=all_findings()))
    score = next(one for one in content["report"]["scores"] if one["layer"] == "dates" and one["measure"] == "value")
    assert score["value"] == report.score("dates", "value").value
    assert content["gains"]["balances"]
    assert content["findings"][0]["sentence"]


def test_pages_stand_alone_and_escape_what_articles_say(report: Report, compared: Gains) -> None:
    findings = [dataclasses.replace(all_findings()[0], sentence="<script>alert(1)</script>")]
    page = score_page(report, [], findings, [])
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "http" not in page and "src=" not in page
    assert "[[ratified]]" in gains_page(compared)
