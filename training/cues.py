"""Cues: counts how surely each pattern around a cue attributes, and writes the shares into cues.toml.

    PYTHONPATH=. python training/cues.py DATA            rewrites the shares; entries and patterns stay as they are
    PYTHONPATH=. python training/cues.py DATA --check    prints what would change and writes nothing

DATA is a folder with train.jsonl: an article on each line, {"id", "text", "quotations": [{"spans"}], "discard"}, all
ranges in code points, half-open; `discard` is text in which nothing was marked. The articles are parsed with the
embedded pipeline (some three minutes on one core); --lexicons names a folder to use instead of the shipped one.

What is counted: every pattern of content around a cue, as `governed` lists them, where the cue stands neither in marks
nor in words that are marked as someone's. It is an attribution when it shares half of its words or more with a marked
content: as many in both as in one of them. For `quote` and `source`, which are no patterns of syntax, the quotations
are counted that find_quotations makes of marks beside the cue or of the phrase.

The share is (attributions + 4 x mean) / (instances + 4), the mean that of the pattern over all cues of the part of
speech that take it, or 0.45 where there are fewer than ten instances of it.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from spacy.tokens import Doc, Span

from pipeline.article import Article
from pipeline.cleaning import keep_all
from pipeline.language import load_pipeline, make_doc
from pipeline.language.contents import governed
from pipeline.language.cues import Cues
from pipeline.language.quotation_marks import quoted_stretches
from pipeline.language.quotations import find_quotations
from pipeline.lexicons import FOLDER, read_entries
from pipeline.readers import read

LAYERS = ("entity_links", "dates", "quotations", "events")  # not needed to see what a cue governs
SAME = 0.5
WEIGHT_OF_MEAN = 4
LEAST_INSTANCES = 10
MEAN_UNKNOWN = 0.45
MARKS = "marks+cue: "
NUMBER = re.compile(r'("?)([a-z][a-z ]*)\1 = [0-9.]+')

Key = tuple[str, str, str]  # lemma, part of speech, pattern
Row = dict[str, Any]
Words = frozenset[int]  # tokens by index


class Counts(NamedTuple):
    attributions: Counter[Key]
    instances: Counter[Key]


class Gold(NamedTuple):
    contents: list[Words]
    inside: Words  # all words of the contents
    discarded: Words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with train.jsonl")
    parser.add_argument("--check", action="store_true", help="print what would change and write nothing")
    parser.add_argument("--lexicons", type=Path, default=FOLDER, help="folder with the cues.toml to rewrite")
    args = parser.parse_args()
    path = args.data / "train.jsonl"
    if not path.is_file():
        sys.exit(f"{path}: no such file; lay out PolNeAR's training articles as this script's docstring says")

    counts = count(path, args.lexicons)
    old = shares_in_file(args.lexicons)
    new = smoothed(old, counts)
    for key in sorted(old, key=lambda key: (-abs(new[key] - old[key]), key)):
        if new[key] != old[key]:
            lemma, pos, pattern = key
            found = f"{counts.attributions[key]} of {counts.instances[key]}"
            print(f"{pos} {lemma}, {pattern}: {old[key]} -> {new[key]} ({found})")
    print(f"{sum(new[key] != old[key] for key in old)} of {len(old)} shares differ", file=sys.stderr)
    if not args.check:
        file = args.lexicons / "cues.toml"
        file.write_text(rewritten(file.read_text(encoding="utf-8"), new), encoding="utf-8")


def count(path: Path, lexicons: Path) -> Counts:
    cues = Cues.load(lexicons)
    counts = Counts(Counter(), Counter())
    for row, doc in parsed(path):
        gold = gold_of(doc, row)
        for key, words in (*syntactic(doc, gold, cues), *marked(doc, cues)):
            if words and 2 * len(words & gold.discarded) < len(words):
                counts.instances[key] += 1
                counts.attributions[key] += any(alike(words, content) for content in gold.contents)
    return counts


def parsed(path: Path) -> Iterator[tuple[Row, Doc]]:
    with path.open(encoding="utf-8") as file:
        rows = {row["id"]: row for row in map(json.loads, file)}
    articles = [keep_all(found) for found in read([path]) if isinstance(found, Article)]
    nlp = load_pipeline()
    with nlp.select_pipes(disable=LAYERS):
        docs = nlp.pipe(make_doc(nlp, article) for article in articles)
        for article, doc in zip(articles, docs, strict=True):
            yield rows[article.id], doc


def gold_of(doc: Doc, row: Row) -> Gold:
    contents = [words_at(doc, quotation["spans"]) for quotation in row["quotations"]]
    return Gold(contents, frozenset().union(*contents), words_at(doc, row.get("discard", ())))


def words_at(doc: Doc, ranges: Iterable[tuple[int, int]]) -> Words:
    spans = (doc.char_span(start, end, alignment_mode="expand") for start, end in ranges)
    return words_of(span for span in spans if span is not None)


def words_of(spans: Iterable[Span]) -> Words:
    """Neither white space nor punctuation, on which annotators differ."""
    return frozenset(token.i for span in spans for token in span if any(map(str.isalnum, token.text)))


def alike(one: Words, other: Words) -> bool:
    return len(one & other) >= SAME * len(one | other)


def syntactic(doc: Doc, gold: Gold, cues: Cues) -> Iterator[tuple[Key, Words]]:
    blocks = [(block.start_char, block.end_char) for block in doc.spans["blocks"]]
    quoted = bytearray(len(doc.text))
    for stretch in quoted_stretches(doc.text, blocks):
        quoted[stretch.start : stretch.end] = b"\1" * (stretch.end - stretch.start)
    for token in doc:
        cue = cues.of(token)
        if cue is None or token.i in gold.inside or quoted[token.idx]:
            continue
        for found in governed(token):
            yield (cue.lemma, cue.pos, found.pattern), words_of(doc[start:end] for start, end in found.content)


def marked(doc: Doc, cues: Cues) -> Iterator[tuple[Key, Words]]:
    phrases = {cue.lemma for _, _, cue in cues.phrases(doc)}
    for quotation in find_quotations(doc, cues):
        if quotation.rule.startswith(MARKS):
            yield (quotation.rule.removeprefix(MARKS), "verb", "quote"), words_of(quotation.content)
        elif quotation.rule in phrases:
            yield (quotation.rule, "phrase", "source"), words_of(quotation.content)


def shares_in_file(lexicons: Path) -> dict[Key, float]:
    fields = ("lemma", "pos", "type", "patterns", "example")
    entries = read_entries("cues", required=fields, optional=("forms",), folder=lexicons)
    return {
        (entry["lemma"], entry["pos"], pattern): share
        for entry in entries
        for pattern, share in entry["patterns"].items()
    }


def smoothed(keys: Iterable[Key], counts: Counts) -> dict[Key, float]:
    keys = list(keys)
    attributions: Counter[tuple[str, str]] = Counter()
    instances: Counter[tuple[str, str]] = Counter()
    for key in keys:
        attributions[key[1:]] += counts.attributions[key]
        instances[key[1:]] += counts.instances[key]
    shares = {}
    for key in keys:
        enough = instances[key[1:]] >= LEAST_INSTANCES
        mean = attributions[key[1:]] / instances[key[1:]] if enough else MEAN_UNKNOWN
        share = (counts.attributions[key] + WEIGHT_OF_MEAN * mean) / (counts.instances[key] + WEIGHT_OF_MEAN)
        shares[key] = round(share, 2)
    return shares


def rewritten(text: str, shares: dict[Key, float]) -> str:
    """The lexicon with other numbers and not a character else."""
    lines, lemma, pos = [], "", ""
    for line in text.splitlines(keepends=True):
        field, _, value = line.strip().partition(" = ")
        if field == "lemma":
            lemma = value.strip('"')
        elif field == "pos":
            pos = value.strip('"')
        elif field == "patterns":
            line = with_shares(line, {key[2]: share for key, share in shares.items() if key[:2] == (lemma, pos)})
        lines.append(line)
    return "".join(lines)


def with_shares(line: str, shares: dict[str, float]) -> str:
    name, braces, patterns = line.partition("{")
    return name + braces + NUMBER.sub(lambda match: f"{match[1]}{match[2]}{match[1]} = {shares[match[2]]}", patterns)


if __name__ == "__main__":
    main()
