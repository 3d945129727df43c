"""What the embedded model knows of a word by its form alone, as rows of its tables.

Training reads this file on machines without spaCy, so it needs nothing but the standard library.
"""

import zlib
from typing import NamedTuple

ROWS = {"norm": 16_000, "gram": 24_000, "suffix": 4_000, "shape": 2_000, "prefix": 500}  # of each table
NORM_HASHES = 3  # rows whose sum stands for one lower-cased form (Bloom embeddings, Serra and Karatzoglou 2017)
SHORTEST, LONGEST = 3, 5  # of the character n-grams (Bojanowski et al. 2017)
SEEDS = [zlib.crc32(str(seed).encode()) for seed in range(NORM_HASHES)]  # a hash of the number before the key
BEGINNING, ENDING = 8, 4  # characters of a long word that its n-grams come from
MOST_GRAMS = sum(BEGINNING + ENDING + 2 - n + 1 for n in range(SHORTEST, LONGEST + 1))
CURLY = str.maketrans("’‘“”–—", "''\"\"--")


class Features(NamedTuple):
    """Rows of the tables: NORM_HASHES of `norm`, at most MOST_GRAMS of `gram`, one of each other."""

    norm: list[int]
    gram: list[int]
    suffix: int
    shape: int
    prefix: int


def features(form: str) -> Features:
    """The rows of a word: of its lower-cased form, of the parts of that, and of how it is written."""
    norm = "".join("0" if c.isdigit() else c for c in form.lower().translate(CURLY))
    core = norm if len(norm) <= BEGINNING + ENDING else norm[:BEGINNING] + norm[-ENDING:]
    marked = f"<{core}>"
    grams = [marked[i : i + n] for n in range(SHORTEST, LONGEST + 1) for i in range(len(marked) - n + 1)]
    return Features(
        norm=[row("norm", norm, seed) for seed in range(NORM_HASHES)],
        gram=[row("gram", gram) for gram in grams],
        suffix=row("suffix", norm[-3:]),
        shape=row("shape", shape(form)),
        prefix=row("prefix", form[:1].translate(CURLY)),
    )


def row(table: str, key: str, seed: int = 0) -> int:
    """The row of a table that a key falls into."""
    return zlib.crc32(key.encode("utf-8", "surrogatepass"), SEEDS[seed]) % ROWS[table]


def shape(form: str) -> str:
    """Capitals as X, other letters as x, digits as d, other signs as they are; runs are cut at four."""
    found, last, run = [], "", 0
    for c in form[:40].translate(CURLY):
        kind = "d" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c
        run = run + 1 if kind == last else 1
        last = kind
        if run <= 4:
            found.append(kind)
    return "".join(found)
