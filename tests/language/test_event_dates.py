"""Which date of its sentence dates an event, on given parses (tests/parses/event_dates.conllu)."""

import dataclasses
import datetime

import pytest

from pipeline.labels import DateBasis, TimexType
from pipeline.language.doc import DateMention
from pipeline.language.events import find_events, read_lexicons
from tests.event_parses import read_parses, untagged

PARSES = read_parses("event_dates")
# Which day an act has is asked here, not how sure the model is of it.
LEXICONS = read_lexicons()
FITTING = dataclasses.replace(LEXICONS, scores=dataclasses.replace(LEXICONS.scores, threshold_fitting=0.0))
PUBLISHED = datetime.date(2023, 3, 14)
# Sentence with its date tagged; trigger; the bounds wanted as years or days, "" for none.
DATED = [
    ("On <D>9 February</D> the rebels set off a bomb which killed two men.", "killed", "2023-02-09", "2023-02-09"),
    ("In <D>January 2017</D>, when Jammeh refused to go, the bloc sent troops.", "refused", "2017-01-01", "2017-01-31"),
    (
        "Between <D>January 2017</D>, when Jammeh resigned over a bribe, and <D>January 2020</D>, nobody ruled.",
        "resigned", "2017-01-01", "2017-01-31",
    ),
    ("In <D>January 2017</D>, when Jammeh refused to go, the bloc sent troops.", "sent", "2017-01-01", "2017-01-31"),
    ("On <D>9 February</D>, after rebels had attacked Mogadishu, the minister resigned.", "attacked", "", "2023-02-09"),
    ("Rebels attacked Mogadishu on <D>9 February</D>. The old minister of the poor land wept there a year after "
        "the army bombed Aleppo.",
     "bombed", "", "now"),
    ("Police arrested dozens after a coup had begun on <D>9 February</D>.", "arrested", "2023-02-09", "now"),
    ("The union rejected the offer before <D>9 February</D>.", "rejected", "", "2023-02-09"),
    ("Rebels occupied Mogadishu until <D>2018</D>.", "occupied", "", "2018-12-31"),
    ("The minister praised the police and apologised in writing for the rule of <D>1910</D>.", "apologised", "", "now"),
    ("The minister condemned the attack and compared it to a raid in <D>the 1930s</D>.", "condemned", "", "now"),
]  # fmt: skip
BOUNDS = {
    "9 February": ("2023-02-09", "2023-02-09"),
    "January 2017": ("2017-01-01", "2017-01-31"),
    "January 2020": ("2020-01-01", "2020-01-31"),
    "2018": ("2018-01-01", "2018-12-31"),
    "1910": ("1910-01-01", "1910-12-31"),
    "the 1930s": ("1930-01-01", "1939-12-31"),
}


def mention(text: str, start: int, end: int) -> DateMention:
    first, last = (datetime.date.fromisoformat(day) for day in BOUNDS[text[start:end]])
    return DateMention(start, end, text[start:end], TimexType.DATE, "", None, first, last)


@pytest.mark.parametrize(("text", "trigger", "earliest", "latest"), DATED)
def test_the_date_of_an_act(text: str, trigger: str, earliest: str, latest: str) -> None:
    plain, marks = untagged(text)
    doc = PARSES[plain].copy()
    doc._.dates = tuple(mention(plain, start, end) for _, start, end in marks)
    doc._.published = PUBLISHED
    event = next(each for each in find_events(doc, FITTING) if each.trigger.text == trigger)
    days = [day.isoformat() if day else "" for day in (event.earliest, event.latest)]
    assert days == [earliest, PUBLISHED.isoformat() if latest == "now" else latest]
    assert (event.date_basis is DateBasis.PUBLICATION) == (earliest == "" and latest == "now")
