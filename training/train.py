"""Make the embedded model: convert the corpora, train the two halves, assemble, evaluate.

    python training/train.py DATA [--without-gmb] [--seed 7]

DATA is the folder with `treebank/` and `ner/` that training/README.md describes. Each step names what it needs and what
it makes, and runs only when what it makes is missing or older. Takes about 40 minutes on two cores.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
CORPORA = BUILD / "model-data"
MODEL = ROOT / "pipeline" / "model"
HALVES = ("syntax", "ner")
NOT_OURS = ("LICENSE", "README.md")  # kept in the model's folder when its weights are replaced


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with treebank/ and ner/")
    parser.add_argument(
        "--without-gmb", action="store_true", help="leave out the corpus that states no annotation licence"
    )
    parser.add_argument("--seed", default="7")
    args = parser.parse_args()
    if not args.data.is_dir():
        sys.exit(f"{args.data}: no such folder; training/README.md names the public corpora and how to lay them out")

    sources = sorted(args.data.glob("*/*.gz"))
    converted = [CORPORA / f"{half}-{split}.spacy" for half in HALVES for split in ("train", "dev")]
    flags = ["--without-gmb"] if args.without_gmb else []
    step(
        [*sources, ROOT / "training/convert.py"], converted, "training/convert.py", str(args.data), str(CORPORA), *flags
    )

    trained = [BUILD / half / "model-best" / "meta.json" for half in HALVES]
    running = [train(half, args.seed) for half in HALVES]
    if any(process is not None and process.wait() for process in running):
        sys.exit("training failed; its messages stand above")

    halves = [str(BUILD / half / "model-best") for half in HALVES]
    step(trained, [MODEL / "meta.json"], "training/package.py", *halves, str(MODEL))
    metrics = ROOT / "training" / "metrics.json"
    step([MODEL / "meta.json"], [metrics], "training/evaluate.py", str(args.data), "--json", str(metrics))


def train(half: str, seed: str) -> subprocess.Popen[bytes] | None:
    config, train_file, dev_file = (
        ROOT / f"training/configs/{half}.cfg", CORPORA / f"{half}-train.spacy", CORPORA / f"{half}-dev.spacy",
    )  # fmt: skip
    if not out_of_date([config, train_file, dev_file], [BUILD / half / "model-best" / "meta.json"]):
        return None
    print(f"training {half}: {config.name} -> build/{half}", file=sys.stderr)
    command = [
        sys.executable, "-m", "spacy", "train", str(config), "--output", str(BUILD / half), "--paths.train",
        str(train_file), "--paths.dev", str(dev_file), "--system.seed", seed,
    ]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"})


def step(needs: list[Path], makes: list[Path], script: str, *arguments: str) -> None:
    if out_of_date(needs, makes):
        print(f"{script} -> {', '.join(path.name for path in makes)}", file=sys.stderr)
        subprocess.run([sys.executable, script, *arguments], cwd=ROOT, check=True)


def out_of_date(needs: list[Path], makes: list[Path]) -> bool:
    if not all(path.exists() for path in makes):
        return True
    newest = max((path.stat().st_mtime for path in needs if path.exists()), default=0.0)
    return newest > min(path.stat().st_mtime for path in makes)


if __name__ == "__main__":
    main()
