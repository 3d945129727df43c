"""Contents: what a cue governs by syntax, whether it is a clause, an infinitive, an object or a prepositional phrase.

`governed` knows nothing of single words: it lists every pattern that stands around a verb, a noun or an adjective, with
the words that would be the content. Which of them attribute words to someone is for cues.toml to say.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from pipeline.language.syntax import (
    LONGEST_CHAIN,
    Role,
    child,
    children,
    dependents,
    is_passive,
    obliques,
    role,
)

Range = tuple[int, int]  # token indices, half-open

# Prepositions of time, place and occasion: what they bring belongs to the saying, not to what is said.
OF_OCCASION = frozenset(
    {
        "on", "in", "at", "during", "after", "before", "since", "until", "by", "via", "through", "following", "within",
        "amid", "upon",
    }
)  # fmt: skip
COMMAS = frozenset({",", ";", "\N{EM DASH}", "\N{EN DASH}", "--", "-", "...", "\N{HORIZONTAL ELLIPSIS}"})
AS_PHRASES = frozenset({Role.OBLIQUE, Role.PREPOSITION, Role.ADVERBIAL_CLAUSE})
BEFORE_CUE = frozenset({Role.AUXILIARY, Role.PASSIVE_AUXILIARY, Role.ADVERB, Role.NEGATION, Role.COPULA, Role.OTHER})
# "made the claim that", "issued a call for": the verb is part of the cue.
LIGHT_VERBS = frozenset(
    {
        "make", "issue", "give", "have", "take", "raise", "repeat", "file", "hold", "send", "release", "deliver",
        "offer",
        "pose", "get",
    }
)  # fmt: skip
# "went on to criticize", "continued to insist": the first verb is part of the cue.
PHASE_VERBS = frozenset(
    {"go", "begin", "start", "continue", "come", "proceed", "use", "appear", "seem", "happen", "rush", "step", "jump"}
)


# Words. No sentence that says something is longer; a "sentence" that is, is a table or a parse gone wrong.
LONGEST_SENTENCE = 400


@dataclass(frozen=True, slots=True)
class Governed:
    """A pattern around a cue: the words of the cue and those of its content, as ranges of tokens."""

    pattern: str
    head: Token
    cue: Range
    content: tuple[Range, ...]


def governed(token: Token) -> Iterator[Governed]:
    """Every pattern of content that stands around the token."""
    if token.pos_ in ("VERB", "AUX"):
        if not _is_imperative(token):
            yield from _governed_by_verb(token)
    elif token.pos_ in ("NOUN", "PROPN"):
        yield from _governed_by_noun(token)
    elif token.pos_ == "ADJ":
        yield from _governed_by_adjective(token)


def _is_imperative(verb: Token) -> bool:
    """ "Support our work": asks the reader, and credits nobody."""
    if verb.tag_ != "VB" or role(verb) is not Role.ROOT:
        return False
    return child(verb, Role.SUBJECT, Role.PASSIVE_SUBJECT, Role.AUXILIARY, Role.MARKER) is None


def sentence_around(token: Token) -> Range:
    """The sentence of a token, cut at so many words to either side; in a Doc without sentences, those words."""
    doc, start, end = token.doc, token.i, token.i + 1
    while start > 0 and not doc[start].is_sent_start and token.i - start < LONGEST_SENTENCE:
        start -= 1
    while end < len(doc) and not doc[end].is_sent_start and end - token.i < LONGEST_SENTENCE:
        end += 1
    return start, end


def _governed_by_verb(verb: Token) -> Iterator[Governed]:
    cue = cue_range(verb)
    clause = _clause_of(verb)
    if clause is not None:
        if clause.i > verb.i:
            yield _made("clause", verb, cue, [(_clause_start(verb, clause), _tail(verb, clause, everything=True))])
        else:
            yield _made("clause", verb, cue, [_subtree(clause)])
    else:
        yield from _parenthesised(verb, cue)
    if is_passive(verb) and role(verb) is not Role.NOUN_CLAUSE:
        yield from _governed_by_passive(verb, cue)
        return
    item = next(children(verb, Role.OBJECT, Role.INDIRECT_OBJECT), None)
    infinitive = next((found for found in _open_clauses(verb)), None)
    if infinitive is not None and (item is None or item.i > infinitive.i):
        tail = _tail(verb, infinitive, everything=True)
        yield _made("infinitive", verb, cue, [(infinitive.left_edge.i, tail)])
        subject = child(verb, Role.SUBJECT)
        if subject is not None:
            yield _made("raising", verb, cue, [_subtree(subject), (infinitive.left_edge.i, tail)])
    elif item is not None and infinitive is not None and item.i > verb.i:
        yield _made("object infinitive", verb, cue, [(item.left_edge.i, _tail(verb, infinitive, everything=True))])
        yield _made("infinitive", verb, cue, [(infinitive.left_edge.i, _tail(verb, infinitive, everything=True))])
    elif item is not None and clause is None:
        yield from _governed_objects(verb, cue, item)
    elif clause is None:
        yield from _governed_by_preposition(verb, cue)


def _governed_by_passive(verb: Token, cue: Range) -> Iterator[Governed]:
    subject = child(verb, Role.PASSIVE_SUBJECT, Role.SUBJECT)
    infinitive = next((found for found in _open_clauses(verb)), None)
    if infinitive is not None:
        tail = (infinitive.left_edge.i, _tail(verb, infinitive, everything=True))
        if subject is not None:
            yield _made("passive infinitive", verb, cue, [_subtree(subject), tail])
        return
    if subject is None:
        return
    rest = [
        (_phrase_start(noun), noun.right_edge.i + 1)
        for preposition, noun in obliques(verb)
        if preposition in ("as", "of", "for", "over") and noun.i > verb.i
    ]
    yield _made("passive", verb, cue, [_subtree(subject), *rest[:1]])


def _governed_objects(verb: Token, cue: Range, item: Token) -> Iterator[Governed]:
    if item.i > verb.i:
        words = [(item.left_edge.i, _tail(verb, item))]
        yield _made("naming" if _is_naming(verb, item) else "object", verb, cue, words)
    elif role(verb) is Role.RELATIVE_CLAUSE:  # "whom he described as peaceful"
        after = next(
            (found for found in dependents(verb) if found.i > verb.i and _belongs(found, everything=False)), None
        )
        rest = [(after.left_edge.i, _tail(verb, after))] if after is not None else []
        yield _made("naming" if rest else "object", verb, cue, [_subtree(item), *rest])


def _is_naming(verb: Token, item: Token) -> bool:
    """Whether the object is said to be something: "called it a disgrace", "saw it as a threat", "a "disgrace"."""
    for other in dependents(verb):
        if other.i <= item.i:
            continue
        if role(other) in (Role.OPEN_CLAUSE, Role.PREDICATE, Role.OBJECT):
            return True
        if other.left_edge.lower_ == "as" and role(other) in AS_PHRASES:
            return True
    return any(word.is_quote for word in item.subtree)


def _governed_by_preposition(head: Token, cue: Range) -> Iterator[Governed]:
    for preposition, noun in obliques(head):
        if preposition and noun.i > head.i:
            start = _after_preposition(noun)
            if start >= noun.right_edge.i + 1:
                continue
            reach = (cue[0], start) if start - cue[1] <= 3 else cue
            yield _made(preposition, head, reach, [(start, max(_tail(head, noun), noun.right_edge.i + 1))])
            return


def _governed_by_noun(noun: Token) -> Iterator[Governed]:
    cue = cue_range(noun)
    for clause in children(noun, Role.NOUN_CLAUSE, Role.COMPLEMENT_CLAUSE, Role.RELATIVE_CLAUSE, Role.OPEN_CLAUSE):
        if clause.i < noun.i:
            continue
        first = clause.left_edge.lower_
        if first == "to" or clause.tag_ == "VB":
            yield _made("infinitive", noun, cue, [_subtree(clause)])
            break
        marker = child(clause, Role.MARKER)
        if marker is not None and marker.lower_ in ("that", "whether", "if"):
            yield _made("clause", noun, cue, [_subtree(clause)])
            break
    else:
        yield from _governed_by_preposition(noun, cue)
    yield from _predicated(noun, cue)
    before = next(children(noun, Role.COMPOUND), None)
    if before is not None and before.i < noun.i:
        yield _made("compound", noun, (noun.i, noun.i + 1), [_subtree(before)])
    owner = child(noun, Role.POSSESSOR)
    if owner is not None:
        end = owner.right_edge.i + 1
        words = (owner.left_edge.i, end - 1 if owner.right_edge.tag_ == "POS" else end)
        yield _made("possessor", noun, (noun.i, noun.i + 1), [words])


def _predicated(noun: Token, cue: Range) -> Iterator[Governed]:
    """ "The message is that ...", "Her plan was to ...": what a copula says of the noun."""
    if role(noun) is not Role.SUBJECT:
        return
    head = noun.head
    clause = next(children(head, Role.COMPLEMENT_CLAUSE, Role.OPEN_CLAUSE), None) if head.lemma_ == "be" else None
    if clause is None and child(head, Role.COPULA) is not None and head.pos_ in ("VERB", "ADJ"):
        marker = child(head, Role.MARKER)
        if marker is not None and marker.lower_ in ("that", "to") and marker.i > noun.i:
            yield _made("predicate", noun, (cue[0], marker.i), [(marker.i, head.right_edge.i + 1)])
        return
    if clause is not None and clause.i > noun.i:
        yield _made("predicate", noun, cue, [_subtree(clause)])


def _governed_by_adjective(adjective: Token) -> Iterator[Governed]:
    cue = cue_range(adjective)
    for clause in children(adjective, Role.COMPLEMENT_CLAUSE, Role.OPEN_CLAUSE, Role.ADVERBIAL_CLAUSE):
        if clause.i < adjective.i:
            continue
        words = [(clause.left_edge.i, clause.right_edge.i + 1)]
        first = clause.left_edge.lower_
        if first == "to":
            yield _made("infinitive", adjective, cue, words)
        elif role(clause) is Role.COMPLEMENT_CLAUSE or first in ("that", "whether"):
            yield _made("clause", adjective, cue, words)
        else:
            continue
        return
    yield from _governed_by_preposition(adjective, cue)


def _clause_of(verb: Token) -> Token | None:
    """The clause a verb reports: its complement, or what follows it loosely ("he said: they left")."""
    found = child(verb, Role.COMPLEMENT_CLAUSE)
    if found is not None:
        return found
    addressed = _clause_after_addressee(verb)
    if addressed is not None:
        return addressed
    if is_passive(verb):
        return None
    return next((other for other in children(verb, Role.PARATAXIS) if other.i > verb.i and _is_introduced(other)), None)


def _is_introduced(clause: Token) -> bool:
    """Whether a colon or a mark stands before a loose clause; after a semicolon the writer speaks again."""
    start = clause.left_edge.i
    marks = [clause.doc[index] for index in range(max(0, start - 1), start + 1)]
    return any(mark.text == ":" or mark.is_quote for mark in marks)


def _clause_start(verb: Token, clause: Token) -> int:
    """Where a reported clause begins; without "that", right after the verb and its adverbs, whatever the parse says.

    "said the talks he led were over": parsers take the talks for what is said and cut them off from their verb.
    """
    start = int(clause.left_edge.i)
    if child(clause, Role.MARKER) is not None or child(clause, Role.SUBJECT, Role.PASSIVE_SUBJECT) is not None:
        return start
    item = next((found for found in children(verb, Role.OBJECT) if verb.i < found.i < start), None)
    return int(item.left_edge.i) if item is not None and item.right_edge.i + 1 == start else start


def _clause_after_addressee(verb: Token) -> Token | None:
    """ "told reporters that they had left": parsers like to hang the clause on the reporters."""
    for item in children(verb, Role.OBJECT, Role.INDIRECT_OBJECT, Role.OBLIQUE):
        for clause in children(item, Role.RELATIVE_CLAUSE, Role.NOUN_CLAUSE, Role.COMPLEMENT_CLAUSE):
            first = clause.left_edge
            if item.i > verb.i and first.lower_ == "that" and role(first) is Role.MARKER and first.head is clause:
                return clause
    return None


def _parenthesised(verb: Token, cue: Range) -> Iterator[Governed]:
    """ "The plan, he said, would fail": the reporting clause hangs on what it reports."""
    if role(verb) not in (Role.PARATAXIS, Role.COMPLEMENT_CLAUSE) or child(verb, Role.OBJECT) is not None:
        return
    head = verb.head
    if role(verb) is Role.COMPLEMENT_CLAUSE and not (verb.i > head.i and head.doc[verb.left_edge.i - 1].text == ","):
        return
    if child(verb, Role.SUBJECT) is None:
        return
    start, end = _subtree(head)
    hole = _subtree(verb)
    pieces = [piece for piece in ((start, hole[0]), (hole[1], end)) if piece[1] > piece[0]]
    if pieces:
        yield _made("clause", verb, cue, pieces)


def _open_clauses(verb: Token) -> Iterator[Token]:
    """The infinitives and participles after a verb; of others ("called it dead") those with a marker or a copula."""
    for found in children(verb, Role.OPEN_CLAUSE):
        verbal = found.pos_ in ("VERB", "AUX") or child(found, Role.MARKER, Role.COPULA) is not None
        if found.i > verb.i and verbal:
            yield found


def _tail(head: Token, first: Token, *, everything: bool = False) -> int:
    """Where the content ends that begins with the dependent `first`: later dependents may go on with it."""
    end = first.right_edge.i + 1
    for other in dependents(head):
        if other.i <= first.i or other.i < end:
            continue
        if not _belongs(other, everything=everything):
            break
        end = max(end, other.right_edge.i + 1)
    return end


def _belongs(other: Token, *, everything: bool) -> bool:
    """Whether a dependent after the first words of a content still belongs to it."""
    kind = role(other)
    if kind in (Role.CONJUNCT, Role.COORDINATOR, Role.PUNCTUATION, Role.SUBJECT, Role.PASSIVE_SUBJECT, Role.PARATAXIS):
        return False
    start = other.left_edge.i
    if other.doc[start].text in COMMAS or (start and other.doc[start - 1].text in COMMAS):
        return False
    if everything:
        return True
    if kind in (Role.OBLIQUE, Role.PREPOSITION, Role.AGENT):
        first = other.left_edge.lower_
        return first not in OF_OCCASION and (other.left_edge.pos_ == "ADP" or first == "as")
    if kind is Role.ADVERBIAL_CLAUSE:
        return other.left_edge.lower_ in ("for", "of", "as", "to", "over", "that", "about", "from")
    return kind in (Role.OPEN_CLAUSE, Role.PREDICATE, Role.COMPLEMENT_CLAUSE, Role.OBJECT, Role.OTHER)


def cue_range(head: Token) -> Range:
    """The words of a cue around its head: auxiliaries, adverbs, negation, particle, and a light verb before a noun."""
    start = end = head.i
    if head.pos_ in ("NOUN", "PROPN"):
        verb = head.head
        if role(head) is Role.OBJECT and verb.lemma_ in LIGHT_VERBS and 0 < head.i - verb.i <= 5:
            start = _verbal_start(verb)
        return start, end + 1
    copula = head.head if role(head) is Role.PREDICATE and 0 < head.i - head.head.i <= 3 else head
    start = _verbal_start(copula)
    doc = head.doc
    while end + 1 < len(doc) and doc[end + 1].head == head and role(doc[end + 1]) in (Role.PARTICLE, Role.ADVERB):
        if role(doc[end + 1]) is Role.ADVERB and end + 1 - head.i > 2:
            break
        end += 1
    return start, end + 1


def _verbal_start(verb: Token) -> int:
    """Where the words of a verb begin: "has repeatedly called", "went on to say"."""
    doc, start = verb.doc, verb.i
    for _ in range(LONGEST_CHAIN):
        while start > 0 and doc[start - 1].head == verb and role(doc[start - 1]) in BEFORE_CUE:
            start -= 1
        head = verb.head
        if role(verb) is not Role.OPEN_CLAUSE or head.lemma_ not in PHASE_VERBS or not 0 < verb.i - head.i <= 4:
            break
        verb, start = head, head.i
    return start


def _made(pattern: str, head: Token, cue: Range, content: Iterable[Range]) -> Governed:
    return Governed(pattern, head, cue, tuple(trimmed(head.doc, content, cue)))


def trimmed(doc: Doc, ranges: Iterable[Range], cue: Range) -> Iterator[Range]:
    """The ranges in text order, without the words of the cue and without punctuation at their edges."""
    for start, end in sorted(ranges):
        if start <= cue[0] < end:
            pieces = [(start, cue[0]), (cue[1], end)]
        else:
            pieces = [(max(start, cue[1]) if cue[0] < start < cue[1] else start, end)]
        for first, last in pieces:
            while first < last and _is_loose(doc[first]):
                first += 1
            while last > first and _is_loose(doc[last - 1]):
                last -= 1
            if last > first:
                yield first, last


def _is_loose(token: Token) -> bool:
    return token.is_space or token.text in (",", ";", ":", ".", "-", "--", "\N{EM DASH}", "\N{EN DASH}")


def _subtree(token: Token) -> Range:
    return token.left_edge.i, token.right_edge.i + 1


def _after_preposition(noun: Token) -> int:
    """Where a noun phrase begins after its preposition."""
    if role(noun) is Role.PREPOSITION_OBJECT:
        return int(noun.left_edge.i)
    cases = [case for case in children(noun, Role.CASE) if case.i < noun.i]
    return max([int(noun.left_edge.i), *(int(case.right_edge.i) + 1 for case in cases)])


def _phrase_start(noun: Token) -> int:
    """Where a noun phrase begins, its preposition included."""
    return int(noun.head.i) if role(noun) is Role.PREPOSITION_OBJECT else int(noun.left_edge.i)
