"""Actors: who can take part in an event, what kind of participant they are, which country and sector they act for.

Names come from the entities of the Doc and from the gazetteer, roles from titles.csv and sectors.csv. A participant is
described once (`Actors.describe`), and frames ask for its kinds.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc, Span, Token

from pipeline.labels import EntityLabel
from pipeline.language.doc import Entity, EntityMention
from pipeline.language.gazetteer import Gazetteer, Name, gazetteer, singular
from pipeline.language.mentions import HYPHENS
from pipeline.language.syntax import (
    NOMINAL,
    Role,
    child,
    children,
    conjuncts,
    dependents,
    noun_phrase,
    obliques,
    once,
    preposition_of,
    role,
    sentence_start,
)
from pipeline.lexicons import read_rows

# Kinds of participants, as frames name them ("@force"), that follow from a sector.
KINDS_OF_SECTOR = {
    "GOV": {"official", "public"}, "LEG": {"official", "public"}, "IGO": {"official", "public"},
    "PRE": {"official", "public"}, "PTY": {"official", "public"}, "OPP": {"official", "public", "crowd"},
    "JUD": {"court", "official", "public"}, "MIL": {"force", "public"}, "COP": {"force", "public"},
    "SPY": {"force", "public", "official"}, "REB": {"armed", "public"}, "UAF": {"armed", "public"},
    "IMG": {"armed", "public"}, "CRM": {"armed"}, "LAB": {"crowd", "public"}, "CVL": {"crowd"}, "REF": {"crowd"},
    "EDU": {"crowd"}, "AGR": {"crowd"}, "SOC": {"crowd", "public"}, "MED": {"crowd"}, "REL": {"crowd", "public"},
    "NGO": {"public"}, "JRN": {"crowd"}, "BUS": {"business"}, "MNC": {"business"}, "ELI": {"official", "public"},
}  # fmt: skip
# Officers lead: they meet and visit as officials do.
OFFICERS = frozenset(
    {
        "general", "colonel", "commander", "admiral", "chief", "captain", "marshal",
    }
)  # fmt: skip
ORGANISED = frozenset({"ORG", "GPE", "NORP", "PERSON"})
THINGS = frozenset({"EVENT", "LAW", "PRODUCT", "WORK_OF_ART", "DATE", "TIME", "MONEY", "PERCENT", "QUANTITY"})
PERSONAL_PRONOUNS = frozenset(
    {
        "i", "we", "he", "she", "they", "you", "me", "us", "him", "her", "them", "who", "whom", "himself",
        "herself", "themselves",
    }
)  # fmt: skip
POSSESSIVE_PRONOUNS = frozenset(
    {
        "my", "our", "his", "her", "their", "its",
    }
)  # fmt: skip
# "thousands of farmers", "a group of deputies": the farmers, the deputies.
QUANTITIES = frozenset(
    {
        "thousand", "hundred", "dozen", "score", "group", "number", "member", "majority", "crowd", "handful",
        "couple", "lot", "all", "some", "many", "most", "one", "two", "three", "four", "five", "several",
        "leader", "ten", "none", "both", "third", "half", "quarter", "series", "minority", "rest", "ton",
        "tonne", "kg", "kilo", "kilogram", "barrel", "percent", "mile", "piece", "pair", "wave", "batch",
        "patch",
    }
)  # fmt: skip
# People whom a sentence leaves unnamed.
INDEFINITE = frozenset(
    {"anybody", "anyone", "everybody", "everyone", "others", "somebody", "someone"}
)  # fmt: skip
# What is done to people alone: "1,906 were detained".
SUFFERED = frozenset(
    {
        "abduct", "arrest", "convict", "deport", "detain", "displace", "evacuate", "execute", "expel", "free", "hurt",
        "imprison", "injure", "jail", "kidnap", "kill", "massacre", "murder", "release", "rescue", "sentence", "shoot",
        "torture", "wound",
    }
)  # fmt: skip
# Names that are no one, also where no date layer has found them.
CALENDAR = frozenset(
    {
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february",
        "march", "april", "june", "july", "august", "september", "october", "november", "december",
        "mid-august", "christmas", "easter", "ramadan",
    }
)  # fmt: skip
# What is not of the place where it meets or works.
FOREIGN = frozenset({"international", "foreign", "global", "world", "regional", "western", "visiting"})
# Sectors of those who belong to the country that an article is about unless it says otherwise. Soldiers may be abroad.
LOCAL_SECTORS = frozenset({"GOV", "COP", "JUD", "LEG", "LAB", "MED", "EDU", "OPP", "PTY", "CVL", "AGR"})
DASHES = frozenset({"-", "–", "—", "--"})
STANCES = ("anti-", "pro-", "ex-", "non-")
SPREAD = frozenset({Role.COMPOUND, Role.FLAT, Role.ADJECTIVE, Role.POSSESSOR, Role.NOUN_MODIFIER, Role.PREPOSITION,
                    Role.PREPOSITION_OBJECT, Role.APPOSITION, Role.OTHER})  # fmt: skip
LONGEST_TITLE = 4
LONGEST_LIST = 6  # names looked at for another country
INSIDE_WORDS, MOST_HYPHENS = frozenset("-‐‑"), 3  # of one modifier: "18-month-old"
LONGEST_PHRASE = 16


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a noun phrase as a participant."""

    kinds: frozenset[str] = frozenset()
    country: str = ""
    sector: str = ""
    entity: Entity | None = None

    @property
    def plausible(self) -> bool:
        """Whether it can do or suffer something: a person, an organisation, a country, a group."""
        return "participant" in self.kinds


NOBODY = Description()
SOMEBODY = Description(frozenset({"participant", "person", "headcount"}))


@once
def entity_at(word: Token) -> Entity | None:
    """The entity whose mention covers the word, if there is one."""
    mentions: tuple[EntityMention, ...] = word.doc._.entity_mentions  # in text order, not overlapping
    before = bisect_right(mentions, word.i, key=lambda mention: mention.span.start)
    if before and word.i < mentions[before - 1].span.end:
        return mentions[before - 1].entity
    return None


def serves_all(entity: Entity | None) -> bool:
    """Whether a person acts for a body of many states, and so for no country: the president of the Commission."""
    return entity is not None and entity.label is EntityLabel.PERSON and entity.sector == "IGO"


@dataclass(frozen=True, slots=True)
class Actors:
    """The lexicons of participants."""

    sectors: dict[str, str]  # lower-case noun or phrase, to sector ("" when the word alone does not say)
    homes: dict[str, str]  # the country of an office that only one state has: "foreign secretary"
    gazetteer: Gazetteer
    last_words: frozenset[str]  # of the keys of sectors: most nouns are none, and need no second look

    def describe(self, noun: Token) -> Description:
        """What the noun denotes as a participant."""
        if noun.lower_ in PERSONAL_PRONOUNS or noun.lower_ in POSSESSIVE_PRONOUNS or noun.lower_ == "it":
            return self._pronoun(noun)
        if noun.pos_ not in (*NOMINAL, "ADJ", "DET", "SYM") and not noun.ent_type_ and noun.tag_ != "VBG":
            return NOBODY
        if noun.lower_ in CALENDAR:
            return NOBODY
        if is_headcount(noun):
            return SOMEBODY
        inner = quantified(noun)
        if inner is not None:
            return self.describe(inner)
        entity = entity_at(noun)
        sector, words = self.sector(noun)
        known = bool(words)
        country = entity.country if entity is not None else ""
        # "The Albanians of Serbia", "ethnic Turks": a people may live elsewhere than in the country of its name.
        abroad = entity is not None and entity.label is EntityLabel.NORP and noun.tag_ in ("NNS", "NNPS")
        if abroad or (not country and not self._stateless(entity)):
            country = self.country(noun)
        if not country and entity is None:
            country = self.homes.get(words, "")
        if not country and entity is None and sector in LOCAL_SECTORS and is_domestic(noun):
            country = noun.doc._.home
        if entity is not None and entity.sector:
            sector = entity.sector
        if serves_all(entity):
            country = ""
        name = self.name(noun)
        label = label_of(noun, entity, name)
        sector = sector or (name.sector if name is not None else "")
        kinds = self._kinds(noun, label, sector, known)
        if not kinds:
            return Description(frozenset({"place"}) if label in ("LOC", "FAC") else frozenset(), country)
        if not sector and label == "GPE":
            sector = "GOV"
        return Description(kinds, country, sector, entity)

    def _kinds(self, noun: Token, label: str, sector: str, known: bool) -> frozenset[str]:
        if label in THINGS and not known:
            return frozenset()
        if not known and label not in ORGANISED:
            named = noun.pos_ == "PROPN" and not label and noun.text[:1].isupper() and not noun.is_sent_start
            named = named and child(noun, Role.DETERMINER) is None  # "the Treaty" is no one
            return frozenset({"participant", "person"}) if named else frozenset()
        kinds = {"participant", "person", *KINDS_OF_SECTOR.get(sector, ())}
        if noun.lemma_.lower() in OFFICERS:
            kinds.add("official")
        if label == "GPE":
            kinds |= {"nation", "public", "official", "place"}
        elif label == "NORP":
            kinds |= {"nation", "public", "crowd"}
        elif label == "ORG":
            kinds |= {"public"} if sector in ("BUS", "EDU", "JRN", "MED") else {"public", "official", "nation"}
        if noun.lower_ in self.sectors and noun.pos_ == "NOUN" and noun.tag_ == "NNS" and label != "ORG":
            kinds.add("crowd" if "official" not in kinds and "force" not in kinds else "participant")
        return frozenset(kinds)

    def _pronoun(self, noun: Token) -> Description:
        entity = entity_at(noun)
        if entity is None:
            if noun.lower_ in ("it", "its"):
                return NOBODY
            kinds = {"participant", "person", "crowd"}
            if noun.lower_ in ("we", "us", "our"):  # "We welcome the decision": the words of an institution
                kinds |= {"public", "official"}
            if noun.lower_ in ("i", "he", "she", "they", "him"):
                kinds |= {"official"}
            return Description(frozenset(kinds))
        if entity.label not in (EntityLabel.PERSON, EntityLabel.ORG, EntityLabel.GPE, EntityLabel.NORP):
            return NOBODY
        kinds = {"participant", "person", *KINDS_OF_SECTOR.get(entity.sector, ())}
        if noun.lower_ in ("we", "us", "our", "i"):  # whoever speaks may speak for others
            kinds |= {"public", "official", "crowd"}
        if entity.label is not EntityLabel.PERSON:
            kinds |= {"public", "official", "nation"}
        elif not entity.sector:
            kinds.add("crowd")
        country = "" if serves_all(entity) else entity.country
        return Description(frozenset(kinds), country, entity.sector, entity)

    def sector(self, noun: Token) -> tuple[str, str]:
        """The sector of a noun phrase, and the words that are known as a participant's; the longest title wins."""
        for head in heads_of_phrase(noun):
            if head.lower_ not in self.last_words and not self.last_words.intersection(singulars(head)):
                continue
            start = max(head.i - LONGEST_TITLE + 1, sentence_start(head))
            words = [head.doc[i].text_with_ws.lower() for i in range(start, head.i)]
            for begin in range(len(words) + 1):
                before = "".join(words[begin:])
                apart = f"{before.rstrip(' ')} "
                for form in (before + head.lower_, *(f"{apart}{one}".strip() for one in singulars(head))):
                    if form in self.sectors:
                        return self.sectors[form], form
        return "", ""

    def country(self, noun: Token, depth: int = 3) -> str:
        """The country of a noun phrase: its own name's, or a modifier's: "Iraqi police", "officials of Iran"."""
        own = self._named_country(noun)
        if depth == 0 or (own and noun.tag_ not in ("NNS", "NNPS")):
            return own
        if own:
            home = (
                inner for word, inner in obliques(noun) if word in ("of", "in") and inner.ent_type_ in ("GPE", "LOC")
            )
            own = "" if any(modifier.lower_ == "ethnic" for modifier in children(noun, Role.ADJECTIVE)) else own
            return next((code for inner in home if (code := self.country(inner, 0))), own)
        foreign = any(modifier.lower_ in FOREIGN for modifier in children(noun, Role.ADJECTIVE))
        for dependent in sorted(dependents(noun), key=lambda child: child.i > noun.i):
            if role(dependent) not in SPREAD or dependent.i - noun.i > LONGEST_PHRASE or not of_origin(dependent):
                continue
            if stance(dependent) or (foreign and preposition_of(dependent) == "in"):
                continue  # "an anti-Syrian mayor"; "international observers in Oslo" are no Norwegians
            entity = entity_at(dependent)
            found = entity.country if entity is not None else ""
            if not found and not self._stateless(entity):  # "Islamic State of Iraq fighters"
                found = self.country(dependent, depth - 1)
            if found and noun.tag_ == "NNS" and self._others(dependent, found):
                return ""  # "the heads of Russia, Ukraine and Belarus": no code is that of all
            if found:
                return found
        return ""

    def _others(self, named: Token, country: str) -> bool:
        """Whether a name stands in a list with countries that are not the one it has."""
        listed = conjuncts(named)[1:LONGEST_LIST]
        return any(self._named_country(each) not in ("", country) for each in listed)

    def name(self, token: Token) -> Name | None:
        """What the gazetteer knows of the name the token belongs to, or of the token alone."""
        if not token.text[:1].isupper():
            return None
        if token.ent_type_:
            span = entity_span(token)
            found = self.gazetteer.name_of(span.text)
            if found is not None:
                return found
        return self.gazetteer.name_of(token.text)

    def _stateless(self, entity: Entity | None) -> bool:
        """Whether the lexicon knows a body that has no home: "bin Laden's al-Qaeda", "the UN in Iraq"."""
        if entity is None or entity.label is not EntityLabel.ORG:
            return False
        known = self.gazetteer.institution(entity.canonical_name)
        return known is not None and not known.country

    def _named_country(self, token: Token) -> str:
        found = self.name(token)
        if found is not None and found.country:
            return found.country
        if token.ent_type_ in ("FAC", "ORG"):  # "the Colombo Stadium", "Kyiv Police"
            return next((code for word in entity_span(token)[:8] if (code := self.gazetteer.country_of(word.text))), "")
        return ""

    def stand_in(self, noun: Token) -> Token:
        """Who acts through a thing: *Iran* in "Iran's missiles hit a base"; the noun itself when it can act."""
        told = behind_dateline(noun)
        if told is not None:
            return self.stand_in(told)
        if self.describe(noun).plausible or noun.pos_ not in ("NOUN", "PROPN"):
            return noun
        for name in children(noun, Role.APPOSITION):  # "the union's relief office, OCHA"
            if name.ent_type_ == "ORG" and self.describe(name).plausible:
                return name
        for modifier in children(noun, Role.POSSESSOR, Role.COMPOUND, Role.ADJECTIVE):
            named = modifier.ent_type_ in ("GPE", "ORG", "NORP") or role(modifier) is Role.POSSESSOR
            if named and modifier.i < noun.i and self.describe(modifier).plausible:
                return modifier
        return noun


def read_actors(folder: Path | None = None) -> Actors:
    """The lexicons of participants, from the folder or the shipped one.

    Raises:
        LexiconError: a lexicon is missing or broken.
    """
    sectors: dict[str, str] = {}
    known = gazetteer(str(folder) if folder else "")
    for title in known.titles.values():
        if title.kind != "title":
            sectors[title.words] = title.sector
    for row in read_rows("sectors", columns=("noun", "sector"), folder=folder):
        sectors[row["noun"]] = row["sector"] or sectors.get(row["noun"], "")
    homes = {title.words: title.country for title in known.titles.values() if title.country}
    last_words = frozenset(last for words in sectors for last in (words.split()[-1], re.split(r"[\s'’-]", words)[-1]))
    return Actors(sectors, homes, known, last_words)


def behind_dateline(noun: Token) -> Token | None:
    """Who is meant where the place of a dateline was read as the subject: "NGERULMUD, Palau – The Office today ..."."""
    start = sentence_start(noun)
    if not noun.is_upper or len(noun) < 3 or noun.i - start > LONGEST_TITLE:
        return None
    return next(
        (
            each
            for each in children(noun, Role.APPOSITION, Role.OTHER)
            if each.i > noun.i and any(word.text in DASHES for word in noun.doc[noun.i : each.i])
        ),
        None,
    )


def is_headcount(noun: Token) -> bool:
    """Whether a word counts people it does not name: "1,906 were detained", "arrested someone"."""
    verb = noun.head
    if role(noun) not in (Role.OBJECT, Role.PASSIVE_SUBJECT) or verb.lemma_.lower() not in SUFFERED:
        return False
    if noun.pos_ == "NUM":
        return noun.ent_type_ in ("", "CARDINAL") and quantified(noun) is None and noun.shape_ != "dddd"
    return noun.lower_ in INDEFINITE and quantified(noun) is None


def is_domestic(noun: Token) -> bool:
    """Whether a common noun may be of the country the article is about: "the police", not "EU officials"."""
    return noun.pos_ == "NOUN" and not any(
        word.ent_type_ in ORGANISED or word.lower_ in FOREIGN
        for word in children(noun, *SPREAD, Role.OBLIQUE)
        if word.i != noun.i
    )


def label_of(noun: Token, entity: Entity | None, name: Name | None) -> str:
    """The entity label of the noun: the recogniser's, that of the entity it mentions, or that of its name."""
    if noun.ent_type_ or entity is not None:
        return noun.ent_type_ or str(entity.label if entity is not None else "")
    return str(name.label) if name is not None and noun.pos_ in ("PROPN", "NOUN") else ""


def entity_span(token: Token) -> Span:
    """The words of the entity that the recogniser found around the token."""
    start = end = token.i
    while token.doc[start].ent_iob_ == "I" and start > 0:
        start -= 1
    while end + 1 < len(token.doc) and token.doc[end + 1].ent_iob_ == "I":
        end += 1
    return token.doc[start : end + 1]


def singulars(noun: Token) -> tuple[str, str]:
    """The singular by the lemmatizer, and by rule where it errs."""
    return noun.lemma_.lower(), singular(noun.lower_)


def heads_of_phrase(noun: Token) -> Iterator[Token]:
    """The head, then the words of its name or title that may say the role: "Foreign Minister Sergei Lavrov"."""
    yield noun
    if noun.pos_ != "PROPN" and noun.ent_type_ != "PERSON":
        return
    for dependent in children(noun, Role.COMPOUND, Role.FLAT, Role.APPOSITION, Role.OTHER):
        yield dependent
        yield from children(dependent, Role.COMPOUND, Role.FLAT)


def of_origin(dependent: Token) -> bool:
    """Whether a modifier can say where someone is from: "officials of Iran", "police in Oslo", not "talks on Iran"."""
    preposition = dependent.lower_ if role(dependent) is Role.PREPOSITION else preposition_of(dependent)
    return preposition in ("", "of", "from", "in", "throughout", "across", "'s", "’s")


def stance(modifier: Token) -> bool:
    """Whether a modifier says what someone is for or against: "an anti-Syrian mayor", "the pro-Iran militia"."""
    doc, i = modifier.doc, modifier.i
    if modifier.lower_.startswith(STANCES):
        return True
    return i > 1 and doc[i - 1].text in HYPHENS and doc[i - 2].lower_ in ("anti", "pro", "ex", "non")


def quantified(noun: Token) -> Token | None:
    """What a quantity counts: *farmers* in "thousands of farmers"."""
    lemma = noun.lemma_.lower()
    amount = noun.pos_ in ("NUM", "SYM") or lemma in ("million", "billion", "dollar", "euro")
    if not amount and lemma not in QUANTITIES and noun.lower_ not in QUANTITIES:  # the parser's lemma of "kg" is "k"
        return None
    for preposition, inner in obliques(noun):
        if inner.i > noun.i and (preposition == "of" or (preposition == "in" and amount)):
            return inner
    return None


def phrase(noun: Token) -> Span:
    """The words of a participant: the noun phrase without article, the whole name, what a quantity counts."""
    span = noun_phrase(noun)
    start, end = span.start, span.end
    inner = quantified(noun)
    for _ in range(3):  # "tens of thousands of students"
        if inner is None:
            break
        end = max(end, min(noun_phrase(inner).end, start + LONGEST_PHRASE))
        inner = quantified(inner)
    start = min(start, before_bracket(noun, start))
    start = whole_modifier(noun, start)
    if noun.ent_type_:
        name = entity_span(noun)
        start, end = min(start, name.start), max(end, name.end)
    return trimmed(noun.doc, max(start, noun.i - LONGEST_PHRASE), min(end, noun.i + LONGEST_PHRASE), noun.i)


def whole_modifier(noun: Token, start: int) -> int:
    """Where a noun phrase starts whose first modifier has hyphens: "an Oslo-based agent", "the 8-year-old girl"."""
    doc = noun.doc
    for _ in range(MOST_HYPHENS):
        hyphen = start if doc[start].text in INSIDE_WORDS else start - 1
        if not 1 <= hyphen < noun.i or doc[hyphen].text not in INSIDE_WORDS:
            break
        if doc[hyphen].whitespace_ or doc[hyphen - 1].whitespace_:
            break
        start = hyphen - 1
    return start


def before_bracket(noun: Token, start: int) -> int:
    """Where a noun phrase starts whose name is explained before its head: "Labour Party (LP) officials"."""
    doc = noun.doc
    if start < 2 or doc[start - 1].text != ")":
        return start
    opening = next((i for i in range(start - 2, max(start - 8, 0), -1) if doc[i].text == "("), 0)
    named = opening > 0 and doc[opening - 1].head == noun and role(doc[opening - 1]) is Role.COMPOUND
    return noun_phrase(doc[opening - 1]).start if named else start


def trimmed(doc: Doc, start: int, end: int, head: int) -> Span:
    """The span without article, space, punctuation or possessive mark at its edges."""
    while start < head and (doc[start].lower_ in ("the", "a", "an") or doc[start].is_space or doc[start].is_punct):
        start += 1
    while end > head + 1 and (
        doc[end - 1].lower_ in ("'s", "’s", "'", "’") or doc[end - 1].is_space or doc[end - 1].is_punct
    ):
        end -= 1
    for i in range(start, end):  # a list separator would not come back from a table
        if ";" in doc[i].text or "\n" in doc[i].text:
            return doc[head : head + 1]
    return doc[start:end]
