"""Quotations: which words the article credits to someone, what introduces them, and who is credited.

Direct speech is read off the marks (`direct_speech`), the rest off the syntax around the cues (`contents`). Of
attributions within attributions only the outermost counts: in "She said he had promised to resign", what she said.
"""

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from pipeline.labels import AttributionType, QuotationKind
from pipeline.language.contents import LONGEST_SENTENCE, Governed, Range, cue_range, governed, sentence_around, trimmed
from pipeline.language.cues import Cue, Cues
from pipeline.language.direct_speech import Speech, direct_speech
from pipeline.language.doc import Quotation
from pipeline.language.quotation_choices import Choice, Learned, choices, merged, shipped, snapped
from pipeline.language.quotation_features import Candidate, candidates, words_of
from pipeline.language.quotation_marks import Stretch, quoted_stretches
from pipeline.language.speakers import Names, beside, labelled, source_of, speaker_of
from pipeline.language.turns import turns

# A pattern of a cue is used when at least this share of its instances in PolNeAR train were attributions.
# Swept 0.2-0.5 there: content F1 is flat from 0.2 to 0.4; 0.4 is the most precise of these.
LEAST_SHARE = 0.4
# How likely a learned content must be right. Swept 0.3-0.55 on training articles that the model had not seen: content
# and attribution F1 are flat from 0.35 to 0.4; a higher one favours the figures for speech alone.
LEAST_SURE = 0.36
TYPE_OF_PATTERN = {
    "clause": AttributionType.ASSERTION,
    "infinitive": AttributionType.EVENTUALITY,
    "object infinitive": AttributionType.EVENTUALITY,
}
# Measured on PolNeAR train: how often a colon without a verb of saying, or a labelled turn, was an attribution.
SHARE_OF_COLONS = 0.81
SHARE_OF_TURNS = 0.62


@dataclass(frozen=True, slots=True)
class Draft:
    """A quotation in the making, in tokens."""

    content: tuple[Range, ...]
    cue: Range
    speaker: Span | None
    type: AttributionType
    confidence: float
    rule: str
    direct: bool = False


class Marked(NamedTuple):
    """What the marks of an article show, in tokens; `marked` in code points."""

    paragraphs: list[Range]
    marked: list[Stretch]
    stretches: list[Range]
    speeches: list[Speech]


@Language.factory(
    "quotations",
    default_config={"lexicons": ""},
    requires=["token.dep", "token.pos", "token.lemma", "doc.ents"],
    assigns=["doc._.quotations"],
)
def make_quotations(nlp: Language, name: str, lexicons: str) -> "Quotations":
    """The component, as spaCy makes it."""
    return Quotations(Cues.load(Path(lexicons) if lexicons else None), shipped())


class Quotations:
    """The spaCy component: find the quotations of a Doc and keep them on it."""

    def __init__(self, cues: Cues, model: Learned | None) -> None:
        self.cues = cues
        self.model = model

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.quotations`."""
        doc._.quotations = tuple(find_quotations(doc, self.cues, self.model))
        return doc


def find_quotations(doc: Doc, cues: Cues, model: Learned | None = None) -> Iterator[Quotation]:
    """The quotations of the article, in text order: by the rules alone, or with the learned model."""
    marks = marked_speech(doc, cues)
    paragraphs, stretches, speeches = marks.paragraphs, marks.stretches, marks.speeches
    turned = list(_of_turns(doc, paragraphs))
    learned = model is not None and doc.has_annotation("DEP")
    if model is not None and learned:
        drafts = [*_learned(doc, cues, model, marks), *turned]
    else:
        drafts = [*_of_speeches(doc, speeches), *turned]
        spoken = _covered(doc, (stretches, *(draft.content for draft in drafts)))  # a cue there is the speaker's own
        others = (*_of_phrases(doc, cues, paragraphs), *_of_syntax(doc, cues))
        drafts += [draft for draft in others if not spoken[draft.cue[0]]]
    drafts = _outermost(doc, drafts, surest=learned)
    drafts = [replace(draft, content=snapped(draft.content, draft.cue, stretches)) for draft in drafts]
    drafts = list(_with_last_speakers(drafts, paragraphs))
    drafts = _with_orphans(drafts, list(_orphans(doc, speeches, drafts)), paragraphs)
    yield from _quotations(doc, drafts, marks.marked)


def marked_speech(doc: Doc, cues: Cues) -> Marked:
    """The paragraphs of an article, what stands in marks, and what of it is direct speech."""
    paragraphs = list(_paragraphs(doc))
    marked = quoted_stretches(doc.text, [(doc[start].idx, _end_char(doc, end)) for start, end in paragraphs])
    stretches = [(span.start, span.end) for span in _spans(doc, marked)]
    return Marked(paragraphs, marked, stretches, list(direct_speech(doc, paragraphs, stretches, cues)))


def _of_speeches(doc: Doc, speeches: Iterable[Speech]) -> Iterator[Draft]:
    return (_of_speech(doc, speech) for speech in speeches if speech.cue is not None)


def _learned(doc: Doc, cues: Cues, model: Learned, marks: Marked) -> Iterator[Draft]:
    """What the model finds, and direct speech by its marks where the model finds nothing."""
    words = words_of(doc, marks.paragraphs, marks.stretches, model.reader.vocabulary)
    found = candidates(doc, cues, marks.speeches, marks.stretches, model.reader.vocabulary.further)
    readings = model.reader.read(words, found, marks.paragraphs, marks.speeches)
    chosen = list(_placed(doc, model.judge.ranked(words, readings, choices(doc, words, readings, marks.stretches))))
    credited = model.judge.speakers(doc, words, readings, [choice for choice, _ in chosen])
    done: set[int] = set()
    for (choice, sure), (speaker, sure_of_speaker) in zip(chosen, credited, strict=True):
        candidate = readings[choice.reading].candidate
        done.add(candidate.index)
        rule = f"learned: {candidate.cue.lemma}"
        direct = candidate.speech is not None
        confidence = round(sure * sure_of_speaker, 4)
        yield Draft(choice.content, choice.cue, speaker, _type(candidate), confidence, rule, direct)
    yield from _of_speeches(doc, (speech for speech in marks.speeches if not _is_done(speech, done)))


def _placed(doc: Doc, ranked: Iterable[tuple[Choice, float]]) -> Iterator[tuple[Choice, float]]:
    """The surest contents that go together, one for each reading; where the best is taken, the next best."""
    placed = Placed(len(doc))
    done: set[int] = set()
    for choice, sure in ranked:
        if sure >= LEAST_SURE and choice.reading not in done and placed.add(choice.cue, choice.content):
            done.add(choice.reading)
            yield choice, sure


def _is_done(speech: Speech, done: set[int]) -> bool:
    return (speech.head.i if speech.head is not None else speech.cue[0] if speech.cue is not None else -1) in done


def _type(candidate: Candidate) -> AttributionType:
    """What the lexicon says of the cue; of cues it does not list, what the pattern suggests."""
    if candidate.cue.patterns or candidate.best is None:
        return candidate.cue.type
    return TYPE_OF_PATTERN.get(candidate.best.pattern, candidate.cue.type)


def _paragraphs(doc: Doc) -> Iterator[Range]:
    """The kept blocks, else the lines, as ranges of tokens."""
    blocks = doc.spans.get("blocks")
    if blocks:
        yield from ((block.start, block.end) for block in blocks if block.end > block.start)
        return
    start = 0
    for index in np.flatnonzero(doc.to_array("IS_SPACE")).tolist():
        if "\n" in doc[index].text:
            if index > start:
                yield start, index
            start = index + 1
    if start < len(doc):
        yield start, len(doc)


def _end_char(doc: Doc, end: int) -> int:
    return doc[end - 1].idx + len(doc[end - 1])


def _spans(doc: Doc, stretches: Iterable[Stretch]) -> Iterator[Span]:
    """The stretches as spans; of two that share a token only the first."""
    reached = 0
    for stretch in stretches:
        span = doc.char_span(stretch.start, stretch.end, alignment_mode="expand")
        if span is not None and span.start >= reached:
            reached = span.end
            yield span


def _of_speech(doc: Doc, speech: Speech) -> Draft:
    assert speech.cue is not None
    pieces = tuple(sorted(speech.pieces))
    if speech.head is None or speech.entry is None:
        return Draft(pieces, speech.cue, labelled(doc, speech.cue[0], pieces), AttributionType.ASSERTION,
                     SHARE_OF_COLONS, "marks+colon", direct=True)  # fmt: skip
    cue = cue_range(speech.head)
    found = Governed("quote", speech.head, cue, tuple(trimmed(doc, pieces, cue)) or pieces)
    speaker = beside(doc, found, after=speech.after)
    entry = speech.entry
    return Draft(pieces, cue, speaker, entry.type, entry.patterns["quote"], f"marks+cue: {entry.lemma}", direct=True)


def _of_turns(doc: Doc, paragraphs: Sequence[Range]) -> Iterator[Draft]:
    for turn in turns(doc, paragraphs):
        speaker = doc[turn.label[0] : turn.label[1]]
        content = tuple(trimmed(doc, [turn.content], turn.colon))
        if content:
            yield Draft(content, turn.colon, speaker, AttributionType.ASSERTION, SHARE_OF_TURNS, "turn", direct=True)


def _of_phrases(doc: Doc, cues: Cues, paragraphs: Sequence[Range]) -> Iterator[Draft]:
    """ "According to the ministry, ...": the sentence is the content, the noun after the phrase the speaker."""
    for start, end, cue in cues.phrases(doc):
        speaker = source_of(doc, start, end)
        if speaker is None:
            continue
        sentence = sentence_around(doc[start])
        hole = (min(start, speaker.start), max(end, speaker.end))
        content = tuple(_rest(doc, sentence, hole))
        if content:
            yield Draft(content, (start, end), speaker, cue.type, cue.patterns["source"], cue.lemma)


def _rest(doc: Doc, sentence: Range, hole: Range) -> Iterator[Range]:
    """What the sentence says beside the phrase and its noun."""
    for piece in ((sentence[0], hole[0]), (hole[1], sentence[1])):
        if piece[1] > piece[0]:
            yield from (part for part in trimmed(doc, [piece], hole) if _has_words(doc, part))


def _has_words(doc: Doc, part: Range) -> bool:
    return any(character.isalnum() for index in range(*part) for character in doc[index].text)


def _of_syntax(doc: Doc, cues: Cues) -> Iterator[Draft]:
    for token in _in_sentences(doc):
        cue = cues.of(token)
        if cue is None:
            continue
        found = _best(governed(token), cue)
        if found is not None:
            share = cue.share(found.pattern)
            yield Draft(found.content, found.cue, speaker_of(found), cue.type, share, f"{found.pattern}: {cue.lemma}")


def _in_sentences(doc: Doc) -> Iterator[Token]:
    """The words of the sentences that are no longer than sentences are."""
    if doc.has_annotation("DEP"):
        for sentence in doc.sents:
            if len(sentence) <= LONGEST_SENTENCE:
                yield from sentence


def _best(patterns: Iterable[Governed], cue: Cue) -> Governed | None:
    """The pattern in which the cue attributes most surely, if any is sure enough."""
    sure = [found for found in patterns if found.content and cue.share(found.pattern) >= LEAST_SHARE]
    return max(sure, key=lambda found: cue.share(found.pattern), default=None)


class Placed:
    """The words of cues and contents that are taken already."""

    def __init__(self, size: int) -> None:
        self._contents = bytearray(size)
        self._cues = bytearray(size)

    def add(self, cue: Range, content: Sequence[Range]) -> bool:
        """Take the words; false, and nothing taken, when the cue or most of the content is another's content."""
        if any(self._contents[cue[0] : cue[1]]) or all(self._cues[cue[0] : cue[1]]):
            return False
        if 2 * sum(sum(self._contents[start:end]) for start, end in content) > _length(content):
            return False
        self._cues[cue[0] : cue[1]] = b"\1" * (cue[1] - cue[0])
        for start, end in content:
            self._contents[start:end] = b"\1" * (end - start)
        return True


def _outermost(doc: Doc, drafts: Iterable[Draft], *, surest: bool) -> list[Draft]:
    """The drafts whose cue stands in no other's content, the surest or else the longest contents first."""
    placed = Placed(len(doc))
    order = sorted(drafts, key=_by_confidence if surest else _by_length)
    return [draft for draft in order if placed.add(draft.cue, draft.content)]


def _by_confidence(draft: Draft) -> tuple[float, int]:
    return -draft.confidence, draft.content[0][0]


def _by_length(draft: Draft) -> tuple[bool, int, int]:
    return not draft.direct, -_length(draft.content), draft.content[0][0]


def _length(content: Sequence[Range]) -> int:
    return sum(end - start for start, end in content)


def _covered(doc: Doc, contents: Iterable[Sequence[Range]]) -> bytearray:
    covered = bytearray(len(doc))
    for content in contents:
        for start, end in content:
            covered[start:end] = b"\1" * (end - start)
    return covered


def _with_last_speakers(drafts: Iterable[Draft], paragraphs: Sequence[Range]) -> Iterator[Draft]:
    """Direct speech whose cue has no subject ("Adding: ...") is given to who spoke last in its paragraph."""
    starts = [start for start, _ in paragraphs]
    last: Span | None = None
    reached = -1
    for draft in sorted(drafts, key=lambda draft: draft.cue):
        paragraph = bisect.bisect_right(starts, draft.cue[0])
        if paragraph != reached:
            last, reached = None, paragraph
        if draft.direct and draft.speaker is None and last is not None:
            draft = replace(draft, speaker=last)
        last = draft.speaker or last
        yield draft


def _orphans(doc: Doc, speeches: Iterable[Speech], drafts: Iterable[Draft]) -> Iterator[Speech]:
    """Direct speech that no draft has: what has no cue, and pieces that were taken from one."""
    covered = _covered(doc, [draft.content for draft in drafts])
    for speech in speeches:
        if speech.cue is None:
            yield speech
        elif any(covered[start] for start, _ in speech.pieces):
            pieces = [piece for piece in speech.pieces if not covered[piece[0]]]
            if pieces:
                yield Speech(pieces, paragraph=speech.paragraph)


def _with_orphans(drafts: list[Draft], orphans: Sequence[Speech], paragraphs: Sequence[Range]) -> list[Draft]:
    """The drafts with what stands in marks without a cue given to whoever spoke last in the paragraph or before it."""
    drafts = sorted(drafts, key=_end)
    passed, last, reached = 0, -1, 0
    for orphan in orphans:
        start = orphan.pieces[0][0]
        while passed < len(drafts) and _end(drafts[passed]) <= start:
            if _end(drafts[passed]) >= reached:
                last, reached = passed, _end(drafts[passed])
            passed += 1
        floor = paragraphs[orphan.paragraph if not orphan.fills else max(0, orphan.paragraph - 1)][0]
        if last < 0 or reached <= floor:
            continue
        drafts[last] = replace(drafts[last], content=tuple(merged([*drafts[last].content, *orphan.pieces])))
        reached = orphan.pieces[-1][1]
    return drafts


def _end(draft: Draft) -> int:
    return max(draft.content[-1][1], draft.cue[1])


def _quotations(doc: Doc, drafts: Iterable[Draft], marked: Sequence[Stretch]) -> Iterator[Quotation]:
    inside = bytearray(_end_char(doc, len(doc)) if len(doc) else 0)
    for stretch in marked:
        inside[stretch.start : stretch.end] = b"\1" * (stretch.end - stretch.start)
    seen: set[str] = set()
    names = Names(doc)
    for draft in sorted(drafts, key=lambda draft: (draft.content[0][0], draft.content[-1][1], draft.rule)):
        content = tuple(doc[start:end] for start, end in draft.content)
        entity, name = names.of(draft.speaker)
        quotation = Quotation(
            content=content,
            cue=doc[draft.cue[0] : draft.cue[1]],
            speaker=draft.speaker,
            speaker_entity=entity,
            kind=_kind(content, inside) if draft.rule != "turn" else QuotationKind.DIRECT,
            attribution_type=draft.type,
            confidence=draft.confidence,
            rule=draft.rule,
            speaker_name=name,
        )
        if quotation.id not in seen:
            seen.add(quotation.id)
            yield quotation


def _kind(content: Iterable[Span], inside: bytearray) -> QuotationKind:
    """Direct when every word stands inside marks, indirect when none does."""
    words = [inside[token.idx] for span in content for token in span if any(c.isalnum() for c in token.text)]
    if not any(words):
        return QuotationKind.INDIRECT
    return QuotationKind.DIRECT if all(words) else QuotationKind.MIXED
