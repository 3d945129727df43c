"""Bring raw text that several teachers labelled to one set of types and labels.

    python training/distil/gather.py OUTPUT.npz INPUTS LABELLED [INPUTS LABELLED ...]

INPUTS is what inputs.py wrote and LABELLED what teach.py made of it; OUTPUT has the types and labels of the first pair,
which study.py is then given. A word that only a later pair knows is never learnt from. Needs numpy alone.
"""

import argparse
import json
import lzma
from pathlib import Path

import numpy as np

MISSING = -100
LAYERS = ("tag", "morph", "start", "head", "dep", "ner")  # lemmas are learnt from the treebanks alone


def forms_of(inputs: Path) -> list[str]:
    return lzma.decompress((inputs / "forms.txt.xz").read_bytes()).decode("utf-8").split("\x04\n")


def gather(output: Path, pairs: list[tuple[Path, Path]]) -> None:
    forms = {form: n for n, form in enumerate(forms_of(pairs[0][0]))}
    labels = json.loads((pairs[0][1] / "labels.json").read_text(encoding="utf-8"))
    columns: dict[str, list[np.ndarray]] = {}
    for inputs, labelled in pairs:
        own_forms = np.array([forms.get(form, -1) for form in forms_of(inputs)], dtype=np.int32)
        own = json.loads((labelled / "labels.json").read_text(encoding="utf-8"))
        for path in sorted(labelled.glob("silver-*.npz")):
            arrays = dict(np.load(path))
            types = own_forms[arrays["types"]]
            strange = types < 0
            types[strange] = forms["the"]
            columns.setdefault("types", []).append(types)
            columns.setdefault("lengths", []).append(arrays["lengths"])
            for layer in LAYERS:
                values = arrays[layer].astype(np.int16)
                if layer in labels:
                    to = {name: n for n, name in enumerate(labels[layer])}
                    table = np.array([to.get(name, MISSING) for name in own[layer]], dtype=np.int16)
                    values = np.where(values >= 0, table[values.clip(0)], MISSING).astype(np.int16)
                values[strange] = MISSING
                columns.setdefault(layer, []).append(values)
    np.savez_compressed(output, **{name: np.concatenate(parts) for name, parts in columns.items()})


def padded(gathered: Path, words: int) -> dict[str, np.ndarray]:
    """The sequences as arrays (n, words)."""
    arrays = dict(np.load(gathered))
    lengths = arrays.pop("lengths").astype(np.int64)
    inside = np.arange(words) < lengths[:, None]
    found = {}
    for name, values in arrays.items():
        full = np.full(inside.shape, -1 if name == "types" else MISSING, dtype=values.dtype)
        full[inside] = values
        found[name] = full
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("folders", type=Path, nargs="+", help="INPUTS and LABELLED in turn")
    args = parser.parse_args()
    gather(args.output, list(zip(args.folders[::2], args.folders[1::2], strict=True)))


if __name__ == "__main__":
    main()
