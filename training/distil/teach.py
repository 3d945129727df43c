"""Pretrain a teacher on raw text, teach it the labelled corpora, have it label the raw text.

    python training/distil/teach.py INPUTS OUTPUT [--pretrain 225] [--epochs 8]

INPUTS is what inputs.py wrote. OUTPUT receives silver-*.npz (the labelled raw text that the student learns from),
labels.json (the label sets) and scores.json. Made for one GPU of the H100's kind, six minutes; a slower one needs
more seconds of pretraining.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[2] / "pipeline" / "language"))
from encoder import Encoder, pretrain
from sequences import (
    FIRST_WORD,
    MISSING,
    Sequences,
    Text,
    gold_sequences,
    load_gold,
    raw_sequences,
    raw_stream,
    vocabularies,
)  # fmt: skip
from teacher import Analysis, Teacher, Transitions, analysed, finetune, scores, tensors
from trees import best_tree

SHARDS = 3
SILVER_KINDS = {0: 1.0, 1: 0.55, 2: 0.075, 3: 0.1, 4: 0.05}  # share of each kind of document that goes back
START = time.time()


def say(*words: object) -> None:
    print(f"[{time.time() - START:5.0f} s]", *words, flush=True)


@torch.no_grad()
def evaluated(model: nn.Module, dev: dict[str, dict[str, torch.Tensor]], transitions: Transitions,
              names: list[str], deps: list[str], device: str) -> dict[str, float]:  # fmt: skip
    """The scores of a teacher or a student on the development passages, in percent."""
    model.eval()
    batches = []
    for corpus, gold in dev.items():
        for at in range(0, len(gold["types"]), 64):
            part = {name: values[at : at + 64] for name, values in gold.items()}
            analysis = run(model, part, transitions, device)
            cpu = Analysis(**{field: getattr(analysis, field).cpu() for field in Analysis.__dataclass_fields__})
            batches.append((cpu, {n: v.cpu() for n, v in part.items()}, [corpus] * len(part["types"])))
    return scores(batches, names, deps)


def development(text: Text, gold: list[dict], vocabulary: dict[str, list[str]], device: str,
                limit: int | None = None) -> dict[str, dict[str, torch.Tensor]]:  # fmt: skip
    """The development passages by corpus, on the device; GUM has trees and names."""
    dev = {}
    for corpus in sorted({g["corpus"] for g in gold if g["split"] == "dev"}):
        chosen = [g for g in gold if g["split"] == "dev" and g["corpus"] == corpus]
        for layer, name in (("tag", f"{corpus}-tree"), ("ner", corpus)):
            if part := [g for g in chosen if layer in g][:limit]:
                dev[name] = tensors(gold_sequences(text, part, vocabulary)[0], device)
    return dev


def run(model: nn.Module, part: dict[str, torch.Tensor], transitions: Transitions, device: str) -> Analysis:
    with torch.autocast(device, dtype=torch.bfloat16):
        if isinstance(model, Teacher):
            size = len(part["types"])
            short = (64 if size <= 64 else 256) - size  # full batches keep to the compiled shapes
            subwords = torch.nn.functional.pad(part["subwords"].long(), (0, 0, 0, short))
            first = torch.nn.functional.pad(part["first"].long(), (0, 0, 0, short))
            x, y = (words[:size] for words in model.words(subwords, first))
        else:
            x, y = model.words(part["types"].long())
        return analysed(model.heads, x, y, part["types"].long(), transitions)


@torch.no_grad()
def labelled(teacher: Teacher, raw: Sequences, chosen: np.ndarray, transitions: Transitions, device: str,
             batch: int) -> dict[str, np.ndarray]:  # fmt: skip
    """The chosen sequences with the teacher's labels, (n, words) each; every sentence is a tree."""
    teacher.eval()
    types, subwords, first = (torch.from_numpy(a[chosen]) for a in (raw.types, raw.subwords, raw.first))
    out: dict[str, list[np.ndarray]] = {}
    for at in range(0, len(types), batch):
        part = {
            "types": types[at : at + batch].to(device),
            "subwords": subwords[at : at + batch].to(device),
            "first": first[at : at + batch].to(device),
        }
        a = run(teacher, part, transitions, device)
        words = part["types"] >= FIRST_WORD
        head = a.head.clone()
        for n in (~a.whole).nonzero()[:, 0].tolist():
            mended = repaired(
                a.arc_scores[n].cpu().numpy(),
                a.head[n].cpu().numpy(),
                a.sentence[n].cpu().numpy(),
                words[n].cpu().numpy(),
            )
            head[n] = torch.from_numpy(mended).to(device)
        # No lemmas: the teacher's are worse than what a student learns from the treebanks alone.
        values = {"tag": a.tag, "morph": a.morph, "start": a.start, "head": head, "dep": a.dep, "ner": a.ner}
        for name, value in values.items():
            out.setdefault(name, []).append(torch.where(words, value.short(), MISSING).cpu().numpy())
        out.setdefault("types", []).append(types[at : at + batch].numpy())
    return {name: np.concatenate(parts) for name, parts in out.items()}


def repaired(arc_scores: np.ndarray, head: np.ndarray, sentence: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Heads in which every sentence is a tree; only sentences with a circle change."""
    head = head.copy()
    for number in np.unique(sentence[words]):
        at = np.flatnonzero((sentence == number) & words)
        position = {int(w) + 1: n + 1 for n, w in enumerate(at)} | {0: 0}
        heads = np.array([position.get(int(head[w]), 0) for w in at])
        reached = np.concatenate([[0], heads])
        for _ in range(8):
            reached = reached[reached]
        if reached.any() or (heads == 0).sum() != 1:
            columns = np.concatenate([[0], at + 1])
            best = best_tree(arc_scores[np.ix_(at, columns)].astype(np.float64))
            head[at] = columns[best]
    return head


def begun(output: Path) -> str:
    """The device to train on, its seed set, and the folder for what is learnt, made."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(7)
    torch.set_float32_matmul_precision("high")
    output.mkdir(parents=True, exist_ok=True)
    return device


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("inputs", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--pretrain", type=float, default=225)
    parser.add_argument("--epochs", type=float, default=8)
    parser.add_argument("--encoder", type=Path, help="the pretrained encoder: read if it is there, else written")
    parser.add_argument("--limit", type=int, default=0, help="read only so many raw tokens (a trial)")
    parser.add_argument("--depth", type=int, default=12)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--batch", type=int, default=256)
    args = parser.parse_args()
    device = begun(args.output)

    text = Text(args.inputs)
    stream = raw_stream(args.inputs)
    if args.limit:
        stream = stream[: args.limit]
    flat = text.subwords(text.variants(stream))
    say(f"{len(stream)} tokens, {len(flat)} subwords, device {device}")

    encoder = Encoder(16_384, args.width, args.depth, args.width // 64).to(device)
    if device == "cuda":
        torch._dynamo.config.automatic_dynamic_shapes = False
        torch._dynamo.config.recompile_limit = 64
        for block in encoder.blocks:
            block.compile()
    if args.encoder and args.encoder.exists():
        encoder.load_state_dict(torch.load(args.encoder, map_location=device))
    else:
        pretrain(encoder, flat.astype(np.int32), args.pretrain, args.batch, 1.2e-3, device)
        if args.encoder:
            torch.save(encoder.state_dict(), args.encoder)

    gold = load_gold(args.inputs)
    vocabulary = vocabularies(gold)
    sizes = {layer: len(values) for layer, values in vocabulary.items()}
    (args.output / "labels.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    teach = [g for g in gold if g["split"] == "train"]
    if args.limit:
        teach = teach[::40]
    np.random.default_rng(5).shuffle(teach)
    train_sequences, _ = gold_sequences(text, teach, vocabulary)
    gold_train = tensors(train_sequences, device)
    dev = development(text, gold, vocabulary, device, 10 if args.limit else None)
    say(f"{len(train_sequences.types)} labelled sequences", sizes)

    teacher = Teacher(encoder, sizes).to(device)
    for block in encoder.blocks:
        block.dropout = 0.1
    transitions = Transitions.of(vocabulary["ner"], device)
    finetune(teacher, gold_train, args.epochs, 64, 2.5e-4, device)
    results = {"teacher": evaluated(teacher, dev, transitions, vocabulary["ner"], vocabulary["dep"], device)}
    say("teacher", json.dumps(results["teacher"]))

    raw = raw_sequences(text, stream)
    rng = np.random.default_rng(3)
    share = np.array([SILVER_KINDS[k] for k in range(5)])
    keep = rng.random(len(raw.types)) < share[raw.kinds]
    chosen = np.flatnonzero(keep)
    silver = labelled(teacher, raw, chosen, transitions, device, 256)
    for shard in range(SHARDS):
        part = {name: values[shard::SHARDS] for name, values in silver.items()}
        inside = part["types"] >= 0
        columns = {name: values[inside] for name, values in part.items()}
        columns["lengths"] = inside.sum(1).astype(np.int16)
        np.savez_compressed(args.output / f"silver-{shard}.npz", **columns)
    say(f"{len(chosen)} of {len(raw.types)} sequences labelled")
    (args.output / "scores.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
