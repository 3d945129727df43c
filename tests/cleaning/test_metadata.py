import datetime

import pytest

from pipeline.cleaning.features import read_line
from pipeline.cleaning.metadata import (
    byline_of,
    credit_of,
    date_of,
    is_a_menu,
    is_credit,
    is_series_note,
    signature_of,
    signed_in_parts,
    wire_day,
    year_of_rights,
)


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
        ("May 4, 20216:01 PM ET", "2021-05-04T18:01:00-04:00"),
        ("May 4, 202111:01 AM", "2021-05-04T11:01:00"),
        ("By Ines CalderMay 4, 20213 Comments", "2021-05-04"),
        ("Posted by Ines May 4, 20212", "2021-05-04"),
        ("By Ines CalderMay 4, 2021No Comments", "2021-05-04"),
        ("June 21, 2021May 4, 2021", "2021-05-04"),
        ("May 4, 2021 - June 21, 2021", "2021-05-04"),
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


@pytest.mark.parametrize("text", ["May 4, 20500 people", "dismay 4, 2021", "DISMAY 4, 2021"])
def test_figures_and_words_that_only_look_like_a_date_are_none(text):
    assert date_of(read_line(text)) is None or date_of(read_line(text)).published is None


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
        ("Written by:Ines Calder", "Ines Calder"),
        ("Author: Ines Calder", "Ines Calder"),
        ("By Ines Calder@inescalder Nov 19, 2019, 7:53pm EST", "Ines Calder"),
        ("By Ines CalderStaff Writer", "Ines Calder"),
        ("September 29, 2025/Ines Calder", "Ines Calder"),
        ("February 1, 2019 | BY: Ines Calder, MS, RDN", "Ines Calder"),
        ("Posted by By Ines Calder September 27, 2023", "Ines Calder"),
        ("By Ines Calder and John Key", "Ines Calder, John Key"),
        ("By the time the ministers met", ""),
        ("4 May 2021, New Delhi", ""),
        ("May 4, 2021/Climate Change", ""),
        ("September 29, 2025 Harbour Post", ""),
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
        ("Ines Calder|", "Ines Calder"),
        ("Ines Calder@inescalder", "Ines Calder"),
        ("Ines Calder @inescalder", "Ines Calder"),
        ("Key Points", ""),
        ("Article Content", ""),
        ("Expert Reviewed", ""),
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


WHOLE_SERIES = [
    "After the Cold Sea: a Series in Four Parts",
    "Borderlands | A three-part series",
    "This is the second essay in a series on treaties. The first looked at islands, the third will be about ice.",
]


@pytest.mark.parametrize("text", WHOLE_SERIES)
def test_a_series_may_name_itself_or_its_parts(text):
    assert is_series_note(read_line(text))


@pytest.mark.parametrize("text", ["Islands face a series of strikes", "A series of five strikes shook the islands"])
def test_a_headline_with_a_series_in_it_is_no_series_note(text):
    assert not is_series_note(read_line(text))


@pytest.mark.parametrize(
    ("text", "names", "day"),
    [
        ("OBITUARY  |  Ines Calder  |  Sunday, September 4, 2022", "Ines Calder", "2022-09-04"),
        ("Ines Calder | 14 March 2023", "Ines Calder", "2023-03-14"),
        ("Ines Calder and Tomas Wren | January 23, 2024 | 4 min read", "Ines Calder, Tomas Wren", "2024-01-23"),
        ("Harbour News | 14 March 2023", "", "2023-03-14"),
        ("14 March 2023 | Stromness", "", "2023-03-14"),
    ],
)
def test_a_line_in_parts_gives_names_and_date(text, names, day):
    line = read_line(text)
    assert signed_in_parts(line) == names
    assert date_of(line).published.isoformat() == day


MENUS = [
    "Home   World   Islands   Opinion",
    "Markets · Ports · Tea",
    "Home World Americas Opinion",
    "Share   f   t   Save",
]
NO_MENUS = ["World leaders meet in Turku", "Business as usual on the islands", "War, peace and the price of tea"]


@pytest.mark.parametrize("text", MENUS)
def test_a_menu_names_sections(text):
    assert is_a_menu(read_line(text))


@pytest.mark.parametrize("text", NO_MENUS)
def test_a_headline_is_no_menu(text):
    assert not is_a_menu(read_line(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "(Reporting by Ines Calder in Cairo and Tomas Wren in Rome; editing by Maren Tveit)",
            "Ines Calder, Tomas Wren",
        ),
        ("Reporting by Ines Calder; Writing by Tomas Wren", "Ines Calder"),
        ("With reporting by Ines Calder in Cairo", ""),
        ("(Editing by Ines Calder)", ""),
    ],
)
def test_a_credit_names_those_who_reported_and_those_who_helped_do_not_sign(text, names):
    assert is_credit(read_line(text))
    assert credit_of(read_line(text)) == names


@pytest.mark.parametrize(
    "text",
    [
        "Reporting by Ines Calder has shown that the ministry knew of the cracks.",
        "Reporting by hand costs a day a week",
        "Editing by candle light",
    ],
)
def test_a_sentence_on_reporting_is_no_credit(text):
    assert not is_credit(read_line(text))


@pytest.mark.parametrize(
    ("text", "told", "day"),
    [
        ("STROMNESS, July 29 (Harbour Wire) - The council", "it said on Monday", datetime.date(2019, 7, 29)),
        ("STROMNESS, 29 July -", "", datetime.date(2019, 7, 29)),
        ("STROMNESS, July 29 (Harbour Wire)", "it said on Thursday", None),
        ("In Stromness, July 29 - a Monday - was a holiday", "", None),
        ("STROMNESS, February 30 (Harbour Wire) -", "", None),
    ],
)
def test_a_wire_dates_a_day_that_the_paragraph_does_not_contradict(text, told, day):
    assert wire_day(read_line(text), [read_line(told)], 2019) == day


def test_the_year_of_rights_is_the_only_one_that_is_claimed():
    one, two = read_line("© 2019 Harbour Wire"), read_line("Copyright 2017 Canal Quarterly")
    assert year_of_rights([one, read_line("In 2015 the canal froze")]) == 2019
    assert year_of_rights([one, two]) is None
    assert year_of_rights([read_line("© 2011-2019 Harbour Wire")]) is None
