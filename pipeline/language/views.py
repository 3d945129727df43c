"""Views: what a layer found, in the form that displaCy draws (spaCy's own visualiser)."""

from collections.abc import Callable, Iterator
from typing import Any

from spacy.tokens import Doc, Span

Mark = tuple[Span | None, str]


def displacy_spans(doc: Doc, layer: str) -> dict[str, Any]:
    """The marks of one layer, for `displacy.render(..., style="span", manual=True)`.

    Dates carry their TIMEX3 value, mentions their label and canonical name; of a quotation the content, cue and speaker
    are marked, of an event the trigger, actors, recipients and place.

    Raises:
        ValueError: there is no such layer.
    """
    if layer not in MARKS:
        raise ValueError(f"{layer!r}: no layer with a view; there are {', '.join(MARKS)}")
    spans = [
        {"start_token": span.start, "end_token": span.end, "label": label}
        for span, label in MARKS[layer](doc)
        if span is not None
    ]
    return {"text": doc.text, "tokens": [token.text for token in doc], "spans": spans}


def _entities(doc: Doc) -> Iterator[Mark]:
    for mention in doc._.entity_mentions:
        yield mention.span, f"{mention.entity.label}: {mention.entity.canonical_name}"


def _dates(doc: Doc) -> Iterator[Mark]:
    for date in doc._.dates:
        yield doc.char_span(date.start, date.end, alignment_mode="expand"), date.value or str(date.type)


def _quotations(doc: Doc) -> Iterator[Mark]:
    for quotation in doc._.quotations:
        for piece in quotation.content:
            yield piece, f"{quotation.kind}: {quotation.speaker_name}"
        yield quotation.cue, "cue"
        yield quotation.speaker, "speaker"


def _events(doc: Doc) -> Iterator[Mark]:
    for event in doc._.events:
        yield event.trigger, f"{event.type} ({event.modality})"
        for role, participants in (("actor", event.actors), ("recipient", event.recipients)):
            for participant in participants:
                yield participant.span, role
        yield (event.location.span if event.location else None), "location"


MARKS: dict[str, Callable[[Doc], Iterator[Mark]]] = {
    "entities": _entities,
    "dates": _dates,
    "quotations": _quotations,
    "events": _events,
}
