"""What a page may ask, what follows from it, and what is refused."""

from typing import Any

import pytest

from pipeline.review.desk import Desk
from pipeline.review.items import Item, Status
from pipeline.review.refusal import RefusedError
from pipeline.review.views import View
from tests.review.datasets import TEXT, do, item_at


def edit(desk: Desk, item: Item, **fields: Any) -> Item:
    """The item after an edit."""
    do(desk, {"op": "edit", "item": item.id, **fields})
    return desk.state("anna", "palau").items[item.id]


def place(words: str, nth: int = 1) -> list[int]:
    start = -1
    for _ in range(nth):
        start = TEXT.index(words, start + 1)
    return [start, start + len(words)]


def test_an_edit_is_a_decision_and_the_way_back_is_acceptance(desk: Desk) -> None:
    fiji = item_at(desk, "Fiji")
    assert edit(desk, fiji, label="LOC").status is Status.EDITED
    assert edit(desk, fiji, label="GPE").status is Status.ACCEPTED
    do(desk, {"op": "clear", "item": fiji.id})
    assert item_at(desk, "Fiji") == fiji


def test_white_space_at_the_ends_is_left_out(desk: Desk) -> None:
    start, end = place(" treaty ")
    found = do(desk, {"op": "add", "layer": "entities", "label": "LAW", "spans": [[start, end]]}).difference.items
    assert found[0].spans == ((start + 1, end - 1),)


def test_other_words_than_the_page_believes_are_refused(desk: Desk) -> None:
    with pytest.raises(RefusedError) as refused:
        do(desk, {"op": "add", "layer": "dates", "label": "DATE", "spans": [place("2023")], "words": "2024"})
    assert (refused.value.status, refused.value.more["words"]) == (409, "2023")
    after_emoji = place("réseau".replace("é", "e\N{COMBINING ACUTE ACCENT}"))
    do(
        desk,
        {"op": "add", "layer": "entities", "label": "FAC", "spans": [after_emoji], "words": TEXT[slice(*after_emoji)]},
    )


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"op": "shout"}, 400),
        ({"op": "accept", "item": "m0-1"}, 404),
        ({"op": "accept", "item": ["m0-5"]}, 404),
        ({"op": "add", "layer": "entities", "label": "DATE", "spans": [[0, 5]]}, 400),
        ({"op": "add", "layer": "entities", "label": "ORG", "spans": [[0, 5]]}, 409),  # Palau is a mention already
        ({"op": "add", "layer": "entities", "label": "ORG", "spans": [[5, 5]]}, 400),
        ({"op": "add", "layer": "entities", "label": "ORG", "spans": [[-3, 5]]}, 400),
        ({"op": "add", "layer": "entities", "label": "ORG", "spans": [[0, 10**9]]}, 400),
        ({"op": "add", "layer": "entities", "label": "ORG", "spans": [[0, True]]}, 400),
        ({"op": "add", "layer": "entities", "label": "ORG", "spans": "0-5"}, 400),
        ({"op": "add", "layer": "entities", "label": "ORG", "spans": [[0, 3], [6, 9]]}, 400),
        ({"op": "add", "layer": "quotations", "label": "direct", "spans": [[0, 5], [3, 9]]}, 400),
        ({"op": "add", "layer": "blocks", "label": "caption", "spans": [[0, 5]]}, 409),
        ({"op": "keep", "item": "m0-5"}, 400),
        ({"op": "edit", "item": "m0-5"}, 400),
        ({"op": "edit", "item": "m0-5", "attributes": {"country": "Palau"}}, 400),
        ({"op": "edit", "item": "m0-5", "attributes": {"speaker": [0, 5]}}, 400),
        ({"op": "edit", "item": "m0-5", "attributes": {"entity": "nobody"}}, 404),
        ({"op": "edit", "item": "m0-5", "attributes": {"name": " "}}, 400),
        ({"op": "edit", "item": "m0-5", "note": "x" * 3000}, 400),
        ({"op": "bulk", "action": "accept", "scope": "filter", "filters": "label=PERSON&status=accepted"}, 409),
        ({"op": "bulk", "action": "accept", "scope": "everything"}, 400),
        ({"op": "finish"}, 409),
        ("accept", 400),
    ],
)
def test_what_cannot_be_done_is_refused(desk: Desk, change: Any, status: int) -> None:
    with pytest.raises(RefusedError) as refused:
        do(desk, change)
    assert refused.value.status == status


def test_a_new_mention_joins_the_entity_of_the_same_words(desk: Desk) -> None:
    do(desk, {"op": "reject", "item": item_at(desk, "Fiji", 2).id})
    found = do(desk, {"op": "add", "layer": "entities", "label": "GPE", "spans": [place("Fiji", 2)]}).difference.items[
        0
    ]
    assert found.attributes["entity"] == item_at(desk, "Fiji").attributes["entity"]
    assert found.attributes["country"] == "FJI"
    alone = do(desk, {"op": "add", "layer": "entities", "label": "LOC", "spans": [place("sea")]}).difference.items[0]
    assert (alone.attributes["name"], alone.attributes["entity"]) == ("sea", f"e{place('sea')[0]}")


def test_one_name_and_one_country_for_all_mentions_of_an_entity(desk: Desk) -> None:
    outcome = do(
        desk,
        {
            "op": "edit",
            "item": item_at(desk, "Palau").id,
            "attributes": {"name": "Republic of Palau", "country": "plw"},
        },
    )
    named = [item for item in desk.state("anna", "palau").items.values() if item.attributes.get("entity") == "palau"]
    assert {(item.attributes["name"], item.attributes["country"]) for item in named} == {("Republic of Palau", "PLW")}
    assert [item.status for item in named] == [Status.EDITED, *[Status.UNDECIDED] * 3]
    assert len(outcome.difference.items) == 4
    do(desk, {"op": "edit", "item": item_at(desk, "Ruiz", 2).id, "attributes": {"name": "Ana Maria Ruiz"}})
    assert item_at(desk, "“The sea,”", layer="quotations").attributes["speaker_name"] == "Ana Maria Ruiz"


def test_a_mention_can_become_an_entity_of_its_own(desk: Desk) -> None:
    found = edit(desk, item_at(desk, "Palau", 4), attributes={"entity": ""})
    assert found.attributes["entity"] == f"e{place('Palau', 4)[0]}"


def test_the_days_follow_from_the_value_and_the_value_from_the_days(desk: Desk) -> None:
    year = item_at(desk, "2023", layer="dates")
    assert edit(desk, year, attributes={"value": "2023-Q2"}).attributes["latest"] == "2023-06-30"
    found = edit(desk, year, attributes={"earliest": "2023-05-01", "latest": "2023-05-03"})
    assert found.attributes["value"] == "2023-05-01/2023-05-03"
    assert edit(desk, year, label="DURATION", attributes={"value": "P1Y"}).attributes["earliest"] == ""
    with pytest.raises(RefusedError, match="ends before it begins"):
        edit(desk, year, attributes={"earliest": "2023-05-03", "latest": "2023-05-01"})


def test_a_speaker_brings_name_and_entity(desk: Desk) -> None:
    said = item_at(desk, "“The sea,”", layer="quotations")
    found = edit(desk, said, attributes={"speaker": None})
    assert (found.attributes["speaker_name"], found.attributes["speaker_entity"]) == ("", "")
    found = edit(desk, said, attributes={"speaker": place("Ana Ruiz")})
    assert (found.attributes["speaker_name"], found.attributes["speaker_entity"]) == ("Ana Ruiz", "ruiz")
    # By entity alone: the words stay while they can mean the entity, else the nearest mention takes their place.
    found = edit(desk, said, attributes={"speaker_entity": "ruiz", "cue": place("said", 2)})
    assert found.attributes["speaker"] == place("Ana Ruiz")
    do(desk, {"op": "edit", "item": said.id, "attributes": {"speaker": None}})
    found = edit(desk, said, attributes={"speaker_entity": "ruiz"})
    assert found.attributes["speaker"] == place("Ruiz", 2)
    found = edit(desk, said, attributes={"speaker": place("sea", 2)})
    assert (found.attributes["speaker_name"], found.attributes["speaker_entity"]) == ("sea", "")


def test_the_cells_of_an_event_hold_spans(desk: Desk) -> None:
    signed = item_at(desk, "signed", layer="events")
    found = edit(
        desk,
        signed,
        attributes={"actors": [{"span": place("Fiji")}, {"entity": "palau", "sector": "GOV"}], "date": "d-none"[:0]},
    )
    assert [(one["entity"], one["country"], one["sector"]) for one in found.attributes["actors"]] == [
        ("fiji", "FJI", ""),
        ("palau", "PLW", "GOV"),
    ]
    assert found.attributes["actors"][1]["span"] == place("Palau", 3)  # the mention beside the trigger
    assert (found.attributes["date"], found.attributes["earliest"], found.attributes["basis"]) == ("", "", "")
    monday = item_at(desk, "Monday", layer="dates")
    found = edit(desk, signed, attributes={"date": monday.id})
    assert (found.attributes["earliest"], found.attributes["basis"]) == ("2024-03-04", "explicit")
    assert edit(desk, signed, label="AGREE").attributes["mode"] == ""
    assert View(desk, "anna", "palau").item(found)["attributes"]["actors"][0]["text"] == "Fiji"
    with pytest.raises(RefusedError, match="among the dates"):
        edit(desk, signed, attributes={"date": signed.id})


def test_nothing_in_a_removed_block_waits_for_a_decision(desk: Desk) -> None:
    block = item_at(desk, "Palau signed", layer="blocks")
    before = len(desk.state("anna", "palau").open_items())
    do(desk, {"op": "remove", "item": block.id})
    state = desk.state("anna", "palau")
    assert (state.items[block.id].label, state.items[block.id].attributes["kept"]) == ("other_boilerplate", False)
    inside = [item for item in state.items.values() if item.start >= block.start and item.end <= block.end]
    assert len(state.open_items()) == before - len(inside)
    do(desk, {"op": "keep", "item": block.id})
    assert desk.state("anna", "palau").items[block.id].status is Status.ACCEPTED
    removed = item_at(desk, "Sign up", layer="blocks")
    do(desk, {"op": "keep", "item": removed.id, "label": "caption"})
    found = desk.state("anna", "palau").items[removed.id]
    assert (found.label, found.attributes["kept"], found.status) == ("caption", True, Status.EDITED)
    do(desk, {"op": "reject", "item": block.id})
    assert not desk.state("anna", "palau").items[block.id].attributes["kept"]


def test_accepting_all_overrules_no_decision_made_by_hand(desk: Desk) -> None:
    rejected = item_at(desk, "Palau", 2)
    do(desk, {"op": "reject", "item": rejected.id})
    outcome = do(desk, {"op": "bulk", "action": "accept", "scope": "entity", "item": item_at(desk, "Palau").id})
    assert len(outcome.difference.items) == 3
    assert item_at(desk, "Palau", 2).status is Status.REJECTED
    assert outcome.entry.says == "accepted 3 items: GPE Palau"


def test_a_sentence_a_page_a_filter_at_once(desk: Desk) -> None:
    def accepted() -> list[str]:
        items = desk.state("anna", "palau").items.values()
        return [TEXT[item.start : item.end] for item in items if item.status is Status.ACCEPTED]

    thanked = item_at(desk, "thanked", layer="events")
    do(desk, {"op": "bulk", "action": "accept", "scope": "sentence", "item": thanked.id})
    assert accepted() == ["Palau", "thanked", "Fiji"]
    listed = [item_at(desk, "Monday", layer="dates").id, item_at(desk, "Ana Ruiz").id]
    do(desk, {"op": "bulk", "action": "accept", "scope": "items", "items": listed})
    assert len(accepted()) == 5
    do(desk, {"op": "bulk", "action": "accept", "scope": "filter", "filters": "layer=blocks"})
    assert len(accepted()) == 10
    do(desk, {"op": "bulk", "action": "accept", "scope": "filter", "filters": "search=signed+2023&layer=dates"})
    assert accepted().count("2023") == 1


def test_finishing_settles_what_is_left(desk: Desk) -> None:
    do(desk, {"op": "reject", "item": item_at(desk, "Fiji").id})
    with pytest.raises(RefusedError) as refused:
        do(desk, {"op": "finish"})
    assert refused.value.more["undecided"] == len(desk.state("anna", "palau").open_items())
    do(desk, {"op": "finish", "undecided": "reject"})
    state = desk.state("anna", "palau")
    assert state.finished and not state.open_items()
    assert {item.status for item in state.items.values() if item.layer == "blocks"} == {Status.ACCEPTED}
    do(desk, {"op": "reopen"})
    assert not desk.state("anna", "palau").finished
