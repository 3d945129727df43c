import numpy as np
import pytest

from pipeline.article import Markup
from pipeline.cleaning.features import line_features, read_line
from pipeline.cleaning.markup import class_grams
from pipeline.cleaning.places import openings, overlaps, runs, since, spacing, voice_features, windowed


def test_the_nearer_the_last_mark_the_higher_and_none_is_nought():
    marked = np.array([False, True, False, False, False])
    found = since(marked)
    assert found[0] == found[1] == 0
    assert found[2] == 1
    assert found[2] > found[3] > found[4] > 0


def test_a_window_leaves_its_own_block_out():
    assert windowed(np.array([1.0, 0.0, 0.0]), 1).tolist() == [0.0, 0.5, 0.0]


def test_one_heading_does_not_end_a_run_of_paragraphs_two_short_lines_do():
    running = np.array([1, 0, 1, 0, 0, 1.0])
    words, place, earlier = runs(running, np.full(6, 20.0))
    assert words.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 0, 0, 1 / 3])
    assert place[:3].tolist() == pytest.approx([0, 1 / 3, 2 / 3])
    assert earlier[5] == pytest.approx(2 / 3)


def test_lines_that_open_alike_are_counted():
    lines = [
        read_line(text) for text in ("Read more about the ferry strike", "Read more about the ferry talks", "Home")
    ]
    assert openings(lines).tolist() == pytest.approx([1 / 3, 1 / 3, 0])


def test_spacing_tells_what_is_set_off_as_the_running_text_is():
    before, after, as_usual, _ = spacing(np.array([0, 60.0, 60.0]), [1, 2, 2, 1])
    assert before.tolist() == pytest.approx([1 / 3, 2 / 3, 2 / 3])
    assert after.tolist() == pytest.approx([2 / 3, 2 / 3, 1 / 3])
    assert as_usual.tolist() == [0, 1, 1]


def test_a_block_of_the_body_shares_only_words_that_others_use_too():
    lines = [read_line("Ferries carry cement"), read_line("Ferries carry barley"), read_line("Cement is grey")]
    furniture, shared, _, with_the_last = overlaps(lines, 0, 2, np.array([0.9, 0.9, 0.1]))
    assert furniture.tolist() == pytest.approx([1 / 3, 0, 0])
    assert shared.tolist() == pytest.approx([2 / 3, 2 / 3, 1 / 2])
    assert with_the_last.tolist() == pytest.approx([0, 2 / 3, 0])


def test_class_tokens_are_read_as_words_the_nearest_with_the_tag():
    found = class_grams(Markup("p", classes="article-body__text sidebar2", region="main"))
    assert {"article", "body", "text", "sidebar", "p article", "<p>", "<main>"} <= found


@pytest.mark.parametrize(
    ("text", "credited", "pointing", "dated"),
    [
        ("Ferries wait in the harbour. (Photo: Ines Calder)", 1, 0, 0),
        ("Above: the old harbour of Turku.", 0, 1, 0),
        ("Ferries wait in the harbour on Monday, May 4, 2021.", 0, 0, 1),
        ("The image of the minister suffered in 2021.", 0, 0, 0),
    ],
)
def test_captions_are_known_by_credit_pointer_and_full_date(text, credited, pointing, dated):
    lines = [read_line(text)]
    assert voice_features(lines, line_features(lines))[0, -3:].tolist() == [credited, pointing, dated]


def test_who_asks_whom_is_told_around_the_block_too():
    lines = [read_line(text) for text in ("We need your help", "The council met in Turku", "The ferries sailed")]
    asking, we, *_ = voice_features(lines, line_features(lines)).T
    assert asking[0] > 0 == asking[1] == asking[2]
    assert we[1] > 0
