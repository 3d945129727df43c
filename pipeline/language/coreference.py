"""Coreference: descriptions ("the prime minister", "the Council") and pronouns ("he", "her") that refer to a name.

Precision comes first. A description counts only where one entity of the article fits it. A pronoun goes to the person
who is most salient before it (Lappin and Leass 1994: recency, subject before object, each sentence back half the
weight), among those whose gender allows it and whom the syntax of the clause does not exclude. "It" and "they" go to an
organisation, a country or a people that is the subject of the clause around them, and nowhere else. Pronouns of the
first and second person are left to whoever knows the speaker.
"""

import functools
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from pipeline.labels import EntityLabel, MentionType, QuotationKind
from pipeline.language.arguments import clause_verb, is_verbal, understood_subject
from pipeline.language.doc import Entity, EntityMention, plain
from pipeline.language.gazetteer import Gazetteer, Name, normal
from pipeline.language.name_links import PERSON, Cluster, gender_of, head_noun, home_of
from pipeline.language.roles import PEOPLE, title_starting
from pipeline.language.syntax import Role, child, children, conjuncts, role

PRONOUNS = {
    "he": "m", "him": "m", "his": "m", "himself": "m",
    "she": "f", "her": "f", "hers": "f", "herself": "f",
}  # fmt: skip
# The pronouns of bodies and of groups, and the form that says their number.
COLLECTIVE = {
    "it": "it", "its": "it", "itself": "it",
    "they": "they", "their": "they", "themselves": "they",
}  # fmt: skip
BODIES = frozenset({EntityLabel.ORG.value, EntityLabel.GPE.value, EntityLabel.NORP.value})
WEATHER = frozenset({"rain", "snow", "seem", "appear", "turn", "happen", "matter"})
LINKS_OF_CLAUSES = frozenset(
    {Role.COMPLEMENT_CLAUSE, Role.CONJUNCT, Role.ADVERBIAL_CLAUSE, Role.OPEN_CLAUSE, Role.PARATAXIS}
)
CLAUSES = (Role.COMPLEMENT_CLAUSE, Role.OPEN_CLAUSE, Role.ADVERBIAL_CLAUSE, Role.NOUN_CLAUSE)
# What a mention weighs by its grammatical role, beside RECENCY; each sentence back halves the sum.
RECENCY = 100.0
WEIGHTS = {
    Role.SUBJECT: 90.0,
    Role.PASSIVE_SUBJECT: 90.0,
    Role.OBJECT: 50.0,
    Role.INDIRECT_OBJECT: 50.0,
    Role.POSSESSOR: 40.0,
    Role.AGENT: 60.0,
    Role.ROOT: 60.0,
}
OTHER_WEIGHT = 30.0
DECAY = 0.5
SENTENCES_BACK = 6
# Mentions of one person in one sentence that are looked at: a bound for lines that repeat one name for ever.
MENTIONS_COMPARED = 30
# A person whose gender nothing tells may still be meant, but gives way to one whose gender fits.
UNKNOWN_GENDER = 0.6
# The most salient person must lead the next by this factor, or the pronoun stays unresolved.
LEAD = 1.05
INDEFINITE = frozenset({"a", "an", "one", "another"})
DEFINITE = frozenset({"the", "The"})
# Nouns that name a body as its kind, beside the last word of its name: "the alliance" for NATO.
KIND_NOUNS = {
    "alliance": ("alliance",),
    "company": ("company", "airline"),
    "carrier": ("airline",),
    "airline": ("airline",),
    "agency": ("agency", "news_agency", "intelligence"),
    "bank": ("bank", "central_bank"),
    "court": ("court",),
    "newspaper": ("media",),
    "network": ("media",),
    "party": ("party",),
    "university": ("university",),
    "union": ("union",),
    "ministry": ("ministry",),
    "tribunal": ("court",),
    "bloc": ("igo", "alliance"),
    "corporation": ("media", "company"),
    "broadcaster": ("media",),
    "paper": ("media",),
    "firm": ("company",),
    "militia": ("armed_group",),
    "force": ("armed_group", "army", "police"),
}
# Nouns of names that recall them also in lower case: "the council", "the agreement".
HEAD_NOUNS = frozenset(
    {
        "council", "commission", "committee", "organisation", "organization", "association", "federation", "institute",
        "group", "movement", "foundation", "league", "parliament", "senate", "assembly", "army", "force", "corporation",
        "fund", "board", "authority", "confederation", "college", "bank", "ministry", "junta", "militia", "agreement",
        "accord", "treaty", "deal", "protocol", "bill", "pact", "convention", "framework", "act", "charter",
    }
)  # fmt: skip
# Nouns for a body that nothing says to be anything else.
COMPANIES = frozenset({"company", "firm", "railroad", "manufacturer", "retailer", "operator", "contractor"})
RECALLED_BY_NAME = frozenset({EntityLabel.ORG.value, EntityLabel.LAW.value, EntityLabel.FAC.value})
# Nouns for places by what the gazetteer says they are.
NOUNS_OF_PLACES = {
    "capital": ("capital",),
    "breakaway": ("enclave", "territory", "republic", "region"),
    "province": ("province", "region"),
    "region": ("region",),
    "constituent": ("province", "region"),
    "island": ("island",),
    "water": ("river", "sea", "lake"),
}
# Offices by which the leading figure of a country is known.
HEADS = frozenset({"president", "prime minister", "chancellor", "leader", "premier", "king", "queen"})
LONGEST_DEMONYM = 3  # words: "South Korean"
LONGEST_DESCRIPTION = 5  # words after the article: "the 15-nation bloc"
WE = frozenset({"we", "us", "our", "ours", "ourselves"})
FIRST_PERSONS = WE | {"i", "me", "my", "mine", "myself"}
SPEAKING = frozenset({EntityLabel.PERSON, EntityLabel.ORG, EntityLabel.GPE})
# Blocks in which "I" is the author.
PROSE = frozenset({"paragraph", "title", "heading", "list_item"})
OPENING_MARKS = frozenset({'"', "“", "„", "``", "''", "«"})
CLOSING_MARKS = frozenset({'"', "”", "“", "''", "»"})
LONGEST_SCARE_QUOTE = 5
# "It", "Its", "In August it": words before a pronoun that takes up the sentence before.
LONGEST_OPENING = 3
# Lower-case descriptions reach back this far.
NOMINAL_SENTENCES_BACK = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mention stands: its sentence, its head, and its weight by grammatical role."""

    sentence: int
    head: Token
    weight: float


class Reader:
    """The article as coreference sees it: its words, sentence numbers and quoted tokens."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.words, self.lower = plain(doc).words, plain(doc).lower
        self.taken = {i for ent in doc.ents for i in range(ent.start, ent.end)}
        self.sentence = [0] * len(doc)
        for number, sentence in enumerate(doc.sents):
            self.sentence[sentence.start : sentence.end] = [number] * (sentence.end - sentence.start)

    @functools.cached_property
    def quoted(self) -> set[int]:
        """The tokens between quotation marks."""
        return quoted_tokens(self.words)

    def place(self, span: Span) -> Place:
        """Where a mention stands."""
        head = span.root
        bearer = head  # "the minister, Ms. Lund, argues": the apposition is as present as what it stands beside
        for _ in range(3):
            if role(bearer) not in (Role.APPOSITION, Role.FLAT, Role.COMPOUND) or bearer.head == bearer:
                break
            bearer = bearer.head
        return Place(self.sentence[span.start], head, WEIGHTS.get(role(bearer), OTHER_WEIGHT))


def quoted_tokens(words: Sequence[str]) -> set[int]:
    """The tokens between double quotation marks of one paragraph, where the stretch is a clause and not a few words.

    A quotation that is not closed goes on to the end of its paragraph. (`quotation_marks` reads the marks of a whole
    text with more care, and takes longer than all of this module.)
    """
    found: set[int] = set()
    opened = -1
    for i, word in enumerate(words):
        closes = opened >= 0 and (word in CLOSING_MARKS or "\n" in word)
        if closes and i - opened > LONGEST_SCARE_QUOTE:
            found.update(range(opened + 1, i))
        if closes:
            opened = -1
        elif word in OPENING_MARKS:
            opened = i
    return found


# Descriptions


def add_nominals(reader: Reader, clusters: Sequence[Cluster], lexicon: Gazetteer) -> None:
    """Add the definite descriptions that exactly one entity named before them fits, in text order.

    "The Council" with a capital is a part of a name that stands for the whole: a name, without the article.
    """
    doc, words, taken = reader.doc, reader.words, reader.taken
    heads = heads_of_names(clusters, lexicon)
    home = home_of(clusters)
    for i, word in enumerate(words[:-1]):
        if word not in DEFINITE:
            continue
        found = role_nominal(i, reader, clusters, lexicon) or head_nominal(i, heads, reader, home)
        if found is None or beside_name(i, found[0], words, taken):
            continue
        end, cluster, rule = found
        if words[end - 1][:1].isupper() and rule.startswith("head"):
            cluster.add(doc[end - 1 : end], rule)
            continue
        # "the Polish president": *Polish* is a mention of its own, and mentions do not overlap.
        start = max((k + 1 for k in range(i, end) if k in taken), default=i)
        if start < end:  # "the former secretary of State": *State* is taken, and nothing is left
            cluster.add(doc[start:end], rule, MentionType.NOMINAL)


def beside_name(start: int, end: int, words: Sequence[str], taken: set[int]) -> bool:
    """Whether a description stands in apposition to a name: "Ana Roe, the mayor,", "the mayor, Ana Roe"."""
    before = start > 1 and words[start - 1] == "," and start - 2 in taken
    return before or (words[end : end + 1] == [","] and end + 1 in taken)


def role_nominal(
    i: int, reader: Reader, clusters: Sequence[Cluster], lexicon: Gazetteer
) -> tuple[int, Cluster, str] | None:
    """The person whom "the Russian president" at token `i` describes: the only one named before with that office.

    Of several the only one who was named in the last few sentences.
    """
    doc, words, taken = reader.doc, reader.words, reader.taken
    opens = words[i + 1] in lexicon.openings or normal(words[i + 1]) in lexicon.openings
    lengths = range(min(LONGEST_DEMONYM, len(words) - i - 1) if opens else 0, 0, -1)
    names = ((lexicon.names.get(normal(" ".join(words[i + 1 : i + 1 + length]))), length) for length in lengths)
    name, length = next(((name, length) for name, length in names if name is not None), (None, 0))
    start = i + 1 + length
    if name is None and i + 1 in taken:
        return None
    found = title_starting(start, len(words), words, lexicon)
    if found is None or goes_on(found[1], words, taken):
        return None
    title, end = found
    if doc[end - 1].pos_ == "ADJ" or (end < len(doc) and doc[end].pos_ in ("NOUN", "ADJ", "PROPN")):
        return None  # "the general rapprochement", "the president elect"
    holders = [c for c in clusters if c.label == PERSON and c.start < i and holds(c, title.words, name)]
    if len(holders) > 1:
        holders = [cluster for cluster in holders if near(cluster, i, reader)]
    if len(holders) > 1:
        holders = latest(holders, i, reader)
    if not holders and name is not None and title.words in HEADS:
        figures = (c for c in clusters if c.kind == "figure" and c.sector == "GOV" and c.country == name.country)
        holders = [cluster for cluster in figures if cluster.start < i]
    return (end, holders[0], f"role: {title.words}") if len(holders) == 1 else None


def holds(cluster: Cluster, title: str, name: Name | None) -> bool:
    """Whether a person was given an office: "minister" fits a foreign minister, of the country named if one is."""
    if name is not None and cluster.country and name.country != cluster.country:
        return False
    return any(role.title == title or role.title.endswith(" " + title) for role in cluster.roles)


def goes_on(end: int, words: Sequence[str], taken: set[int]) -> bool:
    """Whether the description goes on after the noun: "the president of France", "the president Obama"."""
    if end >= len(words):
        return False
    after = words[end]
    return end in taken or after in ("of", "-", "and") or after[:1].isupper() or after[:1].isdigit()


def heads_of_names(clusters: Sequence[Cluster], lexicon: Gazetteer) -> dict[str, list[Cluster]]:
    """The entities by the nouns that may recall them, in lower case: of their names, of their kinds, said of them."""
    found: dict[str, list[Cluster]] = defaultdict(list)
    for cluster in clusters:
        place = cluster.label in (EntityLabel.GPE.value, EntityLabel.LOC.value)
        nouns = set() if place else set(said_of(cluster))  # "a bomb in Omagh, the worst attack of the war"
        if cluster.label in RECALLED_BY_NAME:
            names = {cluster.canonical, *(span.text for span in cluster.names())}
            nouns.update(head_noun(name).lower() for name in names if name)
            nouns.update(noun for noun, kinds in KIND_NOUNS.items() if cluster.kind in kinds)
            if cluster.label == EntityLabel.ORG.value and not cluster.kind and cluster.sector in ("", "BUS", "MNC"):
                nouns.update(() if nouns & HEAD_NOUNS or cluster.name.isupper() else COMPANIES)
        elif place:
            nouns.update(nouns_of_place(cluster, lexicon))
        for noun in nouns:
            found[noun].append(cluster)
    return found


def said_of(cluster: Cluster) -> Iterator[str]:
    """The nouns in apposition to the names of an entity: *seamstress* in "Ana Roe, a seamstress from Oslo,"."""
    for span in itertools.islice(cluster.names(), MENTIONS_COMPARED):
        for noun in children(span.root, Role.APPOSITION):
            if noun.pos_ == "NOUN" and noun.tag_ == "NN" and noun.i > span.root.i and not noun.ent_type_:
                yield noun.lower_


def nouns_of_place(cluster: Cluster, lexicon: Gazetteer) -> Iterator[str]:
    """The nouns for a place: "the country" for a state, "the capital" for its capital, else "the town"."""
    if cluster.kind == "country":
        yield from ("country", "nation")
        return
    place = lexicon.place(cluster.name)
    kind = place.kind if place is not None else ""
    yield from NOUNS_OF_PLACES.get(kind, ())
    if kind in ("", "capital", "city") and cluster.label == EntityLabel.GPE.value:
        yield from ("town", "city", "village")


def head_nominal(i: int, heads: dict[str, list[Cluster]], reader: Reader, home: str) -> tuple[int, Cluster, str] | None:
    """The entity that "the Council" or "the 15-nation bloc" at token `i` recalls.

    The only one named before; of several the only one in the same sentence, or in the last few, or of the country that
    the article is about.
    """
    words, taken = reader.words, reader.taken
    at = noun_after(i, reader)
    noun = words[at].lower()
    if at in taken or noun not in heads or goes_on(at + 1, words, taken) or words[at].isupper():
        return None
    after = reader.doc[at + 1] if at + 1 < len(words) else None
    if after is not None and after.pos_ in ("NOUN", "PROPN"):
        return None
    lower = words[at].islower()
    here = reader.sentence[i]
    earlier = [c for c in heads[noun] if c.start < i and (not lower or plausible_head(noun, c))]
    if lower:
        earlier = [c for c in earlier if near(c, i, reader)]
    if len(earlier) > 1:
        same = [c for c in earlier if any(reader.sentence[s.start] == here and s.start < i for s in c.names())]
        called = [c for c in earlier if any(rule.lower() == f"head: {noun}" for _, _, rule in c.mentions)]
        at_home = [c for c in earlier if home and c.country == home]
        options = (same, called, at_home, latest(earlier, i, reader)) if lower else (same,)
        earlier = next((option for option in options if len(option) == 1), [])
    return (at + 1, earlier[0], f"head: {words[at]}") if len(earlier) == 1 else None


def latest(clusters: Sequence[Cluster], i: int, reader: Reader) -> list[Cluster]:
    """The entities named in the sentence, of this one and the one before, that named one of them last."""
    last = [max((reader.sentence[span.start] for span in c.names() if span.start < i), default=-1) for c in clusters]
    newest = max(last, default=-1)
    if newest < reader.sentence[i] - 1:
        return []
    return [cluster for cluster, sentence in zip(clusters, last, strict=True) if sentence == newest]


def noun_after(i: int, reader: Reader) -> int:
    """The noun that an article at token `i` belongs to, over adjectives: *bloc* in "the 15-nation bloc"."""
    head = reader.doc[i].head.i if reader.doc[i].head.pos_ == "NOUN" else i + 1
    return head if i < head <= i + LONGEST_DESCRIPTION else i + 1


def plausible_head(noun: str, cluster: Cluster) -> bool:
    """Whether a lower-case noun can describe an entity; a capitalised one repeats its name."""
    if cluster.label in BODIES | {EntityLabel.LAW.value}:
        return (
            noun in KIND_NOUNS
            or noun in COMPANIES
            or noun in HEAD_NOUNS
            or noun in set(said_of(cluster))
            or (cluster.label == EntityLabel.GPE.value)
        )
    return True


def near(cluster: Cluster, i: int, reader: Reader) -> bool:
    """Whether the entity was mentioned in the last few sentences before a token."""
    last = max((span.start for span, _, _ in cluster.mentions if span.start < i), default=-1)
    return last >= 0 and reader.sentence[i] - reader.sentence[last] <= NOMINAL_SENTENCES_BACK


# Pronouns


def add_pronouns(reader: Reader, clusters: Sequence[Cluster], lexicon: Gazetteer) -> None:
    """Add the pronouns he and she, in all their cases, to the person each refers to, in text order."""
    doc = reader.doc
    pronouns = [doc[i] for i, word in enumerate(reader.lower) if word in PRONOUNS]
    people = [cluster for cluster in clusters if cluster.label == PERSON]
    if not pronouns or not people:
        return
    genders = [gender_of(cluster, lexicon) for cluster in people]
    places = [by_sentence(reader.place(span) for span, _, _ in cluster.mentions) for cluster in people]
    present: dict[int, set[int]] = defaultdict(set)  # who is mentioned in a sentence
    for person, mentions in enumerate(places):
        for sentence in mentions:
            present[sentence].add(person)
    unnamed = unnamed_people(reader, lexicon)
    for pronoun in pronouns:
        here = reader.sentence[pronoun.i]
        near = set().union(*(present.get(here - back, ()) for back in range(SENTENCES_BACK + 1)))
        best = antecedent_of(pronoun, sorted(near), genders, places, reader)
        if best is not None and outshone(pronoun, places[best], unnamed, reader):
            best = None
        if best is not None:
            span = doc[pronoun.i : pronoun.i + 1]
            people[best].add(span, "pronoun", MentionType.PRONOUN)
            if genders[best] in ("", "u"):
                genders[best] = PRONOUNS[pronoun.lower_]  # whoever was "she" once is not "he" later
            places[best][here].append(reader.place(span))
            present[here].add(best)


def add_collective_pronouns(reader: Reader, clusters: Sequence[Cluster]) -> None:
    """Add "it" and "they", in all their cases, to the body, country or people that the clause around them is about."""
    doc = reader.doc
    wanted = [doc[i] for i, word in enumerate(reader.lower) if word in COLLECTIVE and i not in reader.taken]
    owner = {
        i: (cluster, span)
        for cluster in clusters
        if wanted and cluster.label in BODIES
        for span, _, _ in cluster.mentions
        for i in range(span.start, span.end)
    }
    for pronoun in wanted if owner else ():
        found = topic_of(pronoun) or topic_before(pronoun, reader)
        cluster, span = owner.get(found.i, (None, None)) if found is not None else (None, None)
        if found is None or cluster is None or span is None or found.i >= pronoun.i:
            continue
        if pronoun.i in reader.quoted and found.i not in reader.quoted:
            continue
        if COLLECTIVE[pronoun.lower_] == "they" and not several(found, cluster, pronoun):
            continue
        if COLLECTIVE[pronoun.lower_] == "it" and (
            cluster.label == EntityLabel.NORP.value or len(conjuncts(found)) > 1
        ):
            continue
        here = doc[pronoun.i : pronoun.i + 1]
        cluster.add(here, "pronoun: subject of the clause around", MentionType.PRONOUN)
        owner[pronoun.i] = (cluster, here)


def several(noun: Token, cluster: Cluster, pronoun: Token) -> bool:
    """Whether "they" may be said of a name: a plural people, or a body that acts as one; not one of several subjects.

    "Their" hardly ever recalls a body: "The Council froze their assets".
    """
    if len(conjuncts(noun)) > 1:
        return False
    if cluster.label == EntityLabel.ORG.value:
        return pronoun.lower_ == "they"
    return noun.tag_ in ("NNS", "NNPS") or noun.lower_.endswith("s")


def topic_of(pronoun: Token) -> Token | None:
    """The subject of the clause that a pronoun stands in, or of the clause around that one.

    "Oman kept its fleet": *Oman*. "Oman said it would stay": *Oman*. "It rained", "Oman said it was time to go": none.
    """
    if role(pronoun) in (Role.SUBJECT, Role.PASSIVE_SUBJECT):
        return outer_subject(pronoun.head) if not is_expletive(pronoun) else None
    reflexive = pronoun.lower_ in ("itself", "themselves") and role(pronoun) in (Role.OBJECT, Role.OBLIQUE)
    if role(pronoun) is not Role.POSSESSOR and not reflexive:
        return None
    verb = clause_verb(pronoun)
    if not is_verbal(verb):
        return None
    own = nearest_subject(verb)
    if own is not None and own.i < pronoun.i and not own.is_ancestor(pronoun):
        return own
    return outer_subject(verb)


def topic_before(pronoun: Token, reader: Reader) -> Token | None:
    """The subject of the sentence before, for "it" and "its" that open the next: "The union met. It agreed."."""
    sentence = pronoun.sent
    if COLLECTIVE[pronoun.lower_] != "it" or pronoun.i - sentence.start > LONGEST_OPENING or sentence.start == 0:
        return None
    if role(pronoun) is not Role.POSSESSOR and (
        role(pronoun) not in (Role.SUBJECT, Role.PASSIVE_SUBJECT) or is_expletive(pronoun)
    ):
        return None
    if pronoun.i in reader.quoted or "\n\n" in reader.words[sentence.start - 1]:
        return None
    return nearest_subject(reader.doc[sentence.start - 1].sent.root)


def nearest_subject(verb: Token) -> Token | None:
    """The subject of a verb, active or passive."""
    return child(verb, Role.SUBJECT, Role.PASSIVE_SUBJECT) or understood_subject(verb)


def outer_subject(verb: Token) -> Token | None:
    """The subject of the verb that governs a clause or that a clause is joined to."""
    clause = verb
    for _ in range(3):
        if role(clause) not in LINKS_OF_CLAUSES or clause.head == clause:
            return None
        clause = clause.head
        if is_verbal(clause):
            found = nearest_subject(clause)
            if (found is not None and found.pos_ != "PRON") or (found is not None and found.lower_ in COLLECTIVE):
                return found
    return None


def is_expletive(pronoun: Token) -> bool:
    """Whether "it" refers to nothing: "it is time to go", "it seems that", "it rained"."""
    head = pronoun.head
    if pronoun.lower_ != "it":
        return False
    if head.lemma_.lower() in WEATHER:
        return True
    predicative = not is_verbal(head) or head.lemma_.lower() == "be"
    return predicative and child(head, *CLAUSES) is not None


def unnamed_people(reader: Reader, lexicon: Gazetteer) -> dict[int, list[Place]]:
    """The subjects that are one person without a name, by sentence: *doctor* in "a doctor in Oslo told".

    So is who is credited with words in inverted order: "said a waiter who".
    """
    found: list[Place] = []
    for i, word in enumerate(reader.lower):
        if word not in INDEFINITE:
            continue
        noun = reader.doc[i].head
        if noun.i in reader.taken or noun.tag_ != "NN" or not i < noun.i <= i + LONGEST_DESCRIPTION:
            continue
        person = noun.lower_ in PEOPLE or getattr(lexicon.titles.get(noun.lower_), "kind", "") in ("title", "both")
        if person and role(noun) in (Role.SUBJECT, Role.PASSIVE_SUBJECT) and noun.i not in reader.quoted:
            found.append(Place(reader.sentence[i], noun, WEIGHTS[Role.SUBJECT]))
    return by_sentence(found)


def outshone(pronoun: Token, mentions: dict[int, list[Place]], unnamed: dict[int, list[Place]], reader: Reader) -> bool:
    """Whether someone without a name is nearer in mind than the person a pronoun would go to."""
    return bool(unnamed) and salience(pronoun, unnamed, reader) >= salience(pronoun, mentions, reader)


def by_sentence(places: Iterable[Place]) -> dict[int, list[Place]]:
    """The places of one person's mentions, by sentence."""
    found: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        found[place.sentence].append(place)
    return found


def antecedent_of(
    pronoun: Token,
    near: Iterable[int],
    genders: Sequence[str],
    places: Sequence[dict[int, list[Place]]],
    reader: Reader,
) -> int | None:
    """The index of the person near by that a pronoun most likely means, if one leads the others."""
    wanted = PRONOUNS[pronoun.lower_]
    scores = []
    for person in near:
        gender, mentions = genders[person], places[person]
        if gender not in (wanted, "", "u"):
            continue
        score = salience(pronoun, mentions, reader) * (1.0 if gender == wanted else UNKNOWN_GENDER)
        if score > 0 and not excluded(pronoun, mentions, reader):
            scores.append((score, person))
    scores.sort(reverse=True)
    if not scores or (len(scores) > 1 and scores[0][0] < LEAD * scores[1][0]):
        return None
    return scores[0][1]


def salience(pronoun: Token, mentions: dict[int, list[Place]], reader: Reader) -> float:
    """How present a person is in the reader's mind at the pronoun."""
    here = reader.sentence[pronoun.i]
    score = 0.0
    for back in range(min(SENTENCES_BACK, here) + 1):
        near = mentions.get(here - back, [])[-MENTIONS_COMPARED:]
        before = [place.weight for place in near if place.head.i < pronoun.i]
        if before:
            score += (RECENCY + max(before)) * DECAY**back
    return score


def excluded(pronoun: Token, mentions: dict[int, list[Place]], reader: Reader) -> bool:
    """Whether grammar or a quotation forbids the pronoun to refer to a person mentioned thus.

    "Merkel praised her": another woman. '"He lied," Obama said': Obama would say "I".
    """
    here = mentions.get(reader.sentence[pronoun.i], [])[-MENTIONS_COMPARED:]
    if any(same_clause(pronoun, mention.head) or named_below(pronoun, mention.head) for mention in here):
        return True
    return pronoun.i in reader.quoted and any(speaks_around(mention, reader) for mention in here)


def same_clause(pronoun: Token, head: Token) -> bool:
    """Whether a name and a pronoun that is neither possessive nor reflexive depend on one verb."""
    if pronoun.lower_ in ("his", "hers", "himself", "herself") or role(pronoun) is Role.POSSESSOR:
        return False
    return head.head == pronoun.head and head.i != pronoun.i and role(pronoun) not in (Role.CONJUNCT, Role.ROOT)


def named_below(pronoun: Token, head: Token) -> bool:
    """Whether a name is the subject of a clause below that of a subject pronoun: "He said Orlov hopes": two men."""
    subjects = (Role.SUBJECT, Role.PASSIVE_SUBJECT)
    if head.i < pronoun.i or role(pronoun) not in subjects or role(head) not in subjects:
        return False
    return pronoun.head.is_ancestor(head) and pronoun.head.i < head.i


def speaks_around(mention: Place, reader: Reader) -> bool:
    """Whether the person is the subject of a verb outside the quotation marks."""
    return mention.head.i not in reader.quoted and role(mention.head) in (Role.SUBJECT, Role.PASSIVE_SUBJECT)


# The first person


def first_persons(doc: Doc) -> Iterator[EntityMention]:
    """The pronouns of the first person: of the speaker inside quotation marks, of the author outside quotations.

    The author is the only person named in the byline. "We" is the speaker's also where it means others too.
    """
    words, lower = plain(doc).words, plain(doc).lower
    wanted = [i for i, word in enumerate(lower) if word in FIRST_PERSONS and words[i] != "US"]
    if not wanted:
        return
    speakers = direct_speakers(doc)
    marked = quoted_tokens(words)
    prose = {i for block in doc.spans.get("blocks", ()) if block.label_ in PROSE for i in range(block.start, block.end)}
    own = any(lower[i] not in WE and i in prose and i not in speakers and i not in marked for i in wanted)
    author = author_of(doc) if own else None  # "we" alone is the newspaper
    taken = {i for mention in doc._.entity_mentions for i in range(mention.span.start, mention.span.end)}
    for i in wanted:
        if i in taken:
            continue
        if i in speakers:
            who, rule = speakers[i], "first person: speaker"
        else:
            who, rule = (author if i in prose and i not in marked else None), "first person: author"
        if who is not None and who.label in SPEAKING and (who.label is EntityLabel.PERSON or lower[i] in WE):
            yield EntityMention(doc[i : i + 1], who, MentionType.PRONOUN, rule)


def direct_speakers(doc: Doc) -> dict[int, Entity | None]:
    """Who speaks each token of direct and mixed quotations; nobody that of indirect ones."""
    speakers: dict[int, Entity | None] = {}
    for quotation in doc._.quotations:
        direct = quotation.kind is not QuotationKind.INDIRECT
        for span in quotation.content:
            speakers.update(dict.fromkeys(range(span.start, span.end), quotation.speaker_entity if direct else None))
    return speakers


def of_others(doc: Doc) -> tuple[EntityMention, ...]:
    """The mentions, without "he" and "she" that a speaker would say of himself: he would say "I"."""
    speakers = direct_speakers(doc)
    return tuple(
        mention
        for mention in doc._.entity_mentions
        if mention.span.text.lower() not in PRONOUNS
        or mention.entity.label is not EntityLabel.PERSON
        or speakers.get(mention.span.start) is not mention.entity
    )


def author_of(doc: Doc) -> Entity | None:
    """The only person named in the byline."""
    bylines = [block for block in doc.spans.get("blocks", ()) if block.label_ == "byline"]
    authors = {
        mention.entity.id: mention.entity
        for mention in doc._.entity_mentions
        if mention.entity.label is EntityLabel.PERSON
        and any(block.start <= mention.span.start < block.end for block in bylines)
    }
    return next(iter(authors.values())) if len(authors) == 1 else None
