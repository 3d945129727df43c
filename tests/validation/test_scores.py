"""Scores: what is counted, how sure it is, and where the misses are."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.language.timex import bounds
from pipeline.tables import Extraction
from pipeline.validation.align import by_overlap
from pipeline.validation.calendar_days import days_of
from pipeline.validation.findings import Finding
from pipeline.validation.measures import LAYERS
from pipeline.validation.measures.quotations import is_named
from pipeline.validation.outputs import read_outputs
from pipeline.validation.scores import scores, validate
from pipeline.validation.sentences import sentence_at, sentence_spans
from tests.validation.examples import both_of, golds, palau, sahel, spoiled, write_outputs


def found(gold, layer: str) -> list[Finding]:  # type: ignore[no-untyped-def]
    return list(LAYERS[layer].findings(both_of(gold, spoiled(gold))))


def test_gold_against_itself_is_right_in_everything() -> None:
    bad = {
        "sentences with a false event",
        "kept characters that are boilerplate",
        "long paragraphs lost",
        "long boilerplate kept",
    }
    for score in scores([both_of(gold, gold.extraction) for gold in golds()]):
        if score.value is not None:
            assert score.value == (0.0 if score.measure in bad else 1.0), score.name


@pytest.mark.parametrize("layer", LAYERS)
def test_gold_against_itself_has_no_findings(layer: str) -> None:
    for gold in golds():
        assert list(LAYERS[layer].findings(both_of(gold, gold.extraction))) == []


def test_nothing_predicted_has_no_precision_and_no_recall() -> None:
    (score,) = [one for one in scores([both_of(palau(), Extraction())], ["dates"]) if one.name == "dates//exact"]
    assert (score.value, score.precision, score.recall, score.gold, score.predicted) == (0.0, None, 0.0, 6, 0)


def test_an_unknown_layer_is_refused() -> None:
    with pytest.raises(InputError, match="no layer moods; layers are documents, blocks"):
        scores([both_of(palau(), palau().extraction)], ["moods"])


def test_one_article_has_no_interval_and_two_have_one_that_holds_the_score() -> None:
    one = scores([both_of(palau(), spoiled(palau()))], ["entities"])
    assert {(score.low, score.high) for score in one} == {(None, None)}
    two = scores([both_of(gold, spoiled(gold)) for gold in golds()], ["entities"])
    exact = next(score for score in two if score.name == "entities//exact")
    assert exact.low is not None and exact.value is not None and exact.high is not None
    assert exact.low <= exact.value <= exact.high
    assert exact.low < exact.high


def test_the_same_articles_give_the_same_interval() -> None:
    pairs = [both_of(gold, spoiled(gold)) for gold in golds()]
    assert scores(pairs) == scores(pairs)


def test_macro_is_the_mean_over_the_labels_of_the_gold() -> None:
    found = {score.name: score for score in scores([both_of(palau(), spoiled(palau()))], ["entities"])}
    labels = [
        score
        for name, score in found.items()
        if name.endswith("/exact") and score.gold and score.label not in ("", "macro")
    ]
    values = [score.value for score in labels if score.value is not None]
    assert found["entities/macro/exact"].value == pytest.approx(sum(values) / len(values))
    assert found["entities/WORK_OF_ART/exact"].gold == 0  # a false alarm alone is no label of the gold


def test_a_mention_linked_to_another_entity_costs_its_links() -> None:
    # Palau, New York and Chile twice each: three links. One mention of Chile becomes one of Palau, which then has three
    # mentions and three links; with New York that makes four, of which Palau-Palau and New York-New York are right.
    rows = palau().extraction
    first_chile = next(row for row in rows.entities if row.text == "Chile")
    changed = tuple(
        dataclasses.replace(row, entity_id="palau-ocean-treaty:palau") if row is first_chile else row
        for row in rows.entities
    )
    figures = {score.name: score for score in scores([both_of(palau(), rows._replace(entities=changed))], ["entities"])}
    links = figures["entities//links"]
    assert (links.right, links.predicted, links.gold) == (2, 4, 3)
    # B-cubed recall: the two mentions of Chile find half of their entity together, the others all of theirs.
    assert figures["entities//b-cubed"].recall == pytest.approx(
        (len(rows.entities) - 2 + 0.5 + 0.5) / len(rows.entities)
    )


def test_misses_and_false_alarms_stand_in_their_sentences() -> None:
    dates = found(palau(), "dates")
    assert [(one.kind, one.words) for one in dates if one.kind != "wrong"] == [
        ("miss", "June of last year"),
        ("miss", "two decades"),
        ("miss", "20-21 September 2023"),
        ("miss", "two days"),
        ("false alarm", "Pala"),
    ]
    assert dates[0].sentence == (
        "The United Nations adopted the treaty in New York in [[June of last year]], after two decades of talks."
    )


def test_what_differs_is_said() -> None:
    details = [one.detail for one in found(palau(), "dates") if one.kind == "wrong"]
    assert details == [
        "value: gold 2024-01-23, found 2023; earliest: gold 2024-01-23, found nothing; "
        "latest: gold 2024-01-23, found nothing",
        "words: gold Monday, found Monday,",
    ]


def test_findings_of_each_layer_name_the_mistake() -> None:
    kinds = {layer: [(one.kind, one.label) for one in found(palau(), layer)] for layer in LAYERS}
    assert ("wrong", "title") in kinds["documents"]
    assert ("wrong", "newsletter") in kinds["blocks"]
    assert ("miss", "GPE") in kinds["entities"]
    assert ("miss", "indirect") in kinds["quotations"]
    assert ("wrong", "SUPPORT") in kinds["events"]
    quotation = next(one for one in found(palau(), "quotations") if one.kind == "wrong")
    assert "speaker: gold one delegate, found nothing" in quotation.detail
    event = next(one for one in found(palau(), "events") if one.words == "adopted")
    assert (
        "actor: gold United Nations, found it" in event.detail
        and "modality: gold asserted, found negated" in event.detail
    )


def test_articles_that_were_not_extracted_or_from_another_text_are_named(tmp_path: Path) -> None:
    outputs = write_outputs(tmp_path, [(palau().text + " ", palau().extraction)])
    report = validate(golds(), outputs)
    assert (report.changed, report.missing) == (("palau-ocean-treaty",), ("sahel-exit",))
    assert report.score("entities", "exact").predicted == 0
    assert report.model_sha256 == "m" * 64


def test_outputs_come_back_as_the_rows_that_were_written(tmp_path: Path) -> None:
    outputs = write_outputs(tmp_path, [(gold.text, gold.extraction) for gold in golds()])
    assert outputs.articles["sahel-exit"].text == sahel().text
    assert outputs.articles["sahel-exit"].extraction.quotations == sahel().extraction.quotations


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        ("dates.csv", lambda text: text.replace("DATE", "DAY"), r"dates.csv, row 2: .*'DAY'.*extract again"),
        ("dates.csv", lambda text: text.replace("article_id", "article", 1), "no column article_id"),
        ("events.csv", None, "no such table; run `article-events extract INPUT"),
    ],
)
def test_broken_outputs_are_refused(tmp_path: Path, table: str, change, message: str) -> None:  # type: ignore[no-untyped-def]
    write_outputs(tmp_path, [(palau().text, palau().extraction)])
    path = tmp_path / table
    if change is None:
        path.unlink()
    else:
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_outputs(tmp_path)


SENTENCES = {
    "Mr. Modi met Xi. They spoke.": ["Mr. Modi met Xi.", "They spoke."],
    "The U.S. Senate voted on Jan. 6. “It passed.” Nobody left.": [
        "The U.S. Senate voted on Jan. 6.",
        "“It passed.”",
        "Nobody left.",
    ],
    "A heading without a stop\r\nThe text below it": ["A heading without a stop", "The text below it"],
    "Prices rose 3.5 percent. 🎉": ["Prices rose 3.5 percent. 🎉"],
}


@pytest.mark.parametrize("text", SENTENCES)
def test_sentences(text: str) -> None:
    assert [text[slice(*span)] for span in sentence_spans(text)] == SENTENCES[text]


def test_the_sentence_of_a_stretch_holds_it_even_across_sentences() -> None:
    text = "One went. Two came. Three stayed."
    assert text[slice(*sentence_at(text, 4, 15))] == "One went. Two came."


def test_rows_that_only_touch_do_not_answer_each_other() -> None:
    first, second = palau().extraction.dates[:2]
    assert by_overlap(first, second) is None


def test_nothing_here_loads_spacy() -> None:
    code = "import pipeline.validation.rendering, pipeline.validation.quality, sys; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_bounds_are_those_of_the_extractor_where_both_read_a_value() -> None:
    for (
        value
    ) in "2010 199 19 2010-11 2010-11-20 2010-W52 2010-W52-WE 2011-Q3 2011-H2 2011-WI 2010/2012 PAST_REF P3D".split():
        assert days_of(value) == bounds(value), value


@pytest.mark.parametrize(
    ("speaker", "entity", "named"),
    [
        ("Ana Roe", "", True),
        ("bloc", "a:bloc", True),
        ("a nurse from Leeds", "", False),
        ("A Haitian nurse", "", False),
        ("", "", False),
    ],
)
def test_a_speaker_who_is_only_described_has_no_name(speaker: str, entity: str, named: bool) -> None:
    row = dataclasses.replace(palau().extraction.quotations[0], speaker=speaker, speaker_entity_id=entity)
    assert is_named(row) is named
