"""Agreement: how far two annotators of the same articles say the same.

The measures that scores use, with one annotator in the place of the gold (exact and overlap F1 do not change when the
two change places), and beside them coefficients that correct for chance: Cohen's kappa on the lines of the page, and
Krippendorff's alpha for unitising on stretches of the text. Agreement is what a score can be compared with: where two
readers differ, no extractor can be right for both.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.errors import GoldError
from pipeline.tables import BlockRow, Extraction
from pipeline.validation.align import Both, overlap
from pipeline.validation.gold import Gold
from pipeline.validation.gold_rows import lines_between
from pipeline.validation.measures.quotations import spans_of
from pipeline.validation.reliability import Disagreement, alpha_over, cohens_kappa, unitising
from pipeline.validation.scores import scores
from pipeline.validation.standoff import Span

# The measures that mean something between two annotators.
MEASURES = frozenset(
    "exact,overlap,kept,boundaries,links,b-cubed,value,bounds,attribution,speaker accuracy,kind accuracy,cue overlap,"
    "trigger,actor,recipient,modality accuracy,date accuracy,same event,country accuracy,type accuracy".split(",")
)
KAPPA_LABEL, KAPPA_KEPT, ALPHA = "kappa of labels", "kappa of kept", "alpha"
Unit = tuple[str, Span]  # label and stretch


@dataclass(frozen=True, slots=True)
class Agreement:
    """One figure of agreement: over all articles, or of one."""

    layer: str
    label: str
    measure: str
    value: float | None
    first: int  # units of the first annotator
    second: int
    article_id: str = ""  # empty: over all articles
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """How far two annotators agree, and what only one of them has annotated."""

    figures: tuple[Agreement, ...]
    articles: tuple[str, ...]
    only_first: tuple[str, ...] = ()
    only_second: tuple[str, ...] = ()

    def figure(self, layer: str, measure: str, label: str = "", article_id: str = "") -> Agreement:
        """The figure with this name.

        Raises:
            KeyError: nothing of that name was measured.
        """
        for figure in self.figures:
            if (figure.layer, figure.measure, figure.label, figure.article_id) == (layer, measure, label, article_id):
                return figure
        raise KeyError(f"{layer}/{label}/{measure} {article_id}".strip())


def agreement(first: Sequence[Gold], second: Sequence[Gold]) -> AgreementReport:
    """Agreement on the articles that both annotators have, over all of them and for each.

    Raises:
        GoldError: the two have annotated different texts under one id, or no article in common.
    """
    others = {gold.article_id: gold for gold in second}
    pairs = [_both(gold, others[gold.article_id]) for gold in first if gold.article_id in others]
    if not pairs:
        raise GoldError("the two folders have no article in common; give two versions of the same articles")
    figures = [*_figures(pairs, "")]
    for both in pairs:
        figures += _figures([both], both.article_id)
    known = {both.article_id for both in pairs}
    return AgreementReport(
        figures=tuple(figures),
        articles=tuple(sorted(known)),
        only_first=tuple(gold.article_id for gold in first if gold.article_id not in known),
        only_second=tuple(sorted(set(others) - known)),
    )


def _both(one: Gold, other: Gold) -> Both:
    if one.text != other.text:
        raise GoldError(f"{other.source.path}: annotates another text than {one.source.path}; use one text for both")
    return Both(one.article_id, one.text, one.extraction, other.extraction)


def _figures(pairs: Sequence[Both], article_id: str) -> Iterator[Agreement]:
    for score in scores(pairs):
        if score.measure in MEASURES:
            second = score.predicted if score.predicted is not None else score.gold
            ends = (None, None) if article_id else (score.low, score.high)
            yield Agreement(score.layer, score.label, score.measure, score.value, score.gold, second, article_id, *ends)
    yield from _kappas(pairs, article_id)
    for layer in UNITS:
        yield from _alphas(pairs, layer, article_id)


def _kappas(pairs: Sequence[Both], article_id: str) -> Iterator[Agreement]:
    """Agreement on the lines of the page, which both have before them: their labels, and whether to keep them."""
    lines = [(both, line) for both in pairs for line in lines_between(both.text, 0, len(both.text))]
    readings = [(_block_at(both.gold, line), _block_at(both.predicted, line)) for both, line in lines]
    seen = [(one, other) for one, other in readings if one is not None and other is not None]
    labels = [(str(one.label), str(other.label)) for one, other in seen]
    kept = [(str(one.kept), str(other.kept)) for one, other in seen]
    yield Agreement("blocks", "", KAPPA_LABEL, cohens_kappa(labels), len(labels), len(labels), article_id)
    yield Agreement("blocks", "", KAPPA_KEPT, cohens_kappa(kept), len(kept), len(kept), article_id)
    for label in sorted({label for pair in labels for label in pair}):
        # One label against all others.
        one_against_all = cohens_kappa((str(one == label), str(other == label)) for one, other in labels)
        first, second = (sum(pair[side] == label for pair in labels) for side in (0, 1))
        yield Agreement("blocks", label, KAPPA_LABEL, one_against_all, first, second, article_id)


def _block_at(extraction: Extraction, line: Span) -> BlockRow | None:
    shares = [(overlap((row.start, row.end), line), -row.block, row) for row in extraction.blocks]
    shared = max(shares, key=lambda share: share[:2], default=None)
    return shared[2] if shared is not None and shared[0] > 0 else None


def _alphas(pairs: Sequence[Both], layer: str, article_id: str) -> Iterator[Agreement]:
    """Alpha of each label, of all labels together, and of the stretches whatever their label."""
    units_of = UNITS[layer]
    first: dict[str, list[Span]] = defaultdict(list)
    second: dict[str, list[Span]] = defaultdict(list)
    length = 0
    for both in pairs:  # the articles one after the other, as one text
        for side, found in ((first, both.gold), (second, both.predicted)):
            for label, (start, end) in units_of(found):
                side[label].append((length + start, length + end))
        length += len(both.text)
    by_label = {label: unitising([first[label], second[label]], length) for label in sorted({*first, *second})}
    for label, disagreement in by_label.items():
        yield Agreement(layer, label, ALPHA, disagreement.alpha, len(first[label]), len(second[label]), article_id)
    sizes = (sum(map(len, first.values())), sum(map(len, second.values())))
    yield Agreement(layer, "", ALPHA, alpha_over(by_label.values()), *sizes, article_id)
    anything = _whatever_the_label(first, second, length)
    yield Agreement(layer, "", f"{ALPHA} of any label", anything.alpha, *sizes, article_id)


def _whatever_the_label(first: dict[str, list[Span]], second: dict[str, list[Span]], length: int) -> Disagreement:
    return unitising([[span for spans in side.values() for span in spans] for side in (first, second)], length)


def _entity_units(extraction: Extraction) -> list[Unit]:
    return [(str(row.label), (row.start, row.end)) for row in extraction.entities]


def _date_units(extraction: Extraction) -> list[Unit]:
    return [(str(row.type), (row.start, row.end)) for row in extraction.dates]


def _quotation_units(extraction: Extraction) -> list[Unit]:
    return [(str(row.kind), span) for row in extraction.quotations for span in spans_of(row)]


def _event_units(extraction: Extraction) -> list[Unit]:
    return [(str(row.event_type), (row.trigger_start, row.trigger_end)) for row in extraction.events]


UNITS: dict[str, Callable[[Extraction], list[Unit]]] = {
    "entities": _entity_units,
    "dates": _date_units,
    "quotations": _quotation_units,
    "events": _event_units,
}
