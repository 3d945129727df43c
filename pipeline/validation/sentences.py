"""Sentences, well enough to show a reader where something stands.

Gold knows no parser. A sentence ends at a stop before white space and a capital, an opening mark or a figure, and never
crosses the end of a line; common abbreviations do not end one.
"""

import bisect
import re

from pipeline.validation.standoff import Span

LINE = re.compile(r"[^\r\n]+")
# "the deal." She left / "We won!" he said: the closing mark belongs to the sentence before it.
END = re.compile(r"""[.!?…]+["'”’»)\]]*(?=\s+["'“‘«(\[]*[A-Z0-9À-Þ])""")
# "Mr. Xi", "the U.S. Senate", "on Jan. 6"
ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Sgt|Capt|Cmdr|Adm|Sen|Rep|Gov|Rev|Hon|Pres|St|Mt|Ft|No|Nos|vs|Jan|Feb|Mar|Apr|"
    r"Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Inc|Ltd|Corp|Co|Bros|Jr|Sr|al|cf|p|pp|vol|fig|approx|est)|\b[A-Z])\.$"
)


def sentence_spans(text: str) -> list[Span]:
    """Every sentence of the text, in order, without the white space around it."""
    return [span for line in LINE.finditer(text) for span in _in_line(line.group(), line.start())]


def _in_line(line: str, offset: int) -> list[Span]:
    cuts = [match.end() for match in END.finditer(line) if not ABBREVIATION.search(line[: match.end()])]
    spans = []
    for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True):
        words = line[start:end]
        if words.strip():
            spans.append((offset + start + len(words) - len(words.lstrip()), offset + start + len(words.rstrip())))
    return spans


def sentence_at(text: str, start: int, end: int, spans: list[Span] | None = None) -> Span:
    """The sentence that holds the stretch, or from the first to the last of the sentences it reaches into."""
    spans = sentence_spans(text) if spans is None else spans
    first = max(0, bisect.bisect_right(spans, (start, len(text) + 1)) - 1)
    last = max(first, bisect.bisect_left(spans, (end, 0)) - 1)
    if not spans:
        return start, end
    return min(start, spans[first][0]), max(end, spans[last][1])
