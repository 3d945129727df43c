"""Train a student further, on labelled raw text that came back from several runs of main.py.

    python training/distil/further.py gather OUTPUT.npz INPUTS LABELLED [INPUTS LABELLED ...]
    python training/distil/further.py train GATHERED.npz INPUTS START.npz OUTPUT [--seconds 200]

`gather` (numpy alone) brings the silver-*.npz of each LABELLED to the types and labels of the first INPUTS and
LABELLED. `train` (torch, a GPU) goes on from the student START with new heads: first these alone, then all weights.
OUTPUT receives student-d6p2.npz and scores.json.
"""

import argparse
import json
import lzma
import time
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
            types[types < 0] = forms["the"]  # a word that only one run has read: never learnt from
            strange = own_forms[arrays["types"]] < 0
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


def train(args: argparse.Namespace) -> None:
    import torch
    from main import ROWS, STUDENTS, development, evaluated, say
    from sequences import WORDS, Text, gold_sequences, load_gold, vocabularies
    from student import Student, Tok2Vec, descend
    from teacher import Transitions, losses, tensors

    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(7)
    torch.set_float32_matmul_precision("high")
    args.output.mkdir(parents=True, exist_ok=True)
    text = Text(args.inputs)
    gold = load_gold(args.inputs)
    vocabulary = vocabularies(gold)
    sizes = {layer: len(values) for layer, values in vocabulary.items()}
    own = tensors(gold_sequences(text, [g for g in gold if g["split"] == "train"], vocabulary)[0], device)
    raw = {name: torch.from_numpy(values).to(device) for name, values in padded(args.gathered, WORDS).items()}
    name, (width, depth, pieces) = next(iter(STUDENTS.items()))
    student = Student(
        Tok2Vec(dict(np.load(args.inputs / "rows.npz")), ROWS, width, depth, pieces, device), width, sizes
    )
    student.tok2vec.load(dict(np.load(args.start)))
    student.to(device)
    say(f"{len(raw['types'])} silver, {len(own['types'])} labelled sequences")

    groups = [
        {"params": list(student.tok2vec.parameters()), "first": args.alone},
        {"params": list(student.heads.parameters()), "first": 0},
    ]
    optimizer = torch.optim.Adam(groups, lr=args.peak, betas=(0.9, 0.98), fused=device != "cpu")
    generator = torch.Generator(device=device).manual_seed(13)
    start, steps, logged = time.time(), 0, 0.0
    order = torch.empty(0, dtype=torch.long, device=device)
    student.train()
    while (spent := time.time() - start) < args.seconds:
        if len(order) < args.batch:
            order = torch.randperm(len(raw["types"]), generator=generator, device=device)
        picked, order = order[: args.batch], order[args.batch :]
        also = torch.randint(len(own["types"]), (args.batch // 4,), generator=generator, device=device)
        for group in optimizer.param_groups:
            warm = min(1.0, max(0.0, (steps + 1 - group["first"]) / 100))
            group["lr"] = args.peak * warm * max(0.01, 1 - spent / args.seconds)
        silver = {layer: values[picked] for layer, values in raw.items()}
        silver["lemma"] = torch.full_like(silver["head"], MISSING)
        labelled = {layer: own[layer][also] for layer in silver}
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device != "cpu"):
            x, _ = student.words(torch.cat([silver["types"], labelled["types"]]).long())
            loss = losses(student.heads, x[: args.batch], x[: args.batch], silver)
            loss = loss + 0.6 * losses(student.heads, x[args.batch :], x[args.batch :], labelled)
        descend(student, optimizer, loss)
        steps += 1
        if steps % 10 == 0 and device != "cpu":
            torch.cuda.synchronize()
        if spent - logged > 10 or steps in (1, 50):
            logged = spent
            print(f"{spent:4.0f} s step {steps} loss {loss.item():.3f} "
                  f"{steps * args.batch / len(raw['types']):.2f} epochs", flush=True)  # fmt: skip

    arrays = student.tok2vec.arrays() | student.name_head()
    probe = own["types"][:1].long()
    student.eval()
    with torch.no_grad():
        arrays["probe"] = student.tok2vec(probe)[0].float().cpu().numpy()
    arrays["probe_types"] = probe[0].cpu().numpy()
    arrays = {n: v.astype(np.float16) if n.startswith("E") else v for n, v in arrays.items()}
    np.savez_compressed(args.output / f"student-{name}.npz", **arrays)
    (args.output / "labels.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    dev = development(text, gold, vocabulary, device)
    transitions = Transitions.of(vocabulary["ner"], device)
    results = {name: evaluated(student, dev, transitions, vocabulary["ner"], vocabulary["dep"], device)}
    say(name, json.dumps(results[name]))
    (args.output / "scores.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    steps = parser.add_subparsers(required=True, dest="step")
    gathering = steps.add_parser("gather")
    gathering.add_argument("output", type=Path)
    gathering.add_argument("folders", type=Path, nargs="+", help="INPUTS and LABELLED in turn")
    training = steps.add_parser("train")
    for name in ("gathered", "inputs", "start", "output"):
        training.add_argument(name, type=Path)
    training.add_argument("--seconds", type=float, default=200)
    training.add_argument("--alone", type=int, default=150, help="steps of the heads alone")
    training.add_argument("--batch", type=int, default=192)
    training.add_argument("--peak", type=float, default=1.2e-3)
    args = parser.parse_args()
    if args.step == "gather":
        gather(args.output, list(zip(args.folders[::2], args.folders[1::2], strict=True)))
    else:
        train(args)


if __name__ == "__main__":
    main()
