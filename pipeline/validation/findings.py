"""Findings: what a score is made of, one by one, each in its sentence."""

from dataclasses import dataclass

from pipeline.validation.sentences import sentence_at
from pipeline.validation.standoff import Span

MISS = "miss"
FALSE_ALARM = "false alarm"
WRONG = "wrong"  # found, but something about it differs


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between gold and prediction: what it is, where it stands, and the sentence it stands in."""

    layer: str
    label: str
    kind: str
    article_id: str
    start: int
    end: int
    words: str
    sentence: str  # the words stand in double brackets
    detail: str = ""  # what differs: "value: gold 2010, found 2011"


def finding(
    layer: str,
    label: str,
    kind: str,
    article_id: str,
    text: str,
    span: Span,
    detail: str = "",
    sentences: list[Span] | None = None,
) -> Finding:
    """A finding about a stretch of the text; in its sentence the words stand in double brackets."""
    start, end = span
    if start == end:  # the gold names no place
        return Finding(layer, str(label), kind, article_id, start, end, "", "", detail)
    first, last = sentence_at(text, start, end, sentences)
    before, words, after = text[first:start], text[start:end], text[end:last]
    sentence = " ".join(f"{before}[[{words}]]{after}".split())
    return Finding(layer, str(label), kind, article_id, start, end, " ".join(words.split()), sentence, detail)


def differences(**pairs: tuple[object, object]) -> str:
    """`value: gold 2010, found 2011`, for each pair that differs."""
    return "; ".join(
        f"{name}: gold {_shown(gold)}, found {_shown(found)}" for name, (gold, found) in pairs.items() if gold != found
    )


def _shown(value: object) -> str:
    if isinstance(value, tuple | list | set | frozenset):
        return ";".join(map(str, value)) or "nothing"
    return "nothing" if value in (None, "") else str(value)
