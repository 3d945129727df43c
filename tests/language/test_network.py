"""The embedded model's network reads any text into whole sentences, trees and names."""

import itertools

import numpy as np
import onnx
import pytest

from pipeline.language import network as module
from pipeline.language.network import (
    BREAK,
    LEAST,
    LEAST_READ,
    LONGEST,
    PARTS,
    Array,
    Network,
    Reading,
    Word,
    are_initials,
    divided,
    lettered,
    ways_to_lemmas,
    with_context,
)
from pipeline.language.trees import best_tree
from pipeline.language.word_features import ROWS, features

from .small_network import DEPTH, HEADS, LABELS, graph, network_of, random_weights, some_words, without_starts

NAMES = LABELS["ner"]


NETWORK = network_of(random_weights())
TEXTS = [some_words(count, seed) for seed, count in enumerate((1, 2, 7, 40, 150, 500, 700))]


def read(words: list[Word], network: Network = NETWORK) -> Reading:
    return network.read(words, np.zeros(len(words), dtype=bool))


def sentences(words: list[Word], reading: Reading) -> list[list[int]]:
    """The positions of each sentence's words."""
    found: list[list[int]] = []
    for n, word in enumerate(words):
        if word.form != BREAK:
            if reading.start[n]:
                found.append([])
            found[-1].append(n)
    return found


def are_whole(labels: list[str]) -> bool:
    """Whether the labels of a sentence make whole names."""
    kind = ""
    for label in labels:
        part, after = label[0], label[2:]
        if kind != (after if part in "IE" else ""):
            return False
        kind = after if part in "BI" else ""
    return not kind


def label_scores(words: list[Word], weights: dict[str, Array]) -> Array:
    seen, own, windows = with_context(words, divided(words))
    x = network_of(weights).vectors(seen, windows)[own]
    return x @ weights["heads.flat.ner.weight"].T.astype(np.float32) + weights["heads.flat.ner.bias"]


def test_what_stands_in_another_window_changes_nothing():
    words, others = some_words(60, 1), some_words(60, 2)
    windows = [(0, 25), (25, 60)]
    mixed = words[:25] + others[25:]
    assert words[25:] != mixed[25:]
    ours, theirs = NETWORK.vectors(words, windows), NETWORK.vectors(mixed, windows)
    assert np.array_equal(ours[:25], theirs[:25])
    assert not np.array_equal(ours[25:], theirs[25:])
    alone = NETWORK.vectors(words[25:], [(0, 35)])
    assert np.abs(ours[25:] - alone).max() < 1e-4


def test_words_of_a_window_see_each_other():
    words = some_words(30, 3)
    changed = [*words[:-1], Word("Xanthippe", True)]
    difference = NETWORK.vectors(words, [(0, 30)]) - NETWORK.vectors(changed, [(0, 30)])
    assert np.abs(difference).max(1).min() > 0


def test_the_graph_computes_what_the_formulas_say():
    """A window of words, reckoned once more as distil/network.py has it."""
    words = some_words(9, 6)
    w = {name: values.astype(np.float64) for name, values in random_weights().items()}

    def normed(x: Array, name: str) -> Array:
        centred = x - x.mean(1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(1, keepdims=True) + 1e-5) * w[f"{name}.weight"] + w[f"{name}.bias"]

    def gated(x: Array) -> Array:
        gate, value = np.split(x, 2, 1)
        return np.maximum(gate, 0) * value

    def turned(x: Array) -> Array:
        angles = np.outer(np.arange(len(x)), 10_000.0 ** (-np.arange(size // 2) / (size // 2)))
        as_complex = (x[:, : size // 2] + 1j * x[:, size // 2 :]) * np.exp(1j * angles)
        return np.concatenate([as_complex.real, as_complex.imag], 1)

    def embedded(word: Word) -> Array:
        rows, tables = features(word.form), {name: w[f"network.tables.{name}"] for name in ROWS}
        parts = [
            tables["norm"][rows.norm].sum(0),
            tables["gram"][rows.gram].mean(0) if rows.gram else 0 * tables["gram"][0],
        ]
        parts += [tables[name][getattr(rows, name)] for name in ("suffix", "shape", "prefix")]
        mixed = w["network.mix.weight"] @ np.array([*np.concatenate(parts), not word.spaced]) + w["network.mix.bias"]
        return normed(gated(mixed[None]), "network.norm_in")[0]

    x = np.array([embedded(word) for word in words])
    size = x.shape[1] // HEADS
    for n in range(DEPTH):
        block = f"network.blocks.{n}"
        own = normed(x, f"{block}.norms.0")
        nought = np.zeros_like(own[:1])
        near = np.concatenate([np.concatenate([nought, own[:-1]]), own, np.concatenate([own[1:], nought])], 1)
        x = x + gated(near @ w[f"{block}.conv.weight"].T + w[f"{block}.conv.bias"])
        queries, keys, values = np.split(normed(x, f"{block}.norms.1") @ w[f"{block}.qkv.weight"].T, 3, 1)
        seen = []
        for at in range(0, x.shape[1], size):
            q, k, v = (part[:, at : at + size] for part in (queries, keys, values))
            scores = np.exp(turned(q) @ turned(k).T / np.sqrt(size))
            seen.append(scores / scores.sum(1, keepdims=True) @ v)
        x = x + np.concatenate(seen, 1) @ w[f"{block}.out.weight"].T
        up = normed(x, f"{block}.norms.2") @ w[f"{block}.up.weight"].T + w[f"{block}.up.bias"]
        x = x + gated(up) @ w[f"{block}.down.weight"].T
    x = normed(x, "network.norm_out")
    assert np.abs(x - NETWORK.vectors(words, [(0, 9)])).max() < 1e-4
    for name, found in NETWORK._computed(words, [(0, 9)], PARTS).items():
        head = f"heads.{name}" if "_" in name else f"heads.flat.{name}"
        assert np.abs(x @ w[f"{head}.weight"].T + w[f"{head}.bias"] - found).max() < 1e-4, name


@pytest.mark.parametrize("seed", range(12))
def test_root_and_relations_of_two_words_are_those_of_the_formulas(seed):
    weights, words = without_starts(random_weights(seed)), words_of("aye nay")
    network = network_of(weights)
    w = {name: values.astype(np.float64) for name, values in weights.items()}
    seen, own, windows = with_context(words, divided(words))
    x = network.vectors(seen, windows)[own]

    def side(name: str, vectors: Array) -> Array:
        return np.maximum(vectors @ w[f"heads.{name}.weight"].T + w[f"heads.{name}.bias"], 0)

    scores = side("arc_dep", x) @ w["heads.arc"] @ side("arc_head", w["heads.root"])
    root = int(scores.argmax())
    reading = network.read(words, np.zeros(2, dtype=bool))
    assert reading.head.tolist() == [root, root]
    for n in (0, 1):
        head = w["heads.root"] if n == root else x[root]
        dependent, head = (np.append(side(name, each), 1) for name, each in (("rel_dep", x[n]), ("rel_head", head)))
        logits = np.einsum("d,drh,h->r", dependent, w["heads.rel"], head)
        if n != root and LABELS["tag"][reading.tag[root]] == "VBD":  # no modifier of nouns hangs on a finite verb
            logits[LABELS["dep"].index("amod")] = -np.inf
        assert reading.dep[n] == logits.argmax()


def test_matrices_in_integers_read_nearly_the_same():
    weights, words = random_weights(), TEXTS[-1]
    model = graph.in_eight_bits(graph.graph(weights))
    matrices = [
        array for array in model.graph.initializer if len(array.dims) == 2 and array.data_type == onnx.TensorProto.INT8
    ]
    assert len(matrices) == 5 * DEPTH + 1
    assert all(np.abs(onnx.numpy_helper.to_array(array)).max() <= 64 for array in matrices)  # seven bits
    scales = {array.name: array.dims for array in model.graph.initializer if array.name.endswith("_scale")}
    assert [scales[array.name.removesuffix("_quantized") + "_scale"] for array in matrices] == [
        array.dims[1:] for array in matrices
    ]  # each column has its own
    rounded = Network(graph.left_to_numpy(weights), LABELS, model.SerializeToString())
    expected, found = read(words), read(words, rounded)
    for name in ("start", "tag", "morph", "name"):
        assert (getattr(expected, name) == getattr(found, name)).mean() > 0.9


def test_of_words_not_asked_for_only_the_likeliest_way_to_the_lemma_is_told():
    logits = np.random.default_rng(0).normal(size=(6, 9)).astype(np.float32)
    asked = np.array([True, False] * 3)
    (ways, odds), (all_ways, all_odds) = ways_to_lemmas(logits, asked), ways_to_lemmas(logits, None)
    assert np.array_equal(ways[asked], all_ways[asked]) and np.array_equal(odds[asked], all_odds[asked])
    assert np.array_equal(ways[:, 0], all_ways[:, 0]) and not ways[~asked, 1:].any()


@pytest.mark.parametrize("words", TEXTS, ids=len)
def test_every_sentence_is_a_tree_with_one_root(words):
    reading = read(words)
    assert reading.start[0]
    for at in sentences(words, reading):
        heads = {n: int(reading.head[n]) for n in at}
        assert [n for n in at if heads[n] == n] == [n for n in at if heads[n] == n][:1] != []
        for n in at:
            for _ in at:
                n = heads[n]  # a head outside the sentence is no key
            assert heads[n] == n


def test_trees_are_mended_where_the_best_heads_form_a_circle(monkeypatch):
    mended = []
    monkeypatch.setattr(module, "best_tree", lambda scores: mended.append(len(scores)) or best_tree(scores))
    words = TEXTS[-1]
    reading = read(words)
    sizes = [len(at) for at in sentences(words, reading)]
    assert mended and set(mended) <= set(sizes)


@pytest.mark.parametrize("words", TEXTS, ids=len)
def test_names_are_whole(words):
    reading = read(words)
    for at in sentences(words, reading):
        assert are_whole([NAMES[reading.name[n]] for n in at])
    assert all(NAMES[reading.name[n]] == "O" for n, word in enumerate(words) if word.form == BREAK)


def test_the_best_label_of_each_word_alone_would_break_names():
    words = TEXTS[-1]
    best = [NAMES[n] for n in label_scores(words, random_weights()).argmax(1)]
    assert not all(are_whole([best[n] for n in at]) for at in sentences(words, read(words)))


@pytest.mark.parametrize("seed", range(8))
def test_names_are_the_best_of_all_whole_ones(seed):
    weights = without_starts(random_weights(seed))
    words = [word if word.form.isalnum() else Word("sea", True) for word in some_words(4, seed, breaks=0)]
    scores = label_scores(words, weights)

    def score(path: tuple[int, ...]) -> float:
        return float(sum(scores[n, label] for n, label in enumerate(path)))

    paths = itertools.product(range(len(NAMES)), repeat=4)
    best = max(score(path) for path in paths if are_whole([NAMES[label] for label in path]))
    assert score(tuple(read(words, network_of(weights)).name)) == pytest.approx(best, abs=1e-4)


def test_a_paragraph_break_and_a_given_start_begin_sentences():
    words = [Word(form, True) for form in ("Aye", "nay", BREAK, "aye", "nay", "aye")]
    starts = np.array([False, False, False, False, True, False])
    reading = network_of(without_starts(random_weights())).read(words, starts)
    assert reading.start.tolist() == [True, False, False, True, True, False]


def test_reading_twice_gives_the_same():
    words = TEXTS[-1]
    fresh = network_of(random_weights())
    for other in (read(words, fresh), read(words, fresh)):
        assert all(np.array_equal(a, b) for a, b in zip(read(words), other, strict=True))


def test_forgetting_words_changes_nothing(monkeypatch):
    words = TEXTS[4]
    expected = read(words)
    monkeypatch.setattr(module, "MOST_KNOWN", 3)
    network = network_of(random_weights())
    for other in (read(words, network), read(words, network)):
        assert all(np.array_equal(a, b) for a, b in zip(expected, other, strict=True))


def words_of(text: str) -> list[Word]:
    return [Word(BREAK if form == "¶" else form, True) for form in text.split()]


@pytest.mark.parametrize(
    "words",
    [*TEXTS, words_of("word " * 1000), words_of("word . " * 500), words_of("¶ " * 500), words_of("word ¶ " * 400),
     words_of("word " * LONGEST + "¶"), words_of("word " * (LONGEST - 1) + "¶ word")],
    ids=len,
)  # fmt: skip
def test_windows_cover_all_words_and_are_not_too_long(words):
    windows = divided(words)
    assert windows[0][0] == 0 and windows[-1][1] == len(words)
    assert all(stop == start for (_, stop), (start, _) in itertools.pairwise(windows))
    assert all(0 < stop - start <= LONGEST for start, stop in windows)
    seen, own, wider = with_context(words, windows)
    assert [word for word, ours in zip(seen, own, strict=True) if ours] == list(words)
    assert all(0 < stop - start <= LONGEST for start, stop in wider) and wider[-1][1] == len(seen)


def test_a_short_window_is_read_after_the_words_before_it():
    words = words_of("¶ ".join("word " * count for count in (LONGEST - 1, 30)))
    seen, _, windows = with_context(words, divided(words))
    assert [stop - start for start, stop in windows] == [LONGEST, LEAST_READ + 30]
    alone, own, (window,) = with_context(words[:5], divided(words[:5]))
    assert window == (0, len(alone)) and len(alone) > 5 and own.tolist() == [False] * (len(alone) - 5) + [True] * 5
    assert seen[-30:] == words[-30:] == alone[-5:] * 6


def test_a_text_without_any_stop_is_cut_where_it_must_be():
    assert [stop - start for start, stop in divided(words_of("word " * 1000))] == [LONGEST] * 4 + [1000 - 4 * LONGEST]


def test_a_long_paragraph_is_cut_behind_a_full_stop():
    words = words_of("word " * (LEAST + 20) + ". " + "word " * 150)
    assert divided(words)[0] == (0, LEAST + 21)


def test_short_paragraphs_share_a_window_and_are_not_cut():
    words = words_of(("word " * 99 + "¶ ") * 5)
    assert divided(words) == [(0, 200), (200, 400), (400, 500)]


def test_a_text_of_many_batches_is_read_as_its_windows_are(monkeypatch: pytest.MonkeyPatch) -> None:
    words = some_words(900, 3)
    whole = read(words)
    monkeypatch.setattr("pipeline.language.network.WORDS_AT_ONCE", 300)
    apart = read(words)
    assert [len(column) for column in apart] == [900] * len(apart)
    for name in ("start", "head", "dep", "tag", "morph", "name"):
        assert (getattr(whole, name) == getattr(apart, name)).mean() > 0.999  # sums differ in the last bit
    assert set(apart.head.tolist()) <= set(range(900))


@pytest.mark.parametrize(
    ("form", "initials"), [("J.D.", True), ("J.R.R.", True), ("U.S.", False), (".", False), ("J.", False)]
)
def test_initials_of_a_person(form, initials):
    assert are_initials(form) is initials


def test_a_name_has_a_letter_or_a_digit():
    words = [Word(form, True) for form in ("🔥", "❤", "Yahoo", "!", "...", "3")]
    labels = [label for label in NAMES if label[0] in "BIES"]
    kind = labels[0][2:]
    numbers = [NAMES.index(f"{part}-{kind}") for part in "BEBESS"]
    found = lettered(np.array(numbers), np.array([name[0] in "OES" for name in NAMES]), words)
    assert [NAMES[n] for n in found] == ["O", "O", f"B-{kind}", f"E-{kind}", "O", f"S-{kind}"]
