"""Periods of the calendar: months, years, decades, centuries, seasons, quarters, and ranges of them."""

import re

from pipeline.language import timex
from pipeline.language.anchors import Anchors
from pipeline.language.timex_fields import STEP, Reading, definite, modifier, month_in, referent, year_in
from pipeline.language.timex_rules import Found
from pipeline.language.timex_words import number


def month(found: Found, anchors: Anchors) -> Reading | None:
    """March 1999, last March, March of that year, March."""
    of_year = month_in(found)
    if of_year is None:
        return None
    year, anchor = year_in(found, anchors)
    if year is None and found.has("REL"):
        year, anchor = month_by_relation(found, anchors, of_year)
    elif year is None:
        year, anchor = anchors.year_of(of_year, None, found.start, found.end)
    value = timex.date_value(year, of_year)
    return Reading(value, anchor, modifier(found)) if value else None


def month_by_relation(found: Found, anchors: Anchors, of_year: int) -> tuple[int | None, str]:
    """The year of "last March", "this March", "next March"."""
    relation = found.value("REL")
    value, anchor = referent(relation, anchors, definite=definite(found))
    year, here = timex.year_of(value), timex.month_of(value) or 1
    if year is None:
        return None, ""
    if STEP[relation] < 0:
        return (year if of_year < here else year - 1), anchor
    return (year if STEP[relation] == 0 or of_year > here else year + 1), anchor


def year(found: Found, anchors: Anchors) -> Reading | None:
    """1998, 480 BC, the year two thousand, last year."""
    named, anchor = year_in(found, anchors)
    if named is None or named == 0:
        return Reading("", "", modifier(found)) if found.has("RELYEAR") else None
    return Reading(timex.year_value(named), anchor, modifier(found))


# "a man in his 50s"
OF_A_PERSON = re.compile(r"\b(?:his|her|their|my|your|our)\s$")


def decade(found: Found, anchors: Anchors) -> Reading | None:
    """the 1990s, the '60s, the nineties, the 480s BC."""
    before = anchors.text[max(0, found.start - 8) : found.start]
    if OF_A_PERSON.search(before) and len(found.token("DECADE")) < 5:
        return None
    word = found.token("DECADE") or found.token("OLDDECADE")
    if word:
        first = number(word)
        first = first if first >= 100 else 1900 + first if first >= 20 else 2000 + first
    else:
        first = 1900 + int(found.value("TENS")) if found.has("TENS") else 0
    digits = f"{first // 10:03d}"
    return Reading(("BC" if found.value("ERA") == "BC" else "") + digits, "", modifier(found)) if first else None


def century(found: Found, anchors: Anchors) -> Reading | None:
    """the 20th century, the fourth century BC."""
    nth = number(found.token("ORDDAY") or found.token("ORDNUM")) or int(found.value("ORD") or 0)
    if not 1 <= nth <= 40:
        return None
    return Reading(("BC" if found.value("ERA") == "BC" else "") + f"{nth - 1:02d}", "", modifier(found))


def season(found: Found, anchors: Anchors) -> Reading | None:
    """the summer of 2005, last winter, this spring, the summer."""
    name = next(v for token in found.tokens if (v := found.values.get((token.text.lower(), "SEASON"))))
    named, anchor = year_in(found, anchors)
    first = timex.SEASONS[name][0]
    if named is None and found.has("REL"):
        named, anchor = month_by_relation(found, anchors, first)
    elif named is None:
        named, anchor = season_after(anchors, first) or anchors.year_of(first, None, found.start, found.end)
    value = timex.ANY_YEAR if named is None else timex.year_value(named)
    return Reading(f"{value}-{name}", anchor, modifier(found))


def season_after(anchors: Anchors, first: int) -> tuple[int, str] | None:
    """The year of a season told right after a later one: "they spent the winter of 1938 there, in spring ..."."""
    reached = timex.season_of(anchors.last.value) if anchors.narrative and anchors.last else None
    if anchors.last is None or reached is None or first >= reached:
        return None
    year = timex.year_of(anchors.last.value) or 0
    return year + 1 or 1, f"narrative {anchors.last.value}"


def quarter(found: Found, anchors: Anchors) -> Reading | None:
    """the third quarter of 1990, third-quarter, the first half, next year's first quarter."""
    nth = int(found.value("ORD") or 0) or number(found.token("ORDDAY"))
    letter = "H" if found.has("HALF") else "Q"
    if not 1 <= nth <= {"H": 2, "Q": 4}[letter]:
        return None
    named, anchor = year_in(found, anchors)
    today = anchors.today()
    if named is None and found.has("YEARAGOP") and today:
        named, anchor = today.year - 1, anchors.publication()[1]
    if named is None:
        length = {"H": 6, "Q": 3}[letter]
        middle = min(12, length * nth - length // 2)
        named, anchor = anchors.year_of(middle, None, found.start, found.end, quarter=True)
    value = timex.ANY_YEAR if named is None else timex.year_value(named)
    return Reading(f"{value}-{letter}{nth}", anchor, modifier(found))


def month_range(found: Found, anchors: Anchors) -> Reading | None:
    """March-May 1998, April 30-May 2."""
    months = (month_in(found, 0), month_in(found, 1))
    year, anchor = year_in(found, anchors)
    if months[0] is None or months[1] is None:
        return None
    if year is None:
        year, anchor = anchors.year_of(months[0], None, found.start, found.end)
    if year is None:
        return None
    days = [number(part[0].text) for part in found.groups.get("DAY", ())] if found.many("DAY") == 2 else [None, None]
    first_year = year - 1 if months[0] > months[1] else year
    first, last = timex.date_value(first_year, months[0], days[0]), timex.date_value(year, months[1], days[1])
    return Reading(f"{first}/{last}", anchor, modifier(found)) if first and last else None


def year_range(found: Found, anchors: Anchors) -> Reading | None:
    """1991-1995, 2007-08."""
    first, last = re.split(r"[-–/]", found.token("YEARRANGE"))
    last = last if len(last) == 4 else first[:2] + last
    if not 1000 <= int(first) < int(last) <= 2200:
        return None
    return Reading(f"{first}/{last}", "", modifier(found))


BEFORE_A_MONTH = re.compile(
    r"\b(?:in|since|until|till|by|of|from|to|between|during|through|before|after|around|about|late|early|mid|and|or|for|"
    r"as|on|with|into|over|against|that|last|next|this|each|every|starting|ending|beginning|the|its|their)[\s(-]+$",
    re.IGNORECASE,
)


def bare_month(found: Found, anchors: Anchors) -> Reading | None:
    """March, when it is no verb and no name: last March, in May, the end of April."""
    plain = found.end - found.start == len(found.token("MONTH"))
    if plain and (found.token("MONTH").lower(), "NAMELIKE") in found.values:
        before = anchors.text[max(0, found.start - 12) : found.start]
        after = anchors.text[found.end : found.end + 20]
        if not BEFORE_A_MONTH.search(before) or (NOT_A_MONTH.match(after) and not SURELY_A_MONTH.search(before)):
            return None
    return month(found, anchors)


# "May I", "April Novak", "the March for Bread": what follows a verb, a person or a procession, but no month.
NOT_A_MONTH = re.compile(r"\s+(?:I|we|you|he|she|they|for|on|[A-Z][a-z]+)\b")


# "in May he agreed"
SURELY_A_MONTH = re.compile(r"\b(?:in|since|until|till|during|last)\s$", re.IGNORECASE)


# "1990 people": a number before what it counts.
COUNTED = re.compile(
    r"\s?(?:-\w|%|percent|per cent|points?|people|troops|men|women|soldiers|personnel|"
    r"km|miles|met(?:re|er)s|kilo[a-z]|feet|"
    r"tons?|tonnes|dollars|euros|pounds|votes|cases|deaths|employees|workers|homes|copies|calories|words|members|"
    r"students|jobs|shares|units|hours|times|seats|acres|hectares|households|prisoners|refugees|civilians)",
)


COUNTING = re.compile(
    r"(?:more than|less than|over|about|some|nearly|almost|at least|up to|only|"
    r"No\.|number|Flight|Boeing|Route|Room|room|No|page|Resolution|resolution|Directive|Windows|Office|Highway|Form|"
    r"Article|Section|Chapter|Channel|Gate)\s$"
)


# "the year two thousand", but "two thousand of them".
IN_THE_YEAR = re.compile(r"\b(?:in|since|until|by|year)\s$", re.IGNORECASE)


def bare_year(found: Found, anchors: Anchors) -> Reading | None:
    """1998, where it counts nothing: not "over 1500 personnel"."""
    if COUNTED.match(anchors.text[found.end : found.end + 16]):
        return None
    before = anchors.text[max(0, found.start - 14) : found.start]
    if COUNTING.search(before) and not before.endswith(("about ", "some ")):
        return None
    words = [token.text.lower() for token in found.tokens]
    if words == ["two", "thousand"] and not IN_THE_YEAR.search(before):
        return None
    if anchors.published and int(found.token("YEAR") or 0) > anchors.published.year + 60:
        return None
    return year(found, anchors)


# A year of the time that the text tells of lies within a lifetime of the one it named last.
LIFETIME = 70


def year_of_the_time(found: Found, anchors: Anchors) -> Reading | None:
    """ "the election of 1860 led to war", where the text has just named another year of that time."""
    last = timex.year_of(anchors.last.value) if anchors.last else None
    if last is None or abs(int(found.token("ODDYEAR")) - last) > LIFETIME:
        return None
    return bare_year(found, anchors)


def year_of_era(found: Found, anchors: Anchors) -> Reading | None:
    """480 BC, 394 AD."""
    word = found.token("YEAR") or found.token("ODDYEAR") or found.token("YEAR3") or found.token("SHORTNUM")
    named = int(word) * (-1 if found.value("ERA") == "BC" else 1)
    return Reading(timex.year_value(named), "", modifier(found)) if named else None


def range_of_era(found: Found, anchors: Anchors) -> Reading | None:
    """499-449 BC, AD 70-73."""
    years = [int(digits) for token in found.tokens for digits in re.findall(r"\d+", token.text)]
    sign = -1 if found.value("ERA") == "BC" else 1
    if len(years) != 2 or not min(years) > 0 or years[0] * sign >= years[1] * sign:
        return None
    first, last = (timex.year_value(year * sign) for year in years)
    return Reading(f"{first}/{last}")


def year_without_era(found: Found, anchors: Anchors) -> Reading | None:
    """ "in 480", where the text counts its years before Christ."""
    return year(found, anchors) if anchors.before_christ else None


def latter_half(found: Found, anchors: Anchors) -> Reading | None:
    """the latter half of 2008."""
    named, anchor = year_in(found, anchors)
    return Reading(f"{timex.year_value(named)}-H2", anchor) if named else None


def fiscal_year(found: Found, anchors: Anchors) -> Reading | None:
    """fiscal 1989, the current fiscal year: named by the calendar year."""
    named, anchor = year_in(found, anchors)
    if named is not None:
        return Reading(timex.year_value(named), anchor, modifier(found))
    relation = found.value("REL")
    if not relation:
        return None
    value, anchor = referent(relation, anchors)
    base = timex.year_of(value)
    return Reading("" if base is None else timex.year_value(base + STEP[relation]), anchor, modifier(found))
