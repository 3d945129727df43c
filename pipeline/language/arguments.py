"""Arguments: where in the sentence the participants of an event stand, in words of frames.toml.

A position is "subject", "object", "indirect", "poss", "compound", "light", a preposition, "clause:<position>" (inside
the complement clause), "aim:<position>" (inside what says what a protest is for), "unless:<position>" (inside the
condition of a threat), or "<position>:<position>" (inside another argument: "object:of" is *Turkey* in "condemned the
decision of Turkey").
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from pipeline.language.syntax import (
    LONGEST_CHAIN,
    NOMINAL,
    Role,
    agent,
    answers_to,
    antecedent,
    child,
    children,
    conjuncts,
    is_passive,
    objects,
    obliques,
    once,
    possessor,
    preposition_of,
    role,
    subject,
)

# What may stand after the last colon of a position and asks for a kind of participant instead of a place.
QUALIFIERS = frozenset({"place", "person", "crowd"})
POSSESSIVE = {"his": "he", "her": "she", "its": "it", "their": "they"}
# Whoever stands after "on" or "to" is to do what the infinitive says.
APPEALING = frozenset({"call", "appeal", "prevail"})
# What those who march, strike or riot say that they do it for.
AIMS = frozenset({"demand", "protest", "call", "press", "oppose", "denounce", "condemn", "urge", "seek", "force"})


@dataclass(frozen=True, slots=True)
class Predicate:
    """The word that names an event, and the verb that lends it a subject when it is a noun."""

    head: Token
    light: Token | None = None
    adjectival: bool = False  # a participle read as an adjective: "is committed to"

    @property
    def key(self) -> tuple[int, int, bool]:
        """What tells it from others of its Doc."""
        return self.head.i, -1 if self.light is None else self.light.i, self.adjectival

    @property
    def verb(self) -> Token:
        """The verb that carries tense and negation: the head itself, its light verb, or the clause it stands in."""
        return self.light or (self.head if is_verbal(self.head) else clause_verb(self.head))


def is_verbal(token: Token) -> bool:
    """Whether the token is a verb form that can have a subject."""
    return token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB")


def clause_verb(token: Token) -> Token:
    """The word that heads the clause in which the token stands."""
    current = token
    for _ in range(LONGEST_CHAIN):
        if current.head == current or (current is not token and is_verbal(current)):
            return current
        if role(current) in (Role.RELATIVE_CLAUSE, Role.NOUN_CLAUSE, Role.COMPLEMENT_CLAUSE, Role.ADVERBIAL_CLAUSE):
            return current
        current = current.head
    return current


def doer(verb: Token) -> Token | None:
    """Who does what the verb says, if it stands in the sentence: subject, agent, or the one it shares."""
    if passive(verb):
        return agent(verb)
    return _noun(verb, understood_subject(verb))


def understood_subject(verb: Token) -> Token | None:
    """The subject of an active verb: its own, the one it shares with another verb, or the noun it describes."""
    own = subject(verb)
    if own is not None:
        return own
    link, head = role(verb), verb.head
    if link is Role.NOUN_CLAUSE:
        if verb.tag_ in ("VBG", "VBD", "VBZ", "VBP") or misparsed(verb):  # "police firing on the crowd"
            return head if head.pos_ in NOMINAL else subject(head)
        if is_verbal(head):
            return subject(head) if not is_passive(head) else agent(head)
        lender = clause_verb(head)  # "Iran made a promise to help", "Iran's plan to help"
        return possessor(head) or (subject(lender) if child(lender, Role.OBJECT) == head else None)
    shares = head.tag_.startswith("VB") and (verb.tag_ in ("VBG", "VBN") or is_infinitive(verb))
    if link in (Role.ADVERBIAL_CLAUSE, Role.OPEN_CLAUSE) and is_infinitive(verb) and head.lemma_.lower() in APPEALING:
        asked = next((noun for word, noun in obliques(head) if word in ("on", "upon", "to") and noun.i < verb.i), None)
        if asked is not None:  # "called on Chad to withdraw"
            return asked
    if link is Role.ADVERBIAL_CLAUSE and shares:
        return child(head, Role.PASSIVE_SUBJECT) or subject(head)
    if link is Role.CONJUNCT and is_verbal(head):
        return understood_subject(head) if head.i < verb.i and role(head) is not Role.CONJUNCT else subject(head)
    if (
        link is Role.PREPOSITION_OBJECT and verb.tag_ == "VBG" and is_verbal(head.head)
    ):  # ClearNLP: "accused of attacking"
        return subject(head.head)
    # Parsers hang the subject on an adverb in "Mali has once again outright refused".
    for adverb in children(verb, Role.ADVERB):
        own = child(adverb, Role.SUBJECT) if adverb.i < verb.i else None
        if own is not None:
            return own
    return None


def misparsed(verb: Token) -> bool:
    """Whether a participle after a noun is rather its finite verb: "the prisoners rioted Monday", it has an object."""
    own = child(verb, Role.OBJECT)
    return role(verb) is Role.NOUN_CLAUSE and verb.tag_ == "VBN" and own is not None and verb.i - verb.head.i <= 2


def _noun(verb: Token, found: Token | None) -> Token | None:
    return found if found is not None and found != verb else None


def passive(verb: Token) -> bool:
    """Whether the verb is passive, participles with an object of their own aside."""
    return is_passive(verb) and not misparsed(verb)


@once
def undergoer(verb: Token) -> Sequence[Token]:
    """What the verb is done to: its object, or the subject of its passive."""
    if passive(verb):
        own = child(verb, Role.PASSIVE_SUBJECT) or child(verb, Role.SUBJECT)
        if own is not None:
            return [antecedent(own)]
        if role(verb) is Role.NOUN_CLAUSE and verb.head.pos_ in NOMINAL:  # "soldiers killed in the attack"
            return [verb.head]
        shared = subject(verb)
        return [shared] if shared is not None else []
    found = list(objects(verb))
    if not found and role(verb) is Role.RELATIVE_CLAUSE and verb.head.pos_ in NOMINAL:
        own = child(verb, Role.SUBJECT)
        if own is not None and antecedent(own) == own:  # "the men police arrested"
            return [verb.head]
    if not found:  # "wants Iran to withdraw", with Iran as the subject of the infinitive
        clause = child(verb, Role.OPEN_CLAUSE, Role.COMPLEMENT_CLAUSE)
        own = child(clause, Role.SUBJECT) if clause is not None and is_infinitive(clause) else None
        if own is not None:
            return [own]
    if not found and role(verb) is Role.CONJUNCT and is_verbal(verb.head) and verb.i - verb.head.i <= 2:
        return undergoer_of_chain(verb.head)  # "condemned and rejected the attack" hangs the object on the first
    if not found:  # "shot and badly wounded a detective": of both
        for other in children(verb, Role.CONJUNCT):
            shares = other.tag_ == verb.tag_ and 0 < other.i - verb.i <= 3 and subject_of_its_own(other) is None
            if shares and not any(word.pos_ not in ("CCONJ", "ADV") for word in verb.doc[verb.i + 1 : other.i]):
                return list(objects(other))
    return found


def subject_of_its_own(verb: Token) -> Token | None:
    """The subject that hangs on the verb itself."""
    return child(verb, Role.SUBJECT, Role.PASSIVE_SUBJECT)


def undergoer_of_chain(verb: Token) -> list[Token]:
    """The objects that stand after a coordinated verb: of both."""
    return [found for found in children(verb, Role.OBJECT) if found.i > verb.i + 2]


@once
def is_infinitive(verb: Token) -> bool:
    """Whether the verb is a to-infinitive."""
    return any(mark.lower_ == "to" for mark in children(verb, Role.MARKER, Role.AUXILIARY))


@once
def complement(verb: Token) -> Token | None:
    """The verb of the complement clause: *meet* in "agreed to meet", "urged Iran to meet", "said they met"."""
    found = child(verb, Role.OPEN_CLAUSE, Role.COMPLEMENT_CLAUSE)
    if found is not None and found.i > verb.i:
        return found
    for clause in children(verb, Role.SUBJECT):  # "it is essential that Serbia withdraw"
        if is_verbal(clause) and clause.i > verb.i:
            return clause
    for clause in children(verb, Role.ADVERBIAL_CLAUSE, Role.NOUN_CLAUSE):  # parsers waver between these labels
        if clause.i > verb.i and (is_infinitive(clause) or (not is_verbal(verb) and says_that(clause))):
            return clause
    for noun in children(verb, Role.OBJECT):  # "urged Iran to meet" with the infinitive hung on the noun
        inner = child(noun, Role.NOUN_CLAUSE, Role.OPEN_CLAUSE)
        if inner is not None and is_infinitive(inner):
            return inner
    for preposition in children(verb, Role.PREPOSITION):
        inner = child(preposition, Role.PREPOSITION_OBJECT)
        if inner is not None and is_verbal(inner):
            return inner
    return next(
        (clause for clause in children(verb, Role.ADVERBIAL_CLAUSE) if clause.tag_ == "VBG" and marked(clause)), None
    )


def says_that(clause: Token) -> bool:
    """Whether a clause opens with "that": "the demand that Oman withdraw"."""
    return any(mark.lower_ == "that" for mark in children(clause, Role.MARKER))


def marked(clause: Token) -> bool:
    """Whether a gerund follows a preposition: "accused of breaking"."""
    return any(
        m.lower_ in ("of", "from", "into", "to", "for", "on", "short", "with")
        for m in children(clause, Role.MARKER, Role.CASE)
    )


def at(predicate: Predicate, position: str) -> Iterator[Token]:
    """The nouns at a position of the predicate, in text order."""
    known, key = answers_to("at", predicate.head.doc), (*predicate.key, position)
    found = known.get(key)
    if found is None:
        known[key] = found = list(_found_at(predicate, position))
    return iter(found)


def _found_at(predicate: Predicate, position: str) -> Iterator[Token]:
    first, _, rest = position.partition(":")
    if not rest or rest in QUALIFIERS:
        yield from _at(predicate, first)
        return
    if first == "clause":
        clause = complement(predicate.head)
        if clause is not None:
            yield from at(Predicate(clause), rest)
        return
    if first in ("aim", "unless"):
        clause = aim(predicate) if first == "aim" else unless(predicate)
        if clause is not None:
            yield from at(Predicate(clause), rest)
        return
    for noun in _at(predicate, first):
        yield from at(Predicate(noun), rest)


def aim(predicate: Predicate) -> Token | None:
    """The word that says what a protest is for or against.

    *demand* in "marched to demand an end to the war", *calling* in "marched to the square calling for elections",
    *protest* in "on hunger strike in protest at their arrest".
    """
    for host in (predicate.head, predicate.light):
        if host is None:
            continue
        around = [noun for _, noun in obliques(host) if noun.i > host.i]
        for inner in (host, *around):
            for clause in children(inner, Role.ADVERBIAL_CLAUSE, Role.OPEN_CLAUSE, Role.NOUN_CLAUSE, Role.OBLIQUE):
                states = is_infinitive(clause) or clause.tag_ == "VBG"
                if clause.i > host.i and clause.lemma_.lower() in AIMS and states:
                    return clause
        for noun in around:
            if noun.lower_ == "protest" and preposition_of(noun) == "in":
                return noun
    return None


def unless(predicate: Predicate) -> Token | None:
    """The verb of the condition of a threat or refusal: *lift* in "will strike unless the army lifts the ban"."""
    clause = complement(predicate.head)
    for host in (predicate.head, *([clause] if clause is not None else [])):
        for condition in children(host, Role.ADVERBIAL_CLAUSE):
            if any(mark.lower_ in ("unless", "until") for mark in children(condition, Role.MARKER)):
                return condition
    return None


def _at(predicate: Predicate, position: str) -> Iterator[Token]:
    head = predicate.head
    match position:
        case "subject":
            found = nominal_subject(head) if predicate.adjectival or not is_verbal(head) else doer(head)
            yield from [found] if found is not None else []
        case "object":
            found_objects = undergoer(head)
            given = child(head, Role.INDIRECT_OBJECT) if len(found_objects) > 1 else None  # "asked the army to leave"
            yield from (noun for noun in found_objects if noun != given)
        case "indirect":
            yield from (
                noun for noun in children(head, Role.INDIRECT_OBJECT) if child(noun, Role.PREPOSITION_OBJECT) is None
            )
            if is_passive(head) and child(head, Role.OBJECT) is not None:  # "was given aid"
                yield from children(head, Role.PASSIVE_SUBJECT)
        case "poss":
            found = possessor(head)
            yield from [found] if found is not None else []
        case "compound":
            mods = children(head, Role.COMPOUND, Role.ADJECTIVE, Role.NOUN_MODIFIER)
            yield from (
                mod
                for mod in mods
                if mod.i < head.i and (mod.pos_ in NOMINAL or mod.ent_type_ in ("NORP", "GPE", "ORG"))
            )
        case "light":
            found = doer(predicate.light) if predicate.light is not None else bearer(head)
            yield from [found] if found is not None else []
            if predicate.light is not None and predicate.light.lemma_.lower() in ("join", "meet"):
                yield from (noun for noun in undergoer(predicate.light) if noun != head)
        case _:
            yield from prepositional(predicate, position)


def bearer(noun: Token) -> Token | None:
    """Who is in the state that a noun names: *nurses* in "the nurses are on strike", in both label sets."""
    if is_verbal(noun) or preposition_of(noun) not in ("on", "under", "in"):
        return None
    own = child(noun, Role.SUBJECT, Role.PASSIVE_SUBJECT)
    if own is None and role(noun) is Role.PREPOSITION_OBJECT and noun.head.head.lemma_ == "be":
        own = child(noun.head.head, Role.SUBJECT)
    return antecedent(own) if own is not None else None


def nominal_subject(predicate: Token) -> Token | None:
    """The subject of an adjective or noun with a copula, in both label sets: *Norway* in "Norway is ready"."""
    own = child(predicate, Role.SUBJECT, Role.PASSIVE_SUBJECT)
    if own is None and role(predicate) is Role.PREDICATE:
        own = child(predicate.head, Role.SUBJECT, Role.PASSIVE_SUBJECT)
    return antecedent(own) if own is not None else None


def prepositional(predicate: Predicate, preposition: str) -> Iterator[Token]:
    """The nouns after a preposition: of the predicate, of its object, of its light verb."""
    head = predicate.head
    hosts = [head]
    if is_verbal(head):
        hosts += [member for noun in undergoer(head)[:2] for member in conjuncts(noun)[:3]]  # "grain and tents to Mali"
    else:  # "the extradition of the suspect to Peru"
        hosts += [noun for found, noun in obliques(head) if found == "of"]
    hosts += list(children(head, Role.OPEN_CLAUSE, Role.PARTICLE)) if preposition in ("with", "to", "from") else []
    if predicate.light is not None:
        hosts.append(predicate.light)
    seen = set()
    for host in hosts:
        for found, noun in obliques(host):
            if found == preposition and noun.i not in seen and (host is head or host.i != noun.i):
                seen.add(noun.i)
                yield noun


def same_speaker(pronoun: Token) -> Token | None:
    """Whom a subject pronoun stands for beside a subject of the same sentence.

    *Oman* in "Oman said it would host the talks" and in "Oman rejected the plan, and in May it left the pact".
    """
    clause = pronoun.head
    if role(pronoun) is Role.POSSESSOR and pronoun.lower_ in POSSESSIVE:
        return owner(pronoun)
    if pronoun.lower_ not in ("he", "she", "it", "they") or role(pronoun) not in (
        Role.SUBJECT, Role.PASSIVE_SUBJECT,  # "said it is prepared to": taggers read a passive
    ):  # fmt: skip
        return None
    for _ in range(LONGEST_CHAIN):
        link = role(clause)
        if link not in (Role.CONJUNCT, Role.OPEN_CLAUSE, Role.COMPLEMENT_CLAUSE) or clause.head == clause:
            return None
        clause = clause.head
        own = child(clause, Role.SUBJECT)
        if (own is not None and own.pos_ != "PRON") or link is Role.COMPLEMENT_CLAUSE:
            return agreeing(understood_subject(clause), pronoun)
    return None


def owner(pronoun: Token) -> Token | None:
    """Whom a possessive pronoun means beside the subject of its clause: *Oman* in "Oman repeated its demand"."""
    host = pronoun.head
    if role(host) not in (Role.OBJECT, Role.OBLIQUE, Role.PREPOSITION_OBJECT):
        return None
    return agreeing(understood_subject(clause_verb(host)), pronoun) if is_verbal(clause_verb(host)) else None


def agreeing(noun: Token | None, pronoun: Token) -> Token | None:
    """The noun, when it agrees with the pronoun in number."""
    if noun is None or noun.pos_ not in ("NOUN", "PROPN"):
        return None
    plural = POSSESSIVE.get(pronoun.lower_, pronoun.lower_) == "they"
    if len(conjuncts(noun)) > 1:
        return noun if plural else None
    if noun.ent_type_ in ("GPE", "ORG"):  # "the United States said it would": a plural form of one state
        return noun if plural or POSSESSIVE.get(pronoun.lower_, pronoun.lower_) == "it" else None
    return noun if (noun.tag_ in ("NNS", "NNPS")) == plural else None
