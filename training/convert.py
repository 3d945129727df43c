"""Read the treebanks and the named-entity corpora; convert their development splits for the evaluation.

    python training/convert.py DATA OUTPUT

DATA holds `treebank/*.conllu.gz` and `ner/*.jsonl.gz`, as described in training/README.md. OUTPUT receives one file in
spaCy's binary format per development corpus, `ner-CORPUS-dev.spacy` first and TREEBANK-dev.spacy last. What training
learns from is made by distil/inputs.py, which reads the corpora with the functions here.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

TREEBANKS = ("ewt", "gum")
SENTENCES_PER_DOC = 8
BREAK = "\n\n"


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


def grouped(sentences: Iterable[Sentence], longest: int = SENTENCES_PER_DOC) -> Iterator[list[Sentence]]:
    """Runs of sentences of one document, long enough for a parser to learn where sentences end."""
    group: list[Sentence] = []
    for sentence in sentences:
        if group and (sentence.opens_document or len(group) == longest):
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group


def syntax_doc(nlp: Language, group: list[Sentence]) -> Doc:
    """A Doc of several sentences, a blank line between paragraphs."""
    words: list[str] = []
    spaces: list[bool] = []
    tags: list[str] = []
    pos: list[str] = []
    morphs: list[str] = []
    lemmas: list[str] = []
    heads: list[int] = []
    deps: list[str] = []
    starts: list[bool] = []
    for number, sentence in enumerate(group):
        if number and sentence.opens_paragraph:
            spaces[-1] = False
            words.append(BREAK)
            heads.append(len(words) - 2)
            for column, value in ((tags, "_SP"), (pos, "SPACE"), (morphs, ""), (lemmas, BREAK), (deps, "dep")):
                column.append(value)
            starts.append(False)
            spaces.append(False)
        offset = len(words)
        for position, word in enumerate(sentence.words):
            words.append(word.form)
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


def entity_columns(nlp: Language, passages: list[dict], corpus: str, split: str) -> list[dict]:
    """The passages as columns of words, trailing spaces, paragraph breaks before and BIES labels, "-" where open."""
    found = []
    for passage in as_learnt(corpus, passages):
        doc = entity_doc(nlp, passage)
        columns: dict[str, list] = {"words": [], "spaces": [], "breaks": [], "ner": []}
        broken = False
        for token in doc:
            if token.is_space:
                broken = True
                continue
            columns["words"].append(token.text)
            columns["spaces"].append(bool(token.whitespace_))
            columns["breaks"].append(broken and len(columns["words"]) > 1)
            columns["ner"].append(bies(doc, token.i))
            broken = False
        if columns["words"]:
            found.append({"corpus": corpus, "split": split, **columns})
    return found


def as_learnt(corpus: str, passages: list[dict]) -> list[dict]:
    """The passages as training learns them; the development splits that main writes keep re3d's odd names."""
    return [mended(passage) for passage in passages] if corpus == "re3d" else passages


def mended(passage: dict) -> dict:
    """Without names like "of Foreign Affairs of Iraq" (PERSON in re3d): what such a stretch is stays open."""
    odd = [e for e in passage["entities"] if not passage["text"][e["start"]].isupper()]
    kept = [e for e in passage["entities"] if e not in odd]
    return passage | {"entities": kept, "missing": [*passage.get("missing", ()), *odd]}


def bies(doc: Doc, position: int) -> str:
    token = doc[position]
    if token.ent_iob == 0:
        return "-"
    if not token.ent_type_:
        return "O"
    first, last = token.ent_iob == 3, position + 1 == len(doc) or doc[position + 1].ent_iob != 1
    return ("S" if first and last else "B" if first else "E" if last else "I") + "-" + token.ent_type_


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
    args = parser.parse_args()
    for needed in (args.data / "treebank", args.data / "ner"):
        if not needed.is_dir():
            sys.exit(f"{needed}: no such folder; the corpora and where to get them are listed in training/README.md")
    args.output.mkdir(parents=True, exist_ok=True)
    nlp = spacy.blank("en")
    for path in sorted((args.data / "ner").glob("*-dev*.gz")):
        corpus = path.name.split("-dev")[0]
        save((entity_doc(nlp, passage) for passage in read_passages(path)), args.output / f"ner-{corpus}-dev.spacy")
    for bank in TREEBANKS:
        documents = grouped(read_conllu(args.data / "treebank" / f"{bank}-dev.conllu.gz"), longest=1000)
        save((syntax_doc(nlp, document) for document in documents), args.output / f"{bank}-dev.spacy")


if __name__ == "__main__":
    main()
