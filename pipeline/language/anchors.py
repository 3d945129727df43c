"""Anchors: what a relative expression is read against, and which way it points.

"Last year" looks back from the day of publication, "the previous year" from the date the text has just named; "in
March" of a history is the March of the year that the history has reached.
"""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.language import timex

# A paragraph longer than this is no unit of a story.
LONGEST_PARAGRAPH = 3000
# So many months back on the page is forward in time.
ROLL_OVER = 10
# How far to either side of an expression its sentence is read, in characters.
REACH = 160
SENTENCE_END = re.compile(r"[.!?][\"'”’)]?\s+(?=[\"'“‘(]?[A-Z])|\n\s*\n|;\s")
AHEAD = re.compile(
    r"\b(?:will|would|won't|shall|going to|due to|(?:is|are) (?:to|due|expected|scheduled|set|planned)|"
    r"plan(?:s|ned|ning)?|expects? to|scheduled|set to|slated|upcoming|expires?|matur(?:es?|ing)|effective|payable|"
    r"intends? to|hopes? to|forthcoming|begins?|starts|opens|resumes?|convenes?|takes? place)\b|['’]ll\b",
    re.IGNORECASE,
)
# "She expects it by the autumn": the writer's present looks ahead.
PRESENT_AHEAD = re.compile(
    r"\b(?:will|won't|shall|(?:is|are) (?:to|due|expected|scheduled|set|planned|likely|thought)|expects|"
    r"(?:hopes|plans|intends) to)\b|['’]ll\b"
)
# "by Friday", "until March": the preposition before the date looks ahead whatever the verb.
LOOKING_AHEAD = re.compile(
    r"\b(?:until|till|by|before|as (?:soon|early|late) as|starting|beginning|effective|"
    r"(?:promised|promises|slated|scheduled|planned)\s(?:[\w-]{1,20}\s){0,3}for)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
# "will be held", "to be announced": a participle behind "be" tells no past.
BEHIND = re.compile(
    r"(?<!\bbe )\b(?:was|were|had|did|been|since|ago|[a-z]{2,14}ed|said|told|took|began|came|made|fell|rose|met|held|"
    r"won|lost|went|left|gave|got|saw|found|sent|shot|hit|became|kept|wrote|spoke|struck|broke|led|brought|caught|died|"
    r"flew|drove|ran|sold|bought|paid|set|put|cut|beat|quit|knew|thought|fought|felt|grew|drew|threw|stood|sank|swept|"
    r"withdrew)\b"
)
# "whose brother had been shot dead in 1983", "had chaired the talks since June 1996": a glance at the time before.
LOOKED_BACK = re.compile(
    r"\b(?:(?:who|which|that|whose(?:\s+[\w-]{1,20}){1,3})(?:,[^,.;]{1,40},)?\s+had\s+(?:[\w'’-]{1,20}\s+){1,8}(?:in|on|since)|"
    r"had\s+(?:[\w'’-]{1,20}\s+){1,5}since)\s+(?:the\s+)?$"
)
# "extended his consent until 13 August"; "was not restored until July 1997" tells of July.
HELD_UNTIL = re.compile(r"\b(?:until|till)\s+(?:the\s+)?$", re.IGNORECASE)
NEGATED = re.compile(r"\b(?:not|never|no|only|nothing|nobody|hardly)\b|n['’]t\b", re.IGNORECASE)
# "the Lisbon Summit on November 20": an occasion that a date is given for.
OCCASION = (
    r"(?:summit|conference|meeting|congress|session|assembly|ceremony|hearing|debate|rally|trial|forum|talks|"
    r"inauguration|funeral|election|referendum|convention|parade|march|briefing|address|speech)"
)
DATED_OCCASION = re.compile(
    rf"\b({OCCASION})\s+(?:(?:held|that\s+took\s+place)\s+)?(?:(?:in|at)\s+\w+\s+)?(?:on\s+)?$", re.I
)
NAMED_OCCASION = re.compile(
    rf"\b(?:after|at|during|following|before|of|in)\s+(?:the|this|that|its|their)\s+(?:[A-Z][\w-]+\s+){{0,3}}({OCCASION})\b",
    re.I,
)
LONGEST_QUOTATION = 1500
# So far on a day is still the one told of, whatever years are named between.
LONGEST_ASIDE = 1500
# "On 12 March 1947 Truman told Congress: ...": what leads in a quotation says when it was spoken.
SPEAKING = re.compile(
    r"\b(?:said|told|declared|announced|wrote|warned|asked|stated|replied|explained|argued|insisted|promised|"
    r"speech|address|statement|letter|interview|broadcast|testimony)\b"
)
QUOTE_MARKS = re.compile('["“”]')


# "In 1862", "Throughout the spring of 1862": a preposition at most between a date and the start of its sentence.
OPENING = re.compile(r"(?:^|[.!?][\"\u201d\u2019)]?\s|\n)\s{0,3}(?:[A-Z][a-z]{1,10}\s(?:the\s)?)?$")
LONGEST_OPENING = 24
# A text that tells of the two months before publication is a text of the day, whatever years it looks back at.
PRESENT_DAYS = 60
# A date without its year is rarely far from publication: within this many days the nearest one is meant, whatever
# the verb ("the dividend was declared payable Nov. 15").
NEAR_DAYS = 75
# So many months that a company or a ministry counts together: half a year, nine months.
COUNT_OF_MONTHS = re.compile(r"P(?:[4-9]|1[01])M")
# How far behind it the figures of such a count are told, in characters: a sentence and the next.
REACH_OF_A_COUNT = 250
# From its middle a quarter ends after 45 days, and its results are out within two months more: "expects a
# third-quarter loss", in November. Of one that has not begun nobody reports results.
NEAR_DAYS_OF_A_QUARTER = 105
HALF_A_QUARTER = 45


@dataclass(frozen=True, slots=True)
class Dated:
    """A date the text has named: where, and its value."""

    start: int
    end: int
    value: str


class Anchors:
    """What the text has established so far, expression by expression."""

    def __init__(self, text: str, published: datetime.date | None, narrative: bool, of_today: bool = False) -> None:
        self.text, self.published, self.narrative, self.of_today = text, published, narrative, of_today
        self.last: Dated | None = None  # the last date with a year
        self.fine: Dated | None = None  # the last month or day
        self.day: Dated | None = None  # the last day
        self.told: Dated | None = None  # the last day, though the story stays where it is: "on Wednesday" in a history
        self.quarter: Dated | None = None  # the last quarter
        self.months: Dated | None = None  # the last count of months that is no quarter: nine months
        self.of_the_day = False  # whether it has told of the time right before publication
        self.before_christ = False  # whether the text counts years before Christ
        self.occasions: dict[str, str] = {}  # summit -> 2010-11-20
        self.here = (0, 0)  # where the expression stands that is being read
        self.spoken: str | None = None  # the day of the speech it stands in; None: not looked up yet

    def read_at(self, start: int, end: int) -> None:
        """Say where the expression stands that is read next."""
        self.here, self.spoken = (start, end), None

    def keep(self, start: int, end: int, value: str, rule: str) -> None:
        """Remember a date that has just been read."""
        first = value.partition("/")[0]
        if COUNT_OF_MONTHS.fullmatch(value):
            self.months = Dated(start, end, value)
        if timex.year_of(first) is None:
            return
        self.last = Dated(start, end, first)
        self.before_christ = first.startswith("BC")
        if rule == "quarter" and not self.is_ahead(first) and not (self.quarter and self.is_running(first)):
            self.quarter = self.last
        days = timex.bounds(first) if timex.month_of(first) else None
        if self.published and days and 0 <= (self.published - days[1]).days < PRESENT_DAYS:
            self.of_the_day = True
        if timex.month_of(first) or self.sets_the_scene(start, first):
            self.fine = self.last
        day = timex.day_of(first)
        self.day = self.last if day else self.day
        occasion = DATED_OCCASION.search(self.text, max(0, start - 60), start) if day else None
        if occasion and day:
            self.occasions[occasion[1].lower()] = day.isoformat()

    def note(self, start: int, end: int, value: str) -> None:
        """Remember a day that has just been read, whether or not the story moves there."""
        day = timex.day_of(value.partition("/")[0])
        self.told = Dated(start, end, day.isoformat()) if day else self.told

    def leaves(self, start: int, value: str) -> bool:
        """Whether a date leaves the time that the text has reached for a moment, to look back or ahead."""
        here, there = (timex.bounds(each.partition("/")[0]) for each in (self.last.value if self.last else "", value))
        if here is None or there is None:
            return False
        before = self.sentence(start, start)[0]
        if there[1] < here[0]:
            return bool(LOOKED_BACK.search(before))
        return there[0] > here[1] and bool(HELD_UNTIL.search(before[-16:])) and not NEGATED.search(before[-60:])

    def is_ahead(self, value: str) -> bool:
        """Whether a date begins after publication."""
        days = timex.bounds(value)
        return bool(days and self.published and days[0] > self.published)

    def is_running(self, value: str) -> bool:
        """Whether a date has not ended at publication: of "the fourth quarter" no results are out yet."""
        days = timex.bounds(value)
        return bool(days and self.published and days[1] >= self.published)

    def quarter_at(self, start: int) -> Dated | None:
        """The quarter last named, unless a figure of more months stands between: "in nine months, from a year ago"."""
        months = self.months
        if self.quarter and months and months.start > self.quarter.start and start - months.end < REACH_OF_A_COUNT:
            return None
        return self.quarter

    def sets_the_scene(self, start: int, value: str) -> bool:
        """Whether a year or season opens its sentence: "In 1862 ..." moves a history, "a plan for 1862" does not."""
        whole = timex.month_of(value) is None and timex.year_of(value) is not None
        return whole and self.opens(start)

    def opens(self, start: int) -> bool:
        """Whether an expression stands at the head of its sentence, with a preposition at most before it."""
        return bool(OPENING.search(self.text[max(0, start - LONGEST_OPENING) : start]))

    def publication(self) -> tuple[str, str]:
        """The day the writer or speaker counts from and its name as an anchor; both empty where it is not known.

        That is the day of publication, and inside a quotation the day of the speech where the text gives it.
        """
        if self.spoken is None:
            self.spoken = self.quoted_day(*self.here)
        if self.spoken:
            return self.spoken, f"quotation {self.spoken}"
        return (self.published.isoformat(), f"publication {self.published.isoformat()}") if self.published else ("", "")

    def today(self) -> datetime.date | None:
        """The day that `publication` names, as a day."""
        value = self.publication()[0]
        return datetime.date.fromisoformat(value) if value else None

    def narrated(self) -> tuple[str, str]:
        """The date that the text before has reached, else the day of publication of a text of the day."""
        if self.last is not None:
            return self.last.value, f"narrative {self.last.value}"
        return ("", "") if self.narrative else self.publication()

    def narrated_day(self) -> tuple[str, str]:
        """The day that the text has reached, past a year named in passing: "ten days earlier" counts from it."""
        last, day = self.last, self.told
        passing = last is None or (day and (timex.month_of(last.value) is None or last.start < day.start))
        if passing and day and self.here[0] - day.end < LONGEST_ASIDE:
            return day.value, f"narrative {day.value}"
        return self.narrated()

    def near(self, dated: Dated, start: int) -> bool:
        """Whether a date named before stands in the same paragraph."""
        return start - dated.end < LONGEST_PARAGRAPH and "\n\n" not in self.text[dated.end : start]

    def nearby(self, start: int) -> Dated | None:
        """The date named last, when it stands in the same paragraph."""
        return self.last if self.last and self.near(self.last, start) else None

    def sentence(self, start: int, end: int) -> tuple[str, str]:
        """What stands before and after an expression in its sentence, at most REACH characters of each."""
        before = self.text[max(0, start - REACH) : start]
        after = self.text[end : end + REACH]
        cuts = [match.end() for match in SENTENCE_END.finditer(before)]
        stop = SENTENCE_END.search(after)
        return before[cuts[-1] if cuts else 0 :], after[: stop.start() if stop else len(after)]

    def direction(self, start: int, end: int) -> int:
        """1 when the sentence looks ahead, -1 when it looks back, 0 when it does not tell."""
        before, after = self.sentence(start, end)
        opening = LOOKING_AHEAD.search(before[-80:])
        if opening:
            # "By Tuesday the rebels had taken the town": at the head of its sentence the verb behind it decides.
            heads = not before[: -len(opening[0])].strip()
            return self.pointed(after) if heads and self.pointed(after) else 1
        # The verb before a date governs it more often than the verb after: "will meet, he said Friday".
        ahead = max((match.end() for match in AHEAD.finditer(before)), default=-1)
        behind = max((match.end() for match in BEHIND.finditer(before)), default=-1)
        if ahead == behind == -1:
            return self.pointed(after)
        return 1 if ahead >= behind else -1

    @staticmethod
    def pointed(after: str) -> int:
        """Which way the first verb behind a date points."""
        ahead, behind = AHEAD.search(after), BEHIND.search(after)
        if ahead and (behind is None or ahead.start() <= behind.start()):
            return 1
        return -1 if behind else 0

    def quoted_day(self, start: int, end: int) -> str:
        """The day of the speech, for an expression inside a quotation dated by its lead-in or its occasion."""
        if not self.occasions and not (self.day and start - self.day.end < LONGEST_QUOTATION):
            return ""
        paragraph = self.text[max(0, start - LONGEST_QUOTATION) : start].rpartition("\n\n")[2]
        marks = [match.start() for match in QUOTE_MARKS.finditer(paragraph)]
        closing = QUOTE_MARKS.search(self.text, end, end + LONGEST_QUOTATION)
        if len(marks) % 2 == 0 or closing is None:
            return ""
        opening = start - len(paragraph) + marks[-1]
        before, after = self.sentence(opening, closing.end())
        # "She came on Sunday. "A week ago ...": a sentence that has ended leads nothing in.
        ended = before.rstrip().endswith((".", "!", "?"))
        leads_in = not ended and self.day is not None and opening - len(before) <= self.day.start < opening
        if leads_in and self.day and SPEAKING.search(before):
            return str(timex.day_of(self.day.value))
        for side in (after, before):
            for match in NAMED_OCCASION.finditer(side):
                if match[1].lower() in self.occasions:
                    return self.occasions[match[1].lower()]
        return ""

    def year_of(
        self, month: int, day: int | None, start: int, end: int, *, quarter: bool = False
    ) -> tuple[int | None, str]:
        """The year of a month or day that the text names without one, and what it was read against."""
        narrated = self.narrated_year(month, start) if self.narrative else None
        if narrated is not None and not self.is_now(narrated, month, day, start, end):
            return narrated, f"narrative {timex.year_value(narrated)}"
        # "In August 2008 war broke out. On 12 August ...": the paragraph tells of that year.
        told = timex.year_of(self.fine.value) if self.fine and self.near(self.fine, start) else None
        if self.published is None:
            return told, f"narrative {told}" if told is not None else ""
        if told is not None and told < self.published.year - 1 and not self.is_now(told, month, day, start, end):
            return told, f"narrative {told}"
        pointing = self.direction(start, end)
        near = NEAR_DAYS if not quarter else HALF_A_QUARTER if pointing < 0 else NEAR_DAYS_OF_A_QUARTER
        if not quarter and pointing < 0 and (self.opens(start) or self.just_told(month, start)):
            near = 0  # "On 9 May they attacked", in a paper of March
        return year_near(self.published, month, day, pointing, near), self.publication()[1]

    def just_told(self, month: int, start: int) -> bool:
        """Whether the paragraph has come to an earlier month of last year: "on 12 April 2022 ... on 18 May"."""
        if self.fine is None or self.published is None or not self.near(self.fine, start):
            return False
        reached = timex.month_of(self.fine.value)
        last_year = timex.year_of(self.fine.value) == self.published.year - 1
        return bool(last_year and reached and reached <= month)

    def in_the_present(self) -> bool:
        """Whether the story stands near publication: then "first since independence in 1948" does not move it."""
        year = timex.year_of(self.fine.value) if self.fine else None
        return bool(self.of_the_day and self.published and year is not None and year >= self.published.year - 1)

    def is_now(self, narrated: int, month: int, day: int | None, start: int, end: int) -> bool:
        """Whether a month or day that a history names without its year is one around publication after all.

        "She expects it by the autumn" stands in the writer's present; and "in the referendum of June 2016 they voted
        to remain. On 27 February ...", in March, goes back in the year only if another has come.
        """
        if self.published is None or narrated >= self.published.year or not self.of_today:
            return False
        if self.looks_ahead_from_now(start, end):
            return True
        reached = self.last and timex.year_of(self.last.value) == narrated and timex.month_of(self.last.value)
        middle = datetime.date(self.published.year, month, min(day or 15, 28))
        return bool(reached and month < reached and 0 <= (self.published - middle).days <= NEAR_DAYS)

    def looks_ahead_from_now(self, start: int, end: int) -> bool:
        """Whether the writer of a text of today says what is to come: "is likely before the end of the year"."""
        return self.of_today and bool(PRESENT_AHEAD.search(self.sentence(start, end)[0]))

    def narrated_year(self, month: int, start: int) -> int | None:
        """The year a history has reached: that of the month it last named nearby, else of the last year it named."""
        last = self.fine if self.fine and (self.near(self.fine, start) or self.in_the_present()) else self.last
        year = timex.year_of(last.value) if last else None
        if last is self.fine and self.in_the_present():
            return None
        if last is None or year is None:
            return None
        reached = timex.month_of(last.value)
        # "in December 1941 ... in January": a month long before the one just named is of the next year.
        return year + 1 or 1 if reached and month - reached < -ROLL_OVER else year


def year_near(published: datetime.date, month: int, day: int | None, pointing: int, near: int) -> int:
    """The year of a month or day named without one: the nearest, or further off the one the sentence points to."""
    middle = (published.month - 1) * 30.4 + (published.day if day else 15)
    distance = (month - 1) * 30.4 + (day or 15) - middle
    ahead, behind = distance % 365, -distance % 365
    if min(ahead, behind) > near and pointing:
        distance_meant = ahead if pointing > 0 else -behind
    else:
        distance_meant = ahead if ahead < behind else -behind
    return published.year + round((distance_meant - distance) / 365)


def weekday_near(published: datetime.date, weekday: int, pointing: int) -> datetime.date:
    """The day a bare weekday names: the last one up to publication, or the next one."""
    back = (published.isoweekday() - weekday) % 7
    if pointing > 0:
        return published + datetime.timedelta(days=(weekday - published.isoweekday()) % 7)
    return published - datetime.timedelta(days=back)


# A history names past years again and again, and hardly any day by its weekday.
YEARS_OF_A_NARRATIVE = 5
DEICTICS_PER_YEAR = 0.5


def is_narrative(years: Sequence[int], deictics: int, published: datetime.date | None) -> bool:
    """Whether a text tells a history: many explicit years well before publication, few words like "Friday".

    Of a text whose publication is not known the latter decides: a year that news names in passing is not that of its
    "on 5 November".
    """
    if published is None:
        return deictics <= DEICTICS_PER_YEAR * len(years)
    past = sum(year < published.year - 1 for year in years)
    return past >= YEARS_OF_A_NARRATIVE and deictics <= DEICTICS_PER_YEAR * past


# A writer who names a day by its weekday or as "yesterday" once in so many characters writes of today; an encyclopedia
# does so once in 20,000.
REACH_OF_A_DEICTIC = 3000


def is_of_today(text: str, deictics: int) -> bool:
    """Whether a text, history or not, is also about the days around its publication."""
    return deictics * REACH_OF_A_DEICTIC >= len(text) and deictics > 0
