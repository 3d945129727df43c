"""The addresses of adjudication and agreement."""

from typing import Any

from starlette.responses import JSONResponse, Response

from pipeline.review import adjudication
from pipeline.review.calls import Call, download
from pipeline.review.state import State
from pipeline.review.views import Json, View, around
from pipeline.review.writes import answered


def adjudication_list(call: Call) -> Response:
    """What can be adjudicated."""
    found = adjudication.overview(call.desk, call.annotator)
    return JSONResponse({"articles": found, "names": adjudication.names(call.desk, call.annotator)})


def _unit(view_a: View, view_b: View, unit: adjudication.Unit, own: State) -> Json:
    place = unit.place
    return {
        "key": unit.key,
        "layer": unit.layer,
        "a": view_a.item(unit.a) if unit.a else None,
        "b": view_b.item(unit.b) if unit.b else None,
        "agree": not unit.differs,
        "differs": unit.differs,
        "settled": own.settled.get(unit.key),
        "spans": place.spans,
        **around(view_a.text, place.start, place.end),
    }


def adjudication_view(call: Call) -> Response:
    """Two versions of an article, unit by unit."""
    a, b, name, article_id = call.query("a"), call.query("b"), call.annotator, call.id
    first, second = adjudication.versions(call.desk, name, article_id, a, b)
    own = call.desk.state(name, article_id)
    view_a, view_b = View(call.desk, a, article_id, first), View(call.desk, b, article_id, second)
    found = [_unit(view_a, view_b, unit, own) for unit in adjudication.units(first, second)]
    return JSONResponse({"document": view_a.document(), "units": found, "version": own.version})


def adjudication_take(call: Call) -> Response:
    """Take the version of one."""
    content, name, article_id = call.content, call.annotator, call.id
    a, b = str(content.get("a")), str(content.get("b"))
    outcome = adjudication.take(
        call.desk, name, article_id, call.uuid, a, b, str(content.get("take")), content.get("units")
    )
    keys = {change["unit"] for change in outcome.entry.changes.get(article_id, ()) if "unit" in change}
    first, second = call.desk.state(a, article_id), call.desk.state(b, article_id)
    view_a, view_b = View(call.desk, a, article_id, first), View(call.desk, b, article_id, second)
    own = call.desk.state(name, article_id)
    changed = [_unit(view_a, view_b, unit, own) for unit in adjudication.units(first, second) if unit.key in keys]
    return answered(call, outcome, units=changed)


def agreement(call: Call) -> Response:
    """How far two agree."""
    report = adjudication.agree(call.desk, call.annotator, call.query("a"), call.query("b"))
    columns = ("article_id", "layer", "label", "measure", "value", "first", "second", "low", "high")
    figures = [{name: getattr(figure, name) for name in columns} for figure in report.figures]
    if call.query("format") == "csv":
        rows = (",".join(_cell(figure[name]) for name in columns) for figure in figures)
        content = "\n".join([",".join(columns), *rows]) + "\n"
        return download(content.encode("utf-8"), "agreement.csv", "text/csv; charset=utf-8")
    return JSONResponse({"articles": report.articles, "figures": figures})


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else str(value)
