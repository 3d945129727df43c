"""Conditions: whether what stands around a word meets what its frame asks for."""

from collections.abc import Iterator

from spacy.tokens import Span, Token

from pipeline.labels import EventType
from pipeline.language.actors import CALENDAR
from pipeline.language.arguments import Predicate, at, bearer, complement, is_infinitive, is_verbal, undergoer
from pipeline.language.event_dates import JUDGING
from pipeline.language.event_participants import LIGHT_VERBS, VERBAL, lends
from pipeline.language.event_search import REFLEXIVE, Reading, Search
from pipeline.language.frames import Frame, misread_particles, modifiers, stems
from pipeline.language.syntax import (
    NEGATIONS,
    Role,
    child,
    children,
    dependents,
    is_passive,
    obliques,
    phrasal_lemma,
    preposition_of,
    role,
    sentence_start,
)

# "reports of air strikes", "a wave of attacks": the noun after "of" is what happened.
CONTAINERS = frozenset(
    {
        "report", "wave", "series", "spate", "news", "announcement", "round", "outcome", "resumption", "start",
        "opening", "number", "act", "renewal", "end", "string", "day", "hour", "campaign", "surge",
        "conclusion", "signing", "repeat", "possibility", "week", "month", "year", "night",
    }
)  # fmt: skip


# What lifeless things do to people without an attack.
DEADLY = frozenset({"kill", "hit", "strike", "wound", "injure", "hurt", "destroy", "invade", "attack", "besiege"})
# What goes wrong of itself; whoever dies of it was not attacked.
ACCIDENTS = frozenset(
    {
        "capsize", "collapse", "collide", "crash", "derail", "overturn", "plunge", "sink", "skid", "swerve", "topple",
    }
)  # fmt: skip
# "He asked not to be named": a word with the reporter.
UNNAMED = frozenset({"identify", "name", "quote"})
ARMS = ("weapon", "missile", "bomb", "force", "warship")
HARMFUL = frozenset({EventType.ASSAULT, EventType.COERCE, EventType.PROTEST, EventType.MOBILIZE})


SPORT_TYPES = frozenset(
    {EventType.ASSAULT, EventType.PROTEST, EventType.RETREAT, EventType.CONCEDE, EventType.MOBILIZE, EventType.COERCE}
)


VIOLENT = frozenset({EventType.ASSAULT, EventType.COERCE})


PLACES = frozenset({"GPE", "LOC", "FAC"})


HERE = frozenset(
    {
        "in", "at", "near", "through", "outside", "inside", "across", "around", "throughout", "along", "off",
        "within",
    }
)  # fmt: skip


# What a frame may ask of the words around it.
CONDITIONS = (
    "modifier", "passive", "particle", "object", "adverb", "object complement", "complement", "preposition", "subject",
)  # fmt: skip
ADVERBIAL = (Role.ADVERB, Role.OPEN_CLAUSE, Role.PARTICLE)


def failed_conditions(frame: Frame, predicate: Predicate, search: Search) -> Iterator[str]:
    """The conditions of the frame that what stands around the word does not meet, each looked at when it is asked."""
    if frame.pos == "noun":
        if not noun_conditions_hold(frame, predicate, search):
            yield "modifier"
        return
    head = predicate.head
    if frame.passive and is_passive(head) != (frame.passive == "yes"):
        yield "passive"
    if " " not in frame.lemma and has_particle(head):
        yield "particle"
    if not objects_fit(frame, head, search):
        yield "object"
    if frame.adverb and not any(word.lower_ in frame.adverb for word in children(head, *ADVERBIAL)):
        yield "adverb"
    if frame.object_complement and not _has_complement_word(frame.object_complement, head, search):
        yield "object complement"
    if not complement_fits(frame, head, search):
        yield "complement"
    if not prepositions_fit(frame, head, search):
        yield "preposition"
    if not subject_fits(frame, predicate, search):
        yield "subject"


def has_particle(verb: Token) -> bool:
    """Whether a particle makes it another verb than its lemma: "backed out", "broke up"."""
    return child(verb, Role.PARTICLE) is not None or any(
        word.lower_ in ("away", "out") and word.i == verb.i + 1 for word in children(verb, Role.ADVERB)
    )


def objects_fit(frame: Frame, head: Token, search: Search) -> bool:
    """Whether the object is of a kind the frame allows."""
    if frame.pos == "adjective":
        return True
    nouns = list(undergoer(head)) or [particle.head for particle in misread_particles(head)]
    if any(noun.lower_ in REFLEXIVE for noun in nouns):
        return False
    if frame.object and not any(search.matches(noun, frame.object) for noun in nouns):
        return False
    blocked = frame.object_not - {"@any"}
    if any(search.matches(noun, blocked) and not search.describe(noun).plausible for noun in nouns):
        return False
    return "@any" not in frame.object_not or not [noun for noun in nouns if role(noun) is not Role.SUBJECT]


def subject_fits(frame: Frame, predicate: Predicate, search: Search) -> bool:
    """Whether the doer is of a kind the frame allows; one who is not named fits where the object was checked."""
    if not frame.subject:
        return True
    who, head = next(at(predicate, "subject"), None), predicate.head
    if who is not None and not search.matches(who, frame.subject):
        who = search.lexicons.actors.stand_in(who)
    if who is None:
        return "@none" in frame.subject or (frame.pos == "verb" and bool(frame.object) and bool(undergoer(head)))
    return search.matches(who, frame.subject - {"@none"}) or (
        "@none" in frame.subject and search.describe(who).plausible
    )


def prepositions_fit(frame: Frame, head: Token, search: Search) -> bool:
    """Whether the prepositional phrases are those the frame asks for."""
    # "called on Monday" calls on nobody.
    pairs = [pair for pair in obliques(head) if not (pair[1].lower_ in CALENDAR and pair[1].text[:1].isupper())]
    if frame.preposition or frame.preposition_object:
        pairs += [pair for noun in undergoer(head)[:2] for pair in obliques(noun)]
        particle = [(word.lower_, word) for word in children(head, Role.PARTICLE, Role.ADVERB)]
        fitting = [noun for preposition, noun in pairs if not frame.preposition or preposition in frame.preposition]
        if frame.preposition_object:
            return any(search.matches(noun, frame.preposition_object) for noun in fitting)
        if not fitting and not any(word in frame.preposition for word, _ in particle):
            clause = complement(head)
            marks = [m.lower_ for m in children(clause, Role.MARKER, Role.CASE)] if clause is not None else []
            if not any(mark in frame.preposition for mark in marks):
                return False
    words = [term for term in frame.preposition_not if not term.startswith("@")]
    classes = frozenset(term for term in frame.preposition_not if term.startswith("@"))
    if classes and not (frame.preposition or frame.preposition_object):  # "released the managers from their duty"
        pairs += [pair for noun in undergoer(head)[:2] for pair in obliques(noun) if pair[0] in ("from", "with")]
    return not any(preposition in words or search.matches(noun, classes) for preposition, noun in pairs)


def complement_fits(frame: Frame, head: Token, search: Search) -> bool:
    """Whether one of the complements that the frame allows is there."""
    if not frame.complement:
        return True
    clause = complement(head)
    if clause is not None and (asks(clause) or clause.lemma_.lower() in UNNAMED):
        clause = None
    infinitive = clause is not None and is_infinitive(clause)
    obliges = clause is not None and any(a.lower_ in ("must", "should") for a in children(clause, Role.AUXILIARY))
    if "must" in frame.complement and obliges:
        return True
    if infinitive and frame.complement & {"infinitive", "to-infinitive"}:
        return True
    if clause is not None and not infinitive and "that" in frame.complement and clause.tag_ != "VBG":
        return True
    if clause is not None and any(m.lower_ in frame.complement for m in children(clause, Role.MARKER, Role.CASE)):
        return True
    if "object" in frame.complement and undergoer(head):
        return True
    return any(preposition in frame.complement for preposition, _ in obliques(head))


def asks(clause: Token) -> bool:
    """Whether a clause is an indirect question: "told them what to say", "asked whether they met"."""
    return any(word.tag_ in ("WP", "WRB") or word.lower_ in ("whether", "if") for word in dependents(clause))


def _has_complement_word(word: str, head: Token, search: Search) -> bool:
    if word == "none":
        return complement(head) is None and child(head, Role.OPEN_CLAUSE, Role.PREDICATE) is None
    if word.startswith("@"):  # "called the step a provocation", "described it as historic"
        # "In what it called a provocation", "has not called it a coup": a name, no judgment.
        if any(each.lower_ == "what" or each.lower_ in NEGATIONS for each in (*dependents(head), head.head)):
            return False
        said = [noun for preposition, noun in obliques(head) if preposition == "as"]
        said += [*children(head, Role.OPEN_CLAUSE, Role.PREDICATE, Role.ADJECTIVE, Role.OTHER)]
        said += [*children(head, Role.OBJECT)][1:]
        said += [inner for each in said for inner in modifiers(each)]
        said = [each for each in said if each.i > head.i]
        return any(search.lexicons.frames.in_class(each, word[1:]) for each in said)
    return any(
        each.lower_ == word
        for each in children(head, Role.OPEN_CLAUSE, Role.PREDICATE, Role.ADJECTIVE, Role.OBJECT, Role.OTHER)
    )


def noun_conditions_hold(frame: Frame, predicate: Predicate, search: Search) -> bool:
    """Whether the modifiers, the number and the "of"-phrase of a noun are those the frame asks for."""
    noun = predicate.head
    before = {word.lower_ for word in modifiers(noun)} | {word.lemma_.lower() for word in modifiers(noun)}
    if (frame.modifier and not before & frame.modifier) or before & frame.modifier_not:
        return False
    if frame.number == "plural" and noun.tag_ not in ("NNS", "NNPS"):
        return False
    wanted = frame.object | frame.of
    if not wanted:
        return True
    inner = [found for preposition, found in obliques(noun) if preposition == "of"]
    inner += modifiers(noun)
    poss = list(at(predicate, "poss"))
    return any(search.matches(found, wanted) for found in inner) or (bool(frame.of) and bool(poss))


def unmet_needs(reading: Reading, search: Search) -> list[str]:
    """What the frame needs to count as an event and the reading does not have."""
    frame, sides = reading.frame, (*reading.actors, *reading.recipients)
    kinds = [search.describe(each.span.root).kinds for each in sides]
    light = reading.predicate.light is not None and lends(reading.predicate.light, frame.light or LIGHT_VERBS)
    light = light or ("be" in frame.light and bearer(reading.predicate.head) is not None)
    tests = {
        "actor": bool(reading.actors),
        "recipient": bool(reading.recipients),
        "participant": bool(sides),
        "person": any("person" in each for each in kinds),
        "public": any("public" in each for each in kinds),
        "official": any("official" in each for each in kinds),
        "official-partner": any("official" in search.describe(each.span.root).kinds for each in reading.actors[1:]),
        "fighter": any(each & {"force", "armed", "nation"} for each in kinds),
        "crowd": any(each & {"crowd"} for each in kinds),
        "force": any(each & {"force", "armed", "nation"} for each in kinds) or bool(frame.of),
        "captive": any("person" in each for each in kinds),
        "violent": is_violent(reading, search),
        "verbal": not is_violent(reading, search),
        "plural": len(reading.actors) > 1 or any(is_plural(each.span.root) for each in reading.actors),
        "sides": len(reading.actors) > 1 or light,
        "light": light,
        "told": light or presupposed(reading.predicate.head),
        "light-or-sides": light or len(reading.actors) > 1 or (bool(sides) and happens(reading.predicate.head, search)),
        "happening": light or takes_place(reading.predicate.head, search) or (bool(sides) and not frame.bare),
    } if frame.needs else {}  # fmt: skip
    unmet = [need for need in sorted(frame.needs) if not tests[need]]
    if frame.pos == "noun":
        told = frame.bare or "happening" in frame.needs
        enough = bool(sides) or light or (told and occurs(reading.predicate, search))
    else:
        enough = bool(sides) or bool(frame.object) or frame.bare
    return unmet if enough else [*unmet, "evidence"]


def is_violent(reading: Reading, search: Search) -> bool:
    """Whether an attack is one with arms: politicians attack each other in words."""
    if not reading.actors:
        return True
    kinds = [search.describe(each.span.root).kinds for each in reading.actors]
    return any(each & {"force", "armed", "nation"} for each in kinds)


def occurs(predicate: Predicate, search: Search) -> bool:
    """Whether a noun without participants tells of an event: it happens, is reported, or has a place."""
    noun = predicate.head
    if (
        happens(noun, search)
        or presupposed(noun)
        or predicate.light is not None
        or noun.head.lemma_.lower() in CONTAINERS
    ):
        return True
    return any(preposition in HERE and found.ent_type_ in PLACES for preposition, found in obliques(noun))


def is_plural(noun: Token) -> bool:
    """Whether the noun denotes several."""
    return noun.tag_ in ("NNS", "NNPS") or noun.lower_ in ("they", "we", "both")


def takes_place(noun: Token, search: Search) -> bool:
    """Whether the noun is said to happen or to last: "talks began", "after eleven months of talks"."""
    if presupposed(noun):
        return True
    lasts = preposition_of(noun) == "of" and host_of(noun).lemma_.lower() in CONTAINERS
    return lasts or happens(noun, search)


def presupposed(noun: Token) -> bool:
    """Whether something is said of a known act: "condemned the raid", "welcomed their truce"."""
    if role(noun) not in (Role.OBJECT, Role.PASSIVE_SUBJECT):
        return False
    if JUDGING.isdisjoint((noun.head.lemma_.lower(), *stems(noun.head.lower_))):
        return False
    if any(word.ent_type_ in ("ORG", "GPE", "NORP") for word in modifiers(noun)):  # "welcomed French support"
        return True
    if any(preposition in ("by", "from") for preposition, _ in obliques(noun)):  # "rejected a request from Chad"
        return True
    return child(noun, Role.POSSESSOR) is not None or any(
        word.lower_ in ("the", "this", "these", "those", "that") for word in children(noun, Role.DETERMINER)
    )


def host_of(noun: Token) -> Token:
    """The word on which a noun with a preposition hangs."""
    return noun.head.head if role(noun) is Role.PREPOSITION_OBJECT else noun.head


def happens(noun: Token, search: Search) -> bool:
    """Whether the noun is said to take place: "talks began", "joined them for talks"."""
    if role(noun) in (Role.SUBJECT, Role.PASSIVE_SUBJECT) and is_verbal(noun.head):
        happening = search.lexicons.frames.classes.get("happening", frozenset())
        words = {noun.head.lemma_.lower(), phrasal_lemma(noun.head)}
        words |= {f"{noun.head.lemma_.lower()} {obj.lower_}" for obj in children(noun.head, Role.OBJECT)}
        return bool(words & happening)
    return role(noun) in (Role.OBLIQUE, Role.PREPOSITION_OBJECT) and preposition_of(noun) == "for"


def misleading(reading: Reading, search: Search) -> Iterator[str]:
    """Signs that the sentence is about a game, or says what generally is so rather than what happened."""
    sentence = search.sentence_of(reading.predicate.head)
    cues = search.sport_in(sentence)
    if len(cues) >= 2 or (cues and reading.frame.type in SPORT_TYPES):
        yield "sport"
    if reading.frame.pos == "verb" and reading.frame.type in VIOLENT and _by_nature(reading, search):
        yield "nature"
    if is_fiction(reading, search) or is_figurative(reading, search):
        yield "fiction"
    if reading.frame.type is EventType.REJECT and is_silence(reading.predicate.head):
        yield "comment"
    if is_generic(reading, search):
        yield "generic"
    if is_question(sentence):
        yield "question"
    if is_imperative(reading.predicate):
        yield "imperative"


def _by_nature(reading: Reading, search: Search) -> bool:
    """Whether a disaster did it: "famine killed thousands", "killed by the flood"."""
    head = reading.predicate.head
    who = [*at(reading.predicate, "subject"), *(noun for preposition, noun in obliques(head) if preposition == "by")]
    where = [noun for preposition, noun in obliques(head) if preposition in ("in", "from", "of", "after", "during")]
    if any(search.lexicons.frames.in_class(noun, "disaster") for noun in who or where):
        return True
    over = head.head  # "a bus overturned, killing nine"
    if role(head) is Role.ADVERBIAL_CLAUSE and head.tag_ == "VBG" and went_wrong(over):
        return True
    return reading.frame.lemma in DEADLY and any(_is_lifeless(noun, search) for noun in who)


def went_wrong(verb: Token) -> bool:
    """Whether the verb names an accident: *overturned*, "went down"."""
    lemma = verb.lemma_.lower()
    return lemma in ACCIDENTS or (lemma == "go" and any(word.lower_ == "down" for word in children(verb, *ADVERBIAL)))


def _is_lifeless(noun: Token, search: Search) -> bool:
    """Whether a noun is neither someone nor a weapon nor an attack: *inflation* in "inflation kills small firms"."""
    if noun.pos_ != "NOUN" or noun.ent_type_:
        return False
    if search.describe(noun).plausible or any(search.lexicons.frames.in_class(noun, name) for name in ARMS):
        return False
    return not any(frame.type in HARMFUL for frame in search.frames_of(noun))


def is_figurative(reading: Reading, search: Search) -> bool:
    """Whether it is done with words: "bombarded the editor with letters"."""
    if reading.frame.pos != "verb" or reading.frame.type not in VIOLENT:
        return False
    head = reading.predicate.head
    with_what = (noun for host in (head, *undergoer(head)) for word, noun in obliques(host) if word == "with")
    return any(search.lexicons.frames.in_class(noun, "words") for noun in with_what)


def is_silence(verb: Token) -> bool:
    """Whether one only does not speak to reporters: "declined to comment"."""
    clause = complement(verb)
    return clause is not None and clause.lemma_.lower() in ("comment", "elaborate", "say")


def is_fiction(reading: Reading, search: Search) -> bool:
    """Whether it happens in a story: "arrested in the film", "the sitcom follows a boy who robs a bank"."""
    in_class = search.lexicons.frames.in_class
    if any(word in ("in", "of") and in_class(noun, "story") for word, noun in obliques(reading.predicate.verb)):
        return True
    over = reading.predicate.verb
    for _ in range(3):
        who = child(over, Role.SUBJECT)
        if who is not None and in_class(who, "story"):
            return True
        over = over.head
    return False


def is_question(sentence: Span) -> bool:
    """Whether the sentence asks: "Did you shoot him?"."""
    return any(token.text == "?" for token in sentence[-3:])


def is_imperative(predicate: Predicate) -> bool:
    """Whether the verb commands: "Don't shoot him"."""
    head = predicate.head
    if head.tag_ not in ("VB", "VBP") or not is_verbal(head) or is_infinitive(head):
        return False
    if role(head) not in (Role.ROOT, Role.PARATAXIS, Role.COMPLEMENT_CLAUSE):
        return False
    modal = any(word.tag_ == "MD" or word.lower_ == "did" for word in children(head, Role.AUXILIARY))
    return not modal and child(head, Role.SUBJECT, Role.PASSIVE_SUBJECT) is None


def is_generic(reading: Reading, search: Search) -> bool:
    """Simple present without a named participant: "Farmers protest when prices fall", not in the headline."""
    verb = reading.predicate.verb
    if (
        verb.tag_ not in ("VBP", "VBZ")
        or reading.frame.pos != "verb"
        or reading.frame.type in VERBAL - {EventType.AGREE}
    ):
        return False
    named = any(each.span.root.ent_type_ or each.country for each in (*reading.actors, *reading.recipients))
    return not named and sentence_start(verb) > 0
