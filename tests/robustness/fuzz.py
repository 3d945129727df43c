"""Broken inputs, each of which ends as rows or as a problem row in bounded time: `python -m tests.robustness.fuzz`.

An input is an article of the corpus (or of `--samples`) that was hurt in one or several ways, written as a file of one
of the kinds that are read. What may not happen: an exception, rows that the checks find fault with, or a hang.
"""

import argparse
import faulthandler
import functools
import gzip
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.article import Article
from pipeline.engines import Settings, extract_batch
from pipeline.labels import Stage
from pipeline.readers import ReadProblem, read
from tests.robustness.invented import ROOT

SUFFIXES = (".txt", ".html", ".jsonl", ".csv", ".txt.gz", ".html.gz")
LONG = 100_000  # characters of a word, a line, a nest
SECONDS_AN_INPUT = 120.0  # of processor time, which no input may take; a word of 200,000 characters takes 40
HANGS = 1_200.0  # seconds by the clock, on a machine that is busy with other things as well
INPUTS_BETWEEN_LINES = 250
# Stages whose problems say that our own code failed or that its rows are wrong.
OUR_FAULT = (Stage.CLEAN, Stage.EXTRACT, Stage.CHECK)

Hurt = Callable[[bytes, random.Random], bytes]


@dataclass(slots=True)
class Result:
    """What became of the inputs."""

    inputs: int = 0
    with_rows: int = 0
    refused: int = 0  # read problems and nothing else
    slowest: tuple[float, str] = (0.0, "")
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """The counts and the slowest input on one line."""
        return (
            f"{self.inputs} inputs: {self.with_rows} gave rows, {self.refused} a problem row only, "
            f"{len(self.faults)} faults; slowest {self.slowest[0]:.1f} s: {self.slowest[1]}"
        )


def flip(data: bytes, chance: random.Random) -> bytes:
    """Some bytes become others."""
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 40)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    """The end is missing, perhaps in the middle of a character."""
    return data[: chance.randrange(len(data) + 1)]


def repeat(data: bytes, chance: random.Random) -> bytes:
    """A piece stands there many times."""
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.randrange(1, 200)]
    return data[:start] + piece * chance.randrange(2, 60) + data[start:]


def mix(data: bytes, chance: random.Random) -> bytes:
    """The lines stand in another order."""
    lines = data.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def insert(piece: Callable[[random.Random], str]) -> Hurt:
    """Put a piece of text into the middle, once or several times."""

    def hurt(data: bytes, chance: random.Random) -> bytes:
        for _ in range(chance.randrange(1, 4)):
            place = chance.randrange(len(data) + 1)
            data = data[:place] + piece(chance).encode("utf-8", "surrogatepass") + data[place:]
        return data

    return hurt


def _of(characters: str, most: int) -> Callable[[random.Random], str]:
    return lambda chance: "".join(chance.choices(characters, k=chance.randrange(1, most)))


def _times(*pieces: str, most: int) -> Callable[[random.Random], str]:
    # Mostly few, now and then very many.
    return lambda chance: chance.choice(pieces) * int(most ** chance.random())


def _nest(chance: random.Random) -> str:
    depth = int(3_000 ** chance.random())
    tag = chance.choice(["div", "span", "blockquote", "ul><li", "table><tr><td", "b", "svg", "template"])
    return f"<{tag}>" * depth + "deep" + (f"</{tag.split('>')[0]}>" * depth if chance.random() < 0.5 else "")


HURTS: dict[str, Hurt] = {
    "flipped bytes": flip,
    "cut": cut,
    "repeated": repeat,
    "lines in another order": mix,
    "NULs and controls": insert(_of("\0\x01\x07\x08\x0b\x0c\x1b\x7f\x85", 50)),
    "bidi and zero width": insert(_of("\u202a\u202b\u202e\u2066\u2069\u200b\u200d\ufeff\u00ad\u2060", 50)),
    "line ends": insert(_of("\r\n\u2028\u2029\x0b\x0c\u0085", 30)),
    "combining marks": insert(_of("e\u0301\u0327\u0489\u20dd", 500)),
    "emoji and others": insert(_of("\U0001f1fa\U0001f1f8\U0001f469\u200d\U0001f467\U0010ffff\uffff\ufdd0", 60)),
    "surrogates": insert(_of("\ud800\udfff\udc00", 5)),
    "quotation marks": insert(_of("\"'\u201c\u201d\u2018\u2019\u00ab\u00bb`", 400)),
    "brackets": insert(_times("(", "[", "((a)", "{[(<", most=2_000)),
    "a long word": insert(_times("a", "9", "-", "1-", "A.", "\u4e00", most=LONG)),
    "a long line": insert(_times("word ", "on 4 May 2011, ", "he said ", "U.S. and ", '"no," ', most=LONG // 20)),
    "numbers": insert(_times("12/", "1,000,", "2011-", "4 July 2011 to ", "1.2.3.4.", most=300)),
    "deep markup": insert(_nest),
    "entities of markup": insert(_times("&amp;", "&#0;", "&#x110000;", "&lol9;", "&#128512;", "&nbsp", most=500)),
    "open markup": insert(
        _times("<!--", "<script>", "<![CDATA[", "<style>", "<title>", "</body>", "<a href='", most=20)
    ),
    "a table": insert(_times("<tr><td>1<td>two<td>3", "a\tb\tc\n", "a|b|c\n", 'a,b,"c\n', most=2_000)),
}


def bomb(chance: random.Random) -> bytes:
    """An XML page whose entities unfold to gigabytes, where a parser lets them."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">{levels}]><html><p>&l9;</p></html>'.encode()


def inputs(count: int, samples: list[bytes], seed: int) -> Iterator[tuple[str, str, bytes]]:
    """What was done to an input, its file name and its bytes."""
    chance = random.Random(seed)
    for number in range(count):
        suffix = chance.choice(SUFFIXES)
        data = chance.choice(samples)
        names = chance.sample(sorted(HURTS), chance.randrange(1, 4))
        for name in names:
            data = HURTS[name](data, chance)
        if chance.random() < 0.01:
            data, names = bomb(chance), ["entity bomb"]
        yield ", ".join(names), f"{number:05}{suffix}", _as_file(data, suffix, chance)


def _as_file(data: bytes, suffix: str, chance: random.Random) -> bytes:
    if suffix == ".jsonl":
        field_name = chance.choice(["text", "html"])
        record = json.dumps({"id": chance.choice(["a", 7, "../../x", "con"]), field_name: data.decode("latin-1")})
        data = record.encode() + chance.choice([b"\n", b"", b"\n{", b"\n[1]\n"])
        return flip(data, chance) if chance.random() < 0.3 else data
    if suffix == ".csv":
        head = chance.choice([b"id,text\n", b"text\n", b"\xef\xbb\xbfid;text\n", b"", b"a,b\n"])
        return head + b'1,"' + chance.choice([data.replace(b'"', b'""'), data]) + b'"\n'
    if suffix.endswith(".gz"):
        packed = gzip.compress(data, 1)
        return flip(packed, chance) if chance.random() < 0.3 else packed
    return data


def fuzz(count: int, samples: list[bytes], seed: int = 0, say: Callable[[Result], object] | None = None) -> Result:
    """Extract hurt inputs one by one, and look at what came of each; `say` hears now and then how far it is."""
    result = Result()
    with tempfile.TemporaryDirectory() as folder:
        for done_to_it, name, data in inputs(count, samples, seed):
            path = Path(folder) / name
            path.write_bytes(data)
            faulthandler.dump_traceback_later(HANGS, exit=True)
            start = time.process_time()
            try:
                rows, refused, faults = _extracted(path)
            except Exception as error:  # this is what the fuzz looks for
                rows, refused, faults = 0, 0, [f"{type(error).__name__}: {error}"]
            seconds = time.process_time() - start
            faulthandler.cancel_dump_traceback_later()
            result.inputs += 1
            result.with_rows += rows > 0
            result.refused += rows == 0 and refused > 0
            result.slowest = max(result.slowest, (seconds, f"{name} ({done_to_it}; {len(data):,} bytes)"))
            if not rows and not refused:
                faults = [*faults, "neither rows nor a problem"]
            if seconds > SECONDS_AN_INPUT:
                faults = [*faults, f"took {seconds:.0f} s"]
            result.faults += [f"{name} ({done_to_it}): {fault}" for fault in faults]
            path.unlink()
            if say and result.inputs % INPUTS_BETWEEN_LINES == 0:
                say(result)
    return result


def _extracted(path: Path) -> tuple[int, int, list[str]]:
    """How many rows and read problems an input gave, and the faults found in them."""
    found = list(read([path]))
    articles = [item for item in found if isinstance(item, Article)]
    refused = sum(isinstance(item, ReadProblem) for item in found)
    done = extract_batch([(article, "") for article in articles], Settings())
    tables = [dict(one.rows) for one in done]
    problems = [row for table in tables for row in json.loads(table.get("problems", "[]"))]
    expected = "characters, more than"  # an article too long is refused, and says so
    faults = [message for _, _, stage, message in problems if stage in OUR_FAULT and expected not in message]
    return sum("documents" in table for table in tables), refused, faults


def corpus_samples() -> list[bytes]:
    """The articles of corpus/raw, as they lie there."""
    return [path.read_bytes() for path in sorted((ROOT / "corpus" / "raw").iterdir())]


def main() -> None:
    """Hurt, extract, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", type=Path, help="a folder with other articles to hurt")
    chosen = parser.parse_args()
    samples = corpus_samples()
    if chosen.samples:
        samples += [path.read_bytes() for path in sorted(chosen.samples.rglob("*")) if path.is_file()]
    result = fuzz(chosen.inputs, samples, chosen.seed, say=functools.partial(print, flush=True))
    print(result)
    for fault, times in Counter(result.faults).most_common(50):
        print(f"{times} x {fault}")
    raise SystemExit(bool(result.faults))


if __name__ == "__main__":
    main()
