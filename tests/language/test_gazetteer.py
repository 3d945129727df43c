"""What the lexicons of names know, and that they agree with the world and with each other."""

import csv
from pathlib import Path

import pycountry
import pytest

from pipeline.errors import LexiconError
from pipeline.labels import EntityLabel
from pipeline.language import gazetteer as module
from pipeline.language.gazetteer import (
    country_of,
    demonym,
    gazetteer,
    gender_of_name,
    gender_of_title,
    institution,
    name_of,
    normal,
    place,
    sector_of_title,
)
from pipeline.lexicons import FOLDER

# States that are no more, and one that ISO has given no code.
BESIDE_ISO = {"CSK", "DDR", "SCG", "SUN", "XKX", "YUG"}
NAMES_BY_FILE = {
    "countries": ("name", "names", "adjectives", "demonyms"),
    "institutions": ("name",),
    "peoples": ("name", "names"),
    "places": ("name", "names"),
    "titles": ("title",),
    "first_names": ("name",),
    "public_figures": ("name", "names"),
    "ambiguous_names": ("name",),
}


def rows(name: str) -> list[dict[str, str]]:
    lines = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def cells(row: dict[str, str], *fields: str) -> list[str]:
    return [cell for field in fields for cell in row[field].split(";") if cell]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Russia", "RUS"), ("Iraqi", "IRQ"), ("Filipinos", "PHL"), ("the Kremlin", "RUS"), ("U.S.", "USA"),
        ("UK", "GBR"), ("Sochi", "RUS"), ("Côte d’Ivoire", "CIV"), ("Georgia's", "GEO"), ("South Ossetia", "GEO"),
        ("Scottish", "GBR"), ("USSR", ""), ("Pentagon", "USA"), ("FARC", "COL"), ("New Zealander", "NZL"),
        ("us", ""), ("turkey", ""),
        ("European", ""), ("UN", ""), ("", ""), ("  ", ""),
    ],
)  # fmt: skip
def test_a_name_belongs_to_a_country(text: str, code: str) -> None:
    assert country_of(text) == code


def test_demonyms_are_not_names_of_the_country() -> None:
    assert (demonym("Russians"), demonym("Dutch"), demonym("Russia"), demonym("Sochi")) == ("RUS", "NLD", "", "")


def test_a_state_comes_before_the_city_of_its_name() -> None:
    singapore = name_of("Singapore")
    assert singapore is not None
    assert singapore.source == "country"


@pytest.mark.parametrize(
    ("words", "sector"),
    [
        ("president", "GOV"), ("French foreign minister", "GOV"), ("former president", "ELI"), ("lawmakers", "LEG"),
        ("ministers", "GOV"), ("president of the republic", "GOV"), ("Iraqi police", "COP"), ("the US Senate", "LEG"),
        ("Russian forces", "MIL"), ("aid workers", "NGO"), ("policemen", "COP"), ("Secretary General", "IGO"),
        ("breakfast", ""), ("", ""), ("of", ""),
    ],
)  # fmt: skip
def test_words_for_roles_have_sectors(words: str, sector: str) -> None:
    assert sector_of_title(words) == sector
    assert sector_of_title(words.split()) == sector


def test_titles_and_first_names_have_a_gender_where_they_tell() -> None:
    assert (gender_of_title("Mr."), gender_of_title("Queen"), gender_of_title("president")) == ("m", "f", "")
    assert (gender_of_name("Angela"), gender_of_name("Dmitry"), gender_of_name("Kim")) == ("f", "m", "u")
    assert gender_of_name("Jean-Claude") == "u"
    assert gender_of_name("Xyzzy") == ""


def test_an_institution_is_found_by_abbreviation_and_alias() -> None:
    nato = institution("NATO")
    assert nato is not None
    assert nato is institution("Nato") is institution("North Atlantic Treaty Organization")
    assert (nato.kind, nato.sector, nato.country) == ("alliance", "IGO", "")
    assert institution("who") is None


def test_a_place_has_a_label_and_a_kind() -> None:
    abkhazia = place("Abkhazia")
    assert abkhazia is not None
    assert (abkhazia.label, abkhazia.country, abkhazia.kind) == (EntityLabel.GPE, "GEO", "breakaway")


@pytest.mark.parametrize(
    ("one", "other"),
    [("People’s", "People's"), ("U.S.", "US"), ("U.N", "UN"), ("New\u00a0York", "New York"), ("Al‑Qaeda", "Al-Qaeda")],
)
def test_names_are_compared_without_typography(one: str, other: str) -> None:
    assert normal(one) == normal(other)


def test_case_tells_names_apart() -> None:
    assert normal("US") != normal("us")


def test_all_of_iso_3166_is_there_and_nothing_else_but_history() -> None:
    assert {row["code"] for row in rows("countries")} == {c.alpha_3 for c in pycountry.countries} | BESIDE_ISO


def test_each_country_has_the_name_that_iso_gives_it_or_one_that_contains_it() -> None:
    known = gazetteer()
    for country in pycountry.countries:
        short = country.name.split(",")[0].split(" (")[0]
        assert short in {"Congo", "Virgin Islands", "Saint Martin", "Cocos"} or known.country_of(short) in (
            country.alpha_3,
            *({"KOR", "PRK"} if short == "Korea" else ()),
        ), country


def test_historic_codes_are_those_of_iso_3166_3() -> None:
    assert {country.alpha_3 for country in pycountry.historic_countries} >= BESIDE_ISO - {"XKX"}


@pytest.mark.parametrize("name", NAMES_BY_FILE)
def test_rows_are_sorted_and_no_name_stands_in_two(name: str) -> None:
    found = rows(name)
    first = next(iter(found[0]))
    assert [row[first] for row in found] == sorted(row[first] for row in found)
    names = [cell for row in found for cell in {normal(cell) for cell in cells(row, *NAMES_BY_FILE[name])}]
    assert len(names) == len(set(names)), sorted(cell for cell in names if names.count(cell) > 1)


@pytest.mark.parametrize("name", NAMES_BY_FILE)
def test_cells_are_neither_padded_nor_empty_inside(name: str) -> None:
    for row in rows(name):
        for cell in row.values():
            assert cell == cell.strip()
            assert all(part == part.strip() and part for part in cell.split(";")) or not cell, row


def test_a_public_figure_is_known_by_full_name_and_alone_only_where_the_name_is_theirs() -> None:
    known = gazetteer()
    merkel = known.figures["Angela Merkel"]
    assert (merkel.country, merkel.gender, merkel.sector_in(2010), merkel.sector_in(2023)) == ("DEU", "f", "GOV", "ELI")
    putin = name_of("Putin")
    assert putin is not None
    assert (putin.canonical, putin.label, putin.country) == ("Vladimir Putin", EntityLabel.PERSON, "RUS")
    assert name_of("Bush") is None
    assert {figure.country for figure in known.surnames["Bush"]} == {"USA"}
    assert [figure.name for figure in known.surnames["Xi"]] == ["Xi Jinping"]


def test_public_figures_took_office_before_they_left_it_and_come_from_every_part_of_the_world() -> None:
    figures = gazetteer().figures.values()
    assert all(figure.first_year <= figure.last_year for figure in figures)
    assert len({figure.country for figure in figures}) >= 120


def test_a_name_alone_means_one_public_figure() -> None:
    for surname, figures in gazetteer().surnames.items():
        assert len([figure for figure in figures if figure.alone]) <= 1, surname


def test_there_are_institutions_from_every_part_of_the_world() -> None:
    found = rows("institutions")
    assert len(found) >= 400
    assert len({row["country"] for row in found}) >= 60
    assert {row["kind"] for row in found} == module.INSTITUTION_KINDS


def test_every_ambiguous_name_is_in_a_lexicon() -> None:
    known = gazetteer()
    for row in rows("ambiguous_names"):
        assert normal(row["name"]) in known.names, row


def test_a_place_lies_where_its_capital_row_says() -> None:
    capitals = {row["capital"]: row["code"] for row in rows("countries") if row["capital"]}
    for row in rows("places"):
        if row["kind"] == "capital":
            assert capitals[row["name"]] == row["country"]


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("countries", "Atlantis,Atlantis,,,,,", "code 'Atlantis'"),
        ("places", "Atlantis,,,GPE,XYZ,city", "unknown country 'XYZ'"),
        ("institutions", "Club,,,ORG,circle,,", "unknown kind 'circle'"),
        ("titles", "boss,both,XXX,,", "unknown sector 'XXX'"),
        ("first_names", "Ada,x", "unknown gender 'x'"),
        ("public_figures", "Zoe Zed,,FRA,GOV,lately,f,no", "office 'lately' is no span of years"),
        ("titles", "boss,both,GOV,,XYZ", "unknown country 'XYZ'"),
    ],
)
def test_a_broken_row_stops_the_run_with_file_and_choices(tmp_path: Path, file: str, line: str, complaint: str) -> None:
    for path in FOLDER.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text + (line + "\n" if path.stem == file else ""), encoding="utf-8")
    with pytest.raises(LexiconError, match=complaint):
        gazetteer(str(tmp_path))
