"""Speed of the annotators' page in Chromium: `python tests/bench_review.py`. Needs playwright and Chromium.

Three articles: 60 kB with 1,200 spans, 1 MB with 20,000 spans, 1 MB of emoji and combining marks. Printed are the time
until the text is painted, until it can be worked with, from a key to the paint that follows, and how many of thirty
selections come back as the same code points.
"""

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402

from tests.review.browsing import CHROMIUM, READ, TREASURE, Visit, served, stretches, units  # noqa: E402
from tests.review.datasets import predicted, write_dataset  # noqa: E402

WORDS = "harbour council signed river Palau market ferry winter treaty Fiji school letter garden minister road".split()
# From a key press to the end of the frame that follows it, in milliseconds.
WATCH = """() => {
  globalThis.paints = [];
  addEventListener('keydown', (event) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => paints.push(performance.now() - event.timeStamp);
    channel.port2.postMessage(0);
  }), true);
}"""


def article(characters: int, spans: int, paragraph: int) -> tuple[str, str]:
    """A text of about so many characters, and brat lines for so many mentions in it."""
    chance = random.Random(characters + spans)
    parts: list[str] = []
    notes: list[str] = []
    place = since = 0
    every = characters // spans
    while place < characters:
        if place // every >= len(notes) and len(notes) < spans:
            word = f"Name{chance.randrange(500)}"
            notes.append(f"T{len(notes) + 1}\tORG {place} {place + len(word)}\t{word}")
        else:
            word = chance.choice(WORDS) + ("\N{GRINNING FACE}" if chance.random() < 0.02 else "")
        since += len(word) + 1
        after = "\r\n" if since > paragraph else " "
        since = 0 if after == "\r\n" else since
        parts.append(word + after)
        place += len(parts[-1])
    return "".join(parts), "\n".join(notes) + "\n"


def measure(browser: Any, origin: str, name: str) -> None:
    """Open one article three times, press keys, and print."""
    painted, ready, keys = [], [], []
    for _ in range(3):
        visit = Visit(browser, origin, viewport={"width": 1440, "height": 900})
        visit.page.set_default_timeout(120_000)
        start = time.perf_counter()
        visit.article(name)
        ready.append(time.perf_counter() - start)
        painted.append(
            visit.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000
        )
        visit.page.evaluate(WATCH)
        for key in ("n", "n", "a", "a", "x", "a", "ArrowRight", "1", "a", "Backspace", "n", "a"):
            visit.press(key)
            visit.page.wait_for_timeout(150)
        keys += visit.page.evaluate("paints")
        visit.context.close()
    print(
        f"{name:28} painted {statistics.median(painted):5.2f} s   ready {statistics.median(ready):5.2f} s   "
        f"key to paint {statistics.median(keys):5.0f} ms, worst {max(keys):4.0f} ms"
    )


def selections(browser: Any, origin: str, name: str, text: str) -> None:
    """How many selections come back."""
    visit = Visit(browser, origin)
    visit.page.set_default_timeout(120_000)
    visit.article(name)
    right = sum(
        visit.page.evaluate(READ, [units(text[:start]), units(text[:end])]) == [start, end]
        for start, end in stretches(text, 30)
    )
    print(f"{name:28} {right} of 30 selections come back as the same code points")
    visit.context.close()


def main() -> None:
    """Measure and print."""
    emoji = TREASURE * (1_000_000 // len(TREASURE))
    shapes = {
        "60 kB, 1,200 spans": article(60_000, 1_200, 600),
        "1 MB, 20,000 spans": article(1_000_000, 20_000, 600),
        "1 MB, emoji": (emoji, ""),
    }
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        made = {name: (text, predicted(name, text, notes)) for name, (text, notes) in shapes.items()}
        write_dataset(Path(folder) / "outputs", made)
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--disable-dev-shm-usage"])
        with served(Path(folder) / "outputs") as site:
            for name in list(shapes)[:2]:
                measure(browser, site.origin, name)
            selections(browser, site.origin, "1 MB, emoji", emoji)
        browser.close()


if __name__ == "__main__":
    main()
