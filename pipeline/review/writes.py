"""What a page writes: one function for each address, which answers when the step is on the disk."""

from typing import Any

from starlette.responses import JSONResponse, Response

from pipeline.review import cases, exchange, gold_step
from pipeline.review.calls import Call, checked_uuid
from pipeline.review.desk import Outcome
from pipeline.review.refusal import wrong
from pipeline.review.views import Json, View


def answered(call: Call, outcome: Outcome, **more: Any) -> Response:
    """What a step changed, and where things stand after it."""
    view = View(call.desk, call.annotator, outcome.article_id)
    return JSONResponse({**view.outcome(outcome), **more})


def decide(call: Call) -> Response:
    """A step: accept, reject, edit, add, and so on."""
    content, name = call.content, call.annotator
    article_id = str(content.get("article"))
    call.desk.predicted(article_id)
    version = content.get("version")
    before = call.desk.state(name, article_id).version
    outcome = call.desk.decide(name, article_id, call.uuid, content.get("changes"))
    answer: Json = View(call.desk, name, article_id).outcome(outcome)
    if isinstance(version, int) and version < before:  # another tab wrote in between
        missed = View(call.desk, name, article_id).since(version)
        answer |= {
            "items": missed["items"],
            "removed": missed["removed"],
            "blocks": missed["blocks"],
            "caught_up": True,
        }
    return JSONResponse(answer)


def undo(call: Call) -> Response:
    """Take a step back."""
    outcome = call.desk.undo(call.annotator, str(call.content.get("article")), call.uuid)
    return answered(call, outcome)


def redo(call: Call) -> Response:
    """Take it forward again."""
    outcome = call.desk.redo(call.annotator, str(call.content.get("article")), call.uuid)
    return answered(call, outcome)


def case(call: Call) -> Response:
    """This rule is wrong."""
    content = call.content
    article_id = str(content.get("article"))
    call.desk.predicted(article_id)
    note = content.get("note") or ""
    if not isinstance(note, str) or len(note) > 500:
        raise wrong("note: a text of at most 500 characters is needed")
    path, text = cases.write_case(call.desk, call.annotator, article_id, str(content.get("item")), note)
    return JSONResponse({"path": str(path), "text": text})


def gold_save(call: Call) -> Response:
    """Write it."""
    undecided = str(call.content.get("undecided") or "refuse")
    return JSONResponse(gold_step.save(call.desk, call.annotator, call.id, undecided))


def import_annotations(call: Call) -> Response:
    """A file of another tool as decisions."""
    uuid = checked_uuid(call.query("uuid"))
    if not call.body:
        raise wrong("the file is empty")
    outcome, told = exchange.imported(
        call.desk, call.annotator, uuid, call.query("format"), call.body, call.listed("layers")
    )
    return JSONResponse({**told, "says": outcome.entry.says, "repeated": outcome.repeated})
