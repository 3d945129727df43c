"""What speaks for a block as the headline."""

import pytest

from pipeline.article import Article
from pipeline.cleaning import clean, scored_page, titles
from pipeline.cleaning.titles import title_features, title_score
from pipeline.errors import LexiconError
from pipeline.readers.text import divide

TITLE = "Ferries strike over unpaid wages"
BODY = (
    "Ferries to the outer islands stopped on Wednesday after crews went on strike over wages that have not been paid "
    "since February, their union said.\n\n"
    "The crews want their wages and a promise that the two oldest ferries will be replaced. The company said that it "
    "could promise neither before the state has paid its subsidy for the year.\n\n"
    "Fishermen carried travellers to the mainland for twice the fare, and the mayor of the largest island asked the "
    "navy to send a ship with fuel for the power station before the weekend."
)


def page(*head):
    text = "\n\n".join([*head, BODY])
    return scored_page(Article("a", text, divide(text), ""))


@pytest.mark.parametrize(
    ("head", "feature"),
    [
        ((TITLE, "By Ines Calder"), "over a byline"),
        ((TITLE, "4 May 2021"), "over a date"),
        ((TITLE, "3 min read"), "over minutes"),
        ((TITLE, "Crews have not been paid since February, and the union sees no end of it."), "over a deck"),
        (("Home > Ports > " + TITLE, TITLE), "said before"),
        (("Ferry Post | Harbour News and Views", TITLE), "first, short or a site's name"),
        (("Image: Ferries lie in the harbour", TITLE), "picture"),
        (("1. Ferries and their wages", TITLE), "numbered"),
    ],
)
def test_what_stands_around_a_block_is_seen(head, feature):
    found = title_features(page(*head), 0, len(head))
    assert found is not None and found[feature] == 1.0


def test_weights_of_other_features_are_refused(monkeypatch):
    monkeypatch.setattr(titles, "_weights", lambda: {"told": 1.0})
    with pytest.raises(LexiconError, match=r"title_weights\.json: weighs other features"):
        title_score(page(TITLE, "By Ines Calder"), 0, 2)


@pytest.mark.parametrize("line", ["Ferries", "• Ferries strike over unpaid wages", "Home   World   Opinion"])
def test_a_word_a_point_and_a_menu_are_no_headline(line):
    assert title_score(page(line, TITLE), 0, 2) is None


def test_a_headline_in_capitals_is_one():
    title = TITLE.upper() + " ON ALL ISLANDS"
    text = "\n\n".join(["FOR IMMEDIATE RELEASE", title, "4 May 2021", BODY])
    assert clean(Article("a", text, divide(text), "")).title == title


@pytest.mark.parametrize(
    "head",
    [
        (
            TITLE,
            "Crews have not been paid since February, and the union sees no end of it.",
            "Ines Calder",
            "4 May 2021",
        ),
        ("Home > Ports > " + TITLE, TITLE, "By Ines Calder"),
        ("Sections", "Is the age of cheap travel over?", TITLE, "By Ines Calder", "4 May 2021"),
        (
            TITLE,
            "By Ines Calder",
            "4 May 2021",
            "Image: Ferries lie idle over wages in the harbour of the largest island",
        ),
    ],
)
def test_the_headline_is_found_among_decks_trails_teasers_and_captions(head):
    text = "\n\n".join([*head, BODY])
    assert clean(Article("a", text, divide(text), "")).title == TITLE
