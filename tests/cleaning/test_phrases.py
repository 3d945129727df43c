import pytest

from pipeline.cleaning.features import read_line
from pipeline.cleaning.phrases import Phrase, Phrases, appeals, deciding, load_phrases, phrase_words
from pipeline.errors import LexiconError
from pipeline.labels import BlockLabel
from pipeline.lexicons import read_entries

ENTRIES = read_entries("boilerplate", required=("phrase", "label"), optional=("at", "max_words", "place", "cue"))
PHRASES = load_phrases()
BY_TEXT = {phrase.text: phrase for phrase in PHRASES.phrases}


def found_in(text):
    return PHRASES.find(read_line(text).words)


def decision(text, **place):
    words = read_line(text).words
    return deciding(PHRASES.find(words), words, **place)


@pytest.mark.parametrize("text", ["Subscribe to our newsletter", "Subscribe to our newsletter, please. " * 9])
def test_a_text_that_was_met_before_has_the_same_phrases(text):
    phrases, line = Phrases(PHRASES.phrases), read_line(text)
    assert list(phrases.of(line)) == list(phrases.of(read_line(text))) == list(phrases.find(line.words)) != []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["phrase"])
def test_every_phrase_is_found_in_its_example(entry):
    phrase, words = BY_TEXT[entry["phrase"]], read_line(entry["example"]).words
    assert phrase in PHRASES.find(words)
    assert phrase.decides(words) or phrase.cue


@pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if not entry.get("cue")], ids=lambda entry: entry["phrase"]
)
def test_every_example_is_decided_with_the_label_of_its_phrase(entry):
    assert decision(entry["example"]).label == entry["label"]


@pytest.mark.parametrize("entry", [e for e in ENTRIES if "unless" in e], ids=lambda entry: entry["phrase"])
def test_no_phrase_decides_what_it_must_leave_alone(entry):
    words = read_line(entry["unless"]).words
    assert BY_TEXT[entry["phrase"]] not in [p for p in PHRASES.find(words) if p.decides(words) and not p.outside]


def test_the_lexicon_knows_every_kind_of_boilerplate():
    kept = {"paragraph", "heading", "title", "byline", "dateline", "series_note", "list_item", "quote_block"}
    assert {str(label) for label in BlockLabel} - kept == {entry["label"] for entry in ENTRIES}


def test_the_lexicon_is_sorted_by_label_and_phrase():
    keys = [(entry["label"], entry["phrase"]) for entry in ENTRIES]
    assert keys == sorted(keys)


def test_case_punctuation_and_the_shape_of_apostrophes_do_not_matter():
    assert decision("EDITORS’ PICKS!").label is BlockLabel.RELATED_LINKS
    assert decision("Sign up!").label is BlockLabel.ACCOUNT_PROMPT


def test_a_phrase_stands_on_word_boundaries():
    assert decision("Shared") is None
    assert decision("Menus") is None


def test_the_longest_phrase_decides():
    assert decision("Subscribe to our newsletter").label is BlockLabel.NEWSLETTER
    assert decision("Subscribe to the Harbour Post").label is BlockLabel.SUBSCRIPTION_PAYWALL


def test_a_number_sign_stands_for_any_number():
    assert decision("7 min read").text == decision("12 min read").text == "# min read"
    assert decision("Few min read") is None


def test_some_phrases_decide_only_outside_the_article():
    assert decision("More in Politics").label is BlockLabel.RELATED_LINKS
    assert decision("More in sorrow than anger", inside=True) is None


def test_cues_count_once_each_and_decide_nothing():
    pitch = (
        "Our readers pay for our journalism, and our journalism belongs to our readers: no shareholder, no billionaire."
    )
    assert appeals(found_in(pitch)) == 4
    assert decision(pitch) is None


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('phrase = "x"\nlabel = "nonsense"', "unknown label 'nonsense'"),
        ('phrase = "x"\nlabel = "advert"\nat = "middle"', "unknown at 'middle'"),
        ('phrase = "!"\nlabel = "advert"', "must open with a word"),
        ('phrase = "* x"\nlabel = "advert"', "must open with a word"),
        ('phrase = "x"\nlabel = "advert"\nfoo = 1', "unknown field 'foo'"),
    ],
)
def test_a_broken_entry_is_named_with_what_is_wrong(tmp_path, entry, message):
    (tmp_path / "boilerplate.toml").write_text(f"[[entry]]\n{entry}\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=message.replace("*", r"\*")):
        load_phrases(tmp_path)


def test_a_phrase_is_found_whichever_of_its_words_are_fixed():
    phrases = [
        Phrase(text, phrase_words(text), BlockLabel.SHARE) for text in ("# shares", "page # of #", "share", "a b")
    ]
    for words in (("12", "shares"), ("page", "1", "of", "2"), ("share",), ("x", "a", "b", "y")):
        assert len(Phrases(phrases).find(words)) == 1, words
    for words in (("many", "shares"), ("page", "one", "of", "2"), ("shared",), ("a", "x", "b"), ()):
        assert not Phrases(phrases).find(words), words


def test_any_word_may_stand_for_a_star():
    phrases = Phrases([Phrase("support * work", phrase_words("support * work"), BlockLabel.DONATION_APPEAL)])
    assert phrases.find(("support", "their", "work"))
    assert not phrases.find(("support", "work"))
