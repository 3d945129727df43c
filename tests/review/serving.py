"""A real server on a free port of the loopback address, for the length of a test."""

import contextlib
import threading
import time
from collections.abc import Iterator

import httpx
import uvicorn

from pipeline.review.app import application
from pipeline.review.desk import Desk
from pipeline.review.server import _listening

TOKEN = "t" * 43


@contextlib.contextmanager
def serving(desk: Desk) -> Iterator[int]:
    """Serve the desk; gives the port."""
    listening = _listening(0)
    port = int(listening.getsockname()[1])
    config = uvicorn.Config(application(desk, TOKEN, port), log_level="critical", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


def client_for(port: int, annotator: str = "anna") -> httpx.Client:
    """A browser that has opened the printed address."""
    origin = f"http://127.0.0.1:{port}"
    return httpx.Client(
        base_url=origin,
        headers={"Origin": origin},
        cookies={f"review_token_{port}": TOKEN, f"review_annotator_{port}": annotator},
        timeout=30,
        trust_env=False,
    )
