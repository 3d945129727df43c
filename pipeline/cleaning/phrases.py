"""Phrases: the words by which furniture gives itself away.

`lexicons/boilerplate.toml` lists them by block label, with the position and length at which each may decide.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, pairwise
from operator import or_
from pathlib import Path
from typing import Any

from pipeline import lexicons
from pipeline.cleaning.features import REMEMBERED, SHORT_TEXT, Line, read_line
from pipeline.errors import LexiconError
from pipeline.labels import BlockLabel

# A phrase anywhere in a block decides only where little else is said.
DEFAULT_MAX_WORDS = 14
POSITIONS = ("whole", "start", "end", "anywhere")
PLACES = ("", "outside")
BLOCK_LABELS = {str(label): label for label in BlockLabel}
NUMBER, ANY = "#", "*"
NOTHING: dict[str, list["Phrase"]] = {}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that show a block to be furniture, and where they may decide."""

    text: str
    words: tuple[str, ...]
    label: BlockLabel
    at: str = "anywhere"
    max_words: int = DEFAULT_MAX_WORDS
    outside: bool = False
    cue: bool = False

    @property
    def reason(self) -> str:
        """What a block says that this phrase decided."""
        return f"phrase: {self.text}"

    def stands(self, words: Sequence[str], start: int) -> bool:
        """Whether it stands at `start`, as far into the block as it must."""
        end = start + len(self.words)
        if self.at in ("whole", "start") and start > 0:
            return False
        if self.at in ("whole", "end") and end != len(words):
            return False
        return end <= len(words) and all(map(same, self.words, words[start:end]))

    def decides(self, words: Sequence[str]) -> bool:
        """Whether a block of these words is short enough for it."""
        return not self.cue and (self.at == "whole" or len(words) <= self.max_words)


def same(wanted: str, word: str) -> bool:
    """Whether a word of a phrase stands for a word of a block."""
    return wanted in (word, ANY) or (wanted == NUMBER and word.isdigit())


class Phrases:
    """The phrases of a lexicon, found in one pass over the words of a block."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self.phrases = tuple(phrases)
        self.found_in_short = functools.lru_cache(maxsize=REMEMBERED)(self.find)
        # Most words open no phrase, and most that do are not followed by its second word.
        self.by_first: dict[str, dict[str, list[Phrase]]] = {}
        # Without any of these no phrase stands in a block: two neighbouring words of each phrase, or else one word.
        self.pairs: set[tuple[str, str]] = set()
        self.singles: set[str] = set()
        for phrase in phrases:
            second = phrase.words[1] if len(phrase.words) > 1 else ANY
            self.by_first.setdefault(phrase.words[0], {}).setdefault(second, []).append(phrase)
            fixed = [pair for pair in pairwise(phrase.words) if NUMBER not in pair and ANY not in pair]
            if fixed:
                self.pairs.add(max(fixed, key=lambda pair: len("".join(pair))))  # the longest are the rarest
            else:
                self.singles.add(max((word for word in phrase.words if word not in (NUMBER, ANY)), key=len))

    def of(self, line: Line) -> Sequence[Phrase]:
        """The phrases of a block, in text order."""
        return self.found_in_short(line.words) if len(line.text) <= SHORT_TEXT else self.find(line.words)

    def find(self, words: Sequence[str]) -> Sequence[Phrase]:
        """The phrases that stand in a row of words, in text order."""
        if self.singles.isdisjoint(words) and self.pairs.isdisjoint(pairwise(words)):
            return ()
        known, found = self.by_first, list[Phrase]()
        opening = map(or_, map(known.__contains__, words), map(str.isdigit, words))
        for at in compress(range(len(words)), opening):
            following = known.get(words[at])
            if following is not None:
                after = words[at + 1] if at + 1 < len(words) else ""
                if after not in following and ANY not in following and not words[at].isdigit() and not after.isdigit():
                    continue
            found += [phrase for phrase in self.opened(words, at) if phrase.stands(words, at)]
        return found

    def opened(self, words: Sequence[str], start: int) -> list[Phrase]:
        """The phrases that may stand at `start`, by their first two words."""
        first, second = words[start], words[start + 1] if start + 1 < len(words) else ""
        following = self.by_first.get(first, NOTHING)
        if not first.isdigit() and not second.isdigit():
            return [*following.get(second, ()), *following.get(ANY, ())]
        able: list[Phrase] = []
        for seconds in (following, self.by_first.get(NUMBER, NOTHING)) if first.isdigit() else (following,):
            for after in (second, ANY, NUMBER) if second.isdigit() else (second, ANY):
                able += seconds.get(after, ())
        return able


def deciding(found: Sequence[Phrase], words: Sequence[str], *, inside: bool = False) -> Phrase | None:
    """The phrase that shows a block to be furniture, if one does; `inside` the article, some may not."""
    if not found:
        return None
    able = [phrase for phrase in found if phrase.decides(words) and not (inside and phrase.outside)]
    # "Subscribe to our newsletter" is a newsletter, "subscribe to" a subscription: the longest decides.
    return max(able, key=lambda phrase: len(phrase.words), default=None)


def appeals(found: Sequence[Phrase]) -> int:
    """How many different phrases of appeals and pitches stand in a block, deciding or not."""
    return len({phrase.text for phrase in found if phrase.label in APPEALS})


def asked_for(found: Sequence[Phrase]) -> BlockLabel | None:
    """What most of the different phrases of appeals in a block ask for; None where there is none."""
    labels = [phrase.label for phrase in {phrase.text: phrase for phrase in found if phrase.label in APPEALS}.values()]
    return max(labels, key=lambda label: (labels.count(label), label)) if labels else None


# What asks the reader for money or support.
APPEALS = frozenset(
    {BlockLabel.DONATION_APPEAL, BlockLabel.MEMBERSHIP_PITCH, BlockLabel.SUBSCRIPTION_PAYWALL, BlockLabel.NEWSLETTER}
)


@functools.cache
def load_phrases(folder: Path | None = None) -> Phrases:
    """The phrases of `boilerplate.toml`.

    Raises:
        LexiconError: an entry has an unknown label or position, or no words.
    """
    entries = lexicons.read_entries(
        "boilerplate",
        required=("phrase", "label"),
        optional=("at", "max_words", "place", "cue"),
        unique="phrase",
        folder=folder,
    )
    return Phrases([read_phrase(entry) for entry in entries])


def read_phrase(entry: dict[str, Any]) -> Phrase:
    """One entry of the lexicon.

    Raises:
        LexiconError: it has an unknown label or position, or no words.
    """
    where = f"boilerplate.toml, phrase {entry['phrase']!r}"
    lexicons.check_choice(where, "label", entry["label"], BLOCK_LABELS)
    lexicons.check_choice(where, "at", entry.get("at", "anywhere"), POSITIONS)
    lexicons.check_choice(where, "place", entry.get("place", ""), PLACES)
    words = phrase_words(entry["phrase"])
    if all(word in (NUMBER, ANY) for word in words) or words[0] == ANY:
        raise LexiconError(f"{where}: it must open with a word or #; write the words that show the furniture")
    return Phrase(
        text=entry["phrase"],
        words=words,
        label=BLOCK_LABELS[entry["label"]],
        at=entry.get("at", "anywhere"),
        max_words=entry.get("max_words", DEFAULT_MAX_WORDS),
        outside=entry.get("place") == "outside",
        cue=entry.get("cue", False),
    )


def phrase_words(phrase: str) -> tuple[str, ...]:
    """The words of a phrase, # and * as they stand."""
    return tuple(
        word for part in phrase.split() for word in ([part] if part in (NUMBER, ANY) else read_line(part).words)
    )
