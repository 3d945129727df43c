"""The mean of networks that learnt on from one another, weight by weight ("model soups", Wortsman et al. 2022).

    python training/distil/average.py OUTPUT FOLDER=SHARE [FOLDER=SHARE ...]

Each FOLDER is an OUTPUT of go_on.py, its share a number; shares add up to 1. OUTPUT receives what go_on.py writes.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent.parent / "pipeline" / "language"))
from network import Forms, Student  # noqa: E402
from sequences import BREAK, END  # noqa: E402
from study import probed, stored, written  # noqa: E402

NAME = "shipped"


def share(argument: str) -> tuple[Path, float]:
    folder, _, number = argument.rpartition("=")
    return Path(folder), float(number)


def probe(folder: Path) -> tuple[list[str], torch.Tensor]:
    """The probe's words as a list of forms and as numbers in it (1, words)."""
    with np.load(folder / f"{NAME}-probe.npz", allow_pickle=False) as stored:
        words = stored["forms"].tolist()
    special = {BREAK: "\n\n", END: "\x03"}  # as inputs.py numbers them
    forms = [special[n] for n in sorted(special)]
    forms += sorted({word for word in words if word} - set(forms))
    number = {form: n for n, form in enumerate(forms)}
    return forms, torch.tensor([[number[word] if word else -1 for word in words]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("folders", type=share, nargs="+", metavar="FOLDER=SHARE")
    args = parser.parse_args()
    if abs(sum(part for _, part in args.folders) - 1) > 1e-6:
        sys.exit("the shares do not add up to 1")
    args.output.mkdir(parents=True, exist_ok=True)
    vocabularies = [(folder / "labels.json").read_text(encoding="utf-8") for folder, _ in args.folders]
    if len(set(vocabularies)) > 1:
        sys.exit("the networks' labels.json differ: only networks that learnt on from one another have a mean")
    networks = [(stored(folder, NAME), part) for folder, part in args.folders]
    mean = {name: sum(part * each[name] for each, part in networks) for name in networks[0][0]}
    forms, types = probe(args.folders[0][0])
    labels = json.loads(vocabularies[0])
    student = Student(Forms(forms, "cpu"), {layer: len(values) for layer, values in labels.items()})
    with torch.no_grad():
        for name, value in student.named_parameters():
            value.copy_(torch.from_numpy(mean[name]))
    (args.output / "labels.json").write_text(vocabularies[0], encoding="utf-8")
    written(student, args.output, NAME)
    probed(student, types, forms, args.output, NAME)


if __name__ == "__main__":
    main()
