"""The page shows hostile text as text, asks nobody for anything, and leads from every mark to a sentence."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.labels import BlockLabel
from pipeline.report import page as pages
from pipeline.report import write_report
from pipeline.report.summary import Summary, summary_of
from tests.examples import block_row, document_row, event_row, quotation_row
from tests.report.datasets import date_row, entity_row, problem_row, write_dataset

# Each of these has broken some page somewhere; "PWNED" would be seen by the browser test.
HOSTILE = [
    "<script>document.title='PWNED'</script>",
    "</script><script>document.title='PWNED'</script>",
    "<img src=x onerror=\"document.title='PWNED'\">",
    '" onmouseover="document.title=\'PWNED\'" x="',
    "<!--<script>",
    "</style></title></svg><svg onload=\"document.title='PWNED'\">",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "javascript:document.title='PWNED'",
    "\u202egnirts sdrawkcab\u202c \u2067isolate",
    "line\u2028separator\u2029paragraph \x00 \x1b ]]>",
]


def hostile_dataset(folder: Path) -> Path:
    """A dataset whose every text cell is an attack."""
    attack = " ".join(HOSTILE)
    text = f"{attack} met {attack}"
    end, at = len(text), len(attack) + 1
    event = event_row(
        start=0, end=end, text=text, trigger_start=at, trigger_end=at + 3, actor=(attack.replace(";", ","),),
        actor_start=(0,), actor_end=(len(attack),), actor_country=("RUS",), recipient=(attack.replace(";", ","),),
        recipient_start=(at + 4,), recipient_end=(end,), recipient_country=("UKR",), location=attack,
        location_start=0, location_end=len(attack), rule=attack, attributed_to=attack,
    )  # fmt: skip
    quotation = quotation_row(start=0, end=end, spans=(f"0-{end}",), text=text, speaker=attack, speaker_start=None,
                              speaker_end=None, rule=attack)  # fmt: skip
    rows: dict[str, list[Any]] = {
        "documents": [document_row(text, title=attack, byline=attack, url=HOSTILE[7], source_file=attack)],
        "blocks": [block_row(0, end, text, reason=attack), block_row(0, 9, text, block=2, kept=False,
                                                                     label=BlockLabel.ADVERT, reason=attack)],
        "entities": [entity_row(0, len(attack), text, canonical_name=attack, country=attack, rule=attack)],
        "dates": [date_row(0, 9, text, value=attack, anchor=attack, rule=attack)],
        "quotations": [quotation],
        "events": [event],
        "problems": [problem_row(attack, source_file=attack)],
    }  # fmt: skip
    write_dataset(folder, rows, {"a": text})
    (folder / "quality.csv").write_text(
        f'table,note\nevents,"{attack.replace(chr(34), chr(34) * 2)}"\n', encoding="utf-8"
    )
    (folder / "run.json").write_text(json.dumps({"version": attack}))
    return folder


def small_dataset(folder: Path) -> Path:
    text = "Russia met Ukraine in Sochi on Monday.\nUkraine thanked Russia."
    one = event_row(
        article_id="a", start=0, end=38, text=text[:38], trigger="met", trigger_start=7, trigger_end=10,
        actor=("Russia",), actor_start=(0,), actor_end=(6,), actor_entity_id=("a:e0",), actor_country=("RUS",),
        actor_sector=("",), recipient=("Ukraine",), recipient_start=(11,), recipient_end=(18,),
        recipient_entity_id=("",), recipient_country=("UKR",), recipient_sector=("",), location="Sochi",
        location_start=22, location_end=27,
    )  # fmt: skip
    undated = event_row(event_id="a:ev47", start=39, end=62, text=text[39:], date_earliest=None, date_latest=None,
                        location="", location_start=None, location_end=None)  # fmt: skip
    rows: dict[str, list[Any]] = {
        "documents": [document_row(text, title="Talks in Sochi", url="https://example.org/talks")],
        "blocks": [block_row(0, 38, text), block_row(39, 62, text, block=2, kept=False, label=BlockLabel.NEWSLETTER)],
        "entities": [entity_row(0, 6, text, canonical_name="Russian Federation", country="RUS")],
        "dates": [date_row(31, 37, text)],
        "quotations": [quotation_row(start=39, end=62, spans=("39-62",), text=text[39:], cue_start=None, cue_end=None,
                                     speaker="Ukraine", speaker_start=39, speaker_end=46)],
        "events": [one, undated],
    }  # fmt: skip
    return write_dataset(folder, rows, {"a": text})


class Elements(HTMLParser):
    """Every start tag of a page, and the text of its scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.cdata_elem in ("script", "style"):
            self.raw.append((self.tags[-1][0], data))

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]


def data_of(html: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(hostile_dataset(tmp_path_factory.mktemp("hostile"))).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(small_dataset(tmp_path_factory.mktemp("small"))).read_text(encoding="utf-8")


def test_hostile_texts_add_no_element_and_no_attribute(hostile: str, small: str) -> None:
    tags = Elements(hostile).tags
    assert {tag for tag, _ in tags} <= {tag for tag, _ in Elements(small).tags} | {"table", "caption", "thead", "tbody"}
    assert [tag for tag, _ in tags].count("script") == 2
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert "style" not in {name for _, attributes in tags for name in attributes}


def test_hostile_texts_stand_in_the_data_as_they_are(hostile: str) -> None:
    event = next(item for item in data_of(hostile)["items"] if item["k"] == "event")
    words = "".join(part if isinstance(part, str) else part[0] for part in event["x"])
    assert HOSTILE[0] in words
    assert HOSTILE[1] in words


def test_marks_that_turn_text_around_do_not_reach_the_labels_of_the_page(hostile: str) -> None:
    shell = re.sub(r'<script type="application/json".*?</script>', "", hostile, flags=re.DOTALL)
    assert not pages.DIRECTION.search(shell)
    assert not pages.CONTROL.search(shell)


def test_an_address_that_is_no_web_address_is_no_link(hostile: str) -> None:
    assert [article.get("url") for article in data_of(hostile)["articles"]] == [None]


def test_a_web_address_is_kept(small: str) -> None:
    assert data_of(small)["articles"][0]["url"] == "https://example.org/talks"


def test_the_policy_names_the_digests_of_the_script_and_the_style(small: str) -> None:
    elements = Elements(small)
    policy = next(content for content in elements.attributes("content") if "default-src" in content)
    assert policy.startswith("default-src 'none'")
    script, style = (next(text for tag, text in reversed(elements.raw) if tag == name) for name in ("script", "style"))
    for text in (script, style):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_nothing_on_the_page_is_fetched_from_anywhere(small: str) -> None:
    elements = Elements(small)
    assert not elements.attributes("src")
    assert all(address.startswith(("#", "data:,")) for address in elements.attributes("href"))
    assert "url(" not in next(text for tag, text in elements.raw if tag == "style")


ASKED = {
    "actor": "A",
    "recipient": "R",
    "place": "P",
    "speaker": "S",
    "entity": "E",
    "date": "D",
    "label": "B",
    "id": "i",
}


@pytest.mark.parametrize("make", [small_dataset, hostile_dataset])
def test_every_mark_leads_to_a_sentence(make: Any, tmp_path: Path) -> None:
    summary = summary_of(make(tmp_path))
    items = pages.data(summary)["items"]
    marks = [mark for mark in pages.marks_of(summary) if mark.count]
    assert len(marks) > 10
    for mark in marks:
        query = dict(mark.query)
        kind = query.get("kind", "")
        asked = [(ASKED[name], value) for name, value in query.items() if name in ASKED]
        assert any(
            item["k"] == (kind or item["k"])
            and all(value == item.get(key) or value in (item.get(key) or ()) for key, value in asked)
            for item in items
        ), mark


def test_an_entity_is_called_by_its_full_name(tmp_path: Path) -> None:
    summary = summary_of(small_dataset(tmp_path))
    assert summary.matrix is not None
    assert summary.matrix.actors[0] in ("Russian Federation", "NATO")
    assert "Russian Federation" in summary.matrix.actors


def test_what_was_kept_and_removed_is_counted_by_label(tmp_path: Path) -> None:
    counts = {
        count.label: (count.kept.count, count.removed.count) for count in summary_of(small_dataset(tmp_path)).blocks
    }
    assert counts == {BlockLabel.PARAGRAPH: (1, 0), BlockLabel.NEWSLETTER: (0, 1)}


def test_undated_events_are_counted_and_said(tmp_path: Path, small: str) -> None:
    summary: Summary = summary_of(small_dataset(tmp_path))
    assert summary.timeline is not None
    assert summary.timeline.undated == 1
    assert "1 event has no date" in small


def test_the_quality_table_is_shown_where_it_lies_beside_the_tables(tmp_path: Path) -> None:
    folder = small_dataset(tmp_path)
    (folder / "quality.csv").write_text("table,label,f1\ndates,DATE,0.891\n")
    assert "<td><bdi>0.891</bdi></td>" in write_report(folder).read_text(encoding="utf-8")


def test_an_empty_dataset_is_a_page_that_says_so(tmp_path: Path) -> None:
    html = write_report(write_dataset(tmp_path, {})).read_text(encoding="utf-8")
    assert "Report on 0 articles" in html
    assert "No event has a date." in html


def test_the_same_dataset_gives_the_same_page(tmp_path: Path, small: str) -> None:
    assert write_report(small_dataset(tmp_path)).read_text(encoding="utf-8") == small


def test_the_page_can_be_written_elsewhere(tmp_path: Path) -> None:
    folder = small_dataset(tmp_path)
    assert write_report(folder, tmp_path / "other" / "page.html") == tmp_path / "other" / "page.html"
    assert not (folder / "report.html").exists()


def test_a_folder_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such table; run `article-events extract"):
        write_report(tmp_path)


def test_parquet_says_to_write_csv(tmp_path: Path) -> None:
    (tmp_path / "documents.parquet").write_bytes(b"")
    with pytest.raises(InputError, match="the dataset is Parquet; write it as CSV"):
        write_report(tmp_path)


@settings(deadline=None)
@given(text=st.text())
def test_no_text_can_end_the_data_and_every_text_comes_back(text: str) -> None:
    written = str(pages.embedded([text]))
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == [text]
