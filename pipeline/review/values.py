"""What a page may write into an item: each attribute checked before it reaches the log.

Every reader takes what JSON gave and returns the value the log keeps, or refuses with the name of the field.
"""

import datetime
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pipeline.labels import AttributionType, DateBasis, Label, MentionType, Modality, TimexMod
from pipeline.review.items import LABELS
from pipeline.review.refusal import conflict, wrong
from pipeline.schema import LIST_SEPARATOR

LONGEST_NAME = 300  # characters
LONGEST_WORD = 100
MOST_PIECES = 100
MOST_PARTICIPANTS = 50
LONGEST_NOTE = 2000
Reader = Callable[[str, Any], Any]


def string(field: str, value: Any, longest: int = LONGEST_NAME) -> str:
    """A line of text, white space folded."""
    if not isinstance(value, str) or len(value) > longest:
        raise wrong(f"{field}: a text of at most {longest} characters is needed")
    return " ".join(value.split())


def word(field: str, value: Any) -> str:
    """A text without white space, or nothing."""
    found = string(field, value, LONGEST_WORD)
    if " " in found or LIST_SEPARATOR in found:
        raise wrong(f"{field}: {found!r} holds white space or {LIST_SEPARATOR!r}; write one word")
    return found


def name(field: str, value: Any) -> str:
    """A text that is not empty."""
    if not (found := string(field, value)):
        raise wrong(f"{field}: it is empty; write a name")
    return found


def flag(field: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise wrong(f"{field}: true or false is needed")
    return value


def country(field: str, value: Any) -> str:
    """An ISO 3166-1 alpha-3 code, or nothing."""
    found = string(field, value, LONGEST_WORD).upper()
    if not re.fullmatch(r"([A-Z]{3})?", found):
        raise wrong(f"{field}: {found!r} is no country code; write ISO 3166-1 alpha-3, such as PLW")
    return found


def day(field: str, value: Any) -> str:
    """A calendar day in ISO 8601, or nothing."""
    found = string(field, value or "", LONGEST_WORD)
    try:
        return datetime.date.fromisoformat(found).isoformat() if found else ""
    except ValueError:
        raise wrong(f"{field}: {found!r} is no day; write it as 2011-09-29") from None


def moment(field: str, value: Any) -> str:
    """A day or a minute in ISO 8601, or nothing."""
    found = string(field, value or "", LONGEST_WORD)
    try:
        if found:
            datetime.datetime.fromisoformat(found)
    except ValueError:
        raise wrong(f"{field}: {found!r} is no date; write 2011-09-29 or 2011-09-29T21:54-04:00") from None
    return found


def one_of(labels: type[Label], *, empty: bool = False) -> Reader:
    """A member of a vocabulary."""

    def read(field: str, value: Any) -> str:
        if (empty and value in ("", None)) or value in set(labels):
            return str(value or "")
        raise wrong(f"{field}: unknown value {str(value)[:50]!r}; values are {', '.join(labels)}")

    return read


def words(field: str, value: Any) -> list[str]:
    """A list of words."""
    if not isinstance(value, list) or len(value) > MOST_PARTICIPANTS:
        raise wrong(f"{field}: a list of words is needed")
    return [found for one in value if (found := word(field, one))]


def label(layer: str, value: Any) -> str:
    """A label of the layer."""
    return str(one_of(LABELS[layer])("label", value))


def spans(text: str, value: Any, *, several: bool = False, said: Any = None) -> list[list[int]]:
    """Stretches of the text in its order, without white space at their ends.

    `said` is what the page believes to stand there: where it does not, something is wrong with the offsets, and nothing
    is written.
    """
    found = [span(text, one) for one in _listed(value)]
    if not found or len(found) > (MOST_PIECES if several else 1):
        raise wrong(f"spans: {len(found)} stretches, where {'1 to 100 are' if several else 'one is'} needed")
    found.sort()
    if any(one[1] > other[0] for one, other in itertools.pairwise(found)):
        raise wrong("spans: the pieces overlap; leave the shared words to one of them")
    if said is not None:
        there = " ".join(text[start:end] for start, end in found)
        if _bare(str(said)) != _bare(there):
            raise conflict(f"other words stand there than {str(said)[:60]!r}; reload the page", words=there[:1000])
    return found


def _listed(value: Any) -> Iterable[Any]:
    if not isinstance(value, list):
        raise wrong("spans: a list of [start, end] is needed")
    return value


def _bare(said: str) -> str:
    """The words without what a browser may lose of them."""
    return re.sub(r"[\s\0\ufffd]+", "", said)


def span(text: str, value: Any) -> list[int]:
    """One stretch of the text, in code points, without white space at its ends."""
    if (
        not isinstance(value, Sequence)
        or len(value) != 2
        or not all(isinstance(offset, int) and not isinstance(offset, bool) for offset in value)
    ):
        raise wrong("a stretch is [start, end], in code points")
    start, end = value
    if not 0 <= start < end <= len(text):
        raise wrong(f"{start}-{end} is not inside the text (0-{len(text)})")
    said = text[start:end]
    if not said.strip():
        raise wrong(f"there is only white space at {start}-{end}")
    return [start + len(said) - len(said.lstrip()), end - len(said) + len(said.rstrip())]


# The attributes that a page may write, apart from those that name stretches or other items (see `changes`).
READERS: dict[str, dict[str, Reader]] = {
    "blocks": {"kept": flag, "published": moment},
    "entities": {"entity": word, "name": name, "country": country, "mention": one_of(MentionType)},
    "dates": {
        "value": word,
        "mod": one_of(TimexMod, empty=True),
        "earliest": day,
        "latest": day,
        "anchor": string,
    },
    "quotations": {"type": one_of(AttributionType), "speaker_name": string, "speaker_entity": word},
    "events": {
        "mode": word,
        "context": words,
        "modality": one_of(Modality),
        "date": word,
        "earliest": day,
        "latest": day,
        "basis": one_of(DateBasis, empty=True),
        "quotation": word,
        "same_event": word,
    },
}
