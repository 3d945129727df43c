"""Days: the full dates that a short text writes out, and the words beside them that say what they date."""

import datetime
import re
from collections.abc import Iterator

MONTH_NAMES = (
    ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",), ("jun", "june"),
    ("jul", "july"), ("aug", "august"), ("sep", "sept", "september"), ("oct", "october"), ("nov", "november"),
    ("dec", "december"),
)  # fmt: skip
MONTH_NUMBERS = {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names}
MONTH = rf"(?P<month>{'|'.join(sorted(MONTH_NUMBERS, key=lambda name: (-len(name), name)))})\b\.?"
DAY = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?\b"
# Pasted pages run their lines together: "Mar 27, 20255 min read", "May 4, 202111:01 AM", "May 4, 20213 Comments".
AFTER_YEAR = r"\s?(?:min|comment)|[0-9]?:[0-5][0-9]|[0-9]?$"
YEAR = rf"(?P<year>(?:19|20)[0-9]{{2}})(?![0-9](?!{AFTER_YEAR}))"
# "By Ines CalderMay 4, 2021"
EDGE = r"(?:\b|(?-i:(?<=[a-z0-9])(?=[A-Z])))"
DATE_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>(?:19|20)[0-9]{2})[-/.](?P<month>[01]?[0-9])[-/.](?P<day>[0-3]?[0-9])(?![0-9])",
        rf"{EDGE}{MONTH}\s{{0,2}}{DAY}(?:,|\s)\s{{0,2}}{YEAR}",
        rf"(?<![0-9]){DAY}(?:\s|-|\sof\s){MONTH}(?:,|\s|-)\s{{0,2}}{YEAR}",
        r"(?<![0-9/.])(?P<first>[0-3]?[0-9])(?P<mark>[/.-])(?P<second>[0-3]?[0-9])(?P=mark)(?P<year>(?:19|20)[0-9]{2})(?![0-9])",
    )
)
UPDATED = re.compile(r"\b(?:updated|modified|edited|revised)\b", re.IGNORECASE)
PUBLISHED = re.compile(
    r"\b(?:first published|published|posted|created|issued|date)\b(?: (?:on|at))?:?\s*", re.IGNORECASE
)
MAX_CHARACTERS = 400
# The languages that news databases speak to their readers.
LANGUAGES = ["de", "fr", "es", "it", "pt", "nl", "sv", "pl"]
WHOLE_DAY = re.compile(r"[0-3]?\d\.?(?: de)? [^\W\d_]{3,12}\.?(?: de)? (?:19|20)\d{2}")


def date_spans(text: str) -> Iterator[tuple[int, int, datetime.date]]:
    """The full dates of a text, day, month and year, in order."""
    if "20" not in text and "19" not in text:
        return
    found = [
        (match.start(), match.end(), day)
        for pattern in DATE_PATTERNS
        for match in pattern.finditer(text[:MAX_CHARACTERS])
        if (day := _day_of(match))
    ]
    position = 0
    for start, end, day in sorted(found):
        if start >= position:
            yield start, end, day
            position = end


def _day_of(match: re.Match[str]) -> datetime.date | None:
    parts = match.groupdict()
    year = int(parts["year"])
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        # "4/5/2021" is April in Boston and May in Leeds; "19/11/2019" is one day everywhere.
        if first <= 12 and second <= 12 and first != second:
            return None
        month, day = (second, first) if second <= 12 else (first, second)
    else:
        month, day = _month_number(parts["month"]), int(parts["day"])
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def day_of(moment: datetime.date) -> datetime.date:
    """The calendar day of a date or a datetime."""
    return moment.date() if isinstance(moment, datetime.datetime) else moment


def day_abroad(text: str) -> datetime.date | None:
    """The day that a short text consists of, in English or another language: "4 Dezember 2003"."""
    found = next(date_spans(text), None)
    if found:
        return found[2]
    if not WHOLE_DAY.fullmatch(text.strip()):
        return None
    import dateparser

    parsed = dateparser.parse(text.strip(), languages=LANGUAGES, settings={"REQUIRE_PARTS": ["day", "month", "year"]})
    return parsed.date() if parsed else None


def _month_number(month: str) -> int:
    return int(month) if month.isdigit() else MONTH_NUMBERS[month.lower().rstrip(".")]
