"""What goes wrong while reading: it costs one input, and the run goes on."""

from dataclasses import dataclass

from pipeline.article import Article


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """An input, or a part of one, that could not be read, or only with a guess."""

    source_file: str
    article_id: str  # empty where no article could be told
    message: str  # what was found, and what was done about it


class UnreadableError(Exception):
    """An input gives no article; the message says why, and goes into a `ReadProblem`."""


Found = Article | ReadProblem
