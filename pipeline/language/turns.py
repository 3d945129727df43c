"""Turns: who speaks in transcripts, interviews and headlines, where a colon alone says so.

"MAYOR LIND: We will rebuild." in a transcript, "Q: Will you?" in an interview, "Lind: We will rebuild" as a headline.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from pipeline.language.contents import Range

LONGEST_LABEL = 6  # words before the colon
LONGEST_HEADLINE = 30  # words
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
    """A label, its colon, and what is said, as ranges of tokens."""

    label: Range
    colon: Range
    content: Range


def turns(doc: Doc, paragraphs: Sequence[Range]) -> Iterator[Turn]:
    """The labelled turns of a transcript or interview, and the headline when it is one."""
    found = [(number, turn) for number, span in enumerate(paragraphs) if (turn := _turn(doc, span)) is not None]
    often = Counter(_label(doc, turn) for _, turn in found)
    dialogue = sum(count for count in often.values() if count > 1) >= 3
    for number, turn in found:
        label = _label(doc, turn)
        if (
            (dialogue and (often[label] > 1 or label.isupper()))
            or label.lower() in QUESTION_AND_ANSWER
            or (number == 0 and _is_headline(doc, turn))
        ):
            yield turn


def _turn(doc: Doc, paragraph: Range) -> Turn | None:
    start, end = paragraph
    for index in range(start + 1, min(end - 1, start + LONGEST_LABEL + 1)):
        if doc[index].text == ":" or (doc[index].text == "." and _label_text(doc, start, index) in ("Q", "A")):
            label = (start, index)
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
