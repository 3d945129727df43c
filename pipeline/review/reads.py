"""What a page reads: one function for each address, which changes nothing."""

import dataclasses
import datetime
import itertools
import json

from starlette.responses import JSONResponse, Response

from pipeline.review import exchange, gold_step, guidance
from pipeline.review.calls import Call, download
from pipeline.review.filters import Filters
from pipeline.review.items import LAYERS, Status
from pipeline.review.queue import Certainty, articles_for, passing, queue
from pipeline.review.views import View, around

MOST_IN_ANSWER = 500
PAUSE = 300  # seconds without a step after which an annotator is taken to have left


def articles(call: Call) -> Response:
    """The articles that the filters leave, with how far each is."""
    desk, name, filters = call.desk, call.annotator, call.filters
    certainty = Certainty(desk, name)
    gold = {path.stem for pattern in ("*.ann", "*/*.ann") for path in desk.settings.gold.glob(pattern)}
    found = []
    for article_id in articles_for(desk, filters):
        items = list(passing(desk, name, article_id, filters))
        if filters.of_items and not items:
            continue
        row, undecided = desk.document(article_id), [item for item in items if item.status is Status.UNDECIDED]
        found.append(
            {
                "id": article_id,
                "title": row.title,
                "published": row.published,
                "language": row.language,
                "characters": row.characters,
                "items": len(items),
                "undecided": len(undecided),
                "decided": len(items) - len(undecided),
                "finished": desk.state(name, article_id).finished,
                "least_certain": min(map(certainty.chance, undecided), default=None),
                "gold": article_id in gold,
                "stale": article_id in desk.stale,
            }
        )
    return JSONResponse({"articles": found, "total": len(found)})


def article(call: Call) -> Response:
    """One article with all its items; with `first`, those of them that are needed first (`partial`: there are more)."""
    gold = gold_step.gold_path(call.desk, call.id).is_file()
    view = View(call.desk, call.annotator, call.id)
    most = call.number("first", 0, MOST_IN_ANSWER)
    only = view.first(most, call.query("at"), call.filters) if most else None
    return JSONResponse({**view.article(only), "gold": gold})


def since(call: Call) -> Response:
    """What changed after a version, in another tab perhaps."""
    version = int(call.request.path_params["version"])
    return JSONResponse(View(call.desk, call.annotator, call.id).since(version))


def _queue_filters(call: Call) -> Filters:
    filters = call.filters
    if call.query("status"):
        return filters
    return Filters.of([*call.request.query_params.multi_items(), ("status", Status.UNDECIDED)])


def queued(call: Call) -> Response:
    """What to decide next, least certain first."""
    found = queue(call.desk, call.annotator, _queue_filters(call))
    first, most = call.number("offset", 0, 10**9), call.number("limit", 100, MOST_IN_ANSWER)
    views: dict[str, View] = {}
    items = []
    for placed in found[first : first + most]:
        view = views.setdefault(placed.article_id, View(call.desk, call.annotator, placed.article_id))
        context = around(view.text, placed.item.start, placed.item.end)
        items.append(
            {**view.item(placed.item), "article": placed.article_id, "title": view.document()["title"], **context}
        )
    return JSONResponse({"total": len(found), "items": items})


def next_item(call: Call) -> Response:
    """The next in the queue after an item, and from its beginning when there is none after it."""
    # Here `article` says where the annotator is; it does not narrow the queue.
    found = queue(call.desk, call.annotator, dataclasses.replace(_queue_filters(call), articles=frozenset()))
    here = (call.query("article"), call.query("after"))
    places = [n for n, placed in enumerate(found) if (placed.article_id, placed.item.id) == here]
    rest = found[places[0] + 1 :] + found[: places[0]] if places else found
    if not rest:
        return JSONResponse({"article": None, "item": None})
    return JSONResponse(
        {
            "article": rest[0].article_id,
            "item": View(call.desk, call.annotator, rest[0].article_id).item(rest[0].item),
        }
    )


def search(call: Call) -> Response:
    """Places at which the words stand."""
    hits = call.desk.search.hits(call.query("q")[:200])
    return JSONResponse(
        {
            "hits": [
                {
                    "article": hit.article,
                    "title": call.desk.document(hit.article).title,
                    "start": hit.start,
                    "end": hit.end,
                    **around(call.desk.text(hit.article), hit.start, hit.end),
                }
                for hit in hits
            ]
        }
    )


def vocabulary(call: Call) -> Response:
    """Every label and value that a page offers."""
    return JSONResponse(guidance.labels())


def rules(call: Call) -> Response:
    """The rules behind the items, for the filters."""
    counts: dict[tuple[str, str], list[int]] = {}
    for article_id in articles_for(call.desk, call.filters):
        for item in passing(call.desk, call.annotator, article_id, call.filters):
            count = counts.setdefault((item.layer, item.rule), [0, 0])
            count[0] += 1
            count[1] += item.status is Status.UNDECIDED
    return JSONResponse(
        {
            "rules": [
                {"layer": layer, "rule": rule, "items": items, "undecided": undecided}
                for (layer, rule), (items, undecided) in sorted(counts.items(), key=lambda pair: (-pair[1][0], pair[0]))
            ]
        }
    )


def guideline(call: Call) -> Response:
    """What a label means."""
    return JSONResponse(guidance.guideline(call.desk, call.annotator, call.query("layer"), call.query("label")))


def progress(call: Call) -> Response:
    """How far the annotator is."""
    desk, name = call.desk, call.annotator
    items: dict[str, int] = {"total": 0, "decided": 0, **{str(status): 0 for status in Status}}
    layers = {layer: {"total": 0, "decided": 0} for layer in LAYERS}
    for article_id in desk.article_ids:
        for item in passing(desk, name, article_id, Filters()):
            decided = item.status is not Status.UNDECIDED
            items["total"] += 1
            items["decided"] += decided
            items[item.status] += 1
            layers[item.layer]["total"] += 1
            layers[item.layer]["decided"] += decided
    times = sorted({entry.at for article_id in desk.begun(name) for entry in desk.entries(name, article_id)})
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    finished = sum(desk.state(name, article_id).finished for article_id in desk.begun(name))
    return JSONResponse(
        {
            "annotator": name,
            "articles": {"total": len(desk.article_ids), "finished": finished},
            "items": items,
            "layers": layers,
            "today": sum(time.startswith(today) for time in times),
            "minutes": _minutes(times),
        }
    )


def _minutes(times: list[str]) -> int:
    """Minutes at work: the time between steps, without pauses."""
    moments = [datetime.datetime.fromisoformat(time) for time in times]
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(moments)]
    return round(sum(gap for gap in gaps if gap <= PAUSE) / 60)


def history(call: Call) -> Response:
    """The steps of the annotator in an article, newest first."""
    article_id = call.query("article")
    call.desk.predicted(article_id)
    state = call.desk.state(call.annotator, article_id)
    holding = {entry.uuid for entry in state.done}
    entries = call.desk.entries(call.annotator, article_id)
    return JSONResponse(
        {
            "entries": [
                {
                    "uuid": entry.uuid,
                    "at": entry.at,
                    "kind": entry.kind,
                    "says": entry.says,
                    "undone": entry.kind == "decide" and entry.uuid not in holding,
                }
                for entry in reversed(entries[-MOST_IN_ANSWER:])
            ]
        }
    )


def speakers(call: Call) -> Response:
    """Who may be speaking."""
    article_id = call.query("article")
    call.desk.predicted(article_id)
    return JSONResponse({"candidates": guidance.speakers(call.desk, call.annotator, article_id, call.query("item"))})


def cues(call: Call) -> Response:
    """Which words may be the cue."""
    article_id = call.query("article")
    call.desk.predicted(article_id)
    return JSONResponse({"candidates": guidance.cue_words(call.desk, call.annotator, article_id, call.query("item"))})


def dates(call: Call) -> Response:
    """The days of a value, the value of a day."""
    found = guidance.date_value(
        call.query("value"), call.query("day"), call.query("granularity"), call.query("label") or "DATE"
    )
    return JSONResponse(found)


def own_log(call: Call) -> Response:
    """The annotator's own steps as JSON lines."""
    lines = (entry for entry in call.desk.log.after(0) if entry.annotator == call.annotator)
    content = "".join(json.dumps(entry.as_json(), ensure_ascii=False) + "\n" for entry in lines)
    return download(content.encode("utf-8"), f"log-{call.annotator}.jsonl", "application/jsonl")


def gold_preview(call: Call) -> Response:
    """The gold as it would be written."""
    return JSONResponse(gold_step.preview(call.desk, call.annotator, call.id))


def export(call: Call) -> Response:
    """The annotator's own verdict in a format."""
    chosen = call.request.query_params.getlist("article")
    for article_id in chosen:
        call.desk.predicted(article_id)
    undecided = call.query("undecided") == "accept"
    name, content = exchange.exported(
        call.desk,
        call.annotator,
        call.query("format"),
        chosen or call.desk.article_ids,
        undecided,
        call.listed("layers"),
    )
    return download(content, name, "application/octet-stream")
