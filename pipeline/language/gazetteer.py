"""The gazetteer: countries, places, institutions, titles and first names, looked up by the words of the text.

Lookups for every layer, usable without a Doc, each with the shipped lexicons unless another `Gazetteer` is asked:

    country_of("Iraqi") -> "IRQ"; country_of("the Kremlin") -> "RUS"; country_of("U.S.") -> "USA"; "" when none
    demonym("Russians") -> "RUS"; demonym("Russia") -> ""         adjectives and names of peoples only
    sector_of_title("French foreign minister") -> "GOV"           also ["former", "president"] -> "ELI"; "" when none
    gender_of_title("Mr.") -> "m"; gender_of_name("Angela") -> "f"; "" when the word does not say
    place("Sochi") -> Place | None                                country, label, kind
    institution("WHO") -> Institution | None                      name, abbreviation, label, kind, sector, country
    name_of("Holland") -> Name | None                             whatever the name stands for, with its preferred form
    gazetteer().figures["Angela Merkel"] -> Figure                country, sector, years of office, gender

`gazetteer(folder)` loads a `Gazetteer`, once for each folder; the functions above are its methods of the same name.
Names are compared by their `normal` form: straight apostrophes, plain spaces and hyphens, "U.S." as "US"; case counts,
because "US" is not "us", nor "Turkey" "turkey".
"""

import functools
import re
import typing
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.errors import LexiconError
from pipeline.labels import EntityLabel
from pipeline.lexicons import FOLDER, check_choice, read_rows

T = typing.TypeVar("T")
SECTORS = frozenset(
    {
        "GOV", "MIL", "COP", "SPY", "JUD", "LEG", "PTY", "OPP", "REB", "UAF", "CRM", "CVL", "REF", "LAB", "BUS", "MNC",
        "AGR", "MED", "JRN", "EDU", "REL", "SOC", "NGO", "IGO", "ISM", "IMG", "ELI", "PRE", "UNK", "",
    }
)  # fmt: skip
PLACE_KINDS = frozenset(
    {
        "breakaway", "capital", "city", "constituent", "continent", "facility", "island", "mountain", "province",
        "region", "water",
    }
)  # fmt: skip
INSTITUTION_KINDS = frozenset(
    {
        "agency", "airline", "alliance", "armed_group", "army", "association", "bank", "central_bank", "company",
        "court", "criminal_group", "igo", "intelligence", "legislature", "media", "ministry", "movement", "news_agency",
        "ngo", "party", "police", "religious_body", "think_tank", "union", "university",
    }
)  # fmt: skip
PEOPLE_KINDS = frozenset({"ethnic", "political", "religious"})
TITLE_KINDS = frozenset({"title", "both", "group"})
# Offices whose former holders act for themselves: "former president".
OFFICES = frozenset({"GOV", "LEG", "JUD", "IGO", "MIL", "COP", "SPY"})
FORMER = frozenset({"former", "ex", "ex-president", "ex-minister", "ousted", "onetime"})
LONGEST_TITLE = 6
TITLE_COLUMNS = ("title", "kind", "sector", "gender", "country")
OFFICE = re.compile(r"([0-9]{4})-([0-9]{4})?")
EVER = 9999
# A state that is no more has a code, but belongs to no country of ISO 3166-1; nor do its bodies and offices.
FORMER_STATES = frozenset({"SUN", "YUG", "CSK", "DDR", "SCG"})
# "Xi Jinping" is President Xi.
FAMILY_NAME_FIRST = frozenset({"CHN", "HKG", "KOR", "PRK", "SGP", "TWN", "KHM"})

# Typographic variants of one character; no-break and thin spaces.
VARIANTS = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ`´′＇ʻ", "'"),
        **dict.fromkeys("‐‑‒–—−﹣－", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\u2002\u2003\t\n\r", " "),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
    }
)
# "U.S.", "U.N", "D.P.R.K.": single capitals, each with its full stop.
DOTTED = re.compile(r"(?:[A-Z]\.){1,6}[A-Z]?")
ARTICLE = re.compile(r"(?:the|The|THE)\s+")
POSSESSIVE = re.compile(r"(?:'s|'S|')$")


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory: its code, its preferred name, its capital."""

    code: str
    name: str
    capital: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place that is no country: its preferred name, its label, the country it lies in, its kind."""

    name: str
    label: EntityLabel
    country: str
    kind: str


@dataclass(frozen=True, slots=True)
class Institution:
    """An organisation or organ: its names, what kind of body it is, for which sector and country it acts."""

    name: str
    abbreviation: str
    aliases: tuple[str, ...]
    label: EntityLabel
    kind: str
    sector: str
    country: str


@dataclass(frozen=True, slots=True)
class Title:
    """A word for a role, before a name or by itself, or for a body of people."""

    words: str
    kind: str
    sector: str
    gender: str
    country: str = ""  # where one state only has the office


@dataclass(frozen=True, slots=True)
class Figure:
    """A public figure: the name they go by, their state, the sector and the years of the offices they are known for."""

    name: str
    country: str
    sector: str
    first_year: int
    last_year: int
    gender: str
    alone: bool  # whether the last name by itself means this person

    def sector_in(self, year: int | None) -> str:
        """The sector in a year: ELI after the last office, none before the first; that of the office without a year."""
        if year is None or self.first_year <= year <= self.last_year:
            return self.sector
        return "" if year < self.first_year else "ELI"


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for."""

    text: str
    canonical: str
    label: EntityLabel
    source: str  # country, demonym, place, seat, institution, people or figure
    country: str = ""
    sector: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Equal for the names of one entity: "US" and "America", "Iraqi" and "Iraqis", "UN" and "United Nations"."""
        return (self.source, self.canonical)


@dataclass(frozen=True)
class Gazetteer:
    """Everything the lexicons know about names, by normal form."""

    names: dict[str, Name] = field(default_factory=dict)
    countries: dict[str, Country] = field(default_factory=dict)  # by code
    places: dict[str, Place] = field(default_factory=dict)
    institutions: dict[str, Institution] = field(default_factory=dict)
    ambiguous: dict[str, str] = field(default_factory=dict)  # what else a name is: abbreviation, person, place, word
    titles: dict[str, Title] = field(default_factory=dict)  # by words in lower case
    first_names: dict[str, str] = field(default_factory=dict)  # gender
    figures: dict[str, Figure] = field(default_factory=dict)  # by full name
    surnames: dict[str, tuple[Figure, ...]] = field(default_factory=dict)  # the figures of each last name

    @functools.cached_property
    def openings(self) -> frozenset[str]:
        """The first words of all names: most words open none, and need no longer look."""
        return frozenset(name.partition(" ")[0] for name in self.names)

    @functools.cached_property
    def openings_of_titles(self) -> frozenset[str]:
        """The first words of all titles, in lower case."""
        return frozenset(title.partition(" ")[0] for title in self.titles)

    def name_of(self, text: str) -> Name | None:
        """What a name stands for, whatever article stands before it or 's after it."""
        return find(self.names, text)

    def country_of(self, text: str) -> str:
        """The code of the country that a name, demonym, place, seat or institution belongs to; empty when none."""
        name = self.name_of(text)
        return name.country if name is not None else ""

    def demonym(self, text: str) -> str:
        """The code of the country whose people or adjective the word is; empty for anything else."""
        name = self.name_of(text)
        return name.country if name is not None and name.source == "demonym" else ""

    def place(self, text: str) -> Place | None:
        """The place, capital or not, that a name stands for."""
        return find(self.places, text)

    def institution(self, text: str) -> Institution | None:
        """The institution that a name, abbreviation or alias stands for."""
        return find(self.institutions, text)

    def title(self, words: str | Iterable[str]) -> Title | None:
        """The longest title or role that ends the words ("French foreign minister"), or ends before an "of"."""
        found = lowered(words)
        for stop in ("of", "for", "at", "in"):  # "president of the republic"
            if stop in found[1:]:
                return self.titles.get(" ".join(found)) or self.title(found[: found.index(stop, 1)])
        for start in range(max(0, len(found) - LONGEST_TITLE), len(found)):
            words_here = " ".join(found[start:])
            title = self.titles.get(words_here) or self.titles.get(singular(words_here))
            if title is not None:
                return title
        return None

    def sector_of_title(self, words: str | Iterable[str]) -> str:
        """The PLOVER sector of a title, role or group noun; a former office-holder is ELI; empty when unknown."""
        found = lowered(words)
        title = self.title(found)
        if title is None:
            return ""
        if title.sector in OFFICES and FORMER.intersection(found):
            return "ELI"
        return title.sector

    def gender_of_title(self, words: str | Iterable[str]) -> str:
        """m or f where a title says so; empty where it does not."""
        title = self.title(words)
        return title.gender if title is not None else ""

    def gender_of_name(self, first_name: str) -> str:
        """m, f, or u (both) for a first name; empty when it is not in the lexicon."""
        name = normal(first_name)
        return self.first_names.get(name) or self.first_names.get(name.partition("-")[0], "")


def normal(text: str) -> str:
    """The form in which names are compared: one kind of apostrophe, hyphen and space, "U.S." as "US"."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(VARIANTS)
    if not text.isalnum():
        text = " ".join(text.split())
        if DOTTED.fullmatch(text):
            text = text.replace(".", "")
    return text


def find(table: dict[str, T], text: str) -> T | None:
    """The entry under a name, without the article before it and the 's after it if need be."""
    key = normal(text)
    found = table.get(key)
    if found is None:
        found = table.get(ARTICLE.sub("", key, count=1)) or table.get(POSSESSIVE.sub("", ARTICLE.sub("", key, count=1)))
    return found


def lowered(words: str | Iterable[str]) -> list[str]:
    """The words in lower case; a string is split at white space."""
    parts = words.split() if isinstance(words, str) else list(words)
    return [normal(part).lower() for part in parts]


def singular(phrase: str) -> str:
    """A regular plural as its singular: "ministers", "secretaries"."""
    if phrase.endswith("ies"):
        return phrase[:-3] + "y"
    if phrase.endswith("men"):
        return phrase[:-3] + "man"
    return phrase.removesuffix("s")


@functools.cache
def gazetteer(folder: str = "") -> Gazetteer:
    """The gazetteer of a lexicon folder; "" is the shipped one.

    Raises:
        LexiconError: a file is broken, or an entry has an unknown code, kind or sector.
    """
    root = Path(folder) if folder else FOLDER
    loaded = Gazetteer()
    _load_countries(loaded, root)
    _load_places(loaded, root)
    _load_institutions(loaded, root)
    _load_peoples(loaded, root)
    for row in read_rows("ambiguous_names", columns=("name", "also"), folder=root):
        where = f"{root / 'ambiguous_names.csv'}, {row['name']!r}"
        check_choice(where, "also", row["also"], ("abbreviation", "person", "place", "word"))
        loaded.ambiguous[normal(row["name"])] = row["also"]
    for row in read_rows("titles", columns=TITLE_COLUMNS, folder=root):
        where = f"{root / 'titles.csv'}, {row['title']!r}"
        check_choice(where, "kind", row["kind"], sorted(TITLE_KINDS))
        check_choice(where, "sector", row["sector"], sorted(SECTORS))
        check_choice(where, "gender", row["gender"], ("m", "f", ""))
        check_choice(where, "country", row["country"], ("", *loaded.countries))
        loaded.titles[row["title"]] = Title(*(row[column] for column in TITLE_COLUMNS))
    for row in read_rows("first_names", columns=("name", "gender"), folder=root):
        check_choice(f"{root / 'first_names.csv'}, {row['name']!r}", "gender", row["gender"], ("m", "f", "u"))
        loaded.first_names[normal(row["name"])] = row["gender"]
    _load_figures(loaded, root)
    return loaded


def _load_countries(loaded: Gazetteer, root: Path) -> None:
    columns = ("code", "name", "names", "adjectives", "demonyms", "capital", "seats")
    rows = read_rows("countries", columns=columns, folder=root)
    for row in rows:
        code, name = row["code"], row["name"]
        if not re.fullmatch("[A-Z]{3}", code) or code in loaded.countries:
            raise LexiconError(f"{root / 'countries.csv'}, {name!r}: code {code!r} is no code, or stands twice")
        loaded.countries[code] = Country(code, name, row["capital"])
        for text in (name, *_cells(row["names"])):
            _add(loaded, Name(text, name, EntityLabel.GPE, "country", code))
        for text in (*_cells(row["adjectives"]), *_cells(row["demonyms"])):
            _add(loaded, Name(text, (_cells(row["adjectives"]) or (text,))[0], EntityLabel.NORP, "demonym", code))
        for text in _cells(row["seats"]):
            _add(loaded, Name(text, text, EntityLabel.ORG, "seat", code, "GOV"))
    for row in rows:  # after the countries: "Singapore" is the state before it is the city
        if row["capital"]:
            _add_place(loaded, row["capital"], Place(row["capital"], EntityLabel.GPE, row["code"], "capital"))


def _load_places(loaded: Gazetteer, root: Path) -> None:
    columns = ("name", "names", "adjectives", "label", "country", "kind")
    for row in read_rows("places", columns=columns, folder=root):
        where = f"{root / 'places.csv'}, {row['name']!r}"
        check_choice(where, "label", row["label"], ("FAC", "GPE", "LOC"))
        check_choice(where, "kind", row["kind"], sorted(PLACE_KINDS))
        check_choice(where, "country", row["country"], ("", *loaded.countries))
        place = Place(row["name"], EntityLabel[row["label"]], row["country"], row["kind"])
        for text in (row["name"], *_cells(row["names"])):
            _add_place(loaded, text, place)
        for text in _cells(row["adjectives"]):
            _add(loaded, Name(text, _cells(row["adjectives"])[0], EntityLabel.NORP, "demonym", row["country"]))


def _load_institutions(loaded: Gazetteer, root: Path) -> None:
    columns = ("name", "abbreviation", "aliases", "label", "kind", "sector", "country")
    for row in read_rows("institutions", columns=columns, folder=root):
        where = f"{root / 'institutions.csv'}, {row['name']!r}"
        check_choice(where, "label", row["label"], [label.value for label in EntityLabel])
        check_choice(where, "kind", row["kind"], sorted(INSTITUTION_KINDS))
        check_choice(where, "sector", row["sector"], sorted(SECTORS))
        check_choice(where, "country", row["country"], ("", *loaded.countries))
        institution = Institution(
            row["name"], row["abbreviation"], _cells(row["aliases"]), EntityLabel[row["label"]],
            row["kind"], row["sector"], row["country"],
        )  # fmt: skip
        for text in _texts(institution):
            loaded.institutions.setdefault(normal(text), institution)
            _add(
                loaded,
                Name(text, row["name"], institution.label, "institution", institution.country, institution.sector),
            )


def _load_peoples(loaded: Gazetteer, root: Path) -> None:
    for row in read_rows("peoples", columns=("name", "names", "country", "kind"), folder=root):
        where = f"{root / 'peoples.csv'}, {row['name']!r}"
        check_choice(where, "kind", row["kind"], sorted(PEOPLE_KINDS))
        check_choice(where, "country", row["country"], ("", *loaded.countries))
        for text in (row["name"], *_cells(row["names"])):
            _add(loaded, Name(text, row["name"], EntityLabel.NORP, "people", row["country"]))


def _load_figures(loaded: Gazetteer, root: Path) -> None:
    columns = ("name", "names", "country", "sector", "office", "gender", "alone")
    for row in read_rows("public_figures", columns=columns, folder=root):
        where = f"{root / 'public_figures.csv'}, {row['name']!r}"
        check_choice(where, "country", row["country"], list(loaded.countries))
        check_choice(where, "sector", row["sector"], sorted(SECTORS))
        check_choice(where, "gender", row["gender"], ("m", "f"))
        check_choice(where, "alone", row["alone"], ("yes", "no"))
        office = OFFICE.fullmatch(row["office"])
        if office is None:
            raise LexiconError(f"{where}: office {row['office']!r} is no span of years; write it as 2005-2021 or 2005-")
        years = int(office[1]), int(office[2] or EVER)
        alone = row["alone"] == "yes"
        country = row["country"] if row["country"] not in FORMER_STATES else ""
        figure = Figure(row["name"], country, row["sector"], *years, row["gender"], alone)
        for text in (row["name"], *_cells(row["names"])):
            loaded.figures.setdefault(normal(text), figure)
            first, _, surname = normal(text).rpartition(" ")
            for family in {surname, first.partition(" ")[0] if figure.country in FAMILY_NAME_FIRST else surname}:
                known = loaded.surnames.get(family, ())
                loaded.surnames[family] = known if figure in known else (*known, figure)
            for form in (text, surname) if alone else (text,):
                titled = text.partition(" ")[0].lower() in loaded.titles  # "Pope Francis": the name is "Francis"
                if alone or (" " in text and not titled):
                    _add(loaded, Name(form, figure.name, EntityLabel.PERSON, "figure", figure.country, figure.sector))


def _texts(institution: Institution) -> Iterator[str]:
    yield institution.name
    if institution.abbreviation:
        yield institution.abbreviation
    yield from institution.aliases


def _add(loaded: Gazetteer, name: Name) -> None:
    if name.country in FORMER_STATES:
        name = replace(name, country="")
    loaded.names.setdefault(normal(name.text), name)


def _add_place(loaded: Gazetteer, text: str, place: Place) -> None:
    loaded.places.setdefault(normal(text), place)
    sector = "PRE" if place.kind == "breakaway" else ""
    _add(loaded, Name(text, place.name, place.label, "place", place.country, sector))


def _cells(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


def country_of(text: str) -> str:
    """The code of the country that a name, demonym, place, seat or institution belongs to; empty when none."""
    return gazetteer().country_of(text)


def demonym(text: str) -> str:
    """The code of the country whose people or adjective the word is; empty for anything else."""
    return gazetteer().demonym(text)


def sector_of_title(words: str | Iterable[str]) -> str:
    """The PLOVER sector of a title, role or group noun; empty when unknown."""
    return gazetteer().sector_of_title(words)


def gender_of_title(words: str | Iterable[str]) -> str:
    """m or f where a title says so; empty where it does not."""
    return gazetteer().gender_of_title(words)


def gender_of_name(first_name: str) -> str:
    """m, f, or u (both) for a first name; empty when it is not in the lexicon."""
    return gazetteer().gender_of_name(first_name)


def place(text: str) -> Place | None:
    """The place, capital or not, that a name stands for."""
    return gazetteer().place(text)


def institution(text: str) -> Institution | None:
    """The institution that a name, abbreviation or alias stands for."""
    return gazetteer().institution(text)


def name_of(text: str) -> Name | None:
    """What a name stands for, with its preferred form."""
    return gazetteer().name_of(text)
