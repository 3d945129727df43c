"""Documents: whether title, byline and day of publication are right.

A title or byline is right when its words agree with those of the gold to a token F1 of at least .8; a date of
publication when the calendar day is the same. An article counts where its gold has the field.
"""

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.tables import DocumentRow
from pipeline.validation.align import Both
from pipeline.validation.findings import FALSE_ALARM, MISS, WRONG, Finding, finding
from pipeline.validation.tally import Tally

LAYER = "documents"
MACRO: frozenset[str] = frozenset()
FIELDS = ("title", "byline", "published")
WORD = re.compile(r"\w+")
# Enough to forgive a stray "By" or a date beside the name, not another headline.
AGREEMENT = 0.8
NOT_NAMES = frozenset({"by", "and"})


def tally(both: Both) -> Tally:
    """For each field: right ones of those given, and of those in the gold."""
    counts = Tally(LAYER)
    for name in FIELDS:
        gold, found = _field(both.gold.documents, name), _field(both.predicted.documents, name)
        if gold:
            right = bool(found) and is_right(name, gold, found)
            counts.f1("exact", name, right, bool(found), 1)
    return counts


def findings(both: Both) -> Iterator[Finding]:
    """The fields that are missing, wrong, or not in the gold."""
    for name in FIELDS:
        gold, found = _field(both.gold.documents, name), _field(both.predicted.documents, name)
        if gold == found or (gold and found and is_right(name, gold, found)):
            continue
        kind = MISS if not found else FALSE_ALARM if not gold else WRONG
        place = both.text.find(gold) if gold else -1
        span = (place, place + len(gold)) if place >= 0 else (0, 0)
        detail = f"{name}: gold {gold or 'nothing'}, found {found or 'nothing'}"
        yield finding(LAYER, name, kind, both.article_id, both.text, span, detail)


def is_right(name: str, gold: str, found: str) -> bool:
    """Whether a field says what the gold says."""
    if name == "published":
        return gold[:10] == found[:10]
    dropped = NOT_NAMES if name == "byline" else frozenset[str]()
    one, other = (Counter(word for word in WORD.findall(text.lower()) if word not in dropped) for text in (gold, found))
    total = sum(one.values()) + sum(other.values())
    return bool(one and other) and 2 * sum((one & other).values()) / total >= AGREEMENT


def _field(rows: tuple[DocumentRow, ...], name: str) -> str:
    return str(getattr(rows[0], name)).strip() if rows else ""
