"""The panel counts events and not sentences, each where its date puts it, and nothing gets lost on the way."""

import csv
import datetime
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline import panel as panels
from pipeline import writers
from pipeline.errors import InputError
from pipeline.labels import DateBasis, EntityLabel, EventType, MentionType, Modality
from pipeline.panel import By, PanelSettings, Spread, Unit, panel_of
from pipeline.schema import cell_text, describe
from pipeline.tables import ROW_TYPES, DocumentRow, EntityRow, EventRow, QuotationRow, cells
from tests.conftest import ROOT
from tests.examples import document_row, event_row, quotation_row

Day = datetime.date
YEARLY = PanelSettings(by=By.YEAR)
DAYS = st.dates(min_value=Day(1990, 1, 1), max_value=Day(2012, 12, 31))
COUNTRIES = st.sampled_from(["", "RUS", "UKR", "FRA"])


def attack(event_id: str, **changes: Any) -> EventRow:
    """Russia attacks Ukraine on 24 February 2022, unless the changes say otherwise."""
    row = {
        "event_id": event_id,
        "event_type": EventType.ASSAULT,
        "actor": ("Russia",),
        "actor_country": ("RUS",),
        "actor_sector": ("MIL",),
        "recipient": ("Ukraine",),
        "recipient_country": ("UKR",),
        "date_earliest": Day(2022, 2, 24),
        "date_latest": Day(2022, 2, 24),
    }
    return event_row(**{**row, **changes})


def counted(
    events: list[EventRow],
    settings: PanelSettings = YEARLY,
    quotations: list[QuotationRow] = [],  # noqa: B006
    entities: list[EntityRow] = [],  # noqa: B006
    documents: list[DocumentRow] = [],  # noqa: B006
) -> dict[tuple[str, ...], dict[str, str]]:
    """The rows of a panel by period and unit."""
    made = panel_of(events, quotations, entities, documents, settings)
    rows = [dict(zip(made.header, row, strict=True)) for row in made.rows()]
    return {(row["period"], *(row[name] for name in panels.UNIT_COLUMNS[settings.unit])): row for row in rows}


def naive(events: list[EventRow], documents: list[DocumentRow]) -> Counter[str]:
    """Every row an event, the year of publication as its date."""
    published = {row.article_id: row.published[:4] for row in documents}
    return Counter(published[row.article_id] for row in events)


def the_documented_example() -> tuple[list[EventRow], list[DocumentRow]]:
    warned = attack(
        "w", article_id="1", modality=Modality.HYPOTHETICAL, date_earliest=None, date_latest=Day(2022, 2, 18)
    )
    repeats = [attack(i, article_id=i, same_event="2") for i in ("3", "4")]
    days = ("2022-02-18", "2022-02-24", "2022-02-25", "2023-02-24")
    documents = [document_row(article_id=str(i), published=day) for i, day in enumerate(days, start=1)]
    return [warned, attack("2", article_id="2"), *repeats], documents


def test_the_documented_example_counts_one_attack_where_a_naive_count_has_four() -> None:
    events, documents = the_documented_example()
    settings = PanelSettings(by=By.YEAR, start=Day(2022, 1, 1), end=Day(2023, 12, 31))
    ours = counted(events, settings)
    page = (ROOT / "docs" / "how-to" / "panel.md").read_text(encoding="utf-8")
    for year, count in naive(events, documents).items():
        assert f"| {year} | {count} | {ours[year, 'RUS', 'UKR']['events']} |" in page


@pytest.mark.parametrize(
    ("spread", "july", "august"),
    [("first", "1", "0"), ("days", "0.333333", "0.666667"), ("even", "0.5", "0.5"), ("whole", "1", "1")],
)
def test_an_interval_is_spread_over_its_months_as_asked(spread: str, july: str, august: str) -> None:
    row = attack("a", date_earliest=Day(2011, 7, 31), date_latest=Day(2011, 8, 2))
    settings = PanelSettings.from_words(spread=spread, start="2011-07-01", end="2011-08-31")
    rows = counted([row], settings)
    assert (rows["2011-07", "RUS", "UKR"]["events"], rows["2011-08", "RUS", "UKR"]["events"]) == (july, august)


def test_an_event_is_dated_by_the_mention_that_dates_it_best() -> None:
    first = attack("a", date_earliest=None, date_latest=Day(2023, 2, 24), date_basis=DateBasis.PUBLICATION)
    second = attack("b", same_event="a", date_basis=DateBasis.EXPLICIT)
    assert counted([first, second])["2022", "RUS", "UKR"]["events"] == "1"


def test_an_event_has_the_participants_of_the_mention_that_knows_them() -> None:
    # "Troops attacked the port." ... "Russian troops attacked Odesa."
    first = attack("a", actor=("Troops",), actor_country=("",), actor_sector=("",), recipient=(), recipient_country=())
    assert counted([first, attack("b", same_event="a")])["2022", "RUS", "UKR"]["events"] == "1"


def test_an_event_whose_first_mention_is_not_selected_is_counted_by_the_others() -> None:
    weak = attack("a", confidence=0.2)
    settings = PanelSettings(by=By.YEAR, min_confidence=0.4)
    assert counted([weak, attack("b", same_event="a")], settings)["2022", "RUS", "UKR"]["events"] == "1"


def test_what_has_not_happened_is_counted_only_on_demand() -> None:
    planned = attack("a", modality=Modality.PLANNED)
    assert counted([planned]) == {}
    assert counted([planned], PanelSettings.from_words(by="year", modality="planned"))


def test_two_actors_and_two_recipients_are_four_dyads_and_one_event_each() -> None:
    row = attack(
        "a", actor=("A", "B"), actor_country=("FRA", "GBR"), recipient=("C", "D"), recipient_country=("DEU", "ITA")
    )
    rows = counted([row])
    assert {key[1:] for key in rows} == {("FRA", "DEU"), ("FRA", "ITA"), ("GBR", "DEU"), ("GBR", "ITA")}
    assert {row["events"] for row in rows.values()} == {"1"}


@pytest.mark.parametrize(
    ("country", "sector", "code"), [("LBY", "REB", "LBY-REB"), ("LBY", "", "LBY"), ("", "IGO", "IGO")]
)
def test_an_actor_is_its_country_and_sector(country: str, sector: str, code: str) -> None:
    row = attack("a", actor_country=(country,), actor_sector=(sector,))
    assert ("2022", code) in counted([row], PanelSettings(by=By.YEAR, unit=Unit.ACTOR))


def test_a_country_that_fights_itself_has_one_event_and_not_two() -> None:
    row = attack("a", recipient_country=("RUS",))
    assert counted([row], PanelSettings(by=By.YEAR, unit=Unit.COUNTRY))["2022", "RUS"]["events"] == "1"


def test_empty_periods_are_rows_of_zeros_with_no_mean_score() -> None:
    rows = counted([attack("a"), attack("b", date_earliest=Day(2024, 1, 1), date_latest=Day(2024, 1, 1))])
    empty = rows["2023", "RUS", "UKR"]
    assert (empty["events"], empty["ASSAULT"], empty["material_conflict"], empty["mean_score"]) == ("0", "0", "0", "")
    assert rows["2022", "RUS", "UKR"]["mean_score"] == "-9"


def test_a_type_and_its_quad_category_are_counted_and_scored() -> None:
    met = attack("b", event_type=EventType.CONSULT, quad_category="verbal cooperation", score=2.5)
    row = counted([attack("a"), met])["2022", "RUS", "UKR"]
    assert (row["CONSULT"], row["verbal_cooperation"], row["ASSAULT"], row["mean_score"]) == ("1", "1", "1", "-3.25")


def entity_row(entity_id: str, start: int, country: str) -> EntityRow:
    return EntityRow(
        article_id="a", entity_id=entity_id, start=start, end=start + 4, text="name", label=EntityLabel.GPE,
        canonical_name="name", country=country, mention_type=MentionType.NAME, rule="test",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "made", "received"),
    [(Unit.DYAD, ("RUS", "UKR"), ("UKR", "RUS")), (Unit.COUNTRY, ("RUS",), ("UKR",)), (Unit.ACTOR, ("RUS",), ("UKR",))],
)
def test_a_quotation_is_made_by_its_speaker_and_received_by_whom_it_mentions(
    unit: Unit, made: tuple[str, ...], received: tuple[str, ...]
) -> None:
    quotation = quotation_row(start=20, end=40, spans=("20-40",), speaker_entity_id="r")
    entities = [entity_row("r", 9, "RUS"), entity_row("u", 25, "UKR"), entity_row("f", 50, "FRA")]
    rows = counted([], PanelSettings(by=By.YEAR, unit=unit), [quotation], entities, [document_row()])
    assert rows["2011", *made]["quotations_made"] == "1"
    assert rows["2011", *received]["quotations_received"] == "1"
    assert not any("FRA" in key for key in rows)


def test_a_speaker_who_acts_elsewhere_in_the_article_speaks_for_the_sector() -> None:
    row = attack("a", actor_entity_id=("r",), actor_sector=("GOV",))
    rows = counted(
        [row], PanelSettings(by=By.YEAR, unit=Unit.ACTOR), [quotation_row(speaker_entity_id="r")],
        [entity_row("r", 9, "RUS")], [document_row(published="2022-02-24")],
    )  # fmt: skip
    assert rows["2022", "RUS-GOV"]["quotations_made"] == "1"


@st.composite
def stories(draw: st.DrawFn) -> list[EventRow]:
    """Event mentions with intervals, gaps and repeats, as a dataset may hold them."""
    rows: list[EventRow] = []
    for number in range(draw(st.integers(0, 12))):
        earlier = draw(st.sampled_from([None, *(row for row in rows if not row.same_event)]))
        bounds = sorted(draw(st.tuples(DAYS, DAYS)))
        known = draw(st.sampled_from(["both", "latest", "none"]))
        rows.append(
            attack(
                f"e{number}",
                same_event=earlier.event_id if earlier else "",
                date_earliest=bounds[0] if known == "both" else None,
                date_latest=None if known == "none" else bounds[1],
                date_basis=None if known == "none" else draw(st.sampled_from(list(DateBasis))),
                actor_country=(draw(COUNTRIES),),
                recipient_country=(draw(COUNTRIES),),
                modality=draw(st.sampled_from(list(Modality))),
                confidence=draw(st.sampled_from([0.2, 0.8])),
            )
        )
    return rows


SETTINGS = st.builds(
    PanelSettings,
    by=st.sampled_from([By.MONTH, By.QUARTER, By.YEAR]),
    unit=st.sampled_from(list(Unit)),
    spread=st.sampled_from([Spread.FIRST, Spread.DAYS, Spread.EVEN]),
    min_confidence=st.sampled_from([0.0, 0.5]),
)


@hypothesis_settings(deadline=None)
@given(events=stories(), settings=SETTINGS)
def test_the_sums_over_periods_are_the_numbers_of_distinct_selected_events(
    events: list[EventRow], settings: PanelSettings
) -> None:
    made = panel_of(events, [], [], [], settings)
    sums: dict[tuple[str, ...], Fraction] = defaultdict(Fraction)
    for (unit, _), counts in made.tally.items():
        sums[unit] += counts["events"]
    chosen = [row for row in events if panels.is_selected(row, settings)]
    dated = [event for event in panels.distinct_events(chosen) if event.interval]
    expected = Counter(unit for event in dated for unit in panels.units_of(event, settings.unit))
    assert sums == expected
    cover = made.coverage
    assert cover.undated + cover.without_unit + cover.outside + cover.counted == cover.distinct
    assert cover.distinct == len({row.same_event or row.event_id for row in chosen})


@hypothesis_settings(deadline=None)
@given(events=stories(), settings=SETTINGS)
def test_types_and_quad_categories_each_add_up_to_the_events(events: list[EventRow], settings: PanelSettings) -> None:
    made = panel_of(events, [], [], [], settings)
    for counts in made.tally.values():
        assert sum(counts.get(kind.value, Fraction(0)) for kind in EventType) == counts["events"]
        assert sum(counts.get(quad, Fraction(0)) for quad in panels.QUAD_COLUMNS.values()) == counts["events"]


@hypothesis_settings(deadline=None)
@given(events=stories(), settings=SETTINGS, first=DAYS, last=DAYS)
def test_a_first_and_a_last_day_cut_rows_off_and_change_none(
    events: list[EventRow], settings: PanelSettings, first: Day, last: Day
) -> None:
    first, last = sorted((first, last))
    whole = panel_of(events, [], [], [], settings)
    bounded = PanelSettings(
        by=settings.by, unit=settings.unit, spread=settings.spread, min_confidence=settings.min_confidence,
        start=first, end=last,
    )  # fmt: skip
    part = panel_of(events, [], [], [], bounded)
    inside = {key: counts for key, counts in whole.tally.items() if panels._inside(key[1], bounded)}
    assert part.tally == inside


@hypothesis_settings(deadline=None)
@given(day=st.dates(), by=st.sampled_from(list(By)))
def test_every_day_lies_in_its_period_and_periods_follow_without_a_gap(day: Day, by: By) -> None:
    start = panels.period_start(day, by)
    end = panels.period_end(start, by)
    assert start <= day <= end
    if end < Day.max:
        assert panels.period_start(end + panels.ONE_DAY, by) == end + panels.ONE_DAY


@pytest.mark.parametrize(
    ("by", "name"),
    [("day", "2010-01-02"), ("week", "2009-W53"), ("month", "2010-01"), ("quarter", "2010-Q1"), ("year", "2010")],
)
def test_a_period_has_the_name_one_writes(by: str, name: str) -> None:
    kind = By(by)
    assert panels.period_name(panels.period_start(Day(2010, 1, 2), kind), kind) == name


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"by": "fortnight"}, "by: 'fortnight' is not known; choose from day, week, month, quarter, year"),
        ({"unit": "city"}, "unit: 'city' is not known"),
        ({"modality": "asserted,likely"}, "modality: 'likely' is not known"),
        ({"date_basis": ","}, "date basis: nothing chosen"),
        ({"start": "July 4"}, "'July 4' is not a day; write it as 2011-07-04"),
        ({"min_confidence": 7}, "7 is not between 0 and 1"),
        ({"start": "2012-01-01", "end": "2011-01-01"}, "after it ends on 2011-01-01"),
    ],
)
def test_a_wrong_setting_says_what_is_wrong_and_what_would_be_right(words: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        PanelSettings.from_words(**words)


def test_a_panel_too_long_to_open_is_refused_with_a_way_out() -> None:
    old = attack("a", date_earliest=Day(1, 1, 1), date_latest=Day(1, 1, 1))
    new = [attack(f"b{n}", actor_country=(f"{n}",)) for n in range(3)]
    with pytest.raises(InputError, match="give a first and a last day"):
        panel_of([old, *new], [], [], [], PanelSettings(by=By.DAY))


def write_dataset(folder: Path, events: list[EventRow], documents: list[DocumentRow]) -> None:
    rows: dict[str, list[Any]] = {"events": events, "documents": documents}
    for name, row_type in ROW_TYPES.items():
        table = describe(row_type)
        lines = [[cell_text(cell) for cell in cells(row)] for row in rows.get(name, [])]
        writers.write_csv(table, lines, folder / f"{name}.csv")


def test_a_panel_is_read_from_the_tables_and_written_as_csv(tmp_path: Path) -> None:
    events, documents = the_documented_example()
    write_dataset(tmp_path, events, documents)
    made = panels.panel(tmp_path, PanelSettings(by=By.YEAR))
    (row,) = csv.DictReader(made.csv_lines())
    assert (row["period"], row["period_start"], row["events"], row["ASSAULT"]) == ("2022", "2022-01-01", "1", "1")
    assert str(made.coverage).startswith("4 event mentions, 3 selected, 1 distinct events; counted 1")


def test_pandas_gets_numbers_and_days(tmp_path: Path) -> None:
    events, documents = the_documented_example()
    write_dataset(tmp_path, events, documents)
    frame = panels.panel(tmp_path, PanelSettings(by=By.YEAR, end=Day(2023, 12, 31))).frame()
    assert frame.events.sum() == 1
    assert frame.mean_score.isna().tolist() == [False, True]
    assert frame.period_start.dt.year.tolist() == [2022, 2023]


def test_a_folder_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such table; run `article-events extract INPUT"):
        panels.panel(tmp_path)


def test_a_damaged_cell_is_named_with_its_row(tmp_path: Path) -> None:
    write_dataset(tmp_path, [attack("a")], [document_row()])
    path = tmp_path / "events.csv"
    path.write_text(path.read_text().replace("2022-02-24", "2022-02-31"))
    with pytest.raises(InputError, match=r"events\.csv, row 2: "):
        panels.panel(tmp_path)
