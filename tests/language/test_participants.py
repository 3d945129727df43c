"""Which country a participant acts for, and who is reached deep inside what an act is about; on given parses."""

import pytest
from spacy.tokens import Doc

from pipeline.language.entity_links import EntityLinks
from pipeline.language.events import find_events, read_lexicons
from pipeline.language.gazetteer import gazetteer
from tests.event_parses import read_parses

LINKS, LEXICONS = EntityLinks(gazetteer()), read_lexicons()


@pytest.fixture(scope="module")
def parses() -> dict[str, Doc]:
    return read_parses("participants")


@pytest.mark.parametrize(
    ("text", "actors", "recipients"),
    [
        # A town that is attacked is the place.
        ("Rebels shelled the northern capital Juba.", [("Rebels", "")], []),
        ("The army bombed the city of Aleppo on Friday.", [("army", "")], []),
        # A recipient inside what the act is about.
        ("Chad rejected an invitation to a meeting of Iraqi parties.", [("Chad", "TCD")], [("Iraqi parties", "IRQ")]),
        ("Kenya repeated its demand that Chad release the sailors.", [("Kenya", "KEN")], [("Chad", "TCD")]),
        ("Kenya threatened to cut its ties with Chad.", [("Kenya", "KEN")], [("Chad", "TCD")]),
        # People of the place where it happens, and people from elsewhere.
        ("Students rioted in Minsk.", [("Students", "BLR")], []),
        ("Foreign students rioted in Minsk.", [("Foreign students", "")], []),
        ("Students throughout Chad rioted.", [("Students", "TCD")], []),
        ("International observers in Oslo condemned the attack.", [("International observers", "")], []),
        # What someone is against is not where they belong.
        ("Gunmen shot an anti-Syrian mayor.", [("Gunmen", "")], [("anti-Syrian mayor", "")]),
        # An office that one state only has; a body that has no home.
        ("The Foreign Secretary condemned the attack.", [("Foreign Secretary", "GBR")], []),
        ("The United Nations in Iraq condemned the attack.", [("United Nations", "")], []),
        # A people abroad.
        ("The Albanians of Serbia condemned the attack.", [("Albanians", "SRB")], []),
        ("Ethnic Turks condemned the attack.", [("Ethnic Turks", "")], []),
        # Several countries in one participant; a person who acts for many states.
        ("The heads of Russia, Ukraine and Belarus met in Minsk.", [("heads", "")], []),
        ("Ursula von der Leyen condemned the attack.", [("Ursula von der Leyen", "")], []),
        # A pronoun whose name stands in the sentence.
        ("Oman said it would attack Chad.", [("Oman", "OMN")], [("Chad", "TCD")]),
    ],
)
def test_sides_of_an_event(
    text: str, actors: list[tuple[str, str]], recipients: list[tuple[str, str]], parses: dict[str, Doc]
) -> None:
    event = next(find_events(LINKS(parses[text]), LEXICONS))
    assert [(each.span.text, each.country) for each in event.actors] == actors
    assert [(each.span.text, each.country) for each in event.recipients] == recipients


def test_the_army_is_that_of_the_country_it_was_named_with(parses: dict[str, Doc]) -> None:
    doc = LINKS(parses["The Syrian army shelled the town, and the army arrested two reporters."])
    assert [event.actors[0].country for event in find_events(doc, LEXICONS)] == ["SYR", "SYR"]


@pytest.mark.parametrize(
    ("text", "country"),
    [("Students rioted in Minsk.", "BLR"), ("Foreign students rioted in Minsk.", "")],
)
def test_people_belong_to_the_country_the_article_is_about(text: str, country: str, parses: dict[str, Doc]) -> None:
    """Without a place of its own the noun takes `doc._.home`; foreigners never do."""
    doc = LINKS(parses[text])
    doc._.home = "BLR"
    noun = next(token for token in doc if token.lower_ == "students")
    assert LEXICONS.actors.describe(noun).country == country


def test_what_happened_in_a_town_is_no_name_for_it(parses: dict[str, Doc]) -> None:
    doc = LINKS(parses["Rebels set off a bomb in Omagh, the worst attack of the war. Kenya condemned the attack."])
    condemned = next(event for event in find_events(doc, LEXICONS) if event.trigger.text == "condemned")
    assert condemned.recipients == ()
