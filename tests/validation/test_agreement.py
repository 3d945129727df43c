"""Agreement: coefficients on worked examples, and two annotators of one article."""

import dataclasses
from pathlib import Path

import pytest

from pipeline.errors import GoldError
from pipeline.validation.agreement import ALPHA, KAPPA_KEPT, KAPPA_LABEL, agreement
from pipeline.validation.gold import Gold, gold_of
from pipeline.validation.reliability import alpha_over, cohens_kappa, disjoint, unitising
from pipeline.validation.standoff import Span, render
from tests.validation.examples import golds, palau, sahel, spoiled


def table(**counts: int) -> list[tuple[str, str]]:
    """Pairs of labels from a table: ab=3 is three items that one calls a and the other b."""
    return [(pair[0], pair[1]) for pair, count in counts.items() for _ in range(count)]


def test_kappa_of_artstein_and_poesio() -> None:
    # Artstein and Poesio 2008, Inter-coder agreement for computational linguistics, tables 1 to 3: two coders and two
    # labels, 20 and 50 utterances agreed on, 20 and 10 not. Expected by chance .3 * .4 + .7 * .6 = .54.
    assert cohens_kappa(table(aa=20, ab=20, ba=10, bb=50)) == pytest.approx((0.7 - 0.54) / 0.46)
    assert cohens_kappa(table(aa=20, ab=20, ba=10, bb=50)) == pytest.approx(0.348, abs=0.0005)


def test_kappa_where_it_says_nothing() -> None:
    assert cohens_kappa([]) is None
    assert cohens_kappa(table(aa=9)) is None  # one label only: nothing could be disagreed on
    assert cohens_kappa(table(aa=5, bb=5)) == 1
    assert cohens_kappa(table(ab=5, ba=5)) == -1


# Krippendorff 1995, On the reliability of unitizing contiguous data, Sociological Methodology 25, example of p. 57:
# start and length of the units of two observers on a text of 24. The figures are those that dkpro-statistics quotes
# from it (Krippendorff1995Test); the article counts the places in a gap a little differently from the book of 2004,
# which we follow, so expected disagreement and alpha agree to .005 and .02, as there.
UNITISED: dict[str, tuple[list[Span], list[Span]]] = {
    "A": ([(2, 8), (14, 6)], [(4, 4), (15, 2)]),
    "B": ([(0, 18)], [(0, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 3), (9, 1)]),
    "C": ([(2, 6), (10, 2), (14, 4), (20, 2)], [(0, 2), (4, 4), (10, 4), (16, 2), (20, 2)]),
    "D": ([(0, 2), (2, 8), (10, 4), (14, 6), (20, 4)], [(0, 4), (4, 4), (8, 7), (15, 2), (17, 7)]),
}
PUBLISHED = {  # observed; expected and alpha on a text without end
    "A": (0.03125, 0.06990, 0.553),
    "B": (2.26736, 1.17731, -0.926),
    "C": (0.02777, 0.08642, 0.679),
    "D": (0.38715, 0.41445, 0.066),
}
WITHOUT_END = 50_000


def units(pairs: list[Span], scale: int = 1) -> list[Span]:
    return [(start * scale, (start + length) * scale) for start, length in pairs]


@pytest.mark.parametrize("example", UNITISED)
def test_alpha_of_krippendorff(example: str) -> None:
    first, second = UNITISED[example]
    observed, expected, alpha = PUBLISHED[example]
    assert unitising([units(first), units(second)], 24).observed == pytest.approx(observed, abs=0.00001)
    found = unitising([units(first, WITHOUT_END), units(second, WITHOUT_END)], 24 * WITHOUT_END)
    assert found.expected == pytest.approx(expected, abs=0.005)
    assert found.alpha == pytest.approx(alpha, abs=0.02)


def test_alpha_of_krippendorff_on_a_short_text() -> None:
    # The same example C on a text of 12: expected disagreement .05494, alpha .494.
    halves = [[(start // 2, end // 2) for start, end in units(pairs)] for pairs in UNITISED["C"]]
    found = unitising(halves, 12)
    assert found.expected == pytest.approx(0.05494, abs=0.00001)
    assert found.alpha == pytest.approx(0.494, abs=0.0005)


def test_alpha_by_hand() -> None:
    # A text of 4. One observer marks 0-2, the other nothing: the unit lies in the gap 0-4 of the other.
    # Observed: 2 * 2^2 / (2 * 1 * 4^2) = .25. Expected: one unit of 2; gaps of 2 and 4 hold it in 1 and 3 places:
    # 2/4 * 2^2 * 4 = 8, over 8 * 7 - 2 * 1 = 54.
    found = unitising([[(0, 2)], []], 4)
    assert (found.observed, found.expected) == pytest.approx((0.25, 8 / 54))
    assert found.alpha == pytest.approx(1 - 0.25 * 54 / 8)
    assert unitising([[(0, 2)], [(0, 2)]], 4).alpha == 1
    assert unitising([[], []], 4).alpha is None
    assert alpha_over([found, found]) == pytest.approx(found.alpha)


def test_overlapping_units_of_one_observer_are_joined_and_touching_ones_are_not() -> None:
    assert disjoint([(4, 9), (0, 2), (2, 4), (5, 7)]) == [(0, 2), (2, 4), (4, 9)]


def second_version(gold: Gold) -> Gold:
    rows = spoiled(gold)
    without_last = [row for row in gold.extraction.dates if row.text not in ("two days", "January 28, 2024")]
    kept = gold.extraction._replace(dates=tuple(without_last), blocks=rows.blocks)
    return gold.with_rows(kept)


def test_an_annotator_agrees_with_himself() -> None:
    report = agreement(golds(), golds())
    assert {figure.value for figure in report.figures} <= {1.0, None}
    assert report.figure("dates", ALPHA, "DATE").value == 1


def test_two_annotators() -> None:
    second = [second_version(gold) for gold in golds()]
    report = agreement(golds(), second)
    # 8 dates against 6: F1 is 2 * 6 / 14.
    exact = report.figure("dates", "exact")
    assert (exact.first, exact.second, exact.value) == (8, 6, pytest.approx(12 / 14))
    assert agreement(second, golds()).figure("dates", "exact").value == exact.value
    assert report.figure("entities", "exact").value == 1
    alpha = report.figure("dates", ALPHA).value
    assert alpha is not None and 0 < alpha < 1
    assert report.figure("dates", "exact", article_id="palau-ocean-treaty").value == pytest.approx(10 / 11)


def test_kappa_on_the_lines_of_the_page() -> None:
    # Palau: of six lines one paragraph is kept by one and removed by the other, and the newsletter the other way round.
    report = agreement([palau()], [second_version(palau())])
    # 4 of 6 agree; both keep 5 of 6: expected (5*5 + 1*1) / 36.
    assert report.figure("blocks", KAPPA_KEPT).value == pytest.approx((4 / 6 - 26 / 36) / (10 / 36))
    assert report.figure("blocks", KAPPA_LABEL, "title").value == 1
    assert report.figure("blocks", KAPPA_LABEL, "newsletter").value == 0


def test_articles_of_only_one_annotator_are_named() -> None:
    report = agreement(golds(), [sahel()])
    assert (report.articles, report.only_first, report.only_second) == (("sahel-exit",), ("palau-ocean-treaty",), ())


def test_versions_of_different_texts_are_refused(tmp_path: Path) -> None:
    other = gold_of("sahel-exit", sahel().text + "\n", render(sahel().standoff))
    with pytest.raises(GoldError, match="annotates another text"):
        agreement([sahel()], [other])
    with pytest.raises(GoldError, match="no article in common"):
        agreement([sahel()], [dataclasses.replace(sahel(), article_id="another")])
