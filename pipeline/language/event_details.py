"""Details: from a reading to an event, with its type, trigger, modality, date, place and source."""

import dataclasses

from spacy.tokens import Span, Token

from pipeline.labels import EventType, Modality
from pipeline.language.actors import entity_at, phrase
from pipeline.language.arguments import Predicate, complement, is_infinitive, undergoer
from pipeline.language.doc import Event, Quotation
from pipeline.language.event_conditions import failed_conditions, objects_fit, prepositions_fit, presupposed
from pipeline.language.event_contexts import contexts_of
from pipeline.language.event_dates import When, when
from pipeline.language.event_participants import LIGHT_VERBS, PLACE_NOUNS, VERBAL, at_home, lends
from pipeline.language.event_places import location_of
from pipeline.language.event_search import Reading, Search
from pipeline.language.frames import modifiers
from pipeline.language.modality import author_of, modality_of, report_over
from pipeline.language.syntax import Role, children, dependents, obliques

# "will meet", "plans to sign": what is announced of these is an agreement so far; an announced retreat is a concession.
PLANNED_TYPE = {
    EventType.CONSULT: EventType.AGREE,
    EventType.SUPPORT: EventType.AGREE,
    EventType.COOPERATE: EventType.AGREE,
    EventType.AID: EventType.AGREE,
    EventType.RETREAT: EventType.CONCEDE,
}


CONFLICT = frozenset({EventType.ASSAULT, EventType.COERCE, EventType.SANCTION, EventType.MOBILIZE})


PENALTIES = frozenset({"pay", "compensate", "reimburse", "refund"})
# "agreed to stop fighting" is a truce.
STOPPING = frozenset({"stop", "cease", "halt", "end", "pause", "suspend"})
FIGHTING = frozenset(
    {
        "fighting",
        "fight",
        "hostility",
        "attack",
        "shelling",
        "offensive",
        "fire",
        "strike",
        "war",
        "airstrike",
        "bombing",
    }
)
PROMISES = frozenset({"promise", "pledge", "vow", "swear"})
# What one vows to do to an enemy: "vowed to retaliate", "vowed revenge".
RETALIATION = frozenset(
    {
        "retaliate", "respond", "avenge", "revenge", "punish", "retaliation", "vengeance", "reprisal", "hit", "strike",
    }
)  # fmt: skip
# The same where it is done to somebody: "vowed to crush the rebels", not "to fight poverty".
HARM = frozenset({"crush", "fight", "destroy", "defeat", "hunt", "eliminate", "expel", "prosecute", "jail"})
# Nouns that name the act after a verb that only brings it about: "imposed a curfew", "put on alert".
NAMING = frozenset(
    {
        "alert", "arrest", "ban", "blockade", "curfew", "custody", "embargo", "emergency", "fine", "lockdown",
        "penalty", "restriction", "sanction", "siege", "state", "street", "strike", "tariff", "truce", "ceasefire",
        "cease-fire", "amnesty", "warrant", "investigation", "inquiry", "probe", "duty", "ultimatum", "trial",
        "contribution", "emergency rule", "martial law",
    }
)  # fmt: skip
TOWNS = frozenset({"capital", "city"})
LONGEST_TRIGGER = 6  # words


def event_of(reading: Reading, search: Search) -> Event | None:
    """The event of a reading, with modality, date, place and the words it is reported in."""
    reading = without_towns(reading, search)
    predicate, frame = reading.predicate, reading.frame
    quotation = search.quoted.get(predicate.head.i)
    if quotation is not None and presupposed(predicate.head) and is_cue(predicate.head.head, quotation):
        quotation = None  # "condemned the attack": nobody reports it
    # "Announced a ceasefire", "expressed remorse": the words are the act, and the article tells of it.
    performed = quotation is not None and predicate.light is not None and is_cue(predicate.light, quotation)
    modality = modality_of(predicate, search.lexicons.cues, None if performed else quotation)
    if modality is Modality.HYPOTHETICAL and not (reading.actors or reading.recipients):
        return None
    happened: When = when(predicate, modality, search.calendar, in_words=frame.type in VERBAL)
    trigger = trigger_of(reading)
    kind = type_of(reading, modality, search)
    location = location_of(reading, search)
    report = report_over(predicate, search.lexicons.cues) if quotation is None else None
    return Event(
        type=kind,
        trigger=trigger,
        sentence=predicate.head.sent,
        modality=modality,
        confidence=round(reading.score, 3),
        rule=rule_of(reading),
        actors=at_home(reading.actors, location),
        recipients=at_home(reading.recipients, location),
        mode=frame.mode,
        contexts=contexts_of(reading, kind, search.lexicons.contexts),
        location=location,
        date=happened.date,
        earliest=happened.earliest,
        latest=happened.latest,
        date_basis=happened.basis,
        quotation=quotation,
        attributed_to=attributed_to(quotation, report),
    )


def without_towns(reading: Reading, search: Search) -> Reading:
    """The reading without a town as recipient where it is the place: one that is shelled or visited."""
    if reading.frame.type is not EventType.ASSAULT and reading.frame.mode != "visit":
        return reading
    find = search.lexicons.actors.gazetteer.place

    def is_town(span: Span) -> bool:
        if span.root.lemma_.lower() in PLACE_NOUNS and span.root.pos_ == "NOUN":
            return True
        place = find(span.text) or (find(span.root.text) if span.root.ent_type_ == "GPE" else None)
        if place is None:  # a name of no country, and of no region that the gazetteer knows
            return span.root.ent_type_ == "GPE" and not search.describe(span.root).country
        return place.kind in TOWNS

    whom = tuple(each for each in reading.recipients if not is_town(each.span))
    return reading if len(whom) == len(reading.recipients) else dataclasses.replace(reading, recipients=whom)


def is_cue(verb: Token, quotation: Quotation) -> bool:
    """Whether a verb is the one that introduces the quotation."""
    return quotation.cue is not None and quotation.cue.start <= verb.i < quotation.cue.end


def type_of(reading: Reading, modality: Modality, search: Search) -> EventType:
    """The type of the frame, or what a plan or a promise of it counts as."""
    own = reading.frame.type
    if own is EventType.AGREE:
        clause = complement(reading.predicate.head)
        inner = search.lexicons.frames.of(clause) if clause is not None and is_infinitive(clause) else ()
        if (  # "ready to send tanks", not "ready to send tents"
            clause is not None
            and reading.frame.lemma in (*PROMISES, "ready", "prepared")
            and any(
                objects_fit(frame, clause, search) and prepositions_fit(frame, clause, search)
                for frame in inner
                if frame.type in CONFLICT
            )
        ):
            return EventType.THREATEN  # "vowed to attack"
        if reading.frame.lemma in PROMISES and vows_harm(reading.predicate.head, clause, search):
            return EventType.THREATEN
        if clause is not None and is_infinitive(clause) and gives_way(clause, search):
            return EventType.CONCEDE  # "agreed to stop fighting", "promised to release the prisoners"
    if own is EventType.REQUEST and reading.frame.lemma == "order":
        clause = complement(reading.predicate.head)
        if clause is not None and clause.lemma_.lower() in PENALTIES:
            return EventType.SANCTION  # "ordered the firm to compensate the workers"
    if modality is Modality.PLANNED and reading.frame.mode != "resign":  # one who will resign gives nothing to anybody
        return PLANNED_TYPE.get(own, own)
    return own


def vows_harm(verb: Token, clause: Token | None, search: Search) -> bool:
    """Whether what is vowed is to hit back: "vowed revenge", "vowed to respond to the raid", "vowed to use arms"."""
    if any(noun.lemma_.lower() in RETALIATION for noun in undergoer(verb)):
        return True
    if clause is None:
        return False
    if any(word.lower_ == "unpunished" for word in clause.subtree):
        return True
    words = {clause.lemma_.lower(), clause.lower_}
    if "use" in words:  # "vowed to use every option against it"
        return any(preposition == "against" for preposition, _ in obliques(clause))
    if "hit" in words or "strike" in words:  # "vowed to hit back", not "to hit the target"
        return any(word.lower_ == "back" for word in dependents(clause))
    if words & HARM:
        return any(search.describe(noun).plausible for noun in undergoer(clause))
    return not RETALIATION.isdisjoint(words)


def gives_way(clause: Token, search: Search) -> bool:
    """Whether what is promised is to stop, to leave or to let go."""
    if clause.lemma_.lower() in STOPPING:
        inner = [*undergoer(clause), *children(clause, Role.OPEN_CLAUSE)]
        if any(noun.lemma_.lower() in FIGHTING or noun.lower_ in FIGHTING for noun in inner):
            return True
    return any(
        frame.type is EventType.RETREAT and next(failed_conditions(frame, Predicate(clause), search), None) is None
        for frame in search.lexicons.frames.of(clause)
    )


def trigger_of(reading: Reading) -> Span:
    """The words that name the event: the verb with its particle, "held talks", "bombing campaign"."""
    head = reading.predicate.head
    start, end = head.i, head.i + 1
    if head.lemma_ == "do" and reading.frame.lemma != "do" and end < len(head.doc) and head.nbor(1).lower_ == "so":
        return head.doc[start : end + 1]  # "did so"
    if reading.frame.pos == "verb" and " " in reading.frame.lemma:
        words = reading.frame.lemma.split()[1:]
        for word in dependents(head):
            if word.lower_ in words and 0 < word.i - head.i <= 3:
                end = max(end, word.i + 1)
    if reading.frame.pos == "noun":
        before = [word.i for word in modifiers(head) if word.lower_ in reading.frame.modifier or
                  f"{word.lower_} {head.lemma_.lower()}" == reading.frame.lemma]  # fmt: skip
        start = min([start, *before]) if before and start - min(before) <= 3 else start
        light = reading.predicate.light
        if rule_kind(reading) == "light verb" and light is not None and 0 < start - light.i <= 3:
            start = light.i
    elif reading.frame.object and not any(term.startswith("@") for term in reading.frame.object):
        single = len(reading.frame.object) == 1
        nouns = [
            noun.i
            for noun in undergoer(head)
            if (noun.lemma_.lower() in reading.frame.object and (single or noun.lemma_.lower() in NAMING))
            or any(f"{mod.lower_} {noun.lemma_.lower()}" in reading.frame.object & NAMING for mod in modifiers(noun))
        ]
        if nouns and 0 < nouns[0] - head.i <= 3:  # "opened fire", "imposed a curfew"
            end = nouns[0] + 1
    if reading.frame.pos == "verb" and reading.frame.preposition_object and start == head.i:
        end = max(end, state_end(reading))
    return head.doc[start:end]


def state_end(reading: Reading) -> int:
    """Where the words end that say into what somebody is brought: "put its army on [alert]"."""
    head, frame = reading.predicate.head, reading.frame
    pairs = [*obliques(head), *(pair for noun in undergoer(head)[:1] for pair in obliques(noun))]
    for preposition, noun in pairs:
        named = noun.lemma_.lower() in frame.preposition_object & NAMING
        if named and preposition in frame.preposition and 0 < noun.i - head.i <= LONGEST_TRIGGER:
            return noun.i + 1
    return head.i + 1


def rule_kind(reading: Reading) -> str:
    """Which kind of rule read the event."""
    light = reading.predicate.light
    if reading.frame.pos == "noun" and light is not None and lends(light, reading.frame.light or LIGHT_VERBS):
        return "light verb"
    return reading.frame.pos


def rule_of(reading: Reading) -> str:
    """The name of the rule: "verb: attack", "light verb: launch attack", "noun: talk"."""
    if rule_kind(reading) == "light verb" and reading.predicate.light is not None:
        return f"light verb: {reading.predicate.light.lemma_.lower()} {reading.frame.lemma}"
    return reading.frame.name


def attributed_to(quotation: Quotation | None, report: Token | None) -> str:
    """Who says that it happened."""
    if quotation is not None:
        return quotation.speaker_name or (quotation.speaker.text if quotation.speaker is not None else "")
    author = author_of(report) if report is not None else None
    if author is None or author.lower_ in ("it", "which", "that", "who", "there"):
        return ""
    entity = entity_at(author)
    return entity.canonical_name if entity is not None else phrase(author).text
