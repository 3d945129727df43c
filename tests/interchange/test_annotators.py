"""What annotators do in their tools, and what the tools do to their work."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipeline.interchange import doccano, label_studio, prodigy, web_annotation
from pipeline.interchange.marks import Mark, MarkedArticle, Tie, marked
from pipeline.interchange.recovery import Recovered, recovered
from tests.interchange.articles import TEXT, at, joining

ARTICLE = joining()


def with_marks(*added: Mark, without: str = "", ties: tuple[Tie, ...] = ()) -> Recovered:
    """The article after an annotator added marks and deleted those with some words."""
    article = marked(ARTICLE)
    kept = tuple(mark for mark in article.marks if mark.words != without)
    assert article.ties is not None
    return recovered(replace(article, marks=kept + added, ties=article.ties + ties), TEXT, "test")


def drawn(label: str, words: str, id: str = "x1", after: str = "") -> Mark:
    return Mark(id, label, *at(words, after), words)


def ids(result: Recovered, table: str, column: str) -> list[str]:
    return [row[column] for row in result.article.tables[table]]


# --- what annotators do


def test_a_deleted_mark_takes_its_row_along_and_nothing_else() -> None:
    result = with_marks(without="Cafe\u0301 talks are over 🎉.")
    assert len(result.article.tables["quotations"]) == 1
    assert result.article.tables["events"] == ARTICLE.tables["events"]
    assert result.lost == ()


def test_an_entity_that_was_added_is_a_row_in_the_order_of_the_text() -> None:
    result = with_marks(drawn("PERSON", "Jens Stoltenberg"))
    row = result.article.tables["entities"][-1]
    assert (row["text"], row["label"], row["rule"]) == ("Jens Stoltenberg", "PERSON", "import: test")
    assert row["canonical_name"] == "Jens Stoltenberg"
    starts = [int(row["start"]) for row in result.article.tables["entities"]]
    assert starts == sorted(starts)


def test_another_mention_of_a_known_name_joins_its_entity() -> None:
    result = with_marks(drawn("GPE", "Finland", after="for "))
    finlands = {row["entity_id"] for row in result.article.tables["entities"] if row["text"] == "Finland"}
    assert len(finlands) == 1


def test_a_label_chosen_anew_changes_what_follows_from_it() -> None:
    article = marked(ARTICLE)
    marks = tuple(replace(m, label="AGREE") if m.label == "COOPERATE" else m for m in article.marks)
    (event,) = recovered(replace(article, marks=marks), TEXT, "test").article.tables["events"]
    assert (event["event_type"], event["quad_category"], event["score"]) == ("AGREE", "verbal cooperation", "2.5")
    assert event["actor"] == "Finland"


def test_a_block_labelled_as_an_appeal_is_no_longer_kept() -> None:
    article = marked(ARTICLE)
    marks = tuple(replace(m, label="donation_appeal") if m.label == "title" else m for m in article.marks)
    block = recovered(replace(article, marks=marks), TEXT, "test").article.tables["blocks"][0]
    assert (block["label"], block["kept"]) == ("donation_appeal", "false")


def test_an_event_with_its_actor_is_made_of_two_marks_and_a_tie() -> None:
    wrote, actor = drawn("CONSULT", "talks", "x1"), drawn("Actor", "Jens Stoltenberg", "x2")
    result = with_marks(wrote, actor, ties=(Tie("x1", "Actor", "x2"),))
    event = result.article.tables["events"][-1]
    assert (event["trigger"], event["actor"], event["modality"]) == ("talks", "Jens Stoltenberg", "asserted")
    assert event["text"].startswith("Jens Stoltenberg wrote")


def test_of_two_actors_the_one_that_is_deleted_takes_its_country_along() -> None:
    tables = dict(ARTICLE.tables)
    finland, nato = at("Finland", "\r\n\r\n"), at("NATO", "joined")
    (event,) = tables["events"]
    both = {
        "actor": "Finland;NATO", "actor_start": f"{finland[0]};{nato[0]}", "actor_end": f"{finland[1]};{nato[1]}",
        "actor_entity_id": ";", "actor_country": "FIN;", "actor_sector": "GOV;IGO", "recipient": "",
        "recipient_start": "", "recipient_end": "", "recipient_entity_id": "", "recipient_sector": "",
    }  # fmt: skip
    tables["events"] = ({**event, **both},)
    article = marked(replace(ARTICLE, tables=tables))
    marks = tuple(m for m in article.marks if not (m.label == "Actor" and m.words == "Finland"))
    (left,) = recovered(replace(article, marks=marks), TEXT, "test").article.tables["events"]
    assert (left["actor"], left["actor_start"], left["actor_country"], left["actor_sector"]) == (
        "NATO", str(nato[0]), "", "IGO",
    )  # fmt: skip


def test_a_speaker_drawn_elsewhere_is_named_anew() -> None:
    article = marked(ARTICLE)
    speaker = next(mark for mark in article.marks if mark.label == "Speaker")
    quote = next(mark for mark in article.marks if mark.words == "It is a great day,")
    result = with_marks(
        drawn("Speaker", "Jens Stoltenberg"), without=speaker.words, ties=(Tie(quote.id, "Speaker", "x1"),)
    )
    row = result.article.tables["quotations"][0]
    assert (row["speaker"], row["speaker_entity_id"]) == ("Jens Stoltenberg", "")


def test_a_date_that_is_deleted_is_no_longer_named_by_the_event() -> None:
    (event,) = with_marks(without="4 April 2023").article.tables["events"]
    assert event["date_id"] == ""


def test_a_cue_that_nothing_is_tied_to_is_reported() -> None:
    result = with_marks(drawn("Cue", "wrote"))
    (lost,) = result.lost
    assert str(lost) == f"Cue 'wrote' at {at('wrote')[0]}-{at('wrote')[1]}: nothing is tied to it; left out"


def test_a_label_that_is_none_of_ours_costs_that_annotation_only() -> None:
    result = with_marks(drawn("VEHICLE", "great"))
    assert [lost.words for lost in result.lost] == ["great"]
    assert result.article == ARTICLE


def test_words_that_are_not_in_the_text_cost_that_annotation_only() -> None:
    result = with_marks(Mark("x1", "PERSON", 3, 9, "Alexander Stubb"))
    (lost,) = result.lost
    assert (lost.article_id, lost.words, lost.start, lost.end) == ("a", "Alexander Stubb", 3, 9)
    assert result.article == ARTICLE


def test_a_file_without_blocks_gives_every_line_as_a_paragraph() -> None:
    foreign = MarkedArticle(
        "a", TEXT, (drawn("GPE", "Brussels"),), None, replace(marked(ARTICLE).carried, rows=(), marks=())
    )
    result = recovered(foreign, TEXT, "test")
    assert [row["text"][:7] for row in result.article.tables["blocks"]] == ["🇫🇮 Finl", "Finland", "Jens St"]


# --- what tools do


def browser(text: str) -> str:
    return text.replace("\r\n", "\n")


def as_it_is(text: str) -> str:
    return text


@pytest.mark.parametrize("line_ends", [browser, as_it_is])
def test_label_studio_may_count_utf_16_units_and_lose_carriage_returns(line_ends: Callable[[str], str]) -> None:
    def counted(position: int) -> int:
        return len(line_ends(TEXT[:position]).encode("utf-16-le")) // 2

    moved = 0
    task: dict[str, Any] = label_studio.task(marked(ARTICLE))
    regions = [item for item in task["predictions"][0]["result"] if item["type"] == "labels"]
    for region in regions:
        value = region["value"]
        place, value["text"] = (value["start"], value["end"]), line_ends(value["text"])
        value["start"], value["end"] = map(counted, place)
        moved += place != (value["start"], value["end"])
    task["annotations"] = task.pop("predictions")
    result = recovered(label_studio.article_of(task), TEXT, "label-studio")
    assert result.article == ARTICLE
    assert result.moved == moved > 0


def test_an_annotation_that_was_cancelled_is_passed_over() -> None:
    task = label_studio.task(marked(ARTICLE))
    task["annotations"] = [*task.pop("predictions"), {"result": [], "was_cancelled": True}]
    assert recovered(label_studio.article_of(task), TEXT, "label-studio").article == ARTICLE


def test_doccano_gives_spans_new_ids() -> None:
    record = doccano.record_of(marked(ARTICLE))
    renamed = {entity["id"]: 900 - entity["id"] for entity in record["entities"]}
    for entity in record["entities"]:
        entity["id"] = renamed[entity["id"]]
    for relation in record["relations"]:
        relation["from_id"], relation["to_id"] = renamed[relation["from_id"]], renamed[relation["to_id"]]
    record["entities"].sort(key=lambda entity: entity["start_offset"])
    assert recovered(doccano.article_of(record), TEXT, "doccano").article == ARTICLE


def test_doccano_projects_without_relations_export_triples() -> None:
    start, end = at("Brussels")
    record = {"id": 7, "text": TEXT, "label": [[start, end, "GPE"]], "Comments": []}
    article = doccano.article_of(record)
    assert article.marks == (Mark("span 0", "GPE", start, end, "Brussels"),)


def test_a_span_drawn_in_prodigy_has_no_id() -> None:
    task = json.loads(json.dumps(prodigy.task(marked(ARTICLE))))
    start, end = at("Jens Stoltenberg")
    task["spans"].append({"start": start, "end": end, "token_start": 0, "token_end": 1, "label": "PERSON"})
    task["answer"] = "accept"
    article = prodigy.article_of(task)
    assert article is not None
    assert "Jens Stoltenberg" in ids(recovered(article, TEXT, "prodigy"), "entities", "text")


def test_a_task_rejected_in_prodigy_is_no_annotation() -> None:
    assert prodigy.article_of({**prodigy.task(marked(ARTICLE)), "answer": "reject"}) is None


def test_a_web_annotation_finds_its_words_when_the_text_has_grown() -> None:
    found = list(web_annotation.annotations(marked(ARTICLE)))
    grown = "Updated 🎉\r\n" + TEXT
    result = recovered(web_annotation.article_of("a", found), grown, "w3c")
    assert ids(result, "entities", "text") == [row["text"] for row in ARTICLE.tables["entities"]]
    assert result.lost == ()
    assert all(grown[int(row["start"]) : int(row["end"])] == row["text"] for row in result.article.tables["entities"])


def test_a_web_annotation_names_its_source_and_both_selectors() -> None:
    entity = next(
        annotation
        for annotation in web_annotation.annotations(marked(ARTICLE))
        if annotation["body"][0]["value"] == "PERSON"
    )
    start, end = at("Sauli Niinistö")
    (target,) = entity["target"]
    assert entity["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert target["source"] == "texts/a.txt"
    assert target["selector"][0] == {"type": "TextPositionSelector", "start": start, "end": end}
    assert target["selector"][1]["exact"] == "Sauli Niinistö"
    assert TEXT[:start].endswith(target["selector"][1]["prefix"])
