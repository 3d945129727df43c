import numpy as np
import pytest

from pipeline.cleaning.forest import CHUNK, Forest
from pipeline.cleaning.model import load_weights
from pipeline.cleaning.scores import fixed_features, with_places


def forest():
    """One tree: under 0.5 in the first feature -1; above, +2 where the second is over 3, else 0.25; and a bare leaf."""
    return Forest(
        feature=np.array([0, 0, 1, 0, 0, 0], dtype=np.int32),
        threshold=np.array([0.5, 0, 3.0, 0, 0, 0], dtype=np.float32),
        children=np.array([1, 2, 1, 1, 3, 4, 3, 3, 4, 4, 5, 5], dtype=np.int32),
        value=np.array([0, -1, 0, 0.25, 2, 0.125], dtype=np.float32),
        roots=np.array([0, 5], dtype=np.int32),
        depth=2,
        bias=0.0,
    )


@pytest.mark.parametrize(("row", "odds"), [((0.5, 9.0), -1), ((0.6, 3.0), 0.25), ((0.6, 3.5), 2)])
def test_a_row_falls_to_one_leaf_of_each_tree(row, odds):
    assert forest().log_odds(np.array([row])).tolist() == [odds + 0.125]


def test_rows_are_judged_alone_however_many_come_together():
    rows = np.tile([[0.0, 0.0], [1.0, 4.0]], (CHUNK, 1))
    assert forest().log_odds(rows).tolist() == [-0.875, 2.125] * CHUNK


def test_no_rows_have_no_odds():
    assert forest().log_odds(np.zeros((0, 2))).shape == (0,)


def test_the_shipped_forests_read_the_features_that_the_code_computes():
    from pipeline.article import Markup
    from pipeline.cleaning.features import line_features, read_line
    from pipeline.cleaning.markup import markup_features
    from tests.cleaning.pages import marked_page

    article = marked_page(("Harbour", Markup("li")), ("The council met in Turku.", Markup("p", region="article")))
    lines = [read_line(article.text_of(block)) for block in article.blocks]
    features = line_features(lines)
    fixed = fixed_features(article, lines, [[], []], features)
    text = with_places(fixed, lines, features, np.zeros(2))
    marked = np.column_stack([fixed, markup_features(article.blocks, lines, np.zeros(2))])
    page = with_places(marked, lines, features, np.zeros(2))
    weights = load_weights()
    assert len(weights.words.line) == features.shape[1]
    assert weights.text.feature.max() < text.shape[1]
    assert text.shape[1] <= weights.page.feature.max() < page.shape[1]
