"""Scores: how sure a reading is to be an event, by a logistic model over what its frame found and missed.

The frames decide what a word can mean; the model decides, where conditions of the frame are not met, whether the
sentence tells of an event all the same, and says for every event how sure it is. Weights: event_weights.json, fitted by
training/events.
"""

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spacy.tokens import Token

from pipeline.labels import QUAD_CATEGORY, EventType, Modality, QuadCategory
from pipeline.language.arguments import at, complement, undergoer
from pipeline.language.doc import Participant
from pipeline.language.event_conditions import CONDITIONS
from pipeline.language.event_participants import LIGHT_VERBS, lends
from pipeline.language.event_search import Reading, Search
from pipeline.language.frames import Frame
from pipeline.language.modality import modality_of
from pipeline.language.syntax import Role, child, children, is_passive, preposition_of, role
from pipeline.logistic import probability, read_weights

WEIGHTS_FILE = Path(__file__).with_name("event_weights.json")
KINDS = ("official", "nation", "public", "force", "armed", "court", "crowd", "business")
# How many conditions of its own a frame is asked for before it is given up.
MOST_FAILED = 2
# Who fights with words fights nobody: "clashed with his colleagues"; "the soup is ready to serve".
# A noun without the modifier that makes its type is another word: "the candidate's campaign" bombs nobody.
# Nor does anything happen in a film, by "backed out" for "backed", or where one declines to comment; who dies of a
# flood was not attacked, and what is called off does not take place.
UNFORGIVEN = frozenset(
    {
        "verb fighter", "verb violent", "noun modifier", "adjective subject", "verb fiction", "noun fiction",
        "verb particle", "verb comment", "verb nature", "noun called off",
    }
)  # fmt: skip
NAMES = frozenset({"PERSON", "ORG", "GPE", "NORP"})
WORDS = (QuadCategory.VERBAL_COOPERATION, QuadCategory.VERBAL_CONFLICT)
# Who speaks and acts for states and bodies, and the standings of participants, the most public first.
OFFICES = frozenset({"GOV", "LEG", "IGO", "PTY", "OPP", "JUD", "MIL", "COP", "SPY", "REB", "UAF", "IMG", "ELI"})
STANDINGS = ("office", "body", "group", "person", "pronoun", "noun")
# What stands with a predicate and says how it is meant: "without asking", "never complains", "are settled".
COMPANY = (Role.MARKER, Role.AUXILIARY, Role.PASSIVE_AUXILIARY, Role.ADVERB)
CLAUSES = frozenset({Role.OPEN_CLAUSE, Role.COMPLEMENT_CLAUSE, Role.ADVERBIAL_CLAUSE, Role.NOUN_CLAUSE})
# A sentence between two who talk: "I called on Monday", "you can ask".
TALK = frozenset({"i", "me", "my", "you", "your"})


@dataclass(frozen=True, slots=True)
class LogisticScores:
    """The fitted model: the weight of each feature, and where it draws lines, all from event_weights.json."""

    weights: dict[str, float]
    threshold: float
    threshold_adjunct: float  # of a noun in an adjunct: "killed in the attack" tells again what is told
    threshold_fitting: float
    hopeless_below: float  # log odds by frame and failed conditions alone, below which a reading is not looked at
    known: dict[tuple[object, ...], float] = field(default_factory=dict)  # sums that have been made before

    def of(self, reading: Reading, search: Search) -> float:
        """The probability that the reading is an event of its type."""
        return probability(self.weights, features(reading, search))

    def closeness(self, frame: Frame, failed: Sequence[str], types: int) -> float:
        """What frame and failed conditions alone give, in log odds."""
        key = _key(frame, failed, types)
        if key not in self.known:
            names = frame_features(frame, failed, types)
            self.known[key] = sum(self.weights.get(name, 0.0) for name in names)
        return self.known[key]

    def hopeless(self, frame: Frame, failed: Sequence[str], types: int) -> bool:
        """Whether a frame that fails these conditions will not come near the threshold, whatever its participants."""
        return bool(failed) and self.closeness(frame, failed, types) < self.hopeless_below

    def beyond_hope(self, frame: Frame, failed: Sequence[str], types: int) -> bool:
        """Whether the frame will be hopeless with these conditions failed, whichever of the others fail as well."""
        return self.closeness(frame, failed, types) + self._gain(frame.pos, failed) < self.hopeless_below

    def _gain(self, pos: str, failed: Sequence[str]) -> float:
        """The most that further failed conditions can add to the closeness of a frame."""
        left = MOST_FAILED - sum(name in CONDITIONS for name in failed)
        key = pos, len(failed), left
        if key not in self.known:
            counts = [self.weights.get(f"failures {n}", 0.0) for n in range(len(failed), 5)]
            others = (
                self.weights.get(f"failed {name}", 0.0) + self.weights.get(f"{pos} failed {name}", 0.0)
                for name in CONDITIONS
            )
            self.known[key] = max(counts) - counts[0] + left * max(0.0, *others)
        return self.known[key]

    def enough(self, reading: Reading) -> float:
        """The least score with which the reading counts."""
        if is_out(reading):
            return math.inf
        if "adjunct" in reading.failed:
            return self.threshold_adjunct
        return self.threshold if reading.failed else self.threshold_fitting


def is_out(reading: Reading) -> bool:
    """Whether the reading fails what no score outweighs."""
    frame = reading.frame
    if frame.type is EventType.THREATEN and "recipient" in reading.failed:  # "warned that rain would come"
        return True
    return not UNFORGIVEN.isdisjoint(f"{frame.pos} {failed}" for failed in reading.failed)


def _key(frame: Frame, failed: Sequence[str], types: int) -> tuple[object, ...]:
    """Equal for frames and failed conditions that have the same features."""
    return frame.pos, frame.lemma, frame.type, "object" in failed and frame.object, types, tuple(failed)


@functools.cache
def load_scores() -> LogisticScores:
    """The model that comes with the package.

    Raises:
        LexiconError: the file is missing or not what training wrote.
    """
    lines = ("threshold", "threshold_adjunct", "threshold_fitting", "hopeless_below")
    weights, (threshold, adjunct, fitting, hopeless_below) = read_weights(WEIGHTS_FILE, *lines)
    return LogisticScores(weights, threshold, adjunct, fitting, hopeless_below)


def features(reading: Reading, search: Search) -> Iterator[str]:
    """The features of a reading, each a name that is there or not."""
    frame, head = reading.frame, reading.predicate.head
    yield from frame_features(frame, reading.failed, len({other.type for other in search.frames_of(head)}))
    if frame.pos == "verb":
        if "object" in reading.failed:
            yield f"failed object {_what(next(iter(undergoer(head)), None), search)}"
        if "subject" in reading.failed:
            yield f"failed subject {_what(next(at(reading.predicate, 'subject'), None), search)}"
    if "public" in reading.failed and not search.names.get(search.sentence_of(head).start):
        yield "failed public, no name"
    yield from _sides(reading, search)
    yield from _place(reading, search)
    yield from _company(frame.pos, head)
    yield from _surroundings(frame, head, search)


def frame_features(frame: Frame, failed: Sequence[str], types: int) -> Iterator[str]:
    """What the frame and the conditions it fails say alone; `types` is how many types of events the word can name."""
    fits = "fails" if failed else "fits"
    yield "bias"
    yield f"type {frame.type}"
    yield f"lemma {frame.pos} {frame.lemma}"
    yield f"{frame.pos} {fits}"
    yield f"failures {min(len(failed), 4)}"
    yield f"{fits}, types {min(types, 4)}"
    for name in failed:
        yield f"failed {name}"
        yield f"{frame.pos} failed {name}"
    if frame.pos == "verb" and "object" in failed:
        yield f"wanted object {'class' if any(term.startswith('@') for term in frame.object) else 'words'}"


def _what(noun: Token | None, search: Search) -> str:
    """What kind of argument it is that the frame does not take."""
    if noun is None:
        return "none"
    if noun.pos_ in ("PRON", "NUM", "DET"):
        return noun.pos_
    kinds = search.describe(noun).kinds
    if "public" in kinds:
        return "public"
    if "participant" in kinds:
        return "named" if noun.ent_type_ in NAMES else "person"
    return "name" if noun.ent_type_ else "place" if "place" in kinds else "thing"


def _sides(reading: Reading, search: Search) -> Iterator[str]:
    acts = _acts(reading.frame)
    standing = [_standing(members, search) for members in (reading.actors, reading.recipients)]
    yield f"{acts} of {standing[0]}"
    yield f"{acts} of {standing[0]} to {standing[1]}"
    for side, members in (("actor", reading.actors), ("recipient", reading.recipients)):
        if not members:
            yield f"no {side}"
            continue
        described = [search.describe(each.span.root) for each in members]
        for kind in KINDS:
            if any(kind in each.kinds for each in described):
                yield f"{side} {kind}"
        if any(each.span.root.ent_type_ in NAMES for each in members):
            yield f"{side} named"
        elif all(each.span.root.pos_ == "PRON" for each in members):
            yield f"{side} pronoun"
        else:
            yield f"{side} noun"
        if any(each.sector for each in described):
            yield f"{side} sector"


def _acts(frame: Frame) -> str:
    return "words" if QUAD_CATEGORY[frame.type] in WORDS else "deeds"


def _standing(members: Sequence[Participant], search: Search) -> str:
    """How public the most public of the participants is: a baker who asks a baker makes no news."""
    found = {_standing_of(each.span.root, search) for each in members}
    return next((each for each in STANDINGS if each in found), "none")


def _standing_of(noun: Token, search: Search) -> str:
    described = search.describe(noun)
    if noun.pos_ == "PRON" and described.entity is None:
        return "pronoun"
    if described.sector:
        return "office" if described.sector in OFFICES else "group"
    if noun.ent_type_ in NAMES:
        return "person" if noun.ent_type_ == "PERSON" else "body"
    return "noun" if described.entity is None else "person"


def _place(reading: Reading, search: Search) -> Iterator[str]:
    head, pos, link = reading.predicate.head, reading.frame.pos, role(reading.predicate.head)
    yield f"{pos} {link.name}"
    yield f"{pos} {head.tag_}"
    modality = modality_of(reading.predicate, search.lexicons.cues)
    yield f"modality {modality}"
    if modality is Modality.HYPOTHETICAL:
        yield f"{pos} hypothetical"
    if pos == "noun":
        yield f"determiner {_determiner(head)}"
        yield f"preposition {preposition_of(head) or 'none'}"
        light = reading.predicate.light
        if light is not None:
            yield "light" if lends(light, reading.frame.light or LIGHT_VERBS) else "object of another verb"
        return
    if is_passive(head):
        yield "passive"
    found = undergoer(head)
    yield f"object {found[0].pos_ if found else 'none'}"
    if found and found[0].ent_type_ in NAMES:
        yield "object named"
    clause = complement(head)
    if clause is not None:
        yield f"complement {clause.tag_}"


def _company(pos: str, head: Token) -> Iterator[str]:
    for word in children(head, *COMPANY):
        yield f"with {pos} {role(word).name} {word.lower_}"
    link = role(head)
    if link is not Role.ROOT and (pos == "noun" or link in CLAUSES):
        yield f"with {pos} {link.name} of {head.head.lemma_.lower()}"


def _surroundings(frame: Frame, head: Token, search: Search) -> Iterator[str]:
    pos, acts = frame.pos, _acts(frame)
    sentence = search.sentence_of(head)
    start = sentence.start
    if any(word.lower_ in TALK for word in sentence):
        yield "talk"
    if role(head) is Role.CONJUNCT and head.head.i in search.taken:
        yield f"{pos} beside an event"
    yield f"countries {search.countries}"
    if search.about:
        yield search.about
        yield f"{search.about}, {acts}"
    if head.i in search.quoted:
        yield "quoted"
    if start in search.headings:
        yield "heading"
        yield f"heading {pos} {head.tag_}"
    labels = search.names.get(start, [])
    yield f"names {min(sum(label in NAMES for label in labels), 3)}"
    if "GPE" in labels or "NORP" in labels:
        yield "country named"
    if "DATE" in labels:
        yield "dated"


def _determiner(noun: Token) -> str:
    found = child(noun, Role.DETERMINER, Role.POSSESSOR)
    if found is None:
        return "none"
    return "possessor" if role(found) is Role.POSSESSOR else found.lower_
