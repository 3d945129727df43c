"""The fitted weights of the block scores, read once."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.cleaning.features import Wording
from pipeline.cleaning.forest import Forest
from pipeline.cleaning.scores import Weights
from pipeline.errors import LexiconError

WEIGHTS_FILE = Path(__file__).with_name("weights.json")
FORESTS_FILE = Path(__file__).with_name("forests.npz")
FORESTS = ("text", "page", "tails")
ARRAYS = ("feature", "threshold", "children", "value", "roots")


@functools.cache
def load_weights() -> Weights:
    """The weights that come with the package.

    Raises:
        LexiconError: a file is missing or not what training wrote.
    """
    try:
        fields = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
        with np.load(FORESTS_FILE, allow_pickle=False) as arrays:
            return weights_from(fields, arrays)
    except (OSError, ValueError, KeyError) as error:
        raise LexiconError(
            f"{WEIGHTS_FILE} or {FORESTS_FILE.name}: cannot be read ({error}); restore it from the distribution"
        ) from error


def weights_from(fields: dict[str, Any], arrays: Mapping[str, Any]) -> Weights:
    """The weights of the two files."""
    words = Wording(fields["grams"], np.array(fields["line"], dtype=np.float64), fields["bias"])
    forests = [forest_from({part: arrays[f"{name}_{part}"] for part in (*ARRAYS, "shape")}) for name in FORESTS]
    return Weights(words, fields["classes"], *forests)


def forest_from(arrays: dict[str, Any]) -> Forest:
    """A forest of its arrays; `shape` holds depth and bias."""
    depth, bias = arrays["shape"]
    return Forest(
        feature=arrays["feature"].astype(np.intp),
        threshold=arrays["threshold"].astype(np.float32),
        children=arrays["children"].astype(np.intp),
        value=arrays["value"].astype(np.float32),
        roots=arrays["roots"].astype(np.intp),
        depth=int(depth),
        bias=float(bias),
    )
