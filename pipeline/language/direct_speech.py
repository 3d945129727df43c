"""Direct speech: words in quotation marks that a cue beside them introduces, follows or interrupts.

Parsers stumble over quotations, so this module reads the marks first and the words between them as they stand: a cue
before the marks ("She said: ..."), after them ("...," said the mayor), or both, with one quotation going on after it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from pipeline.labels import AttributionType
from pipeline.language.contents import Range
from pipeline.language.cues import Cue, Cues

SENTENCE_END = frozenset({".", "!", "?", "..."})
LONGEST_GAP = 45  # words between the marks and their cue; swept 15-60 on PolNeAR train, flat from 30
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
# How often the first verb after words in marks that end in a comma was their cue in PolNeAR train, if no known cue.
SHARE_OF_VERBS = 0.6
SHORT = 3  # words: a scare quote may be so long, seldom a statement


@dataclass(slots=True)
class Speech:
    """Stretches of direct speech and the cue that governs them."""

    pieces: list[Range]
    cue: Range | None = None
    head: Token | None = None  # the verb of the cue, when it is a verb
    entry: Cue | None = None
    after: bool = False  # the cue follows its first stretch
    fills: bool = False  # nothing else stands in its paragraph
    paragraph: int = -1


def direct_speech(doc: Doc, paragraphs: Sequence[Range], stretches: Sequence[Range], cues: Cues) -> Iterator[Speech]:
    """The direct speech of the article, one `Speech` for each cue, and one for each stretch that stands by itself."""
    position = 0
    for number, paragraph in enumerate(paragraphs):
        inside: list[Range] = []
        while position < len(stretches) and stretches[position][0] < paragraph[1]:
            if stretches[position][0] >= paragraph[0]:
                inside.append((stretches[position][0], min(stretches[position][1], paragraph[1])))
            position += 1
        if inside:
            previous = paragraphs[number - 1] if number else (0, 0)
            yield from _in_paragraph(doc, number, previous, paragraph, inside, cues)


def _in_paragraph(
    doc: Doc, number: int, previous: Range, paragraph: Range, stretches: Sequence[Range], cues: Cues
) -> Iterator[Speech]:
    found: dict[int, Speech] = {}
    last: Speech | None = None
    fills = _fills(doc, paragraph, stretches)
    speeches: list[Speech] = []
    for index, stretch in enumerate(stretches):
        before = (
            _gap_before(doc, stretches[index - 1][1], stretch[0])
            if index
            else _gap_before_first(doc, previous, paragraph, stretch)
        )
        ceiling = next((other[0] for other in stretches[index + 1 :] if not _is_nickname(doc, other)), paragraph[1])
        after = _gap_after(doc, stretch[1], ceiling)
        speech = _introduced(doc, before, stretch, cues) or _followed(doc, stretch, after, cues, before)
        if speech is not None and speech.head is not None and speech.head.i in found:
            last = found[speech.head.i]
            last.pieces.extend(speech.pieces)
            continue
        if speech is None and _stands_alone(doc, paragraph, stretch, before):
            if last is not None and not _has_sentence(doc, stretches[index - 1][1], before[0]):
                last.pieces.append(stretch)
                continue
            speech = Speech([stretch])
        if speech is not None:
            speech.paragraph = number
            speech.fills = fills
            last = speech
            speeches.append(speech)
            if speech.head is not None:
                found[speech.head.i] = speech
    yield from speeches


def _is_nickname(doc: Doc, stretch: Range) -> bool:
    """Whether marks stand around a part of a name: Robert "Bob" Lind."""
    if _words(doc, stretch) > 2 or stretch[1] >= len(doc) or stretch[0] == 0:
        return False
    return all(doc[index].tag_ in ("NNP", "NNPS") for index in (stretch[0] - 1, stretch[1]))


def _gap_before(doc: Doc, floor: int, start: int) -> Range:
    """The words of the sentence before the marks."""
    first = start
    while first > max(floor, start - LONGEST_GAP) and doc[first - 1].text not in SENTENCE_END:
        first -= 1
    return first, start


def _gap_before_first(doc: Doc, previous: Range, paragraph: Range, stretch: Range) -> Range:
    """The words before the first marks of a paragraph, or the sentence with a colon that ends the paragraph before."""
    start, end = _gap_before(doc, paragraph[0], stretch[0])
    last = next((i for i in range(previous[1] - 1, previous[0], -1) if not doc[i].is_space), None)
    if _last_word(doc, (start, end)) is None and last is not None and doc[last].text == ":":
        return _gap_before(doc, previous[0], last + 1)
    return start, end


def _gap_after(doc: Doc, end: int, ceiling: int) -> Range:
    """The words after the marks, to the end of their sentence."""
    last = end
    while last < min(ceiling, end + LONGEST_GAP) and doc[last].text not in SENTENCE_END:
        last += 1
    return end, last


def _introduced(doc: Doc, gap: Range, stretch: Range, cues: Cues) -> Speech | None:
    """ "He said: ...", "She told reporters, ...", "He asked ...": the cue comes first."""
    start, end = gap
    last = _last_word(doc, gap)
    if last is None:
        return None
    at = next((index for index in range(end - 1, start - 1, -1) if not doc[index].is_space), start)
    stop = doc[at].text
    for index in range(end - 1, start - 1, -1):
        token = doc[index]
        cue = cues.introducing(token)
        if cue is not None and _may_introduce(doc, token, last, stop, stretch):
            start_of_content = stretch[0]
            if last.lower_ == "that" and stop not in (",", ":"):
                start_of_content = last.i
            return Speech([(start_of_content, stretch[1])], (index, index + 1), token, cue)
    if stop == ":":  # "Her answer was short: ..."
        return Speech([stretch], (at, at + 1))
    return None


def _may_introduce(doc: Doc, cue: Token, last: Token, stop: str, stretch: Range) -> bool:
    if stop not in (",", ":") and _goes_on(doc, stretch):
        return False  # He said "it hurts" whenever it rained: the clause is the content, not the marks
    if cue.i == last.i:
        return stretch[1] - stretch[0] > SHORT + 2 or stop in (",", ":")
    if stop in (",", ":"):
        between = [doc[i] for i in range(cue.i + 1, last.i + 1)]
        return stop == ":" or not any(token.tag_ in FINITE for token in between)
    if last.lower_ == "that":
        return last.i - cue.i <= 3
    starts_sentence = doc[min(stretch[0] + 1, len(doc) - 1)].text[:1].isupper()
    return starts_sentence and last.i - cue.i <= 3 and stretch[1] - stretch[0] > SHORT + 4


def _goes_on(doc: Doc, stretch: Range) -> bool:
    """Whether the sentence runs on after the closing mark without a pause."""
    if stretch[1] >= len(doc):
        return False
    following = doc[stretch[1]]
    return following.is_alpha and following.lower_ not in (
        "and",
        "but",
        "while",
        "in",
        "on",
        "at",
        "as",
        "after",
        "during",
    )


def _followed(doc: Doc, stretch: Range, gap: Range, cues: Cues, before: Range) -> Speech | None:
    """ "...," said the mayor; "...," the mayor told the council: the cue comes after."""
    start, end = gap
    while start < end and doc[start].is_space:
        start += 1
    comma = start < end and doc[start].text in (",", "\N{EM DASH}", "\N{EN DASH}", "--")
    inner = _inner_stop(doc, stretch)
    if inner == "." and not comma:
        return None
    if not inner and (_words(doc, stretch) <= SHORT or _last_word(doc, before) is not None):
        return None  # the "sea wall", he said, and: marks around a part of the clause alone
    relative = False
    for index in range(start, end):
        token = doc[index]
        final = index == end - 1 > start and _words(doc, stretch) > SHORT  # "..." the Joint Statement reads.
        cue = cues.introducing(token, tagged=not final)
        if cue is not None and not relative and (final or not _is_noun_like(token)):
            return Speech([_whole(doc, stretch, before)], (index, index + 1), token, cue, after=True)
        if token.lower_ in ("who", "which", "whose"):
            relative = True
        elif token.text == "," and relative:
            relative = False
        elif token.tag_ in FINITE and not relative and not _starts_cue(doc, index, end, cues):
            return _followed_by_verb(doc, stretch, token, "," if index == start and inner in "!?" else inner, before)
    return None


def _followed_by_verb(doc: Doc, stretch: Range, verb: Token, inner: str, before: Range) -> Speech | None:
    """ "...," the coach fumed: after a comma inside the marks any verb of action says it."""
    if inner != "," or verb.tag_ not in ("VBD", "VBZ") or verb.pos_ == "AUX" or _words(doc, stretch) <= SHORT:
        return None
    cue = Cue(verb.lemma_.lower(), "verb", AttributionType.ASSERTION, {"quote": SHARE_OF_VERBS})
    return Speech([_whole(doc, stretch, before)], (verb.i, verb.i + 1), verb, cue, after=True)


def _whole(doc: Doc, stretch: Range, before: Range) -> Range:
    """The stretch with the words of its sentence before it: The plan "is dead," she said."""
    start, end = before
    while start < end and not doc[start].text[:1].isalnum():
        start += 1
    return (start, stretch[1]) if start < end else stretch


def _starts_cue(doc: Doc, index: int, end: int, cues: Cues) -> bool:
    """Whether a finite verb is the auxiliary, or the first of two verbs, of a cue: "has said", "nodded and said"."""
    return any(cues.introducing(doc[i]) is not None for i in range(index + 1, min(end, index + 5)))


def _is_noun_like(token: Token) -> bool:
    """Whether a form of a cue is an adjective or a participle here: "the stated aim", "a said sum"."""
    return token.pos_ in ("ADJ", "NOUN", "PROPN")


def _stands_alone(doc: Doc, paragraph: Range, stretch: Range, before: Range) -> bool:
    """Whether the marks hold whole sentences: nothing of their sentence stands outside."""
    if _last_word(doc, before) is not None:
        return False
    if _inner_stop(doc, stretch) not in SENTENCE_END and not _inner_stop(doc, stretch).startswith("."):
        return stretch[1] >= paragraph[1] - 1 and _words(doc, stretch) > SHORT
    return _words(doc, stretch) > 1


def _has_sentence(doc: Doc, start: int, end: int) -> bool:
    """Whether a sentence of the article stands between two stretches, after the one that the first is part of."""
    ends = [index for index in range(start, end) if doc[index].text in SENTENCE_END]
    return len(ends) > 1 and _last_word(doc, (ends[-2], ends[-1])) is not None


def _fills(doc: Doc, paragraph: Range, stretches: Sequence[Range]) -> bool:
    gaps = zip(
        [paragraph[0], *(end for _, end in stretches)], [*(start for start, _ in stretches), paragraph[1]], strict=True
    )
    return all(_last_word(doc, gap) is None for gap in gaps)


def ends_sentence(doc: Doc, stretch: Range) -> bool:
    """Whether a sentence ends with the closing mark: a full stop before it, a capital or nothing after it."""
    if _inner_stop(doc, stretch) not in SENTENCE_END:
        return False
    following = doc[stretch[1]].text if stretch[1] < len(doc) else ""
    return not following.strip() or following[0].isupper()


def _inner_stop(doc: Doc, stretch: Range) -> str:
    """The punctuation right before the closing mark: "," in “We left,” she said."""
    for index in range(stretch[1] - 1, max(stretch[0], stretch[1] - 4), -1):
        text = doc[index].text
        if any(character.isalnum() for character in text):
            return text[-1] if text[-1] in ".!?," else ""
        if text[0] in ",.!?;:-\N{EM DASH}\N{EN DASH}\N{HORIZONTAL ELLIPSIS}":
            return "." if text[0] == "." and len(text) == 1 else text
    return ""


def _last_word(doc: Doc, gap: Range) -> Token | None:
    for index in range(gap[1] - 1, gap[0] - 1, -1):
        if any(character.isalnum() for character in doc[index].text):
            return doc[index]
    return None


def _words(doc: Doc, stretch: Range) -> int:
    return sum(doc[index].is_alpha for index in range(*stretch))
