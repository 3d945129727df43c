"""Days: dates with a day of the month, weekdays, today and yesterday, and times of the day."""

import datetime
import re

from pipeline.labels import TimexMod
from pipeline.language import timex
from pipeline.language.anchors import Anchors, weekday_near
from pipeline.language.timex_fields import (
    FROM_TEXT,
    STEP,
    Reading,
    clock,
    day_in,
    definite,
    dotted_clock,
    half_of_the_day,
    modifier,
    month_in,
    referent,
    with_time,
    year_in,
)
from pipeline.language.timex_periods import month
from pipeline.language.timex_relative import unit
from pipeline.language.timex_rules import Found
from pipeline.language.timex_words import number


def full_date(found: Found, anchors: Anchors) -> Reading | None:
    """A day of a month, with or without its year: August 12, 2008; 27th May; July 4 of last year."""
    month, day = month_in(found), day_in(found)
    if month is None or day is None:
        return None
    year, anchor = year_in(found, anchors)
    if year is None:
        if attacks(found, anchors, month, day):
            return Reading("2001-09-11", "event of 2001")
        year, anchor = anchors.year_of(month, day, found.start, found.end)
    value = with_time(timex.date_value(year, month, day), found)
    return Reading(value, anchor, modifier(found)) if value else None


def relative_date(found: Found, anchors: Anchors) -> Reading | None:
    """last December 17, next June 1: the nearest such day before or after publication."""
    month, day = month_in(found), day_in(found)
    today = anchors.today()
    if today is None or month is None or day is None:
        return Reading("")
    back = any(token.text.lower() == "last" for token in found.tokens)
    year = today.year
    if (month, day) >= (today.month, today.day):
        year -= back
    else:
        year += not back
    value = timex.date_value(year, month, day)
    return Reading(value, anchors.publication()[1]) if value else None


ATTACKS = re.compile(
    r"\b(?:attack|terror|event|hijack|twin towers|pentagon|world trade center|9/11|al-?\s?qa|post-)", re.IGNORECASE
)


BIG_DAY = datetime.date(2001, 9, 11)


def attacks(found: Found, anchors: Anchors, month: int, day: int) -> bool:
    """ "September 11" without a year, among words of the attacks of 2001, in a text written after them."""
    if (month, day) != (9, 11) or (anchors.published and anchors.published < BIG_DAY):
        return False
    before, after = anchors.sentence(found.start, found.end)
    return bool(ATTACKS.search(before[-60:]) or ATTACKS.search(after[:60]))


# Figures that look like a date of another age are an identifier.
FIRST_YEAR, LAST_YEAR = 1000, 2300


def iso_date(found: Found, anchors: Anchors) -> Reading | None:
    """2008-08-12, 2008-08-12T14:30."""
    word = found.token("ISODATE")
    value = word[:16]
    return Reading(value) if timex.day_of(value) and FIRST_YEAR <= int(value[:4]) <= LAST_YEAR else None


def numeric_date(found: Found, anchors: Anchors) -> Reading | None:
    """8/12/2008: month first unless it cannot be; 12.8.2008: day first."""
    word = found.token("NUMDATE")
    first, second, year = (int(piece) for piece in re.split(r"[/.]", word))
    year += 0 if year > 99 else 2000 if year < 50 else 1900
    month, day = (second, first) if "." in word or first > 12 else (first, second)
    value = with_time(timex.date_value(year, month, day), found)
    return Reading(value) if value and FIRST_YEAR <= year <= LAST_YEAR else None


def weekday(found: Found, anchors: Anchors) -> Reading | None:
    """Friday, last Friday, next Tuesday night."""
    number_of_day = int(found.value("DOW"))
    value, anchor = f"{timex.ANY_WEEK}-{number_of_day}", ""
    base = anchors.today()
    if base is not None:
        day = weekday_day(found, anchors, base, number_of_day)
        from_text = found.value("REL") in FROM_TEXT and timex.day_of(anchors.narrated_day()[0]) is not None
        value, anchor = day.isoformat(), anchors.narrated_day()[1] if from_text else anchors.publication()[1]
    timed = with_time(value, found)
    return Reading(timed, anchor, modifier(found)) if timed else None


def weekday_day(found: Found, anchors: Anchors, base: datetime.date, number_of_day: int) -> datetime.date:
    """The day a weekday names, seen from publication."""
    relation = found.value("REL")
    week = datetime.timedelta(days=7)
    told = timex.day_of(anchors.narrated_day()[0]) if relation in FROM_TEXT else None
    if told is not None:
        base = told
    if told is not None and relation == "same":
        return nearest_weekday(told, number_of_day)
    if relation in ("last", "previous"):
        return weekday_near(base - datetime.timedelta(days=1), number_of_day, -1)
    if relation in ("next", "following"):
        return weekday_near(base + datetime.timedelta(days=1), number_of_day, 1)
    if relation == "this":
        past = weekday_near(base, number_of_day, -1)
        return past if anchors.direction(found.start, found.end) < 0 else past if past == base else past + week
    return weekday_near(base, number_of_day, anchors.direction(found.start, found.end))


def nearest_weekday(told: datetime.date, number_of_day: int) -> datetime.date:
    """ "that Saturday": the one nearest to the day that the text has reached."""
    ahead = (number_of_day - told.isoweekday()) % 7
    return told + datetime.timedelta(days=ahead if ahead <= 3 else ahead - 7)


def nth_weekday(found: Found, anchors: Anchors) -> Reading | None:
    """the first Monday of this month, the last Friday in March 2009."""
    period = month(found, anchors) if found.many("MON") else unit(found, anchors)
    year, of_month = (timex.year_of(period.value), timex.month_of(period.value)) if period else (None, None)
    nth = int(found.value("ORD") or -1)
    if period is None or year is None or of_month is None or nth > 5:
        return None
    day = timex.weekday_of_month(year, of_month, int(found.value("DOW")), nth)
    return Reading(day.isoformat(), period.anchor) if day.month == of_month else None


def weekday_of_week(found: Found, anchors: Anchors) -> Reading | None:
    """Tuesday of last week, Wednesday of next week."""
    relation = found.value("REL")
    value, anchor = referent(relation, anchors, definite=definite(found))
    day = timex.day_of(value)
    if day is None:
        return Reading(f"{timex.ANY_WEEK}-{found.value('DOW')}")
    monday = day + datetime.timedelta(days=7 * STEP[relation] + 1 - day.isoweekday())
    return Reading((monday + datetime.timedelta(days=int(found.value("DOW")) - 1)).isoformat(), anchor)


NAMED = re.compile(r"\b[A-Z]\w+ $")


def day_reference(found: Found, anchors: Anchors) -> Reading | None:
    """today, yesterday, tomorrow; "today" in a speech is the day of the speech."""
    if found.token("DAYREF")[:1].isupper() and NAMED.search(anchors.text[max(0, found.start - 24) : found.start]):
        return None  # "USA Today"
    step = int(found.value("DAYREF") or 0)
    base, anchor = anchors.today(), anchors.publication()[1]
    if base is None:
        return Reading("", "", modifier(found))
    moved = timex.shift_day(base, step, "D")
    value = with_time(moved.isoformat(), found) if moved else None
    return Reading(value, anchor, modifier(found)) if value else None


def time_of_day(found: Found, anchors: Anchors) -> Reading | None:
    """10 p.m., that evening, the next morning: on the day that the text is at."""
    relation = found.value("REL")
    from_text = relation in FROM_TEXT or (relation == "next" and definite(found))
    here = anchors.last if from_text else anchors.nearby(found.start)
    day = timex.day_of(here.value) if here else None
    anchor = f"narrative {day}" if day else ""
    if (relation in ("this", "last", "next") and not definite(found)) or (day is None and not anchors.narrative):
        day, anchor = anchors.today(), anchors.publication()[1]
    if day is None:
        value = with_time(timex.ANY_DAY, found)
        return Reading(value) if value else None
    step = STEP.get(relation, 0) if relation != "last" or "NI" in found.value("PART") else 0
    moved = timex.shift_day(day, step, "D")
    value = with_time(moved.isoformat(), found) if moved else None
    return Reading(value, anchor, modifier(found)) if value else None


def part_told(found: Found, anchors: Anchors) -> Reading | None:
    """ "in the afternoon", where the paragraph has just named the day."""
    here = anchors.nearby(found.start)
    day = timex.day_of(here.value) if here else None
    value = with_time(day.isoformat(), found) if day else None
    return Reading(value, f"narrative {day}") if value else None


def part_before(found: Found, anchors: Anchors) -> Reading | None:
    """the night before: of the day that the text has reached."""
    value, anchor = anchors.narrated()
    day = timex.day_of(value)
    before = timex.shift_day(day, -1, "D") if day else None
    timed = with_time(before.isoformat() if before else timex.ANY_DAY, found)
    return Reading(timed, anchor if before else "") if timed else None


def early_hours(found: Found, anchors: Anchors) -> Reading | None:
    """the early hours of Tuesday: the beginning of its morning."""
    reader = day_reference if found.has("DAYREF") else full_date if found.has("FULLDATE") else weekday
    reading = reader(found, anchors)
    if reading is None or timex.day_of(reading.value) is None:
        return None
    return Reading(f"{reading.value}TMO", reading.anchor, TimexMod.START)


def spoken_clock(found: Found, anchors: Anchors) -> Reading | None:
    """half past nine in the morning, quarter to six."""
    hour = int(found.token("HOUR") or found.value("NUM") or 99)
    words = [token.text.lower() for token in found.tokens[:2]]
    half = found.value("AMPM") or half_of_the_day(found.value("PART"), hour)
    if not 1 <= hour <= 12:
        return None
    minutes = (hour % 12 + (12 if half == "PM" else 0)) * 60 if half else hour * 60
    minutes += 30 if words[0] == "half" else -15 if words[1] == "to" else 15
    return at_time(f"{minutes // 60 % 24:02d}:{minutes % 60:02d}", found, anchors)


def stamp(found: Found, anchors: Anchors) -> Reading | None:
    """The time at the head of an entry of a running report, or of the last update: of the day of publication."""
    time = dotted_clock(found) if found.has("DECIMAL") else clock(found)
    if time is None:
        return None
    day = anchors.published
    return Reading(f"{day or timex.ANY_DAY}T{time}", f"publication {day}" if day else "")


def day_told(found: Found, anchors: Anchors) -> Reading | None:
    """ "on the 12th": of the month that the text has reached."""
    before = anchors.text[max(0, found.start - 3) : found.start]
    if re.match(r"\s[A-Z]", anchors.text[found.end : found.end + 2]) and before != "On ":
        return None  # "before the 24th Congress"
    value, anchor = anchors.narrated()
    if timex.month_of(value) is None:
        value, anchor = anchors.publication()
    year, of_month, day = timex.year_of(value), timex.month_of(value), number(found.token("THATDAY"))
    if year is None or of_month is None:
        return Reading(f"{timex.ANY_YEAR}-XX-{day:02d}")
    if anchor.startswith("publication") and day > int(value[-2:]) and anchors.direction(found.start, found.end) <= 0:
        year, of_month = (year, of_month - 1) if of_month > 1 else (year - 1, 12)
    since = PAST_SINCE.search(anchors.text[max(0, found.start - 12) : found.start])
    if since and anchors.is_ahead(timex.date_value(year, of_month, day) or ""):  # no "19th" of a month to come
        year, of_month = (year, of_month - 1) if of_month > 1 else (year - 1, 12)
    told = timex.date_value(year, of_month, day)
    return Reading(told, anchor) if told else None


PAST_SINCE = re.compile(r"\bsince\s(?:the\s)?$", re.IGNORECASE)


def day_range(found: Found, anchors: Anchors) -> Reading | None:
    """July 4-5 of this year, 3 to 7 May 1998: one stretch from the first day to the last."""
    of_month = month_in(found)
    days = range_days(found)
    year, anchor = year_in(found, anchors)
    if of_month is None or days is None or days[0] >= days[1]:
        return None
    if year is None:
        year, anchor = anchors.year_of(of_month, days[0], found.start, found.end)
    first, last = timex.date_value(year, of_month, days[0]), timex.date_value(year, of_month, days[1])
    return Reading(f"{first}/{last}", anchor, modifier(found)) if first and last else None


def range_days(found: Found) -> tuple[int, int] | None:
    """The two days of "4-5" or of "4 to 5"."""
    if found.has("NUMRANGE"):
        first, last = re.split(r"[-–]", found.token("NUMRANGE"))
        return number(first), number(last)
    words = [part[0].text for name in ("DAY", "ORDDAY") for part in found.groups.get(name, ())]
    return (number(words[0]), number(words[1])) if len(words) == 2 else None


def second_day(found: Found, anchors: Anchors) -> Reading | None:
    """The second day of "May 4 and 5": of the month named before it."""
    return _day_of_two(found, anchors, -1)


def first_day(found: Found, anchors: Anchors) -> Reading | None:
    """The first day of "4 and 5 May": of the month named after it."""
    return _day_of_two(found, anchors, 0)


def middle_day(found: Found, anchors: Anchors) -> Reading | None:
    """The second day of "May 4, 5 and 6"."""
    return _day_of_two(found, anchors, 1)


def _day_of_two(found: Found, anchors: Anchors, which: int) -> Reading | None:
    of_month = month_in(found)
    words = [part[0].text for name in ("DAY", "ORDDAY") for part in found.groups.get(name, ())]
    if of_month is None or len(words) < 2:
        return None
    day = number(words[which])
    year, anchor = year_in(found, anchors)
    if year is None:
        year, anchor = anchors.year_of(of_month, day, found.start, found.end)
    value = timex.date_value(year, of_month, day)
    return Reading(value, anchor) if value else None


def day_after(found: Found, anchors: Anchors) -> Reading | None:
    """the day after tomorrow, the day before yesterday."""
    today = anchors.today()
    if today is None:
        return Reading("")
    moved = timex.shift_day(today, 2 * int(found.value("DAYREF")), "D")
    return Reading(moved.isoformat(), anchors.publication()[1]) if moved else None


def clock_time(found: Found, anchors: Anchors) -> Reading | None:
    """21:54, 10 p.m., noon: on the day that the text is at."""
    time = clock(found)
    return at_time(time, found, anchors) if time else None


# "a curfew from 11 p.m. to 5 a.m.": every day.
RECURRING = re.compile(
    r"\b(?:curfews? from|(?:every|each) (?:day|night|morning|evening)|(?:twice|once) a day|daily|nightly)\b"
)


def at_time(time: str, found: Found, anchors: Anchors) -> Reading:
    """A time of day on the day that the text is at; of no day where the sentence tells of what recurs."""
    if any(RECURRING.search(side) for side in anchors.sentence(found.start, found.end)):
        return Reading(f"{timex.ANY_DAY}T{time}", "", modifier(found))
    here = anchors.nearby(found.start)
    day = timex.day_of(here.value) if here else None
    if day is not None:
        return Reading(f"{day}T{time}", f"narrative {day}", modifier(found))
    today = anchors.today()
    if today is None or anchors.narrative:
        return Reading(f"{timex.ANY_DAY}T{time}", "", modifier(found))
    return Reading(f"{today}T{time}", anchors.publication()[1], modifier(found))


def zoned_time(found: Found, anchors: Anchors) -> Reading | None:
    """2030 GMT, 1900 GMT Thursday."""
    today = anchors.today()
    if not found.has("DOW") or today is None:
        return clock_time(found, anchors)
    time = clock(found)
    day = weekday_day(found, anchors, today, int(found.value("DOW")))
    return Reading(f"{day}T{time}", anchors.publication()[1]) if time else None


def week_of(found: Found, anchors: Anchors) -> Reading | None:
    """the week of November 14."""
    day = full_date(found, anchors)
    date = timex.day_of(day.value) if day else None
    return Reading(timex.at(date, "W"), day.anchor) if day and date else None
