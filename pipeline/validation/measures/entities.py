"""Entities: mentions, their labels, and which mentions are one entity.

`exact` is the CoNLL definition (Tjong Kim Sang and De Meulder 2003): first character, last character and label agree.
`overlap` forgives the edges, `boundaries` the label. Links are judged on pairs of mentions (`links`) and by measures of
coreference (`muc`, `b-cubed`, `ceaf-e`), over all mentions: one that was missed is linked to nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from pipeline.tables import EntityRow
from pipeline.validation.align import Alignment, Both, align, by_overlap
from pipeline.validation.findings import FALSE_ALARM, MISS, WRONG, Finding, differences, finding
from pipeline.validation.measures.coreference import b_cubed, ceaf_e, muc
from pipeline.validation.sentences import sentence_spans
from pipeline.validation.standoff import Span
from pipeline.validation.tally import ALL, Tally

LAYER = "entities"
MACRO = frozenset({"exact", "overlap"})


def tally(both: Both) -> Tally:
    """Mentions, what is said of them, and how they are linked."""
    counts = Tally(LAYER)
    gold, found = both.gold.entities, both.predicted.entities
    _count_sets(
        counts,
        "exact",
        {(*_span(row), str(row.label)) for row in gold},
        {(*_span(row), str(row.label)) for row in found},
    )
    _count_sets(
        counts,
        "by mention",
        {(*_span(row), f"{row.mention_type}") for row in gold},
        {(*_span(row), f"{row.mention_type}") for row in found},
    )
    mine, theirs = {_span(row) for row in gold}, {_span(row) for row in found}
    counts.f1("boundaries", ALL, len(mine & theirs), len(theirs), len(mine))
    overlapping = align(gold, found, _same_label_overlap).pairs
    counts.f1("overlap", ALL, len(overlapping), len(found), len(gold))
    for label in sorted({row.label for row in (*gold, *found)}):
        right = sum(one.label == label for one, _ in overlapping)
        counts.f1(
            "overlap", label, right, sum(row.label == label for row in found), sum(row.label == label for row in gold)
        )
    by_span = {_span(row): row for row in found}
    pairs = [(row, by_span[_span(row)]) for row in gold if _span(row) in by_span]
    counts.share("label accuracy", ALL, sum(one.label == other.label for one, other in pairs), len(pairs))
    counts.share("country accuracy", ALL, sum(one.country == other.country for one, other in pairs), len(pairs))
    counts.share(
        "mention type accuracy", ALL, sum(one.mention_type == other.mention_type for one, other in pairs), len(pairs)
    )
    _count_links(counts, gold, found)
    return counts


def _count_sets(counts: Tally, name: str, gold: set[tuple[int, int, str]], found: set[tuple[int, int, str]]) -> None:
    """Mentions that agree in all three, over all labels and by label."""
    if name == "exact":
        counts.f1(name, ALL, len(gold & found), len(found), len(gold))
    for label in sorted({row[2] for row in gold | found}):
        mine, theirs = ({row for row in side if row[2] == label} for side in (gold, found))
        counts.f1(name, label, len(mine & theirs), len(theirs), len(mine))


def _same_label_overlap(one: EntityRow, other: EntityRow) -> tuple[bool, int, int, int] | None:
    return by_overlap(one, other) if one.label == other.label else None


def _count_links(counts: Tally, gold: tuple[EntityRow, ...], found: tuple[EntityRow, ...]) -> None:
    mine, theirs = links(gold), links(found)
    counts.f1("links", ALL, len(mine & theirs), len(theirs), len(mine))
    gold_clusters, found_clusters = clusters(gold), clusters(found)
    for name, measure in (("muc", muc), ("b-cubed", b_cubed), ("ceaf-e", ceaf_e)):
        right, predicted, recalled, of_gold = measure(gold_clusters, found_clusters)
        counts.f1(name, ALL, right, predicted, of_gold, recalled)


def links(rows: Iterable[EntityRow]) -> set[tuple[Span, Span]]:
    """The pairs of mentions of one entity."""
    clusters: dict[str, list[Span]] = defaultdict(list)
    for row in rows:
        clusters[row.entity_id].append(_span(row))
    return {pair for mentions in clusters.values() for pair in combinations(sorted(mentions), 2)}


def clusters(rows: Iterable[EntityRow]) -> list[frozenset[Span]]:
    """The mentions of each entity; words with two rows belong to the entity of the last."""
    members: dict[str, set[Span]] = defaultdict(set)
    for span, entity in {_span(row): row.entity_id for row in rows}.items():
        members[entity].add(span)
    return [frozenset(spans) for spans in members.values()]


def _span(row: EntityRow) -> Span:
    return row.start, row.end


def aligned(both: Both) -> Alignment[EntityRow, EntityRow]:
    """The mentions that answer each other, whatever their labels."""
    return align(both.gold.entities, both.predicted.entities, by_overlap)


def findings(both: Both) -> Iterator[Finding]:
    """Mentions missed, mentions that are none, other edges, labels, countries, and links to another entity."""
    found = aligned(both)
    sentences = sentence_spans(both.text)
    for row in found.missed:
        yield finding(LAYER, row.label, MISS, both.article_id, both.text, _span(row), "", sentences)
    for row in found.spurious:
        yield finding(LAYER, row.label, FALSE_ALARM, both.article_id, both.text, _span(row), "", sentences)
    answers = {_span(one): _span(other) for one, other in found.pairs}
    for one, other in found.pairs:
        detail = differences(
            words=(one.text, other.text),
            label=(one.label, other.label),
            country=(one.country, other.country),
            mention=(one.mention_type, other.mention_type),
            antecedent=_antecedents(both, one, other, answers),
        )
        if detail:
            yield finding(LAYER, one.label, WRONG, both.article_id, both.text, _span(one), detail, sentences)


def _antecedents(both: Both, one: EntityRow, other: EntityRow, answers: dict[Span, Span]) -> tuple[str, str]:
    """The nearest earlier mention that either side links the pair to, as words; two empty ones where they agree."""
    asked = {found: gold for gold, found in answers.items()}
    mine = {_span(row) for row in both.gold.entities if row.entity_id == one.entity_id}
    theirs = {_span(row) for row in both.predicted.entities if row.entity_id == other.entity_id}
    gold_before = max((span for span in mine if span < _span(one) and span in answers), default=None)
    found_before = max((span for span in theirs if span < _span(other) and span in asked), default=None)
    if (gold_before is None or answers[gold_before] in theirs) and (
        found_before is None or asked[found_before] in mine
    ):
        return "", ""
    names = [f"{both.text[slice(*span)]} at {span[0]}" if span else "" for span in (gold_before, found_before)]
    return names[0], names[1]
