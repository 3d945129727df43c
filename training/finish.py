"""Train every component in spaCy, from a tok2vec that knows much already.

    python training/finish.py CORPORA START OUTPUT [--steps 6500] [--rate 0.001]
    python training/finish.py CORPORA PIPELINE OUTPUT --go-on [--steps 1500] [--rate 0.0004]

CORPORA is what convert.py wrote; with `train/silver.spacy` from distil/silver.py in it the teacher's labels are learnt
too. START is the student (npz) or the folder of an earlier pipeline, whose tok2vec is taken. With `--go-on` a whole
pipeline is trained further, now with the development splits too. OUTPUT is a pipeline with averaged parameters.

`spacy train` would read and dress the whole corpus anew in every epoch; this loop mixes endless streams of its parts.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import spacy
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.util import fix_random_seed, load_config, load_model_from_config
from thinc.api import Adam

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "distil"))
from carry import carry  # noqa: E402

# Share of a batch's words from each part of the corpora; a part that is not there leaves its share to the others.
SHARES = {"syntax": 0.35, "names": 0.3, "silver": 0.35, "dev": 0.4}
WORDS = 1_200
DROPOUT = 0.1
WARM_UP = 250
WATCHED = ("dep_las", "pos_acc", "lemma_acc", "sents_f", "ents_f")


def resumed(folder: Path) -> spacy.Language:
    """A pipeline that can be trained further."""
    nlp = spacy.load(folder)
    # spaCy does not restore this map (3.8), and without it every lemma is learnt as the first label.
    lemmatizer = nlp.get_pipe("trainable_lemmatizer")
    lemmatizer.tree2label = {tree: label for label, tree in enumerate(lemmatizer.cfg["labels"])}
    return nlp


def examples(path: Path, nlp: spacy.Language) -> list[Example]:
    return [Example(nlp.make_doc(doc.text), doc) for doc in DocBin().from_disk(path).get_docs(nlp.vocab)]


def stream(paths: list[Path], nlp: spacy.Language, seed: int) -> Iterator[Doc]:
    docs = [doc for path in paths for doc in DocBin().from_disk(path).get_docs(nlp.vocab)]
    rng = random.Random(seed)
    while True:
        rng.shuffle(docs)
        yield from docs


def batch(streams: dict[str, Iterator[Doc]], nlp: spacy.Language) -> list[Example]:
    found, whole = [], sum(SHARES[part] for part in streams)
    for part, docs in streams.items():
        words = 0
        while words < SHARES[part] / whole * WORDS:
            doc = next(docs)
            words += len(doc)
            found.append(Example(nlp.make_doc(doc.text), doc))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("corpora", "start", "output"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--go-on", action="store_true", help="train all of PIPELINE further, with the dev splits")
    parser.add_argument("--steps", type=int, default=6_500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rate", type=float, default=0.001)
    parser.add_argument("--every", type=int, default=1_300, help="steps between two evaluations")
    args = parser.parse_args()
    fix_random_seed(args.seed)
    optimizer = Adam(args.rate, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=True)
    train = args.corpora / "train"
    if args.go_on:
        nlp = resumed(args.start)
    else:
        nlp = load_model_from_config(load_config(HERE / "configs" / "model.cfg"), auto_fill=True, validate=False)
        labelled = [eg for name in ("syntax-1", "names-1") for eg in examples(train / f"{name}.spacy", nlp)]
        nlp.initialize(lambda: labelled, sgd=optimizer)
        carry(nlp, args.start)
    parts = {part: sorted(train.glob(f"{part}*.spacy")) for part in SHARES if args.go_on or part != "dev"}
    streams = {
        part: stream(paths, nlp, args.seed + number) for number, (part, paths) in enumerate(parts.items()) if paths
    }
    development = examples(args.corpora / "dev.spacy", nlp)
    start = time.time()
    for step in range(1, args.steps + 1):
        optimizer.learn_rate = args.rate * min(1.0, step / WARM_UP) * (1 - (step - 1) / args.steps)
        nlp.update(batch(streams, nlp), sgd=optimizer, drop=DROPOUT)
        if step % args.every == 0 or step == args.steps:
            with nlp.use_params(optimizer.averages):
                scores = nlp.evaluate(development)
                nlp.to_disk(args.output)
            kept = {name: round(100 * scores[name], 2) for name in WATCHED}
            print(f"{time.time() - start:5.0f} s, step {step}: {json.dumps(kept)}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
