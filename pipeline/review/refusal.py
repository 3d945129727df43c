"""What the server answers when it does not do what was asked."""

from typing import Any

from pipeline.errors import PipelineError


class RefusedError(PipelineError):
    """A request that cannot be done: the HTTP status, what was found and what to do, and more for the page."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.more = status, more


def wrong(message: str) -> RefusedError:
    """400: the request does not say what it should."""
    return RefusedError(400, message)


def missing(message: str) -> RefusedError:
    """404: there is no such thing."""
    return RefusedError(404, message)


def conflict(message: str, **more: Any) -> RefusedError:
    """409: it does not fit what stands there now."""
    return RefusedError(409, message, **more)


def misdirected(message: str) -> RefusedError:
    """421: it was meant for another server that had this address before; a page keeps what it could not send."""
    return RefusedError(421, message)
