"""Event files in the columns of GDELT 2.0, ICEWS and POLECAT: tab-separated, one line for each actor and recipient.

Distinct events only: mentions of one event are one line, and count. Events that did not happen (negated, hypothetical)
and such as are planned are left out. What we do not measure (tone, coordinates) stays empty. Behind the columns of the
original stand ours, so that a line leads back to its sentence.
"""

import datetime
import functools
import hashlib
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import LexiconError
from pipeline.interchange.datasets import table_rows
from pipeline.interchange.marks import Row, listed
from pipeline.labels import EventType, Modality
from pipeline.lexicons import check_choice, read_rows
from pipeline.writers import replace_file

HAPPENED = frozenset({str(Modality.ASSERTED), str(Modality.REPORTED)})
OURS = (
    "event_id", "article_id", "start", "end", "trigger", "event_type", "mode", "modality", "quad_category", "score",
    "cameo", "date_earliest", "date_latest", "date_basis", "location_country", "actor_entity_id", "recipient_entity_id",
    "confidence",
)  # fmt: skip

# PLOVER sectors that CAMEO knows under another code: its MED is the press, PLOVER's is medicine.
CAMEO_SECTORS = {"JRN": "MED", "MED": "HLH"}


@dataclass(frozen=True, slots=True)
class Side:
    """One participant of an event; all empty where the text names none."""

    name: str = ""
    entity_id: str = ""
    country: str = ""
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Dyad:
    """One line: a distinct event between one actor and one recipient."""

    event: Row
    actor: Side
    recipient: Side
    document: Row
    mentions: int
    articles: int
    sources: int
    cameo: str

    @property
    def day(self) -> str:
        """The last day on which it can have happened, else the day of publication."""
        return self.event["date_latest"] or self.document["published"][:10]


def write(folder: Path, kind: str, path: Path) -> None:
    """Write the events of a dataset in the columns of `kind`: gdelt, icews or polecat.

    Raises:
        InputError: the folder holds no dataset.
        LexiconError: cameo.csv is broken.
    """
    columns, cells = KINDS[kind]
    lines = itertools.chain([(*columns, *OURS)], ((*cells(dyad), *ours(dyad)) for dyad in dyads(folder)))
    replace_file(path, ("\t".join(map(bare, line)) + "\n" for line in lines))


def bare(cell: str) -> str:
    """A cell of a tab-separated file, which has no quotes: white space is one space."""
    return " ".join(cell.split())


def dyads(folder: Path) -> Iterator[Dyad]:
    """The lines of a dataset, event by event in the order of the table, actors before recipients."""
    documents = {row["article_id"]: row for row in table_rows(folder / "documents.csv")}
    events = [row for row in table_rows(folder / "events.csv") if row["modality"] in HAPPENED]
    for mentions in distinct(events).values():
        event = mentions[0]
        articles = {row["article_id"] for row in mentions}
        sources = {source_of(documents[article]) for article in articles}
        actors, recipients = sides(event, "actor"), sides(event, "recipient")
        for actor, recipient in itertools.product(actors, recipients):
            document, code = documents[event["article_id"]], cameo(event["event_type"], event["mode"], event["context"])
            yield Dyad(event, actor, recipient, document, len(mentions), len(articles), len(sources), code)


def distinct(events: Iterable[Row]) -> dict[str, list[Row]]:
    """The mentions of each event, under the id of the first; the first that happened stands for all."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in events:
        groups[row["same_event"] or row["event_id"]].append(row)
    return groups


def source_of(document: Row) -> str:
    """The outlet as far as the address tells; without one every article is its own source."""
    return urlsplit(document["url"]).hostname or document["article_id"]


def sides(event: Row, side: str) -> list[Side]:
    """The actors or recipients; one without a name where there are none."""
    names = listed(event[side])
    columns = [listed(event[f"{side}_{column}"]) or [""] * len(names) for column in ("entity_id", "country", "sector")]
    return [Side(*cells) for cells in zip(names, *columns, strict=True)] or [Side()]


# --- CAMEO


@functools.cache
def codes() -> Mapping[tuple[str, str, str], str]:
    """The CAMEO code of each event type, mode and context, as cameo.csv has it.

    Raises:
        LexiconError: the file is broken, or a type has no row of its own.
    """
    here = Path(__file__).parent
    rows = read_rows("cameo", columns=("event_type", "mode", "context", "cameo", "meaning"), folder=here)
    table = {(row["event_type"], row["mode"], row["context"]): row["cameo"] for row in rows}
    for row in rows:
        check_choice(f"{here / 'cameo.csv'}, {row['cameo']}", "event_type", row["event_type"], map(str, EventType))
    for kind in EventType:
        if (str(kind), "", "") not in table:
            raise LexiconError(f"{here / 'cameo.csv'}: no row for {kind} of any mode and context; add one")
    return table


def cameo(event_type: str, mode: str, contexts: str) -> str:
    """The CAMEO code that means most nearly the same.

    >>> cameo("PROTEST", "hunger", ""), cameo("AID", "", "legal;military"), cameo("AGREE", "", "")
    ('142', '072', '030')
    """
    table = codes()
    modes = dict.fromkeys((mode, ""))
    tries = ((event_type, each, context) for each in modes for context in (*listed(contexts), ""))
    return next(code for key in tries if (code := table.get(key)))


def quad_class(code: str) -> str:
    """Verbal and material cooperation, verbal and material conflict, as GDELT numbers them by the root of the code."""
    root = int(code[:2])
    return "1" if root <= 5 else "2" if root <= 8 else "3" if root <= 13 else "4"


# --- columns


def ours(dyad: Dyad) -> tuple[str, ...]:
    """The columns that lead back to our tables."""
    known = {
        **dyad.event,
        "cameo": dyad.cameo,
        "actor_entity_id": dyad.actor.entity_id,
        "recipient_entity_id": dyad.recipient.entity_id,
    }
    return tuple(known[column] for column in OURS)


def number_of(*parts: str) -> str:
    """A whole number that is always the same for the same ids; GDELT's readers expect one."""
    return str(int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:7]))


def identified(dyad: Dyad) -> str:
    """The number of a line: of the event and of who takes part."""
    return number_of(dyad.event["event_id"], dyad.actor.name, dyad.recipient.name)


def day_of(day: str) -> datetime.date | None:
    """The day that an ISO date names."""
    try:
        return datetime.date.fromisoformat(day)
    except ValueError:
        return None


GDELT_ACTOR = (
    "Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code", "Type1Code",
    "Type2Code", "Type3Code",
)  # fmt: skip
GDELT_GEO = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
GDELT = (
    "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate",
    *(f"Actor{number}{column}" for number in (1, 2) for column in GDELT_ACTOR),
    "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale", "NumMentions",
    "NumSources", "NumArticles", "AvgTone",
    *(f"{place}Geo_{column}" for place in ("Actor1", "Actor2", "Action") for column in GDELT_GEO),
    "DATEADDED", "SOURCEURL",
)  # fmt: skip


def gdelt(dyad: Dyad) -> tuple[str, ...]:
    """A line in the 61 columns of GDELT 2.0; GoldsteinScale holds the PLOVER score, country codes are ISO alpha-3."""
    day = day_of(dyad.day)
    dates = ["", "", "", ""]
    if day:
        fraction = day.year + (day.timetuple().tm_yday - 1) / 365
        dates = [f"{day:%Y%m%d}", f"{day:%Y%m}", f"{day.year:04}", f"{fraction:.4f}"]
    cells = dict.fromkeys(GDELT, "")
    cells |= dict(zip(GDELT[:5], [identified(dyad), *dates], strict=True))
    for number, side in ((1, dyad.actor), (2, dyad.recipient)):
        sector = CAMEO_SECTORS.get(side.sector, side.sector)
        cells |= {
            f"Actor{number}Code": side.country + sector,
            f"Actor{number}Name": side.name.upper(),
            f"Actor{number}CountryCode": side.country,
            f"Actor{number}Type1Code": sector,
        }
    return tuple({
        **cells,
        "EventCode": dyad.cameo,
        "EventBaseCode": dyad.cameo[:3],
        "EventRootCode": dyad.cameo[:2],
        "QuadClass": quad_class(dyad.cameo),
        "GoldsteinScale": dyad.event["score"],
        "NumMentions": str(dyad.mentions),
        "NumSources": str(dyad.sources),
        "NumArticles": str(dyad.articles),
        "ActionGeo_FullName": dyad.event["location"],
        "DATEADDED": dyad.document["published"][:10].replace("-", ""),
        "SOURCEURL": dyad.document["url"],
    }.values())  # fmt: skip


ICEWS = (
    "Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text", "CAMEO Code",
    "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID", "Sentence Number", "Publisher", "City",
    "District", "Province", "Country", "Latitude", "Longitude",
)  # fmt: skip


@functools.cache
def country_names() -> Mapping[str, str]:
    """The preferred name of each country."""
    columns = ("code", "name", "names", "adjectives", "demonyms", "capital", "seats")
    return {row["code"]: row["name"] for row in read_rows("countries", columns=columns)}


@functools.cache
def meanings() -> Mapping[str, str]:
    """What each CAMEO code means, in the words of cameo.csv."""
    columns = ("event_type", "mode", "context", "cameo", "meaning")
    return {row["cameo"]: row["meaning"] for row in read_rows("cameo", columns=columns, folder=Path(__file__).parent)}


def icews(dyad: Dyad) -> tuple[str, ...]:
    """A line in the 20 columns of ICEWS; Intensity holds the PLOVER score, sectors are PLOVER's."""
    names = country_names()
    cells = dict.fromkeys(ICEWS, "")
    return tuple({
        **cells,
        "Event ID": identified(dyad),
        "Event Date": dyad.day,
        "Source Name": dyad.actor.name,
        "Source Sectors": dyad.actor.sector,
        "Source Country": names.get(dyad.actor.country, ""),
        "Event Text": meanings()[dyad.cameo],
        "CAMEO Code": dyad.cameo,
        "Intensity": dyad.event["score"],
        "Target Name": dyad.recipient.name,
        "Target Sectors": dyad.recipient.sector,
        "Target Country": names.get(dyad.recipient.country, ""),
        "Story ID": number_of(dyad.event["article_id"]),
        "Publisher": urlsplit(dyad.document["url"]).hostname or "",
        "City": dyad.event["location"],
        "Country": names.get(dyad.event["location_country"], ""),
    }.values())  # fmt: skip


POLECAT = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts", "Actor Name",
    "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title", "Actor Name Raw",
    "Wikipedia Actor ID", "Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector",
    "Recipient Sectors", "Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID", "Placename", "City",
    "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID", "Raw Placename", "Feature Type",
    "Source", "Publication Date", "Story People", "Story Organizations", "Story Locations", "Language", "Version",
    "CAMEO Code",
)  # fmt: skip


def polecat(dyad: Dyad) -> tuple[str, ...]:
    """A line in the columns of POLECAT, with the CAMEO code behind them."""
    names, event = country_names(), dyad.event
    cells = dict.fromkeys(POLECAT, "")
    for side, who in (("Actor", dyad.actor), ("Recipient", dyad.recipient)):
        cells |= {
            f"{side} Name": who.name,
            f"{side} Country": who.country,
            f"Primary {side} Sector": who.sector,
            f"{side} Sectors": who.sector,
            f"{side} Name Raw": who.name,
        }
    return tuple({
        **cells,
        "Event ID": identified(dyad),
        "Event Date": dyad.day,
        "Event Type": event["event_type"],
        "Event Mode": event["mode"],
        "Intensity": event["score"],
        "Quad Code": event["quad_category"].upper(),
        "Contexts": event["context"],
        "Placename": event["location"],
        "Country": names.get(event["location_country"], ""),
        "Raw Placename": event["location"],
        "Source": urlsplit(dyad.document["url"]).hostname or "",
        "Publication Date": dyad.document["published"][:10],
        "Language": dyad.document["language"],
        "CAMEO Code": dyad.cameo,
    }.values())  # fmt: skip


Cells = Callable[[Dyad], tuple[str, ...]]
KINDS: dict[str, tuple[tuple[str, ...], Cells]] = {
    "gdelt": (GDELT, gdelt),
    "icews": (ICEWS, icews),
    "polecat": (POLECAT, polecat),
}
