"""Speakers: who is credited with a quotation."""

from collections.abc import Mapping, Sequence

from spacy.tokens import Doc, Span, Token

from pipeline.labels import EntityLabel
from pipeline.language.contents import LIGHT_VERBS, Governed, Range, sentence_around
from pipeline.language.doc import DateMention, Entity, EntityMention
from pipeline.language.syntax import (
    LONGEST_CHAIN,
    NOMINAL,
    Role,
    agent,
    antecedent,
    child,
    children,
    controller,
    dependents,
    noun_phrase,
    obliques,
    role,
)

# The content of these patterns is what is said of the subject, so the subject is no speaker.
SUBJECT_IS_CONTENT = frozenset({"passive", "passive infinitive", "raising"})
# "an ally of": the preposition that names the speaker of a noun, best first.
SOURCE_PREPOSITIONS = ("by", "from", "among", "of")
LONGEST_SPEAKER = 40  # words; a longer one is a parse gone wrong
PERSONS = frozenset({"PERSON", "PER"})
EMPHATIC = frozenset({"himself", "herself", "itself", "themselves"})
INSIDE_NAMES = frozenset({Role.COMPOUND, Role.FLAT, Role.APPOSITION, Role.POSSESSOR, Role.NUMBER})
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
# What a name or a noun phrase begins with.
BEGINS_NAME = frozenset({"NNP", "NNPS", "DT", "PRP", "PRP$"})


def speaker_of(found: Governed) -> Span | None:
    """The mention that the cue makes responsible for the words, if its sentence names one."""
    head = found.head
    if head.pos_ in ("NOUN", "PROPN"):
        noun = _of_noun(head, found.pattern)
    elif found.pattern in SUBJECT_IS_CONTENT:
        noun = agent(head) or _experiencer(head)
    elif head.pos_ == "ADJ":
        noun = _subject_of_adjective(head)
    else:
        noun = subject_of(head)
    return mention(noun, found) if noun is not None else None


def subject_of(verb: Token) -> Token | None:
    """The subject a verb has or shares, the relative pronoun as it stands: *who* in "the rebels who said".

    A passive names its speaker with "by", and if it does not, nobody: "it was announced that".
    """
    current = verb
    for _ in range(LONGEST_CHAIN):
        own = next(children(current, Role.SUBJECT), None)
        if own is not None:
            return None if own.lower_ in ("it", "there") and own.pos_ == "PRON" and own.i > verb.i else own
        if child(current, Role.PASSIVE_SUBJECT, Role.PASSIVE_AUXILIARY) is not None:
            return _of_passive(current, verb)
        following = _shared_with(current)
        if following is None:
            return current.head if _modifies_noun(current) else None
        if following.pos_ in NOMINAL and following.pos_ != "VERB" and role(current) is Role.OPEN_CLAUSE:
            return following
        current = following
    return None


def _of_passive(passive: Token, verb: Token) -> Token | None:
    if passive is verb:
        return agent(verb)
    return child(passive, Role.PASSIVE_SUBJECT)  # "was elected and promised to resign"


def _shared_with(verb: Token) -> Token | None:
    """The verb whose subject this one shares: coordinated, governing it, or the main verb of ", adding that ..."."""
    link, head = role(verb), verb.head
    if link is Role.OPEN_CLAUSE:
        return controller(verb) if child(head, Role.OBJECT, Role.INDIRECT_OBJECT) is not None else head
    if link in (Role.CONJUNCT, Role.ADVERBIAL_CLAUSE, Role.PARATAXIS, Role.COMPLEMENT_CLAUSE) and head is not verb:
        return head
    return None


def _modifies_noun(verb: Token) -> bool:
    """ "placards supporting the mayor": the placards say it."""
    return role(verb) is Role.NOUN_CLAUSE and verb.tag_ == "VBG" and verb.head.pos_ in NOMINAL


def _experiencer(verb: Token) -> Token | None:
    """ "seemed to him": whose impression it is."""
    if verb.lemma_ not in ("seem", "appear", "look", "sound"):
        return None
    return next((noun for preposition, noun in obliques(verb) if preposition == "to"), None)


def _subject_of_adjective(adjective: Token) -> Token | None:
    if role(adjective) is Role.PREDICATE:
        return subject_of(adjective.head)
    own = child(adjective, Role.SUBJECT)
    if own is not None:
        return own
    return adjective.head if role(adjective) is Role.ADJECTIVE else None


def _of_noun(noun: Token, pattern: str) -> Token | None:
    """Whose claim it is: its possessor, its "by", the subject of "made the claim", or what it modifies."""
    owner = child(noun, Role.POSSESSOR)
    if owner is not None and pattern != "possessor":
        return owner
    nouns = dict(reversed(list(obliques(noun))))
    for preposition in SOURCE_PREPOSITIONS:
        if preposition in nouns and preposition != pattern:
            return nouns[preposition]
    link, head = role(noun), noun.head
    if link in (Role.OBJECT, Role.OBLIQUE, Role.PREPOSITION_OBJECT):
        verb = head if link is not Role.PREPOSITION_OBJECT else head.head
        if (link is Role.OBJECT and head.lemma_ in LIGHT_VERBS) or verb.pos_ in ("VERB", "AUX"):
            return subject_of(verb)
    if link is Role.APPOSITION:
        return head
    own = child(noun, Role.SUBJECT)  # "he is a supporter of"
    return own


def beside(doc: Doc, cue: Governed, *, after: bool) -> Span | None:
    """The speaker of direct speech: the subject the parse gives if it stands outside the marks, else the nearest noun.

    Parses of quotations are shaky; words between the closing mark and the cue that no comma divides are all speaker.
    """
    parsed = speaker_of(cue)
    if parsed is not None and any(parsed.start < end and start < parsed.end for start, end in cue.content):
        parsed = None
    between = _between(doc, cue) if after else None
    if between is not None and (parsed is None or between.start <= parsed.start < between.end):
        return between
    return parsed if parsed is not None else _nearest(doc, cue, after=after)


def _between(doc: Doc, cue: Governed) -> Span | None:
    """The words between the closing mark and a cue after it, when they are one noun phrase."""
    start, end = max((last for _, last in cue.content if last <= cue.head.i), default=cue.head.i), cue.cue[0]
    while start < end and not doc[start].text[0].isalnum():
        start += 1
    while end > start and doc[end - 1].pos_ in ("ADV", "AUX", "PUNCT", "SPACE"):
        end -= 1
    words = doc[start:end]
    if not 0 < len(words) <= LONGEST_SPEAKER // 2 or any(token.text == "," or token.tag_ in FINITE for token in words):
        return None
    return words if any(token.pos_ in NOMINAL for token in words) and words[0].pos_ not in ("ADP", "SCONJ") else None


def _nearest(doc: Doc, cue: Governed, *, after: bool) -> Span | None:
    """The nearest noun phrase beside a cue: before it, else right after it."""
    head = cue.head
    floor = sentence_around(head)[0]
    if after:
        floor = max((end for _, end in cue.content if end <= head.i), default=floor)
    for index in [*range(head.i - 1, max(floor, head.i - LONGEST_SPEAKER) - 1, -1), *range(head.i + 1, head.i + 7)]:
        if index >= len(doc) or any(start <= index < end for start, end in cue.content):
            continue
        token = doc[index]
        if token.pos_ in NOMINAL and token.ent_type_ not in ("DATE", "TIME"):
            return mention(_top(token), cue)
    return None


def _top(noun: Token) -> Token:
    """The head of the noun phrase a noun is part of."""
    for _ in range(LONGEST_CHAIN):
        if role(noun) not in INSIDE_NAMES or noun.head is noun or noun.head.pos_ not in NOMINAL:
            break
        noun = noun.head
    return noun


def labelled(doc: Doc, colon: int, pieces: Sequence[Range]) -> Span | None:
    """Who speaks before a colon: the words before it when they are few, else the subject of their sentence."""
    start = max(sentence_around(doc[colon])[0], colon - LONGEST_SPEAKER)
    words = [doc[index] for index in range(start, colon)]
    if not any(word.pos_ in ("VERB", "AUX") for word in words):
        return doc[start:colon] if 0 < len(words) <= 8 else None
    subjects = [word for word in words if role(word) in (Role.SUBJECT, Role.PASSIVE_SUBJECT)]
    subject = min(subjects, key=_depth, default=None)  # not *rain* in "When the rain stopped, the mayor said this:"
    return mention(subject, Governed("quote", subject.head, (colon, colon + 1), tuple(pieces))) if subject else None


def subject_in(doc: Doc, start: int, end: int) -> Span | None:
    """The subject of the words when it is a person: a name, "he" or "she"."""
    subjects = [doc[index] for index in range(start, end) if role(doc[index]) is Role.SUBJECT]
    subject = min(subjects, key=_depth, default=None)
    if subject is None or (subject.ent_type_ not in PERSONS and subject.lower_ not in ("he", "she")):
        return None
    return mention(subject, Governed("quote", subject.head, (end, end), ()))


def _depth(token: Token) -> int:
    """How many words a word hangs on."""
    for steps in range(LONGEST_CHAIN):
        if token.head == token:
            return steps
        token = token.head
    return LONGEST_CHAIN


def source_of(doc: Doc, start: int, end: int) -> Span | None:
    """The noun phrase after a phrase such as "according to", or the possessor inside it."""
    for index in range(end, min(end + 12, len(doc))):
        token = doc[index]
        if token.pos_ in NOMINAL or token.tag_ == "PRP$":
            noun = _top(token)
            return mention(noun, Governed("source", doc[start], (start, end), ()))
    return None


def mention(noun: Token, found: Governed) -> Span | None:
    """The noun phrase of a speaker, with the appositions and relative clauses that identify it."""
    start, end = noun.left_edge.i, noun.right_edge.i + 1
    for dependent in dependents(noun):
        if _begins_outside(dependent):
            end = min(end, _before_comma(dependent))
    for first, last in (found.cue, *found.content):  # "said Ann Lee, adding that ...": never into cue or content
        if noun.i < first:
            end = min(end, first)
        elif noun.i >= last:
            start = max(start, last)
    while _name_goes_on(noun.doc, end, found):
        end += 1
    return tidy(noun.doc, start, end, noun)


def _name_goes_on(doc: Doc, end: int, found: Governed) -> bool:
    """Whether a name runs on where the parse ends it: "NATO | 's Secretary General Ann Lee"."""
    if end >= len(doc) or any(start <= end < last for start, last in (found.cue, *found.content)):
        return False
    names = ("NNP", "NNPS", "POS")
    return doc[end].tag_ in names and doc[end - 1].tag_ in names and not doc[end].is_sent_start


def tidy(doc: Doc, start: int, end: int, noun: Token) -> Span | None:
    """The words of a speaker without prepositions, commas and possessive 's at their edges."""
    cases = [case for case in children(noun, Role.CASE) if case.i < noun.i and case.i >= start]
    if cases:
        start = max(start, cases[-1].right_edge.i + 1)
    while start < noun.i and _is_loose_before(doc[start]):
        start += 1
    while end - 1 > noun.i and ((doc[end - 1].is_punct and doc[end - 1].text not in "\"')]") or doc[end - 1].is_space):
        end -= 1
    if doc[end - 1].tag_ == "POS" and end - 1 > start:
        end -= 1
    if end - start > LONGEST_SPEAKER:
        start, end = noun.i, noun.i + 1
    return doc[start:end] if start < end else None


def _is_loose_before(token: Token) -> bool:
    return token.is_space or token.pos_ == "CCONJ" or (token.is_punct and token.text not in "\"'([“‘")


def _begins_outside(dependent: Token) -> bool:
    """Whether a dependent after the noun is beside the point: ", who spent the morning there", "and said"."""
    if dependent.i < dependent.head.i:
        return False
    kind = role(dependent)
    if kind is Role.PARATAXIS or (kind is Role.CONJUNCT and dependent.pos_ in ("VERB", "AUX")):
        return True
    return kind in (Role.RELATIVE_CLAUSE, Role.NOUN_CLAUSE, Role.ADVERBIAL_CLAUSE) and _follows_comma(dependent)


def _follows_comma(dependent: Token) -> bool:
    start = dependent.left_edge.i
    return start > 0 and dependent.doc[start - 1].text in (",", "\N{EM DASH}", "\N{EN DASH}", "--")


def _before_comma(dependent: Token) -> int:
    start = int(dependent.left_edge.i)
    return start - 1 if _follows_comma(dependent) else start


class Names:
    """Who the mentions of one article refer to: looked up once, asked for every quotation."""

    def __init__(self, doc: Doc) -> None:
        self._mentions: dict[int, EntityMention] = {}
        for mentioned in doc._.entity_mentions:
            for index in range(mentioned.span.start, mentioned.span.end):
                self._mentions.setdefault(index, mentioned)
        persons = (ent for ent in doc.ents if ent.label_ in PERSONS)
        self._persons = {index: ent for ent in persons for index in range(ent.start, ent.end)}

    def of(self, speaker: Span | None) -> tuple[Entity | None, str]:
        """The entity behind a mention and its full name; the mention's own words when it is no known entity."""
        if speaker is None:
            return None, ""
        named = _antecedent(speaker)
        if len(named) > 1 and named[-1].lower_ in EMPHATIC:  # "Lind herself said"
            named = named[:-1]
        mentioned = self._final_person(named) or self._mentions.get(named.root.i) or self._final_person(_first(named))
        if mentioned is not None:
            return mentioned.entity, mentioned.entity.canonical_name
        person = self._persons.get(named.root.i) or self._persons.get(named.end - 1)
        if person is None or person.start < named.start or not _stands_apart(person, named):
            person = named
        return None, " ".join(person.text.split())

    def _final_person(self, speaker: Span) -> EntityMention | None:
        """The person at the end of "the city's mayor Ann Lee", even if a parse takes the city for the head."""
        found = self._mentions.get(speaker.end - 1)
        if found is None or found.span.start < speaker.start or found.entity.label is not EntityLabel.PERSON:
            return None
        return found if _stands_apart(found.span, speaker) else None


def _first(speaker: Span) -> Span:
    """The words up to the first comma: *coach Ann Lee* of "coach Ann Lee, who has been with the club for years"."""
    comma = next((token.i for token in speaker if token.text == ","), speaker.end)
    return speaker.doc[speaker.start : comma] if comma > speaker.start else speaker


def without_day(speaker: Span, days: Mapping[int, DateMention]) -> Span:
    """The speaker without a day before or after it: "The next day | Oslo's team", "the judges | on Thursday".

    `days` are the dates of the article by their first code point, and by that after their last with a minus.
    """
    doc, start, end = speaker.doc, speaker.start, speaker.end
    before, after = days.get(speaker.start_char), days.get(-speaker.end_char)
    if before is not None and before.end < doc[end - 1].idx:
        following = next(index for index in range(start, end) if doc[index].idx >= before.end)
        if doc[following].tag_ in BEGINS_NAME:
            start = following
    if after is not None and after.start > speaker.start_char:
        # A day may begin inside the last word of a damaged text.
        first = next((index for index in range(start, end) if doc[index].idx >= after.start), end)
        if first - 1 > start and doc[first - 1].lower_ == "on":
            end = first - 1
    return doc[start:end]


def _stands_apart(name: Span, speaker: Span) -> bool:
    """Whether a name at the end of a speaker is no part of a phrase in it: not *Lind* in "friends of Lind"."""
    return name.start == speaker.start or name.doc[name.start - 1].pos_ not in ("ADP", "CCONJ", "DET")


def _antecedent(speaker: Span) -> Span:
    """What a relative pronoun stands for: *rebels* for *who* in "the rebels who said"."""
    pronoun = speaker.root
    noun = antecedent(pronoun)
    return speaker if noun is pronoun or len(speaker) > 1 else noun_phrase(noun)
