"""The lines of a gold file, looked up and checked: each alone, then beside what it is tied to."""

import re
from collections.abc import Callable
from typing import TypeVar

from pipeline.labels import Label
from pipeline.validation import vocabulary as words
from pipeline.validation.standoff import Source, Standoff, TextBound, Tie, flat, in_text_order, number_of

L = TypeVar("L", bound=Label)


class Lines:
    """One file: its lines by id, and what is said of each."""

    def __init__(self, standoff: Standoff, text: str, article_id: str, source: Source) -> None:
        self.standoff, self.text, self.article_id, self.source = standoff, text, article_id, source
        self.bounds = {bound.id: bound for bound in standoff.text_bounds}
        self.ties = {tie.id: tie for tie in standoff.ties}
        self.attributes: dict[tuple[str, str], str] = {}
        self.attribute_ids: dict[tuple[str, str], str] = {}
        self.references: dict[tuple[str, str], tuple[str, str]] = {}
        self.reference_ids: dict[tuple[str, str], str] = {}

    def check(self) -> None:
        """Every line alone, then every line beside what it is tied to."""
        for bound in self.standoff.text_bounds:
            self._check_stretch(bound)
        for tie in self.standoff.ties:
            self._check_tie(tie)
        self._read_attributes()
        self._read_references()
        self._check_every_stretch_is_used()
        self.entity_keys = {bound.id: self.entity_key(bound) for bound in self.labelled(words.ENTITIES)}
        self.entity_countries = self._countries()
        self._check_references_resolve()

    def labelled(self, labels: frozenset[str] | set[str]) -> list[TextBound]:
        """The stretches with one of these labels, in text order."""
        return sorted((bound for bound in self.standoff.text_bounds if bound.label in labels), key=in_text_order)

    def ties_in_order(self, wanted: Callable[[str], bool]) -> list[Tie]:
        """The E lines whose label is wanted, in the order of their triggers."""
        ties = [tie for tie in self.standoff.ties if wanted(tie.label)]
        return sorted(ties, key=lambda tie: (self.bounds[tie.trigger].spans, number_of(tie.id)))

    def label_of(self, target: str) -> str:
        """The label of a stretch or an E line."""
        return self.bounds[target].label if target in self.bounds else self.ties[target].label

    def member(self, target: str, name: str, labels: type[L]) -> L | None:
        """What an attribute says, as a label; `None` where it is not there."""
        value = self.attributes.get((target, name))
        if value is None:
            return None
        try:
            return labels(value)
        except ValueError:
            raise self.source.error(
                self.attribute_ids[target, name], f"unknown {name} {value!r}", f"it is one of {', '.join(labels)}"
            ) from None

    def required_member(self, tie: Tie, name: str, labels: type[L]) -> L:
        """What an attribute says that must be there."""
        member = self.member(tie.id, name, labels)
        if member is None:
            raise self.source.error(tie.id, f"no {name}", f"add a line A<n><tab>{name} {tie.id} {'|'.join(labels)}")
        return member

    def choice(self, target: str, name: str, choices: dict[str, bool], default: bool) -> bool:
        """What an attribute says, of two words."""
        value = self.attributes.get((target, name))
        if value is None:
            return default
        if value not in choices:
            raise self.source.error(
                self.attribute_ids[target, name], f"{name} is {value!r}", f"it is one of {', '.join(choices)}"
            )
        return choices[value]

    def _check_stretch(self, bound: TextBound) -> None:
        if bound.label not in words.LABELS:
            raise self.source.error(
                bound.id, f"unknown label {bound.label!r}", f"labels are {', '.join(sorted(words.LABELS))}"
            )
        position = 0
        for start, end in bound.spans:
            if not position <= start < end <= len(self.text):
                raise self.source.error(
                    bound.id,
                    f"offsets {start}-{end} are empty, out of order, or not inside the text (0-{len(self.text)})",
                    "give each piece as start end, half-open, in the order of the text",
                )
            position = end
        standing = " ".join(self.text[start:end] for start, end in bound.spans)
        if flat(standing) != bound.words:
            raise self.source.error(
                bound.id, f"the text at these offsets is {flat(standing)!r}, not {bound.words!r}", self._where(bound)
            )
        for start, end in bound.spans:
            if self.text[start].isspace() or self.text[end - 1].isspace():
                raise self.source.error(
                    bound.id, f"{self.text[start:end]!r} begins or ends with white space", "leave it out of the offsets"
                )
        if len(bound.spans) > 1 and bound.label != words.QUOTATION:
            raise self.source.error(
                bound.id,
                f"a {bound.label} in {len(bound.spans)} pieces",
                "only a Quotation may be interrupted; mark one piece",
            )

    def _where(self, bound: TextBound) -> str:
        """Where the words stand, if that is plain: the commonest mistake is an offset off by one."""
        if len(bound.spans) > 1:
            return "correct the offsets or the words"
        start = bound.spans[0][0]
        found = [match.start() for match in re.finditer(re.escape(bound.words), flat(self.text))] if bound.words else []
        if not found:
            return "the words stand nowhere in the text; copy them from it"
        nearest = min(found, key=lambda position: abs(position - start))
        return f"the words stand at {nearest} {nearest + len(bound.words)}"

    def _check_tie(self, tie: Tie) -> None:
        trigger = self.bounds.get(tie.trigger)
        if trigger is None or trigger.label != tie.label:
            found = trigger.label if trigger else "missing"
            raise self.source.error(
                tie.id, f"its trigger {tie.trigger} is {found}, not {tie.label}", "give both lines the same label"
            )
        if tie.label != words.QUOTATION and tie.label not in words.EVENTS:
            raise self.source.error(
                tie.id, f"an E line for {tie.label}", f"E lines are for {words.QUOTATION} and event types"
            )
        roles = words.ROLES[words.QUOTATION if tie.label == words.QUOTATION else "event"]
        seen: set[str] = set()
        for name, target in tie.arguments:
            role = name.rstrip("0123456789")
            if role not in roles:
                raise self.source.error(tie.id, f"unknown role {name!r}", f"roles are {', '.join(roles)}")
            label = self.bounds[target].label if target in self.bounds else self.ties[target].label
            if label not in roles[role] or (role == "Source") != (target in self.ties):
                raise self.source.error(
                    tie.id, f"{name} is {target}, a {label}", f"{role} takes {', '.join(sorted(roles[role]))}"
                )
            if role in seen and role not in words.MANY:
                raise self.source.error(tie.id, f"two of the role {role}", "keep one of them")
            seen.add(role)

    def _read_attributes(self) -> None:
        for attribute in self.standoff.attributes:
            place = (attribute.target, attribute.name)
            label = self.label_of(attribute.target)
            if attribute.name not in words.ATTRIBUTES:
                raise self.source.error(
                    attribute.id,
                    f"unknown attribute {attribute.name!r}",
                    f"attributes are {', '.join(words.ATTRIBUTES)}",
                )
            on_tie = attribute.name in words.ON_TIES or (attribute.name == "Bounds" and label in words.EVENTS)
            if label not in words.ATTRIBUTES[attribute.name] or on_tie != (attribute.target in self.ties):
                raise self.source.error(
                    attribute.id,
                    f"{attribute.name} of {attribute.target}, a {label}",
                    f"{attribute.name} is said of {', '.join(sorted(words.ATTRIBUTES[attribute.name]))}"
                    + (", on the E line" if on_tie or label in words.EVENTS else ""),
                )
            if place in self.attributes:
                raise self.source.error(
                    attribute.id, f"a second {attribute.name} of {attribute.target}", "keep one of them"
                )
            self.attributes[place] = attribute.value
            self.attribute_ids[place] = attribute.id

    def _read_references(self) -> None:
        for reference in self.standoff.references:
            place = (reference.target, reference.database)
            label = self.label_of(reference.target)
            if label not in words.DATABASES.get(reference.database, ()):
                raise self.source.error(
                    reference.id,
                    f"{reference.database}:{reference.key} of {reference.target}, a {label}",
                    f"a reference is one of {', '.join(words.DATABASES)}; Entity is for mentions and who takes part",
                )
            if place in self.references:
                raise self.source.error(
                    reference.id, f"a second {reference.database} of {reference.target}", "keep one"
                )
            self.references[place] = (reference.key, reference.name)
            self.reference_ids[place] = reference.id

    def _check_every_stretch_is_used(self) -> None:
        used = {tie.trigger for tie in self.standoff.ties}
        used |= {target for tie in self.standoff.ties for _, target in tie.arguments}
        alone = words.BLOCKS | words.ENTITIES | words.DATES | {words.AUTHOR}
        for bound in self.standoff.text_bounds:
            if bound.label not in alone and bound.id not in used:
                raise self.source.error(
                    bound.id, f"no E line names this {bound.label}", "tie it to its quotation or event, or remove it"
                )

    def _check_references_resolve(self) -> None:
        known = set(self.entity_keys.values())
        for (target, database), (key, _) in self.references.items():
            if database == words.ENTITY and key not in known:
                raise self.source.error(
                    self.reference_ids[target, database],
                    f"Entity:{key} names no entity of this file",
                    f"entities are {', '.join(sorted(known)) or 'none'}",
                )

    def entity_key(self, bound: TextBound) -> str:
        """The key of the entity that a mention belongs to: its own id where no line says another."""
        return self.references.get((bound.id, words.ENTITY), (bound.id, ""))[0]

    def canonical_names(self) -> dict[str, str]:
        """The name of each entity, which all its mentions must give alike."""
        names: dict[str, str] = {}
        for bound in self.labelled(words.ENTITIES):
            key, name = self.references.get((bound.id, words.ENTITY), (bound.id, bound.words))
            if names.setdefault(key, name) != name:
                raise self.source.error(
                    self.reference_ids.get((bound.id, words.ENTITY), bound.id),
                    f"entity {key} is called {name!r} here and {names[key]!r} before",
                    "give all its mentions one name, the fullest",
                )
        return names

    def _countries(self) -> dict[str, str]:
        countries: dict[str, str] = {}
        for bound in self.labelled(words.ENTITIES):
            country = self.attributes.get((bound.id, "Country"))
            if country is None:
                continue
            self.check_country(bound.id)
            key = self.entity_keys[bound.id]
            if countries.setdefault(key, country) != country:
                raise self.source.error(
                    self.attribute_ids[bound.id, "Country"],
                    f"entity {key} has country {country} here and {countries[key]} before",
                    "one entity has one country; keep one",
                )
        return countries

    def check_country(self, target: str) -> None:
        """Whether a country is a code."""
        country = self.attributes[target, "Country"]
        if not re.fullmatch(r"[A-Z]{3}|NONE", country):
            raise self.source.error(
                self.attribute_ids[target, "Country"],
                f"{country!r} is no country code",
                "write ISO 3166-1 alpha-3: RUS",
            )
