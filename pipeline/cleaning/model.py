"""The fitted weights of the block scores, read once."""

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.cleaning.features import Weights
from pipeline.errors import LexiconError

WEIGHTS_FILE = Path(__file__).with_name("weights.json")
ARRAYS = ("line", "mean", "scale", "hidden", "hidden_bias", "output")


@functools.cache
def load_weights() -> Weights:
    """The weights that come with the package.

    Raises:
        LexiconError: the file is missing or not what training wrote.
    """
    try:
        return weights_from(json.loads(WEIGHTS_FILE.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError) as error:
        raise LexiconError(f"{WEIGHTS_FILE}: cannot be read ({error}); restore it from the distribution") from error


def weights_from(fields: dict[str, Any]) -> Weights:
    """The weights as arrays."""
    arrays = {name: np.array(fields[name], dtype=np.float64) for name in ARRAYS}
    return Weights(grams=fields["grams"], bias=fields["bias"], output_bias=fields["output_bias"], **arrays)
