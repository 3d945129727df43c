"""Report: one HTML page about a dataset, every number on it a way to the sentences behind it.

    path = write_report("outputs")  # outputs/report.html

The parts, in the order a number meets them: `dataset` reads rows, `summary` counts them, `timeline` and `network` draw,
`marks` ties a number to its rows, `sentences` cuts their words out of the articles, `page` writes the HTML.
"""

from pathlib import Path


def write_report(folder: str | Path, output: str | Path | None = None) -> Path:
    """Write the report of a dataset as one self-contained HTML file; returns where it is.

    Raises:
        InputError: the folder holds no dataset, or a table is damaged.
    """
    from pipeline.report.page import page
    from pipeline.report.summary import summary_of
    from pipeline.writers import replace_file

    folder = Path(folder)
    path = Path(output) if output else folder / "report.html"
    replace_file(path, [page(summary_of(folder))])
    return path
