"""The small gold of the tests, predictions that go wrong in known ways, and folders as `extract` writes them."""

import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path

from pipeline.labels import BlockLabel, EntityLabel, EventType, Modality, QuotationKind, TimexType
from pipeline.schema import cell_text, describe
from pipeline.tables import (
    ROW_TYPES,
    BlockRow,
    DateRow,
    EntityRow,
    EventRow,
    Extraction,
    QuotationRow,
    cells,
)
from pipeline.validation.align import Both
from pipeline.validation.gold import Gold, read_gold_folder
from pipeline.validation.outputs import Outputs, read_outputs
from pipeline.writers import write_csv

GOLD = Path(__file__).parent / "data" / "gold"


def golds() -> tuple[Gold, ...]:
    return read_gold_folder(GOLD)


def palau() -> Gold:
    return read_gold_folder(GOLD, "dev")[0]


def sahel() -> Gold:
    return read_gold_folder(GOLD, "test")[0]


def write_outputs(folder: Path, articles: Iterable[tuple[str, Extraction]]) -> Outputs:
    """A folder as `extract` writes it, from texts and rows; read back."""
    found = list(articles)
    for name, row_type in ROW_TYPES.items():
        rows = [[cell_text(cell) for cell in cells(row)] for _, rows in found for row in getattr(rows, name)]
        write_csv(describe(row_type), rows, folder / f"{name}.csv")
    (folder / "texts").mkdir(exist_ok=True)
    for text, rows in found:
        (folder / "texts" / f"{rows.documents[0].article_id}.txt").write_text(text, encoding="utf-8", newline="")
    (folder / "run.json").write_text(json.dumps({"model_sha256": "m" * 64, "lexicons_sha256": "l" * 64}))
    return read_outputs(folder)


def spoiled(gold: Gold) -> Extraction:
    """The gold with one mistake of each kind in each layer that has enough rows."""
    rows = gold.extraction
    return rows._replace(
        documents=(
            dataclasses.replace(rows.documents[0], title="Another headline", published="2024-01-23T08:00+00:00"),
        ),
        blocks=spoiled_blocks(rows),
        entities=spoiled_entities(gold.text, rows),
        dates=spoiled_dates(gold.text, rows),
        quotations=spoiled_quotations(gold.text, rows),
        events=spoiled_events(gold.text, rows),
    )


def spoiled_blocks(rows: Extraction) -> tuple[BlockRow, ...]:
    """Boilerplate kept as a paragraph, the last paragraph removed as an advertisement."""
    paragraphs = [row.block for row in rows.blocks if row.label is BlockLabel.PARAGRAPH]
    changed = []
    for row in rows.blocks:
        if not row.kept and row.label is not BlockLabel.COPYRIGHT_LEGAL:
            row = dataclasses.replace(row, kept=True, label=BlockLabel.PARAGRAPH)
        elif row.block == paragraphs[-1]:
            row = dataclasses.replace(row, kept=False, label=BlockLabel.ADVERT)
        changed.append(row)
    return tuple(changed)


def spoiled_entities(text: str, rows: Extraction) -> tuple[EntityRow, ...]:
    """The first missed, the second under another label, the third too long; one that is none."""
    _, second, third, *rest = rows.entities
    extra = dataclasses.replace(rest[-1], start=rest[-1].end + 1, end=rest[-1].end + 5, label=EntityLabel.EVENT)
    found = [
        dataclasses.replace(second, label=EntityLabel.WORK_OF_ART),
        dataclasses.replace(third, end=third.end + 3),
        *rest,
        extra,
    ]
    return tuple(dataclasses.replace(row, text=text[row.start : row.end]) for row in found)


def spoiled_dates(text: str, rows: Extraction) -> tuple[DateRow, ...]:
    """The first with another value and no bounds, the second too long; one that is none, the others missed."""
    first, second, *_ = rows.dates
    found = [
        dataclasses.replace(first, value="2023", earliest=None, latest=None),
        dataclasses.replace(second, end=second.end + 1),
        dataclasses.replace(second, start=0, end=4, type=TimexType.SET),
    ]
    return tuple(dataclasses.replace(row, text=text[row.start : row.end]) for row in found)


def spoiled_quotations(text: str, rows: Extraction) -> tuple[QuotationRow, ...]:
    """The first cut by one word and credited to nobody, the last missed, one that is none."""
    first, *rest = rows.quotations
    start, end = (int(offset) for offset in first.spans[0].split("-"))
    cut = (start + text[start:end].index(" ") + 1, end)
    shorter = dataclasses.replace(
        first,
        spans=(f"{cut[0]}-{cut[1]}", *first.spans[1:]),
        start=cut[0],
        speaker="",
        speaker_start=None,
        speaker_end=None,
    )
    none = dataclasses.replace(
        first, quotation_id="none", kind=QuotationKind.INDIRECT, spans=("0-30",), start=0, end=30, confidence=0.2
    )
    return (shorter, *rest[:-1], none)


def spoiled_events(text: str, rows: Extraction) -> tuple[EventRow, ...]:
    """The first of another type, the second with other participants and modality, the last missed."""
    first, second, *rest = rows.events
    return (
        dataclasses.replace(first, event_type=EventType.AID),
        dataclasses.replace(
            second, actor=("it",), actor_entity_id=("",), actor_country=("",), modality=Modality.NEGATED, confidence=0.4
        ),
        *rest[:-1],
    )


def both_of(gold: Gold, predicted: Extraction) -> Both:
    """Gold and prediction of one article."""
    return Both(gold.article_id, gold.text, gold.extraction, predicted)
