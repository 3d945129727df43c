r"""Let the shipped network learn on from text that was labelled since, on a CPU.

    python training/distil/go_on.py INPUTS OUTPUT [--steps 5000] [--peak 2e-4] [--start FOLDER]

INPUTS is what inputs.py wrote; five million words of raw text are enough. The network starts as it ships
(training/network.npz and the tables in pipeline/model). It labels a share of the raw text itself, so that it keeps its
trees while it learns names: from the corpora, our passages, and real text (training/names). OUTPUT receives
labels.json, shipped-{tables,weights}.npz and shipped-probe.npz, of which

    PYTHONPATH=. python training/package.py OUTPUT shipped pipeline/model --lemmas build/lemmas.json \
        --metrics training/metrics.json --keep training/network.npz

makes what ships from then on. A step takes .4 seconds on two cores that multiply in 16 bits.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.append(str(ROOT / "pipeline" / "language"))
from gather import forms_of  # noqa: E402
from network import Forms, Student  # noqa: E402
from sequences import LAYERS, MISSING, Text, gold_sequences, load_gold, raw_sequences, raw_stream  # noqa: E402
from study import dressed, in_capitals, probed, taken, written  # noqa: E402
from teach import begun, labelled, say  # noqa: E402
from teacher import WEIGHTS, Transitions, losses, tensors  # noqa: E402

START = (ROOT / "training" / "network.npz", ROOT / "pipeline" / "model" / "reader" / "weights.npz")
LABELS = ROOT / "pipeline" / "model" / "reader" / "labels.json"
# Sequences in a step: raw text, all corpora and what else is labelled, our passages, real text.
RAW, OWN, PASSAGES, REAL = 3, 4, 3, 5
# Shares of the kinds of raw text (news, releases, UN speeches, interviews, speeches), and how many sequences of them.
KINDS, MOST_RAW = (1, 0.9, 0.18, 0.25, 0.2), 7000
NEWS = 0  # whose names the network need not keep: the real text is of this kind
WARM, SAVED = 100, 1000  # steps


def need_shipped() -> None:
    """Exits with a message when the weights that ship are not there."""
    if missing := [str(path.relative_to(ROOT)) for path in START if not path.is_file()]:
        sys.exit(f"{', '.join(missing)}: not there; they come with the repository")


def start(student: Student) -> None:
    """Take the weights that ship, as they were rounded to half precision."""
    arrays: dict[str, np.ndarray] = {}
    for path in reversed(START):
        with np.load(path, allow_pickle=False) as stored:
            arrays |= dict(stored)
    with torch.no_grad():
        for name, value in student.named_parameters():
            value.copy_(torch.from_numpy(arrays[name].astype(np.float32)))


def raw_labelled(student: Student, inputs: Path, text: Text, names: list[str], *, most: int = MOST_RAW,
                 unnamed: Collection[int] = (NEWS,)) -> dict[str, torch.Tensor]:  # fmt: skip
    """Raw sequences as the network reads them; names in the kinds `unnamed` are left open."""
    raw = raw_sequences(text, raw_stream(inputs))
    rng = np.random.default_rng(3)
    chosen = np.flatnonzero(rng.random(len(raw.types)) < np.array(KINDS)[raw.kinds])
    rng.shuffle(chosen)
    chosen = chosen[:most]
    arrays = labelled(student, raw, chosen, Transitions.of(names, "cpu"), "cpu", 64)
    arrays["ner"][np.isin(raw.kinds[chosen], list(unnamed))] = MISSING
    return {name: torch.from_numpy(values) for name, values in arrays.items()}


class Drawn:
    """Sequences in an order by chance, again and again."""

    def __init__(self, sequences: dict[str, torch.Tensor], share: int, generator: torch.Generator) -> None:
        self.sequences, self.share, self.generator = sequences, share, generator
        self.order = torch.empty(0, dtype=torch.long)

    def next(self) -> dict[str, torch.Tensor]:
        if len(self.order) < self.share:
            self.order = torch.randperm(len(self.sequences["types"]), generator=self.generator)
        picked, self.order = self.order[: self.share], self.order[self.share :]
        return {layer: values[picked] for layer, values in self.sequences.items()}


def labelled_text(inputs: Path, text: Text, gold: list[dict], vocabulary: dict[str, list[str]],
                  shares: tuple[int, int, int], generator: torch.Generator) -> list[Drawn]:  # fmt: skip
    """The corpora, our passages and real text, each with how many sequences of it a step takes.

    Exits with a message when `gold`, which is of `inputs`, holds no real text.
    """
    passages = [each for each in gold if each["corpus"].startswith("passages")]
    real = [each for each in gold if each["corpus"] == "real"]
    corpora = [each for each in gold if not each["corpus"].startswith(("passages", "real"))]
    if not real:
        sys.exit(f"{inputs} holds no real text: make it again with inputs.py")
    sequences = [tensors(gold_sequences(text, kind, vocabulary)[0], "cpu") for kind in (corpora, passages, real)]
    return [Drawn(some, share, generator) for some, share in zip(sequences, shares, strict=True)]


def raw_batches(arrays: dict[str, torch.Tensor], table: np.ndarray, share: int,
                generator: torch.Generator) -> Callable[[], dict[str, torch.Tensor]]:  # fmt: skip
    """A function that gives the next `share` raw sequences, some in capitals."""
    order, numbers = Drawn(arrays, share, generator), torch.from_numpy(table).long()
    return lambda: in_capitals(order.next(), numbers, generator)


def optimizer_of(module: nn.Module, peak: float) -> torch.optim.Optimizer:
    return torch.optim.AdamW(
        [{"params": [p for p in module.parameters() if p.dim() >= 2], "weight_decay": 0.01},
         {"params": [p for p in module.parameters() if p.dim() < 2], "weight_decay": 0.0}],
        lr=peak, betas=(0.9, 0.98),
    )  # fmt: skip


def set_rate(optimizer: torch.optim.Optimizer, peak: float, step: int, steps: int) -> None:
    for group in optimizer.param_groups:
        group["lr"] = peak * min(1.0, (step + 1) / WARM) * max(0.01, 1 - step / steps)


def learn(student: Student, raw: Callable[[], dict[str, torch.Tensor]] | None, golds: list[Drawn], steps: int,
          peak: float, output: Path, name: str, raw_weights: Mapping[str, float] = WEIGHTS) -> None:  # fmt: skip
    """Steps on what `golds` draw, and beside it on the sequences that `raw` gives each time."""
    optimizer, began = optimizer_of(student, peak), time.time()
    student.train()
    for step in range(steps):
        groups = [([raw()], raw_weights)] if raw else []
        groups.append(([gold.next() for gold in golds], WEIGHTS))
        set_rate(optimizer, peak, step, steps)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            x, _ = student.words(torch.cat([part["types"].long() for parts, _ in groups for part in parts]))
            loss, at = x.new_zeros((), dtype=torch.float32), 0
            for parts, weights in groups:
                together = {layer: torch.cat([part[layer] for part in parts]) for layer in ("types", *LAYERS)}
                part_of_x = x[at : at + len(together["types"])]
                loss = loss + losses(student.heads, part_of_x, part_of_x, together, weights)
                at += len(part_of_x)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 2.0)
        optimizer.step()
        if step % 100 == 0:
            print(f"{time.time() - began:5.0f} s step {step} loss {loss.item():.3f}", flush=True)
        if step and step % SAVED == 0:
            written(student, output, name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("inputs", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--peak", type=float, default=2e-4)
    parser.add_argument("--start", type=Path, help="an earlier OUTPUT, whose network goes on")
    args = parser.parse_args()
    need_shipped()
    begun(args.output)
    torch.set_num_threads(os.cpu_count() or 1)
    text, gold = Text(args.inputs), load_gold(args.inputs)
    vocabulary = json.loads(LABELS.read_text(encoding="utf-8"))
    (args.output / "labels.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    forms, table = dressed(forms_of(args.inputs))
    student = Student(Forms(forms, "cpu"), {layer: len(values) for layer, values in vocabulary.items()})
    start(student)
    raw = raw_labelled(student, args.inputs, text, vocabulary["ner"])
    say(f"{len(raw['types'])} raw sequences labelled")
    if args.start:
        taken(student, args.start, "shipped")

    generator = torch.Generator().manual_seed(13)
    np.random.default_rng(5).shuffle(gold)
    golds = labelled_text(args.inputs, text, gold, vocabulary, (OWN, PASSAGES, REAL), generator)
    say(", ".join(f"{len(each.sequences['types'])} sequences" for each in golds))
    learn(student, raw_batches(raw, table, RAW, generator), golds, args.steps, args.peak, args.output, "shipped")
    written(student, args.output, "shipped")
    probed(student, golds[0].sequences["types"][:1].long(), forms, args.output, "shipped")
    say("written")


if __name__ == "__main__":
    main()
