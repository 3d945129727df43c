"""Assemble and measure the embedded model from what a GPU has learnt.

    python training/train.py DATA [--distilled FOLDER]

DATA is the folder with `treebank/` and `ner/` that training/README.md describes. FOLDER holds what distil/study.py
wrote on a machine with a GPU. Each step names what it needs and what it makes, and runs only when what it makes is
missing or older. Takes a minute or two on one core.
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
KEPT = ROOT / "training" / "network.npz"
METRICS = ROOT / "training" / "metrics.json"
LEARNT = ("labels.json", "measured-probe.npz", "measured-tables.npz", "measured-weights.npz", "shipped-tables.npz",
          "shipped-weights.npz")  # fmt: skip
READING = tuple(
    ROOT / "pipeline" / "language" / f"{name}.py"
    for name in ("arcs", "lemmas", "network", "reader", "trees", "word_features")
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with treebank/ and ner/")
    parser.add_argument("--distilled", type=Path, default=BUILD / "distilled", help="what distil/study.py wrote")
    args = parser.parse_args()
    if not args.data.is_dir():
        sys.exit(f"{args.data}: no such folder; training/README.md names the public corpora and how to lay them out")
    if missing := lacking(args.distilled):
        sys.exit(
            f"{args.distilled} lacks {', '.join(missing)}: distil/study.py writes them on a machine with a GPU; the "
            'commands stand in training/README.md under "The teacher and its student"'
        )
    learnt = [args.distilled / name for name in LEARNT]
    measured = BUILD / "measured" / "meta.json"
    package = [ROOT / "training" / name for name in ("package.py", "graph.py")]
    corpora = CORPORA / "gum-dev.spacy"  # the last that convert.py writes
    step([*sorted(args.data.glob("*/*-dev*.gz")), ROOT / "training/convert.py"], corpora,
         "training/convert.py", str(args.data), str(CORPORA))  # fmt: skip
    lemmas = BUILD / "lemmas.json"
    lexicons = [ROOT / "pipeline" / "lexicons" / name for name in ("irregular_forms.csv", "frames.toml", "cues.toml")]
    step([*sorted(args.data.glob("treebank/*-train*.gz")), *lexicons, ROOT / "training/lemmas.py"], lemmas,
         "training/lemmas.py", str(args.data), str(lemmas))  # fmt: skip
    known, scores, kept = ["--lemmas", str(lemmas)], ["--metrics", str(METRICS)], ["--keep", str(KEPT)]
    step([*learnt, lemmas, *package], measured,
         "training/package.py", str(args.distilled), "measured", str(measured.parent), *known)  # fmt: skip
    step([corpora, measured, ROOT / "training/evaluate.py", *READING], METRICS,
         "training/evaluate.py", str(args.data), "--model", str(measured.parent), "--json", str(METRICS))  # fmt: skip
    step([*learnt, lemmas, *package, METRICS], MODEL / "meta.json",
         "training/package.py", str(args.distilled), "shipped", str(MODEL), *known, *scores, *kept)  # fmt: skip


def lacking(folder: Path) -> list[str]:
    """The files of LEARNT that the folder does not have."""
    return [name for name in LEARNT if not (folder / name).is_file()]


def step(needs: list[Path], makes: Path, script: str, *arguments: str) -> None:
    if out_of_date(needs, makes):
        print(f"{script} -> {makes.relative_to(ROOT)}", file=sys.stderr)
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
        subprocess.run([sys.executable, script, *arguments], cwd=ROOT, check=True, env=environment)


def out_of_date(needs: list[Path], makes: Path) -> bool:
    return not makes.exists() or max(path.stat().st_mtime for path in needs) > makes.stat().st_mtime


if __name__ == "__main__":
    main()
