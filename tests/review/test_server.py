"""The server from outside: who is let in, what is refused, and what each address answers."""

import json
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipeline.errors import InputError
from pipeline.review.app import dataset_of
from pipeline.review.desk import Desk
from pipeline.review.guard import MOST_JSON
from pipeline.review.server import ADDRESS, _listening, token_of
from tests.review.datasets import HOSTILE, desk_on, item_at, new, predicted, sample, write_dataset
from tests.review.serving import TOKEN, client_for, serving


@pytest.fixture
def client(desk: Desk) -> Iterator[httpx.Client]:
    with serving(desk) as port, client_for(port) as found:
        yield found


def port_of(client: httpx.Client) -> int:
    return client.base_url.port or 0


NAMED = b'{"article": "palau", "uuid": "0cefdeab-c7af-4472-bc4d-0a650151a9b2", '


def decide(client: httpx.Client, *changes: dict[str, Any], **more: Any) -> Any:
    return client.post("/api/decide", json={"uuid": new(), "article": "palau", "changes": list(changes), **more})


READS = [
    "/api/articles", "/api/articles/palau", "/api/articles/palau/since/0", "/api/articles/palau/gold", "/api/queue",
    "/api/next", "/api/search?q=treaty", "/api/labels", "/api/rules", "/api/guideline?layer=dates&label=DATE",
    "/api/progress", "/api/history?article=palau", "/api/dates?value=2011-09", "/api/log", "/api/adjudication",
    "/api/export?format=csv",
]  # fmt: skip
PAGES = ["/", "/start", "/article/palau", "/adjudicate"]
WRITES = [
    "/api/decide", "/api/undo", "/api/redo", "/api/cases", "/api/articles/palau/gold", "/api/adjudication/palau",
]  # fmt: skip


@pytest.mark.parametrize("path", [*READS, *PAGES])
def test_every_address_answers_with_the_policy(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", [*READS, *PAGES, "/favicon.ico", "/nowhere"])
def test_nothing_is_told_without_the_token(client: httpx.Client, path: str) -> None:
    name = f"review_token_{port_of(client)}"
    for cookies in ({}, {name: "t" * 42}, {name: ""}, {"review_token_1": TOKEN}):
        client.cookies.clear()
        client.cookies.update(cookies)
        answer = client.get(path)
        assert answer.status_code == 403
        assert "Palau" not in answer.text
    assert client.get(path, headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert client.get(path, headers={"Cookie": f"{name}={'x' * 5000}; =,".encode() + b"\xe4"}).status_code == 403


def test_the_printed_address_lets_in_and_loses_its_token(client: httpx.Client) -> None:
    client.cookies.clear()
    assert client.get("/?token=wrong").status_code == 403
    answer = client.get(f"/?token={TOKEN}&annotator=anna")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?annotator=anna")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "samesite=strict" in cookie.lower()
    assert client.get("/?annotator=anna").status_code == 200
    # An address that a browser would take for another host's stays here.
    for path in ("//evil.example/", "/\\evil.example/"):
        answer = client.get(path, params={"token": TOKEN})
        assert not answer.headers["location"].startswith(("//", "/\\", "http"))


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:PORT.evil.example", "0.0.0.0:PORT", "[::1]:PORT"]
)
def test_another_host_is_refused(client: httpx.Client, host: str) -> None:
    assert client.get("/api/articles", headers={"Host": host.replace("PORT", str(port_of(client)))}).status_code == 403
    assert client.get("/api/articles", headers={"Host": f"localhost:{port_of(client)}"}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "", "https://127.0.0.1:PORT", "http://127.0.0.1:1", None]
)
def test_only_our_own_pages_write(client: httpx.Client, desk: Desk, origin: str | None) -> None:
    if origin is None:
        del client.headers["Origin"]
    else:
        client.headers["Origin"] = origin.replace("PORT", str(port_of(client)))
    for path in WRITES:
        assert client.post(path, json={}).status_code == 403
    assert desk.log.last() == 0


def test_a_form_of_another_site_is_no_request_of_ours(client: httpx.Client, desk: Desk) -> None:
    body = json.dumps({"uuid": new(), "article": "palau", "changes": [{"op": "finish", "undecided": "accept"}]})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        answer = client.post("/api/decide", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 415
    headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/api/decide", content=body, headers=headers).status_code == 403
    assert client.get("/api/articles", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.put("/api/decide", content=body, headers={"Content-Type": "application/json"}).status_code == 405
    assert desk.log.last() == 0


def test_a_body_has_bounds_whatever_it_says_of_its_length(client: httpx.Client, desk: Desk) -> None:
    headers = {"Content-Type": "application/json"}
    assert client.post("/api/decide", content=b" " * (MOST_JSON + 1), headers=headers).status_code == 413
    pieces = (b"x" * 65536 for _ in range(100))
    assert client.post("/api/decide", content=pieces, headers=headers).status_code == 413
    assert desk.log.last() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"", b"nonsense", b"[]", b"null", b'{"article": "palau", "uuid": 1}', b"[" * 100_000,
        b'{"uuid": "../../x", "article": "palau"}',
        NAMED + b'"changes": [{"op": "edit", "item": "m0-5", "note": "\\ud800"}]}',
        NAMED + b'"changes": {}}', NAMED + b'"changes": []}', NAMED + b'"changes": [{"op": ["accept"]}]}',
        b"\xff\xfe", b'{"a": ' + b"9" * 10_000 + b"}",
    ],
)  # fmt: skip
def test_a_broken_request_is_told_so(client: httpx.Client, desk: Desk, body: bytes) -> None:
    answer = client.post("/api/decide", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert desk.log.last() == 0


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/..%2fapp.py", "/static/.hidden", "/static/%2e%2e/x"])
def test_no_file_but_those_of_the_page(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/articles/nobody", 404), ("/article/nobody", 404), ("/api/queue?layer=songs", 400),
        ("/api/queue?min=much", 400), ("/api/queue?limit=-1", 400), ("/api/guideline?layer=dates&label=ORG", 404),
        ("/api/articles?annotator=" + "x" * 50, 400), ("/api/articles?annotator=..", 400),
        ("/api/articles?annotator=a/b", 400), ("/api/dates?value=soon", 400), ("/api/dates?day=2011-02-30", 400),
        ("/api/export?format=pdf", 400), ("/api/export?format=csv&article=nobody", 404),
        ("/api/adjudication/palau?a=anna&b=ben", 404), ("/api/agreement?a=anna&b=ben", 403),
        ("/api/search?q=%22%27)%20OR%20*", 200), ("/api/search?q=NEAR(%00", 200), ("/api/search?q=", 200),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_so(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    if status != 200 and path.startswith("/api"):
        assert answer.json()["error"]


def test_a_page_asks_who_is_there(client: httpx.Client) -> None:
    client.cookies.delete(f"review_annotator_{port_of(client)}")
    answer = client.get("/article/palau?layer=dates")
    assert answer.headers["location"] == "/start?next=%2Farticle%2Fpalau%3Flayer%3Ddates"
    assert client.get("/api/articles").status_code == 400
    answer = client.get("/?annotator=ben")
    assert f"review_annotator_{port_of(client)}=ben" in answer.headers["set-cookie"]


@pytest.mark.parametrize("name", ["Ana-Šimić", "李雷", "मीनाक्षी", "سلمى", "Zu\N{COMBINING DIAERESIS}rich"])
def test_a_name_may_be_in_any_script(client: httpx.Client, desk: Desk, name: str) -> None:
    answer = client.get("/article/palau", params={"annotator": name})
    assert answer.status_code == 200
    kept = answer.headers["set-cookie"].split(";")[0].partition("=")[2]
    client.cookies.set(f"review_annotator_{port_of(client)}", kept)
    assert decide(client, {"op": "accept", "item": item_at(desk, "Fiji").id}).status_code == 200
    assert desk.annotators() == [unicodedata.normalize("NFC", name)]
    assert client.get("/api/progress", params={"annotator": name}).json()["items"]["decided"] == 1


@pytest.mark.parametrize(
    "name", ["a b", "a/b", "..", "a\N{RIGHT-TO-LEFT OVERRIDE}b", "x" * 41, "<b>", "a;b", "\N{GRINNING FACE}"]
)
def test_what_is_no_name_is_refused(client: httpx.Client, name: str) -> None:
    assert client.get("/api/progress", params={"annotator": name}).status_code == 400


def test_the_filters_of_an_address_without_a_name_go_along(client: httpx.Client) -> None:
    page = client.get("/start", params={"next": '/article/palau?layer=dates&rule="><b>&annotator=ben'}).text
    assert 'action="/article/palau"' in page
    assert '<input type="hidden" name="layer" value="dates">' in page
    assert '<input type="hidden" name="rule" value="&#34;&gt;&lt;b&gt;">' in page and "ben" not in page


def test_what_is_meant_for_another_folder_is_not_taken(client: httpx.Client, desk: Desk) -> None:
    found = re.search(r'data-dataset="([0-9a-f]{12})"', client.get("/article/palau").text)
    assert found and found[1] == dataset_of(desk, TOKEN)
    body = {"uuid": new(), "article": "palau", "changes": [{"op": "accept", "item": item_at(desk, "Fiji").id}]}
    refusal = client.post("/api/decide", params={"dataset": "0" * 12}, json=body)
    assert refusal.status_code == 421 and "another folder" in refusal.json()["error"]
    assert desk.annotators() == []
    assert client.post("/api/decide", params={"dataset": found[1]}, json=body).status_code == 200


def test_two_folders_under_one_token_are_two(tmp_path: Path) -> None:
    desks = [desk_on(sample(tmp_path / name)) for name in ("one", "other")]
    assert dataset_of(desks[0], TOKEN) != dataset_of(desks[1], TOKEN) != dataset_of(desks[1], TOKEN[1:])
    for desk in desks:
        desk.close()


def test_the_files_of_the_page_wait_for_nobody(client: httpx.Client, desk: Desk) -> None:
    with desk.lock:  # as while a long article is put together; the handlers run on threads of their own
        assert client.get("/static/review.css", timeout=5).status_code == 200
        assert client.get("/favicon.ico", timeout=5).status_code == 200


def test_the_first_items_of_a_long_article_come_alone(client: httpx.Client, desk: Desk) -> None:
    every = client.get("/api/articles/palau").json()
    assert every["partial"] is False
    part = client.get(
        "/api/articles/palau", params={"first": 6, "at": item_at(desk, "Monday", layer="dates").id}
    ).json()
    assert part["partial"] is True and part["undecided"] == every["undecided"]
    wanted = every["items"].index(next(item for item in every["items"] if item["text"] == "Monday"))
    removed = [item for item in every["items"] if item["layer"] == "blocks" and not item["attributes"]["kept"]]
    assert part["items"] == [*every["items"][wanted - 1 : wanted + 5], *removed]
    for item in every["items"][:5]:
        decide(client, {"op": "accept", "item": item["id"]})
    assert client.get("/api/articles/palau?first=6").json()["items"][1]["id"] == every["items"][5]["id"]
    dates = client.get("/api/articles/palau?first=6&layer=dates").json()["items"]
    assert [item["text"] for item in dates if item["layer"] == "dates"] == ["March 4, 2024", "Monday", "2023"]


def test_an_answer_says_what_changed_and_where_things_stand(client: httpx.Client, desk: Desk) -> None:
    fiji = item_at(desk, "Fiji")
    answer = decide(client, {"op": "edit", "item": fiji.id, "label": "LOC"}).json()
    assert [(item["id"], item["label"], item["status"], item["changed"]) for item in answer["items"]] == [
        (fiji.id, "LOC", "edited", ["label"])
    ]
    assert len(answer["blocks"]) == 1 and "LOC edited" in answer["blocks"][0]["html"]
    assert (answer["version"], answer["can_undo"], answer["can_redo"]) == (1, True, False)
    # A decision alone draws nothing again; a second tab that is behind is told what it missed.
    other = decide(client, {"op": "accept", "item": item_at(desk, "Monday", layer="dates").id}, version=0).json()
    assert {item["id"] for item in other["items"]} == {fiji.id, item_at(desk, "Monday", layer="dates").id}
    assert client.get("/api/articles/palau/since/1").json()["blocks"] == []
    undone = client.post("/api/undo", json={"uuid": new(), "article": "palau"}).json()
    assert undone["says"] == "undid: accepted DATE Monday"
    assert client.post("/api/redo", json={"uuid": new(), "article": "palau"}).json()["can_redo"] is False
    assert client.post("/api/redo", json={"uuid": new(), "article": "palau"}).status_code == 409
    assert [entry["kind"] for entry in client.get("/api/history?article=palau").json()["entries"]] == [
        "redo", "undo", "decide", "decide",
    ]  # fmt: skip


def test_the_queue_begins_with_what_is_least_certain(client: httpx.Client, desk: Desk) -> None:
    found = client.get("/api/queue?limit=500").json()
    uncertain = [item["uncertainty"] for item in found["items"]]
    assert uncertain == sorted(uncertain, reverse=True) and found["total"] == len(uncertain)
    first = found["items"][0]
    assert (first["layer"], first["article"]) == ("quotations", "palau")
    assert client.get("/api/next").json()["item"]["id"] == first["id"]
    following = client.get("/api/next", params={"article": "palau", "after": first["id"]}).json()
    assert following["item"]["id"] == found["items"][1]["id"]
    names = {
        (item["article"], item["text"]) for item in client.get("/api/queue?label=GPE&search=treaty").json()["items"]
    }
    assert names == {("palau", "Palau"), ("palau", "Fiji"), ("other", "Fiji")}
    assert client.get("/api/queue?status=decided").json()["total"] == 0
    assert client.get("/api/queue?rule=marks*&max=0.6").json()["total"] == 1
    assert client.get("/api/queue?layer=quotations,events&min=0.65").json()["total"] == 1
    decide(client, {"op": "accept", "item": first["id"]})
    assert client.get("/api/queue?layer=quotations").json()["total"] == 0
    assert [one["id"] for one in client.get("/api/articles?layer=events").json()["articles"]] == ["palau"]


def test_a_search_finds_places_in_code_points(client: httpx.Client, desk: Desk) -> None:
    for query, words in (
        ("reseau", "re\N{COMBINING ACUTE ACCENT}seau"),
        ('"cannot wait"', "cannot wait"),
        ("treat*", "treaty"),
    ):
        hits = client.get("/api/search", params={"q": query}).json()["hits"]
        assert {hit["article"] for hit in hits} == {"palau", "other"}
        for hit in hits:
            assert desk.text(hit["article"])[hit["start"] : hit["end"]] == words
            assert hit["words"] == words


def test_reporting_words_and_people_come_first(client: httpx.Client, desk: Desk) -> None:
    said = item_at(desk, "“The sea,”", layer="quotations").id
    words = client.get("/api/cues", params={"article": "palau", "item": said}).json()["candidates"]
    assert [word["text"] for word in words[:2]] == ["said", "said"]
    assert all(desk.text("palau")[slice(*word["span"])] == word["text"] for word in words)
    assert not {"The", "sea", "cannot"} & {word["text"] for word in words}
    people = client.get("/api/speakers", params={"article": "palau", "item": said}).json()["candidates"]
    assert [(one["entity"], one["text"]) for one in people] == [("ruiz", "Ruiz"), ("palau", "Palau"), ("fiji", "Fiji")]


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    """The page, the answers and the messages: nothing of an article is markup anywhere."""
    desk = desk_on(write_dataset(tmp_path / "outputs", {"bad": (HOSTILE, predicted("bad", HOSTILE))}))
    with serving(desk) as port, client_for(port) as client:
        hostile(client)
    desk.close()


def hostile(client: httpx.Client) -> None:
    page = client.get("/article/bad").text
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*alert|<img src=x|<style", page)
    assert "&lt;script&gt;alert(1)" in page
    for path in ("/api/articles/bad", "/api/queue", "/api/search?q=alert"):
        assert client.get(path).headers["content-type"] == "application/json"
    said = decide(client, {"op": "add", "layer": "entities", "label": "ORG", "spans": [[0, 25]]}, article="bad").json()
    assert "<script" not in said["blocks"][0]["html"]


def test_the_token_is_private_and_outlives_a_restart(tmp_path: Path) -> None:
    token = token_of(tmp_path)
    assert len(token) >= 40
    assert token_of(tmp_path) == token
    path = tmp_path / "review.token"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)  # others could read it: another one is made
        assert token_of(tmp_path) != token
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_the_loopback_address_listens() -> None:
    first = _listening(None)
    assert first.getsockname()[0] == ADDRESS == "127.0.0.1"
    second = _listening(None)  # the usual port may be taken: then any
    assert second.getsockname()[1] != first.getsockname()[1]
    with pytest.raises(InputError, match="cannot be used"):
        _listening(first.getsockname()[1])
    first.close()
    second.close()
