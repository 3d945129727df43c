"""Readings: what an expression that a rule has found means, given what the text has established.

A reading takes what was found and the anchors and returns the value, or `None` where the words are no date after all
("February 30"). Entries of `timex.toml` name their reading in `value`.
"""

import re

from pipeline.language.anchors import Anchors
from pipeline.language.timex_days import (
    clock_time,
    day_after,
    day_range,
    day_reference,
    day_told,
    early_hours,
    first_day,
    full_date,
    iso_date,
    middle_day,
    nth_weekday,
    numeric_date,
    part_before,
    part_told,
    relative_date,
    second_day,
    spoken_clock,
    stamp,
    time_of_day,
    week_of,
    weekday,
    weekday_of_week,
    zoned_time,
)
from pipeline.language.timex_fields import Reader, Reading, modifier
from pipeline.language.timex_lengths import (
    age,
    compound_duration,
    counted_range,
    duration,
    frequency,
    half_unit,
    one_unit,
    repeated,
    repeated_unit,
)
from pipeline.language.timex_named_days import NAMED_DAYS, named_day
from pipeline.language.timex_periods import (
    bare_month,
    bare_year,
    century,
    decade,
    fiscal_year,
    latter_half,
    month,
    month_range,
    quarter,
    range_of_era,
    season,
    year,
    year_of_era,
    year_of_the_time,
    year_range,
    year_without_era,
)
from pipeline.language.timex_relative import (
    day_of_period,
    offset,
    offset_ahead,
    the_quarter,
    this_year,
    time_off,
    unit,
    unit_before,
    unit_before_last,
)
from pipeline.language.timex_rules import Found

READINGS: dict[str, Reader] = {
    "full_date": full_date,
    "iso_date": iso_date,
    "relative_date": relative_date,
    "numeric_date": numeric_date,
    "weekday": weekday,
    "weekday_of_week": weekday_of_week,
    "day_reference": day_reference,
    "time_of_day": time_of_day,
    "month": month,
    "year": year,
    "decade": decade,
    "century": century,
    "season": season,
    "quarter": quarter,
    "the_quarter": the_quarter,
    "day_of_period": day_of_period,
    "unit": unit,
    "offset": offset,
    "duration": duration,
    "age": age,
    "half_unit": half_unit,
    "compound_duration": compound_duration,
    "repeated": repeated,
    "counted_range": counted_range,
    "day_range": day_range,
    "month_range": month_range,
    "year_range": year_range,
    "second_day": second_day,
    "first_day": first_day,
    "middle_day": middle_day,
    "day_after": day_after,
    "clock_time": clock_time,
    "zoned_time": zoned_time,
    "early_hours": early_hours,
    "day_told": day_told,
    "nth_weekday": nth_weekday,
    "part_told": part_told,
    "part_before": part_before,
    "spoken_clock": spoken_clock,
    "stamp": stamp,
    "frequency": frequency,
    "bare_month": bare_month,
    "bare_year": bare_year,
    "year_of_era": year_of_era,
    "year_of_the_time": year_of_the_time,
    "year_without_era": year_without_era,
    "latter_half": latter_half,
    "range_of_era": range_of_era,
    "week_of": week_of,
    "fiscal_year": fiscal_year,
    "this_year": this_year,
    "offset_ahead": offset_ahead,
    "unit_before": unit_before,
    "unit_before_last": unit_before_last,
    "one_unit": one_unit,
    "repeated_unit": repeated_unit,
    "time_off": time_off,
}


CONSTANT = re.compile(r"[A-Z]+_REF|P[T\dX]+[A-Z]*|\d{4}(?:-\d\d){0,2}")


def is_readable(value: str) -> bool:
    """Whether the value of an entry names a reading or a kind of named day, or is a TIMEX3 value."""
    return value in READINGS or value.startswith(NAMED_DAYS) or bool(CONSTANT.fullmatch(value))


def read(found: Found, anchors: Anchors) -> Reading | None:
    """The value of an expression by the reading its entry names, or the constant value of the entry."""
    value = found.rule.value
    if value.startswith(NAMED_DAYS):
        return named_day(found, anchors)
    reader = READINGS.get(value)
    return reader(found, anchors) if reader else Reading(value, "", modifier(found))
