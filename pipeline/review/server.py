"""One process on 127.0.0.1 that serves the page, until it is interrupted."""

import contextlib
import os
import secrets
import socket
import stat
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import uvicorn

from pipeline.errors import InputError
from pipeline.review.app import application
from pipeline.review.desk import Desk, Settings

ADDRESS = "127.0.0.1"
PORT = 8765  # taken when it is free, so that a tab left open finds the server again
TOKEN = "review.token"


def serve(
    settings: Settings,
    port: int | None = None,
    browser: bool = True,
    annotator: str = "",
    announce: Callable[[str], None] = print,
) -> None:
    """Serve the folder until interrupted; `announce` is told the address once connections wait.

    Raises:
        InputError: the folder holds no dataset, or the port is taken.
    """
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(Desk(settings)) as desk:
        listening = _listening(port)
        bound = int(listening.getsockname()[1])
        token = token_of(settings.folder)
        who = f"&annotator={quote(annotator, safe='')}" if annotator else ""
        address = f"http://{ADDRESS}:{bound}/?token={token}{who}"
        config = uvicorn.Config(
            application(desk, token, bound),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
        )
        announce(address)
        if browser:
            threading.Timer(0.5, webbrowser.open, [address]).start()
        uvicorn.Server(config).run(sockets=[listening])


def _listening(port: int | None) -> socket.socket:
    """A socket on the loopback address, and on no other; any free port where the usual one is taken."""
    for wanted in (port,) if port is not None else (PORT, 0):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio then sends at once
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((ADDRESS, wanted or 0))
            listening.listen(128)
        except OSError:
            listening.close()
            continue
        return listening
    raise InputError(f"port {port}: cannot be used; leave out --port, or give another")


def token_of(folder: Path) -> str:
    """The secret of this folder: made once, readable for its owner only; a restarted server knows its tabs by it."""
    path = folder / TOKEN
    with contextlib.suppress(OSError):
        mode = path.stat()
        private = stat.S_IMODE(mode.st_mode) & 0o077 == 0 and mode.st_uid == os.getuid() if os.name == "posix" else True
        known = path.read_text(encoding="ascii", errors="replace").strip()
        if private and len(known) >= 40:
            return known
        path.unlink()
    token = secrets.token_urlsafe(32)
    with contextlib.suppress(OSError):  # a folder that cannot be written to: the token lives as long as the process
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(token + "\n")
    return token
