"""A network with random weights, small enough to be made for every test. What it reads is nonsense, but well formed."""

import numpy as np

from pipeline.language.network import BREAK, Array, Network, Word
from pipeline.language.word_features import ROWS
from tests.scripts import script

graph = script("graph")
HEADS = graph.HEADS

LABELS = {
    "tag": ["NN", "VBD", "."],
    "morph": ["NOUN|Number=Sing", "VERB|", "PUNCT|"],
    "lemma": ["k0+", "k1+", "k3+y", "l0+"],
    "dep": ["ROOT", "nsubj", "obj", "amod", "punct", "xcomp", "cop", "compound:prt"],
    "ner": ["O", *(f"{part}-{kind}" for kind in ("PERSON", "ORG") for part in "BIES")],
}
WIDTH, DEPTH, EMBED, ARC, REL = 4 * HEADS, 2, 6, 8, 4


def random_weights(seed: int = 0) -> dict[str, Array]:
    """By the names that training/distil/network.py gives them, in half precision."""
    rng = np.random.default_rng(seed)

    def layer(name: str, outputs: int, inputs: int, bias: bool = True) -> dict[str, Array]:
        found = {f"{name}.weight": rng.normal(size=(outputs, inputs)) / np.sqrt(inputs)}
        return found | ({f"{name}.bias": rng.normal(size=outputs) * 0.1} if bias else {})

    def norm(name: str) -> dict[str, Array]:
        return {f"{name}.weight": 1 + rng.normal(size=WIDTH) * 0.1, f"{name}.bias": rng.normal(size=WIDTH) * 0.1}

    found = {f"network.tables.{table}": rng.normal(size=(rows, EMBED)) for table, rows in ROWS.items()}
    found |= layer("network.mix", 2 * WIDTH, len(ROWS) * EMBED + 1)
    found |= norm("network.norm_in") | norm("network.norm_out")
    for n in range(DEPTH):
        block = f"network.blocks.{n}"
        for part in range(3):
            found |= norm(f"{block}.norms.{part}")
        found |= layer(f"{block}.conv", 2 * WIDTH, 3 * WIDTH) | layer(f"{block}.qkv", 3 * WIDTH, WIDTH, bias=False)
        found |= layer(f"{block}.out", WIDTH, WIDTH, bias=False) | layer(f"{block}.up", 4 * WIDTH, WIDTH)
        found |= layer(f"{block}.down", WIDTH, 2 * WIDTH, bias=False)
    for name, labels in (LABELS | {"start": ["no", "yes"]}).items():
        if name != "dep":
            found |= layer(f"heads.flat.{name}", len(labels), WIDTH)
    for name, size in (("arc", ARC), ("rel", REL)):
        found |= layer(f"heads.{name}_head", size, WIDTH) | layer(f"heads.{name}_dep", size, WIDTH)
    found |= {"heads.root": rng.normal(size=WIDTH), "heads.arc": rng.normal(size=(ARC, ARC))}
    found |= layer("heads.arc_bias", 1, ARC, bias=False)
    found["heads.rel"] = rng.normal(size=(REL + 1, len(LABELS["dep"]), REL + 1))
    return {name: values.astype(np.float16) for name, values in found.items()}


def in_parts(weights: dict[str, Array]) -> tuple[dict[str, Array], bytes]:
    """What a network is made of; in single precision, so that what is expected of it can be reckoned."""
    return graph.left_to_numpy(weights), graph.graph(weights).SerializeToString()


def network_of(weights: dict[str, Array]) -> Network:
    rest, made = in_parts(weights)
    return Network(rest, LABELS, made)


def without_starts(weights: dict[str, Array]) -> dict[str, Array]:
    """The weights changed so that no sentence begins but where one must."""
    return weights | {"heads.flat.start.bias": np.array([100.0, -100.0], dtype=np.float16)}


def some_words(count: int, seed: int = 0, breaks: float = 0.03) -> list[Word]:
    """Words of made-up letters, full stops and paragraph breaks; the first is a word."""
    rng = np.random.default_rng(seed)
    found = []
    for n in range(count):
        draw = rng.random()
        if n and draw < breaks:
            found.append(Word(BREAK, True))
        elif draw < 0.1:
            found.append(Word(".", True))
        else:
            form = "".join(rng.choice(list("abcdeiou"), size=rng.integers(1, 9)))
            found.append(Word(form.title() if rng.random() < 0.2 else form, bool(rng.random() < 0.8)))
    return found
