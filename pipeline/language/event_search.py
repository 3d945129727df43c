"""What a search for events keeps: the Doc, the lexicons, which words are taken, and what a frame found."""

import dataclasses
import functools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from spacy.tokens import Doc, Span, Token

from pipeline.labels import EntityLabel
from pipeline.language.actors import Actors, Description, entity_at, quantified, stance
from pipeline.language.arguments import Predicate, same_speaker
from pipeline.language.doc import Participant, Quotation
from pipeline.language.event_dates import Calendar
from pipeline.language.frames import Frame, Frames, hyphenated, modifiers
from pipeline.language.modality import Cues
from pipeline.language.syntax import Role, child, conjuncts, role

REFLEXIVE = frozenset(
    {
        "himself", "herself", "itself", "themselves", "yourself", "myself", "ourselves",
    }
)  # fmt: skip


NATIONS = (EntityLabel.GPE, EntityLabel.NORP)
FIRST_PERSON = frozenset({"i", "me", "my", "we", "us", "our"})


class Scores(Protocol):
    """How sure a reading is to be an event."""

    def of(self, reading: "Reading", search: "Search") -> float:
        """The probability that the reading is an event of its type."""

    def closeness(self, frame: Frame, failed: Sequence[str], types: int) -> float:
        """How near the frame comes with these conditions failed, whatever its participants; more is nearer."""

    def hopeless(self, frame: Frame, failed: Sequence[str], types: int) -> bool:
        """Whether the frame cannot count with these conditions failed."""

    def beyond_hope(self, frame: Frame, failed: Sequence[str], types: int) -> bool:
        """Whether the frame cannot count with these conditions failed and whatever else may fail."""

    def enough(self, reading: "Reading") -> float:
        """The least score with which the reading counts."""


@dataclass(frozen=True, slots=True)
class Lexicons:
    """What the finder knows: frames, participants, modality."""

    frames: Frames
    actors: Actors
    cues: Cues
    scores: "Scores"
    contexts: dict[str, tuple[str, ...]]  # by word, or two words
    topics: dict[int, str]  # by the number of a lemma


@dataclass(frozen=True, slots=True)
class Reading:
    """A frame that fits a predicate, with the participants it found."""

    frame: Frame
    predicate: Predicate
    actors: tuple[Participant, ...] = ()
    recipients: tuple[Participant, ...] = ()
    failed: tuple[str, ...] = ()  # the conditions of the frame that are not met
    score: float = 0.0  # how sure it is that this is an event of the type, 0 to 1


@dataclass(slots=True)
class Search:
    """One Doc under search: what has been looked up, and which words already belong to an event."""

    doc: Doc
    lexicons: Lexicons
    calendar: Calendar
    sentences: list[Span] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # of the sentences
    taken: set[int] = field(default_factory=set)
    described: dict[int, Description] = field(default_factory=dict)
    places: dict[int, list[Span]] = field(default_factory=dict)  # by the start of their sentence
    grounds: dict[int, list[Any]] = field(default_factory=dict)  # places that are no known names, by the same
    quoted: dict[int, Quotation] = field(default_factory=dict)
    homes: dict[str, list[tuple[int, str]]] = field(default_factory=dict)  # nouns named with a country, and where
    sport: dict[int, frozenset[str]] = field(default_factory=dict)  # words of sport, by the start of their sentence
    lemma_numbers: list[int] = field(default_factory=list)  # of all words
    lemmas: dict[int, str] = field(default_factory=dict)  # in lower case, of the sentences looked at
    framed: dict[int, tuple[Frame, ...]] = field(default_factory=dict)  # the frames of a word, looked up once
    parts: list[tuple[str, Token]] = field(default_factory=list)  # the words that may name an event
    names: dict[int, list[str]] = field(default_factory=dict)  # labels of the names, by the start of their sentence
    countries: int = 0  # how often the article names countries and peoples, from 0 (hardly) to 3 (in every sentence)
    about: str = ""  # how public the article's matter is, where it is not wholly
    headings: frozenset[int] = frozenset()  # where the sentences of titles and headings start
    matched: dict[tuple[int, frozenset[str]], bool] = field(default_factory=dict)  # what `matches` has found

    def words(self, *parts: str) -> Iterator[Token]:
        """The words of the sentences that may evoke a frame as one of these parts of speech, in text order."""
        if not self.parts:
            self.parts = list(self.lexicons.frames.candidates(self.sentences))
        return (word for part, word in self.parts if part in parts)

    def describe(self, noun: Token) -> Description:
        """What the noun denotes as a participant, looked up once."""
        if noun.i not in self.described:
            described = self.lexicons.actors.describe(noun)
            if described.plausible and not described.country:
                described = self._in_context(noun, described)
            if noun.ent_type_ == "PERSON" and role(noun) is Role.APPOSITION:
                described = self._with_title(noun, described)
            self.described[noun.i] = described
        return self.described[noun.i]

    def _with_title(self, noun: Token, described: Description) -> Description:
        """The same, with what the title says that the name explains: "the head of the fund, Ana Roe"."""
        title = self.lexicons.actors.describe(noun.head)
        if not title.plausible:
            return described
        return dataclasses.replace(
            described,
            kinds=described.kinds | title.kinds,
            country=described.country or title.country,
            sector=described.sector or title.sector,
        )

    def _in_context(self, noun: Token, described: Description) -> Description:
        """The same, with what the article says elsewhere: who "we" are, whose "the government" is."""
        quotation = self.quoted.get(noun.i)
        speaker = quotation.speaker_entity if quotation is not None else None
        if noun.lower_ in FIRST_PERSON and speaker is not None:
            return dataclasses.replace(described, country=speaker.country, sector=described.sector or speaker.sector)
        if not self.homes:
            self.homes = named_with_country(self.doc)
        alone = all(role(word) in (Role.DETERMINER, Role.CASE) for word in noun.lefts)
        determiner = child(noun, Role.DETERMINER)
        if noun.pos_ == "NOUN" and alone and determiner is not None and determiner.lower_ == "the":
            before = {code for i, code in self.homes.get(noun.lower_, ()) if i < noun.i}
            if len(before) == 1:  # "the Syrian regime ... the regime"
                return dataclasses.replace(described, country=before.pop())
        return described

    def frames_of(self, token: Token) -> tuple[Frame, ...]:
        """The frames that the word may evoke, looked up once."""
        if token.i not in self.framed:
            self.framed[token.i] = self.lexicons.frames.of(token)
        return self.framed[token.i]

    def sentence_of(self, token: Token) -> Span:
        """The sentence of a token; spaCy looks for its edges anew each time."""
        return self.sentences[max(bisect_right(self.starts, token.i) - 1, 0)]

    def sport_in(self, sentence: Span) -> frozenset[str]:
        """The words of sport in the sentence."""
        if sentence.start not in self.sport:
            words = self.lexicons.frames.classes.get("sport", frozenset())
            lemmas = set(self.lemma_numbers[sentence.start : min(sentence.start + 200, sentence.end)])
            for lemma in lemmas - self.lemmas.keys():
                self.lemmas[lemma] = self.doc.vocab.strings[lemma].lower()
            self.sport[sentence.start] = words & {self.lemmas[lemma] for lemma in lemmas}
        return self.sport[sentence.start]

    def named(self, noun: Token) -> Token:
        """The noun itself, or whom a pronoun stands for, when that is named in the same sentence."""
        if noun.pos_ != "PRON" and role(noun) is not Role.POSSESSOR:
            return noun
        other = same_speaker(noun)
        entity = entity_at(noun)
        if other is None or (entity is not None and entity is not entity_at(other)):
            return noun
        return other

    def matches(self, noun: Token, terms: frozenset[str]) -> bool:
        """Whether a noun is one of the lemmas or belongs to one of the classes, looked up once."""
        key = noun.i, terms
        found = self.matched.get(key)
        if found is None:
            words, classes = words_and_classes(terms)
            found = self.matched[key] = bool(terms) and any(
                has_word(member, words) or any(self._in_class(member, name) for name in classes)
                for member in conjuncts(self.named(noun))[:4]
            )
        return found

    def _in_class(self, noun: Token, name: str) -> bool:
        if name == "any":
            return noun.lower_ not in REFLEXIVE
        inner = quantified(noun)  # "700 kg of medicine"
        if inner is not None and inner != noun and self.lexicons.frames.in_class(inner, name):
            return True
        described = self.describe(noun)
        if name == "any-person":
            return described.plausible or noun.ent_type_ == "PERSON"
        return name in described.kinds or self.lexicons.frames.in_class(noun, name)


@functools.cache
def words_and_classes(terms: frozenset[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The words among the terms of a frame, and the names of the classes."""
    words = frozenset(term for term in terms if not term.startswith("@"))
    return words, tuple(term[1:] for term in sorted(terms - words))


def has_word(noun: Token, words: frozenset[str]) -> bool:
    """Whether a noun is one of the words, alone or with the one before it, or counts one: "thousands of troops"."""
    if not words:
        return False
    lemma, form = noun.lemma_.lower(), noun.lower_
    if lemma in words or form in words or hyphenated(noun) in words:
        return True
    if lemma == form and lemma[-1:] == "s" and lemma[:-1] in words:  # lemmatizers leave "troops" as it is
        return True
    if any(f"{mod.lower_} {lemma}" in words for mod in modifiers(noun)):  # "martial law"
        return True
    counted = quantified(noun)
    return counted is not None and counted != noun and has_word(counted, single(words))


@functools.cache
def single(words: frozenset[str]) -> frozenset[str]:
    """Those that are one word."""
    return frozenset(word for word in words if " " not in word)


def named_with_country(doc: Doc) -> dict[str, list[tuple[int, str]]]:
    """The common nouns that a country is named with, each with its places and codes: "the Syrian regime"."""
    found: dict[str, list[tuple[int, str]]] = {"": []}
    for mention in doc._.entity_mentions:
        head = mention.span.root
        tied = role(head) in (Role.ADJECTIVE, Role.COMPOUND, Role.POSSESSOR) and head.head.pos_ == "NOUN"
        if tied and mention.entity.country and mention.entity.label in NATIONS and not stance(head):
            found.setdefault(head.head.lower_, []).append((head.head.i, mention.entity.country))
    return found
