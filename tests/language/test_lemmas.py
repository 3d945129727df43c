"""Lemmas: the known ones first, then the likeliest way that leads to one."""

import pytest

from pipeline.language.lemmas import MARGIN, Lemmas

WAYS = ["k0+", "k1+", "k2+", "k2+y", "l0+", "k3+ee", "k9+"]
LEMMAS = Lemmas(WAYS, {"VERB": {"fled": "flee", "march": "march", "deny": "deny"}})


@pytest.mark.parametrize(
    ("form", "pos", "likely", "lemma"),
    [
        ("fled", "VERB", (0,), "flee"),
        ("Fled", "VERB", (0,), "flee"),
        ("marched", "VERB", (1, 2), "march"),  # "marche" is no lemma that is known
        ("strolled", "VERB", (2, 1), "stroll"),  # nor is "stroll", but no way leads to a known one
        ("Marched", "NOUN", (4,), "marched"),  # of nouns nothing is known here
        ("he", "PRON", (0,), "he"),
        ("go", "VERB", (6,), "go"),  # a way that cuts more than there is
        ("a", "X", (1,), "a"),  # nothing would be left
    ],
)
def test_lemma_of_a_form(form: str, pos: str, likely: tuple[int, ...], lemma: str) -> None:
    assert LEMMAS.of(form, pos, likely, [-float(n) for n in range(len(likely))]) == lemma


def test_an_unlikely_way_is_not_taken_for_a_known_lemma() -> None:
    assert LEMMAS.of("marched", "VERB", (1, 2), (0.0, -MARGIN)) == "march"
    assert LEMMAS.of("marched", "VERB", (1, 2), (0.0, -MARGIN - 1)) == "marche"
