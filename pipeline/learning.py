"""Learning: what a collection says about itself, read once and kept in a file: the boilerplate table."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.cleaning.boilerplate import (
    MEGABYTES,
    MOST_FALSE_HITS,
    SIZES,
    SLOTS_OF_A_MEGABYTE,
    BoilerplateTable,
    read_table,
)
from pipeline.engines import read_item
from pipeline.errors import InputError, OutputError
from pipeline.parts import WHOLE, Part
from pipeline.readers import ReadProblem, read_later
from pipeline.writers import replace_file


class Learned(NamedTuple):
    """What was learnt: from how many articles, with how many problems, and how often a block looks shared by chance."""

    articles: int
    problems: int
    false_hits: float


def learn_boilerplate(
    inputs: Iterable[str | Path],
    output: Path,
    add: Sequence[Path] = (),
    part: Part = WHOLE,
    megabytes: int = MEGABYTES,
    report: Callable[[str], object] = print,
) -> Learned:
    """Write the boilerplate table of the articles of the inputs, and of the tables to add, to `output`.

    It takes `megabytes` of memory, here and in every worker of a run, however many articles there are (their ids come
    on top). `report` is told of every problem met.

    Raises:
        InputError: there is neither an input nor a table to add, one cannot be used, or there are too many articles.
        OutputError: the table could not be written.
    """
    if megabytes not in SIZES:
        raise InputError(f"--megabytes {megabytes}: a table has a power of two of them, {SIZES[0]} to {SIZES[-1]}")
    given, table, articles, problems = list(inputs), BoilerplateTable(megabytes * SLOTS_OF_A_MEGABYTE), 0, 0
    for path in add:
        other = read_table(path)
        if other.megabytes != megabytes:
            raise InputError(f"{path}: a table of {other.megabytes} MB; add it with --megabytes {other.megabytes}")
        table.add(other)
    for item in read_later(given) if given or not add else ():
        if not part.holds(item.article_id or item.source_file if isinstance(item, ReadProblem) else item.id):
            continue
        article, found = (None, (item,)) if isinstance(item, ReadProblem) else read_item(item)
        for problem in found:
            report(f"{item.source_file}: {problem.message}")
        problems += len(found)
        if article:
            table.learn(article)
            articles += 1
    chance = table.false_hits()
    if chance > MOST_FALSE_HITS:
        raise InputError(
            f"{output}: not written, as {chance:.4%} of blocks would be taken for shared by chance; "
            f"give the table more room than --megabytes {megabytes}"
        )
    try:
        replace_file(output, table.pieces())
    except OSError as error:
        raise OutputError(f"{output}: could not be written ({error.strerror}); choose another --output") from error
    return Learned(articles, problems, chance)
