"""Maximum spanning trees, against published and counted ones."""

import itertools

import numpy as np
import pytest

from pipeline.language.trees import best_tree


def total(scores: np.ndarray, columns: tuple[int, ...]) -> float:
    return float(sum(scores[n, column] for n, column in enumerate(columns)))


def is_tree(columns: tuple[int, ...]) -> bool:
    """Whether heads as columns, 0 the root, form one tree with one root."""
    if columns.count(0) != 1:
        return False
    for word in range(1, len(columns) + 1):
        for _ in columns:
            word = columns[word - 1] if word else 0
        if word:
            return False
    return True


def test_john_saw_mary():
    """The example of McDonald et al. (2005), whose best heads are a circle of "John" and "saw"."""
    scores = np.array(
        [  # root, John, saw, Mary
            [9.0, -9.0, 30.0, 11.0],
            [10.0, 20.0, -9.0, 0.0],
            [9.0, 3.0, 30.0, -9.0],
        ]
    )
    assert best_tree(scores).tolist() == [2, 0, 2]


def test_two_circles_are_broken_where_it_costs_least():
    scores = np.full((5, 6), -50.0)
    scores[0, 0] = 5.0  # the root
    scores[1, 3], scores[2, 2] = 9.0, 9.0  # the second and third word
    scores[3, 5], scores[4, 4] = 9.0, 9.0  # the fourth and fifth
    scores[2, 1] = 4.0  # the third may hang on the first,
    scores[4, 3] = 2.0  # the fifth on the third
    assert best_tree(scores).tolist() == [0, 3, 1, 5, 3]


def test_one_word_is_its_root():
    assert best_tree(np.array([[0.3, -1.0]])).tolist() == [0]


@pytest.mark.parametrize("size", [3, 4, 5])
def test_no_other_tree_with_the_best_root_is_better(size):
    rng = np.random.default_rng(size)
    trees = [columns for columns in itertools.product(range(size + 1), repeat=size) if is_tree(columns)]
    circles = 0
    for _ in range(40):
        scores = rng.normal(size=(size, size + 1))
        scores[np.arange(size), np.arange(size) + 1] = -1e4  # no word is its own head
        root = int(scores[:, 0].argmax())
        found = tuple(best_tree(scores).tolist())
        assert is_tree(found) and found[root] == 0
        best = max(total(scores, columns) for columns in trees if columns[root] == 0)
        assert total(scores, found) == pytest.approx(best)
        greedy = scores[:, 1:].argmax(1) + 1
        greedy[root] = 0
        circles += not is_tree(tuple(greedy.tolist()))
    assert circles  # where there is none, there is nothing to break


@pytest.mark.parametrize("size", [30, 224])
def test_a_long_sentence_is_a_tree(size):
    scores = np.random.default_rng(1).normal(size=(size, size + 1))
    assert is_tree(tuple(best_tree(scores).tolist()))
