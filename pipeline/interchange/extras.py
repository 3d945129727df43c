"""Optional libraries: imported when a format needs them, and missed with a word on how to get them."""

import importlib
from typing import Any

from pipeline.errors import InputError


def optional(module: str, extra: str, format_name: str) -> Any:
    """The module.

    Raises:
        InputError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise InputError(
            f"format {format_name}: the library {error.name} is not installed; "
            f"install the extra: pip install 'article-events[{extra}]'"
        ) from error
