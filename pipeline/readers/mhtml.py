"""MHTML: a page as browsers save it in one file, with its images and style sheets (RFC 2557)."""

import email
import email.policy
import itertools
from email.message import EmailMessage

from pipeline.readers.html import decode_page
from pipeline.readers.problems import UnreadableError

PARTS = 1_000  # of one file; a page has some dozens


def read_mhtml(data: bytes) -> tuple[str, str, str]:
    """The source of the page, the address it was saved from (else empty), and a warning about its encoding.

    The date of the file's head is the day of saving, not of publication, and is not read.

    Raises:
        UnreadableError: the file holds no page, or the bytes of it are no text.
    """
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        parts = itertools.islice(message.walk(), PARTS)
        page = next((part for part in parts if part.get_content_type() == "text/html"), None)
    except RecursionError as error:
        raise UnreadableError("no page in it: its parts are nested too deeply") from error
    if not isinstance(page, EmailMessage):
        raise UnreadableError("no page in it: an MHTML file has a part of type text/html")
    body = page.get_payload(decode=True)
    if not isinstance(body, bytes):
        raise UnreadableError("the part that should hold the page holds other parts")
    html, warning = decode_page(body, page.get_content_charset() or "")
    return html, _address(page) or _address(message), warning


def _address(part: EmailMessage) -> str:
    for name in ("Snapshot-Content-Location", "Content-Location"):
        address = "".join(str(part.get(name, "")).split())
        if address.startswith(("http://", "https://")):
            return address
    return ""
