"""Events: cases on given parses, what the lexicon promises, and what hostile input may do."""

import dataclasses
import datetime
import tomllib
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from pipeline.errors import LexiconError
from pipeline.labels import (
    AttributionType,
    DateBasis,
    EntityLabel,
    EventType,
    MentionType,
    Modality,
    QuotationKind,
    TimexType,
)
from pipeline.language import event_scores
from pipeline.language.doc import DateMention, Entity, EntityMention, Event, Quotation
from pipeline.language.event_scores import LogisticScores
from pipeline.language.event_search import Lexicons
from pipeline.language.events import find_events, make_events, read_lexicons
from pipeline.language.frames import read_frames
from pipeline.lexicons import FOLDER
from tests.event_parses import VOCAB, read_parses, untagged

CASES = Path(__file__).parent.parent / "cases" / "events"
LEXICONS = read_lexicons()


def cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            marks = [pytest.mark.xfail(reason=case["known_failure"], strict=True)] if "known_failure" in case else []
            found.append(pytest.param(case, id=f"{path.stem}: {case['name']}", marks=marks))
    return found


@pytest.fixture(scope="module")
def parses() -> dict[str, Doc]:
    return read_parses("events")


@pytest.fixture(scope="module")
def examples() -> dict[str, Doc]:
    return read_parses("frames")


# An example shows what a frame fits, in a sentence with nothing around it: how sure the model is, is another question.
FITTING = dataclasses.replace(LEXICONS, scores=dataclasses.replace(LEXICONS.scores, threshold_fitting=0.0))


def events_in(doc: Doc, lexicons: Lexicons = LEXICONS) -> list[Event]:
    return list(find_events(doc, lexicons))


def head(text: str) -> str:
    return text.removeprefix("The ").removeprefix("the ").removeprefix("A ").removeprefix("a ")


@pytest.mark.parametrize("case", cases())
def test_events_are_coded_as_the_case_says(case: dict[str, Any], parses: dict[str, Doc]) -> None:
    text, spans = untagged(case["text"])
    found = events_in(parses[text])
    wanted = [span for span in spans if span[0].isupper()]
    if not wanted:
        assert found == []
        return
    kind, start, end = wanted[0]
    assert case.get("several") or len(found) == len(wanted), found
    event = next(e for e in found if e.trigger.start_char < end and start < e.trigger.end_char)
    assert event.type == kind
    assert event.modality == case.get("modality", "asserted")
    actors = [head(text[s:e]) for tag, s, e in spans if tag == "actor"] or case.get("actor", "").split()
    assert [each.span.text for each in event.actors] == actors
    assert [each.span.text for each in event.recipients] == [
        head(text[s:e]) for tag, s, e in spans if tag == "recipient"
    ]
    places = [text[s:e] for tag, s, e in spans if tag == "place"]
    recipients = [each.span.text for each in event.recipients]  # "a curfew in Tunis": recipient and place in one
    assert (event.location.span.text if event.location else None) in (places or [None, *recipients])
    assert event.mode == case.get("mode", event.mode)
    assert sorted(event.contexts) == case.get("context", sorted(event.contexts))
    assert event.attributed_to == case.get("attributed", event.attributed_to)


FRAMES = tomllib.loads((FOLDER / "frames.toml").read_text(encoding="utf-8"))["entry"]


@pytest.mark.parametrize("entry", FRAMES, ids=lambda entry: f"{entry['type']} {entry['lemma'][0]}")
def test_every_frame_codes_its_example(entry: dict[str, Any], examples: dict[str, Doc]) -> None:
    text, [(kind, start, end)] = untagged(entry["example"])
    assert kind == entry["type"]
    assert any(
        e.type == kind and e.trigger.start_char < end and start < e.trigger.end_char
        for e in events_in(examples[text], FITTING)
    )


@pytest.mark.parametrize(
    "entry", [entry for entry in FRAMES if "unless" in entry], ids=lambda entry: f"{entry['type']} {entry['lemma'][0]}"
)
def test_every_frame_leaves_its_unless_alone(entry: dict[str, Any], examples: dict[str, Doc]) -> None:
    assert [e for e in events_in(examples[entry["unless"]]) if e.type == entry["type"]] == []


MODALITIES = tomllib.loads((FOLDER / "modality.toml").read_text(encoding="utf-8"))["entry"]


@pytest.mark.parametrize("entry", MODALITIES, ids=lambda entry: f"{entry['kind']} {entry['modality']}")
def test_every_word_of_modality_does_what_its_example_says(entry: dict[str, Any], examples: dict[str, Doc]) -> None:
    text, [(modality, start, end)] = untagged(entry["example"])
    [event] = [e for e in events_in(examples[text]) if e.trigger.start_char < end and start < e.trigger.end_char]
    assert event.modality == modality


def test_no_lemma_has_the_same_frame_twice() -> None:
    for frames in read_frames().by_lemma.values():
        assert len(set(frames)) == len(frames)


def test_all_sixteen_types_have_frames() -> None:
    assert {frame.type for frames in read_frames().by_lemma.values() for frame in frames} == set(EventType)


def parse(rows: str) -> Doc:
    """A Doc from lines of word, lemma, part of speech, tag, dependency, head (by index), entity label."""
    table = [line.split() for line in rows.strip().splitlines()]
    return Doc(
        VOCAB,
        words=[row[0] for row in table],
        lemmas=[row[1] for row in table],
        pos=[row[2] for row in table],
        tags=[row[3] for row in table],
        deps=[row[4] for row in table],
        heads=[int(row[5]) for row in table],
        ents=[f"B-{row[6]}" if len(row) > 6 else "O" for row in table],
    )


# ClearNLP hangs the noun on its preposition, and calls the passive subject nsubjpass.
CLEARNLP_PASSIVE = """
Soldiers soldier NOUN NNS nsubjpass 2
were be AUX VBD auxpass 2
attacked attack VERB VBN ROOT 2
by by ADP IN agent 2
rebels rebel NOUN NNS pobj 3
in in ADP IN prep 2
Mali Mali PROPN NNP pobj 5 GPE
. . PUNCT . punct 2
"""
CLEARNLP_MEETING = """
Iran Iran PROPN NNP nsubj 1 GPE
held hold VERB VBD ROOT 1
talks talk NOUN NNS dobj 1
with with ADP IN prep 2
Russia Russia PROPN NNP pobj 3 GPE
. . PUNCT . punct 1
"""
CLEARNLP_CONTROL = """
Iran Iran PROPN NNP nsubj 1 GPE
threatened threaten VERB VBD ROOT 1
to to PART TO aux 3
attack attack VERB VB xcomp 1
Israel Israel PROPN NNP dobj 3 GPE
. . PUNCT . punct 1
"""
CLEARNLP_READY = """
Norway Norway PROPN NNP nsubj 1 GPE
is be AUX VBZ ROOT 1
ready ready ADJ JJ acomp 1
to to PART TO aux 4
help help VERB VB xcomp 2
Mali Mali PROPN NNP dobj 4 GPE
. . PUNCT . punct 1
"""


@pytest.mark.parametrize(
    ("rows", "kind", "actors", "recipients"),
    [
        (CLEARNLP_PASSIVE, EventType.ASSAULT, ["rebels"], ["Soldiers"]),
        (CLEARNLP_MEETING, EventType.CONSULT, ["Iran", "Russia"], []),
        (CLEARNLP_CONTROL, EventType.THREATEN, ["Iran"], ["Israel"]),
        (CLEARNLP_READY, EventType.AGREE, ["Norway"], ["Mali"]),
    ],
)
def test_clearnlp_parses_give_the_same_events(
    rows: str, kind: EventType, actors: list[str], recipients: list[str]
) -> None:
    [event] = events_in(parse(rows))
    assert event.type is kind
    assert [each.span.text for each in event.actors] == actors
    assert [each.span.text for each in event.recipients] == recipients


def test_a_place_in_clearnlp_labels_is_the_location() -> None:
    [event] = events_in(parse(CLEARNLP_PASSIVE))
    assert event.location is not None
    assert (event.location.span.text, event.location.country) == ("Mali", "MLI")


# As the parser reads it: the second verb hangs on the verb of the clause that is denied.
DENIED = """
Togo Togo PROPN NNP nsubj 1 GPE
denied deny VERB VBD ROOT 1
that that SCONJ IN mark 5
troops troop NOUN NNS nsubj 5
had have AUX VBD aux 5
left leave VERB VBN ccomp 1
and and CCONJ CC cc 7
accused accuse VERB VBD conj 5
rebels rebel NOUN NNS obj 7
. . PUNCT . punct 1
"""


def test_a_denial_ends_where_the_speaker_does_something_else() -> None:
    [event] = [each for each in events_in(parse(DENIED)) if each.type is EventType.ACCUSE]
    assert event.modality is Modality.ASSERTED


POLICE = """
Iraqi iraqi ADJ JJ amod 1 NORP
police police NOUN NNS nsubj 2
arrested arrest VERB VBD ROOT 2
Palestinian palestinian ADJ JJ amod 4 NORP
civilians civilian NOUN NNS obj 2
on on ADP IN case 6
Monday Monday PROPN NNP obl 2
. . PUNCT . punct 2
"""


def test_country_and_sector_come_from_adjective_and_noun() -> None:
    [event] = events_in(parse(POLICE))
    assert [(each.country, each.sector) for each in event.actors] == [("IRQ", "COP")]
    assert [(each.country, each.sector) for each in event.recipients] == [("PSE", "CVL")]


def monday(doc: Doc, day: datetime.date, anchor: str = "") -> DateMention:
    start = doc.text.index("Monday")
    return DateMention(start, start + 6, "Monday", TimexType.DATE, day.isoformat(), None, day, day, anchor, "test")


def test_the_date_beside_the_verb_is_the_date_of_the_event() -> None:
    doc = parse(POLICE)
    day = datetime.date(2020, 3, 2)
    doc._.dates = (monday(doc, day),)
    [event] = events_in(doc)
    assert (event.earliest, event.latest, event.date_basis) == (day, day, DateBasis.EXPLICIT)


def test_a_date_read_against_another_is_relative() -> None:
    doc = parse(POLICE)
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2), anchor="published"),)
    [event] = events_in(doc)
    assert event.date_basis is DateBasis.RELATIVE


def test_without_a_date_it_happened_by_the_day_of_publication() -> None:
    doc = parse(POLICE)
    doc._.published = datetime.date(2020, 3, 4)
    [event] = events_in(doc)
    assert (event.earliest, event.latest) == (None, datetime.date(2020, 3, 4))
    assert event.date_basis is DateBasis.PUBLICATION


def test_without_date_and_publication_nothing_is_said_of_time() -> None:
    [event] = events_in(parse(POLICE))
    assert (event.earliest, event.latest, event.date_basis) == (None, None, None)


REPORT_DATE = """
Officials official NOUN NNS nsubj 1
said say VERB VBD ROOT 1
on on ADP IN case 3
Monday Monday PROPN NNP obl 1
that that SCONJ IN mark 6
rebels rebel NOUN NNS nsubj 6
attacked attack VERB VBD ccomp 1
soldiers soldier NOUN NNS obj 6
. . PUNCT . punct 1
"""


def test_the_day_of_the_report_is_not_the_day_of_the_event() -> None:
    doc = parse(REPORT_DATE)
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)),)
    [event] = events_in(doc)
    assert event.date is None
    assert (event.modality, event.attributed_to) == (Modality.REPORTED, "Officials")


def test_an_event_inside_a_quotation_is_reported_by_its_speaker() -> None:
    doc = parse(POLICE)
    doc._.quotations = (
        Quotation(
            (doc[0:5],), None, None, None, QuotationKind.DIRECT, AttributionType.ASSERTION, 0.9, "test", "Ana Silva"
        ),
    )
    [event] = events_in(doc)
    assert (event.modality, event.attributed_to) == (Modality.REPORTED, "Ana Silva")
    assert event.quotation is doc._.quotations[0]


ANNOUNCED = """
Italy Italy PROPN NNP nsubj 1 GPE
announced announce VERB VBD ROOT 1
a a DET DT det 3
suspension suspension NOUN NN obj 1
of of ADP IN case 6
air air NOUN NN compound 6
links link NOUN NNS nmod 3
with with ADP IN case 8
Serbia Serbia PROPN NNP nmod 6 GPE
. . PUNCT . punct 1
"""


def test_what_is_done_by_saying_it_is_no_report() -> None:
    doc = parse(ANNOUNCED)
    content = Quotation(
        (doc[2:9],), doc[1:2], doc[0:1], None, QuotationKind.INDIRECT, AttributionType.ASSERTION, 0.9, "test", "Italy"
    )
    doc._.quotations = (content,)
    [event] = events_in(doc, FITTING)
    assert event.modality is Modality.ASSERTED and event.quotation is content


def test_a_participant_takes_country_and_sector_of_its_entity() -> None:
    doc = parse(POLICE)
    entity = Entity("e0", "Basra police", EntityLabel.ORG, "IRQ", "MIL")
    doc._.entity_mentions = (EntityMention(doc[0:2], entity, MentionType.NAME, "test"),)
    [event] = events_in(doc)
    assert [(each.entity, each.sector) for each in event.actors] == [(entity, "MIL")]


IT = """
It it PRON PRP nsubj 1
attacked attack VERB VBD ROOT 1
Iraq Iraq PROPN NNP obj 1 GPE
. . PUNCT . punct 1
"""


def test_it_is_no_actor_unless_it_refers_to_an_entity() -> None:
    [event] = events_in(parse(IT))
    assert event.actors == ()
    doc = parse(IT)
    entity = Entity("e0", "Iran", EntityLabel.GPE, "IRN", "GOV")
    doc._.entity_mentions = (EntityMention(doc[0:1], entity, MentionType.PRONOUN, "test"),)
    [event] = events_in(doc)
    assert [(each.span.text, each.country) for each in event.actors] == [("It", "IRN")]


def test_every_event_says_how_sure_it_is() -> None:
    [event] = events_in(parse(POLICE))
    assert 0.5 < event.confidence < 1


def test_the_model_forgives_a_condition_where_all_else_speaks_for_an_event(examples: dict[str, Doc]) -> None:
    weights = {"bias": 0.0, "failed public": -1.0, "failed public, no name": -2.0, "recipient noun": 4.0}
    scolded = examples["The mother scolded the boy."]
    for weight, events in ((4.0, 1), (1.0, 0)):
        scores = LogisticScores(
            {**weights, "recipient noun": weight},
            threshold=0.5,
            threshold_adjunct=0.5,
            threshold_fitting=0.0,
            hopeless_below=-1.5,
        )
        found = list(find_events(scolded, dataclasses.replace(LEXICONS, scores=scores)))
        assert len(found) == events


@pytest.mark.parametrize("content", ["", "[]", '{"weights": {}}', '{"weights": {"bias": "x"}, "threshold": 0}'])
def test_weights_that_cannot_be_read_are_named(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "event_weights.json"
    broken.write_text(content, encoding="utf-8")
    monkeypatch.setattr(event_scores, "WEIGHTS_FILE", broken)
    with pytest.raises(LexiconError, match="event_weights"):
        event_scores.load_scores.__wrapped__()


@pytest.mark.parametrize("words", [[], [" "], ["\x00"], ["attack"] * 2000, ["\U0001f600", "attacked", ";"]])
def test_odd_documents_never_raise(words: list[str]) -> None:
    doc = Doc(VOCAB, words=words)
    assert all(event.trigger.doc is doc for event in find_events(doc, LEXICONS))


def test_an_endless_list_is_no_sentence() -> None:
    n = 3000
    doc = Doc(
        VOCAB,
        words=["rebels"] * n + ["attacked"],
        lemmas=["rebel"] * n + ["attack"],
        pos=["NOUN"] * n + ["VERB"],
        tags=["NNS"] * n + ["VBD"],
        deps=["nsubj"] + ["conj"] * (n - 1) + ["ROOT"],
        heads=[n, *range(n - 1), n],
    )
    assert events_in(doc) == []


def test_a_frame_of_an_unknown_type_stops_the_run(tmp_path: Path) -> None:
    for name in ("frames.toml", "noun_classes.csv", "irregular_forms.csv"):
        (tmp_path / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / "frames.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"ASSAULT"', '"ASALT"', 1), encoding="utf-8")
    with pytest.raises(LexiconError, match="unknown type 'ASALT'"):
        read_frames(tmp_path)


def test_a_frame_that_names_an_unknown_class_stops_the_run(tmp_path: Path) -> None:
    for name in ("frames.toml", "noun_classes.csv", "irregular_forms.csv"):
        (tmp_path / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / "frames.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"@abstract"', '"@absract"', 1), encoding="utf-8")
    with pytest.raises(LexiconError, match="unknown class 'absract'"):
        read_frames(tmp_path)


UNKNOWN_NAME = """
Police police NOUN NNS nsubj 1
arrested arrest VERB VBD ROOT 1
Quosavi Quosavi PROPN NNP obj 1
. . PUNCT . punct 1
"""


def test_a_name_that_no_layer_knows_can_still_suffer() -> None:
    [event] = events_in(parse(UNKNOWN_NAME))
    assert [each.span.text for each in event.recipients] == ["Quosavi"]


def test_a_capitalised_noun_with_an_article_is_no_one() -> None:
    rows = UNKNOWN_NAME.replace(
        "Quosavi Quosavi PROPN NNP obj 1", "the the DET DT det 3\nTreaty Treaty PROPN NNP obj 1"
    )
    assert events_in(parse(rows)) == []


def test_the_component_keeps_what_it_finds_and_needs_no_other_layer() -> None:
    doc = parse(POLICE)
    assert [event.type for event in make_events(spacy.blank("en"), "events", "")(doc)._.events] == [EventType.COERCE]


YEARS = """
In in ADP IN case 1
2006 2006 NUM CD obl 7
, , PUNCT , punct 3
2007 2007 NUM CD conj 1
and and CCONJ CC cc 5
2008 2008 NUM CD conj 1
rebels rebel NOUN NNS nsubj 7
attacked attack VERB VBD ROOT 7
Iraq Iraq PROPN NNP obj 7 GPE
"""


def test_years_in_a_list_span_the_time_of_the_event() -> None:
    doc = parse(YEARS)
    years = [(int(text), doc.text.index(text)) for text in ("2006", "2007", "2008")]
    doc._.dates = tuple(
        DateMention(
            at,
            at + 4,
            str(year),
            TimexType.DATE,
            str(year),
            None,
            datetime.date(year, 1, 1),
            datetime.date(year, 12, 31),
        )
        for year, at in years
    )
    [event] = events_in(doc)
    assert (event.earliest, event.latest) == (datetime.date(2006, 1, 1), datetime.date(2008, 12, 31))


STORY = """
Rebels rebel NOUN NNS nsubj 1
attacked attack VERB VBD ROOT 1
Iraq Iraq PROPN NNP obj 1 GPE
on on ADP IN case 4
Monday Monday PROPN NNP obl 1
. . PUNCT . punct 1
Police police NOUN NNS nsubj 7
arrested arrest VERB VBD ROOT 7
two two NUM CD nummod 9
rebels rebel NOUN NNS obj 7
. . PUNCT . punct 7
"""


def test_a_past_narrative_goes_on_at_the_date_it_has_reached() -> None:
    doc = parse(STORY)
    day = datetime.date(2020, 3, 2)
    doc._.dates = (monday(doc, day),)
    doc._.published = datetime.date(2020, 3, 9)
    attack, arrest = events_in(doc)
    assert (attack.date_basis, arrest.date_basis) == (DateBasis.EXPLICIT, DateBasis.NARRATIVE)
    assert (arrest.earliest, arrest.latest) == (day, day)


CONDEMNED = """
The the DET DT det 1
minister minister NOUN NN nsubj 2
condemned condemn VERB VBD ROOT 2
the the DET DT det 4
attack attack NOUN NN obj 2
of of ADP IN case 6
Monday Monday PROPN NNP nmod 4
. . PUNCT . punct 2
"""


def test_a_date_of_what_is_condemned_is_not_that_of_the_condemnation() -> None:
    doc = parse(CONDEMNED)
    day = datetime.date(2020, 3, 2)
    doc._.dates = (monday(doc, day),)
    doc._.published = datetime.date(2020, 3, 9)
    condemned, attack = events_in(doc)
    assert (condemned.date_basis, condemned.latest) == (DateBasis.PUBLICATION, datetime.date(2020, 3, 9))
    assert (attack.earliest, attack.latest) == (day, day)


DATED_SUBJECT = """
Monday Monday PROPN NNP nmod:poss 2
's 's PART POS case 0
attacks attack NOUN NNS nsubj 3
killed kill VERB VBD ROOT 3
two two NUM CD nummod 5
soldiers soldier NOUN NNS obj 3
. . PUNCT . punct 3
"""


def test_what_an_attack_does_happens_on_its_day() -> None:
    doc = parse(DATED_SUBJECT)
    day = datetime.date(2020, 3, 2)
    doc._.dates = (monday(doc, day),)
    doc._.published = datetime.date(2020, 3, 9)
    assert {(event.earliest, event.latest) for event in events_in(doc)} == {(day, day)}


SINCE = """
Nine nine NUM CD nummod 1
people people NOUN NNS nsubj:pass 4
have have AUX VBP aux 4
been be AUX VBN aux:pass 4
killed kill VERB VBN ROOT 4
by by ADP IN case 6
police police NOUN NNS obl 4
since since ADP IN case 8
Monday Monday PROPN NNP obl 4
. . PUNCT . punct 4
"""


def test_deeds_counted_since_a_day_go_on_to_the_day_of_publication() -> None:
    doc = parse(SINCE)
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)),)
    doc._.published = datetime.date(2020, 3, 9)
    [event] = events_in(doc)
    assert (event.earliest, event.latest) == (datetime.date(2020, 3, 2), datetime.date(2020, 3, 9))


def test_what_has_happened_happened_before_the_publication() -> None:
    doc = parse(FOUGHT)
    doc._.dates = (monday(doc, datetime.date(2020, 3, 16)),)
    doc._.published = datetime.date(2020, 3, 9)
    [event] = events_in(doc, FITTING)
    assert (event.date, event.earliest, event.latest) == (None, None, datetime.date(2020, 3, 9))


ORDERED = """
On on ADP IN case 1
Monday Monday PROPN NNP obl 4
the the DET DT det 3
court court NOUN NN nsubj 4
ordered order VERB VBD ROOT 4
Hungary Hungary PROPN NNP obj 4 GPE
to to PART TO mark 7
free free VERB VB xcomp 4
two two NUM CD nummod 9
editors editor NOUN NNS obj 7
. . PUNCT . punct 4
"""


def test_what_is_ordered_is_not_done_on_the_day_of_the_order() -> None:
    doc = parse(ORDERED)
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)),)
    doc._.published = datetime.date(2020, 3, 9)
    ordered, freed = events_in(doc, FITTING)
    assert (ordered.earliest, ordered.latest) == (datetime.date(2020, 3, 2), datetime.date(2020, 3, 2))
    assert (freed.modality, freed.earliest, freed.latest) == (Modality.HYPOTHETICAL, None, None)


FOUGHT = """
Rebels rebel NOUN NNS nsubj 2
had have AUX VBD aux 2
fought fight VERB VBN ROOT 2
since since ADP IN case 4
Monday Monday PROPN NNP obl 2
. . PUNCT . punct 2
"""


AFTERWARDS = """
Ghana Ghana PROPN NNP nsubj 1 GPE
attacked attack VERB VBD ROOT 1
Mali Mali PROPN NNP obj 1 GPE
after after ADP IN case 5
the the DET DT det 5
earthquake earthquake NOUN NN obl 1
of of ADP IN case 7
Monday Monday PROPN NNP nmod 5
. . PUNCT . punct 1
"""


@pytest.mark.parametrize(("noun", "dated"), [("earthquake", False), ("war", True)])
def test_the_date_of_what_came_before_is_not_that_of_the_act(noun: str, dated: bool) -> None:
    doc = parse(AFTERWARDS.replace("earthquake", noun))
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)),)
    [event] = [each for each in events_in(doc, FITTING) if each.trigger.text == "attacked"]
    assert (event.earliest == datetime.date(2020, 3, 2)) is dated


def test_a_fight_of_several_goes_on_to_the_day_of_publication() -> None:
    doc = parse(FOUGHT)
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)),)
    doc._.published = datetime.date(2020, 3, 9)
    [event] = events_in(doc, FITTING)
    assert (event.earliest, event.latest) == (datetime.date(2020, 3, 2), datetime.date(2020, 3, 9))


AFTER = """
The the DET DT det 1
minister minister NOUN NN nsubj 2
resigned resign VERB VBD ROOT 2
on on ADP IN case 4
Monday Monday PROPN NNP obl 2
after after SCONJ IN mark 8
police police NOUN NNS nsubj 8
had have AUX VBD aux 8
arrested arrest VERB VBN advcl 2
two two NUM CD nummod 10
editors editor NOUN NNS obj 8
. . PUNCT . punct 2
"""


def test_what_came_before_was_done_by_that_day() -> None:
    doc = parse(AFTER)
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)),)
    doc._.published = datetime.date(2020, 3, 9)
    resigned, arrested = events_in(doc)
    assert (resigned.earliest, resigned.latest) == (datetime.date(2020, 3, 2), datetime.date(2020, 3, 2))
    assert (arrested.earliest, arrested.latest) == (None, datetime.date(2020, 3, 2))


TEN_DAYS_AFTER = """
Rebels rebel NOUN NNS nsubj 1
attacked attack VERB VBD ROOT 1
Iraq Iraq PROPN NNP obj 1 GPE
on on ADP IN case 4
Monday Monday PROPN NNP obl 1
ten ten NUM CD nummod 6
days day NOUN NNS obl 9
after after SCONJ IN mark 9
police police NOUN NNS nsubj 9
arrested arrest VERB VBD advcl 1
two two NUM CD nummod 11
farmers farmer NOUN NNS obj 9
. . PUNCT . punct 1
"""


def ten_days(doc: Doc) -> DateMention:
    start = doc.text.index("ten days")
    return DateMention(start, start + 8, "ten days", TimexType.DURATION, "P10D")


@pytest.mark.parametrize(("word", "day"), [("after", 10), ("before", 30)])
def test_days_counted_between_two_acts_date_the_second(word: str, day: int) -> None:
    doc = parse(TEN_DAYS_AFTER.replace("after after", f"{word} {word}"))
    doc._.dates = (monday(doc, datetime.date(2020, 1, 20)), ten_days(doc))
    attack, arrest = events_in(doc)
    assert (attack.earliest, attack.latest) == (datetime.date(2020, 1, 20), datetime.date(2020, 1, 20))
    assert (arrest.earliest, arrest.latest) == (datetime.date(2020, 1, day), datetime.date(2020, 1, day))
    assert arrest.date_basis is DateBasis.RELATIVE


@pytest.mark.parametrize(
    ("first", "last"),
    [(datetime.date(2020, 1, 1), datetime.date(2020, 12, 31)), (datetime.date(1, 1, 2), datetime.date(1, 1, 2))],
    ids=["a year", "the first days of the calendar"],
)
def test_days_are_not_counted_from_a_date_too_vague_or_out_of_the_calendar(
    first: datetime.date, last: datetime.date
) -> None:
    doc = parse(TEN_DAYS_AFTER)
    doc._.dates = (dataclasses.replace(monday(doc, first), latest=last), ten_days(doc))
    _, arrest = events_in(doc)
    assert arrest.earliest is None


TEN_DAYS_AFTER_THE_FLOOD = """
Ghana Ghana PROPN NNP nsubj 1 GPE
attacked attack VERB VBD ROOT 1
Mali Mali PROPN NNP obj 1 GPE
ten ten NUM CD nummod 4
days day NOUN NNS obl 7
after after ADP IN case 7
the the DET DT det 7
flood flood NOUN NN obl 1
of of ADP IN case 9
Monday Monday PROPN NNP nmod 7
. . PUNCT . punct 1
"""


def test_days_counted_from_what_happened_on_a_day_date_the_act() -> None:
    doc = parse(TEN_DAYS_AFTER_THE_FLOOD)
    doc._.dates = (ten_days(doc), monday(doc, datetime.date(2020, 1, 20)))
    [event] = events_in(doc, FITTING)
    assert (event.earliest, event.latest) == (datetime.date(2020, 1, 30), datetime.date(2020, 1, 30))


SPAN = """
Rebels rebel NOUN NNS nsubj 1
attacked attack VERB VBD ROOT 1
Iraq Iraq PROPN NNP obj 1 GPE
from from ADP IN case 4
Monday Monday PROPN NNP obl 1
to to ADP IN case 6
Friday Friday PROPN NNP nmod 4
. . PUNCT . punct 1
"""


def friday(doc: Doc, day: datetime.date) -> DateMention:
    start = doc.text.index("Friday")
    return DateMention(start, start + 6, "Friday", TimexType.DATE, day.isoformat(), None, day, day, "", "test")


def test_a_span_of_days_has_both_ends() -> None:
    doc = parse(SPAN)
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)), friday(doc, datetime.date(2020, 3, 6)))
    [event] = events_in(doc)
    assert (event.earliest, event.latest) == (datetime.date(2020, 3, 2), datetime.date(2020, 3, 6))


RULE = """
The the DET DT det 1
minister minister NOUN NN nsubj 2
condemned condemn VERB VBD ROOT 2
the the DET DT det 4
rule rule NOUN NN obj 2
of of ADP IN case 6
Monday Monday PROPN NNP nmod 4
to to ADP IN case 8
Friday Friday PROPN NNP obl 2
. . PUNCT . punct 2
"""


def test_the_end_of_a_span_belongs_to_what_its_beginning_belongs_to() -> None:
    doc = parse(RULE)
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)), friday(doc, datetime.date(2020, 3, 6)))
    [condemned] = events_in(doc, FITTING)
    assert (condemned.earliest, condemned.latest) == (None, None)


LETTER = """
In in ADP IN case 2
a a DET DT det 2
letter letter NOUN NN obl 7
dated date VERB VBN acl 2
Monday Monday PROPN NNP obl 3
the the DET DT det 6
minister minister NOUN NN nsubj 7
condemned condemn VERB VBD ROOT 7
the the DET DT det 9
attack attack NOUN NN obj 7
. . PUNCT . punct 7
"""


def test_the_day_of_a_letter_is_that_of_what_it_does() -> None:
    doc = parse(LETTER)
    day = datetime.date(2020, 3, 2)
    doc._.dates = (monday(doc, day),)
    [condemned] = [each for each in events_in(doc, FITTING) if each.trigger.text == "condemned"]
    assert (condemned.earliest, condemned.latest) == (day, day)


TO_RESTORE = """
Ghana Ghana PROPN NNP nsubj 1 GPE
attacked attack VERB VBD ROOT 1
Mali Mali PROPN NNP obj 1 GPE
to to PART TO mark 4
restore restore VERB VB advcl 1
order order NOUN NN obj 4
on on ADP IN case 7
Monday Monday PROPN NNP obl 4
. . PUNCT . punct 1
"""


def test_the_day_behind_a_purpose_is_that_of_the_act() -> None:
    doc = parse(TO_RESTORE)
    day = datetime.date(2020, 3, 2)
    doc._.dates = (monday(doc, day),)
    [event] = events_in(doc, FITTING)
    assert (event.earliest, event.latest) == (day, day)


STORY_IN_PASSIVE = """
Rebels rebel NOUN NNS nsubj 1
attacked attack VERB VBD ROOT 1
Iraq Iraq PROPN NNP obj 1 GPE
on on ADP IN case 4
Monday Monday PROPN NNP obl 1
. . PUNCT . punct 1
Two two NUM CD nummod 7
soldiers soldier NOUN NNS nsubj:pass 9
were be AUX VBD aux:pass 9
killed kill VERB VBN ROOT 9
. . PUNCT . punct 9
"""


@pytest.mark.parametrize(("helper", "basis"), [("were", DateBasis.NARRATIVE), ("are", DateBasis.PUBLICATION)])
def test_a_passive_goes_on_with_the_narrative(helper: str, basis: DateBasis) -> None:
    doc = parse(STORY_IN_PASSIVE.replace("were be AUX VBD", f"{helper} be AUX VBD"))
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)),)
    doc._.published = datetime.date(2020, 3, 9)
    _, killed = events_in(doc)
    assert killed.date_basis is basis


SUMMIT = """
At at ADP IN case 2
a a DET DT det 2
summit summit NOUN NN obl 6
on on ADP IN case 4
Monday Monday PROPN NNP nmod 2
Ghana Ghana PROPN NNP nsubj 6 GPE
condemned condemn VERB VBD ROOT 6
Mali Mali PROPN NNP obj 6 GPE
and and CCONJ CC cc 9
attacked attack VERB VBD conj 6
Togo Togo PROPN NNP obj 9 GPE
. . PUNCT . punct 6
"""


def test_the_day_of_a_summit_is_that_of_all_it_did() -> None:
    doc = parse(SUMMIT)
    day = datetime.date(2020, 3, 2)
    doc._.dates = (monday(doc, day),)
    found = events_in(doc, FITTING)
    assert [(event.trigger.text, event.earliest) for event in found] == [("condemned", day), ("attacked", day)]


ON_STRIKE = """
Ghanaian ghanaian ADJ JJ amod 1 NORP
nurses nurse NOUN NNS nsubj 5
have have AUX VBP aux 5
been be AUX VBN cop 5
on on ADP IN case 5
strike strike NOUN NN ROOT 5
since since ADP IN case 7
Monday Monday PROPN NNP nmod 5
. . PUNCT . punct 5
"""


def test_a_strike_that_goes_on_reaches_the_day_of_publication() -> None:
    doc = parse(ON_STRIKE)
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)),)
    doc._.published = datetime.date(2020, 3, 9)
    [event] = events_in(doc, FITTING)
    assert (event.earliest, event.latest) == (datetime.date(2020, 3, 2), datetime.date(2020, 3, 9))


def test_two_days_that_are_told_apart_are_both_bounds() -> None:
    doc = parse(
        SPAN.replace("from from", "on on").replace("to to ADP IN case 6", "and and CCONJ CC cc 7\non on ADP IN case 7")
    )
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)), friday(doc, datetime.date(2020, 3, 6)))
    [event] = events_in(doc)
    assert (event.earliest, event.latest) == (datetime.date(2020, 3, 2), datetime.date(2020, 3, 6))


NAMED = """
The the DET DT det 1
minister minister NOUN NN nsubj 2
called call VERB VBD ROOT 2
the the DET DT det 4
step step NOUN NN obj 2
a a DET DT det 6
provocation provocation NOUN NN xcomp 2
. . PUNCT . punct 2
"""


SO_CALLED = """
The the DET DT det 1
minister minister NOUN NN nsubj 2
left leave VERB VBD ROOT 2
what what PRON WP obj 2
he he PRON PRP nsubj 5
called call VERB VBD acl:relcl 3
a a DET DT det 7
provocation provocation NOUN NN xcomp 5
. . PUNCT . punct 2
"""


def test_who_does_not_call_it_so_accuses_nobody() -> None:
    assert [event.trigger.text for event in events_in(parse(NAMED), FITTING)] == ["called"]
    never = NAMED.replace("called call VERB VBD ROOT 2", "never never ADV RB advmod 3\ncalled call VERB VBD ROOT 3")
    never = never.replace("nsubj 2", "nsubj 3").replace("det 4", "det 5").replace("obj 2", "obj 3")
    never = never.replace("det 6", "det 7").replace("xcomp 2", "xcomp 3").replace("punct 2", "punct 3")
    assert events_in(parse(never), FITTING) == []
    assert events_in(parse(SO_CALLED), FITTING) == []


def test_what_is_done_in_words_is_not_dated_by_the_scene_before() -> None:
    doc = parse(STORY.replace("arrested arrest", "accused accuse"))
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)),)
    doc._.published = datetime.date(2020, 3, 9)
    _, accused = events_in(doc)
    assert (accused.earliest, accused.latest) == (None, datetime.date(2020, 3, 9))


def test_a_sentence_that_tells_how_long_after_starts_another_day() -> None:
    later = STORY.replace("Police police NOUN NNS nsubj 7", "Weeks week NOUN NNS obl 8\npolice police NOUN NNS nsubj 8")
    doc = parse(
        later.replace("arrest VERB VBD ROOT 7", "arrest VERB VBD ROOT 8")
        .replace("two two NUM CD nummod 9", "two two NUM CD nummod 10")
        .replace("obj 7\n. . PUNCT . punct 7", "obj 8\n. . PUNCT . punct 8")
    )
    doc._.dates = (monday(doc, datetime.date(2020, 3, 2)),)
    doc._.published = datetime.date(2020, 3, 9)
    _, arrest = events_in(doc)
    assert arrest.date_basis is DateBasis.PUBLICATION
