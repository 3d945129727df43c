"""Real text with its names labelled, from training/names and the data it stands in; and a pipeline's scores on it.

    python training/real_names.py DATA [--model pipeline/model] [--entities] [--part train]

prints strict entity F1 on the part that nobody trains on, by source, and the same with PERSON, ORG and places only
("conll"); with --entities after the corrections of the entities layer. --part train is for models that have not learnt
from it. A line of training/names is a piece of a document: its source and id, where it stands in the document's text, a
digest of it, and its names, all offsets in code points. No word of the texts is kept here.
"""

import argparse
import html
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import spacy
from convert import entity_doc
from evaluate import ENTITIES, conll, kept
from spacy.scorer import get_ner_prf
from spacy.training import Example
from texts import Source, digest, treebank

from pipeline.language import load_pipeline

FOLDER = Path(__file__).resolve().parent / "names"
WRAPPED = re.compile(r"(?<=[\w,])\n(?=\S)")  # as long as what it becomes, so offsets stay


def with_title(document: dict) -> str:
    return html.unescape(document["title"].strip() + "\n\n" + document["text"])


def unwrapped(document: dict) -> str:
    """The text with a space for a line break inside a sentence: speeches are wrapped at any width."""
    return WRAPPED.sub(" ", document["text"])


COLLECTIONS = {
    "aquaint": Source("dates/aquaint_dev.jsonl"),
    "cleaning": Source("cleaning/articles.jsonl.gz", lambda document: document["body"]),
    "ewt": Source("model/treebank/ewt-train.conllu.gz", documents=treebank),
    "gmb": Source("model/ner/gmb-train.jsonl.gz"),
    "pmtranscripts": Source("raw/australian-pm-transcripts.jsonl.xz", with_title),
    "polnear": Source("quotations/train.jsonl"),
    "polnear-dev": Source("quotations/dev.jsonl"),
    "timebank": Source("dates/timebank_dev.jsonl"),
    "un": Source("raw/un-general-debate.jsonl.xz", unwrapped),
    "wikiwars": Source("dates/wikiwars_dev.jsonl"),
}


def read_real(part: str, data: Path) -> Iterator[dict]:
    """The pieces of a part (train, test): `{"id", "source", "text", "entities": [{"start", "end", "label"}]}`.

    Raises FileNotFoundError when DATA lacks a collection, and ValueError when a text is not the one that was labelled.
    """
    lines = [json.loads(line) for line in (FOLDER / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]
    if unknown := {line["source"] for line in lines} - COLLECTIONS.keys():
        raise ValueError(f"{part}.jsonl: unknown source {', '.join(sorted(unknown))}")
    for source, collection in COLLECTIONS.items():
        own = [line for line in lines if line["source"] == source]
        texts = collection.texts(data, {line["id"] for line in own}) if own else {}
        for line in own:
            where = f"{collection.path}, {line['id']}"
            if line["id"] not in texts:
                raise ValueError(f"{where}: no such document; take the edition that was labelled")
            text = texts[line["id"]][line["start"] : line["end"]]
            if digest(text) != line["digest"]:
                raise ValueError(f"{where}: not the text that was labelled; take the edition that was labelled")
            entities = [{"start": start, "end": end, "label": label} for start, end, label in line["names"]]
            yield {"id": line["id"], "source": source, "text": text, "entities": entities}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder that holds cleaning/, dates/, model/, quotations/ and raw/")
    parser.add_argument("--model", default="pipeline/model")
    parser.add_argument("--entities", action="store_true", help="after the corrections of the entities layer")
    parser.add_argument("--part", choices=("test", "train"), default="test")
    args = parser.parse_args()
    if missing := [each.path for each in COLLECTIONS.values() if not (args.data / each.path).is_file()]:
        sys.exit(f"{args.data} lacks {', '.join(missing)}; training/names/README.md names the texts")
    nlp = load_pipeline(args.model) if args.entities else spacy.load(args.model)
    if args.entities:
        nlp.select_pipes(disable=nlp.pipe_names[nlp.pipe_names.index("entities") + 1 :])
    examples: dict[str, list[Example]] = defaultdict(list)
    for piece in read_real(args.part, args.data):
        example = Example(nlp(piece["text"]), entity_doc(nlp, piece))
        examples[piece["source"]].append(example)
        examples["all"].append(example)
    for source, some in examples.items():
        scores = kept(get_ner_prf(some), ENTITIES) | {"conll_f": conll(some)}
        line = "  ".join(f"{measure} {value:5.1f}" for measure, value in scores.items())
        print(f"{source:14} {sum(len(e.reference.ents) for e in some):5} names  {line}")
    by_label = get_ner_prf(examples["all"])["ents_per_type"]
    print("  ".join(f"{label} {100 * values['f']:.1f}" for label, values in sorted(by_label.items())))


if __name__ == "__main__":
    main()
