"""Sentences with the gold written inside them, as TimeML does: tags around words become labelled spans."""

import re

Mark = tuple[str, dict[str, str], int, int]  # label, attributes, start, end

TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)((?:\s+[\w-]+=(?:\"[^\"]*\"|[^\s\">]+))*)\s*>")
ATTRIBUTE = re.compile(r"([\w-]+)=(?:\"([^\"]*)\"|([^\s\">]+))")


def parse(text: str) -> tuple[str, list[Mark]]:
    """The sentence without its tags, and what they mark: by start, a longer mark before the shorter inside it."""
    plain: list[str] = []
    length = position = 0
    open_tags: list[tuple[str, dict[str, str], int]] = []
    marks: list[Mark] = []
    for tag in TAG.finditer(text):
        plain.append(text[position : tag.start()])
        length += tag.start() - position
        position = tag.end()
        if not tag[1]:
            attributes = {name: quoted or bare for name, quoted, bare in ATTRIBUTE.findall(tag[3])}
            open_tags.append((tag[2], attributes, length))
            continue
        if not open_tags or open_tags[-1][0] != tag[2]:
            raise ValueError(f"{text!r}: </{tag[2]}> closes nothing that is open")
        label, attributes, start = open_tags.pop()
        marks.append((label, attributes, start, length))
    if open_tags:
        raise ValueError(f"{text!r}: <{open_tags[-1][0]}> is never closed")
    plain.append(text[position:])
    return "".join(plain), sorted(marks, key=lambda mark: (mark[2], -mark[3]))
