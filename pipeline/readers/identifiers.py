"""Identifiers: what an article is called, in the tables and as the file `texts/<article_id>.txt`."""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

MAX_CHARACTERS = 100
MAX_BYTES = 200  # a file name may have 255, and writers add a few
DIGEST = 8
# Windows keeps these names for devices, whatever their suffix.
DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


def safe_id(wanted: str) -> str:
    """The id as a file name on every system; unchanged where it is safe already."""
    name = "".join(_safe_characters(unicodedata.normalize("NFC", wanted))).lstrip(".")
    if not name.strip("-."):
        name = "article"
    if name.partition(".")[0].casefold() in DEVICES:
        name = f"article-{name}"
    return name if _is_short(name) else _cut(name)


def _safe_characters(wanted: str) -> Iterable[str]:
    replaced = False
    for character in wanted:
        safe = character.isalnum() or character in "._-" or unicodedata.category(character).startswith("M")
        if safe or not replaced:
            yield character if safe else "-"
        replaced = not safe


def _is_short(name: str) -> bool:
    return len(name) <= MAX_CHARACTERS and len(name.encode()) <= MAX_BYTES


def _cut(name: str) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()[:DIGEST]
    kept = name.encode()[: MAX_BYTES - DIGEST - 1].decode("utf-8", "ignore")[: MAX_CHARACTERS - DIGEST - 1]
    return f"{kept}-{digest}"


def file_ids(files: Sequence[tuple[str, ...]]) -> list[str]:
    """An id for each file, given as its folders and its stem: the stem, with folders before it where stems repeat."""
    chosen = [1] * len(files)
    for _ in range(max(map(len, files), default=0)):
        names = [_key(_joined(parts, count)) for parts, count in zip(files, chosen, strict=True)]
        times = Counter(names)
        longer = [
            min(count + (times[name] > 1), len(parts)) for parts, count, name in zip(files, chosen, names, strict=True)
        ]
        if longer == chosen:
            break
        chosen = longer
    return [safe_id(_joined(parts, count)) for parts, count in zip(files, chosen, strict=True)]


def _joined(parts: tuple[str, ...], count: int) -> str:
    return "-".join(parts[-count:])


class Identifiers:
    """The ids given out so far: no two differ in upper and lower case only."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """The id, made safe as a file name, with a number behind it where it has been given out before."""
        base = name = safe_id(wanted)
        number = self._last.get(_key(base), 1)
        while _key(name) in self._taken:
            number += 1
            name = _numbered(base, number)
        self._last[_key(base)] = number
        self._taken.add(_key(name))
        return name


def _numbered(base: str, number: int) -> str:
    name = f"{base}-{number}"
    return name if _is_short(name) else f"{_cut(base + '-')[: -DIGEST - 8]}-{_cut(name)[-DIGEST:]}-{number}"


def _key(name: str) -> str:
    # HFS+ and NTFS take "Story" and "story", and both spellings of "é", for one name.
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())
