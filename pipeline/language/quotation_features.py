"""What the learned model of quotations looks at: a cue and its surroundings, a word and its place beside a cue.

Every feature is a whole number, a bucket of some template such as "part of speech by side of the cue", so that a model
is one table of weights and reading it is one look-up for all words of an article at once. Syntax goes through the one
table of `syntax`, so that both sets of labels are understood. Fitting and reading use the same code.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id
from spacy.tokens import Doc, Token

from pipeline.labels import AttributionType
from pipeline.language.contents import LONGEST_SENTENCE, Governed, Range, governed
from pipeline.language.cues import PATTERNS, TAGGED, Cue, Cues
from pipeline.language.direct_speech import Speech
from pipeline.language.speakers import labelled, source_of, speaker_of
from pipeline.language.syntax import EVERY_ROLE, ROLE_OF_NUMBER, Role, is_passive

Ints = NDArray[np.int64]

ROLE = {each: number for number, each in enumerate(EVERY_ROLE)}
ROLES = len(ROLE)
POS = ("", "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT",
       "SCONJ", "SYM", "VERB", "X", "SPACE")  # fmt: skip
TAGS = ("", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "MD", "TO", "IN", "WDT", "WP", "WP$", "WRB", "PRP", "PRP$", "NN",
        "NNS", "NNP", "NNPS", "JJ", "JJR", "JJS", "RB", "RBR", "RBS", "RP", "DT", "PDT", "CC", "CD", "EX", "UH", "POS",
        ",", ".", ":", "``", "''", "-LRB-", "-RRB-", "HYPH", "NFP", "$", "_SP", "FW", "LS", "SYM", "ADD",
        "AFX")  # fmt: skip
ENTITIES = ("", "PERSON", "ORG", "GPE", "NORP", "LOC", "DATE", "TIME", "CARDINAL", "PERCENT", "MONEY")
PATTERN_NUMBER = {pattern: number for number, pattern in enumerate(sorted(PATTERNS), start=1)}
COMMA_LIKE = frozenset({",", ";", ":", "\N{EM DASH}", "\N{EN DASH}", "--", "-"})
# Words of the sentences beside the cue's own, within its paragraph: seldom does a quotation reach further.
REACH_BEFORE, REACH_AFTER = 40, 60
# Words of the cue's own sentence on either side of it.
LONGEST_SIDE = 120
LONGEST_PATH = 24
# A colon that introduces words in marks without a verb of saying, and how often it was an attribution in PolNeAR train.
COLON = Cue(":", "phrase", AttributionType.ASSERTION, {})
SHARE_OF_COLONS = 0.81
DISTANCES = np.array([-60, -30, -15, -8, -4, -2, -1, 0, 1, 2, 3, 5, 9, 16, 31, 61])
# Kinds of speakers: pronouns, then what the model of names says; 10 to 13 are other names and nouns.
PRONOUNS = (
    frozenset({"he", "she"}), frozenset({"i"}), frozenset({"we"}), frozenset({"they", "who"}), frozenset({"you"}),
)  # fmt: skip
NAMED = {"PERSON": 7, "ORG": 8, "GPE": 9, "NORP": 9}
# From this share on a cue of the rules counts as sure. What a short text reports says little, so each text is taken to
# begin with so many words of news, and news to have so many cues a thousand words (as in PolNeAR).
SURE, NEWS_WORDS, NEWS_RATE = 0.7, 200, 18.0
CHILD_ROLES = (
    Role.SUBJECT, Role.PASSIVE_SUBJECT, Role.OBJECT, Role.INDIRECT_OBJECT, Role.COMPLEMENT_CLAUSE, Role.OPEN_CLAUSE,
    Role.ADVERBIAL_CLAUSE, Role.PARATAXIS, Role.OBLIQUE, Role.NOUN_MODIFIER, Role.NOUN_CLAUSE, Role.RELATIVE_CLAUSE,
    Role.PASSIVE_AUXILIARY, Role.AUXILIARY, Role.NEGATION, Role.POSSESSOR, Role.COMPOUND, Role.MARKER, Role.COPULA,
    Role.CONJUNCT, Role.PREPOSITION, Role.PARTICLE, Role.ADVERB, Role.DETERMINER, Role.CASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words and lemmas that the model knows one by one; all others are known by their part of speech."""

    words: Mapping[int, int]  # spaCy's number of a lower-case form -> 1, 2, ...
    lemmas: Mapping[str, int]
    further: Mapping[tuple[str, str], Cue]  # cues beside those of the lexicon: lemma and part of speech
    speakers: Mapping[str, int]  # nouns that speak: "spokesman", "report"

    @classmethod
    def of(
        cls, words: Iterable[str], lemmas: Iterable[str], further: Iterable[str] = (), speakers: Iterable[str] = ()
    ) -> "Vocabulary":
        """The vocabulary of four lists, the third of words as "VERB rattle", the others of forms and lemmas."""
        pairs = [(lemma, pos) for pos, _, lemma in (each.partition(" ") for each in further)]
        return cls(
            {get_string_id(word): number for number, word in enumerate(words, start=1)},
            {lemma: number for number, lemma in enumerate(lemmas, start=1)},
            {(lemma, pos): Cue(lemma, TAGGED[pos], AttributionType.BELIEF, {}) for lemma, pos in pairs},
            {lemma: number for number, lemma in enumerate(speakers, start=1)},
        )


@dataclass(frozen=True, slots=True)
class Words:
    """The words of an article as numbers."""

    head: Ints
    role: Ints
    pos: Ints
    tag: Ints
    entity: Ints
    word: Ints
    sentence: Ints
    start: Ints  # first token of the word's sentence
    end: Ints
    left: Ints  # leftmost token of what hangs on the word
    right: Ints
    quoted: Ints  # 0 outside marks, 1 inside, 2 and 3 at the opening and the closing mark
    commas: Ints  # how many stand before the word
    marks: Ints
    paragraph: Ints
    wordy: NDArray[np.bool_]  # has a letter or a digit
    counts: list[int]  # how many wordy ones stand before each word, and in all

    def count(self, start: int, end: int) -> int:
        """How many of the words from `start` to `end`, which is not included, have a letter or a digit."""
        return self.counts[end] - self.counts[start] if end > start else 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may be a cue, with what the rules make of it."""

    token: Token
    cue: Cue
    patterns: tuple[Governed, ...]
    best: Governed | None
    share: float
    speech: Speech | None = None
    phrase: Range | None = None
    speaker: Range | None = None

    @property
    def index(self) -> int:
        """The token."""
        return int(self.token.i)


def candidates(
    doc: Doc,
    cues: Cues,
    speeches: Iterable[Speech],
    stretches: Iterable[Range],
    further: Mapping[tuple[str, str], Cue],
) -> list[Candidate]:
    """The words that may be cues, in text order; those inside marks are someone's own words."""
    if not doc.has_annotation("DEP"):
        return []
    spoken = {speech.head.i: speech for speech in speeches if speech.head is not None}
    colons = {speech.cue[0]: speech for speech in speeches if speech.head is None and speech.cue is not None}
    phrases = {start: (start, end, cue) for start, end, cue in cues.phrases(doc)}
    inside = {index for stretch in stretches for index in range(*stretch)}
    possible = ({*colons, *phrases, *_possible(doc, cues, further)} - inside) | set(spoken)
    found = []
    for index in sorted(possible & _in_sentences(doc)):
        token = doc[index]
        if index in phrases:
            found.append(_phrase(doc, *phrases[index]))
        elif index in colons:
            found.append(_colon(doc, index, colons[index]))
        else:
            speech = spoken.get(index)
            cue = cues.of(token) or (speech.entry if speech is not None else None)
            cue = cue or further.get((token.lemma_.lower(), token.pos_))
            if cue is not None:
                found.append(_candidate(token, cue, speech))
    return found


def _in_sentences(doc: Doc) -> set[int]:
    """The words of the sentences that are no longer than sentences are."""
    starts = np.flatnonzero(np.append(doc.to_array("SENT_START") == 1, True))
    if starts[0] != 0:
        starts = np.append(0, starts)
    return {
        index
        for start, end in itertools.pairwise(starts.tolist())
        if end - start <= LONGEST_SENTENCE
        for index in range(start, end)
    }


def _possible(doc: Doc, cues: Cues, further: Mapping[tuple[str, str], Cue]) -> list[int]:
    """The words whose form or lemma is that of a cue."""
    strings = doc.vocab.strings
    lemmas = {lemma for lemma, _ in further}

    def is_known(number: int) -> bool:
        word = strings[number].lower()
        return cues.knows(word) or word in lemmas

    array = np.asarray(doc.to_array(["LOWER", "LEMMA"]), np.uint64)
    known = _numbered(array[:, 0], is_known) | _numbered(array[:, 1], is_known)
    return np.flatnonzero(known).tolist()


def _phrase(doc: Doc, start: int, end: int, cue: Cue) -> Candidate:
    source = source_of(doc, start, end)
    return Candidate(
        doc[start], cue, (), None, cue.share("source"), None, (start, end),
        (source.start, source.end) if source is not None else None,
    )  # fmt: skip


def _colon(doc: Doc, index: int, speech: Speech) -> Candidate:
    speaker = labelled(doc, index, speech.pieces)
    words = (speaker.start, speaker.end) if speaker is not None else None
    return Candidate(doc[index], COLON, (), None, SHARE_OF_COLONS, speech, None, words)


def _candidate(token: Token, cue: Cue, speech: Speech | None) -> Candidate:
    patterns = tuple(found for found in governed(token) if found.content)
    best = max(patterns, key=lambda found: cue.share(found.pattern), default=None)
    speaker = speaker_of(best or Governed("quote", token, (token.i, token.i + 1), ()))
    share = cue.share(best.pattern) if best is not None else 0.0
    words = (speaker.start, speaker.end) if speaker is not None else None
    return Candidate(token, cue, patterns, best, share, speech, None, words)


def words_of(doc: Doc, paragraphs: Sequence[Range], stretches: Sequence[Range], vocabulary: Vocabulary) -> Words:
    """The words of the article as numbers."""
    wanted: list[int | str] = ["HEAD", "DEP", "POS", "TAG", "ENT_TYPE", "LOWER", "SENT_START", "ORTH"]
    array = np.asarray(doc.to_array(wanted), np.uint64)
    size = len(doc)
    head = array[:, 0].astype(np.int64) + np.arange(size)
    starts = array[:, 6] == 1
    starts[:1] = True
    sentence = np.cumsum(starts)
    first = np.flatnonzero(starts)
    last = np.append(first[1:], size)
    quoted, marks = np.zeros(size, np.int64), np.zeros(size + 1, np.int64)
    for start, end in stretches:
        quoted[start:end] = 1
        quoted[start], quoted[end - 1] = 2, 3
        marks[start] += 1
        marks[end] += 1
    paragraph = np.full(size, -1)
    for number, (start, end) in enumerate(paragraphs):
        paragraph[start:end] = number
    strings = doc.vocab.strings
    left, right = _edges(head)
    wordy = _numbered(array[:, 7], lambda label: any(map(str.isalnum, strings[label]))) > 0
    return Words(
        head=head,
        role=_numbered(array[:, 1], lambda label: ROLE[ROLE_OF_NUMBER.get(label, Role.OTHER)]),
        pos=_numbered(array[:, 2], lambda label: POS_NUMBER.get(label, 0)),
        tag=_numbered(array[:, 3], lambda label: TAG_NUMBER.get(label, 0)),
        entity=_numbered(array[:, 4], lambda label: ENTITY_NUMBER.get(label, len(ENTITIES) if label else 0)),
        word=_numbered(array[:, 5], lambda label: vocabulary.words.get(label, 0)),
        sentence=sentence,
        start=first[sentence - 1],
        end=last[sentence - 1],
        left=left,
        right=right,
        quoted=quoted,
        commas=np.cumsum(_numbered(array[:, 7], lambda label: strings[label] in COMMA_LIKE)),
        marks=np.cumsum(marks[:size]),
        paragraph=paragraph,
        wordy=wordy,
        counts=[0, *np.cumsum(wordy).tolist()],
    )


def _edges(head: Ints) -> tuple[Ints, Ints]:
    """The leftmost and the rightmost word of what hangs on each word."""
    left, right = np.arange(len(head)), np.arange(len(head))
    for _ in range(LONGEST_SENTENCE):
        before = left.copy(), right.copy()
        np.minimum.at(left, head, left)
        np.maximum.at(right, head, right)
        if np.array_equal(before[0], left) and np.array_equal(before[1], right):
            break
    return left, right


POS_NUMBER = {get_string_id(name): number for number, name in enumerate(POS)}
TAG_NUMBER = {get_string_id(name): number for number, name in enumerate(TAGS)}
ENTITY_NUMBER = {get_string_id(name): number for number, name in enumerate(ENTITIES)}


def _numbered(labels: NDArray[np.uint64], number_of: Callable[[int], int]) -> Ints:
    each = labels.tolist()
    known = {label: number_of(label) for label in set(each)}
    return np.array([known[label] for label in each], np.int64)


# --- what a cue is judged by ---------------------------------------------------------------------------------------


def cue_features(words: Words, found: Sequence[Candidate], vocabulary: Vocabulary) -> dict[str, Ints]:
    """A number for each template and each candidate."""
    at = np.array([each.index for each in found], np.int64)
    size = len(words.head)
    lemma = np.array([vocabulary.lemmas.get(each.cue.lemma, 0) for each in found], np.int64)
    kind = np.array([("verb", "noun", "adjective", "phrase").index(each.cue.pos) for each in found], np.int64)
    pattern = np.array([_pattern(each) for each in found], np.int64)
    share = _bucket(np.array([each.share for each in found]), (0.01, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9))
    speech = np.array([each.speech is not None for each in found], np.int64)
    role, tag, quoted = words.role[at], words.tag[at], words.quoted[at]
    before, after = np.maximum(at - 1, 0), np.minimum(at + 1, size - 1)
    after2 = np.minimum(at + 2, size - 1)
    noun, speaker = np.array([_speaker_numbers(words, each, vocabulary) for each in found], np.int64).T
    reported = _reported(words, found)
    sides = _child_sides(words, found)
    head = words.head[at]
    per_sentence = np.bincount(words.sentence[at], minlength=int(words.sentence.max(initial=0)) + 1)
    place = np.minimum(words.paragraph[at] + 1, 3)
    quotes = _quotes_in_sentence(words, at)
    features = {
        "lemma": lemma * 4 + kind,
        "lemma pattern": lemma * 40 + pattern,
        "lemma tag": lemma * 64 + tag,
        "lemma role": lemma * 64 + role,
        "lemma speaker": lemma * 16 + speaker,
        "lemma next": lemma * 32 + words.pos[after],
        "lemma quoted": lemma * 4 + quoted,
        "lemma passive": lemma * 2 + np.array([_passive(each) for each in found], np.int64),
        "pattern share": pattern * 16 + share,
        "share": (share * 4 + kind) * 2 + speech,
        "speech": speech * 4 + quoted,
        "role tag": role * 64 + tag,
        "tag kind": tag * 4 + kind,
        "role pattern": role * 40 + pattern,
        "speaker kind": (speaker * 4 + kind) * 2 + speech,
        "speaker pattern": speaker * 40 + pattern,
        "speaker noun": noun * 4 + kind,
        "speaker child": speaker * 4 + sides[:, CHILD_ROLES.index(Role.OBJECT)],
        "reported": reported * 4 + kind,
        "reported share": reported * 16 + share,
        "reported speaker": reported * 16 + speaker,
        "reported lemma": lemma * 8 + reported,
        "quoted": quoted * 8 + quotes,
        "next": words.word[after] * 4 + kind,
        "next2": words.word[after2] * 4 + kind,
        "before": words.word[before] * 4 + kind,
        "next tag": words.tag[after] * 64 + tag,
        "before tag": words.tag[before] * 64 + tag,
        "head": words.tag[head] * 64 + role,
        "others": np.minimum(per_sentence[words.sentence[at]], 7) * 4 + kind,
        "place": place,
        "length": _bucket((words.end - words.start)[at], (4, 8, 14, 20, 30, 45)) * 4 + kind,
        "offset": _bucket((at - words.start[at]).astype(float), (1, 2, 4, 8, 16)) * 4 + kind,
    }
    for number, name in enumerate(CHILD_ROLES):
        features[f"child {name.name}"] = sides[:, number] * 4 + kind
        if name in (Role.COMPLEMENT_CLAUSE, Role.OPEN_CLAUSE, Role.OBJECT, Role.SUBJECT, Role.OBLIQUE,
                    Role.NOUN_MODIFIER, Role.NOUN_CLAUSE, Role.POSSESSOR):  # fmt: skip
            features[f"lemma child {name.name}"] = lemma * 4 + sides[:, number]
    return features


def _pattern(each: Candidate) -> int:
    if each.speech is not None:
        return len(PATTERN_NUMBER) + 1
    if each.phrase is not None:
        return PATTERN_NUMBER["source"]
    return PATTERN_NUMBER.get(each.best.pattern, 0) if each.best is not None else 0


def _passive(each: Candidate) -> bool:
    return each.cue.pos == "verb" and is_passive(each.token)


def _speaker_numbers(words: Words, each: Candidate, vocabulary: Vocabulary) -> tuple[int, int]:
    """The noun that the rules take for the speaker, and its kind: none, name, pronoun, a noun that speaks or not."""
    if each.speaker is None:
        return 0, 0
    head = _head(words, each.speaker)
    doc = each.token.doc
    pos, entity = POS[words.pos[head]], ENTITIES[words.entity[head] % len(ENTITIES)]
    if pos == "PRON":
        return 0, next((number for number, some in enumerate(PRONOUNS, start=1) if doc[head].lower_ in some), 6)
    if entity in NAMED:
        return 0, NAMED[entity]
    if pos == "PROPN":
        return 0, 10
    noun = vocabulary.speakers.get(doc[head].lemma_.lower(), 0) if pos == "NOUN" else 0
    return noun, 13 if noun else 11 if pos == "NOUN" else 12


def _head(words: Words, span: Range) -> int:
    """The first word of a span that hangs on none in it."""
    return next((at for at in range(*span) if not span[0] <= words.head[at] < span[1] or words.head[at] == at), span[0])


def _reported(words: Words, found: Sequence[Candidate]) -> Ints:
    """How much of the article is surely reported beside each candidate: sure cues per thousand words, as a bucket."""
    sure = np.array([each.speech is not None or each.share >= SURE for each in found])
    return _bucket(reported_rate(words, sure.sum() - sure), (4.0, 6.0, 8.0, 10.0, 13.0, 16.0, 20.0))


def reported_rate(words: Words, cues: Ints) -> NDArray[np.float64]:
    """Cues per thousand words, of each count; that of news for a text that is too short to tell."""
    return (1000 * cues + NEWS_RATE * NEWS_WORDS) / (words.counts[-1] + NEWS_WORDS)


def _child_sides(words: Words, found: Sequence[Candidate]) -> Ints:
    """For each candidate and role, 1 where such a dependent stands before it, 2 where after, 3 where on both sides."""
    sides = np.zeros((len(found), len(CHILD_ROLES)), np.int64)
    columns = {ROLE[name]: column for column, name in enumerate(CHILD_ROLES)}
    rows: dict[int, list[int]] = {}
    for row, each in enumerate(found):
        rows.setdefault(each.index, []).append(row)
    wanted = np.isin(words.head, np.fromiter(rows, np.int64, len(rows)))
    for child in np.flatnonzero(wanted):
        column = columns.get(int(words.role[child]))
        head = int(words.head[child])
        if column is not None and head != child:
            for row in rows[head]:
                sides[row, column] |= 1 if child < head else 2
    return sides


def _quotes_in_sentence(words: Words, at: Ints) -> Ints:
    first, last = words.start[at], words.end[at] - 1
    edges = np.minimum(words.marks[last] - words.marks[first], 3)
    return np.asarray(edges * 2 + (words.quoted[first] > 0), np.int64)


# --- what a word beside a cue is judged by -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Windows:
    """The words around every cue, one after the other: cue `owner[k]` looks at token `token[k]`."""

    owner: Ints
    token: Ints
    first: Ints  # of each cue's window, in tokens
    offset: Ints  # of each cue's window, in the rows of `owner` and `token`
    length: Ints


def windows(words: Words, at: Ints, paragraphs: Sequence[Range]) -> Windows:
    """The words each cue may credit to someone: its sentence and, in the same paragraph, some around it."""
    bounds = np.array([*paragraphs, (0, len(words.head))], np.int64)
    paragraph = words.paragraph[at]
    floor, ceiling = bounds[paragraph, 0], bounds[paragraph, 1]
    first = np.maximum(np.maximum(floor, words.start[at] - REACH_BEFORE), at - LONGEST_SIDE)
    last = np.minimum(np.minimum(ceiling, words.end[at] + REACH_AFTER), at + LONGEST_SIDE)
    first, last = np.minimum(first, at), np.maximum(last, at + 1)
    length = last - first
    offset = np.cumsum(length) - length
    owner = np.repeat(np.arange(len(at)), length)
    token = np.arange(int(length.sum())) - offset[owner] + first[owner]
    return Windows(owner, token, first, offset, length)


def word_features(
    words: Words,
    found: Sequence[Candidate],
    probability: NDArray[np.float64],
    speeches: Sequence[Speech],
    span: Windows,
    vocabulary: Vocabulary,
    *,
    all_candidates: tuple[Ints, NDArray[np.float64]],
) -> dict[str, Ints]:
    """A number for each template and each word of each window; `all_candidates`: every possible cue, how likely."""
    at = np.array([each.index for each in found], np.int64)
    owner, token = span.owner, span.token
    cue = at[owner]
    up, down, branch = _paths(words, at, span)
    side = np.sign(token - cue) + 1
    distance = np.digitize(token - cue, DISTANCES)
    kind = np.array([("verb", "noun", "adjective", "phrase").index(each.cue.pos) for each in found], np.int64)[owner]
    lemma = np.array([vocabulary.lemmas.get(each.cue.lemma, 0) for each in found], np.int64)[owner]
    passive = np.array([_passive(each) for each in found], np.int64)[owner]
    pattern = np.array([_pattern(each) for each in found], np.int64)[owner]
    share = _bucket(np.array([each.share for each in found]), (0.3, 0.5, 0.7))[owner]
    sure = _bucket(probability, (0.3, 0.6, 0.85))[owner]
    rule = _rule_marks(found, span, words)
    spoken = _spoken(len(words.head), speeches)[token]
    other = _other_cues(len(words.head), all_candidates)
    own = token == cue
    beside = np.where(own, 0, other[token])
    strong = np.append(0, np.cumsum(other >= 2))
    between = np.minimum(np.abs(strong[token] - strong[cue]), 2)
    commas = np.minimum(np.abs(words.commas[token] - words.commas[cue]), 3)
    marks = np.minimum(np.abs(words.marks[token] - words.marks[cue]), 3)
    sentence = np.clip(words.sentence[token] - words.sentence[cue], -2, 2) + 2
    brole = words.role[branch]
    bside = np.sign(branch - cue) + 1
    lead = words.word[words.left[branch]]
    tag, pos, role, word = words.tag[token], words.pos[token], words.role[token], words.word[token]
    entity, quoted = words.entity[token], words.quoted[token]
    inside = np.minimum(quoted, 1)
    path = (up * 3 + bside) * 64 + brole
    edge = (token == words.left[branch]) + 2 * (token == words.right[branch])
    previous, following = _shifted(span, -1), _shifted(span, 1)
    start = (token == words.start[token]).astype(np.int64)
    hint = rule["content"] * 2 + (spoken > 0)
    return {
        "bias": side,
        "distance": distance * 4 + kind,
        "pos": pos * 3 + side,
        "tag": tag * 3 + side,
        "word": word * 3 + side,
        "role": role * 24 + up * 3 + side,
        "entity": (entity * 3 + side) * 8 + up,
        "path": path,
        "path kind": path * 4 + kind,
        "path lemma": path * 400 + np.minimum(lemma, 399),
        "path passive": path * 2 + passive,
        "path pattern": path * 40 + pattern,
        "path down": path * 6 + down,
        "path edge": path * 4 + edge,
        "path quoted": path * 4 + quoted,
        "path lead": path * 512 + np.minimum(lead, 511),
        "path word": path * 512 + np.minimum(word, 511),
        "path tag": path * 64 + tag,
        "lead kind": (lead * 8 + up) * 4 + kind,
        "quoted": ((quoted * 3 + side) * 4 + marks) * 5 + sentence,
        "quoted sentence": (inside * 5 + sentence) * 20 + distance,
        "quoted neighbours": (inside[previous] * 4 + quoted) * 2 + inside[following],
        "marks": (marks * 3 + side) * 4 + commas,
        "commas": (commas * 3 + side) * 20 + distance,
        "sentence": (sentence * 2 + start) * 2 + inside,
        "rule": _joint(rule["content"], rule["any"], rule["speaker"], rule["cue"]),
        "rule share": _joint(rule["content"], rule["speaker"], share, sure),
        "rule pattern": (rule["content"] * 2 + rule["any"]) * 40 + pattern,
        "rule lemma": (rule["content"] * 2 + rule["speaker"]) * 400 + np.minimum(lemma, 399),
        "rule path": (rule["content"] * 2 + rule["speaker"]) * 4096 + path,
        "rule quoted": (rule["content"] * 3 + spoken) * 4 + quoted,
        "rule neighbours": (hint[previous] * 8 + hint) * 8 + hint[following],
        "rule cue": (rule["cue"] * 2 + rule["cue"][previous]) * 2 + rule["cue"][following],
        "rule cue role": (rule["cue"] * 64 + role) * 3 + side,
        "rule speaker neighbours": (rule["speaker"][previous] * 2 + rule["speaker"]) * 2 + rule["speaker"][following],
        "rule speaker entity": (rule["speaker"] * 16 + entity) * 4 + kind,
        "spoken": (spoken * 5 + sentence) * 4 + sure,
        "spoken pattern": spoken * 40 + pattern,
        "cue near": (beside * 3 + side) * 8 + up,
        "cue between": (between * 3 + side) * 4 + inside,
        "cue between path": between * 4096 + path,
        "near": np.clip(token - cue, -4, 4) * 64 + tag + 1000,
        "near word": (np.clip(token - cue, -3, 3) + 3) * 512 + np.minimum(word, 511),
        "tag before": (tag[previous] * 64 + tag) * 3 + side,
        "tag after": (tag[following] * 64 + tag) * 3 + side,
        "word before": word[previous] * 3 + side,
        "word after": word[following] * 3 + side,
        "path before": (path[previous] == path) * 4096 + path,
        "branch before": ((branch[previous] == branch) * 2 + (branch[following] == branch)) * 8 + up,
        "branches": (brole[previous] * 64 + brole) * 3 + side,
        "sentence after": start[following] * 12 + side * 4 + inside,
    }


def _joint(*binary: Ints) -> Ints:
    joint = binary[0] * 0
    for each in binary:
        joint = joint * 8 + each
    return joint


def _bucket(values: NDArray[np.float64] | Ints, edges: Sequence[float]) -> Ints:
    return np.digitize(values, edges).astype(np.int64)


def _shifted(span: Windows, step: int) -> Ints:
    """The row of the neighbour in the same window; at an edge, the row itself."""
    row = np.arange(len(span.owner))
    first, last = span.offset[span.owner], (span.offset + span.length)[span.owner] - 1
    return np.clip(row + step, first, last)


def _paths(words: Words, at: Ints, span: Windows) -> tuple[Ints, Ints, Ints]:
    """How a word hangs together with the cue.

    How many steps lead up from the cue to what governs both, how many down from there, and the dependent they lead
    through: in "he said they left", *left* for every word of "they left".
    """
    size = len(span.owner)
    rank = np.full(size, -1, np.int64)
    node, alive = at.copy(), np.ones(len(at), bool)
    for step in range(LONGEST_PATH):
        inside = alive & (node >= span.first) & (node < span.first + span.length)
        rank[(span.offset + node - span.first)[inside]] = min(step, 5)
        above = words.head[node]
        alive &= above != node
        node = above
        if not alive.any():
            break
    same = words.sentence[span.token] == words.sentence[at[span.owner]]
    up, down = np.where(same, 6, 7), np.zeros(size, np.int64)
    branch, node = span.token.copy(), span.token.copy()
    rows = np.flatnonzero(same)
    base = (span.offset - span.first)[span.owner]
    low, high = span.first[span.owner], (span.first + span.length)[span.owner]
    for step in range(LONGEST_PATH):
        here = rank[base[rows] + node[rows]]
        met = here >= 0
        up[rows[met]], down[rows[met]] = here[met], min(step, 5)
        rows = rows[~met]
        above = words.head[node[rows]]
        going = (above != node[rows]) & (above >= low[rows]) & (above < high[rows])
        rows, above = rows[going], above[going]
        if not len(rows):
            break
        branch[rows] = node[rows]
        node[rows] = above
    return up, down, branch


def _rule_marks(found: Sequence[Candidate], span: Windows, words: Words) -> dict[str, Ints]:
    """Where the rules see the content, the speaker and the cue."""
    size = len(span.owner)
    marks = {name: np.zeros(size, np.int64) for name in ("content", "any", "speaker", "cue")}
    for number, each in enumerate(found):
        for name, piece in _rule_pieces(each, words):
            start = max(piece[0] - int(span.first[number]), 0)
            end = min(piece[1] - int(span.first[number]), int(span.length[number]))
            if end > start:
                offset = int(span.offset[number])
                marks[name][offset + start : offset + end] = 1
    return marks


def _rule_pieces(each: Candidate, words: Words) -> Iterable[tuple[str, Range]]:
    if each.speech is not None:
        yield from (("content", piece) for piece in each.speech.pieces)
    elif each.best is not None and each.share > 0:
        yield from (("content", piece) for piece in each.best.content)
    if each.cue is COLON:
        yield "cue", (each.index, each.index + 1)
    elif each.phrase is not None:
        yield "cue", each.phrase
        yield "content", (int(words.start[each.index]), int(words.end[each.index]))
    elif each.patterns:
        yield "cue", (each.best or each.patterns[0]).cue
    for found in each.patterns:
        yield from (("any", piece) for piece in found.content)
    if each.speaker is not None:
        yield "speaker", each.speaker


def _spoken(size: int, speeches: Sequence[Speech]) -> Ints:
    """1 inside direct speech that has a cue, 2 in that which has none."""
    spoken = np.zeros(size, np.int64)
    for speech in speeches:
        for start, end in speech.pieces:
            spoken[start:end] = 1 if speech.cue is not None else 2
    return spoken


def _other_cues(size: int, every: tuple[Ints, NDArray[np.float64]]) -> Ints:
    likely = np.zeros(size, np.int64)
    likely[every[0]] = _bucket(every[1], (0.2, 0.5, 0.8))
    return likely
