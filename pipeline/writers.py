"""Tables, texts and the data package: what a reader of the dataset opens.

CSV is UTF-8 with `\\n` line ends and a header; every text is quoted (a lone carriage return inside a cell would
otherwise break readers), numbers, dates and flags are not. Files are written under a temporary name and renamed, so
that a table is never half-written.
"""

import datetime
import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.labels import Label
from pipeline.schema import Column, Table, cell_value
from pipeline.tables import tables

BARE_KINDS = (int, float, bool, datetime.date)
FRICTIONLESS_TYPES: dict[type, str] = {int: "integer", float: "number", bool: "boolean", datetime.date: "date"}
ROWS_IN_A_GROUP = 50_000  # of a Parquet file: what is held in memory at a time
PROFILE = "https://datapackage.org/profiles/2.0"


def replace_file(path: Path, pieces: Iterable[str | bytes]) -> str:
    """Write the pieces to the file, text as UTF-8, all or nothing; returns the SHA-256 of what was written."""
    digest = hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("wb") as file:
        for piece in pieces:
            encoded = piece.encode("utf-8") if isinstance(piece, str) else piece
            digest.update(encoded)
            file.write(encoded)
    temporary.replace(path)
    return digest.hexdigest()


def write_csv(table: Table, rows: Iterable[Sequence[str]], path: Path) -> str:
    """Write one table from the texts of its cells; returns the SHA-256 of the file."""
    return replace_file(path, csv_lines(table, rows))


def csv_lines(table: Table, rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a CSV file, header first."""
    yield ",".join(table.header) + "\n"
    bare = [column.kind in BARE_KINDS and not column.many for column in table.columns]
    for row in rows:
        yield (
            ",".join(
                cell if plain or not cell else '"' + cell.replace('"', '""') + '"'
                for plain, cell in zip(bare, row, strict=True)
            )
            + "\n"
        )


def write_parquet(table: Table, rows: Iterable[Sequence[str]], path: Path) -> str:
    """Write one table as Parquet, with lists, dates and numbers as such; returns the SHA-256 of the file.

    Raises:
        ModuleNotFoundError: pyarrow is not installed.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(column.name, _arrow_type(pa, column)) for column in table.columns])
    temporary = path.with_name(f".{path.name}.part")
    with pq.ParquetWriter(temporary, schema) as file:
        waiting = iter(rows)
        while group := list(itertools.islice(waiting, ROWS_IN_A_GROUP)):
            columns = [
                [_arrow_value(column, cell) for cell in cells]
                for column, cells in zip(table.columns, zip(*group, strict=True), strict=True)
            ]
            file.write_table(pa.table(columns, schema=schema))
    temporary.replace(path)
    with path.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest()


def _arrow_type(pa: Any, column: Column) -> Any:
    types = {int: pa.int64(), float: pa.float64(), bool: pa.bool_(), datetime.date: pa.date32()}
    kind = types.get(column.kind, pa.string())
    return pa.list_(kind) if column.many else kind


def _arrow_value(column: Column, cell: str) -> Any:
    value = cell_value(column, cell)
    if column.many:
        return list(value)
    return (str(value) or None) if isinstance(value, str) else value


def data_package(name: str, version: str, files: dict[str, str]) -> str:
    """The Frictionless Data Package (v2) of the dataset, as JSON; `files` maps each table to its file name."""
    package = {
        "$schema": f"{PROFILE}/datapackage.json",
        "name": name,
        "title": "Entities, dates, quotations and events from news and opinion articles",
        "version": version,
        "resources": [_resource(table, files[table.name]) for table in tables() if table.name in files],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _resource(table: Table, file: str) -> dict[str, Any]:
    fields = [_field(column) for column in table.columns]
    schema: dict[str, Any] = {
        "$schema": f"{PROFILE}/tableschema.json",
        "fields": fields,
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    keys = [_foreign_key(table, column) for column in table.columns if column.references and not column.many]
    if keys:
        schema["foreignKeys"] = keys
    kind = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    if file.endswith(".parquet"):
        kind = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
    head = {"$schema": f"{PROFILE}/dataresource.json", "name": table.name, "type": "table", "path": file}
    return {**head, "description": table.description, **kind, "schema": schema}


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if not column.many:
        for name, bound in (("minimum", column.minimum), ("maximum", column.maximum)):
            if bound is not None:
                constraints[name] = bound
        if issubclass(column.kind, Label):
            constraints["enum"] = [member.value for member in column.kind]
    kind = "string" if column.many else FRICTIONLESS_TYPES.get(column.kind, "string")
    field: dict[str, Any] = {"name": column.name, "type": kind, "description": column.description}
    return {**field, "constraints": constraints} if constraints else field


def _foreign_key(table: Table, column: Column) -> dict[str, Any]:
    resource, field = column.references.split(".")
    reference: dict[str, Any] = {"fields": [field]}
    if resource != table.name:
        reference["resource"] = resource
    return {"fields": [column.name], "reference": reference}
