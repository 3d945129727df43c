"""The log only grows, and what an annotator sees is a fold of it."""

import dataclasses
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.review.desk import Desk
from pipeline.review.items import Status
from pipeline.review.refusal import RefusedError
from pipeline.review.state import State
from tests.review.datasets import ANNOTATIONS, TEXT, desk_on, do, item_at, new, predicted, sample, write_dataset


def seen(state: State) -> dict[str, Any]:
    """What can be told of a state, whatever way led to it."""
    return {**state.items, "finished": state.finished}


def test_a_decision_survives_a_restart(folder: Path) -> None:
    first = desk_on(folder)
    do(first, {"op": "reject", "item": item_at(first, "Fiji").id})
    before = seen(first.state("anna", "palau"))
    first.close()
    again = desk_on(folder)
    again.catch_up()
    assert seen(again.state("anna", "palau")) == before
    assert item_at(again, "Fiji").status is Status.REJECTED


def test_the_log_refuses_to_forget(desk: Desk) -> None:
    do(desk, {"op": "accept", "item": item_at(desk, "Fiji").id})
    for statement in ("DELETE FROM entries", "UPDATE entries SET says = ''"):
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            desk.log.connection.execute(statement)


def test_the_same_request_again_changes_nothing(desk: Desk) -> None:
    name, item = new(), item_at(desk, "Fiji").id
    first = do(desk, {"op": "add", "layer": "dates", "label": "DATE", "spans": [[0, 5]]}, name=name)
    do(desk, {"op": "reject", "item": item})
    again = do(desk, {"op": "add", "layer": "dates", "label": "DATE", "spans": [[0, 5]]}, name=name)
    assert again.repeated and not first.repeated
    assert again.entry.seq == first.entry.seq
    assert [one.id for one in again.difference.items] == [one.id for one in first.difference.items]
    assert desk.log.last() == 2
    undone = new()
    assert desk.undo("anna", "palau", undone).entry.target == desk.undo("anna", "palau", undone).entry.target
    assert desk.log.last() == 3
    # Another annotator's request of the same name is another request.
    assert not do(desk, {"op": "accept", "item": item}, name=name, by="ben").repeated


def test_a_refused_request_leaves_no_trace(desk: Desk) -> None:
    before = seen(desk.state("anna", "palau"))
    good = {"op": "reject", "item": item_at(desk, "Fiji").id}
    with pytest.raises(RefusedError):
        do(desk, good, {"op": "accept", "item": "no such item"})
    assert desk.log.last() == 0
    assert seen(desk.state("anna", "palau")) == before


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["accept", "reject", "clear", "label", "move", "add", "keep", "remove", "bulk", "undo", "redo"]
        ),
        st.integers(0, 40),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_undo_and_redo_walk_through_every_state_there_was(
    steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Against a model that keeps whole states on two stacks; then the same from the file."""
    folder = sample(tmp_path_factory.mktemp("walk") / "outputs")
    desk = desk_on(folder)
    past, future = [seen(desk.state("anna", "palau"))], []
    for action, place in steps:
        try:
            if action == "undo":
                desk.undo("anna", "palau", new())
                future.append(past.pop())
            elif action == "redo":
                desk.redo("anna", "palau", new())
                past.append(future.pop())
            else:
                do(desk, change_of(desk, action, place))
                past.append(seen(desk.state("anna", "palau")))
                future = []
        except RefusedError:
            assert action not in ("undo", "redo") or not (future if action == "redo" else past[1:])
        assert seen(desk.state("anna", "palau")) == past[-1]
    while len(past) > 1:
        desk.undo("anna", "palau", new())
        past.pop()
        assert seen(desk.state("anna", "palau")) == past[-1]
    assert seen(desk.state("anna", "palau")) == {**desk.base("palau"), "finished": False}
    desk.close()
    again = desk_on(folder)
    again.catch_up()
    assert seen(again.state("anna", "palau")) == past[-1]
    again.close()


def change_of(desk: Desk, action: str, place: int) -> dict[str, Any]:
    """A change on one of the items that there are."""
    items = list(desk.state("anna", "palau").items.values())
    item = items[place % len(items)]
    if action == "label":
        entity = [one for one in items if one.layer == "entities"][place % 3]
        return {"op": "edit", "item": entity.id, "label": "LOC"}
    if action == "move":
        return {"op": "edit", "item": item.id, "spans": [[item.start, max(item.start + 1, item.end - 1)]]}
    if action == "add":
        return {"op": "add", "layer": "entities", "label": "ORG", "spans": [[place, place + 3]]}
    if action in ("keep", "remove"):
        blocks = [one for one in items if one.layer == "blocks"]
        return {"op": action, "item": blocks[place % len(blocks)].id}
    if action == "bulk":
        return {"op": "bulk", "action": "reject", "scope": "same", "item": item.id}
    return {"op": action, "item": item.id}


def test_a_step_that_reached_into_other_articles_is_undone_there_too(desk: Desk) -> None:
    outcome = do(
        desk, {"op": "bulk", "action": "accept", "scope": "entity", "item": item_at(desk, "Palau").id, "corpus": True}
    )
    assert outcome.elsewhere == 1
    assert [one.status for one in desk.state("anna", "other").items.values() if one.layer == "entities"] == [
        Status.ACCEPTED,
        Status.UNDECIDED,
    ]
    desk.undo("anna", "palau", new())
    assert seen(desk.state("anna", "other")) == {**desk.base("other"), "finished": False}
    # What was done in the other article since stands in the way of doing it again.
    do(desk, {"op": "finish", "undecided": "accept"}, article="other")
    with pytest.raises(RefusedError, match="changed since"):
        desk.redo("anna", "palau", new())


def test_two_processes_on_one_log_see_each_other(folder: Path) -> None:
    one, other = desk_on(folder), desk_on(folder)
    do(one, {"op": "reject", "item": item_at(one, "Fiji").id})
    do(other, {"op": "accept", "item": item_at(other, "Palau").id})
    do(one, {"op": "accept", "item": item_at(one, "Monday", layer="dates").id})
    for desk in (one, other):
        desk.catch_up()
        assert item_at(desk, "Fiji").status is Status.REJECTED
        assert item_at(desk, "Palau").status is Status.ACCEPTED
        assert len(desk.entries("anna", "palau")) == 3
        desk.close()


def test_decisions_outlive_a_prediction_that_is_no_longer_made(tmp_path: Path) -> None:
    desk = desk_on(sample(tmp_path / "outputs"))
    kept, gone = item_at(desk, "Fiji"), item_at(desk, "Fiji", 2)
    do(desk, {"op": "edit", "item": kept.id, "label": "ORG"}, {"op": "reject", "item": gone.id})
    desk.close()
    rows = predicted("palau", TEXT, ANNOTATIONS)
    rows = rows._replace(entities=tuple(row for row in rows.entities if row.text != "Fiji"))
    again = tmp_path / "again"
    write_dataset(again, {"palau": (TEXT, rows)})
    (tmp_path / "outputs" / "review.sqlite").rename(again / "review.sqlite")
    desk = desk_on(again)
    desk.catch_up()
    found = desk.state("anna", "palau").items
    assert (found[kept.id].label, found[kept.id].status) == ("ORG", Status.EDITED)
    assert gone.id not in found
    desk.close()


def test_decisions_on_another_text_are_kept_but_not_shown(tmp_path: Path) -> None:
    desk = desk_on(sample(tmp_path / "outputs"))
    do(desk, {"op": "reject", "item": item_at(desk, "Fiji").id})
    desk.close()
    changed = write_dataset(tmp_path / "changed", {"palau": ("x" + TEXT, predicted("palau", "x" + TEXT))})
    (tmp_path / "outputs" / "review.sqlite").rename(changed / "review.sqlite")
    desk = desk_on(changed)
    desk.catch_up()
    assert desk.stale == ["palau"]
    assert {one.status for one in desk.state("anna", "palau").items.values()} == {Status.UNDECIDED}
    assert desk.log.last() == 1
    desk.close()


def test_a_file_that_is_no_log_is_left_alone(folder: Path) -> None:
    (folder / "review.sqlite").write_bytes(b"something else" * 100)
    with pytest.raises(InputError, match="cannot be used as log"):
        desk_on(folder)
    assert (folder / "review.sqlite").read_bytes().startswith(b"something else")


def test_rows_outside_the_text_stop_the_article_with_a_message(tmp_path: Path) -> None:
    rows = predicted("palau", TEXT, ANNOTATIONS)
    last = dataclasses.replace(rows.entities[-1], end=len(TEXT) + 1)
    folder = write_dataset(tmp_path / "outputs", {"palau": (TEXT, rows._replace(entities=(*rows.entities[:-1], last)))})
    desk = desk_on(folder)
    with pytest.raises(InputError, match="outside the text; run extract again"):
        desk.state("anna", "palau")
    desk.close()
