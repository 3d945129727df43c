"""The command line: arguments in, one call, an exit code out.

Exit codes: 0 done; 1 done with problems, listed in problems.csv; 2 not started; 130 interrupted. Data goes to files or
to the standard output, progress and messages go to the standard error stream. Heavy imports stay inside the commands.
"""

import enum
import signal
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn, Self

import typer

from pipeline.errors import InputError, PipelineError

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.progress import Progress as RichProgress

    from pipeline.article import Article
    from pipeline.run import Summary

app = typer.Typer(
    name="article-events",
    help="Raw articles in; entities, dates, quotations and PLOVER events out, every cell traceable to the text.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Engine(enum.StrEnum):
    """Where the work is done."""

    LOCAL = "local"
    DASK = "dask"


class Format(enum.StrEnum):
    """How tables are written."""

    CSV = "csv"
    PARQUET = "parquet"


class Exchange(enum.StrEnum):
    """Formats of other tools."""

    BRAT = "brat"
    PRODIGY = "prodigy"
    DOCCANO = "doccano"
    LABEL_STUDIO = "label-studio"
    W3C = "w3c"
    DOCBIN = "docbin"
    CAS = "cas"
    XLSX = "xlsx"
    PARQUET = "parquet"
    CSV_SAFE = "csv-safe"
    GDELT = "gdelt"
    ICEWS = "icews"
    POLECAT = "polecat"


def read_config(context: typer.Context, path: Path | None) -> Path | None:
    """Make the options of a TOML file the defaults of the command.

    Raises:
        InputError: the file cannot be read, is not TOML, or holds an unknown option.
    """
    if path is None:
        return None
    try:
        options = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the name given to --config") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid TOML: {error}; mend that line and run again") from error
    known = {parameter.name for parameter in context.command.params} - {"config", "help"}
    options = {name.replace("-", "_"): value for name, value in options.items()}
    for name in options:
        if name not in known:
            raise InputError(f"{path}: unknown option {name!r}; options are {', '.join(sorted(filter(None, known)))}")
    context.default_map = options
    return path


Config = Annotated[
    Path | None,
    typer.Option(
        "--config", is_eager=True, callback=read_config, help="TOML file with the same options; the command line wins."
    ),
]


@app.command()
def extract(
    inputs: Annotated[list[Path], typer.Argument(help="Files and folders of articles, or - for standard input.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the tables.")],
    no_clean: Annotated[bool, typer.Option("--no-clean", help="Keep every block of every article.")] = False,
    model: Annotated[str, typer.Option(help="An installed spaCy pipeline, or the path of one.")] = "",
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that share the work.")] = 1,
    engine: Annotated[
        Engine, typer.Option(help="Processes of this machine, or Dask (extra 'cluster').")
    ] = Engine.LOCAL,
    address: Annotated[str, typer.Option(help="A Dask scheduler, tcp://...; without it Dask starts one here.")] = "",
    table_format: Annotated[Format, typer.Option("--format", help="Parquet needs the extra 'parquet'.")] = Format.CSV,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ignore what is stored and do every article again.")] = False,
    lexicons: Annotated[str, typer.Option(help="A folder to use instead of the shipped lexicons.")] = "",
    boilerplate: Annotated[
        str,
        typer.Option(metavar="FILE", help="A table of what articles of one source share, as boilerplate writes it."),
    ] = "",
    time_limit: Annotated[
        float, typer.Option(min=0, help="Seconds one article may take before it is listed as a problem; 0: no limit.")
    ] = 600.0,
    part: Annotated[
        str, typer.Option(metavar="K/N", help="Extract only the K-th of N parts of the articles; merge joins them.")
    ] = "1/1",
    config: Config = None,
) -> None:
    """Extract the articles and write all tables."""
    from pipeline import engines, parts, run

    settings = engines.Settings(
        model=model,
        clean=not no_clean,
        workers=workers,
        engine=engine.value,
        address=address,
        format=table_format.value,
        fresh=fresh,
        lexicons=lexicons,
        boilerplate=boilerplate,
        time_limit=time_limit,
        part=parts.Part.of(part),
    )
    try:
        with Progress() as progress:
            summary = run.extract(inputs, output, settings, progress.show)
    except KeyboardInterrupt:
        say("interrupted; what was extracted so far is kept, and the same command goes on from there")
        raise typer.Exit(130) from None
    counts = ", ".join(f"{count} {table}" for table, count in summary.rows.items())
    say(f"{output}: {counts}; {summary.extracted} of {summary.articles} articles extracted now, the rest before")
    if summary.problems:
        say(f"{summary.problems} problems are listed in {output / f'problems.{table_format}'}")
        raise typer.Exit(1)


@app.command()
def boilerplate(
    output: Annotated[Path, typer.Option("--output", "-o", help="File for the table.")],
    inputs: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders of articles, as they will be given to extract.")
    ] = None,
    add: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A table to add; may be given several times.")
    ] = None,
    part: Annotated[str, typer.Option(metavar="K/N", help="Read only the K-th of N parts of the articles.")] = "1/1",
    megabytes: Annotated[
        int,
        typer.Option(help="Memory of the table, a power of two: 64 for some 100,000 articles, twice that for twice."),
    ] = 64,
) -> None:
    """Learn which blocks several articles of one source share, for extract --boilerplate."""
    from pipeline.learning import learn_boilerplate
    from pipeline.parts import Part

    learned = learn_boilerplate(inputs or (), output, add or (), Part.of(part), megabytes, say)
    say(
        f"{output}: learnt from {learned.articles} articles; of a million blocks that recur nowhere, "
        f"{learned.false_hits * 1e6:.0f} would be taken for shared"
    )
    if learned.problems:
        raise typer.Exit(1)


@app.command()
def merge(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders that extract --part wrote.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the tables of all.")],
    table_format: Annotated[Format, typer.Option("--format", help="Parquet needs the extra 'parquet'.")] = Format.CSV,
) -> None:
    """Join the datasets of several runs into one, with the bytes that one run would have written."""
    from pipeline.run import merge as merge_folders

    summary = merge_folders(folders, output, table_format.value)
    counts = ", ".join(f"{count} {table}" for table, count in summary.rows.items())
    say(f"{output}: {counts}; of {len(folders)} parts")
    if summary.problems:
        raise typer.Exit(1)


@app.command()
def clean(
    file: Annotated[Path, typer.Argument(help="An article, or - for standard input.")],
    explain: Annotated[bool, typer.Option("--explain", help="Print every block with its label and reason.")] = False,
) -> None:
    """Print the text of an article without the furniture of its page."""
    from pipeline.cleaning import clean as clean_article
    from pipeline.readers import ReadProblem, read

    printed = 0
    for item in read([file]):
        if isinstance(item, ReadProblem):
            say(f"{item.source_file}: {item.message}")
            continue
        article = clean_article(item)
        print("\n".join(explained(article)) if explain else article.kept_text)
        printed += 1
    if not printed:
        raise typer.Exit(1)


def explained(article: "Article") -> Iterator[str]:
    """Each block with its verdict, label and reason."""
    for block in article.blocks:
        verdict = "kept   " if block.kept else "removed"
        yield f"{verdict}  {block.label:22} {block.reason:40}  {' '.join(article.text_of(block).split())}"


@app.command()
def show(
    row_id: Annotated[str, typer.Argument(metavar="ID", help="An entity, date, quotation or event id.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder that extract wrote.")] = Path("outputs"),
) -> None:
    """Print the rows with this id, each in its sentence."""
    from pipeline.show import shown_rows

    for piece in shown_rows(output, row_id):
        print(piece)


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that extract wrote.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The page; DIR/report.html if not given.")
    ] = None,
) -> None:
    """Write one self-contained HTML page about a dataset."""
    from pipeline.report import write_report

    say(f"{write_report(folder, output)}: open it in any browser; it needs no network")


@app.command()
def panel(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that extract wrote.")],
    by: Annotated[str, typer.Option(help="Period: day, week, month, quarter or year.")] = "month",
    unit: Annotated[str, typer.Option(help="dyad (who to whom), actor (country and sector) or country.")] = "dyad",
    spread: Annotated[
        str, typer.Option(help="How an interval counts in its periods: first, days, even or whole.")
    ] = "first",
    modality: Annotated[str, typer.Option(help="Which events count, joined by commas.")] = "asserted,reported",
    date_basis: Annotated[
        str, typer.Option(help="Which dates count, joined by commas.")
    ] = "explicit,relative,narrative,publication",
    min_confidence: Annotated[float, typer.Option(help="Leave out rows below this confidence (0 to 1).")] = 0.0,
    start: Annotated[str, typer.Option("--from", help="First day of the panel; that of the events if not given.")] = "",
    end: Annotated[str, typer.Option("--to", help="Last day of the panel; that of the events if not given.")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV file; standard output if not given.")
    ] = None,
) -> None:
    """Count distinct events and quotations by period and unit, zero-filled, as CSV."""
    from pipeline.panel import PanelSettings
    from pipeline.panel import panel as panel_of_folder
    from pipeline.writers import replace_file

    settings = PanelSettings.from_words(
        by=by, unit=unit, spread=spread, modality=modality, date_basis=date_basis, min_confidence=min_confidence,
        start=start, end=end,
    )  # fmt: skip
    counts = panel_of_folder(folder, settings)
    if output is None:
        sys.stdout.writelines(counts.csv_lines())
    else:
        replace_file(output, counts.csv_lines())
    say(str(counts.coverage))


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that extract wrote, as CSV.")],
    to: Annotated[Exchange, typer.Option("--to", help="The format; docs/how-to/exchange.md says what each holds.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File, or folder (brat, cas, parquet, csv-safe).")],
    layers: Annotated[
        str, typer.Option(help="Only these, joined by commas: blocks,entities,dates,quotations,events.")
    ] = "",
) -> None:
    """Write a dataset in the format of another tool."""
    from pipeline.interchange import export_dataset
    from pipeline.interchange.marks import LAYERS

    chosen = tuple(layer.strip() for layer in layers.split(",")) if layers else LAYERS
    remarks = export_dataset(folder, to.value, output, chosen)
    for remark in remarks:
        say(remark)
    say(f"{output}: written")
    if remarks:
        raise typer.Exit(1)


@app.command("import")
def import_annotations(
    file: Annotated[Path, typer.Argument(help="What the tool gives back: a file or folder.")],
    origin: Annotated[Exchange, typer.Option("--from", help="The format; event files are not read back.")],
    texts: Annotated[Path, typer.Option(help="The dataset the annotations were made on, or a folder of .txt files.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A new folder for the tables.")],
) -> None:
    """Make a dataset from the annotations of another tool."""
    from pipeline.interchange import import_file
    from pipeline.run import version

    done = import_file(file, origin.value, texts, output, version())
    counts = ", ".join(f"{count} {table}" for table, count in done.rows.items())
    say(f"{output}: {counts}; {done.moved} marks stood elsewhere than the file says")
    if done.problems:
        say(f"{done.problems} problems are listed in {output / 'problems.csv'}")
        raise typer.Exit(1)


@app.command()
def validate(
    gold: Annotated[Path, typer.Argument(help="Folder of annotated articles, or of their parts dev and test.")],
    predictions: Annotated[Path, typer.Argument(help="Folder that extract wrote.")],
    part: Annotated[str, typer.Option(help="Only this part of the gold.")] = "",
    layer: Annotated[list[str] | None, typer.Option(help="Only this table; may be given several times.")] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List misses and false alarms in their sentences.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    html: Annotated[Path | None, typer.Option(help="Also write one page of HTML, with all misses.")] = None,
    quality: Annotated[Path | None, typer.Option(help="Also write the figures as quality.csv.")] = None,
    floors: Annotated[Path | None, typer.Option(help="File of floors; a score under its floor ends with 1.")] = None,
    set_floors: Annotated[bool, typer.Option("--set-floors", help="Set the floors to the present scores.")] = False,
    reason: Annotated[str, typer.Option(help="Why a floor may sink; kept in the file.")] = "",
) -> None:
    """Score the tables against gold: precision, recall and F1 by layer and label."""
    from pipeline.validation import (
        calibration,
        outputs,
        rendering,
        scores,
    )
    from pipeline.validation import floors as floor_file
    from pipeline.validation import (
        gold as gold_files,
    )
    from pipeline.validation import (
        quality as quality_table,
    )
    from pipeline.validation.measures import LAYERS
    from pipeline.writers import replace_file

    if set_floors and (floors is None or part or layer):
        raise InputError(
            "--set-floors: floors are set on all gold and all layers; give --floors FILE, no --part, no --layer"
        )
    golds = gold_files.read_gold_folder(gold, part)
    found = outputs.read_outputs(predictions)
    report = scores.validate(golds, found, layer or ())
    pairs, _, _ = scores.paired(golds, found)
    confidence = [one for one in calibration.calibrations(pairs) if not layer or one.layer in layer]
    findings = [
        one
        for name, measures in LAYERS.items()
        if (errors or html) and (not layer or name in layer)
        for both in pairs
        for one in measures.findings(both)
    ]
    breaches: tuple[floor_file.Breach, ...] = ()
    if floors is not None and set_floors:
        floor_file.write_floors(floor_file.raised(floor_file.read_floors(floors), report, reason), floors)
    elif floors is not None:
        breaches = floor_file.check(floor_file.read_floors(floors), report)
    if html is not None:
        replace_file(html, [rendering.score_page(report, confidence, findings, breaches)])
    if quality is not None:
        quality_table.write_quality(quality_table.quality_rows(report, confidence), quality)
    shown = findings if errors else []
    if as_json:
        print(rendering.as_json(report=report, confidence=confidence, findings=shown, breaches=breaches), end="")
    else:
        print_rich(rendering.score_report(report, confidence, shown, breaches))
    if breaches or report.missing or report.changed:
        raise typer.Exit(1)


@app.command()
def agree(
    first: Annotated[Path, typer.Argument(metavar="GOLD_A", help="Gold of one annotator.")],
    second: Annotated[Path, typer.Argument(metavar="GOLD_B", help="Gold of another, of the same articles.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how far two annotators agree: F1, Cohen's kappa, Krippendorff's alpha."""
    from pipeline.validation import agreement, rendering
    from pipeline.validation import gold as gold_files

    report = agreement.agreement(gold_files.read_gold_folder(first), gold_files.read_gold_folder(second))
    if as_json:
        print(rendering.as_json(report=report), end="")
    else:
        print_rich(rendering.agreement_report(report))
    if report.only_first or report.only_second:
        raise typer.Exit(1)


@app.command()
def gains(
    old: Annotated[Path, typer.Argument(help="Folder that extract wrote before.")],
    new: Annotated[Path, typer.Argument(help="Folder that extract wrote after.")],
    rows: Annotated[bool, typer.Option("--rows", help="List every row, in its sentence.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with every row.")] = False,
    html: Annotated[Path | None, typer.Option(help="Also write one page of HTML, with every row.")] = None,
) -> None:
    """List the rows that came, went or changed between two outputs."""
    import dataclasses

    from pipeline.validation import gains as comparison
    from pipeline.validation import outputs, rendering
    from pipeline.writers import replace_file

    found = comparison.gains(outputs.read_outputs(old), outputs.read_outputs(new))
    if html is not None:
        replace_file(html, [rendering.gains_page(found)])
    if as_json:
        print(rendering.as_json(gains=found), end="")
    else:
        print_rich(rendering.gains_report(found if rows else dataclasses.replace(found, changes=())))


@app.command()
def review(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that extract wrote, as CSV.")],
    gold: Annotated[Path, typer.Option(help="Folder that reviewed articles are saved in as gold.")] = Path(
        "corpus/gold"
    ),
    cases: Annotated[
        Path | None, typer.Option(help="Folder for the cases of wrong rules; DIR/cases if not given.")
    ] = None,
    annotator: Annotated[str, typer.Option(help="Your name; the page asks for it if not given.")] = "",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 8765, or a free one, if not given.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address and open no browser.")] = False,
) -> None:
    """Review what was extracted, in a browser on this machine; every decision is kept at once."""
    from pipeline.review.desk import Settings
    from pipeline.review.server import serve

    def announce(address: str) -> None:
        print(address, flush=True)
        say("open this address in a browser; it works on this machine only; Ctrl+C ends the server, nothing is lost")

    serve(Settings(folder, gold, cases), port, not no_browser, annotator, announce)


@app.command()
def doctor() -> None:
    """Say what is installed and what is missing, with one fix per problem."""
    from pipeline.doctor import examine

    findings = list(examine())
    for finding in findings:
        print(finding)
    if any(finding.fix for finding in findings):
        raise typer.Exit(1)


class Progress:
    """How far a run is: on a terminal as a moving bar, elsewhere as a plain line now and then."""

    ARTICLES = 500  # between two plain lines
    SECONDS = 60.0  # or so long

    def __init__(self) -> None:
        self.begun = self.said = time.monotonic()
        self.next_line = self.ARTICLES
        self.bar: RichProgress | None = None

    def __enter__(self) -> Self:
        """Begin; a request to terminate is treated as an interruption, so that the store is closed tidily."""
        signal.signal(signal.SIGTERM, _interrupt)
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as RichProgress

            self.bar = RichProgress(
                BarColumn(bar_width=24), TextColumn("{task.description}"),
                console=Console(stderr=True), transient=True,
            )  # fmt: skip
            self.bar.start()
            self.task = self.bar.add_task("reading", total=None)
        return self

    def __exit__(self, *_: object) -> None:
        """End the moving bar."""
        if self.bar:
            self.bar.stop()

    def show(self, summary: "Summary") -> None:
        """Say how far the run is."""
        now = time.monotonic()
        line = progress_line(summary, now - self.begun)
        if self.bar:
            self.bar.update(self.task, description=line, total=summary.size or None, completed=summary.position)
        elif summary.extracted >= self.next_line or now - self.said >= self.SECONDS:
            say(line)
            self.said, self.next_line = now, summary.extracted + self.ARTICLES


def progress_line(summary: "Summary", seconds: float) -> str:
    """Articles, rate, share of the input, time left and problems, after so many seconds."""
    parts = [f"{summary.extracted:,} articles extracted, {summary.extracted / max(seconds, 0.001):.1f} a second"]
    share = summary.position / summary.size if summary.size else 0.0
    if share:
        parts.append(f"{share:.0%} of the input read, about {duration(seconds / share - seconds)} left")
    if summary.problems:
        parts.append(f"{summary.problems:,} problems")
    return "; ".join(parts)


def duration(seconds: float) -> str:
    """A time to wait, as one says it: `40 s`, `12 min`, `3.5 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def print_rich(report: "RenderableType") -> None:
    """A report on the standard output: as wide as the terminal, or without folding into a file."""
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    console.print(report, soft_wrap=False)


def say(message: str) -> None:
    """A line for the person at the terminal."""
    print(message, file=sys.stderr)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    try:
        app(arguments)
    except PipelineError as error:
        say(f"article-events: {error}")
    sys.exit(2)  # reached only when nothing was started: a command that ran has left with its own code
