"""Places: where an event happened, by what the place hangs on.

A place attached to the word that names the event wins, then one on its arguments or in its clause, then what was
stormed or shelled, then one in a clause around it; never one from another sentence. Places are names, and common nouns
for them ("the airport", "the mayor's residence").
"""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Span, Token

from pipeline.labels import EventType
from pipeline.language.actors import CALENDAR, entity_at, entity_span, phrase
from pipeline.language.arguments import Predicate, clause_verb, is_verbal, undergoer
from pipeline.language.doc import Participant
from pipeline.language.event_conditions import HERE, PLACES
from pipeline.language.event_dates import HAPPENINGS
from pipeline.language.event_participants import VERBAL
from pipeline.language.event_search import Reading, Search
from pipeline.language.syntax import Role, conjuncts, dependents, obliques, possessor, preposition_of, role

WHERE = HERE | {"in front of", "on", "over"}
# Said of a name these tell where; of a common noun they often do not: "on the field", "over the land".
OF_NAMES = frozenset({"on", "over"})
# Where who or what is moved came from or went to.
MOVING = frozenset({"from", "to", "into", "out of", "onto"})
MOVED = frozenset({EventType.AID, EventType.RETREAT, EventType.COERCE, EventType.MOBILIZE, EventType.REQUEST})
# What is done in words, about what may be elsewhere.
SAID = VERBAL | {EventType.CONSULT}
MATTERS = HAPPENINGS | {"conflict", "crisis", "fighting", "killing", "situation", "tension", "violence"}
# What is attacked or entered is where it happened, unless it is a country.
ENTERED = frozenset({EventType.ASSAULT, EventType.PROTEST, EventType.COERCE})
# Words; a bound for parses gone wrong.
LONGEST_PLACE = 12
PARTS = frozenset(
    {
        "front", "outskirts", "north", "south", "east", "west", "centre", "center", "edge", "middle", "heart", "part",
        "parts", "suburb", "suburbs", "streets", "city", "town", "village", "province", "region",
    }
)  # fmt: skip
# "Resigned in protest at the sea border".
GROUNDS_OF_ACTS = frozenset({"anger", "dismay", "outrage", "protest"})
# How far a place may be from its event, as `place_rank` counts.
FARTHEST = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place of the sentence: its head and its words."""

    head: Token
    span: Span
    named: bool


def location_of(reading: Reading, search: Search) -> Participant | None:
    """Where it happened: the place that hangs nearest to the word that names the event, if one is near enough."""
    used = {i for each in (*reading.actors, *reading.recipients) for i in range(each.span.start, each.span.end)}
    best: tuple[int, int, Candidate] | None = None
    for place in candidates(reading, search):
        rank = place_rank(place, reading, search, used)
        if rank > FARTHEST:
            continue
        ranked = (rank, abs(place.head.i - reading.predicate.head.i), place)
        if best is None or ranked[:2] < best[:2]:
            best = ranked
    if best is None:
        return None
    head = best[2].head
    country = search.describe(head).country or search.lexicons.actors.country(head)
    return Participant(best[2].span, entity_at(best[2].span.root), country)


def candidates(reading: Reading, search: Search) -> Iterator[Candidate]:
    """The places of the sentence: names, capitalised words nobody knows, and common nouns for places."""
    sentence = search.sentence_of(reading.predicate.head)
    for ent in search.places.get(sentence.start, ()):
        yield Candidate(ent.root, ent, True)
    if sentence.start not in search.grounds:
        search.grounds[sentence.start] = list(grounds(sentence, search))
    yield from search.grounds[sentence.start]


def grounds(sentence: Span, search: Search) -> Iterator[Candidate]:
    """The places of the sentence that are no names known as such."""
    classes = search.lexicons.frames.classes
    known = classes.get("place", frozenset()) | classes.get("building", frozenset())
    for word in sentence:
        if word.ent_type_ in PLACES or not word.tag_.startswith("NN"):
            continue
        if word.tag_.startswith("NNP"):
            unknown = not word.ent_type_ and preposition_of(word) in ("in", "at", "near") and word.text[:1].isupper()
            if unknown and entity_at(word) is None and word.lower_ not in (*CALENDAR, "may"):
                yield Candidate(word, phrase(word), True)
        elif (word.lemma_.lower() in known or word.lower_ in known) and is_definite(word):
            yield Candidate(word, with_owner(word), False)


def with_owner(noun: Token) -> Span:
    """The words of a common noun with what it is of: "airport of Goma"."""
    span = phrase(noun)
    inner = [found for preposition, found in obliques(noun) if preposition == "of" and found.i >= span.end]
    end = phrase(inner[0]).end if inner else span.end
    return noun.doc[span.start : end] if end - span.start <= LONGEST_PLACE else span


def is_definite(noun: Token) -> bool:
    """Whether a common noun means a place that can be found: "the airport", "his residence", "a camp near Goma"."""
    if possessor(noun) is not None or any(word.lower_ in ("the", "this", "that") for word in dependents(noun)):
        return True
    return any(inner.ent_type_ in PLACES for _, inner in obliques(noun)) or any(
        word.ent_type_ in PLACES for word in dependents(noun)
    )


def place_rank(place: Candidate, reading: Reading, search: Search, used: set[int]) -> int:
    """How far a place is from the event, 0 to 3; more for one that says nothing of where it was."""
    predicate, head = reading.predicate, place.head
    preposition = preposition_of(head)
    own = (predicate.head, predicate.light)
    visit = reading.frame.mode == "visit"
    if (visit or reading.frame.type in ENTERED) and is_verbal(predicate.head) and head in undergoer(predicate.head):
        return 1 if not is_country(head, search) else 9
    if head.i in used and preposition not in WHERE:
        return 9
    verb = predicate.verb
    if role(verb) is Role.RELATIVE_CLAUSE and verb.head == head and any(w.lower_ == "where" for w in verb.subtree):
        return 0
    host = head.head.head if role(head) is Role.PREPOSITION_OBJECT else head.head
    if preposition == "of" and host.lower_ in PARTS:  # "in front of the city hall", "on the outskirts of Lima"
        preposition, host = preposition_of(host), host.head.head if role(host) is Role.PREPOSITION_OBJECT else host.head
    if preposition in MOVING and (visit or reading.frame.type in MOVED) and head.i not in used:
        return 2 if host in own and not is_country(head, search) else 9
    if preposition not in WHERE or (preposition in OF_NAMES and not place.named):
        return 9
    edge = head.left_edge.i  # of the preposition
    if preposition == "at" and edge and head.doc[edge - 1].lemma_.lower() in GROUNDS_OF_ACTS and host.i != edge - 1:
        return 9
    if host in own:
        return 0
    if head.i in used:
        return 9
    if is_verbal(host):
        return 1 if host == verb else 3 if host in around(predicate) else 9
    if is_matter(host, reading):
        return 9
    if host.head in (*own, verb):
        return 1
    return 3 if clause_verb(host) == verb else 9


def is_matter(noun: Token, reading: Reading) -> bool:
    """Whether a noun is what is talked about: the conflict of "discussed the conflict in Ukraine" was not there."""
    return (
        reading.frame.type in SAID
        and reading.frame.pos == "verb"
        and role(noun) in (Role.OBJECT, Role.CONJUNCT)
        and noun.i > reading.predicate.head.i
        and noun.lemma_.lower() in MATTERS
    )


def around(predicate: Predicate) -> list[Token]:
    """The verbs whose place is that of the event: those it stands beside, or in whose clause it stands."""
    verb = predicate.verb
    found = [each for each in conjuncts(verb) if is_verbal(each)]
    if role(verb) in (Role.CONJUNCT, Role.ADVERBIAL_CLAUSE, Role.OPEN_CLAUSE, Role.NOUN_CLAUSE, Role.RELATIVE_CLAUSE):
        found.append(verb.head)
    return found


def is_country(head: Token, search: Search) -> bool:
    """Whether a place is a whole country: what is done to it is done to a state."""
    name = search.lexicons.actors.gazetteer.name_of(entity_span(head).text) if head.ent_type_ else None
    return name is not None and name.source == "country"
