"""A run that is killed again and again ends with the bytes of one that was not: `python -m tests.robustness.kills`."""

import argparse
import random
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.robustness import invented, runs

SECONDS_TO_LEAVE = 10  # for workers whose run is gone


@dataclass(slots=True)
class Outcome:
    """What the kills did."""

    kills: int = 0
    finished: int = 0  # runs that came to their end and were compared
    different: int = 0  # of them, those with other bytes
    left_behind: int = 0  # workers that outlived their run


def killed_runs(kills: int, articles: int, *, workers: int = 1, seed: int = 0) -> Outcome:
    """Kill runs over invented articles at random moments, go on each time, and compare each end with a quiet run."""
    chance, outcome = random.Random(seed), Outcome()
    options = ("--workers", str(workers))
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "in.jsonl", Path(folder) / "out"
        invented.write(source, articles, seed=seed)
        quiet = runs.finish(runs.begin(source, Path(folder) / "quiet", *options))
        expected = runs.digests(Path(folder) / "quiet")
        while outcome.kills < kills:
            process = runs.begin(source, output, *options)
            try:
                process.communicate(timeout=chance.uniform(0, quiet.seconds))
            except subprocess.TimeoutExpired:
                outcome.left_behind += len(_outliving(runs.kill(process)))
                outcome.kills += 1
                continue
            outcome.finished += 1
            outcome.different += runs.digests(output) != expected
            shutil.rmtree(output)
        runs.finish(runs.begin(source, output, *options))
        outcome.finished += 1
        outcome.different += runs.digests(output) != expected
    return outcome


def _outliving(workers: list[psutil.Process]) -> list[psutil.Process]:
    ends = time.monotonic() + SECONDS_TO_LEAVE
    _, alive = psutil.wait_procs(workers, timeout=max(0.0, ends - time.monotonic()))
    return [worker for worker in alive if worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE]


def main() -> None:
    """Kill and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    outcome = killed_runs(chosen.kills, chosen.articles, workers=chosen.workers, seed=chosen.seed)
    print(
        f"{outcome.kills} kills; {outcome.finished} runs came to their end, {outcome.different} of them with other "
        f"bytes; {outcome.left_behind} workers outlived their run"
    )
    raise SystemExit(outcome.different + outcome.left_behind > 0)


if __name__ == "__main__":
    main()
