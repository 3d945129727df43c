import datetime

import pytest

from pipeline.cleaning.features import read_line
from pipeline.cleaning.metadata import byline_of, date_of, is_series_note, signature_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("September 29, 2011 21:54 EDT", "2011-09-29T21:54:00-04:00"),
        ("Published: 4 May 2021 09:15 BST", "2021-05-04T09:15:00+01:00"),
        ("Published 12:30 GMT 3 June 2015", "2015-06-03T12:30:00+00:00"),
        ("21:54 EDT, September 29, 2011", "2011-09-29T21:54:00-04:00"),
        ("2021-05-04", "2021-05-04"),
        ("2011-09-29T21:54:00-04:00", "2011-09-29T21:54:00-04:00"),
        ("Thu, 29 Sep 2011 21:54:00 +0200", "2011-09-29T21:54:00+02:00"),
        ("2021-05-04 09:15 UTC+3", "2021-05-04T09:15:00+03:00"),
        ("Tuesday 4 May 2021 06.00 BST", "2021-05-04T06:00:00+01:00"),
        ("May 4, 2021 2100 GMT", "2021-05-04T21:00:00+00:00"),
        ("Nov. 18th 2019 8:54 am PT", "2019-11-18T08:54:00-08:00"),
        ("May 3, 2022, 9:30 a.m. ET", "2022-05-03T09:30:00-04:00"),
        ("May 3rd, 2022 at 12:05 a.m. IST", "2022-05-03T00:05:00+05:30"),
        ("19 November 2019 • 1:16pm", "2019-11-19T13:16:00"),
        ("Harbour Post, November 19, 2019", "2019-11-19"),
        ("19/11/2019", "2019-11-19"),
        ("11/19/2019", "2019-11-19"),
        ("5/5/2021", "2021-05-05"),
        ("Geneva, 12 May 2021", "2021-05-12"),
        ("Mar 27, 20255 mins", "2025-03-27"),
        ("Published: 29-Sep-11", "2011-09-29"),
    ],
)
def test_a_dating_line_gives_the_day_or_minute_with_its_zone(text, value):
    assert date_of(read_line(text)).published.isoformat() == value


def test_the_date_of_publication_wins_over_that_of_an_update():
    read = date_of(read_line("Updated 5 May 2021 10:00 GMT, published 4 May 2021"))
    assert (read.published, read.updated) == (datetime.date(2021, 5, 4), False)
    assert date_of(read_line("Updated 5 May 2021")).updated


@pytest.mark.parametrize("text", ["4/5/2021", "Published: 03.05.2022"])
def test_a_date_that_means_two_days_in_two_countries_is_not_read(text):
    read = date_of(read_line(text))
    assert read is None or read.published is None


@pytest.mark.parametrize("text", ["November 18", "31 February 2021"])
def test_a_day_without_a_year_or_one_that_never_was_dates_the_line_but_gives_no_date(text):
    assert date_of(read_line(text)).published is None


@pytest.mark.parametrize(
    "text",
    [
        "The treaty was signed on May 4, 2021 in Geneva by the six coastal states.",
        "Council votes to close the baths on May 4, 2021 after long debate",
        "LONDON (AP) — Talks on the straits ended on May 4, 2021, officials said.",
        "Parliament in session",
    ],
)
def test_a_line_that_says_more_than_its_date_is_no_dateline(text):
    assert date_of(read_line(text)) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ines Calder", "Ines Calder"),
        ("BY INES CALDER AND TOMAS WREN", "INES CALDER, TOMAS WREN"),
        ("By Ines Calder, Political Correspondent, in Brussels", "Ines Calder"),
        ("By Ines Calder for the Harbour Post", "Ines Calder"),
        ("By Ines Calder Published 4 May 2021", "Ines Calder"),
        ("by Ines Calder — November 18, 2019", "Ines Calder"),
        ("ByInes Calder 12th February 2025", "Ines Calder"),
        ("December 2, 2021 by Ines Calder", "Ines Calder"),
        ("Ines Calder December 2, 2021", "Ines Calder"),
        ("Written by Tomas van der Wren", "Tomas van der Wren"),
        ("By Jean-Luc O’Brien & Ines Calder", "Jean-Luc O’Brien, Ines Calder"),
        ("By Reuters", "Reuters"),
        ("By the time the ministers met", ""),
        ("By Ines Calder's own account, nobody knew.", ""),
        ("By accident", ""),
    ],
)
def test_a_byline_gives_the_names_without_roles_and_dates(text, names):
    assert byline_of(read_line(text)) == names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ines Calder", "Ines Calder"),
        ("Ines Calder, Political Correspondent", "Ines Calder"),
        ("Ines Calder | Harbour Post", "Ines Calder"),
        ("Geneva, Switzerland", ""),
        ("News Desk", ""),
        ("Facebook Twitter WhatsApp", ""),
        ("FREE LOCAL HARBOUR GUIDE", ""),
        ("Ines Calder was here.", ""),
    ],
)
def test_a_line_that_is_only_a_name_can_sign_an_article(text, name):
    assert signature_of(read_line(text)) == name


SERIES_NOTES = ["PART 1 of 3", "Part two", "Part II of a series", "(This is the second of three.)", "First in a series"]
OTHER_PARTS = ["Part of the fleet sailed", "Part 2: The fall of the ministers", "The first of May", "Last in line"]


@pytest.mark.parametrize("text", SERIES_NOTES)
def test_a_series_note_says_which_part_of_how_many(text):
    assert is_series_note(read_line(text))


@pytest.mark.parametrize("text", OTHER_PARTS)
def test_not_every_part_is_part_of_a_series(text):
    assert not is_series_note(read_line(text))
