"""Dates: where a text names a date or time, and what it means.

Three steps: the words become one character each (`timex_words`), the rules of `timex.toml` match runs of them
(`timex_rules`), and the longest matches are read in text order against what the text has established
(`timex_readings`, `anchors`).
"""

import datetime
import functools
from collections.abc import Collection, Iterable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.errors import LexiconError
from pipeline.labels import TimexType
from pipeline.language import timex
from pipeline.language.anchors import Anchors, is_narrative, is_of_today
from pipeline.language.doc import DateMention, plain
from pipeline.language.timex_days import FIRST_YEAR, LAST_YEAR
from pipeline.language.timex_fields import Reading
from pipeline.language.timex_readings import READINGS, is_readable, read
from pipeline.language.timex_rules import Found, Grammar, matches, read_grammar
from pipeline.language.timex_words import runs, tokens


@Language.factory("dates", default_config={"lexicons": ""}, assigns=["doc._.dates"])
def make_dates(nlp: Language, name: str, lexicons: str) -> "Dates":
    """The component, as spaCy makes it."""
    return Dates(grammar_in(Path(lexicons) if lexicons else None))


class Dates:
    """The spaCy component: find the dates of a Doc and keep them on it."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar

    def __call__(self, doc: Doc) -> Doc:
        """Find and read the dates of the text against the day of publication."""
        borders = {block.start_char for block in doc.spans.get("blocks", ())}
        doc._.dates = dates_in(plain(doc).text, doc._.published, self.grammar, borders)
        return doc


@functools.cache
def grammar_in(folder: Path | None) -> Grammar:
    """The rules of a lexicon folder (None: the shipped one), read once.

    Raises:
        LexiconError: a file is missing, or an entry is broken.
    """
    grammar = read_grammar(folder)
    for rule in grammar.rules:
        if not is_readable(rule.value):
            raise LexiconError(
                f"timex.toml, entry {rule.name!r}: unknown value {rule.value!r}; write a TIMEX3 value or the name of a "
                f"reading: {', '.join(READINGS)}"
            )
    return grammar


def find_dates(text: str, published: datetime.date | None) -> tuple[DateMention, ...]:
    """The date and time expressions of a text, in order, read against its day of publication.

    Without a day of publication a relative expression has a value only where the text itself fixes it.
    """
    return dates_in(text, published, grammar_in(None))


def dates_in(
    text: str, published: datetime.date | None, grammar: Grammar, borders: Collection[int] = ()
) -> tuple[DateMention, ...]:
    """The same as `find_dates`, by the rules given; no expression goes across a border (where a block starts)."""
    if isinstance(published, datetime.datetime):
        published = published.date()
    if published is not None and not FIRST_YEAR <= published.year <= LAST_YEAR:
        published = None  # no day of publication, and arithmetic would leave the calendar
    stretches = runs(tokens(text, grammar.vocabulary, borders), grammar.vocabulary)
    found = list(matches(stretches, grammar))
    years, deictics = times_told(found)
    anchors = Anchors(text, published, is_narrative(years, deictics, published), is_of_today(text, deictics))
    return tuple(_read_in_order(found, anchors))


def times_told(found: Iterable[Found]) -> tuple[list[int], int]:
    """The explicit years of a text, and how many expressions count from its own day: "Friday", "yesterday"."""
    years, deictics = {}, set()
    for one in found:
        word = one.token("YEAR") or one.token("ODDYEAR") or one.token("YEAR3")
        if word:
            years[one.end] = int(word)
        elif one.has("DOW") or one.has("DAYREF"):
            deictics.add(one.end)
    return list(years.values()), len(deictics)


def _read_in_order(found: list[Found], anchors: Anchors) -> Iterable[DateMention]:
    # Longest first decides; but what a long match means may depend on what stands before it, and it may mean nothing.
    for cluster in _clusters(found):
        taken: list[tuple[Found, Reading]] = []
        for one in cluster:
            if all(one.end <= other.start or one.start >= other.end for other, _ in taken):
                anchors.read_at(one.start, one.end)
                reading = read(one, anchors)
                if reading is not None:
                    taken.append((one, reading))
        for one, reading in sorted(taken, key=lambda pair: pair[0].start):
            anchors.note(one.start, one.end, reading.value)
            if moves_the_story(one, reading, anchors):
                anchors.keep(one.start, one.end, reading.value, one.rule.value)
            yield mention(anchors.text, one, reading)


def moves_the_story(found: Found, reading: Reading, anchors: Anchors) -> bool:
    """Whether what follows may be read against this date.

    "They met again the previous year" looks back for a moment, and so does "whose brother had been shot in 1983"; "he
    allowed it until 13 August" looks ahead for one; "last year", in a history, is the writer's own time.
    """
    year_before = found.rule.value == "year" and found.has("RELYEAR") and found.part("RELYEAR")[-1].text == "before"
    if found.value("REL") == "previous" or found.value("BACK") == "earlier" or year_before:
        return not anchors.narrative
    if anchors.leaves(found.start, reading.value):
        return False
    return not (anchors.narrative and found.rule.value in DEICTIC and reading.anchor.startswith("publication"))


# Readings of "last year", "today", "two years ago".
DEICTIC = ("day_reference", "offset", "time_of_day", "unit", "weekday", "year")


def _clusters(found: list[Found]) -> list[list[Found]]:
    """Matches that overlap, in groups by their place in the text; longest first in each."""
    groups: list[list[Found]] = []
    reached = -1
    for one in sorted(found, key=lambda one: one.start):
        if one.start >= reached:
            groups.append([])
        groups[-1].append(one)
        reached = max(reached, one.end)
    for group in groups:
        # The longest first; of two readings of the same words the one that saw more words beside them.
        group.sort(key=lambda one: (one.start - one.end, -one.seen, one.rule.priority))
    return groups


def mention(text: str, found: Found, reading: Reading) -> DateMention:
    """A mention as the tables show it."""
    kind = timex.type_of(reading.value, found.rule.type)
    days = reading.bounds
    if days is None and kind in (TimexType.DATE, TimexType.TIME):
        days = timex.bounds(reading.value)
    return DateMention(
        start=found.start,
        end=found.end,
        text=text[found.start : found.end],
        type=kind,
        value=reading.value,
        mod=reading.mod,
        earliest=days[0] if days else None,
        latest=days[1] if days else None,
        anchor=reading.anchor,
        rule=found.rule.name,
    )
