"""A server on a thread and a page on it, for the tests in a browser."""

import contextlib
import os
import random
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.review.app import application
from pipeline.review.log import NAME, Entry, Log
from tests.review.datasets import desk_on

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
TOKEN = "t" * 43
WAIT = 15_000  # milliseconds until something that should happen is given up

# Families, flags and letters outside of the basic plane; combining marks, carriage returns, words from right to left.
TREASURE = (
    "Anna met \N{FAMILY}\N{ZERO WIDTH JOINER}\N{GIRL} in Zu\N{COMBINING DIAERESIS}rich.\r\n\r\n"
    "\N{WAVING WHITE FLAG}\N{VARIATION SELECTOR-16}\N{ZERO WIDTH JOINER}\N{RAINBOW} The "
    "re\N{COMBINING ACUTE ACCENT}seau grew, \N{MATHEMATICAL SCRIPT CAPITAL A} said Palau "
    "\N{GRINNING FACE}\N{GRINNING FACE}.\r\n\N{ARABIC LETTER SEEN}\N{ARABIC LETTER LAM}\N{ARABIC LETTER ALEF} "
    "\N{DESERET CAPITAL LETTER LONG I} end.\r\n"
)
# Puts the browser's own selection on UTF-16 offsets of the text that the page shows, as dragging with a mouse does.
SELECT = """([first, last]) => {
  const nodes = [];
  const walker = document.createTreeWalker(document.getElementById('text'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode.parentElement.closest('[data-p]')) nodes.push(walker.currentNode);
  const at = (offset, isEnd) => {
    for (const node of nodes) {
      if (offset < node.length || (isEnd && offset === node.length)) return [node, offset];
      offset -= node.length;
    }
    return [nodes.at(-1), nodes.at(-1).length];
  };
  getSelection().removeAllRanges();
  getSelection().setBaseAndExtent(...at(first, false), ...at(last, true));
}"""
# What the page makes of such a selection.
READ = f"""async (span) => {{
  const {{ Offsets }} = await import('/static/offsets.js');
  ({SELECT})(span);
  return new Offsets(document.getElementById('text')).selected();
}}"""


class Served:
    """A folder under review at an address."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.origin = f"http://127.0.0.1:{port}"

    def entries(self) -> list[Entry]:
        """What is on the disk."""
        log = Log(self.folder / NAME)
        found = list(log.after(0))
        log.close()
        return found


class Server:
    """One server on a port of its own, which serves one folder after another."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on to the application of the folder that is served now."""
        if self.app is None:
            await PlainTextResponse("nothing is served now", 503)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    @contextlib.contextmanager
    def serving(self, folder: Path) -> Iterator[Served]:
        """Serve a folder while the block runs."""
        desk = desk_on(folder)
        self.app = application(desk, TOKEN, self.port)
        try:
            yield Served(folder, self.port)
        finally:
            self.app = None
            with desk.lock:
                desk.close()


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A server on a thread, on a free port, while the block runs."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    made = Server(int(listening.getsockname()[1]))
    server = uvicorn.Server(uvicorn.Config(made, log_level="critical", access_log=False, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(10)
        listening.close()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve a folder on a server of its own."""
    with running() as server, server.serving(folder) as site:
        yield site


class Visit:
    """A page that was opened, what it asked for and what it complained about."""

    def __init__(self, browser: Any, origin: str, by: str = "anna", context: Any = None, **settings: Any) -> None:
        self.origin, self.by = origin, by
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.context = context or browser.new_context(**settings)
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())
        if context is None:
            self.context.add_cookies(
                [{"name": f"review_token_{origin.rpartition(':')[2]}", "value": TOKEN, "url": origin}]
            )

    def open(self, path: str = "/", **query: str) -> "Visit":
        """Go to a page, and wait until it can be worked with."""
        fragment = query.pop("at", "")
        place = f"#{quote(fragment)}" if fragment else ""
        self.page.goto(f"{self.origin}{path}?{urlencode({'annotator': self.by, **query})}{place}")
        return self.ready()

    def article(self, article: str = "palau", **query: str) -> "Visit":
        """Go to an article."""
        return self.open(f"/article/{quote(article)}", **query)

    def ready(self) -> "Visit":
        self.page.wait_for_selector("body[data-ready]", state="attached")
        return self

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def said(self, words: str) -> None:
        """Wait until the page says this."""
        self.page.locator("#said", has_text=words).wait_for(state="attached")

    def saved(self) -> None:
        """Wait until every decision is confirmed, those included that a closing dialog is about to send."""
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        self.page.locator("#saved[data-state=calm]").wait_for(state="attached")

    def words(self) -> str:
        """The words of the item in the panel."""
        return str(self.page.locator("#page-item .item-words").inner_text())

    def go_to(self, layer: str, words: str) -> None:
        """Move on by the arrow until the item of a layer with these words is the current one."""
        for _ in range(60):
            kind = self.page.locator("#page-item .item-kind")
            if kind.count() and kind.inner_text().startswith(layer) and self.words() == words:
                return
            self.press("ArrowRight")
        raise AssertionError(f"there is no {layer} {words!r} on the page")


def until(holds: Any, seconds: float = 10) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.05)


def units(text: str) -> int:
    """Length as a browser counts it."""
    return len(text.encode("utf-16-le")) // 2


def stretches(text: str, number: int) -> list[tuple[int, int]]:
    """Stretches of the text, the same each time, without white space at their ends."""
    chance = random.Random(len(text))
    found: list[tuple[int, int]] = []
    while len(found) < number:
        start = chance.randrange(len(text) - 60)
        words = text[start : start + chance.randrange(2, 50)]
        start += len(words) - len(words.lstrip())
        if words.strip():
            found.append((start, start + len(words.strip())))
    return found
