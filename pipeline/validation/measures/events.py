"""Events: triggers, types, participants, place, date, modality, and which mentions are one event.

A prediction answers a gold event when their triggers overlap: the same type first, then the longest overlap, one to
one. `overlap` asks for the type as well and is the main figure; `exact` also for the same trigger; `trigger` only that
triggers overlap. `type` is over sentences: the set of types that each has (as in evaluations of PLOVER and ICEWS).

Participants are judged on every gold event that has them. A gold event without an overlapping trigger is compared with
a row of its sentence that is still free, of its own type if there is one: a participant can be right where the trigger
is another word. Two mentions are one participant when they share the head, the last word before any comma or "of".
Countries and sectors are compared as sets. "accuracy" is a share of the events of the right type.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from pipeline.tables import EventRow, Extraction
from pipeline.validation.align import Alignment, Both, align, overlap
from pipeline.validation.findings import FALSE_ALARM, MISS, WRONG, Finding, differences, finding
from pipeline.validation.sentences import sentence_spans
from pipeline.validation.standoff import Span
from pipeline.validation.tally import ALL, Tally

LAYER = "events"
MACRO = frozenset({"exact", "overlap", "type"})
SIDES = ("actor", "recipient")
AFTER_HEAD = re.compile(r",|\s(?:of|in|from|for|at|on|to|who|which|that|against)\s")
POSSESSIVE = re.compile(r"['’]s\b")
WORD = re.compile(r"[\w']+")
# Words that do not tell one participant from another: "the two ministers", "senior officials".
NOT_TELLING = frozenset(
    "the a an of in on at for to from by with and or his her its their this that these those some all two three "
    "mr mrs ms dr senior top former".split()
)


def aligned(both: Both) -> Alignment[EventRow, EventRow]:
    """The events whose triggers overlap."""
    return align(both.gold.events, both.predicted.events, _by_trigger)


def _by_trigger(one: EventRow, other: EventRow) -> tuple[bool, int, int, int] | None:
    shared = overlap(_trigger(one), _trigger(other))
    if shared <= 0:
        return None
    return one.event_type != other.event_type, -shared, one.trigger_start, other.trigger_start


def _trigger(row: EventRow) -> Span:
    return row.trigger_start, row.trigger_end


def tally(both: Both) -> Tally:
    """Events, types by sentence, participants, and what is said of the events."""
    counts = Tally(LAYER)
    gold, found = both.gold.events, both.predicted.events
    alignment = aligned(both)
    typed = [(one, other) for one, other in alignment.pairs if one.event_type == other.event_type]
    counts.f1("trigger", ALL, len(alignment.pairs), len(found), len(gold))
    for name, right in (
        ("exact", [pair for pair in typed if _trigger(pair[0]) == _trigger(pair[1])]),
        ("overlap", typed),
    ):
        counts.f1(name, ALL, len(right), len(found), len(gold))
        for label in sorted({row.event_type for row in (*gold, *found)}):
            counts.f1(
                name,
                label,
                sum(one.event_type == label for one, _ in right),
                sum(row.event_type == label for row in found),
                sum(row.event_type == label for row in gold),
            )
    sentences = Sentences(both.text)
    _count_types(counts, both, sentences)
    _count_participants(counts, both, companions(both, alignment, sentences))
    _count_accuracies(counts, typed)
    recalled = sum(_is_said_so(one, found) for one in gold)
    counts.share("modality recall", ALL, recalled, len(gold))
    mine, theirs = same_events(typed)
    counts.f1("same event", ALL, len(mine & theirs), len(theirs), len(mine))
    return counts


class Sentences:
    """The sentences of a text, and which of them a row stands in."""

    def __init__(self, text: str) -> None:
        self.spans = sentence_spans(text)
        self.starts = [start for start, _ in self.spans]

    def of(self, row: EventRow) -> int:
        """The number of the sentence that the trigger begins in."""
        return bisect_right(self.starts, row.trigger_start) - 1


def _count_types(counts: Tally, both: Both, sentences: Sentences) -> None:
    """The types of each sentence as a set; and how many sentences without an event were given one."""
    gold, found = _by_sentence(both.gold.events, sentences), _by_sentence(both.predicted.events, sentences)
    for number in sorted({*gold, *found}):
        mine, theirs = ({str(row.event_type) for row in side.get(number, ())} for side in (gold, found))
        counts.f1("type", ALL, len(mine & theirs), len(theirs), len(mine))
        for label in sorted(mine | theirs):
            counts.f1("type", label, label in mine and label in theirs, label in theirs, label in mine)
    kept = [row for row in both.gold.blocks if row.kept]
    for number, span in enumerate(sentences.spans):
        if number not in gold and any(overlap((row.start, row.end), span) > 0 for row in kept):
            counts.share("sentences with a false event", ALL, number in found, 1)


def _by_sentence(rows: Iterable[EventRow], sentences: Sentences) -> dict[int, list[EventRow]]:
    found: dict[int, list[EventRow]] = defaultdict(list)
    for row in rows:
        found[sentences.of(row)].append(row)
    return found


def companions(
    both: Both, alignment: Alignment[EventRow, EventRow], sentences: Sentences
) -> list[tuple[EventRow, EventRow | None]]:
    """For each gold event the row to compare its participants with: of its type where there is one, else any."""
    answers = {one.event_id: other for one, other in alignment.pairs if one.event_type == other.event_type}
    used = {other.event_id for other in answers.values()}
    free = [row for row in both.predicted.events if row.event_id not in used]
    overlapping = {one.event_id: other.event_id for one, other in alignment.pairs}
    fits: tuple[Callable[[EventRow, EventRow], bool], ...] = (
        lambda one, other: one.event_type == other.event_type and sentences.of(one) == sentences.of(other),
        lambda one, other: overlapping.get(one.event_id) == other.event_id,
        lambda one, other: sentences.of(one) == sentences.of(other),
    )
    for fit in fits:
        for one in both.gold.events:
            other = next((row for row in free if fit(one, row)), None)
            if one.event_id not in answers and other is not None:
                answers[one.event_id] = other
                free.remove(other)
    return [(one, answers.get(one.event_id)) for one in both.gold.events]


@dataclass(frozen=True, slots=True)
class Named:
    """A participant: the words of its mention, and the name it resolves to."""

    words: str
    name: str = ""


def participants(row: EventRow | None, side: str, names: dict[str, str]) -> list[Named]:
    """The participants of one side of an event."""
    if row is None:
        return []
    found: tuple[str, ...] = getattr(row, side)
    entities: tuple[str, ...] = getattr(row, f"{side}_entity_id")
    return [Named(words, names.get(entities[i], "") if i < len(entities) else "") for i, words in enumerate(found)]


def _names(extraction: Extraction) -> dict[str, str]:
    return {row.entity_id: row.canonical_name for row in extraction.entities}


def _count_participants(counts: Tally, both: Both, rows: list[tuple[EventRow, EventRow | None]]) -> None:
    names = _names(both.gold)
    for one, other in rows:
        gold = {side: participants(one, side, names) for side in SIDES}
        found = {side: participants(other, side, {}) for side in SIDES}
        for side in SIDES:
            if gold[side]:
                _count_mentions(counts, side, gold[side], found[side])
            for code in ("country", "sector"):
                mine, theirs = codes(one, f"{side}_{code}"), codes(other, f"{side}_{code}")
                if mine:
                    counts.f1(f"{side} {code}", ALL, len(mine & theirs), len(theirs), len(mine))
        if gold["actor"] or gold["recipient"]:
            # "the two sides met": direction aside, since a reciprocal event has its sides in either place
            both_sides = ([*each["actor"], *each["recipient"]] for each in (gold, found))
            _count_mentions(counts, "participants", *both_sides)
        if any(codes(one, f"{side}_country") for side in SIDES):
            right = other is not None and one.event_type == other.event_type
            right = right and all(codes(one, f"{side}_country") == codes(other, f"{side}_country") for side in SIDES)
            counts.f1("tuple", ALL, right, other is not None, 1)
        if one.location:
            right_place = other is not None and is_same(Named(one.location), other.location)
            counts.f1("location", ALL, right_place, bool(other and other.location), 1)


def _count_mentions(counts: Tally, name: str, gold: list[Named], found: list[Named]) -> None:
    left = list(gold)
    right = 0
    for mention in found:
        match = next((one for one in left if is_same(one, mention.words)), None)
        if match is not None:
            left.remove(match)
            right += 1
    counts.f1(name, ALL, right, len(found), len(gold))


def codes(row: EventRow | None, column: str) -> frozenset[str]:
    """The codes in a column, without the empty ones."""
    return frozenset(code for code in getattr(row, column) if code) if row is not None else frozenset()


def is_same(gold: Named, found: str) -> bool:
    """Whether two mentions are one participant: the same words, or the head of one among the words of the other."""
    return any(_share_head(name, found) for name in (gold.words, gold.name) if name)


def _share_head(one: str, other: str) -> bool:
    if one.strip().lower() == other.strip().lower():
        return True
    words, others = telling_words(one), telling_words(other)
    return bool(words and others) and (head(one) in others or head(other) in words)


def telling_words(words: str) -> list[str]:
    """The words of a mention, lower case, without those that tell nothing."""
    plain = POSSESSIVE.sub("", words.lower()).replace(".", "")
    return [word for word in WORD.findall(plain) if word not in NOT_TELLING]


def head(words: str) -> str:
    """The head of a mention: "minister" in "the prime minister of Iceland"."""
    front = AFTER_HEAD.split(words.strip(), maxsplit=1)[0]
    found = telling_words(front or words)
    return found[-1] if found else ""


def _count_accuracies(counts: Tally, typed: list[tuple[EventRow, EventRow]]) -> None:
    counts.share("modality accuracy", ALL, sum(one.modality == other.modality for one, other in typed), len(typed))
    dated = [(one, other) for one, other in typed if one.date_earliest or one.date_latest]
    counts.share("date accuracy", ALL, sum(_days(one) == _days(other) for one, other in dated), len(dated))
    moded = [(one, other) for one, other in typed if one.mode]
    counts.share("mode accuracy", ALL, sum(one.mode == other.mode for one, other in moded), len(moded))
    placed = [(one, other) for one, other in typed if one.location_country]
    right = sum(one.location_country == other.location_country for one, other in placed)
    counts.share("location country accuracy", ALL, right, len(placed))
    inside = [(one, other) for one, other in typed if one.quotation_id or other.quotation_id]
    counts.share(
        "source accuracy",
        ALL,
        sum(bool(one.quotation_id) == bool(other.quotation_id) for one, other in inside),
        len(inside),
    )


def _days(row: EventRow) -> tuple[object, object]:
    return row.date_earliest, row.date_latest


def _is_said_so(gold: EventRow, found: Collection[EventRow]) -> bool:
    """Whether some row over the same trigger has the modality of the gold."""
    return any(overlap(_trigger(gold), _trigger(row)) > 0 and row.modality == gold.modality for row in found)


def same_events(typed: list[tuple[EventRow, EventRow]]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The pairs of matched mentions that are one event: in the gold, and in the prediction."""
    mine: set[tuple[str, str]] = set()
    theirs: set[tuple[str, str]] = set()
    for (one, other), (later, later_other) in combinations(typed, 2):
        if _first(one) == _first(later):
            mine.add((one.event_id, later.event_id))
        if _first(other) == _first(later_other):
            theirs.add((one.event_id, later.event_id))
    return mine, theirs


def _first(row: EventRow) -> str:
    return row.same_event or row.event_id


def findings(both: Both) -> Iterator[Finding]:
    """Events missed, events that are none, and other types, participants, dates and modalities."""
    alignment = aligned(both)
    sentences = sentence_spans(both.text)
    for row in alignment.missed:
        yield finding(LAYER, row.event_type, MISS, both.article_id, both.text, _trigger(row), _who(row), sentences)
    for row in alignment.spurious:
        yield finding(
            LAYER, row.event_type, FALSE_ALARM, both.article_id, both.text, _trigger(row), _who(row), sentences
        )
    names = _names(both.gold)
    for one, other in alignment.pairs:
        sides = {side: _side_difference(one, other, side, names) for side in SIDES}
        detail = differences(
            type=(one.event_type, other.event_type),
            **sides,
            location=(one.location, other.location) if not _same_place(one, other) else ("", ""),
            modality=(one.modality, other.modality),
            earliest=(one.date_earliest, other.date_earliest),
            latest=(one.date_latest, other.date_latest),
        )
        if detail:
            span = _trigger(one)
            yield finding(LAYER, one.event_type, WRONG, both.article_id, both.text, span, detail, sentences)


def _same_place(one: EventRow, other: EventRow) -> bool:
    return one.location == other.location or bool(one.location and is_same(Named(one.location), other.location))


def _side_difference(one: EventRow, other: EventRow, side: str, names: dict[str, str]) -> tuple[object, object]:
    gold, found = participants(one, side, names), participants(other, side, {})
    agree = len(gold) == len(found) and all(any(is_same(each, mention.words) for each in gold) for mention in found)
    return ("", "") if agree else (tuple(each.words for each in gold), tuple(each.words for each in found))


def _who(row: EventRow) -> str:
    return f"{';'.join(row.actor) or '-'} > {';'.join(row.recipient) or '-'}"
