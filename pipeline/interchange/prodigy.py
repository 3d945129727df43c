"""Prodigy: one task a line, with tokens, and spans that begin and end with a token.

https://prodi.gy/docs/api-interfaces#spans_manual
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.interchange import carrying
from pipeline.interchange.json_lines import read_lines, write_lines
from pipeline.interchange.marks import Mark, MarkedArticle
from pipeline.interchange.tokens import tokens_of


def write(articles: Iterable[MarkedArticle], path: Path) -> None:
    """Write a task for each article."""
    write_lines(map(task, articles), path)


def read(path: Path) -> Iterator[MarkedArticle]:
    """The articles of a file that Prodigy exported (`db-out`) or that we wrote; rejected tasks are left out."""
    return (article for article in read_lines(path, article_of) if article is not None)


def task(article: MarkedArticle) -> dict[str, Any]:
    """The task of one article."""
    text = article.text
    tokens = tokens_of(text, ((mark.start, mark.end) for mark in article.marks))
    starts = {token.start: number for number, token in enumerate(tokens)}
    ends = {token.end: number for number, token in enumerate(tokens)}
    return {
        "text": text,
        "tokens": [
            {"text": text[token.start : token.end], "start": token.start, "end": token.end, "id": n, "ws": token.space}
            for n, token in enumerate(tokens)
        ],
        "spans": [
            {
                "start": mark.start,
                "end": mark.end,
                "token_start": starts[mark.start],
                "token_end": ends[mark.end],  # the last token is part of the span
                "label": mark.label,
                "id": mark.id,
            }
            for mark in article.marks
        ],
        "meta": {"article": article.article_id},
        carrying.FIELD: carrying.as_json(article.article_id, article.carried),
    }


def article_of(record: dict[str, Any]) -> MarkedArticle | None:
    """The article of a task; `None` where the annotator rejected or passed over the whole task."""
    if record.get("answer", "accept") != "accept":
        return None
    article_id, carried = carrying.from_json(record.get(carrying.FIELD))
    text = record["text"]
    marks = tuple(
        # A span that was drawn anew has no id of ours.
        Mark(str(span.get("id", f"span {n}")), span["label"], span["start"], span["end"], words_of(span, text))
        for n, span in enumerate(record.get("spans") or ())
    )
    article_id = article_id or str(record.get("meta", {}).get("article", ""))
    return MarkedArticle(article_id, text, marks, None, carried)


def words_of(span: dict[str, Any], text: str) -> str:
    """The words of a span: its own where it has some, else those that the record's text has at its offsets."""
    return str(span.get("text") or text[span["start"] : span["end"]])
