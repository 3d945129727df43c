"""Roles: what the words around a person's name say about office, country and sector.

"Russian President Dmitry Medvedev", "NATO's Secretary General Anders Fogh Rasmussen", "Angela Merkel, the German
chancellor,", "Vaira Vike-Freiberga, president of Latvia,".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.language.gazetteer import LONGEST_TITLE, Gazetteer, Name, Title, normal

# Between a country and the office: "Russia's then prime minister", "the former French foreign minister".
BETWEEN = frozenset(
    {
        "'s", "’s", "'", "’", "-", "former", "ex", "then", "new", "newly", "elected", "current", "acting", "late",
        "outgoing", "incoming", "interim", "ousted", "deputy", "senior", "top", "chief", "first", "deposed", "exiled",
        "the", "a", "an",
    }
)  # fmt: skip
FORMER = frozenset({"former", "ex", "ousted", "deposed", "late"})
# What may follow the noun of an apposition: ", the president of", ", a general,"; not ", a general strike".
AFTER_TITLE = frozenset(
    {
        ",", ".", ";", ")", "of", "for", "and", "in", "at", "who", "'s", "’s", "under", "from", "with", "to", "until",
        "on", "since", "whose", "-", "–", "—", "",
    }
)  # fmt: skip
# Nouns for people that are no office, and tell where someone comes from: "an Australian woman".
PEOPLE = frozenset(
    {
        "woman", "man", "girl", "boy", "teenager", "student", "teacher", "citizen", "national", "resident", "writer",
        "author", "novelist", "poet", "singer", "musician", "actor", "actress", "director", "filmmaker", "artist",
        "athlete", "footballer", "player", "striker", "swimmer", "driver", "coach", "scientist", "economist",
        "historian", "philosopher", "physicist", "engineer", "doctor", "nurse", "nun", "dissident", "exile", "refugee",
        "cleric", "scholar", "photographer", "reporter", "journalist", "lawyer", "businessman", "businesswoman",
        "billionaire", "tycoon", "entrepreneur", "militant", "extremist", "terrorist", "suspect", "right-winger",
        "left-winger", "politician", "lawmaker", "activist", "blogger", "aristocrat", "composer", "painter",
    }
)  # fmt: skip
# Sectors of offices that a state gives: "the Korea expert" is no Korean, "the Korea minister" would be.
STATE = frozenset({"GOV", "LEG", "MIL", "COP", "JUD", "SPY", "OPP", "REB"})
# Offices of states that other bodies have too: "president of the Harbour Board".
SHARED_OFFICES = frozenset({"president", "vice president", "chancellor", "secretary", "commissioner", "governor"})
LONGEST_APPOSITION = 10
ENDS_APPOSITION = frozenset({",", ".", ";", "who", ")", '"', "“", "”"})
LONGEST_NAME = 6


@dataclass(frozen=True, slots=True)
class Role:
    """An office as the text gives it: the words of the title, its sector and gender, and the country it belongs to."""

    title: str
    sector: str = ""
    country: str = ""
    gender: str = ""


def roles_of(start: int, end: int, words: Sequence[str], lexicon: Gazetteer) -> Iterator[Role]:
    """The roles stated right before and right after a name that stands at those token offsets."""
    before = role_before(start, words, lexicon) or origin(start, words, lexicon)
    if before is not None:
        yield before
    after = role_after(end, words, lexicon) or origin_after(end, words, lexicon)
    if after is not None:
        yield after


def origin(end: int, words: Sequence[str], lexicon: Gazetteer) -> Role | None:
    """Where someone comes from, said right before `end`: "the Australian swimmer", "Israeli right-winger"."""
    first = end - 1
    while first > 0 and end - first <= 3 and words[first - 1] == "-":
        first -= 2
    noun = "".join(words[first:end]).lower()
    if first < 1 or noun not in PEOPLE:
        return None
    country = lexicon.demonym(words[first - 1])
    return Role(noun, country=country) if country else None


def origin_after(end: int, words: Sequence[str], lexicon: Gazetteer) -> Role | None:
    """The same in the apposition after a name: ", an Australian woman and former nun,"."""
    if words[end : end + 1] != [","] or words[end + 1 : end + 2] not in (["a"], ["an"], ["the"]):
        return None
    for stop in range(end + 4, min(end + LONGEST_APPOSITION, len(words)) + 1):
        if words[stop - 1] in ENDS_APPOSITION:
            return None
        found = origin(stop, words, lexicon)
        if found is not None:
            return found
    return None


def role_before(start: int, words: Sequence[str], lexicon: Gazetteer) -> Role | None:
    """The role whose words end right before a name, or before a comma: "the Russian president, Dmitry Medvedev"."""
    for end in (start, start - 1 if start and words[start - 1] == "," else start):
        found = title_ending(end, words, lexicon)
        if found is not None:
            title, first = found
            return _role(title, first, name_before(first, words, lexicon), words)
    return office_of(start - 1 if start and words[start - 1] == "," else start, words, lexicon)


def office_of(end: int, words: Sequence[str], lexicon: Gazetteer) -> Role | None:
    """The role in "the chairman of the African Union Commission, Jean Ping": title, "of", and a name that ends here."""
    for length in range(min(LONGEST_NAME, end), 0, -1):
        name = lexicon.names.get(normal(" ".join(words[end - length : end])))
        if name is None:
            continue
        stop = end - length
        stop -= stop > 0 and words[stop - 1].lower() == "the"
        if stop < 2 or words[stop - 1] != "of":
            return None
        found = title_ending(stop - 1, words, lexicon)
        return _role(found[0], found[1], name, words) if found is not None else None
    return None


def title_ending(end: int, words: Sequence[str], lexicon: Gazetteer) -> tuple[Title, int] | None:
    """The longest title that ends at a token offset, and the offset where it begins."""
    for length in range(min(LONGEST_TITLE, end), 0, -1):
        title = lexicon.titles.get(" ".join(words[end - length : end]).lower())
        if title is not None and title.kind != "group":
            return title, end - length
    return None


def name_before(end: int, words: Sequence[str], lexicon: Gazetteer) -> Name | None:
    """The country or institution named before a title: "Russia's", "French", "the European Commission"."""
    for _ in range(3):
        if end > 0 and words[end - 1].lower() in BETWEEN:
            end -= 1
    for length in range(min(LONGEST_NAME, end), 0, -1):
        name = lexicon.names.get(normal(" ".join(words[end - length : end])))
        if name is not None:
            return name
    return None


def role_after(end: int, words: Sequence[str], lexicon: Gazetteer) -> Role | None:
    """The role in the apposition that follows a name: ", the German chancellor,", ", president of Latvia,"."""
    if words[end : end + 1] != [","]:
        return None
    stop = end + 1
    while (
        stop < len(words) and stop - end <= LONGEST_APPOSITION and words[stop] not in (",", ".", ";", "who", ")", '"')
    ):
        stop += 1
    for i in range(end + 1, stop):
        if words[i].lower() in ("and", "said", "says", "was", "is", "had", "has", "in", "on", "at"):
            return None
        found = title_starting(i, stop, words, lexicon)
        if found is not None and (words[found[1]] if found[1] < len(words) else "") in AFTER_TITLE:
            title, last = found
            if of_unknown_body(title, last, words, lexicon):
                return Role(title.words, gender=title.gender)
            return _role(title, i, name_after(last, words, lexicon) or name_before(i, words, lexicon), words)
    return None


def title_starting(start: int, stop: int, words: Sequence[str], lexicon: Gazetteer) -> tuple[Title, int] | None:
    """The longest title that starts at a token offset, and the offset after it."""
    if start >= len(words) or words[start].lower() not in lexicon.openings_of_titles:
        return None
    for length in range(min(LONGEST_TITLE, stop - start), 0, -1):
        title = lexicon.titles.get(" ".join(words[start : start + length]).lower())
        if title is not None and title.kind == "both":
            return title, start + length
    return None


def name_after(end: int, words: Sequence[str], lexicon: Gazetteer) -> Name | None:
    """The country or institution after "of": "president of the United States"."""
    if words[end : end + 1] != ["of"]:
        return None
    start = end + 2 if words[end + 1 : end + 2] in (["the"], ["The"]) else end + 1
    for length in range(min(LONGEST_NAME, len(words) - start), 0, -1):
        name = lexicon.names.get(normal(" ".join(words[start : start + length])))
        if name is not None:
            after = words[start + length] if start + length < len(words) else ""
            return None if after[:1].isupper() else name  # "president of Virginia Power"
    return None


def of_unknown_body(title: Title, end: int, words: Sequence[str], lexicon: Gazetteer) -> bool:
    """Whether an office that states and others give is that of a body the lexicons do not know."""
    if title.words not in SHARED_OFFICES or words[end : end + 1] != ["of"]:
        return False
    first = next((word for word in words[end + 1 : end + 3] if word.lower() != "the"), "")
    return first[:1].isupper() and name_after(end, words, lexicon) is None


def _role(title: Title, first: int, name: Name | None, words: Sequence[str]) -> Role:
    sector = title.sector
    if name is not None and name.source == "institution" and name.sector and name.sector not in STATE:
        sector = name.sector  # "NATO's Secretary General": the office is the institution's
    if name is not None and name.source == "country" and sector not in STATE and words[first - 1] == name.text:
        name = None
    if sector and FORMER.intersection(word.lower() for word in words[max(0, first - 2) : first]):
        sector = "ELI"
    country = name.country if name is not None else title.country
    return Role(title.words, sector, country, title.gender)
