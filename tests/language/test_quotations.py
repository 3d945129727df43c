"""Quotations on given parses: content, cue, speaker, kind, attribution type."""

import time
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc, Span

from pipeline.labels import AttributionType, EntityLabel, MentionType, QuotationKind, TimexType
from pipeline.language.cues import Cues
from pipeline.language.doc import DateMention, Entity, EntityMention, Quotation
from pipeline.language.quotation_choices import Learned, shipped
from pipeline.language.quotations import find_quotations
from pipeline.language.speakers import Names, without_day
from tests.quotation_cases import offsets, read_cases, read_quotation_parses, read_tagged

CUES = Cues.load()
PARSES = {**read_quotation_parses("quotations"), **read_quotation_parses("quotations_clearnlp")}


def found_in(doc: Doc) -> list[Quotation]:
    return list(find_quotations(doc, CUES))


def parsed(text: str) -> Doc:
    return PARSES[text].copy()


def cases(known_failure: str) -> list[Any]:
    return [
        pytest.param(
            case,
            id=f"{file}: {case['name']}",
            marks=[pytest.mark.xfail(strict=True, reason=case[known_failure])] if known_failure in case else [],
        )
        for file, case in read_cases()
    ]


@pytest.mark.parametrize("case", cases("known_failure"))
def test_the_rules_alone_find_the_quotations_of_a_sentence(case: dict[str, Any]) -> None:
    check(case, None)


@pytest.mark.parametrize("case", cases("known_failure_learned"))
def test_the_learned_model_finds_the_quotations_of_a_sentence(case: dict[str, Any]) -> None:
    check(case, shipped())


def check(case: dict[str, Any], model: Learned | None) -> None:
    text, gold = read_tagged(case["text"])
    found = list(find_quotations(parsed(text), CUES, model))
    assert offsets(found) == gold
    for field, value in (("kind", "kind"), ("type", "attribution_type"), ("rule", "rule")):
        if field in case and (field != "rule" or model is None):
            assert {str(getattr(quotation, value)) for quotation in found} == {case[field]}


def test_every_quotation_has_a_speaker_name_when_it_has_a_speaker() -> None:
    for doc in PARSES.values():
        for quotation in found_in(doc):
            assert quotation.speaker_name or quotation.speaker is None
            assert 0 < quotation.confidence <= 1


def with_entities(doc: Doc, *mentions: tuple[str, Entity]) -> Doc:
    """The doc with each text as a mention of its entity."""
    doc._.entity_mentions = tuple(
        EntityMention(span, entity, MentionType.NAME, "test")
        for text, entity in mentions
        if (span := doc.char_span(doc.text.index(text), doc.text.index(text) + len(text))) is not None
    )
    return doc


LIND = Entity("e0", "Astrid Lind", EntityLabel.PERSON)


def test_the_speaker_is_the_entity_behind_the_mention() -> None:
    doc = with_entities(parsed("Lind said the dam would hold."), ("Lind", LIND))
    (quotation,) = found_in(doc)
    assert (quotation.speaker_entity, quotation.speaker_name) == (LIND, "Astrid Lind")


def test_a_pronoun_is_resolved_when_it_is_a_mention() -> None:
    text = '"The roof is sound," she said, "and the walls are dry."'
    (quotation,) = found_in(with_entities(parsed(text), ("she", LIND)))
    assert quotation.speaker_name == "Astrid Lind"
    (unresolved,) = found_in(parsed(text))
    assert (unresolved.speaker_entity, unresolved.speaker_name) == (None, "she")


def test_a_possessor_inside_the_speaker_is_not_the_speaker() -> None:
    kenya = Entity("e1", "Kenya", EntityLabel.GPE)
    amina = Entity("e2", "Amina Otieno", EntityLabel.PERSON)
    doc = parsed('"We will rebuild the harbour," noted Kenya\'s Transport Minister Amina Otieno in a radio interview.')
    (quotation,) = found_in(with_entities(doc, ("Kenya", kenya), ("Amina Otieno", amina)))
    assert quotation.speaker_name == "Amina Otieno"


def test_in_a_dialogue_who_answers_is_who_was_asked() -> None:
    doc = parsed('"It leaks," said Otieno.\n"Does it?" asked Lind.\n"It does."')
    otieno = Entity("e1", "Amina Otieno", EntityLabel.PERSON)
    found = found_in(with_entities(doc, ("Otieno", otieno), ("Lind", LIND)))
    assert [quotation.speaker_name for quotation in found] == ["Amina Otieno", "Astrid Lind", "Amina Otieno"]
    assert (found[2].speaker, found[2].cue, found[2].rule) == (None, None, "orphan")


def with_date(doc: Doc, text: str) -> Doc:
    """The doc with a text as a date."""
    start = doc.text.index(text)
    doc._.dates = (DateMention(start, start + len(text), text, TimexType.DATE, "XXXX"),)
    return doc


def test_a_date_alone_is_nothing_that_was_said() -> None:
    text = "They proposed 2 June."
    assert [quotation.text for quotation in contents(parsed(text))] == ["2 June"]
    assert not contents(with_date(parsed(text), "2 June"))


def contents(doc: Doc) -> list[Span]:
    return [span for quotation in find_quotations(doc, CUES) for span in quotation.content]


def test_a_day_before_the_speaker_is_no_part_of_it() -> None:
    doc = with_date(parsed("The next day the mayor said the dam would hold."), "The next day")
    mayor, whole = doc[3:5], doc[0:5]
    days = {date.start: date for date in doc._.dates}
    assert without_day(whole, days).text == mayor.text
    assert without_day(mayor, days).text == mayor.text


def test_a_day_that_begins_inside_the_last_word_of_a_speaker_stays() -> None:
    speaker = Doc(spacy.blank("en").vocab, words=["Ann", "Lee\u20ddMonday", "said"])[:2]
    day = DateMention(start=8, end=14, text="Monday", type=TimexType.DATE, value="2011-05-02")
    assert without_day(speaker, {day.start: day, -day.end: day}).text == speaker.text


def test_the_name_stands_before_the_comma() -> None:
    doc = parsed('"We will rebuild the harbour," noted Kenya\'s Transport Minister Amina Otieno in a radio interview.')
    amina = Entity("e2", "Amina Otieno", EntityLabel.PERSON)
    words = [token.text for token in doc[9:15]] + [",", "who", "swims"]
    spoken = Doc(doc.vocab, words=words, heads=[2, 0, 5, 5, 5, 5, 5, 8, 5], deps=["dep"] * len(words))
    name = with_entities(spoken, ("Amina Otieno", amina))
    assert Names(name).of(name[:])[1] == "Amina Otieno"


def test_a_relative_pronoun_has_the_name_of_its_noun() -> None:
    (quotation,) = found_in(parsed("The engineers who warned that the dam leaked were ignored."))
    assert quotation.speaker is not None
    assert (quotation.speaker.text, quotation.speaker_name) == ("who", "The engineers")


def test_kept_blocks_are_the_paragraphs() -> None:
    doc = parsed('"The roof is sound," Lind said.\n"Nobody needs to move out."')
    doc.spans["blocks"] = [doc[:9]]
    (quotation,) = found_in(doc)
    assert [span.text for span in quotation.content] == ['"The roof is sound,"']


def test_the_component_keeps_what_it_found() -> None:
    nlp = spacy.blank("en")
    component = nlp.add_pipe("quotations")
    doc = component(parsed("Lind said the dam would hold."))
    assert [quotation.attribution_type for quotation in doc._.quotations] == [AttributionType.ASSERTION]
    assert [quotation.kind for quotation in doc._.quotations] == [QuotationKind.INDIRECT]


def test_quotations_come_in_text_order_and_no_two_have_the_same_content() -> None:
    for doc in PARSES.values():
        found = found_in(doc)
        assert [q.content[0].start for q in found] == sorted(q.content[0].start for q in found)
        assert len({q.id for q in found}) == len(found)


HOSTILE = {
    "marks without end": ['"'] * 4000,
    "marks and words": ['"', "said"] * 2000,
    "only cues": ["said"] * 4000,
    "colons": ["Lind", ":"] * 2000,
    "according to": ["according", "to"] * 2000,
    "nothing": [],
    "spaces": ["\n"] * 4000,
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("dep", ["ccomp", "nsubj", "parataxis", "ROOT"])
def test_hostile_text_costs_little_and_raises_nothing(words: list[str], dep: str) -> None:
    heads = [i if dep == "ROOT" else max(0, i - 1) for i in range(len(words))]
    pos = ["VERB" if word == "said" else "PUNCT" if word in '":' else "NOUN" for word in words]
    doc = Doc(
        spacy.blank("en").vocab, words=words, heads=heads, deps=[dep] * len(words), pos=pos, tags=["VBD"] * len(words)
    )
    start = time.process_time()
    found_in(doc)
    assert time.process_time() - start < 5


def test_a_doc_without_a_parse_gives_direct_speech_only() -> None:
    nlp = spacy.blank("en")
    (quotation,) = found_in(nlp('"The dam will hold," the engineer said.'))
    assert quotation.kind is QuotationKind.DIRECT


def test_the_colon_is_the_cue_where_other_space_follows_it() -> None:
    nlp = spacy.blank("en")
    (quotation,) = found_in(nlp('The banner was short:\x0b "We stay here for the winter."'))
    assert quotation.cue is not None
    assert quotation.cue.text == ":"
