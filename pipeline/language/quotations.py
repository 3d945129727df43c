"""Quotations: which words the article credits to someone, what introduces them, and who is credited.

Direct speech is read off the marks (`direct_speech`), the rest off the syntax around the cues (`contents`). Of
attributions within attributions only the outermost counts: in "She said he had promised to resign", what she said.
"""

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from pipeline.labels import AttributionType, QuotationKind
from pipeline.language.contents import LONGEST_SENTENCE, Governed, Range, cue_range, governed, sentence_around, trimmed
from pipeline.language.cues import Cue, Cues
from pipeline.language.direct_speech import Speech, direct_speech
from pipeline.language.doc import Quotation
from pipeline.language.quotation_marks import Stretch, quoted_stretches
from pipeline.language.speakers import Names, beside, labelled, source_of, speaker_of
from pipeline.language.turns import turns

# A pattern of a cue is used when at least this share of its instances in PolNeAR train were attributions.
# Swept 0.2-0.5 there: content F1 is flat from 0.2 to 0.4; 0.4 is the most precise of these.
LEAST_SHARE = 0.4
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


@Language.factory(
    "quotations",
    default_config={"lexicons": ""},
    requires=["token.dep", "token.pos", "token.lemma", "doc.ents"],
    assigns=["doc._.quotations"],
)
def make_quotations(nlp: Language, name: str, lexicons: str) -> "Quotations":
    """The component, as spaCy makes it."""
    return Quotations(Cues.load(Path(lexicons) if lexicons else None))


class Quotations:
    """The spaCy component: find the quotations of a Doc and keep them on it."""

    def __init__(self, cues: Cues) -> None:
        self.cues = cues

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.quotations`."""
        doc._.quotations = tuple(find_quotations(doc, self.cues))
        return doc


def find_quotations(doc: Doc, cues: Cues) -> Iterator[Quotation]:
    """The quotations of the article, in text order."""
    paragraphs = list(_paragraphs(doc))
    marked = quoted_stretches(doc.text, [(doc[start].idx, _end_char(doc, end)) for start, end in paragraphs])
    stretches = [(span.start, span.end) for span in _spans(doc, marked)]
    speeches = list(direct_speech(doc, paragraphs, stretches, cues))
    drafts = [_of_speech(doc, speech) for speech in speeches if speech.cue is not None]
    drafts += _of_turns(doc, paragraphs)
    spoken = _covered(doc, (stretches, *(draft.content for draft in drafts)))  # a cue in there is the speaker's own
    others = (*_of_phrases(doc, cues, paragraphs), *_of_syntax(doc, cues))
    drafts += [draft for draft in others if not spoken[draft.cue[0]]]
    drafts = [_snapped(draft, stretches) for draft in _outermost(doc, drafts)]
    drafts = list(_with_last_speakers(drafts, paragraphs))
    drafts = _with_orphans(drafts, [speech for speech in speeches if speech.cue is None], paragraphs)
    yield from _quotations(doc, drafts, marked)


def _paragraphs(doc: Doc) -> Iterator[Range]:
    """The kept blocks, else the lines, as ranges of tokens."""
    blocks = doc.spans.get("blocks")
    if blocks:
        yield from ((block.start, block.end) for block in blocks if block.end > block.start)
        return
    start = 0
    for token in doc:
        if token.is_space and "\n" in token.text:
            if token.i > start:
                yield start, token.i
            start = token.i + 1
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


def _outermost(doc: Doc, drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts whose cue stands in no other's content, the longest contents first."""
    kept: list[Draft] = []
    covered = bytearray(len(doc))
    cues = bytearray(len(doc))
    for draft in sorted(drafts, key=lambda draft: (not draft.direct, -_length(draft.content), draft.content[0][0])):
        if any(covered[index] for index in range(*draft.cue)) or all(cues[index] for index in range(*draft.cue)):
            continue
        if 2 * sum(covered[index] for piece in draft.content for index in range(*piece)) > _length(draft.content):
            continue
        kept.append(draft)
        for index in range(*draft.cue):
            cues[index] = 1
        for piece in draft.content:
            covered[piece[0] : piece[1]] = b"\1" * (piece[1] - piece[0])
    return kept


def _length(content: Sequence[Range]) -> int:
    return sum(end - start for start, end in content)


def _covered(doc: Doc, contents: Iterable[Sequence[Range]]) -> bytearray:
    covered = bytearray(len(doc))
    for content in contents:
        for start, end in content:
            covered[start:end] = b"\1" * (end - start)
    return covered


def _snapped(draft: Draft, stretches: Sequence[Range]) -> Draft:
    """The draft with a content that begins or ends inside marks stretched to the marks."""
    pieces = []
    for start, end in draft.content:
        for first, last in _touching(stretches, start, end):
            if first < draft.cue[1] and draft.cue[0] < last:
                continue
            start, end = min(start, first), max(end, last)
        pieces.append((start, end))
    return replace(draft, content=tuple(_merged(pieces)))


def _touching(stretches: Sequence[Range], start: int, end: int) -> Iterator[Range]:
    at = max(0, bisect.bisect_left(stretches, (start, 0)) - 1)
    while at < len(stretches) and stretches[at][0] < end:
        if stretches[at][1] > start:
            yield stretches[at]
        at += 1


def _merged(pieces: Iterable[Range]) -> Iterator[Range]:
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
        drafts[last] = replace(drafts[last], content=tuple(_merged([*drafts[last].content, *orphan.pieces])))
        reached = orphan.pieces[-1][1]
    return drafts


def _end(draft: Draft) -> int:
    return max(draft.content[-1][1], draft.cue[1])


def _quotations(doc: Doc, drafts: Iterable[Draft], marked: Sequence[Stretch]) -> Iterator[Quotation]:
    inside = bytearray(len(doc.text))
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
