"""The embedded model as one spaCy component: tags, morphology, lemmas, sentences, trees and names from one network."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, MORPH, POS, TAG  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.parts_of_speech import IDS as UPOS  # type: ignore[import-not-found]
from spacy.tokens import Doc
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from pipeline.language.arcs import Array
from pipeline.language.doc import plain
from pipeline.language.lemmas import Lemmas
from pipeline.language.network import BREAK, Network, Word

ASSIGNS = (
    "token.tag", "token.pos", "token.morph", "token.lemma", "token.is_sent_start", "doc.sents", "token.dep",
    "token.head", "doc.ents", "token.ent_iob", "token.ent_type",
)  # fmt: skip
IOB = {"O": 2, "B": 3, "S": 3, "I": 1, "E": 1}  # as spaCy numbers them
LABELS, LEMMAS, WEIGHTS, GRAPH = "labels.json", "lemmas.json", "weights.npz", "network.onnx"


@Language.factory("reader", assigns=list(ASSIGNS))
def make_reader(nlp: Language, name: str) -> "Reader":
    """The component, as spaCy makes it; its weights come with `from_disk`."""
    return Reader(nlp)


class Reader:
    """The spaCy component. A Doc is read by itself, so it is read in the same way whatever stands beside it."""

    def __init__(self, nlp: Language) -> None:
        self.vocab = nlp.vocab
        self.labels: dict[str, list[str]] = {}
        self.weights: dict[str, Array] = {}
        self.graph = b""
        self.known: dict[str, dict[str, str]] = {}
        self.network: Network | None = None
        self._threads = ThreadpoolController()

    def load(
        self,
        labels: dict[str, list[str]],
        weights: dict[str, Array],
        graph: bytes,
        known: dict[str, dict[str, str]] | None = None,
    ) -> None:
        """Take labels, lists by layer, weights and graph, and by part of speech the lemmas of known forms."""
        self.labels, self.weights, self.graph = labels, weights, graph
        self.network = Network(weights, labels, graph)
        strings = self.vocab.strings
        self._tag = ids(strings.add(tag) for tag in labels["tag"])
        self._dep = ids(strings.add(dep) for dep in labels["dep"])
        upos, feats = zip(*(label.split("|", 1) for label in labels["morph"]), strict=True)
        self._pos = ids(UPOS[name] for name in upos)
        self._morph = ids(self.vocab.morphology.add(name) for name in feats)
        self._iob = ids(IOB[name[0]] for name in labels["ner"])
        self._type = ids(strings.add(name[2:]) for name in labels["ner"])
        self.known = known or {}
        self._upos, self._lemmas = upos, Lemmas(labels["lemma"], self.known)
        self._space = {TAG: strings.add("_SP"), POS: UPOS["SPACE"], DEP: strings.add("dep"), MORPH: 0, ENT_TYPE: 0}

    def __call__(self, doc: Doc) -> Doc:
        """Read the Doc; sentence starts that it has already are kept."""
        if self.network is None:
            raise ValueError("the component reader has no weights: load the pipeline with spacy.load")
        if not len(doc):
            return doc
        forms = plain(doc).words
        places, words = as_words(doc, forms)
        token, is_word = np.array(places, dtype=int), np.array([word.form != BREAK for word in words], dtype=bool)
        real = token[is_word]
        strings = self.vocab.strings  # what is added while a memory zone is open is gone with it: keep no numbers
        table = np.zeros((len(doc), 8), dtype=np.uint64)
        columns = (TAG, POS, MORPH, LEMMA, HEAD, DEP, ENT_IOB, ENT_TYPE)
        column = {attribute: n for n, attribute in enumerate(columns)}
        for attribute, value in self._space.items():
            table[:, column[attribute]] = value
        table[:, column[ENT_IOB]] = IOB["O"]
        heads = np.arange(len(doc))
        white = np.ones(len(doc), dtype=bool)
        white[real] = False
        heads[white] = np.flatnonzero(white) - 1  # white space hangs on what stands before it
        for n in np.flatnonzero(white).tolist():
            table[n, column[LEMMA]] = strings.add(forms[n])
        if len(real):
            starts = doc.to_array("SENT_START").astype(np.int64) == 1
            # One thread: the same sums in every worker, and no more threads than workers.
            with self._threads.limit(limits=1, user_api="blas"):
                found = self.network.read(words, starts[token], self._asks)
            morph, name = found.morph[is_word], found.name[is_word]
            table[real, column[TAG]] = self._tag[found.tag[is_word]]
            table[real, column[POS]] = self._pos[morph]
            table[real, column[MORPH]] = self._morph[morph]
            table[real, column[DEP]] = self._dep[found.dep[is_word]]
            table[real, column[ENT_IOB]] = self._iob[name]
            table[real, column[ENT_TYPE]] = self._type[name]
            upos = [self._upos[n] for n in morph.tolist()]
            ways, odds = found.lemma[is_word].tolist(), found.lemma_odds[is_word].tolist()
            lemmas = [
                self._lemmas.of(forms[n], *rest) for n, *rest in zip(real.tolist(), upos, ways, odds, strict=True)
            ]
            numbers = {lemma: strings.add(lemma) for lemma in set(lemmas)}
            table[real, column[LEMMA]] = [numbers[lemma] for lemma in lemmas]
            # White space inside a name belongs to it.
            inside = np.flatnonzero(white[:-1] & ~white[1:] & (table[1:, column[ENT_IOB]] == IOB["I"]))
            for n in inside.tolist():
                while white[n]:
                    table[n, column[ENT_IOB]], table[n, column[ENT_TYPE]] = (
                        table[n + 1, column[ENT_IOB]],
                        table[n + 1, column[ENT_TYPE]],
                    )
                    n -= 1
            heads[real] = token[found.head[is_word]]
            heads[: real[0]] = real[0]
        else:
            heads[:] = 0
        table[:, column[HEAD]] = (heads - np.arange(len(doc))).astype(np.int64).view(np.uint64)
        return doc.from_array(list(columns), table)  # type: ignore[arg-type]

    def _asks(self, words: Sequence[Word], morph: Array) -> Array:
        """Of which words the lemma is not known yet, so that more than one way to it is asked."""
        upos = self._upos
        known = self._lemmas.known
        asked = [
            forms is not None and word.form.lower() not in forms
            for word, forms in zip(words, [known.get(upos[n]) for n in morph.tolist()], strict=True)
        ]
        return np.array(asked, dtype=bool)

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write what `load` took."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        (path / LABELS).write_text(json.dumps(self.labels, indent=1) + "\n", encoding="utf-8")
        (path / LEMMAS).write_text(json.dumps(self.known, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        np.savez(path / WEIGHTS, allow_pickle=False, **self.weights)
        (path / GRAPH).write_bytes(self.graph)

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> "Reader":
        """Read what `to_disk` wrote.

        Raises:
            FileNotFoundError: a file is missing, as in a model that was made for an earlier version.
        """
        path = Path(path)
        if not (path / GRAPH).is_file():
            raise FileNotFoundError(
                f"{path} lacks {GRAPH}: the model was made for an earlier version of article-events"
            )
        with np.load(path / WEIGHTS, allow_pickle=False) as arrays:
            weights = {name: arrays[name] for name in arrays.files}
        labels, known = (json.loads((path / name).read_text(encoding="utf-8")) for name in (LABELS, LEMMAS))
        self.load(labels, weights, (path / GRAPH).read_bytes(), known)
        return self


def as_words(doc: Doc, forms: Sequence[str]) -> tuple[list[int], list[Word]]:
    """The words that the network reads, and the token of each: all but white space without a line break."""
    places, words = [], []
    is_space, spaced = doc.to_array("IS_SPACE").tolist(), doc.to_array("SPACY").tolist()
    spaced[-1] = True
    for n, form in enumerate(forms):
        if not is_space[n]:
            places.append(n)
            words.append(Word(form, bool(spaced[n]) or forms[n + 1].isspace()))
        elif "\n" in form and not (form.count("\n") == 1 and goes_on(doc, n)):
            places.append(n)
            words.append(Word(BREAK, True))
    return places, words


def goes_on(doc: Doc, n: int) -> bool:
    """Whether one line break stands inside a sentence: between words of which the second is in lower case."""
    return 0 < n < len(doc) - 1 and doc[n + 1].text[:1].islower() and doc[n - 1].text[-1:] not in '.!?:;”"'


def ids(values: Iterable[int]) -> Array:
    """Numbers of strings as spaCy keeps them."""
    return np.array(list(values), dtype=np.uint64)
