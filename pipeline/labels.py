"""Every closed vocabulary, each member with its definition.

The codebook, the checks and the data package print and enforce what stands here.
"""

import enum
from typing import Self


class Label(enum.StrEnum):
    """A closed vocabulary whose members carry their own definition."""

    definition: str

    def __new__(cls, value: str, definition: str = "") -> Self:
        """A member that is its value, with its definition beside it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.definition = definition
        return member


class BlockLabel(Label):
    """What a block of the page is."""

    PARAGRAPH = "paragraph", "Running text of the article."
    HEADING = "heading", "A heading inside the article."
    TITLE = "title", "The headline of the article."
    BYLINE = "byline", "Who wrote the article."
    DATELINE = "dateline", "Where or when the article was written or published, on a line of its own."
    SERIES_NOTE = "series_note", "Which part of a series the article is."
    LIST_ITEM = "list_item", "An item of a list that belongs to the article."
    CAPTION = "caption", "Describes or credits a picture."
    QUOTE_BLOCK = "quote_block", "A passage set apart as a quotation."
    DONATION_APPEAL = "donation_appeal", "Asks the reader for a donation."
    SUBSCRIPTION_PAYWALL = (
        "subscription_paywall",
        "Asks the reader to subscribe, or hides the rest behind a subscription.",
    )
    MEMBERSHIP_PITCH = "membership_pitch", "Asks the reader to become a member, or praises the outlet to that end."
    NEWSLETTER = "newsletter", "Offers a newsletter or an alert."
    COMMENT_PROMPT = "comment_prompt", "Asks the reader to log in or to leave a comment."
    USER_COMMENT = "user_comment", "A comment written by a reader."
    ACCOUNT_PROMPT = "account_prompt", "Asks the reader to sign in, register or manage an account."
    NAVIGATION = "navigation", "Menus, breadcrumbs, section names, skip links and page controls."
    RELATED_LINKS = "related_links", "Links to other articles: read more, most read, recommended."
    SHARE = "share", "Buttons and prompts for sharing, printing or saving the article."
    FOLLOW_US = "follow_us", "Asks the reader to follow the outlet or the author elsewhere."
    TAGS = "tags", "Topics and keywords the article is filed under."
    MEDIA_PLAYER = "media_player", "Controls and messages of an audio or video player."
    ADVERT = "advert", "An advertisement or the word that announces one."
    AFFILIATE_DISCLOSURE = "affiliate_disclosure", "Says that the outlet earns from links or sponsors."
    AUTHOR_BIO = "author_bio", "Describes the author."
    CORRECTION_CONTACT = "correction_contact", "Corrections policy, contact addresses, how to report an error."
    COOKIE_NOTICE = "cookie_notice", "Asks for consent to cookies or data use."
    COPYRIGHT_LEGAL = "copyright_legal", "Copyright, terms of use, disclaimers, republication terms."
    FORM_NOISE = "form_noise", "Labels, buttons and messages of forms, counters and symbols."
    OTHER_BOILERPLATE = "other_boilerplate", "Belongs to the site and not to the article, of no kind named here."


# The labels of the blocks that an article keeps, where nothing else is said.
KEPT_LABELS = frozenset(
    {
        BlockLabel.PARAGRAPH,
        BlockLabel.HEADING,
        BlockLabel.TITLE,
        BlockLabel.BYLINE,
        BlockLabel.DATELINE,
        BlockLabel.SERIES_NOTE,
        BlockLabel.LIST_ITEM,
        BlockLabel.QUOTE_BLOCK,
    }
)


class EntityLabel(Label):
    """What kind of thing a name denotes, with the meanings of OntoNotes."""

    PERSON = "PERSON", "People, real or fictional, without title."
    NORP = "NORP", "Nationalities, religious and political groups, as adjectives or nouns."
    ORG = "ORG", "Companies, agencies, institutions, parties, alliances, armed groups."
    GPE = "GPE", "Countries, cities, states: places that have a government."
    LOC = "LOC", "Other places: regions, mountains, seas."
    FAC = "FAC", "Buildings, airports, roads, bridges."
    EVENT = "EVENT", "Named wars, elections, summits, disasters, sports events."
    LAW = "LAW", "Named treaties, acts, resolutions and other legal documents."
    PRODUCT = "PRODUCT", "Named vehicles, weapons, devices, software, foods."
    WORK_OF_ART = "WORK_OF_ART", "Titles of books, films, songs, reports."


class MentionType(Label):
    """How an entity is mentioned."""

    NAME = "name", "By a name, an abbreviation or a demonym."
    NOMINAL = "nominal", "By a description: the prime minister, the council."
    PRONOUN = "pronoun", "By a pronoun: he, she, it, they."


class TimexType(Label):
    """TIMEX3 type of a date or time expression (Pustejovsky et al. 2003)."""

    DATE = "DATE", "A calendar date of a day or longer."
    TIME = "TIME", "A time of the day, or a part of a day."
    DURATION = "DURATION", "A length of time."
    SET = "SET", "A recurring time."


class TimexMod(Label):
    """TIMEX3 modifier: how a value is to be narrowed or widened."""

    BEFORE = "BEFORE", "Before the value: more than two years ago."
    AFTER = "AFTER", "After the value: less than a year ago."
    ON_OR_BEFORE = "ON_OR_BEFORE", "At the value or before: no less than a year ago."
    ON_OR_AFTER = "ON_OR_AFTER", "At the value or after: no more than a year ago."
    LESS_THAN = "LESS_THAN", "Shorter than the value: less than two hours."
    MORE_THAN = "MORE_THAN", "Longer than the value: more than five minutes."
    EQUAL_OR_LESS = "EQUAL_OR_LESS", "At most the value: no more than ten days."
    EQUAL_OR_MORE = "EQUAL_OR_MORE", "At least the value: at least ten days."
    START = "START", "The beginning of the value: early 2008, the dawn of 2000."
    MID = "MID", "The middle of the value: mid-August, the mid-1980s."
    END = "END", "The end of the value: late 2008, the end of the month."
    APPROX = "APPROX", "About the value: about three years ago."


class QuotationKind(Label):
    """How much of the content stands inside quotation marks."""

    DIRECT = "direct", "All of the content stands inside quotation marks, or in a transcript."
    INDIRECT = "indirect", "None of the content stands inside quotation marks."
    MIXED = "mixed", "Part of the content stands inside quotation marks."


class AttributionType(Label):
    """What the speaker is said to do with the content (Pareti 2012)."""

    ASSERTION = "assertion", "Says or writes it."
    BELIEF = "belief", "Thinks, expects or hopes that it is so."
    EVENTUALITY = "eventuality", "Wants, plans, orders or agrees to bring it about."
    KNOWLEDGE = "knowledge", "Knows, learns, sees or forgets it."


class EventType(Label):
    """PLOVER event types (Halterman et al. 2023), in our words."""

    AGREE = "AGREE", "Says or signals that it will cooperate, help, meet, settle or yield later."
    CONSULT = "CONSULT", "Meets, talks, visits, calls, negotiates or mediates."
    SUPPORT = "SUPPORT", "Backs in words or by diplomacy: praise, endorsement, recognition, signing, ratifying."
    CONCEDE = "CONCEDE", "Yields in words or in law: eases rules, pardons, apologises, announces a withdrawal."
    COOPERATE = "COOPERATE", "Works or trades together materially: joint exercises, extradition, shared intelligence."
    AID = "AID", "Gives what chiefly helps the recipient: money, arms, relief, asylum, rescue."
    RETREAT = "RETREAT", "Backs down in deeds: withdraws, frees prisoners, keeps a ceasefire, resigns."
    REQUEST = "REQUEST", "Asks, appeals, demands, orders or calls for, in words."
    ACCUSE = "ACCUSE", "Disapproves, criticises, blames, alleges, charges, sues or investigates."
    REJECT = "REJECT", "Refuses, vetoes, defies, cancels a meeting, bars entry."
    THREATEN = "THREATEN", "Warns of harm or penalties that are yet to come."
    PROTEST = "PROTEST", "Civilians act together against a policy or an actor: demonstrations, strikes, riots."
    SANCTION = "SANCTION", "Cuts back an existing relation or service: sanctions, expulsions, aid stopped, convictions."
    MOBILIZE = "MOBILIZE", "Armed or police bodies get ready or show strength without using it."
    COERCE = "COERCE", "Represses or restricts without violence: arrests, raids, seizures, bans, censorship."
    ASSAULT = "ASSAULT", "Does, or can do, serious bodily harm or destruction on purpose."


class QuadCategory(Label):
    """The four quadrants of verbal and material, cooperation and conflict."""

    VERBAL_COOPERATION = "verbal cooperation", "Words that bring the two sides closer."
    MATERIAL_COOPERATION = "material cooperation", "Deeds that bring the two sides closer."
    VERBAL_CONFLICT = "verbal conflict", "Words that set the two sides against each other."
    MATERIAL_CONFLICT = "material conflict", "Deeds that set the two sides against each other."


class Modality(Label):
    """Whether the text says that the event happened."""

    ASSERTED = "asserted", "The article says that it happened or is happening."
    REPORTED = "reported", "Someone in the article says that it happened."
    NEGATED = "negated", "It did not happen."
    PLANNED = "planned", "It is announced, promised or scheduled."
    HYPOTHETICAL = "hypothetical", "It is possible, feared, demanded or conditional."


class DateBasis(Label):
    """Where the date of an event comes from."""

    EXPLICIT = "explicit", "A date beside the event that names its own calendar day, month or year."
    RELATIVE = (
        "relative",
        "A date beside the event that is read against another day (yesterday, last week), or that of another act of "
        "the sentence, before or after which it happened.",
    )
    NARRATIVE = "narrative", "The date that the text before the event has established."
    PUBLICATION = "publication", "The day of publication: the event happened on that day or before."


class PublishedBasis(Label):
    """Where the publication date of an article comes from."""

    GIVEN = "given", "The input states it in a field of its own."
    TEXT = "text", "It stands in the text of the article."
    HTML = "html", "It stands in the markup of the page."
    FILE = "file", "It stands in the name of the file."


class Stage(Label):
    """The part of the pipeline that a problem comes from."""

    READ = "read", "The input could not be read, or only with a guess."
    LANGUAGE = "language", "The article is not in English."
    CLEAN = "clean", "The blocks of the article could not be told apart."
    EXTRACT = "extract", "A layer failed on the article."
    CHECK = "check", "A row does not hold what the codebook promises."


# Quadrant and score of each event type, as the PLOVER manual of 2021 tabulates them (ACCUSE: by its modes, -2).
QUAD_CATEGORY: dict[EventType, QuadCategory] = {
    EventType.AGREE: QuadCategory.VERBAL_COOPERATION,
    EventType.CONSULT: QuadCategory.VERBAL_COOPERATION,
    EventType.SUPPORT: QuadCategory.VERBAL_COOPERATION,
    EventType.CONCEDE: QuadCategory.VERBAL_COOPERATION,
    EventType.COOPERATE: QuadCategory.MATERIAL_COOPERATION,
    EventType.AID: QuadCategory.MATERIAL_COOPERATION,
    EventType.RETREAT: QuadCategory.MATERIAL_COOPERATION,
    EventType.REQUEST: QuadCategory.VERBAL_CONFLICT,
    EventType.ACCUSE: QuadCategory.VERBAL_CONFLICT,
    EventType.REJECT: QuadCategory.VERBAL_CONFLICT,
    EventType.THREATEN: QuadCategory.VERBAL_CONFLICT,
    EventType.PROTEST: QuadCategory.MATERIAL_CONFLICT,
    EventType.SANCTION: QuadCategory.MATERIAL_CONFLICT,
    EventType.MOBILIZE: QuadCategory.MATERIAL_CONFLICT,
    EventType.COERCE: QuadCategory.MATERIAL_CONFLICT,
    EventType.ASSAULT: QuadCategory.MATERIAL_CONFLICT,
}
SCORE: dict[EventType, float] = {
    EventType.AGREE: 2.5,
    EventType.CONSULT: 2.5,
    EventType.SUPPORT: 5.0,
    EventType.CONCEDE: 4.5,
    EventType.COOPERATE: 9.5,
    EventType.AID: 10.0,
    EventType.RETREAT: 6.5,
    EventType.REQUEST: 0.0,
    EventType.ACCUSE: -2.0,
    EventType.REJECT: -2.0,
    EventType.THREATEN: -3.5,
    EventType.PROTEST: -5.0,
    EventType.SANCTION: -6.0,
    EventType.MOBILIZE: -5.5,
    EventType.COERCE: -7.0,
    EventType.ASSAULT: -9.0,
}
