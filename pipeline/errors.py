"""What stops a run.

PipelineError
├── InputError      an input, option or output folder that cannot be used
│   └── FloorError  floors that cannot be read, or would sink without a reason
├── GoldError       an annotation file that is broken
├── LexiconError    a lexicon file that is broken
├── ModelError      a spaCy pipeline that cannot do what the layers need
└── OutputError     tables or a store that could not be written to their end

What concerns one article only is not an error but a `Problem`, a row of `problems.csv`.
"""


class PipelineError(Exception):
    """The run cannot start, or cannot go on; the message says what, where, and what to do."""


class InputError(PipelineError):
    """An input, an option or an output folder cannot be used."""


class FloorError(InputError):
    """The floors cannot be read, or would sink without a reason."""


class GoldError(PipelineError):
    """A gold file is broken; the message names the file and line, what was found, and what to do."""


class LexiconError(PipelineError):
    """A lexicon file is broken."""


class ModelError(PipelineError):
    """The spaCy pipeline is missing, or lacks what the layers need."""


class OutputError(PipelineError):
    """The output could not be written to its end: a full disk, a folder that became read-only."""
