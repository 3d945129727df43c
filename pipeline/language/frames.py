"""Frames: which word names which PLOVER event, and what must stand around it.

A frame is one entry of frames.toml for one lemma. `Frames.of` gives the frames of a word, the more demanding first;
whether one fits its sentence is for `events.py` to see.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from spacy.tokens import Span, Token

from pipeline.errors import LexiconError
from pipeline.labels import EventType
from pipeline.language.syntax import Role, child, children, once, role
from pipeline.lexicons import FOLDER, check_choice, read_entries, read_rows

PARTS_OF_SPEECH = ("verb", "noun", "adjective")
# Kinds of participants that a frame may ask for beside the noun classes; actors.py tells them.
KINDS = frozenset(
    {
        "participant", "person", "public", "official", "force", "armed", "nation", "crowd", "court", "business",
        "place", "any", "none", "any-person",
    }
)  # fmt: skip
NEEDS = frozenset(
    {
        "actor", "recipient", "participant", "public", "plural", "fighter", "official", "official-partner",
        "happening", "sides", "light", "light-or-sides", "person", "captive", "violent", "verbal", "crowd", "force",
        "told",
    }
)  # fmt: skip
# A bound for memory: looks of words kept, some 100 bytes each.
MOST_LOOKS = 200_000
PARTICLES = frozenset({"off", "up", "down", "out", "back", "away"})
TERMS = ("subject", "object", "object_not", "of", "preposition_object")


@dataclass(frozen=True, slots=True)
class Frame:
    """One way in which a word names an event."""

    lemma: str
    pos: str
    type: EventType
    mode: str = ""
    context: tuple[str, ...] = ()
    subject: frozenset[str] = frozenset()
    object: frozenset[str] = frozenset()
    object_not: frozenset[str] = frozenset()
    object_complement: str = ""
    of: frozenset[str] = frozenset()
    modifier: frozenset[str] = frozenset()
    modifier_not: frozenset[str] = frozenset()
    adverb: frozenset[str] = frozenset()
    number: str = ""
    passive: str = ""  # "yes" or "no" where it must be one or the other
    preposition: frozenset[str] = frozenset()
    preposition_not: frozenset[str] = frozenset()
    preposition_object: frozenset[str] = frozenset()
    complement: frozenset[str] = frozenset()
    light: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    bare: bool = False
    actor: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    together: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How the frame is called in the column `rule`: "verb: attack"."""
        return f"{self.pos}: {self.lemma}"

    @property
    def demands(self) -> int:
        """How much the frame asks of its sentence."""
        named = bool(self.object) and not any(noun.startswith("@") for noun in self.object)
        return 3 * (named + bool(self.modifier)) + sum(bool(getattr(self, part.name)) for part in fields(self)[5:20])


# What a word looks like: numbers of its form, its lemma, its part of speech and its tag.
Look = tuple[int, int, int, int]
LOOK: list[int | str] = ["ORTH", "LEMMA", "POS", "TAG"]


@dataclass(frozen=True, slots=True)
class Frames:
    """The lexicon of frames, by part of speech and lemma, and the classes of nouns they refer to."""

    by_lemma: dict[tuple[str, str], tuple[Frame, ...]]
    classes: dict[str, frozenset[str]]
    irregular: dict[str, str]  # form to lemma
    heads: frozenset[tuple[str, str]]  # part of speech, and the word of a lemma that evokes it: "pull" of "pull out"
    parts: dict[Look, str] = field(default_factory=dict)  # by the look of a word, met in this process

    def candidates(self, sentences: Sequence[Span]) -> Iterator[tuple[str, Token]]:
        """The words that may evoke a frame, with their part of speech as frames count it, in text order."""
        if not sentences:
            return
        doc = sentences[0].doc
        looks = doc.to_array(LOOK).tolist()
        if len(self.parts) > MOST_LOOKS:
            self.parts.clear()
        for sentence in sentences:
            for i in range(sentence.start, sentence.end):
                look = tuple(looks[i])
                part = self.parts.get(look)
                if part is None:
                    part = self.parts[look] = self._part(doc[i])
                if part:
                    yield part, doc[i]

    def _part(self, word: Token) -> str:
        """The part of speech of a word that looks as if it could evoke a frame; empty for the many others."""
        part = part_of_speech(word)
        if part and any((part, base) in self.heads for base in bases(word, part, self.irregular.get(word.lower_, ""))):
            return part
        return part if part == "verb" and ("adjective", word.lower_) in self.heads else ""

    def of(self, word: Token) -> tuple[Frame, ...]:
        """The frames that the word may evoke, the more demanding first."""
        pos = part_of_speech(word)
        if not pos:
            return ()
        found = self._under(pos, lemmas(word, pos, self.irregular.get(word.lower_, "")))
        if pos == "verb" and word.tag_ in ("VBN", "VBD", "JJ"):  # "is committed to", "is opposed to": taggers waver
            found += self._under("adjective", [word.lower_])
        return found

    def _under(self, pos: str, candidates: list[str]) -> tuple[Frame, ...]:
        return next((found for lemma in candidates if (found := self.by_lemma.get((pos, lemma)))), ())

    def in_class(self, noun: Token, name: str) -> bool:
        """Whether the noun, alone or with the noun before it, belongs to a class of noun_classes.csv."""
        return not class_words(noun).isdisjoint(self.classes.get(name, ()))


@once
def class_words(noun: Token) -> frozenset[str]:
    """The words by which a noun may stand in a class."""
    if noun.tag_ == "$":  # "gave $5 million"
        return frozenset(("money",))
    lemma, before = hyphenated(noun), modifiers(noun)
    found = {lemma, noun.lower_, *(f"{mod.lower_} {lemma}" for mod in before)}
    if noun.text[:1].isupper():  # "Operation Active Endeavour" is an operation
        found.update(mod.lemma_.lower() for mod in before)
    return frozenset(found)


def hyphenated(noun: Token) -> str:
    """The lemma with what a hyphen ties to it: "cease-fire", which tokenizers take apart."""
    lemma, i = noun.lemma_.lower(), noun.i
    tied = i > 1 and noun.nbor(-1).text == "-" and not noun.nbor(-1).whitespace_ and not noun.nbor(-2).whitespace_
    return f"{noun.nbor(-2).lower_}-{lemma}" if tied else lemma


def part_of_speech(word: Token) -> str:
    """The part of speech as frames count it; empty for words that name no event."""
    if word.pos_ == "VERB" or (word.tag_.startswith("VB") and word.pos_ not in ("AUX", "NOUN", "PROPN")):
        return "verb"
    if word.pos_ == "NOUN" or (word.pos_ == "PROPN" and word.text[:1].islower()):
        return "noun"
    if not word.pos_ and word.tag_ in ("NN", "NNS"):  # of one word in a thousand the model gives the tag alone
        return "noun"
    return "adjective" if word.pos_ == "ADJ" else ""


def lemmas(word: Token, pos: str, irregular: str = "") -> list[str]:
    """The lemmas under which frames of the word may stand, the longer first: "pull out", "pull"."""
    found = bases(word, pos, irregular)
    if pos == "verb":
        others = companions(word)
        return [*(f"{one} {other}" for one in found for other in others), *found]
    if pos == "noun":
        before = [mod.lower_ for mod in modifiers(word)]
        return [*(f"{mod} {one}" for one in found for mod in before), *found]
    return found


def bases(word: Token, pos: str, irregular: str = "") -> list[str]:
    """The lemmas that the word alone may have."""
    base = irregular if irregular and pos == "verb" else (word.lemma_ or word.text).lower()
    return list(dict.fromkeys([base, word.lower_, *stems(word.lower_)]))


def companions(verb: Token) -> list[str]:
    """The words that may form one verb with it: "pull out", "take hostage", "set free"."""
    found = [p.lower_ for p in children(verb, Role.PARTICLE, Role.ADVERB) if 0 < p.i - verb.i <= 4]
    found += [word.lower_ for word in misread_particles(verb)]
    found += [noun.lower_ for noun in children(verb, Role.OBJECT) if noun.lower_ in ("hostage", "place", "part")]
    complement = child(verb, Role.OPEN_CLAUSE, Role.PREDICATE)
    if complement is not None and complement.lower_ in ("free", "dead", "together", "hostage"):
        found.append(complement.lower_)
    return found


def misread_particles(verb: Token) -> Iterator[Token]:
    """Particles that the parser hangs on the object: "called off the strike", "handed over 700 tons"."""
    if verb.i + 1 < len(verb.doc):
        word = verb.nbor(1)
        on_object = word.lower_ in PARTICLES and role(word) is Role.CASE and word.head.head == verb
        on_number = word.lower_ == "over" and role(word) is Role.ADVERB and word.head.pos_ == "NUM"
        if on_object or (on_number and word.head.i > word.i):
            yield word


def stems(word: str) -> list[str]:
    """Base forms that a regular verb or noun form may have: *expel* for "expelled", *clash* for "clashes"."""
    for ending in ("ing", "ed", "es", "s"):
        stem = word.removesuffix(ending)
        if len(stem) > 1 and stem != word:  # "suing"
            doubled = [stem[:-1]] if ending in ("ing", "ed") and stem[-1] == stem[-2] else []
            return [*doubled, stem, f"{stem}e", *([f"{stem[:-1]}y"] if stem.endswith("i") else [])]
    return []


@once
def modifiers(noun: Token) -> Sequence[Token]:
    """The nouns and adjectives before a noun: *air* in "air strikes"."""
    return [mod for mod in children(noun, Role.COMPOUND, Role.ADJECTIVE, Role.NOUN_MODIFIER) if mod.i < noun.i]


def read_frames(folder: Path | None = None) -> Frames:
    """The lexicon of frames, from the folder or the shipped one.

    Raises:
        LexiconError: frames.toml or noun_classes.csv is missing or broken, or names an unknown type, class or need.
    """
    classes: defaultdict[str, set[str]] = defaultdict(set)
    for row in read_rows("noun_classes", columns=("class", "noun"), folder=folder):
        classes[row["class"]].add(row["noun"])
    optional = [part.name for part in fields(Frame)][3:]
    by_lemma: defaultdict[tuple[str, str], list[Frame]] = defaultdict(list)
    where = f"{(folder or FOLDER) / 'frames.toml'}"
    for entry in read_entries("frames", required=("type", "pos", "lemma", "example"), optional=optional, folder=folder):
        _check(f"{where}, entry {entry['lemma']!r}", entry, classes)
        for frame in _frames(entry):
            by_lemma[frame.pos, frame.lemma].append(frame)
    ordered = {key: tuple(sorted(found, key=lambda f: -f.demands)) for key, found in by_lemma.items()}
    irregular = {
        row["form"]: row["lemma"] for row in read_rows("irregular_forms", columns=("form", "lemma"), folder=folder)
    }
    heads = frozenset((pos, lemma.split()[-1 if pos == "noun" else 0]) for pos, lemma in ordered)
    return Frames(ordered, {name: frozenset(nouns) for name, nouns in classes.items()}, irregular, heads)


def _frames(entry: dict[str, Any]) -> list[Frame]:
    sets = {part.name for part in fields(Frame) if str(part.type).startswith("frozenset")}
    given = {key: value for key, value in entry.items() if key not in ("lemma", "example", "unless", "type")}
    values: dict[str, Any] = {
        key: frozenset(value) if key in sets else tuple(value) if isinstance(value, list) else value
        for key, value in given.items()
    }
    return [Frame(lemma=lemma, type=EventType[entry["type"]], **values) for lemma in entry["lemma"]]


def _check(where: str, entry: dict[str, Any], classes: dict[str, set[str]]) -> None:
    check_choice(where, "type", entry["type"], [str(label) for label in EventType])
    check_choice(where, "pos", entry["pos"], PARTS_OF_SPEECH)
    for key, value in entry.items():
        text = key in ("type", "pos", "mode", "object_complement", "number", "passive", "example", "unless")
        wanted = str if text else bool if key == "bare" else list
        if not isinstance(value, wanted):
            raise LexiconError(f"{where}: field {key!r} is {value!r}; it must be a {wanted.__name__}")
    for need in entry.get("needs", ()):
        check_choice(where, "need", need, NEEDS)
    for key in (*TERMS, "object_complement"):
        given = entry.get(key, ())
        for term in [given] if isinstance(given, str) else given:
            if term.startswith("@"):
                check_choice(where, "class", term[1:], sorted({*classes, *KINDS}))
