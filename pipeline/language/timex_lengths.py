"""Lengths of time and repetitions: five years, the last fifteen years or so, every week."""

import re

from pipeline.labels import TimexMod
from pipeline.language import timex
from pipeline.language.anchors import Anchors
from pipeline.language.timex_fields import Reading, length, modifier, unit_in, with_time
from pipeline.language.timex_rules import Found, count


def duration(found: Found, anchors: Anchors) -> Reading | None:
    """five years, a month and a half, the last fifteen years or so, 10-hour."""
    name = unit_in(found)
    amount = length(found)
    mod = modifier(found)
    if amount is not None and found.has("VAGUECOUNT"):
        mod = mod or TimexMod.APPROX  # "a couple of years"
    if not found.has("COUNT") and not found.has("ONE") and not found.has("VAGUECOUNT"):
        amount = None
    span = last_stretch(found, anchors, amount, name)
    anchor = anchors.publication()[1] if span else ""
    return Reading(timex.duration(amount, name), anchor, mod, span)


def last_stretch(found: Found, anchors: Anchors, amount: float | None, name: str) -> timex.Interval | None:
    """The days of "the last fifteen years", "the next two weeks"."""
    step = {"last": -1, "next": 1}.get(found.value("REL"), 0)
    today = anchors.today()
    if not step or amount is None or today is None or name in ("TH", "TM", "TS"):
        return None
    other = timex.shift_day(today, step * amount, name)
    if other is None:
        return None
    return (other, today) if step < 0 else (today, other)


def compound_duration(found: Found, anchors: Anchors) -> Reading | None:
    """two years and three months, two hours and 30 minutes: the longer unit first."""
    amounts = [count(found.part("COUNT", index), found.values) for index in (0, 1)]
    named = [token.text.lower() for token in found.tokens]
    names = [unit for word in named for kind in ("UNIT", "UNITS") if (unit := found.values.get((word, kind)))]
    if len(names) != 2 or None in amounts or LONGER_FIRST.find(names[0]) >= LONGER_FIRST.find(names[1]):
        return None
    longer, shorter = (timex.duration(amount, name) for amount, name in zip(amounts, names, strict=True))
    joined = shorter.removeprefix("P") if "T" not in longer else shorter.removeprefix("PT")
    return Reading(longer + joined, "", modifier(found))


LONGER_FIRST = "Y M W D TH TM TS"


def half_unit(found: Found, anchors: Anchors) -> Reading | None:
    """half an hour, half a century."""
    name = unit_in(found)
    value = {"Y": "P6M", "DE": "P5Y", "CE": "P50Y", "TH": "PT30M", "D": "PT12H", "M": "P15D"}.get(name, "")
    return Reading(value, "", modifier(found)) if value else None


def repeated(found: Found, anchors: Anchors) -> Reading | None:
    """every week, each July, Mondays, twice a year, daily."""
    if found.has("MONTH"):
        return Reading(f"{timex.ANY_YEAR}-{int(found.value('MONTH')):02d}")
    if found.has("SEASON") or found.has("SEASONS"):
        return Reading(f"{timex.ANY_YEAR}-{found.value('SEASON') or found.value('SEASONS')}")
    for name in ("DOW", "DOWS"):
        if found.has(name):
            return Reading(with_time(f"{timex.ANY_WEEK}-{found.value(name)}", found) or "")
    part = found.value("PART") or found.value("PARTS")
    if part and not found.has("UNIT"):
        return Reading(f"{timex.ANY_DAY}T{part}")
    name = unit_in(found)
    if name == "WE":
        return Reading(f"{timex.ANY_WEEK}-WE")
    if name == "NI" and not found.has("COUNT"):
        return Reading(f"{timex.ANY_DAY}TNI")  # "she works nights"
    other = any(token.text.lower() == "other" for token in found.tokens)  # "every other year"
    return Reading(timex.duration(2.0 if other else length(found) or 1.0, name))


BASIS = re.compile(r"\s+basis\b")


def frequency(found: Found, anchors: Anchors) -> Reading | None:
    """daily, annually, on a daily basis; but not "the daily", a newspaper, nor "the Daily Herald"."""
    before = anchors.text[max(0, found.start - 8) : found.start].split()
    named = before and before[-1].lower() in ("the", "a", "this", "its")
    if found.token("FREQ")[0].isupper() or (named and not BASIS.match(anchors.text[found.end : found.end + 8])):
        return None
    return Reading(found.value("FREQ"))


# Nobody is said to have done a thing at the age of more years than this.
OLDEST = 120


def age(found: Found, anchors: Anchors) -> Reading | None:
    """at the age of 79, at age seventy-nine: so many years."""
    years = count(found.part("COUNT"), found.values)
    return Reading(timex.duration(years, "Y")) if years is not None and 0 < years <= OLDEST else None


def counted_range(found: Found, anchors: Anchors) -> Reading | None:
    """two to three weeks, one or two days: the shorter length, or more."""
    name = unit_in(found)
    low = count(found.part("COUNT", 0), found.values)
    return Reading(timex.duration(low, name), "", modifier(found) or TimexMod.APPROX)


def one_unit(found: Found, anchors: Anchors) -> Reading | None:
    """the decade or so, year-long, the past century, first year and a half."""
    amount = 1.5 if found.has("ANDAHALF") else 1.0
    name = unit_in(found)
    decades = {"DE": 10.0, "CE": 100.0}
    amount, name = (amount * decades[name], "Y") if name in decades else (amount, name)
    return Reading(timex.duration(amount, name), "", modifier(found))


def repeated_unit(found: Found, anchors: Anchors) -> Reading | None:
    """twice a year, per day."""
    return Reading(timex.duration(1.0, unit_in(found)))
