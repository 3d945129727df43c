"""Ten thousand articles are still one page that a browser opens."""

import datetime
import random
from pathlib import Path
from typing import Any

import pytest

from pipeline.labels import (
    QUAD_CATEGORY,
    SCORE,
    AttributionType,
    BlockLabel,
    DateBasis,
    EntityLabel,
    EventType,
    MentionType,
    Modality,
    QuotationKind,
    TimexType,
)  # fmt: skip
from pipeline.report import write_report
from tests.examples import block_row, document_row, event_row, quotation_row
from tests.report.datasets import date_row, entity_row, write_dataset

ARTICLES = 10_000
LARGEST = 5_000_000
SENTENCE = (
    "The foreign ministry of {actor} said on Monday that its troops had attacked a convoy of {recipient} near the "
    "border – « a provocation », as the statement of {number} words put it – and that talks would go on in Geneva."
)
COUNTRIES = (
    "USA RUS CHN UKR FRA GBR DEU IND PAK IRN IRQ SYR TUR EGY ETH SDN KEN NGA ZAF BRA ARG CHL MEX JPN KOR".split()
)


@pytest.fixture(scope="module")
def large_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles of four years: two events and quotations, four entities and two dates in each."""
    chance = random.Random(20110929)
    rows: dict[str, list[Any]] = {
        name: [] for name in ("documents", "blocks", "entities", "dates", "quotations", "events")
    }
    texts = {}
    for number in range(ARTICLES):
        texts.update(one_article(f"wire-{number:05}", chance, rows))
    return write_dataset(tmp_path_factory.mktemp("large"), rows, texts)


def one_article(name: str, chance: random.Random, rows: dict[str, list[Any]]) -> dict[str, str]:
    sides = [chance.sample(COUNTRIES, 2) for _ in range(2)]
    sentences = [SENTENCE.format(actor=one, recipient=other, number=chance.randint(10, 999)) for one, other in sides]
    text = "\n".join(sentences)
    day = datetime.date(2008, 1, 1) + datetime.timedelta(days=chance.randint(0, 1460))
    rows["documents"].append(document_row(text, article_id=name, title=f"Convoy hit, day {day}", published=f"{day}"))
    rows["blocks"] += [
        block_row(0, 40, text, article_id=name, block=n, label=chance.choice(list(BlockLabel))) for n in range(3)
    ]
    start = 0
    for sentence, (one, other) in zip(sentences, sides, strict=True):
        add_sentence(name, text, start, start + len(sentence), one, other, day, chance, rows)
        start += len(sentence) + 1
    return {name: text}


def add_sentence(
    name: str, text: str, start: int, end: int, one: str, other: str, day: datetime.date, chance: random.Random,
    rows: dict[str, list[Any]],
) -> None:  # fmt: skip
    kind = chance.choice(list(EventType))
    who, whom, hit = (text.index(word, start) for word in (one, other, "attacked"))
    rows["events"].append(
        event_row(
            article_id=name, event_id=f"{name}:ev{hit}", start=start, end=end, text=text[start:end], trigger="attacked",
            trigger_start=hit, trigger_end=hit + 8, event_type=kind, quad_category=QUAD_CATEGORY[kind],
            score=SCORE[kind], modality=chance.choice(list(Modality)), actor=(one,), actor_start=(who,),
            actor_end=(who + 3,), actor_entity_id=(f"{name}:e{who}",), actor_country=(one,), actor_sector=("GOV",),
            recipient=(other,), recipient_start=(whom,), recipient_end=(whom + 3,),
            recipient_entity_id=(f"{name}:e{whom}",), recipient_country=(other,), recipient_sector=("MIL",),
            location="Geneva", location_start=text.index("Geneva", start), location_end=text.index("Geneva", start) + 6,
            location_country="CHE", date_earliest=day, date_basis=DateBasis.RELATIVE, confidence=0.7,
            date_latest=day + datetime.timedelta(days=chance.choice([0, 0, 30])),
        )
    )  # fmt: skip
    rows["quotations"].append(
        quotation_row(
            article_id=name, quotation_id=f"{name}:q{start}", start=start, end=end, spans=(f"{hit}-{end}",),
            text=text[hit:end], kind=chance.choice(list(QuotationKind)), attribution_type=AttributionType.ASSERTION,
            cue="said", cue_start=None, cue_end=None, speaker=f"Minister {chance.randint(1, 2000)} of {one}",
            speaker_start=None, speaker_end=None, confidence=0.7,
        )
    )  # fmt: skip
    for at, code in ((who, one), (whom, other)):
        rows["entities"].append(
            entity_row(at, at + 3, text, article_id=name, entity_id=f"{name}:e{at}", country=code,
                       canonical_name=code if chance.random() < 0.8 else f"Town {chance.randint(1, 9000)}",
                       label=EntityLabel.GPE, mention_type=MentionType.NAME)
        )  # fmt: skip
    monday = text.index("Monday", start)
    rows["dates"].append(
        date_row(monday, monday + 6, text, article_id=name, date_id=f"{name}:d{monday}", type=TimexType.DATE,
                 value=f"{day}", earliest=day, latest=day)
    )  # fmt: skip


@pytest.mark.timeout(600)
def test_ten_thousand_articles_make_a_page_below_five_megabytes(large_dataset: Path) -> None:
    page = write_report(large_dataset)
    assert page.stat().st_size < LARGEST
    html = page.read_text(encoding="utf-8")
    assert "Report on 10,000 articles" in html
    assert html.count("<rect") > 500
