"""Relative expressions: last week, the following day, three years ago, the year-earlier quarter."""

from pipeline.labels import TimexMod
from pipeline.language import timex
from pipeline.language.anchors import Anchors, weekday_near
from pipeline.language.timex_fields import (
    FROM_TEXT,
    STEP,
    Reading,
    definite,
    length,
    modifier,
    referent,
    unit_in,
    year_in,
)
from pipeline.language.timex_periods import month, year
from pipeline.language.timex_rules import Found


def the_quarter(found: Found, anchors: Anchors) -> Reading | None:
    """the quarter, the latest period: the quarter last spoken of; the year-ago quarter: the same, a year before."""
    years = -1 if found.has("YEARAGO") else 0
    told = anchors.quarter_at(found.start) if found.has("YEARAGO") or found.has("YR") else anchors.quarter
    if found.has("PERIOD") and not anchors.quarter and not found.has("RELYEAR"):
        return None
    named, anchor = year_in(found, anchors)
    today = anchors.today()
    if found.tokens[0].text.lower() == "this" and today and not found.has("PERIOD"):
        return Reading(timex.at(today, "Q"), anchors.publication()[1])
    if told:
        own = timex.year_of(told.value)
        value = timex.same_part_of_year(told.value, named or (own or 0) + years)
        return Reading(value, f"narrative {told.value}", modifier(found))
    if named is not None:
        return Reading(timex.year_value(named), anchor, modifier(found))
    if today is None:
        return Reading("", "", modifier(found))
    if found.has("YEARAGO"):
        return Reading(timex.year_value(today.year - 1), anchors.publication()[1], modifier(found))
    before = timex.shift_day(today, -1, "Q")
    return Reading(timex.at(before, "Q"), anchors.publication()[1], modifier(found)) if before else None


def day_of_period(found: Found, anchors: Anchors) -> Reading | None:
    """the first day of May, the last day of 1944, the last day of the month."""
    if found.many("MON"):
        period = month(found, anchors)
    else:
        period = year(found, anchors) if found.has("YR") else unit(found, anchors)
    if period is None:
        return None
    days = timex.bounds(period.value)
    opening = any(token.text.lower() == "first" for token in found.tokens)
    return Reading(days[0 if opening else 1].isoformat() if days else "", period.anchor)


def unit(found: Found, anchors: Anchors) -> Reading | None:
    """last week, this month, the following day, next decade, the weekend."""
    relation = found.value("REL") or "same"
    name = unit_in(found)
    if relation == "last" and definite(found) and name == "D":
        return None
    if relation == "same" and not found.has("REL") and not anchors.narrative:
        ahead = anchors.direction(found.start, found.end) > 0
        relation = "last" if name == "WE" and not ahead else "this"
    if relation == "next" and definite(found) and name == "D":
        relation = "following"  # "the next day": the one after the day told of
    value, anchor = referent(relation, anchors, definite=definite(found))
    if not found.has("REL") and anchors.narrative and anchors.looks_ahead_from_now(found.start, found.end):
        value, anchor = anchors.publication()
    if timex.month_of(value) is None and name not in ("Y", "DE", "CE") and not anchors.narrative:
        value, anchor = anchors.publication()
    if not value or (timex.month_of(value) is None and name not in ("Y", "DE", "CE", "Q")):
        return Reading("", "", modifier(found))
    if name == "D" and relation in FROM_TEXT:
        value, anchor = anchors.narrated_day()
    if name == "D" and relation in FROM_TEXT and timex.day_of(value) is None:
        return Reading("", "", modifier(found))
    step = 0 if (relation == "last" and name == "WE") else STEP[relation]
    moved = weekend(value, relation) if name == "WE" else timex.shift(value, step, name)
    return Reading(moved, anchor, modifier(found)) if moved else Reading("", "", modifier(found))


def weekend(value: str, relation: str) -> str | None:
    """The weekend a day looks back at, looks ahead to, or stands in."""
    day = timex.day_of(value)
    if day is None:
        return None
    saturday = weekday_near(day, 6, 1 if relation in ("this", "next", "following") and day.isoweekday() < 6 else -1)
    return timex.at(saturday, "WE")


def offset(found: Found, anchors: Anchors) -> Reading | None:
    """three years ago, two days later, a month earlier, the day before."""
    name = unit_in(found)
    amount = length(found)
    ahead = found.has("AHEAD")
    kind = found.value("AHEAD") or found.value("BACK")
    if amount is None:
        return Reading("FUTURE_REF" if ahead else "PAST_REF", "", modifier(found))
    told = anchors.quarter_at(found.start)
    months_between = name == "Y" and kind == "earlier" and anchors.quarter and not told and not anchors.narrative
    if kind in ("earlier", "later") and not months_between:
        value, anchor = anchors.narrated_day() if name in ("D", "W") else anchors.narrated()
    else:
        value, anchor = anchors.publication()
    if not value:
        return Reading("", "", offset_modifier(found))
    if name == "D" and timex.day_of(value) is None:
        return Reading("", "", offset_modifier(found))
    if name == "Y" and told and not ahead and not anchors.narrative:
        own = timex.year_of(told.value) or 0
        value = timex.same_part_of_year(told.value, own - round(amount))
        return Reading(value, f"narrative {told.value}", offset_modifier(found))
    moved = timex.shift(value, amount if ahead else -amount, name)
    return Reading(moved, anchor, offset_modifier(found)) if moved else Reading("", anchor, offset_modifier(found))


# "more than two years ago" lies before the value, "less than two years ago" after it.
OFFSET_MODIFIERS = {
    TimexMod.MORE_THAN: TimexMod.BEFORE, TimexMod.LESS_THAN: TimexMod.AFTER,
    TimexMod.EQUAL_OR_MORE: TimexMod.ON_OR_BEFORE, TimexMod.EQUAL_OR_LESS: TimexMod.ON_OR_AFTER,
}  # fmt: skip


def offset_modifier(found: Found) -> TimexMod | None:
    """The modifier of a date counted back from another."""
    mod = modifier(found)
    return OFFSET_MODIFIERS.get(mod, mod) if mod else None


def this_year(found: Found, anchors: Anchors) -> Reading | None:
    """year end: of the year of publication, or of the year that a history has reached."""
    value, anchor = anchors.narrated() if anchors.narrative else anchors.publication()
    return Reading(value[:4], anchor, modifier(found))


def offset_ahead(found: Found, anchors: Anchors) -> Reading | None:
    """three years from now."""
    amount, name = length(found), unit_in(found)
    if amount is None:
        return Reading("FUTURE_REF", "", modifier(found))
    value, anchor = anchors.publication()
    return Reading((timex.shift(value, amount, name) if value else "") or "", anchor, modifier(found))


def unit_before(found: Found, anchors: Anchors) -> Reading | None:
    """the day before, the year after."""
    value, anchor = anchors.narrated()
    step = -1 if anchors.text[: found.end].endswith("before") else 1
    if unit_in(found) == "D" and timex.day_of(value) is None:
        return Reading("")  # no day was told of: not the last day of the year before
    return Reading((timex.shift(value, step, unit_in(found)) if value else "") or "", anchor)


def unit_before_last(found: Found, anchors: Anchors) -> Reading | None:
    """the week before last, the year after next."""
    value, anchor = anchors.publication()
    step = 2 if found.tokens[-1].text.lower() == "next" else -2
    return Reading((timex.shift(value, step, unit_in(found)) if value else "") or "", anchor)


def time_off(found: Found, anchors: Anchors) -> Reading | None:
    """a long time ago, some time later."""
    return Reading("FUTURE_REF" if anchors.text[found.start : found.end].endswith("later") else "PAST_REF")
