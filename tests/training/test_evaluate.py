"""Scores of names: what the gold leaves open is neither right nor wrong."""

import gzip
import json

import pytest
import spacy
from spacy.tokens import Span
from spacy.training import Example

from tests.scripts import script

evaluate = script("evaluate")
NLP = spacy.blank("en")
TEXT = "Thomas Sankara of the Upper Volta spoke in Ouagadougou ."


def example(predicted: list[tuple[int, int, str]], gold: list[tuple[int, int, str]], open_words: list[int]) -> Example:
    """Names as spans of the words of TEXT."""
    read, reference = NLP.make_doc(TEXT), NLP.make_doc(TEXT)
    read.set_ents([Span(read, *name) for name in predicted])
    missing = [reference[n : n + 1] for n in open_words]
    reference.set_ents([Span(reference, *name) for name in gold], missing=missing)
    return Example(read, reference)


GOLD = [(0, 2, "PERSON"), (8, 9, "GPE")]


@pytest.mark.parametrize(
    ("predicted", "open_words", "expected"),
    [
        (GOLD, [], 100.0),
        ([*GOLD, (4, 6, "GPE")], [], 80.0),
        ([*GOLD, (4, 6, "GPE")], [4, 5], 100.0),
        ([*GOLD, (4, 6, "GPE")], [5], 100.0),
        ([(0, 2, "PERSON"), (8, 9, "LOC")], [], 100.0),
        ([(0, 2, "ORG"), (8, 9, "GPE")], [4, 5], 50.0),
    ],
)
def test_conll_scores_pass_over_names_that_the_gold_leaves_open(predicted, open_words, expected):
    some = example(predicted, GOLD, open_words)
    assert evaluate.conll([some]) == expected


def test_a_corpus_left_out_is_scored_over_all_its_splits(tmp_path):
    (tmp_path / "ner").mkdir()
    for split in ("train", "dev"):
        passage = {"id": split, "text": TEXT, "entities": [{"start": 0, "end": 14, "label": "PERSON"}]}
        with gzip.open(tmp_path / "ner" / f"paper-{split}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.write(json.dumps(passage) + "\n")
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Thomas Sankara"}, {"label": "ORG", "pattern": "Ouagadougou"}])
    found = evaluate.left_out(nlp, tmp_path, ["paper"])
    assert found["paper"] == {"ents_p": 50.0, "ents_r": 100.0, "ents_f": 66.7, "conll_f": 66.7} == found["mean"]
    with pytest.raises(FileNotFoundError, match="web-"):
        evaluate.left_out(nlp, tmp_path, ["web"])
