"""Draw the pictures of the documentation: the annotators' page and the report, of an extraction of corpus/raw.

python docs/screenshots.py [FOLDER OF TABLES]. Needs playwright and Chromium, as the tests in a browser do.
"""

import base64
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from tests.review.browsing import CHROMIUM, Visit, served  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 720  # CSS pixels
MOST = 150_000  # bytes of a picture
ARTICLE, WORDS = "ocean-treaty-release", "Nearly two thirds"  # where the cursor is
# The pixels of a picture, as the browser decodes them: red, green, blue and opacity of each, in base64.
PIXELS = """async (address) => {
  const image = await createImageBitmap(await (await fetch(address)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const { data } = canvas.getContext("2d").getImageData(0, 0, image.width, image.height);
  const parts = [];
  for (let at = 0; at < data.length; at += 0x8000) parts.push(String.fromCharCode(...data.subarray(at, at + 0x8000)));
  return btoa(parts.join(""));
}"""


def review(browser: Any, tables: Path) -> bytes:
    """One article with some decisions made, the cursor on a quotation with a speaker."""
    with served(tables) as site:
        visit = Visit(browser, site.origin, viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        visit.article(ARTICLE)
        visit.press(*"aaaaaaaa")
        visit.saved()
        visit.page.locator(".mark.quotation", has_text=WORDS).first.click()
        visit.page.locator("#guide h2").wait_for()
        picture = visit.page.screenshot()
        visit.context.close()
    return bytes(picture)


def report(browser: Any, tables: Path) -> bytes:
    """What was read, and when what happened."""
    article_events("report", str(tables))
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
    page.goto((tables / "report.html").as_uri() + "#time")
    page.wait_for_load_state("load")
    picture = page.screenshot()
    page.close()
    return bytes(picture)


def with_palette(browser: Any, picture: bytes) -> bytes:
    """The picture as a PNG of at most 256 colours, a third of the bytes.

    Colours that are near each other become the most frequent of them; steps are as small as the number allows.
    """
    page = browser.new_page()
    encoded = base64.b64encode(picture).decode()
    flat = np.frombuffer(base64.b64decode(page.evaluate(PIXELS, f"data:image/png;base64,{encoded}")), np.uint8)
    page.close()
    colours = flat.reshape(-1, 4)[:, :3].astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    known, place, often = np.unique(colours, return_inverse=True, return_counts=True)
    for bits in range(8):
        coarse = sum((known >> (shift + bits) & 0xFF >> bits) << shift for shift in (16, 8, 0))
        bins, bin_of = np.unique(coarse, return_inverse=True)
        if len(bins) <= 256:
            break
    order = np.argsort(often)  # of each bin the last one written, the most frequent, stays
    palette = np.zeros(len(bins), np.uint32)
    palette[bin_of[order]] = known[order]
    rows = np.zeros((len(flat) // 4 // WIDTH, WIDTH + 1), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = bin_of[place].reshape(-1, WIDTH)
    entries = b"".join(int(colour).to_bytes(3, "big") for colour in palette)
    parts = {
        b"IHDR": struct.pack(">IIBBBBB", WIDTH, len(rows), 8, 3, 0, 0, 0),
        b"PLTE": entries,
        b"IDAT": zlib.compress(rows.tobytes(), 9),
        b"IEND": b"",
    }
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts.items()
    )


def article_events(*arguments: str) -> None:
    """Run a command of the project."""
    subprocess.run([sys.executable, "-m", "pipeline", *arguments], cwd=ROOT, check=True)


def main() -> None:
    """Draw both."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        tables = Path(folder) / "outputs"
        if sys.argv[1:]:
            shutil.copytree(sys.argv[1], tables, ignore=shutil.ignore_patterns("review.*", "cases"))
        else:
            article_events("extract", "corpus/raw", "--output", str(tables))
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--disable-dev-shm-usage"])
        for draw in (review, report):
            picture = IMAGES / f"{draw.__name__}.png"
            picture.write_bytes(with_palette(browser, draw(browser, tables)))
            size = picture.stat().st_size
            print(f"{picture.relative_to(ROOT)}: {size:,} bytes" + (", too large" if size > MOST else ""))
        browser.close()


if __name__ == "__main__":
    main()
