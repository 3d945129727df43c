"""Measures: the learned model, the rules alone, textacy and a plain regex side by side on annotated articles.

    PYTHONPATH=.:TEXTACY python training/quotations/measure.py DATA/dev.jsonl WORK/dev.spacy SCORER [--model FILE]

WORK/dev.spacy is what parses.py made of the articles, so that all read the same parses and only their own time counts;
SCORER is ../shared/benchmarks/score_quotations.py. TEXTACY is a folder with textacy, which is left out where it is
missing. `ECE` says by how much a row's confidence misses the share of rows that are right, on average over ten bins of
confidence; a row is right when it counts for attribution.
"""

import argparse
import importlib.util
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.tokens import Doc

from pipeline.language.cues import Cues
from pipeline.language.quotation_choices import WEIGHTS, Learned
from pipeline.language.quotations import find_quotations
from training.quotations.parses import load

Row = dict[str, Any]
FIGURES = (
    "content_half",
    "content_exact",
    "content_half.direct",
    "content_half.mixed",
    "content_half.indirect",
    "cue_overlap",
    "attribution",
    "core.content_half",
    "core.attribution",
)
BINS = 10
SPEECH = "said|says|told|tells|added|adds|wrote|asked|explained|argued|claimed|continued|replied"
NAME = r"(?:[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3}|he|she|they)"
QUOTED = r"[\"“]([^\"“”\n]{1,600})[\"”]"
AFTER = re.compile(rf"{QUOTED},? (?:(?P<s>{NAME}) (?P<c>{SPEECH})|(?P<d>{SPEECH}) (?P<t>{NAME}))\b")
BEFORE = re.compile(rf"\b(?P<s>{NAME}) (?P<c>{SPEECH})[,:]? {QUOTED}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("parses", type=Path)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--model", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    for path in (args.articles, args.parses, args.scorer, args.model):
        if not path.is_file():
            sys.exit(f"{path}: no such file; see training/quotations/README.md")
    scorer = module_of(args.scorer)
    rows = {row["id"]: row for row in map(json.loads, args.articles.read_text(encoding="utf-8").splitlines())}
    docs = load(args.parses, spacy.blank("en").vocab)
    gold = [rows[doc.user_data["id"]] for doc in docs]
    print(
        f"{'':10} " + " ".join(f"{name.replace('content_', ''):>16}" for name in FIGURES) + "   speaker errors  art/s"
    )
    for name, system in systems(args.model).items():
        found: dict[str, list[Row]] = {}
        errors = 0
        started = time.process_time()
        for doc in docs:
            try:
                found[doc.user_data["id"]] = list(system(doc))
            except Exception:  # of other libraries, whatever it is
                errors += 1
        rate = len(docs) / (time.process_time() - started)
        scores = scorer.score(gold, found)
        print(
            f"{name:10} " + " ".join(f"{scores[figure]['f1']:16.3f}" for figure in FIGURES),
            f"{scores['speaker_accuracy'] or 0:9.3f} {errors:6} {rate:6.0f}",
        )
        if name in ("learned", "rules"):
            print(f"{'':10} ECE {calibration_error(scorer, gold, found):.3f}")


def module_of(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("scorer", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def systems(model: Path) -> dict[str, Callable[[Doc], Iterable[Row]]]:
    cues, learned = Cues.load(), Learned.load(model)
    found: dict[str, Callable[[Doc], Iterable[Row]]] = {
        "learned": lambda doc: ours(doc, cues, learned),
        "rules": lambda doc: ours(doc, cues, None),
        "regex": by_regex,
    }
    try:
        from textacy import extract
    except ImportError:
        print("textacy is not installed; left out", file=sys.stderr)
    else:
        found["textacy"] = lambda doc: by_textacy(doc, extract)
    return found


def ours(doc: Doc, cues: Cues, learned: Learned | None) -> Iterator[Row]:
    for quotation in find_quotations(doc, cues, learned):
        yield {
            "spans": [[span.start_char, span.end_char] for span in quotation.content],
            "cue": spans_of(quotation.cue),
            "speaker": spans_of(quotation.speaker),
            "kind": str(quotation.kind),
            "name": quotation.speaker_name,
            "confidence": quotation.confidence,
        }


def spans_of(span: Any) -> list[list[int]]:
    return [[span.start_char, span.end_char]] if span is not None else []


def by_textacy(doc: Doc, extract: Any) -> Iterator[Row]:
    for triple in extract.direct_quotations(doc):
        sides = [
            [[tokens[0].idx, tokens[-1].idx + len(tokens[-1])]] if tokens else []
            for tokens in (triple.cue, triple.speaker)
        ]
        content = [[triple.content.start_char, triple.content.end_char]]
        yield {"spans": content, "cue": sides[0], "speaker": sides[1], "kind": "direct", "name": ""}


def by_regex(doc: Doc) -> Iterator[Row]:
    for pattern in (AFTER, BEFORE):
        for match in pattern.finditer(doc.text):
            groups = match.groupdict()
            speaker, cue = ("s", "c") if groups["s"] else ("t", "d")
            yield {
                "spans": [list(match.span(1 if pattern is AFTER else 3))],
                "cue": [list(match.span(cue))],
                "speaker": [list(match.span(speaker))],
                "kind": "direct",
                "name": match.group(speaker),
            }


def calibration_error(scorer: Any, gold: list[Row], found: dict[str, list[Row]]) -> float:
    sure, right = [], []
    for row in gold:
        article = scorer.Article(row["text"])
        discard = article.token_set(row.get("discard") or [])
        rows = [(each, article.token_set(each["spans"])) for each in found.get(row["id"], [])]
        rows = [(each, words) for each, words in rows if words and 2 * len(words & discard) < len(words)]
        annotated = [(each, article.token_set(each["spans"])) for each in row["quotations"]]
        pairs = {
            one: (other, alike)
            for one, other, alike in scorer.pair_up([words for _, words in rows], [words for _, words in annotated])
        }
        for number, (each, _) in enumerate(rows):
            other, alike = pairs.get(number, (0, 0.0))
            sure.append(each["confidence"])
            right.append(alike >= 0.5 and same_speaker(article, each, annotated[other][0]))
    bins = np.minimum((np.array(sure) * BINS).astype(int), BINS - 1)
    gaps = [
        abs(np.array(sure)[bins == number].mean() - np.array(right)[bins == number].mean()) * (bins == number).mean()
        for number in range(BINS)
        if (bins == number).any()
    ]
    return float(sum(gaps))


def same_speaker(article: Any, given: Row, gold: Row) -> bool:
    if not gold["speaker"]:
        return not given["speaker"]
    sides = [article.content_words(article.token_set(each["speaker"])) for each in (given, gold)]
    return bool(sides[0] & sides[1])


if __name__ == "__main__":
    main()
