"""Lemmas: what the treebanks say of a form, else the likeliest way from form to lemma that gives a lemma they know."""

from collections.abc import Mapping, Sequence

MARGIN = 6.0  # in log-odds under the likeliest, beyond which no other way is believed


class Lemmas:
    """How a model finds lemmas.

    `ways` are its labels, from form to lemma: "k2+y" keeps the case, cuts two letters, puts "y" there; "l" makes the
    form lower case first. `known` gives for a part of speech the lemma of each form, in lower case, that the treebanks
    have; for other parts of speech the likeliest way is taken.
    """

    def __init__(self, ways: Sequence[str], known: Mapping[str, Mapping[str, str]]) -> None:
        self.ways = [(way[0] == "l", *_parts(way)) for way in ways]
        self.known = known
        self.lemmas = {pos: frozenset(forms.values()) for pos, forms in known.items()}

    def of(self, form: str, pos: str, ways: Sequence[int], odds: Sequence[float]) -> str:
        """The lemma of a form as a part of speech; `ways` are the likeliest, best first, `odds` their logarithms."""
        forms = self.known.get(pos)
        if forms is None:
            return self.along(form, ways[0])
        if found := forms.get(form.lower()):
            return found
        first = self.along(form, ways[0])
        if first not in self.lemmas[pos]:
            for way, odd in zip(ways, odds, strict=True):
                if odd >= odds[0] - MARGIN and (other := self.along(form, way)) in self.lemmas[pos]:
                    return other
        return first

    def along(self, form: str, way: int) -> str:
        """The lemma that one way leads to."""
        lower, cut, put = self.ways[way]
        base = form.lower() if lower else form
        return (base[: len(base) - cut] + put if cut <= len(base) else base) or form


def _parts(way: str) -> tuple[int, str]:
    cut, _, put = way[1:].partition("+")
    return int(cut), put
