"""Quality: the measured accuracy of each table, as rows that travel with the data.

`quality.csv` says how far each table can be trusted, on which gold that was measured, and with which model and
lexicons.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.schema import cell_text, column, describe, table
from pipeline.tables import cells
from pipeline.validation.calibration import Calibration
from pipeline.validation.scores import Report, Score
from pipeline.writers import write_csv

# What a user of the tables asks: is the row right, is what it says right. The rest is for developers.
SHOWN: dict[str, frozenset[str]] = {
    "documents": frozenset({"exact"}),
    "blocks": frozenset({"kept", "overlap", "characters f1", "long paragraphs lost", "long boilerplate kept"}),
    "entities": frozenset({"exact", "overlap", "b-cubed", "country accuracy"}),
    "dates": frozenset({"exact", "overlap", "value", "bounds", "value accuracy"}),
    "quotations": frozenset({"exact", "overlap", "attribution", "speaker accuracy", "name accuracy", "kind accuracy"}),
    "events": frozenset(
        {"overlap", "type", "participants", "actor", "recipient", "modality accuracy", "date accuracy", "same event"}
    ),
}


@table("quality", key=("table", "label", "measure"))
class QualityRow:
    """How right a table is, measured on articles labelled by hand."""

    table: str = column("The table.", required=True)
    label: str = column("The label the figure is for; empty for all; macro for the mean over labels.")
    measure: str = column("What was measured; docs/explanation/evaluation.md defines it.", required=True)
    value: float | None = column(
        "F1 or share, from 0 to 1 (ece and brier: the lower the better).", minimum=0, maximum=1
    )
    low: float | None = column("Lower end of the 95 % interval, by bootstrap over articles.", minimum=0, maximum=1)
    high: float | None = column("Upper end of the 95 % interval.", minimum=0, maximum=1)
    precision: float | None = column("Share of the rows that are right.", minimum=0, maximum=1)
    recall: float | None = column("Share of what the articles hold that has a row.", minimum=0, maximum=1)
    gold: int = column("How many things in the labelled articles the figure rests on.", minimum=0)
    predicted: int | None = column("How many rows it rests on.", minimum=0)
    articles: int = column("How many labelled articles.", minimum=1)
    gold_sha256: str = column("Digest of the labelled articles.", required=True)
    model_sha256: str = column("Digest of the model it was measured with.")
    lexicons_sha256: str = column("Digest of the lexicons it was measured with.")


def quality_rows(report: Report, calibrations: Iterable[Calibration] = ()) -> tuple[QualityRow, ...]:
    """The figures of a report that say how right each table is, and how far its confidence can be taken at its word."""
    shown = (
        score for score in report.scores if score.measure in SHOWN.get(score.layer, ()) and score.value is not None
    )
    return (*(_score_row(score, report) for score in shown), *_calibration_rows(calibrations, report))


def _score_row(score: Score, report: Report) -> QualityRow:
    return QualityRow(
        table=score.layer,
        label=score.label,
        measure=score.measure,
        value=score.value,
        low=score.low,
        high=score.high,
        precision=score.precision,
        recall=score.recall,
        gold=score.gold,
        predicted=score.predicted,
        articles=report.articles,
        gold_sha256=report.gold_sha256,
        model_sha256=report.model_sha256,
        lexicons_sha256=report.lexicons_sha256,
    )


def _calibration_rows(calibrations: Iterable[Calibration], report: Report) -> Iterator[QualityRow]:
    """ECE and Brier score of each confidence column, and the accuracy of the rows in each bin of confidence."""
    for found in calibrations:
        for measure, value in (("ece", found.ece), ("brier", found.brier)):
            if value is not None:
                yield _confidence_row(found.layer, "", measure, value, found.rows, report)
        for one in found.bins:
            label = f"confidence {one.low:.1f}-{one.high:.1f}"
            yield _confidence_row(found.layer, label, "accuracy", one.accuracy, one.rows, report)


def _confidence_row(layer: str, label: str, measure: str, value: float, rows: int, report: Report) -> QualityRow:
    return QualityRow(
        table=layer,
        label=label,
        measure=measure,
        value=value,
        low=None,
        high=None,
        precision=None,
        recall=None,
        gold=rows,
        predicted=rows,
        articles=report.articles,
        gold_sha256=report.gold_sha256,
        model_sha256=report.model_sha256,
        lexicons_sha256=report.lexicons_sha256,
    )


def write_quality(rows: Iterable[QualityRow], path: Path) -> str:
    """Write quality.csv; returns the SHA-256 of the file."""
    return write_csv(describe(QualityRow), ([cell_text(cell) for cell in cells(row)] for row in rows), path)
