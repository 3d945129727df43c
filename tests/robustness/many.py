"""Time and memory over many articles, and of a rerun that finds nothing to do: `python -m tests.robustness.many`."""

import argparse
import tempfile
from pathlib import Path

from tests.robustness import invented, runs

MEGABYTE = 1_000_000


def main() -> None:
    """Measure a tenth of the articles and all of them, and print the figures side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    chosen = parser.parse_args()
    options = ("--workers", str(chosen.workers))
    peaks = []
    for count in (chosen.articles // 10, chosen.articles):
        with tempfile.TemporaryDirectory() as folder:
            source, output = Path(folder) / "in.jsonl", Path(folder) / "out"
            words = invented.write(source, count)
            first = runs.finish(runs.begin(source, output, *options))
            again = runs.finish(runs.begin(source, output, *options))
        peaks.append(first.peak_bytes)
        print(
            f"{count:,} articles, {words:,} words, {chosen.workers} workers: {first.seconds:,.1f} s "
            f"({words / first.seconds:,.0f} words/s), peak {first.peak_bytes / MEGABYTE:,.0f} MB a process; "
            f"again, nothing changed: {again.seconds:.1f} s ({first.seconds / again.seconds:.0f} x faster), "
            f"peak {again.peak_bytes / MEGABYTE:,.0f} MB",
            flush=True,
        )
    print(f"memory of the larger run: {peaks[1] / peaks[0]:.2f} x that of the smaller")


if __name__ == "__main__":
    main()
