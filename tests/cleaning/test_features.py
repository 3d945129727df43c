import numpy as np
import pytest

from pipeline.cleaning.features import LINE_FEATURES, line_features, read_line, words_of


def feature(name: str, *texts: str) -> list[float]:
    return line_features([read_line(text) for text in texts])[:, LINE_FEATURES.index(name)].tolist()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The ferry sailed, at 6.30.", ("the", "ferry", "sailed", "at", "6", "30")),
        ("snake_case, e-mail", ("snake", "case", "e", "mail")),
        ("'Don’t', she said, 'rock 'n' roll'", ("don't", "she", "said", "rock", "n", "roll")),
        ("@harbour #ferry | Turku", ("@", "harbour", "#", "ferry", "|", "turku")),
        ("“Fähre” – l’été © 2021", ("fähre", "l'été", "©", "2021")),
        (" \x1f\t", ()),
    ],
)
def test_words_are_the_same_in_plain_letters_and_in_others(text, words):
    assert words_of(text) == words
    assert words_of(f"{text} ß") == (*words, "ß")


def test_sentences_end_before_a_space_also_inside_quotation_marks():
    texts = ("One. Two? Three! Four", 'He said "no." Then ".” Then', "3.5 and No.5", ". ", "A. ")
    assert feature("sentences", *texts) == [0.75, 0.5, 0.0, 0.0, 0.25]


def test_names_are_the_capitals_that_open_no_sentence():
    assert feature("names", "The mayor of Turku met Ines Calder. She left.", "Turku", "") == [3 / 8, 0.0, 0.0]
    assert feature("capitals", "The mayor of Turku met Ines Calder. She left.", "Turku", "") == [5 / 9, 1.0, 0.0]


def test_characters_are_counted_in_the_block_they_stand_in():
    texts = ("a, b", "12", "", "“c”", "a, b")
    assert feature("commas", *texts) == [1.0, 0.0, 0.0, 0.0, 1.0]
    assert feature("digits", *texts) == [0.0, 1.0, 0.0, 0.0, 0.0]
    assert feature("quotes", *texts) == [0.0, 0.0, 0.0, 1.0, 0.0]
    assert feature("symbols", *texts) == pytest.approx([0.25, 1.0, 1.0, 2 / 3, 0.25])


def test_a_block_is_measured_alone_and_as_often_as_it_stands():
    lines = [read_line(text) for text in ("Share", "Ines Calder is a fellow.", "Share", "We want you, said Oleg. No?")]
    together = line_features(lines)
    assert np.array_equal(together, np.vstack([line_features([line]) for line in lines]))
