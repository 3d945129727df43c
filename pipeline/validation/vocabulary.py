"""The words of a gold file: which labels, roles, attributes and databases it may use, and on what.

Block, entity, date and event labels are those of the tables; the few that only gold has stand here.
"""

from pipeline.labels import BlockLabel, EntityLabel, EventType, TimexType

QUOTATION = "Quotation"
CUE = "Cue"
SPEAKER = "Speaker"
PARTICIPANT = "Participant"  # an actor or recipient that is no named entity: "several hundred students"
PLACE = "Place"  # where an event happened, when that is no named entity: "the western highlands"
AUTHOR = "Author"  # the name in a byline, without the word by

BLOCKS = frozenset(map(str, BlockLabel))
ENTITIES = frozenset(map(str, EntityLabel))
DATES = frozenset(map(str, TimexType))
EVENTS = frozenset(map(str, EventType))
LABELS = BLOCKS | ENTITIES | DATES | EVENTS | {QUOTATION, CUE, SPEAKER, PARTICIPANT, PLACE, AUTHOR}

# What each attribute may be said of.
ATTRIBUTES: dict[str, frozenset[str]] = {
    "Kept": BLOCKS,
    "Published": BLOCKS,
    "Mention": ENTITIES,
    "Country": ENTITIES | {PARTICIPANT, PLACE},
    "Sector": ENTITIES | {PARTICIPANT},
    "Value": DATES,
    "Mod": DATES,
    "Bounds": DATES | EVENTS,
    "Kind": frozenset({QUOTATION}),
    "Type": frozenset({QUOTATION}),
    "Modality": EVENTS,
    "Mode": EVENTS,
    "Context": EVENTS,
    "Basis": EVENTS,
}
# Of a quotation or an event, the attributes belong to the E line.
ON_TIES = frozenset({"Kind", "Type", "Modality", "Mode", "Context", "Basis"})

# The labels that each role of an E line takes; Source names the E line of a quotation.
ROLES: dict[str, dict[str, frozenset[str]]] = {
    QUOTATION: {"Cue": frozenset({CUE}), "Speaker": frozenset({SPEAKER})},
    "event": {
        "Actor": ENTITIES | {PARTICIPANT},
        "Recipient": ENTITIES | {PARTICIPANT},
        "Location": ENTITIES | {PLACE},
        "Date": DATES,
        "Source": frozenset({QUOTATION}),
    },
}
MANY = frozenset({"Actor", "Recipient"})

ENTITY = "Entity"  # N1 Reference T1 Entity:rasmussen   the entity of a mention, speaker or participant
NAME = "Name"  # N2 Reference T3 Name:resolved   the full name of a speaker that is no named entity
EVENT = "Event"  # N3 Reference E2 Event:other-article:E4   the first mention, in another article
DATABASES: dict[str, frozenset[str]] = {
    ENTITY: ENTITIES | {SPEAKER, PARTICIPANT},
    NAME: frozenset({SPEAKER}),
    EVENT: EVENTS,
}
SAME_EVENT = "SameEvent"
NONE = "NONE"  # said to be empty, where leaving the attribute out would mean something else
