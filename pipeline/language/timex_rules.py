"""Patterns of dates: the entries of `timex.toml`, compiled, and where they match.

In a pattern a word in small letters stands for itself, a word in capitals for a class of `timex_words.csv` or for a
part defined earlier in the file; `( | )`, `?`, `{0,3}` and look-around are those of regular expressions, and square
brackets mark the expression where a pattern needs to see words beside it. There is no unbounded repetition.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.errors import LexiconError
from pipeline.labels import TimexMod, TimexType
from pipeline.language.timex_words import BREAK, UNKNOWN, Runs, Token, Vocabulary, number, read_vocabulary
from pipeline.lexicons import check_choice, read_entries

PIECE = re.compile(r"\(\?<?[=!:]|\{\d,\d\}|[A-Z][A-Z0-9]*|'s\b|[a-z][a-z.']*|\\[()]|[()|?\[\]]|\S")
REFUSED = "*+^$"
# Stretches of characters whose matches are kept, some two kilobytes each, and how long they may be: a bound for memory.
MOST_KNOWN, LONGEST_KNOWN = 4_000, 60


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry: what it matches, and how its value is read."""

    name: str
    pattern: re.Pattern[str]
    type: TimexType
    value: str  # the name of a reading, or a TIMEX3 value
    mod: TimexMod | None
    priority: int  # earlier in the file first, among matches of equal length
    spans: tuple[int, ...]  # numbers of the groups that can be the expression; none: the whole match


# What tokens a class or part of a pattern took: first and last, the last not included.
Groups = tuple[tuple[str, tuple[tuple[int, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A match of a rule in a stretch of characters: the expression, by the places of its tokens, and its groups."""

    rule: Rule
    first: int
    last: int
    seen: int  # how many words the pattern looked at
    groups: Groups


@dataclass(frozen=True, slots=True)
class Grammar:
    """All rules, and the vocabulary they are written in."""

    rules: tuple[Rule, ...]
    vocabulary: Vocabulary
    by_character: dict[str, frozenset[int]]  # the places of the rules that a character may trigger
    known: dict[str, tuple[Hit, ...]] = field(default_factory=dict)  # by stretch of characters, met in this process

    def hits(self, stretch: str) -> tuple[Hit, ...]:
        """Every match of every rule in a stretch, overlapping ones included; most stretches were met before."""
        found = self.known.get(stretch)
        if found is None:
            places = frozenset[int]().union(*(self.by_character.get(character, ()) for character in set(stretch)))
            found = tuple(hit for place in sorted(places) for hit in _hits(self.rules[place], stretch))
            if len(stretch) <= LONGEST_KNOWN:
                if len(self.known) >= MOST_KNOWN:
                    self.known.clear()
                self.known[stretch] = found
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of text that a rule matches, with the tokens behind each class and part of its pattern."""

    rule: Rule
    start: int
    end: int
    seen: int  # how many words the pattern looked at
    tokens: tuple[Token, ...]
    groups: dict[str, tuple[tuple[Token, ...], ...]]
    values: dict[tuple[str, str], str]

    def has(self, name: str) -> bool:
        """Whether the class or part took part in the match."""
        return name in self.groups

    def token(self, name: str, index: int = 0) -> str:
        """The text of the token that matched a class; empty when it took no part."""
        taken = self.groups.get(name, ())
        return taken[index][0].text if len(taken) > index else ""

    def value(self, name: str, index: int = 0) -> str:
        """What the word that matched a class is worth in it; empty when it took no part."""
        return self.values.get((self.token(name, index).lower(), name), "")

    def part(self, name: str, index: int = 0) -> tuple[Token, ...]:
        """The tokens that matched a part."""
        taken = self.groups.get(name, ())
        return taken[index] if len(taken) > index else ()

    def many(self, name: str) -> int:
        """How often a class or part took part in the match."""
        return len(self.groups.get(name, ()))


def read_grammar(folder: Path | None = None) -> Grammar:
    """The rules of `timex.toml`, compiled.

    Raises:
        LexiconError: a file is missing, or an entry has an unknown class, reading, type or modifier.
    """
    vocabulary = read_vocabulary(folder)
    parts: dict[str, str] = {}
    rules: list[Rule] = []
    optional = ("type", "value", "mod")
    for entry in read_entries("timex", required=("name", "pattern"), optional=optional, unique="name", folder=folder):
        where = f"timex.toml, entry {entry['name']!r}"
        if entry["name"].isupper():
            parts[entry["name"]] = entry["pattern"]
        else:
            rules.append(_rule(where, entry, len(rules), parts, vocabulary))
    return Grammar(tuple(rules), vocabulary, _by_character(rules, vocabulary))


def _by_character(rules: list[Rule], vocabulary: Vocabulary) -> dict[str, frozenset[int]]:
    """The rules that name a character, for all characters but those whose words alone never make a date."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    telling = vocabulary.telling
    for place, rule in enumerate(rules):
        named = telling.intersection(rule.pattern.pattern)
        if not named:
            raise LexiconError(
                f"timex.toml, entry {rule.name!r}: numbers and small words alone make no date; name more"
            )
        for character in named:
            found[character].add(place)
    return {character: frozenset(places) for character, places in found.items()}


def _rule(where: str, entry: dict[str, Any], priority: int, parts: dict[str, str], vocabulary: Vocabulary) -> Rule:
    check_choice(where, "type", entry.get("type", ""), list(TimexType))
    if entry.get("mod"):
        check_choice(where, "mod", entry["mod"], list(TimexMod))
    if "value" not in entry:
        raise LexiconError(f"{where}: field 'value' is missing; name a reading or write a TIMEX3 value")
    try:
        pattern = re.compile("".join(_Translation(where, parts, vocabulary).regex(entry["pattern"])))
    except (re.error, RecursionError) as error:
        raise LexiconError(f"{where}: pattern is not well formed: {error}; mend it and run again") from error
    mod = TimexMod(entry["mod"]) if entry.get("mod") else None
    spans = tuple(index for group, index in pattern.groupindex.items() if group.startswith("span_"))
    return Rule(entry["name"], pattern, TimexType(entry["type"]), entry["value"], mod, priority, spans)


class _Translation:
    """A pattern over words, turned into a regular expression over characters."""

    def __init__(self, where: str, parts: dict[str, str], vocabulary: Vocabulary) -> None:
        self.where, self.parts, self.vocabulary = where, parts, vocabulary
        self.count = 0

    def regex(self, pattern: str) -> Iterator[str]:
        for piece in PIECE.findall(pattern):
            if piece in REFUSED:
                raise LexiconError(f"{self.where}: {piece!r} in the pattern; repetition is bounded: write ? or {{0,3}}")
            if piece[0].isupper():
                yield self._named(piece)
            elif piece == "[":
                self.count += 1
                yield f"(?P<span_{self.count}>"
            elif piece in ")|?" or piece[0] in "({":
                yield "(?:" if piece == "(" else piece
            elif piece == "]":
                yield ")"
            elif piece[0] == "\\":
                yield self.vocabulary.character(piece[1])
            else:
                yield self.vocabulary.character(piece)

    def _named(self, name: str) -> str:
        if name in UNKNOWN:
            return re.escape(UNKNOWN[name])
        self.count += 1
        group = f"{name}_{self.count}"
        if name in self.parts:
            return f"(?P<{group}>{''.join(self.regex(self.parts[name]))})"
        if name == "DOT":
            return self.vocabulary.character(".")
        if name not in self.vocabulary.classes:
            raise LexiconError(
                f"{self.where}: unknown class {name!r}; classes are {', '.join(sorted(self.vocabulary.classes))}"
            )
        return f"(?P<{group}>[{''.join(sorted(self.vocabulary.classes[name]))}])"


def matches(runs: Runs, grammar: Grammar) -> Iterator[Found]:
    """Every match of every rule, overlapping ones included; stretch by stretch, as no expression goes across."""
    for start, end in pairwise([*runs.starts, len(runs.characters)]):
        tokens = runs.tokens[start:end]
        for hit in grammar.hits(runs.characters[start : end + 1]):  # with the breaks on either side
            yield Found(
                hit.rule,
                tokens[hit.first].start,
                tokens[hit.last - 1].end,
                hit.seen,
                tuple(tokens[hit.first : hit.last]),
                {name: tuple(tuple(tokens[first:last]) for first, last in spans) for name, spans in hit.groups},
                grammar.vocabulary.values,
            )


def _hits(rule: Rule, stretch: str) -> Iterator[Hit]:
    for match in rule.pattern.finditer(stretch):
        first, last = next((match.span(span) for span in rule.spans if match.span(span)[0] >= 0), match.span())
        if first < last and BREAK not in match.group():
            yield Hit(rule, first, last, match.end() - match.start(), _groups(match))


def _groups(match: re.Match[str]) -> Groups:
    groups: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for name, index in match.re.groupindex.items():
        if match.span(index)[0] >= 0:
            groups[name.rpartition("_")[0]].append(match.span(index))
    return tuple((name, tuple(spans)) for name, spans in groups.items())


# Words that join a spelled number: "two hundred and ten", "twenty-five".
def count(tokens: tuple[Token, ...], values: dict[tuple[str, str], str]) -> float | None:
    """The number that words or digits spell; None for a vague one ("several")."""
    total, current, seen = 0.0, 0.0, False
    for token in tokens:
        word = token.text.lower()
        if token.text[0].isdigit():
            current += float(token.text.replace(",", "")) if token.text[-1].isdigit() else number(token.text)
            seen = True
        elif (word, "NUM") in values:
            current += float(values[word, "NUM"])
            seen = True
        elif (word, "SCALE") in values:
            scale = float(values[word, "SCALE"])
            current = (current or 1.0) * scale
            seen = True
            if scale >= 1000:
                total, current = total + current, 0.0
        elif word in ("a", "an") and not seen:
            continue
    return total + current if seen else None
