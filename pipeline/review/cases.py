"""Case files: "this rule is wrong", with the sentence and what should be found in it, for the tests of the layer.

The sentence is the annotator's article, so the file is written beside the outputs, not into the project; what the
project may hold of it is for a person to decide.
"""

import json
import re
from pathlib import Path

from pipeline.review.desk import Desk
from pipeline.review.items import GOOD, Item, Status
from pipeline.review.refusal import missing
from pipeline.writers import replace_file

KINDS = {"blocks": "cleaning", "entities": "entities", "dates": "dates", "quotations": "quotations", "events": "events"}
LONGEST = 2000  # characters of the text around an item


def write_case(desk: Desk, annotator: str, article_id: str, item_id: str, note: str) -> tuple[Path, str]:
    """Append a case to the file of the rule, and return the file and the case.

    The tags show what the annotator holds to be right; the item itself only where it was not rejected.

    Raises:
        RefusedError: there is no such item.
    """
    state = desk.state(annotator, article_id)
    item = state.items.get(item_id) or state.base.get(item_id)
    if item is None:
        raise missing(f"there is no item {item_id[:60]!r} in the article")
    text = desk.text(article_id)
    start, end = desk.sentence(article_id, item.start, item.end)
    end = min(end, max(item.end, start + LONGEST))
    right = [one for one in state.items.values() if _shown(one, item) and start <= one.start and one.end <= end]
    case = _case(item, note, desk.document(article_id).published, _text_of(item, text, start, end, right))
    path = desk.settings.case_folder / KINDS[item.layer] / f"{_slug(item.rule)}.toml"
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    if case not in before:  # asked twice, written once
        replace_file(path, [before + ("\n" if before else "") + case])
    return path, case


def _shown(one: Item, item: Item) -> bool:
    """Whether an item is right as far as we know: what was decided, and what nobody has doubted yet."""
    if one.layer != item.layer or one.layer == "blocks":
        return False
    return one.status in GOOD or (one.status is Status.UNDECIDED and one.id != item.id)


def _case(item: Item, note: str, published: str, text: str) -> str:
    """The case in TOML, as the files in tests/cases have it."""
    words = " ".join(note.split()) or f"{item.rule} is wrong here"
    lines = ["[[case]]", f"name = {_string(words)}", f"rule = {_string(item.rule)}"]
    if item.layer == "dates" and published:
        lines.append(f"published = {published[:10]}")
    if item.layer == "blocks":
        lines += ["lines = " + _string(text), f"known_failure = {_string('reported in review')}"]
    else:
        lines += ["text = " + _string(text), f"known_failure = {_string('reported in review')}"]
    return "\n".join(lines) + "\n"


def _string(value: str) -> str:
    """A TOML string: JSON's escapes are TOML's, but for the delete character, and surrogates never occur."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _slug(rule: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", rule.casefold()).strip("_")[:60] or "rule"


def _text_of(item: Item, text: str, start: int, end: int, right: list[Item]) -> str:
    if item.layer == "blocks":
        kept = "" if item.attributes["kept"] else "-"
        return f"{kept}{item.label} | {' '.join(text[item.start : item.end].split())[:LONGEST]}"
    opening: list[tuple[int, int, str]] = []
    closing: list[tuple[int, int, str]] = []
    for number, one in enumerate(right, start=1):
        for label, attributes, first, last in _tags(one, number, len(right)):
            if start <= first < last <= end:
                opening.append((first, -last, f"<{label}{attributes}>"))
                closing.append((last, -first, f"</{label}>"))
    marks = [(place, 1, order, tag) for place, order, tag in opening]
    marks += [(place, 0, order, tag) for place, order, tag in closing]
    pieces: list[str] = []
    position = start
    for place, _, _, tag in sorted(marks):
        pieces += [text[position:place], tag]
        position = place
    return "".join([*pieces, text[position:end]])


def _tags(item: Item, number: int, count: int) -> list[tuple[str, str, int, int]]:
    """The tags of an item in the manner of its layer's cases."""
    attributes = item.attributes
    if item.layer == "dates":
        said = f" value={_attribute(attributes['value'])}" if attributes["value"] else ""
        said += f" mod={attributes['mod']}" if attributes["mod"] else ""
        return [(item.label, said, item.start, item.end)]
    if item.layer == "quotations":
        suffix = f":{number}" if count > 1 and number < 10 else ""
        tags = [(f"content{suffix}", "", start, end) for start, end in item.spans]
        for role in ("cue", "speaker"):
            if attributes[role]:
                tags.append((f"{role}{suffix}", "", *attributes[role]))
        return tags
    if item.layer == "events":
        tags = [(item.label, "", item.start, item.end)]
        tags += [("actor", "", *one["span"]) for one in attributes["actors"]]
        tags += [("recipient", "", *one["span"]) for one in attributes["recipients"]]
        return tags + ([("place", "", *attributes["location"]["span"])] if attributes["location"] else [])
    return [(item.label, "", item.start, item.end)]


def _attribute(value: str) -> str:
    return value if re.fullmatch(r"[\w/:.+-]+", value) else f'"{value}"'
