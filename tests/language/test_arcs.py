"""What is mended where two words hang on one in a relation that it governs once."""

import numpy as np
import pytest

from pipeline.language.arcs import FAR, Arcs, objects_of_particles, under

RELATIONS = ["nsubj", "obj", "conj", "flat"]
SLOT = np.array([0, 1, -1, -1])
OF_NOUNS = np.array([False, False, False, True])


def arcs(scores: dict[tuple[int, int], float], relations: list[dict[str, float]], finite: tuple[int, ...] = ()) -> Arcs:
    """Scores of (word, head), else far; of each word those of its relations, whatever its head."""
    size = len(relations)
    table = np.full((size, size), FAR, dtype=np.float32)
    for place, score in scores.items():
        table[place] = score
    rel = np.array([[each.get(name, -9.0) for name in RELATIONS] for each in relations], dtype=np.float32)
    return Arcs(
        table, np.eye(size, dtype=np.float32), np.ones((size, 1), dtype=np.float32), rel[:, :, None], SLOT,
        np.isin(np.arange(size), finite), OF_NOUNS,
    )  # fmt: skip


def mended(given: Arcs, head: list[int], dep: list[str]) -> list[tuple[int, str]]:
    heads, deps = given.mended(np.array(head), np.array([RELATIONS.index(name) for name in dep]), 0)
    return [(int(h), RELATIONS[d]) for h, d in zip(heads, deps, strict=True)]


# 0 "troops", 1 "killed" (the root), 2 "people", 3 "officials", 4 "said", which hangs on 1.
HEAD, DEP = [1, 1, 1, 1, 1], ["nsubj", "conj", "obj", "obj", "conj"]
OFTEN = [{"nsubj": 5.0}, {}, {"obj": 5.0}, {"obj": 1.0, "nsubj": 0.9}, {"conj": 5.0}]
PLACES = {(0, 1): 5.0, (2, 1): 5.0, (3, 1): 1.0, (3, 4): 0.8, (4, 1): 5.0}


def test_of_two_objects_the_less_sure_one_moves_to_its_next_best_head() -> None:
    found = mended(arcs(PLACES, OFTEN), HEAD, DEP)
    assert found == [(1, "nsubj"), (1, "conj"), (1, "obj"), (4, "obj"), (1, "conj")]


def test_without_another_head_another_relation_is_taken() -> None:
    places = {place: score for place, score in PLACES.items() if place != (3, 4)}
    assert mended(arcs(places, OFTEN), HEAD, DEP)[3] == (1, "conj")


def test_no_modifier_of_nouns_is_put_on_a_finite_verb() -> None:
    places = {place: score for place, score in PLACES.items() if place != (3, 4)}
    often = [*OFTEN[:3], {"obj": 1.0, "flat": 0.9, "conj": -3.0}, OFTEN[4]]
    assert mended(arcs(places, often), HEAD, DEP)[3] == (1, "flat")
    assert mended(arcs(places, often, finite=(1,)), HEAD, DEP)[3] == (1, "conj")


def test_a_word_moves_to_none_that_hangs_on_it() -> None:
    head = [1, 1, 1, 1, 3]  # 4 hangs on 3
    assert mended(arcs(PLACES, OFTEN), head, DEP)[3] == (1, "conj")


def test_one_subject_and_one_object_stay() -> None:
    kept = [(1, "nsubj"), (1, "conj"), (1, "obj"), (4, "nsubj"), (1, "conj")]
    assert mended(arcs(PLACES, OFTEN), [h for h, _ in kept], [d for _, d in kept]) == kept


def test_under() -> None:
    head = np.array([1, 1, 0, 3])
    assert under(2, 1, head) and under(2, 2, head)
    assert not under(1, 2, head) and not under(3, 1, head)


@pytest.mark.parametrize(
    "dep, expected",
    [
        (["ROOT", "compound:prt", "xcomp"], "obj"),  # called off the strike
        (["ROOT", "obj", "xcomp"], "xcomp"),  # called him a liar
    ],
)
def test_the_noun_after_a_verb_with_a_particle_is_its_object(dep: list[str], expected: str) -> None:
    labels = ["ROOT", "compound:prt", "xcomp", "obj", "cop"]
    found = objects_of_particles(
        np.array([0, 0, 0]), np.array([labels.index(name) for name in dep]), np.array([False, False, True]), labels
    )
    assert labels[found[2]] == expected


def test_a_predicate_with_a_copula_stays_one_after_a_particle() -> None:
    labels = ["ROOT", "compound:prt", "xcomp", "obj", "cop"]  # turned out to be fakes
    dep = np.array([labels.index(name) for name in ("ROOT", "compound:prt", "cop", "xcomp")])
    found = objects_of_particles(np.array([0, 0, 3, 0]), dep, np.array([False, False, False, True]), labels)
    assert labels[found[3]] == "xcomp"
