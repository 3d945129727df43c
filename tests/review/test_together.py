"""Two annotators: blind, then compared; one version made of two."""

import json
from collections.abc import Iterator

import pytest

from pipeline.review import adjudication
from pipeline.review.desk import Desk
from pipeline.review.items import Status
from pipeline.review.refusal import RefusedError
from pipeline.review.verdict import verdict
from tests.review.datasets import TEXT, do, item_at, new
from tests.review.serving import client_for, serving
from tests.review.test_server import PAGES, READS


@pytest.fixture
def port(desk: Desk) -> Iterator[int]:
    with serving(desk) as found:
        yield found


FINISH = {"op": "finish", "undecided": "accept"}


def both_finished(desk: Desk) -> None:
    """Anna accepts everything; Ben takes Fiji for a place, adds the treaty, and doubts that anyone thanked."""
    do(desk, FINISH, by="anna")
    treaty = TEXT.index("treaty")
    do(
        desk,
        {"op": "edit", "item": item_at(desk, "Fiji").id, "label": "LOC"},
        {"op": "add", "layer": "entities", "label": "LAW", "spans": [[treaty, treaty + 6]]},
        {"op": "reject", "item": item_at(desk, "thanked", layer="events").id},
        FINISH,
        by="ben",
    )


def test_nothing_of_one_annotator_reaches_the_other(desk: Desk, port: int) -> None:
    """Every address answers Ben as if Anna had never been there, but for the name at the start page."""
    ben = client_for(port, "ben")
    do(desk, {"op": "accept", "item": item_at(desk, "Palau", by="ben").id}, by="ben")
    reads = [path for path in (*READS, *PAGES) if path != "/start"]
    before = {path: ben.get(path).text for path in reads if "csv" not in path}
    treaty = TEXT.index("treaty")
    do(
        desk,
        {"op": "add", "layer": "entities", "label": "LAW", "spans": [[treaty, treaty + 6]]},
        {"op": "reject", "item": item_at(desk, "Palau").id},
        {"op": "edit", "item": item_at(desk, "Fiji").id, "note": "annas secret"},
    )
    assert {path: ben.get(path).text for path in before} == before
    do(desk, FINISH)
    for path, text in before.items():
        found = ben.get(path).text
        assert found == text or path in ("/api/adjudication", "/adjudicate")
        assert "annas secret" not in found
    assert ben.get("/api/adjudication").json()["articles"] == [
        {"id": "palau", "title": "Palau waits for the sea", "blind": True, "finished": []}
    ]
    assert ben.get("/api/adjudication/palau?a=anna&b=ben").status_code == 403
    assert ben.get("/api/agreement?a=anna&b=ben").status_code == 403
    assert ben.get("/api/queue?disagreement=1").json()["total"] == 0


def test_units_say_where_two_differ(desk: Desk) -> None:
    both_finished(desk)
    first, second = adjudication.versions(desk, "cleo", "palau", "anna", "ben")
    differing = {
        TEXT[unit.place.start : unit.place.end]: unit.differs
        for unit in adjudication.units(first, second)
        if unit.differs
    }
    assert differing == {"Fiji": ["label"], "treaty": ["status"], "thanked": ["status"]}
    assert adjudication.disputed(desk, "cleo", "palau") == {
        item_at(desk, words, layer=layer, by=by).id
        for words, layer, by in (
            ("Fiji", "entities", "anna"),
            ("treaty", "entities", "ben"),
            ("thanked", "events", "anna"),
        )
    }


def test_two_added_items_that_overlap_are_one_unit(desk: Desk) -> None:
    place = TEXT.index("the treaty")
    do(desk, {"op": "add", "layer": "entities", "label": "LAW", "spans": [[place, place + 10]]}, FINISH)
    do(desk, {"op": "add", "layer": "entities", "label": "LAW", "spans": [[place + 4, place + 10]]}, FINISH, by="ben")
    units = adjudication.units(desk.state("anna", "palau"), desk.state("ben", "palau"))
    (found,) = [unit for unit in units if unit.differs]
    assert found.a and found.b and found.differs == ["spans", "attributes.name"]


def test_one_version_is_made_of_two(desk: Desk, port: int) -> None:
    both_finished(desk)
    cleo = client_for(port, "cleo")
    query = "/api/adjudication/palau?a=anna&b=ben"
    units = cleo.get(query).json()["units"]

    def take(whose: str, chosen: object = None) -> None:
        content = {"uuid": new(), "a": "anna", "b": "ben", "take": whose, "units": chosen}
        answer = cleo.post("/api/adjudication/palau", json=content)
        assert answer.status_code == 200, answer.text
        assert all(unit["settled"] for unit in answer.json()["units"])

    take("agreed")
    assert len([unit for unit in cleo.get(query).json()["units"] if not unit["settled"]]) == 3
    keys = {unit["words"]: unit["key"] for unit in units if not unit["agree"]}
    take("b", [keys["Fiji"], keys["treaty"]])
    take("a", "open")
    state = desk.state("cleo", "palau")
    assert not state.open_items()
    good = {
        (item.label, TEXT[item.start : item.end]) for item in state.items.values() if item.status is not Status.REJECTED
    }
    assert {("LOC", "Fiji"), ("LAW", "treaty"), ("CONSULT", "thanked")} <= good
    # Take all of one, and back again.
    take("a", "all")
    assert "treaty" not in {TEXT[item.start : item.end] for item in desk.state("cleo", "palau").items.values()}
    assert same_rows(desk, "cleo", "anna")
    take("b", "all")
    assert same_rows(desk, "cleo", "ben")
    cleo.post("/api/undo", json={"uuid": new(), "article": "palau"})
    assert same_rows(desk, "cleo", "anna")
    # Who makes one version of two is not a third annotator.
    do(desk, FINISH, by="cleo")
    assert desk.finished_by("palau") == ["anna", "ben"]


def same_rows(desk: Desk, one: str, other: str) -> bool:
    rows = [
        verdict(desk.state(name, "palau"), desk.document("palau"), TEXT, desk.sentences("palau")).extraction
        for name in (one, other)
    ]
    return rows[0] == rows[1]


def test_nobody_judges_their_own_work(desk: Desk) -> None:
    both_finished(desk)
    for name in ("anna", "ben"):
        with pytest.raises(RefusedError, match="third name"):
            adjudication.take(desk, name, "palau", new(), "anna", "ben", "a", "all")


def test_agreement_is_that_of_the_gold_files(desk: Desk, port: int) -> None:
    both_finished(desk)
    client = client_for(port, "cleo")
    found = client.get("/api/agreement?a=anna&b=ben").json()
    figures = {
        (one["layer"], one["measure"], one["label"]): one["value"] for one in found["figures"] if not one["article_id"]
    }
    assert figures["dates", "exact", ""] == 1.0
    assert figures["blocks", "kappa of labels", ""] == 1.0
    assert 0.7 < figures["entities", "exact", ""] < 1.0
    assert figures["events", "trigger", ""] == pytest.approx(2 / 3)
    sheet = client.get("/api/agreement?a=anna&b=ben&format=csv")
    assert sheet.text.splitlines()[0] == "article_id,layer,label,measure,value,first,second,low,high"
    assert len(sheet.text.splitlines()) == len(found["figures"]) + 1


def test_the_log_of_one_holds_nothing_of_the_other(desk: Desk, port: int) -> None:
    both_finished(desk)
    for name in ("anna", "ben"):
        lines = client_for(port, name).get("/api/log").text.splitlines()
        assert {json.loads(line)["annotator"] for line in lines} == {name}
