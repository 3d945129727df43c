"""Fixtures that many tests share."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT / "corpus" / "raw"


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """After the set-up nothing may reach out: connections to other machines are errors."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family != socket.AF_UNIX and host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a connection to {address!r}: everything must work offline")
        connect(self, address)  # type: ignore[arg-type]

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def nlp():  # type: ignore[no-untyped-def]
    """The shipped pipeline with all layers, loaded once."""
    from pipeline.language import load_pipeline

    return load_pipeline()


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the shipped corpus."""
    from pipeline.run import extract

    output = tmp_path_factory.mktemp("dataset")
    extract([RAW], output)
    return output
