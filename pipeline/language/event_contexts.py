"""Contexts of an event: what it is about, by the words of its clause and by who takes part.

PLOVER writes down beside the type of an event what its matter is: military, legal, economic. A context counts when a
word of contexts.csv stands in the clause of the event, or when the sector of a participant speaks for it; several are
kept in the order of their evidence. When nothing speaks for one, the event has none.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from spacy.tokens import Token

from pipeline.labels import EventType
from pipeline.language.arguments import is_infinitive, is_verbal
from pipeline.language.event_participants import VERBAL
from pipeline.language.event_search import Reading
from pipeline.language.syntax import Role, dependents, role
from pipeline.lexicons import read_rows

# What participants of a sector stand for.
OF_SECTORS = {
    "MIL": "military", "REB": "military", "JUD": "legal", "REF": "asylum", "SPY": "intelligence", "CRM": "crime",
    "IMG": "terrorism", "LAB": "economic", "BUS": "economic", "MNC": "economic", "MED": "health",
    "REL": "religion_ethnicity",
}  # fmt: skip
# Acts among states are diplomatic unless something else speaks for another context.
AMONG_STATES = frozenset({EventType.AGREE, EventType.CONSULT, EventType.SUPPORT, EventType.REJECT, EventType.REQUEST})
# Clauses with a matter of their own.
APART = frozenset({Role.RELATIVE_CLAUSE, Role.PARATAXIS})
MOST = 2  # contexts of one event
LONGEST_CLAUSE = 60  # words


def read_contexts(folder: Path | None = None) -> dict[str, tuple[str, ...]]:
    """The lexicon of contexts: those that a word, or two words, speak for, from the folder or the shipped one.

    Raises:
        LexiconError: contexts.csv is missing or broken.
    """
    found: dict[str, tuple[str, ...]] = {}
    for row in read_rows("contexts", columns=("context", "word"), folder=folder):
        found[row["word"]] = (*found.get(row["word"], ()), row["context"])
    return found


def contexts_of(reading: Reading, kind: EventType, lexicon: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The contexts of an event, those with the most evidence first; without words, those of who takes part."""
    said: Counter[str] = Counter()
    before = ""
    for word in clause_of(reading):
        lemma = word.lemma_.lower()
        for form in dict.fromkeys((lemma, word.lower_, f"{before} {lemma}", f"{before} {word.lower_}")):
            for context in lexicon.get(form, ()):
                said[context] += 1
        before = word.lower_
    said.update(reading.frame.context)
    if said:
        return tuple(context for context, _ in said.most_common(MOST))
    sides = (*reading.actors, *reading.recipients)
    said.update(OF_SECTORS[each.sector] for each in sides if each.sector in OF_SECTORS)
    if not said and kind in AMONG_STATES and len({each.country for each in sides if each.country}) > 1:
        return ("diplomatic",)
    return tuple(context for context, _ in said.most_common(1))


def clause_of(reading: Reading) -> Iterator[Token]:
    """The words of the clause of an event but for its participants, in text order.

    Left out are clauses beside it, those that only say when or why, and what is said of its nouns.
    """
    predicate = reading.predicate
    verb = predicate.head if predicate.light is None else predicate.light  # of a noun alone, what hangs on it
    sides = {i for each in (*reading.actors, *reading.recipients) for i in range(each.span.start, each.span.end)}
    sides = sides if reading.frame.type in VERBAL else set()  # who kills tells what it is about, who speaks does not
    queue, found = [verb], []
    for token in queue:
        found.append(token)
        if len(found) == LONGEST_CLAUSE:
            break
        queue += [inner for inner in dependents(token) if not is_apart(inner)]
    yield from (token for token in sorted(found, key=lambda token: token.i) if token.i not in sides)


def is_apart(token: Token) -> bool:
    """Whether a word heads a clause with a matter of its own; an aim has none: "marched, calling for elections"."""
    if role(token) is Role.ADVERBIAL_CLAUSE:
        return not (is_infinitive(token) or token.tag_ == "VBG")
    return role(token) in APART or (role(token) is Role.CONJUNCT and is_verbal(token))
