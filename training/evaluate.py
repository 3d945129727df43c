"""Score a spaCy pipeline on the development corpora, beside the embedded one.

    python training/evaluate.py DATA [--model NAME_OR_PATH] [--json FILE] [--apart] [--corpora NAME ...]

Prints UPOS, lemma, UAS, LAS and sentence F1 per treebank (whole documents, a blank line between paragraphs), strict
entity F1 per corpus and pooled, and the same with PERSON, ORG and places only ("conll"). With --apart, of a pipeline
alone, the treebanks' sentences of more than three words are read one by one, and nothing else. With --corpora, of a
pipeline alone, the names of these corpora are scored, training and development splits together, and nothing else: for
a network that learnt without them (distil/afresh.py). The embedded model has
learnt from the development corpora too; what stands for it are the scores of the same recipe without them, in
metrics.json.
Scores of a pipeline with other label sets are comparable only where the labels are (ClearNLP dependencies are not
Universal Dependencies). The converted corpora are taken from build/corpora, and made there if missing.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import spacy
from convert import as_learnt, entity_doc, read_passages
from spacy.language import Language
from spacy.scorer import Scorer, get_ner_prf
from spacy.tokens import Doc, DocBin
from spacy.training import Example

ROOT = Path(__file__).resolve().parent.parent
CORPORA = ROOT / "build" / "corpora"
TREEBANKS = (CORPORA / "ewt-dev.spacy", CORPORA / "gum-dev.spacy")
METRICS = ROOT / "training" / "metrics.json"
SYNTAX = ("tag_acc", "pos_acc", "lemma_acc", "dep_uas", "dep_las", "sents_f")
TOKENS = ("tag", "pos", "lemma")
NO_ARCS = ("punct", "p", "dep")  # not scored; "dep" is also how white space hangs on the word before it
ENTITIES = ("ents_p", "ents_r", "ents_f")
CONLL = {"PERSON": "PER", "PER": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}


def scores(nlp: Language) -> dict[str, dict[str, float]]:
    """Each corpus with its scores, in percent."""
    found = {}
    for path in TREEBANKS:
        examples = read(nlp, path)
        found[path.stem] = kept(syntax(examples), SYNTAX)
    pooled = []
    for path in sorted(CORPORA.glob("ner-*-dev.spacy")):
        examples = read(nlp, path)
        found[path.stem] = kept(get_ner_prf(examples), ENTITIES)
        found[path.stem]["conll_f"] = conll(examples)
        pooled += examples
    found["ner-dev (pooled)"] = kept(get_ner_prf(pooled), ENTITIES)
    found["ner-dev (pooled)"]["conll_f"] = conll(pooled)
    return found


def apart(nlp: Language) -> dict[str, dict[str, float]]:
    """Each treebank with its scores when every sentence is a text of its own."""
    found = {}
    for path in TREEBANKS:
        gold = [
            sentence.as_doc()
            for doc in DocBin().from_disk(path).get_docs(nlp.vocab)
            for sentence in (doc[each.start : each.end - each[-1].is_space] for each in doc.sents)
            if len(sentence) > 3
        ]
        pairs = zip(nlp.pipe(doc.text for doc in gold), gold, strict=True)
        found[path.stem] = kept(syntax([Example(*pair) for pair in pairs]), SYNTAX)
    return found


def left_out(nlp: Language, data: Path, corpora: list[str]) -> dict[str, dict[str, float]]:
    """Each corpus of names with its scores over all its splits, and the mean over the corpora.

    Raises FileNotFoundError for a corpus that DATA lacks.
    """
    found = {}
    for corpus in corpora:
        paths = sorted((data / "ner").glob(f"{corpus}-*.jsonl.gz"))
        if not paths:
            raise FileNotFoundError(f"{data / 'ner'} holds no {corpus}-*.jsonl.gz")
        passages = [passage for path in paths for passage in read_passages(path)]
        gold = [entity_doc(nlp, passage) for passage in as_learnt(corpus, passages)]
        examples = [Example(*pair) for pair in zip(nlp.pipe(doc.text for doc in gold), gold, strict=True)]
        found[corpus] = kept(get_ner_prf(examples), ENTITIES) | {"conll_f": conll(examples)}
    means = {name: round(sum(each[name] for each in found.values()) / len(found), 1) for name in (*ENTITIES, "conll_f")}
    return found | {"mean": means}


def syntax(examples: list[Example]) -> dict[str, float]:
    """Scored by what stands in the Docs: a component need not know how it is scored."""
    found = Scorer.score_deps(
        examples, "dep", getter=lambda token, _: token.dep_, ignore_labels=NO_ARCS, head_attr="head"
    )
    for attribute in TOKENS:
        found |= Scorer.score_token_attr(examples, attribute, getter=lambda token, name: getattr(token, f"{name}_"))
    return found | Scorer.score_spans(examples, "sents", getter=lambda doc, _: doc.sents)


def read(nlp: Language, path: Path) -> list[Example]:
    """The documents of a corpus, each as the pipeline reads it and as it should be read."""
    gold = list(DocBin().from_disk(path).get_docs(nlp.vocab))
    # The scorer passes over white space in what was read, and would miss it where it should be read.
    for token in (token for doc in gold for token in doc if token.is_space):
        token.tag = token.pos = token.lemma = 0
    return [Example(*pair) for pair in zip(nlp.pipe(doc.text for doc in gold), gold, strict=True)]


def kept(result: dict, names: tuple[str, ...]) -> dict[str, float]:
    return {name: round(100 * (result.get(name) or 0.0), 1) for name in names}


def conll(examples: Iterable[Example]) -> float:
    """F1 of PER, ORG and LOC (GPE, LOC and FAC), in percent; a name of a word that the gold leaves open is no error."""
    right = predicted = gold = 0
    for example in examples:
        reference: Doc = example.reference
        theirs = {(e.start_char, e.end_char, CONLL[e.label_]) for e in reference.ents if e.label_ in CONLL}
        open_at = {n for t in reference if t.ent_iob == 0 for n in range(t.idx, t.idx + len(t))}
        ours = {
            (e.start_char, e.end_char, CONLL[e.label_])
            for e in example.predicted.ents
            if e.label_ in CONLL and open_at.isdisjoint(range(e.start_char, e.end_char))
        }
        right, predicted, gold = right + len(ours & theirs), predicted + len(ours), gold + len(theirs)
    return round(200 * right / max(1, predicted + gold), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--apart", action="store_true", help="read the treebanks sentence by sentence")
    parser.add_argument("--corpora", nargs="+", help="score only names, in these corpora that the model has not seen")
    args = parser.parse_args()
    if args.corpora and (args.apart or not args.model):
        parser.error("--corpora is for a --model that has not learnt from them, and goes without --apart")
    if not (args.corpora or (CORPORA / "gum-dev.spacy").exists()):  # the last that convert.py writes
        if not args.data.is_dir():
            sys.exit(
                f"{args.data}: no such folder; training/README.md names the public corpora and how to lay them out"
            )
        subprocess.run([sys.executable, "training/convert.py", str(args.data), str(CORPORA)], cwd=ROOT, check=True)
    results = {"embedded": json.loads(METRICS.read_text(encoding="utf-8"))} if METRICS.exists() else {}
    if args.model:
        nlp = spacy.load(args.model)
        if args.corpora:
            try:
                results = {args.model: left_out(nlp, args.data, args.corpora)}
            except FileNotFoundError as error:
                sys.exit(f"{error}; training/README.md names the public corpora and how to lay them out")
        elif args.apart:
            results = {args.model: apart(nlp)}
        else:
            results[args.model] = scores(nlp)
    for corpus in next(iter(results.values())):
        for name, by_corpus in results.items():
            line = "  ".join(f"{measure} {value:5.1f}" for measure, value in by_corpus.get(corpus, {}).items())
            print(f"{corpus:26} {name:20} {line}")
    if args.json and args.model:
        args.json.write_text(json.dumps(results[args.model], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
