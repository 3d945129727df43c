"""From what a page asks to elementary changes: checked, with all that follows from them spelled out.

The log holds the outcome, not the request: replaying it needs no rules. "Accept all mentions of this entity" is logged
as the mentions that were meant at that moment.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from pipeline.labels import KEPT_LABELS, BlockLabel
from pipeline.review import values
from pipeline.review.attributes import Attributes
from pipeline.review.items import EMPTY, LAYERS, Item, Status
from pipeline.review.refusal import conflict, missing, wrong
from pipeline.review.state import FINISHED, OPEN, Change, State, described

MOST_CHANGES = 100_000  # in one step, after everything is spelled out
ACCEPT, REJECT, CLEAR, EDIT = "accept", "reject", "clear", "edit"
# Which of many items an action is for: a decision made by hand is not overruled by "accept all".
MEANT: dict[str, Callable[[Item], bool]] = {
    ACCEPT: lambda item: item.status is Status.UNDECIDED,
    REJECT: lambda item: item.status is not Status.REJECTED,
    CLEAR: lambda item: item.status is not Status.UNDECIDED,
    EDIT: lambda item: item.status is not Status.REJECTED,
}
VERBS = {ACCEPT: "accepted", REJECT: "rejected", CLEAR: "cleared", EDIT: "edited"}


class Articles(Protocol):
    """What the expansion of a request needs to know: the articles as the annotator has left them."""

    def working(self, article_id: str) -> State:
        """A state of the article that may be changed.

        Raises:
            RefusedError: there is no such article.
        """

    def text(self, article_id: str) -> str:
        """The text of the article."""

    def sentence(self, article_id: str, start: int, end: int) -> tuple[int, int]:
        """The sentence around a stretch."""

    def others(self, article_id: str) -> Iterable[str]:
        """Every other article."""

    def passing(self, article_id: str, filters: str) -> list[Item]:
        """The items of the article that pass the filters of a URL."""


class Expansion:
    """One request on its way to the log. Changes made so far are seen by those that follow."""

    def __init__(self, articles: Articles, article_id: str, uuid: str) -> None:
        self.articles, self.article_id, self.uuid = articles, article_id, uuid
        self.changes: defaultdict[str, list[Change]] = defaultdict(list)
        self.said: list[str] = []
        self.added = 0

    @property
    def says(self) -> str:
        """What was done, in a line."""
        more = f" and {len(self.said) - 3} more" if len(self.said) > 3 else ""
        return "; ".join(self.said[:3]) + more

    def add(self, request: Any) -> None:
        """Spell out one change of the request.

        Raises:
            RefusedError: it cannot be done.
        """
        if not isinstance(request, dict):
            raise wrong("a change is an object with op")
        operation = OPERATIONS.get(str(request.get("op")))
        if operation is None:
            raise wrong(f"unknown op {str(request.get('op'))[:30]!r}; ops are {', '.join(OPERATIONS)}")
        operation(self, request)
        if sum(map(len, self.changes.values())) > MOST_CHANGES:
            raise wrong(f"more than {MOST_CHANGES:,} changes in one step; narrow it down")

    # --- the pieces that operations are made of

    @property
    def state(self) -> State:
        """The article of the request."""
        return self.articles.working(self.article_id)

    def put(self, change: Change, article_id: str = "") -> None:
        """Note a change and lay it over the state."""
        article_id = article_id or self.article_id
        self.changes[article_id].append(change)
        self.articles.working(article_id).apply(change)

    def item(self, request: dict[str, Any]) -> Item:
        """The item the request is about."""
        item_id = request.get("item")
        item = self.state.items.get(item_id) if isinstance(item_id, str) else None
        if item is None:
            raise missing(f"there is no item {str(item_id)[:60]!r} in the article; reload the page")
        return item

    def set(self, item: Item, fields: dict[str, Any], article_id: str = "") -> None:
        """Change fields of an item; a prediction is noted as it was, so that the decision outlives it."""
        article_id = article_id or self.article_id
        change: Change = {"item": item.id, "set": fields}
        if (base := self.articles.working(article_id).base.get(item.id)) is not None:
            change["was"] = described(base)
        elif item.status is not Status.ADDED and not item.id.startswith("+"):
            change["was"] = described(item)
        self.put(change, article_id)

    def decide(self, item: Item, action: str, article_id: str = "") -> None:
        """Accept, reject or clear one item."""
        if action == CLEAR:
            self.put({"item": item.id, "clear": True}, article_id)
        elif item.layer == "blocks" and action == REJECT:
            self.keep(item, not item.attributes["kept"], None, article_id)
        elif action == REJECT:
            self.set(item, {"status": Status.REJECTED}, article_id)
        else:
            self.set(item, {"status": self.accepted(item, article_id or self.article_id)}, article_id)

    def accepted(self, item: Item, article_id: str) -> Status:
        """The status of an item that is right as it now stands."""
        base = self.articles.working(article_id).base.get(item.id)
        if base is None:
            return Status.ADDED if item.id.startswith("+") else Status.ACCEPTED
        return Status.ACCEPTED if _says(item) == _says(base) else Status.EDITED

    def keep(self, item: Item, kept: bool, label: Any, article_id: str = "") -> None:
        """Keep or remove a block; without a label it gets the plainest that fits."""
        if item.layer != "blocks":
            raise wrong(f"{item.id} is no block; keep and remove are for blocks")
        if label is None:
            fits = (BlockLabel(item.label) in KEPT_LABELS) == kept
            plain = BlockLabel.PARAGRAPH if kept else BlockLabel.OTHER_BOILERPLATE
            label = item.label if fits or item.attributes["kept"] == kept else str(plain)
        self.edit(item, {"label": values.label("blocks", label), "attributes": {"kept": kept}}, article_id)

    def edit(self, item: Item, fields: dict[str, Any], article_id: str = "") -> None:
        """Change fields of an item and say that it is right now; what is back as predicted counts as accepted."""
        article_id = article_id or self.article_id
        self.set(item, fields, article_id)
        state = self.articles.working(article_id)
        status = self.accepted(state.items[item.id], article_id)
        self.changes[article_id][-1]["set"] = {**fields, "status": status}
        state.apply(self.changes[article_id][-1])

    # --- operations

    def do_decide(self, request: dict[str, Any]) -> None:
        """Accept, reject or clear."""
        item = self.item(request)
        self.said.append(f"{VERBS[request['op']]} {self.named(item)}")
        self.decide(item, request["op"])

    def do_keep(self, request: dict[str, Any]) -> None:
        """Keep or remove a block."""
        item = self.item(request)
        self.keep(item, request["op"] == "keep", request.get("label"))
        self.said.append(f"{'kept' if request['op'] == 'keep' else 'removed'} {self.named(self.state.items[item.id])}")

    def do_edit(self, request: dict[str, Any]) -> None:
        """Change label, spans, attributes or note."""
        item = self.item(request)
        fields = self.fields(item, request)
        if not fields:
            raise wrong("nothing to edit; give label, spans, attributes or note")
        if set(fields) == {"note"}:
            self.set(item, fields)
        else:
            self.edit(item, fields)
            self.follow(item, fields)
        self.said.append(f"edited {self.named(self.state.items[item.id])}")

    def do_add(self, request: dict[str, Any]) -> None:
        """Add an item."""
        layer = request.get("layer")
        if layer not in LAYERS:
            raise wrong(f"layer {str(layer)[:30]!r}: unknown; layers are {', '.join(LAYERS)}")
        text = self.articles.text(self.article_id)
        found = values.spans(text, request.get("spans"), several=layer == "quotations", said=request.get("words"))
        item = Item(
            f"+{self.uuid}-{self.added}",
            layer,
            values.label(layer, request.get("label")),
            tuple((start, end) for start, end in found),
            dict(EMPTY[layer]),
            status=Status.ADDED,
        )
        self.added += 1
        if layer == "entities":
            self.check_free(item, item.spans)
            item = self.new_mention(item, request)
        if layer == "blocks":
            self.check_blocks(item, item.spans)
            item = _with(item, {"kept": BlockLabel(item.label) in KEPT_LABELS})
        fields = self.fields(item, {"attributes": request.get("attributes") or {}})
        item = _with(item, fields.get("attributes", {}))
        self.put({"item": item.id, "new": described(item)})
        self.said.append(f"added {self.named(item)}")

    def do_bulk(self, request: dict[str, Any]) -> None:
        """One action on many items."""
        action = request.get("action")
        if action not in VERBS:
            raise wrong(f"action {str(action)[:30]!r}: unknown; actions are {', '.join(VERBS)}")
        count, named = 0, ""
        meant = [
            (article_id, item)
            for article_id, item in self.scope(request)
            if MEANT[action](item) or (item.id == request.get("item") and article_id == self.article_id)
        ]
        edit = request.get("edit") or {}
        edit = {name: edit[name] for name in ("label", "attributes") if name in edit} if isinstance(edit, dict) else {}
        for article_id, item in meant:
            named = named or self.named(item)
            count += 1
            if action == EDIT:
                fields = self.fields(item, edit, article_id)
                self.edit(item, fields, article_id)
                self.follow(item, fields, article_id)
            else:
                self.decide(item, action, article_id)
        if not count:
            raise conflict("nothing to do: no item is meant by this")
        self.said.append(f"{VERBS[action]} {count} items: {named}" if count > 1 else f"{VERBS[action]} {named}")

    def do_finish(self, request: dict[str, Any]) -> None:
        """The article is done; what is undecided is settled first."""
        undecided, how = self.state.open_items(), request.get("undecided", "refuse")
        if how not in ("refuse", ACCEPT, REJECT):
            raise wrong("undecided: refuse, accept or reject is needed")
        if undecided and how == "refuse":
            raise conflict(
                f"{len(undecided)} items are undecided; decide them, or accept or reject the rest",
                undecided=len(undecided),
            )
        for item in undecided:
            self.decide(item, ACCEPT if item.layer == "blocks" else how)
        self.put({"article": FINISHED})
        rest = f", {VERBS[how]} {len(undecided)} undecided items" if undecided else ""
        self.said.append(f"finished the article{rest}")

    def do_reopen(self, request: dict[str, Any]) -> None:
        """The article is not done after all."""
        self.put({"article": OPEN})
        self.said.append("opened the article again")

    # --- which items are meant

    def scope(self, request: dict[str, Any]) -> Iterator[tuple[str, Item]]:
        """The items of a bulk action, with their articles."""
        scope = request.get("scope")
        if scope == "items":
            for item_id in _strings(request.get("items")):
                yield self.article_id, self.item({"item": item_id})
        elif scope == "filter":
            for item in self.articles.passing(self.article_id, str(request.get("filters") or "")):
                if item.status is Status.UNDECIDED:
                    yield self.article_id, item
        elif scope == "sentence":
            item = self.item(request)
            start, end = self.articles.sentence(self.article_id, item.start, item.end)
            for other in self.state.open_items():
                if start <= other.start and other.end <= end and (other.layer == item.layer or other.layer != "blocks"):
                    yield self.article_id, other
        elif scope in ("entity", "same"):
            yield from self.alike(self.item(request), scope, bool(request.get("corpus")))
        else:
            raise wrong("scope: entity, same, sentence, items or filter is needed")

    def alike(self, item: Item, scope: str, corpus: bool) -> Iterator[tuple[str, Item]]:
        """The mentions of the item's entity, or the items of the same words and label; here or in every article."""
        if scope == "entity" and item.layer != "entities":
            raise wrong(f"{item.id} is no mention; use the scope same")
        words = self.words(item, self.article_id)
        for other in list(self.state.items.values()):
            same_entity = scope == "entity" and other.attributes.get("entity") == item.attributes.get("entity")
            same_words = scope == "same" and other.label == item.label and self.words(other, self.article_id) == words
            if other.layer == item.layer and (same_entity or same_words):
                yield self.article_id, other
        for article_id in self.articles.others(self.article_id) if corpus else ():
            for other in list(self.articles.working(article_id).items.values()):
                if other.layer != item.layer or other.label != item.label:
                    continue
                if (
                    other.attributes["name"] == item.attributes["name"]
                    if scope == "entity"
                    else self.words(other, article_id) == words
                ):
                    yield article_id, other

    # --- what is written into an item

    def fields(self, item: Item, request: dict[str, Any], article_id: str = "") -> dict[str, Any]:
        """The fields of an edit, checked, with what follows from them for the item itself."""
        article_id = article_id or self.article_id
        text = self.articles.text(article_id)
        fields: dict[str, Any] = {}
        if request.get("label") is not None:
            fields["label"] = values.label(item.layer, request["label"])
        if request.get("spans") is not None:
            several = item.layer == "quotations"
            fields["spans"] = values.spans(text, request["spans"], several=several, said=request.get("words"))
            as_spans = tuple((start, end) for start, end in fields["spans"])
            if item.layer == "blocks":
                self.check_blocks(item, as_spans)
            if item.layer == "entities":
                self.check_free(item, as_spans)
        if request.get("note") is not None:
            fields["note"] = values.string("note", request["note"], values.LONGEST_NOTE)
        given = request.get("attributes") or {}
        if not isinstance(given, dict):
            raise wrong("attributes: an object is needed")
        state = self.articles.working(article_id)
        reader = Attributes(state, text, item, fields.get("label", item.label), self.free_entity)
        attributes = reader.read(given)
        if attributes:
            fields["attributes"] = attributes
        return fields

    def check_free(self, item: Item, spans: tuple[tuple[int, int], ...]) -> None:
        """A mention has one label: no second on the very same words."""
        for other in self.state.items.values():
            taken = other.layer == "entities" and other.spans == spans and other.status is not Status.REJECTED
            if taken and other.id != item.id:
                raise conflict(f"{self.named(other)} is a mention already; edit its label", item=other.id)

    def check_blocks(self, item: Item, spans: tuple[tuple[int, int], ...]) -> None:
        """Blocks do not overlap."""
        ((start, end),) = spans
        for other in self.state.items.values():
            if other.layer == "blocks" and other.id != item.id and other.start < end and start < other.end:
                raise conflict(f"it reaches into the block at {other.start}-{other.end}; shorten that one first")

    def new_mention(self, item: Item, request: dict[str, Any]) -> Item:
        """The mention with its entity: the one that has the same words and label, else one of its own."""
        words = self.words(item, self.article_id)
        given = request.get("attributes") or {}
        if isinstance(given, dict) and not given.get("entity"):
            for other in self.state.items.values():
                alike = other.layer == "entities" and other.label == item.label and other.status is not Status.REJECTED
                if alike and self.words(other, self.article_id) == words:
                    kept = {name: other.attributes[name] for name in ("entity", "name", "country")}
                    return _with(item, kept)
        return _with(item, {"entity": self.free_entity(item.start), "name": " ".join(words.split())})

    def free_entity(self, start: int) -> str:
        """An id for a new entity, named like those of predictions."""
        taken = {item.attributes["entity"] for item in self.state.items.values() if item.layer == "entities"}
        taken |= {item.attributes["entity"] for item in self.state.base.values() if item.layer == "entities"}
        name, number = f"e{start}", 1
        while name in taken:
            number += 1
            name = f"e{start}.{number}"
        return name

    def follow(self, item: Item, fields: dict[str, Any], article_id: str = "") -> None:
        """Write what follows for other items: all mentions of an entity have one name and one country."""
        article_id = article_id or self.article_id
        now = self.articles.working(article_id).items[item.id]
        written = {name: now.attributes[name] for name in ("name", "country") if name in fields.get("attributes", {})}
        if item.layer != "entities" or not written:
            return
        entity = now.attributes["entity"]
        for other in list(self.articles.working(article_id).items.values()):
            if other.id == item.id or other.status is Status.REJECTED:
                continue
            if other.layer == "entities" and other.attributes["entity"] == entity:
                if any(other.attributes[name] != value for name, value in written.items()):
                    self.set(other, {"attributes": written}, article_id)
            elif other.layer == "quotations" and other.attributes["speaker_entity"] == entity and "name" in written:
                self.set(other, {"attributes": {"speaker_name": written["name"]}}, article_id)
            elif other.layer == "events" and "country" in written:
                sides = _sides_with(other, entity, item.attributes["country"], written["country"])
                if sides:
                    self.set(other, {"attributes": sides}, article_id)

    def words(self, item: Item, article_id: str) -> str:
        """The words of an item."""
        text = self.articles.text(article_id)
        return " ".join(text[start:end] for start, end in item.spans)

    def named(self, item: Item) -> str:
        """An item, for a message."""
        words = " ".join(self.words(item, self.article_id).split())
        return f"{item.label} {words if len(words) <= 40 else words[:39] + '…'}"


OPERATIONS: dict[str, Callable[[Expansion, dict[str, Any]], None]] = {
    ACCEPT: Expansion.do_decide,
    REJECT: Expansion.do_decide,
    CLEAR: Expansion.do_decide,
    EDIT: Expansion.do_edit,
    "add": Expansion.do_add,
    "keep": Expansion.do_keep,
    "remove": Expansion.do_keep,
    "bulk": Expansion.do_bulk,
    "finish": Expansion.do_finish,
    "reopen": Expansion.do_reopen,
}


def _says(item: Item) -> tuple[Any, ...]:
    """What an item says, apart from its status."""
    return item.label, item.spans, dict(item.attributes)


def _with(item: Item, attributes: dict[str, Any]) -> Item:
    return dataclasses.replace(item, attributes={**item.attributes, **attributes})


def _strings(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise wrong("items: a list of ids is needed")
    return value


def _sides_with(event: Item, entity: str, before: str, now: str) -> dict[str, Any]:
    """The sides of an event in which the entity takes part under its country."""
    sides = {}
    for side in ("actors", "recipients"):
        mended = [
            {**one, "country": now} if one["entity"] == entity and one["country"] == before else one
            for one in event.attributes[side]
        ]
        if mended != event.attributes[side]:
            sides[side] = mended
    return sides
