"""Values of dates: arithmetic on TIMEX3 values, and the calendar days that they denote.

A year is a number, negative before Christ; a value is a string such as 2008, 2008-08, 2008-W33, 2008-Q3, 1990-SU,
199 (a decade), 19 (a century), 2008-08-12T14:30, BC0480, or an ISO 8601 interval A/B.
"""

import calendar
import datetime
import re

from pipeline.labels import TimexType

# TIMEX3 (ISO 24617-1) writes X for digits that the text leaves open: any Monday is XXXX-WXX-1.
ANY_YEAR = "XXXX"
ANY_WEEK = f"{ANY_YEAR}-WXX"
ANY_DAY = f"{ANY_YEAR}-XX-XX"

# First month and length in months; winter begins in December and ends in the next year.
SEASONS = {"SP": (3, 3), "SU": (6, 3), "FA": (9, 3), "AU": (9, 3), "WI": (12, 3)}
LONGEST = 4000  # a count above this is no count of years that a date could be shifted by
UNIT_NAMES = {"TH": "H", "TM": "M", "TS": "S", "NI": "D"}

Interval = tuple[datetime.date, datetime.date]

_YEARS = re.compile(r"(\d{2,4})X{0,2}(?:-XX){0,2}(?:T.*)?")
_MONTHS = re.compile(r"(\d{4})-(\d\d)(?:-XX)?(?:T.*)?")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T.*)?")
_WEEK = re.compile(r"(\d{4})-W(\d{1,2})(?:-(WE|[1-7]))?(?:T.*)?")
_PARTS = re.compile(r"(\d{4})-(Q[1-4]|H[12]|SP|SU|FA|AU|WI)")


def bounds(value: str) -> Interval | None:
    """First and last day of the value; `None` where it names no days of the calendar.

    Spring is March to May, winter December to the end of February of the next year; weeks are ISO weeks.

    >>> [str(day) for day in bounds("2010-11")]
    ['2010-11-01', '2010-11-30']
    """
    if value.count("/") == 1:
        first, last = (bounds(side) for side in value.split("/"))
        return (first[0], last[1]) if first and last else None
    try:
        return _bounds(value)
    except ValueError:
        return None


def _bounds(value: str) -> Interval | None:
    if match := _DAY.fullmatch(value):
        day = datetime.date.fromisoformat(match[1])
        return day, day
    if match := _MONTHS.fullmatch(value):
        return _months(int(match[1]), int(match[2]), 1)
    if match := _WEEK.fullmatch(value):
        first, last = {"": (1, 7), "WE": (6, 7)}.get(match[3] or "", (0, 0))
        first, last = (first, last) if first else (int(match[3]), int(match[3]))
        year, week = int(match[1]), int(match[2])
        return datetime.date.fromisocalendar(year, week, first), datetime.date.fromisocalendar(year, week, last)
    if match := _PARTS.fullmatch(value):
        return _part_of_year(int(match[1]), match[2])
    if match := _YEARS.fullmatch(value):
        digits = match[1]
        length = 10 ** (4 - len(digits))
        first_year = int(digits) * length
        return _months(max(first_year, 1), 1, 12 * length - (12 if first_year == 0 else 0))
    return None


def _months(year: int, month: int, length: int) -> Interval:
    last_year, last_month = divmod(year * 12 + month - 1 + length - 1, 12)
    last_day = calendar.monthrange(last_year, last_month + 1)[1]
    return datetime.date(year, month, 1), datetime.date(last_year, last_month + 1, last_day)


def _part_of_year(year: int, part: str) -> Interval:
    if part[0] == "Q":
        return _months(year, 3 * int(part[1]) - 2, 3)
    if part[0] == "H":
        return _months(year, 6 * int(part[1]) - 5, 6)
    return _months(year, *SEASONS[part])


def year_of(value: str) -> int | None:
    """The year a value stands in, negative before Christ; `None` where it names none."""
    match = re.match(r"(BC)?(\d{4})", value)
    return None if match is None else int(match[2]) * (-1 if match[1] else 1)


def month_of(value: str) -> int | None:
    """The month a value stands in; `None` where it names none."""
    match = re.match(r"(?:BC)?\d{4}-(\d\d)", value)
    return int(match[1]) if match else None


def season_of(value: str) -> int | None:
    """The first month of the season that a value names; `None` where it names none."""
    match = re.fullmatch(r"(?:BC)?\d{4}-(SP|SU|FA|AU|WI)", value)
    return SEASONS[match[1]][0] if match else None


def day_of(value: str) -> datetime.date | None:
    """The day a value names; `None` where it names a longer stretch or none."""
    match = re.match(r"\d{4}-\d\d-\d\d", value)
    days = bounds(match[0]) if match else None
    return days[0] if days else None


def year_value(year: int) -> str:
    """The value of a year: 1998, BC0480."""
    return f"{year:04d}" if year > 0 else f"BC{-year:04d}"


def date_value(year: int | None, month: int | None = None, day: int | None = None) -> str | None:
    """The value of a year, month or day, with `ANY_YEAR` for an unknown year; `None` where there is no such day."""
    if month is not None and not 1 <= month <= 12:
        return None
    if day is not None and (month is None or not 1 <= day <= _last_day(year, month)):
        return None
    head = ANY_YEAR if year is None else year_value(year)
    return head + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if day else "")


def _last_day(year: int | None, month: int) -> int:
    return calendar.monthrange(year if year and 0 < year < 9999 else 2000, month)[1]


def at(day: datetime.date, unit: str) -> str:
    """The week, month, quarter ... that a day falls in."""
    iso = day.isocalendar()
    values = {
        "D": day.isoformat(),
        "W": f"{iso.year:04d}-W{iso.week:02d}",
        "F": f"{iso.year:04d}-W{iso.week:02d}",
        "WE": f"{iso.year:04d}-W{iso.week:02d}-WE",
        "M": f"{day.year:04d}-{day.month:02d}",
        "Q": f"{day.year:04d}-Q{(day.month + 2) // 3}",
        "H": f"{day.year:04d}-H{(day.month + 5) // 6}",
        "Y": f"{day.year:04d}",
        "DE": f"{day.year // 10:03d}",
        "CE": f"{day.year // 100:02d}",
        "ML": f"{day.year // 1000:01d}",
    }
    return values.get(unit, day.isoformat())


def shift_day(day: datetime.date, number: float, unit: str) -> datetime.date | None:
    """The day so many units later (earlier when negative); `None` beyond the calendar."""
    days = {"D": 1.0, "NI": 1.0, "W": 7.0, "WE": 7.0, "F": 14.0, "TH": 1 / 24, "TM": 1 / 1440, "TS": 1 / 86400}
    months = {"M": 1, "Q": 3, "H": 6, "Y": 12, "DE": 120, "CE": 1200, "ML": 12000}
    try:
        if unit in days:
            return day + datetime.timedelta(days=int(number * days[unit]))
        year, month = divmod(day.year * 12 + day.month - 1 + round(number * months[unit]), 12)
        return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError, KeyError, calendar.IllegalMonthError):
        return None


def shift(value: str, number: float, unit: str) -> str | None:
    """The value so many units from another one: ("1989-Q3", -1, "Y") is 1988; ("BC0490", -10, "Y") is BC0500."""
    year = year_of(value)
    if unit in ("Y", "DE", "CE") and year is not None:
        length = {"Y": 1, "DE": 10, "CE": 100}[unit]
        moved = year + round(number * length)
        if year < 0 <= moved or moved <= 0 < year:  # there is no year zero
            moved += 1 if year < 0 else -1
        if not 0 < abs(moved) <= 9999:
            return None
        text = year_value(moved)
        return text if unit == "Y" else text[: -1 if unit == "DE" else -2]
    days = bounds(value)
    moved_day = shift_day(days[0], number, unit) if days else None
    return at(moved_day, unit) if moved_day else None


def same_part_of_year(value: str, year: int) -> str:
    """The same quarter, month or day of another year: ("1989-Q3", 1988) is 1988-Q3."""
    return year_value(year) + value[4:]


def duration(number: float | None, unit: str) -> str:
    """The value of a length of time: P15Y, P18M for a year and a half, PXD for some days."""
    if unit == "F":
        number, unit = (None if number is None else number * 2), "W"
    if number is not None and number % 1 == 0.5 and unit in ("Y", "DE"):
        number, unit = (number * 12, "M") if unit == "Y" else (number * 10, "Y")
    amount = "X" if number is None else f"{number:g}" if number < 1e6 else f"{number:.0f}"
    name = UNIT_NAMES.get(unit, unit)
    return f"P{'T' if unit in ('TH', 'TM', 'TS') else ''}{amount}{name}"


def type_of(value: str, kind: TimexType) -> TimexType:
    """TIME for a date that carries a time of day, else the type given."""
    return TimexType.TIME if kind is TimexType.DATE and re.search(r"\dT|XT", value) else kind


def easter(year: int) -> datetime.date:
    """Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)


def weekday_of_month(year: int, month: int, weekday: int, nth: int) -> datetime.date:
    """The nth Monday (weekday 1) of a month; the last one for nth -1."""
    if nth > 0:
        first = datetime.date(year, month, 1)
        return first + datetime.timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))
    last = _months(year, month, 1)[1]
    return last - datetime.timedelta(days=(last.isoweekday() - weekday) % 7)


def islamic_day(year: int, month: int, day: int) -> datetime.date | None:
    """The day of a month of the tabular Islamic calendar that falls in a Gregorian year; true to a day or two."""
    for hijri in range((year - 622) * 33 // 32, (year - 622) * 33 // 32 + 3):
        number = day + (59 * (month - 1) + 1) // 2 + (hijri - 1) * 354 + (3 + 11 * hijri) // 30 + 227014
        if 0 < number < 3652059 and datetime.date.fromordinal(number).year == year:
            return datetime.date.fromordinal(number)
    return None
