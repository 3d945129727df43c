"""The command as a process of its own: begun, watched, killed."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
SECONDS_BETWEEN_LOOKS = 0.05


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run went."""

    code: int
    seconds: float
    peak_bytes: int  # resident memory of the largest process of the run
    said: str  # the last line on its standard error stream


def begin(source: Path, output: Path, *options: str) -> subprocess.Popen[str]:
    """Start `extract` in a process group of its own."""
    command = [sys.executable, "-m", "pipeline", "extract", str(source), "--output", str(output), *options]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def finish(process: subprocess.Popen[str]) -> Finished:
    """Wait for the end, looking at the memory of the process and of its children."""
    start, peak = time.perf_counter(), 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            family = [watched, *watched.children(recursive=True)]
            peak = max(peak, *(member.memory_info().rss for member in family))
        except psutil.Error:  # it ended between two looks
            pass
        time.sleep(SECONDS_BETWEEN_LOOKS)
    assert process.stderr is not None
    lines = process.stderr.read().splitlines()
    return Finished(process.returncode, time.perf_counter() - start, peak, lines[-1] if lines else "")


def kill(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Kill the run itself, as a system short of memory does; returns the workers that it had."""
    try:
        workers = psutil.Process(process.pid).children(recursive=True)
    except psutil.Error:
        workers = []
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return workers


def digests(output: Path) -> dict[str, str]:
    """SHA-256 of every published file, by path."""
    files = sorted(path for path in output.rglob("*") if path.is_file() and not path.name.startswith("articles.sqlite"))
    return {path.relative_to(output).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
