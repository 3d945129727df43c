"""The boilerplate table: which long blocks several articles of one source share, learnt from the collection itself.

What recurs from article to article of a source is rarely the article. The table holds a fixed number of slots, and in
each of them marks. An article puts its own few marks into the slots of each of its blocks. The marks that are found
there and are not its own tell how many other articles hold the block.

Twins. The marks of an article are drawn from its blocks, so copies of one article (an agency's story twice, the print
version beside the page) put in the same marks and count once; an article that shares a part of its words with another
shares about that part of its marks. One pass is enough, and no article counts itself, whether it was learnt or not.
Of two other articles that share .9 of their words 3 in 1,000 count as two, at .8 it is 3 in 100. Two that share nothing
but the block are seen as two in .98 of cases where the block is a twentieth of the words, in .92 where it is a tenth;
where more articles have it, it is seen all but always.

Order. A mark is put in or it is there already: any order, any split and any repetition of the articles give the same
table, and the table of several parts is the union of their tables.

Error. Blocks whose slots coincide see each other's marks. Only what stands in four slots of a block counts, and
`false_hits` measures on the table itself how often a block looks shared all the same; a table too full is not written.
"""

import functools
import hashlib
import math
import re
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from pipeline.article import Article
from pipeline.errors import InputError

MAGIC = b"article-events boilerplate table 1, slots "
ROWS = 4  # slots of a block, one in each row: only marks that stand in all of them count
SLOTS_OF_A_MEGABYTE = 1 << 13  # of every row, each of 32 bytes
MEGABYTES = 64
SIZES = tuple(1 << power for power in range(12))  # megabytes that a table may have
MARKS = 256  # of a slot
OWN_MARKS = 8  # of an article; they are drawn independently, so two may coincide
# How many articles so many marks of a slot stand for: n articles leave 256 * (1 - exp(-8 * n / 256)) of its 256 (linear
# counting, Whang et al. 1990). Two are seen from 12 marks on: a quarter may be lost to chance, copies leave fewer.
ARTICLES = np.array(
    [round(MARKS / OWN_MARKS * math.log(MARKS / max(1, MARKS - marks))) for marks in range(MARKS + 1)], dtype=np.int64
)
SHORTEST, LONGEST = 8, 80  # words of a block that is looked up; of a longer one its first so many
MOST_CHARACTERS = 4_000  # in which these words are looked for
WORD = re.compile(r"\w+")
SIZE = re.compile(rb"[0-9]{1,10}\n")
OF_RECORDS = re.compile(r"\.(?:jsonl|csv|warc|rss|atom)(?:\.gz)?$", re.IGNORECASE)
TRIALS = 1 << 20
# Blocks that would be taken for shared by chance; a table that errs more often is not written.
# 64 MB reach it at about 130,000 articles of 20 long blocks, twice as many at twice as many.
MOST_FALSE_HITS = 1e-5
PIECE = 1 << 22  # bytes written at a time

Slots = NDArray[np.int64]
Marks = NDArray[np.uint64]


class BoilerplateTable:
    """Which blocks recur in the articles of one source: `ROWS` rows of slots, each of `MARKS` marks."""

    def __init__(self, slots: int = MEGABYTES * SLOTS_OF_A_MEGABYTE) -> None:
        self.marks: Marks = np.zeros((ROWS, slots, MARKS // 64), dtype="<u8")

    def learn(self, article: Article) -> None:
        """Put the marks of an article into the slots of its blocks."""
        blocks = _blocks(article)
        if blocks:
            slots, own = self._slots(source_of(article), blocks.values()), _own_marks(blocks.values())
            for row in range(ROWS):
                self.marks[row, slots[:, row]] |= own

    def others(self, article: Article) -> dict[int, int]:
        """How many other articles of the source hold each long block, by the number of the block; twins count once.

        About so many: marks that coincide with others are lost, so it errs by one in ten, and it ends at about 100.
        """
        blocks = _blocks(article)
        if not blocks:
            return {}
        slots = self._slots(source_of(article), blocks.values())
        common = np.bitwise_and.reduce([self.marks[row, slots[:, row]] for row in range(ROWS)])
        return dict(zip(blocks, _articles(common & ~_own_marks(blocks.values())).tolist(), strict=True))

    @property
    def megabytes(self) -> int:
        """Its size in memory."""
        return int(self.marks.shape[1] // SLOTS_OF_A_MEGABYTE)

    def add(self, other: "BoilerplateTable") -> None:
        """Learn what another table has learnt: that of another part of the collection.

        Raises:
            ValueError: its size is another.
        """
        if self.marks.shape != other.marks.shape:
            raise ValueError(f"a table of {other.marks.shape[1]} slots cannot be added to one of {self.marks.shape[1]}")
        self.marks |= other.marks

    def digest(self) -> str:
        """SHA-256 of what it has learnt, however its file is compressed."""
        return hashlib.sha256(self.marks.data).hexdigest()

    def false_hits(self) -> float:
        """The share of blocks in no article that would be taken for shared by two: measured on a million of them."""
        chance = np.random.default_rng(0)
        found = 0
        for _ in range(16):
            slots = chance.integers(self.marks.shape[1], size=(ROWS, TRIALS // 16))
            common = np.bitwise_and.reduce([self.marks[row, slots[row]] for row in range(ROWS)])
            found += int((_articles(common) >= 2).sum())
        return found / TRIALS

    def pieces(self) -> Iterator[bytes]:
        """The bytes of its file: a line that says what it is and its size, then the marks, compressed by zlib."""
        yield MAGIC + b"%d\n" % self.marks.shape[1]
        packer = zlib.compressobj(6)
        data = self.marks.reshape(-1).view(np.uint8)
        for start in range(0, len(data), PIECE):
            yield packer.compress(data[start : start + PIECE].tobytes())
        yield packer.flush()

    def _slots(self, source: str, blocks: Collection[str]) -> Slots:
        keys = (hashlib.blake2b(f"{source}\0{words}".encode("utf-8", "replace"), digest_size=16) for words in blocks)
        digests = np.frombuffer(b"".join(key.digest() for key in keys), dtype="<u4").reshape(-1, ROWS)
        slots: Slots = digests.astype(np.int64) % self.marks.shape[1]
        return slots


def read_table(path: Path) -> BoilerplateTable:
    """The table of a file; the last one read is kept in memory until the file changes.

    Raises:
        InputError: the file cannot be read or is not a table of this version.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check its name") from error
    return _read_table(path, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=1)
def _read_table(path: Path, changed: int, size: int) -> BoilerplateTable:
    filled = 0
    try:
        with path.open("rb") as file:
            head = file.readline(len(MAGIC) + 12)
            slots = int(head[len(MAGIC) :]) if SIZE.fullmatch(head, len(MAGIC)) and head.startswith(MAGIC) else 0
            if slots not in (size * SLOTS_OF_A_MEGABYTE for size in SIZES):
                raise InputError(
                    f"{path}: not a boilerplate table of this version; make one: article-events boilerplate INPUT "
                    f"--output {path.name}"
                )
            table = BoilerplateTable(slots)
            data = table.marks.reshape(-1).view(np.uint8)
            unpacker = zlib.decompressobj()
            while not unpacker.eof and (piece := unpacker.unconsumed_tail or file.read(PIECE)):
                unpacked = unpacker.decompress(piece, PIECE)
                if filled + len(unpacked) > len(data):
                    raise _broken(path, "it holds too much")
                data[filled : filled + len(unpacked)] = np.frombuffer(unpacked, dtype=np.uint8)
                filled += len(unpacked)
            if not unpacker.eof or filled < len(data):
                raise _broken(path, "it ends too early")
            if unpacker.unused_data or file.read(1):
                raise _broken(path, "something stands behind its end")
    except (OSError, zlib.error) as error:
        raise _broken(path, getattr(error, "strerror", None) or str(error)) from error
    return table


def _broken(path: Path, detail: str) -> InputError:
    return InputError(f"{path}: the boilerplate table is broken ({detail}); make it again: article-events boilerplate")


def source_of(article: Article) -> str:
    """Who published an article: the host of its address, else its outlet, else the first folder or file it came in.

    Articles of which the input says nothing, as text files side by side in one folder, are of one source.
    """
    if host := _host(article.url):
        return host
    if article.source:
        return article.source.casefold()
    folder, _, inside = article.source_file.partition("/")
    return folder if inside or OF_RECORDS.search(folder) else ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _blocks(article: Article) -> dict[int, str]:
    """The words of the long blocks of an article, case-folded and joined by spaces, by the number of the block."""
    found = {}
    for index, block in enumerate(article.blocks):
        text = article.text[block.start : min(block.end, block.start + MOST_CHARACTERS)]
        words = WORD.findall(text.casefold())[:LONGEST]
        if len(words) >= SHORTEST:
            found[index] = " ".join(words)
    return found


def _own_marks(blocks: Collection[str]) -> Marks:
    """The marks of an article: eight times it draws one of its blocks, a block of more words more often.

    Two articles draw the same block about as often as the share of all their words that stands in blocks of both
    (weighted min-wise hashing, Broder 1997).
    """
    drawn: list[tuple[int, int]] = []
    for words in blocks:
        lanes = np.frombuffer(hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=64).digest(), dtype="<u8")
        size = words.count(" ") + 1
        ranks = [(lane // size, lane % MARKS) for lane in map(int, lanes)]
        drawn = list(map(min, drawn, ranks)) if drawn else ranks
    marks = np.zeros(MARKS // 64, dtype="<u8")
    for _, mark in drawn:
        marks[mark // 64] |= np.uint64(1 << mark % 64)
    return marks


def _articles(marks: Marks) -> NDArray[np.int64]:
    articles: NDArray[np.int64] = ARTICLES[np.bitwise_count(marks).sum(axis=-1)]
    return articles
