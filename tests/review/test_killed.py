"""A server that is killed has lost nothing that it confirmed."""

import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.review.desk import Desk
from tests.review.datasets import desk_on, new

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is for POSIX")


def started(folder: Path) -> tuple[subprocess.Popen[str], int, str]:
    """A server process, its port and token."""
    command = [sys.executable, "-m", "pipeline", "review", str(folder), "--no-browser", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    assert process.stdout is not None
    address = process.stdout.readline()
    match = re.fullmatch(r"http://127\.0\.0\.1:([0-9]+)/\?token=([\w-]+)\n", address)
    assert match, address
    return process, int(match[1]), match[2]


def post(port: int, token: str, path: str, content: dict[str, Any], annotator: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(
            "POST", f"{path}?annotator={annotator}", json.dumps(content),
            {
                "Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/json",
                "Cookie": f"review_token_{port}={token}",
            },
        )  # fmt: skip
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    assert answer.status == 200, body
    return json.loads(body)  # type: ignore[no-any-return]


def work(port: int, token: str, annotator: str, items: list[str], confirmed: list[str], sent: list[str]) -> None:
    """Decide one item after the other until the server is gone."""
    chance = random.Random(annotator)
    while True:
        name = new()
        change = {"op": chance.choice(["accept", "reject", "clear"]), "item": chance.choice(items)}
        sent.append(name)
        try:
            post(port, token, "/api/decide", {"uuid": name, "article": "palau", "changes": [change]}, annotator)
        except (OSError, http.client.HTTPException, ValueError):
            return
        confirmed.append(name)


def test_kill_9_in_the_middle_of_two_sessions_loses_nothing_confirmed(folder: Path) -> None:
    desk = desk_on(folder)
    items = list(desk.base("palau"))
    desk.close()
    for round_number in range(3):
        process, port, token = started(folder)
        confirmed: dict[str, list[str]] = {"anna": [], "ben": []}
        sent: dict[str, list[str]] = {"anna": [], "ben": []}
        threads = [
            threading.Thread(target=work, args=(port, token, name, items, confirmed[name], sent[name]))
            for name in confirmed
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.4 + 0.17 * round_number)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        for thread in threads:
            thread.join(30)
        desk = desk_on(folder)
        desk.catch_up()
        for name in confirmed:
            assert len(confirmed[name]) > 5
            kept = [entry.uuid for entry in desk.entries(name, "palau")]
            assert [uuid for uuid in kept if uuid in set(confirmed[name])] == confirmed[name]
            # What was sent and not confirmed is there or not, and can be sent again either way.
            repeated = sent[name][-1]
            again = desk.decide(name, "palau", repeated, [{"op": "clear", "item": items[0]}])
            assert again.repeated == (repeated in kept)
        assert_sound(desk)
        desk.close()


def assert_sound(desk: Desk) -> None:
    """The file is whole, and its numbers have no holes."""
    assert desk.log.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    numbers = [entry.seq for entry in desk.log.after(0)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_server_that_is_asked_to_end_ends(folder: Path) -> None:
    process, port, _ = started(folder)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/")
    connection.getresponse().read()  # it serves; an interruption of its start is another matter
    connection.close()
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
