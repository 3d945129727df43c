"""A reviewed article becomes gold in one step, and the scores say what that changes."""

from pathlib import Path
from typing import Any

from pipeline.errors import GoldError
from pipeline.review.desk import Desk
from pipeline.review.refusal import conflict
from pipeline.review.verdict import verdict
from pipeline.validation.gold import Gold, as_gold, read_gold, read_gold_folder, write_gold
from pipeline.validation.outputs import Outputs
from pipeline.validation.scores import Score, validate
from pipeline.validation.standoff import render

UNDECIDED = ("refuse", "accept", "reject")


def gold_path(desk: Desk, article_id: str) -> Path:
    """Where the gold of an article is, or would be: in the part of the gold folder that has it, else in the folder."""
    folder = desk.settings.gold
    if article_id.startswith(".") or set(article_id) & set("/\\\0"):
        raise conflict(f"{article_id[:80]!r} is no name for a file; give the article another id and extract again")
    name = f"{article_id}.ann"
    return next(iter(sorted(folder.glob(f"*/{_literal(name)}"))), folder / name)


def _literal(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def draft(desk: Desk, annotator: str, article_id: str, undecided: bool, alone: bool = False) -> tuple[Gold, list[str]]:
    """The gold as it would be written, and what cannot be in it; lines that stand in the file keep their ids.

    `alone`: without a look at the file, which may be the work of another annotator.

    Raises:
        GoldError: the rows say something that a gold file cannot.
    """
    state = desk.state(annotator, article_id)
    document, text = desk.document(article_id), desk.text(article_id)
    found = verdict(state, document, text, desk.sentences(article_id), undecided)
    path = gold_path(desk, article_id)
    gold = as_gold(found.extraction, text)
    problems = found.left_out
    if path.is_file() and not alone:
        try:
            earlier = read_gold(path)
        except GoldError as error:
            return gold, [*problems, f"the gold that is there cannot be read and would be replaced: {error}"]
        if earlier.text == text:
            return earlier.with_rows(gold.extraction), problems
        problems = [*problems, f"{path} is gold of another text under this name; move it away first"]
    return gold, problems


def preview(desk: Desk, annotator: str, article_id: str) -> dict[str, Any]:
    """What saving would write."""
    path = gold_path(desk, article_id)
    undecided = len(desk.state(annotator, article_id).open_items())
    try:
        blind = desk.is_blind(annotator, article_id)
        gold, problems = draft(desk, annotator, article_id, undecided=False, alone=blind)
        lines = render(gold.standoff)
    except GoldError as error:
        lines, problems = "", [str(error)]
    return {"ann": lines, "undecided": undecided, "problems": problems, "exists": path.is_file(), "path": str(path)}


def save(desk: Desk, annotator: str, article_id: str, undecided: str) -> dict[str, Any]:
    """Write the gold and return the scores of the predictions without and with it.

    Raises:
        RefusedError: items are undecided, or the gold folder has another text under this name.
    """
    if undecided not in UNDECIDED:
        raise conflict(f"undecided: one of {', '.join(UNDECIDED)} is needed")
    count = len(desk.state(annotator, article_id).open_items())
    if count and undecided == "refuse":
        raise conflict(f"{count} items are undecided; decide them, or accept or reject the rest", undecided=count)
    path = gold_path(desk, article_id)
    for place in (path.with_suffix(".txt"), path.parent.parent / f"{article_id}.txt"):
        if place.is_file() and place.read_bytes() != desk.text(article_id).encode("utf-8"):
            raise conflict(f"{place} is another text under this name; move it away first")
    try:
        gold, problems = draft(desk, annotator, article_id, undecided == "accept")
        before = _golds(desk.settings.gold)
        write_gold(gold, path.parent)
        after = _golds(desk.settings.gold)
    except GoldError as error:
        raise conflict(str(error)) from error
    except OSError as error:
        raise conflict(
            f"{path}: cannot be written ({error.strerror}); make the folder writable, or give --gold"
        ) from error
    return {
        "path": str(path),
        "problems": problems,
        "article_scores": _scores([gold], desk.outputs),
        "before": _scores(before, desk.outputs),
        "after": _scores(after, desk.outputs),
    }


def _golds(folder: Path) -> list[Gold]:
    try:
        return list(read_gold_folder(folder))
    except GoldError:
        if folder.is_dir() and (any(folder.glob("*.ann")) or any(folder.glob("*/*.ann"))):
            raise
        return []


def _scores(golds: list[Gold], outputs: Outputs) -> list[dict[str, Any]]:
    """The figures over all labels."""
    if not golds:
        return []
    return [_as_json(score) for score in validate(golds, outputs).scores if not score.label]


def _as_json(score: Score) -> dict[str, Any]:
    names = ("layer", "measure", "value", "precision", "recall", "gold", "low", "high")
    return {name: getattr(score, name) for name in names}
