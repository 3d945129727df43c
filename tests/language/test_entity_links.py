"""Which mentions are one entity: names, descriptions and pronouns, on Docs made by hand."""

import datetime
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, Span

from pipeline.labels import AttributionType, EntityLabel, MentionType, QuotationKind
from pipeline.language.actors import entity_at
from pipeline.language.doc import Entity, Quotation
from pipeline.language.entity_links import EntityLinks, FirstPersons
from pipeline.language.gazetteer import gazetteer
from tests.language.entity_cases import NLP, TAG, doc_of, doc_with_heads, parsed, read_tags

CASES = Path(__file__).parent.parent / "cases" / "entity_links"
LINKS = EntityLinks(gazetteer())


def cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            marks = [pytest.mark.xfail(reason=case["known_failure"])] if "known_failure" in case else []
            found.append(pytest.param(case["text"], id=f"{path.stem}: {case['name']}", marks=marks))
    return found


def without_descriptions(text: str) -> str:
    return TAG.sub(lambda tag: "" if tag[2] in ("nominal", "pronoun") else tag[0], text)


@pytest.mark.parametrize("text", cases())
def test_links(text: str) -> None:
    _, gold = read_tags(text)
    doc = LINKS(doc_of(without_descriptions(text)))
    expected, found = defaultdict(set), defaultdict(set)
    for tag in gold:
        expected[tag.entity].add((tag.start, tag.end))
    for mention in doc._.entity_mentions:
        found[mention.entity.id].add((mention.span.start_char, mention.span.end_char))
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, expected.values()))


def entity(text: str, name: str) -> Entity:
    doc = LINKS(doc_of(text))
    return next(mention.entity for mention in doc._.entity_mentions if mention.span.text == name)


@pytest.mark.parametrize(
    ("text", "name", "country", "sector"),
    [
        ("They met <NORP>Russian</NORP> President <PERSON>Dmitry Medvedev</PERSON>.", "Dmitry Medvedev", "RUS", "GOV"),
        ("<ORG>NATO</ORG>'s Secretary General <PERSON>Ole Berg</PERSON> spoke.", "Ole Berg", "", "IGO"),
        ("<PERSON>Ana Silva</PERSON>, the <NORP>Polish</NORP> foreign minister, spoke.", "Ana Silva", "POL", "GOV"),
        ("<PERSON>Ana Silva</PERSON>, president of <GPE>Latvia</GPE>, spoke.", "Ana Silva", "LVA", "GOV"),
        ("Former <NORP>Polish</NORP> president <PERSON>Ana Silva</PERSON> spoke.", "Ana Silva", "POL", "ELI"),
        ("<PERSON>Ana Silva</PERSON>, president of the Harbour Board, spoke.", "Ana Silva", "", ""),
        ("<PERSON>Ana Silva</PERSON>, a Korea expert, spoke.", "Ana Silva", "", ""),
        ("<PERSON>Ana Silva</PERSON>, a secretary strike, spoke.", "Ana Silva", "", ""),
        ("Gen. <PERSON>Ole Berg</PERSON> spoke.", "Ole Berg", "", "MIL"),
        ("<PERSON>Ole Berg</PERSON> spoke.", "Ole Berg", "", ""),
        ("The <GPE>U.S.</GPE> agreed.", "U.S.", "USA", ""),
        ("The <ORG>Kremlin</ORG> agreed.", "Kremlin", "RUS", "GOV"),
        ("The <ORG>Iraqi Foreign Ministry</ORG> agreed.", "Iraqi Foreign Ministry", "IRQ", "GOV"),
        ("President <PERSON>Mugabe</PERSON> spoke.", "Mugabe", "ZWE", "GOV"),
        ("<PERSON>Angela Merkel</PERSON> spoke.", "Angela Merkel", "DEU", "GOV"),
        ("President <PERSON>Xi</PERSON> spoke.", "Xi", "CHN", "GOV"),
        ("<PERSON>Bush</PERSON> spoke.", "Bush", "", ""),  # which one, or none of them
        ("President <PERSON>Bush</PERSON> spoke.", "Bush", "", "GOV"),  # two of them
        ("<NORP>Polish</NORP> President <PERSON>Putin</PERSON> spoke.", "Putin", "POL", "GOV"),  # another
        ("UN envoy <PERSON>Staffan de Mistura</PERSON> spoke.", "Staffan de Mistura", "", "IGO"),
        ("Colonel <PERSON>Muammar Gaddafi</PERSON> spoke.", "Muammar Gaddafi", "LBY", "GOV"),
        ("Foreign Secretary <PERSON>Ana Silva</PERSON> spoke.", "Ana Silva", "GBR", "GOV"),
        ("<NORP>Indian</NORP> Foreign Secretary <PERSON>Ana Silva</PERSON> spoke.", "Ana Silva", "IND", "GOV"),
        ("<PERSON>Ana Silva</PERSON>, an <NORP>Australian</NORP> woman, spoke.", "Ana Silva", "AUS", ""),
        ("the <NORP>Israeli</NORP> right-winger <PERSON>Ana Silva</PERSON> spoke.", "Ana Silva", "ISR", ""),
        ("the chairman of the <ORG>African Union</ORG>, <PERSON>Ana Silva</PERSON>, spoke.", "Ana Silva", "", "IGO"),
        ("The <ORG>African Union Mission in Burundi</ORG> left.", "African Union Mission in Burundi", "", "IGO"),
        ("The <ORG>Support Group for Burma</ORG> left.", "Support Group for Burma", "", ""),
        ("He left <GPE>Masinloc</GPE>, <GPE>Philippines</GPE>.", "Masinloc", "PHL", ""),
        ("in the <NORP>Sudanese</NORP> town of <GPE>Haskanita</GPE>.", "Haskanita", "SDN", ""),
        ("Snow fell in <GPE>Georgia</GPE> and <GPE>Tbilisi</GPE>.", "Georgia", "GEO", ""),
        ("Snow fell in <GPE>Georgia</GPE>.", "Georgia", "GEO", ""),
        ("Snow fell in <GPE>Atlanta</GPE>, <GPE>Georgia</GPE>.", "Georgia", "", ""),
    ],
)  # fmt: skip
def test_country_and_sector_come_from_lexicons_and_the_words_around(
    text: str, name: str, country: str, sector: str
) -> None:
    found = entity(text, name)
    assert (found.country, found.sector) == (country, sector)


@pytest.mark.parametrize(
    ("text", "name", "canonical"),
    [
        ("<GPE>America</GPE> agreed.", "America", "United States"),
        ("<ORG>Nato</ORG> agreed.", "Nato", "North Atlantic Treaty Organization"),
        ("<PERSON>Silva</PERSON> left. <PERSON>Ana Silva</PERSON> came.", "Silva", "Ana Silva"),
        ("The <ORG>Harbour Safety Board</ORG> (<ORG>HSB</ORG>) met.", "HSB", "Harbour Safety Board"),
        ("The <ORG>the Harbour Board's</ORG> plan.", "the Harbour Board's", "Harbour Board"),
    ],
)
def test_the_canonical_name_is_the_lexicons_or_the_fullest(text: str, name: str, canonical: str) -> None:
    assert entity(text, name).canonical_name == canonical


def test_an_entity_is_named_by_the_offset_of_its_first_mention() -> None:
    doc = LINKS(doc_of("Then <GPE>Russia</GPE> and <GPE>Latvia</GPE> met; <GPE>Russia</GPE> left."))
    assert [entity.id for entity in doc._.entities] == ["e5", "e16"]
    assert [ent.kb_id_ for ent in doc.ents] == ["e5", "e16", "e5"]
    assert all(mention.type is MentionType.NAME for mention in doc._.entity_mentions)
    assert doc._.entities[0].label is EntityLabel.GPE


def test_an_office_without_a_country_is_that_of_the_country_the_article_is_about() -> None:
    chile = "<GPE>Chile</GPE> voted. <NORP>Chilean</NORP> towns were calm. <GPE>Chile</GPE> waited. "
    judge = "Judge <PERSON>Ana Silva</PERSON> spoke."
    assert entity(chile + judge, "Ana Silva").country == "CHL"
    assert entity("<GPE>Chile</GPE> and <GPE>Peru</GPE> met. " + judge, "Ana Silva").country == ""


CHILE = "<GPE>Chile</GPE> voted. <NORP>Chilean</NORP> towns were calm. <GPE>Chile</GPE> waited. "


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("<PERSON>Ana Silva</PERSON> spoke.", "Ana Silva", "CHL"),
        ("They left <GPE>Monteluz</GPE>.", "Monteluz", "CHL"),
        ("<NORP>Polish</NORP> President <PERSON>Ana Silva</PERSON> spoke.", "Ana Silva", "POL"),
        ("<PERSON>Joseph Stalin</PERSON> was dead.", "Joseph Stalin", ""),  # of a state that is no more
        ("The <ORG>United Nations</ORG> spoke.", "United Nations", ""),
        ("<PERSON>Fumio Kishida</PERSON> spoke.", "Fumio Kishida", "JPN"),
        ("<PERSON>Kishida Fumio</PERSON> spoke.", "Kishida Fumio", "JPN"),
        ("<GPE>OSLO</GPE> was calm.", "OSLO", "NOR"),
        ("<GPE>East Palestine</GPE> was calm.", "East Palestine", "CHL"),
    ],
)
def test_who_is_named_in_an_article_about_one_country(text: str, name: str, country: str) -> None:
    assert entity(CHILE + text, name).country == country


def test_an_author_has_no_country() -> None:
    doc = doc_of(CHILE + "By <PERSON>Ana Silva</PERSON>. <PERSON>Ana Silva</PERSON> teaches.")
    name = next(ent for ent in doc.ents if ent.text == "Ana Silva")
    doc.spans["blocks"] = [Span(doc, name.start - 1, name.end, label="byline")]
    assert next(e for e in LINKS(doc)._.entities if e.canonical_name == "Ana Silva").country == ""
    assert doc._.home == "CHL"


def test_a_part_of_a_name_with_its_capital_is_a_name() -> None:
    doc = LINKS(doc_of("The <ORG>Harbour Council</ORG> met. The Council was silent. Later the council left."))
    assert [(mention.span.text, mention.type) for mention in doc._.entity_mentions] == [
        ("Harbour Council", MentionType.NAME),
        ("Council", MentionType.NAME),
        ("the council", MentionType.NOMINAL),
    ]


def test_someone_without_a_name_may_be_meant() -> None:
    sentence = "A_det:1 doctor_nsubj:2 spoke_ROOT:2 and_cc:5 she_nsubj:5 left_conj:2 ."
    doc = doc_with_heads(sentence, before=f"{ANGELA} came_ROOT .")
    next(token for token in doc if token.text == "doctor").tag_ = "NN"
    assert people(doc) == []


def test_it_opens_a_sentence_about_the_subject_of_the_one_before() -> None:
    doc = doc_with_heads("It_nsubj:1 left_ROOT:1 .", before=f"{ANGELA} came_ROOT .")
    body = Doc(NLP.vocab, words=["NATO", "met", "."], heads=[1, 1, 1], deps=["nsubj", "ROOT", "punct"])
    both = Doc.from_docs([body, doc[-3:].as_doc()])
    assert both is not None
    both.ents = [Span(both, 0, 1, label="ORG")]
    assert people(LINKS(both)) == [("It", "North Atlantic Treaty Organization")]


@pytest.mark.parametrize(("kind", "found"), [(QuotationKind.DIRECT, ["I", "us"]), (QuotationKind.INDIRECT, ["him"])])
def test_who_says_i_is_the_speaker(kind: QuotationKind, found: list[str]) -> None:
    """And whom the speaker calls "him" is another."""
    doc = LINKS(doc_of('<PERSON>Ole Berg</PERSON> said, "I saw him and us."'))
    speaker = doc._.entities[0]
    content = doc[4:]
    doc._.quotations = (Quotation((content,), None, doc[0:2], speaker, kind, AttributionType.ASSERTION, 1.0, "test"),)
    mentions = [mention for mention in FirstPersons()(doc)._.entity_mentions if mention.type is MentionType.PRONOUN]
    assert [mention.span.text for mention in mentions] == found
    assert all(mention.entity is speaker for mention in mentions)


AUTHORS = tomllib.loads((CASES.parent / "first_persons" / "authors.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", AUTHORS, ids=[case["name"] for case in AUTHORS])
def test_the_author_says_i_outside_quotations(case: dict[str, Any]) -> None:
    length = len(doc_of(case["byline"]))
    doc = doc_of(f"{case['byline']} {case['text']}")
    doc.spans["blocks"] = [Span(doc, 0, length, label="byline"), Span(doc, length, len(doc), label="paragraph")]
    mentions = FirstPersons()(LINKS(doc))._.entity_mentions
    assert [m.span.text for m in mentions if m.type is MentionType.PRONOUN] == case["found"]


@pytest.mark.parametrize(("year", "sector"), [(2008, ""), (2010, "GOV"), (2020, "ELI"), (None, "GOV")])
def test_the_sector_of_a_public_figure_is_that_of_the_day_of_publication(year: int | None, sector: str) -> None:
    doc = doc_of("<PERSON>Barack Obama</PERSON> spoke.")
    doc._.published = datetime.date(year, 5, 1) if year else None
    assert LINKS(doc)._.entities[0].sector == sector


def test_a_king_on_a_visit_is_not_of_the_country_he_visits() -> None:
    doc = LINKS(
        doc_of(
            "King <PERSON>Charles III</PERSON> spoke in <GPE>Lyon</GPE>. <GPE>France</GPE> cheered <GPE>France</GPE>."
        )
    )
    assert doc._.entities[0].country == "GBR"


@pytest.mark.parametrize(("day", "country"), [((2011, 7, 8), "SDN"), ((2011, 7, 9), "SSD"), (None, "SSD")])
def test_a_body_has_the_country_that_it_was_part_of_on_the_day(day: tuple[int, int, int] | None, country: str) -> None:
    doc = doc_of("The <ORG>SPLM</ORG> met.")
    doc._.published = datetime.date(*day) if day else None
    assert LINKS(doc)._.entities[0].country == country


def people(doc: Doc) -> list[tuple[str, str]]:
    doc = LINKS(doc)
    return [(m.span.text, m.entity.canonical_name) for m in doc._.entity_mentions if m.type is MentionType.PRONOUN]


ANGELA, DMITRY = "<Angela_nsubj Holm>_flat", "<Dmitry_nsubj Orlov>_flat"


def test_a_pronoun_goes_to_the_last_person_of_its_gender() -> None:
    doc = parsed(f"{ANGELA} spoke_ROOT .", f"{DMITRY} left_ROOT .", "She_nsubj waited_ROOT .", "He_nsubj slept_ROOT .")
    assert people(doc) == [("She", "Angela Holm"), ("He", "Dmitry Orlov")]


def test_the_subject_is_more_salient_than_the_object() -> None:
    doc = parsed("<Ivan_nsubj Petrov>_flat met_ROOT <Boris_obj Lem>_flat .", "He_nsubj smiled_ROOT .")
    assert people(doc) == [("He", "Ivan Petrov")]


def test_a_verb_does_not_join_a_name_and_a_plain_pronoun() -> None:
    assert people(parsed(f"{ANGELA} praised_ROOT her_obj .")) == []


def test_who_is_named_below_a_pronoun_is_someone_else() -> None:
    first = "<Angela_nsubj Holm>_flat met_ROOT <Ada_obj Lund>_flat ."
    below = doc_with_heads("She_nsubj:1 said_ROOT:1 <Angela_nsubj:4 Holm>_flat:2 left_ccomp:1 .", before=first)
    assert people(below) == [("She", "Ada Lund")]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("{NATO}_nsubj:1 kept_ROOT:1 its_nmod:poss:3 fleet_obj:1 .", [("its", "North Atlantic Treaty Organization")]),
        ("{NATO}_nsubj:1 said_ROOT:1 it_nsubj:4 would_aux:4 stay_ccomp:1 .",
         [("it", "North Atlantic Treaty Organization")]),
        ("{NATO}_nsubj:1 said_ROOT:1 they_nsubj:4 would_aux:4 stay_ccomp:1 .",
         [("they", "North Atlantic Treaty Organization")]),
        ("{NATO}_nsubj:1 froze_ROOT:1 their_nmod:poss:3 assets_obj:1 .", []),
        ("{NATO}_nsubj:1 said_ROOT:1 it_nsubj:3 rained_ccomp:1 .", []),
        ("It_nsubj:1 left_ROOT:1 {NATO}_obj:1 .", []),
    ],
)  # fmt: skip
def test_it_is_the_body_that_the_clause_around_is_about(sentence: str, found: list[tuple[str, str]]) -> None:
    assert people(doc_with_heads(sentence.replace("{NATO}", "[NATO]"))) == found


def test_a_possessive_may_refer_within_its_clause() -> None:
    assert people(parsed(f"{ANGELA} sold_ROOT her_nmod:poss house_obj .")) == [("her", "Angela Holm")]


def test_a_pronoun_without_anyone_before_it_stays_alone() -> None:
    assert people(parsed("He_nsubj left_ROOT .", f"{DMITRY} came_ROOT .")) == []


def test_a_pronoun_does_not_reach_back_across_many_sentences() -> None:
    filler = ["Rain_nsubj fell_ROOT ."] * 8
    assert people(parsed(f"{DMITRY} came_ROOT .", *filler, "He_nsubj left_ROOT .")) == []


def test_a_speaker_does_not_call_herself_she() -> None:
    doc = parsed(f'" We_nsubj know_ROOT that she_nsubj lied_ccomp again_advmod , " {ANGELA} said_parataxis .')
    assert people(doc) == []


def test_a_pronoun_counts_for_the_next_one() -> None:
    doc = parsed(f"{DMITRY} came_ROOT .", "He_nsubj ate_ROOT .", "Then_advmod he_nsubj slept_ROOT .")
    assert people(doc) == [("He", "Dmitry Orlov"), ("he", "Dmitry Orlov")]


def test_who_was_she_once_is_not_he_later() -> None:
    doc = parsed("<Xan_nsubj Lem>_flat came_ROOT .", "She_nsubj ate_ROOT .", "He_nsubj slept_ROOT .")
    assert people(doc) == [("She", "Xan Lem")]


def test_a_word_of_a_name_is_of_its_entity() -> None:
    doc = LINKS(parsed(f"{DMITRY} came_ROOT .", "He_nsubj left_ROOT ."))
    found = entity_at(doc[4])
    assert found is not None
    assert found.canonical_name == "Dmitry Orlov"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["<ORG>Harbour Council</ORG>", "the Council", "<PERSON>Ana Silva</PERSON>", "she", "(", ")", "HC",
                 '"', ".", "the president", "<PERSON>Silva</PERSON>", "President", ",", "\n\n", "<GPE>’s</GPE>",
                 "<LAW>.</LAW>"]
            ),
            st.text(alphabet=st.characters(exclude_characters="<>", exclude_categories=["Cs"]), max_size=5),
        ),
        max_size=25,
    )
)  # fmt: skip
def test_no_text_however_odd_breaks_the_layer_and_mentions_never_overlap(words: list[str]) -> None:
    doc = LINKS(doc_of(" ".join(words)))
    end = 0
    for mention in doc._.entity_mentions:
        assert mention.span.start >= end
        assert mention.entity in doc._.entities
        assert mention.entity.canonical_name
        end = mention.span.end
    assert NLP.vocab is doc.vocab


@pytest.mark.parametrize("sign", ["\u2060", "'s", "\U0001f1fa", "\u00ad", "\u200b", "’s"])
@pytest.mark.parametrize("label", [EntityLabel.GPE, EntityLabel.ORG, EntityLabel.PERSON])
def test_a_name_that_is_only_signs_is_linked_without_an_error(sign: str, label: EntityLabel) -> None:
    doc = Doc(NLP.vocab, words=["Accra", "and", sign, "spoke", "."], sent_starts=[True, False, False, False, False])
    doc.ents = [Span(doc, 0, 1, label="GPE"), Span(doc, 2, 3, label=label.value)]
    assert entity_at(LINKS(doc)[0]) is not None
