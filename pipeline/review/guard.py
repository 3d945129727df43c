"""The guard in front of the application: who may ask, and what the browser may do with the answer.

Any web page that the annotator has open can send requests to 127.0.0.1. The token keeps it from reading or writing, the
checks of Host and Origin stand behind the token, and the policy keeps article text from ever running.
"""

import json
import re
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_JSON = 1024 * 1024  # bytes of a request
MOST_IMPORT = 64 * 1024 * 1024
IMPORT_PATH = "/api/import"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
READING = frozenset({"GET", "HEAD"})


class Guard:
    """ASGI middleware: lets through what bears the token and comes from the page itself."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self.app, self.token = app, token
        self.cookie = f"review_token_{port}"
        self.hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        self.origins = frozenset(f"http://{host}" for host in self.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # there are no web sockets
        guarded = _with_headers(send)
        headers = Headers(scope=scope)
        answer = self.refusal(scope, headers) or self.entrance(scope, headers)
        if answer is not None:
            await answer(scope, receive, guarded)
            return
        limit = MOST_IMPORT if scope["path"] == IMPORT_PATH else MOST_JSON
        body = b"" if scope["method"] in READING else await _body(receive, limit)
        if body is None:
            await refused(scope, 413, f"the request is larger than {limit:,} bytes; send less at a time")(
                scope, receive, guarded
            )
            return
        await self.app(scope, _given(body, receive), guarded)

    def refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """The answer to a request that must not be served; `None` if it may."""
        # Another name for this address is how a page elsewhere gets around the same-origin rule (DNS rebinding).
        if headers.getlist("host") not in [[host] for host in self.hosts]:
            return refused(scope, 403, "Host is not this server; open the address that review printed")
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return refused(scope, 403, "the request comes from another site")
        if scope["method"] not in READING:
            if headers.get("origin") not in self.origins:
                return refused(scope, 403, "Origin is not this server; only its own pages may write")
            kind = headers.get("content-type", "").split(";")[0].strip().lower()
            wanted = "application/octet-stream" if scope["path"] == IMPORT_PATH else "application/json"
            if kind != wanted:
                return refused(scope, 415, f"Content-Type {kind[:50]!r}: {wanted} is needed")
            limit = MOST_IMPORT if scope["path"] == IMPORT_PATH else MOST_JSON
            length = headers.get("content-length", "0")
            if not re.fullmatch("[0-9]{1,15}", length) or int(length) > limit:
                return refused(scope, 413, f"the request is larger than {limit:,} bytes; send less at a time")
        return None

    def entrance(self, scope: Scope, headers: Headers) -> Response | None:
        """Let in who bears the token: as a cookie or a header, or in the address, which then loses it."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = next((value for name, value in query if name == "token"), "")
        if given and scope["method"] in READING and not scope["path"].startswith("/api/"):
            if not self.fits(given):
                return refused(scope, 403, "the token is not that of this server; open the address that review printed")
            rest = urlencode([(name, value) for name, value in query if name != "token"])
            path = "/" + scope["path"].lstrip("/\\")  # never another host
            answer = RedirectResponse(path + (f"?{rest}" if rest else ""), 303)
            answer.set_cookie(self.cookie, self.token, httponly=True, samesite="strict", path="/")
            return answer
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        if self.fits(_cookie(headers, self.cookie)) or self.fits(bearer):
            return None
        return refused(scope, 403, "no token; open the address that review printed in this browser")

    def fits(self, given: str) -> bool:
        """Whether this is the token, told in constant time."""
        return secrets.compare_digest(given.encode("utf-8", "replace"), self.token.encode())


def refused(scope: Mapping[str, object], status: int, message: str) -> Response:
    """An error as the page, or a person, can read it."""
    if str(scope["path"]).startswith("/api/"):
        return Response(json.dumps({"error": message}), status, media_type="application/json")
    return PlainTextResponse(message + "\n", status)


def _cookie(headers: Headers, name: str) -> str:
    for header in headers.getlist("cookie"):
        try:
            found = SimpleCookie(header).get(name)
        except CookieError:
            continue
        if found is not None:
            return found.value
    return ""


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The whole body; `None` as soon as it is too large, whatever its length was said to be."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        piece = message.get("body", b"")
        size += len(piece)
        if size > limit:
            return None
        pieces.append(piece)
        if not message.get("more_body"):
            return b"".join(pieces)


def _given(body: bytes, receive: Receive) -> Receive:
    """The body that was read already, then whatever comes after."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
