"""Sentences never cross blocks: a heading without a full stop does not run into the paragraph below it."""

from spacy.language import Language
from spacy.tokens import Doc


@Language.factory("block_boundaries", assigns=["token.is_sent_start"])
def make_block_boundaries(nlp: Language, name: str) -> "BlockBoundaries":
    """The component, as spaCy makes it."""
    return BlockBoundaries()


class BlockBoundaries:
    """The spaCy component: the first token of each block in `doc.spans["blocks"]` starts a sentence."""

    def __call__(self, doc: Doc) -> Doc:
        """Mark the starts; the parser, which comes later, respects them."""
        starts = doc.to_array("SENT_START")  # setting `token.is_sent_start` looks through the whole Doc each time
        starts[[block.start for block in doc.spans.get("blocks", ())]] = 1
        return doc.from_array(["SENT_START"], starts)  # type: ignore[arg-type]
