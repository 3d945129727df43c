"""Train the embedded model's network on text that teachers labelled and on the labelled corpora.

    python training/distil/study.py GATHERED.npz INPUTS OUTPUT [--seconds 300] [--dev-seconds 80] [--start FOLDER]
        [--then half shipped]

Made for one GPU of the H100's kind. OUTPUT receives for `measured` (no development split was learnt from) and for
`shipped` (that one, some seconds further with the development splits) NAME-tables.npz and NAME-weights.npz in half
precision, labels.json, scores.json, and NAME-probe.npz: one sequence with what the network makes of it. `half` is
trained further with one half of the development passages and scored on the other: what the shipped one should reach.
With `--start` the `measured` network of an earlier OUTPUT is taken as it was written, with its labels and in half
precision, and learns on for `--seconds`, which may be 0.

Times are seconds by the clock, so no two runs make the same steps, and none gives the same bytes.
"""

import argparse
import copy
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent.parent / "pipeline" / "language"))
from gather import forms_of, padded  # noqa: E402
from network import Forms, Student  # noqa: E402
from sequences import FIRST_WORD, MISSING, WORDS, Text, gold_sequences, load_gold, vocabularies  # noqa: E402
from teach import begun, development, evaluated, say  # noqa: E402
from teacher import Transitions, losses, tensors  # noqa: E402

LOUD, TITLE = 0.03, 0.03  # shares of the raw sequences that are read in capitals, and in headline capitals
# Labelled sequences in a step for one raw: of all corpora, once more of our own passages, and of the development splits
# where these are learnt.
OWN, PASSAGES, DEV = 0.4, 0.3, 0.22


def dressed(forms: list[str]) -> tuple[list[str], np.ndarray]:
    """The forms with those in capitals added; and for each form the numbers of (itself, capitals, first capital)."""
    number = {form: n for n, form in enumerate(forms)}
    more = list(forms)
    table = np.tile(np.arange(len(forms), dtype=np.int32)[:, None], (1, 3))
    for n in range(FIRST_WORD, len(forms)):
        for column, other in ((1, forms[n].upper()), (2, forms[n][:1].upper() + forms[n][1:])):
            if other not in number:
                number[other] = len(more)
                more.append(other)
            table[n, column] = number[other]
    return more, table


def in_capitals(
    part: dict[str, torch.Tensor], table: torch.Tensor, generator: torch.Generator
) -> dict[str, torch.Tensor]:
    """Raw sequences, some in capitals by the table of `dressed`, their lemmas left open."""
    types = part["types"].long()
    draw = torch.rand(len(types), generator=generator, device=types.device)
    column = (draw < LOUD).long() + 2 * ((draw >= LOUD) & (draw < LOUD + TITLE)).long()
    changed = table[types.clamp(min=0), column[:, None]]
    return part | {
        "types": torch.where(types >= 0, changed, types),
        "lemma": torch.full_like(part["head"], MISSING),
    }


class Teaching:
    """The labelled sequences, and how a student learns from them."""

    def __init__(self, raw: dict[str, torch.Tensor], table: torch.Tensor, device: str, batch: int) -> None:
        self.raw, self.table, self.device, self.batch = raw, table, device, batch

    def part_of_raw(self, picked: torch.Tensor, generator: torch.Generator) -> dict[str, torch.Tensor]:
        return in_capitals({layer: values[picked] for layer, values in self.raw.items()}, self.table, generator)

    def teach(self, student: Student, golds: list[tuple[dict[str, torch.Tensor], int]], seconds: float, peak: float,
              weight: float, seed: int) -> None:  # fmt: skip
        """`golds` are labelled sequences, each with how many of them a step takes."""
        matrices = [p for p in student.parameters() if p.dim() >= 2]
        vectors = [p for p in student.parameters() if p.dim() < 2]
        optimizer = torch.optim.AdamW(
            [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}],
            lr=peak, betas=(0.9, 0.98), fused=self.device != "cpu",
        )  # fmt: skip
        generator = torch.Generator(device=self.device).manual_seed(seed)
        start, steps, logged = time.time(), 0, 0.0
        order = torch.empty(0, dtype=torch.long, device=self.device)
        count = len(self.raw["types"])
        student.train()
        while (spent := time.time() - start) < seconds:
            if len(order) < self.batch:
                order = torch.randperm(count, generator=generator, device=self.device)
            picked, order = order[: self.batch], order[self.batch :]
            parts = [self.part_of_raw(picked, generator)]
            for gold, share in golds:
                also = torch.randint(len(gold["types"]), (share,), generator=generator, device=self.device)
                parts.append({layer: gold[layer][also] for layer in parts[0]})
            for group in optimizer.param_groups:
                group["lr"] = peak * min(1.0, (steps + 1) / 300) * max(0.01, 1 - spent / seconds)
            own = {layer: torch.cat([p[layer] for p in parts[1:]]) for layer in parts[0]}
            with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.device != "cpu"):
                x, _ = student.words(torch.cat([p["types"].long() for p in parts]))
                size = len(picked)
                loss = losses(student.heads, x[:size], x[:size], parts[0])
                loss = loss + weight * losses(student.heads, x[size:], x[size:], own)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(student.parameters(), 2.0)
            optimizer.step()
            steps += 1
            if steps % 10 == 0 and self.device != "cpu":  # the clock must not run ahead of the queue
                torch.cuda.synchronize()
            if spent - logged > 10 or steps in (1, 50, 200):
                logged = spent
                print(f"{spent:4.0f} s step {steps} loss {loss.item():.3f} "
                      f"{steps * self.batch / count:.2f} epochs", flush=True)  # fmt: skip


def written(student: Student, output: Path, name: str) -> None:
    arrays = {key: value.detach().float().cpu().numpy().astype(np.float16) for key, value in student.named_parameters()}
    tables = {key: value for key, value in arrays.items() if ".tables." in key}
    np.savez_compressed(output / f"{name}-tables.npz", **tables)
    np.savez_compressed(output / f"{name}-weights.npz", **{k: v for k, v in arrays.items() if k not in tables})


def stored(folder: Path, name: str) -> dict[str, np.ndarray]:
    """What `written` wrote, in single precision."""
    arrays = {**np.load(folder / f"{name}-tables.npz"), **np.load(folder / f"{name}-weights.npz")}
    return {key: values.astype(np.float32) for key, values in arrays.items()}


def taken(student: Student, folder: Path, name: str) -> None:
    arrays = stored(folder, name)
    with torch.no_grad():
        for key, value in student.named_parameters():
            value.copy_(torch.from_numpy(arrays[key]))


def probed(student: Student, types: torch.Tensor, forms: list[str], output: Path, name: str) -> None:
    student.eval()
    with torch.no_grad():
        vectors = student.network(types)[0].float().cpu().numpy()
    words = np.array([forms[t] if t >= 0 else "" for t in types[0].tolist()])
    np.savez_compressed(output / f"{name}-probe.npz", forms=words, vectors=vectors)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("gathered", "inputs", "output"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--dev-seconds", type=float, default=80)
    parser.add_argument("--dev-peak", type=float, default=4e-4)
    parser.add_argument("--start", type=Path)
    parser.add_argument("--then", nargs="*", choices=("half", "shipped"), default=("half", "shipped"))
    parser.add_argument("--batch", type=int, default=140)
    parser.add_argument("--peak", type=float, default=1.2e-3)
    parser.add_argument("--limit", type=int, default=0, help="read only so many sequences (a trial)")
    args = parser.parse_args()
    device = begun(args.output)
    text = Text(args.inputs)
    gold = load_gold(args.inputs)
    known = args.start and args.start / "labels.json"  # what its heads were made for
    vocabulary = json.loads(known.read_text(encoding="utf-8")) if known else vocabularies(gold)
    (args.output / "labels.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    sizes = {layer: len(values) for layer, values in vocabulary.items()}
    if args.limit:
        gold = [g for n, g in enumerate(gold) if n % (4 if g["split"] == "dev" else 12) == 0]
    forms, table = dressed(forms_of(args.inputs))
    say(f"{len(forms)} forms")
    features = Forms(forms, device)
    say("features")

    def sequences(chosen: list[dict]) -> dict[str, torch.Tensor]:
        return tensors(gold_sequences(text, chosen, vocabulary)[0], device)

    dev_gold = [g for g in gold if g["split"] == "dev"]
    train_gold = [g for g in gold if g["split"] == "train"]
    np.random.default_rng(5).shuffle(train_gold)
    own = sequences(train_gold)
    passages = sequences([g for g in train_gold if g["corpus"].startswith("passages")])
    arrays = padded(args.gathered, WORDS)
    if args.limit:
        arrays = {name: values[: args.limit] for name, values in arrays.items()}
    raw = {name: torch.from_numpy(values).to(device) for name, values in arrays.items()}
    say(f"{len(raw['types'])} raw, {len(own['types'])} labelled sequences")
    teaching = Teaching(raw, torch.from_numpy(table).to(device).long(), device, args.batch)
    transitions = Transitions.of(vocabulary["ner"], device)
    results = {}

    def score(student: Student, name: str, passages: list[dict]) -> None:
        parts = development(text, passages, vocabulary, device)
        results[name] = evaluated(student, parts, transitions, vocabulary["ner"], vocabulary["dep"], device)
        say(name, json.dumps(results[name]))
        (args.output / "scores.json").write_text(json.dumps(results, indent=1), encoding="utf-8")

    student = Student(features, sizes).to(device)
    say(f"{sum(p.numel() for p in student.parameters())} parameters")
    golds = [(own, round(OWN * args.batch)), (passages, round(PASSAGES * args.batch))]
    if args.start:
        taken(student, args.start, "measured")
        score(student, "start", dev_gold)
    if args.seconds:
        teaching.teach(student, golds, args.seconds, args.peak, 0.8, seed=13)
        score(student, "measured", dev_gold)
    written(student, args.output, "measured")
    probed(student, own["types"][:1].long(), forms, args.output, "measured")

    state = copy.deepcopy(student.state_dict())
    parts = {"half": (dev_gold[::2], dev_gold[1::2]), "shipped": (dev_gold, [])}
    for name in args.then:
        learnt, left = parts[name]
        student.load_state_dict(state)
        if left:
            score(student, "measured on that half", left)
        also = sequences(learnt)
        more = [*golds, (also, round(DEV * args.batch))]
        teaching.teach(student, more, args.dev_seconds, args.dev_peak, 1.0, seed=17)
        if left:
            score(student, name, left)
        else:
            written(student, args.output, name)
            probed(student, own["types"][:1].long(), forms, args.output, name)


if __name__ == "__main__":
    main()
