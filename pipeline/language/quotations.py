"""Quotations: which words the article credits to someone, what introduces them, and who is credited.

Direct speech is read off the marks (`direct_speech`), the rest off the syntax around the cues (`contents`). Of
attributions within attributions only the outermost counts: in "She said he had promised to resign", what she said.
"""

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from pipeline.labels import AttributionType, QuotationKind
from pipeline.language.contents import LONGEST_SENTENCE, Governed, Range, cue_range, governed, sentence_around, trimmed
from pipeline.language.cues import Cue, Cues
from pipeline.language.direct_speech import Speech, direct_speech
from pipeline.language.doc import Quotation, plain
from pipeline.language.quotation_choices import Choice, Learned, choices, merged, shipped, snapped
from pipeline.language.quotation_features import Candidate, candidates, words_of
from pipeline.language.quotation_marks import SINGLE, Stretch, quoted_stretches
from pipeline.language.speakers import PERSONS, Names, beside, labelled, source_of, speaker_of, subject_in, without_day
from pipeline.language.syntax import remembered
from pipeline.language.turns import Turn, headline, signed, turns

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
SHARE_OF_SIGNED = 0.9  # few, of which nearly all were
# How often words in marks without any cue were a quotation of the speaker they are given to.
SHARE_OF_ORPHANS = 0.5
# Paragraphs: in a dialogue who answers has spoken no longer ago.
REACH_OF_DIALOGUE = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """A quotation in the making, in tokens."""

    content: tuple[Range, ...]
    cue: Range  # empty where there is none
    speaker: Span | None
    type: AttributionType
    confidence: float
    rule: str
    direct: bool = False
    credited: Span | None = None  # who speaks, where the paragraph does not say so


class Marked(NamedTuple):
    """What the marks of an article show, in tokens; `marked` in code points."""

    paragraphs: list[Range]
    marked: list[Stretch]
    stretches: list[Range]
    speeches: list[Speech]
    text: str  # spaCy puts it together anew whenever it is asked


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
        with remembered(doc):
            doc._.quotations = tuple(find_quotations(doc, self.cues, self.model))
        return doc


def find_quotations(doc: Doc, cues: Cues, model: Learned | None = None) -> Iterator[Quotation]:
    """The quotations of the article, in text order: by the rules alone, or with the learned model."""
    marks = marked_speech(doc, cues)
    paragraphs, stretches, speeches = marks.paragraphs, marks.stretches, marks.speeches
    turned = list(_of_turns(doc, signed(doc, paragraphs, stretches), "signed", SHARE_OF_SIGNED))
    turned += _of_turns(doc, turns(doc, paragraphs), "turn", SHARE_OF_TURNS)
    first = headline(doc, paragraphs)
    titled = list(_of_turns(doc, [first] if first is not None else [], "turn", SHARE_OF_TURNS))
    if titled and any(token.ent_type_ in PERSONS for token in titled[0].speaker or ()):
        turned, titled = [*turned, *titled], []  # a body or a country is as often what the headline is about
    if model is not None and doc.has_annotation("DEP"):
        drafts = _outermost(doc, [*turned, *_learned(doc, cues, model, marks), *titled])
    else:
        drafts = [*_of_speeches(doc, speeches), *turned, *titled]
        spoken = _covered(doc, (stretches, *(draft.content for draft in drafts)))  # a cue there is the speaker's own
        others = (*_of_phrases(doc, cues, paragraphs), *_of_syntax(doc, cues))
        drafts += [draft for draft in others if not spoken[draft.cue[0]]]
        drafts = _outermost(doc, sorted(drafts, key=_by_length))
    drafts = [replace(draft, content=snapped(draft.content, draft.cue, stretches)) for draft in drafts]
    drafts = list(_with_last_speakers(drafts, paragraphs))
    names = Names(doc)
    adopting = Adopting(doc, marks, names)
    drafts = adopting.released(drafts, speeches)
    drafts = adopting.adopted(drafts, list(_orphans(doc, speeches, drafts)))
    yield from _quotations(doc, drafts, marks.marked, names)


def marked_speech(doc: Doc, cues: Cues) -> Marked:
    """The paragraphs of an article, what stands in marks, and what of it is direct speech."""
    paragraphs = list(_paragraphs(doc))
    text = plain(doc).text
    marked = quoted_stretches(text, [(doc[start].idx, _end_char(doc, end)) for start, end in paragraphs])
    stretches = [(span.start, span.end) for span in _spans(doc, marked)]
    return Marked(paragraphs, marked, stretches, list(direct_speech(doc, paragraphs, stretches, cues)), text)


def _of_speeches(doc: Doc, speeches: Iterable[Speech]) -> Iterator[Draft]:
    return (_of_speech(doc, speech) for speech in speeches if speech.cue is not None)


def _learned(doc: Doc, cues: Cues, model: Learned, marks: Marked) -> Iterator[Draft]:
    """What the model finds, and direct speech by its marks where it does not look: in a sentence that is too long."""
    words = words_of(doc, marks.paragraphs, marks.stretches, model.reader.vocabulary)
    found = candidates(doc, cues, marks.speeches, marks.stretches, model.reader.vocabulary.further)
    readings = model.reader.read(words, found, marks.paragraphs, marks.speeches)
    chosen = list(_placed(doc, model.judge.ranked(words, readings, choices(doc, words, readings, marks.stretches))))
    credited = model.judge.speakers(doc, words, readings, [choice for choice, _ in chosen])
    for (choice, sure), (speaker, sure_of_speaker) in zip(chosen, credited, strict=True):
        candidate = readings[choice.reading].candidate
        rule = f"learned: {candidate.cue.lemma}"
        direct = candidate.speech is not None
        confidence = round(sure * sure_of_speaker, 4)
        yield Draft(choice.content, choice.cue, speaker, _type(candidate), confidence, rule, direct)
    seen = {candidate.index for candidate in found}
    yield from _of_speeches(doc, (speech for speech in marks.speeches if _place(speech) not in seen))


def _placed(doc: Doc, ranked: Iterable[tuple[Choice, float]]) -> Iterator[tuple[Choice, float]]:
    """The surest contents that go together, one for each reading; where the best is taken, the next best."""
    placed = Placed(len(doc))
    done: set[int] = set()
    for choice, sure in ranked:
        if sure >= LEAST_SURE and choice.reading not in done and placed.add(choice.cue, choice.content):
            done.add(choice.reading)
            yield choice, sure


def _place(speech: Speech) -> int:
    """The token of its cue; -1 without one."""
    return speech.head.i if speech.head is not None else speech.cue[0] if speech.cue is not None else -1


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


def _of_turns(doc: Doc, found: Iterable[Turn], rule: str, share: float) -> Iterator[Draft]:
    for turn in found:
        speaker = doc[turn.label[0] : turn.label[1]]
        content = (turn.content,) if rule == "signed" else tuple(trimmed(doc, [turn.content], turn.colon))
        if content:
            yield Draft(content, turn.colon, speaker, AttributionType.ASSERTION, share, rule, direct=True)


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
        """Take the words; false, and nothing taken, when cue, first word or most of the content are another's."""
        if self._contents[content[0][0]] or any(self._contents[cue[0] : cue[1]]) or all(self._cues[cue[0] : cue[1]]):
            return False
        if 2 * sum(sum(self._contents[start:end]) for start, end in content) > _length(content):
            return False
        self._cues[cue[0] : cue[1]] = b"\1" * (cue[1] - cue[0])
        for start, end in content:
            self._contents[start:end] = b"\1" * (end - start)
        return True


def _outermost(doc: Doc, drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts whose cue stands in no content of one before them."""
    placed = Placed(len(doc))
    return [draft for draft in drafts if placed.add(draft.cue, draft.content)]


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
        if speech.cue is None or any(covered[start] for start, _ in speech.pieces):
            pieces = [(start, end) for start, end in speech.pieces if not any(covered[start:end])]
            if pieces:
                yield Speech(pieces, paragraph=speech.paragraph, fills=speech.fills and speech.cue is None)


class Adopting:
    """What stands in marks without a cue goes on with a quotation before it, or is one of its own."""

    def __init__(self, doc: Doc, marks: Marked, names: Names) -> None:
        self.doc = doc
        self.paragraphs = marks.paragraphs
        self.names = names
        self._continuing = {stretch.start for stretch in marks.marked if stretch.continues}
        self._headings = set(_headings(marks.text, marks.marked))

    def released(self, drafts: Sequence[Draft], speeches: Iterable[Speech]) -> list[Draft]:
        """The drafts without the words in marks before which another person acts: these stand for themselves."""
        alone = {speech.pieces[0]: speech for speech in speeches if speech.cue is None and not speech.fills}
        found = []
        for draft in drafts:
            first = draft.content[0]
            others = {
                piece
                for piece in draft.content[1:]
                if piece in alone
                and self._subject_before(alone[piece], first[0], self._up_to(draft, piece)) is not None
            }
            content = tuple(piece for piece in draft.content if piece not in others)
            found.append(replace(draft, content=content) if others else draft)
        return found

    def _up_to(self, draft: Draft, piece: Range) -> Draft:
        return replace(draft, content=tuple(other for other in draft.content if other < piece))

    def adopted(self, drafts: Iterable[Draft], orphans: Iterable[Speech]) -> list[Draft]:
        """The drafts with the orphans that go on with them, and those that are quotations themselves."""
        before: list[Draft] = []  # by their ends
        after = sorted(drafts, key=_end, reverse=True)
        for orphan in orphans:
            start = orphan.pieces[0][0]
            while after and _end(after[-1]) <= start:
                before.append(after.pop())
            self._adopt(before, orphan)
        return [*before, *reversed(after)]

    def _adopt(self, before: list[Draft], orphan: Speech) -> None:
        if self.doc[orphan.pieces[0][0]].idx in self._headings and orphan.fills:
            return
        last = max(range(len(before)), key=lambda number: (_end(before[number]), number), default=-1)
        start = self.paragraphs[orphan.paragraph][0]
        floor = self.paragraphs[max(0, orphan.paragraph - 1)][0] if orphan.fills else start
        near = last >= 0 and _end(before[last]) > floor
        subject = self._subject_before(orphan, start, before[last] if near else None)
        if subject is not None:
            before.append(self._own(orphan, subject, subject))
        elif not near:
            return
        elif orphan.fills and self.doc[orphan.pieces[0][0]].idx not in self._continuing:
            before.append(self._own(orphan, None, self._whose(before, last, orphan)))
        else:
            content = tuple(merged([*before[last].content, *orphan.pieces]))
            before[last] = replace(before[last], content=content)

    def _own(self, orphan: Speech, speaker: Span | None, credited: Span | None) -> Draft:
        start = orphan.pieces[0][0]
        return Draft(tuple(orphan.pieces), (start, start), speaker, AttributionType.ASSERTION, SHARE_OF_ORPHANS,
                     "orphan", direct=True, credited=credited)  # fmt: skip

    def _subject_before(self, orphan: Speech, floor: int, last: Draft | None) -> Span | None:
        """Who acts in the sentence right before the marks, if that is a person and not who spoke before."""
        end = orphan.pieces[0][0]
        start = max(floor, _end(last) if last is not None else floor)
        while end > start and not _has_words(self.doc, (end - 1, end)):
            end -= 1
        if end <= start or orphan.fills:
            return None
        first, _ = sentence_around(self.doc[end - 1])
        if first < start:
            return None
        subject = subject_in(self.doc, first, end)
        if subject is None or (last is not None and self._same(subject, last.speaker or last.credited)):
            return None
        return subject

    def _same(self, one: Span, other: Span | None) -> bool:
        if other is None:
            return False
        (entity, name), (entity_of_other, name_of_other) = self.names.of(one), self.names.of(other)
        if entity is not None and entity_of_other is not None:
            return entity.id == entity_of_other.id
        return name == name_of_other or one[0].pos_ == "PRON"

    def _whose(self, before: Sequence[Draft], last: int, orphan: Speech) -> Span | None:
        """Who speaks in a paragraph of nothing but marks: who spoke last, or in a dialogue who spoke before."""
        spoken = before[last]
        of_last = spoken.speaker or spoken.credited
        asked, asks = self._ends_in_question(spoken.content), self._ends_in_question(orphan.pieces)
        if not (asked or asks) or of_last is None:
            return of_last
        floor = self.paragraphs[max(0, orphan.paragraph - REACH_OF_DIALOGUE)][0]
        for draft in sorted(before, key=_end, reverse=True):
            other = draft.speaker or draft.credited
            if _end(draft) <= floor:
                break
            if other is not None and not self._same(other, of_last):
                return other
        return None if asked else of_last

    def _ends_in_question(self, pieces: Sequence[Range]) -> bool:
        words = [self.doc[index].text for index in range(*pieces[-1])][-2:]
        return any(word == "?" for word in words)


def _headings(text: str, marked: Sequence[Stretch]) -> Iterator[int]:
    """Where stretches begin that are nobody's speech if nothing stands around them.

    Single marks among double ones make a heading, and so do capitals; a mark that nothing ever closes, a block.
    """
    double = 2 * sum(text[stretch.start] not in SINGLE or text[stretch.start + 1] in SINGLE for stretch in marked)
    for stretch, following in zip_longest(marked, marked[1:]):
        words = text[stretch.start : stretch.end]
        is_single = words[0] in SINGLE and words[1:2] not in SINGLE
        heading = (is_single and double > len(marked)) or (words.isupper() and " " in words)
        if heading or not (stretch.closed or (following is not None and following.continues)):
            yield stretch.start


def _end(draft: Draft) -> int:
    return max(draft.content[-1][1], draft.cue[1])


def _quotations(doc: Doc, drafts: Iterable[Draft], marked: Sequence[Stretch], names: Names) -> Iterator[Quotation]:
    inside = bytearray(_end_char(doc, len(doc)) if len(doc) else 0)
    for stretch in marked:
        inside[stretch.start : stretch.end] = b"\1" * (stretch.end - stretch.start)
    seen: set[str] = set()
    days = {edge: date for date in doc._.dates for edge in (date.start, -date.end)}
    for draft in sorted(drafts, key=lambda draft: (draft.content[0][0], draft.content[-1][1], draft.rule)):
        content = tuple(doc[start:end] for start, end in draft.content)
        kind = _kind(content, inside) if draft.rule != "turn" else QuotationKind.DIRECT
        day = days.get(content[0].start_char)
        if kind is QuotationKind.INDIRECT and day is not None and content[-1].end_char <= day.end:
            continue  # "they proposed 2 June" is an offer, and no words
        speaker = without_day(draft.speaker, days) if draft.speaker is not None else None
        entity, name = names.of(speaker or draft.credited)
        quotation = Quotation(
            content=content,
            cue=doc[draft.cue[0] : draft.cue[1]] if draft.cue[0] < draft.cue[1] else None,
            speaker=speaker,
            speaker_entity=entity,
            kind=kind,
            attribution_type=draft.type,
            confidence=draft.confidence,
            rule=draft.rule,
            speaker_name=name,
        )
        if quotation.id not in seen:
            seen.add(quotation.id)
            yield quotation


def _kind(content: Sequence[Span], inside: bytearray) -> QuotationKind:
    """Direct when every word stands inside marks, indirect when none does."""
    if not any(1 in inside[span.start_char : span.end_char] for span in content):
        return QuotationKind.INDIRECT
    words = [inside[token.idx] for span in content for token in span if any(c.isalnum() for c in token.text)]
    if not any(words):
        return QuotationKind.INDIRECT
    return QuotationKind.DIRECT if all(words) else QuotationKind.MIXED
