"""Name links: which names of an article are names of one entity.

One entity have: the names and abbreviations that a lexicon lists together ("US", "America"), an abbreviation and the
long form it is defined by ("NRC"), a person's full name and the surname ("Dmitry Medvedev", "Medvedev"), and names that
are alike but for article, possessive and full stops. Names of one country share one entity; its people ("Russians",
"Russian") are another with the same country, and so is its capital. A seat of government ("the Kremlin") is an
organisation of its own with the country.
"""

import datetime
import itertools
import sys
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span

from pipeline.labels import EntityLabel, MentionType
from pipeline.language.abbreviations import Definition, find_definitions
from pipeline.language.gazetteer import Figure, Gazetteer, Name, normal
from pipeline.language.mentions import CONNECTORS, HYPHENS, POSSESSIVES
from pipeline.language.roles import Role, roles_of

PERSON = EntityLabel.PERSON.value
PLACES = frozenset({EntityLabel.GPE.value, EntityLabel.LOC.value, EntityLabel.FAC.value})
OFFICES = frozenset({"GOV", "LEG", "IGO", "ELI", "REB", "REL"})
LEGAL = frozenset({EntityLabel.ORG.value, EntityLabel.LAW.value})
# The family name stands first at home, and last in the lexicon.
FAMILY_FIRST = frozenset({"JPN", "HUN", "KOR", "CHN", "TWN", "VNM"})
SUFFIXES = frozenset({"Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"})
# What lies between countries and is named after one: "Gulf of Oman", "Sea of Japan".
WATERS = frozenset({"Sea", "Gulf", "Bay", "Ocean", "Strait", "Straits", "Channel", "River", "Lake"})
DOMESTIC = frozenset({"GOV", "LEG", "JUD", "COP", "OPP", "ELI"})
NATIONS = frozenset({EntityLabel.GPE.value, EntityLabel.NORP.value})
# States younger than much news: the day of independence, and the state that their people and bodies belonged to before.
INDEPENDENT = {"ERI": (datetime.date(1993, 5, 24), "ETH"), "SSD": (datetime.date(2011, 7, 9), "SDN")}
# How often an article names the country it is about, at least, and with what share of all countries it names.
LEAST_MENTIONS = 3
SHARE_OF_HOME = 0.6
# Or with a smaller share, if it is named so many times as often as the next.
LEAST_SHARE = 0.4
LEAD_OF_HOME = 2
# What belongs somewhere if it is named in an article about one country.
AT_HOME = frozenset({"PERSON", "ORG", "GPE", "FAC"})
# Blocks that name who wrote and who published.
SIGNATURES = frozenset({"byline", "author_bio", "series_note", "correction_contact", "caption", "dateline"})
WORKPLACE = frozenset({"in", "for", "to", "on", "against", "with"})
# Nouns for a place between a country and a name: "the Sudanese town of Haskanita".
SETTLEMENTS = frozenset(
    {
        "town", "city", "village", "province", "region", "district", "island", "port", "state", "county", "capital",
        "republic", "governorate", "oblast", "prefecture", "department", "suburb", "enclave", "resort", "municipality",
    }
)  # fmt: skip
# What stands before the name of a country in that of a town elsewhere: "New Lebanon", "East Palestine".
NAMESAKE = frozenset({"East", "West", "North", "South", "New", "Old", "Little", "Mount", "Fort", "Port", "Lake"})
COMPANY_FORMS = frozenset({"Inc", "Inc.", "Corp", "Corp.", "Ltd", "Ltd.", "LLC", "PLC", "plc", "Co", "Co.", "AG", "SA"})
# Nouns that a body's name goes on with and that are left out when it is named again: "Norlink Group", "Norlink".
KINDS_OF_BODIES = frozenset(
    {
        "Airlines", "Airways", "Automotive", "Bank", "Biosciences", "Brothers", "Capital", "Chemicals",
        "Communications", "Company", "Corporation", "Electronics", "Energy", "Enterprises", "Entertainment",
        "Financial", "Foods", "Foundation", "Global", "Group", "Healthcare", "Holding", "Holdings",
        "Industries", "Institute", "Insurance", "International", "Investments", "Laboratories", "Labs", "Media",
        "Mining", "Motors", "Networks", "Partners", "Party", "Petroleum", "Pharma", "Pharmaceuticals",
        "Pictures", "Resources", "Securities", "Semiconductor", "Software", "Solutions", "Steel", "Stores",
        "Studios", "Systems", "Technologies", "Technology", "Telecom", "Therapeutics",
    }
)  # fmt: skip
# Names of these countries that are evidence for the country Georgia, against the US state.
NEAR_GEORGIA = frozenset({"GEO", "RUS", "ARM", "AZE", "TUR", "UKR", "MDA"})
NOWHERE = sys.maxsize
# More people or things of one last word than an article has; a bound for texts that are no articles.
MOST_NAMESAKES = 50


@dataclass(slots=True, eq=False)
class Cluster:
    """An entity while its mentions are being gathered."""

    label: str
    canonical: str = ""  # the lexicon's name or the long form; empty: the fullest name in the article
    country: str = ""
    sector: str = ""
    kind: str = ""  # what sort of institution
    mentions: list[tuple[Span, MentionType, str]] = field(default_factory=list)
    words: tuple[str, ...] = ()  # of a person: the fullest name, in normal form
    roles: list[Role] = field(default_factory=list)
    titled: str = ""  # m or f, where a title or an appositive noun says so
    start: int = NOWHERE  # the token at which the first mention starts
    known: set[str] = field(default_factory=set)  # the names of a thing, in the form in which names are compared

    def add(self, span: Span, rule: str, kind: MentionType = MentionType.NAME) -> None:
        """One more mention."""
        self.mentions.append((span, kind, rule))
        self.start = min(self.start, span.start)

    def absorb(self, other: "Cluster") -> None:
        """Take over the mentions of another cluster, which is the same entity."""
        for span, kind, rule in other.mentions:
            self.add(span, rule, kind)
        self.roles += [role for role in other.roles if role not in self.roles]
        other.mentions = []

    def names(self) -> Iterator[Span]:
        """The mentions that are names."""
        return (span for span, kind, _ in self.mentions if kind is MentionType.NAME)

    @property
    def name(self) -> str:
        """The lexicon's name, else the fullest form in the article."""
        if self.canonical:
            return self.canonical
        return " ".join(max((bare_text(span) for span in self.names()), key=lambda text: (len(text), text)).split())


def bare_text(span: Span) -> str:
    """The words of a name without the article before it or the possessive after it."""
    start, end = span.start, span.end
    while end - start > 1 and span.doc[end - 1].text in POSSESSIVES:
        end -= 1
    while end - start > 1 and span.doc[start].lower_ == "the":
        start += 1
    return span.doc[start:end].text


def clusters_of(doc: Doc, words: Sequence[str], lexicon: Gazetteer) -> list[Cluster]:
    """The entities named in the article, by first mention, each with its names; `words` are those of the Doc."""
    people = [ent for ent in doc.ents if ent.label_ == PERSON]
    others = [ent for ent in doc.ents if ent.label_ != PERSON]
    found = [*people_of(people, words, lexicon), *things_of(others, find_definitions(words), words, lexicon)]
    found.sort(key=lambda cluster: cluster.start)
    settle_georgia(found, lexicon)
    settle_places(found, words, lexicon)
    settle_independence(found, doc._.published)
    settle_home(found, signed(doc))
    return found


def signed(doc: Doc) -> frozenset[int]:
    """The tokens of bylines, datelines and notes about authors."""
    blocks = doc.spans.get("blocks", ())
    return frozenset(i for block in blocks if block.label_ in SIGNATURES for i in range(block.start, block.end))


# People


def people_of(ents: Sequence[Span], words: Sequence[str], lexicon: Gazetteer) -> list[Cluster]:
    """One cluster for each person: full names first, then the surnames and first names that recall them."""
    by_word: dict[str, list[Cluster]] = defaultdict(list)
    parts_of = [(ent, name_parts(ent)) for ent in ents]
    for ent, parts in parts_of:
        if len(parts) > 1:
            alike = by_word[parts[-1].lower()]
            same = next((cluster for cluster in alike if same_person(parts, cluster.words)), None) or Cluster(PERSON)
            same.words = max(same.words, parts, key=len)
            for word in {part.lower() for part in parts}:
                if same not in by_word[word][-MOST_NAMESAKES:]:
                    by_word[word].append(same)
            same.add(ent, ent.id_ or "model")
            describe(same, ent, words, lexicon)
    for ent, parts in parts_of:
        if len(parts) == 1:
            place_single(ent, parts[0], by_word[parts[0].lower()], words, lexicon)
    found = distinct(cluster for alike in by_word.values() for cluster in alike)
    published = ents[0].doc._.published if ents else None
    first: dict[str, Cluster] = {}
    for cluster in found:
        figure = figure_of(cluster, words, lexicon)
        if figure is not None:
            if figure.name in first:  # "Joko Widodo" and "Jokowi"
                first[figure.name].absorb(cluster)
                continue
            first[figure.name] = cluster
            cluster.canonical = figure.name
            cluster.kind = "figure"
            in_office = figure.sector_in(published.year if published is not None else None)
            if not cluster.sector or cluster.sector == "MIL":  # "Colonel Gaddafi" governs
                cluster.sector = in_office or cluster.sector
            if cluster.sector != "IGO":  # who serves all states acts for none
                cluster.country = cluster.country or figure.country
            cluster.titled = cluster.titled or figure.gender
    return [cluster for cluster in found if cluster.mentions]


def figure_of(cluster: Cluster, words: Sequence[str], lexicon: Gazetteer) -> Figure | None:
    """The public figure that a person is: by full name, by title and name, or by a last name that only they have.

    One whose country the text gives is no figure of another.
    """
    for span in cluster.names():
        text = normal(bare_text(span))
        while text.rpartition(" ")[2] in SUFFIXES:
            text = text.rpartition(" ")[0].rstrip(" ,")
        before = words[span.start - 1] if span.start else ""
        found = lexicon.figures.get(text) or lexicon.figures.get(f"{before} {text}")  # "Pope Francis"
        if found is None and text.count(" ") == 1:  # "Kishida Fumio"
            found = lexicon.figures.get(" ".join(reversed(text.split(" "))))
            found = found if found is not None and found.country in FAMILY_FIRST else None
        if found is not None and cluster.country in ("", found.country):
            return found
    if len(cluster.words) > 1:
        return None
    namesakes = lexicon.surnames.get(next(iter(cluster.words), ""), ())
    if not any(role.sector in OFFICES for role in cluster.roles):  # "President Bush" is one, "Bush" may be anyone
        namesakes = tuple(figure for figure in namesakes if figure.alone)
    fitting = [figure for figure in namesakes if cluster.country in ("", figure.country)]
    fitting = [figure for figure in fitting if cluster.titled in ("", figure.gender)]
    return fitting[0] if len(fitting) == 1 else None


def name_parts(ent: Span) -> tuple[str, ...]:
    """The words of a person's name in normal form, without possessive and "Jr."."""
    parts = tuple(normal(token.text) for token in ent if not token.is_space and token.text not in POSSESSIVES)
    while len(parts) > 1 and parts[-1] in SUFFIXES | {",", "."}:
        parts = parts[:-1]
    return parts


def same_person(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two full names are names of one person: "Donald J. Trump", "Donald Trump"; not "Bill" and "Hillary"."""
    if one[-1].lower() != other[-1].lower():
        return False
    if one[0].lower() == other[0].lower():
        return True
    short, long = sorted((one, other), key=len)
    return set(short) <= set(long) or ((is_initial(one[0]) or is_initial(other[0])) and one[0][0] == other[0][0])


def is_initial(word: str) -> bool:
    """Whether a first name is abbreviated: "D." or "J.R."."""
    return len(word.replace(".", "")) <= 2 and word.replace(".", "").isupper()


def place_single(ent: Span, name: str, alike: list[Cluster], words: Sequence[str], lexicon: Gazetteer) -> None:
    """Add a mention by one name to the person it recalls among those alike, or start one known by that name alone."""
    namesakes = alike[-MOST_NAMESAKES:]
    alike_in_case = {id(cluster): [word.lower() for word in cluster.words] for cluster in namesakes}  # "PENCE: ..."
    spoken = name.lower()
    candidates = [c for c in namesakes if len(c.words) > 1 and alike_in_case[id(c)][-1] == spoken]
    rule = "surname"
    if not candidates:
        candidates = [cluster for cluster in namesakes if spoken in alike_in_case[id(cluster)]]
        rule = "one name" if candidates and len(candidates[0].words) == 1 else "first name"
    gender = title_gender(ent.start, words, lexicon)
    if gender:
        candidates = [c for c in candidates if gender_of(c, lexicon) in (gender, "", "u")]
    before = [cluster for cluster in candidates if cluster.start < ent.start] or candidates
    if before:
        best = max(before, key=lambda cluster: last_before(cluster, ent.start))
        best.add(ent, rule)
    else:
        best = Cluster(PERSON, words=(name,))
        best.add(ent, ent.id_ or "model")
        alike.append(best)
    describe(best, ent, words, lexicon)


def last_before(cluster: Cluster, position: int) -> int:
    """Where the cluster was last mentioned before a token; -1 if it was not."""
    return max((span.start for span, _, _ in cluster.mentions if span.start < position), default=-1)


def title_gender(start: int, words: Sequence[str], lexicon: Gazetteer) -> str:
    """m or f where the word before a name says so: "Mrs. Clinton"."""
    title = lexicon.titles.get(words[start - 1].lower()) if start else None
    return title.gender if title is not None else ""


def describe(cluster: Cluster, ent: Span, words: Sequence[str], lexicon: Gazetteer) -> None:
    """Note what the words around a name say about the person; what was said first stays."""
    for role in roles_of(ent.start, ent.end, words, lexicon):
        if role not in cluster.roles:
            cluster.roles.append(role)
        cluster.titled = cluster.titled or role.gender
        cluster.country = cluster.country or role.country
        cluster.sector = cluster.sector or role.sector


def gender_of(cluster: Cluster, lexicon: Gazetteer) -> str:
    """m or f by title or first name; u where the first name is both; empty where nothing tells."""
    if cluster.titled:
        return cluster.titled
    return lexicon.gender_of_name(cluster.words[0]) if len(cluster.words) > 1 else ""


# Organisations, places, peoples and the rest


def things_of(
    ents: Sequence[Span], definitions: Iterator[Definition], words: Sequence[str], lexicon: Gazetteer
) -> list[Cluster]:
    """One cluster for each thing that is no person."""
    long_forms = {
        normal(d.short): " ".join(words[d.start : d.end]).replace(" - ", "-") for d in definitions if d.end > d.start
    }
    full = {name.key for ent in ents if (name := known_name(folded(ent), lexicon)) and not ambiguous(name, lexicon)}
    initials, short_forms = initials_of(ents), short_forms_of(ents, lexicon)
    clusters: dict[tuple[str, str], Cluster] = {}
    by_noun: dict[str, list[Cluster]] = defaultdict(list)
    for ent in ents:
        text = folded(ent)
        rule = ent.id_ or "model"
        if text in long_forms:
            text, rule = fold(long_forms[text]), "abbreviation"
        name = known_name(text, lexicon)
        if name is None and ent.label_ in PLACES and text.isupper():  # the dateline "OSLO (AP)"
            name = known_name(text.title(), lexicon)
        if name is not None and ambiguous(name, lexicon) == "abbreviation" and name.key not in full:
            name = None
        if name is None and text in initials:
            text, rule = initials[text], "initials"
            name = known_name(text, lexicon)
        if name is None and ent.label_ == "ORG" and text in short_forms:
            text, rule = short_forms[text], "short form"
            name = known_name(text, lexicon)
        key = name.key if name is not None else ("text", text.lower())
        cluster = clusters.get(key)
        if cluster is None and name is None:
            cluster, rule = recalled(ent, text, by_noun[text.rpartition(" ")[2]]) or (None, rule)
            if rule.startswith("head") and cluster is not None:
                cluster.add(ent, rule)
                continue
        if cluster is None:
            cluster = thing(ent, text, name, rule, lexicon)
        clusters[key] = cluster
        cluster.add(ent, rule)
        for spelling in {text, fold(cluster.canonical)} - cluster.known - {""}:
            cluster.known.add(spelling)
            for noun in {spelling.rpartition(" ")[2], head_noun(spelling)}:
                by_noun[noun].append(cluster)
    return distinct(clusters.values())


def recalled(ent: Span, text: str, namesakes: Sequence[Cluster]) -> tuple[Cluster, str] | None:
    """The entity of which a name is the last words: "OSCE Summit", and "the Council" where one council was named."""
    alike = [c for c in namesakes[-MOST_NAMESAKES:] if c.label == ent.label_ or {c.label, ent.label_} <= LEGAL]
    if " " in text:
        longer = distinct(c for c in alike if any(name.endswith(" " + text) for name in c.known))
        return (longer[0], "last words") if len(longer) == 1 else None
    if ent.start == 0 or ent.doc[ent.start - 1].lower_ != "the" or ent.doc[ent.end : ent.end + 1].text in HYPHENS:
        return None
    longer = distinct(c for c in alike if any(" " in name and head_noun(name) == text for name in c.known))
    if len(longer) > 1:  # "the Union" stays what it was called first, though another union is named in between
        called = [c for c in longer if any(rule == f"head: {text}" for _, _, rule in c.mentions)]
        longer = called if len(called) == 1 else longer
    if len(longer) > 1:
        sentence = ent[0].sent if ent.doc.has_annotation("SENT_START") else ent.doc[:]
        longer = [c for c in longer if any(sentence.start <= span.start for span in c.names())]
    return (longer[0], f"head: {text}") if len(longer) == 1 else None


def distinct(clusters: Iterable[Cluster]) -> list[Cluster]:
    """The clusters, each once."""
    return list({id(cluster): cluster for cluster in clusters}.values())


def head_noun(name: str) -> str:
    """The noun that says what is named: *Council* in "Harbour Council", *Church* in "Church of Scientology"."""
    words = name.partition(" of ")[0].split()
    return words[-1] if words else name


def folded(ent: Span) -> str:
    """The name in the form in which names are compared."""
    return fold(bare_text(ent))


def fold(text: str) -> str:
    """A name without spaces around hyphens, article, possessive and company form."""
    text = normal(text).removeprefix("the ").removeprefix("The ")
    first, _, last = text.rpartition(" ")
    return first.rstrip(" ,") if first and last in COMPANY_FORMS else text


def known_name(text: str, lexicon: Gazetteer) -> Name | None:
    """What the gazetteer has under a name, or under the rest of it after its own country: "U.S. Peace Corps"."""
    name = lexicon.names.get(text)
    if name is None:
        country, _, rest = text.partition(" ")
        institution = lexicon.names.get(rest) if rest else None
        if institution is not None and institution.source == "institution" and institution.country:
            return institution if lexicon.country_of(country) == institution.country else None
    return name


def ambiguous(name: Name, lexicon: Gazetteer) -> str:
    """What else the name is, if anything."""
    return lexicon.ambiguous.get(normal(name.text), "")


def initials_of(ents: Sequence[Span]) -> dict[str, str]:
    """The initials of the organisations named in several words, where one organisation only has them."""
    found: dict[str, set[str]] = {}
    for ent in ents:
        if ent.label_ == "ORG" and len(ent) > 2:
            letters = "".join(
                token.text[0] for token in ent if token.text not in CONNECTORS | HYPHENS and token.text[0].isupper()
            )
            found.setdefault(letters, set()).add(folded(ent))
    return {letters: names.pop() for letters, names in found.items() if len(letters) > 2 and len(names) == 1}


def short_forms_of(ents: Sequence[Span], lexicon: Gazetteer) -> dict[str, str]:
    """What is left of organisations' names without the place before or the kind behind, where one has it.

    "Norlink" of "Norlink Holding Group", "Lakers" of "Los Angeles Lakers".
    """
    found: dict[str, set[str]] = defaultdict(set)
    for text in {folded(ent) for ent in ents if ent.label_ == "ORG"}:
        parts = text.split()
        stem = list(parts)
        while len(stem) > 1 and stem[-1] in KINDS_OF_BODIES:
            stem.pop()
        if len(stem) < len(parts):
            found[" ".join(stem)].add(text)
        place = lexicon.names.get(" ".join(parts[:-1])) if len(parts) > 1 else None
        if place is not None and place.label is EntityLabel.GPE and not lexicon.sector_of_title(parts[-1:]):
            found[parts[-1]].add(text)
    return {short: names.pop() for short, names in found.items() if len(names) == 1 and not short.islower()}


def thing(ent: Span, text: str, name: Name | None, rule: str, lexicon: Gazetteer) -> Cluster:
    """A new cluster, with what the lexicon or the words of the name say about it."""
    if name is not None:
        institution = lexicon.institutions.get(normal(name.canonical))
        kind = institution.kind if institution is not None and name.source == "institution" else name.source
        label = name.label.value if name.source != "institution" or ent.label_ != "FAC" else ent.label_
        return Cluster(label, name.canonical, name.country, name.sector, kind)
    canonical = text if rule in ("abbreviation", "initials", "short form") else ""
    cluster = Cluster(ent.label_, canonical)
    parts = text.split()
    if ent.label_ == "ORG" and of_many_states(parts, lexicon):
        cluster.sector = "IGO"  # "African Union Mission in Burundi"
    elif ent.label_ in ("ORG", "NORP", "FAC", "LOC", "GPE") and WATERS.isdisjoint(parts):
        # "Mission in Burundi", "Campaign for Burma": where a body works is not where it belongs.
        own: Iterable[str] = itertools.takewhile(lambda part: part not in WORKPLACE, parts)
        if ent.label_ == "GPE" and NAMESAKE.intersection(parts[:1]):
            own = ()
        cluster.country = next((code for part in own if (code := lexicon.country_of(part))), "")
        cluster.sector = lexicon.sector_of_title(parts) if ent.label_ == "ORG" else ""
    return cluster


def settle_places(clusters: Sequence[Cluster], words: Sequence[str], lexicon: Gazetteer) -> None:
    """Give places that no lexicon has the country beside them: "Masinloc, Philippines", "the Sudanese town of X"."""
    for cluster in clusters:
        if cluster.label in PLACES and not cluster.country and not cluster.kind:
            cluster.country = next(
                (code for span in cluster.names() if (code := country_beside(span, words, lexicon))), ""
            )


def settle_independence(clusters: Sequence[Cluster], published: datetime.date | None) -> None:
    """Give what belongs to a state that was not independent yet the country it was part of."""
    for cluster in clusters:
        since, before = INDEPENDENT.get(cluster.country, (datetime.date.min, cluster.country))
        if published is not None and published < since:
            cluster.country = before


def settle_home(clusters: Sequence[Cluster], authors: Container[int] = ()) -> None:
    """Give persons, bodies and places without a country that of the article, where it is about one.

    News names the country of foreigners, not of its own people. Bodies and places that the lexicon knows without a
    country have none, nor have those who serve all states, nor `authors`: tokens in bylines and the like.
    """
    home = home_of(clusters)
    for cluster in clusters if home else ():
        if cluster.country or cluster.sector == "IGO" or cluster.kind or cluster.label not in AT_HOME:
            continue
        stated = any(role.sector in DOMESTIC for role in cluster.roles)
        place = cluster.label in PLACES
        if stated or place or not any(span.start in authors for span in cluster.names()):
            cluster.country = home


def home_of(clusters: Iterable[Cluster]) -> str:
    """The country that an article is about: most of the mentions of countries and peoples are of it; empty if none."""
    mentions: Counter[str] = Counter()
    for cluster in clusters:
        if cluster.label in NATIONS and cluster.country:
            mentions[cluster.country] += sum(1 for _ in cluster.names())
    (home, most), (_, next_most) = (*mentions.most_common(2), ("", 0), ("", 0))[:2]
    leads = most >= SHARE_OF_HOME * mentions.total() or (
        most >= LEAD_OF_HOME * next_most and most >= LEAST_SHARE * mentions.total()
    )
    return home if leads and most >= LEAST_MENTIONS else ""


def country_beside(span: Span, words: Sequence[str], lexicon: Gazetteer) -> str:
    """The country that the words right after or before a place name give."""
    after = words[span.end + 1 : span.end + 4] if words[span.end : span.end + 1] == [","] else ()
    for length in range(len(after), 0, -1):
        name = lexicon.names.get(normal(" ".join(after[:length])))
        if name is not None and name.label is EntityLabel.GPE:
            return name.country
    if span.start > 2 and words[span.start - 1] == "of" and words[span.start - 2].lower() in SETTLEMENTS:
        before = words[max(0, span.start - 6) : span.start - 2]
        return next((code for word in reversed(before) if (code := lexicon.demonym(word))), "")
    return ""


def of_many_states(parts: Sequence[str], lexicon: Gazetteer) -> bool:
    """Whether a name opens with that of an international body, and so belongs to no country that it goes on to name."""
    for length in range(min(4, len(parts) - 1), 0, -1):
        name = lexicon.names.get(" ".join(parts[:length]))
        if name is not None and not ambiguous(name, lexicon):
            return name.source == "institution" and name.sector == "IGO"
    return False


def settle_georgia(clusters: Sequence[Cluster], lexicon: Gazetteer) -> None:
    """Leave the country of "Georgia" open where the article is about the US state: Atlanta is there, Tbilisi is not."""
    georgia = next((c for c in clusters if c.kind == "country" and c.country == "GEO"), None)
    if georgia is None:
        return
    others = [cluster for cluster in clusters if cluster is not georgia]
    american = [c for c in others if c.country == "USA" and c.kind == "place"]
    if american and not any(c.country in NEAR_GEORGIA for c in others):
        georgia.country = ""
