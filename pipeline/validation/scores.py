"""Scores: what was measured over the articles, with 95 % intervals by bootstrap over articles.

Precision is right of the predicted, recall right of the gold, F1 their harmonic mean; counts are pooled over articles
(micro). A share is right of some. Articles are resampled whole, because errors inside an article come together; the
seed is fixed, so the same outputs give the same interval.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.errors import InputError
from pipeline.tables import Extraction
from pipeline.validation.align import Both
from pipeline.validation.gold import Gold, gold_digest
from pipeline.validation.measures import LAYERS
from pipeline.validation.outputs import Outputs
from pipeline.validation.tally import MACRO, Measure

RESAMPLES = 1000
SEED = 20240917
LOW, HIGH = 2.5, 97.5
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """One figure: F1 (with precision and recall) or a share, and the interval it lies in."""

    layer: str
    label: str  # empty: over all labels; "macro": the mean over labels that the gold has
    measure: str
    value: float | None  # None: nothing to measure
    low: float | None
    high: float | None
    precision: float | None
    recall: float | None
    right: float
    predicted: int | None
    gold: int  # the support: rows of the gold, or what a share is of

    @property
    def name(self) -> str:
        """Layer, label and measure in one: `dates/DATE/exact`, `dates//exact`."""
        return f"{self.layer}/{self.label}/{self.measure}"


@dataclass(frozen=True, slots=True)
class Report:
    """Every score of an output folder against gold."""

    scores: tuple[Score, ...]
    articles: int
    gold_sha256: str
    missing: tuple[str, ...] = ()  # gold articles that were not extracted: nothing is predicted for them
    changed: tuple[str, ...] = ()  # articles extracted from another text: the same
    model_sha256: str = ""
    lexicons_sha256: str = ""
    code_sha256: str = ""

    def score(self, layer: str, measure: str, label: str = "") -> Score:
        """The score with this name.

        Raises:
            KeyError: nothing of that name was measured.
        """
        for score in self.scores:
            if (score.layer, score.measure, score.label) == (layer, measure, label):
                return score
        raise KeyError(f"{layer}/{label}/{measure}")


def paired(golds: Sequence[Gold], outputs: Outputs) -> tuple[list[Both], list[str], list[str]]:
    """Each gold article with its prediction; then the ids that are missing, and those extracted from another text."""
    pairs, missing, changed = [], [], []
    for gold in golds:
        predicted = outputs.articles.get(gold.article_id)
        rows = Extraction()
        if predicted is None:
            missing.append(gold.article_id)
        elif predicted.text != gold.text:
            changed.append(gold.article_id)
        else:
            rows = predicted.extraction
        pairs.append(Both(gold.article_id, gold.text, gold.extraction, rows))
    return pairs, missing, changed


def validate(golds: Sequence[Gold], outputs: Outputs, layers: Iterable[str] = ()) -> Report:
    """Every score of the outputs against the gold, for the given layers or all."""
    pairs, missing, changed = paired(golds, outputs)
    return Report(
        scores=scores(pairs, layers),
        articles=len(pairs),
        gold_sha256=gold_digest(golds),
        missing=tuple(missing),
        changed=tuple(changed),
        model_sha256=str(outputs.run.get("model_sha256", "")),
        lexicons_sha256=str(outputs.run.get("lexicons_sha256", "")),
        code_sha256=str(outputs.run.get("code_sha256", "")),
    )


def scores(pairs: Sequence[Both], layers: Iterable[str] = ()) -> tuple[Score, ...]:
    """The scores of the given layers, or of all, over these articles.

    Raises:
        InputError: there is no such layer.
    """
    wanted = set(layers) or set(LAYERS)
    if unknown := sorted(wanted - set(LAYERS)):
        raise InputError(f"no layer {', '.join(unknown)}; layers are {', '.join(LAYERS)}")
    found: list[Score] = []
    for name, layer in LAYERS.items():
        if name in wanted:
            found += _layer_scores([layer.tally(both).counts for both in pairs], layer.MACRO)
    return tuple(found)


def _layer_scores(tallies: Sequence[dict[Measure, list[float]]], macro: frozenset[str]) -> list[Score]:
    measures = list(dict.fromkeys(measure for counts in tallies for measure in counts))
    counts = np.array([[tally.get(measure, [0.0] * 4) for measure in measures] for tally in tallies], dtype=float)
    if not measures:
        return []
    totals = counts.sum(axis=0)[None]  # 1 x measures x 4
    resampled = _resampled(counts) if len(counts) > 1 else np.empty((0, *counts.shape[1:]))
    found = [_score(measure, totals[:, place], resampled[:, place]) for place, measure in enumerate(measures)]
    for name in sorted(macro & {measure.name for measure in measures}):
        places = [
            place
            for place, measure in enumerate(measures)
            if measure.name == name and measure.label and totals[0, place, 3] > 0
        ]
        if places:
            found.append(_macro(measures[places[0]], totals[:, places], resampled[:, places]))
    return sorted(found, key=lambda score: (score.measure != "exact", score.measure, score.label, -score.gold))


def _resampled(counts: Numbers) -> Numbers:
    """The summed counts of each resample: resamples x measures x 4."""
    articles = len(counts)
    drawn = np.random.default_rng(SEED).integers(0, articles, size=(RESAMPLES, articles))
    times = np.stack([np.bincount(row, minlength=articles) for row in drawn]).astype(float)
    summed: Numbers = np.tensordot(times, counts, axes=1)
    return summed


def _score(measure: Measure, totals: Numbers, resampled: Numbers) -> Score:
    value = _values(measure.kind, totals)[0]
    low, high = _interval(_values(measure.kind, resampled))
    right, predicted, recalled, gold = totals[0]
    is_f1 = measure.kind == "f1"
    return Score(
        layer=measure.layer,
        label=measure.label,
        measure=measure.name,
        value=_or_none(value),
        low=low,
        high=high,
        precision=_or_none(right / predicted if predicted else np.nan) if is_f1 else None,
        recall=_or_none(recalled / gold if gold else np.nan) if is_f1 else None,
        right=float(right),
        predicted=int(predicted) if is_f1 else None,
        gold=int(gold if is_f1 else predicted),
    )


def _macro(like: Measure, totals: Numbers, resampled: Numbers) -> Score:
    """The unweighted mean F1 over the labels that the gold has."""
    low, high = _interval(_mean(_values("f1", resampled)))
    return Score(
        layer=like.layer,
        label=MACRO,
        measure=like.name,
        value=float(np.mean(_values("f1", totals)[0])),
        low=low,
        high=high,
        precision=None,
        recall=None,
        right=float(totals[0, :, 0].sum()),
        predicted=int(totals[0, :, 1].sum()),
        gold=int(totals[0, :, 3].sum()),
    )


def _values(kind: str, counts: Numbers) -> Numbers:
    """F1 or share of each row of counts; NaN where there is nothing to measure."""
    right, predicted, recalled, gold = np.moveaxis(counts, -1, 0)
    with np.errstate(all="ignore"):
        if kind == "share":
            share: Numbers = right / predicted
            return share
        precision = np.where(predicted > 0, right / predicted, 0.0)
        recall = np.where(gold > 0, recalled / gold, 0.0)
        total = precision + recall
        f1 = np.where(total > 0, 2 * precision * recall / total, 0.0)
    return np.where(predicted + gold > 0, f1, np.nan)


def _mean(values: Numbers) -> Numbers:
    """The mean of each row over what could be measured."""
    measured = ~np.isnan(values)
    with np.errstate(all="ignore"):
        mean: Numbers = np.where(measured, values, 0.0).sum(axis=1) / measured.sum(axis=1)
    return mean


def _interval(values: Numbers) -> tuple[float | None, float | None]:
    """The middle 95 % of the resamples; one article alone has none."""
    measured = values[~np.isnan(values)]
    if len(measured) < 2:
        return None, None
    low, high = np.percentile(measured, [LOW, HIGH])
    return float(low), float(high)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
