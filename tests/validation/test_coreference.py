"""The measures of coreference, on worked examples of the papers that define or explain them."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.validation.measures.coreference import Clusters, Counts, b_cubed, ceaf_e, muc


def clusters(text: str) -> list[frozenset[str]]:
    """ "abc de" is {a, b, c} and {d, e}."""
    return [frozenset(cluster) for cluster in text.split()]


def figures(counts: Counts) -> tuple[float, float, float]:
    return round(counts.recall, 2), round(counts.precision, 2), round(counts.f1, 2)


# Pradhan et al. (2014), section 5: mentions that one side lacks (e; h and i).
GOLD, RESPONSE = clusters("abc defg"), clusters("ab cd fghi")


@pytest.mark.parametrize(
    ("measure", "expected"),
    [(muc, (0.40, 0.40, 0.40)), (b_cubed, (0.42, 0.50, 0.45)), (ceaf_e, (0.65, 0.43, 0.52))],
)
def test_predicted_mentions(measure: object, expected: tuple[float, float, float]) -> None:
    assert callable(measure)
    assert figures(measure(GOLD, RESPONSE)) == expected


# Vilain et al. (1995), table 1: recall and precision as fractions of links.
@pytest.mark.parametrize(
    ("gold", "response", "recall", "precision"),
    [
        ("abcd", "ab cd", (2, 3), (2, 2)),
        ("ab cd", "abcd", (2, 2), (2, 3)),
        ("abcd", "abcd", (3, 3), (3, 3)),
        ("abc", "ac", (1, 2), (1, 1)),
    ],
)
def test_links_of_muc(gold: str, response: str, recall: tuple[int, int], precision: tuple[int, int]) -> None:
    assert muc(clusters(gold), clusters(response)) == (*precision, *recall)


# Luo (2005), figure 1 and table 1: a truth of 5, 2 and 5 mentions, and four responses.
@pytest.mark.parametrize(
    ("response", "of_muc", "of_b_cubed", "of_ceaf_e"),
    [
        ("12345 6789ABC", 0.947, 0.865, 0.733),
        ("1234589ABC 67", 0.947, 0.737, 0.667),
        ("123456789ABC", 0.900, 0.545, 0.294),
        ("1 2 3 4 5 6 7 8 9 A B C", 0.0, 0.400, 0.178),
    ],
)
def test_four_responses_to_one_truth(response: str, of_muc: float, of_b_cubed: float, of_ceaf_e: float) -> None:
    truth, found = clusters("12345 67 89ABC"), clusters(response)
    assert muc(truth, found).f1 == pytest.approx(of_muc, abs=6e-4)
    assert b_cubed(truth, found).f1 == pytest.approx(of_b_cubed, abs=6e-4)
    assert ceaf_e(truth, found).f1 == pytest.approx(of_ceaf_e, abs=6e-4)


PARTITIONS = st.lists(st.integers(0, 4), min_size=1, max_size=9).map(
    lambda owners: [frozenset(i for i, owner in enumerate(owners) if owner == who) for who in sorted(set(owners))]
)


@given(PARTITIONS, PARTITIONS)
def test_ceaf_pairs_the_clusters_best(gold: Clusters[int], found: Clusters[int]) -> None:
    short, long = sorted((gold, found), key=len)
    best = max(
        sum(2 * len(one & other) / (len(one) + len(other)) for one, other in zip(short, order, strict=False))
        for order in permutations(long)
    )
    assert ceaf_e(gold, found).right == pytest.approx(best)


@given(PARTITIONS)
def test_a_division_agrees_with_itself(gold: Clusters[int]) -> None:
    assert b_cubed(gold, gold).f1 == pytest.approx(1.0)
    assert ceaf_e(gold, gold).f1 == pytest.approx(1.0)
    assert muc(gold, gold).right == muc(gold, gold).gold


@given(PARTITIONS, PARTITIONS)
def test_gold_and_prediction_change_places(gold: Clusters[int], found: Clusters[int]) -> None:
    for measure in (muc, b_cubed, ceaf_e):
        there, back = measure(gold, found), measure(found, gold)
        assert (there.precision, there.recall) == pytest.approx((back.recall, back.precision))


def test_nothing_on_one_side() -> None:
    for measure in (muc, b_cubed, ceaf_e):
        assert measure(clusters("abc"), []).f1 == measure([], clusters("abc")).f1 == 0.0
