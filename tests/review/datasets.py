"""Small datasets to review: a text with emoji, carriage returns and combining marks, annotated as gold is."""

import dataclasses
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.interchange.datasets import NewDataset
from pipeline.interchange.marks import ArticleRows
from pipeline.review.desk import Desk, Outcome, Settings
from pipeline.review.items import Item
from pipeline.schema import cell_text, describe
from pipeline.tables import Extraction
from pipeline.validation.gold import gold_of

TEXT = (
    "Palau waits for the sea\r\n"
    "March 4, 2024\r\n"
    "President Ana Ruiz of Palau \N{GRINNING FACE} said on Monday that the re\N{COMBINING ACUTE ACCENT}seau is ready. "
    "“The sea,” Ruiz said, “cannot wait.”\r\n"
    "Palau signed the treaty with Fiji in 2023. Palau thanked Fiji.\r\n"
    "Sign up for our newsletter.\r\n"
)


def marks(text: str, *wanted: tuple[str, str, int]) -> list[str]:
    """The `T` lines for labels and words; the number says which of the places where the words stand."""
    lines = []
    for number, (label, words, nth) in enumerate(wanted, start=1):
        spans = []
        for piece in words.split(" ... "):
            place = -1
            for _ in range(nth):
                place = text.index(piece, place + 1)
            spans.append(f"{place} {place + len(piece)}")
        lines.append(f"T{number}\t{label} {';'.join(spans)}\t{words.replace(' ... ', ' ')}")
    return lines


ANNOTATIONS = "\n".join(
    [
        *marks(
            TEXT,
            ("title", "Palau waits for the sea", 1),
            ("dateline", "March 4, 2024", 1),
            ("newsletter", "Sign up for our newsletter.", 1),
            ("GPE", "Palau", 1),
            ("PERSON", "Ana Ruiz", 1),
            ("GPE", "Palau", 2),
            ("PERSON", "Ruiz", 2),
            ("GPE", "Palau", 3),
            ("GPE", "Fiji", 1),
            ("GPE", "Palau", 4),
            ("GPE", "Fiji", 2),
            ("DATE", "March 4, 2024", 1),
            ("DATE", "Monday", 1),
            ("DATE", "2023", 1),
            ("Quotation", "“The sea,” ... “cannot wait.”", 1),
            ("Cue", "said", 2),
            ("Speaker", "Ruiz", 2),
            ("SUPPORT", "signed", 1),
            ("CONSULT", "thanked", 1),
        ),
        "A1\tPublished T2 2024-03-04",
        *[f"N{n}\tReference T{t} Entity:palau\tPalau" for n, t in ((1, 4), (2, 6), (3, 8), (4, 10))],
        *[f"N{n}\tReference T{t} Entity:ruiz\tAna Ruiz" for n, t in ((5, 5), (6, 7), (7, 17))],
        *[f"N{n}\tReference T{t} Entity:fiji\tFiji" for n, t in ((8, 9), (9, 11))],
        "A2\tCountry T4 PLW",
        "A3\tCountry T9 FJI",
        "A4\tValue T12 2024-03-04",
        "A5\tValue T13 2024-03-04",
        "A6\tValue T14 2023",
        "E1\tQuotation:T15 Cue:T16 Speaker:T17",
        "A7\tKind E1 direct",
        "E2\tSUPPORT:T18 Actor:T8 Recipient:T9 Date:T14",
        "A8\tBasis E2 explicit",
        "E3\tCONSULT:T19 Actor:T10 Recipient:T11",
        "",
    ]
)
HOSTILE = (
    "<script>alert(1)</script> & \"quotes\" 'more'\r\n"
    "</script><img src=x onerror=alert(2)> \N{RIGHT-TO-LEFT OVERRIDE}evil\N{POP DIRECTIONAL FORMATTING} "
    "<style>body{display:none}</style> " + "x" * 10_000 + "\0 end\r\rlast &#13; &amp; line"
)


def predicted(article_id: str, text: str, annotations: str = "") -> Extraction:
    """The rows of an annotated text, with rules and confidence as predictions have them."""
    rows = gold_of(article_id, text, annotations).extraction
    rules = {"entities": "model", "dates": "date", "quotations": "marks+cue: say", "events": "verb: sign"}
    found: dict[str, Any] = {
        name: tuple(dataclasses.replace(row, rule=rules[name]) if name in rules else row for row in rows)
        for name, rows in rows._asdict().items()
    }
    found["blocks"] = tuple(dataclasses.replace(row, reason="score: 0.90", score=0.9) for row in found["blocks"])
    found["quotations"] = tuple(dataclasses.replace(row, confidence=0.55) for row in found["quotations"])
    found["events"] = tuple(dataclasses.replace(row, confidence=0.6 + 0.1 * n) for n, row in enumerate(found["events"]))
    return Extraction(**found)


def write_dataset(folder: Path, articles: Mapping[str, tuple[str, Extraction]]) -> Path:
    """A folder as `extract` writes it."""
    made = NewDataset(folder)
    for article_id, (text, rows) in articles.items():
        tables = {
            name: tuple({at: cell_text(getattr(row, at)) for at in describe(type(row)).header} for row in found)
            for name, found in rows._asdict().items()
        }
        made.add(ArticleRows(article_id, text, tables))
    made.close("0")
    return folder


def sample(folder: Path) -> Path:
    """Two articles: `palau`, and `other` with the same words in another frame."""
    other = "Harbour news\r\n" + TEXT
    other_marks = "\n".join(marks(other, ("GPE", "Palau", 1), ("GPE", "Fiji", 1), ("title", "Harbour news", 1))) + "\n"
    return write_dataset(
        folder,
        {
            "other": (other, predicted("other", other, other_marks)),
            "palau": (TEXT, predicted("palau", TEXT, ANNOTATIONS)),
        },
    )


def desk_on(folder: Path) -> Desk:
    """A desk on a folder, with its gold inside it."""
    return Desk(Settings(folder, gold=folder / "gold"))


def new() -> str:
    """A uuid as a page makes them."""
    return str(uuid.uuid4())


def do(desk: Desk, *changes: dict[str, Any], by: str = "anna", article: str = "palau", name: str = "") -> Outcome:
    """One step."""
    return desk.decide(by, article, name or new(), list(changes))


def item_at(desk: Desk, words: str, nth: int = 1, layer: str = "entities", by: str = "anna") -> Item:
    """The item of a layer that begins where the words stand for the nth time."""
    place = -1
    for _ in range(nth):
        place = TEXT.index(words, place + 1)
    return next(item for item in desk.state(by, "palau").items.values() if item.layer == layer and item.start == place)
