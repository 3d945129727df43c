"""Named days: Christmas, Election Day, Easter, Ramadan."""

import datetime
import re

from pipeline.language import timex
from pipeline.language.anchors import Anchors
from pipeline.language.timex_fields import Reading, modifier, with_time, year_in
from pipeline.language.timex_rules import Found

# "the Good Friday Agreement", "Easter Island"
NAME_OF_AN_EVENT = re.compile(r"\s(?:Agreement|Accords?|Islands?|Rising|Parade)\b")


def named_day(found: Found, anchors: Anchors) -> Reading | None:
    """A day the calendar gives a name: Christmas, Election Day, Easter; Ramadan is known to a day or two."""
    if NAME_OF_AN_EVENT.match(anchors.text[found.end : found.end + 16]):
        return None
    rule, _, rest = found.rule.value.partition(":")
    year, anchor = year_in(found, anchors)
    month = int(rest.split(":")[0]) if rule in ("fixed", "nth") else 4
    if year is None:
        day_there = int(rest.split(":")[1]) if rule == "fixed" else None
        year, anchor = anchors.year_of(month, day_there, found.start, found.end)
    if year is None:
        return Reading(f"{timex.ANY_YEAR}-{rest.replace(':', '-')}" if rule == "fixed" else "", "", modifier(found))
    value = with_time(day_of_name(rule, rest, year), found)
    return Reading(value, anchor, modifier(found)) if value else None


def day_of_name(rule: str, rest: str, year: int) -> str | None:
    """The value of a named day in a year: fixed:12:25, nth:11:4:4 (month, weekday,
    which, days after), easter:-2, islamic:9."""
    numbers = [int(piece) for piece in rest.split(":")]
    if not 1 <= year <= 9998:
        return None
    if rule == "fixed":
        return timex.date_value(year, *numbers)
    if rule == "nth":
        month, weekday, which, *later = numbers
        day = timex.weekday_of_month(year, month, weekday, which) + datetime.timedelta(days=sum(later))
        return day.isoformat()
    if rule == "easter":
        moved = timex.shift_day(timex.easter(year), numbers[0], "D")
        return moved.isoformat() if moved else None
    first = timex.islamic_day(year, numbers[0], numbers[1])
    if first is None:
        return None
    last = timex.shift_day(first, numbers[2] - 1, "D")
    return f"{first}/{last}" if numbers[2] > 1 else first.isoformat()


NAMED_DAYS = ("fixed:", "nth:", "easter:", "islamic:")
