"""Gains and losses: the rows that came, went or changed between two outputs, each in its sentence.

A row is the same when it says the same of the same words. Ids, rules, reasons, scores and confidence are how a row was
made, not what it says, and are not compared. A row that went and one that came in the same place with the same label
are one change.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.schema import cell_text, describe
from pipeline.tables import Extraction
from pipeline.validation.findings import Finding
from pipeline.validation.outputs import Outputs, Predicted
from pipeline.validation.sentences import sentence_at, sentence_spans
from pipeline.validation.standoff import Span

GAINED, LOST, CHANGED = "gained", "lost", "changed"
# How a row was made, and ids, which follow from offsets.
HOW = frozenset(
    "block,reason,score,rule,confidence,anchor,entity_id,date_id,quotation_id,event_id,speaker_entity_id,actor_entity_id,"
    "recipient_entity_id,same_event,quad_category,source_file,published_basis".split(",")
)
LABELS = {"blocks": "label", "entities": "label", "dates": "type", "quotations": "kind", "events": "event_type"}
PLACES = {"events": ("trigger_start", "trigger_end")}  # elsewhere start and end


@dataclass(frozen=True, slots=True)
class Change(Finding):
    """A row that came, went or changed; `detail` is what it says, and of a changed one what it said and says now."""


@dataclass(frozen=True, slots=True)
class Balance:
    """How many rows of a layer and label came, went and changed."""

    layer: str
    label: str
    gained: int
    lost: int
    changed: int

    @property
    def net(self) -> int:
        """How many more rows there are."""
        return self.gained - self.lost


@dataclass(frozen=True, slots=True)
class Gains:
    """What changed between two outputs."""

    changes: tuple[Change, ...]
    balances: tuple[Balance, ...]
    only_old: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()
    other_text: tuple[str, ...] = ()  # articles whose text differs: their offsets cannot be compared


def gains(old: Outputs, new: Outputs) -> Gains:
    """The rows that came, went and changed, over the articles that both outputs have."""
    shared = sorted(set(old.articles) & set(new.articles))
    other_text = [article_id for article_id in shared if old.articles[article_id].text != new.articles[article_id].text]
    changes = [
        change
        for article_id in shared
        if article_id not in other_text
        for change in _article_changes(old.articles[article_id], new.articles[article_id])
    ]
    return Gains(
        changes=tuple(changes),
        balances=tuple(balances(changes)),
        only_old=tuple(sorted(set(old.articles) - set(new.articles))),
        only_new=tuple(sorted(set(new.articles) - set(old.articles))),
        other_text=tuple(other_text),
    )


def balances(changes: Iterable[Change]) -> Iterator[Balance]:
    """The changes counted by layer and label."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for change in changes:
        counts[change.layer, change.label][change.kind] += 1
    order = list(Extraction._fields)
    for layer, label in sorted(counts, key=lambda key: (order.index(key[0]), key[1])):
        found = counts[layer, label]
        yield Balance(layer, label, found[GAINED], found[LOST], found[CHANGED])


def _article_changes(old: Predicted, new: Predicted) -> Iterator[Change]:
    sentences = sentence_spans(old.text)
    for layer in LABELS:
        before, after = getattr(old.extraction, layer), getattr(new.extraction, layer)
        gone, came = _unshared(before, after), _unshared(after, before)
        for lost, gained in _in_one_place(layer, gone, came):
            yield _change(layer, CHANGED, old, gained, _difference(lost, gained), sentences)
            gone.remove(lost)
            came.remove(gained)
        for kind, rows in ((LOST, gone), (GAINED, came)):
            for row in rows:
                yield _change(layer, kind, old, row, _said(layer, row), sentences)


def _unshared(rows: Iterable[Any], others: Iterable[Any]) -> list[Any]:
    """The rows that have no row on the other side that says the same."""
    left = Counter(map(content, others))
    found = []
    for row in rows:
        said = content(row)
        if left[said]:
            left[said] -= 1
        else:
            found.append(row)
    return found


def content(row: Any) -> tuple[tuple[str, str], ...]:
    """What a row says, as column and cell."""
    return tuple((name, cell_text(getattr(row, name))) for name in describe(type(row)).header if name not in HOW)


def _in_one_place(layer: str, gone: list[Any], came: list[Any]) -> list[tuple[Any, Any]]:
    """Rows that went and came at the same place: under one label first, then under any."""
    pairs: list[tuple[Any, Any]] = []
    for with_label in (True, False):
        taken = {id(row) for pair in pairs for row in pair}
        waiting: dict[tuple[Span, str], list[Any]] = defaultdict(list)
        for row in came:
            if id(row) not in taken:
                waiting[_place(layer, row), _label(layer, row) if with_label else ""].append(row)
        for row in gone:
            candidates = waiting[_place(layer, row), _label(layer, row) if with_label else ""]
            if id(row) not in taken and candidates:
                pairs.append((row, candidates.pop(0)))
    return pairs


def _place(layer: str, row: Any) -> Span:
    start, end = PLACES.get(layer, ("start", "end"))
    return getattr(row, start), getattr(row, end)


def _label(layer: str, row: Any) -> str:
    return str(getattr(row, LABELS[layer]))


def _difference(lost: Any, gained: Any) -> str:
    before, after = dict(content(lost)), dict(content(gained))
    return "; ".join(
        f"{name}: {before[name] or 'nothing'} -> {after[name] or 'nothing'}"
        for name in before
        if before[name] != after[name]
    )


# What a row of each layer says, in a few words.
TELLING = {
    "blocks": ("kept",),
    "entities": ("canonical_name", "country"),
    "dates": ("value", "mod"),
    "quotations": ("speaker", "cue"),
    "events": ("actor", "recipient", "location", "date_earliest", "date_latest", "modality"),
}


def _said(layer: str, row: Any) -> str:
    cells = ((name, cell_text(getattr(row, name))) for name in TELLING[layer])
    return "; ".join(f"{name}: {cell}" for name, cell in cells if cell)


def _change(layer: str, kind: str, article: Predicted, row: Any, detail: str, sentences: list[Span]) -> Change:
    start, end = _place(layer, row)
    first, last = sentence_at(article.text, start, end, sentences)
    words = article.text[start:end]
    sentence = " ".join(f"{article.text[first:start]}[[{words}]]{article.text[end:last]}".split())
    label = _label(layer, row)
    return Change(layer, label, kind, article.article_id, start, end, " ".join(words.split()), sentence, detail)
