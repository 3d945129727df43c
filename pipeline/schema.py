"""What a table is: declared once, as a frozen dataclass whose fields are columns.

From one declaration come the CSV header, the cell formats, the Frictionless data package, the codebook, the dtypes of
`read_tables` and the checks.
"""

import dataclasses
import datetime
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.labels import Label

Cell = str | int | float | bool | datetime.date | Label | tuple[str, ...] | tuple[int, ...] | None
LIST_SEPARATOR = ";"
T = typing.TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it means, and what its cells may hold."""

    name: str
    description: str
    kind: type  # str, int, float, bool, datetime.date, or a Label
    many: bool  # several values in a cell, joined by ";"
    required: bool  # an empty cell is an error
    minimum: int | float | None = None
    maximum: int | float | None = None
    references: str = ""  # "table.column" of the row this cell names


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, what its rows are, the columns that identify a row, and all columns in order."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def column(
    description: str,
    *,
    required: bool = False,
    minimum: int | float | None = None,
    maximum: int | float | None = None,
    references: str = "",
) -> Any:
    """Declare a column; its type is the type of the field, `X | None` where a cell may be empty."""
    return dataclasses.field(
        metadata={
            "description": description,
            "required": required,
            "minimum": minimum,
            "maximum": maximum,
            "references": references,
        }
    )


@typing.dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(column,))
def table(name: str, *, key: tuple[str, ...]) -> Callable[[type[T]], type[T]]:
    """Make a class the row type of a table: a frozen, keyword-only dataclass with slots."""

    def declare(cls: type[T]) -> type[T]:
        row_type = dataclass(frozen=True, kw_only=True, slots=True)(cls)
        hints = typing.get_type_hints(row_type)
        columns = tuple(_column(field, hints[field.name]) for field in dataclasses.fields(row_type))  # type: ignore[arg-type]
        description = " ".join((cls.__doc__ or "").split())
        row_type.__table__ = Table(name, description, key, columns)  # type: ignore[attr-defined]
        return row_type

    return declare


def describe(row_type: type) -> Table:
    """The declaration behind a row type."""
    declared: Table = row_type.__table__  # type: ignore[attr-defined]
    return declared


def _column(field: dataclasses.Field[Any], hint: Any) -> Column:
    optional = isinstance(hint, types.UnionType) and type(None) in hint.__args__
    if optional:
        (hint,) = (argument for argument in hint.__args__ if argument is not type(None))
    many = typing.get_origin(hint) is tuple
    kind = typing.get_args(hint)[0] if many else hint
    # A number or a flag is always there unless its type says otherwise; a text only where that is declared.
    required = field.metadata["required"] or (not optional and not many and kind is not str)
    return Column(
        name=field.name,
        description=field.metadata["description"],
        kind=kind,
        many=many,
        required=required,
        minimum=field.metadata["minimum"],
        maximum=field.metadata["maximum"],
        references=field.metadata["references"],
    )


def cell_text(value: Cell) -> str:
    """A cell as it stands in a CSV file; an empty cell means that the text does not say."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return LIST_SEPARATOR.join(cell_text(item) for item in value)
    return str(value)


def cell_value(column: Column, text: str) -> Any:
    """The value a CSV cell stands for.

    Raises:
        ValueError: the cell does not hold what the column promises.
    """
    if column.many:
        return tuple(_single(column.kind, item) for item in text.split(LIST_SEPARATOR)) if text else ()
    if not text and column.kind is not str:
        if column.required:
            raise ValueError(f"column {column.name}: an empty cell, where a value is required")
        return None
    return _single(column.kind, text)


def _single(kind: type, text: str) -> Any:
    if kind is bool:
        if text not in ("true", "false"):
            raise ValueError(f"{text!r} is neither true nor false")
        return text == "true"
    if kind is datetime.date:
        return datetime.date.fromisoformat(text)
    return kind(text)
