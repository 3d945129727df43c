"""Rows with good defaults, so that a test states only what matters to it."""

import dataclasses
import datetime
from typing import Any

from pipeline.labels import (
    QUAD_CATEGORY,
    SCORE,
    AttributionType,
    BlockLabel,
    DateBasis,
    EventType,
    Modality,
    QuotationKind,
)
from pipeline.tables import BlockRow, DocumentRow, EventRow, Extraction, QuotationRow

TEXT = "NATO and Russia met in Sochi on Monday.\n\nSupport our work today!"


def document_row(text: str = TEXT, **changes: Any) -> DocumentRow:
    row = DocumentRow(
        article_id="a", source_file="a.txt", url="", title="", byline="", published="2011-09-29", published_basis=None,
        language="en", characters=len(text), words=len(text.split()), kept_words=8,
    )  # fmt: skip
    return dataclasses.replace(row, **changes)


def block_row(start: int, end: int, text: str = TEXT, **changes: Any) -> BlockRow:
    row = BlockRow(
        article_id="a", block=1, start=start, end=end, kept=True, label=BlockLabel.PARAGRAPH, reason="text", score=None,
        text=text[start:end],
    )  # fmt: skip
    return dataclasses.replace(row, **changes)


def event_row(**changes: Any) -> EventRow:
    kind = changes.get("event_type", EventType.CONSULT)
    row = EventRow(
        article_id="a", event_id="a:ev16", start=0, end=39, text=TEXT[:39], trigger="met", trigger_start=16,
        trigger_end=19, event_type=kind, mode="", context=(), quad_category=QUAD_CATEGORY[kind], score=SCORE[kind],
        modality=Modality.ASSERTED, attributed_to="", quotation_id="",
        actor=("NATO", "Russia"), actor_start=(0, 9), actor_end=(4, 15), actor_entity_id=("", ""),
        actor_country=("", "RUS"), actor_sector=("IGO", ""),
        recipient=(), recipient_start=(), recipient_end=(), recipient_entity_id=(), recipient_country=(),
        recipient_sector=(),
        location="Sochi", location_start=23, location_end=28, location_country="RUS",
        date_earliest=datetime.date(2011, 7, 4), date_latest=datetime.date(2011, 7, 4), date_basis=DateBasis.RELATIVE,
        date_id="", same_event="", confidence=0.5, rule="verb: meet",
    )  # fmt: skip
    return dataclasses.replace(row, **changes)


def quotation_row(**changes: Any) -> QuotationRow:
    row = QuotationRow(
        article_id="a", quotation_id="a:q0-4", start=0, end=4, kind=QuotationKind.INDIRECT,
        attribution_type=AttributionType.ASSERTION, spans=("0-4",), text="NATO", cue="met", cue_start=16, cue_end=19,
        speaker="Russia", speaker_start=9, speaker_end=15, speaker_entity_id="", confidence=0.5, rule="clause: say",
    )  # fmt: skip
    return dataclasses.replace(row, **changes)


def extraction(**changes: Any) -> Extraction:
    blocks = (
        block_row(0, 39),
        block_row(41, 64, block=2, kept=False, label=BlockLabel.DONATION_APPEAL, reason="phrase: support our work"),
    )
    return Extraction(documents=(document_row(),), blocks=blocks, events=(event_row(),))._replace(**changes)
