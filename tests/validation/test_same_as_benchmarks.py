"""The figures equal those of the scorers that the project is measured with, on the same small files.

The scorers and their data are no part of the project; where they are missing the tests are skipped.
"""

import csv
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipeline.labels import BlockLabel
from pipeline.tables import Extraction
from pipeline.validation.calendar_days import days_of
from pipeline.validation.gold import Gold
from pipeline.validation.measures.quotations import spans_of
from pipeline.validation.scores import Report, validate
from tests.conftest import ROOT
from tests.validation.examples import golds, spoiled, write_outputs

BENCHMARKS = ROOT.parent / "shared" / "benchmarks"
pytestmark = pytest.mark.skipif(
    not BENCHMARKS.is_dir(), reason="the scorers of ../shared/benchmarks are not here; they are no part of the project"
)
SAME = pytest.approx
NEUTRAL = {BlockLabel.TITLE, BlockLabel.BYLINE, BlockLabel.DATELINE}


def scorer(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def perfect(gold: Gold) -> Extraction:
    return gold.extraction


def half_missing(gold: Gold) -> Extraction:
    # Of the events the last two: the scorer of sentences pairs in the order of the gold, and would compare an event
    # that was missed with the row of a later one.
    rows = gold.extraction
    return rows._replace(
        blocks=rows.blocks[::2],
        entities=rows.entities[::2],
        dates=rows.dates[::2],
        quotations=rows.quotations[::2],
        events=rows.events[:-2],
    )


@pytest.fixture(params=[perfect, spoiled, half_missing], ids=lambda change: change.__name__)
def measured(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Report]:
    outputs = write_outputs(tmp_path, [(gold.text, request.param(gold)) for gold in golds()])
    return tmp_path, validate(golds(), outputs)


def write_jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def triple(report: Report, layer: str, measure: str, label: str = "") -> tuple[float, float, float]:
    score = report.score(layer, measure, label)
    return score.precision or 0.0, score.recall or 0.0, score.value or 0.0


def test_cleaning(measured: tuple[Path, Report], tmp_path: Path) -> None:
    folder, report = measured
    gold_folder = tmp_path / "cleaning"
    gold_folder.mkdir()
    write_jsonl(gold_folder / "text.jsonl", [{"id": gold.article_id, "text": gold.text} for gold in golds()])
    documents = [
        {"id": gold.article_id, "source": "own", "form": "paste", "news": True, "lang": "en",
         **{name: getattr(gold.extraction.documents[0], name) for name in ("title", "byline", "published")},
         "title_visible": True, "byline_visible": True, "published_visible": True}
        for gold in golds()
    ]  # fmt: skip
    write_jsonl(gold_folder / "documents.jsonl", documents)
    write_jsonl(gold_folder / "articles.jsonl", [])
    with (gold_folder / "blocks.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["article_id", "start", "end", "gold"])
        for gold in golds():
            for row in gold.extraction.blocks:
                verdict = "neutral" if row.label in NEUTRAL else "keep" if row.kept else "remove"
                lines.writerow([row.article_id, row.start, row.end, verdict])
    module = scorer("score_cleaning")
    blocks, found_documents = module.load_predictions(str(folder))
    expected = module.score_text(str(gold_folder), str(folder), blocks, True)["all"]
    assert triple(report, "blocks", "kept", "keep") == SAME(
        tuple(expected[f"keep_{side}"] for side in ("P", "R", "F1"))
    )
    assert triple(report, "blocks", "kept", "remove") == SAME(
        tuple(expected[f"remove_{side}"] for side in ("P", "R", "F1"))
    )
    assert report.score("blocks", "kept", "macro").value == SAME(expected["macro_F1"])
    for side, name in (("P", "precision"), ("R", "recall"), ("F1", "f1")):
        assert report.score("blocks", f"characters {name}").value == SAME(expected[f"char_{side}"])
    assert report.score("blocks", "long paragraphs lost").value == SAME(expected["lost_per_1000"] / 1000)
    assert report.score("blocks", "long boilerplate kept").value == SAME(expected["prose_junk_kept"])
    assert report.score("blocks", "kept characters that are boilerplate").value == SAME(
        expected["junk_per_1000"] / 1000
    )
    for name, field in module.score_meta(str(gold_folder), found_documents, True).items():
        form, _, field_name = name.partition("-")
        if form == "text" and field["gold"]:
            precision, recall, _ = triple(report, "documents", "exact", field_name)
            assert (precision, recall) == SAME((field["precision"], field["accuracy"]))


def test_dates(measured: tuple[Path, Report]) -> None:
    folder, report = measured
    gold = [
        {"id": gold.article_id, "text": gold.text, "dates": [
            {"start": row.start, "end": row.end, "type": str(row.type), "value": row.value,
             "earliest": str(row.earliest or ""), "latest": str(row.latest or "")}
            for row in gold.extraction.dates
        ]}
        for gold in golds()
    ]  # fmt: skip
    module = scorer("score_dates")
    expected = module.score(gold, module.load_pred(str(folder)))
    for ours, theirs in (("exact", "strict"), ("overlap", "relaxed")):
        sides = tuple(expected[f"{theirs}_{side}"] for side in ("p", "r", "f1"))
        assert triple(report, "dates", ours) == SAME(sides)
    for name in ("type", "value"):
        assert report.score("dates", name).value == SAME(expected[f"{name}_f1"])
        assert report.score("dates", f"{name} accuracy").value == SAME(expected[f"{name}_acc"])
    bounds = report.score("dates", "bounds")
    assert (bounds.recall, bounds.value, bounds.gold) == SAME(
        (expected["bounds_acc"], expected["bounds_f1"], expected["bounds_gold"])
    )


def test_bounds_of_values() -> None:
    module = scorer("score_dates")
    for (
        value
    ) in "2010 199X 199 19 19XX 2010-11 2010-11-20 2010-11-20T21:54 2010-11-20TEV 2010-11-XX 2011-W03 2011-W03-WE \
2011-W03-5 2011-Q3 2011-H1 2011-SP 2011-SU 2011-FA 2011-WI 2011-07-04/2011-07-05 2010/2012 PAST_REF P3D 2010-02-30 \
XXXX-05 2010-13".split():
        found = days_of(value)
        assert (tuple(day.isoformat() for day in found) if found else None) == module.bounds(value), value


def test_entities(measured: tuple[Path, Report], tmp_path: Path) -> None:
    folder, report = measured
    gold = write_jsonl(
        tmp_path / "entities.jsonl",
        [
            {"id": gold.article_id, "text": gold.text, "entities": [
                {"start": row.start, "end": row.end, "label": str(row.label)} for row in gold.extraction.entities
            ]}
            for gold in golds()
        ],
    )  # fmt: skip
    module = scorer("score_entities")
    expected = module.score(str(gold), str(folder), {})
    assert triple(report, "entities", "exact") == SAME((expected["p"], expected["r"], expected["f"]))
    assert report.score("entities", "exact", "macro").value == SAME(expected["macro_f"])
    for label, sides in expected["labels"].items():
        assert triple(report, "entities", "exact", label) == SAME((sides["p"], sides["r"], sides["f"]))
    unlabelled = module.score(str(gold), str(folder), {}, unlabelled=True)
    assert triple(report, "entities", "boundaries") == SAME((unlabelled["p"], unlabelled["r"], unlabelled["f"]))


def test_quotations(measured: tuple[Path, Report]) -> None:
    folder, report = measured
    gold = [{"id": gold.article_id, "text": gold.text, "quotations": quotations_of(gold)} for gold in golds()]
    module = scorer("score_quotations")
    expected = module.score(gold, module.load_predictions(folder / "quotations.csv"))
    for ours, theirs in (
        ("exact", "content_exact"),
        ("overlap", "content_half"),
        ("partial", "content_partial"),
        ("words", "content_token"),
        ("cue exact", "cue_exact"),
        ("cue overlap", "cue_overlap"),
        ("speaker", "speaker_f1"),
        ("attribution", "attribution"),
        ("attribution strict", "attribution_strict"),
    ):
        assert triple(report, "quotations", ours) == SAME(tuple(expected[theirs][side] for side in ("p", "r", "f1"))), (
            ours
        )
    for ours, theirs in (
        ("speaker accuracy", "speaker_accuracy"),
        ("speaker exact", "speaker_exact"),
        ("kind accuracy", "kind_accuracy"),
        ("name accuracy", "name_accuracy"),
    ):
        assert report.score("quotations", ours).value == SAME(expected[theirs]), ours
    for kind in ("direct", "indirect"):
        for ours, theirs in (("exact", "content_exact"), ("overlap", "content_half"), ("attribution", "attribution")):
            sides = expected[f"{theirs}.{kind}"]
            assert triple(report, "quotations", ours, kind) == SAME((sides["p"], sides["r"], sides["f1"]))


def quotations_of(gold: Gold) -> list[dict[str, Any]]:
    """The gold quotations as the scorer reads them; it takes a name only where a pronoun stands."""
    found = []
    for row in gold.extraction.quotations:
        local = gold.text[row.speaker_start or 0 : row.speaker_end or 0]
        named = {"speaker_name": row.speaker} if row.speaker != local else {}
        found.append(
            {"kind": str(row.kind), "spans": [list(span) for span in spans_of(row)],
             "cue": [[row.cue_start, row.cue_end]] if row.cue else [],
             "speaker": [[row.speaker_start, row.speaker_end]] if row.speaker else [], **named}
        )  # fmt: skip
    return found


def side_of(row: Any, side: str) -> list[dict[str, str]]:
    return [
        {"text": words, "country": country}
        for words, country in zip(getattr(row, side), getattr(row, f"{side}_country"), strict=True)
    ]


LAYERS_OF_EVENTS = ["type", "trigger", "actor", "recipient", "actor_country", "recipient_country", "modality"]


def sentence_gold(gold: Gold) -> list[dict[str, Any]]:
    """One record for each sentence that has an event, as the scorer of single sentences reads it."""
    sentences: dict[int, list[Any]] = {}
    for row in gold.extraction.events:
        sentences.setdefault(row.start, []).append(row)
    return [
        {
            "id": f"{gold.article_id}@{start}",
            "text": rows[0].text,
            "annotated": LAYERS_OF_EVENTS,
            "complete": True,
            "events": [
                {
                    "event_type": str(row.event_type),
                    "trigger": [[row.trigger_start, row.trigger_end]],
                    "actor": side_of(row, "actor"),
                    "recipient": side_of(row, "recipient"),
                    "modality": str(row.modality),
                }
                for row in rows
            ],
        }
        for start, rows in sorted(sentences.items())
    ]


def test_events_by_sentence(measured: tuple[Path, Report]) -> None:
    folder, report = measured
    module = scorer("score_events")
    predictions: dict[str, list[dict[str, str]]] = {}
    for article_id, rows in module.load_predictions(str(folder)).items():
        for row in rows:
            predictions.setdefault(f"{article_id}@{row['start']}", []).append(row)
    expected = module.score([record for gold in golds() for record in sentence_gold(gold)], predictions)
    assert triple(report, "events", "type") == SAME(tuple(expected["type"][side] for side in ("p", "r", "f1")))
    for ours, theirs in (
        ("actor", "actor"),
        ("recipient", "recipient"),
        ("participants", "participants"),
        ("actor country", "actor_country"),
        ("recipient country", "recipient_country"),
        ("tuple", "tuple"),
    ):
        assert triple(report, "events", ours) == SAME(tuple(expected[theirs][side] for side in ("p", "r", "f1"))), ours
    assert report.score("events", "modality recall").value == SAME(expected["modality_accuracy"])


def test_events_of_whole_articles(
    measured: tuple[Path, Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, report = measured
    gold = write_jsonl(
        tmp_path / "events.jsonl",
        [
            {"id": gold.article_id, "text": gold.text, "events": [
                {"event_type": str(row.event_type), "trigger": [[row.trigger_start, row.trigger_end]],
                 "modality": str(row.modality), "same_as": row.same_event or row.event_id,
                 "date": {"earliest": str(row.date_earliest or ""), "latest": str(row.date_latest or "")}}
                for row in gold.extraction.events
            ]}
            for gold in golds()
        ],
    )  # fmt: skip
    monkeypatch.setattr("sys.argv", ["score_events_news.py", str(gold), str(folder), "--json"])
    scorer("score_events_news").main()
    expected = json.loads(capsys.readouterr().out)
    four_digits = pytest.approx
    for ours, theirs in (("trigger", "trigger"), ("overlap", "event"), ("same event", "same_event")):
        sides = tuple(expected[theirs][side] for side in ("p", "r", "f1"))
        assert triple(report, "events", ours) == four_digits(sides, abs=1e-4), ours
    assert report.score("events", "modality accuracy").value == four_digits(expected["modality"], abs=1e-4)
    assert report.score("events", "date accuracy").value == four_digits(expected["date"], abs=1e-4)
