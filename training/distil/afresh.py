r"""Train the network on a CPU, from nothing or from an earlier stage: what the corpora and real text give.

    python training/distil/afresh.py INPUTS OUTPUT [--fill 3500] [--steps 7500] [--peak 8e-4] [--start FOLDER]
        [--trees 0] [--names] [--dev]

INPUTS is what inputs.py wrote (`--without` leaves corpora out). The network first fills masked words of the raw text,
the word's own vector being what it has to find among those of other words; then it learns the training splits, our
passages and real text. Without --trees no teacher has a part in it, so nothing that the shipped network knows of the
development splits comes in. With --start the network of an earlier OUTPUT learns on, and fills nothing.

--trees N adds N raw sequences to a step, with the tags and trees that the shipped network gives them, and no names;
with --names their words also have the names, or the lack of one, in which it and the network of --start agree.
--dev adds the development splits, which then cannot measure the network any more. OUTPUT receives labels.json,
afresh-{tables,weights}.npz and afresh-probe.npz, of which

    PYTHONPATH=. python training/package.py OUTPUT afresh build/afresh --lemmas build/lemmas.json

makes a pipeline that evaluate.py measures. A step takes .4 seconds on two cores that multiply in 16 bits.
"""

import argparse
import copy
import json
import os
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.append(str(ROOT / "pipeline" / "language"))
from gather import forms_of  # noqa: E402
from go_on import (  # noqa: E402
    LABELS,
    Drawn,
    labelled_text,
    learn,
    need_shipped,
    optimizer_of,
    raw_batches,
    raw_labelled,
    set_rate,
    start,
)
from network import WIDTH, Forms, Student  # noqa: E402
from sequences import FIRST_WORD, MISSING, Text, load_gold, raw_sequences, raw_stream  # noqa: E402
from study import dressed, probed, taken, written  # noqa: E402
from teach import begun, say  # noqa: E402
from teacher import WEIGHTS  # noqa: E402

NAME = "afresh"
# Sequences in a step: the corpora, our passages, real text; and raw ones while it fills words.
OWN, PASSAGES, REAL, FILLED = 5, 4, 6, 15
MASKED, OTHERS = 0.18, 2000  # share of the words to fill; words by chance among which each is to be found
MASK = "\x05"  # the form that stands in the place of a masked word
# Shares of the kinds of raw text (news, releases, UN speeches, interviews, speeches) whose words are filled.
KINDS = (1, 1, 0.4, 0.4, 0.4)
AGREED = 0.4  # the weight of names on which networks agree, as a share of that of labelled names
MOST_TREES = 30_000  # raw sequences that the shipped network reads, of those that go_on.py's KINDS leave


class Filling(nn.Module):
    """A network that finds masked words by their vectors: one that knows a form by its letters knows rare ones too."""

    def __init__(self, student: Student, words: int, mask: int) -> None:
        super().__init__()
        self.network, self.words, self.mask = student.network, words, mask
        self.fill = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.LayerNorm(WIDTH))

    def forward(self, types: Tensor, generator: torch.Generator) -> Tensor:
        """The mean cross entropy of the masked words among the words of these sequences and OTHERS."""
        noise = torch.rand(types.shape, generator=generator)
        chosen = (noise < MASKED) & (types >= FIRST_WORD)
        x = self.network(torch.where(chosen, self.mask, types))[chosen]
        others = torch.randint(FIRST_WORD, self.words, (OTHERS,), generator=generator)
        candidates = torch.unique(torch.cat([types[types >= FIRST_WORD], others]))
        logits = self.fill(x) @ self.network.embedded(candidates).T / np.sqrt(WIDTH)
        return F.cross_entropy(logits.float(), torch.searchsorted(candidates, types[chosen]))


def filled(filling: Filling, types: Tensor, steps: int, peak: float) -> None:
    """Learn words from raw text; `types` (sequences, words)."""
    generator = torch.Generator().manual_seed(7)
    raw, optimizer, began = Drawn({"types": types}, FILLED, generator), optimizer_of(filling, peak), time.time()
    filling.train()
    for step in range(steps):
        set_rate(optimizer, peak, step, steps)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = filling(raw.next()["types"].long(), generator)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(filling.parameters(), 1.0)
        optimizer.step()
        if step % 100 == 0:
            print(f"{time.time() - began:5.0f} s fill {step} loss {loss.item():.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("inputs", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--fill", type=int, default=3500)
    parser.add_argument("--steps", type=int, default=7500)
    parser.add_argument("--peak", type=float, default=8e-4)
    parser.add_argument("--start", type=Path, help="an earlier OUTPUT, whose network goes on")
    parser.add_argument("--trees", type=int, default=0, help="raw sequences in a step that the shipped network read")
    parser.add_argument("--names", action="store_true", help="those raw sequences with names on which both agree")
    parser.add_argument("--dev", action="store_true", help="learn the development splits as well")
    args = parser.parse_args()
    if args.names and not (args.trees and args.start):
        parser.error("--names needs --trees and --start")
    if args.trees:
        need_shipped()
    begun(args.output)
    torch.set_num_threads(os.cpu_count() or 1)
    text = Text(args.inputs)
    gold = [passage for passage in load_gold(args.inputs) if args.dev or passage["split"] == "train"]
    np.random.default_rng(5).shuffle(gold)
    vocabulary = json.loads(LABELS.read_text(encoding="utf-8"))
    (args.output / "labels.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    forms, table = dressed(forms_of(args.inputs))
    forms.append(MASK)
    student = Student(Forms(forms, "cpu"), {layer: len(values) for layer, values in vocabulary.items()})
    generator = torch.Generator().manual_seed(13)
    golds = labelled_text(args.inputs, text, gold, vocabulary, (OWN, PASSAGES, REAL), generator)
    say(", ".join(f"{len(each.sequences['types'])} sequences" for each in golds))
    reread = None
    if args.trees:
        initial = copy.deepcopy(student.state_dict())
        start(student)
        read = partial(raw_labelled, student, args.inputs, text, vocabulary["ner"], most=MOST_TREES)
        arrays = read(unnamed=() if args.names else range(len(KINDS)))
        if args.names:
            taken(student, args.start, NAME)
            arrays["ner"][arrays["ner"] != read(unnamed=())["ner"]] = MISSING
        student.load_state_dict(initial)
        reread = raw_batches(arrays, table, args.trees, torch.Generator().manual_seed(17))
        say(f"{len(arrays['types'])} raw sequences labelled")
    if args.start:
        taken(student, args.start, NAME)
    elif args.fill:
        raw = raw_sequences(text, raw_stream(args.inputs))
        chosen = np.random.default_rng(3).random(len(raw.types)) < np.array(KINDS)[raw.kinds]
        say(f"{chosen.sum()} raw sequences")
        filled(Filling(student, len(table), len(forms) - 1), torch.from_numpy(raw.types[chosen]), args.fill, args.peak)
        written(student, args.output, f"{NAME}-filled")
    weights = WEIGHTS | {"ner": AGREED * WEIGHTS["ner"]}
    learn(student, reread, golds, args.steps, args.peak, args.output, NAME, weights)
    written(student, args.output, NAME)
    probed(student, golds[0].sequences["types"][:1].long(), forms, args.output, NAME)
    say("written")


if __name__ == "__main__":
    main()
