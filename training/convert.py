"""Convert the treebanks, the named-entity corpora and our own passages to spaCy's binary format.

    python training/convert.py DATA OUTPUT [--without-gmb] [--without CORPUS ...]

DATA holds `treebank/*.conllu.gz` and `ner/*.jsonl.gz`, as described in training/README.md. OUTPUT receives `train/`
(syntax and names, each in two dresses, and dev, the development splits dressed for learning from), `dev.spacy`, and one
file per development corpus for the evaluation. The same input always gives the same output.
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
from spacy.training import Example
from spacy.training.augment import make_lowercase_variant, make_whitespace_variant

sys.path.insert(0, str(Path(__file__).resolve().parent))
from passages import FOLDER as PASSAGES
from passages import read_passages as read_marked
from variations import varied

TREEBANKS = ("ewt", "gum")
SENTENCES_PER_DOC = 8
# Articles mark a paragraph by blank lines, by one line break, or by a no-break space before the break.
PARAGRAPH_BREAKS = ("\n\n", "\n\n", "\n", "\u00a0\n\n")
# What stands between words for no reason, and the share of the docs that have it.
STRAY, STRAY_SPACE, LOWER_CASE = (" ", "\n", "\n\n", "   ", "\n   ", "\u00a0"), 0.06, 0.03
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


def syntax_doc(nlp: Language, group: list[Sentence], rng: random.Random | None) -> Doc:
    """A Doc of several sentences, a blank line between paragraphs; with `rng`, dressed as articles are."""
    words: list[str] = []
    spaces: list[bool] = []
    tags: list[str] = []
    pos: list[str] = []
    morphs: list[str] = []
    lemmas: list[str] = []
    heads: list[int] = []
    deps: list[str] = []
    starts: list[bool] = []
    curly, opened = rng is not None and rng.random() < 0.4, False
    for number, sentence in enumerate(group):
        if number and sentence.opens_paragraph:
            spaces[-1] = False
            words.append(rng.choice(PARAGRAPH_BREAKS) if rng else "\n\n")
            heads.append(len(words) - 2)
            for column, value in ((tags, "_SP"), (pos, "SPACE"), (morphs, ""), (lemmas, words[-1]), (deps, "dep")):
                column.append(value)
            starts.append(False)
            spaces.append(False)
        offset = len(words)
        for position, word in enumerate(sentence.words):
            form = word.form
            if curly and form in ('"', "``", "''"):
                opened = not opened
                form = "“" if opened else "”"
            words.append(CURLY.get(form, form) if curly else form)
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
    for passage in passages:
        doc = entity_doc(nlp, mended(passage) if corpus == "re3d" else passage)
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


def bio(label: str) -> str:
    """A BIES label as spaCy's Doc reads it."""
    return {"S": "B", "E": "I"}.get(label[0], label[0]) + label[1:]


def columns_doc(nlp: Language, columns: dict, rng: random.Random) -> Doc:
    """The Doc of such columns, with a paragraph break of a kind that articles have."""
    words: list[str] = []
    spaces: list[bool] = []
    labels: list[str] = []
    for word, space, broken, label in zip(
        columns["words"], columns["spaces"], columns["breaks"], columns["ner"], strict=True
    ):
        if broken:
            spaces[-1] = False
            words.append(rng.choice(PARAGRAPH_BREAKS))
            spaces.append(False)
            labels.append("O")
        words.append(word)
        spaces.append(space)
        labels.append(bio(label))
    doc = Doc(nlp.vocab, words=words, spaces=spaces, ents=[None if label == "-" else label for label in labels])
    return doc


def read_passages(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def roughened(nlp: Language, docs: Iterable[Doc], rng: random.Random) -> Iterator[Doc]:
    """The docs, some of them in lower case, some with stray white space between words, as pasted text has it."""
    for doc in docs:
        if rng.random() < LOWER_CASE:
            example = make_lowercase_variant(nlp, Example(nlp.make_doc(doc.text), doc))
            doc = example.reference
        elif rng.random() < STRAY_SPACE and len(doc) > 3:
            example = Example(nlp.make_doc(doc.text), doc)
            for _ in range(1 + len(doc) // 50):
                position = rng.randrange(1, len(example.reference))
                example = make_whitespace_variant(nlp, example, rng.choice(STRAY), position)
            doc = example.reference
        yield doc


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
    parser.add_argument("--without", nargs="*", default=[], help="names corpora to leave out, to measure on them")
    args = parser.parse_args()
    for needed in (args.data / "treebank", args.data / "ner"):
        if not needed.is_dir():
            sys.exit(f"{needed}: no such folder; the corpora and where to get them are listed in training/README.md")
    (args.output / "train").mkdir(parents=True, exist_ok=True)
    nlp = spacy.blank("en")
    for name, split in (("syntax-1", "train"), ("syntax-2", "train"), ("dev-1", "dev")):
        rng = random.Random(name)
        banks = (read_conllu(args.data / "treebank" / f"{bank}-{split}.conllu.gz") for bank in TREEBANKS)
        docs = (syntax_doc(nlp, group, rng) for bank in banks for group in grouped(bank))
        save(roughened(nlp, docs, rng), args.output / "train" / f"{name}.spacy")
    development = {
        bank: list(grouped(read_conllu(args.data / "treebank" / f"{bank}-dev.conllu.gz"), longest=1000))
        for bank in TREEBANKS
    }
    for bank, documents in development.items():
        save((syntax_doc(nlp, document, None) for document in documents), args.output / f"{bank}-dev.spacy")

    left_out = {*args.without, *(["gmb"] if args.without_gmb else [])}
    columns: dict[str, list[dict]] = {"train": [], "dev": []}
    for path in sorted((args.data / "ner").glob("*.jsonl.gz")):
        corpus, _, split = path.name.removesuffix(".jsonl.gz").partition("-")
        if corpus not in left_out:
            columns[split.split("_")[0]] += entity_columns(nlp, read_passages(path), corpus, "train")
    for path in sorted(PASSAGES.glob("*.txt")):
        columns["train"] += entity_columns(nlp, list(read_marked(path)), "passages", "train")
    rng = random.Random(7)
    save((columns_doc(nlp, passage, rng) for passage in columns["train"]), args.output / "train" / "names-1.spacy")
    for name, split in (("names-2", "train"), ("dev-2", "dev")):
        docs = (columns_doc(nlp, passage, rng) for passage in varied(columns[split]))
        save(roughened(nlp, docs, rng), args.output / "train" / f"{name}.spacy")

    dev = {path.name.split("-dev")[0]: read_passages(path) for path in sorted((args.data / "ner").glob("*-dev*.gz"))}
    for corpus, passages in dev.items():
        save((entity_doc(nlp, passage) for passage in passages), args.output / f"ner-{corpus}-dev.spacy")
    names = [entity_doc(nlp, passage) for passages in dev.values() for passage in passages]
    save(names, args.output / "ner-dev.spacy")
    syntax = [syntax_doc(nlp, document, None) for documents in development.values() for document in documents]
    # What training looks at now and then: every third document, for speed.
    save([*syntax[::3], *names[::3]], args.output / "dev.spacy")


if __name__ == "__main__":
    main()
