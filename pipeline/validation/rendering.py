"""Reports for people and programs: tables for a terminal, JSON, one page of HTML. Nothing is computed here."""

import dataclasses
import html
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.validation.agreement import Agreement, AgreementReport
from pipeline.validation.calibration import Calibration
from pipeline.validation.findings import Finding
from pipeline.validation.floors import Breach
from pipeline.validation.gains import Change, Gains
from pipeline.validation.scores import Report, Score

Cells = list[str]
SCORE_HEADER = ["layer", "measure", "label", "value", "95 %", "precision", "recall", "gold", "found"]
AGREEMENT_HEADER = ["layer", "measure", "label", "agreement", "95 %", "first", "second"]
FINDING_HEADER = ["layer", "label", "kind", "article", "sentence", "what"]
BALANCE_HEADER = ["layer", "label", "gained", "lost", "changed", "net"]
CALIBRATION_HEADER = ["layer", "confidence", "rows", "mean confidence", "accuracy"]


def percent(value: float | None) -> str:
    """A figure as people read it: 84.3; a dash where there was nothing to measure."""
    return "-" if value is None else f"{100 * value:.1f}"


def interval(low: float | None, high: float | None) -> str:
    """Both ends of an interval."""
    return "" if low is None or high is None else f"{percent(low)}-{percent(high)}"


def score_cells(scores: Iterable[Score]) -> Iterator[Cells]:
    """A row of cells for each score that rests on something."""
    for score in scores:
        if score.value is not None:
            ends = interval(score.low, score.high)
            found = "" if score.predicted is None else str(score.predicted)
            sides = [percent(side) if side is not None else "" for side in (score.precision, score.recall)]
            figures = [percent(score.value), ends, *sides, str(score.gold), found]
            yield [score.layer, score.measure, score.label or "all", *figures]


def agreement_cells(figures: Iterable[Agreement]) -> Iterator[Cells]:
    """A row of cells for each figure of agreement."""
    for figure in figures:
        if figure.value is not None:
            ends = interval(figure.low, figure.high)
            sizes = [str(figure.first), str(figure.second)]
            yield [figure.layer, figure.measure, figure.label or "all", percent(figure.value), ends, *sizes]


def finding_cells(findings: Iterable[Finding]) -> Iterator[Cells]:
    """A row of cells for each miss, false alarm and difference."""
    for one in findings:
        yield [one.layer, one.label, one.kind, f"{one.article_id} {one.start}-{one.end}", one.sentence, one.detail]


def change_cells(changes: Iterable[Change]) -> Iterator[Cells]:
    """A row of cells for each row that came, went or changed."""
    for one in changes:
        yield [one.layer, one.label, one.kind, f"{one.article_id} {one.start}-{one.end}", one.sentence, one.detail]


def balance_cells(gains: Gains) -> Iterator[Cells]:
    """A row of cells for each layer and label in which something changed."""
    for one in gains.balances:
        yield [one.layer, one.label, str(one.gained), str(one.lost), str(one.changed), f"{one.net:+d}"]


def calibration_cells(calibrations: Iterable[Calibration]) -> Iterator[Cells]:
    """ECE and Brier score of each table, then its bins."""
    for found in calibrations:
        if found.ece is not None and found.brier is not None:
            yield [found.layer, f"ECE {found.ece:.3f}, Brier {found.brier:.3f}", str(found.rows), "", ""]
        for one in found.bins:
            span = f"{one.low:.1f}-{one.high:.1f}"
            yield [found.layer, span, str(one.rows), f"{one.confidence:.2f}", f"{one.accuracy:.2f}"]


def rich_table(title: str, header: Sequence[str], rows: Iterable[Cells]) -> Table:
    """A table for the terminal; figures stand to the right."""
    table = Table(title=title, title_justify="left", show_edge=False)
    found = list(rows)
    for place, name in enumerate(header):
        figures = all(not row[place] or row[place][0] in "0123456789+-" for row in found)
        table.add_column(name, justify="right" if figures and place > 2 else "left", overflow="fold")
    for row in found:
        table.add_row(*(Text(cell) for cell in row))
    return table


def paragraph(cells: Cells) -> Text:
    """A finding for the terminal: what and where, the sentence, what differs."""
    layer, label, kind, place, sentence, detail = cells
    return Text("\n  ".join(filter(None, [f"{layer} {label}: {kind} ({place})", sentence, detail])))


def score_report(
    report: Report, calibrations: Iterable[Calibration], findings: Sequence[Finding], breaches: Sequence[Breach]
) -> RenderableType:
    """What `validate` shows in a terminal."""
    calibrated = list(calibration_cells(calibrations))
    parts: list[RenderableType] = [
        rich_table(f"Scores on {report.articles} articles", SCORE_HEADER, score_cells(report.scores))
    ]
    if calibrated:
        parts.append(rich_table("Confidence", CALIBRATION_HEADER, calibrated))
    if findings:
        parts += [Text("Misses and false alarms"), *map(paragraph, finding_cells(findings))]
    parts += [Text(line) for line in notes(report, breaches)]
    return Group(*parts)


def notes(report: Report, breaches: Iterable[Breach]) -> Iterator[str]:
    """What a reader of the scores must know: articles without prediction, floors that do not hold."""
    if report.missing:
        yield f"not extracted, so nothing was found in them: {', '.join(report.missing)}; run extract on them"
    if report.changed:
        yield f"extracted from another text: {', '.join(report.changed)}; run extract on the text of the gold"
    for breach in breaches:
        yield f"{breach.check}: {breach.message}"


def agreement_report(report: AgreementReport) -> RenderableType:
    """What `agree` shows in a terminal: over all articles, then each article by its main figures."""
    overall = [figure for figure in report.figures if not figure.article_id]
    parts: list[RenderableType] = [
        rich_table(f"Agreement on {len(report.articles)} articles", AGREEMENT_HEADER, agreement_cells(overall))
    ]
    each = [
        [figure.article_id, *cells]
        for figure in report.figures
        if figure.article_id and not figure.label
        for cells in agreement_cells([figure])
    ]
    parts.append(rich_table("By article", ["article", *AGREEMENT_HEADER], each))
    for name, only in (("first", report.only_first), ("second", report.only_second)):
        if only:
            parts.append(Text(f"only the {name} annotator has {', '.join(only)}"))
    return Group(*parts)


def gains_report(gains: Gains) -> RenderableType:
    """What `gains` shows in a terminal."""
    parts: list[RenderableType] = [rich_table("Gains and losses", BALANCE_HEADER, balance_cells(gains))]
    if gains.changes:
        parts += [Text("Row by row"), *map(paragraph, change_cells(gains.changes))]
    parts += [Text(f"{name}: {', '.join(articles)}") for name, articles in unshared(gains) if articles]
    return Group(*parts)


def unshared(gains: Gains) -> list[tuple[str, tuple[str, ...]]]:
    """The articles that were not compared, and why."""
    return [
        ("only in the old output", gains.only_old),
        ("only in the new output", gains.only_new),
        ("the text differs", gains.other_text),
    ]


def as_json(**parts: Any) -> str:
    """Reports as JSON, each under its name."""
    return json.dumps({name: _plain(part) for name, part in parts.items()}, indent=2, ensure_ascii=False) + "\n"


def _plain(part: Any) -> Any:
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        return {field.name: _plain(getattr(part, field.name)) for field in dataclasses.fields(part)}
    if isinstance(part, tuple | list):
        return [_plain(item) for item in part]
    return part


STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1c1c1c }
table { border-collapse: collapse; margin: 1rem 0 2rem; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #ddd; vertical-align: top }
.table { overflow-x: auto }
@media (prefers-color-scheme: dark) { body { background: #151515; color: #e6e6e6 } th, td { border-color: #444 } }
"""


def as_html(
    title: str, sections: Iterable[tuple[str, Sequence[str], Iterable[Cells]]], remarks: Iterable[str] = ()
) -> str:
    """One page without anything from elsewhere: a heading and a table for each section."""
    parts = [f"<h1>{html.escape(title)}</h1>", *(f"<p>{html.escape(remark)}</p>" for remark in remarks)]
    for heading, header, rows in sections:
        head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in header)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>\n" for row in rows)
        table = f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>'
        parts.append(f"<h2>{html.escape(heading)}</h2>\n{table}")
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head = f"{meta}<title>{html.escape(title)}</title><style>{STYLE}</style>"
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n' + "\n".join(parts) + "\n</body></html>\n"


def score_page(
    report: Report, calibrations: Iterable[Calibration], findings: Iterable[Finding], breaches: Sequence[Breach]
) -> str:
    """What `validate --html` writes."""
    return as_html(
        f"Scores on {report.articles} articles",
        [
            ("Scores", SCORE_HEADER, score_cells(report.scores)),
            ("Confidence", CALIBRATION_HEADER, calibration_cells(calibrations)),
            ("Misses and false alarms", FINDING_HEADER, finding_cells(findings)),
        ],
        [f"Gold {report.gold_sha256}", f"Model {report.model_sha256 or 'unknown'}", *notes(report, breaches)],
    )


def gains_page(gains: Gains) -> str:
    """What `gains --html` writes."""
    return as_html(
        "Gains and losses",
        [
            ("By layer and label", BALANCE_HEADER, balance_cells(gains)),
            ("Row by row", FINDING_HEADER, change_cells(gains.changes)),
        ],
        [f"{name}: {', '.join(articles)}" for name, articles in unshared(gains) if articles],
    )
