"""Words of dates: the tokens of a text, each written as one character that says what the token can be.

A pattern of `timex.toml` is a regular expression over these characters and not over letters: MONTH is the set of the
characters of "january", "february" and so on. What no lexicon knows is one of a few characters, so that a text
shrinks to the short runs of words in which a date can stand.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.lexicons import check_choice, read_rows

# Private-use characters, one for each word or kind of number; the four below stand for all that is unknown.
FIRST_CHARACTER = 0xE000
LOWER, NAME, OTHER, BREAK = "w", "N", "#", "|"
UNKNOWN = {"LOWER": LOWER, "NAME": NAME, "OTHER": OTHER, "BREAK": BREAK}

# Classes whose words alone never make a date: numbers, prepositions, punctuation.
GLUE = {"NUMBER", "NUM", "NUMS", "TEEN", "SCALE", "ORD", "VAGUE", "ABOUT", "COMPARE", "REL", "NAMELIKE", "HALF", "EDGE"}
GLUE |= {"PORTION", "EDGEOF", "EACH", "DAY", "HOUR", "ORDDAY", "DECIMAL", "MONTHNUM", "NUMRANGE"}
GLUE |= {"SHORTNUM", "BIGNUMBER", "AHEAD", "THE", "LEAD"}

# Longest form first, but for the plain words and marks that most tokens are and nothing below could be; every
# repetition is bounded or runs over one class of characters.
TOKEN = re.compile(
    r"""
      (?P<PLAIN>[^\W\d_]{2,}(?![^\W_]))
    | (?P<POINT>[^\w\s'’$£€¥])
    | (?P<ISODATE>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-]))
    | (?P<NUMDATE>\d{1,2}(?P<sep>[/.])\d{1,2}(?P=sep)(?:\d{4}|\d\d)(?![\w/]|[.-]\d))
    | (?P<NINEELEVEN>9/11(?![\w/]|[.-]\d))
    | (?P<CLOCKAMPM>\d{1,2}(?:[:.]\d\d)?[ap](?:m\b|\.m\b\.?))
    | (?P<CLOCK>\d{1,2}:\d\d(?::\d\d)?(?![\w:/]|[.-]\d))
    | (?P<CLOCKDOT>\d{1,2}\.\d\d(?=\s?[ap]\.?m\b))
    | (?P<YEARRANGE>\d{4}[-–/](?:\d{4}|\d\d)(?![\w/]|[.,-]\d))
    | (?P<NUMRANGE>\d{1,3}(?:st|nd|rd|th)?[-–]\d{1,3}(?:st|nd|rd|th)?(?![\w/]|[.,–-]\d|-\w))
    | (?P<ORDINAL>\d{1,3}(?:,\d{3}|\d)?(?:st|nd|rd|th)\b)
    | (?P<DECADE>\d{3}0['’]?s\b|['’]?\d0['’]?s\b)
    | (?P<OLDDECADE>\d{2}0['’]?s\b)
    | (?P<SHORTYEAR>['’]\d\d(?![\w-]))
    | (?P<BIGNUMBER>\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?(?![\w(%]))
    | (?P<DECIMAL>\d{1,9}\.\d{1,6}(?![\w(%]|[.-]\d))
    | (?P<NUMBER>\d{1,12}(?![\w(%]|[.,/:–]\d|-\d))
    | (?P<OTHER>[^\W_]*\d[\w.,:/-]*|[$£€¥]\s?\d[\w.,:/-]*)
    | (?P<POSSESSIVE>['’]s\b)
    | (?P<INITIALS>(?:[^\W\d_]\.){2,6}|[ap]\.m\b)
    | (?P<WORD>o['’]clock\b|[^\W\d_]+)
    | (?P<MARK>[^\w\s]|_)
    """,
    re.VERBOSE,
)
# A blank line, or more space than writers leave: a masked stretch. No expression goes across.
GAP = re.compile(r"\s*?\n[^\S\n]*\n|[^\S\n]{6,}")
SAME_MARK = {"–": "-", "‐": "-", "‑": "-", "’": "'", "“": '"', "”": '"', "‘": "'"}


class Token(NamedTuple):
    """A word, number or mark, with the character that stands for it."""

    start: int
    end: int
    text: str
    character: str


@dataclass
class Vocabulary:
    """Which character stands for which word, which characters make a class, and what a word is worth in a class."""

    characters: dict[str, str] = field(default_factory=dict)  # word -> character
    classes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    values: dict[tuple[str, str], str] = field(default_factory=dict)  # word, class -> value
    capital: set[str] = field(default_factory=set)  # words that count only with a capital letter

    def character(self, word: str) -> str:
        """The character of a word or kind of token, made when it is new."""
        if word not in self.characters:
            self.characters[word] = chr(FIRST_CHARACTER + len(self.characters))
        return self.characters[word]

    @property
    def triggers(self) -> frozenset[str]:
        """The characters without which there is no date."""
        return frozenset(c for name, members in self.classes.items() if name not in GLUE for c in members)

    @property
    def telling(self) -> frozenset[str]:
        """The characters that say more than that a number or a small word stands there: of every date at least one."""
        glue = {c for name, members in self.classes.items() if name in GLUE for c in members}
        return frozenset(self.characters.values()) - glue | self.triggers


def read_vocabulary(folder: Path | None = None) -> Vocabulary:
    """The words of `timex_words.csv` and the kinds of numbers.

    Raises:
        LexiconError: the file is missing or broken.
    """
    vocabulary = Vocabulary()
    for row in read_rows("timex_words", columns=("word", "class", "value", "case"), folder=folder):
        check_choice(f"timex_words.csv, {row['word']!r}", "case", row["case"], ("any", "capital"))
        word, name = row["word"], row["class"]
        vocabulary.classes[name].add(vocabulary.character(word))
        vocabulary.values[word, name] = row["value"]
        if row["case"] == "capital":
            vocabulary.capital.add(word)
    for kind, names in KINDS.items():
        for name in names:
            vocabulary.classes[name].add(vocabulary.character(kind))
    return vocabulary


# What a number can be, by its kind; kinds are written in angle brackets to keep them apart from words.
KINDS = {
    "<1-12>": ("NUMBER", "DAY", "HOUR", "MONTHNUM", "SHORTNUM"),
    "<13-24>": ("NUMBER", "DAY", "HOUR", "SHORTNUM"),
    "<25-31>": ("NUMBER", "DAY", "SHORTNUM"),
    "<32-99>": ("NUMBER", "SHORTNUM"),
    "<100-999>": ("NUMBER", "YEAR3"),
    "<year>": ("NUMBER", "YEAR"),
    "<odd year>": ("NUMBER", "ODDYEAR"),
    "<number>": ("NUMBER",),
    "<HHMM>": ("HHMM",),
    "<day ordinal>": ("ORDNUM", "ORDDAY", "THATDAY"),
    "<ordinal>": ("ORDNUM",),
    **{
        f"<{kind}>": (kind,)
        for kind in (
            "ISODATE NUMDATE NINEELEVEN CLOCKAMPM CLOCK CLOCKDOT YEARRANGE NUMRANGE DECADE OLDDECADE SHORTYEAR "
            "BIGNUMBER DECIMAL"
        ).split()
    },
}


def tokens(text: str, vocabulary: Vocabulary, borders: Collection[int] = ()) -> list[Token]:
    """The tokens of the text, with a break where no expression may go across: at gaps and where a block starts."""
    found: list[Token] = []
    end = 0
    words: dict[str, str] = {}  # those without a digit or a mark, with their characters
    for match in TOKEN.finditer(text):
        start = match.start()
        if start in borders or (start - end > 1 and GAP.search(text, end, start)):
            found.append(Token(end, start, "", BREAK))
        end = match.end()
        word = match.group()
        character = words.get(word)
        if character is None:
            kind = match.lastgroup or ""
            character = _character(kind, word, text[start - 1 : start], vocabulary)
            if kind in WORDS:
                words[word] = character
        found.append(Token(start, end, word, character))
    return found


WORDS = frozenset({"PLAIN", "WORD", "INITIALS"})


def _character(kind: str, word: str, before: str, vocabulary: Vocabulary) -> str:
    if kind in WORDS:
        return _word_character(word, vocabulary)
    if kind in ("POINT", "MARK", "POSSESSIVE"):
        return vocabulary.characters.get(SAME_MARK.get(word, word.replace("’", "'")), OTHER)
    if kind == "OTHER" or before in ("$", "£", "€", "¥", "#", "/", "_", "@"):
        return OTHER
    return vocabulary.characters[_kind(kind, word)]


def _word_character(word: str, vocabulary: Vocabulary) -> str:
    lower = word.lower().replace("’", "'")
    known = vocabulary.characters.get(lower)
    if known and (lower not in vocabulary.capital or word[0].isupper()):
        return known
    return NAME if word[0].isupper() else LOWER


def _kind(kind: str, word: str) -> str:
    if kind == "ORDINAL":
        return "<day ordinal>" if number(word) <= 31 else "<ordinal>"
    if kind != "NUMBER":
        return f"<{kind}>"
    if len(word) == 4 and word[0] == "0":
        return "<HHMM>"
    value = int(word)
    if len(word) <= 2:
        limits = ((0, "<number>"), (12, "<1-12>"), (24, "<13-24>"), (31, "<25-31>"), (99, "<32-99>"))
        return next(name for limit, name in limits if value <= limit)
    if value < 1000:
        return "<100-999>"
    if len(word) != 4:
        return "<number>"
    return "<year>" if 1900 <= value <= 2050 else "<odd year>" if value <= 2300 else "<number>"


def number(word: str) -> int:
    """The digits of a token as a number: 20 for "20th", 1500 for "1,500"."""
    return int("".join(c for c in word if c.isdigit()) or 0)


@dataclass(frozen=True, slots=True)
class Runs:
    """The stretches of a text in which a date can stand, as one string of characters, and the token behind each.

    A break stands before each stretch; `starts` says where.
    """

    characters: str
    tokens: list[Token]
    starts: list[int]


def runs(found: list[Token], vocabulary: Vocabulary) -> Runs:
    """The runs of known words that hold a trigger, each with the unknown word on either side of it."""
    kept: list[Token] = []
    starts: list[int] = []
    for first, last in _known_stretches(found, vocabulary.triggers):
        starts.append(len(kept))
        kept.append(Token(0, 0, "", BREAK))
        kept.extend(found[max(0, first - 1) : last + 1])
    return Runs("".join(token.character for token in kept), kept, starts)


def _known_stretches(found: list[Token], triggers: frozenset[str]) -> Iterator[tuple[int, int]]:
    first, triggered = 0, False
    for index, token in enumerate(found):
        if token.character in (LOWER, NAME, OTHER, BREAK):
            if triggered:
                yield first, index
            first, triggered = index + 1, False
        elif token.character in triggers:
            triggered = True
    if triggered:
        yield first, len(found)
