"""How public an article is, by its words."""

from collections import Counter

import pytest
import spacy
from spacy.strings import get_string_id

from pipeline.language.event_topics import PUBLIC, STEPS, about, read_topics
from pipeline.language.events import find_events, read_lexicons
from pipeline.lexicons import read_rows

TOPICS = read_topics()
PUBLIC_WORDS = "government minister parliament army court"
OTHER_WORDS = "smartphone battery charger laptop headphone"


def lemmas(text: str) -> list[int]:
    return [get_string_id(word) for word in text.split()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PUBLIC_WORDS * 20, ""),
        (" ".join([OTHER_WORDS] * 20), "public 0"),
        (" ".join([PUBLIC_WORDS, OTHER_WORDS] * 20), "public 2"),
        ("the chair stood there", ""),
        ("", ""),
    ],
    ids=["public", "phones", "both", "nothing known", "empty"],
)
def test_the_words_of_an_article_say_how_public_it_is(text: str, expected: str) -> None:
    assert about(lemmas(text), TOPICS) == expected


def test_a_text_is_taken_to_be_public_until_its_words_tell_otherwise() -> None:
    steps = [about(lemmas("charger " * times), TOPICS) for times in range(40)]
    assert list(dict.fromkeys(steps)) == ["", *(f"public {step}" for step in reversed(range(len(STEPS))))]


def test_topics_that_share_an_article_do_not_add_up() -> None:
    films = "film actress director studio concert".split()
    phones = OTHER_WORDS.split()
    one, two = [*films * 2, *phones * 2], films * 6
    assert about(lemmas(" ".join(one)), TOPICS) > about(lemmas(" ".join(two)), TOPICS)


def test_a_word_has_one_topic_and_each_topic_enough() -> None:
    rows = read_rows("topics", columns=("topic", "word"))
    assert max(Counter(row["word"] for row in rows).values()) == 1
    assert [(row["topic"], row["word"]) for row in rows] == sorted((row["topic"], row["word"]) for row in rows)
    counts = Counter(row["topic"] for row in rows)
    assert PUBLIC in counts
    assert min(counts.values()) >= 40


def test_the_same_sentence_is_less_of_an_event_among_phones(nlp: spacy.language.Language) -> None:
    sentence = "The company promised the ministers of Kenya a new system on Monday. "
    phones = " ".join(f"The {word} of the phone is good." for word in OTHER_WORDS.split() * 4)
    lexicons = read_lexicons()
    confidences = []
    for text in (sentence, f"{sentence}{phones}"):
        doc = nlp(text)
        confidences.append(max((event.confidence for event in find_events(doc, lexicons)), default=0.0))
    assert confidences[0] > confidences[1]
