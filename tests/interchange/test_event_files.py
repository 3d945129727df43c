"""Event files: one line for each actor and recipient of each distinct event, in columns that others' readers know."""

import csv
from pathlib import Path

import pytest

from pipeline.interchange import event_files
from pipeline.interchange.event_files import cameo, codes, dyads, quad_class
from pipeline.interchange.marks import ArticleRows, Row
from pipeline.labels import EventType
from tests.conftest import ROOT
from tests.interchange.articles import joining, write_dataset

PUBLISHED = ROOT.parent / "shared" / "data" / "events" / "cameo_to_plover.csv"
# Where the meaning of CAMEO's code and the type that the published table gives it part; ours follows the meaning.
OTHERWISE = {
    ("RETREAT", "", ""): "CAMEO has no code for backing down in deeds in general; 080 is to yield",
    ("RETREAT", "resign", ""): "a resignation is 0831, change of leadership, which the table has as CONCEDE",
    ("SANCTION", "", "economic"): "an embargo is 163, which the table has as COERCE and the PLOVER manual as SANCTION",
    ("SANCTION", "convict", ""): "CAMEO has no convictions; 173 is legal action",
}


def event(**changes: str) -> Row:
    return {**joining().tables["events"][0], **changes}


def dataset(folder: Path, *events: Row) -> Path:
    article = joining()
    return write_dataset(folder, ArticleRows("a", article.text, {**article.tables, "events": events}))


def lines(folder: Path, kind: str) -> list[dict[str, str]]:
    path = folder / f"{kind}.tsv"
    event_files.write(folder, kind, path)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_type_has_a_code() -> None:
    assert all(cameo(str(kind), "", "") for kind in EventType)


@pytest.mark.parametrize(
    ("kind", "mode", "contexts", "code"),
    [
        ("PROTEST", "hunger", "", "142"),
        ("AID", "", "humanitarian", "073"),
        ("REQUEST", "assist", "military", "1032"),
        ("ASSAULT", "aerial", "terrorism", "195"),  # no code for the context: that of the mode
        ("AID", "loan", "economic", "071"),  # no code for the mode: that of the context
        ("AID", "", "legal;asylum", "075"),  # the first context that has one
        ("AGREE", "handshake", "", "030"),
    ],
)
def test_the_row_that_fits_best_gives_the_code(kind: str, mode: str, contexts: str, code: str) -> None:
    assert cameo(kind, mode, contexts) == code


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="the published table stands in shared/, which is not here")
def test_codes_lead_back_to_their_type_in_the_published_table() -> None:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        types = {row["cameo"]: row["event_type"] for row in csv.DictReader(file)}
    apart = {key for key, code in codes().items() if types.get(code, key[0]) != key[0]}
    assert apart == set(OTHERWISE)


def test_a_line_is_a_pair_of_actor_and_recipient(tmp_path: Path) -> None:
    pair = event(
        actor="Finland;Sauli Niinistö", actor_start="1;2", actor_end="2;3", actor_entity_id=";",
        actor_country="FIN;FIN", actor_sector=";GOV",
    )  # fmt: skip
    found = list(dyads(dataset(tmp_path, pair)))
    assert [(dyad.actor.name, dyad.actor.sector, dyad.recipient.name) for dyad in found] == [
        ("Finland", "", "NATO"),
        ("Sauli Niinistö", "GOV", "NATO"),
    ]


def test_mentions_of_one_event_are_one_line_and_count(tmp_path: Path) -> None:
    (dyad,) = dyads(dataset(tmp_path, event(), event(event_id="a:ev90", same_event="a:ev48")))
    assert (dyad.mentions, dyad.articles, dyad.event["event_id"]) == (2, 1, "a:ev48")


@pytest.mark.parametrize("modality", ["negated", "hypothetical", "planned"])
def test_what_did_not_happen_is_no_line(tmp_path: Path, modality: str) -> None:
    assert list(dyads(dataset(tmp_path, event(modality=modality)))) == []


def test_an_event_without_recipient_is_still_a_line(tmp_path: Path) -> None:
    empty = dict.fromkeys([column for column in event() if column.startswith("recipient")], "")
    (dyad,) = dyads(dataset(tmp_path, event(**empty)))
    assert dyad.recipient == event_files.Side()


def test_gdelt_has_its_61_columns_before_ours(tmp_path: Path) -> None:
    (line,) = lines(dataset(tmp_path, event()), "gdelt")
    header = list(line)
    assert header[60] == "SOURCEURL"
    assert tuple(header[61:]) == event_files.OURS
    assert line["GLOBALEVENTID"].isdecimal()
    shown = ("SQLDATE", "Actor1Code", "Actor2Code", "EventCode", "EventRootCode", "QuadClass", "SOURCEURL")
    assert [line[column] for column in shown] == [
        "20110704", "FINGOV", "IGO", "060", "06", "2", "https://news.example/a?b=1",
    ]  # fmt: skip


def test_the_press_has_the_code_that_cameo_has_for_it(tmp_path: Path) -> None:
    (line,) = lines(dataset(tmp_path, event(actor_sector="JRN", recipient_sector="MED")), "gdelt")
    assert (line["Actor1Type1Code"], line["Actor2Type1Code"]) == ("MED", "HLH")


def test_icews_names_countries_and_has_20_columns(tmp_path: Path) -> None:
    (line,) = lines(dataset(tmp_path, event()), "icews")
    assert list(line).index("event_id") == 20
    shown = ("Event Date", "Source Name", "Source Country", "CAMEO Code", "Event Text", "Country")
    assert [line[column] for column in shown] == [
        "2011-07-04", "Finland", "Finland", "060", "cooperate materially", "Belgium",
    ]  # fmt: skip


def test_polecat_keeps_plover_and_adds_cameo(tmp_path: Path) -> None:
    (line,) = lines(dataset(tmp_path, event()), "polecat")
    shown = ("Event Type", "Quad Code", "Actor Country", "Primary Recipient Sector", "CAMEO Code")
    assert [line[column] for column in shown] == ["COOPERATE", "MATERIAL COOPERATION", "FIN", "IGO", "060"]


def test_a_name_with_a_tab_or_a_line_break_stays_in_its_cell(tmp_path: Path) -> None:
    (line,) = lines(dataset(tmp_path, event(actor="Jens\r\nStoltenberg\tagain")), "icews")
    assert line["Source Name"] == "Jens Stoltenberg again"


@pytest.mark.parametrize(("code", "number"), [("051", "1"), ("0871", "2"), ("112", "3"), ("195", "4")])
def test_quad_classes_are_those_of_gdelt(code: str, number: str) -> None:
    assert quad_class(code) == number
