"""Tokenise the unlabelled political English that the teacher is pretrained on and reads for the student.

    python training/raw_text.py DATA OUTPUT.xz [--words 24000000]

DATA holds `raw/*.jsonl.xz`, `quotations/train.jsonl` and `cleaning/articles.jsonl.gz`, as training/README.md describes.
OUTPUT is the text as spaCy tokens, in a form that needs no spaCy to read: documents end in "\\x03" and open with the
letter of their kind; paragraphs end in "\\n"; a token is followed by a space, or by "\\x01" where the text has none.
"""

import argparse
import gzip
import html
import json
import lzma
import multiprocessing
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import spacy

LONGEST_WORD = 60  # code points; longer ones are OCR or addresses, and teach nothing
NUMBERED = re.compile(r"^\d{1,3}\.\s+")  # "73.\tOne of the first acts": paragraph numbers of the UN's records
RELEASES = ("Interview", "Speech", "Transcript", "Video Transcript", "Press Conference", "Doorstop", "Chat Transcript")
# Share of the words by kind; news first, for it is nearest to the product's articles.
SHARES = {"N": 0.1, "M": 0.1, "U": 0.45, "I": 0.18, "S": 0.17}


def documents(data: Path) -> Iterator[tuple[str, str]]:
    """Kind and text of each document: News, Media release, UN speech, Interview, Speech."""
    with (data / "quotations/train.jsonl").open(encoding="utf-8") as lines:
        yield from (("N", json.loads(line)["text"]) for line in lines)
    with gzip.open(data / "cleaning/articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = map(json.loads, lines)
        yield from (("N", article["body"]) for article in articles if article["lang"] == "en")
    with lzma.open(data / "raw/australian-pm-transcripts.jsonl.xz", "rt", encoding="utf-8") as lines:
        for document in map(json.loads, lines):
            kind = document["kind"]
            letter = "S" if kind == "Speech" else "I" if kind in RELEASES else "M"
            yield letter, html.unescape(document["title"].strip() + "\n\n" + document["text"])
    with lzma.open(data / "raw/un-general-debate.jsonl.xz", "rt", encoding="utf-8") as lines:
        yield from (("U", d["text"]) for d in map(json.loads, lines) if d["year"] >= 1975)


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a text whose lines may be wrapped at any width, white space collapsed."""
    for part in re.split(r"\n\s*\n", text):
        joined = ""
        for line in part.split("\n"):
            line = NUMBERED.sub("", " ".join(line.split()))
            if not line:
                continue
            if joined and (line[0].islower() or (len(joined) > 35 and joined[-1] not in ".!?:;\"”’')]")):
                joined += " " + line
            else:
                if joined:
                    yield joined
                joined = line
        if joined:
            yield joined


def tokenized(document: tuple[str, str]) -> str:
    kind, text = document
    lines = []
    for paragraph in paragraphs(text):
        if any(len(word) > LONGEST_WORD for word in paragraph.split()):
            continue
        tokens = NLP.make_doc(paragraph)
        lines.append("".join(t.text + (" " if t.whitespace_ else "\x01") for t in tokens))
    return kind + "\n".join(lines) + "\x03"


NLP = spacy.blank("en")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--words", type=int, default=24_000_000)
    args = parser.parse_args()
    if not (args.data / "raw").is_dir():
        sys.exit(f"{args.data / 'raw'}: no such folder; training/README.md names the texts and how to lay them out")
    everything = list(documents(args.data))
    random.Random(7).shuffle(everything)
    taken = dict.fromkeys(SHARES, 0)
    chosen = []
    for kind, text in everything:
        if taken[kind] < SHARES[kind] * args.words:
            taken[kind] += len(text.split())
            chosen.append((kind, text))
    print("words by kind:", taken, file=sys.stderr)
    args.output.parent.mkdir(parents=True, exist_ok=True)
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 1 << 28}]
    unfinished = args.output.with_suffix(".part")
    with multiprocessing.Pool(2) as pool, lzma.open(unfinished, "wt", encoding="utf-8", filters=filters) as out:
        for text in pool.imap(tokenized, chosen, chunksize=64):
            out.write(text)
    unfinished.replace(args.output)


if __name__ == "__main__":
    main()
