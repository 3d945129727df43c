"""Participants of an event: who fills the places that a frame names."""

import dataclasses
from collections.abc import Iterator, Sequence

from spacy.tokens import Token

from pipeline.labels import EventType
from pipeline.language.actors import FOREIGN, phrase
from pipeline.language.arguments import Predicate, at, bearer, complement
from pipeline.language.doc import Participant
from pipeline.language.event_search import REFLEXIVE, Reading, Search
from pipeline.language.frames import Frame
from pipeline.language.syntax import Role, child, children, conjuncts, obliques, phrasal_lemma, preposition_of, role

VERBAL = frozenset(
    {EventType.AGREE, EventType.REJECT, EventType.THREATEN, EventType.REQUEST, EventType.ACCUSE, EventType.SUPPORT}
)


# Where the other side of a verbal act may stand when the frame finds it nowhere else: inside what the act is about.
INSIDE = (
    "object:poss", "object:by", "object:from", "object:of", "object:compound", "clause:object", "clause:indirect",
    "clause:to", "clause:with", "clause:from", "clause:on", "clause:against", "clause:object:poss", "clause:object:of",
    "clause:object:compound", "clause:in:place", "to:compound", "clause:into", "clause:clause:object",
    "clause:clause:clause:object",  # "is willing to send men to help defend Kuwait"
)  # fmt: skip


# Whom a protest is against may stand in what it is for: "marched to demand reforms from the king".
AIMED_AT = (
    "aim:from", "aim:against:poss", "aim:against:by", "aim:against", "aim:at:of", "aim:by", "aim:on",
    "aim:object:by", "aim:object:from", "aim:object:poss", "aim:object:of:by", "aim:for:from", "aim:for:by",
    "aim:for:poss", "aim:for:of:person", "aim:object:of:person", "aim:of:poss", "aim:at:poss", "against:poss",
    "against:by", "against:of",
)  # fmt: skip


# Who must do what a threat or a refusal asks for: "will strike unless the army lifts the ban".
CONDITION = ("unless:subject",)
# Whoever is sent is not whom the refusal to send them, or the promise of it, is addressed to.
SENDING = frozenset({"deploy", "send", "dispatch", "withdraw", "pull", "station", "commit", "contribute", "redeploy"})
OF_THE_SENT = frozenset({"clause:object", "clause:clause:object"})
# What one promises or threatens to do with what is one's own: "could leave the union", "to let the pact expire".
OWN_ACTS = frozenset({"bring", "cut", "keep", "leave", "let", "quit", "reduce", "withdraw"})
OF_ONES_OWN = frozenset(each for each in INSIDE if each.startswith(("clause:object", "clause:in", "clause:clause")))


# Whom these are done with stands beside them or nowhere.
FACE_TO_FACE = frozenset({EventType.CONSULT, EventType.SUPPORT})
# How a name deep inside what an act is about hangs on its verb, and how deep: swept 2-6 on one half of the PLOVER gold.
THROUGH = (
    Role.OBJECT, Role.INDIRECT_OBJECT, Role.OBLIQUE, Role.NOUN_MODIFIER, Role.COMPOUND, Role.ADJECTIVE, Role.POSSESSOR,
    Role.OPEN_CLAUSE, Role.COMPLEMENT_CLAUSE, Role.NOUN_CLAUSE,
)  # fmt: skip
DEPTH_OF_RECIPIENT = 5
PLACE_NOUNS = frozenset(
    ("capital", "city", "district", "enclave", "island", "port", "province", "region", "suburb", "town", "village")
)
NAMED = frozenset({"GPE", "ORG", "NORP", "PERSON"})
# What stands after these only says when, where or who acts.
NOT_ABOUT = frozenset(
    {
        "in", "at", "near", "through", "inside", "across", "around", "throughout", "off", "within", "after", "before",
        "since", "during", "until", "following", "by", "like", "despite",
    }
)  # fmt: skip
# Who act where they live: those who riot in Dili are of East Timor unless the text says otherwise.
LOCALS = frozenset({"CVL", "EDU", "LAB", "COP", "OPP", "MED", "AGR"})
LIGHT_VERBS = frozenset(
    {
        "carry", "conduct", "launch", "mount", "stage", "commit", "make", "undertake", "perform", "hold",
        "have", "begin", "start", "continue", "resume", "wage", "see", "deliver", "plan", "plot", "prepare",
    }
)  # fmt: skip


# What is done to persons and bodies alone, so that even "it" is one.
ADDRESSING = frozenset(
    {
        "accuse", "ask", "attack", "beg", "besiege", "implore", "invade", "invite", "order", "prosecute", "remind",
        "sue", "summon", "tell", "urge", "warn",
    }
)  # fmt: skip
# Whoever does this with an act has not done the act: "rejected a request", "received a pledge".
ANSWERING = frozenset(
    {
        "accept", "answer", "approve", "condemn", "decline", "dismiss", "face", "get", "grant", "heed", "ignore",
        "crush", "meet", "obtain", "put down", "quell", "receive", "refuse", "reject", "suffer", "suppress", "win",
        "withstand",
    }
)  # fmt: skip


def with_participants(frame: Frame, predicate: Predicate, search: Search) -> Reading:
    """The frame with its actors and recipients."""
    together = list(gathered(frame.together, predicate, search))
    actors = list(first_found(actor_positions(frame, predicate), predicate, search))
    if frame.of and not actors:
        actors = list(first_found(("of",), predicate, search))
    actors += [each for each in together if each.span.start not in {other.span.start for other in actors}]
    used = {each.span.start for each in actors}
    positions = frame.recipient
    if frame.pos != "noun" and frame.type in VERBAL and not together:
        positions += INSIDE + CONDITION
        content = complement(predicate.head)
        lemma = content.lemma_.lower() if content is not None else ""
        others = OF_THE_SENT if lemma in SENDING else OF_ONES_OWN if lemma in OWN_ACTS else frozenset()
        positions = tuple(position for position in positions if position not in others)
    positions += AIMED_AT + CONDITION if frame.type is EventType.PROTEST else ()
    recipients = [each for each in first_found(positions, predicate, search) if each.span.start not in used]
    return Reading(frame, predicate, tuple(actors), tuple(recipients))


def with_distant_recipient(reading: Reading, search: Search) -> Reading:
    """The reading; where it lacks a recipient, with the nearest name inside what the act is about.

    "Rejected an invitation to a meeting of Iraqi parties": these; "threatened to cut its ties with Chad": *Chad*.
    """
    frame = reading.frame
    if reading.recipients or frame.together or frame.pos == "noun" or frame.type in FACE_TO_FACE:
        return reading
    content = complement(reading.predicate.head)
    if content is not None and content.lemma_.lower() in OWN_ACTS:
        return reading
    used = {i for each in reading.actors for i in range(each.span.start, each.span.end)}
    queue = [(reading.predicate.head, 0)]
    for token, depth in queue:
        for inner in children(token, *THROUGH):
            outside = role(inner) in (Role.OBLIQUE, Role.NOUN_MODIFIER) and preposition_of(inner) in NOT_ABOUT
            if inner.i <= reading.predicate.head.i or outside or depth == DEPTH_OF_RECIPIENT:
                continue
            queue.append((inner, depth + 1))
            described = search.describe(inner)
            if described.plausible and inner.ent_type_ in NAMED and inner.i not in used:
                whole = search.describe(inner.head)  # "Kurdish rebels"
                if role(inner) in (Role.ADJECTIVE, Role.COMPOUND) and inner.ent_type_ == "NORP" and whole.plausible:
                    inner, described = inner.head, whole
                found = Participant(phrase(inner), described.entity, described.country, described.sector)
                return dataclasses.replace(reading, recipients=(found,))
    return reading


def actor_positions(frame: Frame, predicate: Predicate) -> tuple[str, ...]:
    """Where the actor stands unless the frame says otherwise."""
    if frame.pos != "noun":
        return frame.actor or ("subject",)
    allowed = frame.light or LIGHT_VERBS
    if predicate.light is None:
        lent = "be" in frame.light and bearer(predicate.head) is not None
    else:
        lent = lends(predicate.light, allowed) and "light" not in frame.recipient
        lent = lent and not {predicate.light.lemma_.lower(), phrasal_lemma(predicate.light)} & ANSWERING
    return (*(("light",) if lent else ()), *(frame.actor or ("poss", "by")), "compound")


def lends(verb: Token, allowed: frozenset[str]) -> bool:
    """Whether the verb is one of those that lend the noun its subject."""
    return verb.lemma_.lower() in allowed or phrasal_lemma(verb) in allowed


def first_found(positions: Sequence[str], predicate: Predicate, search: Search) -> Iterator[Participant]:
    """The participants at the first position that holds any."""
    for position in positions:
        found = list(gathered((position,), predicate, search))
        if found:
            yield from found
            return


def gathered(positions: Sequence[str], predicate: Predicate, search: Search) -> Iterator[Participant]:
    """The participants at all the positions, each once."""
    seen: set[int] = set()
    for position in positions:
        wanted = position.rpartition(":")[2]
        for noun in at(predicate, position):
            if position in ("subject", "light"):
                noun = search.lexicons.actors.stand_in(noun)
            for member in conjuncts(search.named(noun)):
                member = named_place(member)
                described = search.describe(member)
                if member.i in seen or member.lower_ in REFLEXIVE:
                    continue
                if not described.plausible and not is_someone(member, position):
                    continue
                if wanted in ("place", "person", "crowd") and wanted not in described.kinds:
                    continue
                seen.add(member.i)
                found = Participant(phrase(member), described.entity, described.country, described.sector)
                yield from two_nations(member, found, search) or (with_name(member, found, search),)


def is_someone(noun: Token, position: str) -> bool:
    """Whether "it" can only be a body that the text does not tell us: "accused it of neglect", "a suit against it"."""
    if noun.lower_ != "it":
        return False
    return position == "against" or (position == "object" and noun.head.lemma_.lower() in ADDRESSING)


def named_place(noun: Token) -> Token:
    """The noun itself, or the name of the place that it means: *Gao* in "the northern city of Gao"."""
    if noun.pos_ != "NOUN" or noun.lemma_.lower() not in PLACE_NOUNS:
        return noun
    names = (*children(noun, Role.APPOSITION), *(inner for word, inner in obliques(noun) if word == "of"))
    return next((name for name in names if name.ent_type_ in ("GPE", "LOC") and name.i > noun.i), noun)


def with_name(noun: Token, found: Participant, search: Search) -> Participant:
    """The participant by the name behind a title: *Ana Roe* in "the secretary general of the fund, Ana Roe"."""
    if noun.ent_type_ == "PERSON" or noun.pos_ == "PRON":
        return found
    hosts = (noun, *(inner for word, inner in obliques(noun) if word == "of" and inner.ent_type_ != "PERSON"))
    for name in (name for host in hosts for name in children(host, Role.APPOSITION)):
        if name.ent_type_ == "PERSON" and name.i > noun.i:
            described = search.describe(name)
            country, sector = described.country or found.country, described.sector or found.sector
            return Participant(phrase(name), described.entity, country, sector)
    return found


def two_nations(noun: Token, found: Participant, search: Search) -> tuple[Participant, ...]:
    """The two that a plural with two nations means: *French*, *German ministers* in "French and German ministers"."""
    if noun.tag_ != "NNS":
        return ()
    for first in children(noun, Role.ADJECTIVE):
        second = child(first, Role.CONJUNCT)
        if second is None or second.i > noun.i or {first.ent_type_, second.ent_type_} != {"NORP"}:
            continue
        one, other = (search.lexicons.actors.country(each) for each in (first, second))
        if one and other and one != other:
            start, end = first.i, found.span.end
            return (
                Participant(noun.doc[start : start + 1], None, one, found.sector),
                Participant(noun.doc[second.i : end], found.entity, other, found.sector),
            )
    return ()


def at_home(sides: tuple[Participant, ...], location: Participant | None) -> tuple[Participant, ...]:
    """The participants, with the country of the event's place where they are people of the place."""
    if location is None or not location.country:
        return sides
    return tuple(
        dataclasses.replace(each, country=location.country)
        if not each.country and each.sector in LOCALS and is_local(each.span.root)
        else each
        for each in sides
    )


def is_local(noun: Token) -> bool:
    """Whether a common noun may denote people of the place: no "foreign students"."""
    return noun.pos_ == "NOUN" and not any(word.lower_ in FOREIGN for word in children(noun, Role.ADJECTIVE))
