"""A call: one request as a handler reads it, every part of it checked."""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from pipeline.review.desk import Desk
from pipeline.review.filters import Filters
from pipeline.review.refusal import wrong
from pipeline.review.views import Json

MOST_NAME = 40  # characters of an annotator's name
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(slots=True)
class Call:
    """One request, with its body read."""

    request: Request
    desk: Desk
    body: bytes
    port: int
    dataset: str = ""  # what tells this folder from others

    @property
    def id(self) -> str:
        """The article of the address.

        Raises:
            RefusedError: there is none of this name.
        """
        article_id = str(self.request.path_params["id"])
        self.desk.predicted(article_id)
        return article_id

    @property
    def annotator(self) -> str:
        """Who asks: the parameter, else the cookie. In the composed form, as one name is typed in two ways.

        Raises:
            RefusedError: neither is a name.
        """
        name = self.query("annotator") or unquote(self.request.cookies.get(f"review_annotator_{self.port}", ""))
        name = unicodedata.normalize("NFC", name)
        if not 1 <= len(name) <= MOST_NAME or set(name) <= {"."} or not all(map(_in_names, name)):
            raise wrong("annotator: a name of letters, digits, '.', '_' and '-' is needed, at most 40")
        return name

    @property
    def filters(self) -> Filters:
        """The filters in the address."""
        return Filters.of(self.request.query_params.multi_items())

    def query(self, name: str) -> str:
        """A parameter; empty when it is not given."""
        return self.request.query_params.get(name, "")

    def listed(self, name: str) -> list[str]:
        """The values of a parameter, given several times or with commas."""
        return [part for value in self.request.query_params.getlist(name) for part in value.split(",") if part]

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 0."""
        given = self.query(name)
        if not given:
            return default
        if not re.fullmatch("[0-9]{1,9}", given):
            raise wrong(f"{name}={given[:20]!r}: a whole number is needed")
        return min(int(given), most)

    @property
    def content(self) -> Json:
        """The body, an object.

        Raises:
            RefusedError: it is none.
        """
        try:
            found = json.loads(self.body)
            json.dumps(found, ensure_ascii=False).encode("utf-8")  # half a surrogate pair is no text
        except (ValueError, RecursionError) as error:
            raise wrong(f"the body is no JSON ({error}); send an object") from error
        if not isinstance(found, dict):
            raise wrong("the body is not an object")
        return found

    @property
    def uuid(self) -> str:
        """The name that the client gave the step."""
        return checked_uuid(self.content.get("uuid"))


Handler = Callable[[Call], Response]


def _in_names(character: str) -> bool:
    # Many scripts write vowels as marks.
    return character.isalnum() or character in "._-" or unicodedata.category(character).startswith("M")


def checked_uuid(value: Any) -> str:
    """The uuid in lower case.

    Raises:
        RefusedError: it is none.
    """
    if not isinstance(value, str) or not UUID.fullmatch(value):
        raise wrong("uuid: one made by crypto.randomUUID() is needed, the same when a request is repeated")
    return value.lower()


def download(content: bytes, name: str, kind: str) -> Response:
    """A file to keep."""
    safe = re.sub(r"[^\w.-]", "_", name)
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(safe)}"}
    )
