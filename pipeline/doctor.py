"""What is installed and what is missing, with one fix per problem."""

import importlib.metadata
import json
import platform
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.run import EMBEDDED_MODEL, PACKAGE

OLDEST_PYTHON = (3, 11)
LOCK = PACKAGE.parent / "requirements.lock"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
RUNTIME = (
    "spacy", "pandas", "dateparser", "lxml", "htmldate", "py3langid", "charset-normalizer", "jinja2", "markupsafe",
    "numpy", "onnxruntime", "threadpoolctl", "starlette", "uvicorn", "typer", "rich",
)  # fmt: skip
# The packages of each extra of pyproject.toml, and what they are for; a run works without them.
EXTRAS = {
    "pdf": ("pypdf", "articles in PDF"),
    "rtf": ("striprtf", "articles in RTF"),
    "warc": ("warcio", "web archives"),
    "parquet": ("pyarrow", "tables as Parquet"),
    "xlsx": ("xlsxwriter", "tables for Excel"),
    "cas": ("dkpro-cassis", "annotations as UIMA CAS"),
    "cluster": ("distributed", "--engine dask"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at; `fix` is empty when all is well."""

    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"problem  {self.what}\n         fix: {self.fix}" if self.fix else f"ok       {self.what}"


def examine() -> Iterator[Finding]:
    """Look at everything that a run needs."""
    yield _python()
    yield from _packages()
    yield from _extras()
    yield _model()
    yield _writable()
    yield _encoding()


def _python() -> Finding:
    found = f"Python {platform.python_version()}"
    if sys.version_info >= OLDEST_PYTHON:
        return Finding(found)
    return Finding(f"{found} is too old", "install Python 3.11 or later and run: make PYTHON=python3.11 setup")


def _packages() -> Iterator[Finding]:
    locked: dict[str, list[str]] = {}  # more than one where systems differ
    if LOCK.is_file():
        for name, version in LOCKED.findall(LOCK.read_text(encoding="utf-8")):
            locked.setdefault(name.lower(), []).append(version)
    for name in RUNTIME:
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(f"{name} is not installed", "run: make setup")
            continue
        wanted = locked.get(name, [version])
        fix = "" if version in wanted else "run: make setup (results may differ with other versions)"
        yield Finding(f"{name} {version}" + (f", where the lock has {' or '.join(wanted)}" if fix else ""), fix)


def _extras() -> Iterator[Finding]:
    for extra, (name, purpose) in EXTRAS.items():
        try:
            yield Finding(f"{name} {importlib.metadata.version(name)} ({purpose})")
        except importlib.metadata.PackageNotFoundError:
            yield Finding(f"without {name} ({purpose}); if you need it: pip install 'article-events[{extra}]'")


def _model() -> Finding:
    try:
        meta = json.loads((EMBEDDED_MODEL / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return Finding(f"the embedded model cannot be read ({error})", "restore the folder pipeline/model")
    if not (EMBEDDED_MODEL / "reader" / "network.onnx").is_file():
        return Finding("the embedded model lacks reader/network.onnx", "restore the folder pipeline/model")
    return Finding(f"model {meta['lang']}_{meta['name']} {meta['version']}: {', '.join(meta['pipeline'])}")


def _writable() -> Finding:
    try:
        with tempfile.NamedTemporaryFile(dir=Path.cwd()):
            return Finding("this folder can be written to")
    except OSError as error:
        return Finding(f"this folder cannot be written to ({error.strerror})", "give extract an --output elsewhere")


def _encoding() -> Finding:
    encoding = (sys.stdout.encoding or "").lower()
    if encoding.replace("-", "") == "utf8":
        return Finding("the terminal speaks UTF-8")
    return Finding(
        f"the terminal speaks {encoding or 'nothing known'}", "set PYTHONIOENCODING=utf-8; files are UTF-8 anyway"
    )
