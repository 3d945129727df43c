"""The application: every address with the function that answers it.

Handlers are plain functions of a `Call`. They run one at a time in a thread, under the lock of the desk, and refuse by
raising `RefusedError`. Only the files of the page need no desk, and wait for nobody.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.errors import PipelineError
from pipeline.review import comparing, pages, reads, writes
from pipeline.review.calls import Call, Handler
from pipeline.review.desk import Desk
from pipeline.review.guard import Guard, refused
from pipeline.review.refusal import RefusedError, conflict, misdirected


def routes(handle: Callable[[Handler], Callable[[Request], Awaitable[Response]]]) -> Iterable[Route]:
    """Every address."""
    shown = pages.Pages()
    reading: dict[str, Handler] = {
        "/": shown.index,
        "/start": shown.start,
        "/article/{id}": shown.article,
        "/adjudicate": shown.adjudicate,
        "/adjudicate/{id}": shown.adjudicate,
        "/api/articles": reads.articles,
        "/api/articles/{id}": reads.article,
        "/api/articles/{id}/since/{version:int}": reads.since,
        "/api/articles/{id}/gold": reads.gold_preview,
        "/api/queue": reads.queued,
        "/api/next": reads.next_item,
        "/api/search": reads.search,
        "/api/labels": reads.vocabulary,
        "/api/rules": reads.rules,
        "/api/guideline": reads.guideline,
        "/api/progress": reads.progress,
        "/api/history": reads.history,
        "/api/speakers": reads.speakers,
        "/api/cues": reads.cues,
        "/api/dates": reads.dates,
        "/api/log": reads.own_log,
        "/api/adjudication": comparing.adjudication_list,
        "/api/adjudication/{id}": comparing.adjudication_view,
        "/api/agreement": comparing.agreement,
        "/api/export": reads.export,
    }
    writing: dict[str, Handler] = {
        "/api/decide": writes.decide,
        "/api/undo": writes.undo,
        "/api/redo": writes.redo,
        "/api/cases": writes.case,
        "/api/articles/{id}/gold": writes.gold_save,
        "/api/adjudication/{id}": comparing.adjudication_take,
        "/api/import": writes.import_annotations,
    }
    yield Route("/static/{name}", pages.static_file, methods=["GET"])
    yield Route("/favicon.ico", pages.favicon, methods=["GET"])
    for path, handler in reading.items():
        yield Route(path, handle(handler), methods=["GET"])
    for path, handler in writing.items():
        yield Route(path, handle(handler), methods=["POST"])


def application(desk: Desk, token: str, port: int) -> Guard:
    """The guarded application for the address `127.0.0.1:port`."""

    dataset = dataset_of(desk, token)

    def handle(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            body = await request.body() if request.method == "POST" else b""
            return await run_in_threadpool(_called, handler, Call(request, desk, body, port, dataset))

        return endpoint

    return Guard(Starlette(routes=list(routes(handle))), token, port)


def dataset_of(desk: Desk, token: str) -> str:
    """What tells this folder from another one that is served on the same port: 12 hexadecimal digits."""
    return hashlib.sha256(f"{desk.settings.folder.resolve()}\0{token}".encode()).hexdigest()[:12]


def _called(handler: Handler, call: Call) -> Response:
    with call.desk.lock:
        call.desk.catch_up()
        try:
            if call.query("dataset") not in ("", call.dataset):
                raise misdirected("another folder is served here now; start review on the folder of this page again")
            return handler(call)
        except RefusedError as error:
            if call.request.url.path.startswith("/api/"):
                return JSONResponse({"error": str(error), **error.more}, error.status)
            return refused({"path": call.request.url.path}, error.status, str(error))
        except PipelineError as error:
            return refused({"path": call.request.url.path}, conflict("").status, str(error))
