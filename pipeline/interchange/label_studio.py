"""Label Studio: a JSON list of tasks, with regions and the relations between them.

The marks go in as predictions, which annotators take over and correct. Label Studio counts UTF-16 units in some
versions and code points in others, and loses carriage returns: each region carries its
words, and only they are believed.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.interchange import carrying
from pipeline.interchange.marks import PIECE, ROLES, TABLE_OF_LABEL, Mark, MarkedArticle, Tie
from pipeline.writers import replace_file

REGIONS, TEXT = "label", "text"  # names of the tags in the labelling configuration
# Colours by table, light enough under black words: cleaning, entities, dates, quotations, events, and their parts.
COLOURS = {
    "blocks": "#d9d9d9", "entities": "#9ecae1", "dates": "#a1d99b", "quotations": "#fdd0a2", "events": "#fcbba1",
    "": "#dadaeb",
}  # fmt: skip


def write(articles: Iterable[MarkedArticle], path: Path) -> None:
    """Write a task for each article, and beside the file the labelling configuration, as `.xml`."""
    replace_file(path, _list_of(map(task, articles)))
    replace_file(path.with_suffix(".xml"), [configuration()])


def _list_of(tasks: Iterable[dict[str, Any]]) -> Iterator[str]:
    before = "[\n"
    for record in tasks:
        yield before + json.dumps(record, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def read(path: Path) -> Iterator[MarkedArticle]:
    """The articles of a file that Label Studio exported as JSON, or that we wrote.

    Raises:
        InputError: the file cannot be read, or is not a list of tasks.
    """
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the name") from error
    except ValueError as error:
        raise InputError(f"{path}: not JSON in UTF-8: {error}; export as JSON, not as JSON-MIN or CSV") from error
    if not isinstance(tasks, list):
        raise InputError(f"{path}: not a list of tasks; export as JSON, not as JSON-MIN or CSV")
    for number, record in enumerate(tasks, start=1):
        yield carrying.reading(path, f"task {number}", lambda record=record: article_of(record))  # type: ignore[misc]


def task(article: MarkedArticle) -> dict[str, Any]:
    """The task of one article."""
    regions = [
        {
            "id": mark.id,
            "from_name": REGIONS,
            "to_name": TEXT,
            "type": "labels",
            "value": {"start": mark.start, "end": mark.end, "text": mark.words, "labels": [mark.label]},
        }
        for mark in article.marks
    ]
    relations = [
        {"type": "relation", "from_id": tie.head, "to_id": tie.child, "direction": "right", "labels": [tie.role]}
        for tie in article.ties or ()
    ]
    return {
        "data": {"text": article.text, carrying.FIELD: carrying.as_json(article.article_id, article.carried)},
        "predictions": [{"model_version": "article-events", "result": [*regions, *relations]}],
    }


def article_of(record: dict[str, Any]) -> MarkedArticle:
    """The article of a task: its last annotation that was not cancelled, else its last prediction."""
    article_id, carried = carrying.from_json(record["data"].get(carrying.FIELD))
    done = [annotation for annotation in record.get("annotations", ()) if not annotation.get("was_cancelled")]
    versions = done or record.get("predictions") or [{"result": []}]
    text, marks, ties = record["data"]["text"], list[Mark](), list[Tie]()
    for item in versions[-1]["result"]:
        if item["type"] == "relation":
            ties += [Tie(item["from_id"], role, item["to_id"]) for role in item.get("labels", ())]
        elif item["type"] == "labels":
            value = item["value"]
            start, end = int(value["start"]), int(value["end"])
            words = value.get("text") or text[start:end]
            marks += [Mark(item["id"], label, start, end, words) for label in value["labels"]]
    return MarkedArticle(article_id, text, tuple(marks), tuple(ties), carried)


def configuration() -> str:
    """The labelling configuration that the tasks need."""
    labels = [*TABLE_OF_LABEL.items(), *((role, "") for role in sorted(ROLES))]
    return "\n".join(
        [
            "<View>",
            "  <Relations>",
            *(f'    <Relation value="{role}"/>' for role in (PIECE, *sorted(ROLES))),
            "  </Relations>",
            f'  <Labels name="{REGIONS}" toName="{TEXT}">',
            *(f'    <Label value="{label}" background="{COLOURS[table]}"/>' for label, table in labels),
            "  </Labels>",
            f'  <Text name="{TEXT}" value="$text"/>',
            "</View>\n",
        ]
    )
