"""Guidance: what a label means, what has been accepted under it, who may be the speaker, which days a value names."""

import csv
import datetime
import functools
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pipeline.errors import GoldError
from pipeline.labels import AttributionType, DateBasis, Label, MentionType, Modality, TimexMod, TimexType
from pipeline.lexicons import FOLDER
from pipeline.review.desk import Desk
from pipeline.review.items import GOOD, LABELS, Item, Status, items_of
from pipeline.review.refusal import missing, wrong
from pipeline.review.views import Json, around, granularity
from pipeline.validation.gold import read_gold_folder
from pipeline.validation.gold_rows import implied_bounds

MOST_EXAMPLES = 3
MOST_CUES = 40
AROUND_QUOTATION = 400  # characters on each side in which a cue is looked for
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# What holds for every label of a layer, in the words of the gold format.
GUIDELINES = {
    "blocks": "Keep what belongs to the article: headline, byline, dateline, headings, paragraphs, lists, quotations"
    " set apart. Remove what belongs to the site, however fluent it is. Decide block by block, not by the words alone.",
    "entities": "Mark the name without title, article or possessive ending. All mentions of one thing share one entity,"
    " whose name is the fullest in the article. A description is nominal, he or she is a pronoun; both keep the label.",
    "dates": "Mark the whole expression without the preposition in front of it. The value is TIMEX3, as exact as the"
    " words and no more: a month is 2011-09. What names no day (a length, a recurring time, the past) has no bounds.",
    "quotations": "Mark what is said, with its quotation marks and without the cue. One speech interrupted by its cue"
    " is one quotation in pieces. The speaker is the mention beside the cue; the entity says who that is.",
    "events": "Mark the word that names the event, alone. Actors do it, recipients have it done to them. What is"
    " denied, planned or feared is an event too: its modality says so. Its days are those of the date beside it, else"
    " those that the text before it has named.",
}
Day = datetime.date


def labels() -> Json:
    """Every vocabulary that a page offers, in the order in which digits choose."""
    return {
        "layers": {layer: _members(vocabulary) for layer, vocabulary in LABELS.items()},
        "attributes": {
            "mention": _members(MentionType),
            "mod": _members(TimexMod),
            "type": _members(AttributionType),
            "modality": _members(Modality),
            "basis": _members(DateBasis),
            "modes": modes(),
            "sectors": sectors(),
        },
        "countries": countries(),
    }


def _members(vocabulary: Iterable[Label]) -> list[Json]:
    return [{"label": str(member), "definition": member.definition} for member in vocabulary]


@functools.cache
def modes() -> dict[str, list[str]]:
    """The modes that the frames of each event type use."""
    found: dict[str, set[str]] = defaultdict(set)
    for entry in tomllib.loads((FOLDER / "frames.toml").read_text(encoding="utf-8"))["entry"]:
        if entry.get("mode"):
            found[entry["type"]].add(entry["mode"])
    return {kind: sorted(names) for kind, names in sorted(found.items())}


@functools.cache
def sectors() -> list[str]:
    """The sectors that the lexicons use."""
    return sorted({row["sector"] for row in _csv("sectors") if row["sector"]})


@functools.cache
def countries() -> list[list[str]]:
    """Code and name of every country, by name."""
    return sorted(([row["code"], row["name"]] for row in _csv("countries")), key=lambda row: row[1])


def _csv(name: str) -> Iterator[dict[str, str]]:
    lines = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    yield from csv.DictReader(line for line in lines if not line.startswith("#"))


def guideline(desk: Desk, annotator: str, layer: str, label: str) -> Json:
    """What a label means, what holds for its layer, and up to three examples: from gold first, then accepted here."""
    if layer not in LABELS or label not in set(LABELS[layer]):
        raise missing(f"there is no label {label[:30]!r} in the layer {layer[:30]!r}")
    return {
        "label": label,
        "definition": LABELS[layer](label).definition,
        "guideline": GUIDELINES[layer],
        "examples": _examples(desk, annotator, layer, label),
    }


def _examples(desk: Desk, annotator: str, layer: str, label: str) -> list[Json]:
    found: list[Json] = []
    seen: set[str] = set()
    for article_id, text, item in _accepted(desk, annotator):
        words = text[item.start : item.end]
        if item.layer == layer and item.label == label and words not in seen:
            seen.add(words)
            found.append({"article": article_id, **around(text, item.start, item.end, 60)})
            if len(found) == MOST_EXAMPLES:
                break
    return found


def _accepted(desk: Desk, annotator: str) -> Iterator[tuple[str, str, Item]]:
    """Items that are right: of gold, then of the annotator's own work. The work of others stays hidden."""
    for article_id, text, items in _gold(desk):
        if not desk.is_blind(annotator, article_id) and article_id not in desk.outputs.articles:
            yield from ((article_id, text, item) for item in items)
    for article_id in desk.begun(annotator):
        for item in desk.state(annotator, article_id).items.values():
            if item.status in GOOD:
                yield article_id, desk.text(article_id), item


def _gold(desk: Desk) -> Iterator[tuple[str, str, list[Item]]]:
    try:
        golds = read_gold_folder(desk.settings.gold)
    except GoldError:
        return
    for gold in golds:
        yield gold.article_id, gold.text, list(items_of(gold.extraction).values())


def speakers(desk: Desk, annotator: str, article_id: str, item_id: str) -> list[Json]:
    """The entities of an article in the order in which one of them is likely to speak, or to take part.

    People before bodies before places; named in the same line before elsewhere; near before far; before the words
    rather than after them.
    """
    state = desk.state(annotator, article_id)
    item = state.items.get(item_id)
    if item is None:
        raise missing(f"there is no item {item_id[:60]!r} in the article")
    text, hidden = desk.text(article_id), state.hidden
    first, last = _line(text, item.start, item.end)
    best: dict[str, tuple[tuple[int, int, int], Item]] = {}
    for mention in state.items.values():
        if mention.layer != "entities" or mention.status is Status.REJECTED or hidden.holds(mention):
            continue
        if any(start <= mention.start and mention.end <= end for start, end in item.spans) and item.layer != "events":
            continue  # named inside the words that are said
        distance = max(mention.start - item.end, item.start - mention.end, 0)
        rank = (
            (0 if mention.label == "PERSON" else 1 if mention.label in ("ORG", "NORP", "GPE") else 2)
            + (0 if first <= mention.start and mention.end <= last else 2),
            distance // 50,
            mention.start > item.start,
        )
        entity = mention.attributes["entity"]
        if entity not in best or rank < best[entity][0]:
            best[entity] = (rank, mention)
    return [
        {
            "entity": entity,
            "name": mention.attributes["name"],
            "label": mention.label,
            "span": list(mention.spans[0]),
            "text": text[mention.start : mention.end],
            "distance": max(mention.start - item.end, item.start - mention.end, 0),
        }
        for entity, (_, mention) in sorted(best.items(), key=lambda pair: (pair[1][0], pair[1][1].start))
    ][:50]


def cue_words(desk: Desk, annotator: str, article_id: str, item_id: str) -> list[Json]:
    """The words that may be the cue of a quotation: reporting words first, then the nearest."""
    state = desk.state(annotator, article_id)
    item = state.items.get(item_id)
    if item is None or item.layer != "quotations":
        raise missing(f"there is no quotation {item_id[:60]!r} in the article")
    text = desk.text(article_id)
    first, last = _line(text, item.start, item.end)
    first, last = max(first, item.start - AROUND_QUOTATION), min(last, item.end + AROUND_QUOTATION)
    found = []
    for word in WORD.finditer(text, first, last):
        start, end = word.span()
        if any(start < other and one < end for one, other in item.spans):
            continue
        reports = not reporting().isdisjoint(_bases(word.group().casefold()))
        distance = min(max(start - other, one - end, 0) for one, other in item.spans)
        found.append((not reports, distance, start, end, reports))
    return [
        {"span": [start, end], "text": text[start:end], "cue": reports}
        for _, _, start, end, reports in sorted(found)[:MOST_CUES]
    ]


@functools.cache
def reporting() -> frozenset[str]:
    """The base forms of the words that credit content to a speaker."""
    lemmas = (entry["lemma"] for entry in tomllib.loads((FOLDER / "cues.toml").read_text(encoding="utf-8"))["entry"])
    return frozenset(lemma for entry in lemmas for lemma in ([entry] if isinstance(entry, str) else entry))


ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("d", ""), ("ied", "y"), ("ing", ""), ("ing", "e"))


@functools.cache
def _irregular() -> dict[str, str]:
    return {row["form"]: row["lemma"] for row in _csv("irregular_forms")} | {"said": "say", "told": "tell"}


def _bases(word: str) -> set[str]:
    """The base forms that a word can have, well enough to sort a list: no parser is loaded for it."""
    found = {word, _irregular().get(word, word)}
    for ending, instead in ENDINGS:
        if word.endswith(ending):
            found.add(word.removesuffix(ending) + instead)
    return found


def _line(text: str, start: int, end: int) -> tuple[int, int]:
    first = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    last = min((place for mark in "\r\n" if (place := text.find(mark, end)) >= 0), default=len(text))
    return first, last


def date_value(value: str, day: str, wanted: str, label: str = "DATE") -> Json:
    """The days that a value names, or the value that a day has at a granularity."""
    if day:
        try:
            value = _at(datetime.date.fromisoformat(day), wanted or "day")
        except ValueError:
            raise wrong(f"day={day[:20]!r}: write it as 2011-09-29") from None
    if label not in set(TimexType):
        raise wrong(f"label={label[:20]!r}: values are {', '.join(TimexType)}")
    first, last = implied_bounds(TimexType(label), value[:100])
    if first is None or last is None:
        if day or not value:
            raise wrong("give value, or day and granularity")
        raise wrong(f"{value[:40]!r} names no days of the calendar")
    return {
        "value": value,
        "earliest": first.isoformat(),
        "latest": last.isoformat(),
        "granularity": granularity(value),
    }


def _at(day: Day, wanted: str) -> str:
    year, week, _ = day.isocalendar()
    season = {3: "SP", 4: "SP", 5: "SP", 6: "SU", 7: "SU", 8: "SU", 9: "FA", 10: "FA", 11: "FA"}.get(day.month, "WI")
    # Winter belongs to the year in which it begins: January 2011 is in 2010-WI.
    of_season = day.year - 1 if day.month <= 2 else day.year
    values = {
        "day": day.isoformat(),
        "week": f"{year:04}-W{week:02}",
        "month": f"{day.year:04}-{day.month:02}",
        "quarter": f"{day.year:04}-Q{(day.month + 2) // 3}",
        "half": f"{day.year:04}-H{1 if day.month < 7 else 2}",
        "season": f"{of_season:04}-{season}",
        "year": f"{day.year:04}",
        "decade": f"{day.year // 10:03}",
        "century": f"{day.year // 100:02}",
    }
    if wanted not in values:
        raise wrong(f"granularity={wanted[:20]!r}: values are {', '.join(values)}")
    return values[wanted]
