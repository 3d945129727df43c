"""Entity links: every mention of the article, by name, description or pronoun, and the entity it refers to."""

from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.labels import EntityLabel, MentionType
from pipeline.language.coreference import (
    Reader,
    add_collective_pronouns,
    add_nominals,
    add_pronouns,
    first_persons,
    of_others,
)
from pipeline.language.doc import Entity, EntityMention
from pipeline.language.gazetteer import Gazetteer, gazetteer
from pipeline.language.name_links import Cluster, clusters_of, home_of
from pipeline.language.syntax import remembered


@Language.factory(
    "entity_links",
    default_config={"lexicons": ""},
    requires=["doc.ents", "token.dep"],
    assigns=["doc._.entities", "doc._.entity_mentions", "token.ent_kb_id"],
)
def make_entity_links(nlp: Language, name: str, lexicons: str) -> "EntityLinks":
    """The component, as spaCy makes it."""
    return EntityLinks(gazetteer(lexicons))


class EntityLinks:
    """The spaCy component: keep the entities and their mentions on the Doc, and entity ids on `ent.kb_id_`."""

    def __init__(self, lexicon: Gazetteer) -> None:
        self.lexicon = lexicon

    def __call__(self, doc: Doc) -> Doc:
        """Link the names, then the descriptions and pronouns that refer to them."""
        reader = Reader(doc)
        with remembered(doc):
            clusters = clusters_of(doc, reader.words, self.lexicon)
            add_nominals(reader, clusters, self.lexicon)
            add_pronouns(reader, clusters, self.lexicon)
            add_collective_pronouns(reader, clusters)
        entities, mentions = entities_of(clusters)
        doc._.entities = entities
        doc._.home = home_of(clusters)
        doc._.entity_mentions = mentions
        for mention in mentions:
            if mention.type is MentionType.NAME:
                for token in mention.span:
                    token.ent_kb_id_ = mention.entity.id
        return doc


@Language.factory(
    "first_persons",
    default_config={"lexicons": ""},
    requires=["doc._.quotations", "doc._.entity_mentions"],
    assigns=["doc._.entity_mentions"],
)
def make_first_persons(nlp: Language, name: str, lexicons: str) -> "FirstPersons":
    """The component, as spaCy makes it."""
    return FirstPersons()


class FirstPersons:
    """The spaCy component: settle "I", "we" and "he" inside quotations, once it is known who speaks."""

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc with more mentions."""
        mentions = (*of_others(doc), *first_persons(doc))
        doc._.entity_mentions = tuple(sorted(mentions, key=lambda mention: mention.span.start))
        return doc


def entities_of(clusters: Sequence[Cluster]) -> tuple[tuple[Entity, ...], tuple[EntityMention, ...]]:
    """The entities by first mention, and all mentions in text order."""
    entities = []
    mentions: list[EntityMention] = []
    for cluster in sorted(clusters, key=lambda cluster: cluster.start):
        first = min(span.start_char for span, _, _ in cluster.mentions)
        entity = Entity(f"e{first}", cluster.name, EntityLabel[cluster.label], cluster.country, cluster.sector)
        entities.append(entity)
        mentions.extend(EntityMention(span, entity, kind, rule) for span, kind, rule in cluster.mentions)
    return tuple(entities), tuple(sorted(mentions, key=lambda mention: mention.span.start))
