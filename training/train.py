"""Make the embedded model: convert the corpora, train, measure, go on with the development splits, assemble.

    python training/train.py DATA [--distilled FOLDER] [--without-gmb] [--seed 7]

DATA is the folder with `treebank/` and `ner/` that training/README.md describes. FOLDER holds what distil/main.py wrote
on a machine with a GPU: without it training starts from the tok2vec of the embedded model, and the teacher's labels on
raw text are left out. Each step names what it needs and what it makes, and runs only when what it makes is missing or
older. Takes about 70 minutes on one core.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
CORPORA = BUILD / "corpora"
MODEL = ROOT / "pipeline" / "model"
METRICS = ROOT / "training" / "metrics.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with treebank/ and ner/")
    parser.add_argument("--distilled", type=Path, default=BUILD / "distilled", help="what distil/main.py wrote")
    parser.add_argument(
        "--without-gmb", action="store_true", help="leave out the corpus that states no annotation licence"
    )
    parser.add_argument("--seed", default="7")
    args = parser.parse_args()
    if not args.data.is_dir():
        sys.exit(f"{args.data}: no such folder; training/README.md names the public corpora and how to lay them out")

    students = sorted(args.distilled.glob("student-*.npz"))
    start = students[-1] if students else MODEL
    if not students:
        print(f"{args.distilled}: no student; starting from the tok2vec of pipeline/model", file=sys.stderr)
    flags = ["--without-gmb"] if args.without_gmb else []
    train = CORPORA / "train"
    sources = [*sorted(args.data.glob("*/*.gz")), *sorted((ROOT / "training/passages").glob("*.txt"))]
    step([*sources, ROOT / "training/convert.py"], [train / "names-2.spacy"],
         "training/convert.py", str(args.data), str(CORPORA), *flags)  # fmt: skip
    silver = sorted(args.distilled.glob("silver-*.npz"))
    if silver:
        step(silver, [train / "silver.spacy"], "training/distil/silver.py", str(BUILD / "distil"), str(args.distilled),
             str(train / "silver.spacy"))  # fmt: skip
    measured, shipped = BUILD / "measured", BUILD / "shipped"
    finish, seed = ROOT / "training/finish.py", ["--seed", args.seed]
    step([*train.glob("*.spacy"), finish], [measured / "meta.json"],
         "training/finish.py", str(CORPORA), str(start), str(measured), *seed)  # fmt: skip
    step([measured / "meta.json"], [METRICS],
         "training/evaluate.py", str(args.data), "--model", str(measured), "--json", str(METRICS))  # fmt: skip
    step([measured / "meta.json"], [shipped / "meta.json"], "training/finish.py", str(CORPORA), str(measured),
         str(shipped), "--go-on", "--steps", "1500", "--rate", "0.0004", *seed)  # fmt: skip
    step([shipped / "meta.json", METRICS], [MODEL / "meta.json"],
         "training/package.py", str(shipped), str(METRICS), str(MODEL))  # fmt: skip


def step(needs: list[Path], makes: list[Path], script: str, *arguments: str) -> None:
    if out_of_date(needs, makes):
        print(f"{script} -> {', '.join(path.name for path in makes)}", file=sys.stderr)
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run([sys.executable, script, *arguments], cwd=ROOT, check=True, env=environment)


def out_of_date(needs: list[Path], makes: list[Path]) -> bool:
    if not all(path.exists() for path in makes):
        return True
    newest = max((path.stat().st_mtime for path in needs if path.exists()), default=0.0)
    return newest > min(path.stat().st_mtime for path in makes)


if __name__ == "__main__":
    main()
