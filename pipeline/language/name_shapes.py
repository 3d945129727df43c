"""Shapes of names: a run of capitalised words that a head word makes a law, an event or a body ("Lisbon Summit")."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.labels import EntityLabel
from pipeline.language.abbreviations import is_short, long_form_before
from pipeline.language.mentions import HYPHENS, LAW, LONGEST_NAME, POSSESSIVES, Mention, capitalised, covering, is_year
from pipeline.lexicons import FOLDER, check_choice, read_entries

# A capital on these is that of a sentence or a headline.
FUNCTION_WORDS = frozenset(
    {
        "a", "after", "against", "all", "also", "although", "an", "and", "another", "any", "as", "at", "because",
        "before", "between", "both", "but", "by", "during", "each", "every", "few", "first", "for", "former",
        "from", "he", "her", "here", "his", "how", "if", "in", "into", "it", "its", "last", "many", "most", "new",
        "next", "no", "not", "now", "of", "on", "one", "or", "our", "over", "several", "she", "since", "so", "some",
        "such", "than", "that", "the", "their", "then", "there", "these", "they", "this", "those", "though",
        "through", "to", "two", "under", "until", "upon", "we", "what", "when", "where", "which", "while", "who",
        "why", "with", "within", "without", "yet", "you",
    }
)  # fmt: skip
PLURALS = frozenset({"People", "Women", "Children", "Workers", "Farmers"})
ROMAN = frozenset({"I", "II", "III", "IV", "V"})
REQUIRED = ("head", "label", "position")
KINDS_OF_SHAPE = ("first", "last", "number", "of")


class Shape(NamedTuple):
    """What a head word makes of the capitalised words around it."""

    label: str
    position: str
    not_after: frozenset[str]


def load_shapes(folder: str = "") -> dict[str, Shape]:
    """The shapes of `name_shapes.toml`, by head word.

    Raises:
        LexiconError: the file is broken.
    """
    root = Path(folder) if folder else FOLDER
    entries = read_entries("name_shapes", required=REQUIRED, optional=("not_after",), unique="head", folder=root)
    for entry in entries:
        where = f"{root / 'name_shapes.toml'}, {entry['head']!r}"
        check_choice(where, "label", entry["label"], [label.value for label in EntityLabel])
        check_choice(where, "position", entry["position"], KINDS_OF_SHAPE)
    return {
        entry["head"]: Shape(entry["label"], entry["position"], frozenset(entry.get("not_after", ())))
        for entry in entries
    }


def find_shapes(words: Sequence[str], shapes: dict[str, Shape]) -> Iterator[Mention]:
    """Runs of capitalised words that a head word makes a law, an event or a body."""
    for i, word in enumerate(words):
        shape = shapes.get(word)
        if shape is None or (i and words[i - 1] in shape.not_after):
            continue
        label, position, _ = shape
        start, end = i, i + 1
        if position in ("last", "of"):
            start = run_before(i, words, across_of=label == LAW)
        if position in ("first", "of") and start == i:
            end = run_after(i, words, bare=position == "first")
        if position == "number" and i + 1 < len(words) and words[i + 1].isdigit():
            end = i + 2
        if start < i and end < len(words) and capitalised(words[end]):
            if words[end] not in ROMAN:
                continue  # "Special Olympics World Games": the name goes on
            end += 1
        if start < i and words[end : end + 1] == ["of"] and words[end + 1 : end + 2] and is_year(words[end + 1]):
            end += 2  # "Voting Rights Act of 1965"
        if end - start > 1:
            yield Mention(start, end, label, f"shape: {word}")


def run_before(head: int, words: Sequence[str], *, across_of: bool) -> int:
    """Where the capitalised words before a head word begin; hyphens, or also "of (the)", count between them."""
    start = position = head
    while position > 0 and head - position < LONGEST_NAME:
        word = words[position - 1]
        defined = long_form_at(position, words) if word == ")" else None
        if defined is not None:
            start = position = defined  # "Conventional Forces in Europe (CFE) Treaty"
        elif capitalised(word) and word.lower() not in FUNCTION_WORDS:
            start = position = position - 1
        elif is_year(word) and start < head:
            return position - 1
        elif word in POSSESSIVES and words[position - 2] in PLURALS:
            position -= 1  # "People's Revolutionary Party"
        elif word in HYPHENS or (across_of and (word == "of" or words[position - 2 : position] == ["of", "the"])):
            position -= 1
        else:
            break
    return start


def long_form_at(close: int, words: Sequence[str]) -> int | None:
    """Where a long form begins whose abbreviation stands in brackets before a token offset."""
    if close < 4 or words[close - 3] != "(" or not is_short(words[close - 2]):
        return None
    return long_form_before(words[close - 2], close - 3, words)


def run_after(head: int, words: Sequence[str], *, bare: bool) -> int:
    """Where the name after a head word ends: "Treaty of Lisbon", and with `bare` also "Operation Active Endeavour"."""
    end = head + 1
    if words[end : end + 1] == ["of"] and capitalised(words[end + 1] if end + 1 < len(words) else ""):
        end += 1
    elif not (bare and end < len(words) and capitalised(words[end])):
        return head + 1
    while end < len(words) and end - head < 6 and capitalised(words[end]):
        end += 1
    return end


def with_shapes(mentions: list[Mention], shapes: Iterable[Mention]) -> list[Mention]:
    """The mentions, with shapes in place of what stands inside them; a mention that reaches further stays."""
    cover = covering(mentions)
    kept = set(mentions)
    for shape in shapes:
        there = {cover[i] for i in range(shape.start, shape.end) if i in cover}
        if any(m.rule.startswith("shape") for m in there):
            continue
        if any(m.start <= shape.start and shape.end <= m.end and m[:2] != shape[:2] for m in there):
            continue
        if any((m.start, m.end) == (shape.start, shape.end) and m.rule != "model" for m in there):
            continue
        kept -= there
        kept.add(shape)
        cover.update(dict.fromkeys(range(shape.start, shape.end), shape))
    return sorted(kept)
