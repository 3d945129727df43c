"""Entity mentions: the names that the model found, corrected and completed by what lexicons and the article itself say.

The model reads each sentence by itself. This layer adds what it cannot know: which words name countries, peoples and
institutions; that "NRC" was defined three paragraphs above; that treaties end in "Treaty"; that a name tagged once is a
name everywhere in the article. Each mention carries the rule that made it on `ent.id_`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.labels import EntityLabel
from pipeline.language.abbreviations import Definition, find_definitions, with_definitions
from pipeline.language.doc import plain
from pipeline.language.gazetteer import Gazetteer, Name, gazetteer, normal
from pipeline.language.mentions import (
    ARTICLES,
    CLOSING,
    HYPHENS,
    LONGEST_NAME,
    NORP,
    OPENING,
    ORG,
    PERSON,
    POSSESSIVES,
    Mention,
    capitalised,
    covering,
)
from pipeline.language.name_shapes import Shape, find_shapes, load_shapes, with_shapes
from pipeline.language.roles import PEOPLE

# Labels of other pipelines; a label that stands here for nothing (dates, numbers, MISC) is dropped.
LABELS: dict[str, str] = {
    **{label.value: label.value for label in EntityLabel},
    "PER": "PERSON",
    "FACILITY": "FAC",
    "LOCATION": "LOC",
    "ORGANIZATION": "ORG",
    "GEO": "GPE",
    "WORK": "WORK_OF_ART",
}
SENTENCE_BEFORE = frozenset({".", "!", "?", ":", ";", '"', "“", "‘", "-", "–", "—", ")", "…"})
# Titles that are as often a first name: "Duke Ellington", "Earl Warren".
NAMES_LIKE_TITLES = frozenset({"earl", "dean", "don", "duke", "baron", "count", "prince", "major", "judge", "marshal"})
DOUBLE_QUOTES = frozenset({'"', "“", "”", "„", "``", "''"})
# Nouns that describe the government of a name and are no part of it.
OFFICES = frozenset({"Administration", "Government", "Governments", "Presidency", "Premiership", "Heads"})
DIRECTIONS = frozenset(
    {
        "northern", "southern", "eastern", "western", "central", "northeastern", "northwestern", "southeastern",
        "southwestern", "north", "south", "east", "west", "upper", "lower", "mainland", "neighboring", "neighbouring",
    }
)  # fmt: skip
# Prepositions and conjunctions that a mention cannot begin with.
LEADING = frozenset({"of", "in", "at", "for", "by", "from", "to", "on", "with", "and", "or"})
# "the Campaign for Norway": with the place it is one name.
FOR_A_PLACE = frozenset({"Alliance", "Bank", "Campaign", "Coalition", "Fund", "Group", "Mission"})
TRAILING = frozenset({"and", "or", "of", "the", "in", "for"})
# A name tagged thus often with one label carries its rarer labels along: two to one.
MAJORITY = 2
# What the model takes surnames for that it has not met ("Karzai" as a place); a company may bear its founder's name.
MAYBE_PEOPLE = frozenset({PERSON, NORP, "GPE", "LOC"})


class Match(NamedTuple):
    """Where a name of the gazetteer stands."""

    start: int
    end: int
    name: Name


@Language.factory(
    "entities", default_config={"lexicons": ""}, requires=["doc.ents"], assigns=["doc.ents", "token.ent_type"]
)
def make_entities(nlp: Language, name: str, lexicons: str) -> "Entities":
    """The component, as spaCy makes it."""
    return Entities(NameMatcher(gazetteer(lexicons), nlp.tokenizer), load_shapes(lexicons))


class Entities:
    """The spaCy component: complete and correct `doc.ents`."""

    def __init__(self, matcher: "NameMatcher", shapes: dict[str, Shape]) -> None:
        self.matcher = matcher
        self.shapes = shapes

    def __call__(self, doc: Doc) -> Doc:
        """Replace the model's entities by the completed and corrected ones."""
        mentions = find_mentions(doc, self.matcher, self.shapes)
        doc.ents = [Span(doc, m.start, m.end, label=m.label, span_id=m.rule) for m in mentions]
        return doc


class NameMatcher:
    """Finds the names of the gazetteer in a list of words: the longest that starts at each word."""

    def __init__(self, lexicon: Gazetteer, tokenizer: object = None) -> None:
        self.lexicon = lexicon
        self.table: dict[str, list[tuple[tuple[str, ...], Name]]] = defaultdict(list)
        for name in lexicon.names.values():
            text = name.text
            words = [token.text for token in tokenizer(text)] if callable(tokenizer) else text.split()
            keys = tuple(normal(word) for word in words)
            self.table[keys[0]].append((keys[1:], name))
        for candidates in self.table.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))

    def matches(self, keys: Sequence[str]) -> Iterator[Match]:
        """The names in the words, given in normal form; in text order, not overlapping."""
        position, end = 0, len(keys)
        get = self.table.get
        while position < end:
            candidates = get(keys[position])
            found = self._longest(candidates, keys, position) if candidates else None
            if found is None and keys[position].isupper() and max(map(len, keys[position : position + 2])) > 4:
                # "UKRAINE TALKS RESUME": headlines in capitals.
                found = self._capitals(keys, position)
            if found is None:
                position += 1
            else:
                yield found
                position = found.end

    def ambiguous(self, match: Match) -> str:
        """What else the name is, if anything: abbreviation, person, place or word."""
        return self.lexicon.ambiguous.get(normal(match.name.text), "")

    @staticmethod
    def _longest(
        candidates: Iterable[tuple[tuple[str, ...], Name]], keys: Sequence[str], position: int
    ) -> Match | None:
        for rest, name in candidates:
            end = position + 1 + len(rest)
            if end <= len(keys) and tuple(keys[position + 1 : end]) == rest:
                return Match(position, end, name)
        return None

    def _capitals(self, keys: Sequence[str], position: int) -> Match | None:
        words = [key.capitalize() for key in keys[position : position + LONGEST_NAME]]
        found = self._longest(self.table.get(words[0], ()), words, 0)
        if found is None or (found.end == 1 and len(words[0]) < 4):  # "LOS ANGELES", "IRAN TALKS"; not "OR TALKS"
            return None
        if not all(key.isupper() for key in keys[position : position + found.end] if key.isalpha()):
            return None
        return Match(position, position + found.end, found.name)


def find_mentions(doc: Doc, matcher: NameMatcher, shapes: dict[str, Shape]) -> list[Mention]:
    """The names of the article in text order, not overlapping, each with its rule."""
    words = plain(doc).words
    keys = [word if word.isalpha() and word.isascii() else normal(word) for word in words]
    breaks = paragraph_breaks(words)
    generic = shapes.keys() | OFFICES
    found = model_mentions(doc, words, breaks, matcher.lexicon)
    mentions = joined([m for m in found if not is_generic(m, words, generic, matcher.lexicon)], words)
    matches = list(matcher.matches(keys))
    definitions = [d for d in find_definitions(words) if not is_office(d, words, matcher.lexicon)]
    mentions = with_lexicon(mentions, matches, words, matcher, defined={normal(d.short) for d in definitions})
    mentions = with_shapes(mentions, find_shapes(with_dashes(words, doc), shapes))
    mentions = with_definitions(mentions, definitions, words, keys)
    return consistent(mentions, doc, words, keys, matcher.lexicon)


def is_office(definition: Definition, words: Sequence[str], lexicon: Gazetteer) -> bool:
    """Whether what an abbreviation stands for is an office: "Chief Executive Officer (CEO)"."""
    start, end = definition.start, definition.end
    member = words[start].lower() in ("member", "members") and words[start + 1 : start + 2] == ["of"]
    return member or title_length(start, end, words, lexicon) == end - start


def with_dashes(words: Sequence[str], doc: Doc) -> Sequence[str]:
    """The words, with a dash for every hyphen or stroke that has spaces around it: it joins no name."""
    return [
        "--" if word in HYPHENS and i and doc[i].whitespace_ and doc[i - 1].whitespace_ else word
        for i, word in enumerate(words)
    ]


def paragraph_breaks(words: Sequence[str]) -> set[int]:
    """The tokens that are white space with a line break: no name goes on after them."""
    return {i for i, word in enumerate(words) if word.isspace() and "\n" in word}


# What the model found


def model_mentions(doc: Doc, words: Sequence[str], breaks: set[int], lexicon: Gazetteer) -> Iterator[Mention]:
    """The model's entities with our labels, trimmed, and split at paragraph breaks and hyphens."""
    for ent in doc.ents:
        label = LABELS.get(ent.label_)
        if label is None:
            continue
        for start, end in unbroken(ent.start, ent.end, breaks, words, label):
            for piece in dyad(Mention(start, end, label, "model"), words, lexicon):
                for part in inner_names(trim(piece, words, lexicon), words, lexicon):
                    if part.start < part.end:
                        yield part


def unbroken(start: int, end: int, breaks: set[int], words: Sequence[str], label: str) -> Iterator[tuple[int, int]]:
    """The stretches of a span between paragraph breaks and double quotation marks; later ones only if capitalised.

    A person's nickname in marks is part of the name.
    """
    first = start
    marks = [i for i in range(start, end) if words[i] in DOUBLE_QUOTES]
    inside = len(marks) == 2 and start < marks[0] and marks[1] < end - 1
    if label == PERSON and inside and marks[1] - marks[0] <= 3 and breaks.isdisjoint(range(start, end)):
        yield start, end
        return
    for i in range(start, end + 1):
        if i == end or i in breaks or words[i] in DOUBLE_QUOTES:
            if start < i and (start == first or any(capitalised(word) for word in words[start:i])):
                yield start, i
            start = i + 1


def joined(mentions: Iterable[Mention], words: Sequence[str]) -> list[Mention]:
    """The mentions, the two parts of a name made one: "Ada M." "Lund", "the Campaign for" "Norway"."""
    found: list[Mention] = []
    for mention in sorted(mentions):
        last = found[-1] if found else None
        if last is not None and mention.label == "GPE" and works_for(last, mention.start, words):
            found[-1] = last._replace(end=mention.end)
            continue
        if last is not None and last.label == mention.label == PERSON and last.end == mention.start:
            initial = words[last.end - 1]
            if initial.endswith(".") and len(initial) <= 4 and capitalised(words[mention.start]):
                found[-1] = last._replace(end=mention.end)
                continue
        found.append(mention)
    return found


def works_for(body: Mention, place: int, words: Sequence[str]) -> bool:
    """Whether a body goes on with "for" and the name at a token offset: "the Campaign | for | Norway"."""
    named_so = body.label == ORG and words[body.end - 1] in FOR_A_PLACE
    return named_so and place == body.end + 1 and words[body.end] == "for"


def is_generic(mention: Mention, words: Sequence[str], generic: Collection[str], lexicon: Gazetteer) -> bool:
    """Whether a mention is a common noun with a capital: "the Summit", "his Presidency"; or a title: "Capt"."""
    start, end, label, _ = mention
    if label == PERSON:
        bare = end - start == 1 and words[start] in lexicon.first_names
        return not bare and title_length(start, end, words, lexicon) == end - start
    if end - start > 1:
        return False
    title = lexicon.titles.get(words[start].lower().removesuffix("s")) if label == ORG else None
    return words[start] in generic or (title is not None and title.kind != "group")


def inner_names(mention: Mention, words: Sequence[str], lexicon: Gazetteer) -> Iterator[Mention]:
    """The names inside a description: *Orlov* in "Presidency of Orlov", *UN* and *Orlov* in "UN Envoy Orlov"."""
    start, end, label, _ = mention
    if label == PERSON or end - start < 2:
        yield mention
        return
    titles = after_titles(start, end, words, lexicon) if label in (ORG, "GPE") else start
    holder = named(titles, end, words, lexicon) if titles > start and title_length(start, end, words, lexicon) else None
    if holder is not None and holder.label == PERSON:
        yield holder  # "General Augusto Pinochet"
    elif end - start > 2 and words[start] in OFFICES and words[start + 1] == "of":
        inner = start + 3 if words[start + 2] == "the" and end - start > 3 else start + 2
        yield named(inner, end, words, lexicon) or mention
    else:
        yield from (
            owned(mention, words, lexicon)
            or served(mention, words, lexicon)
            or body_and_holder(mention, words, lexicon)
        )


def owned(mention: Mention, words: Sequence[str], lexicon: Gazetteer) -> list[Mention]:
    """The two names of "European Union's Regional Fund", if the first is one that the gazetteer knows."""
    start, end, label, rule = mention
    cut = next((i for i in range(start + 1, end - 1) if words[i] in POSSESSIVES), None)
    if cut is None or normal(" ".join(words[start:end])) in lexicon.names:
        return []
    owner = lexicon.names.get(normal(" ".join(words[start:cut])))
    if owner is None or owner.label.value != ORG or not capitalised(words[cut + 1]):
        return []
    first = Mention(start, cut, owner.label.value, f"lexicon: {owner.source}")
    return [first, Mention(cut + 1, end, label, rule)]


def served(mention: Mention, words: Sequence[str], lexicon: Gazetteer) -> list[Mention]:
    """The country of "Foreign Ministers of Norway": an office is no name."""
    start, end, label, _ = mention
    last = max((i for i in range(start + 1, end - 1) if words[i] == "of"), default=None)
    if last is None or label != ORG:
        return []
    country = lexicon.names.get(normal(" ".join(words[last + 1 : end])))
    titles = [lexicon.titles.get(words[i].lower().removesuffix("s")) for i in range(start, min(start + 2, last))]
    if country is None or country.source != "country" or not any(title and title.kind != "group" for title in titles):
        return []
    return [Mention(last + 1, end, country.label.value, f"lexicon: {country.source}")]


def named(start: int, end: int, words: Sequence[str], lexicon: Gazetteer) -> Mention | None:
    """What stands between two token offsets, if it is a name of the gazetteer or opens with a first name."""
    name = lexicon.names.get(normal(" ".join(words[start:end])))
    if name is not None:
        return Mention(start, end, name.label.value, f"lexicon: {name.source}")
    if start < end and lexicon.gender_of_name(words[start]):
        return Mention(start, end, PERSON, "inner name")
    return None


def body_and_holder(mention: Mention, words: Sequence[str], lexicon: Gazetteer) -> Iterator[Mention]:
    """The body and the person around a title: "UN Special Envoy Staffan de Mistura"; "US Secretary of State"."""
    start, end, _, _ = mention
    for cut in range(start + 1, min(end, start + 4)):
        length = title_length(cut, end, words, lexicon)
        body = lexicon.names.get(normal(" ".join(words[start:cut]))) if length else None
        if body is None:
            continue
        holder = named(cut + length, end, words, lexicon) if cut + length < end else None
        if cut + length == end or (holder is not None and holder.label == PERSON):
            yield Mention(start, cut, body.label.value, f"lexicon: {body.source}")
            if holder is not None:
                yield holder
            return
    yield mention


def dyad(mention: Mention, words: Sequence[str], lexicon: Gazetteer) -> Iterator[Mention]:
    """Two names around a hyphen, if the mention is no more: "NATO-Russia" relations; "Guinea-Bissau" is one name."""
    start, end, _, _ = mention
    names = lexicon.names
    whole = words[start:end]
    if end - start < 3 or normal("".join(whole)) in names or normal(" ".join(whole)) in names:
        yield mention
        return
    for i in range(start + 1, end - 1):
        if words[i] in HYPHENS or words[i] == ",":
            left = names.get(normal(" ".join(words[start:i])))
            right = names.get(normal(" ".join(words[i + 1 : end])))
            if left is not None and right is not None:
                if left.label.value == right.label.value == NORP and of_one_person(end, words, lexicon):
                    break  # "a French-Colombian politician": one person, not two peoples
                yield Mention(start, i, left.label.value, f"lexicon: {left.source}")
                yield Mention(i + 1, end, right.label.value, f"lexicon: {right.source}")
                return
    yield mention


def of_one_person(i: int, words: Sequence[str], lexicon: Gazetteer) -> bool:
    """Whether the word at a token offset is a noun for a single person."""
    word = words[i].lower() if i < len(words) else ""
    title = lexicon.titles.get(word)
    return word in PEOPLE or (title is not None and title.kind == "both")


def trim(mention: Mention, words: Sequence[str], lexicon: Gazetteer) -> Mention:
    """The mention without article, title, possessive 's, and the quotation marks and punctuation around it."""
    start, end, label, rule = mention
    while end > start and (
        words[end - 1] in POSSESSIVES
        or (words[end - 1] in CLOSING and not exclaimed(end - 1, label, words))
        or words[end - 1] in TRAILING
        or words[end - 1].isspace()
    ):
        end -= 1
    while start < end and (
        words[start] in LEADING
        or (words[start] in ARTICLES and not titled(start, label, words) and not initial(start, end, label, words))
        or words[start] in OPENING
        or words[start].isspace()
    ):
        start += 1
    if end - start > 1 and words[end - 1] == "." and len(words[end - 2]) > 3:
        end -= 1
    if end - start > 1 and words[start] in DIRECTIONS and capitalised(words[start + 1]):
        start += 1  # "southern China"
    if label == PERSON and end - start > 1:
        start = after_titles(start, end, words, lexicon)
        while start < end and words[start] in OPENING:
            start += 1  # "Capt", "." and a name
    elif (
        label == ORG
        and end - start == 2
        and words[end : end + 1]
        and title_length(end - 1, end + 1, words, lexicon) == 2
    ):
        name = lexicon.names.get(normal(words[start]))
        if name is not None and name.source == "country":  # "U.S. Agriculture | Secretary"
            return Mention(start, start + 1, name.label.value, f"lexicon: {name.source}")
    return Mention(start, end, label, rule)


def initial(start: int, end: int, label: str, words: Sequence[str]) -> bool:
    """Whether an "A" is a person's first initial: "A S Kalkat"."""
    return label == PERSON and words[start] == "A" and end - start > 2 and len(words[start + 1]) == 1


def exclaimed(i: int, label: str, words: Sequence[str]) -> bool:
    """Whether an exclamation or question mark belongs to the name, because the sentence goes on: "Yahoo! and AOL"."""
    after = words[i + 1] if i + 1 < len(words) else ""
    goes_on = after[:1].islower() or after in (",", ";", ")", "(")
    return words[i] in ("!", "?") and label in (ORG, "PRODUCT", "WORK_OF_ART") and goes_on


def titled(start: int, label: str, words: Sequence[str]) -> bool:
    """Whether an article belongs to the name: "The Grapes of Wrath", and "The Clash" where no sentence begins."""
    if not capitalised(words[start]) or label not in (ORG, "WORK_OF_ART"):
        return False
    before = words[start - 1] if start else "."
    return label == "WORK_OF_ART" or not (before.isspace() or before in SENTENCE_BEFORE)


def after_titles(start: int, end: int, words: Sequence[str], lexicon: Gazetteer) -> int:
    """Where the name itself begins: "Russian President Dmitry Medvedev" at "Dmitry"."""
    position = start
    while position < end - 1:
        length = title_length(position, end - 1, words, lexicon)
        if length == 1 and end - position == 2 and words[position].lower() in NAMES_LIKE_TITLES:
            break
        if length:
            position += length
        elif lexicon.names.get(normal(words[position])) is not None and (
            title_length(position + 1, end - 1, words, lexicon) > 0
        ):
            position += 1
        else:
            break
    return position


def title_length(start: int, end: int, words: Sequence[str], lexicon: Gazetteer) -> int:
    """How many words of a title start here, up to `end`: 2 for "Prime Minister"; 0 for none."""
    if start >= end or not words[start][:1].isalpha():
        return 0
    for length in range(min(4, end - start), 0, -1):
        title = lexicon.titles.get(" ".join(words[start : start + length]).lower())
        if title is not None and title.kind != "group":
            return length
    return 0


# What the lexicons know


def with_lexicon(
    mentions: list[Mention], matches: Iterable[Match], words: Sequence[str], matcher: NameMatcher, defined: set[str]
) -> list[Mention]:
    """The mentions, relabelled, widened and completed by the names of the gazetteer."""
    matches = list(matches)
    full = {match.name.key for match in matches if not matcher.ambiguous(match)}
    cover = covering(mentions)
    dropped: set[Mention] = set()
    added: list[Mention] = []
    people = {words[i] for m in mentions if m.label == PERSON and m.end - m.start > 1 for i in range(m.start, m.end)}
    for match in matches:
        doubt = matcher.ambiguous(match)
        if normal(match.name.text) in defined:
            continue  # the article says itself what it means by "NRC"
        if doubt == "abbreviation" and match.name.key not in full:
            continue
        there = {cover[i] for i in range(match.start, match.end) if i in cover}
        made = Mention(match.start, match.end, match.name.label.value, f"lexicon: {match.name.source}")
        if not there:
            if not doubt and stands_alone(match, words, matcher.lexicon, cover):
                added.append(made)
        elif replaces(match, there, doubt) or (doubt == PERSON.lower() and is_capital(match, there, people, matcher)):
            dropped |= there
            added.append(made)
    return sorted({m for m in mentions if m not in dropped} | set(added))


def replaces(match: Match, there: set[Mention], doubt: str) -> bool:
    """Whether the lexicon knows better than the model what stands here."""
    if doubt in ("person", "word", "place"):
        return False
    if match.name.label.value == "LOC" and {m[:3] for m in there} == {(match.start, match.end, "GPE")}:
        return False  # an island or a region may be governed: what the sentence says counts
    first, last = min(m.start for m in there), max(m.end for m in there)
    # "North Atlantic Treaty" inside "North Atlantic Treaty Organization"; but "China" inside "Bank of China".
    if match.start <= first and last <= match.end:
        return True
    # "Heads of State of the NATO" and "Russia Council": the lexicon's name straddles what the model cut in two.
    return match.end - match.start > 1 and len(there) > 1


def is_capital(match: Match, there: set[Mention], people: Collection[str], matcher: NameMatcher) -> bool:
    """Whether a lone name taken for a person's is a capital, that no person of the article bears."""
    place = matcher.lexicon.place(match.name.text)
    alone = {m[:3] for m in there} == {(match.start, match.end, PERSON)} and match.name.text not in people
    return alone and place is not None and place.kind == "capital"


def stands_alone(match: Match, words: Sequence[str], lexicon: Gazetteer, cover: dict[int, Mention]) -> bool:
    """Whether a name the model passed over is no part of another name, and no pronoun in a line of capitals."""
    before = words[match.start - 1] if match.start else ""
    after = words[match.end] if match.end < len(words) else ""
    text = words[match.start]
    if text.isupper() and len(text) <= 3 and match.end - match.start == 1 and (shouted(before) or shouted(after)):
        return False
    if compounded(match.start - 2, before, words) or compounded(match.end + 1, after, words):
        return False
    if before in lexicon.first_names and match.name.source != "institution" and match.start - 1 not in cover:
        return False
    return not (before.startswith("@") or before == "#")


def compounded(other: int, mark: str, words: Sequence[str]) -> bool:
    """Whether a hyphen ties a name to a common word: "Hamas-led", "pro-Syrian"; no "NATO-Russia"."""
    return mark in HYPHENS and 0 <= other < len(words) and words[other].islower()


def shouted(word: str) -> bool:
    """Whether a neighbour is in capitals, so that "US" and "WHO" may be "us" and "who"."""
    return len(word) > 1 and word.isalpha() and word.isupper()


# What the article says elsewhere


def consistent(
    mentions: list[Mention], doc: Doc, words: Sequence[str], keys: Sequence[str], lexicon: Gazetteer
) -> list[Mention]:
    """The mentions with one label for one name, and names tagged in one place tagged in every other."""
    labels: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for mention in mentions:
        labels[tuple(keys[mention.start : mention.end])][mention.label] += 1
    major = {key: majority(counts) for key, counts in labels.items()}
    mentions = [relabelled(mention, keys, major) for mention in mentions]
    surnames = surnames_of(mentions, keys, labels, lexicon)
    mentions = [as_surname(mention, keys, surnames) for mention in mentions]
    wanted = {
        key: label
        for key, label in major.items()
        if label and distinctive(key) and (len(key) > 1 or labels[key][label] > 1)
    }
    wanted.update({(name,): PERSON for name in surnames})
    return sorted([*mentions, *untagged(wanted, mentions, doc, words, keys)])


def majority(counts: Counter[str]) -> str:
    """The label that a name mostly has, where one prevails; empty where none does."""
    (label, most), *others = counts.most_common(2)
    return label if not others or most >= MAJORITY * others[0][1] else ""


def relabelled(mention: Mention, keys: Sequence[str], major: dict[tuple[str, ...], str]) -> Mention:
    """The mention with the label its name mostly has."""
    label = major[tuple(keys[mention.start : mention.end])]
    if not label or label == mention.label or mention.rule != "model":
        return mention
    return mention._replace(label=label, rule="consistency")


def surnames_of(
    mentions: Iterable[Mention], keys: Sequence[str], labels: dict[tuple[str, ...], Counter[str]], lexicon: Gazetteer
) -> set[str]:
    """The last words of people's full names, unless they are also names of something else."""
    found = set()
    alone: set[str] = set()  # names of one word that stood before
    for mention in mentions:
        last = keys[mention.end - 1]
        if mention.end - mention.start == 1:
            alone.add(last)
        full = mention.label == PERSON and 2 <= mention.end - mention.start <= 5
        name = len(last) > 2 and capitalised(last) and last not in ("Jr.", "Sr.", "III")
        if full and name and last not in lexicon.names and last.lower() not in lexicon.titles:
            first_name = lexicon.gender_of_name(keys[mention.start])
            if first_name or mostly_person(labels.get((last,), Counter()), introduced=last not in alone):
                found.add(last)
    return found


def mostly_person(counts: Counter[str], *, introduced: bool) -> bool:
    """Whether a name by itself is not mostly something else, as a town is that a person is named after.

    Of one whom the text introduces by his full name, the model may take the surname for a place ever after.
    """
    forgiven = MAYBE_PEOPLE if introduced else {PERSON}
    return all(label in forgiven or count <= counts[PERSON] + 1 for label, count in counts.items())


def as_surname(mention: Mention, keys: Sequence[str], surnames: set[str]) -> Mention:
    """A lone surname of someone the article names in full is that person, whatever the model took it for."""
    if mention.end - mention.start == 1 and keys[mention.start] in surnames and mention.label != PERSON:
        return mention._replace(label=PERSON, rule="consistency: surname")
    return mention


def distinctive(key: tuple[str, ...]) -> bool:
    """Whether a name is safe to find again by its words alone."""
    if len(key) > 1:
        return capitalised(key[0]) and capitalised(key[-1])
    return len(key[0]) > 2 and capitalised(key[0]) and key[0].isalpha()


def untagged(
    wanted: dict[tuple[str, ...], str], mentions: Iterable[Mention], doc: Doc, words: Sequence[str], keys: Sequence[str]
) -> Iterator[Mention]:
    """Places where a name stands untagged; a single word counts only as a proper noun that no other name goes on."""
    taken = {i for mention in mentions for i in range(mention.start, mention.end)}
    lengths: dict[str, set[int]] = defaultdict(set)
    for key in wanted:
        lengths[key[0]].add(len(key))
    for i, word in enumerate(keys):
        for length in sorted(lengths.get(word, ()), reverse=True):
            key, end = tuple(keys[i : i + length]), i + length
            if key not in wanted or not taken.isdisjoint(range(i, end)):
                continue
            if length == 1 and (doc[i].pos_ not in ("PROPN", "") or continues(i, words, taken)):
                continue
            taken.update(range(i, end))
            yield Mention(i, end, wanted[key], "consistency")
            break


def continues(i: int, words: Sequence[str], taken: set[int]) -> bool:
    """Whether an untagged capitalised word stands beside this one, so that the name may be longer."""
    after = words[i + 1] if i + 1 < len(words) else ""
    before = words[i - 1] if i else ""
    return after.isdigit() or (capitalised(after) and i + 1 not in taken) or (capitalised(before) and len(before) < 3)
