"""The pages: templates, and the files that they name."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from pipeline.review import adjudication, guidance
from pipeline.review.calls import Call
from pipeline.review.document import text_html
from pipeline.review.guard import refused
from pipeline.review.refusal import RefusedError
from pipeline.review.views import View

HERE = Path(__file__).parent
PAGES, STATIC = HERE / "pages", HERE / "static"


class Pages:
    """The templates and the files beside them."""

    def __init__(self) -> None:
        self.templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(PAGES), autoescape=True, undefined=jinja2.StrictUndefined
        )
        self.templates.globals["static"] = self.static

    @staticmethod
    def static(name: str) -> str:
        """The address of a file, another whenever its content is."""
        path = STATIC / name
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "0"
        return f"/static/{quote(name)}?v={digest}"

    def page(self, call: Call, name: str, **values: Any) -> Response:
        """A page; a name in the address becomes the cookie."""
        content = self.templates.get_template(f"{name}.html.jinja").render(
            articles=len(call.desk.article_ids), stale=call.desk.stale, dataset=call.dataset, **values
        )
        answer = HTMLResponse(content)
        if given := values.get("annotator"):
            answer.set_cookie(
                f"review_annotator_{call.port}", quote(given), samesite="strict", path="/", max_age=365 * 24 * 3600
            )
        return answer

    def start(self, call: Call) -> Response:
        """Who are you?"""
        path, _, query = _local(call.query("next")).partition("?")
        # A form for reading replaces the parameters of its address: they go along as fields.
        kept = [(name, value) for name, value in parse_qsl(query) if name != "annotator"]
        return self.page(call, "start", annotator="", names=call.desk.annotators(), next=path, kept=kept)

    def index(self, call: Call) -> Response:
        """The list of articles and the queue."""
        return self._for_annotator(
            call,
            lambda name: self.page(
                call, "index", annotator=name, filters=call.filters.as_json(), labels=guidance.labels()
            ),
        )

    def article(self, call: Call) -> Response:
        """One article."""

        def show(name: str) -> Response:
            view = View(call.desk, name, call.id)
            return self.page(
                call,
                "article",
                annotator=name,
                article=view.document(),
                version=view.state.version,
                text_html=Markup(text_html(view.text, view.state)),
                filters=call.filters.as_json(),
            )

        return self._for_annotator(call, show)

    def adjudicate(self, call: Call) -> Response:
        """Two versions side by side, or the list of what can be adjudicated."""

        def show(name: str) -> Response:
            article = None
            if "id" in call.request.path_params:
                article = View(call.desk, name, call.id).document()
            return self.page(
call, "adjudicate", annotator=name, article=article, a=call.query("a"), b=call.query("b"),
                names=adjudication.names(call.desk, name),
            )  # fmt: skip

        return self._for_annotator(call, show)

    @staticmethod
    def _for_annotator(call: Call, show: Callable[[str], Response]) -> Response:
        try:
            name = call.annotator
        except RefusedError:
            url = call.request.url
            here = url.path + (f"?{url.query}" if url.query else "")
            return RedirectResponse(f"/start?{urlencode({'next': here})}", 303)
        return show(name)


def _local(path: str) -> str:
    """An address of this server to go on to; the list where it is not one."""
    return path if re.fullmatch(r"/(?![/\\])[^\s\\]{0,500}", path) else "/"


def static_file(request: Request) -> Response:
    """A file of the page."""
    name = str(request.path_params["name"])
    path = STATIC / name
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", name) or not path.is_file():
        return refused({"path": request.url.path}, 404, f"there is no file {name[:60]!r}")
    return FileResponse(path, headers={"Cache-Control": "no-cache"})


def favicon(request: Request) -> Response:
    """The icon, without which a browser complains."""
    path = next((STATIC / name for name in ("favicon.ico", "favicon.svg") if (STATIC / name).is_file()), None)
    return FileResponse(path) if path else Response(status_code=204)
