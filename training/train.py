"""Make the embedded model: corpora and raw text to arrays, three stages of training, its scores, and what ships.

    python training/train.py DATA

DATA is the folder with `treebank/` and `ner/` that training/README.md describes; beside it stand the folders of raw
and real text. Each step names what it makes, and runs only when that is missing or older than the data and the script
it comes from. The three stages take four hours and a half on two cores that multiply in 16 bits, and need torch and
tokenizers; the rest takes minutes. `build/model` receives what lies between. The second and the third stage take trees
from the network that ships when they begin, so a run after a run gives other weights.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRAINING = ROOT / "training"
BUILD = ROOT / "build"
MADE = BUILD / "model"
MODEL = ROOT / "pipeline" / "model"
METRICS, LEFT_OUT = TRAINING / "metrics.json", TRAINING / "left_out.json"
NEEDED = ("tokenizers", "torch")  # beside the environment of `make setup`
READING = tuple(
    ROOT / "pipeline" / "language" / f"{name}.py"
    for name in ("arcs", "lemmas", "network", "reader", "trees", "word_features")
)
# Corpora of names that the first stage leaves out, and one more source of the text of uner_ewt.
UNSEEN, SAME_TEXT = ("wikigold", "gum", "uner_ewt", "crossner_politics", "re3d"), "ewt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with treebank/ and ner/")
    data = parser.parse_args().data
    data = data.absolute()
    if not (data / "treebank").is_dir():
        sys.exit(f"{data / 'treebank'}: no such folder; training/README.md names the texts and how to lay them out")
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        sys.exit(
            f"training needs {' and '.join(missing)}: {sys.executable} -m pip install {' '.join(missing)}; "
            "nothing else of this project does"
        )
    lexicons = [ROOT / "pipeline" / "lexicons" / name for name in ("irregular_forms.csv", "frames.toml", "cues.toml")]
    corpora = step("convert.py", [*data.glob("*/*-dev*.gz")], BUILD / "corpora" / "gum-dev.spacy",
                   data, BUILD / "corpora")  # fmt: skip
    lemmas = step("lemmas.py", [*data.glob("treebank/*-train*.gz"), *lexicons], BUILD / "lemmas.json",
                  data, BUILD / "lemmas.json")  # fmt: skip
    texts = [*data.parent.glob("raw/*.xz"), *data.parent.glob("quotations/train.jsonl"),
             *data.parent.glob("cleaning/articles.jsonl.gz")]  # fmt: skip
    raw = step("distil/raw_text.py", texts, MADE / "raw-tokens.xz",
               data.parent, MADE / "raw-tokens.xz", "--words", "10000000")  # fmt: skip
    labelled = [raw, *data.glob("*/*.gz"), *TRAINING.glob("passages/**/*.txt"), TRAINING / "names" / "train.jsonl"]
    some = step("distil/inputs.py", labelled, MADE / "without" / "bpe.json",
                data, raw, MADE / "without", "--without", *UNSEEN, SAME_TEXT)  # fmt: skip
    everything = step("distil/inputs.py", labelled, MADE / "all" / "bpe.json", data, raw, MADE / "all")
    first = stage("first", some)
    second = stage("second", everything, first, "--trees", "6", "--steps", "5600")
    third = stage("third", everything, second, "--trees", "6", "--names", "--dev", "--steps", "9000")

    unseen, measured = (packaged(learnt, MADE / name, lemmas) for learnt, name in ((first, "unseen"), (second, "seen")))
    step("evaluate.py", [unseen, *READING], LEFT_OUT,
         data, "--model", unseen.parent, "--corpora", *UNSEEN, "--json", LEFT_OUT)  # fmt: skip
    step("evaluate.py", [corpora, measured, *READING], METRICS, data, "--model", measured.parent, "--json", METRICS)
    packaged(third, MODEL, lemmas, "--metrics", METRICS, "--keep", TRAINING / "network.npz", needs=[METRICS])


def stage(name: str, inputs: Path, before: Path | None = None, *options: str) -> Path:
    """One stage of training on what stands beside `inputs`, on from the stage that wrote `before`."""
    makes = MADE / name / "afresh-probe.npz"  # the last that afresh.py writes
    start = ["--start", before.parent] if before else []
    needs = [path for path in (inputs, before) if path]
    return step("distil/afresh.py", needs, makes, inputs.parent, makes.parent, *start, *options)


def packaged(learnt: Path, output: Path, lemmas: Path, *options: str | Path, needs: list[Path] | None = None) -> Path:
    """The spaCy pipeline of the network that a stage wrote."""
    return step("package.py", [learnt, lemmas, TRAINING / "graph.py", *(needs or [])], output / "meta.json",
                learnt.parent, "afresh", output, "--lemmas", lemmas, *options)  # fmt: skip


def step(script: str, needs: list[Path], makes: Path, *arguments: str | Path) -> Path:
    """Run a script of training/ when what it makes is out of date; what it makes, as an absolute path."""
    if out_of_date([*needs, TRAINING / script], makes):
        print(f"{script} -> {os.path.relpath(makes, ROOT)}", file=sys.stderr, flush=True)
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        command = [sys.executable, str(TRAINING / script), *map(str, arguments)]
        subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "PYTHONPATH": path})
    return makes


def out_of_date(needs: list[Path], makes: Path) -> bool:
    return not makes.exists() or max(path.stat().st_mtime for path in needs) > makes.stat().st_mtime


if __name__ == "__main__":
    main()
