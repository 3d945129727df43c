"""Metadata: headline, byline, date of publication and series note, as the lines around a headline give them."""

import datetime
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import lexicons
from pipeline.cleaning.features import LISTS, MONTHS, REMEMBERED, Line, read_line
from pipeline.readers.days import DAY, MONTH, MONTH_NUMBERS, PUBLISHED, UPDATED, date_spans

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

HOUR = 60

DAY_WITHOUT_YEAR = re.compile(rf"\b{MONTH}\s{DAY}|\b[0-3]?[0-9](?:st|nd|rd|th)?\s(?:{'|'.join(MONTH_NUMBERS)})\b", re.I)
TIME = re.compile(
    r"(?<![0-9:])(?P<hour>[0-2]?[0-9])(?:[:.h](?P<minute>[0-5][0-9])(?::[0-5][0-9](?:\.[0-9]{1,6})?)?)?"
    r"\s?(?P<half>[ap]\.?\s?m\b\.?)?\s?\(?(?P<zone>[A-Z]{1,4}\b|(?=[+-]))?\)?(?P<shift>[+-][0-9]{1,2}:?(?:[0-9]{2})?)?",
    re.IGNORECASE,
)
COMPACT_TIME = re.compile(r"\b(?P<hour>[0-2][0-9])(?P<minute>[0-5][0-9])\s(?P<zone>GMT|UTC|BST|EST|EDT)\b")
# How far after a date its time may begin: "September 29, 2011 at 21:54".
TIME_REACH = 16

DATE_WORDS = LISTS["dating"] | MONTHS
MAX_DATELINE_WORDS = 24
NAME_PARTICLES, ROLES, NETWORKS = LISTS["name_particle"], LISTS["role"], LISTS["network"]
# "ByInes Calder": pasted pages run their words together, too.
BYLINE = re.compile(
    r"^(?:(?i:written|reported|reporting|story|words|analysis|opinion|posted)\s)?"
    r"(?:(?i:by):?\s(?:By\s)?|(?:[Bb]y:|By)(?=[A-Z])|Author:\s?(?=[A-Z]))"
)
SIGNED = re.compile(r"\b[Bb][Yy]:?\s(?=[A-Z])")
# "Ines Calder@inescalder": the name of an account is none of the writer's.
ACCOUNT = re.compile(r"\s?@\w{1,40}\b")
# "Ines CalderStaff Writer": pasted pages run name and role together.
JOINT = re.compile(r"(?<=[a-z])(?=[A-Z])")
NAME_SPLIT = re.compile(r",\s|\s(?:and|AND|&|with|for|in|of|from|at)\s|\s?[|•·—–/]\s?")
ALSO = re.compile(r"\s(?:and|&)\s")
PLACED = re.compile(r"\s(?:in|for|from)\s")
NAME_END = re.compile(r",\s|\s[|/•·]\s")
ORDINAL = r"(?:first|second|third|fourth|fifth|last|final)"
NUMBER = r"(?:[0-9]{1,2}|[ivx]{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)"
PIECE = r"(?: (?:article|chapter|column|dispatch|episode|essay|instalment|installment|part|piece|report|story))?"
SERIES = re.compile(
    rf"^\W{{0,3}}(?:(?:this is )?(?:the )?{ORDINAL}{PIECE} (?:in|of) "
    rf"(?:a|an|our|the|two|three|four|five)\b|part {NUMBER}\b(?: (?:of|in)\b|\W{{0,3}}$))",
    re.IGNORECASE,
)
# "After the war: a series in five parts", "Borderlands | A three-part series"
WHOLE_SERIES = re.compile(
    rf"(?:^|[:|,–—-]\s?)(?:a|an) (?:series (?:in|of) {NUMBER} \w+|{NUMBER}-part series)\W{{0,3}}$", re.IGNORECASE
)
# "This is the third essay in a series on borders. The first looked at ...": longer, and sure.
OF_A_SERIES = re.compile(rf"^\W{{0,3}}this is the {ORDINAL}{PIECE} (?:in|of) (?:a|our|the) series\b", re.IGNORECASE)
MAX_SERIES_WORDS, LONGEST_SERIES = 20, 60
# What divides a line into parts that say different things: "Ines Calder | 4 May 2021 | 4 min read".
PART = re.compile(r"\s+[|•·]\s+|\s{2,}")
# "(Reporting by Ines Calder in Cairo; editing by Tomas Wren)", "With reporting by Ines Calder in Cairo"
CREDIT = re.compile(
    r"^\(?(?:(?:with|additional|further)\s){0,2}(?P<work>reporting|writing|editing)\s(?:and\swriting\s)?by:?\s(?=[A-Z])",
    re.IGNORECASE,
)
MAX_CREDIT_WORDS = 60
# "ABUJA, July 31 (Harbour Wire) - ...", "ABUJA, 31 July -": a wire's dateline knows no year.
WIRE = re.compile(
    rf"^(?P<place>[^\d()|]{{2,40}}),\s(?:{MONTH}\s{DAY}|(?P<first_day>[0-3]?[0-9])\s(?P<then_month>{'|'.join(MONTH_NUMBERS)})\b\.?)"
    r"\s?(?:\([^()]{2,40}\))?\s?(?:[–—-]|$)",
    re.IGNORECASE,
)
MAX_WIRE = 120
RIGHTS = re.compile(r"©|\(c\)|\bcopyright\b", re.IGNORECASE)
YEAR_OF_RIGHTS = re.compile(r"\b(?:19|20)[0-9]{2}\b")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Parts of a menu, and how many words they have each on average.
MENU_PARTS, MENU_WORDS = 3, 2
SECTION_NAMES, HEADINGS = LISTS["section"], LISTS["heading"]
BESIDE_DATES = " ,|/•·-–—"


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line that dates the article: the day, or the minute, it names, and whether it is that of an update."""

    published: datetime.date | None
    updated: bool


def is_series_note(line: Line) -> bool:
    """Whether the block says which part of a series the article is."""
    if len(line.words) <= MAX_SERIES_WORDS:
        return bool(SERIES.match(line.text) or WHOLE_SERIES.search(line.text))
    return len(line.words) <= LONGEST_SERIES and bool(OF_A_SERIES.match(line.text))


def is_a_menu(line: Line) -> bool:
    """Whether the block names sections of a site: "Home   World   Opinion", "Markets · Ports · Tea"."""
    parts = [part.split() for part in PART.split(line.text.strip())]
    if len(parts) >= MENU_PARTS and sum(map(len, parts)) <= MENU_WORDS * len(parts):
        return True
    return len(line.words) >= MENU_PARTS and 2 * sum(map(SECTION_NAMES.__contains__, line.words)) > len(line.words)


def is_credit(line: Line) -> bool:
    """Whether the block says who reported, wrote and edited an article, and nothing else."""
    if len(line.words) > MAX_CREDIT_WORDS or not CREDIT.match(line.text):
        return False
    # "Reporting by Harbour Post has shown that ..." tells; a credit ends with a name.
    parts = [CREDIT.sub("", part.strip(), count=1) for part in line.text.strip("()").split(";")]
    return all(_names_in(part) and " ".join(part.split()[-1:])[:1].isupper() for part in parts)


def credit_of(line: Line) -> str:
    """The names of those who reported and wrote, by a credit under the article; those who helped do not sign it."""
    if not is_credit(line) or not line.text.lstrip("(").lower().startswith(("reporting", "writing")):
        return ""
    # "Ines Calder in Cairo and Tomas Wren in Rome": a place after each name.
    signed = ALSO.split(CREDIT.sub("", line.text.strip("()").split(";")[0], count=1))
    return ", ".join(name for part in signed[:8] for name in _names_in(part))


def wire_day(line: Line, page: Sequence[Line], year: int) -> datetime.date | None:
    """The day of a wire's dateline in a year, if `page`, the lines after it, names no other day of the week."""
    found = WIRE.match(line.text[:MAX_WIRE])
    if not found or not found["place"].split()[0].isupper():
        return None
    month = (found["month"] or found["then_month"]).lower().rstrip(".")
    try:
        day = datetime.date(year, MONTH_NUMBERS[month], int(found["day"] or found["first_day"]))
    except ValueError:
        return None
    named = {at for at, name in enumerate(WEEKDAYS) for told in page if name in told.words}
    return day if not named or day.weekday() in named else None


def year_of_rights(lines: Sequence[Line]) -> int | None:
    """The one year that the copyright lines of a page name."""
    claims = (text for line in lines if _may_claim(text := line.text[:300].lower()) and RIGHTS.search(text))
    years = {year for claim in claims for year in YEAR_OF_RIGHTS.findall(claim)}
    return int(years.pop()) if len(years) == 1 else None


def _may_claim(text: str) -> bool:
    # Spares most lines the search.
    return "copyright" in text or "©" in text or "(c)" in text


def signed_in_parts(line: Line) -> str:
    """The names of a line that also gives the date, in parts: "OBITUARY | Ines Calder | Sunday, 4 May 2021"."""
    parts = PART.split(line.text.strip())
    if len(line.words) > MAX_DATELINE_WORDS or not 2 <= len(parts) <= 6 or not any(map(_dates, parts)):
        return ""
    for part in parts:
        names = [name.strip() for name in ALSO.split(BYLINE.sub("", part, count=1))]
        if all(map(_is_name, names)) and not _is_section(part) and not _dates(part):
            return ", ".join(names)
    return ""


def _dates(part: str) -> bool:
    return len(part) < 60 and any(True for _ in date_spans(part))


def _is_section(part: str) -> bool:
    return not SECTION_NAMES.isdisjoint(part.lower().split())


def byline_of(line: Line) -> str:
    """The names a byline gives, without roles; empty when the block is no byline."""
    if not line.words or len(line.words) > MAX_DATELINE_WORDS or line.text.endswith((".", "?")):
        return ""
    return _names_signing(line.text)


@functools.lru_cache(maxsize=REMEMBERED)
def _names_signing(line_text: str) -> str:
    # The choice of a headline asks the same lines again and again.
    line, text = read_line(line_text), _without_account(line_text)
    if opening := BYLINE.match(text):
        return ", ".join(_names_in(text[opening.end() :]))
    if names := signed_in_parts(line):
        return names
    if not date_of(line):
        return ""
    # "December 2, 2021 by Ines Calder", "Ines Calder December 2, 2021"
    if signed := SIGNED.search(text):
        return ", ".join(_names_in(text[signed.end() :]))
    # "September 29, 2025/Ines Calder"
    name = (_cut_at_date(text) or _after_date(text)).strip(BESIDE_DATES)
    return name if _is_name(name) and not name.startswith("The ") and MONTHS.isdisjoint(name.lower().split()) else ""


def is_bare_by(line: Line) -> bool:
    """Whether the block is the word that announces the name on the next line."""
    return line.words in (("by",), ("written", "by"), ("author",))


def signature_of(line: Line) -> str:
    """The names of a line that is nothing but names, with roles or places: "Ines Calder, Political Correspondent"."""
    text = _without_account(line.text).rstrip(" |")
    if not 2 <= len(line.words) <= 16 or text[-1:] in ".?!:" or line.words[0] in ("by", "the"):
        return ""
    # "Ines Calder | Harbour Post": another part of the page follows.
    signed = NAME_END.split(text)[0]
    if signed.isupper() and len(signed.split()) > 3:
        return ""
    if not HEADINGS.isdisjoint(signed.lower().split()):  # "Key Points"
        return ""
    # "Ines Calder in Brussels and Tomas Wren in Rome"
    names = [_without_place(part) for part in ALSO.split(signed)]
    return ", ".join(names) if all(map(_is_name, names)) and _only_places(text, signed) else ""


def _without_place(text: str) -> str:
    found = PLACED.search(text)
    return text[: found.start()] if found and _is_name_word(text[found.end() :].split(" ")[0]) else text


def _only_places(text: str, signed: str) -> bool:
    # "Ines Calder, Political Correspondent" and "Ines Calder, Cairo", but not "Geneva Accords, the forgotten"
    rest = text[len(signed) :]
    if not rest.startswith(","):
        return True
    words = rest.strip(", ").split()
    return not ROLES.isdisjoint(rest.lower().split()) or (len(words) <= 2 and all(map(_is_name_word, words)))


def _names_in(text: str) -> list[str]:
    """The names at the start of a text, in order, up to the first part that is none."""
    names: list[str] = []
    for part in NAME_SPLIT.split(_cut_at_date(text))[:8]:
        name = _without_role(part.strip(" .,:;|-*"))
        if _is_name(name) or (not names and _is_single_name(name)):
            names.append(name)
        elif names:
            break
    return names


def _cut_at_date(text: str) -> str:
    # "By Ines Calder Published 4 May 2021": the date ends the names.
    starts = [
        match.start()
        for match in (PUBLISHED.search(text), UPDATED.search(text), DAY_WITHOUT_YEAR.search(text))
        if match
    ]
    starts += [start for start, _, _ in date_spans(text)]
    return text[: min(starts, default=len(text))]


def _without_account(text: str) -> str:
    return ACCOUNT.sub("", " ".join(text.split()))


def _after_date(text: str) -> str:
    after = text[max((end for _, end, _ in date_spans(text)), default=0) :].lstrip()
    return after if after[:1] in ("/", "|", "•", "·") and not _is_section(after.strip(BESIDE_DATES)) else ""


def _without_role(name: str) -> str:
    # "Ines Calder Political Correspondent", "BBC diplomatic editor Ines Calder"
    words: list[str] = []
    for word in name.split():
        *inner, last = JOINT.split(word)
        words += ["".join(inner), last] if inner and last.lower() in ROLES else [word]
    while words and words[-1].lower() in ROLES:
        words.pop()
    return " ".join(words)


def _is_name(text: str) -> bool:
    """Whether the text has the shape of a person's name: two to five capitalised words, particles aside."""
    words = text.split()
    if not 2 <= len(words) <= 5 or any(character.isdigit() for character in text):
        return False
    if not (ROLES | NETWORKS).isdisjoint(text.lower().split()):
        return False  # "Political Correspondent", "Facebook Twitter WhatsApp"
    return all(word.lower() in NAME_PARTICLES or _is_name_word(word) for word in words) and _is_name_word(words[-1])


def _is_single_name(text: str) -> bool:
    # "By Reuters"
    return len(text.split()) <= 3 and all(map(_is_name_word, text.split())) and bool(text)


def _is_name_word(word: str) -> bool:
    return word[:1].isupper() and word.replace("'", "").replace("’", "").replace("-", "").replace(".", "").isalpha()


def date_of(line: Line) -> DateLine | None:
    """What a dating line says; None for a block that says more than that."""
    return None if len(line.words) > MAX_DATELINE_WORDS else _date_in(line.text)


@functools.lru_cache(maxsize=REMEMBERED)
def _date_in(text: str) -> DateLine | None:
    # Several rules ask the same lines of a page.
    line, spans = read_line(text), list(date_spans(text))
    rest = [
        word
        for word in line.words
        if not word.isdigit() and word.strip("'") not in DATE_WORDS and not word[:1].isdigit()
    ]
    if not spans:
        return _day_without_year(line, rest)
    if signed_in_parts(line):
        return _chosen_date(line.text, spans)
    if len(rest) > 6 and not PUBLISHED.match(line.text):
        return None
    if line.terminal and len(rest) > 3 and not PUBLISHED.match(line.text):
        return None
    return _chosen_date(line.text, spans)


def _day_without_year(line: Line, rest: Sequence[str]) -> DateLine | None:
    # "November 18", "Posted: Friday": labels the line; there is no year to read.
    if PUBLISHED.match(line.text) and (read := _read_oddly(PUBLISHED.sub("", line.text, count=1))):
        return DateLine(read, False)
    # "ABUJA, July 31 (Harbour Wire)"
    if (wired := WIRE.match(line.text[:MAX_WIRE])) and wired.end() == len(line.text) and wired["place"][:2].isupper():
        return DateLine(None, False)
    found = DAY_WITHOUT_YEAR.search(line.text)
    return DateLine(None, False) if found and len(rest) <= 2 and len(line.words) <= 10 else None


def _chosen_date(text: str, spans: Sequence[tuple[int, int, datetime.date]]) -> DateLine:
    # "Updated 5 May 2021, published 4 May 2021": the word before a date says what it dates.
    readings = []
    position = 0
    for start, end, day in spans:
        updated = bool(UPDATED.search(text[position:start]))
        readings.append(DateLine(_with_time(text, position, start, end, day), updated))
        position = end
    stated = [(span, reading) for span, reading in zip(spans, readings, strict=True) if not reading.updated]
    # "May 21, 2021May 4, 2021": of two that nothing tells apart, the earlier is no update.
    if len(stated) == 2 and not any(map(str.isalpha, text[stated[0][0][1] : stated[1][0][0]])):
        return min(stated, key=lambda one: one[0][2])[1]
    return stated[0][1] if stated else readings[0]


def _with_time(text: str, low: int, start: int, end: int, day: datetime.date) -> datetime.date:
    """The day with the time of day beside it, if there is one."""
    after = _next_clause(text[end : end + TIME_REACH + 24])
    for match in (*COMPACT_TIME.finditer(after), *TIME.finditer(after)):
        if match.start() <= TIME_REACH and (read := _time_of(match, day)):
            return read
    # "21:54 EDT, September 29, 2011"; but what stands between two dates belongs to the first.
    before = "" if low else text[max(0, start - 24) : start]
    return next((read for match in TIME.finditer(before) if (read := _time_of(match, day))), day)


def _next_clause(text: str) -> str:
    # "4 May 2021, updated 10:00 GMT": another clause dates something else.
    ends = [match.start() for match in (PUBLISHED.search(text), UPDATED.search(text)) if match]
    return text[: min(ends, default=len(text))]


def _time_of(match: re.Match[str], day: datetime.date) -> datetime.datetime | None:
    parts = match.groupdict()
    if not parts["minute"] and not parts.get("half"):
        return None
    hour, minute = int(parts["hour"]), int(parts["minute"] or 0)
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    if hour > 23:
        return None
    return datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=_zone_of(parts, day))


def _zone_of(parts: dict[str, str | None], day: datetime.date) -> datetime.timezone | None:
    name, shift = (parts["zone"] or "").upper(), parts.get("shift")
    if shift and (not name or name in ("GMT", "UTC")):
        digits = shift[1:].replace(":", "")
        minutes = int(digits[:2]) * HOUR + int(digits[2:] or 0)
        return _offset(-minutes if shift[0] == "-" else minutes)
    winter, summer = _zones().get(name, ("", ""))
    # "8:54 am PT": summer time or not is for the day to say.
    return _offset(int(summer if summer and _american_summer(day) else winter)) if winter else None


@functools.cache
def _zones() -> dict[str, tuple[str, str]]:
    """The offsets of each abbreviation of `zones.csv`, in winter and in summer."""
    rows = lexicons.read_rows("zones", columns=("abbreviation", "minutes", "summer"))
    return {row["abbreviation"]: (row["minutes"], row["summer"]) for row in rows}


def _offset(minutes: int) -> datetime.timezone | None:
    return datetime.timezone(datetime.timedelta(minutes=minutes)) if abs(minutes) < 24 * HOUR else None


def _american_summer(day: datetime.date) -> bool:
    # Since 2007: from the second Sunday of March to the first of November.
    return _sunday(day.year, 3, 2) <= day < _sunday(day.year, 11, 1)


def _sunday(year: int, month: int, number: int) -> datetime.date:
    first = datetime.date(year, month, 1)
    return first + datetime.timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))


def _read_oddly(text: str) -> datetime.date | None:
    """The date of a span in a rare shape ("29 Sept '11", "29.IX.2011"), where it states day, month and year."""
    if not 6 <= len(text) <= 40 or not any(map(str.isdigit, text)) or not any(map(str.isalpha, text)):
        return None
    try:
        found = _odd_dates().get_date_data(text.strip())
    except (ValueError, OverflowError, RecursionError):
        return None
    return found.date_obj.date() if found.date_obj and found.period == "day" else None


@functools.cache
def _odd_dates() -> "DateDataParser":
    # Imported late: dateparser takes a third of a second, and few articles need it.
    from dateparser.date import DateDataParser

    settings = {"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    return DateDataParser(languages=["en"], settings=settings)
