"""Event dates: which date expression, if any, says when an event happened.

The date attached to the predicate wins, then one in its clause, then one in a clause that shares its time; failing
these the date that the narrative has reached, and last the day of publication, on or before which it happened.
"""

import datetime
import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from pipeline.labels import DateBasis, Modality, TimexType
from pipeline.language.arguments import (
    Predicate,
    bearer,
    clause_verb,
    is_infinitive,
    is_verbal,
    subject_of_its_own,
    undergoer,
)
from pipeline.language.doc import DateMention, plain
from pipeline.language.syntax import LONGEST_CHAIN, Role, child, children, preposition_of, role

# Clauses that share the time of the one they hang on: "agreed on Monday to meet", "met and signed on Monday".
SHARED = frozenset({Role.CONJUNCT, Role.OPEN_CLAUSE, Role.ADVERBIAL_CLAUSE, Role.RELATIVE_CLAUSE, Role.NOUN_CLAUSE})
# Verbs whose own date is that of the report.
REPORTS = frozenset({"add", "announce", "claim", "confirm", "note", "report", "say", "state", "tell", "write"})
# Verbs whose object has happened.
JUDGING = frozenset(
    {
        "applaud", "claim", "condemn", "criticise", "criticize", "defend", "denounce", "deplore", "describe", "hail",
        "investigate", "justify", "mourn", "praise", "probe", "reject", "slam", "survive", "welcome", "witness",
    }
)  # fmt: skip
# What happens as its subject does: "the 2001 attacks killed thousands".
HAPPENINGS = frozenset(
    {
        "ambush", "attack", "battle", "blast", "bombing", "clash", "coup", "explosion", "invasion", "massacre",
        "offensive", "protest", "raid", "rebellion", "riot", "shelling", "shooting", "strike", "uprising", "war",
    }
)  # fmt: skip
WEAPONS = frozenset({"bomb", "drone", "grenade", "mine", "missile", "rocket", "shell"})
# What has happened; what is asked for or planned, and where it stands.
TOLD = (Modality.ASSERTED, Modality.REPORTED)
YET_TO_COME = (Modality.PLANNED, Modality.HYPOTHETICAL)
CONTENTS = (Role.OPEN_CLAUSE, Role.COMPLEMENT_CLAUSE)
# What a clause opens with that has another time than the one it hangs on.
APART = frozenset({"after", "before", "until", "once"})
# "Two days into his term", "in the weeks that followed": another day than the one before.
SPANS = frozenset({"hour", "day", "week", "month", "year", "decade"})
LATER = frozenset({"later", "earlier", "afterwards", "before", "since", "ago", "eventually"})
# What joins the ends of a span of time, and further days to a day.
TO = frozenset({"to", "until", "till", "through", "-", "–"})
LISTING = TO | {"", "and", "or", "and on", "and in"}
# "Helped until 2018", "rejected it before Christmas": that day says only when it was over.
NO_SOONER = frozenset({"before", "by", "till", "until"})
# "Ten days after their governments had signed": a length before one of these says how far two acts lie apart.
BESIDE = {"after": -1, "before": 1}
LENGTH = re.compile(r"P(\d{1,3})([DW])")
FARTHEST = 25  # words from there to the act
# How many words a date may lie behind to be that of the narrative.
LONGEST_STEP = 200
WEEK = datetime.timedelta(days=7)
TIME_ZONES = datetime.timedelta(days=1)
LONGEST_TIME = datetime.timedelta(days=366 * 2)


@dataclass(frozen=True, slots=True)
class When:
    """When an event happened and how that is known."""

    date: DateMention | None = None
    earliest: datetime.date | None = None
    latest: datetime.date | None = None
    basis: DateBasis | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A date expression with the word it hangs on."""

    mention: DateMention
    root: Token
    governor: Token
    end: int  # the token behind it


class Calendar:
    """The date expressions of a Doc that can date an event, and where they hang."""

    def __init__(self, doc: Doc) -> None:
        self.published: datetime.date | None = doc._.published
        self.doc = doc
        self.dated = list(dated(doc))
        self.starts = [each.root.i for each in self.dated]

    @functools.cached_property
    def text(self) -> str:
        """The text that the offsets of dates count in."""
        return plain(self.doc).text

    def in_sentence(self, sentence: Span) -> Sequence[Dated]:
        """Those of one sentence."""
        return self.dated[bisect_right(self.starts, sentence.start - 1) : bisect_right(self.starts, sentence.end - 1)]

    @functools.cached_property
    def lengths(self) -> list[tuple[int, int, int]]:
        """Each length of time before "after" or "before": its first token, that of the word, and the days."""
        found = []
        for mention in self.doc._.dates:
            length = LENGTH.fullmatch(mention.value) if mention.type is TimexType.DURATION else None
            span = self.doc.char_span(mention.start, mention.end, alignment_mode="expand") if length else None
            if length and span is not None and span.end < len(self.doc) and self.doc[span.end].lower_ in BESIDE:
                found.append((span.start, span.end, int(length[1]) * (7 if length[2] == "W" else 1)))
        return found

    def lengths_in(self, sentence: Span) -> Sequence[tuple[int, int, int]]:
        """Those of one sentence."""
        return self.lengths[bisect_left(self.lengths, (sentence.start,)) : bisect_left(self.lengths, (sentence.end,))]

    def before(self, sentence: Span) -> Dated | None:
        """The last one before a sentence."""
        index = bisect_right(self.starts, sentence.start - 1)
        return self.dated[index - 1] if index else None


def dated(doc: Doc) -> Iterator[Dated]:
    """The date expressions with calendar bounds, in text order."""
    text, last = plain(doc).text, None
    for mention in doc._.dates:
        if mention.earliest is None or mention.latest is None or mention.type not in (TimexType.DATE, TimexType.TIME):
            continue
        span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
        if span is None or not len(span):
            continue
        if last is not None and text[last.mention.end : mention.start].strip() in TO:
            last = Dated(mention, last.root, last.governor, span.end)  # "the rule of 1910 to 1945": as the first does
        else:
            last = Dated(mention, span.root, governor_of(span.root), span.end)
        yield last


def governor_of(root: Token) -> Token:
    """The verb or noun that the date modifies: *met* in "met on Monday", *summit* in "the 1999 summit"."""
    current = root
    for _ in range(LONGEST_CHAIN):
        head = current.head
        if head == current:
            return current
        if head.lower_ == "dated" and role(head) is Role.NOUN_CLAUSE:  # "in a letter dated 14 February"
            current = head
            continue
        if is_verbal(head) or role(current) in (Role.NOUN_MODIFIER, Role.POSSESSOR, Role.COMPOUND, Role.ADJECTIVE):
            return head
        current = head
    return current


def when(predicate: Predicate, modality: Modality, calendar: Calendar, *, in_words: bool = False) -> When:
    """The date of the event, its bounds, and how they are known.

    What is done in words ("condemned", "promised") is seldom done on the day of the scene it is told in.
    """
    here = calendar.in_sentence(predicate.head.sent)
    found = when_told(predicate, here) or nearest(predicate, here)
    apart = days_apart(predicate, found, calendar)
    if apart is not None:
        return apart
    if found is not None and (
        (modality in YET_TO_COME and is_when_it_was_said(predicate, found))
        or (modality in TOLD and is_ahead(found, calendar))
    ):
        found = None
    if found is not None:
        basis = DateBasis.RELATIVE if found.mention.anchor else DateBasis.EXPLICIT
        earliest, latest = bounds_of_list(found, calendar)
        if calendar.published is not None and latest is not None and goes_on_since(predicate, found):
            latest = max(latest, calendar.published)
        if modality in TOLD and found.mention.type is TimexType.DATE and preposition_of(found.root) in NO_SOONER:
            earliest = None
        return When(found.mention, earliest, latest, basis)
    if modality in TOLD:
        sooner = before_what(predicate, here)
        if sooner is not None:
            return When(sooner.mention, None, sooner.mention.latest, DateBasis.RELATIVE)
        later = after_what(predicate, here)
        if later is not None and not is_ahead(later, calendar):
            return When(later.mention, later.mention.earliest, calendar.published, DateBasis.RELATIVE)
        told = narrative(predicate, calendar)
        if told is not None and not in_words:
            return When(told, told.earliest, told.latest, DateBasis.NARRATIVE)
    if calendar.published is None or modality is Modality.HYPOTHETICAL:
        return When()
    if modality is Modality.PLANNED:  # announced on that day or before, to happen from then on
        return When(None, calendar.published, None, DateBasis.PUBLICATION)
    return When(None, None, calendar.published, DateBasis.PUBLICATION)


def days_apart(predicate: Predicate, found: Dated | None, calendar: Calendar) -> When | None:
    """When the sentence counts the days from another act to this one.

    "They agreed on Saturday, ten days after their governments had signed": the signing. "It opened a week after the
    earthquake of 6 February": the opening.
    """
    if not calendar.lengths:
        return None
    head, sentence = predicate.head, predicate.head.sent
    here = calendar.in_sentence(sentence)
    for first, last, length in calendar.lengths_in(sentence):
        sign = BESIDE[head.doc[last].lower_]
        if last < head.i <= last + FARTHEST:
            others = [each for each in here if each.root.i < first]
            if not others or (found is not None and found.root.i > last):
                continue
            return _moved(others[-1].mention, sign * length)
        if first - FARTHEST <= head.i < first and (found is None or found.root.i > last):
            others = [each for each in here if last < each.root.i <= last + 8 and not is_verbal(each.governor)]
            if others:
                return _moved(others[0].mention, -sign * length)
    return None


def _moved(mention: DateMention, days: int) -> When | None:
    """So many days from a date that is known to the week; none that the calendar does not have."""
    if mention.earliest is None or mention.latest is None or mention.latest - mention.earliest > WEEK:
        return None
    try:
        step = datetime.timedelta(days=days)
        return When(mention, mention.earliest + step, mention.latest + step, DateBasis.RELATIVE)
    except OverflowError:
        return None


def before_what(predicate: Predicate, candidates: Sequence[Dated]) -> Dated | None:
    """The date of what came after: "On 11 March, after the two had met, he resigned" says until when they met."""
    verb = predicate.verb
    if predicate.head != verb or not any(mark.lower_ in ("after", "once") for mark in children(verb, Role.MARKER)):
        return None
    return next((each for each in candidates if each.governor == verb.head and is_verbal(verb.head)), None)


def after_what(predicate: Predicate, candidates: Sequence[Dated]) -> Dated | None:
    """The date of what came before: "were held after an emergency had been declared on 2 November" says since when."""
    verb = predicate.verb
    if predicate.head != verb:
        return None
    for clause in children(verb, Role.ADVERBIAL_CLAUSE):
        if any(mark.lower_ == "after" for mark in children(clause, Role.MARKER)):
            return next((each for each in candidates if each.governor == clause), None)
    return None


def when_told(predicate: Predicate, candidates: Sequence[Dated]) -> Dated | None:
    """The date that a clause says more of: "in January 2017, when Jammeh refused to go"."""
    verb = predicate.verb
    opening = next((word for word in verb.children if word.lower_ == "when" and word.i < verb.i), None)
    if opening is None or opening.i < 2:
        return None
    end = opening.i - (opening.nbor(-1).text == ",")
    return next((each for each in candidates if each.end == end), None)


def is_ahead(found: Dated, calendar: Calendar) -> bool:
    """Whether a date lies after the publication, so that what has happened cannot have happened then."""
    if calendar.published is None or found.mention.earliest is None:
        return False
    return found.mention.earliest > calendar.published + TIME_ZONES


def is_when_it_was_said(predicate: Predicate, found: Dated) -> bool:
    """Whether the date is that of the verb that asks or plans: "on Tuesday the agency ordered it to pay"."""
    verb = predicate.verb
    return role(verb) in CONTENTS and found.governor != verb and found.root.i < min(verb.i, predicate.head.i)


def goes_on_since(predicate: Predicate, found: Dated) -> bool:
    """Whether deeds of or to several go on from a day: "nine people have been killed since Tuesday"."""
    if preposition_of(found.root) != "since" or not (is_verbal(predicate.head) or bearer(predicate.head)):
        return False
    if not any(word.lower_ in ("has", "have", "had") for word in children(predicate.head, Role.AUXILIARY)):
        return False
    those = (is_verbal(predicate.head) and undergoer(predicate.head)) or children(predicate.head, Role.SUBJECT)
    return any(noun.tag_ in ("NNS", "NNPS") or noun.pos_ == "NUM" for noun in those)


def bounds_of_list(found: Dated, calendar: Calendar) -> tuple[datetime.date | None, datetime.date | None]:
    """The bounds of a date and of those listed with it: of 2006 to 2008 in "in 2006, 2007 and 2008"."""
    earliest, latest = found.mention.earliest, found.mention.latest
    listed = calendar.in_sentence(found.root.sent)
    place = next(i for i, each in enumerate(listed) if each is found)
    for step in (1, -1):
        last, i = found, place + step
        while 0 <= i < len(listed):
            first, second = (last, listed[i]) if step > 0 else (listed[i], last)
            between = calendar.text[first.mention.end : second.mention.start]
            if between.strip(" ,") not in LISTING or not between.strip():
                break
            last, i = listed[i], i + step
            if earliest is not None and latest is not None:
                earliest = min(earliest, last.mention.earliest or earliest)
                latest = max(latest, last.mention.latest or latest)
    return earliest, latest


def nearest(predicate: Predicate, candidates: Sequence[Dated]) -> Dated | None:
    """The date that hangs nearest to the predicate, by clause and then by words."""
    ranked = [
        (rank, abs(each.root.i - predicate.head.i), each)
        for each in candidates
        if (rank := distance(predicate, each)) < 9
    ]
    return min(ranked, key=lambda one: one[:2])[2] if ranked else None


def distance(predicate: Predicate, each: Dated) -> int:
    """0 attached to the predicate, 1 to its clause, 2 to 4 to a clause that shares its time, 9 to something else."""
    own = {predicate.head, predicate.light}
    if each.governor in own or each.root.head in own:
        return 0
    verb = predicate.verb
    if each.governor == verb and not _is_report(verb, predicate):
        return 1
    attributive = role(each.root) in (Role.POSSESSOR, Role.COMPOUND, Role.ADJECTIVE)
    if attributive and each.governor.head == verb and role(each.governor) is Role.SUBJECT:
        return 2 if each.governor.lemma_.lower() in HAPPENINGS else 9
    if each.governor != verb and (attributive or of_argument(predicate, each)):
        return 9  # "praised Thursday's protests"
    if clause_verb(each.root) == verb and is_verbal(verb):
        return 1 if not is_verbal(each.governor) or each.governor == verb else 2
    loose = role(verb) is Role.PARATAXIS or not is_verbal(each.governor)
    if loose and verb.head == each.governor and each.root.i < verb.i:
        return 2  # "Notwithstanding this, on July 4 a meeting took place", with all of it hung on the first word
    if tells_of_happening(verb) and clause_verb(verb.head) == each.governor and each.root.i < verb.head.i:
        return 3  # "On 9 February they set off a bomb which killed two"
    current = verb
    if any(mark.lower_ in APART for mark in children(verb, Role.MARKER)):
        return 9  # "left on 16 April, a day after nine people were killed"
    for step in range(3):
        if role(current) not in SHARED or (role(current) is Role.RELATIVE_CLAUSE and step):
            break
        if (
            role(current) is Role.RELATIVE_CLAUSE
            and predicate.verb.tag_ == "VBD"
            and child(verb, Role.AUXILIARY) is not None
        ):
            break
        current = clause_verb(current) if not is_verbal(current.head) else current.head
        if each.governor == current and each.root.i < predicate.head.i:
            return 3
        if role(verb) is Role.CONJUNCT and each.root.i < current.i and clause_verb(each.root) == current:
            return 4  # "At a summit on Sunday the bloc closed its borders and froze accounts": of both
    for clause in children(verb, Role.CONJUNCT, Role.OPEN_CLAUSE, Role.ADVERBIAL_CLAUSE):
        if role(clause) is Role.ADVERBIAL_CLAUSE and not is_infinitive(clause):
            continue  # "sent troops to restore order in 2017": of both
        if each.governor == clause and subject_of_its_own(clause) is None and not is_an_age(each):
            return 3  # "praised him; yet he left in 2014"
    return 9


def is_an_age(each: Dated) -> bool:
    """Whether a date is longer than a deed: "the 1930s"."""
    first, last = each.mention.earliest, each.mention.latest
    return first is not None and last is not None and last - first > LONGEST_TIME


def tells_of_happening(verb: Token) -> bool:
    """Whether a relative clause says what an attack or a weapon did: "a bomb which killed two"."""
    if role(verb) is not Role.RELATIVE_CLAUSE or verb.tag_ != "VBD" or child(verb, Role.AUXILIARY) is not None:
        return False
    what = child(verb, Role.SUBJECT)
    return what is not None and what.tag_ in ("WDT", "WP") and verb.head.lemma_.lower() in HAPPENINGS | WEAPONS


def of_argument(predicate: Predicate, each: Dated) -> bool:
    """Whether the date is that of what the verb is about: "condemned the attack of 7 July"."""
    verb, noun = predicate.verb, each.governor if is_verbal(each.root.head) else each.root.head
    if verb != predicate.head or is_verbal(noun):
        return False
    if preposition_of(each.root) == "of" and role(noun) is Role.NOUN_MODIFIER and noun.lemma_.lower() not in HAPPENINGS:
        return True  # "apologised in writing for the rule of 1910"
    if noun.head != verb:
        return False
    if preposition_of(each.root) == "of" and (
        role(noun) is Role.OBJECT or (role(noun) is Role.OBLIQUE and noun.lemma_.lower() not in HAPPENINGS)
    ):  # "opened the border a week after the earthquake of 6 February"
        return True
    return role(noun) is Role.PASSIVE_SUBJECT and verb.lemma_.lower() in JUDGING and each.root.i < verb.i


def _is_report(verb: Token, predicate: Predicate) -> bool:
    return verb != predicate.head and verb.lemma_.lower() in REPORTS and child(verb, Role.COMPLEMENT_CLAUSE) is not None


def narrative(predicate: Predicate, calendar: Calendar) -> DateMention | None:
    """The date a past narrative has reached: the last one told before, in the same paragraph, of a finished act."""
    verb = predicate.verb
    if not (verb.tag_ == "VBD" and _past(verb)) and not _was_done(verb):
        return None
    last = calendar.before(predicate.head.sent)
    if last is None or last.mention.latest is None or last.mention.earliest is None:
        return None
    if moves_on(predicate):
        return None
    if last.mention.latest - last.mention.earliest > LONGEST_TIME or not _past(last.governor):
        return None
    if calendar.published is not None and last.mention.earliest > calendar.published:
        return None
    if predicate.head.i - last.root.i > LONGEST_STEP:
        return None
    sentence = last.root.sent
    if predicate.head.sent.start - sentence.end > 60 or _new_block(sentence, predicate.head.sent):
        return None
    return last.mention


def moves_on(predicate: Predicate) -> bool:
    """Whether the sentence says that time has passed since what was told.

    "Two years later famine came", "blamed them a year after he had stepped down".
    """
    for mark in children(predicate.verb, Role.MARKER):
        if mark.lower_ in BESIDE and mark.i and mark.nbor(-1).lemma_.lower() in SPANS:
            return True
    first = [word for word in predicate.head.sent[:8] if word.i < predicate.verb.i]
    return any(word.lower_ in LATER or word.lemma_.lower() in SPANS for word in first)


def _was_done(verb: Token) -> bool:
    """Whether a passive tells of one act in the past: "were killed", not "had been killed"."""
    helpers = {word.lower_ for word in children(verb, Role.AUXILIARY, Role.PASSIVE_AUXILIARY)}
    return verb.tag_ == "VBN" and bool(helpers) and helpers <= {"was", "were"}


def _past(verb: Token) -> bool:
    return verb.tag_ in ("VBD", "VBN") and not any(
        aux.lower_ in ("has", "have", "will") for aux in children(verb, Role.AUXILIARY)
    )


def _new_block(before: Span, after: Span) -> bool:
    between = before.doc[before.end - 1 : after.start + 1].text
    return between.count("\n") > 1
