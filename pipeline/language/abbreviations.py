"""Abbreviations that the article defines: "NATO-Russia Council (NRC)", "NATO (North Atlantic Treaty Organization)".

After Schwartz and Hearst (2003), with guards: the long form begins with the first letter and with a capital, and stands
right beside its abbreviation.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.language.gazetteer import normal
from pipeline.language.mentions import (
    ARTICLES,
    CLOSING,
    CONNECTORS,
    LONGEST_NAME,
    NORP,
    OPENING,
    ORG,
    POSSESSIVES,
    Mention,
    capitalised,
    covering,
)

RULE = "abbreviation"


class Definition(NamedTuple):
    """An abbreviation that the text defines: its words, and the token offsets of its long form and of both together."""

    short: str
    short_start: int
    start: int
    end: int


def find_definitions(words: Sequence[str]) -> Iterator[Definition]:
    """The abbreviations the text defines: "NATO-Russia Council (NRC)", "NATO (North Atlantic Treaty Organization)"."""
    for i, word in enumerate(words):
        if word != "(" or i == 0:
            continue
        close = next((j for j in range(i + 1, min(len(words), i + LONGEST_NAME)) if words[j] == ")"), None)
        if close is None or close == i + 1:
            continue
        inside = [j for j in range(i + 1, close) if words[j] not in OPENING and words[j] not in CLOSING]
        if len(inside) == 1 and is_short(words[inside[0]]):
            start = long_form_before(words[inside[0]], i, words)
            if start is not None:
                yield Definition(words[inside[0]], inside[0], start, i)
        elif is_short(words[i - 1]) and inside and spells(words[i - 1], [words[j] for j in inside]):
            yield Definition(words[i - 1], i - 1, inside[0], inside[-1] + 1)


def is_short(word: str) -> bool:
    """Whether a word can abbreviate a name: two to eight letters or digits, mostly capitals."""
    letters = word.replace(".", "").replace("-", "")
    if not (2 <= len(letters) <= 8 and letters.isalnum() and letters[0].isalpha()):
        return False
    return 2 * sum(letter.isupper() for letter in letters) > len(letters)


def long_form_before(short: str, end: int, words: Sequence[str]) -> int | None:
    """Where the words that a short form abbreviates begin, if they stand right before `end`."""
    letters = len(short.replace(".", ""))
    for start in range(end - 2, max(-1, end - 1 - min(letters + 5, 2 * letters) - 2), -1):
        if words[start].isspace() or words[start] in (".", ";", "(", ")") or words[start] in POSSESSIVES:
            return None
        if words[start] == "," and words[start + 1] in ARTICLES:  # "the PRC, the Socialist Party (PS)": another name
            return None
        if capitalised(words[start]) and spells(short, words[start:end]):
            return start
    return None


def spells(short: str, words: Sequence[str]) -> bool:
    """Whether the words are the long form of an abbreviation: by their initials, or letter by letter."""
    letters = [letter.lower() for letter in short if letter.isalnum()]
    if letters and short.endswith("s") and short[:-1].isupper():
        letters.pop()
    initials = [(word[0].lower(), word in CONNECTORS) for word in words if word[0].isalnum()]
    if len(initials) < 2 or not letters or initials[0][0] != letters[0]:
        return False
    return by_initials(letters, initials) or by_letters(letters, words)


def by_initials(letters: Sequence[str], initials: Sequence[tuple[str, bool]]) -> bool:
    """Whether the letters are the initials of the words, small words and one other at most passed over."""
    position = passed = 0
    for initial, small in initials:
        if position < len(letters) and initial == letters[position]:
            position += 1
        elif not small:
            passed += 1
    return position == len(letters) and passed <= 1


def by_letters(letters: Sequence[str], words: Sequence[str]) -> bool:
    """Whether four letters or more run through the words in order, the last words not left out: "NAVCENT"."""
    if len(letters) < 4 or not all(capitalised(word) or word in CONNECTORS for word in words):
        return False
    text = " ".join(words).lower()
    at = 0
    for letter in letters:
        at = text.find(letter, at) + 1
        if not at:
            return False
    # Each word but the last two gives a letter at its beginning or is passed over; the last but one must give one.
    return sum(word[0].lower() in letters for word in words) >= len(words) - 1 and len(letters) <= 2 * len(words) + 1


def with_definitions(
    mentions: list[Mention], definitions: Iterable[Definition], words: Sequence[str], keys: Sequence[str]
) -> list[Mention]:
    """The mentions, with each defined abbreviation and its long form tagged alike wherever the abbreviation stands."""
    cover = covering(mentions)
    labels: dict[str, str] = {}
    made: set[Mention] = set()
    for definition in definitions:
        long_form = {cover[i] for i in range(definition.start, definition.end) if i in cover}
        label = definition_label(definition, sorted(long_form), words)
        if label is None or labels.setdefault(normal(definition.short), label) != label:
            continue
        if all(definition.start <= m.start and m.end <= definition.end for m in long_form):
            made.add(Mention(definition.start, definition.end, label, RULE))
    if labels:
        # "NATO NATO (NATO)": an abbreviation inside a long form is part of that name.
        inside = covering(made)
        single = (i for i, key in enumerate(keys) if key in labels and i not in inside)
        made.update(Mention(i, i + 1, labels[keys[i]], RULE) for i in single)
    return overlaid(mentions, made) if made else mentions


def definition_label(definition: Definition, long_form: Sequence[Mention], words: Sequence[str]) -> str | None:
    """The label of what an abbreviation stands for: that of its long form, else ORG where its words are capitalised."""
    span = words[definition.start : definition.end]
    for mention in long_form:
        if mention.end == definition.end and mention.end - mention.start > 1 and mention.label != NORP:
            return mention.label
    if all(capitalised(word) or word in CONNECTORS or not word[0].isalpha() for word in span):
        return ORG
    return None


def overlaid(mentions: Iterable[Mention], made: set[Mention]) -> list[Mention]:
    """The mentions with those newly made in place of what stands inside them; a wider mention stays."""
    cover = covering(mentions)
    kept = set(mentions)
    for new in sorted(made):
        there = {cover[i] for i in range(new.start, new.end) if i in cover}
        if all(new.start <= m.start and m.end <= new.end for m in there):
            kept -= {m for m in there if m.label != new.label or m[:2] != new[:2]}
            if not any(m[:2] == new[:2] for m in there & kept):
                kept.add(new)
    return sorted(kept)
