"""Nexis: the articles of a download from Nexis Uni or LexisNexis, each with its headline, byline, day and body.

A document is a head (headline, source, day, "Section:", "Length:", "Byline:"), the line "Body", the article, and after
it "Graphic", "Classification" and "Load-Date:"; "End of Document" closes it. Older downloads write "HEADLINE:" and
"BODY:". What the database adds to the article (indexing, lengths, copyright) is not part of the text.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.readers.days import date_spans, day_abroad
from pipeline.readers.docx import Paragraph

# On a line of its own, or behind the last words of the document.
ENDED = re.compile(r"(.*?)End of Document", re.IGNORECASE | re.DOTALL)
LOADED = re.compile(r"load-date\s{0,3}:", re.IGNORECASE)
NAMED = re.compile(
    r"(section|length|byline|dateline|highlight|headline|body|series|url|anchor|guests|show)\s{0,3}:\s{0,5}(.*)",
    re.IGNORECASE | re.DOTALL,
)
AFTER_BODY = frozenset({"graphic", "classification"})
# "LANGUAGE: ENGLISH" of older downloads; in lower case it may be a sentence of the article.
INDEXING = re.compile(r"(?:LANGUAGE|GRAPHIC|PUBLICATION-TYPE|SUBJECT|ORGANIZATION|GEOGRAPHIC|JOURNAL-CODE)\s{0,3}:")
NUMBERED = re.compile(r"\d{1,6} of \d{1,6} documents", re.IGNORECASE)
COVER = re.compile(r"(?:job number|user name|date and time)\s{0,3}:", re.IGNORECASE)
BY = re.compile(r"by\b[\s:]{0,5}", re.IGNORECASE)
LONGEST_DAY = 80  # "March 3, 2020 Tuesday 10:15 AM EST"
BEFORE_DAY = 12  # "Wednesday, " may stand before the day


def is_nexis(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the paragraphs are those of a download from the database."""
    return any(one.text.endswith("End of Document") or LOADED.match(one.text) for one in paragraphs)


def nexis_records(paragraphs: Sequence[Paragraph]) -> list[dict[str, object]]:
    """The documents of a download, each as a record: title, byline, published (ISO 8601), url, text."""
    documents: list[list[Paragraph]] = [[]]
    for paragraph in paragraphs:
        if ended := ENDED.fullmatch(paragraph.text):
            if before := ended[1].strip():
                documents[-1].append(Paragraph(before))
            documents.append([])
        elif NUMBERED.fullmatch(paragraph.text):
            documents[-1:] = [[]] if not _has_body(documents[-1]) else [documents[-1], []]
        else:
            documents[-1].append(paragraph)
    if not _has_body(documents[-1]) and len(documents) > 1:
        documents.pop()  # what stands behind the last document
    return [_record(document) for document in documents]


def _has_body(document: Sequence[Paragraph]) -> bool:
    return any(_is_body(one.text) or LOADED.match(one.text) for one in document)


def _is_body(text: str) -> bool:
    return text.casefold().rstrip(": ") == "body" or text.startswith("BODY:")


def _record(document: Sequence[Paragraph]) -> dict[str, object]:
    start = next((at for at, one in enumerate(document) if _is_body(one.text)), None)
    if start is None:  # no such line: the body begins behind the last field of the head
        start = max((at for at, one in enumerate(document[:30]) if NAMED.match(one.text)), default=-1)
    head = _head(document[: start + 1])
    fields = {found[1].lower(): found[2].strip() for one in head if (found := NAMED.match(one.text))}
    day_at, published = _day(head)
    titles = _titles(head, day_at, fields)
    title = " ".join(" ".join(one.text.split()) for one in titles)
    byline = BY.sub("", fields.get("byline", ""), count=1)
    opening = [title, f"By {byline}" if byline else "", fields.get("dateline", ""), fields.get("body", "")]
    body = [*opening, *_body(document[start + 1 :])]
    return {
        "title": title,
        "byline": byline,
        "published": published,
        "url": next((one.link for one in titles if one.link), ""),
        "text": "\n\n".join(filter(None, body)) if any(body[3:]) else "",
    }


def _head(lines: Sequence[Paragraph]) -> Sequence[Paragraph]:
    """The lines before the body without the cover of the download, which stands before the first document."""
    headings = [
        at for at, one in enumerate(lines) if one.heading and not _is_body(one.text) and not NAMED.match(one.text)
    ]
    if headings:
        return lines[headings[-1] :]
    if any(COVER.match(one.text) for one in lines):  # headline, source, day; the cover may give days as well
        return lines[max(0, max(_days(lines), default=(0, ""))[0] - 2) :]
    return lines


def _day(head: Sequence[Paragraph]) -> tuple[int, str]:
    """The line of the head that gives the day of publication, and the day; (-1, "") where there is none."""
    return next(_days(head), (-1, ""))


def _days(lines: Sequence[Paragraph]) -> Iterator[tuple[int, str]]:
    """The lines that consist of a day, and the days (ISO 8601)."""
    for at, one in enumerate(lines):
        if len(one.text) <= LONGEST_DAY and not COVER.match(one.text) and not NAMED.match(one.text):
            start, _, day = next(date_spans(one.text), (0, 0, day_abroad(one.text)))
            if day and start <= BEFORE_DAY:
                yield at, day.isoformat()


def _titles(head: Sequence[Paragraph], day_at: int, fields: dict[str, str]) -> list[Paragraph]:
    """The headline: its field, what has the style of a heading, or what stands over source and day."""
    if fields.get("headline"):
        return [Paragraph(fields["headline"])]
    if not head or _is_body(head[0].text):
        return []
    return list(head[:1] if head[0].heading or day_at < 2 else head[: day_at - 1])


def _body(paragraphs: Sequence[Paragraph]) -> list[str]:
    """The paragraphs of the article, as far as the indexing."""
    kept = []
    for one in paragraphs:
        if one.text.casefold() in AFTER_BODY or LOADED.match(one.text) or INDEXING.match(one.text):
            break
        kept.append(one.text)
    return kept
