"""The embedded model's network in numpy: from words to vectors, and from these to labels and trees.

Words become vectors by their forms (word_features.py). Blocks of gated convolution, attention with rotary positions (Su
et al. 2021) and a gated layer (Shazeer 2020) mix them over a window; linear heads read labels from them and a biaffine
parser (Dozat and Manning 2017) the trees. training/distil/network.py trains the same arithmetic in torch.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.language.arcs import (
    FAR,
    FINITE,
    NOUNS,
    OF_NOUNS,
    SLOTS,
    Arcs,
    Array,
    objects_of_particles,
    relation_logits,
)  # fmt: skip
from pipeline.language.trees import best_tree
from pipeline.language.word_features import ROWS, features

BREAK = "\n"  # the word that stands for a paragraph break
HEADS = 4  # of attention
FLAT = ("tag", "morph", "lemma", "start", "ner")  # layers with one label a word
LONGEST = 224  # words in a window, as in training
LEAST = 120  # words after which a window may end where a sentence seems to
STOPS = frozenset(".!?")
MOST_KNOWN = 20_000  # words whose vectors are kept from text to text (20 MB)
WORDS_AT_ONCE = 4_096  # so that a long text takes no more memory than a short one
LEMMAS = 5  # ways from form to lemma, the likeliest, that are told
# A window of fewer words is read after the words before it, or after this paragraph: training hardly met sentences by
# themselves, and reads them worse (evaluate.py --apart: LAS of EWT 85.6, with the paragraph 86.4).
LEAST_READ = 100
PREAMBLE = (
    "The foreign ministers of both countries met in the capital on Tuesday for talks on trade and security~ . "
    '"~ We have agreed on the main points~ ,~ " the spokesman said~ . Officials said a second round would follow next '
    "month~ ."
)  # "~": no space follows
NEW_AT_ONCE = 32  # words whose vectors are computed together


class Word(NamedTuple):
    """A word as the network reads it."""

    form: str
    spaced: bool  # white space follows, or nothing


PREAMBLE_WORDS = [*(Word(form.rstrip("~"), not form.endswith("~")) for form in PREAMBLE.split()), Word(BREAK, True)]


class Reading(NamedTuple):
    """What the network makes of a text's words, an entry each; labels are numbers in the model's lists of labels."""

    start: Array  # a sentence begins
    head: Array  # position of the head, its own for a root
    dep: Array
    tag: Array
    morph: Array
    lemma: Array  # (words, LEMMAS), the likeliest first
    lemma_odds: Array  # logarithms, of the same
    name: Array


class Network:
    """The network with its weights.

    `weights` are arrays by the names that training gave them. `labels` are the lists of labels by layer: of "ner" O
    first, and others with B-, I-, E- or S- before a type; of "dep" the relations; of "tag" the tags.
    """

    def __init__(self, weights: dict[str, Array], labels: Mapping[str, Sequence[str]]) -> None:
        self.weights = {name: values.astype(np.float32) for name, values in weights.items()}
        self.depth = len({name.split(".")[2] for name in weights if name.startswith("network.blocks.")})
        self.width = len(self.weights["network.norm_in.weight"])
        half = self.width // HEADS // 2
        angles = np.outer(np.arange(LONGEST), 10_000.0 ** (-np.arange(half) / half))
        self.cos, self.sin = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
        for name, values in self.weights.items():  # so that x @ W, which is faster than x @ W.T
            if values.ndim == 2 and name.endswith(".weight"):
                self.weights[name] = np.ascontiguousarray(values.T)
        for n in range(self.depth):  # the queries' scale, once and for all
            self.weights[f"network.blocks.{n}.qkv.weight"][:, : self.width] /= math.sqrt(self.width // HEADS)
        self.follows, self.opens, self.ends = transitions(labels["ner"])
        self.slot = np.array([SLOTS.get(relation, -1) for relation in labels["dep"]], dtype=int)
        self.of_nouns = np.array([relation in OF_NOUNS for relation in labels["dep"]], dtype=bool)
        self.finite, self.nouns = (
            np.array([tag in some for tag in labels["tag"]], dtype=bool) for some in (FINITE, NOUNS)
        )
        self.relations = list(labels["dep"])
        self._known: dict[Word, Array] = {}
        # One matrix for all labels of a word, and where its parts end.
        biases = [self.weights.pop(f"heads.flat.{layer}.bias") for layer in FLAT]
        self._labels = np.concatenate([self.weights.pop(f"heads.flat.{layer}.weight") for layer in FLAT], 1)
        self._label_bias = np.concatenate(biases)
        self._stops = np.cumsum([len(bias) for bias in biases])[:-1]

    def read(self, words: Sequence[Word], starts: Array) -> Reading:
        """Labels and trees; `starts` says of each word whether a sentence must begin with it.

        A paragraph break is a word here too, and takes part in no sentence.
        """
        parts = [self._read(words, starts, windows) for windows in batches(divided(words))]
        return Reading(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _read(self, words: Sequence[Word], starts: Array, windows: list[tuple[int, int]]) -> Reading:
        """The reading of windows that follow one another."""
        first, last = windows[0][0], windows[-1][1]
        seen, own, seen_windows = with_context(words, windows)
        x = self.vectors(seen, seen_windows)[own]
        words, windows = words[first:last], [(start - first, stop - first) for start, stop in windows]
        logits = x @ self._labels + self._label_bias
        is_word = np.array([word.form != BREAK for word in words], dtype=bool)
        part = dict(zip(FLAT, np.split(logits, self._stops, 1), strict=True))
        begins = part["start"][:, 1] > part["start"][:, 0]
        begins[1:] |= ~is_word[:-1]
        begins |= starts[first:last]
        begins[[start for start, _ in windows]] = True
        begins &= is_word
        tag = part["tag"].argmax(1)
        head, dep = self._trees(x, tag, begins, is_word, windows)
        ways = np.argpartition(-part["lemma"], min(LEMMAS, part["lemma"].shape[1]) - 1, axis=1)[:, :LEMMAS]
        odds = np.take_along_axis(part["lemma"], ways, 1)
        order = np.argsort(-odds, axis=1, kind="stable")
        return Reading(
            start=begins, head=head + first, dep=dep, tag=tag, morph=part["morph"].argmax(1),
            lemma=np.take_along_axis(ways, order, 1), lemma_odds=np.take_along_axis(odds, order, 1),
            name=self._names(part["ner"], begins, is_word),
        )  # fmt: skip

    def vectors(self, words: Sequence[Word], windows: Sequence[tuple[int, int]]) -> Array:
        """(words, width), each window read by itself; windows hold LONGEST words at most and follow one another."""
        weights, width = self.weights, self.width
        x = self._embedded(words)
        position = np.concatenate([np.arange(stop - start) for start, stop in windows])
        cos, sin = self.cos[position][:, None, None], self.sin[position][:, None, None]
        firsts, lasts = [start for start, _ in windows], [stop - 1 for _, stop in windows]
        wide = np.empty((len(x), 3 * width), dtype=np.float32)
        for n in range(self.depth):
            name = f"network.blocks.{n}."
            a = self._normed(x, f"{name}norms.0")
            wide[:, width : 2 * width] = a
            wide[1:, :width], wide[:-1, 2 * width :] = a[:-1], a[1:]
            wide[firsts, :width] = wide[lasts, 2 * width :] = 0
            x += gated(linear(wide, weights, f"{name}conv"))
            qkv = (self._normed(x, f"{name}norms.1") @ weights[f"{name}qkv.weight"]).reshape(len(x), 3, HEADS, -1)
            turned = rotated(qkv[:, :2], cos, sin)
            seen = np.empty((len(x), HEADS, width // HEADS), dtype=np.float32)
            for start, stop in windows:
                queries = np.ascontiguousarray(turned[start:stop, 0].transpose(1, 0, 2))
                scores = queries @ np.ascontiguousarray(turned[start:stop, 1].transpose(1, 2, 0))
                scores -= scores.max(-1, keepdims=True)
                np.exp(scores, out=scores)
                values = scores @ np.ascontiguousarray(qkv[start:stop, 2].transpose(1, 0, 2))
                values /= scores.sum(-1, keepdims=True)
                seen[start:stop] = values.transpose(1, 0, 2)
            x += seen.reshape(x.shape) @ weights[f"{name}out.weight"]
            x += gated(linear(self._normed(x, f"{name}norms.2"), weights, f"{name}up")) @ weights[f"{name}down.weight"]
        return self._normed(x, "network.norm_out")

    def _normed(self, x: Array, name: str) -> Array:
        centred: Array = x - x.mean(-1, keepdims=True)
        scale = np.sqrt(np.einsum("nd,nd->n", centred, centred) / np.float32(x.shape[-1]) + np.float32(1e-5))
        centred *= np.reciprocal(scale)[:, None]
        centred *= self.weights[f"{name}.weight"]
        centred += self.weights[f"{name}.bias"]
        return centred

    def _embedded(self, words: Sequence[Word]) -> Array:
        """(words, width) from the forms alone; each word's vector is computed once, and the same in every text."""
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        for at in range(0, len(new), NEW_AT_ONCE):
            group = new[at : at + NEW_AT_ONCE]
            # Filled up, so that all sums are of one shape, whatever words are new together.
            vectors = self._embed([*group, *[group[0]] * (NEW_AT_ONCE - len(group))])
            self._known.update(zip(group, vectors, strict=False))
        return np.array([self._known[word] for word in words])

    def _embed(self, words: Sequence[Word]) -> Array:
        """(words, width), of words that were not met before."""
        found = [features(word.form) for word in words]
        tables = {name: self.weights[f"network.tables.{name}"] for name in ROWS}
        lengths = np.array([len(rows.gram) for rows in found])
        grams = tables["gram"][np.concatenate([rows.gram for rows in found])]
        # A form without n-grams takes the first one of the next; it is put right below.
        summed = np.add.reduceat(grams, np.minimum(np.cumsum(lengths) - lengths, len(grams) - 1))
        parts = [tables["norm"][[rows.norm for rows in found]].sum(1)]
        parts.append(np.where(lengths[:, None] > 0, summed / np.maximum(lengths, 1)[:, None].astype(np.float32), 0))
        parts += [tables[name][[getattr(rows, name) for rows in found]] for name in ("suffix", "shape", "prefix")]
        wide = np.concatenate([*parts, np.array([[not word.spaced] for word in words], dtype=np.float32)], 1)
        return self._normed(gated(linear(wide, self.weights, "network.mix")), "network.norm_in")

    def _trees(
        self, x: Array, tag: Array, begins: Array, is_word: Array, windows: list[tuple[int, int]]
    ) -> tuple[Array, Array]:
        """Each word's head, its own for a root, and relation; every sentence is a tree with one root."""
        weights = self.weights
        sentence = np.cumsum(begins)
        nodes = np.concatenate([x, weights["heads.root"][None]])
        arc_head = rectified(nodes, weights, "heads.arc_head")
        arc_dep = rectified(x, weights, "heads.arc_dep") @ weights["heads.arc"]
        bias = arc_head @ weights["heads.arc_bias.weight"][:, 0]
        root_scores = arc_dep @ arc_head[-1] + bias[-1]
        head = np.arange(len(x))
        all_scores = []
        for start, stop in windows:
            scores = arc_dep[start:stop] @ arc_head[start:stop].T + bias[start:stop]
            group = np.where(is_word[start:stop], sentence[start:stop], -1)
            scores[group[:, None] != group[None, :]] = FAR
            np.fill_diagonal(scores, FAR)
            best = scores.argmax(1)
            firsts = np.flatnonzero(begins[start:stop])
            for first, last in zip(firsts, [*firsts[1:], stop - start], strict=True):
                # After the last word of a sentence only paragraph breaks follow: each word behind one begins another.
                size = int(is_word[start + first : start + last].sum())
                own, inside = slice(start + first, start + first + size), slice(first, first + size)
                heads = best[inside] - first
                root = int(root_scores[own].argmax())
                heads[root] = root
                if not reaches(heads, root):
                    columns = best_tree(
                        np.concatenate([root_scores[own, None], scores[inside, inside]], 1).astype(np.float64)
                    )
                    heads = np.where(columns == 0, np.arange(size), columns - 1)
                head[own] = start + first + heads
            all_scores.append(scores)
        rel_dep = with_one(rectified(x, weights, "heads.rel_dep"))
        rel_head = with_one(rectified(nodes, weights, "heads.rel_head"))
        is_root = head == np.arange(len(x))
        chosen = rel_head[np.where(is_root, len(x), head)]
        logits = relation_logits(rel_dep, chosen, weights["heads.rel"])
        finite = self.finite[tag]
        logits[np.ix_(finite[head] & ~is_root, self.of_nouns)] = FAR
        dep = objects_of_particles(head, logits.argmax(1), self.nouns[tag], self.relations)
        for (start, stop), scores in zip(windows, all_scores, strict=True):
            part = slice(start, stop)
            arcs = Arcs(
                scores, rel_dep[part], rel_head[part], weights["heads.rel"], self.slot, finite[part], self.of_nouns
            )
            head[part], dep[part] = arcs.mended(head[part] - start, dep[part], start)
        return head, dep

    def _names(self, logits: Array, begins: Array, is_word: Array) -> Array:
        """The best labels, a sentence at a time, that make whole names."""
        best: Array = logits.argmax(1)
        best[~is_word] = 0
        firsts = np.flatnonzero(begins | ~is_word)
        lasts = np.append(firsts[1:], len(best)) - 1
        allowed = np.ones(len(best), dtype=bool)
        allowed[1:] = self.follows[best[:-1], best[1:]]
        allowed[firsts] = self.opens[best[firsts]]
        allowed[lasts] &= self.ends[best[lasts]]
        for first in np.unique(np.searchsorted(firsts, np.flatnonzero(~allowed), side="right") - 1):
            at = slice(firsts[first], lasts[first] + 1)
            best[at] = self._best_path(logits[at])
        return best

    def _best_path(self, logits: Array) -> Array:
        """Viterbi's: the best labels of one sentence of which each may follow the one before."""
        barred = np.where(self.follows, np.float32(0), FAR)
        state = logits[0] + np.where(self.opens, np.float32(0), FAR)
        back = []
        for row in logits[1:]:
            reached = state[:, None] + barred
            where = reached.argmax(0)
            back.append(where)
            state = reached[where, np.arange(len(where))] + row
        path = [int((state + np.where(self.ends, np.float32(0), FAR)).argmax())]
        for where in reversed(back):
            path.append(int(where[path[-1]]))
        return np.array(path[::-1])


def divided(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Windows of whole paragraphs, no longer than LONGEST; a longer paragraph is cut where a sentence seems to end."""
    found, start, last = [], 0, 0  # `last`: where the window may end
    for n, word in enumerate(words, 1):
        if n - start > LONGEST:
            cut = last if last > start else n - 1
            found.append((start, cut))
            start = last = cut
        if word.form == BREAK or (word.form in STOPS and n - max(start, last) >= LEAST):
            last = n
    found.append((start, len(words)))
    return found


def batches(windows: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """The windows in groups of at most WORDS_AT_ONCE words."""
    group: list[tuple[int, int]] = []
    for window in windows:
        if group and window[1] - group[0][0] > WORDS_AT_ONCE:
            yield group
            group = []
        group.append(window)
    yield group


def with_context(
    words: Sequence[Word], windows: Sequence[tuple[int, int]]
) -> tuple[list[Word], Array, list[tuple[int, int]]]:
    """The words with what is read before short windows, which of them are the text's own, and the windows so far."""
    seen: list[Word] = []
    own: list[bool] = []
    found = []
    for start, stop in windows:
        before: Sequence[Word] = ()
        if stop - start < LEAST_READ:
            before = words[max(0, start - LEAST_READ) : start] or PREAMBLE_WORDS
        found.append((len(seen), len(seen) + len(before) + stop - start))
        seen += [*before, *words[start:stop]]
        own += [False] * len(before) + [True] * (stop - start)
    return seen, np.array(own), found


def gated(x: Array) -> Array:
    """The second half where the first is above nought, times the first."""
    half = x.shape[-1] // 2
    gate = np.maximum(x[..., :half], 0)
    gate *= x[..., half:]
    return gate


def rotated(x: Array, cos: Array, sin: Array) -> Array:
    """Queries and keys turned by their positions."""
    half = x.shape[-1] // 2
    a, b = x[..., :half], x[..., half:]
    found = np.empty(x.shape, dtype=np.float32)
    np.subtract(a * cos, b * sin, out=found[..., :half])
    np.add(a * sin, b * cos, out=found[..., half:])
    return found


def linear(x: Array, weights: dict[str, Array], name: str) -> Array:
    """What the layer `name` makes of x."""
    y = x @ weights[f"{name}.weight"]
    y += weights[f"{name}.bias"]
    return y


def rectified(x: Array, weights: dict[str, Array], name: str) -> Array:
    """The same, nought where it is below nought."""
    y = linear(x, weights, name)
    return np.maximum(y, 0, out=y)


def with_one(x: Array) -> Array:
    """With a column of ones, for the biases of the biaffine parser."""
    return np.concatenate([x, np.ones((len(x), 1), dtype=x.dtype)], 1)


def reaches(heads: Array, root: int) -> bool:
    """Whether every word's heads lead to the root (whose head is itself)."""
    steps = heads
    for _ in range(8):  # 256 steps
        steps = steps[steps]
    return bool((steps == root).all())


def transitions(names: Sequence[str]) -> tuple[Array, Array, Array]:
    """Which name label may follow which (before, after), which may open a sentence, which may end one."""
    opens = np.array([name[0] in "OBS" for name in names])
    ends = np.array([name[0] in "OES" for name in names])
    kinds = np.array([name[2:] for name in names])
    inside = ~ends[:, None] & ~opens[None, :] & (kinds[:, None] == kinds[None, :])
    return (ends[:, None] & opens[None, :]) | inside, opens, ends
