"""The language layers: from an article's kept blocks to a Doc that carries entities, dates, quotations and events."""

import importlib
import re
from itertools import pairwise
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.article import Article
from pipeline.errors import ModelError
from pipeline.language import doc as _doc  # noqa: F401  declares the extension attributes

EMBEDDED_MODEL = Path(__file__).parent.parent / "model"

# The layers in the order in which they run, after the model (the first runs before it), and the module of each.
LAYERS = {
    "block_boundaries": "blocks",
    "entities": "entities",
    "entity_links": "entity_links",
    "dates": "dates",
    "quotations": "quotations",
    "first_persons": "entity_links",
    "events": "events",
}
# What the layers read from the model, and what provides it.
NEEDS = {"token.dep": "a parser", "token.lemma": "a lemmatizer", "doc.ents": "a named-entity recogniser"}
WORD = re.compile(r"\S++")
# The tokenizer takes the marks off a word one by one and reads the rest anew, so that its time grows with the square
# of the word: a rule of 10,000 dashes took it 15 seconds. Hardly an address is longer than this.
LONGEST_WORD = 500


def load_pipeline(model: str | Path | None = None, *, lexicons: Path | None = None) -> Language:
    """A spaCy pipeline with our layers added.

    `model` is the name of an installed pipeline or the path of one; None means the one we ship. `lexicons` is a folder
    to use instead of the shipped one.

    Raises:
        ModelError: there is no such pipeline, or it lacks what the layers need.
        LexiconError: a lexicon is broken.
    """
    for module in LAYERS.values():  # importing a layer registers its factory
        importlib.import_module(f"{__name__}.{module}")
    nlp = load_model(model)
    settings = {"lexicons": str(lexicons) if lexicons else ""}
    first, *rest = LAYERS
    nlp.add_pipe(first, first=True)
    for layer in rest:
        nlp.add_pipe(layer, config=settings)
    return nlp


def load_model(model: str | Path | None = None) -> Language:
    """The bare spaCy pipeline, checked for what the layers need.

    Raises:
        ModelError: there is no such pipeline, or it lacks a parser, lemmas or entities.
    """
    source = EMBEDDED_MODEL if model is None else model
    try:
        nlp = spacy.load(source)
    except OSError as error:
        raise ModelError(
            f"model {str(source)!r}: not found; name an installed spaCy pipeline or the path of one, "
            "or leave out --model to use the embedded one"
        ) from error
    except Exception as error:  # spaCy raises many kinds for a damaged or too new folder
        raise ModelError(
            f"model {str(source)!r}: cannot be loaded ({error}); reinstall it or choose another"
        ) from error
    provided = {attribute for name in nlp.pipe_names for attribute in nlp.get_pipe_meta(name).assigns}
    missing = [provider for need, provider in NEEDS.items() if need not in provided]
    if missing:
        raise ModelError(
            f"model {str(source)!r}: lacks {' and '.join(missing)} (it has {', '.join(nlp.pipe_names) or 'nothing'}); "
            "choose a pipeline that has them, such as the embedded one (leave out --model)"
        )
    return nlp


def make_doc(nlp: Language, article: Article) -> Doc:
    """The article as a bare Doc: masked text, kept blocks in `doc.spans["blocks"]`, day in `doc._.published`."""
    doc = _tokenized(nlp, article.masked_text())
    spans = (
        doc.char_span(block.start, block.end, label=block.label, alignment_mode="expand")
        for block in article.kept_blocks
    )
    doc.spans["blocks"] = [span for span in spans if span is not None]
    doc._.published = article.published_day
    return doc


def _tokenized(nlp: Language, text: str) -> Doc:
    """The text as tokens; a word that is too long for one is cut."""
    cuts = [cut for word in WORD.finditer(text) for cut in range(word.start() + LONGEST_WORD, word.end(), LONGEST_WORD)]
    if not cuts:
        return nlp.make_doc(text)
    pieces = [nlp.make_doc(text[start:end]) for start, end in pairwise([0, *cuts, len(text)])]
    return Doc.from_docs(pieces, ensure_whitespace=False) or pieces[0]
