"""Articles for the tests: one that a reader can check, and any that hypothesis can think of."""

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from pipeline import writers
from pipeline.interchange.marks import ArticleRows
from pipeline.labels import AttributionType, BlockLabel, EntityLabel, EventType, MentionType, QuotationKind, TimexType
from pipeline.schema import cell_text, describe
from pipeline.tables import PIECES, BlockRow, DateRow, EntityRow, Extraction, QuotationRow, tables
from tests.examples import document_row, event_row

# An emoji of two UTF-16 units, CRLF, a combining accent, and a quotation in two pieces.
TEXT = (
    "🇫🇮 Finland joins NATO\r\n\r\n"
    "Finland joined NATO in Brussels on 4 April 2023. “It is a great day,” Sauli Niinistö said, “for Finland.”\r\n"
    "Jens Stoltenberg wrote: “Cafe\u0301 talks are over 🎉.”\n"
)


def at(words: str, after: str = "", text: str = TEXT) -> tuple[int, int]:
    """Where the words stand, the first time after some others."""
    start = text.index(words, text.index(after) if after else 0)
    return start, start + len(words)


def rows_of(extraction: Extraction, text: str) -> ArticleRows:
    """Typed rows as the cells that formats work with."""
    found = {
        table: tuple({c.name: cell_text(getattr(row, c.name)) for c in describe(type(row)).columns} for row in rows)
        for table, rows in extraction._asdict().items()
        if table != "problems"
    }
    return ArticleRows(extraction.documents[0].article_id, text, found)


def block(number: int, span: tuple[int, int], text: str, label: BlockLabel = BlockLabel.PARAGRAPH) -> BlockRow:
    return BlockRow(
        article_id="a", block=number, start=span[0], end=span[1], kept=True, label=label, reason="text", score=None,
        text=text[slice(*span)],
    )  # fmt: skip


def entity(span: tuple[int, int], text: str, label: EntityLabel, **changes: Any) -> EntityRow:
    words = text[slice(*span)]
    given = {"entity_id": f"a:e{span[0]}", "canonical_name": words.strip() or "?", "country": ""} | changes
    return EntityRow(
        article_id="a", start=span[0], end=span[1], text=words, label=label, mention_type=MentionType.NAME,
        rule="model", **given,
    )  # fmt: skip


def quotation(pieces: list[tuple[int, int]], text: str, **changes: Any) -> QuotationRow:
    given = {
        "quotation_id": f"a:q{pieces[0][0]}", "cue": "", "cue_start": None, "cue_end": None, "speaker": "",
        "speaker_start": None, "speaker_end": None, "speaker_entity_id": "",
    } | changes  # fmt: skip
    return QuotationRow(
        article_id="a", start=pieces[0][0], end=pieces[-1][1], kind=QuotationKind.DIRECT,
        attribution_type=AttributionType.ASSERTION, spans=tuple(f"{start}-{end}" for start, end in pieces),
        text=PIECES.join(text[start:end] for start, end in pieces), confidence=0.75, rule="marks", **given,
    )  # fmt: skip


def date(span: tuple[int, int], text: str, value: str = "") -> DateRow:
    return DateRow(
        article_id="a", date_id=f"a:d{span[0]}", start=span[0], end=span[1], text=text[slice(*span)],
        type=TimexType.DATE, value=value, mod=None, earliest=None, latest=None, anchor="", rule="date",
    )  # fmt: skip


def joining() -> ArticleRows:
    """The article about Finland, with a row of every kind."""
    finland, nato = at("Finland", "\r\n\r\n"), at("NATO", "joined")
    speaker, cue = at("Sauli Niinistö"), at("said")
    sentence = at("Finland joined NATO in Brussels on 4 April 2023.")
    trigger, place = at("joined"), at("Brussels")
    entities = (
        entity(finland, TEXT, EntityLabel.GPE, country="FIN"),
        entity(nato, TEXT, EntityLabel.ORG),
        entity(place, TEXT, EntityLabel.GPE, country="BEL"),
        entity(speaker, TEXT, EntityLabel.PERSON, country="FIN"),
    )
    said = quotation(
        [at("It is a great day,"), at("for Finland.")], TEXT, cue="said", cue_start=cue[0], cue_end=cue[1],
        speaker="Sauli Niinistö", speaker_start=speaker[0], speaker_end=speaker[1],
        speaker_entity_id=f"a:e{speaker[0]}",
    )  # fmt: skip
    joined = event_row(
        event_id="a:ev48", start=sentence[0], end=sentence[1], text=TEXT[slice(*sentence)], trigger="joined",
        trigger_start=trigger[0], trigger_end=trigger[1], event_type=EventType.COOPERATE, mode="", quotation_id="",
        actor=("Finland",), actor_start=(finland[0],), actor_end=(finland[1],), actor_entity_id=(f"a:e{finland[0]}",),
        actor_country=("FIN",), actor_sector=("GOV",),
        recipient=("NATO",), recipient_start=(nato[0],), recipient_end=(nato[1],),
        recipient_entity_id=(f"a:e{nato[0]}",),
        recipient_country=(), recipient_sector=("IGO",),
        location="Brussels", location_start=place[0], location_end=place[1], location_country="BEL",
        date_id=f"a:d{at('4 April 2023')[0]}", rule="verb: join",
    )  # fmt: skip
    blocks = (
        block(1, at("🇫🇮 Finland joins NATO"), TEXT, BlockLabel.TITLE),
        block(2, (sentence[0], at("for Finland.”")[1]), TEXT),
        block(3, (at("Jens")[0], at("🎉.”")[1]), TEXT),
    )
    extraction = Extraction(
        documents=(document_row(TEXT, title="🇫🇮 Finland joins NATO", url="https://news.example/a?b=1"),),
        blocks=blocks,
        entities=entities,
        dates=(date(at("4 April 2023"), TEXT, "2023-04-04"),),
        quotations=(said, quotation([at("Cafe\u0301 talks are over 🎉.")], TEXT)),
        events=(joined,),
    )
    return rows_of(extraction, TEXT)


def write_dataset(folder: Path, *articles: ArticleRows) -> Path:
    """A dataset as `extract` writes it."""
    for article in articles:
        path = folder / "texts" / f"{article.article_id}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(article.text.encode("utf-8"))
    for table in tables():
        rows = [row for article in articles for row in article.tables.get(table.name, ())]
        writers.write_csv(table, [[row[c] for c in table.header] for row in rows], folder / f"{table.name}.csv")
    return folder


# Letters, emoji of one and several code points, combining marks, every kind of line end and of space.
CHARACTERS = [
    "a",
    "b",
    "é",
    "e\u0301",
    "🎉",
    "👩‍👩‍👧",
    "🇫🇮",
    "\r\n",
    "\n",
    "\r",
    "\t",
    " ",
    "\u00a0",
    "\u2028",
    "ß",
    "字",
    ".",
    '"',
    "'",
    "<",
    "&",
]
TEXTS = st.lists(st.sampled_from(CHARACTERS), min_size=8, max_size=40).map("".join)


@st.composite
def articles(draw: st.DrawFn) -> ArticleRows:
    """Any article: rows anywhere, overlapping, touching white space, sharing their parts."""
    text = draw(TEXTS)

    def span() -> tuple[int, int]:
        start = draw(st.integers(0, len(text) - 1))
        return start, draw(st.integers(start + 1, len(text)))

    def some(most: int) -> list[tuple[int, int]]:
        return list(dict.fromkeys(span() for _ in range(draw(st.integers(0, most)))))

    def pieces() -> list[tuple[int, int]]:
        cuts = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=6)))
        return list(zip(cuts[::2], cuts[1::2], strict=False))

    quotations, events = [], []
    for number in range(draw(st.integers(0, 3))):
        cue, speaker = draw(st.none() | st.just(span())), draw(st.none() | st.just(span()))
        quotations.append(
            quotation(
                pieces(),
                text,
                quotation_id=f"a:q{number}",
                cue=text[slice(*cue)] if cue else "",
                cue_start=cue and cue[0],
                cue_end=cue and cue[1],
                speaker="Sauli Niinistö" if speaker else "",
                speaker_start=speaker and speaker[0],
                speaker_end=speaker and speaker[1],
            )
        )
    for number in range(draw(st.integers(0, 3))):
        trigger, actors, recipients = span(), some(3), some(2)
        events.append(
            event_row(
                event_id=f"a:ev{number}",
                start=0,
                end=len(text),
                text=text,
                trigger=text[slice(*trigger)],
                trigger_start=trigger[0],
                trigger_end=trigger[1],
                event_type=draw(st.sampled_from(list(EventType))),
                location="",
                location_start=None,
                location_end=None,
                location_country="",
                **side("actor", actors, text),
                **side("recipient", recipients, text),
            )
        )
    entities = [entity(place, text, draw(st.sampled_from(list(EntityLabel)))) for place in some(4)]
    extraction = Extraction(
        documents=(document_row(text),),
        blocks=(block(1, (0, len(text)), text),),
        entities=tuple(entities),
        dates=tuple(date(place, text) for place in some(3)),
        quotations=tuple(quotations),
        events=tuple(events),
    )
    return rows_of(extraction, text)


def side(name: str, spans: list[tuple[int, int]], text: str) -> dict[str, Any]:
    """The columns of the actors or recipients of an event."""
    return {
        name: tuple(text[start:end] for start, end in spans),
        f"{name}_start": tuple(start for start, _ in spans),
        f"{name}_end": tuple(end for _, end in spans),
        f"{name}_entity_id": tuple("" for _ in spans),
        f"{name}_country": tuple("FIN" for _ in spans),
        f"{name}_sector": tuple("" for _ in spans),
    }
