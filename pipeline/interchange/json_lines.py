"""One JSON record a line."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import InputError
from pipeline.interchange.carrying import reading
from pipeline.writers import replace_file

T = TypeVar("T")


def write_lines(records: Iterable[Any], path: Path) -> None:
    """Write each record on a line of its own."""
    replace_file(path, (json.dumps(record, ensure_ascii=False) + "\n" for record in records))


def read_lines(path: Path, read: Callable[[Any], T]) -> Iterator[T]:
    """What `read` makes of each record; empty lines are passed over.

    Raises:
        InputError: the file cannot be read, a line is not JSON, or a record lacks what the format needs.
    """
    try:
        # Lines end with \n alone: a text may hold other line separators.
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    record = reading(path, f"line {number}", lambda line=line: json.loads(line))  # type: ignore[misc]
                    yield reading(path, f"line {number}", lambda record=record: read(record))  # type: ignore[misc]
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the name") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8: {error}; save it as UTF-8 and run again") from error
