"""Values of dates: arithmetic and the calendar."""

import datetime

import pytest

from pipeline.language import timex


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2010", "2010-01-01", "2010-12-31"),
        ("2010-02", "2010-02-01", "2010-02-28"),
        ("2012-02", "2012-02-01", "2012-02-29"),
        ("2010-11-20", "2010-11-20", "2010-11-20"),
        ("2010-11-20T21:54", "2010-11-20", "2010-11-20"),
        ("2010-11-20TEV", "2010-11-20", "2010-11-20"),
        ("2010-11-XX", "2010-11-01", "2010-11-30"),
        ("199", "1990-01-01", "1999-12-31"),
        ("199X", "1990-01-01", "1999-12-31"),
        ("19", "1900-01-01", "1999-12-31"),
        ("2011-W03", "2011-01-17", "2011-01-23"),
        ("2011-W03-WE", "2011-01-22", "2011-01-23"),
        ("2011-W03-2", "2011-01-18", "2011-01-18"),
        ("2011-Q3", "2011-07-01", "2011-09-30"),
        ("2011-H2", "2011-07-01", "2011-12-31"),
        ("2011-SP", "2011-03-01", "2011-05-31"),
        ("2011-WI", "2011-12-01", "2012-02-29"),
        ("2011-07-04/2011-07-05", "2011-07-04", "2011-07-05"),
        ("1991/1995", "1991-01-01", "1995-12-31"),
    ],
)
def test_a_value_denotes_the_days_from_its_first_to_its_last(value: str, first: str, last: str) -> None:
    assert timex.bounds(value) == (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "PAST_REF",
        "P3Y",
        "XXXX-11-20",
        "BC0480",
        "2010-13",
        "2010-02-30",
        "2011-W60",
        "2010/",
        "1/2/3",
        "0000",
        "9999-WI",
    ],
)
def test_a_value_that_names_no_days_of_the_calendar_has_no_bounds(value: str) -> None:
    assert timex.bounds(value) is None


@pytest.mark.parametrize(
    ("value", "number", "unit", "result"),
    [
        ("2011-09-29", -1, "Y", "2010"),
        ("2011-09-29", -1, "M", "2011-08"),
        ("2011-03-31", -1, "M", "2011-02"),
        ("2011-09-29", -10, "D", "2011-09-19"),
        ("2011-09-29", 1, "W", "2011-W40"),
        ("2011-01-01", 0, "W", "2010-W52"),
        ("2011-02", -1, "Q", "2010-Q4"),
        ("2011", -2, "DE", "199"),
        ("2011", -1, "CE", "19"),
        ("BC0490", -10, "Y", "BC0500"),
        ("BC0001", 1, "Y", "0001"),
        ("PAST_REF", 1, "Y", None),
        ("9999", 1, "Y", None),
        ("2011", 10**12, "D", None),
    ],
)
def test_a_value_moves_by_units(value: str, number: float, unit: str, result: str | None) -> None:
    assert timex.shift(value, number, unit) == result


@pytest.mark.parametrize(
    ("value", "month"), [("1938-WI", 12), ("BC0481-SP", 3), ("1989-AU", 9), ("1938-12", None), ("1989-Q3", None)]
)
def test_a_season_begins_in_a_month(value: str, month: int | None) -> None:
    assert timex.season_of(value) == month


@pytest.mark.parametrize(
    ("number", "unit", "value"),
    [
        (15, "Y", "P15Y"),
        (1.5, "Y", "P18M"),
        (None, "W", "PXW"),
        (4, "TH", "PT4H"),
        (2, "F", "P4W"),
        (2.5, "DE", "P25Y"),
    ],
)
def test_a_length_of_time_has_a_value(number: float | None, unit: str, value: str) -> None:
    assert timex.duration(number, unit) == value


def test_there_is_no_thirtieth_of_february() -> None:
    assert timex.date_value(2011, 2, 30) is None
    assert timex.date_value(2012, 2, 29) == "2012-02-29"
    assert timex.date_value(None, 2, 29) == "XXXX-02-29"


@pytest.mark.parametrize(
    ("year", "day"), [(1998, "1998-04-12"), (2008, "2008-03-23"), (2011, "2011-04-24"), (2038, "2038-04-25")]
)
def test_easter(year: int, day: str) -> None:
    assert timex.easter(year).isoformat() == day


def test_weekdays_of_a_month() -> None:
    assert timex.weekday_of_month(2011, 11, 4, 4) == datetime.date(2011, 11, 24)
    assert timex.weekday_of_month(2011, 5, 1, -1) == datetime.date(2011, 5, 30)


def test_the_islamic_calendar_is_true_to_a_day_or_two() -> None:
    assert abs((timex.islamic_day(2010, 9, 1) - datetime.date(2010, 8, 11)).days) <= 2  # type: ignore[operator]
    assert abs((timex.islamic_day(2003, 9, 1) - datetime.date(2003, 10, 27)).days) <= 2  # type: ignore[operator]
