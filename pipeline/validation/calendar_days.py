"""The first and last calendar day that a TIMEX3 value denotes.

Gold gives a date its value and, where the value does not say it, its bounds. This reading is separate from that of the
extractor, so that an error there does not become the gold's as well; a test holds the two against each other.
"""

import calendar
import datetime
import re
from collections.abc import Callable

Days = tuple[datetime.date, datetime.date]

# Meteorological seasons; winter ends in February of the next year.
FIRST_MONTH_OF_SEASON = {"SP": 3, "SU": 6, "FA": 9, "AU": 9, "WI": 12}


def days_of(value: str) -> Days | None:
    """The first and last day of a value; `None` where it names no days of the calendar.

    >>> [day.isoformat() for day in days_of("2011-07-04/2011-07-05")]
    ['2011-07-04', '2011-07-05']
    """
    value = value.strip().upper()
    if value.count("/") == 1:
        first, last = (days_of(side) for side in value.split("/"))
        return (first[0], last[1]) if first and last else None
    # A time of the day, "2010-11-20T21:54", is a part of its day.
    value = value.split("T")[0] if re.match(r"[0-9X-]+T", value) else value
    for shape, read in READERS:
        if match := re.fullmatch(shape, value):
            try:
                return read(*match.groups())
            except ValueError:  # 2011-02-30
                return None
    return None


def _months(year: int, month: int, count: int) -> Days:
    last = year * 12 + month - 1 + count - 1
    last_year, last_month = last // 12, last % 12 + 1
    last_day = calendar.monthrange(last_year, last_month)[1]
    return datetime.date(year, month, 1), datetime.date(last_year, last_month, last_day)


def _years(digits: str, *_: str | None) -> Days:
    """2010, 199 (a decade), 19 (a century)."""
    length = 10 ** (4 - len(digits))
    first = int(digits) * length
    return datetime.date(max(first, 1), 1, 1), datetime.date(first + length - 1, 12, 31)


def _month(year: str, month: str) -> Days:
    return _months(int(year), int(month), 1)


def _day(value: str) -> Days:
    day = datetime.date.fromisoformat(value)
    return day, day


def _week(year: str, week: str, day: str | None) -> Days:
    first, last = {None: (1, 7), "WE": (6, 7)}.get(day) or (int(day or 1), int(day or 7))
    return (
        datetime.date.fromisocalendar(int(year), int(week), first),
        datetime.date.fromisocalendar(int(year), int(week), last),
    )


def _quarter(year: str, quarter: str) -> Days:
    return _months(int(year), 3 * int(quarter) - 2, 3)


def _half(year: str, half: str) -> Days:
    return _months(int(year), 6 * int(half) - 5, 6)


def _season(year: str, season: str) -> Days:
    return _months(int(year), FIRST_MONTH_OF_SEASON[season], 3)


READERS: tuple[tuple[str, Callable[..., Days]], ...] = (
    (r"([0-9]{4})(?:-XX){0,2}", _years),
    (r"([0-9]{3})X?(?:-XX){0,2}", _years),
    (r"([0-9]{2})(?:XX)?(?:-XX){0,2}", _years),
    (r"([0-9]{4})-([0-9]{2})(?:-XX)?", _month),
    (r"([0-9]{4}-[0-9]{2}-[0-9]{2})", _day),
    (r"([0-9]{4})-W([0-9]{1,2})(?:-(WE|[1-7]))?", _week),
    (r"([0-9]{4})-Q([1-4])", _quarter),
    (r"([0-9]{4})-H([12])", _half),
    (r"([0-9]{4})-(SP|SU|FA|AU|WI)", _season),
)
