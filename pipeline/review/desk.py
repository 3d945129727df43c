"""The desk: predictions, the log, and what each annotator sees of them.

Everything a request does happens here, one request at a time: `lock` is held around each. Reads that follow a write see
it; what another process wrote to the log is seen at the next request.
"""

import bisect
import functools
import hashlib
import sqlite3
import threading
import urllib.parse
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.review.changes import Expansion
from pipeline.review.filters import Filters
from pipeline.review.items import Item, items_of, parts_of
from pipeline.review.log import DECIDE, NAME, REDO, UNDO, Entry, Log
from pipeline.review.refusal import conflict, missing, wrong
from pipeline.review.search import Search
from pipeline.review.state import Change, State, fold
from pipeline.tables import DocumentRow
from pipeline.validation.outputs import Outputs, Predicted, read_outputs
from pipeline.validation.sentences import sentence_at, sentence_spans


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are."""

    folder: Path  # what extract wrote
    gold: Path = Path("corpus/gold")
    cases: Path | None = None  # where case files go; `cases` in the folder if not given

    @property
    def case_folder(self) -> Path:
        """The folder of case files."""
        return self.cases or self.folder / "cases"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a step changed in one article: items that came or changed, ids that are gone, blocks to be drawn again."""

    items: tuple[Item, ...]
    removed: tuple[str, ...]
    blocks: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write did."""

    entry: Entry
    article_id: str
    difference: Difference
    elsewhere: int = 0
    repeated: bool = False


class Desk:
    """One folder of outputs under review."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.outputs: Outputs = read_outputs(settings.folder)
        if not self.outputs.articles:
            raise InputError(f"{settings.folder}: no articles in it; run extract first")
        self.log = Log(settings.folder / NAME)
        self.lock = threading.RLock()
        self.search = Search({one.article_id: one.text for one in self.outputs.articles.values()})
        self._base: dict[str, dict[str, Item]] = {}
        self._sentences: dict[str, list[tuple[int, int]]] = {}
        self._digests: dict[str, str] = {}
        self._entries: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
        self._states: dict[tuple[str, str], State] = {}
        self._stale: set[str] = set()
        self._seen = 0

    def close(self) -> None:
        """Let go of the log."""
        self.log.close()

    # --- articles

    @property
    def article_ids(self) -> list[str]:
        """Every article, in the order of the tables."""
        return list(self.outputs.articles)

    def predicted(self, article_id: str) -> Predicted:
        """The article as extracted.

        Raises:
            RefusedError: there is none.
        """
        found = self.outputs.articles.get(article_id)
        if found is None:
            raise missing(f"there is no article {article_id[:80]!r}; go back to the list")
        return found

    def document(self, article_id: str) -> DocumentRow:
        """The row of the article itself."""
        return self.predicted(article_id).extraction.documents[0]

    def text(self, article_id: str) -> str:
        """The text that offsets count in."""
        return self.predicted(article_id).text

    def sentences(self, article_id: str) -> list[tuple[int, int]]:
        """Every sentence, in order."""
        if article_id not in self._sentences:
            self._sentences[article_id] = sentence_spans(self.text(article_id))
        return self._sentences[article_id]

    def sentence(self, article_id: str, start: int, end: int) -> tuple[int, int]:
        """The sentence around a stretch."""
        return sentence_at(self.text(article_id), start, end, self.sentences(article_id))

    def words_around(self, article_id: str, item: Item) -> str:
        """The sentences of an item, in which a search looks for its words."""
        start, end = self.sentence(article_id, item.start, item.end)
        return self.text(article_id)[start:end]

    def base(self, article_id: str) -> dict[str, Item]:
        """The items as predicted.

        Raises:
            InputError: a row stands outside the text.
        """
        if article_id not in self._base:
            found, length = items_of(self.predicted(article_id).extraction), len(self.text(article_id))
            for item in found.values():
                if not all(0 <= start < end <= length for _, start, end in parts_of(item)):
                    raise InputError(f"{article_id}, {item.id}: stands outside the text; run extract again")
            self._base[article_id] = found
        return self._base[article_id]

    def digest(self, article_id: str) -> str:
        """SHA-256 of the text: a decision holds for the text it was made on."""
        if article_id not in self._digests:
            self._digests[article_id] = hashlib.sha256(self.text(article_id).encode("utf-8")).hexdigest()
        return self._digests[article_id]

    # --- annotators and their states

    def catch_up(self) -> None:
        """Read what was appended to the log since the last time, by this process or another."""
        if self.log.last() <= self._seen:
            return
        for entry in self.log.after(self._seen):
            self._seen = entry.seq
            for article_id, digest in entry.texts.items():
                if article_id not in self.outputs.articles or digest != self.digest(article_id):
                    self._stale.add(article_id)  # another text, or no longer extracted: kept in the log, not shown
                    continue
                self._entries[entry.annotator][article_id].append(entry)
                self._states.pop((entry.annotator, article_id), None)

    @property
    def stale(self) -> list[str]:
        """Articles with decisions that were made on another text."""
        return sorted(self._stale)

    def annotators(self) -> list[str]:
        """Everyone who has made a step, by name."""
        return sorted(self._entries)

    def entries(self, annotator: str, article_id: str) -> list[Entry]:
        """The steps of an annotator that concern an article, in order."""
        return self._entries[annotator][article_id] if self.has_begun(annotator, article_id) else []

    def has_begun(self, annotator: str, article_id: str) -> bool:
        """Whether an annotator has made a step in an article."""
        return annotator in self._entries and article_id in self._entries[annotator]

    def begun(self, annotator: str) -> list[str]:
        """The articles in which an annotator has made a step."""
        return sorted(self._entries[annotator]) if annotator in self._entries else []

    def state(self, annotator: str, article_id: str) -> State:
        """An article as an annotator has left it. Not to be changed.

        Raises:
            RefusedError: there is no such article.
        """
        key = (annotator, article_id)
        if key not in self._states:
            base = self.base(article_id)
            entries = self.entries(annotator, article_id)
            self._states[key] = fold(article_id, base, entries)
        return self._states[key]

    def state_at(self, annotator: str, article_id: str, version: int) -> State:
        """The article as it was after the entry with this number."""
        entries = [entry for entry in self.entries(annotator, article_id) if entry.seq <= version]
        return fold(article_id, self.base(article_id), entries)

    def is_blind(self, annotator: str, article_id: str) -> bool:
        """Whether the work of others is hidden: who annotates an article sees theirs only when done with it.

        Who has taken the version of another there is an adjudicator, and has seen them already.
        """
        if not self.has_begun(annotator, article_id):
            return False
        state = self.state(annotator, article_id)
        return not state.finished and not state.settled

    def finished_by(self, article_id: str) -> list[str]:
        """Who is done with an article by their own reading; an adjudication is made of the readings of others."""
        states = {name: self.state(name, article_id) for name in self.annotators() if self.has_begun(name, article_id)}
        return [name for name, state in states.items() if state.finished and not state.settled]

    # --- writes

    def decide(self, annotator: str, article_id: str, uuid: str, requests: Any) -> Outcome:
        """Do what a page asks as one step; the step is on the disk when this returns.

        Raises:
            RefusedError: something in it cannot be done; nothing is changed then.
        """
        if not isinstance(requests, list) or not requests:
            raise wrong("changes: a list with at least one change is needed")

        def make(work: "Work") -> tuple[dict[str, list[Change]], str]:
            expansion = Expansion(work, article_id, uuid)
            for request in requests:
                expansion.add(request)
            return dict(expansion.changes), expansion.says

        return self.step(annotator, article_id, uuid, make)

    def step(self, annotator: str, article_id: str, uuid: str, make: Any) -> Outcome:
        """Append what `make` gives, changes by article and a line that says what they are, as one step."""
        self.predicted(article_id)
        if (repeated := self._repeated(annotator, uuid)) is not None:
            return repeated
        work = Work(self, annotator)
        changes, says = make(work)
        changes = {article_id: [], **changes}
        texts = {name: self.digest(name) for name in changes}
        before = {name: self.state(annotator, name) for name in changes}
        entry = self._append(
            uuid=uuid, annotator=annotator, kind=DECIDE, article=article_id, says=says, changes=changes, texts=texts
        )
        states = {name: work.working(name) for name in changes}
        for state in states.values():
            state.version = entry.seq
            state.done.append(entry)
            state.undone.clear()
        self._take_in(entry, states)
        return self._outcome(entry, article_id, before)

    def undo(self, annotator: str, article_id: str, uuid: str) -> Outcome:
        """Take back the last step that holds in the article; for good measure everywhere it reached.

        Raises:
            RefusedError: there is none.
        """
        return self._turn(UNDO, annotator, article_id, uuid)

    def redo(self, annotator: str, article_id: str, uuid: str) -> Outcome:
        """Do again what was undone last, as long as nothing else was done since."""
        return self._turn(REDO, annotator, article_id, uuid)

    def _turn(self, kind: str, annotator: str, article_id: str, uuid: str) -> Outcome:
        if (repeated := self._repeated(annotator, uuid)) is not None:
            return repeated
        state = self.state(annotator, article_id)
        steps = state.done if kind == UNDO else state.undone
        if not steps:
            raise conflict(f"there is nothing to {kind} in this article")
        target = steps[-1]
        touched = [name for name in target.changes if name in target.texts]
        if kind == REDO:
            for name in touched:
                if name in self.outputs.articles and target not in self.state(annotator, name).undone:
                    raise conflict(f"{name} was changed since; this step, which reaches into it, cannot be redone")
        before = {name: self.state(annotator, name) for name in touched if name in self.outputs.articles}
        says = f"{'undid' if kind == UNDO else 'redid'}: {target.says}"
        entry = self._append(
            uuid=uuid, annotator=annotator, kind=kind, article=article_id, says=says,
            changes={name: [] for name in touched}, texts=target.texts, target=target.uuid,
        )  # fmt: skip
        self._take_in(entry, {})
        return self._outcome(entry, article_id, before)

    def _append(self, **fields: Any) -> Entry:
        try:
            return self.log.append(**fields)
        except sqlite3.OperationalError as error:
            raise InputError(f"{self.log.path}: cannot be written ({error}); free some space and try again") from error

    def _take_in(self, entry: Entry, states: dict[str, State]) -> None:
        """Keep a step of our own in mind, with the states after it where they are known."""
        if self._seen != entry.seq - 1:  # another process wrote in between
            self.catch_up()
            return
        self._seen = entry.seq
        for name in entry.texts:
            if name in self.outputs.articles and entry.texts[name] == self.digest(name):
                self._entries[entry.annotator][name].append(entry)
                self._states.pop((entry.annotator, name), None)
        self._states.update({(entry.annotator, name): state for name, state in states.items()})

    def _repeated(self, annotator: str, uuid: str) -> Outcome | None:
        """The outcome of a step that was made before: a page that got no answer asks again."""
        entry = self.log.known(annotator, uuid)
        if entry is None:
            return None
        target = self.log.known(annotator, entry.target) if entry.target else entry
        state = self.state(annotator, entry.article)
        named = {str(change.get("item")) for change in (target or entry).changes.get(entry.article, ())}
        items = tuple(state.items[item_id] for item_id in sorted(named) if item_id in state.items)
        removed = tuple(sorted(named - set(state.items) - {"None"}))
        blocks = self.blocks_at(state, items)
        return Outcome(entry, entry.article, Difference(items, removed, blocks), repeated=True)

    def _outcome(self, entry: Entry, article_id: str, before: dict[str, State]) -> Outcome:
        elsewhere = 0
        for name, earlier in before.items():
            if name != article_id:
                found = self.difference(earlier, self.state(entry.annotator, name), draw=False)
                elsewhere += len(found.items) + len(found.removed)
        here = self.difference(before[article_id], self.state(entry.annotator, article_id))
        return Outcome(entry, article_id, here, elsewhere)

    # --- differences

    def difference(self, before: State, after: State, draw: bool = True) -> Difference:
        """What is other than before; `draw`: also the blocks whose marks are."""
        items = [
            item for item_id, item in after.items.items()
            if (old := before.items.get(item_id)) is not item and old != item
        ]  # fmt: skip
        removed = [item_id for item_id in before.items if item_id not in after.items]
        moved: list[Item] = []
        for item in items if draw else ():
            old = before.items.get(item.id)
            if old is None or _drawn(old) != _drawn(item):
                moved += [item, old] if old else [item]
        moved += [before.items[item_id] for item_id in removed] if draw else []
        return Difference(tuple(items), tuple(removed), self.blocks_at(after, moved))

    @staticmethod
    def blocks_at(state: State, items: Iterable[Item]) -> tuple[Item, ...]:
        """The blocks that the items or their parts stand in."""
        blocks = sorted((item for item in state.items.values() if item.layer == "blocks"), key=lambda item: item.start)
        ends = [block.end for block in blocks]
        met: set[int] = set()
        for item in items:
            for _, start, end in parts_of(item):
                place = bisect.bisect_right(ends, start)
                while place < len(blocks) and blocks[place].start < end:
                    met.add(place)
                    place += 1
        return tuple(blocks[place] for place in sorted(met))


class Work:
    """The articles of one step in the making: copies that become the states once the step is on the disk."""

    def __init__(self, desk: Desk, annotator: str) -> None:
        self.desk, self.annotator = desk, annotator
        self.copies: dict[str, State] = {}

    def working(self, article_id: str) -> State:
        """A state of the article that may be changed."""
        if article_id not in self.copies:
            self.copies[article_id] = self.desk.state(self.annotator, article_id).copy()
        return self.copies[article_id]

    def text(self, article_id: str) -> str:
        """The text of the article."""
        return self.desk.text(article_id)

    def sentence(self, article_id: str, start: int, end: int) -> tuple[int, int]:
        """The sentence around a stretch."""
        return self.desk.sentence(article_id, start, end)

    def others(self, article_id: str) -> Iterator[str]:
        """Every other article."""
        return (name for name in self.desk.article_ids if name != article_id)

    def passing(self, article_id: str, filters: str) -> list[Item]:
        """The items of the article that pass the filters of a URL."""
        wanted = Filters.of(urllib.parse.parse_qsl(filters))
        return [
            item
            for item in self.working(article_id).open_items()
            if wanted.holds(item) and wanted.reads(functools.partial(self.desk.words_around, article_id, item))
        ]


def _drawn(item: Item) -> tuple[Any, ...]:
    """What the text shows of an item beyond its status, which a page can change by itself."""
    shown = item.attributes["kept"] if item.layer == "blocks" else None
    return item.label, tuple(parts_of(item)), shown
