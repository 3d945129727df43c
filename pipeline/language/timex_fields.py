"""Fields of a date: the month, year, unit, relation or time of day that an expression names."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.labels import TimexMod
from pipeline.language import timex
from pipeline.language.anchors import Anchors
from pipeline.language.timex_rules import Found, count
from pipeline.language.timex_words import number


@dataclass(frozen=True, slots=True)
class Reading:
    """The value of an expression, what it was read against, and how it is to be narrowed."""

    value: str
    anchor: str = ""
    mod: TimexMod | None = None
    bounds: timex.Interval | None = None  # where the value itself has none: the last fifteen years


Reader = Callable[[Found, Anchors], Reading | None]


def month_in(found: Found, index: int = 0) -> int | None:
    """The month that an expression names."""
    names = [*(("MONTH", i) for i in range(found.many("MONTH"))), *(("ABBR", i) for i in range(found.many("ABBR")))]
    return int(found.value(*names[index])) if len(names) > index else None


def day_in(found: Found) -> int | None:
    """The day of the month that an expression names in digits or as an ordinal."""
    if found.has("ORD"):
        return int(found.value("ORD"))
    word = found.token("DAY") or found.token("ORDDAY")
    return number(word) if word else None


def unit_in(found: Found) -> str:
    """The unit that an expression counts in; the last one it names."""
    for token in reversed(found.tokens):
        for name in ("UNIT", "UNITS"):
            unit = found.values.get((token.text.lower(), name))
            if unit:
                return unit
    return ""


def year_in(found: Found, anchors: Anchors) -> tuple[int | None, str]:
    """The year that an expression names: 1998, '98, nineteen ninety-eight, 480 BC, of last year."""
    if found.has("RELYEAR"):
        return relative_year(found, anchors)
    if found.has("YEARWORDS"):
        return spelled_year(found), ""
    word = found.token("YEAR") or found.token("ODDYEAR") or found.token("YEAR3")
    if word:
        return before_christ(int(word), found, anchors), ""
    word = found.token("SHORTYEAR")
    if not word:
        return None, ""
    short = number(word)
    latest = anchors.published.year + 10 if anchors.published else 2030
    return (1900 if 2000 + short > latest else 2000) + short, ""


def before_christ(year: int, found: Found, anchors: Anchors) -> int:
    """A year of three digits counts backwards where the text does: "in 499" after "in 500 BC"."""
    era = found.value("ERA")
    return -year if era == "BC" or (not era and year < 1000 and anchors.before_christ) else year


def spelled_year(found: Found) -> int | None:
    """nineteen ninety-seven, two thousand and one."""
    words = [token.text.lower() for token in found.part("YEARWORDS") if token.text.isalpha()]
    if words[0] in ("seventeen", "eighteen", "nineteen", "twenty"):
        head = {"seventeen": 1700, "eighteen": 1800, "nineteen": 1900, "twenty": 2000}[words[0]]
        rest = sum(int(found.values.get((word, "NUM"), 0)) for word in words[1:])
        return head + rest if words[1:] else None
    return int(count(found.part("YEARWORDS"), found.values) or 0) or None


def relative_year(found: Found, anchors: Anchors) -> tuple[int | None, str]:
    """of last year, of that year, the following year."""
    words = found.part("RELYEAR")
    relation = next((v for t in words if (v := found.values.get((t.text.lower(), "REL"), ""))), "same")
    # "the year before"
    relation = {"before": "previous", "after": "following"}.get(words[-1].text.lower(), relation)
    value, anchor = referent(relation, anchors, definite=any(t.text.lower() == "the" for t in words))
    year = timex.year_of(value)
    return (None if year is None else year + STEP[relation]), anchor


# How far each relation moves, and whether it counts from publication or from the date the text has reached.
STEP = {"last": -1, "previous": -1, "this": 0, "same": 0, "latest": 0, "next": 1, "following": 1}


FROM_TEXT = {"previous", "same", "following"}


def referent(relation: str, anchors: Anchors, *, definite: bool = False) -> tuple[str, str]:
    """What a relation counts from: "last year" from publication, "the previous year" from the text."""
    if relation in FROM_TEXT or (relation == "next" and definite and (anchors.narrative or anchors.published is None)):
        return anchors.narrated()
    return anchors.publication()


def modifier(found: Found) -> TimexMod | None:
    """START for "early", END for "the end of", APPROX for "about", MORE_THAN for "more than"."""
    if found.rule.mod:
        return found.rule.mod
    for token in found.part("EDGEPHRASE"):  # "early in spring"
        edge = found.values.get((token.text.lower(), "EDGE"))
        if edge:
            return TimexMod(edge)
    for name in ("EDGE", "EDGEOF", "PORTION"):
        if found.has(name):
            return TimexMod(found.value(name))
    if found.has("COMPARING"):
        return comparison([token.text.lower() for token in found.part("COMPARING")])
    return TimexMod.APPROX if found.has("ABOUT") or found.has("ORSO") else None


COMPARISONS = {
    "no more than": TimexMod.EQUAL_OR_LESS, "not more than": TimexMod.EQUAL_OR_LESS, "at most": TimexMod.EQUAL_OR_LESS,
    "up to": TimexMod.EQUAL_OR_LESS, "as long as": TimexMod.EQUAL_OR_LESS, "as many as": TimexMod.EQUAL_OR_LESS,
    "as much as": TimexMod.EQUAL_OR_LESS, "within": TimexMod.EQUAL_OR_LESS,
    "no less than": TimexMod.EQUAL_OR_MORE, "not less than": TimexMod.EQUAL_OR_MORE, "at least": TimexMod.EQUAL_OR_MORE,
    "no fewer than": TimexMod.EQUAL_OR_MORE,
    "more than": TimexMod.MORE_THAN, "longer than": TimexMod.MORE_THAN, "over": TimexMod.MORE_THAN,
    "just over": TimexMod.MORE_THAN, "well over": TimexMod.MORE_THAN,
    "less than": TimexMod.LESS_THAN, "fewer than": TimexMod.LESS_THAN, "under": TimexMod.LESS_THAN,
    "just under": TimexMod.LESS_THAN, "nearly": TimexMod.LESS_THAN, "almost": TimexMod.LESS_THAN,
    "barely": TimexMod.LESS_THAN,
}  # fmt: skip


def comparison(words: list[str]) -> TimexMod | None:
    """The modifier of "more than", "at least", "nearly" ... before a length of time."""
    phrase = " ".join(words)
    return COMPARISONS.get(phrase) or (TimexMod.APPROX if words else None)


def with_time(value: str | None, found: Found) -> str | None:
    """The day with the clock time or part of the day that the expression gives."""
    if value is None:
        return None
    if found.has("CLOCKTIME"):
        time = clock(found)
        return f"{value}T{time}" if time else None
    if found.has("DECIMAL"):
        time = dotted_clock(found)
        return f"{value}T{time}" if time else None
    part = found.value("PART") or found.value("TONIGHT")
    return f"{value}T{part}" if part else value


def half_of_the_day(part: str, hour: int) -> str:
    """nine in the evening, two in the morning, one at night."""
    if part == "NI":
        return "AM" if hour < 6 or hour == 12 else "PM"
    return {"MO": "AM", "AF": "PM", "EV": "PM"}.get(part, "")


def clock(found: Found) -> str | None:
    """21:54, 10 p.m., noon, half past two as HH:MM; `None` where there is no such time."""
    if found.has("NOON"):
        return found.value("NOON")
    word = found.token("CLOCK") or found.token("CLOCKDOT") or found.token("CLOCKAMPM") or found.token("HHMM")
    word = word or found.token("HOUR") or found.token("NUMBER") or found.token("YEAR") or found.token("ODDYEAR")
    digits = re.findall(r"\d+", word)
    if len(digits) == 1 and len(digits[0]) == 4:
        digits = [digits[0][:2], digits[0][2:]]
    hour = int(digits[0]) if digits else int(found.value("NUM") or 99)
    minute = int(digits[1]) if len(digits) > 1 else 0
    half = found.value("AMPM") or ("PM" if "p" in word.lower() else "AM" if "a" in word.lower() else "")
    if not half and hour <= 12:
        half = half_of_the_day(found.value("PART"), hour)
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "PM" else 0) if half else hour
    return f"{hour:02d}:{minute:02d}" if hour <= 24 and minute < 60 else None


def dotted_clock(found: Found) -> str | None:
    """15.12 as 15:12; `None` where the figures are no time of day."""
    match = re.fullmatch(r"([01]\d|2[0-3])\.([0-5]\d)", found.token("DECIMAL"))
    return f"{match[1]}:{match[2]}" if match else None


def definite(found: Found) -> bool:
    """Whether the expression opens with "the"."""
    return found.has("THE")


def length(found: Found) -> float | None:
    """How many units an expression counts; `None` where it does not say ("several years")."""
    if found.has("VAGUECOUNT"):
        words = [token.text.lower() for token in found.part("VAGUECOUNT")]
        return 2.0 if "couple" in words else None
    if not found.has("COUNT") and any((token.text.lower(), "UNITS") in found.values for token in found.tokens):
        return None  # "weeks later"
    amount = count(found.part("COUNT"), found.values) if found.has("COUNT") else 1.0
    extra = 0.5 if found.has("ANDAHALF") else 0.0
    return amount + extra if amount is not None else None
