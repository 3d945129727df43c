"""article-events: raw news and opinion articles in; entities, dates, quotations and PLOVER events out.

The public face is four functions: `extract` runs the whole pipeline over files and folders, `clean` removes the
furniture of one page, `load_pipeline` gives the spaCy pipeline with our layers, `read_tables` reads a dataset into
pandas. They are imported on first use, so that `import pipeline` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.cleaning import clean_text as clean
    from pipeline.language import load_pipeline
    from pipeline.reading import read_tables
    from pipeline.run import extract

__all__ = ["clean", "extract", "load_pipeline", "read_tables"]

_HOMES = {
    "clean": ("pipeline.cleaning", "clean_text"),
    "extract": ("pipeline.run", "extract"),
    "load_pipeline": ("pipeline.language", "load_pipeline"),
    "read_tables": ("pipeline.reading", "read_tables"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'pipeline' has no attribute {name!r}; it has {', '.join(__all__)}")
    module, attribute = _HOMES[name]
    return getattr(importlib.import_module(module), attribute)
