"""What linguists and country specialists know, as TOML and CSV: read, checked, and handed to the layers.

A TOML lexicon is a list of `[[entry]]` tables; a CSV lexicon has a header. Lines that start with `#` at the top of a
file say what it is, where it came from, its licence and its fields. A broken lexicon stops the run with the file, the
entry and the known fields.
"""

import csv
import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from pipeline.errors import LexiconError

FOLDER = Path(__file__).parent


def read_entries(
    name: str,
    *,
    required: Collection[str],
    optional: Collection[str] = (),
    unique: str = "",
    folder: Path | None = None,
) -> list[dict[str, Any]]:
    """The entries of `<name>.toml`, each a dict of its fields.

    Every entry has the `required` fields, may have the `optional` ones, and `example` and `unless` besides; `unique`
    names a field whose value no two entries may share.

    Raises:
        LexiconError: the file is missing or not TOML, or an entry has an unknown, missing or repeated field.
    """
    path = (folder or FOLDER) / f"{name}.toml"
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LexiconError(f"{path}: cannot be read ({error.strerror}); restore it from the distribution") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path}: not valid TOML: {error}; mend that line and run again") from error
    entries: list[dict[str, Any]] = document.pop("entry", [])
    if document:
        raise LexiconError(f"{path}: unknown table {next(iter(document))!r}; a lexicon holds [[entry]] tables only")
    fields = {*required, *optional, "example", "unless"}
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        where = f"{path}, entry {number} ({next(iter(entry.values()), 'empty')!r})"
        _check_fields(where, entry, fields, required)
        if unique:
            value = str(entry[unique])
            if value in seen:
                raise LexiconError(f"{where}: {unique} {value!r} stands in the file twice; remove one")
            seen.add(value)
    return entries


def read_rows(name: str, *, columns: Collection[str], folder: Path | None = None) -> list[dict[str, str]]:
    """The rows of `<name>.csv`, each a dict of its cells; leading `#` lines are comments.

    Raises:
        LexiconError: the file is missing, its header differs from `columns`, or a row has too many or too few cells.
    """
    path = (folder or FOLDER) / f"{name}.csv"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise LexiconError(f"{path}: cannot be read ({error.strerror}); restore it from the distribution") from error
    except UnicodeDecodeError as error:
        raise LexiconError(f"{path}: not UTF-8: {error}; save it as UTF-8 and run again") from error
    comments = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    reader = csv.DictReader(lines[comments:], strict=True)
    if list(reader.fieldnames or ()) != list(columns):
        raise LexiconError(f"{path}: header is {','.join(reader.fieldnames or ())}; it must be {','.join(columns)}")
    rows = []
    try:
        for row in reader:
            if None in row or None in row.values():
                where = f"{path}, line {comments + reader.line_num}"
                raise LexiconError(f"{where}: {len(columns)} cells are needed; quote cells that hold commas")
            rows.append(row)
    except csv.Error as error:
        raise LexiconError(
            f"{path}, line {comments + reader.line_num}: {error}; mend that line and run again"
        ) from error
    return rows


def check_choice(where: str, field: str, value: str, choices: Iterable[str]) -> None:
    """Stop the run unless `value` is among `choices`.

    Raises:
        LexiconError: it is not.
    """
    choices = list(choices)
    if value not in choices:
        raise LexiconError(f"{where}: unknown {field} {value!r}; choices are {', '.join(choices)}")


def _check_fields(where: str, entry: dict[str, Any], fields: Collection[str], required: Collection[str]) -> None:
    for field in entry:
        if field not in fields:
            raise LexiconError(f"{where}: unknown field {field!r}; fields are {', '.join(sorted(fields))}")
    for field in required:
        if field not in entry:
            raise LexiconError(f"{where}: field {field!r} is missing")
