"""The command line: arguments in, one call, an exit code out.

Exit codes: 0 done; 1 done with problems, listed in problems.csv; 2 not started; 130 interrupted. Data goes to files or
to the standard output, progress and messages go to the standard error stream. Heavy imports stay inside the commands.
"""

import enum
import signal
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn, Self

import typer

from pipeline.errors import InputError, PipelineError

if TYPE_CHECKING:
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
    config: Config = None,
) -> None:
    """Extract the articles and write all tables."""
    from pipeline import engines, run

    settings = engines.Settings(
        model=model,
        clean=not no_clean,
        workers=workers,
        engine=engine.value,
        address=address,
        format=table_format.value,
        fresh=fresh,
        lexicons=lexicons,
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
def doctor() -> None:
    """Say what is installed and what is missing, with one fix per problem."""
    from pipeline.doctor import examine

    findings = list(examine())
    for finding in findings:
        print(finding)
    if any(finding.fix for finding in findings):
        raise typer.Exit(1)


class Progress:
    """Articles done, on a terminal as a moving line, elsewhere as a plain line now and then."""

    EVERY = 500  # articles between two plain lines

    def __init__(self) -> None:
        self.moving = sys.stderr.isatty()
        self.next_line = self.EVERY

    def __enter__(self) -> Self:
        """Begin; a request to terminate is treated as an interruption, so that the store is closed tidily."""
        signal.signal(signal.SIGTERM, _interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        """End the moving line."""
        if self.moving:
            sys.stderr.write("\r\033[K")

    def show(self, summary: "Summary") -> None:
        """Say how far the run is."""
        if self.moving:
            sys.stderr.write(f"\r{summary.extracted} articles extracted")
            sys.stderr.flush()
        elif summary.extracted >= self.next_line:
            say(f"{summary.extracted} articles extracted")
            self.next_line += self.EVERY


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


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
