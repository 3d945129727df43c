"""Parts of a collection: several runs, as the tasks of a cluster, share its articles by their ids."""

import hashlib
import re
from dataclasses import dataclass
from typing import Self

from pipeline.errors import InputError

MOST = 100_000
WRITTEN = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Part:
    """The `number`-th of `count` parts (from 1): which articles it holds depends on nothing but their ids."""

    number: int = 1
    count: int = 1

    @classmethod
    def of(cls, written: str) -> Self:
        """The part written as `3/8`.

        Raises:
            InputError: it is not written so, or there is no such part.
        """
        found = WRITTEN.fullmatch(written)
        number, count = map(int, found.groups()) if found else (0, 0)
        if not 1 <= number <= count <= MOST:
            raise InputError(f"--part {written}: write K/N, as 3/8 for the third of eight parts (at most {MOST:,})")
        return cls(number, count)

    def holds(self, name: str) -> bool:
        """Whether what is called so belongs to this part."""
        if self.count == 1:
            return True
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8]) % self.count == self.number - 1


WHOLE = Part()
