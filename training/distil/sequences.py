"""Raw and labelled text as padded arrays of words, with the subwords the teacher reads them by."""

import json
import lzma
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

BREAK, END, KINDS = 0, 1, range(2, 7)  # types that are no words: see inputs.py
FIRST_WORD = 7
ESCAPE = 65535
PAD, UNK, MASK, BR, DOC = range(5)
SUBWORDS, WORDS = 256, 224  # a sequence's length in each
LONGEST_PIECES = 8
DOCUMENT_GAP = 4  # END tokens between documents: as far as the student's four convolutions see
ROOM = SUBWORDS - LONGEST_PIECES  # the first word's subwords depend on what stands before it
MISSING = -100
LAYERS = ("tag", "morph", "lemma", "head", "dep", "start", "ner")


@dataclass(frozen=True)
class Sequences:
    """Padded sequences: `types` (n, WORDS), -1 padded, `first` subword of each word; `subwords` (n, SUBWORDS)."""

    types: np.ndarray
    subwords: np.ndarray
    first: np.ndarray
    kinds: np.ndarray
    labels: dict[str, np.ndarray]


class Text:
    """The types of the raw text, and how the teacher's vocabulary writes each, after a space and without."""

    def __init__(self, folder: Path) -> None:
        self.forms = unpacked(folder / "forms.txt.xz").decode("utf-8").split("\x04\n")
        self.number = {form: n for n, form in enumerate(self.forms)}
        self.glued = np.array([form.endswith("\x01") for form in self.forms])
        bpe = Tokenizer.from_file(str(folder / "bpe.json"))
        words = [form.rstrip("\x01") for form in self.forms]
        pieces: list[list[int]] = []
        for spaced in ("", "▁"):
            encoded = bpe.encode_batch([spaced + word for word in words])
            pieces += [e.ids[:LONGEST_PIECES] or [UNK] for e in encoded]
        size = len(words)
        for offset in (0, size):
            pieces[offset + BREAK], pieces[offset + END] = [BR], [DOC]
            for kind in KINDS:
                pieces[offset + kind] = []
        self.lengths = np.array([len(p) for p in pieces], dtype=np.int32)
        self.offsets = np.cumsum(self.lengths) - self.lengths
        self.flat = np.array([i for p in pieces for i in p], dtype=np.int32)

    def variants(self, types: np.ndarray) -> np.ndarray:
        """Index into lengths and offsets of each token: after a space, or not."""
        spaced = np.ones(len(types), dtype=bool)
        spaced[1:] = ~self.glued[types[:-1]]
        return types + spaced * len(self.forms)

    def subwords(self, variants: np.ndarray) -> np.ndarray:
        lengths = self.lengths[variants]
        ends = np.cumsum(lengths)
        where = np.repeat(self.offsets[variants] - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)
        return self.flat[where]


def raw_stream(folder: Path) -> np.ndarray:
    stream = np.frombuffer(unpacked(folder / "stream.bin.xz"), dtype="<u2").astype(np.int32)
    escapes = np.flatnonzero(stream == ESCAPE)
    # The two numbers after an escape may themselves be 65535; an escape is one that no escape claims.
    real, last = [], -3
    for at in escapes:
        if at - last > 2:
            real.append(at)
            last = at
    real_at = np.array(real, dtype=np.int64)
    stream[real_at] = (stream[real_at + 1] << 16) | stream[real_at + 2]
    keep = np.ones(len(stream), dtype=bool)
    keep[real_at + 1] = keep[real_at + 2] = False
    return stream[keep]


def windows(types: np.ndarray, lengths: np.ndarray) -> list[tuple[int, int]]:
    """Cuts of the stream at document ends and paragraph breaks, each no longer than a sequence."""
    stops = np.flatnonzero((types == BREAK) | (types == END)) + 1
    ends = np.concatenate([[0], np.cumsum(lengths)])
    found, start, last = [], 0, 0
    for stop in stops:
        while ends[stop] - ends[start] > SUBWORDS or stop - start > WORDS:
            if last > start:
                found.append((start, last))
                start = last
            else:  # a paragraph longer than a sequence
                cut = min(start + WORDS, int(np.searchsorted(ends, ends[start] + SUBWORDS, side="right")) - 1)
                found.append((start, cut))
                start = last = cut
        last = stop
        if types[stop - 1] == END:
            if stop > start:
                found.append((start, int(stop)))
            start = last = int(stop)
    return found


def arranged(text: Text, cuts: list[tuple[int, int]], types: np.ndarray, labels: dict[str, np.ndarray]) -> Sequences:
    """The stretches of the stream as padded arrays."""
    variants = text.variants(types)
    lengths = text.lengths[variants]
    ends = np.concatenate([[0], np.cumsum(lengths)])
    flat = text.subwords(variants)
    count = len(cuts)
    out_types = np.full((count, WORDS), -1, dtype=np.int32)
    out_first = np.zeros((count, WORDS), dtype=np.int16)
    out_subwords = np.full((count, SUBWORDS), PAD, dtype=np.int16)
    out_labels = {name: np.full((count, WORDS), MISSING, dtype=np.int16) for name in labels}
    for n, (start, stop) in enumerate(cuts):
        out_types[n, : stop - start] = types[start:stop]
        out_first[n, : stop - start] = np.minimum(ends[start:stop] - ends[start], SUBWORDS - 1)
        out_subwords[n, : ends[stop] - ends[start]] = flat[ends[start] : ends[stop]]
        for name, values in labels.items():
            out_labels[name][n, : stop - start] = values[start:stop]
    kind_of = np.maximum.accumulate(np.where((types >= 2) & (types < 7), np.arange(len(types)), 0))
    kinds = (types[kind_of[[start for start, _ in cuts]]] - 2).clip(0, len(KINDS) - 1).astype(np.int8)
    return Sequences(out_types, out_subwords, out_first, kinds, out_labels)


def raw_sequences(text: Text, stream: np.ndarray) -> Sequences:
    lengths = text.lengths[text.variants(stream)]
    return arranged(text, windows(stream, lengths), stream, {})


def vocabularies(gold: list[dict]) -> dict[str, list[str]]:
    """The label sets, from the training part; rare morphology and lemma scripts are left out."""
    found = {}
    for layer, least in (("tag", 1), ("morph", 3), ("lemma", 3), ("dep", 3)):
        counts: dict[str, int] = {}
        for passage in gold:
            if passage["split"] == "train":
                for value in passage.get(layer, ()):
                    counts[value] = counts.get(value, 0) + 1
        found[layer] = sorted(value for value, count in counts.items() if count >= least and value != "?")
    names = sorted({v[2:] for p in gold for v in p.get("ner", ()) if v not in "O-"})
    found["ner"] = ["O", *(f"{part}-{name}" for name in names for part in "BIES")]
    return found


def gold_sequences(text: Text, passages: list[dict], vocabulary: dict[str, list[str]]) -> tuple[Sequences, np.ndarray]:
    """The labelled passages, packed several to a sequence; with each word's passage number (n, WORDS)."""
    index = {layer: {value: n for n, value in enumerate(values)} for layer, values in vocabulary.items()}
    types: list[int] = []
    number: list[int] = []
    labels: dict[str, list[int]] = {layer: [] for layer in LAYERS}
    cuts: list[tuple[int, int]] = []
    start = 0

    def put(kind: int, values: dict[str, int], passage: int) -> None:
        types.append(kind)
        number.append(passage)
        for layer in LAYERS:
            labels[layer].append(values.get(layer, MISSING))

    def size(start: int) -> int:
        piece = np.array(types[start:], dtype=np.int32)
        return int(text.lengths[text.variants(piece)].sum()) if len(piece) else 0

    for which, passage in enumerate(passages):
        for piece in pieces_of(passage):
            before = len(types)
            if before > start:
                for _ in range(DOCUMENT_GAP):
                    put(END, {}, -1)
            base, where = len(types), {}
            for n, word in enumerate(piece["words"]):
                if piece["breaks"][n]:
                    put(BREAK, {}, which)
                where[n] = len(types)
                values = {"start": int(piece["start"][n])} if "start" in piece else {}
                for layer in ("tag", "morph", "lemma", "dep", "ner"):
                    if layer in piece:
                        values[layer] = index[layer].get(piece[layer][n], MISSING)
                if "head" in piece:
                    values["head"] = piece["head"][n]  # made an offset below
                put(text.number[word + ("" if piece["spaces"][n] else "\x01")], values, which)
            if "head" in piece:
                for n in range(len(piece["words"])):
                    head = piece["head"][n]
                    labels["head"][where[n]] = -1 if head < 0 else where[head]
            if len(types) - start > WORDS or size(start) > ROOM:
                if before > start:
                    cuts.append((start, before))
                    start = base
                if len(types) - start > WORDS or size(start) > ROOM:  # one piece is too long: its end is cut
                    stop = min(len(types), start + WORDS)
                    while size_of(text, types[start:stop]) > ROOM:
                        stop -= 8
                    cuts.append((start, stop))
                    start = len(types)
    if len(types) > start:
        cuts.append((start, len(types)))
    array = np.array(types, dtype=np.int32)
    columns = {layer: np.array(values, dtype=np.int32) for layer, values in labels.items()}
    columns["passage"] = np.array(number, dtype=np.int32)
    # Heads become positions in the sequence plus one, 0 for the root; a head that was cut off is missing.
    for start, stop in cuts:
        heads = columns["head"][start:stop]
        shifted = np.where(heads == -1, 0, heads - start + 1)
        shifted[(heads == MISSING) | (shifted > stop - start)] = MISSING
        columns["head"][start:stop] = shifted
    sequences = arranged(text, cuts, array, {layer: columns[layer] for layer in (*LAYERS, "passage")})
    passage = sequences.labels.pop("passage")
    return sequences, passage


def size_of(text: Text, types: list[int]) -> int:
    return int(text.lengths[text.variants(np.array(types, dtype=np.int32))].sum())


def pieces_of(passage: dict, longest: int = 150) -> list[dict]:
    """A passage divided at sentence starts, or outside names, into pieces of some 150 words."""
    words = passage["words"]
    if len(words) <= longest + 30:
        return [passage]
    layers = [layer for layer in (*LAYERS, "words", "spaces", "breaks") if layer in passage]
    cuts, start = [], 0
    for n in range(1, len(words)):
        opens = passage["start"][n] if "start" in passage else passage["ner"][n][0] in "OBS" and words[n - 1] in ".!?"
        if n - start >= longest and (opens or n - start > longest + 30):
            cuts.append((start, n))
            start = n
    cuts.append((start, len(words)))
    found = []
    for start, stop in cuts:
        piece = {layer: passage[layer][start:stop] for layer in layers}
        piece["breaks"] = [False, *piece["breaks"][1:]]
        if "head" in piece:
            piece["head"] = [h if h < 0 else h - start for h in piece["head"]]
            piece["head"] = [h if h < stop - start else -1 for h in piece["head"]]
        found.append(piece)
    return found


def load_gold(folder: Path) -> list[dict]:
    return json.loads(unpacked(folder / "gold.json.xz"))


def unpacked(path: Path) -> bytes:
    return lzma.decompress(path.read_bytes())
