"""What is measured in each layer: one module per table, each with the same three names.

`tally(both)` counts one article, `findings(both)` lists what the counts are made of, `MACRO` names the measures whose
mean over labels is a figure too.
"""

from collections.abc import Iterator
from typing import Protocol

from pipeline.validation.align import Both
from pipeline.validation.findings import Finding
from pipeline.validation.measures import blocks, dates, documents, entities, events, quotations
from pipeline.validation.tally import Tally


class Layer(Protocol):
    """A module of this package."""

    MACRO: frozenset[str]

    def tally(self, both: Both) -> Tally:
        """The counts of one article."""

    def findings(self, both: Both) -> Iterator[Finding]:
        """Every miss, false alarm and difference in one article."""


LAYERS: dict[str, Layer] = {
    "documents": documents,
    "blocks": blocks,
    "entities": entities,
    "dates": dates,
    "quotations": quotations,
    "events": events,
}
