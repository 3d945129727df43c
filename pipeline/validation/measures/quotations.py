"""Quotations: contents, cues and speakers.

Contents are sets of words, so that a closing mark or a full stop makes no difference; a word is a run of letters and
figures. A prediction answers the gold quotation it shares most words with (Jaccard), one to one. `exact`: the same
words (Pareti et al. 2013, "strict"); `overlap`: a Jaccard of at least one half; `partial`: the share of the words that
are common, averaged (Hollingsworth and Teufel 2005); `words`: over words inside any content. `attribution` is who said
what: a content that overlaps, credited to the right speaker, or rightly to nobody.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.tables import QuotationRow
from pipeline.validation.align import Both, best_first
from pipeline.validation.findings import FALSE_ALARM, MISS, WRONG, Finding, differences, finding
from pipeline.validation.measures.events import AFTER_HEAD, Named, is_same
from pipeline.validation.sentences import sentence_spans
from pipeline.validation.standoff import Span
from pipeline.validation.tally import ALL, Tally

LAYER = "quotations"
MACRO = frozenset({"exact", "overlap"})
WORD = re.compile(r"[^\W_]+")
HALF = 0.5
Words = frozenset[int]  # numbers of words in the text
ARTICLES = frozenset({"the", "a", "an"})
# Words that two speakers may share without being one: "the head of the agency", "the spokesman for the ministry".
FUNCTION_WORDS = ARTICLES | frozenset(
    "of and or for in on at to by with from who whom whose which that as is was s".split()
)
# What stands before a name without being part of it.
TITLES = frozenset(
    "mr mrs ms miss dr sir lady sen senator rep representative gov governor president vice secretary attorney general "
    "prime minister chancellor justice judge professor former first the".split()
)
INNER_NAMES = 2  # a found name may have this many words more than the gold: "Dmitry Anatolyevich Medvedev"


@dataclass(frozen=True, slots=True)
class Read:
    """A quotation as sets of words."""

    row: QuotationRow
    content: Words
    cue: Words
    speaker: Words


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold quotation and the prediction that answers it."""

    gold: Read
    found: Read
    likeness: float  # Jaccard of the contents
    speaker_right: bool

    @property
    def half(self) -> bool:
        """Whether they are one quotation: they share at least half of their words."""
        return self.likeness >= HALF


class Wording:
    """The words of a text, and which of them a stretch holds."""

    def __init__(self, text: str) -> None:
        matches = list(WORD.finditer(text))
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]
        self.words = [match.group().lower() for match in matches]

    def of(self, *spans: Span) -> Words:
        """The words that the stretches reach into."""
        found: set[int] = set()
        for start, end in spans:
            first = bisect_left(self.ends, start + 1)
            found.update(range(first, bisect_left(self.starts, end)))
        return frozenset(found)

    def without(self, words: Words, dropped: frozenset[str]) -> Words:
        """The words that are not among the dropped."""
        return frozenset(word for word in words if self.words[word] not in dropped)

    def telling(self, words: Words) -> Words:
        """The words that tell one speaker from another; all where there are no others."""
        return self.without(words, FUNCTION_WORDS) or words


def read(rows: tuple[QuotationRow, ...], wording: Wording) -> list[Read]:
    """The quotations as sets of words; one without any word is none."""
    found = (
        Read(
            row,
            content=wording.of(*spans_of(row)),
            cue=wording.of(*_stretch(row.cue_start, row.cue_end)),
            speaker=wording.of(*_stretch(row.speaker_start, row.speaker_end)),
        )
        for row in rows
    )
    return [quotation for quotation in found if quotation.content]


def spans_of(row: QuotationRow) -> list[Span]:
    """The offsets of the pieces of the content."""
    return [(int(start), int(end)) for start, end in (span.split("-") for span in row.spans)]


def _stretch(start: int | None, end: int | None) -> list[Span]:
    return [] if start is None or end is None else [(start, end)]


def pairs_of(gold: list[Read], found: list[Read], wording: Wording) -> list[Pair]:
    """Gold and found quotations one to one, the likest first."""
    matched = likest([quotation.content for quotation in found], [quotation.content for quotation in gold])
    return [
        Pair(gold[j], found[i], likeness, _same_speaker(gold[j].speaker, found[i].speaker, wording))
        for i, j, likeness in matched
    ]


def likest(found: list[Words], gold: list[Words]) -> list[tuple[int, int, float]]:
    """Found and gold sets one to one by decreasing Jaccard: number of the found, of the gold, Jaccard."""
    holding: dict[int, list[int]] = defaultdict(list)
    for j, words in enumerate(gold):
        for word in words:
            holding[word].append(j)
    likeness = {
        (i, j): len(words & gold[j]) / len(words | gold[j])
        for i, words in enumerate(found)
        for j in {j for word in words for j in holding[word]}
    }
    chosen = best_first((-value, i, j) for (i, j), value in likeness.items())
    return [(i, j, likeness[i, j]) for i, j in chosen]


def _same_speaker(gold: Words, found: Words, wording: Wording) -> bool:
    """A word in common that tells; or nobody on both sides."""
    if not gold:
        return not found
    return bool(wording.telling(gold) & wording.telling(found))


def tally(both: Both) -> Tally:
    """Contents, cues, speakers, and who said what."""
    counts = Tally(LAYER)
    wording = Wording(both.text)
    gold, found = read(both.gold.quotations, wording), read(both.predicted.quotations, wording)
    pairs = pairs_of(gold, found, wording)
    _count_contents(counts, gold, found, pairs)
    _count_words(counts, gold, found)
    _count_speakers(counts, pairs, wording)
    strict = [
        pair
        for pair in pairs
        if pair.likeness == 1 and _same_words(pair, wording) and (pair.gold.cue & pair.found.cue or not pair.gold.cue)
    ]
    counts.f1("attribution strict", ALL, len(strict), len(found), len(gold))
    cues = _distinct([one.cue for one in gold]), _distinct([one.cue for one in found])
    cue_pairs = likest(cues[1], cues[0])
    counts.f1("cue exact", ALL, sum(cues[1][i] == cues[0][j] for i, j, _ in cue_pairs), len(cues[1]), len(cues[0]))
    counts.f1("cue overlap", ALL, len(cue_pairs), len(cues[1]), len(cues[0]))
    speakers = [_distinct([wording.telling(one.speaker) for one in side if one.speaker]) for side in (gold, found)]
    counts.f1("speaker", ALL, len(likest(speakers[1], speakers[0])), len(speakers[1]), len(speakers[0]))
    return counts


def _count_contents(counts: Tally, gold: list[Read], found: list[Read], pairs: list[Pair]) -> None:
    for name, right in (
        ("exact", [pair for pair in pairs if pair.likeness == 1]),
        ("overlap", [pair for pair in pairs if pair.half]),
        ("attribution", [pair for pair in pairs if pair.half and pair.speaker_right]),
    ):
        counts.f1(name, ALL, len(right), len(found), len(gold))
        for kind in sorted({one.row.kind for one in (*gold, *found)}):
            counts.f1(
                name,
                kind,
                sum(pair.found.row.kind == kind for pair in right),
                sum(one.row.kind == kind for one in found),
                sum(one.row.kind == kind for one in gold),
                sum(pair.gold.row.kind == kind for pair in right),
            )
    common = [len(pair.gold.content & pair.found.content) for pair in pairs]
    precision = sum(size / len(pair.found.content) for size, pair in zip(common, pairs, strict=True))
    recall = sum(size / len(pair.gold.content) for size, pair in zip(common, pairs, strict=True))
    counts.f1("partial", ALL, precision, len(found), len(gold), recall)


def _count_words(counts: Tally, gold: list[Read], found: list[Read]) -> None:
    mine = frozenset[int]().union(*(one.content for one in gold))
    theirs = frozenset[int]().union(*(one.content for one in found))
    counts.f1("words", ALL, len(mine & theirs), len(theirs), len(mine))


def _count_speakers(counts: Tally, pairs: list[Pair], wording: Wording) -> None:
    """What is said of quotations that overlap."""
    found = [pair for pair in pairs if pair.half]
    spoken = [pair for pair in found if pair.gold.speaker]
    counts.share("speaker accuracy", ALL, sum(pair.speaker_right for pair in spoken), len(spoken))
    counts.share("speaker exact", ALL, sum(_same_words(pair, wording) for pair in spoken), len(spoken))
    # "he said": the name is resolved, so it is another than the words beside the cue
    resolved = [pair for pair in spoken if _is_resolved(pair.gold.row, wording)]
    right = sum(same_name(pair.gold.row.speaker, pair.found.row.speaker) for pair in resolved)
    counts.share("name accuracy", ALL, right, len(resolved))
    named = [pair for pair in resolved if is_named(pair.gold.row)]
    right = sum(same_name(pair.gold.row.speaker, pair.found.row.speaker) for pair in named)
    counts.share("proper name accuracy", ALL, right, len(named))
    # "she" for "a nurse from Leeds": nobody has a full name here, so the head is enough
    described = [pair for pair in resolved if not is_named(pair.gold.row)]
    right = sum(is_same(Named(pair.gold.row.speaker), pair.found.row.speaker) for pair in described)
    counts.share("description accuracy", ALL, right, len(described))
    counts.share("kind accuracy", ALL, sum(pair.gold.row.kind == pair.found.row.kind for pair in found), len(found))
    right = sum(pair.gold.row.attribution_type == pair.found.row.attribution_type for pair in found)
    counts.share("type accuracy", ALL, right, len(found))


def _same_words(pair: Pair, wording: Wording) -> bool:
    return wording.without(pair.gold.speaker, ARTICLES) == wording.without(pair.found.speaker, ARTICLES)


def _is_resolved(row: QuotationRow, wording: Wording) -> bool:
    local = {wording.words[word] for word in wording.of(*_stretch(row.speaker_start, row.speaker_end))}
    return bool(row.speaker) and not set(name_words(row.speaker)) <= local


def is_named(row: QuotationRow) -> bool:
    """Whether the speaker has a name: an entity, or a phrase whose head has a capital; no "a nurse from Leeds"."""
    front = AFTER_HEAD.split(row.speaker.strip(), maxsplit=1)[0].split()
    return bool(row.speaker_entity_id) or bool(front and front[-1][:1].isupper())


def name_words(name: str) -> list[str]:
    """The words of a name without titles; all where there are only titles."""
    words = [match.group().lower() for match in WORD.finditer(name)]
    return [word for word in words if word not in TITLES and word != "s"] or words


def same_name(gold: str, found: str) -> bool:
    """Whether a found name is the gold name: all its words, or its first and last and none besides."""
    wanted, given = name_words(gold), name_words(found)
    if not wanted or not given:
        return False
    if set(wanted) <= set(given):
        return len(given) <= len(wanted) + INNER_NAMES
    return set(given) <= set(wanted) and (given[0], given[-1]) == (wanted[0], wanted[-1])


def _distinct(sets: list[Words]) -> list[Words]:
    return sorted({words for words in sets if words}, key=sorted)


def findings(both: Both) -> Iterator[Finding]:
    """Quotations missed, quotations that are none, and other contents, cues, speakers and kinds."""
    wording = Wording(both.text)
    sentences = sentence_spans(both.text)
    gold, found = read(both.gold.quotations, wording), read(both.predicted.quotations, wording)
    pairs = [pair for pair in pairs_of(gold, found, wording) if pair.half]
    answered = {id(pair.gold) for pair in pairs} | {id(pair.found) for pair in pairs}
    for kind, side in ((MISS, gold), (FALSE_ALARM, found)):
        for one in side:
            if id(one) not in answered:
                span = (one.row.start, one.row.end)
                detail = f"speaker {one.row.speaker}" if one.row.speaker else ""
                yield finding(LAYER, one.row.kind, kind, both.article_id, both.text, span, detail, sentences)
    for pair in pairs:
        mine, theirs = pair.gold.row, pair.found.row
        detail = differences(
            content=(mine.text, theirs.text) if pair.likeness < 1 else ("", ""),
            cue=(mine.cue, theirs.cue) if not pair.gold.cue & pair.found.cue else ("", ""),
            speaker=(mine.speaker, theirs.speaker) if not pair.speaker_right else ("", ""),
            kind=(mine.kind, theirs.kind),
            type=(mine.attribution_type, theirs.attribution_type),
        )
        if detail:
            span = (mine.start, mine.end)
            yield finding(LAYER, mine.kind, WRONG, both.article_id, both.text, span, detail, sentences)
