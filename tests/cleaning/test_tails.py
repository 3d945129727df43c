import dataclasses

import numpy as np
import pytest

from pipeline.cleaning import KEEP_OUTSIDE, clean
from pipeline.cleaning.features import line_features, read_line
from pipeline.cleaning.forest import Forest
from pipeline.cleaning.model import load_weights
from pipeline.cleaning.phrases import load_phrases
from pipeline.cleaning.scores import fixed_features, scores
from pipeline.cleaning.tails import asked, tail_features, with_second_opinion, with_tails
from tests.cleaning.pages import page

BODY = (
    "The ministers of the coastal states met in Turku on Monday to talk about the ferries, for the third time.",
    "The ferries have not sailed since the crews walked out, and the ministers want them to sail before the winter.",
    "The crews say that the ministers had promised them wages for the winter, and that the promise was not kept.",
    "A fourth meeting in Turku is planned for May, when the ministers of finance come too, the speaker said.",
)
TEASER = (
    "Six recipes for a rainy week",
    "Barley, lentils and a little patience: what to cook when it pours and pours.",
)
AWAY = (
    "What the lighthouse keeper saw",
    "A novel about a storm, and the man who wrote it all down, reaches our critic.",
)


def lines_and_fixed(*texts: str):
    article = page("\n\n".join(texts) + "\n")
    lines = [read_line(text) for text in texts]
    return lines, fixed_features(article, lines, [()] * len(lines), line_features(lines))


def constant(odds: float) -> Forest:
    """A forest that says the same of every row."""
    leaf = np.zeros(1, dtype=np.int32)
    value = np.array([odds], dtype=np.float32)
    return Forest(leaf, value * 0, np.zeros(2, dtype=np.int32), value, leaf, depth=0, bias=0.0)


def test_only_longer_blocks_below_much_of_the_article_are_asked_about():
    lines, _ = lines_and_fixed(*BODY, *TEASER)
    belief = np.array([0.99, 0.99, 0.99, 0.99, 0.5, 0.5])
    assert asked(lines, belief).tolist() == [3, 5]
    belief[5] = 0.01  # goes anyway, and now more than .45 of the article stands above the third block
    assert asked(lines, belief).tolist() == [2, 3]


def test_two_opinions_are_weighed_as_log_odds_the_others_stay():
    lines, _ = lines_and_fixed(*BODY)
    belief, at = np.array([0.9, 0.9, 0.5, 0.8]), np.array([2, 3])
    weighed = with_second_opinion(lines, belief, at, np.array([2.0, -4.0]))
    assert weighed[:2].tolist() == [0.9, 0.9]
    assert weighed[2] == pytest.approx(1 / (1 + np.exp(-1.0)))
    assert weighed[3] == pytest.approx(0.8**0.5 / (0.8**0.5 + (0.2 * np.exp(4)) ** 0.5))
    assert belief.tolist() == [0.9, 0.9, 0.5, 0.8]


def test_a_note_under_its_number_is_never_believed_less():
    lines, _ = lines_and_fixed(*BODY, "7", BODY[0], "eight", BODY[1])
    belief, at = np.full(8, 0.6), np.array([5, 7])
    weighed = with_second_opinion(lines, belief, at, np.full(2, -4.0))
    assert weighed[:7].tolist() == [0.6] * 7
    assert weighed[7] < 0.2


def test_a_text_with_nothing_to_ask_about_stays_as_believed():
    lines, fixed = lines_and_fixed(*TEASER)
    belief = np.array([0.9, 0.02])
    assert with_tails(lines, fixed, belief, constant(-9.0)) is belief


def test_without_three_sure_paragraphs_no_tail_is_told():
    lines, fixed = lines_and_fixed(*BODY)
    assert with_tails(lines, fixed, np.array([0.9, 0.9, 0.7, 0.7]), constant(-9.0)).tolist() == [0.9, 0.9, 0.7, 0.7]
    weighed = with_tails(lines, fixed, np.array([0.9, 0.9, 0.9, 0.7]), constant(-9.0))
    assert weighed[:3].tolist() == [0.9, 0.9, 0.9]  # settled
    assert weighed[3] < 0.1


def test_what_a_tail_shows_does_not_depend_on_what_else_is_asked():
    texts = (*BODY, *TEASER, *AWAY)
    lines, fixed = lines_and_fixed(*texts)
    belief = np.array([0.99, 0.98, 0.97, 0.9, 0.2, 0.5, 0.1, 0.4])
    at = asked(lines, belief)
    rows = tail_features(lines, fixed, belief, at, at)
    assert rows.shape == (len(at), fixed.shape[1] + 35)
    assert np.isfinite(rows).all()
    assert (rows[1:] == tail_features(lines, fixed, belief, at[1:], at)).all()


def test_the_columns_fit_the_shipped_forest():
    lines, fixed = lines_and_fixed(*BODY, *TEASER)
    rows = tail_features(lines, fixed, np.full(len(lines), 0.9), np.array([4]), np.array([4]))
    assert load_weights().tails.feature.max() < rows.shape[1]


def test_words_of_the_article_and_titles_over_teasers_are_told():
    lines, fixed = lines_and_fixed(*BODY, *TEASER, BODY[0].replace("Monday", "Friday"))
    belief = np.array([0.99, 0.99, 0.99, 0.99, 0.2, 0.5, 0.5])
    rows = tail_features(lines, fixed, belief, np.array([5, 6]), np.array([5, 6]))[:, fixed.shape[1] :]
    titled, teasers, figures, told, told_often, _, _, _ = rows[:, 25:33].T
    assert titled.tolist() == [1, 0]
    assert teasers[0] == pytest.approx(1 / 6)
    assert figures.tolist() == [0, 0]
    assert told[0] == 0 < told[1]
    assert told_often[0] == 0 < told_often[1]


def test_a_teaser_far_from_the_topic_of_the_article_goes_because_tails_are_told():
    chairs = (
        "We sat on forty chairs for a month so that you need not, and these are the ten our editors would buy again."
    )
    kettles = (
        "Our favourite kettles boil quickly, pour well and cost less than a dinner for two. We tested them for you."
    )
    shop = ("Share", "Home and garden", "Ten chairs that outlive their owners", chairs)
    more = ("Home and garden", "A kettle for every kitchen", kettles, "Sign in", "Terms", "© 2018 Harbour Post")
    article = page("\n\n".join(("Ministers meet in Turku", *BODY, *shop, *more)) + "\n")
    lines = [read_line(article.text_of(block)) for block in article.blocks]
    found, weights = [load_phrases().of(line) for line in lines], load_weights()
    unsaid = dataclasses.replace(weights, tails=constant(0.0))
    told = scores(article, lines, found, weights)
    assert told[:3] == scores(article, lines, found, unsaid)[:3]
    assert told[8] < KEEP_OUTSIDE < scores(article, lines, found, unsaid)[8]
    assert not clean(article).blocks[8].kept
