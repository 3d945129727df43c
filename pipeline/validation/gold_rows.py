"""From the lines of a gold file to rows: what the annotators wrote, as the type that predictions have too."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.labels import (
    KEPT_LABELS,
    QUAD_CATEGORY,
    SCORE,
    AttributionType,
    BlockLabel,
    DateBasis,
    EntityLabel,
    EventType,
    MentionType,
    Modality,
    QuotationKind,
    TimexMod,
    TimexType,
)
from pipeline.tables import (
    PIECES,
    BlockRow,
    DateRow,
    DocumentRow,
    EntityRow,
    EventRow,
    Extraction,
    QuotationRow,
)
from pipeline.validation import vocabulary as words
from pipeline.validation.calendar_days import days_of
from pipeline.validation.gold_checks import Lines
from pipeline.validation.sentences import sentence_at, sentence_spans
from pipeline.validation.standoff import Source, Span, Standoff, TextBound, Tie

GOLD = "gold"  # the rule, and the reason, of every gold row
LINE = re.compile(r"[^\r\n]+")
EDGE = "\ufeff"  # a byte-order mark is no visible character
Day = datetime.date | None


def extraction_of(standoff: Standoff, text: str, article_id: str, source: Source) -> Extraction:
    """The rows of an annotated article.

    Raises:
        GoldError: a line is wrong: its words, its offsets, its label, or what it is tied to.
    """
    reader = _Reader(standoff, text, article_id, source)
    reader.check()
    blocks = tuple(reader.blocks())
    quotations = tuple(reader.quotations())
    return Extraction(
        documents=(reader.document(blocks),),
        blocks=blocks,
        entities=tuple(reader.entities()),
        dates=tuple(reader.dates()),
        quotations=quotations,
        events=tuple(reader.events({row.quotation_id: row for row in quotations})),
    )


class _Reader(Lines):
    """One file on its way to rows."""

    def document(self, blocks: Sequence[BlockRow]) -> DocumentRow:
        """What the article says about itself: the title block, the author's name, the date of publication."""
        titles = [row.text for row in blocks if row.label is BlockLabel.TITLE]
        authors = [bound.words for bound in self.labelled({words.AUTHOR})]
        return DocumentRow(
            article_id=self.article_id,
            source_file=f"{self.article_id}.txt",
            url="",
            title=" ".join(titles[0].split()) if titles else "",
            byline=", ".join(authors),
            published=self._published(),
            published_basis=None,
            language="",
            characters=len(self.text),
            words=len(self.text.split()),
            kept_words=sum(len(row.text.split()) for row in blocks if row.kept),
        )

    def _published(self) -> str:
        found = [
            (value, self.attribute_ids[place]) for place, value in self.attributes.items() if place[1] == "Published"
        ]
        if len(found) > 1:
            raise self.source.error(found[1][1], f"a second Published; the first is {found[0][1]}", "keep one of them")
        for value, line_id in found:
            try:
                datetime.datetime.fromisoformat(value)
            except ValueError:
                way_out = "write 2011-09-29 or 2011-09-29T21:54-04:00"
                raise self.source.error(line_id, f"{value!r} is no date", way_out) from None
        return found[0][0] if found else ""

    def blocks(self) -> Iterator[BlockRow]:
        """The labelled blocks, and a paragraph for every line between them."""
        labelled = self.labelled(words.BLOCKS)
        position = 0
        stretches: list[tuple[Span, BlockLabel, bool]] = []
        for bound in labelled:
            start, end = bound.spans[0]
            if start < position:
                raise self.source.error(bound.id, "begins inside the block before it", "blocks do not overlap")
            stretches += [(span, BlockLabel.PARAGRAPH, True) for span in lines_between(self.text, position, start)]
            label = BlockLabel(bound.label)
            kept = self.choice(bound.id, "Kept", {"true": True, "false": False}, label in KEPT_LABELS)
            stretches.append(((start, end), label, kept))
            position = end
        rest = lines_between(self.text, position, len(self.text))
        stretches += [(span, BlockLabel.PARAGRAPH, True) for span in rest]
        for number, ((start, end), label, kept) in enumerate(stretches, start=1):
            yield BlockRow(
                article_id=self.article_id,
                block=number,
                start=start,
                end=end,
                kept=kept,
                label=label,
                reason=GOLD,
                score=None,
                text=self.text[start:end],
            )

    def entities(self) -> Iterator[EntityRow]:
        """The mentions, each with its entity."""
        names = self.canonical_names()
        seen: dict[Span, str] = {}
        for bound in self.labelled(words.ENTITIES):
            span = bound.spans[0]
            if span in seen:
                raise self.source.error(
                    bound.id, f"the same words as {seen[span]}", "a mention has one label; keep one"
                )
            seen[span] = bound.id
            key = self.entity_keys[bound.id]
            yield EntityRow(
                article_id=self.article_id,
                entity_id=f"{self.article_id}:{key}",
                start=span[0],
                end=span[1],
                text=self.text[slice(*span)],
                label=EntityLabel(bound.label),
                canonical_name=names[key],
                country=self.entity_countries.get(key, ""),
                mention_type=self.member(bound.id, "Mention", MentionType) or MentionType.NAME,
                rule=GOLD,
            )

    def dates(self) -> Iterator[DateRow]:
        """The date expressions, each with its value and bounds."""
        for bound in self.labelled(words.DATES):
            value = self.attributes.get((bound.id, "Value"), "")
            stated = self._stated_bounds(bound.id)
            if value == words.NONE:
                value = ""
            elif not value and stated and stated[0] and stated[1]:
                value = days_as_value(stated[0], stated[1])
            if stated is None:
                stated = implied_bounds(TimexType(bound.label), value)
            start, end = bound.spans[0]
            yield DateRow(
                article_id=self.article_id,
                date_id=f"{self.article_id}:{bound.id}",
                start=start,
                end=end,
                text=self.text[start:end],
                type=TimexType(bound.label),
                value=value,
                mod=self.member(bound.id, "Mod", TimexMod),
                earliest=stated[0],
                latest=stated[1],
                anchor="",
                rule=GOLD,
            )

    def _stated_bounds(self, target: str) -> tuple[Day, Day] | None:
        """`2011-07-04/2011-07-05`, `2011-07-04/` (open), `/` (none); `None` where no line gives them."""
        value = self.attributes.get((target, "Bounds"))
        if value is None:
            return None
        try:
            first, last = (datetime.date.fromisoformat(day) if day else None for day in value.split("/"))
        except ValueError:
            raise self.source.error(
                self.attribute_ids[target, "Bounds"], f"{value!r} is no interval", "write 2011-07-04/2011-07-05"
            ) from None
        if first and last and first > last:
            raise self.source.error(
                self.attribute_ids[target, "Bounds"], f"{value} ends before it begins", "write the earlier day first"
            )
        return first, last

    def quotations(self) -> Iterator[QuotationRow]:
        """The quotations, each with its cue and speaker."""
        for tie in self.ties_in_order(lambda label: label == words.QUOTATION):
            spans = self.bounds[tie.trigger].spans
            targets = dict(tie.arguments)
            cue = self.bounds[targets["Cue"]].spans[0] if "Cue" in targets else None
            speaker = self.bounds[targets["Speaker"]].spans[0] if "Speaker" in targets else None
            name, entity = self._speaker(targets["Speaker"]) if "Speaker" in targets else ("", "")
            yield QuotationRow(
                article_id=self.article_id,
                quotation_id=f"{self.article_id}:{tie.id}",
                start=spans[0][0],
                end=spans[-1][1],
                kind=self.required_member(tie, "Kind", QuotationKind),
                attribution_type=self.member(tie.id, "Type", AttributionType) or AttributionType.ASSERTION,
                spans=tuple(f"{start}-{end}" for start, end in spans),
                text=PIECES.join(self.text[start:end] for start, end in spans),
                cue=self.text[slice(*cue)] if cue else "",
                cue_start=cue[0] if cue else None,
                cue_end=cue[1] if cue else None,
                speaker=name,
                speaker_start=speaker[0] if speaker else None,
                speaker_end=speaker[1] if speaker else None,
                speaker_entity_id=entity,
                confidence=1.0,
                rule=GOLD,
            )

    def _speaker(self, target: str) -> tuple[str, str]:
        """The full name and the entity of a speaker: as a reference says, else the words themselves."""
        start, end = self.bounds[target].spans[0]
        if entity := self.references.get((target, words.ENTITY)):
            return entity[1], f"{self.article_id}:{entity[0]}"
        named = self.references.get((target, words.NAME))
        return (named[1] if named else self.text[start:end]), ""

    def events(self, quotations: dict[str, QuotationRow]) -> Iterator[EventRow]:
        """The events, each with its participants, place, date and modality."""
        dates = {row.date_id: row for row in self.dates()}
        sentences = sentence_spans(self.text)
        first_mentions = self._first_mentions()
        for tie in self.ties_in_order(lambda label: label in words.EVENTS):
            trigger = self.bounds[tie.trigger].spans[0]
            start, end = sentence_at(self.text, *trigger, sentences)
            targets = {name: target for name, target in tie.arguments if name in ("Location", "Date", "Source")}
            date = dates.get(f"{self.article_id}:{targets.get('Date', '')}")
            stated = self._stated_bounds(tie.id)
            earliest, latest = stated or ((date.earliest, date.latest) if date else (None, None))
            quotation = quotations.get(f"{self.article_id}:{targets.get('Source', '')}")
            actors = self._side(tie, "Actor")
            recipients = self._side(tie, "Recipient")
            place = self.bounds[targets["Location"]] if "Location" in targets else None
            context = self.attributes.get((tie.id, "Context"), "")
            event_type = EventType(tie.label)
            yield EventRow(
                article_id=self.article_id,
                event_id=f"{self.article_id}:{tie.id}",
                start=start,
                end=end,
                text=self.text[start:end],
                trigger=self.text[slice(*trigger)],
                trigger_start=trigger[0],
                trigger_end=trigger[1],
                event_type=event_type,
                mode=self.attributes.get((tie.id, "Mode"), ""),
                context=tuple(context.split(";")) if context else (),
                quad_category=QUAD_CATEGORY[event_type],
                score=SCORE[event_type],
                modality=self.member(tie.id, "Modality", Modality) or Modality.ASSERTED,
                attributed_to=quotation.speaker if quotation else "",
                quotation_id=quotation.quotation_id if quotation else "",
                actor=tuple(self.text[slice(*bound.spans[0])] for bound in actors),
                actor_start=tuple(bound.spans[0][0] for bound in actors),
                actor_end=tuple(bound.spans[0][1] for bound in actors),
                actor_entity_id=tuple(map(self._entity_of, actors)),
                actor_country=tuple(map(self._country_of, actors)),
                actor_sector=tuple(self.attributes.get((bound.id, "Sector"), "") for bound in actors),
                recipient=tuple(self.text[slice(*bound.spans[0])] for bound in recipients),
                recipient_start=tuple(bound.spans[0][0] for bound in recipients),
                recipient_end=tuple(bound.spans[0][1] for bound in recipients),
                recipient_entity_id=tuple(map(self._entity_of, recipients)),
                recipient_country=tuple(map(self._country_of, recipients)),
                recipient_sector=tuple(self.attributes.get((bound.id, "Sector"), "") for bound in recipients),
                location=self.text[slice(*place.spans[0])] if place else "",
                location_start=place.spans[0][0] if place else None,
                location_end=place.spans[0][1] if place else None,
                location_country=self._country_of(place) if place else "",
                date_earliest=earliest,
                date_latest=latest,
                date_basis=self.member(tie.id, "Basis", DateBasis),
                date_id=date.date_id if date else "",
                same_event=first_mentions.get(tie.id, ""),
                confidence=1.0,
                rule=GOLD,
            )

    def _side(self, tie: Tie, role: str) -> list[TextBound]:
        return [self.bounds[target] for name, target in tie.arguments if name.rstrip("0123456789") == role]

    def _entity_of(self, bound: TextBound) -> str:
        key = self.entity_keys.get(bound.id) or self.references.get((bound.id, words.ENTITY), ("", ""))[0]
        return f"{self.article_id}:{key}" if key else ""

    def _country_of(self, bound: TextBound) -> str:
        """The country said of the participant itself, else that of its entity."""
        key = self.entity_keys.get(bound.id) or self.references.get((bound.id, words.ENTITY), ("", ""))[0]
        if bound.id in self.entity_keys or (bound.id, "Country") not in self.attributes:
            return self.entity_countries.get(key, "")
        self.check_country(bound.id)
        country = self.attributes[bound.id, "Country"]
        return "" if country == words.NONE else country

    def _first_mentions(self) -> dict[str, str]:
        """For each event that repeats another, the id of the first mention of the same event."""
        order = {tie.id: place for place, tie in enumerate(self.ties_in_order(lambda label: label in words.EVENTS))}
        group_of = self._groups(order)
        members: dict[str, list[str]] = defaultdict(list)
        for tie_id in order:
            members[group_of.get(tie_id, tie_id)].append(tie_id)
        first: dict[str, str] = {}
        for group in members.values():
            named = {
                self.references[member, words.EVENT][0] for member in group if (member, words.EVENT) in self.references
            }
            if len(named) > 1:
                raise self.source.error(
                    group[0], f"one event with two first mentions: {', '.join(sorted(named))}", "keep one of them"
                )
            if named:
                first.update(dict.fromkeys(group, named.pop()))
            else:
                first.update(dict.fromkeys(group[1:], f"{self.article_id}:{group[0]}"))
        return first

    def _groups(self, order: dict[str, int]) -> dict[str, str]:
        """For each event in a group, the event that stands for the group."""
        root: dict[str, str] = {}

        def of(member: str) -> str:
            while root.get(member, member) != member:
                member = root[member]
            return member

        for group in self.standoff.groups:
            strangers = [member for member in group.members if member not in order]
            if group.label != words.SAME_EVENT or strangers:
                finding = f"{group.label} of {', '.join(strangers or group.members)}"
                raise self.source.error("*", finding, f"the only group is {words.SAME_EVENT}, of the E lines of events")
            for member in group.members:
                root[of(member)] = of(group.members[0])
        return {member: of(member) for member in order}


def implied_bounds(kind: TimexType, value: str) -> tuple[Day, Day]:
    """The days that a date or time denotes by its value; a length or a recurring time denotes none."""
    days = days_of(value) if kind in (TimexType.DATE, TimexType.TIME) else None
    return days or (None, None)


def days_as_value(first: datetime.date, last: datetime.date) -> str:
    """The value of a range of days: one day, or an ISO 8601 interval."""
    return "/".join(sorted({first.isoformat(), last.isoformat()}))


def lines_between(text: str, start: int, end: int) -> list[Span]:
    """The visible lines of a stretch, each without the white space around it."""
    spans = []
    for line in LINE.finditer(text, start, end):
        visible = line.group().strip().strip(EDGE).strip()
        if visible:
            first = line.start() + line.group().index(visible)
            spans.append((first, first + len(visible)))
    return spans
