"""State: what one annotator has made of one article, as a fold of the log over the predictions.

Elementary changes, as the log holds them:

- `{"item": id, "was": ..., "set": {"status", "label", "spans", "attributes", "note"}}` changes what is named;
- `{"item": id, "new": {"layer", "label", "spans", "attributes"}}` adds an item;
- `{"item": id, "clear": true}` makes an item what was predicted, undecided; one that was added is gone;
- `{"article": "finished"}` and `{"article": "open"}`;
- `{"unit": key, "from": name}` notes in an adjudication whose version was taken.

`was` is the item as predicted: a decision holds even when a later extraction no longer predicts it.
"""

import bisect
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.review.items import EMPTY, Item, Status
from pipeline.review.log import REDO, UNDO, Entry

FINISHED, OPEN = "finished", "open"
Change = dict[str, Any]


@dataclass(slots=True)
class State:
    """An article as one annotator has left it."""

    base: Mapping[str, Item]
    items: dict[str, Item]
    finished: bool = False
    settled: dict[str, str] = field(default_factory=dict)  # unit of an adjudication -> whose version was taken
    version: int = 0  # the last entry that concerns the article
    done: list[Entry] = field(default_factory=list)  # steps that hold, in order
    undone: list[Entry] = field(default_factory=list)  # steps that can be redone, the next one last
    _record: dict[tuple[str, str], tuple[int, int]] | None = None
    _shown: tuple[Item, ...] | None = None

    def copy(self) -> "State":
        """A state that can be changed without changing this one."""
        return dataclasses.replace(
            self,
            items=dict(self.items),
            settled=dict(self.settled),
            done=[*self.done],
            undone=[*self.undone],
            _record=None,
            _shown=None,
        )

    @property
    def record(self) -> dict[tuple[str, str], tuple[int, int]]:
        """For each layer and rule without confidence of its own, how many items were accepted as they are, of how many
        decided; counted once, for a state that is no longer changed."""
        if self._record is None:
            found: dict[tuple[str, str], tuple[int, int]] = {}
            for item in self.items.values():
                if item.confidence is None and item.status is not Status.UNDECIDED:
                    right, decided = found.get((item.layer, item.rule), (0, 0))
                    found[item.layer, item.rule] = (right + (item.status is Status.ACCEPTED), decided + 1)
            self._record = found
        return self._record

    @property
    def shown(self) -> tuple[Item, ...]:
        """Every item but those that need no decision because their block is removed; put together once."""
        if self._shown is None:
            hidden = self.hidden
            self._shown = tuple(
                item for item in self.items.values() if item.status is not Status.UNDECIDED or not hidden.holds(item)
            )
        return self._shown

    def apply(self, change: Change) -> None:
        """Lay one elementary change over the state."""
        if "article" in change:
            self.finished = change["article"] == FINISHED
        elif "unit" in change:
            self.settled[change["unit"]] = change["from"]
        elif "new" in change:
            self.items[change["item"]] = _made(change["item"], change["new"], Status.ADDED)
        elif change.get("clear"):
            self._clear(change["item"])
        else:
            self._set(change)

    def _clear(self, item_id: str) -> None:
        if item_id in self.base:
            self.items[item_id] = self.base[item_id]
        else:
            self.items.pop(item_id, None)

    def _set(self, change: Change) -> None:
        item_id, fields = change["item"], change["set"]
        item = self.items.get(item_id)
        if item is None:
            if "was" not in change or fields.get("status") == Status.REJECTED:
                return  # rejected, and not predicted any more
            item = _made(item_id, change["was"], Status.UNDECIDED)
        if fields.get("status") == Status.REJECTED and item_id not in self.base and "was" not in change:
            del self.items[item_id]  # added and taken back
            return
        self.items[item_id] = changed(item, fields)

    @property
    def hidden(self) -> "Hidden":
        """Where blocks are removed: nothing that stands there need be decided."""
        return Hidden(self.items.values())

    def open_items(self) -> list[Item]:
        """What is still to be decided, in the order of the text."""
        hidden = self.hidden
        return [item for item in self.items.values() if item.status is Status.UNDECIDED and not hidden.holds(item)]


class Hidden:
    """The removed blocks of an article."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.removed = sorted(
            (item.start, item.end) for item in items if item.layer == "blocks" and not item.attributes["kept"]
        )
        self.ends = [end for _, end in self.removed]

    def holds(self, item: Item) -> bool:
        """Whether an item of another layer than blocks reaches into a removed block."""
        return bool(self.removed) and item.layer != "blocks" and any(self.overlaps(*span) for span in item.spans)

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a stretch reaches into a removed block."""
        place = bisect.bisect_right(self.ends, start)
        return place < len(self.removed) and self.removed[place][0] < end


def changed(item: Item, fields: Mapping[str, Any]) -> Item:
    """The item with the fields of a change laid over it."""
    return dataclasses.replace(
        item,
        status=Status(fields.get("status", item.status)),
        label=fields.get("label", item.label),
        spans=_spans(fields["spans"]) if "spans" in fields else item.spans,
        attributes={**item.attributes, **fields["attributes"]} if "attributes" in fields else item.attributes,
        note=fields.get("note", item.note),
    )


def described(item: Item) -> dict[str, Any]:
    """What `new` and `was` hold."""
    return {
        "layer": item.layer,
        "label": item.label,
        "spans": [list(span) for span in item.spans],
        "attributes": dict(item.attributes),
    }


def _made(item_id: str, content: Mapping[str, Any], status: Status) -> Item:
    layer = content["layer"]
    reason = "added by an annotator" if status is Status.ADDED else "predicted by an earlier extraction"
    attributes = {**EMPTY[layer], **content["attributes"]}
    return Item(
        item_id, layer, content["label"], _spans(content["spans"]), attributes, "review", reason, None, status
    )  # fmt: skip


def _spans(spans: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((int(start), int(end)) for start, end in spans)


def fold(article_id: str, base: Mapping[str, Item], entries: Iterable[Entry]) -> State:
    """The state after the entries of one annotator that concern the article.

    A step is undone once the last entry that names it undoes it. Steps are laid over the predictions in the order in
    which they were made, whatever was undone and redone in between.
    """
    state = State(base, dict(base))
    decided: dict[str, Entry] = {}
    undone: list[Entry] = []
    for entry in entries:
        state.version = entry.seq
        if entry.kind == UNDO:
            if entry.target in decided and decided[entry.target] not in undone:
                undone.append(decided[entry.target])
        elif entry.kind == REDO:
            undone = [step for step in undone if step.uuid != entry.target]
        else:
            decided[entry.uuid] = entry
            # What was undone before a new step can no longer be redone, and stays undone.
            for step in undone:
                del decided[step.uuid]
            undone = []
    state.done = [step for step in decided.values() if step not in undone]
    state.undone = undone
    for step in state.done:
        for change in step.changes[article_id]:
            state.apply(change)
    return state
