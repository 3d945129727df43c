"""Modality: whether the text says that an event happened, from what stands over its verb.

Negation wins over plans, plans over possibility, possibility over reports: "he said they would not meet" is negated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Token

from pipeline.labels import AttributionType, Modality
from pipeline.language.arguments import Predicate, is_infinitive, is_verbal, undergoer
from pipeline.language.doc import Quotation
from pipeline.language.syntax import (
    LONGEST_CHAIN,
    Role,
    answers_to,
    child,
    children,
    dependents,
    negation,
    obliques,
    preposition_of,
    role,
    subject,
)
from pipeline.lexicons import FOLDER, check_choice, read_entries

KINDS = ("adverb", "auxiliary", "governor", "marker", "report")
FINITE = frozenset({"VBD", "VBZ", "VBP"})
# What speakers do besides: in "denied that they left and accused Iran" the second is theirs too.
SPEAKING = frozenset(
    {
        "accuse", "add", "blame", "call", "condemn", "criticise", "criticize", "demand", "insist", "praise", "promise",
        "say", "threaten", "urge", "vow", "warn",
    }
)  # fmt: skip
NOBODY = frozenset({"nobody", "none", "no one", "nothing", "neither"})
# The links by which a clause hangs on what governs it.
GOVERNED = frozenset({Role.OPEN_CLAUSE, Role.COMPLEMENT_CLAUSE, Role.NOUN_CLAUSE, Role.PREPOSITION_OBJECT})
# Governors that bear on an event named by a noun: "cancelled the march", "plans talks".
OF_NOUNS = frozenset(
    {
        "abandon", "announce", "appeal", "ask", "avert", "avoid", "call", "cancel", "consider", "demand", "deny",
        "expect", "fear", "hope", "insist", "need", "plan", "press", "prevent", "propose", "recommend", "request",
        "schedule", "scrap", "seek", "thwart", "urge", "want",
    }
)  # fmt: skip
# Those of them that make it happen: "called a strike", "announced a truce".
PERFORMING = frozenset({"announce", "call", "deny", "schedule"})
UPCOMING = frozenset({"next", "upcoming", "forthcoming", "coming", "scheduled", "planned", "tomorrow", "future"})
# What is told in the present tense with its day is a timetable.
SCHEDULED = frozenset(
    {
        "arrive", "begin", "convene", "depart", "fly", "gather", "go", "head", "host", "leave", "meet", "open",
        "resume", "return", "start", "travel", "visit",
    }
)  # fmt: skip
DAYS = frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "tonight"))
# Governors that bear on infinitives, and on a finite clause only where it speaks of the future.
OF_INFINITIVES = frozenset(
    {"agree", "agreement", "announce", "call", "decide", "due", "order", "pledge", "promise", "set", "tell"}
)
ATTRIBUTED = frozenset({AttributionType.ASSERTION, AttributionType.BELIEF, AttributionType.KNOWLEDGE})


@dataclass(frozen=True, slots=True)
class Cues:
    """The lexicon of modality: by kind, lemma to modality."""

    of_kind: dict[str, dict[str, Modality]]

    def get(self, kind: str, token: Token) -> Modality | None:
        """What the word says as a cue of that kind."""
        cues = self.of_kind.get(kind, {})
        return cues.get(token.lower_) or cues.get(token.lemma_.lower())


def read_cues(folder: Path | None = None) -> Cues:
    """The lexicon of modality, from the folder or the shipped one.

    Raises:
        LexiconError: modality.toml is missing or broken, or names an unknown kind or modality.
    """
    cues: dict[str, dict[str, Modality]] = {kind: {} for kind in KINDS}
    for entry in read_entries("modality", required=("kind", "modality", "lemma", "example"), folder=folder):
        where = f"{(folder or FOLDER) / 'modality.toml'}, entry {entry['lemma']!r}"
        check_choice(where, "kind", entry["kind"], KINDS)
        check_choice(where, "modality", entry["modality"], [str(label) for label in Modality])
        cues[entry["kind"]].update(dict.fromkeys(entry["lemma"], Modality[entry["modality"].upper()]))
    return Cues(cues)


def modality_of(predicate: Predicate, cues: Cues, quotation: Quotation | None = None) -> Modality:
    """What the text says of the event: asserted, reported, negated, planned or hypothetical."""
    known, key = answers_to("signs", predicate.head.doc), (id(cues), *predicate.key)
    found = known.get(key)
    if found is None:
        known[key] = found = set(_signs(predicate, cues))
    for modality in (Modality.NEGATED, Modality.HYPOTHETICAL, Modality.PLANNED):
        if modality in found:
            return modality
    if quotation is not None and quotation.attribution_type in ATTRIBUTED:
        return Modality.REPORTED
    if Modality.REPORTED in found or report_over(predicate, cues) is not None:
        return Modality.REPORTED
    return Modality.ASSERTED


def _signs(predicate: Predicate, cues: Cues) -> Iterator[Modality]:
    if is_negated(predicate):
        yield Modality.NEGATED
    if is_upcoming(predicate.head) or is_scheduled(predicate.head):
        yield Modality.PLANNED
    if is_adjunct(predicate):
        yield from reports_of(predicate.head)
        return
    yield from _within(predicate.verb, cues)
    for governor, clause in governors(predicate):
        said = cues.get("governor", governor)
        if said is None and role(clause) is Role.OPEN_CLAUSE and is_infinitive(clause) and is_verbal(governor):
            said = (
                Modality.HYPOTHETICAL
            )  # "the convention obliges states to offer protection": nothing has happened yet
        if said is Modality.PLANNED and governor.lemma_.lower() == "announce" and not _future(clause, cues):
            said = None
        if said is not None and _governs(governor, clause, said):
            yield Modality.HYPOTHETICAL if said is Modality.PLANNED and is_negated(Predicate(governor)) else said
            if said is Modality.NEGATED or is_infinitive(clause):
                yield from (
                    Modality.NEGATED for _ in [0] if said is Modality.PLANNED and negation(governor) is not None
                )
        if is_infinitive(clause) or _follows(clause):  # "will agree to meet": the auxiliary of one holds for the other
            yield from (sign for sign in _within(governor, cues) if sign is not Modality.REPORTED)


def is_upcoming(noun: Token) -> bool:
    """Whether a noun says itself that it is yet to come: "the upcoming talks", "next week's summit"."""
    if is_verbal(noun):
        return False
    words = [*children(noun, Role.ADJECTIVE, Role.COMPOUND)]
    for owner in children(noun, Role.POSSESSOR):
        words += [owner, *children(owner, Role.ADJECTIVE)]
    return any(word.lower_ in UPCOMING for word in words if word.i < noun.i)


def is_scheduled(verb: Token) -> bool:
    """Whether a present tense with a day tells of what is to come: "the envoy arrives in Cairo on Sunday"."""
    if verb.tag_ not in ("VBZ", "VBP") or verb.lemma_.lower() not in SCHEDULED:
        return False
    return any(noun.i > verb.i and noun.lower_ in DAYS for _, noun in obliques(verb))


def is_adjunct(predicate: Predicate) -> bool:
    """Whether a noun stands beside what its clause says: *pledge* in "intends to deliver on the pledge"."""
    if predicate.light is not None or is_verbal(predicate.head):
        return False
    return role(predicate.head) in (
        Role.OBLIQUE,
        Role.NOUN_MODIFIER,
        Role.PREPOSITION_OBJECT,
        Role.POSSESSOR,
        Role.APPOSITION,
    )


def reports_of(noun: Token) -> Iterator[Modality]:
    """Reported when it is what a report is of: "reports of air strikes"."""
    host = noun.head.head if role(noun) is Role.PREPOSITION_OBJECT else noun.head
    if host.lemma_.lower() in ("report", "claim", "allegation", "rumour", "rumor", "account"):
        yield Modality.REPORTED
    if host.lemma_.lower() in ("threat", "possibility", "risk", "prospect", "hope", "fear", "resumption", "renewal"):
        yield Modality.HYPOTHETICAL


def _governs(governor: Token, clause: Token, said: Modality) -> bool:
    """Whether the word bears on the clause: "denied that", "failed to", "asked them to", not "told that"."""
    gerund = clause.tag_ == "VBG" and not any(word.tag_ in FINITE for word in children(clause, Role.AUXILIARY))
    finite = not is_infinitive(clause) and not gerund
    lemma = governor.lemma_.lower()
    if role(clause) is Role.OBJECT or not is_verbal(clause):
        return lemma in OF_NOUNS
    if finite and lemma in OF_INFINITIVES:
        return any(aux.lower_ in ("will", "would", "'ll", "should") for aux in children(clause, Role.AUXILIARY))
    return said is not Modality.NEGATED or not finite or lemma == "deny"


def _future(clause: Token, cues: Cues) -> bool:
    return any(aux.lower_ in ("will", "would", "'ll", "shall") for aux in children(clause, Role.AUXILIARY))


def _within(verb: Token, cues: Cues) -> Iterator[Modality]:
    """Auxiliaries, adverbs and markers of the clause, or of the clause it shares them with."""
    for carrier in _carriers(verb):
        for word in dependents(carrier):
            link = role(word)
            if link in (Role.AUXILIARY, Role.COPULA) or (word.tag_ == "MD"):
                yield from _of_auxiliary(word, carrier, cues)
            elif link in (Role.ADVERB, Role.NEGATION, Role.OTHER):
                yield from _known(cues.get("adverb", word))
            elif link in (Role.MARKER, Role.CASE) and carrier is verb:
                yield from _known(cues.get("marker", word))
        for auxiliary in dependents(carrier):  # "Had the minister met ..., the strike might have ended"
            own = child(carrier, Role.SUBJECT)
            inverted = auxiliary.lower_ in ("had", "were", "should") and own is not None and auxiliary.i < own.i
            if inverted and role(carrier) is Role.ADVERBIAL_CLAUSE:
                yield Modality.HYPOTHETICAL


def _known(modality: Modality | None) -> Iterator[Modality]:
    if modality is not None:
        yield modality


def _carriers(verb: Token) -> list[Token]:
    """The verb, and the verbs before it whose auxiliary it shares: "will meet and talk"."""
    carriers = [verb]
    for _ in range(LONGEST_CHAIN):
        current = carriers[-1]
        bare = current.tag_ in ("VB", "VBN", "VBG") and child(current, Role.AUXILIARY, Role.PASSIVE_AUXILIARY) is None
        along = role(current) is Role.ADVERBIAL_CLAUSE and current.tag_ == "VBG" and current.i > current.head.i
        along = along and child(current, Role.MARKER, Role.CASE) is None  # "will return, visiting Riyadh"
        if not (role(current) is Role.CONJUNCT or along) or not bare or child(current, Role.SUBJECT) is not None:
            break
        carriers.append(current.head)
    return carriers


def _of_auxiliary(word: Token, verb: Token, cues: Cues) -> Iterator[Modality]:
    if word.lower_ in ("would", "'d") and _is_reported_future(verb):  # "said it would withdraw"
        yield Modality.PLANNED
        return
    if word.lower_ in ("is", "are", "was", "were", "be") and is_infinitive(verb):  # "is to meet"
        yield Modality.PLANNED
    if word.lower_ == "to" or role(word) is Role.COPULA:
        return
    modality = cues.get("auxiliary", word)
    if modality is not None and not (modality is Modality.PLANNED and _conditional(verb)):
        yield modality
    elif modality is not None:
        yield Modality.HYPOTHETICAL


def _is_reported_future(verb: Token) -> bool:
    if _conditional(verb):
        return False
    return role(verb) is Role.COMPLEMENT_CLAUSE and verb.head.tag_ in ("VBD", "VBN", "VBZ", "VBP", "VBG")


def _conditional(verb: Token) -> bool:
    """Whether an if-clause depends on the verb: "would withdraw only if NATO did"."""
    return any(
        mark.lower_ in ("if", "unless")
        for clause in children(verb, Role.ADVERBIAL_CLAUSE)
        for mark in children(clause, Role.MARKER)
    ) and any(aux.lower_ in ("would", "could", "might", "'d") for aux in children(verb, Role.AUXILIARY))


def is_negated(predicate: Predicate) -> bool:
    """Whether the event is denied by a negation of its verb, its noun, its subject or its object."""
    head, verb = predicate.head, predicate.verb
    words = [head] if head == verb or predicate.light is not None else [head, verb] if _happens(head, verb) else [head]
    words += [predicate.light] if predicate.light is not None else []
    if any(negation(word) is not None for word in words):
        return True
    if is_verbal(head):
        who = subject(head)
        if who is not None and (who.lower_ in NOBODY or any(d.lower_ in ("no", "neither") for d in dependents(who))):
            return True
        return any(noun.lower_ in NOBODY or any(d.lower_ == "no" for d in dependents(noun)) for noun in undergoer(head))
    return False


def _happens(noun: Token, verb: Token) -> bool:
    return noun.head == verb and role(noun) in (Role.SUBJECT, Role.PASSIVE_SUBJECT)


def governors(predicate: Predicate) -> Iterator[tuple[Token, Token]]:
    """Each word over the event, with the word that hangs on it: expected, suspend in "is expected to suspend aid"."""
    current = predicate.verb
    if predicate.light is not None and predicate.light.lemma_.lower() in OF_NOUNS - PERFORMING:
        yield predicate.light, predicate.head  # "plan an attack"
    if current != predicate.head and predicate.light is None:
        current = predicate.head
        link = role(current)
        argument = link in (Role.OBJECT, Role.PASSIVE_SUBJECT)
        argument |= link is Role.OBLIQUE and preposition_of(current) in ("for", "in", "to", "with", "")
        if argument and is_verbal(current.head):
            yield current.head, current
        current = predicate.verb
    for _ in range(LONGEST_CHAIN):
        head = current.head
        if head == current:
            return
        if role(current) is Role.CONJUNCT:
            current = coordinated_with(current)
            continue
        if (
            role(current) in GOVERNED
            or (role(current) is Role.SUBJECT and is_verbal(current))
            or (role(current) is Role.ADVERBIAL_CLAUSE and _complements(current))
        ):
            yield head, current
        elif role(current) is Role.RELATIVE_CLAUSE or not is_verbal(current):
            if is_verbal(head.head) and role(head) is Role.OBJECT and current.tag_ != "VBD" and not _told(current):
                yield head.head, head  # "plan an attack in which bombs are launched"
            return
        current = head


def _told(verb: Token) -> bool:
    """Whether a clause tells of the past: "which was launched"."""
    return any(
        aux.tag_ == "VBD" or aux.lower_ in ("has", "have")
        for aux in children(verb, Role.AUXILIARY, Role.PASSIVE_AUXILIARY)
    )


def coordinated_with(verb: Token) -> Token:
    """The word that the conjunct stands beside; parsers hang it too low in "denied that they left and accused Iran"."""
    head = verb.head
    over = head.head
    if (
        verb.tag_ not in FINITE
        or over.tag_ not in FINITE
        or child(verb, Role.SUBJECT, Role.PASSIVE_SUBJECT) is not None
    ):
        return head
    if role(head) not in (Role.COMPLEMENT_CLAUSE, Role.OPEN_CLAUSE, Role.ADVERBIAL_CLAUSE):
        return head
    infinite = (head.tag_ not in FINITE and child(head, Role.AUXILIARY) is None) or is_infinitive(head)
    speaks = verb.lemma_.lower() in SPEAKING and verb.tag_ == over.tag_
    return over if infinite or speaks else head


def _complements(clause: Token) -> bool:
    if is_infinitive(clause) or _follows(clause):
        return True
    return any(m.lower_ in ("of", "from", "short") for m in children(clause, Role.MARKER))


def _follows(clause: Token) -> bool:
    """Whether a bare gerund goes on with the verb before it: "might end up destroying", "could start shelling"."""
    between = clause.doc[clause.head.i + 1 : clause.i]
    return (
        clause.tag_ == "VBG"
        and is_verbal(clause.head)
        and len(between) <= 1
        and all(role(word) is Role.PARTICLE for word in between)
    )


def report_over(predicate: Predicate, cues: Cues) -> Token | None:
    """The reporting verb in whose complement the event stands: *said* in "residents said the army shelled the port"."""
    known, key = answers_to("report", predicate.head.doc), (id(cues), *predicate.key)
    if key not in known:
        known[key] = _report_over(predicate, cues)
    found: Token | None = known[key]
    return found


def _report_over(predicate: Predicate, cues: Cues) -> Token | None:
    current = predicate.verb
    if cues.get("report", current) is None or current != predicate.head:
        attached = next(_attached_reports(current, cues), None)
        if attached is not None:
            return attached
    for _ in range(LONGEST_CHAIN):
        head = current.head
        if head == current:
            return None
        governed = role(current) in (Role.COMPLEMENT_CLAUSE, Role.OPEN_CLAUSE, Role.PARATAXIS)
        if governed and cues.get("report", head) is not None and _says(head):
            return head
        current = head
        attached = next(_attached_reports(current, cues), None)
        if attached is not None and attached != predicate.head:
            return attached
    return None


def _attached_reports(verb: Token, cues: Cues) -> Iterator[Token]:
    """A report that hangs on the clause: "..., officials said" and "according to officials"."""
    for clause in children(verb, Role.PARATAXIS):
        if cues.get("report", clause) is not None and _says(clause) and child(clause, Role.COMPLEMENT_CLAUSE) is None:
            yield clause
    for preposition, noun in obliques(verb):
        if preposition in ("according to", "according"):
            yield noun
    for word in children(verb, Role.PREPOSITION, Role.ADVERBIAL_CLAUSE):
        if word.lower_ == "according":
            yield word


def _says(verb: Token) -> bool:
    """Whether the reporting verb has someone who says it, or is passive: "are said to have withdrawn"."""
    return child(verb, Role.SUBJECT, Role.PASSIVE_SUBJECT, Role.AGENT) is not None or role(verb) is Role.CONJUNCT


def author_of(report: Token) -> Token | None:
    """Who says it: the subject of the reporting verb, or the noun after "according to"."""
    if not is_verbal(report):
        return report if report.lower_ != "according" else next((noun for _, noun in obliques(report)), None)
    return subject(report) if child(report, Role.PASSIVE_SUBJECT) is None else None
