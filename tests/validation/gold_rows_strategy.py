"""Extractions as annotators could have written them, over texts with emoji and every kind of space and line end."""

import datetime
import re

from hypothesis import strategies as st

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
    TimexMod,
    TimexType,
)
from pipeline.tables import (
    PIECES,
    BlockRow,
    DateRow,
    DocumentRow,
    EntityRow,
    EventRow,
    Extraction,
    QuotationRow,
)
from pipeline.validation.gold_rows import GOLD, days_as_value, implied_bounds, lines_between
from pipeline.validation.sentences import sentence_at
from pipeline.validation.standoff import Span, flat

ARTICLE = "mixed:case-1"
WORDS = st.one_of(
    st.sampled_from(
        ["NATO", "said.", "“We", "met”", "5", "🎉", "naïve", "U.S.", "Đà", "👩‍🚀", "T1", "a;b", "\ufeff", "#1", "*"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["Zs", "Zl", "Zp", "Cc", "Cs"]), min_size=1, max_size=6),
)
GAPS = st.sampled_from([" ", " ", " ", "\n", "\r\n", "\r", "\n\n", "\u00a0", "\t", "\u2028", "\x85", "  "])
COUNTRIES = st.sampled_from(["", "RUS", "NER"])
SECTORS = st.sampled_from(["", "GOV", "MIL"])
DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2030, 1, 1))
VALUES = st.sampled_from(
    ["", "2010", "2011-07-04", "2011-07-04/2011-07-05", "PAST_REF", "P3D", "2011-SU", "199", "2010-02-30"]
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    pieces = draw(st.lists(st.tuples(WORDS, GAPS), min_size=3, max_size=40))
    return draw(st.sampled_from(["", "\n", "\ufeff"])) + "".join(word + gap for word, gap in pieces)


@st.composite
def extractions(draw: st.DrawFn) -> tuple[str, Extraction]:
    """A text, and rows about it in the form that loading gold gives."""
    text = draw(texts())
    tokens = [(match.start(), match.end()) for match in re.finditer(r"\S+", text)]
    spans = st.tuples(st.sampled_from(tokens), st.sampled_from(tokens)).map(
        lambda pair: (min(pair)[0], max(one[1] for one in pair))
    )
    blocks = draw_blocks(draw, text, spans)
    entities = draw_entities(draw, text, spans)
    dates = draw_dates(draw, text, spans)
    quotations = draw_quotations(draw, text, spans, entities)
    events = draw_events(draw, text, spans, entities, dates, quotations)
    titles = [row.text for row in blocks if row.label is BlockLabel.TITLE]
    byline = flat(text[slice(*draw(spans))]) if draw(st.booleans()) else ""
    published = draw(st.sampled_from(["", "2011-09-29", "2011-09-29T21:54-04:00"])) if blocks else ""
    document = DocumentRow(
        article_id=ARTICLE, source_file=f"{ARTICLE}.txt", url="", title=" ".join(titles[0].split()) if titles else "",
        byline=byline, published=published, published_basis=None, language="", characters=len(text),
        words=len(text.split()), kept_words=sum(len(row.text.split()) for row in blocks if row.kept),
    )  # fmt: skip
    return text, Extraction((document,), blocks, entities, dates, quotations, events)


def draw_blocks(draw: st.DrawFn, text: str, spans: st.SearchStrategy[Span]) -> tuple[BlockRow, ...]:
    labels = st.tuples(st.sampled_from(BlockLabel), st.booleans())
    stretches: list[tuple[Span, BlockLabel, bool]] = []
    position = 0
    for span in sorted(draw(st.lists(spans, max_size=4))):
        if span[0] >= position:
            stretches += [(line, BlockLabel.PARAGRAPH, True) for line in lines_between(text, position, span[0])]
            stretches.append((span, *draw(labels)))
            position = span[1]
    stretches += [(line, BlockLabel.PARAGRAPH, True) for line in lines_between(text, position, len(text))]
    return tuple(
        BlockRow(
            article_id=ARTICLE, block=number, start=start, end=end, kept=kept, label=label, reason=GOLD, score=None,
            text=text[start:end],
        )
        for number, ((start, end), label, kept) in enumerate(stretches, start=1)
    )  # fmt: skip


def draw_entities(draw: st.DrawFn, text: str, spans: st.SearchStrategy[Span]) -> tuple[EntityRow, ...]:
    known = {
        key: (draw(st.sampled_from(["Niger", "Republic of Niger", "🇳🇪"])), draw(COUNTRIES))
        for key in ("k0", "k1", "T7")
    }
    found = draw(st.lists(spans, max_size=5, unique=True))
    rows = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        key = draw(st.sampled_from(sorted(known)))
        rows.append(
            EntityRow(
                article_id=ARTICLE, entity_id=f"{ARTICLE}:{key}", start=start, end=end, text=text[start:end],
                label=draw(st.sampled_from(EntityLabel)), canonical_name=known[key][0], country=known[key][1],
                mention_type=draw(st.sampled_from(MentionType)), rule=GOLD,
            )
        )  # fmt: skip
    return tuple(rows)


def draw_bounds(draw: st.DrawFn, implied: tuple[object, object]) -> tuple[datetime.date | None, datetime.date | None]:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return draw(st.sampled_from([implied, (None, None), (first, last), (first, None), (None, last), (first, first)]))  # type: ignore[return-value]


def draw_dates(draw: st.DrawFn, text: str, spans: st.SearchStrategy[Span]) -> tuple[DateRow, ...]:
    numbers = draw(st.lists(st.integers(1, 40), max_size=4, unique=True))
    found = sorted(((draw(spans), number) for number in numbers), key=lambda one: (one[0][0], -one[0][1], one[1]))
    rows = []
    for (start, end), number in found:
        kind, value = draw(st.sampled_from(TimexType)), draw(VALUES)
        earliest, latest = draw_bounds(draw, implied_bounds(kind, value))
        if earliest and latest and draw(st.booleans()):
            value = days_as_value(earliest, latest)
        rows.append(
            DateRow(
                article_id=ARTICLE, date_id=f"{ARTICLE}:T{number}", start=start, end=end, text=text[start:end],
                type=kind, value=value, mod=draw(st.one_of(st.none(), st.sampled_from(TimexMod))),
                earliest=earliest, latest=latest, anchor="", rule=GOLD,
            )
        )  # fmt: skip
    return tuple(rows)


def draw_quotations(
    draw: st.DrawFn, text: str, spans: st.SearchStrategy[Span], entities: tuple[EntityRow, ...]
) -> tuple[QuotationRow, ...]:
    found = []
    for number in draw(st.lists(st.integers(1, 9), max_size=3, unique=True)):
        pieces: list[Span] = []
        for span in sorted(draw(st.lists(spans, min_size=1, max_size=3))):
            if not pieces or span[0] >= pieces[-1][1]:
                pieces.append(span)
        found.append((tuple(pieces), number))
    rows = []
    for pieces, number in sorted(found):
        cue = draw(st.one_of(st.none(), spans))
        speaker = draw(st.one_of(st.none(), spans))
        name, entity = draw_speaker(draw, text, speaker, entities)
        rows.append(
            QuotationRow(
                article_id=ARTICLE, quotation_id=f"{ARTICLE}:E{number}", start=pieces[0][0], end=pieces[-1][1],
                kind=draw(st.sampled_from(QuotationKind)), attribution_type=draw(st.sampled_from(AttributionType)),
                spans=tuple(f"{start}-{end}" for start, end in pieces),
                text=PIECES.join(text[start:end] for start, end in pieces), cue=text[slice(*cue)] if cue else "",
                cue_start=cue[0] if cue else None, cue_end=cue[1] if cue else None, speaker=name,
                speaker_start=speaker[0] if speaker else None, speaker_end=speaker[1] if speaker else None,
                speaker_entity_id=entity, confidence=1.0, rule=GOLD,
            )
        )  # fmt: skip
    return tuple(rows)


def draw_speaker(draw: st.DrawFn, text: str, speaker: Span | None, entities: tuple[EntityRow, ...]) -> tuple[str, str]:
    if speaker is None:
        return "", ""
    names = [(text[slice(*speaker)], ""), ("Mohamed Bazoum", "")]
    return draw(st.sampled_from([*names, *((row.canonical_name, row.entity_id) for row in entities)]))


def draw_events(
    draw: st.DrawFn,
    text: str,
    spans: st.SearchStrategy[Span],
    entities: tuple[EntityRow, ...],
    dates: tuple[DateRow, ...],
    quotations: tuple[QuotationRow, ...],
) -> tuple[EventRow, ...]:
    numbers = draw(st.lists(st.integers(10, 19), max_size=5, unique=True))
    places = st.one_of(spans, st.sampled_from([(row.start, row.end) for row in entities])) if entities else spans
    first: dict[int, str] = {0: "another-article:E4"}
    rows = []
    for trigger, number in sorted((draw(spans), number) for number in numbers):
        event_id = f"{ARTICLE}:E{number}"
        group = draw(st.sampled_from([0, 1, 2, None, None]))
        root = event_id if group is None else first.setdefault(group, event_id)
        kind = draw(st.sampled_from(EventType))
        start, end = sentence_at(text, *trigger)
        location = draw(st.one_of(st.none(), places))
        date = draw(st.sampled_from([None, *dates]))
        implied = (date.earliest, date.latest) if date else (None, None)
        earliest, latest = draw_bounds(draw, implied)
        quotation = draw(st.sampled_from([None, *quotations]))
        rows.append(
            EventRow(
                article_id=ARTICLE, event_id=event_id, start=start, end=end, text=text[start:end],
                trigger=text[slice(*trigger)], trigger_start=trigger[0], trigger_end=trigger[1], event_type=kind,
                mode=draw(st.sampled_from(["", "visit"])), context=draw(st.sampled_from([(), ("military", "crime")])),
                quad_category=QUAD_CATEGORY[kind], score=SCORE[kind], modality=draw(st.sampled_from(Modality)),
                attributed_to=quotation.speaker if quotation else "",
                quotation_id=quotation.quotation_id if quotation else "",
                **draw_side(draw, text, "actor", places, entities),
                **draw_side(draw, text, "recipient", places, entities),
                location=text[slice(*location)] if location else "", location_start=location[0] if location else None,
                location_end=location[1] if location else None,
                location_country=draw(COUNTRIES) if location else "", date_earliest=earliest, date_latest=latest,
                date_basis=draw(st.one_of(st.none(), st.sampled_from(DateBasis))), date_id=date.date_id if date else "",
                same_event="" if root == event_id else root, confidence=1.0, rule=GOLD,
            )
        )  # fmt: skip
    return tuple(rows)


def draw_side(
    draw: st.DrawFn, text: str, side: str, places: st.SearchStrategy[Span], entities: tuple[EntityRow, ...]
) -> dict[str, tuple[object, ...]]:
    found = draw(st.lists(places, max_size=2))
    ids = [draw(st.sampled_from(["", *(row.entity_id for row in entities)])) for _ in found]
    return {
        side: tuple(text[slice(*span)] for span in found),
        f"{side}_start": tuple(span[0] for span in found),
        f"{side}_end": tuple(span[1] for span in found),
        f"{side}_entity_id": tuple(ids),
        f"{side}_country": tuple(draw(COUNTRIES) for _ in found),
        f"{side}_sector": tuple(draw(SECTORS) for _ in found),
    }
