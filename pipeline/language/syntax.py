"""Syntax: who is the subject, the object, the agent, in Universal Dependencies and in ClearNLP labels alike.

The shipped model speaks Universal Dependencies, spaCy's `en_core_web_*` the labels of ClearNLP. One table maps both to
the grammatical roles that the layers ask for. The two differ in more than names: in Universal Dependencies a
preposition hangs on its noun (`to <-case- Sochi <-obl- travelled`), in ClearNLP the noun on its preposition
(`travelled -prep-> to -pobj-> Sochi`), and a copula is a child in the one, the head in the other; `obliques`,
`copula_of` and `predicate_nominals` hide that.
"""

import contextlib
import functools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, HEAD  # type: ignore[import-not-found]
from spacy.strings import get_string_id
from spacy.tokens import Doc, Span, Token

# No clause, coordination or chain of control that matters is longer; a bound for parses gone wrong.
LONGEST_CHAIN = 30


class Role:
    """What a token is to its head.

    The members are compared by identity. They are no Enum, as Python 3.11 takes eight times as long for a member of
    one, and the layers ask for hundreds in a sentence.
    """

    __slots__ = ("bit", "name")

    SUBJECT: ClassVar["Role"]
    PASSIVE_SUBJECT: ClassVar["Role"]
    OBJECT: ClassVar["Role"]
    INDIRECT_OBJECT: ClassVar["Role"]
    AGENT: ClassVar["Role"]
    OBLIQUE: ClassVar["Role"]  # "travelled to Sochi"
    PREPOSITION: ClassVar["Role"]  # ClearNLP only: the preposition between a head and its oblique
    PREPOSITION_OBJECT: ClassVar["Role"]  # ClearNLP only
    NOUN_MODIFIER: ClassVar["Role"]  # "the treaty of Lisbon"
    CASE: ClassVar["Role"]  # the preposition, or the possessive 's, of a noun
    POSSESSOR: ClassVar["Role"]
    COMPLEMENT_CLAUSE: ClassVar["Role"]  # "said that they met"
    OPEN_CLAUSE: ClassVar["Role"]  # "agreed to meet"
    ADVERBIAL_CLAUSE: ClassVar["Role"]
    RELATIVE_CLAUSE: ClassVar["Role"]
    NOUN_CLAUSE: ClassVar["Role"]  # "a plan to withdraw", "troops sent to Mali"
    PARATAXIS: ClassVar["Role"]
    CONJUNCT: ClassVar["Role"]
    COORDINATOR: ClassVar["Role"]
    APPOSITION: ClassVar["Role"]
    COMPOUND: ClassVar["Role"]
    FLAT: ClassVar["Role"]  # the further words of a name
    ADJECTIVE: ClassVar["Role"]
    NUMBER: ClassVar["Role"]
    DETERMINER: ClassVar["Role"]
    AUXILIARY: ClassVar["Role"]
    PASSIVE_AUXILIARY: ClassVar["Role"]
    COPULA: ClassVar["Role"]
    PREDICATE: ClassVar["Role"]  # ClearNLP only: what a copula says of its subject
    NEGATION: ClassVar["Role"]
    ADVERB: ClassVar["Role"]
    MARKER: ClassVar["Role"]  # "that", "to", "if"
    PARTICLE: ClassVar["Role"]  # "pull out"
    PUNCTUATION: ClassVar["Role"]
    ROOT: ClassVar["Role"]
    OTHER: ClassVar["Role"]

    def __init__(self, name: str, bit: int) -> None:
        self.name = name
        self.bit = bit  # a number with a bit of its own

    def __repr__(self) -> str:
        return f"Role.{self.name}"


EVERY_ROLE = tuple(Role(name, 1 << number) for number, name in enumerate(Role.__annotations__))
for _member in EVERY_ROLE:
    setattr(Role, _member.name, _member)

ROLES: dict[str, Role] = {
    "nsubj": Role.SUBJECT,
    "csubj": Role.SUBJECT,
    "nsubj:outer": Role.SUBJECT,
    "nsubj:pass": Role.PASSIVE_SUBJECT,
    "csubj:pass": Role.PASSIVE_SUBJECT,
    "nsubjpass": Role.PASSIVE_SUBJECT,
    "csubjpass": Role.PASSIVE_SUBJECT,
    "obj": Role.OBJECT,
    "dobj": Role.OBJECT,
    "iobj": Role.INDIRECT_OBJECT,
    "dative": Role.INDIRECT_OBJECT,
    "obl:agent": Role.AGENT,
    "agent": Role.AGENT,
    "obl": Role.OBLIQUE,
    "obl:tmod": Role.OBLIQUE,
    "obl:unmarked": Role.OBLIQUE,
    "obl:npmod": Role.OBLIQUE,
    "npadvmod": Role.OBLIQUE,
    "prep": Role.PREPOSITION,
    "pobj": Role.PREPOSITION_OBJECT,
    "pcomp": Role.PREPOSITION_OBJECT,
    "nmod": Role.NOUN_MODIFIER,
    "nmod:desc": Role.COMPOUND,
    "nmod:unmarked": Role.NOUN_MODIFIER,
    "nmod:poss": Role.POSSESSOR,
    "poss": Role.POSSESSOR,
    "case": Role.CASE,
    "ccomp": Role.COMPLEMENT_CLAUSE,
    "xcomp": Role.OPEN_CLAUSE,
    "advcl": Role.ADVERBIAL_CLAUSE,
    "advcl:relcl": Role.ADVERBIAL_CLAUSE,
    "acl:relcl": Role.RELATIVE_CLAUSE,
    "relcl": Role.RELATIVE_CLAUSE,
    "acl": Role.NOUN_CLAUSE,
    "parataxis": Role.PARATAXIS,
    "conj": Role.CONJUNCT,
    "cc": Role.COORDINATOR,
    "cc:preconj": Role.COORDINATOR,
    "preconj": Role.COORDINATOR,
    "appos": Role.APPOSITION,
    "compound": Role.COMPOUND,
    "nn": Role.COMPOUND,
    "flat": Role.FLAT,
    "flat:foreign": Role.FLAT,
    "fixed": Role.FLAT,
    "goeswith": Role.FLAT,
    "amod": Role.ADJECTIVE,
    "nummod": Role.NUMBER,
    "quantmod": Role.NUMBER,
    "det": Role.DETERMINER,
    "det:predet": Role.DETERMINER,
    "predet": Role.DETERMINER,
    "aux": Role.AUXILIARY,
    "aux:pass": Role.PASSIVE_AUXILIARY,
    "auxpass": Role.PASSIVE_AUXILIARY,
    "cop": Role.COPULA,
    "attr": Role.PREDICATE,
    "acomp": Role.PREDICATE,
    "oprd": Role.PREDICATE,
    "neg": Role.NEGATION,
    "advmod": Role.ADVERB,
    "mark": Role.MARKER,
    "compound:prt": Role.PARTICLE,
    "prt": Role.PARTICLE,
    "punct": Role.PUNCTUATION,
    "root": Role.ROOT,
    "ROOT": Role.ROOT,
}
OTHER = Role.OTHER
# The same by the number that spaCy gives a label: a parse keeps numbers, and looking up their names costs more.
ROLE_OF_NUMBER = {get_string_id(label): known for label, known in ROLES.items()}

NEGATIONS = frozenset({"not", "n't", "n’t", "never", "no", "neither", "nor", "cannot", "hardly", "scarcely"})
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM"})
# What a noun phrase is trimmed of: clauses, appositions and coordinations that hang on it.
OUTSIDE_NOUN_PHRASE = frozenset(
    {
        Role.RELATIVE_CLAUSE, Role.NOUN_CLAUSE, Role.ADVERBIAL_CLAUSE, Role.COMPLEMENT_CLAUSE, Role.PARATAXIS,
        Role.CONJUNCT, Role.COORDINATOR, Role.APPOSITION, Role.CASE, Role.PUNCTUATION, Role.COPULA, Role.SUBJECT,
        Role.AUXILIARY, Role.MARKER, Role.NEGATION,
    }
)  # fmt: skip
BEFORE_NOUN = frozenset({Role.COMPOUND, Role.FLAT, Role.ADJECTIVE, Role.NUMBER, Role.DETERMINER, Role.POSSESSOR})


def role(token: Token) -> Role:
    """What the token is to its head."""
    return ROLE_OF_NUMBER.get(token.dep, OTHER)


# The dependents of every token of the Doc that a layer is reading, while it does: spaCy makes each Token anew, and
# looks for a head's dependents among all words below it. Beside them what `once` has found, by function and token.
_read: tuple[Doc, "Dependents", defaultdict[str, dict[int, Any]]] | None = None
Found = TypeVar("Found")


@contextlib.contextmanager
def remembered(doc: Doc) -> Iterator[None]:
    """Look the parse of the Doc up once, for as long as the context lasts; the parse must not change in it."""
    global _read, _known
    parse = np.stack([doc.to_array(HEAD), doc.to_array(DEP)], 1)
    if _known is None or _known.doc is not doc or not np.array_equal(_known.parse, parse):
        _known = Dependents(doc, parse)
    before, _read = _read, (doc, _known, defaultdict(dict))
    try:
        yield
    finally:
        _read = before


class Dependents:
    """The dependents of every token of a Doc, in text order, made when they are first asked for."""

    def __init__(self, doc: Doc, parse: NDArray[np.uint64]) -> None:
        """`parse`: how far from each token its head stands, in tokens, 0 for a root; and the number of its label."""
        self.doc, self.parse = doc, parse
        offsets = parse[:, 0].astype(np.int64)
        own = np.flatnonzero(offsets)
        heads = own + offsets[own]
        order = np.argsort(heads, kind="stable")
        self._tokens: list[int] = own[order].tolist()
        self._starts: list[int] = np.searchsorted(heads[order], np.arange(len(offsets) + 1)).tolist()
        self._made: list[list[Token] | None] = [None] * len(offsets)
        self._linked: list[list[tuple[Token, int]] | None] = [None] * len(offsets)
        self._bits = [ROLE_OF_NUMBER.get(label, OTHER).bit for label in parse[:, 1].tolist()]
        self.below = [0] * len(offsets)  # the roles of each token's dependents
        for i, head in zip(own.tolist(), heads.tolist(), strict=True):
            self.below[head] |= self._bits[i]

    def of(self, i: int) -> list[Token]:
        """The dependents of token `i`; nobody may change the list."""
        found = self._made[i]
        if found is None:
            doc = self.doc
            found = self._made[i] = [doc[k] for k in self._tokens[self._starts[i] : self._starts[i + 1]]]
        return found

    def in_roles(self, i: int, roles: tuple[Role, ...]) -> list[Token]:
        """The dependents of token `i` that have one of the roles."""
        wanted = BITS[roles]
        if not self.below[i] & wanted:
            return []
        linked = self._linked[i]
        if linked is None:
            bits = self._bits
            linked = self._linked[i] = [(dependent, bits[dependent.i]) for dependent in self.of(i)]
        return [dependent for dependent, bit in linked if bit & wanted]


class Bits(dict[tuple[Role, ...], int]):
    """A bit for each of some roles, together in a number."""

    def __missing__(self, roles: tuple[Role, ...]) -> int:
        self[roles] = found = sum(known.bit for known in set(roles))
        return found


BITS = Bits()


# One Doc goes through all layers before the next: its dependents are kept for as long as its parse is the same.
_known: Dependents | None = None


def once(function: Callable[[Token], Found]) -> Callable[[Token], Found]:
    """The function, which asks the same of a token once while its Doc is remembered; nobody may change the answer."""

    name = function.__qualname__

    @functools.wraps(function)
    def known(token: Token) -> Found:
        if _read is None or token.doc is not _read[0]:
            return function(token)
        answers: dict[int, Found] = _read[2][name]
        i = token.i
        try:
            return answers[i]
        except KeyError:
            answers[i] = found = function(token)
            return found

    return known


def answers_to(question: str, doc: Doc) -> dict[Any, Any]:
    """What has been found of the Doc before, while it is remembered; nobody may change the answers."""
    return _read[2][question] if _read is not None and doc is _read[0] else {}


@once
def sentence_start(token: Token) -> int:
    """The first token of the sentence; spaCy looks for it anew each time."""
    return int(token.sent.start)


def dependents(token: Token) -> Sequence[Token]:
    """All dependents of the token, in text order."""
    if _read is not None and token.doc is _read[0]:
        return _read[1].of(token.i)
    return list(token.children)


def children(token: Token, *roles: Role) -> Iterator[Token]:
    """The dependents of the token that have one of the roles, in text order."""
    if _read is None or token.doc is not _read[0]:
        return (dependent for dependent in token.children if role(dependent) in roles)
    return iter(_read[1].in_roles(token.i, roles))


def child(token: Token, *roles: Role) -> Token | None:
    """The first dependent that has one of the roles."""
    if _read is None or token.doc is not _read[0]:
        return next((dependent for dependent in token.children if role(dependent) in roles), None)
    known, i = _read[1], token.i
    if not known.below[i] & BITS[roles]:
        return None
    return known.in_roles(i, roles)[0]


@once
def conjuncts(token: Token) -> Sequence[Token]:
    """The token and what is coordinated with it: "Kenya, Uganda and Chad" from "Kenya"."""
    found = [token]
    for member in found:
        found.extend(other for other in children(member, Role.CONJUNCT) if other not in found)
        if len(found) > LONGEST_CHAIN:
            break
    return sorted(found, key=lambda member: member.i)


def subject(verb: Token) -> Token | None:
    """The grammatical subject, of an active or a passive verb, its own or the one it shares.

    "Russia agreed to talk and then withdrew": *Russia* for all three verbs. "the rebels who attacked": *rebels*.
    """
    current = verb
    for _ in range(LONGEST_CHAIN):
        own = child(current, Role.SUBJECT, Role.PASSIVE_SUBJECT)
        if own is not None:
            return antecedent(own)
        link, head = role(current), current.head
        if link is Role.CONJUNCT and head.pos_ in ("VERB", "AUX"):
            current = head
        elif link is Role.OPEN_CLAUSE:
            return controller(current)
        elif link in (Role.RELATIVE_CLAUSE, Role.NOUN_CLAUSE):
            return None if link is Role.NOUN_CLAUSE else head
        else:
            return None
    return None


def controller(verb: Token) -> Token | None:
    """Who performs an infinitive without a subject: the governing verb's object if it has one, else its subject.

    "urged Iran to talk": *Iran*; "Iran agreed to talk": *Iran*; "Iran promised Iraq to talk": *Iran*.
    """
    head = verb.head
    objects = child(head, Role.OBJECT, Role.INDIRECT_OBJECT)
    if objects is not None and head.lemma_ not in ("promise", "vow", "threaten", "pledge"):
        return objects
    return subject(head)


def antecedent(token: Token) -> Token:
    """The noun that a relative pronoun stands for: *rebels* for *who* in "the rebels who attacked"; else the token."""
    if token.tag_ in ("WDT", "WP") or token.lower_ in ("who", "which", "that"):
        clause = token.head
        if role(clause) is Role.RELATIVE_CLAUSE and clause.head.pos_ in NOMINAL:
            return clause.head
    return token


def objects(verb: Token) -> Iterator[Token]:
    """Direct and indirect objects, in text order."""
    return (antecedent(found) for found in children(verb, Role.OBJECT, Role.INDIRECT_OBJECT))


@once
def is_passive(verb: Token) -> bool:
    """Whether the verb is passive: "was attacked", or a participle after a noun: "troops sent to Mali"."""
    if child(verb, Role.PASSIVE_SUBJECT, Role.PASSIVE_AUXILIARY, Role.AGENT) is not None:
        return True
    if verb.tag_ != "VBN":
        return False
    if role(verb) is Role.CONJUNCT and verb.head.tag_ == "VBN":  # "was elected in 1997, indicted in 2003"
        own = child(verb, Role.SUBJECT, Role.AUXILIARY, Role.OBJECT, Role.COMPLEMENT_CLAUSE)
        return own is None and child(verb.head, Role.PASSIVE_AUXILIARY) is not None
    return role(verb) is Role.NOUN_CLAUSE


def agent(verb: Token) -> Token | None:
    """Who did it, in a passive: "was attacked by rebels"."""
    found = child(verb, Role.AGENT)
    if found is not None:  # ClearNLP hangs the noun on "by"
        return child(found, Role.PREPOSITION_OBJECT) or found
    if not is_passive(verb):
        return None
    return next((noun for preposition, noun in obliques(verb) if preposition == "by" and noun.pos_ in NOMINAL), None)


@once
def obliques(head: Token) -> Sequence[tuple[str, Token]]:
    """Each prepositional dependent of a verb or noun: the preposition in lower case, and its noun.

    Bare adverbial nouns ("met Tuesday") come with an empty preposition.
    """
    found = []
    for dependent in dependents(head):
        kind = role(dependent)
        if kind in (Role.OBLIQUE, Role.NOUN_MODIFIER, Role.AGENT) and child(dependent, Role.PREPOSITION_OBJECT) is None:
            found.append((preposition_of(dependent), dependent))
        elif kind in (Role.PREPOSITION, Role.AGENT, Role.INDIRECT_OBJECT):
            found += [(dependent.lower_, noun) for noun in children(dependent, Role.PREPOSITION_OBJECT)]
    return found


@once
def preposition_of(noun: Token) -> str:
    """The preposition before a noun, in lower case: "to", "because of"; empty when there is none."""
    if role(noun) is Role.PREPOSITION_OBJECT:
        return noun.head.lower_
    words = [case for case in children(noun, Role.CASE) if case.i < noun.i]
    return " ".join(word.lower_ for case in words for word in (case, *children(case, Role.FLAT)))


def possessor(noun: Token) -> Token | None:
    """Whose: *NATO* in "NATO's campaign"."""
    return child(noun, Role.POSSESSOR)


def copula_of(predicate: Token) -> Token | None:
    """The form of "be" that links a subject to the predicate."""
    if role(predicate) is Role.PREDICATE:
        return predicate.head
    return child(predicate, Role.COPULA)


def predicate_nominals(verb: Token) -> Iterator[Token]:
    """What a copular verb says of its subject, in ClearNLP parses."""
    return children(verb, Role.PREDICATE)


def negation(token: Token) -> Token | None:
    """The word that negates a verb or noun: "did not attack", "no attack"."""
    for dependent in dependents(token):
        if dependent.lower_ in NEGATIONS and role(dependent) in (
            Role.NEGATION, Role.ADVERB, Role.DETERMINER, Role.COORDINATOR, Role.OTHER,
        ):  # fmt: skip
            return dependent
    return None


def auxiliaries(verb: Token) -> list[Token]:
    """The auxiliaries of a verb, in text order: "has been", "will"."""
    return list(children(verb, Role.AUXILIARY, Role.PASSIVE_AUXILIARY, Role.COPULA))


def phrasal_lemma(verb: Token) -> str:
    """The lemma with its particle: "pull out", "carry out"."""
    particle = child(verb, Role.PARTICLE)
    return f"{verb.lemma_.lower()} {particle.lower_}" if particle is not None else verb.lemma_.lower()


def noun_phrase(noun: Token, *, full: bool = False) -> Span:
    """The words around a noun: its modifiers before it and the rest of its name; with `full`, its "of"-phrases as well.

    Leading prepositions, relative clauses, appositions and coordinated nouns stay outside.
    """
    members = [noun.i]
    queue = [noun]
    for token in queue:
        for dependent in token.children:
            kind = role(dependent)
            inside = kind in BEFORE_NOUN if not full else kind not in OUTSIDE_NOUN_PHRASE
            if token is not noun and not full:
                inside = kind in BEFORE_NOUN or kind in (Role.CASE, Role.COORDINATOR, Role.CONJUNCT, Role.PUNCTUATION)
            if token is not noun and full:
                inside = kind not in (Role.RELATIVE_CLAUSE, Role.NOUN_CLAUSE, Role.PARATAXIS)
            if inside:
                members.append(dependent.i)
                queue.append(dependent)
    return _contiguous(noun.doc, noun.i, set(members))


def _contiguous(doc: Doc, centre: int, members: set[int]) -> Span:
    start = end = centre
    while start - 1 in members:
        start -= 1
    while end + 1 in members:
        end += 1
    return doc[start : end + 1]


def subtree_span(token: Token) -> Span:
    """The words from the first to the last of what depends on the token."""
    return token.doc[token.left_edge.i : token.right_edge.i + 1]
