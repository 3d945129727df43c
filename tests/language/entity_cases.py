"""Docs made by hand for the entity layers: tags in the text stand for what a model found, or for gold."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import spacy
from spacy.tokens import Doc, Span

NLP = spacy.blank("en")
TAG = re.compile(r"<(/?)([A-Za-z_]+)(?:\.(\w+))?>")
PRONOUNS = frozenset({"he", "she", "it", "its", "they", "their"})
STOPS = {".", "!", "?", '."'}


class Tagged(NamedTuple):
    """A tagged stretch of a text: its offsets, its label, and which entity it is."""

    start: int
    end: int
    label: str
    entity: str


def read_tags(text: str) -> tuple[str, list[Tagged]]:
    """The text without its tags, and what they mark: "<PERSON.1>Putin</PERSON.1>"."""
    plain, found, opened, position = "", [], [], 0
    for tag in TAG.finditer(text):
        plain += text[position : tag.start()]
        position = tag.end()
        if tag[1]:
            start, label, entity = opened.pop()
            found.append(Tagged(start, len(plain), label, entity))
        else:
            opened.append((len(plain), tag[2], tag[3] or ""))
    assert not opened, text
    return plain + text[position:], sorted(found)


def doc_of(text: str) -> Doc:
    """A Doc with the tags as its entities; sentences end at full stops, capitalised words are proper nouns."""
    plain, tags = read_tags(text)
    doc = NLP.make_doc(plain)
    start = True
    for token in doc:
        token.is_sent_start = start
        token.pos_ = "PROPN" if token.text[:1].isupper() and not start else "X"
        start = token.text in STOPS or "\n\n" in token.text
    spans = (doc.char_span(tag.start, tag.end, label=tag.label, alignment_mode="expand") for tag in tags)
    doc.ents = [span for span in spans if span is not None]
    return doc


def parsed(*sentences: str) -> Doc:
    """A Doc of flat parses: "Merkel_nsubj praised_ROOT her_obj ."; entities are names in <PERSON>Two Words</PERSON>."""
    words: list[str] = []
    deps: list[str] = []
    heads: list[int] = []
    starts: list[bool] = []
    people: list[tuple[int, int]] = []
    for sentence in sentences:
        first = len(words)
        here = [item.rpartition("_") if "_" in item else (item, "", "dep") for item in sentence.split()]
        root = first + next(i for i, (_, _, dep) in enumerate(here) if dep == "ROOT")
        for i, (word, _, dep) in enumerate(here):
            if word.startswith("<"):
                people.append((first + i, first + i))
            clean = word.strip("<>")
            if word.endswith(">"):
                people[-1] = (people[-1][0], first + i + 1)
            words.append(clean)
            deps.append(dep)
            heads.append(root)
            starts.append(i == 0)
    doc = Doc(NLP.vocab, words=words, heads=heads, deps=deps, sent_starts=starts)
    doc.ents = [Span(doc, start, end, label="PERSON") for start, end in people]
    return doc


def doc_with_heads(sentence: str, before: str = "") -> Doc:
    """A Doc of one parsed sentence, "NATO_nsubj:1 left_ROOT:1 .", after a flat one of `parsed`; lemmas for the weather.

    A name in <Two Words> is a person, one in [brackets] an organisation; the number is the index of the head.
    """
    earlier = parsed(before) if before else None
    words: list[str] = []
    deps: list[str] = []
    heads: list[int] = []
    names: list[list[int | str]] = []
    for item in sentence.split():
        word, _, rest = item.partition("_")
        dep, _, head = rest.rpartition(":")
        if word.startswith(("<", "[")):
            names.append([len(words), len(words), "PERSON" if word.startswith("<") else "ORG"])
        clean = word.strip("<>[]")
        if word.endswith((">", "]")):
            names[-1][1] = len(words) + 1
        words.append(clean)
        deps.append(dep or "punct")
        heads.append(int(head) if head else 1)
    tags = ["VBD" if dep in ("ROOT", "ccomp") else "NN" for dep in deps]
    pos = ["VERB" if tag == "VBD" else "PRON" if word.lower() in PRONOUNS else "NOUN"
           for word, tag in zip(words, tags, strict=True)]  # fmt: skip
    lemmas = [word.removesuffix("ed") for word in words]
    doc = Doc(NLP.vocab, words=words, heads=heads, deps=deps, tags=tags, pos=pos, lemmas=lemmas)
    doc.ents = [Span(doc, int(start), int(end), label=str(label)) for start, end, label in names]
    return doc if earlier is None else Doc.from_docs([earlier, doc]) or doc


def spans_of(doc: Doc) -> Iterator[tuple[int, int, str]]:
    """The entities of a Doc as offsets and labels."""
    return ((ent.start_char, ent.end_char, ent.label_) for ent in doc.ents)
