"""Events: who did what to whom, when, where, and whether it happened.

A word that evokes a frame (`frames.py`) is tried against its sentence: the frame's conditions on arguments
(`arguments.py`, `actors.py`), then modality (`modality.py`), date (`event_dates.py`) and place. What an agreement, a
refusal or a threat is about is no event of its own: "agreed to meet" is one AGREE.
"""

import dataclasses
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from pipeline.labels import EventType
from pipeline.language.actors import read_actors
from pipeline.language.arguments import Predicate, bearer, complement, is_infinitive, is_verbal, undergoer
from pipeline.language.doc import Event
from pipeline.language.event_conditions import (
    CONTAINERS,
    PLACES,
    failed_conditions,
    misleading,
    presupposed,
    unmet_needs,
)
from pipeline.language.event_contexts import read_contexts
from pipeline.language.event_dates import CONTENTS, Calendar
from pipeline.language.event_details import event_of
from pipeline.language.event_participants import gathered, with_distant_recipient, with_participants
from pipeline.language.event_scores import load_scores
from pipeline.language.event_search import Lexicons, Reading, Search
from pipeline.language.event_topics import about, read_topics
from pipeline.language.frames import Frame, part_of_speech, read_frames
from pipeline.language.modality import read_cues
from pipeline.language.syntax import (
    LONGEST_CHAIN,
    Role,
    child,
    dependents,
    obliques,
    phrasal_lemma,
    preposition_of,
    remembered,
    role,
)

# What these are about is no event of its own.
SWALLOWS = frozenset({EventType.AGREE, EventType.REJECT, EventType.THREATEN, EventType.CONCEDE, EventType.COERCE})


# What they are about does not take place: of 27 such nouns in labelled news annotators took two for events.
CALLING_OFF = frozenset({"abandon", "call off", "cancel", "delay", "postpone", "put off", "scrap", "suspend"})
# What stands after these verbs is their content too: "threatened him with a strike", "agreed on a ceasefire". What a
# demand asks for, a charge is about or a refusal answers is an event of its own: "demanded his release".
CONTAINING = frozenset({EventType.AGREE, EventType.THREATEN, EventType.CONCEDE, EventType.SUPPORT})
# What they are about has happened: "condemned the raid".
JUDGMENTS = frozenset({EventType.ACCUSE, EventType.SUPPORT, EventType.REJECT})


# "joined them for talks", "took part in talks": the verb lends its subject to the noun.
LENDING = frozenset(
    {
        "join", "meet", "gather", "arrive", "travel", "fly", "host", "convene", "participate", "engage", "take",
        "resort", "visit", "converge",
    }
)  # fmt: skip


# Clauses that tell of an act which "do so" may take up.
ACTS = frozenset({Role.ROOT, Role.CONJUNCT, *CONTENTS})
# Containers of acts that may be no more than a time.
TIMES = frozenset({"hour", "day", "night", "week", "month", "year"})
# What stands after these only says when: "after the meeting".
TIME_ADJUNCTS = frozenset(
    {
        "after", "before", "since", "during", "until", "till", "following", "throughout", "amid", "despite",
        "by", "at", "upon", 
    }
) | {"ahead of", "because of", "due to", "in the wake of", "prior to", "as of"}  # fmt: skip


# A bound for cost, chosen and not measured: a "sentence" this long is a list, a table or a parse gone wrong.
LONGEST_SENTENCE = 400


# Words between a verb and the "did so" that takes it up.
FARTHEST_ANTECEDENT = 40


# Where a noun tells that something happens.
TELLING = frozenset(
    {
        Role.SUBJECT, Role.PASSIVE_SUBJECT, Role.OBJECT, Role.INDIRECT_OBJECT, Role.ROOT, Role.APPOSITION,
        Role.PARATAXIS, Role.PREDICATE, Role.COMPLEMENT_CLAUSE, Role.OTHER,
    }
)  # fmt: skip


@Language.factory(
    "events",
    default_config={"lexicons": ""},
    requires=["token.dep", "token.lemma", "doc.ents", "doc._.dates", "doc._.quotations", "doc._.entity_mentions"],
    assigns=["doc._.events"],
)
def make_events(nlp: Language, name: str, lexicons: str) -> "Events":
    """The component, as spaCy makes it.

    Raises:
        LexiconError: a lexicon is missing or broken.
    """
    return Events(read_lexicons(Path(lexicons) if lexicons else None))


class Events:
    """The spaCy component: find the events of a Doc and keep them on it."""

    def __init__(self, lexicons: Lexicons) -> None:
        self.lexicons = lexicons

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc, with its events in `doc._.events`."""
        with remembered(doc):
            doc._.events = tuple(find_events(doc, self.lexicons))
        return doc


def read_lexicons(folder: Path | None = None) -> Lexicons:
    """Everything the finder knows, from the folder or the shipped one.

    Raises:
        LexiconError: a lexicon is missing or broken.
    """
    return Lexicons(
        read_frames(folder), read_actors(folder), read_cues(folder), load_scores(), read_contexts(folder),
        read_topics(folder),
    )  # fmt: skip


def find_events(doc: Doc, lexicons: Lexicons) -> Iterator[Event]:
    """The events of the article, in text order of their triggers."""
    sentences = readable_sentences(doc)
    starts = [sentence.start for sentence in sentences]
    search = Search(doc, lexicons, Calendar(doc), sentences, starts)
    search.lemma_numbers = doc.to_array("LEMMA").tolist()
    search.about = about(search.lemma_numbers, lexicons.topics)
    for ent in doc.ents if starts else ():
        start = starts[max(bisect_right(starts, ent.start) - 1, 0)]
        search.names.setdefault(start, []).append(ent.label_)
        if ent.label_ in PLACES:
            search.places.setdefault(start, []).append(ent)
    for quotation in doc._.quotations:
        for span in quotation.content:
            search.quoted.update(dict.fromkeys(range(span.start, span.end), quotation))
    titles = [block.start for block in doc.spans.get("blocks", ()) if block.label_ in ("title", "heading")]
    search.headings = frozenset(titles)
    named = sum(label in ("GPE", "NORP") for labels in search.names.values() for label in labels)
    search.countries = min(3, 2 * named // max(len(search.sentences), 1))
    readings = list(verbal_readings(search))
    readings += list(readings_taken_up(readings, search))
    readings += nominal_readings(search)
    found = (event_of(reading, search) for reading in readings)
    yield from sorted((event for event in found if event is not None), key=lambda event: event.trigger.start)


def readable_sentences(doc: Doc) -> list[Span]:
    """The sentences of prose: no table dump or endless list, whose parse would mean nothing and cost much."""
    if not doc.has_annotation("SENT_START"):
        return []
    return [sentence for sentence in doc.sents if len(sentence) <= LONGEST_SENTENCE]


def verbal_readings(search: Search) -> Iterator[Reading]:
    """Events that verbs and adjectives name; what they are about is taken with them."""
    for token in search.words("verb", "adjective"):
        if token.i in search.taken:
            continue
        reading = read(Predicate(token), search)
        if reading is not None:
            take(reading, search)
            yield reading


def readings_taken_up(readings: Sequence[Reading], search: Search) -> Iterator[Reading]:
    """Events that "did so" names anew: by another actor, in the same sentence or the next one."""
    starts = [reading.predicate.head.i for reading in readings]
    do = search.doc.vocab.strings["do"]
    for i in (i for i, lemma in enumerate(search.lemma_numbers[:-1]) if lemma == do):
        if search.doc[i + 1].lower_ != "so":
            continue
        last = bisect_right(starts, i) - 1
        pro_verb = Predicate(search.doc[i])
        if last < 0 or not is_verbal(pro_verb.head) or i - starts[last] > FARTHEST_ANTECEDENT:
            continue
        before = readings[last]
        if told_between(before.predicate.head, pro_verb.head):
            continue
        actors = tuple(gathered(("subject",), pro_verb, search))
        if actors and before.frame.pos == "verb":
            yield dataclasses.replace(before, predicate=pro_verb, actors=actors)


def told_between(before: Token, pro_verb: Token) -> bool:
    """Whether another act stands nearer to "do so": "he resigned; she was asked to lead, and hopes to do so"."""
    known = {before.i}  # with what it is about: "promised to send tents"
    governor = pro_verb
    while role(governor) in CONTENTS and governor.head.i > before.i:  # "hopes to do so"
        governor = governor.head
        known.add(governor.i)
    for each in pro_verb.doc[before.i + 1 : pro_verb.i]:
        if not is_verbal(each) or each.i in known or role(each) not in ACTS:
            continue
        if role(each) not in CONTENTS or each.head.i not in known:
            return True
        known.add(each.i)
    return False


def is_purpose(verb: Token, search: Search) -> bool:
    """Whether an infinitive only says what something is for: "a campaign to liberate the city"."""
    while role(verb) is Role.CONJUNCT and is_verbal(verb.head) and is_infinitive(verb.head) and verb.head.i < verb.i:
        verb = verb.head
    if role(verb) in (Role.ADJECTIVE, Role.COMPOUND):  # "shooting victims", "hacked letters"
        return child(verb, Role.OBJECT, Role.SUBJECT) is None
    if verb.tag_ == "VBG" and verb.head.lemma_.lower() == "aim" and verb.head.i < verb.i:  # "talks aimed at ending it"
        return True
    if role(verb) not in (Role.NOUN_CLAUSE, Role.ADVERBIAL_CLAUSE) or not is_infinitive(verb):
        return False
    if complement(verb.head) == verb and is_verbal(verb.head) and verb.i - verb.head.i <= 6:
        return search.lexicons.cues.get("governor", verb.head) is None
    return verb.head.lemma_.lower() not in (
        "plan",
        "decision",
        "attempt",
        "agreement",
        "intention",
        "failure",
        "refusal",
    )


def nominal_readings(search: Search) -> Iterator[Reading]:
    """Events that nouns name, alone or with a light verb."""
    for token in search.words("noun"):
        if token.i in search.taken or not search.frames_of(token):
            continue
        predicate = Predicate(token, light_verb(token))
        if predicate.light is not None and predicate.light.i in search.taken:
            predicate = Predicate(token)
        reading = read(predicate, search)
        if reading is not None:
            search.taken.add(token.i)
            yield reading


def read(predicate: Predicate, search: Search) -> Reading | None:
    """The reading of the word that is sure enough to be an event."""
    reading = best_reading(predicate, search)
    if reading is None:
        return None
    score = search.lexicons.scores.of(reading, search)
    if score < search.lexicons.scores.enough(reading):
        return None
    return with_distant_recipient(dataclasses.replace(reading, score=score), search)


def best_reading(predicate: Predicate, search: Search) -> Reading | None:
    """The most demanding frame that fits the sentence, else the one that comes closest, with its participants."""
    frames, scores = search.frames_of(predicate.head), search.lexicons.scores
    types = len({frame.type for frame in frames})
    outside = list(misplaced(predicate, search)) if frames else []
    best: tuple[Frame, Predicate, list[str]] | None = None
    closest = 0.0
    for frame in frames:
        if outside and scores.beyond_hope(frame, outside, types):
            continue
        if frame.pos == "adjective":
            predicate = dataclasses.replace(predicate, adjectival=True)
        conditions = failed_conditions(frame, predicate, search)
        failed = [*outside, *islice(conditions, 1)]
        if failed and scores.beyond_hope(frame, failed, types):
            continue
        if len(failed) > len(outside):  # two say enough
            failed += islice(conditions, 1)
        if not failed:
            reading = with_participants(frame, predicate, search)
            failed = [*unmet_needs(reading, search), *misleading(reading, search)]
            if not failed:
                return reading
        close = scores.closeness(frame, failed, types)
        if best is None or close > closest:
            best, closest = (frame, predicate, failed), close
    if best is None or scores.hopeless(best[0], best[2], types):
        return None
    reading = with_participants(best[0], best[1], search)
    missed = dict.fromkeys([*best[2], *unmet_needs(reading, search), *misleading(reading, search)])
    return dataclasses.replace(reading, failed=tuple(missed))


def misplaced(predicate: Predicate, search: Search) -> Iterator[str]:
    """Why the word may name no event where it stands."""
    if part_of_speech(predicate.head) == "noun":
        if is_called_off(predicate.head):
            yield "called off"
        elif not stands_for_event(predicate, search):
            yield "adjunct"
    elif is_purpose(predicate.head, search):
        yield "purpose"


def is_called_off(noun: Token) -> bool:
    """Whether the act that a noun names does not take place: "put off his visit", "the march was cancelled"."""
    return role(noun) in (Role.OBJECT, Role.PASSIVE_SUBJECT) and phrasal_lemma(noun.head) in CALLING_OFF


def take(reading: Reading, search: Search) -> None:
    """Mark the words that belong to the event: trigger, object noun it names, and what it is about."""
    head = reading.predicate.head
    search.taken.add(head.i)
    if reading.frame.object:
        known = {noun.i for noun in undergoer(head) if reading.frame.type in JUDGMENTS and presupposed(noun)}
        search.taken.update(
            n.i
            for n in undergoer(head)
            if n.i not in known and (n.lemma_.lower() in reading.frame.object or not search.describe(n).plausible)
        )
    if reading.frame.type in CONTAINING:
        for noun in undergoer(head):
            if reading.frame.type in JUDGMENTS and presupposed(noun):
                continue  # "condemned the raid": two events
            search.taken.add(noun.i)
            if not search.describe(noun).plausible:  # "rejected a proposal for signing a treaty"
                search.taken.update(word.i for word in noun.subtree if word.tag_ in ("VB", "VBG"))
            search.taken.update(inner.i for _, inner in obliques(noun))
        search.taken.update(
            noun.i for preposition, noun in obliques(head) if preposition in ("to", "on", "for", "of", "over")
        )
    if reading.frame.type in SWALLOWS:
        search.taken.update(swallowed(head))
    if reading.frame.preposition_object:
        search.taken.update(noun.i for preposition, noun in obliques(head) if preposition in reading.frame.preposition)


def swallowed(head: Token) -> Iterator[int]:
    """The words of the infinitive that a verbal act is about: *meet* in "agreed to meet and to sign"."""
    clause = complement(head)
    if clause is None or not (is_infinitive(clause) or clause.tag_ == "VBG"):
        return
    for token in clause.subtree:
        if token.i > head.i:
            yield token.i


def light_verb(noun: Token) -> Token | None:
    """The verb that lends the noun its subject: *held* in "held talks", "talks were held", "talks held in Oslo"."""
    if role(noun) is Role.CONJUNCT and noun.head.pos_ == "NOUN":
        return light_verb(noun.head) if role(noun.head) is not Role.CONJUNCT else None
    if role(noun) in (Role.OBJECT, Role.PASSIVE_SUBJECT) and is_verbal(noun.head):
        return noun.head
    if preposition_of(noun) == "for":  # "joined the ministers for talks"
        host = noun.head.head if role(noun) is Role.PREPOSITION_OBJECT else noun.head
        return host if is_verbal(host) else None
    participle = child(noun, Role.NOUN_CLAUSE)
    return participle if participle is not None and participle.tag_ == "VBN" else None


def stands_for_event(predicate: Predicate, search: Search) -> bool:
    """Whether the noun can report an event where it stands: not "after the meeting", "attack helicopters"."""
    noun, link = predicate.head, role(predicate.head)
    for _ in range(LONGEST_CHAIN):
        if link is not Role.CONJUNCT:
            break
        noun, link = noun.head, role(noun.head)
    if link in (Role.COMPOUND, Role.FLAT, Role.ADJECTIVE, Role.POSSESSOR):
        return False
    if link in (Role.OBLIQUE, Role.NOUN_MODIFIER, Role.PREPOSITION_OBJECT, Role.AGENT):
        preposition, host = preposition_of(noun), noun.head if link is not Role.PREPOSITION_OBJECT else noun.head.head
        if preposition == "in" and noun.lower_ == "protest":  # "resigned in protest"
            return False
        if preposition == "of" and host.lemma_.lower() in CONTAINERS:
            # "On the second day of the attack" is a time; "three days of protests followed" tells of them.
            lent = is_verbal(host.head) and host.head.lemma_.lower() in LENDING
            return host.lemma_.lower() not in TIMES or preposition_of(host) is None or lent
        if preposition in ("for", "in", "to", "with") and is_verbal(host) and host.lemma_.lower() in LENDING:
            return True
        owners = [each for each in gathered(("poss", "by"), Predicate(noun), search) if each.span.root.pos_ != "PRON"]
        return preposition not in TIME_ADJUNCTS and bool(owners)
    if any(determiner.lower_ in ("any", "every", "each") for determiner in dependents(noun)):
        return False
    return link in TELLING or bearer(noun) is not None
