"""Subjects, objects, agents: the same answers from Universal Dependencies and from ClearNLP labels."""

import pytest
import spacy
from spacy.tokens import Doc, Token
from spacy.vocab import Vocab

from pipeline.language import syntax

VOCAB = spacy.blank("en").vocab

# word, head (its position in the sentence), label, part of speech, tag
UD = {
    "passive": """
        The 1 det DET DT
        convoy 3 nsubj:pass NOUN NN
        was 3 aux:pass AUX VBD
        attacked 3 ROOT VERB VBN
        by 5 case ADP IN
        rebels 3 obl:agent NOUN NNS
        in 7 case ADP IN
        Mali 3 obl PROPN NNP""",
    "control": """
        Iran 1 nsubj PROPN NNP
        urged 1 ROOT VERB VBD
        Iraq 1 obj PROPN NNP
        to 4 mark PART TO
        talk 1 xcomp VERB VB
        and 7 cc CCONJ CC
        then 7 advmod ADV RB
        withdrew 1 conj VERB VBD""",
    "relative": """
        rebels 3 nsubj NOUN NNS
        who 2 nsubj PRON WP
        attacked 0 acl:relcl VERB VBD
        fled 3 ROOT VERB VBD""",
    "noun": """
        NATO 2 nmod:poss PROPN NNP
        's 0 case PART POS
        campaign 2 ROOT NOUN NN
        in 4 case ADP IN
        Serbia 2 nmod PROPN NNP
        and 6 cc CCONJ CC
        Kosovo 4 conj PROPN NNP""",
}
CLEARNLP = {
    "passive": """
        The 1 det DET DT
        convoy 3 nsubjpass NOUN NN
        was 3 auxpass AUX VBD
        attacked 3 ROOT VERB VBN
        by 3 agent ADP IN
        rebels 4 pobj NOUN NNS
        in 3 prep ADP IN
        Mali 6 pobj PROPN NNP""",
    "control": UD["control"].replace("1 obj", "1 dobj").replace("mark PART", "aux PART"),
    "relative": UD["relative"].replace("acl:relcl", "relcl"),
    "noun": """
        NATO 2 poss PROPN NNP
        's 0 case PART POS
        campaign 2 ROOT NOUN NN
        in 2 prep ADP IN
        Serbia 3 pobj PROPN NNP
        and 4 cc CCONJ CC
        Kosovo 4 conj PROPN NNP""",
}


def parsed(name: str, labels: dict[str, str]) -> Doc:
    columns = zip(*(line.split() for line in labels[name].strip().splitlines()), strict=True)
    words, heads, deps, pos, tags = (list(column) for column in columns)
    heads = [int(head) for head in heads]
    return Doc(VOCAB, words=words, heads=heads, deps=deps, pos=pos, tags=tags, lemmas=[word.lower() for word in words])


def word(doc: Doc, text: str) -> Token:
    return next(token for token in doc if token.text == text)


both = pytest.mark.parametrize("labels", [UD, CLEARNLP], ids=["ud", "clearnlp"])


@both
def test_who_did_it_in_a_passive(labels: dict[str, str]) -> None:
    verb = word(parsed("passive", labels), "attacked")
    assert syntax.is_passive(verb)
    assert syntax.subject(verb).text == "convoy"
    assert syntax.agent(verb).text == "rebels"
    assert [(preposition, noun.text) for preposition, noun in syntax.obliques(verb) if preposition == "in"] == [
        ("in", "Mali")
    ]


@both
def test_the_object_of_urging_does_what_is_urged(labels: dict[str, str]) -> None:
    doc = parsed("control", labels)
    assert syntax.subject(word(doc, "talk")).text == "Iraq"
    assert syntax.subject(word(doc, "withdrew")).text == "Iran"
    assert [found.text for found in syntax.objects(word(doc, "urged"))] == ["Iraq"]


@both
def test_a_relative_pronoun_stands_for_its_noun(labels: dict[str, str]) -> None:
    assert syntax.subject(word(parsed("relative", labels), "attacked")).text == "rebels"


@both
def test_arguments_of_a_noun(labels: dict[str, str]) -> None:
    doc = parsed("noun", labels)
    campaign = word(doc, "campaign")
    assert syntax.possessor(campaign).text == "NATO"
    ((preposition, place),) = syntax.obliques(campaign)
    assert (preposition, [member.text for member in syntax.conjuncts(place)]) == ("in", ["Serbia", "Kosovo"])
    assert syntax.noun_phrase(campaign).text == "NATO 's campaign"


@both
def test_a_noun_phrase_leaves_its_preposition_and_its_clauses_outside(labels: dict[str, str]) -> None:
    assert syntax.noun_phrase(word(parsed("relative", labels), "rebels"), full=True).text == "rebels"
    assert syntax.noun_phrase(word(parsed("passive", labels), "Mali")).text == "Mali"


def test_labels_of_another_scheme_are_other_and_harm_nothing() -> None:
    doc = Doc(VOCAB, words=["They", "met"], heads=[1, 1], deps=["SB", "ROOT"], pos=["PRON", "VERB"])
    assert syntax.role(doc[0]) is syntax.Role.OTHER
    assert syntax.subject(doc[1]) is None


def test_a_circle_of_relatives_ends() -> None:
    words = ["who"] * 80
    heads = [max(0, i - 1) for i in range(80)]
    doc = Doc(VOCAB, words=words, heads=heads, deps=["ROOT"] + ["xcomp"] * 79, pos=["VERB"] * 80)
    assert syntax.subject(doc[79]) is None


def test_a_remembered_parse_has_the_dependents_that_spacy_finds() -> None:
    doc, other = (
        Doc(Vocab(), words=["Rebels", "who", "fled", "met", "the", "envoy"], heads=[3, 2, 0, 3, 5, 3], deps=["dep"] * 6)
        for _ in range(2)
    )
    expected = [[child.i for child in token.children] for token in doc]
    assert expected[3] == [0, 5]
    with syntax.remembered(doc):
        assert [[child.i for child in syntax.dependents(token)] for token in doc] == expected
        assert syntax.dependents(doc[3]) is syntax.dependents(doc[3])  # looked up once
        assert [child.doc is other for child in syntax.dependents(other[3])] == [True, True]
    assert syntax.dependents(doc[3]) is not syntax.dependents(doc[3])
