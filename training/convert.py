"""Convert the treebanks and the named-entity corpora to spaCy's binary format.

    python training/convert.py DATA OUTPUT [--without-gmb]

DATA holds `treebank/*.conllu.gz` and `ner/*.jsonl.gz`, as described in training/README.md. OUTPUT receives
`syntax-train.spacy`, `syntax-dev.spacy`, `ner-train.spacy`, `ner-dev.spacy`, and one `.spacy` file per development
corpus for the evaluation. The same input always gives the same output.
"""

import argparse
import gzip
import json
import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

TREEBANKS = ("ewt", "gum")
SENTENCES_PER_DOC = 8
# Articles mark a paragraph by blank lines, by one line break, or by a no-break space before the break.
PARAGRAPH_BREAKS = ("\n\n", "\n\n", "\n", "\u00a0\n\n")
# What an article's typography does to the treebanks' plain ASCII.
CURLY = {"'s": "’s", "n't": "n’t", "'re": "’re", "'ve": "’ve", "'ll": "’ll", "'d": "’d", "'m": "’m", "'": "’"}


class Word(NamedTuple):
    """One syntactic word of a treebank sentence; `head` is its head's position in the sentence, itself for the root."""

    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: int
    deprel: str
    space: bool


class Sentence(NamedTuple):
    """A treebank sentence and whether it opens a paragraph or a document."""

    words: list[Word]
    opens_paragraph: bool
    opens_document: bool


def read_conllu(path: Path) -> Iterator[Sentence]:
    """The sentences of a CoNLL-U file, in order; multi-word tokens are divided into their words without a space."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        block: list[str] = []
        for line in lines:
            if line.strip():
                block.append(line.rstrip("\n"))
            elif block:
                yield _sentence(block)
                block = []
        if block:
            yield _sentence(block)


def _sentence(block: list[str]) -> Sentence:
    comments = [line for line in block if line.startswith("#")]
    rows = [line.split("\t") for line in block if not line.startswith("#")]
    inside_until, space_after_range = 0, True
    words: list[Word] = []
    for row in rows:
        identifier, form, lemma, upos, xpos, feats, head, deprel, _, misc = row
        if "-" in identifier:
            inside_until, space_after_range = int(identifier.split("-")[1]), "SpaceAfter=No" not in misc
            continue
        if "." in identifier:  # an empty node of the enhanced graph
            continue
        position = int(identifier)
        if position < inside_until:
            space = False
        elif position == inside_until:
            space = space_after_range
        else:
            space = "SpaceAfter=No" not in misc
        parent = position - 1 if head == "0" else int(head) - 1
        words.append(Word(form, lemma, upos, xpos, "" if feats == "_" else feats, parent, deprel, space))
    opens_document = any(line.startswith("# newdoc") for line in comments)
    return Sentence(words, opens_document or any(line.startswith("# newpar") for line in comments), opens_document)


def grouped(sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
    """Runs of sentences of one document, long enough for a parser to learn where sentences end."""
    group: list[Sentence] = []
    for sentence in sentences:
        if group and (sentence.opens_document or len(group) == SENTENCES_PER_DOC):
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group


def syntax_doc(nlp: Language, group: list[Sentence], rng: random.Random | None) -> Doc:
    """A Doc of several sentences; with `rng`, dressed as articles are: paragraph breaks, curly apostrophes."""
    words: list[str] = []
    spaces: list[bool] = []
    tags: list[str] = []
    pos: list[str] = []
    morphs: list[str] = []
    lemmas: list[str] = []
    heads: list[int] = []
    deps: list[str] = []
    starts: list[bool] = []
    curly = rng is not None and rng.random() < 0.4
    for number, sentence in enumerate(group):
        if number and sentence.opens_paragraph and rng is not None:
            spaces[-1] = False
            words.append(rng.choice(PARAGRAPH_BREAKS))
            heads.append(len(words) - 2)
            for column, value in ((tags, "_SP"), (pos, "SPACE"), (morphs, ""), (lemmas, words[-1]), (deps, "dep")):
                column.append(value)
            starts.append(False)
            spaces.append(False)
        offset = len(words)
        for position, word in enumerate(sentence.words):
            words.append(CURLY.get(word.form, word.form) if curly else word.form)
            spaces.append(word.space)
            tags.append(word.xpos)
            pos.append(word.upos)
            morphs.append(word.feats)
            lemmas.append(word.lemma)
            heads.append(offset + word.head)
            deps.append("ROOT" if word.deprel == "root" else word.deprel)
            starts.append(position == 0)
        spaces[-1] = True
    return Doc(
        nlp.vocab, words=words, spaces=spaces, tags=tags, pos=pos, morphs=morphs, lemmas=lemmas,
        heads=heads, deps=deps, sent_starts=starts,
    )  # fmt: skip


def entity_doc(nlp: Language, passage: dict) -> Doc:
    """A Doc with its entities; what the source leaves open, or our tokens cannot express, is marked missing."""
    doc = nlp.make_doc(passage["text"])
    spans, missing = [], []
    for entity in passage["entities"]:
        span = doc.char_span(entity["start"], entity["end"], label=entity["label"])
        if span is None:
            wider = doc.char_span(entity["start"], entity["end"], alignment_mode="expand")
            missing.extend([wider] if wider is not None else [])
        else:
            spans.append(span)
    taken = {token.i for span in spans for token in span}
    for gap in passage.get("missing", ()):
        wider = doc.char_span(gap["start"], gap["end"], alignment_mode="expand")
        missing.extend([wider] if wider is not None else [])
    open_tokens = sorted({token.i for span in missing for token in span} - taken)
    doc.set_ents(spans, missing=[doc[i : i + 1] for i in open_tokens])
    return doc


def read_passages(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def save(docs: Iterable[Doc], path: Path) -> None:
    docs = list(docs)
    DocBin(docs=docs, store_user_data=False).to_disk(path)
    print(f"{path.name}: {len(docs)} docs, {sum(map(len, docs))} tokens", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with treebank/ and ner/")
    parser.add_argument("output", type=Path)
    parser.add_argument(
        "--without-gmb", action="store_true", help="leave out the corpus that states no annotation licence"
    )
    args = parser.parse_args()
    for needed in (args.data / "treebank", args.data / "ner"):
        if not needed.is_dir():
            sys.exit(f"{needed}: no such folder; the corpora and where to get them are listed in training/README.md")
    args.output.mkdir(parents=True, exist_ok=True)
    nlp, rng = spacy.blank("en"), random.Random(7)

    groups = [g for bank in TREEBANKS for g in grouped(read_conllu(args.data / "treebank" / f"{bank}-train.conllu.gz"))]
    save((syntax_doc(nlp, group, rng) for group in groups), args.output / "syntax-train.spacy")
    development = {b: list(grouped(read_conllu(args.data / "treebank" / f"{b}-dev.conllu.gz"))) for b in TREEBANKS}
    for bank, dev_groups in development.items():
        save((syntax_doc(nlp, group, None) for group in dev_groups), args.output / f"{bank}-dev.spacy")
    save(
        (syntax_doc(nlp, g, None) for groups in development.values() for g in groups), args.output / "syntax-dev.spacy"
    )

    paths = sorted((args.data / "ner").glob("*.jsonl.gz"))
    kept = [path for path in paths if not (args.without_gmb and path.name.startswith("gmb-"))]
    train = [passage for path in kept if "-train" in path.name for passage in read_passages(path)]
    save((entity_doc(nlp, passage) for passage in train), args.output / "ner-train.spacy")
    dev = {path.name.split("-dev")[0]: read_passages(path) for path in kept if "-dev" in path.name}
    for corpus, passages in dev.items():
        save((entity_doc(nlp, passage) for passage in passages), args.output / f"ner-{corpus}-dev.spacy")
    save((entity_doc(nlp, p) for passages in dev.values() for p in passages), args.output / "ner-dev.spacy")


if __name__ == "__main__":
    main()
