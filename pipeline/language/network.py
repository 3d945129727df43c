"""The embedded model's network: from words to vectors, and from these to labels and trees.

Words become vectors by their forms (word_features.py). A graph that ONNX Runtime computes, in eight-bit integers
(training/graph.py), mixes the vectors of a window and has heads read them; what is read becomes whole names and, by a
biaffine parser (Dozat and Manning 2017), trees. training/distil/network.py trains the same arithmetic in torch.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import onnxruntime  # type: ignore[import-untyped]

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
# The graph's input and outputs: vectors of words by themselves, those in their window (asked for when a network is made
# or tested), and what is read from these.
WORDS, VECTORS = "words", "vectors"
PARTS = ("tag", "morph", "lemma", "start", "ner", "arc_head", "rel_head", "arc_dep", "rel_dep")
LONGEST = 224  # words in a window, as in training
LEAST = 120  # words after which a window may end where a sentence seems to
STOPS = frozenset(".!?")
# "J.D. Vance": behind the initials of a person no sentence begins.
INITIALS = re.compile(r"(?:[A-Z]\.){2,3}")
ABBREVIATIONS = frozenset({"A.D.", "B.C.", "D.C.", "E.U.", "L.A.", "N.Y.", "U.A.E.", "U.K.", "U.N.", "U.S.", "U.S.A."})
MOST_KNOWN = 12_000  # words whose vectors are kept from text to text (12 MB)
WORDS_AT_ONCE = 2 * LONGEST  # read together, so that a long text needs no more memory than a short one
LEMMAS = 5  # ways from form to lemma, the likeliest, that are told
# A window of fewer words is read after the words before it, or after this paragraph: training hardly met sentences by
# themselves, and reads them worse (evaluate.py --apart: LAS of EWT 85.6, with the paragraph 86.4).
LEAST_READ = 100
PREAMBLE = (
    "The foreign ministers of both countries met in the capital on Tuesday for talks on trade and security~ . "
    '"~ We have agreed on the main points~ ,~ " the spokesman said~ . Officials said a second round would follow next '
    "month~ ."
)  # "~": no space follows
NEW_AT_ONCE = 32  # words whose features are looked up together
SMALL = np.float32(1e-5)  # so that no norm divides by nought


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


Asks: TypeAlias = Callable[[Sequence[Word], Array], Array]


class Network:
    """The network with its weights.

    `weights` are the arrays that training/graph.py leaves to numpy, by the names that it gives them; `graph` are the
    bytes of its graph. `labels` are the lists of labels by layer: of "ner" O first, and others with B-, I-, E- or S-
    before a type; of "dep" the relations; of "tag" the tags.
    """

    def __init__(self, weights: Mapping[str, Array], labels: Mapping[str, Sequence[str]], graph: bytes) -> None:
        w = {name: values.astype(np.float32) for name, values in weights.items()}
        self._session = session(graph)
        self._norm = w["network.norm_in.weight"], w["network.norm_in.bias"]
        self.width = len(self._norm[0])
        self._tables = {name: w[f"network.tables.{name}"] for name in ROWS}
        self._mix = np.concatenate([w["network.mix.weight"], w["network.mix.bias"][:, None]], 1)
        self._root = {part: w[f"heads.root.{part}"] for part in ("arc_head", "rel_head")}
        self._arc, self._rel = w["heads.arc"], w["heads.rel"]
        self._arc_bias = w["heads.arc_bias.weight"][0]
        self.follows, self.opens, self.ends = transitions(labels["ner"])
        self.slot = np.array([SLOTS.get(relation, -1) for relation in labels["dep"]], dtype=int)
        self.of_nouns = np.array([relation in OF_NOUNS for relation in labels["dep"]], dtype=bool)
        self.finite, self.nouns = (
            np.array([tag in some for tag in labels["tag"]], dtype=bool) for some in (FINITE, NOUNS)
        )
        self.relations = list(labels["dep"])
        self._places: dict[Word, int] = {}  # of the words that are known, in the next
        self._known = np.empty((MOST_KNOWN, self.width), dtype=np.float32)  # takes memory where it is written

    def read(self, words: Sequence[Word], starts: Array, asks: Asks | None = None) -> Reading:
        """Labels and trees; `starts` says of each word whether a sentence must begin with it.

        `asks` says of words, told with their morphology, for which more than one way to the lemma is asked: all without
        it. A paragraph break is a word here too, and takes part in no sentence.
        """
        parts = [self._read(words, starts, windows, asks) for windows in batches(divided(words))]
        return Reading(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _read(self, words: Sequence[Word], starts: Array, windows: list[tuple[int, int]], asks: Asks | None) -> Reading:
        """The reading of windows that follow one another."""
        first, last = windows[0][0], windows[-1][1]
        seen, own, seen_windows = with_context(words, windows)
        part = self._computed(seen, seen_windows, PARTS)
        if not own.all():
            part = {name: values[own] for name, values in part.items()}
        words, windows = words[first:last], [(start - first, stop - first) for start, stop in windows]
        is_word = np.array([word.form != BREAK for word in words], dtype=bool)
        begins = part["start"][:, 1] > part["start"][:, 0]
        begins[1:] &= ~np.array([are_initials(word.form) for word in words[:-1]], dtype=bool)
        begins[1:] |= ~is_word[:-1]
        begins |= starts[first:last]
        begins[[start for start, _ in windows]] = True
        begins &= is_word
        tag, morph = part["tag"].argmax(1), part["morph"].argmax(1)
        head, dep = self._trees(part, tag, begins, is_word, windows)
        lemma, odds = ways_to_lemmas(part["lemma"], None if asks is None else asks(words, morph))
        return Reading(
            start=begins, head=head + first, dep=dep, tag=tag, morph=morph, lemma=lemma, lemma_odds=odds,
            name=lettered(self._names(part["ner"], begins, is_word), self.ends, words),
        )  # fmt: skip

    def vectors(self, words: Sequence[Word], windows: Sequence[tuple[int, int]]) -> Array:
        """(words, width), each window read by itself; windows hold LONGEST words at most and follow one another."""
        return self._computed(words, windows, (VECTORS,))[VECTORS]

    def _computed(
        self, words: Sequence[Word], windows: Sequence[tuple[int, int]], outputs: Sequence[str]
    ) -> dict[str, Array]:
        """Outputs of the graph by their names, a row a word."""
        x = self._embedded(words)
        found = [self._session.run(outputs, {WORDS: x[start:stop]}) for start, stop in windows]
        return {name: np.concatenate(column) for name, column in zip(outputs, zip(*found, strict=True), strict=True)}

    def _embedded(self, words: Sequence[Word]) -> Array:
        """(words, width) from the forms alone; each word's vector is computed once, and the same in every text."""
        places = self._places
        distinct = dict.fromkeys(words)
        new = [word for word in distinct if word not in places]
        if len(places) + len(new) > len(self._known):
            places.clear()
            new = list(distinct)
            if len(new) > len(self._known):
                self._known = np.empty((len(new), self.width), dtype=np.float32)
        for at in range(0, len(new), NEW_AT_ONCE):
            group = new[at : at + NEW_AT_ONCE]
            self._known[len(places) : len(places) + len(group)] = self._embed(group)
            places.update(zip(group, range(len(places), len(places) + len(group)), strict=True))
        return self._known[[places[word] for word in words]]

    def _embed(self, words: Sequence[Word]) -> Array:
        """(words, width), of words that were not met before."""
        found = [features(word.form) for word in words]
        tables = self._tables
        lengths = np.array([len(rows.gram) for rows in found])
        grams = tables["gram"][np.concatenate([rows.gram for rows in found])]
        # A form without n-grams takes the first one of the next; it is put right below.
        summed = np.add.reduceat(grams, np.minimum(np.cumsum(lengths) - lengths, len(grams) - 1))
        parts = [tables["norm"][[rows.norm for rows in found]].sum(1)]
        parts.append(np.where(lengths[:, None] > 0, summed / np.maximum(lengths, 1)[:, None].astype(np.float32), 0))
        parts += [tables[name][[getattr(rows, name) for rows in found]] for name in ("suffix", "shape", "prefix")]
        parts.append(np.array([[not word.spaced, 1] for word in words], dtype=np.float32))
        # A product for each word: in one of all words the last bit depends on the place of a word among them.
        mixed = (self._mix @ np.concatenate(parts, 1)[:, :, None])[..., 0]
        gate, value = np.split(mixed, 2, 1)
        mixed = np.maximum(gate, 0) * value
        mixed -= mixed.mean(-1, keepdims=True)
        scale = np.sqrt(np.einsum("nd,nd->n", mixed, mixed) / np.float32(self.width) + SMALL)
        weight, bias = self._norm
        normed: Array = mixed / scale[:, None] * weight + bias
        return normed

    def _trees(
        self, part: Mapping[str, Array], tag: Array, begins: Array, is_word: Array, windows: list[tuple[int, int]]
    ) -> tuple[Array, Array]:
        """Each word's head, its own for a root, and relation; every sentence is a tree with one root."""
        # The last row of the heads is the root; a last column of ones brings the biases of the relations.
        arc_head, rel_head = (np.maximum(np.vstack([part[name], row]), 0) for name, row in self._root.items())
        arc_dep, rel_dep = np.maximum(part["arc_dep"], 0) @ self._arc, np.maximum(part["rel_dep"], 0)
        rel_head, rel_dep = (np.pad(side, ((0, 0), (0, 1)), constant_values=1) for side in (rel_head, rel_dep))
        bias = arc_head @ self._arc_bias
        root_scores = arc_dep @ arc_head[-1] + bias[-1]
        sentence = np.where(is_word, np.cumsum(begins), -1)
        here = np.arange(len(tag))
        head = here.copy()
        all_scores = []
        for start, stop in windows:
            scores = arc_dep[start:stop] @ arc_head[start:stop].T
            scores += bias[start:stop]
            group = sentence[start:stop]
            np.copyto(scores, FAR, where=group[:, None] != group)
            np.fill_diagonal(scores, FAR)
            self._best_heads(scores, root_scores[start:stop], begins[start:stop], is_word[start:stop], head[start:stop])
            head[start:stop] += start
            all_scores.append(scores)
        is_root = head == here
        chosen = rel_head[np.where(is_root, len(here), head)]
        logits = relation_logits(rel_dep, chosen, self._rel)
        finite = self.finite[tag]
        logits[np.ix_(finite[head] & ~is_root, self.of_nouns)] = FAR
        dep = objects_of_particles(head, logits.argmax(1), self.nouns[tag], self.relations)
        for (start, stop), scores in zip(windows, all_scores, strict=True):
            at = slice(start, stop)
            arcs = Arcs(scores, rel_dep[at], rel_head[at], self._rel, self.slot, finite[at], self.of_nouns)
            head[at], dep[at] = arcs.mended(head[at] - start, dep[at], start)
        return head, dep

    def _best_heads(self, scores: Array, root_scores: Array, begins: Array, is_word: Array, head: Array) -> None:
        """Set the heads of one window's words, as places in it."""
        best = scores.argmax(1)
        here = np.arange(len(head))
        firsts = np.flatnonzero(begins)
        sizes = np.add.reduceat(is_word, firsts, dtype=int) if len(firsts) else firsts
        # After the last word of a sentence only paragraph breaks follow: each word behind one begins another.
        own = [slice(first, first + size) for first, size in zip(firsts.tolist(), sizes.tolist(), strict=True)]
        roots = [at.start + int(root_scores[at].argmax()) for at in own]
        head[:] = np.where(is_word, best, here)
        head[roots] = roots
        ends = reached(head)
        for at, root in zip(own, roots, strict=True):
            if (ends[at] != root).any():
                columns = best_tree(np.concatenate([root_scores[at, None], scores[at, at]], 1).astype(np.float64))
                head[at] = np.where(columns == 0, here[at], at.start + columns - 1)

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


def session(graph: bytes) -> onnxruntime.InferenceSession:
    """What computes a graph, on one thread: the same sums in every worker, and no more threads than workers."""
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


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


def are_initials(form: str) -> bool:
    """Whether a word is the initials of a person, which end no sentence: "J.D."; not "U.S."."""
    return form[-1] == "." and INITIALS.fullmatch(form) is not None and form not in ABBREVIATIONS


def ways_to_lemmas(logits: Array, asked: Array | None) -> tuple[Array, Array]:
    """(words, LEMMAS) ways and their odds, the likeliest first; of words not asked for, the likeliest alone."""
    most = min(LEMMAS, logits.shape[1])
    if asked is not None:
        ways, odds = np.zeros((len(logits), most), dtype=int), np.zeros((len(logits), most), dtype=np.float32)
        ways[:, 0] = logits.argmax(1)
        if asked.any():
            ways[asked], odds[asked] = ways_to_lemmas(logits[asked], None)
        return ways, odds
    likeliest = np.argpartition(-logits, most - 1, axis=1)[:, :most]
    odds = np.take_along_axis(logits, likeliest, 1)
    order = np.argsort(-odds, axis=1, kind="stable")
    return np.take_along_axis(likeliest, order, 1), np.take_along_axis(odds, order, 1)


def reached(heads: Array) -> Array:
    """Where the heads of every word lead to."""
    steps = heads
    for _ in range(8):  # 256 steps
        steps = steps[steps]
    return steps


def lettered(names: Array, ends: Array, words: Sequence[Word]) -> Array:
    """The labels of names, without those of no letter and no digit, such as a row of emoji."""
    found, closing = names.copy(), ends[names]
    last = -1
    for first in np.flatnonzero(names).tolist():
        if first > last:
            last = first + int(closing[first:].argmax())
            if not any(sign.isalnum() for word in words[first : last + 1] for sign in word.form):
                found[first : last + 1] = 0
    return found


def transitions(names: Sequence[str]) -> tuple[Array, Array, Array]:
    """Which name label may follow which (before, after), which may open a sentence, which may end one."""
    opens = np.array([name[0] in "OBS" for name in names])
    ends = np.array([name[0] in "OES" for name in names])
    kinds = np.array([name[2:] for name in names])
    inside = ~ends[:, None] & ~opens[None, :] & (kinds[:, None] == kinds[None, :])
    return (ends[:, None] & opens[None, :]) | inside, opens, ends
