"""Choices: which of the contents and speakers that the model and the rules see around a cue is the best, and how sure.

The rules and the labelled words often see different contents. Two fitted forests say of each how likely it is right,
for the most part and to the word, by how sure the labels of its words are, by its edges, and by the cues around it; a
third says the same of each possible speaker.
"""

import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc, Span

from pipeline.cleaning.forest import Forest, probability
from pipeline.cleaning.model import ARRAYS, forest_from
from pipeline.errors import LexiconError
from pipeline.labels import AttributionType
from pipeline.language.contents import Governed, Range, cue_range, trimmed
from pipeline.language.cues import PATTERNS
from pipeline.language.direct_speech import ends_sentence
from pipeline.language.quotation_features import COLON, ROLE, Words, reported_rate
from pipeline.language.quotation_model import (
    CONTENT,
    CUE,
    SPEAKER,
    Floats,
    QuotationModel,
    Reading,
    rule_content,
)
from pipeline.language.speakers import beside, mention
from pipeline.language.syntax import Role

PATTERN_NUMBER = {pattern: number for number, pattern in enumerate(sorted(PATTERNS), start=1)}
KINDS = ("verb", "noun", "adjective", "phrase")
TYPES = tuple(AttributionType)
MOST_PATTERNS = 4
MOST_SUBJECTS = 3
MOST_PIECES = 4
LIKELY = 0.8  # from this probability on a cue counts as one when the cues of an article are counted
SUBJECTS = (ROLE[Role.SUBJECT], ROLE[Role.PASSIVE_SUBJECT], ROLE[Role.AGENT])
# How much it counts that a content is right to the word; swept 0-1 on articles that the model had not seen.
WEIGHT_OF_EXACT = 0.6
# Of speakers about as likely, the one beside the marks has the better edges: no "in an interview" after the name.
ALMOST = 0.02
LEAST_SPEAKER = 0.15
WEIGHTS = Path(__file__).parent / "quotation_weights.npz"
FORESTS = ("half", "exact", "source")


@dataclass(frozen=True, slots=True)
class Choice:
    """One content that a cue may have, in tokens."""

    reading: int  # which reading it belongs to
    content: tuple[Range, ...]
    cue: Range
    by_model: bool
    pattern: str  # of the rules; empty when only the model sees it
    share: float  # how often the pattern attributes
    best: bool  # whether the rules would choose it


def choices(doc: Doc, words: Words, readings: Sequence[Reading], stretches: Sequence[Range]) -> list[Choice]:
    """Every content that the model or a rule sees, for each reading."""
    found: list[Choice] = []
    ends = [end for start, end in stretches if ends_sentence(doc, (start, end))]
    for number, reading in enumerate(readings):
        found.extend(_choices(doc, words, number, reading, stretches, ends))
    return found


def _choices(
    doc: Doc, words: Words, number: int, reading: Reading, stretches: Sequence[Range], ends: Sequence[int]
) -> Iterator[Choice]:
    candidate = reading.candidate
    cue = cue_of(words, reading)
    seen: dict[tuple[Range, ...], Choice] = {}

    def add(content: Iterable[Range], by_model: bool, pattern: str, share: float, best: bool) -> None:
        pieces = snapped(joined(words, whole(doc, words, content, cue)), cue, stretches)
        known = seen.get(pieces)
        if not pieces or any(_runs_on(words, piece, ends) for piece in pieces):
            return
        if known is not None:
            by_model |= known.by_model
            pattern, share, best = (known.pattern, known.share, known.best) if known.pattern else (pattern, share, best)
        seen[pieces] = Choice(number, pieces, cue, by_model, pattern, share, best)

    add(reading.runs(CONTENT), True, "", -1.0, False)
    if candidate.phrase is not None and candidate.speaker is not None:
        hole = (min(cue[0], candidate.speaker[0]), max(cue[1], candidate.speaker[1]))
        start, end = int(words.start[candidate.index]), int(words.end[candidate.index])
        rest = [piece for piece in ((start, hole[0]), (hole[1], end)) if piece[0] < piece[1]]
        add(rest, False, "source", candidate.cue.share("source"), True)
    if candidate.speech is not None:
        pieces = rule_content(candidate)
        add(pieces, False, "quote", candidate.cue.share("quote"), True)
        for last in range(1, min(len(pieces), MOST_PIECES)):
            add(pieces[:last], False, "quote", candidate.cue.share("quote"), False)
    for pattern in candidate.patterns[:MOST_PATTERNS]:
        best = candidate.best is not None and pattern.content == candidate.best.content and candidate.speech is None
        add(pattern.content, False, pattern.pattern, candidate.cue.share(pattern.pattern), best)
    yield from seen.values()


def _runs_on(words: Words, piece: Range, ends: Sequence[int]) -> bool:
    """Whether words follow, in the same piece, after a closing mark that also ended its sentence."""
    at = bisect.bisect_right(ends, piece[0])
    return at < len(ends) and ends[at] < piece[1] and words.count(ends[at], piece[1]) > 0


def cue_of(words: Words, reading: Reading) -> Range:
    """The words of the cue: those the model labels around the candidate, else what the rules take."""
    candidate = reading.candidate
    run = next((run for run in reading.runs(CUE) if run[0] <= candidate.index < run[1]), None)
    if candidate.cue is COLON:
        return candidate.index, candidate.index + 1
    start, end = run or candidate.phrase or cue_range(candidate.token)
    while end - 1 > candidate.index and not words.wordy[end - 1]:
        end -= 1
    while start < candidate.index and not words.wordy[start]:
        start += 1
    return start, end


def whole(doc: Doc, words: Words, pieces: Iterable[Range], cue: Range) -> Iterator[Range]:
    """The pieces without loose punctuation at their edges, those without a word left out."""
    yield from (piece for piece in trimmed(doc, pieces, cue) if words.count(*piece))


def joined(words: Words, pieces: Iterable[Range]) -> Iterator[Range]:
    """The pieces, joined where only punctuation stands between them."""
    current: Range | None = None
    for piece in pieces:
        if current is not None and not words.count(current[1], piece[0]):
            current = (current[0], piece[1])
            continue
        if current is not None:
            yield current
        current = piece
    if current is not None:
        yield current


def snapped(content: Iterable[Range], cue: Range, stretches: Sequence[Range]) -> tuple[Range, ...]:
    """The content, stretched to the marks where it begins or ends inside them; a cue inside the marks leaves it."""
    pieces = []
    for start, end in content:
        for first, last in _touching(stretches, start, end):
            if first < cue[1] and cue[0] < last:
                continue
            start, end = min(start, first), max(end, last)
        pieces.append((start, end))
    return tuple(merged(pieces))


def _touching(stretches: Sequence[Range], start: int, end: int) -> Iterator[Range]:
    at = max(0, bisect.bisect_left(stretches, (start, 0)) - 1)
    while at < len(stretches) and stretches[at][0] < end:
        if stretches[at][1] > start:
            yield stretches[at]
        at += 1


def merged(pieces: Iterable[Range]) -> Iterator[Range]:
    """The pieces in order, those that touch as one."""
    current: Range | None = None
    for start, end in sorted(pieces):
        if current is not None and start <= current[1]:
            current = (current[0], max(current[1], end))
            continue
        if current is not None:
            yield current
        current = (start, end)
    if current is not None:
        yield current


# --- what a content is judged by -----------------------------------------------------------------------------------


def choice_features(words: Words, readings: Sequence[Reading], found: Sequence[Choice]) -> Floats:
    """A row of numbers for each choice."""
    contexts = _contexts(words, readings)
    sets: list[list[Choice]] = [[] for _ in readings]
    for choice in found:
        sets[choice.reading].append(choice)
    sums = [
        np.append(
            0.0, np.cumsum(reading.marginals[:, CONTENT] * words.wordy[reading.first :][: len(reading.marginals)])
        )
        for reading in readings
    ]
    rows = []
    for choice in found:
        number = choice.reading
        rows.append([*contexts[number], *_own(words, readings[number], choice, sets[number], sums[number])])
    return np.array(rows, np.float64)


def _contexts(words: Words, readings: Sequence[Reading]) -> list[list[float]]:
    """What is the same for all contents of a reading."""
    at = np.array([reading.candidate.index for reading in readings], np.int64)
    sure = np.array([reading.probability for reading in readings])
    size = len(readings)
    low = np.searchsorted(at, [reading.first for reading in readings])
    high = np.searchsorted(at, [reading.first + len(reading.marginals) for reading in readings])
    holds: list[Floats] = []  # how likely the content of each reading has the cues low..high
    outer, inner = np.zeros(size, np.int64), np.zeros(size, np.int64)
    most_around, second, most_inside, all_inside = (np.zeros(size) for _ in range(4))
    for number, reading in enumerate(readings):
        part = slice(int(low[number]), int(high[number]))
        own = reading.marginals[at[part] - reading.first, CONTENT]
        own[at[part] == at[number]] = 0
        holds.append(own)
        around, inside = own * sure[number], own * sure[part]
        more = around > most_around[part]
        second[part] = np.where(more, most_around[part], np.maximum(second[part], around))
        most_around[part] = np.where(more, around, most_around[part])
        outer[part] = np.where(more, number, outer[part])
        inner[number] = part.start + int(inside.argmax())
        most_inside[number], all_inside[number] = np.maximum.reduce(inside), np.add.reduce(inside)

    def held(by: int, number: int) -> float:
        place = number - int(low[by])
        return float(holds[by][place]) if 0 <= place < len(holds[by]) else 0.0

    back = [held(number, int(other)) for number, other in enumerate(outer)]
    forth = [held(int(other), number) * sure[other] for number, other in enumerate(inner)]
    # How much of the article is someone's words: likely cues per thousand words.
    (reported,) = reported_rate(words, np.array([np.count_nonzero(sure >= LIKELY)])).tolist()
    rows = []
    for number, reading in enumerate(readings):
        candidate, index = reading.candidate, reading.candidate.index
        content, speaker, cue = (reading.marginals[:, label] for label in (CONTENT, SPEAKER, CUE))
        by_rule = candidate.speaker
        since = max(by_rule[0] - reading.first, 0) if by_rule is not None else 0
        until = min(by_rule[1] - reading.first, len(speaker)) if by_rule is not None else 0
        start, end = int(words.start[index]), int(words.end[index])
        rows.append(
            [
                np.log(reading.probability / (1 - reading.probability + 1e-9)),
                KINDS.index(candidate.cue.pos) + (candidate.cue is COLON),
                candidate.speech is not None,
                len(candidate.cue.patterns),
                TYPES.index(candidate.cue.type),
                candidate.share,
                len(candidate.patterns),
                words.role[index],
                words.tag[index],
                words.role[words.head[index]],
                words.quoted[index],
                most_around[number],
                sure[outer[number]] if most_around[number] > 0 else 0,
                back[number],
                second[number],
                most_inside[number],
                forth[number],
                all_inside[number],
                reported,
                speaker.max(initial=0),
                speaker.sum(),
                by_rule is not None,
                speaker[since:until].mean() if until > since else -1,
                cue[index - reading.first],
                cue.sum(),
                content[index - reading.first],
                content.max(initial=0),
                content.sum(),
                end - start,
                index - start,
                words.marks[end - 1] - words.marks[start],
                min(int(words.paragraph[index]), 12),
                words.tag[min(index + 1, len(words.tag) - 1)],
                words.tag[max(index - 1, 0)],
            ]
        )
    return rows


def _own(words: Words, reading: Reading, choice: Choice, others: Sequence[Choice], sums: Floats) -> list[float]:
    """What is said of one content; `sums`: the running sums of how likely each word of the window is content."""
    first, size = reading.first, len(reading.marginals)
    share = reading.marginals[:, CONTENT]
    mask = _mask(choice.content, first, size)
    whole = words.wordy[first : first + size]
    own, rest = share[mask & whole], share[whole & ~mask]
    count = sum(words.count(start, end) for start, end in choice.content)
    inside = sum(
        float(sums[min(max(end - first, 0), size)] - sums[min(max(start - first, 0), size)])
        for start, end in choice.content
    )
    outside = float(sums[-1]) - inside
    index = reading.candidate.index
    start, end = choice.content[0][0], choice.content[-1][1]
    tokens = len(words.tag)
    edges = [start - 1, start, end - 1, end]
    model = next((other for other in others if other.by_model), None)
    rule = next((other for other in others if other.best), None)
    marks = int(words.marks[min(end, tokens - 1)] - words.marks[max(start - 1, 0)])
    return [
        choice.by_model,
        choice.best,
        choice.share,
        PATTERN_NUMBER.get(choice.pattern, 0),
        len(others),
        _alike(words, choice.content, model.content) if model is not None else -1,
        _alike(words, choice.content, rule.content) if rule is not None else -1,
        count,
        len(choice.content),
        inside / (count + outside),
        inside / max(count, 1),
        outside,
        float(own.min()) if len(own) else 1,
        float(rest.max()) if len(rest) else 0,
        *(float(share[edge - first]) if 0 <= edge - first < size else -1 for edge in edges),
        *(int(words.tag[edge]) if 0 <= edge < tokens else -1 for edge in edges),
        *(int(words.role[edge]) if 0 <= edge < tokens else -1 for edge in edges),
        start - index if start > index else end - 1 - index,
        start < index < end,
        int(words.word[start]),
        int(words.sentence[end - 1] - words.sentence[start]),
        int(end >= words.end[end - 1] - 1),
        int(start == words.start[start]),
        int(words.quoted[start] > 0) + int(words.quoted[end - 1] > 0),
        marks,
        float(reading.marginals[mask, SPEAKER].max(initial=0)),
        int(words.sentence[start] - words.sentence[index]),
    ]


def _mask(content: Iterable[Range], first: int, size: int) -> NDArray[np.bool_]:
    mask = np.zeros(size, np.bool_)
    for start, end in content:
        mask[max(start - first, 0) : max(end - first, 0)] = True
    return mask


def _alike(words: Words, one: Sequence[Range], other: Sequence[Range]) -> float:
    """The share of their words that two contents have in common."""
    if one == other:
        return 1.0
    low, high = min(one[0][0], other[0][0]), max(one[-1][1], other[-1][1])
    wordy = words.wordy[low:high]
    first, second = _mask(one, low, high - low) & wordy, _mask(other, low, high - low) & wordy
    return float((first & second).sum() / max((first | second).sum(), 1))


# --- what a speaker is judged by -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """Words that may be the speaker of a content, in tokens."""

    words: Range
    by_model: int  # 0 when the model does not label them, 1 for the run next to the cue, 2 for another
    by_rule: bool
    by_marks: bool  # the noun beside the marks


def sources(doc: Doc, all_words: Words, reading: Reading, choice: Choice) -> list[Source]:
    """The words that the model and the rules take for the speaker."""
    candidate, index = reading.candidate, reading.candidate.index
    runs = sorted(reading.runs(SPEAKER), key=lambda run: min(abs(run[0] - index), abs(run[1] - 1 - index)))
    found: dict[Range, Source] = {}
    for number, run in enumerate(runs):
        words = trimmed_speaker(doc, run)
        if words is not None:
            found.setdefault(words, Source(words, 1 + (number > 0), False, False))
    by_rule = trimmed_speaker(doc, candidate.speaker) if candidate.speaker is not None else None
    speech = candidate.speech
    by_marks = None
    if speech is not None and speech.head is not None:
        span = beside(doc, Governed("quote", speech.head, choice.cue, choice.content), after=speech.after)
        by_marks = (span.start, span.end) if span is not None else None
    for words in (by_rule, by_marks):
        if words is not None:
            known = found.get(words)
            found[words] = Source(words, known.by_model if known else 0, words == by_rule, words == by_marks)
    if any(source.by_model == 1 and source.by_rule for source in found.values()):
        return list(found.values())
    for words in _further_sources(doc, all_words, reading, choice):
        if all(words[1] <= start or end <= words[0] for start, end in found):
            found[words] = Source(words, 0, False, False)
    return list(found.values())


def _further_sources(doc: Doc, words: Words, reading: Reading, choice: Choice) -> Iterator[Range]:
    """The subjects of the sentence outside the content, those nearest to the cue, and the likeliest word of all."""
    index, share = reading.candidate.index, reading.marginals[:, SPEAKER]
    start, end = int(words.start[index]), int(words.end[index])
    subjects = start + np.flatnonzero(np.isin(words.role[start:end], SUBJECTS))
    nouns = sorted(subjects.tolist(), key=lambda noun: abs(noun - index))[:MOST_SUBJECTS]
    nouns.append(reading.first + int(share.argmax()))
    found = Governed("quote", reading.candidate.token, choice.cue, choice.content)
    for noun in nouns:
        if any(first <= noun < last for first, last in (choice.cue, *choice.content)):
            continue
        span = mention(doc[noun], found)
        if span is not None:
            yield span.start, span.end


def source_features(words: Words, reading: Reading, choice: Choice, found: Sequence[Source]) -> list[list[float]]:
    """A row of numbers for each possible speaker."""
    share = reading.marginals[:, SPEAKER]
    first, size, index = reading.first, len(share), reading.candidate.index
    candidate = reading.candidate
    total = float(share.sum())
    near = next((source for source in found if source.by_model == 1), None)
    rule = next((source for source in found if source.by_rule), None)
    content = choice.content
    rows = []
    for source in found:
        start, end = source.words
        low, high = max(start - first, 0), min(end - first, size)
        own = share[low:high] if high > low else np.zeros(1)
        roots = [token for token in range(start, end) if not start <= words.head[token] < end]
        root = roots[0] if roots else start
        low, high = min(end, index), max(start, index)
        inside = sum(max(0, min(end, last) - max(start, one)) for one, last in content)
        rows.append(
            [
                float(own.mean()),
                float(own.max()),
                float(own.sum()),
                float(own.sum()) / (total + 0.1),
                total,
                float(reading.marginals[root - first, CONTENT]) if 0 <= root - first < size else -1,
                source.by_model,
                source.by_rule,
                source.by_marks,
                len(found),
                _overlap(source.words, near.words) if near is not None else -1,
                _overlap(source.words, rule.words) if rule is not None else -1,
                end - start,
                start - index if start > index else end - 1 - index,
                int(words.sentence[root] - words.sentence[index]),
                inside / (end - start),
                int(words.quoted[root] > 0),
                int(words.tag[root]),
                int(words.role[root]),
                int(words.entity[root]),
                int(words.word[root]),
                int(words.pos[root]),
                int(words.head[root] == index),
                int(words.head[index] == root),
                len(roots),
                abs(int(words.commas[root] - words.commas[index])),
                abs(int(words.marks[root] - words.marks[index])),
                KINDS.index(candidate.cue.pos) + (candidate.cue is COLON),
                candidate.speech is not None,
                PATTERN_NUMBER.get(choice.pattern, 0),
                int(words.role[index]),
                int(words.tag[index]),
                content[0][0] < index,
                int(words.tag[max(start - 1, 0)]),
                int(words.tag[min(end, len(words.tag) - 1)]),
            ]
        )
    return rows


def _overlap(one: Range, other: Range) -> float:
    return max(0, min(one[1], other[1]) - max(one[0], other[0])) / (max(one[1], other[1]) - min(one[0], other[0]))


# --- the judge -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judge:
    """Forests that say how likely a content is right for the most part, or to the word, and a speaker."""

    half: Forest
    exact: Forest
    source: Forest

    @classmethod
    def of(cls, arrays: Mapping[str, Any]) -> "Judge":
        """The judge of the arrays that training/quotations wrote."""
        return cls(*(forest_from({part: arrays[f"{name}_{part}"] for part in (*ARRAYS, "shape")}) for name in FORESTS))

    def contents(self, rows: Floats) -> tuple[Floats, Floats]:
        """For each choice, how likely it is right for the most part, and to the word."""
        return probability(self.half.log_odds(rows)), probability(self.exact.log_odds(rows))

    def sources(self, rows: Floats) -> Floats:
        """How likely each possible speaker is the right one."""
        return probability(self.source.log_odds(rows))

    def ranked(self, words: Words, readings: Sequence[Reading], found: Sequence[Choice]) -> list[tuple[Choice, float]]:
        """The contents, the best first, and how sure each is."""
        if not found:
            return []
        half, exact = self.contents(choice_features(words, readings, found))
        order = np.argsort(-(half + WEIGHT_OF_EXACT * exact), kind="stable")
        return [(found[number], float(half[number])) for number in order.tolist()]

    def speakers(
        self, doc: Doc, words: Words, readings: Sequence[Reading], chosen: Sequence[Choice]
    ) -> Iterator[tuple[Span | None, float]]:
        """For each content the likeliest speaker and how sure it is; no speaker where none is likely."""
        found = [sources(doc, words, readings[choice.reading], choice) for choice in chosen]
        rows = [
            row
            for choice, own in zip(chosen, found, strict=True)
            for row in source_features(words, readings[choice.reading], choice, own)
        ]
        every = self.sources(np.array(rows, np.float64)) if rows else np.zeros(0)
        done = 0
        for choice, own in zip(chosen, found, strict=True):
            part = slice(done, done + len(own))
            done += len(own)
            yield _speaker(doc, readings[choice.reading], own, every[part])


def _speaker(doc: Doc, reading: Reading, found: Sequence[Source], sure: Floats) -> tuple[Span | None, float]:
    if not found:
        return None, 1 - float(reading.marginals[:, SPEAKER].max(initial=0))
    best = max(range(len(found)), key=lambda number: sure[number] + ALMOST * found[number].by_marks)
    if sure[best] < LEAST_SPEAKER:
        return None, 1 - float(sure[best])
    start, end = found[best].words
    return doc[start:end], float(sure[best])


@dataclass(frozen=True, slots=True)
class Learned:
    """All that was fitted: what reads the words around a cue, and what judges the contents."""

    reader: QuotationModel
    judge: Judge

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> "Learned":
        """The arrays of a file that training/quotations wrote.

        Raises:
            LexiconError: the file is missing or not what training wrote.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls(QuotationModel.of(file), Judge.of(file))
        except (OSError, ValueError, KeyError) as error:
            raise LexiconError(f"{path}: cannot be read ({error}); restore it from the distribution") from error


@cache
def shipped() -> Learned:
    """What we ship, loaded once."""
    return Learned.load()


def trimmed_speaker(doc: Doc, words: Range) -> Range | None:
    """The speaker's words without commas, prepositions and a possessive 's at their edges."""
    start, end = words
    while start < end and (doc[start].is_space or (doc[start].is_punct and doc[start].text not in "\"'([“‘")):
        start += 1
    while end > start and (doc[end - 1].is_space or (doc[end - 1].is_punct and doc[end - 1].text not in "\"')]”’.")):
        end -= 1
    if end - start > 1 and doc[end - 1].tag_ == "POS":
        end -= 1
    return (start, end) if end > start else None
