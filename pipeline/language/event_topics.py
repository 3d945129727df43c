"""How public the matter of an article is, by its words: in one about phones or films "launched" is no event."""

from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from spacy.strings import get_string_id

from pipeline.lexicons import read_rows

PUBLIC = "state"  # the topic of what states, courts, forces and movements do
# The share of public words among these and those of the topic that is talked of most beside: where a class ends. An
# article above the last is what event words are made for, and has no feature.
STEPS = (0.2, 0.4, 0.6, 0.8)
# A text is taken to be public until its words tell otherwise: so many public words, of so many, are added.
PRIOR, PRIOR_WORDS = 5.2, 6


def read_topics(folder: Path | None = None) -> dict[int, str]:
    """The lexicon of topics: that of each lemma, by the number spaCy gives it, from the folder or the shipped one.

    Raises:
        LexiconError: topics.csv is missing or broken.
    """
    rows = read_rows("topics", columns=("topic", "word"), folder=folder)
    return {get_string_id(row["word"]): row["topic"] for row in rows}


def about(lemmas: Sequence[int], topics: Mapping[int, str]) -> str:
    """How public an article is, given the numbers of its lemmas: "public 0" to "public 3"; empty where all of it is."""
    found: Counter[str] = Counter()
    for lemma, times in Counter(lemmas).items():
        if topic := topics.get(lemma):
            found[topic] += times
    public = found.pop(PUBLIC, 0)
    share = (public + PRIOR) / (public + max(found.values(), default=0) + PRIOR_WORDS)
    step = bisect(STEPS, share)
    return f"public {step}" if step < len(STEPS) else ""
