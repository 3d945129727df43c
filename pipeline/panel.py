"""Panel: distinct events and quotations counted by period and unit, zero-filled; the table to regress on.

A naive count takes every row of events.csv for an event and the day of publication for its date. It counts an attack
that five papers report five times, all of them in the week of the papers, and the invasion that an anniversary piece
recalls as if it had happened again. Here the mentions that `same_event` links are one event, dated by the mention that
dates it best, and only what the texts say has happened is counted, unless the settings say otherwise.
"""

import calendar
import csv
import datetime
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pipeline.dataset import rows
from pipeline.errors import InputError
from pipeline.labels import DateBasis, EventType, Label, Modality, QuadCategory
from pipeline.tables import DocumentRow, EntityRow, EventRow, QuotationRow

if TYPE_CHECKING:
    import pandas as pd

# A frame of this many rows still opens in R and pandas; more is nearly always one old date that stretches the panel.
LARGEST = 2_000_000
ONE_DAY = datetime.timedelta(days=1)

UnitKey = tuple[str, ...]  # the cells that name a unit: one for a country or an actor, two for a dyad
Tally = dict[tuple[UnitKey, datetime.date], dict[str, Fraction]]
Interval = tuple[datetime.date, datetime.date]
L = TypeVar("L", bound=Label)


class By(Label):
    """The length of a period."""

    DAY = "day", "A calendar day: 2011-07-04."
    WEEK = "week", "An ISO week, from Monday to Sunday: 2011-W27."
    MONTH = "month", "A calendar month: 2011-07."
    QUARTER = "quarter", "Three calendar months: 2011-Q3."
    YEAR = "year", "A calendar year: 2011."


class Unit(Label):
    """What is observed in each period."""

    DYAD = "dyad", "A directed pair of countries: who did it, to whom; both must be known. A country may meet itself."
    ACTOR = (
        "actor",
        "Who did it, as country and sector: LBY-REB, LBY where the sector is unknown, IGO where the country is.",
    )
    COUNTRY = "country", "A country, on either side of the event."


class Spread(Label):
    """How an event whose date is an interval is counted when the interval touches several periods."""

    FIRST = "first", "Once, in the period of the first day."
    DAYS = "days", "In each period by the share of the interval's days that lie in it."
    EVEN = "even", "In equal parts in every period the interval touches."
    WHOLE = "whole", "In full in every period it touches; the sum over periods is then more than the number of events."


# The columns that name a unit.
UNIT_COLUMNS: dict[Unit, tuple[str, ...]] = {
    Unit.DYAD: ("actor", "recipient"),
    Unit.ACTOR: ("actor",),
    Unit.COUNTRY: ("country",),
}
QUAD_COLUMNS = {quad: quad.value.replace(" ", "_") for quad in QuadCategory}
MEASURES = (
    "events",
    *(kind.value for kind in EventType),
    *QUAD_COLUMNS.values(),
    "mean_score",
    "quotations_made",
    "quotations_received",
)
SCORE_SUM = "score_sum"  # what mean_score is made of
# The better a date is founded, the earlier it stands here.
BEST_BASIS = (DateBasis.EXPLICIT, DateBasis.RELATIVE, DateBasis.NARRATIVE, DateBasis.PUBLICATION)


@dataclass(frozen=True, slots=True)
class PanelSettings:
    """What is counted, and how; the defaults count what the texts say has happened."""

    by: By = By.MONTH
    unit: Unit = Unit.DYAD
    spread: Spread = Spread.FIRST
    modality: tuple[Modality, ...] = (Modality.ASSERTED, Modality.REPORTED)
    date_basis: tuple[DateBasis, ...] = BEST_BASIS
    min_confidence: float = 0.0
    start: datetime.date | None = None  # first and last day of the panel; the events' own where not given
    end: datetime.date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.min_confidence <= 1:
            raise InputError(
                f"panel, min_confidence: {self.min_confidence} is not between 0 and 1; 0 counts every event"
            )
        if self.start and self.end and self.start > self.end:
            raise InputError(f"panel: it begins on {self.start}, after it ends on {self.end}; exchange the two days")

    @classmethod
    def from_words(
        cls,
        *,
        by: str = By.MONTH,
        unit: str = Unit.DYAD,
        spread: str = Spread.FIRST,
        modality: str = "asserted,reported",
        date_basis: str = "explicit,relative,narrative,publication",
        min_confidence: float = 0.0,
        start: str = "",
        end: str = "",
    ) -> "PanelSettings":
        """The settings from the words of a command line; lists are joined by commas.

        Raises:
            InputError: a word that is no setting.
        """
        return cls(
            by=_member(By, by, "by"),
            unit=_member(Unit, unit, "unit"),
            spread=_member(Spread, spread, "spread"),
            modality=_members(Modality, modality, "modality"),
            date_basis=_members(DateBasis, date_basis, "date basis"),
            min_confidence=min_confidence,
            start=_day(start, "first day"),
            end=_day(end, "last day"),
        )


class Participant(NamedTuple):
    """One actor or recipient of an event, as the row describes it."""

    words: str
    entity_id: str
    country: str
    sector: str

    @property
    def code(self) -> str:
        """Country and sector: LBY-REB."""
        return "-".join(filter(None, (self.country, self.sector)))


@dataclass(frozen=True, slots=True)
class DistinctEvent:
    """An event, however often it is told: its mentions, dated and peopled by those that say most."""

    first: EventRow
    mentions: int
    interval: Interval | None
    date_basis: DateBasis | None
    actors: tuple[Participant, ...]
    recipients: tuple[Participant, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of the event mentions: each distinct event is undated, without a unit, outside, or counted."""

    mentions: int = 0
    selected: int = 0  # mentions that the settings let through
    distinct: int = 0  # events they tell of
    undated: int = 0
    without_unit: int = 0
    outside: int = 0  # dated before the first or after the last day asked for
    counted: int = 0

    def __str__(self) -> str:
        return (
            f"{self.mentions} event mentions, {self.selected} selected, {self.distinct} distinct events; counted "
            f"{self.counted}, left out {self.undated} without a date, {self.without_unit} without a unit, "
            f"{self.outside} outside the period"
        )


@dataclass(frozen=True, slots=True)
class Panel:
    """A row for every unit in every period, the empty ones included; `mean_score` is empty where nothing happened."""

    settings: PanelSettings
    tally: Tally = field(repr=False)
    units: tuple[UnitKey, ...]
    periods: tuple[datetime.date, ...]
    coverage: Coverage

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return ("period", "period_start", *UNIT_COLUMNS[self.settings.unit], *MEASURES)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The cells of every row, by unit and then by period."""
        for unit in self.units:
            for start in self.periods:
                counts = self.tally.get((unit, start), {})
                cells = (_cell(measure, counts) for measure in MEASURES)
                yield (period_name(start, self.settings.by), start.isoformat(), *unit, *cells)

    def csv_lines(self) -> Iterator[str]:
        """The lines of the panel as CSV, header first."""
        for row in (self.header, *self.rows()):
            line = io.StringIO()
            csv.writer(line, lineterminator="\n").writerow(row)
            yield line.getvalue()

    def frame(self) -> "pd.DataFrame":
        """The panel in pandas: counts are numbers, `period_start` is a day, `mean_score` is missing without events."""
        import pandas as pd

        frame = pd.DataFrame(list(self.rows()), columns=list(self.header))
        frame["period_start"] = pd.to_datetime(frame["period_start"], format="%Y-%m-%d")
        for measure in MEASURES:
            frame[measure] = pd.to_numeric(frame[measure].mask(frame[measure] == "")).astype("Float64")
        return frame


def panel(folder: str | Path, settings: PanelSettings | None = None) -> Panel:
    """Count the distinct events and the quotations of a dataset by period and unit.

    A naive count of the same folder would be `events.csv` grouped by the article's publication date: the repeats
    counted each time, the past counted as present, plans and denials counted as deeds.

    Raises:
        InputError: the folder holds no dataset, or the panel would have more rows than any program opens.
    """
    folder = Path(folder)
    return panel_of(
        rows(folder, EventRow),
        rows(folder, QuotationRow),
        rows(folder, EntityRow),
        rows(folder, DocumentRow),
        settings or PanelSettings(),
    )


def panel_of(
    events: Iterable[EventRow],
    quotations: Iterable[QuotationRow],
    entities: Iterable[EntityRow],
    documents: Iterable[DocumentRow],
    settings: PanelSettings,
) -> Panel:
    """The panel of rows at hand."""
    mentions = list(events)
    chosen = [row for row in mentions if is_selected(row, settings)]
    distinct = distinct_events(chosen)
    tally: Tally = defaultdict(lambda: defaultdict(Fraction))
    fates = [_count_event(event, settings, tally) for event in distinct]
    _count_quotations(quotations, Codes.of(entities, mentions, settings.unit), _days(documents), settings, tally)
    units = tuple(sorted({unit for unit, _ in tally}))
    return Panel(
        settings=settings,
        tally=tally,
        units=units,
        periods=_all_periods({start for _, start in tally}, len(units), settings),
        coverage=Coverage(
            mentions=len(mentions),
            selected=len(chosen),
            distinct=len(distinct),
            **{fate: fates.count(fate) for fate in ("undated", "without_unit", "outside", "counted")},
        ),
    )


# Events


def is_selected(row: EventRow, settings: PanelSettings) -> bool:
    """Whether the settings let a mention through."""
    return (
        row.modality in settings.modality
        and row.confidence >= settings.min_confidence
        # A mention without any date has no basis; it stays, for another mention of its event may be dated.
        and (row.date_basis is None or row.date_basis in settings.date_basis)
    )


def distinct_events(mentions: Iterable[EventRow]) -> list[DistinctEvent]:
    """The events that the mentions tell of, in the order of their first mentions."""
    groups: dict[str, list[EventRow]] = defaultdict(list)
    for row in mentions:
        groups[row.same_event or row.event_id].append(row)
    return [_merged(group) for group in groups.values()]


def _merged(mentions: list[EventRow]) -> DistinctEvent:
    # "Troops took the airport." "The airport was taken on Monday by Russian troops": dated and peopled by the second.
    dated = min((row for row in mentions if interval(row)), key=_date_quality, default=None)
    return DistinctEvent(
        first=mentions[0],
        mentions=len(mentions),
        interval=None if dated is None else interval(dated),
        date_basis=None if dated is None else dated.date_basis,
        actors=_fullest([participants(row, "actor") for row in mentions]),
        recipients=_fullest([participants(row, "recipient") for row in mentions]),
    )


def interval(row: EventRow) -> Interval | None:
    """The days on which the event can have happened; an open interval ("by Monday") is its one known day."""
    first, last = row.date_earliest or row.date_latest, row.date_latest or row.date_earliest
    return (first, last) if first is not None and last is not None else None


def _date_quality(row: EventRow) -> tuple[int, int]:
    first, last = interval(row) or (datetime.date.min, datetime.date.max)
    basis = len(BEST_BASIS) if row.date_basis is None else BEST_BASIS.index(row.date_basis)
    return basis, (last - first).days


def participants(row: EventRow, side: str) -> tuple[Participant, ...]:
    """The actors or the recipients of a mention."""
    words: tuple[str, ...] = getattr(row, side)
    others = (getattr(row, f"{side}_{column}") for column in ("entity_id", "country", "sector"))
    padded = ((*values, *[""] * (len(words) - len(values))) for values in others)
    return tuple(Participant(*cells) for cells in zip(words, *padded, strict=False))


def _fullest(tellings: list[tuple[Participant, ...]]) -> tuple[Participant, ...]:
    """The first telling whose participants have a code, else the first that names any."""
    coded = (told for told in tellings if any(participant.code for participant in told))
    return next(coded, next(filter(None, tellings), ()))


def _count_event(event: DistinctEvent, settings: PanelSettings, tally: Tally) -> str:
    """Add the event to the tally; returns what became of it."""
    if event.interval is None:
        return "undated"
    units = units_of(event, settings.unit)
    if not units:
        return "without_unit"
    shares = [
        (start, share)
        for start, share in shares_of(event.interval, settings.by, settings.spread)
        if _inside(start, settings)
    ]
    kind = event.first.event_type
    for start, share in shares:
        for unit in units:
            counts = tally[unit, start]
            for measure in ("events", kind.value, QUAD_COLUMNS[event.first.quad_category]):
                counts[measure] += share
            counts[SCORE_SUM] += share * Fraction(str(event.first.score))
    return "counted" if shares else "outside"


def units_of(event: DistinctEvent, unit: Unit) -> list[UnitKey]:
    """The units that the event is counted for, each once."""
    if unit is Unit.DYAD:
        pairs = [(one.country, other.country) for one in event.actors for other in event.recipients]
        return sorted({pair for pair in pairs if all(pair)})
    if unit is Unit.ACTOR:
        return sorted({(actor.code,) for actor in event.actors if actor.code})
    return sorted({(one.country,) for one in (*event.actors, *event.recipients) if one.country})


# Quotations


@dataclass(frozen=True, slots=True)
class Codes:
    """The code of every entity (a country, or an actor's country and sector), and where entities are mentioned."""

    of_entity: Mapping[tuple[str, str], str]
    mentions: Mapping[str, list[tuple[int, int, str]]]  # article -> start, end, entity

    @classmethod
    def of(cls, entities: Iterable[EntityRow], events: Iterable[EventRow], unit: Unit) -> "Codes":
        """The codes as the entities table knows countries; sectors are known of those who take part in events."""
        codes: dict[tuple[str, str], str] = {}
        if unit is Unit.ACTOR:
            for row in events:
                for one in (*participants(row, "actor"), *participants(row, "recipient")):
                    if one.entity_id and one.code:
                        codes.setdefault((row.article_id, one.entity_id), one.code)
        mentions: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for entity in entities:
            mentions[entity.article_id].append((entity.start, entity.end, entity.entity_id))
            if entity.country:
                codes.setdefault((entity.article_id, entity.entity_id), entity.country)
        return cls(codes, mentions)

    def inside(self, row: QuotationRow) -> set[str]:
        """The codes of the entities that the quotation's content mentions."""
        pieces = [(int(start), int(end)) for start, end in (span.split("-") for span in row.spans)]
        named = {
            self.of_entity.get((row.article_id, entity), "")
            for start, end, entity in self.mentions.get(row.article_id, ())
            if any(first <= start and end <= last for first, last in pieces)
        }
        return named - {""}


def _count_quotations(
    quotations: Iterable[QuotationRow],
    codes: Codes,
    published: Mapping[str, datetime.date],
    settings: PanelSettings,
    tally: Tally,
) -> None:
    """Add the quotations to the tally, each on the day its article was published: they are news of that day."""
    for row in quotations:
        day = published.get(row.article_id)
        if day is None or row.confidence < settings.min_confidence:
            continue
        start = period_start(day, settings.by)
        speaker = codes.of_entity.get((row.article_id, row.speaker_entity_id), "")
        for unit, measure in _roles(speaker, codes.inside(row) - {speaker}, settings.unit):
            if _inside(start, settings):
                tally[unit, start][measure] += 1


def _roles(speaker: str, named: set[str], unit: Unit) -> Iterator[tuple[UnitKey, str]]:
    """The units that make or receive a quotation: who speaks, and who is spoken of."""
    if unit is Unit.DYAD:
        for other in sorted(named if speaker else ()):
            yield (speaker, other), "quotations_made"
            yield (other, speaker), "quotations_received"
        return
    if speaker:
        yield (speaker,), "quotations_made"
    yield from (((other,), "quotations_received") for other in sorted(named))


def _days(documents: Iterable[DocumentRow]) -> dict[str, datetime.date]:
    """The day of publication of each article that has one."""
    return {row.article_id: datetime.date.fromisoformat(row.published[:10]) for row in documents if row.published}


# Periods


def shares_of(interval: Interval, by: By, spread: Spread) -> Iterator[tuple[datetime.date, Fraction]]:
    """The periods an interval is counted in, each with its share of the event."""
    first, last = interval
    if spread is Spread.FIRST:
        yield period_start(first, by), Fraction(1)
        return
    touched = list(periods(first, last, by))
    for start in touched:
        if spread is Spread.DAYS:
            days = (min(last, period_end(start, by)) - max(first, start)).days + 1
            yield start, Fraction(days, (last - first).days + 1)
        else:
            yield start, Fraction(1, len(touched) if spread is Spread.EVEN else 1)


def periods(first: datetime.date, last: datetime.date, by: By) -> Iterator[datetime.date]:
    """The first day of every period from the one that holds `first` to the one that holds `last`."""
    start = period_start(first, by)
    while start <= last:
        yield start
        end = period_end(start, by)
        if end == datetime.date.max:
            return
        start = end + ONE_DAY


def period_start(day: datetime.date, by: By) -> datetime.date:
    """The first day of the period that holds the day."""
    if by is By.DAY:
        return day
    if by is By.WEEK:
        return day - datetime.timedelta(days=day.weekday())
    if by is By.MONTH:
        return day.replace(day=1)
    if by is By.QUARTER:
        return day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return day.replace(month=1, day=1)


def period_end(start: datetime.date, by: By) -> datetime.date:
    """The last day of the period that begins on `start`."""
    if by is By.DAY:
        return start
    if by is By.WEEK:
        return start + min(datetime.timedelta(days=6), datetime.date.max - start)
    last_month = {By.MONTH: start.month, By.QUARTER: start.month + 2}.get(by, 12)
    return start.replace(month=last_month, day=calendar.monthrange(start.year, last_month)[1])


def period_name(start: datetime.date, by: By) -> str:
    """The period as one writes it: 2011-07-04, 2011-W27, 2011-07, 2011-Q3, 2011."""
    if by is By.DAY:
        return start.isoformat()
    if by is By.WEEK:
        year, week, _ = start.isocalendar()
        return f"{year:04}-W{week:02}"
    if by is By.MONTH:
        return f"{start.year:04}-{start.month:02}"
    if by is By.QUARTER:
        return f"{start.year:04}-Q{(start.month + 2) // 3}"
    return f"{start.year:04}"


def _inside(start: datetime.date, settings: PanelSettings) -> bool:
    """Whether the period that begins on `start` is one of those asked for."""
    too_early = settings.start is not None and start < period_start(settings.start, settings.by)
    too_late = settings.end is not None and start > settings.end
    return not (too_early or too_late)


def _all_periods(used: set[datetime.date], units: int, settings: PanelSettings) -> tuple[datetime.date, ...]:
    """Every period of the panel, from the first day asked for or used to the last."""
    first = settings.start or min(used, default=None)
    last = settings.end or max(used, default=None)
    if first is None or last is None:
        return ()
    found: list[datetime.date] = []
    for start in periods(first, last, settings.by):
        found.append(start)
        if len(found) * units > LARGEST:
            raise InputError(
                f"panel: {units} units by {settings.by.value} from {first} to {last} are more than {LARGEST:,} rows; "
                "give a first and a last day (--from, --to), or a longer period (--by)"
            )
    return tuple(found)


# Words and cells


def _cell(measure: str, counts: Mapping[str, Fraction]) -> str:
    events = counts.get("events", Fraction(0))
    if measure == "mean_score":
        return _number(counts[SCORE_SUM] / events) if events else ""
    return _number(counts.get(measure, Fraction(0)))


def _number(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def _member(kind: type[L], word: str, setting: str) -> L:
    known = {member.value: member for member in kind}
    if word not in known:
        raise InputError(f"panel, {setting}: {word!r} is not known; choose from {', '.join(known)}")
    return known[word]


def _members(kind: type[L], words: str, setting: str) -> tuple[L, ...]:
    chosen = tuple(_member(kind, word.strip(), setting) for word in words.split(",") if word.strip())
    if not chosen:
        raise InputError(f"panel, {setting}: nothing chosen; choose from {', '.join(kind)}")
    return chosen


def _day(text: str, setting: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(f"panel, {setting}: {text!r} is not a day; write it as 2011-07-04") from error
