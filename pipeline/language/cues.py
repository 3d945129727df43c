"""Cues: the verbs, nouns, adjectives and phrases that attribute words to someone.

An entry of cues.toml says what kind of attribution its word makes and which patterns of content it takes, each with the
share of such patterns that were attributions in news text. Words are found by their forms, so that a wrong lemma costs
nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from spacy.strings import get_string_id
from spacy.tokens import Doc, Token

from pipeline.errors import LexiconError
from pipeline.labels import AttributionType
from pipeline.language.doc import plain
from pipeline.lexicons import FOLDER, check_choice, read_entries

PARTS_OF_SPEECH = ("verb", "noun", "adjective", "phrase")
SYNTACTIC = (
    "clause", "infinitive", "object", "naming", "object infinitive", "raising", "passive", "passive infinitive",
    "predicate",
    "compound", "possessor",
)  # fmt: skip
PREPOSITIONS = (
    "about", "against", "as", "at", "behind", "between", "by", "for", "from", "in", "into", "like", "of", "on", "out",
    "over", "to", "toward", "towards", "upon", "with",
)  # fmt: skip
PATTERNS = frozenset({"quote", "source", *SYNTACTIC, *PREPOSITIONS})
TAGGED = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "PROPN": "noun", "ADJ": "adjective"}
VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Cue:
    """One entry of the lexicon: a word or phrase, what it attributes, and how surely in which pattern."""

    lemma: str
    pos: str
    type: AttributionType
    patterns: Mapping[str, float]

    def share(self, pattern: str) -> float:
        """The share of such patterns around this cue that were attributions; 0 for a pattern it does not take."""
        if pattern == "naming" and pattern not in self.patterns:
            pattern = "object"
        return self.patterns.get(pattern, 0.0)


class Cues:
    """The lexicon of cues, by word form and part of speech."""

    def __init__(self, cues: Mapping[Cue, tuple[str, ...]]) -> None:
        self._by_form: dict[tuple[str, str], Cue] = {}
        self._phrases: dict[int, list[tuple[tuple[str, ...], Cue]]] = {}
        for cue, forms in cues.items():
            if cue.pos == "phrase":
                words = tuple(cue.lemma.split())
                self._phrases.setdefault(get_string_id(words[0]), []).append((words, cue))
            for form in forms:
                self._by_form.setdefault((form, cue.pos), cue)
        self._first_words = np.array(list(self._phrases), np.uint64)
        self._forms = frozenset(form for form, _ in self._by_form)

    @classmethod
    def load(cls, folder: Path | None = None) -> "Cues":
        """The lexicon as cues.toml has it.

        Raises:
            LexiconError: the file is broken, or an entry has an unknown type, part of speech or pattern.
        """
        entries = read_entries(
            "cues", required=("lemma", "pos", "type", "patterns", "example"), optional=("forms",), folder=folder
        )
        found: dict[Cue, tuple[str, ...]] = {}
        seen: set[tuple[str, str]] = set()
        for entry in entries:
            cue = _cue(entry, folder or FOLDER)
            if (cue.lemma, cue.pos) in seen:
                raise LexiconError(
                    f"{_where(entry, folder or FOLDER)}: the {cue.pos} stands in the file twice; merge them"
                )
            seen.add((cue.lemma, cue.pos))
            found[cue] = () if cue.pos == "phrase" else tuple(forms_of(cue.lemma, cue.pos, entry.get("forms", ())))
        return cls(found)

    def of(self, token: Token) -> Cue | None:
        """The cue a word can be, going by its form and its part of speech."""
        pos = TAGGED.get(token.pos_)
        if pos is None or _is_hyphenated(token):
            return None
        return self._by_form.get((token.lower_, pos)) or self._by_form.get((token.lemma_.lower(), pos))

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is a form of any cue but a phrase."""
        return word in self._forms

    def introducing(self, token: Token, *, tagged: bool = True) -> Cue | None:
        """The cue of a verb that can stand beside words in quotation marks; with `tagged`, of one tagged as a verb."""
        cue = self._by_form.get((token.lower_, "verb"))
        if cue is None or "quote" not in cue.patterns or _is_hyphenated(token):
            return None
        if tagged and token.tag_ in ("NN", "NNS", "NNP", "NNPS"):
            return None
        return cue

    def phrases(self, doc: Doc) -> Iterator[tuple[int, int, Cue]]:
        """Where the phrases of the lexicon stand: first token, token after the last, cue."""
        forms, lower = doc.to_array("LOWER"), plain(doc).lower
        for index in np.flatnonzero(np.isin(forms, self._first_words)).tolist():
            for words, cue in self._phrases[int(forms[index])]:
                end = index + len(words)
                if tuple(lower[index:end]) == words:
                    yield index, end, cue
                    break


def _is_hyphenated(token: Token) -> bool:
    """ "the so-called truce": part of another word."""
    return token.i > 0 and token.nbor(-1).text == "-" and not token.nbor(-1).whitespace_


def _cue(entry: Mapping[str, Any], folder: Path) -> "Cue":
    where = _where(entry, folder)
    check_choice(where, "pos", entry["pos"], PARTS_OF_SPEECH)
    check_choice(where, "type", entry["type"], [str(member) for member in AttributionType])
    for pattern, share in entry["patterns"].items():
        check_choice(where, "pattern", pattern, sorted(PATTERNS))
        if not isinstance(share, float) or not 0 <= share <= 1:
            raise LexiconError(f"{where}: pattern {pattern!r} has {share!r}; give a share between 0.0 and 1.0")
    return Cue(entry["lemma"], entry["pos"], _type(entry["type"]), _Frozen(entry["patterns"]))


def _type(value: str) -> AttributionType:
    return next(member for member in AttributionType if member == value)


class _Frozen(dict[str, float]):
    """A dict that can be part of a key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))


def _where(entry: Mapping[str, Any], folder: Path) -> str:
    return f"{folder / 'cues.toml'}, entry {entry['lemma']!r}"


def forms_of(lemma: str, pos: str, irregular: tuple[str, ...] | list[str] = ()) -> list[str]:
    """The forms of a word, the regular ones made by rule: "deny", "denies", "denied", "denying"."""
    if pos == "adjective":
        return [lemma, *irregular]
    if pos == "noun":
        return [lemma, _with_s(lemma), *irregular]
    stem = lemma[:-1] if lemma.endswith("e") else lemma
    gerund = lemma + "ing" if lemma.endswith(("ee", "oe", "ye")) else stem + "ing"
    past = lemma[:-1] + "ied" if _ends_in_consonant_y(lemma) else stem + "ed"
    forms = [lemma, _with_s(lemma), gerund, past, *irregular]
    if _doubles(lemma):
        forms += [lemma + lemma[-1] + "ing", lemma + lemma[-1] + "ed"]
    return forms


def _with_s(lemma: str) -> str:
    if _ends_in_consonant_y(lemma):
        return lemma[:-1] + "ies"
    return lemma + ("es" if lemma.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _ends_in_consonant_y(lemma: str) -> bool:
    return len(lemma) > 1 and lemma.endswith("y") and lemma[-2] not in VOWELS


def _doubles(lemma: str) -> bool:
    """Whether the last letter may be doubled: "plan, planned", "refer, referred"."""
    return len(lemma) > 2 and lemma[-1] not in VOWELS + "wxyh" and lemma[-2] in VOWELS and lemma[-3] not in VOWELS
