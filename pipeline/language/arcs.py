"""Arcs of the parser: the relation of a word to its head, and what is mended where two words claim one place."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]

FAR = np.float32(-1e4)
# Relations that a word governs once: of 27,000 subjects in the treebanks none stands beside another, of 15,000 objects
# one does.
SLOTS = {"nsubj": 0, "nsubj:pass": 0, "csubj": 0, "csubj:pass": 0, "obj": 1, "iobj": 2, "xcomp": 3, "ccomp": 4}
# What hangs on nouns alone, and the tags of verbs, which are none; participles may be ("the Delhi-based firm").
OF_NOUNS = {"flat", "compound", "amod", "nmod", "nmod:desc", "nmod:poss", "nummod", "appos", "det", "det:predet"}
FINITE = {"VB", "VBD", "VBP", "VBZ"}
NOUNS = {"NN", "NNS", "NNP", "NNPS"}
DEPENDENTS_AT_ONCE = 64  # what stands between them and their relations stays in the cache of a core
MOST_MENDED = 8  # words of a window
HEADS_TRIED = 4


def relation_logits(dependents: Array, heads: Array, rel: Array) -> Array:
    """(words, relations) of dependents, each with its head; a few at a time: the middle array has a row a relation."""
    found = np.empty((len(dependents), rel.shape[1]), dtype=np.float32)
    flat = rel.reshape(len(rel), -1)
    for at in range(0, len(dependents), DEPENDENTS_AT_ONCE):
        some = slice(at, at + DEPENDENTS_AT_ONCE)
        middle = (dependents[some] @ flat).reshape(-1, rel.shape[1], rel.shape[2])
        found[some] = (middle @ heads[some, :, None])[..., 0]
    return found


def objects_of_particles(head: Array, dep: Array, noun: Array, labels: Sequence[str]) -> Array:
    """Relations; the noun after a verb with a particle is its object: no predicate in "called off the strike".

    The treebanks have an object there 516 times and a predicate never; "called him a liar" makes parsers err.
    """
    particle, predicate, copula = (labels.index(name) for name in ("compound:prt", "xcomp", "cop"))
    with_particle, with_copula = (np.isin(np.arange(len(head)), head[dep == name]) for name in (particle, copula))
    return np.where((dep == predicate) & noun & with_particle[head] & ~with_copula, labels.index("obj"), dep)


class Arcs(NamedTuple):
    """The scores of one window's arcs, for mending words that two subjects or two objects hang on."""

    scores: Array  # (words, words) of heads
    rel_dep: Array
    rel_head: Array
    rel: Array
    slot: Array
    finite: Array  # (words,)
    of_nouns: Array  # (relations,)

    def mended(self, head: Array, dep: Array, start: int) -> tuple[Array, Array]:
        """Heads, as places in the whole text, and relations; of two in one slot the one that loses least moves."""
        for _ in range(MOST_MENDED):
            slots = self.slot[dep]
            slots[head == np.arange(len(head))] = -1
            taken: dict[tuple[int, int], list[int]] = {}
            for n in np.flatnonzero(slots >= 0).tolist():
                taken.setdefault((int(head[n]), int(slots[n])), []).append(n)
            crowded = [words for words in taken.values() if len(words) > 1]
            moves = [move for words in crowded for n in words if (move := self._best_move(n, head, dep, taken))]
            if not moves:
                break
            _, n, head[n], dep[n] = min(moves)
        return head + start, dep

    def _best_move(
        self, n: int, head: Array, dep: Array, taken: dict[tuple[int, int], list[int]]
    ) -> tuple[float, int, int, int] | None:
        """What it costs to hang word n elsewhere, or by another relation: (cost, n, head, relation)."""
        heads = np.argsort(-self.scores[n])[:HEADS_TRIED]
        heads = heads[self.scores[n, heads] > FAR / 2]
        middle = (self.rel_dep[n] @ self.rel.reshape(len(self.rel), -1)).reshape(self.rel.shape[1:])
        logits = self.rel_head[heads] @ middle.T
        top = logits.max(1, keepdims=True)
        logits -= top + np.log(np.exp(logits - top).sum(1, keepdims=True))
        worth = self.scores[n, heads][:, None] + logits
        here = np.flatnonzero(heads == head[n])
        if not len(here):
            return None
        now = worth[here[0], dep[n]]
        for row, place in enumerate(heads.tolist()):
            if under(place, n, head):
                worth[row] = FAR
            if self.finite[place]:
                worth[row, self.of_nouns] = FAR
            for relation in np.flatnonzero(self.slot >= 0).tolist():
                if any(other != n for other in taken.get((place, int(self.slot[relation])), ())):
                    worth[row, relation] = FAR
        row, relation = divmod(int(worth.argmax()), worth.shape[1])
        if worth[row, relation] <= FAR / 2:
            return None
        return float(now - worth[row, relation]), n, int(heads[row]), relation


def under(word: int, above: int, head: Array) -> bool:
    """Whether a word is another or hangs on it."""
    for _ in range(len(head)):
        if word == above:
            return True
        if head[word] == word:
            return False
        word = int(head[word])
    return True
