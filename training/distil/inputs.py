"""Everything the teacher and its student need on a machine with a GPU, as plain arrays.

    python training/distil/inputs.py DATA RAW.xz OUTPUT [--without CORPUS ...]

DATA is the folder with `treebank/` and `ner/`, and beside it stand the folders that real_names.py reads; RAW is what
raw_text.py wrote. --without names corpora of `ner/`, such as re3d, and sources of real text (training/names), such as
ewt. OUTPUT receives

    stream.bin.xz    the raw text as a uint16 stream of type numbers; 65535, high, low for those from 65535 on
    forms.txt.xz     the types' forms, divided by "\\x04\\n", "\\x01" at the end where no space follows; number 0 is
                     the paragraph break, 1 the end of a document, 2-6 the kind of the document that begins
    gold.json.xz     the labelled passages, training and development
    bpe.json         the teacher's subword vocabulary
"""

import argparse
import json
import lzma
import random
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import spacy
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from convert import entity_columns, grouped, read_conllu, read_passages
from passages import FOLDER as PASSAGES
from passages import read_passages as read_marked
from real_names import read_real
from variations import varied

BREAK, END = "\n\n", "\x03"
KINDS = "NMUIS"
ESCAPE = 65535
SUBWORDS = 16_384
LABELLED_ANEW = "gmb"  # in training/names: its own labels are partly automatic


def lemma_script(form: str, lemma: str) -> str:
    """How a lemma comes from its form: case, letters cut from the end, letters put there."""
    case = "l" if lemma == lemma.lower() and form != form.lower() else "k"
    base = form.lower() if case == "l" else form
    shared = 0
    while shared < min(len(base), len(lemma)) and base[shared] == lemma[shared]:
        shared += 1
    return f"{case}{len(base) - shared}+{lemma[shared:]}"


def treebank_passages(data: Path, split: str) -> list[dict]:
    found = []
    for bank in ("ewt", "gum"):
        for group in grouped(read_conllu(data / "treebank" / f"{bank}-{split}.conllu.gz")):
            passage: dict = {"corpus": bank, "split": split}
            columns: dict[str, list] = {
                name: [] for name in "words spaces breaks tag morph lemma head dep start".split()
            }
            for number, sentence in enumerate(group):
                offset = len(columns["words"])
                for position, word in enumerate(sentence.words):
                    values = {
                        "words": word.form, "spaces": word.space, "tag": word.xpos,
                        "breaks": number > 0 and position == 0 and sentence.opens_paragraph,
                        "morph": f"{word.upos}|{word.feats}", "lemma": lemma_script(word.form, word.lemma),
                        "head": -1 if word.deprel == "root" else offset + word.head,
                        "dep": "ROOT" if word.deprel == "root" else word.deprel, "start": position == 0,
                    }  # fmt: skip
                    for name, value in values.items():
                        columns[name].append(value)
            found.append(passage | columns)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("data", "raw", "output"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--without", nargs="*", default=[], help="corpora and sources of names to leave out")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    nlp = spacy.blank("en")

    real = [piece for piece in read_real("train", args.data.parent) if piece["source"] not in args.without]
    gold = []
    for split in ("train", "dev"):
        gold += treebank_passages(args.data, split)
        for path in sorted((args.data / "ner").glob(f"*-{split}*.jsonl.gz")):
            corpus = path.name.split(f"-{split}")[0]
            if corpus not in (LABELLED_ANEW, *args.without):
                gold += entity_columns(nlp, read_passages(path), corpus, split)
    for path in sorted(PASSAGES.glob("*.txt")):
        gold += entity_columns(nlp, list(read_marked(path)), f"passages-{path.stem}", "train")
    gold += entity_columns(nlp, real, "real", "train")
    gold = varied(gold)
    with lzma.open(args.output / "gold.json.xz", "wt", encoding="utf-8") as out:
        json.dump(gold, out, ensure_ascii=False)
    print(len(gold), "gold passages", sum(len(g["words"]) for g in gold), "words", file=sys.stderr)

    with lzma.open(args.raw, "rt", encoding="utf-8", newline="\n") as text:
        documents = [document for document in text.read().split(END) if document]
    counts: Counter[str] = Counter()
    split_documents = []
    for document in documents:
        tokens = [document[0] + "\x02"]
        for line in document[1:].split("\n"):
            # "don\x01't do" -> "don\x01", "'t", "do"
            tokens += [t for t in line.replace("\x01", "\x01 ").split(" ") if t and t != "\x01"]
            tokens.append(BREAK)
        tokens[-1] = END
        counts.update(tokens)
        split_documents.append(tokens)
    special = [BREAK, END, *(kind + "\x02" for kind in KINDS)]
    for name in special:
        counts.pop(name, None)
    for passage in gold:
        pairs = zip(passage["words"], passage["spaces"], strict=True)
        counts.update(word + ("" if space else "\x01") for word, space in pairs)
    forms = special + sorted(counts, key=lambda form: (-counts[form], form))
    number = {form: position for position, form in enumerate(forms)}
    ids = np.fromiter((number[t] for tokens in split_documents for t in tokens), dtype="uint32")
    print(len(ids), "raw tokens,", len(forms), "types", file=sys.stderr)

    large = ids >= ESCAPE
    width = np.where(large, 3, 1)
    at = np.cumsum(width) - width
    stream = np.zeros(int(width.sum()), dtype="<u2")
    stream[at] = np.where(large, ESCAPE, ids)
    stream[at[large] + 1], stream[at[large] + 2] = ids[large] >> 16, ids[large] & 0xFFFF
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 1 << 28, "lc": 3, "lp": 1, "pb": 1}]
    with lzma.open(args.output / "stream.bin.xz", "wb", filters=filters) as out:
        out.write(stream.tobytes())
    with lzma.open(args.output / "forms.txt.xz", "wt", encoding="utf-8", newline="\n") as out:
        out.write("\x04\n".join(forms))

    bpe = Tokenizer(models.BPE(unk_token="[UNK]"))
    bpe.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.BpeTrainer(
        vocab_size=SUBWORDS, special_tokens=["[PAD]", "[UNK]", "[MASK]", "[BR]", "[DOC]"],
        limit_alphabet=400, show_progress=False,
    )  # fmt: skip
    sample = random.Random(7).sample(split_documents, min(len(split_documents), 4000))
    bpe.train_from_iterator((" ".join(pieces(tokens)) for tokens in sample), trainer)
    bpe.save(str(args.output / "bpe.json"))


def pieces(tokens: list[str]) -> list[str]:
    """The tokens as the teacher's vocabulary sees them: "▁" before those that a space precedes."""
    found, spaced = [], True
    for token in tokens:
        if token in (BREAK, END) or token.endswith("\x02"):
            spaced = True
            continue
        found.append(("▁" if spaced else "") + token.rstrip("\x01"))
        spaced = not token.endswith("\x01")
    return found


if __name__ == "__main__":
    main()
