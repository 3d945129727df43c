"""Carry a trained tok2vec into a new pipeline: the student's, or that of an earlier model."""

from pathlib import Path

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc

TOLERANCE = 0.02  # of the probe's vectors: the student's tables travel as float16


def carry(nlp: Language, source: Path) -> None:
    """Give the pipeline's tok2vec the weights of `source`: an npz that main.py wrote, or a spaCy pipeline's folder.

    Raises ValueError when the shapes differ, or spaCy gives other vectors for the student's probe.
    """
    model = nlp.get_pipe("tok2vec").model
    if source.is_dir():
        model.from_bytes(spacy.load(source).get_pipe("tok2vec").model.to_bytes())
        return
    arrays = dict(np.load(source))
    by_kind = {kind: [n for n in model.walk() if n.name == kind] for kind in ("hashembed", "maxout", "layernorm")}
    for number, table in enumerate(by_kind["hashembed"]):
        put(table, "E", arrays[f"E{number}"])
    names = ["mix", *(f"layer{number}" for number in range(len(by_kind["maxout"]) - 1))]
    for name, maxout, norm in zip(names, by_kind["maxout"], by_kind["layernorm"], strict=True):
        put(maxout, "W", arrays[f"{name}_W"])
        put(maxout, "b", arrays[f"{name}_b"])
        put(norm, "G", arrays[f"{name}_G"])
        put(norm, "b", arrays[f"{name}_beta"])


def put(node, name: str, values: np.ndarray) -> None:
    if node.get_param(name).shape != values.shape:
        raise ValueError(
            f"{node.name} {name}: the student's shape {values.shape} is not {node.get_param(name).shape}; "
            "configs/model.cfg and distil/main.py must name the same width, depth, pieces and rows"
        )
    node.set_param(name, values.astype("float32"))


def difference(nlp: Language, student: Path, forms: list[str]) -> float:
    """The largest difference between the student's vectors of its probe and spaCy's; under TOLERANCE if all is well."""
    arrays = np.load(student)
    types = arrays["probe_types"]
    probe = [forms[number] for number in types[types >= 0]]
    words, spaces = [form.rstrip("\x01") for form in probe], [not form.endswith("\x01") for form in probe]
    ours = nlp.get_pipe("tok2vec").predict([Doc(nlp.vocab, words=words, spaces=spaces)])[0]
    return float(np.abs(ours - arrays["probe"][: len(words)]).max())
