"""Assemble the shipped pipeline: the trained network as a spaCy component, with its sources and its measured scores.

    python training/package.py DISTILLED NAME OUTPUT --lemmas LEMMAS.json [--metrics METRICS.json] [--keep FILE.npz]

DISTILLED is a folder that a script of distil/ wrote, NAME the network in it (`afresh`; `shipped` of go_on.py;
`measured` or `shipped` of study.py); OUTPUT becomes an ordinary spaCy pipeline directory. LEMMAS is what
lemmas.py wrote. METRICS are the scores of the same recipe without the development splits, which `evaluate.py --json`
wrote. Nothing is written when the network's graph, before its matrices become integers, does not give the vectors that
torch gave for NAME-probe.npz. With --keep FILE receives what of the weights the pipeline has as integers only, for
those scripts that begin with the network that ships.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import spacy
from graph import graph, in_eight_bits, left_to_numpy
from spacy.attrs import ORTH
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from pipeline.language.network import BREAK, Network, Word
from pipeline.language.reader import LABELS, Reader

TOLERANCE = 0.02  # of a vector's numbers, which are of the size of 1: weights travel in half precision
GAP = "\x03"  # stands between the documents of the probe: see distil/inputs.py

# Runs of a sign are one word, as in the treebanks: "!!!", "?!", "***", "--".
RUNS = (
    r"[!?]{2,}",
    r"\*{2,}",
    r"={2,}",
    r"~{2,}",
    r"_{2,}",
    r"<{2,}",
    r">{2,}",
    r"\+{2,}",
    r"#{2,}",
    r"\^{2,}",
    r"-{2,}",
    r"\${2,}",
)
WHOLE = ("e-mail", "e-mails", "E-mail", "E-mails")  # one word each there
META = {
    "name": "article_events",
    "version": "0.7.0",
    "spacy_version": ">=3.8.7,<3.9.0",
    "description": "Tags, morphology, lemmas, sentences, dependencies and names for English news and opinion.",
    "author": "The article-events authors",
    "license": "CC BY-SA 4.0",
    "sources": [
        {"name": "UD_English-EWT 2.16", "license": "CC BY-SA 4.0", "author": "Silveira et al. 2014; UD contributors"},
        {"name": "UD_English-GUM 2.16 (nine genres)", "license": "annotation CC BY 4.0", "author": "Zeldes 2017"},
        {"name": "UNER_English-EWT", "license": "CC BY-SA 4.0", "author": "Mayhew et al. 2024"},
        {"name": "CrossNER", "license": "MIT; text CC BY-SA", "author": "Liu et al. 2021"},
        {"name": "wikigold", "license": "CC BY 4.0; text CC BY-SA", "author": "Balasuriya et al. 2009"},
        {"name": "WNUT 2017", "license": "CC BY 4.0", "author": "Derczynski et al. 2017"},
        {"name": "Broad Twitter Corpus", "license": "CC BY 4.0", "author": "Derczynski et al. 2016"},
        {
            "name": "re3d, without its BBC part",
            "license": "public domain; OGL v3; CC BY; CC BY-SA",
            "author": "Dstl 2017",
        },
        {
            "name": "Groningen Meaning Bank, its names labelled anew since",
            "license": "public-domain text; none stated",
            "author": "Bos et al. 2017",
        },
        {"name": "Passages of article-events", "license": "CC0", "author": "The article-events authors"},
        {
            "name": "UN General Debate Corpus (unlabelled)",
            "license": "CC0",
            "author": "Jankin, Baturo and Dasandi 2017",
        },
        {
            "name": "Transcripts of Australian prime ministers (names labelled here in some)",
            "license": "CC BY 4.0",
            "author": "Commonwealth of Australia",
        },
        {
            "name": "PolNeAR, texts only (names labelled here in some)",
            "license": "none stated; no text of it is shipped",
            "author": "Newell, Margolin and Ruths 2018",
        },
        {
            "name": "Bodies of scrapinghub/article-extraction-benchmark and WCXB (names labelled here in some)",
            "license": "MIT; CC BY 4.0; no text of them is shipped",
            "author": "Scrapinghub; Murrough Foley 2026",
        },
    ],
}


def pipeline(labels: dict[str, list[str]], weights: dict[str, np.ndarray], lemmas: Path) -> Language:
    """The network as a spaCy pipeline."""
    nlp = spacy.blank("en")
    tokenizer = nlp.tokenizer
    assert isinstance(tokenizer, Tokenizer)
    defaults = nlp.Defaults
    tokenizer.prefix_search = compile_prefix_regex([*RUNS, *(defaults.prefixes or ())]).search
    tokenizer.suffix_search = compile_suffix_regex([*RUNS, *(defaults.suffixes or ())]).search
    tokenizer.infix_finditer = compile_infix_regex([*(defaults.infixes or ()), *RUNS]).finditer
    for word in WHOLE:
        tokenizer.add_special_case(word, [{ORTH: word}])
    reader = nlp.add_pipe("reader")
    assert isinstance(reader, Reader)
    reader.load(
        labels,
        left_to_numpy(weights),
        in_eight_bits(graph(weights)).SerializeToString(),
        json.loads(lemmas.read_text(encoding="utf-8")),
    )
    return nlp


def learnt(distilled: Path, name: str) -> tuple[dict[str, list[str]], dict[str, np.ndarray]]:
    """The labels, and the weights of the network `name`."""
    weights: dict[str, np.ndarray] = {}
    for part in ("tables", "weights"):
        with np.load(distilled / f"{name}-{part}.npz", allow_pickle=False) as arrays:
            weights |= dict(arrays)
    return json.loads((distilled / LABELS).read_text(encoding="utf-8")), weights


def difference(network: Network, probe: Path) -> float:
    """The largest difference between the network's vectors of the probe's words and those that torch gave.

    Raises ValueError when the probe holds no words.
    """
    with np.load(probe, allow_pickle=False) as arrays:
        forms, expected = arrays["forms"].tolist(), arrays["vectors"]
    found, document = [0.0], []
    for n, form in enumerate([*forms, GAP]):
        if form not in ("", GAP):  # "" is what fills the sequence up
            document.append(n)
        elif document:
            words = [Word(BREAK if forms[m] == "\n\n" else forms[m].rstrip("\x01"), not forms[m].endswith("\x01"))
                     for m in document]  # fmt: skip
            vectors = network.vectors(words, [(0, len(words))])
            found.append(float(np.abs(vectors - expected[document]).max()))
            document = []
    if len(found) == 1:
        raise ValueError(f"{probe} holds no words")
    return float(np.max(found))  # nan if any is


def check(labels: dict[str, list[str]], weights: dict[str, np.ndarray], probe: Path) -> None:
    """Raises ValueError when the network in single precision is not the one that the probe comes from."""
    network = Network(left_to_numpy(weights), labels, graph(weights).SerializeToString())
    found = difference(network, probe)
    print(f"{probe.name}: vectors differ by {found:.4f} at most", file=sys.stderr)
    if not found <= TOLERANCE:
        raise ValueError(
            f"vectors differ by {found:.4f} from those in {probe}, by more than {TOLERANCE}: "
            "training/graph.py and distil/network.py must compute the same, from the same weights"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("distilled", type=Path)
    parser.add_argument("name")
    parser.add_argument("output", type=Path)
    parser.add_argument("--lemmas", type=Path, required=True)
    parser.add_argument("--metrics", type=Path)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    labels, weights = learnt(args.distilled, args.name)
    probe = args.distilled / f"{args.name}-probe.npz"
    if not probe.is_file():
        sys.exit(f"{probe} is missing: without it nothing tells whether the graph computes what torch did")
    check(labels, weights, probe)
    nlp = pipeline(labels, weights, args.lemmas)
    nlp.meta.update(META)
    if args.metrics:
        nlp.meta["performance"] = json.loads(args.metrics.read_text(encoding="utf-8"))
    if args.keep:  # first, as what stands in the pipeline's folder says that both are made
        in_pipeline = left_to_numpy(weights)
        np.savez_compressed(args.keep, **{name: each for name, each in weights.items() if name not in in_pipeline})
    nlp.to_disk(args.output)


if __name__ == "__main__":
    main()
