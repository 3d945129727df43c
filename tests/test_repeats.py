"""Which mentions tell of one event."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import LexiconError
from pipeline.labels import DateBasis, EventType, Modality
from pipeline.repeats import link_repeats, scores
from pipeline.repeats.pairs import ELSEWHERE as OPENS_ANEW
from pipeline.repeats.pairs import acts_of, counted
from pipeline.repeats.scores import Earlier, PairScores
from tests.examples import event_row

JULY_4 = {"date_earliest": datetime.date(2011, 7, 4), "date_latest": datetime.date(2011, 7, 4)}
JULY_9 = {"date_earliest": datetime.date(2011, 7, 9), "date_latest": datetime.date(2011, 7, 9)}
PUBLISHED_JULY_9 = {**JULY_9, "date_basis": DateBasis.PUBLICATION}
CHAD = {"actor": ("Chad",), "actor_entity_id": ("",), "actor_country": ("TCD",), "actor_sector": ("",)}
CHAD |= {"actor_start": (0,), "actor_end": (4,)}
IN_2012 = {"date_earliest": datetime.date(2012, 7, 4), "date_latest": datetime.date(2012, 7, 4)}
IN_2011 = {"date_earliest": datetime.date(2011, 1, 1), "date_latest": datetime.date(2011, 12, 31)}


def linked(first: dict[str, Any], second: dict[str, Any]) -> bool:
    one = event_row(event_id="first", **first)
    other = event_row(event_id="second", **second)
    rows = list(link_repeats([one, other]))
    assert rows[0].same_event == ""
    assert rows[1].same_event in ("", "first")
    return rows[1].same_event == "first"


@pytest.mark.parametrize(
    ("claim", "first", "second", "expected"),
    [
        ("one meeting told twice", JULY_4, JULY_4, True),
        ("an undated mention repeats a dated one", JULY_4, PUBLISHED_JULY_9, True),
        ("two days, two meetings", JULY_4, JULY_9, False),
        ("another type", JULY_4, {**JULY_4, "event_type": EventType.AGREE}, False),
        ("another pair", JULY_4, {**JULY_4, **CHAD}, False),
        ("planned is not done", JULY_4, {**JULY_4, "modality": Modality.PLANNED}, False),
        ("another country", JULY_4, {**JULY_4, "location": "Ankara", "location_country": "TUR"}, False),
        ("a narrower place", JULY_4, {**JULY_4, "location": "the Black Sea coast"}, True),
        ("a year is enough within an article", IN_2011, JULY_4, True),
    ],
)
def test_within_an_article(claim: str, first: dict[str, Any], second: dict[str, Any], expected: bool) -> None:
    assert linked(first, second) is expected, claim


ELSEWHERE = {"location": "", "location_country": ""}


def bare(text: str, trigger: str, **changes: Any) -> dict[str, Any]:
    """A mention without participants, in its sentence further down."""
    start = 1400 + text.index(trigger)
    nobody = {f"{side}{part}": () for side in ("actor", "recipient")
              for part in ("", "_start", "_end", "_entity_id", "_country", "_sector")}  # fmt: skip
    return {"text": text, "start": 1400, "trigger": trigger, "trigger_start": start, **nobody, **changes}


@pytest.mark.parametrize(
    ("claim", "second", "expected"),
    [
        ("the noun with its article takes up the verb", bare("The meeting lasted an hour.", "meeting"), True),
        ("a noun without article is another", bare("There was a meeting in May.", "meeting", **ELSEWHERE), False),
        ("another one", bare("Another meeting lasted an hour.", "meeting"), False),
        ("another word for the same act", bare("The summit lasted an hour.", "summit"), True),
        ("the word of another act", bare("The visit lasted an hour.", "visit", **ELSEWHERE), False),
        (
            "denied in the same word",
            {"trigger": "meeting", "rule": "noun: meeting", "modality": Modality.NEGATED},
            True,
        ),
        ("another article", bare("The meeting lasted an hour.", "meeting", article_id="b"), False),
    ],
)
def test_a_word_taken_up(claim: str, second: dict[str, Any], expected: bool) -> None:
    assert linked({**JULY_4, "trigger": "meeting"}, {**PUBLISHED_JULY_9, **second}) is expected, claim


OTHER = {"article_id": "b"}


@pytest.mark.parametrize(
    ("claim", "first", "second", "expected"),
    [
        ("one day, one pair", JULY_4, {**OTHER, **JULY_4}, True),
        ("reports within a week", PUBLISHED_JULY_9, {**OTHER, **JULY_4, "date_basis": DateBasis.PUBLICATION}, True),
        ("a year is too wide to tell meetings of different articles apart", IN_2011, {**OTHER, **JULY_4}, False),
        ("no date", {"date_earliest": None, "date_latest": None}, {**OTHER, **JULY_4}, False),
    ],
)
def test_across_articles(claim: str, first: dict[str, Any], second: dict[str, Any], expected: bool) -> None:
    assert linked(first, second) is expected, claim


LONG = "NATO and Russia met in Sochi on Monday to talk about the missile shield in the east."
NOBODY = {
    "actor": (),
    "actor_start": (),
    "actor_end": (),
    "actor_entity_id": (),
    "actor_country": (),
    "actor_sector": (),
}


@pytest.mark.parametrize(
    ("claim", "first", "second", "expected"),
    [
        ("a sentence copied from an agency", {"text": LONG}, {"text": LONG, **NOBODY}, True),
        ("white space apart", {"text": LONG}, {"text": LONG.replace(" ", "\n"), **NOBODY}, True),
        ("another sentence", {"text": LONG}, {"text": LONG.replace("east", "west"), **NOBODY}, False),
        ("a short sentence may stand anywhere", {"text": "They met."}, {"text": "They met.", **NOBODY}, False),
        ("the same words a year later", {"text": LONG, **JULY_4}, {"text": LONG, **NOBODY, **IN_2012}, False),
    ],
)
def test_a_sentence_in_two_articles(claim: str, first: dict[str, Any], second: dict[str, Any], expected: bool) -> None:
    assert linked(first, {**OTHER, **second}) is expected, claim


@pytest.mark.parametrize("content", ["", "[]", '{"weights": {"bias": "x"}, "threshold": 0, "slack": 0}'])
def test_weights_that_cannot_be_read_are_named(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "weights.json"
    broken.write_text(content, encoding="utf-8")
    monkeypatch.setattr(scores, "WEIGHTS_FILE", broken)
    with pytest.raises(LexiconError, match="weights"):
        scores.load_scores.__wrapped__()


def test_words_of_one_act_know_each_other() -> None:
    assert acts_of("talks") & acts_of("met") & acts_of("summit")
    assert not acts_of("talks") & acts_of("bombed")
    assert acts_of("metal") == frozenset()


def side(actor: str, recipient: str, code: str, other: str) -> dict[str, Any]:
    """One actor and one recipient, by name and country."""
    return {
        **{"actor": (actor,), "actor_country": (code,), "actor_sector": ("GOV",), "actor_entity_id": ("",)},
        **{"recipient": (recipient,) if recipient else (), "recipient_country": (other,) if recipient else ()},
        "event_type": EventType.ACCUSE,
    }


@pytest.mark.parametrize(
    ("claim", "first", "second", "expected"),
    [
        ("two states", side("Oslo", "Minsk", "NOR", "BLR"), side("Norway", "Belarus", "NOR", "BLR"), True),
        ("two of one country", side("minister", "mayor", "NOR", "NOR"), side("judge", "clerk", "NOR", "NOR"), False),
        ("one name is not enough", side("Roe", "", "NOR", ""), side("Roe", "", "NOR", ""), False),
    ],
)
def test_who_is_the_same_in_two_articles(
    claim: str, first: dict[str, Any], second: dict[str, Any], expected: bool
) -> None:
    undated = {**PUBLISHED_JULY_9}
    assert linked({**undated, **first}, {**OTHER, **undated, **second}) is expected, claim


def test_all_mentions_point_to_the_first() -> None:
    rows = list(link_repeats(event_row(event_id=str(n), **JULY_4) for n in range(4)))
    assert [row.same_event for row in rows] == ["", "0", "0", "0"]


def test_counting_distinct_events_is_counting_empty_cells() -> None:
    rows = [event_row(event_id=str(n), **(JULY_4 if n % 2 else JULY_9)) for n in range(6)]
    assert sum(row.same_event == "" for row in link_repeats(rows)) == 2


MODEL = PairScores({}, threshold=-1.0, slack=0.5)


def test_a_mention_repeats_the_best_possible_one_before_it() -> None:
    before = [Earlier(0.5, "a", True), Earlier(2.0, "b", False), Earlier(-0.9, "c", True)]
    assert MODEL.choice(before) == 0
    assert MODEL.choice([Earlier(-1.1, "a", True)]) is None
    assert MODEL.choice([]) is None


def test_of_two_mentions_that_are_as_likely_the_nearer_is_repeated() -> None:
    assert MODEL.choice([Earlier(1.0, "a", True), Earlier(1.0, "b", True)]) == 1


def test_the_other_mentions_of_an_event_have_to_agree() -> None:
    assert MODEL.choice([Earlier(-6.0, "a", True), Earlier(1.0, "a", True)]) is None
    assert MODEL.choice([Earlier(-3.5, "a", True), Earlier(1.0, "a", True)]) == 1


@pytest.mark.parametrize(
    ("names", "number"),
    [
        (("ten rebels",), 10),
        (("at least 1,200 soldiers",), 1200),
        (("soldiers",), None),
        ((), None),
        (("the guards of the villa that had 12 rooms",), None),
        (("9" * 30,), None),
    ],
)
def test_how_many_suffered_it(names: tuple[str, ...], number: int | None) -> None:
    assert counted(names) == number


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("Elsewhere in Iraq, gunmen killed two people.", True),
        ("In another attack in the city, gunmen killed a guard.", True),
        ("Three died in a separate raid.", True),
        ("Gunmen killed two people in Iraq.", False),
    ],
)
def test_a_sentence_that_says_it_tells_of_something_else(text: str, elsewhere: bool) -> None:
    assert bool(OPENS_ANEW.search(text)) is elsewhere
