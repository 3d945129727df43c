"""Turns: who speaks in transcripts, interviews and headlines, where a colon or a dash alone says so.

"MAYOR LIND: We will rebuild." in a transcript, "Q: Will you?" in an interview, "Lind: We will rebuild" as a headline;
and words in marks that are signed, on their line or on the next: “We will rebuild.” — Astrid Lind.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc

from pipeline.language.contents import Range

LONGEST_LABEL = 6  # words before the colon
LONGEST_HEADLINE = 30  # words
LONGEST_SIGNATURE = 16  # words after the dash: name, office, place
DASHES = ("\N{HORIZONTAL BAR}", "\N{EM DASH}", "\N{EN DASH}", "--", "-")
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
QUESTION_AND_ANSWER = frozenset({"q", "a", "question", "answer"})
# Labels that introduce something else than speech.
NOT_SPEAKERS = frozenset(
    {
        "address", "analysis", "background", "bottom", "breaking", "contact", "correction", "cost", "date", "details",
        "developing", "editor", "email", "exclusive", "explainer", "factbox", "how", "listen", "live", "location",
        "note",
        "opinion", "phone", "photo", "photos", "poll", "read", "related", "report", "review", "source", "sources",
        "summary", "tel", "tickets", "time", "update", "updated", "video", "watch", "what", "when", "where",
        "who", "why",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """A label, its colon or dash, and what is said, as ranges of tokens."""

    label: Range
    colon: Range
    content: Range


def headline(doc: Doc, paragraphs: Sequence[Range]) -> Turn | None:
    """The first paragraph when it names someone who speaks: "Lind: We will rebuild"."""
    turn = _turn(doc, paragraphs[0]) if paragraphs else None
    return turn if turn is not None and _is_headline(doc, turn) else None


def turns(doc: Doc, paragraphs: Sequence[Range]) -> Iterator[Turn]:
    """The labelled turns of a transcript or interview."""
    found = [turn for span in paragraphs if (turn := _turn(doc, span)) is not None]
    often = Counter(_label(doc, turn) for turn in found)
    dialogue = sum(count for count in often.values() if count > 1) >= 3
    for turn in found:
        label = _label(doc, turn)
        if (dialogue and (often[label] > 1 or label.isupper())) or label.lower() in QUESTION_AND_ANSWER:
            yield turn


def _turn(doc: Doc, paragraph: Range) -> Turn | None:
    start, end = paragraph
    for index in range(start + 1, min(end - 1, start + LONGEST_LABEL + 1)):
        if doc[index].text == ":" or (doc[index].text == "." and _label_text(doc, start, index) in ("Q", "A")):
            label = (start + (doc[start].is_quote and index - start > 1), index)
            spoken = sum(doc[other].is_alpha for other in range(index + 1, end))
            turn = Turn(label, (index, index + 1), (index + 1, end))
            return turn if spoken and _is_label(doc, label) else None
    return None


def _is_label(doc: Doc, label: Range) -> bool:
    words = [doc[index] for index in range(*label)]
    if any(word.lower_ in NOT_SPEAKERS for word in words) or not any(word.text[:1].isupper() for word in words):
        return False
    return all(not word.is_digit and word.pos_ not in ("VERB", "AUX", "SCONJ") and word.text != "," for word in words)


def _is_headline(doc: Doc, turn: Turn) -> bool:
    """Whether the label of a headline names someone: "Lind: We will rebuild"."""
    if turn.content[1] - turn.content[0] > LONGEST_HEADLINE or turn.content[1] - turn.content[0] < 2:
        return False
    label = [doc[index] for index in range(*turn.label)]
    return all(word.pos_ == "PROPN" for word in label) or any(
        word.ent_type_ in ("PERSON", "ORG", "GPE", "NORP") for word in label
    )


def _label(doc: Doc, turn: Turn) -> str:
    return _label_text(doc, *turn.label)


def _label_text(doc: Doc, start: int, end: int) -> str:
    return str(doc[start:end].text).strip("\"'*_ ")


def signed(doc: Doc, paragraphs: Sequence[Range], stretches: Sequence[Range]) -> Iterator[Turn]:
    """The paragraphs of nothing but words in marks that end in a dash and a name, or before a line of these."""
    position = 0
    for number, (start, end) in enumerate(paragraphs):
        inside: list[Range] = []
        while position < len(stretches) and stretches[position][0] < end:
            inside.append(stretches[position])
            position += 1
        if not inside or inside[0][0] < start or _words_in(doc, start, inside[0][0]):
            continue
        if any(_words_in(doc, one[1], other[0]) for one, other in pairwise(inside)):
            continue
        rest = (inside[-1][1] - 1, end)  # a dash may cling to the mark
        if not _words_in(doc, inside[-1][1], end) and number + 1 < len(paragraphs):
            rest = paragraphs[number + 1]
        found = _signature(doc, *rest)
        if found is not None:
            dash, label = found
            yield Turn(label, (dash, dash + 1), (inside[0][0], min(inside[-1][1], dash)))


def _signature(doc: Doc, start: int, end: int) -> tuple[int, Range] | None:
    """A dash that opens the words or clings to the mark before them, and the name after it, if nothing else follows."""
    while end > start and (doc[end - 1].is_space or doc[end - 1].text == "."):
        end -= 1
    dash = next((index for index in range(start, min(start + 3, end)) if doc[index].text.endswith(DASHES)), None)
    if dash is None or _words_in(doc, start, dash):
        return None
    first = dash + 1
    while first < end and doc[first].is_space:
        first += 1
    words = doc[first:end]
    if not 0 < len(words) <= LONGEST_SIGNATURE or not words[0].text[:1].isupper():
        return None
    if any((word.tag_ in FINITE and word.is_lower) or "\n" in word.text for word in words):
        return None
    return dash, (first, end)


def _words_in(doc: Doc, start: int, end: int) -> bool:
    return any(character.isalnum() for index in range(start, end) for character in doc[index].text)
