"""MHTML, RSS, Atom, WARC: the article of a saved page, of each entry of a feed, of each page of a crawl."""

import datetime
import gzip
import io
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.article import Article
from pipeline.readers import ReadProblem, read
from tests.readers.test_read import articles, message, only, problems, write

PARAGRAPH = "The council of Wellow Bridge voted on Monday to reopen the ferry, which had lain idle since the flood."
SOFT_BREAK = "re=\nopen"  # quoted-printable
SAVED = f"""From: <Saved by a browser>
Snapshot-Content-Location: https://bridge.example/ferry
Subject: Ferry reopens
Date: Tue, 3 Mar 2020 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="--edge"

----edge
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable
Content-Location: https://bridge.example/ferry

<html><head><title>Ferry reopens</title></head><body><article><h1>Ferry re=
opens</h1><p>Caf=C3=A9 owners were glad.</p><p>{PARAGRAPH.replace("reopen", SOFT_BREAK)}</p></article>
</body></html>

----edge
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: https://bridge.example/boat.png

iVBORw0KGgo=
----edge--
"""
RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Bridge Courier</title><link>https://bridge.example</link>
<item><title>Ferry reopens</title><link>https://bridge.example/ferry</link><dc:creator>Ada Quill</dc:creator>
<pubDate>Tue, 03 Mar 2020 10:00:00 +0100</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>{PARAGRAPH}</p><p>Fares stay as they were.</p>]]></content:encoded></item>
<item><title>Nothing inside</title></item>
<item><title>Mill sold</title>
<description>&lt;p&gt;The mill was sold &amp;amp; its wheel kept.&lt;/p&gt;</description></item>
</channel></rss>
"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title>
<entry><title>Ferry reopens</title><link rel="self" href="https://bridge.example/self"/>
<link href="https://bridge.example/ferry"/><author><name>Ada Quill</name><email>ada@bridge.example</email></author>
<published>2020-03-03T10:00:00+01:00</published><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>{PARAGRAPH}</p></div></content></entry></feed>
"""


@pytest.mark.parametrize("name", ["ferry.mhtml", "ferry.mht"])
def test_a_saved_page_gives_its_article_and_its_address(tmp_path: Path, name: str) -> None:
    article = only(write(tmp_path, name, SAVED.replace("\n", "\r\n")))
    assert PARAGRAPH in article.text and "Café owners" in article.text
    assert (article.id, article.title, article.url) == ("ferry", "Ferry reopens", "https://bridge.example/ferry")
    assert article.published is None  # the day it was saved says nothing of the day it was published


@pytest.mark.parametrize("charset", ["windows-1252", "no-such-charset"])
def test_the_declared_encoding_of_the_part_counts(tmp_path: Path, charset: str) -> None:
    head, _, _ = SAVED.partition("----edge\nContent-Type: image")
    data = head.replace("charset=utf-8", f"charset={charset}").replace("quoted-printable", "8bit")
    body = data.replace("re=\nopen", "reopen").replace("=C3=A9", "é").encode("cp1252")
    assert "Café owners" in articles(write(tmp_path, "ferry.mhtml", body))[0].text


@pytest.mark.parametrize("content", ["", "no message at all", "Content-Type: text/plain\n\nwords", "\0\1\2"])
def test_what_is_no_saved_page_is_a_problem(tmp_path: Path, content: str) -> None:
    assert "no page in it" in message(write(tmp_path, "ferry.mhtml", content))


def test_parts_nested_without_end_are_a_problem(tmp_path: Path) -> None:
    nest = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3_000))
    assert "no page in it" in message(write(tmp_path, "ferry.mhtml", nest + "Content-Type: text/plain\n\nwords"))


@given(st.binary(max_size=400), st.sampled_from([".mhtml", ".rss", ".warc"]))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_articles_or_problems(tmp_path: Path, data: bytes, suffix: str) -> None:
    heads = {".mhtml": b"Content-Type: text/html\n\n", ".rss": b"<rss><item><description>", ".warc": b"WARC/1.0\r\n"}
    assert list(read([write(tmp_path, f"a{suffix}", data), write(tmp_path, f"b{suffix}", heads[suffix] + data)]))


def test_every_entry_of_a_feed_is_an_article(tmp_path: Path) -> None:
    first, second = articles(write(tmp_path, "courier.rss", RSS))
    assert PARAGRAPH in first.text and "Fares stay" in first.text and "Short." not in first.text
    assert (first.id, first.title, first.byline) == ("courier-1", "Ferry reopens", "Ada Quill")
    assert (first.url, first.published_iso) == ("https://bridge.example/ferry", "2020-03-03T10:00+01:00")
    assert (second.id, second.text.strip()) == ("courier-3", "The mill was sold & its wheel kept.")
    (problem,) = problems(tmp_path)
    assert problem.message.startswith("entry 2: ")


def test_an_atom_entry_with_elements_inside(tmp_path: Path) -> None:
    article = only(write(tmp_path, "courier.atom", ATOM))
    assert article.text.strip() == PARAGRAPH
    assert (article.url, article.byline) == ("https://bridge.example/ferry", "Ada Quill")
    assert article.published_day == datetime.date(2020, 3, 3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not XML"),
        ("just words", "no"),
        ("<html><body><p>A page.</p></body></html>", "<html>"),
        ("<rss><channel></channel></rss>", "empty"),
    ],
)
def test_what_is_no_feed_is_a_problem(tmp_path: Path, content: str, said: str) -> None:
    assert said in message(write(tmp_path, "courier.rss", content))


def test_entities_of_a_feed_are_not_expanded(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret/plain", "SECRET")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    hostile = f'<!DOCTYPE rss [<!ENTITY e0 "ha"><!ENTITY out SYSTEM "file://{secret}">{bomb}]>'
    feed = RSS.replace("<rss", f"{hostile}<rss", 1).replace("Short.", "&out;&e9;").replace("Fares", "&out; Fares")
    feed = feed.replace("Mill sold", "Mill sold &out;&e9;")
    found = [one for one in read([write(tmp_path, "courier.rss", feed)]) if isinstance(one, Article)]
    assert found and all("SECRET" not in one.text + one.title and len(one.text) < 1_000 for one in found)


def crawl(*pages: tuple[str, str, bytes], kind: str = "response", compressed: bool = False) -> bytes:
    """An archive of pages: status, media type and body of each."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compressed)
    fetched = kind == "response"
    for number, (status, media, body) in enumerate(pages):
        head = StatusAndHeaders(status, [("Content-Type", media)], protocol="HTTP/1.1") if fetched else None
        address, payload = f"https://bridge.example/{number}", io.BytesIO(body)
        writer.write_record(
            writer.create_warc_record(
                address,
                kind,
                payload=payload,
                length=len(body),
                http_headers=head,
                warc_content_type="" if fetched else media,
            )
        )
    return out.getvalue()


PAGE = f"<html><head><title>Ferry reopens</title></head><body><p>{PARAGRAPH}</p></body></html>".encode()


@pytest.mark.parametrize("compressed", [False, True])
def test_every_page_of_a_crawl_is_an_article(tmp_path: Path, compressed: bool) -> None:
    latin = PAGE.replace(b"Wellow", "Wéllow".encode("latin-1")).replace(b"<title>", b'<meta charset="latin-1"><title>')
    data = crawl(
        ("200 OK", "text/html; charset=utf-8", PAGE),
        ("404 Not Found", "text/html", PAGE),
        ("200 OK", "image/png", b"PNG"),
        ("200 OK", "text/html", b"<script>only()</script>"),
        ("200 OK", "text/html", latin),
        ("200 OK", "text/html; charset=windows-1251", PAGE.replace(b"Wellow", "Веллоу".encode("cp1251"))),
        compressed=compressed,
    )
    path = write(tmp_path, "crawl.warc.gz" if compressed else "crawl.warc", data)
    first, last, cyrillic = articles(path)
    assert (first.id, first.title, first.url) == ("crawl-1", "Ferry reopens", "https://bridge.example/0")
    assert first.text.strip() == PARAGRAPH and "Wéllow" in last.text and last.id == "crawl-5"
    assert "Веллоу" in cyrillic.text  # only the head of the answer names its encoding
    empty, rest = problems(path)
    assert empty.message.startswith("record 4: the page shows no text")
    assert rest.message == "2 records are no page and are not read: image/png 1, status 404 1"


def test_the_texts_of_a_crawl_are_read(tmp_path: Path) -> None:
    data = crawl(("", "text/plain", PARAGRAPH.encode()), kind="conversion")
    assert only(write(tmp_path, "crawl.warc", data)).text == PARAGRAPH


def test_a_crawl_cut_short_keeps_what_was_read(tmp_path: Path) -> None:
    data = crawl(("200 OK", "text/html", PAGE), ("200 OK", "text/html", PAGE))
    found = list(read([write(tmp_path, "crawl.warc", data[: len(data) - len(PAGE) - 300] + b"garbage\r\n\r\n")]))
    assert isinstance(found[0], Article)
    assert [one for one in found if isinstance(one, ReadProblem)]


@pytest.mark.parametrize("data", [b"no archive", gzip.compress(b"no archive either", mtime=0)])
def test_what_is_no_crawl_is_a_problem(tmp_path: Path, data: bytes) -> None:
    assert "no WARC file" in message(write(tmp_path, "crawl.warc.gz" if data[:1] == b"\x1f" else "crawl.warc", data))


def test_the_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "warcio.archiveiterator", None)
    path = write(tmp_path, "crawl.warc", crawl(("200 OK", "text/html", PAGE)))
    assert "article-events[warc]" in message(path)
