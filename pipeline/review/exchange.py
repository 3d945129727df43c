"""Decisions out and in: the verdict as a dataset in any format of `interchange`, and such a file as decisions."""

import io
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import PipelineError
from pipeline.interchange import EXPORTS, IMPORTS, export_dataset, import_file
from pipeline.interchange.datasets import NewDataset
from pipeline.interchange.marks import LAYERS, ArticleRows
from pipeline.review.desk import Desk, Outcome, Work
from pipeline.review.items import Item, Status, items_of
from pipeline.review.refusal import conflict, wrong
from pipeline.review.state import Change, State, described
from pipeline.review.verdict import verdict
from pipeline.schema import cell_text, describe
from pipeline.tables import Extraction
from pipeline.validation.outputs import read_outputs

CSV = "csv"
# The files that the formats are written to; the others are folders, and travel as ZIP.
SUFFIX = {
    "prodigy": ".jsonl",
    "doccano": ".jsonl",
    "label-studio": ".json",
    "w3c": ".jsonl",
    "docbin": ".spacy",
    "xlsx": ".xlsx",
    "gdelt": ".tsv",
    "icews": ".tsv",
    "polecat": ".tsv",
}
MOST_UNPACKED = 256 * 1024 * 1024  # bytes
MOST_FILES = 20_000


def dataset(desk: Desk, annotator: str, folder: Path, articles: Iterable[str], undecided: bool) -> None:
    """Write what the annotator holds to be right as a dataset in a new folder."""
    made = NewDataset(folder)
    for article_id in articles:
        state = desk.state(annotator, article_id)
        document, text = desk.document(article_id), desk.text(article_id)
        found = verdict(state, document, text, desk.sentences(article_id), undecided)
        made.add(ArticleRows(article_id, text, _cells(found.extraction)))
    made.close("0")


def _cells(extraction: Extraction) -> dict[str, tuple[dict[str, str], ...]]:
    return {
        table: tuple({name: cell_text(getattr(row, name)) for name in describe(type(row)).header} for row in rows)
        for table, rows in extraction._asdict().items()
        if table != "problems"
    }  # fmt: skip


def exported(
    desk: Desk, annotator: str, to: str, articles: list[str], undecided: bool, layers: list[str]
) -> tuple[str, bytes]:
    """A file in the format, with a name for it.

    Raises:
        RefusedError: the format is unknown, or cannot hold what is asked.
    """
    if to not in (*EXPORTS, CSV):
        raise wrong(f"format {to[:30]!r}: unknown; formats are {', '.join((*EXPORTS, CSV))}")
    with tempfile.TemporaryDirectory() as place:
        tables = Path(place) / "tables"
        dataset(desk, annotator, tables, articles, undecided)
        if to == CSV:
            return f"review-{annotator}.zip", _zipped(tables)
        output = Path(place) / f"review-{annotator}{SUFFIX.get(to, '')}"
        try:
            export_dataset(tables, to, output, tuple(layers) or LAYERS)
        except PipelineError as error:
            raise wrong(str(error).replace(place, "")) from error
        if output.is_dir() or output.with_suffix(".xml").is_file():
            output = output if output.is_dir() else _together(output)
            return f"{output.name}.zip", _zipped(output)
        return output.name, output.read_bytes()


def _together(output: Path) -> Path:
    """Put a file and what was written beside it into one folder."""
    folder = output.parent / output.stem
    folder.mkdir()
    for file in output.parent.glob(f"{output.stem}.*"):
        file.rename(folder / file.name)
    return folder


def _zipped(folder: Path) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.writestr(zipfile.ZipInfo(file.relative_to(folder).as_posix()), file.read_bytes())
    return held.getvalue()


def imported(
    desk: Desk, annotator: str, uuid: str, origin: str, content: bytes, layers: list[str]
) -> tuple[Outcome, dict[str, Any]]:
    """Make a file of another tool decisions of the annotator, in one step; returns it and what was found.

    What the file has as predicted is accepted, what it has otherwise edited, what it lacks rejected, what is new added;
    in the layers and articles that the file speaks of, and nowhere else.

    Raises:
        RefusedError: the file cannot be read, or says nothing.
    """
    if origin not in (*IMPORTS, CSV):
        raise wrong(f"format {origin[:30]!r}: unknown; formats are {', '.join((*IMPORTS, CSV))}")
    if unknown := sorted(set(layers) - set(LAYERS)):
        raise wrong(f"layers: {', '.join(unknown)[:60]} unknown; layers are {', '.join(LAYERS)}")
    with tempfile.TemporaryDirectory() as place:
        source = _unpacked(content, Path(place) / "file", origin)
        made = Path(place) / "tables"
        moved = 0
        try:
            if origin == CSV and not source.is_dir():
                raise wrong("csv: the tables come as one ZIP, as the export wrote it")
            if origin == CSV:
                made = source
            else:
                moved = import_file(source, origin, desk.settings.folder, made).moved
            found = read_outputs(made)
        except PipelineError as error:
            raise wrong(str(error).replace(place, "")) from error
    read = {
        name: one
        for name, one in found.articles.items()
        if name in desk.outputs.articles and one.text == desk.text(name)
    }
    problems = [row.message for one in read.values() for row in one.extraction.problems]
    problems += [f"{name}: no article of this text is under review" for name in found.articles if name not in read]
    if not read:
        raise conflict("the file is about no article that is under review", problems=problems)
    counts = dict.fromkeys(("accepted", "rejected", "edited", "added"), 0)

    def make(work: Work) -> tuple[dict[str, list[Change]], str]:
        changes: dict[str, list[Change]] = {}
        for article_id, one in read.items():
            spoken = {layer for layer in LAYERS if getattr(one.extraction, layer) and (not layers or layer in layers)}
            if origin != "brat" and not layers and not _divided(one.extraction, origin):
                spoken.discard("blocks")
            state = work.working(article_id)
            changes[article_id] = list(_laid(state, items_of(one.extraction), spoken, uuid, counts))
            for change in changes[article_id]:
                state.apply(change)
        told = ", ".join(f"{count} {status}" for status, count in counts.items())
        return changes, f"imported {origin}: {told}"

    outcome = desk.step(annotator, next(iter(read)), uuid, make)
    return outcome, {**counts, "moved": moved, "problems": problems, "articles": len(read)}


def _divided(extraction: Extraction, origin: str) -> bool:
    """Whether the file itself speaks of blocks; an import without any makes every line a paragraph."""
    return any(row.reason != f"import: {origin}" for row in extraction.blocks)


def _laid(
    state: State, read: dict[str, Item], layers: set[str], uuid: str, counts: dict[str, int]
) -> Iterator[Change]:  # fmt: skip
    """The changes that make a state what was read, in these layers."""
    renamed = _renamed(state, read, uuid)
    entities = _entities(state, read, renamed)
    met: set[str] = set()
    for item in read.values():
        if item.layer not in layers or renamed[item.id] in met:
            continue
        target = renamed[item.id]
        met.add(target)
        content = {**described(item), "attributes": _in_our_names(item.attributes, renamed, entities)}
        base = state.base.get(target)
        if base is None:
            counts["added"] += 1
            yield {"item": target, "new": content}
            continue
        said = {name: value for name, value in content["attributes"].items() if name not in SILENT}
        fields: dict[str, Any] = {}
        if item.label != base.label:
            fields["label"] = item.label
        if item.spans != base.spans:
            fields["spans"] = content["spans"]
        attributes = {name: value for name, value in said.items() if value != base.attributes[name]}
        if attributes:
            fields["attributes"] = attributes
        status = Status.EDITED if fields else Status.ACCEPTED
        counts[status] += 1
        yield {"item": target, "was": described(base), "set": {**fields, "status": status}}
    for item in list(state.items.values()):
        if (
            item.layer in layers
            and item.id not in met
            and item.status is not Status.REJECTED
            and item.layer != "blocks"
        ):
            counts["rejected"] += 1
            if item.id in state.base:
                yield {"item": item.id, "was": described(item), "set": {"status": Status.REJECTED}}
            else:
                yield {"item": item.id, "clear": True}


def _renamed(state: State, read: dict[str, Item], uuid: str) -> dict[str, str]:
    """For each id in the file the id under review: that of the prediction at the same place, else a new one."""
    places: dict[tuple[str, tuple[tuple[int, int], ...]], list[str]] = defaultdict(list)
    for item in state.base.values():
        places[item.layer, item.spans].append(item.id)
    names: dict[str, str] = {}
    for item in read.values():
        same = state.base.get(item.id)
        if same is not None and (same.layer, same.spans) == (item.layer, item.spans):
            names[item.id] = item.id
            places[item.layer, item.spans].remove(item.id)
    for item in read.values():
        if item.id in names:
            continue
        here = places[item.layer, item.spans]
        names[item.id] = here.pop(0) if here else f"+{uuid}-{len(names)}"
    return names


def _entities(state: State, read: dict[str, Item], renamed: dict[str, str]) -> dict[str, str]:
    """For each entity in the file the entity under review that most of its mentions belong to, each taken once."""
    votes: Counter[tuple[str, str]] = Counter()
    for item in read.values():
        if item.layer == "entities" and renamed[item.id] in state.base:
            votes[item.attributes["entity"], state.base[renamed[item.id]].attributes["entity"]] += 1
    ours: dict[str, str] = {}
    taken: set[str] = set()
    for (theirs, known), _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0])):
        if theirs not in ours and known not in taken:
            ours[theirs] = known
            taken.add(known)
    return ours


def _in_our_names(attributes: Mapping[str, Any], renamed: dict[str, str], entities: dict[str, str]) -> dict[str, Any]:
    """The attributes, with the ids of the file in the names under review."""
    named = dict(attributes)
    for name in ("date", "quotation", "same_event"):
        if name in named:
            named[name] = renamed.get(named[name], named[name])
    for name in ("entity", "speaker_entity"):
        if name in named:
            named[name] = entities.get(named[name], named[name])
    for side in ("actors", "recipients"):
        if side in named:
            named[side] = [{**one, "entity": entities.get(one["entity"], one["entity"])} for one in named[side]]
    return named


# What other tools, and gold, do not record of a row.
SILENT = frozenset({"score", "block", "anchor", "published"})


def _unpacked(content: bytes, place: Path, origin: str) -> Path:
    """The bytes as a file, or as a folder where they are a ZIP."""
    if not content.startswith(b"PK\x03\x04") or origin == "xlsx":
        path = place.with_suffix(SUFFIX.get(origin, ""))
        path.write_bytes(content)
        return path
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise wrong("the archive is too large; import fewer articles at a time")
            for member in members:
                name = PurePosixPath(member.filename)
                if member.is_dir():
                    continue
                if name.is_absolute() or ".." in name.parts or "\\" in member.filename:
                    raise wrong(f"the archive holds the path {member.filename[:60]!r}; pack it without leading folders")
                target = place.joinpath(*name.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as packed:
                    target.write_bytes(packed.read(MOST_UNPACKED))
    # NotImplementedError is zipfile's, for a compression or a version that it cannot read.
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise wrong(f"the archive cannot be unpacked ({error}); pack it anew") from error
    files = list(place.rglob("*"))
    alone = [file for file in files if file.is_file()]
    if origin in ("label-studio", *SUFFIX) and alone:
        fitting = [file for file in alone if file.suffix == SUFFIX[origin]]
        return (fitting or alone)[0]
    return place
