"""Make the environment in .venv from the lock; standard library only, nothing installed outside this folder.

With uv on the PATH, `uv sync --locked`; otherwise a virtual environment and pip. Where Python comes without pip (Debian
without python3-venv), the one pinned pip wheel is fetched and checked first. PIP_INDEX_URL, PIP_FIND_LINKS, PIP_CERT
and the proxy variables are honoured.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)
CANDIDATES = ("python3.13", "python3.12", "python3.11")


def main() -> None:
    """Make .venv, with a new enough Python."""
    if sys.version_info < OLDEST:
        newer = next(filter(None, map(shutil.which, CANDIDATES)), None)
        if newer is None:
            sys.exit(
                f"Python 3.11 or later is needed, this is {sys.version.split()[0]}; install one: make PYTHON=python3.11"
            )
        os.execv(newer, [newer, __file__])
    if shutil.which("uv"):
        run("uv sync", "uv", "sync", "--locked", "--quiet", "--python", sys.executable)
    else:
        install_with_pip()
    (VENV / ".stamp").write_text("made by bootstrap.py\n")


def install_with_pip() -> None:
    """A virtual environment with what requirements.lock pins, and the package itself."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if importlib.util.find_spec("ensurepip"):
        run("making .venv", sys.executable, "-m", "venv", "--clear", str(VENV))
        pip = [str(python), "-m", "pip"]
    else:
        run("making .venv", sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV))
        pip = [str(python), f"{fetch_pip()}/pip"]  # a wheel can be run from inside
    quiet = ["install", "--quiet", "--disable-pip-version-check"]
    run(
        "installing the lock",
        *pip,
        *quiet,
        "--require-hashes",
        "--only-binary",
        ":all:",
        "-r",
        str(ROOT / "requirements.lock"),
    )
    run("installing the package", *pip, *quiet, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))


def fetch_pip() -> Path:
    """The pip wheel that uv.lock pins, from PIP_FIND_LINKS, PIP_INDEX_URL or the address in the lock."""
    locked = re.search(
        r'name = "pip"\n.*?url = "([^"]+/(pip-[^"/]+\.whl))", hash = "sha256:([0-9a-f]{64})"',
        (ROOT / "uv.lock").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    if locked is None:
        sys.exit("uv.lock: no wheel of pip in it; run `uv lock` and `make lock`")
    address, name, digest = locked.groups()
    wheel = VENV / name
    near = Path(os.environ.get("PIP_FIND_LINKS", "")) / name
    index = os.environ.get("PIP_INDEX_URL", "")
    try:
        if near.is_file():
            content = near.read_bytes()
        else:
            if index:
                page = f"{index.rstrip('/')}/pip/"
                links = re.findall(r'href="([^"]+)"', urllib.request.urlopen(page, timeout=60).read().decode())
                address = next(urllib.parse.urljoin(page, link) for link in links if name in link)
            content = urllib.request.urlopen(address, timeout=60).read()
    except (OSError, StopIteration) as error:
        sys.exit(f"fetching pip failed ({error}); install python3-venv, or set PIP_FIND_LINKS to a folder with {name}")
    if hashlib.sha256(content).hexdigest() != digest:
        sys.exit(f"{name}: not the file that uv.lock pins; check the index you use")
    wheel.write_bytes(content)
    return wheel


def run(step: str, *command: str) -> None:
    """Run one step, or stop and name it."""
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(
            f"{step} failed; offline: PIP_NO_INDEX=1 and PIP_FIND_LINKS=a folder with the wheels of requirements.lock"
        )


if __name__ == "__main__":
    main()
