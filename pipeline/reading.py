"""Reading the dataset back: tables as pandas frames, with the types the codebook promises."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.schema import Column
from pipeline.tables import tables

if TYPE_CHECKING:
    import pandas as pd


def read_tables(folder: str | Path) -> dict[str, "pd.DataFrame"]:
    """Every table of a dataset by name.

    Texts are strings, with the empty string where the text does not say; numbers that may be missing are `Int64` or
    `Float64`; days are `datetime64`; lists stay joined by ";".

    Raises:
        InputError: the folder holds no dataset.
    """
    import pandas as pd

    folder = Path(folder)
    frames = {}
    for table in tables():
        path = folder / f"{table.name}.csv"
        if not path.is_file():
            raise InputError(f"{path}: no such table; run `article-events extract INPUT --output {folder}` first")
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8", lineterminator="\n")
        for column in table.columns:
            frame[column.name] = _typed(frame[column.name], column)
        frames[table.name] = frame
    return frames


def _typed(values: "pd.Series", column: Column) -> "pd.Series":
    import pandas as pd

    missing = values.mask(values == "")
    if column.many:
        return values
    if column.kind is bool:
        return values == "true"
    if column.kind is int:
        return missing.astype("Int64")
    if column.kind is float:
        return missing.astype("Float64")
    if column.kind is datetime.date:
        return pd.to_datetime(missing, format="%Y-%m-%d")
    return values
