"""Pairs: what speaks for and against two event mentions of one article and one type telling of one event.

The features of a pair, each a name that is there or not, go into a log-linear model; `weights.json` holds its weights,
fitted by `training/events/repeats.py`.
"""

import functools
import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.labels import DateBasis, Modality
from pipeline.lexicons import read_rows
from pipeline.tables import EventRow

HAPPENED = frozenset({Modality.ASSERTED, Modality.REPORTED})
PRONOUNS = frozenset("i me my we us our you he him his she her hers it its they them their who which that one".split())
# "the attack", "this raid": a noun with one of these takes up what was told before.
TAKING_UP = frozenset({"the", "this", "that", "these", "those"})
NEW = frozenset({"a", "an", "new", "other", "several", "two", "three"})
# "another attack" is none of those before.
FRESH = frozenset({"another", "further", "second", "third", "fresh", "more"})
OWNED = re.compile(r".*['’]s?$|^(?:his|her|their|its|our|my)$")
OF_PHRASE = re.compile(r",|\s(?:of|in|from|for|at|on)\s")
# "In another attack", "Elsewhere, gunmen ...", "killed three other rebels": what is told next is something else.
ELSEWHERE = re.compile(
    r"^(?:elsewhere|meanwhile|separately|later|also|in (?:another|a separate|other|a second|a third)|another|"
    r"a (?:second|third|fourth|fifth|separate))\b|\b(?:another|separate|elsewhere)\b",
    re.IGNORECASE,
)
OTHERS = frozenset({"another", "other", "others", "more", "separate"})
# How many people stand on a side: "ten rebels" and "seven rebels" are not the same.
COUNTED = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "dozen": 12, "twenty": 20, "dozens": 0, "scores": 0, "hundreds": 0, "thousands": 0,
}  # fmt: skip
WORD = re.compile(r"[^\W\d_]{4,}")
NUMBER = re.compile(r"\d[\d.,]*")
# Letters that forms of one word share: "attack", "attacked", "attacks".
STEM = 4
# Characters: the title and what follows it; the next sentences; the same scene.
OPENING, NEAR, SCENE = 160, 300, 1200
# Words that two sentences share, and what part of the shorter one these are: where a class of pairs ends.
COMMON, SHARED = (1, 2, 3, 4, 6, 8), (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6)
# Characters between a sentence and the next one, a paragraph break included.
NEXT = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """An event row, and how it can be recognised in another row."""

    row: EventRow
    actors: frozenset[str]
    recipients: frozenset[str]
    people: frozenset[str]  # the last words of the names on either side: how another article may name them
    stem: str
    acts: frozenset[str]  # what the trigger may name: "talks" and "met" are both of "meet"
    before: str  # the word before the trigger that says whether it is taken up, lower case
    words: frozenset[str]  # of the sentence, four letters of each
    numbers: frozenset[str]
    counted: int | None  # how many suffered it, where a number says so
    others: bool  # whether those who suffered it are called others than before
    elsewhere: bool  # whether its sentence says that it is another


def mention_of(row: EventRow) -> Mention:
    """The row, with what pairs are compared by."""
    words = row.trigger.lower().split()
    acts = frozenset(act for word in (*words, row.trigger.lower()) for act in acts_of(word))
    before = row.text[: max(row.trigger_start - row.start, 0)].lower().split()[-3:]
    known = [word for word in before if word in TAKING_UP or word in NEW or word in FRESH or OWNED.match(word)]
    return Mention(
        row=row,
        actors=names(row, "actor"),
        recipients=names(row, "recipient"),
        people=frozenset(name.split()[-1].lower() for name in (*row.actor, *row.recipient) if name[:1].isupper()),
        stem=stem(row.trigger),
        acts=acts,
        before=known[-1] if known else "",
        words=frozenset(word[:5] for word in WORD.findall(row.text.lower())),
        numbers=frozenset(NUMBER.findall(row.text)),
        counted=counted(row.recipient),
        others=any(word in OTHERS for name in row.recipient for word in name.lower().split()),
        elsewhere=bool(ELSEWHERE.search(row.text)),
    )


def counted(names: tuple[str, ...]) -> int | None:
    """The number that the first of the names begins with: 10 of "ten rebels", "at least 10 rebels"."""
    for word in names[0].lower().split()[:4] if names else ():
        digits = word.replace(",", "")
        if digits.isdecimal() and len(digits) < 7:
            return int(digits)
        if word in COUNTED:
            return COUNTED[word]
    return None


@functools.lru_cache(maxsize=4096)
def acts_of(word: str) -> frozenset[str]:
    """The acts that a word may name, by its beginning."""
    known = acts()
    ends = [len(word)] if len(word) < STEM else range(STEM - 1, len(word) + 1)
    return frozenset(act for end in ends for act in known.get(word[:end], ()) if end >= STEM or end == len(word))


@functools.cache
def acts() -> dict[str, frozenset[str]]:
    """The words that may name an act, with their acts."""
    found: dict[str, set[str]] = {}
    for row in read_rows("acts", columns=("word", "act")):
        found.setdefault(row["word"], set()).add(row["act"])
    return {word: frozenset(named) for word, named in found.items()}


def names(row: EventRow, side: str) -> frozenset[str]:
    """How the participants of one side can be recognised: by country and sector, by entity, by their last word."""
    words = getattr(row, side)
    entities = _padded(getattr(row, f"{side}_entity_id"), len(words))
    countries = _padded(getattr(row, f"{side}_country"), len(words))
    sectors = _padded(getattr(row, f"{side}_sector"), len(words))
    found: set[str] = set()
    for name, entity, country, sector in zip(words, entities, countries, sectors, strict=True):
        # "several municipalities" and "local municipalities"; but "they" can be anyone
        head = OF_PHRASE.split(name.lower(), maxsplit=1)[0].split()
        if head and head[-1] not in PRONOUNS:
            found.add(head[-1])
        if entity:
            found.add(entity)
        if country:
            found.add(f"{country}/{sector if sector != 'GOV' else ''}")
    return frozenset(found)


def stem(trigger: str) -> str:
    """The first letters of the trigger's last word."""
    return trigger.split()[-1].lower()[:STEM] if trigger.split() else ""


def contradicts(one: Mention, other: Mention) -> bool:
    """Whether the text says of two mentions what cannot be said of one event, whatever else speaks for it.

    Other days, countries or named actors; one that happened, or did not, beside one that is planned, feared or asked.
    """
    if other.before in FRESH:
        return True
    told = [row.modality in HAPPENED or row.modality is Modality.NEGATED for row in (one.row, other.row)]
    if told[0] != told[1] or days(one.row, other.row) == "apart" or places(one.row, other.row) == "apart":
        return True
    if not one.actors or not other.actors or one.actors & (other.actors | other.recipients):
        return False
    return all(_is_named(each.row, "actor") for each in (one, other)) and not one.recipients & other.actors


def features(one: Mention, other: Mention, between: int) -> Iterator[str]:
    """The features of an earlier and a later mention of one type, with so many of the type between them."""
    yield "bias"
    yield f"type {one.row.event_type}"
    same_word = one.stem == other.stem
    word = "same word" if same_word else "same act" if one.acts & other.acts else "other word"
    yield word
    taken_up = "up" if other.before in TAKING_UP else "new" if other.before in NEW | FRESH else "none"
    owned = bool(other.before) and taken_up == "none"
    yield f"later {'owned' if owned else taken_up}"
    yield f"{word}, later {'owned' if owned else taken_up}"
    if one.before in NEW | FRESH:
        yield "earlier new"
    bare = not other.row.actor and not other.row.recipient
    if bare:
        yield f"later bare, {taken_up}"
        yield f"later bare, {word}"
    yield from _sides(one, other, word)
    yield from _modalities(one.row, other.row, same_word)
    yield f"days {days(one.row, other.row)}"
    yield f"place {places(one.row, other.row)}"
    yield from _position(one, other, between, word)
    yield from _words(one, other, word)
    common = len(one.words & other.words)
    yield f"words in common {bisect(COMMON, common)}"
    yield f"words shared {bisect(SHARED, common / max(min(len(one.words), len(other.words)), 1))}"
    if one.counted is not None and other.counted is not None:
        yield f"as many, {word}" if one.counted == other.counted else f"other count, {word}"
    elif one.counted is not None or other.counted is not None:
        yield "one counted"
    if other.others:
        yield "others suffered it"
    if other.elsewhere and one.row.start != other.row.start:
        yield "later elsewhere"
    if one.numbers and other.numbers:
        yield "number shared" if one.numbers & other.numbers else "other numbers"


def _sides(one: Mention, other: Mention, word: str) -> Iterator[str]:
    found = []
    for side, left, right in (("actor", one.actors, other.actors), ("recipient", one.recipients, other.recipients)):
        if left and right:
            named = _is_named(one.row, side) and _is_named(other.row, side)
            state = "shared" if left & right else "differs" if named else "described otherwise"
        else:
            state = "in neither" if not left and not right else "in one"
        found.append(state)
        yield f"{side} {state}"
        yield f"{side} {state}, {word}"
    yield f"sides {' / '.join(found)}"
    if one.actors & other.recipients or one.recipients & other.actors:
        yield "sides crossed"


def _is_named(row: EventRow, side: str) -> bool:
    return any(getattr(row, f"{side}_entity_id")) or any(getattr(row, f"{side}_country"))


def _modalities(one: EventRow, other: EventRow, same_word: bool) -> Iterator[str]:
    told = [row.modality in HAPPENED for row in (one, other)]
    if all(told):
        yield "both told"
    elif one.modality == other.modality:
        yield f"both {one.modality}"
    else:
        yield "modality differs"
        if {one.modality, other.modality} <= HAPPENED | {Modality.NEGATED}:
            yield f"denied{', same word' if same_word else ''}"
    if bool(one.quotation_id) != bool(other.quotation_id):
        yield "one quoted"
    elif one.quotation_id and one.quotation_id == other.quotation_id:
        yield "in one quotation"


def _words(one: Mention, other: Mention, word: str) -> Iterator[str]:
    """How the two name the act: "killed" and "the attack" in one sentence are often one."""
    kinds = f"{_kind(one.row)} then {_kind(other.row)}"
    yield kinds
    yield f"{kinds}, {word}"
    yield f"type {one.row.event_type}, {word}"
    if one.row.start == other.row.start:
        yield f"same sentence, {kinds}"
        yield f"same sentence, type {one.row.event_type}"
    if one.acts and other.acts:
        yield f"acts {min(one.acts)}, {min(other.acts)}"
    else:
        yield "no acts"


def _kind(row: EventRow) -> str:
    return row.rule.partition(":")[0] or "none"


def _position(one: Mention, other: Mention, between: int, word: str) -> Iterator[str]:
    distance = other.row.trigger_start - one.row.trigger_start
    if one.row.start == other.row.start:
        yield "same sentence"
        yield f"same sentence, {word}"
    else:
        yield f"distance {sum(distance > d for d in (NEAR, SCENE))}"
    if 0 <= other.row.start - one.row.end <= NEXT:
        yield "next sentence"
        yield f"next sentence, {word}"
    if one.row.trigger_start < OPENING:
        yield "earlier in the opening"
        if other.row.trigger_start < 5 * OPENING:
            yield "both at the beginning"
    yield f"between {min(between, 3)}"
    yield f"between {min(between, 3)}, {word}"


def days(one: EventRow, other: EventRow) -> str:
    """How the days of two mentions agree: the same, overlapping, apart, or not known of both."""
    if DateBasis.PUBLICATION in (one.date_basis, other.date_basis):
        return "unknown" if one.date_basis != other.date_basis else "open"
    bounds = (one.date_earliest, one.date_latest, other.date_earliest, other.date_latest)
    if any(bound is None for bound in bounds):
        return "unknown"
    if bounds[:2] == bounds[2:]:
        return "same"
    return "overlap" if bounds[0] <= bounds[3] and bounds[2] <= bounds[1] else "apart"  # type: ignore[operator]


def places(one: EventRow, other: EventRow) -> str:
    """How the places of two mentions agree."""
    if not (one.location and other.location):
        return "unknown"
    if one.location.lower() == other.location.lower():
        return "same"
    if one.location_country and other.location_country:
        return "same country" if one.location_country == other.location_country else "apart"
    return "differ"


def _padded(values: tuple[str, ...], length: int) -> tuple[str, ...]:
    return (*values, *[""] * (length - len(values)))
