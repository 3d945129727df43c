"""Factiva: the articles of a download in HTML or RTF, in both of its forms.

With indexing each article is a table of codes (HD headline, BY byline, PD day, ET time, LP first paragraphs, TD the
others, AN number); without, it is a headline, a byline, "512 words", the day, the source, its code, the language, the
copyright line, the article, and "Document" with the number. The number is the id of the article. What the database adds
(indexing, lengths, copyright) is not part of the text. The database may speak another language than the articles.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from pipeline.readers.days import day_abroad
from pipeline.readers.html import parse

CODES = frozenset(
    "SE HD BY CR WC PD ET SN SC ED PG VOL LA CY LP TD ART CO IN NS RE IPC IPD PUB AN RF CT CX CLM DLN".split()
)
BODY_CODES = ("LP", "TD", "CX")
CODE_LINE = re.compile(r"\s{0,20}([A-Z]{2,3})(?:\s{0,5}\|\s{0,5}|\t\s{0,20}|\s{2,20}|\s{0,20}$)(.*)", re.DOTALL)
NUMBER = re.compile(r"(?:Document|Dokument|Documento) ([A-Za-z]{2,12}[A-Za-z0-9]{10,40})")
WORDS = re.compile(
    r"\d{1,3}(?:[,.\s]?\d{3}){0,2} (?:words|wörter|mots|palabras|parole|palavras|woorden|ord|słów)", re.IGNORECASE
)
CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.]([0-5]\d)(?:\s?(AM|PM)\b)?", re.IGNORECASE)
RIGHTS = re.compile(r"\(c\)|©|copyright\b|.{0,200}\ball rights reserved\b", re.IGNORECASE)
LANGUAGE = re.compile(r"[A-Z][a-z]{2,15}(?: \([A-Za-z ]{2,20}\))?")
BY = re.compile(r"by\b[\s:]{0,5}", re.IGNORECASE)
NAME = re.compile(r"[^\W\d_a-z][\w.'’-]{0,30}(?: [^\W\d_a-z][\w.'’-]{0,30}){1,3}")
HEAD_LINES = 14  # from the number of words to the copyright line
# <div class="article enArticle">, or the table of codes; pages of newspapers have neither.
INNER = re.compile(r"article [a-z]{2}Article")  # each stands in another of class "article"
PAGE = re.compile(r"class\s{0,3}=\s{0,3}[\"']article [a-z]{2}Article[\"']|>\s{0,5}HD\s{0,5}</(?:b|td|th|span)>")
SPACES = re.compile(r"\s+")


def is_factiva(lines: Sequence[str]) -> bool:
    """Whether the lines are those of a download from the database."""
    return any(NUMBER.fullmatch(line) for line in lines) or _has_codes(lines)


def _has_codes(lines: Sequence[str]) -> bool:
    found = {match[1] for line in lines if (match := CODE_LINE.match(line)) and match[1] in CODES}
    return {"HD", "AN"} <= found


def factiva_records(lines: Sequence[str]) -> list[dict[str, object]]:
    """The articles of a download, line by line, each as a record: id, title, byline, published (ISO 8601), text."""
    if _has_codes(lines):
        return [_of_codes(fields) for fields in _tables(lines)]
    return [_of_display(number, chunk) for number, chunk in _chunks(lines)]


def factiva_page(html: str) -> list[dict[str, object]]:
    """The articles of a page that was saved from the database, as records; none where it is another page."""
    if not PAGE.search(html):
        return []
    tree, _ = parse(html)
    if tree is None:
        return []
    divisions = [element for element in tree.iter("div") if "article" in (element.get("class") or "").split()]
    inner = [element for element in divisions if INNER.fullmatch(element.get("class") or "")]
    articles = inner or divisions
    found: list[dict[str, object]] = []
    for article in articles or [tree]:
        tables = list(_tables_of(article))
        if tables:
            found.extend(map(_of_codes, tables))
        elif articles:
            found.append(_of_division(article))
    return found if any(record["text"] for record in found) else []


def _tables(lines: Sequence[str]) -> Iterator[dict[str, list[str]]]:
    """The fields of each article; the number of the article ends it."""
    fields: dict[str, list[str]] = {}
    code = ""
    for line in lines:
        found = CODE_LINE.match(line)
        if found and found[1] in CODES:
            if code == "AN" or found[1] in fields:
                yield fields
                fields = {}
            code = found[1]
            fields[code] = []
            line = found[2]
        if code and (words := line.strip().rstrip("|").strip()):
            if code == "AN" and fields[code]:
                continue  # what stands between two articles
            fields[code].append(words)
    if "AN" in fields or "HD" in fields:
        yield fields


def _tables_of(article: etree._Element) -> Iterator[dict[str, list[str]]]:
    """The fields of each article in the rows of tables: a code, and beside it paragraphs."""
    fields: dict[str, list[str]] = {}
    for row in article.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if len(cells) < 2 or (code := _words(cells[0])) not in CODES:
            continue
        if code in fields or "AN" in fields:
            yield fields
            fields = {}
        paragraphs = [_words(paragraph) for paragraph in cells[1].iter("p")]
        fields[code] = [words for words in paragraphs if words] or [_words(cells[1])]
    if "HD" in fields:
        yield fields


def _of_codes(fields: dict[str, list[str]]) -> dict[str, object]:
    body = [paragraph for code in BODY_CODES for paragraph in fields.get(code, ())]
    day, time = " ".join(fields.get("PD", ())), " ".join(fields.get("ET", ()))
    number = NUMBER.search(" ".join(fields.get("AN", ())))
    return _record(
        number[1] if number else "",
        " ".join(fields.get("HD", ())),
        " ".join(fields.get("BY", ())),
        _moment(day, time),
        body,
    )


def _chunks(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The lines of each article, with its number."""
    chunk: list[str] = []
    for line in lines:
        number = NUMBER.fullmatch(line.strip())
        if number:
            yield number[1], chunk
            chunk = []
        elif line.strip():
            chunk.append(" ".join(line.strip().strip("|").split()))


def _of_display(number: str, lines: Sequence[str]) -> dict[str, object]:
    counted = next((at for at, line in enumerate(lines) if WORDS.fullmatch(line)), 0)
    title, byline = _opening(lines[:counted])
    head = lines[counted : counted + HEAD_LINES]
    end = next((at for at, line in enumerate(head) if RIGHTS.match(line)), None)
    if end is None:  # no copyright line: the language is the last line of the head
        end = next((at for at, line in enumerate(head) if at > 2 and LANGUAGE.fullmatch(line)), 0)
    day_at = next((at for at, line in enumerate(head) if _day(line)), 0)
    time = head[day_at + 1] if day_at + 1 < len(head) and len(head[day_at + 1]) < 12 else ""
    return _record(number, title, byline, _moment(head[day_at] if head else "", time), lines[counted + end + 1 :])


def _opening(lines: Sequence[str]) -> tuple[str, str]:
    """The headline and the byline of the lines before the number of words; a section may stand over them."""
    if len(lines) > 1 and (BY.match(lines[-1]) or NAME.fullmatch(lines[-1])):
        return lines[-2], lines[-1]
    return (lines[-1] if lines else ""), ""


def _of_division(article: etree._Element) -> dict[str, object]:
    """An article of a page without indexing: its parts have classes."""
    title = byline = ""
    lines: list[str] = []
    body: list[str] = []
    number = ""
    for element in article.iter("div", "p", "span"):
        names = (element.get("class") or "").split()
        words = _words(element)
        found = NUMBER.fullmatch(words)
        if found:
            number = found[1]
        elif not title and (element.get("id") == "hd" or any(name.endswith("Headline") for name in names)):
            title = words
        elif "author" in names:
            byline = byline or words
        elif element.tag == "p" and "articleParagraph" in names:
            body.append(words)
        elif element.tag == "div" and not names and len(element) == 0:
            lines.append(words)
    day_at = next((at for at, line in enumerate(lines) if _day(line)), None)
    day = lines[day_at] if day_at is not None else ""
    time = lines[day_at + 1] if day_at is not None and day_at + 1 < len(lines) else ""
    return _record(number, title, byline, _moment(day, time if len(time) < 12 else ""), body)


def _words(element: etree._Element) -> str:
    pieces: Any = element.itertext()
    return SPACES.sub(" ", "".join(pieces)).strip()


def _day(line: str) -> str:
    day = day_abroad(line) if len(line) < 60 else None
    return day.isoformat() if day else ""


def _moment(day: str, time: str) -> str:
    """ISO 8601: the day, and the time of day where it is given, without a zone; a day that is not understood stays."""
    date = _day(day)
    clock = CLOCK.search(time)
    if not date or not clock:
        return date or day
    hour = int(clock[1]) % 12 + 12 * (clock[3].lower() == "pm") if clock[3] else int(clock[1])
    return f"{date}T{hour:02d}:{clock[2]}"


def _record(number: str, title: str, byline: str, published: str, body: Sequence[str]) -> dict[str, object]:
    byline = BY.sub("", byline, count=1)
    parts = [title, f"By {byline}" if byline else "", *body]
    return {
        "id": number,
        "title": title,
        "byline": byline,
        "published": published,
        "text": "\n\n".join(filter(None, parts)) if any(body) else "",
    }
