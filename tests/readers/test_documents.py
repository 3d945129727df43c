"""PDF, DOCX, RTF: a file of one article, and the downloads of Nexis and Factiva, of many."""

import io
import struct
import sys
import textwrap
import zipfile
import zlib
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.article import Article
from pipeline.cleaning import clean
from pipeline.readers import documents, docx, pdf, read
from pipeline.run import extract
from tests.readers.test_read import articles, message, only, problems, write

PYPDF = pytest.mark.skipif(not find_spec("pypdf"), reason="the extra 'pdf' (pypdf) is not installed")
STRIPRTF = pytest.mark.skipif(not find_spec("striprtf"), reason="the extra 'rtf' (striprtf) is not installed")

FIRST = "The council of Wellow Bridge voted on Monday to reopen the ferry, which had lain idle since the flood."
SECOND = "“We are glad – at last,” said the mayor, Ada Quill. Fares for a crossing of the river stay as they were."
THIRD = "The mill at Otter Weir was sold on Friday. Its new owner will keep the wheel, a spokesman said."
HEADLINE, OTHER = "Ferry reopens after nine years", "Mill sold, wheel kept"


# PDF


def pdf_file(*pages: list[tuple[float, float, str]], extra: str = "") -> bytes:
    """A PDF of lines: height, size and words of each."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        shown = "\n".join(
            f"BT /F {size} Tf 1 0 0 1 72 {height} Tm <{words.encode('cp1252').hex()}> Tj ET"
            for height, size, words in lines
        )
        stream = zlib.compress((shown + extra).encode())
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            f"/Resources << /Font << /F 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream))
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return out.getvalue()


def printed(*paragraphs: str, top: float = 780, width: int = 60, size: float = 11) -> list[tuple[float, float, str]]:
    """Paragraphs as lines of a page, a line's height between two."""
    lines: list[tuple[float, float, str]] = []
    for paragraph in paragraphs:
        for line in textwrap.wrap(paragraph, width):
            lines.append((top, size, line))
            top -= 1.2 * size
        top -= 1.2 * size
    return lines


@PYPDF
def test_the_paragraphs_of_a_pdf_are_blocks(tmp_path: Path) -> None:
    page = [(800.0, 24.0, HEADLINE), *printed(FIRST, SECOND)]
    article = only(write(tmp_path, "ferry.pdf", pdf_file(page)))
    assert [article.text_of(block) for block in article.blocks] == [HEADLINE, FIRST, SECOND]
    assert clean(article).title == HEADLINE


@PYPDF
def test_a_paragraph_that_goes_on_overleaf_is_one(tmp_path: Path) -> None:
    head, tail = FIRST.split(" ferry, ")
    pages = [
        [(820.0, 11.0, "16:55"), *printed(SECOND, head + " ferry,"), (40.0, 8.0, "Courier, page 1 of 2")],
        [(820.0, 8.0, "Courier, page 2 of 2"), *printed(tail, "14:05", THIRD)],
    ]
    article = only(write(tmp_path, "ferry.pdf", pdf_file(*pages)))
    assert article.text.startswith("16:55") and FIRST in article.text
    assert article.text.endswith("Courier, page 1 of 2\n\nCourier, page 2 of 2")  # running heads, behind the article


@PYPDF
def test_divided_words_are_joined_only_where_the_article_has_them_whole(tmp_path: Path) -> None:
    lines = [
        (700, 11, "The government met the govern-"),
        (687, 11, "ment in exile, and the left-"),
        (674, 11, "wing one."),
    ]
    found = only(write(tmp_path, "a.pdf", pdf_file(lines))).text
    assert found == "The government met the government in exile, and the left-wing one."


@PYPDF
def test_the_lines_of_a_menu_stay_lines(tmp_path: Path) -> None:
    lines = [(700, 11, "World"), (687, 11, "Business and finance of the city"), (674, 11, "Sport")]
    assert len(only(write(tmp_path, "a.pdf", pdf_file(lines))).blocks) == 3


@PYPDF
def test_an_item_of_a_list_over_two_lines_is_one(tmp_path: Path) -> None:
    items = ["The mayor met the ferrymen on Monday and", "their families.", "The mill was sold on Friday to a buyer."]
    lines = [(700.0 - 13 * number, 11.0, item) for number, item in enumerate(items)]
    found = only(write(tmp_path, "a.pdf", pdf_file(lines))).text
    assert found == f"{items[0]} {items[1]}\n{items[2]}"


@PYPDF
def test_pages_without_text_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, "ferry.pdf", pdf_file(printed(FIRST), [], printed(SECOND), []))
    assert len(articles(path)) == 1
    assert problems(path)[0].message == "pages without text: 2, 4"
    assert "run a text recognition" in message(write(tmp_path, "scan.pdf", pdf_file([], [])))


@PYPDF
@pytest.mark.parametrize(("password", "readable"), [("", True), ("secret", False)])
def test_a_pdf_with_a_password_is_a_problem_unless_it_is_empty(tmp_path: Path, password: str, readable: bool) -> None:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_file(printed(FIRST))))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    path = write(tmp_path, "ferry.pdf", out.getvalue())
    if readable:
        assert only(path).text == FIRST
    else:
        assert "protected by a password" in message(path)


@PYPDF
def test_a_pdf_that_takes_too_much_work_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "bomb.pdf", pdf_file(printed(FIRST), extra="\nq Q" * 1500))
    monkeypatch.setattr(pdf, "OPERATIONS", 3_000)
    assert "takes more work" in message(path)
    monkeypatch.setattr(pdf, "PAGES", 1)
    assert "more than 1 pages" in message(write(tmp_path, "long.pdf", pdf_file(printed(FIRST), printed(SECOND))))


@PYPDF
def test_a_page_that_unpacks_without_end_is_a_problem(tmp_path: Path) -> None:
    data = pdf_file(printed(FIRST), extra=" " * (pdf.LARGEST_FILE + 1))
    assert len(data) < 100_000
    assert "no PDF that can be read" in message(write(tmp_path, "bomb.pdf", data))


@PYPDF
def test_a_download_of_many_articles_as_pdf_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "a.pdf", pdf_file(printed(FIRST, "End of Document", SECOND, "End of Document")))
    assert "2 documents of a news database in one PDF" in problems(path)[0].message


@PYPDF
def test_a_pdf_is_not_read_again_when_nothing_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_files = []
    real = documents.pdf_text
    monkeypatch.setattr(documents, "pdf_text", lambda data: read_files.append(len(data)) or real(data))
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder, "ferry.pdf", pdf_file(printed(FIRST, SECOND)))
    write(folder, "scan.pdf", pdf_file([]))
    first = extract([folder], tmp_path / "out")
    assert len(read_files) == 2
    problem = (tmp_path / "out" / "problems.csv").read_text(encoding="utf-8")
    assert "scan.pdf" in problem
    assert "holds no text" in problem
    again = extract([folder], tmp_path / "out")
    assert len(read_files) == 2
    assert (first.articles, again.articles, again.extracted) == (1, 1, 0)
    assert (tmp_path / "out" / "problems.csv").read_text(encoding="utf-8") == problem


# DOCX and Nexis

NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
}
ADDRESS = "https://database.example/document?id=urn:contentItem:5YAB-0001"


def paragraph(words: str, style: str = "", link: str = "") -> str:
    run = f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'
    head = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{head}{f"""<w:hyperlink r:id="{link}">{run}</w:hyperlink>""" if link else run}</w:p>'


def docx_file(body: str, prolog: str = "") -> bytes:
    names = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in NAMES.items())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            docx.BODY, f"<?xml version='1.0'?>{prolog}<w:document {names}><w:body>{body}</w:body></w:document>"
        )
        archive.writestr(
            docx.LINKS,
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId7" Target="{escape(ADDRESS)}" TargetMode="External"/></Relationships>',
        )
    return out.getvalue()


def nexis_document(headline: str, day: str, byline: str, *body: str, style: str = "Heading1") -> list[str]:
    return [
        paragraph(headline, style, "rId7"),
        paragraph("The Bridge Courier"),
        paragraph(day),
        paragraph("Late Edition - Final"),
        paragraph("Copyright 2020 The Bridge Courier All Rights Reserved"),
        paragraph("Section: Section A; Column 0; Pg. 1"),
        paragraph("Length: 52 words"),
        *([paragraph(f"Byline: {byline}")] if byline else []),
        paragraph("Body"),
        *map(paragraph, body),
        paragraph("Graphic"),
        paragraph("PHOTO: A boat on the river. (Bridge Courier)"),
        paragraph("Classification"),
        paragraph("Language: ENGLISH"),
        paragraph("Subject: RIVERS (90%); BOATS (88%)"),
        paragraph("Geographic: LEEDS, ENGLAND (79%)"),
        paragraph("Load-Date: March 5, 2020"),
        paragraph("End of Document"),
    ]


COVER = [
    paragraph("User Name: reader"), paragraph("Date and Time: Friday, March 6, 2020 10:00:00 AM EST"),
    paragraph("Job Number: 1001"), paragraph("Narrowed by:"), paragraph("Mar 01, 2020 to Mar 05, 2020"),
    paragraph("Documents (2)"), paragraph(f"1. {HEADLINE}"), paragraph(f"2. {OTHER}"),
]  # fmt: skip


@pytest.mark.parametrize("style", ["Heading1", ""])
def test_every_document_of_a_nexis_download_is_an_article(tmp_path: Path, style: str) -> None:
    body = [
        *COVER,
        *nexis_document(HEADLINE, "March 3, 2020 Tuesday 10:15 AM EST", "By Ada Quill", FIRST, SECOND, style=style),
        *nexis_document(OTHER, "Wednesday, 4 March 2020", "", THIRD, style=style),
        paragraph("Delivered for reader"),
    ]
    body[-2] = paragraph("Load-Date: March 5, 2020End of Document")
    first, second = articles(write(tmp_path, "download.docx", docx_file("".join(body))))
    assert not problems(tmp_path)
    assert (first.id, first.title, first.byline, first.published_iso) == (
        "download-1",
        HEADLINE,
        "Ada Quill",
        "2020-03-03",
    )
    assert first.text == f"{HEADLINE}\n\nBy Ada Quill\n\n{FIRST}\n\n{SECOND}"
    assert first.url == ADDRESS
    assert (second.id, second.title, second.byline, second.published_iso) == ("download-2", OTHER, "", "2020-03-04")
    assert second.text == f"{OTHER}\n\n{THIRD}"
    labels = {first.text_of(block): block.label for block in clean(first).blocks}
    assert (labels[HEADLINE], labels["By Ada Quill"], labels[FIRST]) == ("title", "byline", "paragraph")


def test_older_downloads_of_the_same_database(tmp_path: Path) -> None:
    lines = [
        "1 of 2 DOCUMENTS", "The Bridge Courier", "March 3, 2020 Tuesday", "SECTION: Pg. 1", "LENGTH: 20 words",
        f"HEADLINE: {HEADLINE}", "BYLINE: BY ADA QUILL", "BODY:", FIRST,
        "LOAD-DATE: March 5, 2020", "LANGUAGE: ENGLISH",
        "2 of 2 DOCUMENTS", "The Bridge Courier", "March 4, 2020", f"HEADLINE: {OTHER}", "BODY:", THIRD,
        "LANGUAGE: ENGLISH", "LOAD-DATE: March 5, 2020",
    ]  # fmt: skip
    first, second = articles(write(tmp_path, "old.docx", docx_file("".join(map(paragraph, lines)))))
    assert (first.title, first.byline, first.published_iso) == (HEADLINE, "ADA QUILL", "2020-03-03")
    assert (second.title, second.text, second.published_iso) == (OTHER, f"{OTHER}\n\n{THIRD}", "2020-03-04")


def test_a_document_without_a_body_costs_itself_only(tmp_path: Path) -> None:
    body = [*nexis_document(HEADLINE, "March 3, 2020", ""), *nexis_document(OTHER, "March 4, 2020", "", THIRD)]
    path = write(tmp_path, "download.docx", docx_file("".join(body)))
    assert [one.title for one in articles(path)] == [OTHER]
    assert problems(path)[0].message.startswith("document 1: text empty")


def test_a_word_document_is_one_article(tmp_path: Path) -> None:
    inside = f"<w:txbxContent>{paragraph('In a box.')}</w:txbxContent>"
    both = f"<mc:Choice>{inside}</mc:Choice><mc:Fallback>{inside}</mc:Fallback>"
    box = f"<w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:r>"
    stops = "<w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>"
    taken = "<w:r><w:delText>deleted </w:delText></w:r><w:r><w:instrText>DATE </w:instrText></w:r>"
    body = (
        f"<w:p>{stops}{taken}<w:r><w:t>One</w:t><w:tab/><w:t>😀 &amp; two</w:t><w:br/><w:t>three</w:t></w:r>{box}</w:p>"
    )
    table = f"<w:tbl><w:tr><w:tc>{paragraph('A cell.')}</w:tc></w:tr></w:tbl>"
    article = only(write(tmp_path, "note.docx", docx_file(paragraph(HEADLINE) + body + table)))
    assert article.text == f"{HEADLINE}\n\nIn a box.\n\nOne\t😀 & two\nthree\n\nA cell."
    assert article.id == "note"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no Word document"),
        (b"PK\x03\x04 broken", "no Word document"),
        (b"\xd0\xcf\x11\xe0 encrypted", "protected by a password"),
        (docx_file(paragraph("x"))[:-30], "no Word document"),
        (docx_file("<w:p>"), "broken"),
        (docx_file(""), "empty"),
    ],
)
def test_what_is_no_word_document_is_a_problem(tmp_path: Path, data: bytes, said: str) -> None:
    assert said in message(write(tmp_path, "note.docx", data))


def test_a_document_that_unpacks_without_end_is_a_problem(tmp_path: Path) -> None:
    data = docx_file(paragraph(HEADLINE) + " " * docx.LARGEST_PART)
    assert len(data) < 200_000
    assert "unpacks to more" in message(write(tmp_path, "bomb.docx", data))


def test_entities_of_a_document_are_not_expanded(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret/plain", "SECRET")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    prolog = f'<!DOCTYPE w:document [<!ENTITY e0 "ha"><!ENTITY out SYSTEM "file://{secret}">{bomb}]>'
    body = paragraph("Words.") + "<w:p><w:r><w:t>a &out;&e9; b</w:t></w:r></w:p>"
    found = list(read([write(tmp_path, "bomb.docx", docx_file(body, prolog))]))
    assert found and not [
        one for one in found if isinstance(one, Article) and ("SECRET" in one.text or len(one.text) > 100)
    ]


# RTF and Factiva


def rtf_file(*paragraphs: str) -> bytes:
    """Paragraphs of an RTF file, the characters outside ASCII as Word writes them."""

    def written(words: str) -> str:
        units = struct.unpack(f"<{len(words.encode('utf-16-le')) // 2}h", words.encode("utf-16-le"))
        return "".join(chr(unit) if 0 < unit < 128 and chr(unit) not in "\\{}" else f"\\u{unit}?" for unit in units)

    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Arial;}}{\*\generator x;}\uc1 "
    return (
        head + "".join(one if one.startswith("\\trowd") else written(one) + "\\par\n" for one in paragraphs) + "}"
    ).encode()


def row(code: str, *paragraphs: str) -> str:
    return f"\\trowd\\cellx900\\cellx9000 {{\\b {code}}}\\cell " + "\\par\\par ".join(paragraphs) + "\\cell\\row\n"


NUMBERS = "BRIDGE0020200303eg3300001", "BRIDGE0020200304eg3400002"
DISPLAY = [
    "News", HEADLINE, "By Ada Quill", "1,052 words", "3 March 2020", "10:15", "The Bridge Courier", "BRIDGE",
    "Late Edition - Final", "1", "English", "Copyright 2020 The Bridge Courier.  All Rights Reserved.", "",
    FIRST, SECOND, "", f"Document {NUMBERS[0]}", "",
    OTHER, "52 words", "4 March 2020", "The Bridge Courier", "BRIDGE", "English",
    "(c) 2020 The Bridge Courier", THIRD, f"Document {NUMBERS[1]}", "Search Summary", "Text\tferry or mill",
]  # fmt: skip
PLAIN_SECOND = SECOND.replace("“", '"').replace("”", '"').replace("–", "-")


@STRIPRTF
def test_every_article_of_a_factiva_download_is_an_article(tmp_path: Path) -> None:
    path = write(tmp_path, "download.rtf", rtf_file(*DISPLAY))
    first, second = articles(path)
    assert not problems(path)
    assert (first.id, first.title, first.byline) == (NUMBERS[0], HEADLINE, "Ada Quill")
    assert first.text == f"{HEADLINE}\n\nBy Ada Quill\n\n{FIRST}\n\n{SECOND}"
    assert first.published_iso == "2020-03-03T10:15"
    assert (second.id, second.title, second.byline, second.published_iso) == (NUMBERS[1], OTHER, "", "2020-03-04")
    assert second.text == f"{OTHER}\n\n{THIRD}"


@STRIPRTF
def test_the_codes_of_a_factiva_download(tmp_path: Path) -> None:
    tables = [
        row("SE", "Foreign Desk"), row("HD", HEADLINE), row("BY", "By Ada Quill"), row("WC", "52 words"),
        row("PD", "3 March 2020"), row("ET", "06:05 PM"), row("SN", "The Bridge Courier"), row("SC", "BRIDGE"),
        row("LA", "English"), row("CY", "Copyright 2020"), row("LP", FIRST), row("TD", PLAIN_SECOND, THIRD),
        row("CO", "brdgco : Bridge Company"), row("NS", "gcat : Political News"), row("RE", "uk : United Kingdom"),
        row("PUB", "Bridge Ltd"), row("AN", f"Document {NUMBERS[0]}"),
        row("HD", OTHER), row("PD", "4 March 2020"), row("LP", THIRD), row("AN", f"Document {NUMBERS[1]}"),
    ]  # fmt: skip
    first, second = articles(write(tmp_path, "download.rtf", rtf_file(*tables)))
    assert (first.id, first.title, first.published_iso) == (NUMBERS[0], HEADLINE, "2020-03-03T18:05")
    assert first.text == f"{HEADLINE}\n\nBy Ada Quill\n\n{FIRST}\n\n{PLAIN_SECOND}\n\n{THIRD}"
    assert (second.id, second.text) == (NUMBERS[1], f"{OTHER}\n\n{THIRD}")


@STRIPRTF
def test_an_rtf_file_is_one_article(tmp_path: Path) -> None:
    article = only(write(tmp_path, "note.rtf", rtf_file(HEADLINE, "Ten {braces} and a \\ 😀 – “two”.")))
    assert article.text == f"{HEADLINE}\n\nTen {{braces}} and a \\ 😀 – “two”."
    link = r'{\field{\*\fldinst{HYPERLINK "https://bridge.example/x"}}{\fldrslt here}}'
    data = rtf_file("Read it.").replace(b"Read it", f"Read it {link}".encode())
    assert only(write(tmp_path, "link.rtf", data)).text == "Read it here."


@STRIPRTF
@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "no RTF"), (b"words", "no RTF"), (b"{\\rtf1 }", "empty"), (b"{\\rtf1 \\u99999999999? x}", "broken")],
)
def test_what_is_no_rtf_is_a_problem(tmp_path: Path, data: bytes, said: str) -> None:
    assert said in message(write(tmp_path, "note.rtf", data))


@STRIPRTF
@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece", [b'{\\field{\\*\\fldinst{HYPERLINK "', b"{\\fonttbl\\f1\\fcharset0 ", b"\\f1 ", b"{{", b"\\'4"]
)
def test_an_rtf_file_that_repeats_itself_takes_no_longer(tmp_path: Path, piece: bytes) -> None:
    assert list(read([write(tmp_path, "bomb.rtf", b"{\\rtf1 words " + piece * 50_000)]))


def page(*articles: str) -> str:
    return f"<html><body><h1>Factiva</h1>{''.join(articles)}<p>Dow Jones</p></body></html>"


def division(number: str, headline: str, author: str, *rest: str, last: bool = False) -> str:
    body = "".join(f'<p class="articleParagraph enarticleParagraph">\n  {one}   </p>\n' for one in rest)
    author = f'<div class="author">{author}   </div>' if author else "<div>News</div>"
    return (
        f'<div id="article-{number}" class="{"lastarticle" if last else "article"}" >'
        '<div class="article enArticle"><p>\n'
        f"<div id=\"hd\" ><span class='enHeadline'>{headline}   </span>\n</div>{author}"
        "<div>1,052 words</div><div>3 March 2020</div><div>10:15</div><div>The Bridge Courier</div><div>BRIDGE</div>"
        f"<div>1</div><div>English</div><div>(c) 2020 The Bridge Courier   </div>\n</p>\n{body}"
        f"<p>Bridge Ltd</p><p>Document {number}</p></div></div><br/><span></span>"
    )


def test_every_article_of_a_factiva_page_is_an_article(tmp_path: Path) -> None:
    html = page(
        division(NUMBERS[0], HEADLINE, "By Ada Quill", FIRST, SECOND), division(NUMBERS[1], OTHER, "", THIRD, last=True)
    )
    first, second = articles(write(tmp_path, "download.html", html))
    assert (first.id, first.title, first.byline) == (NUMBERS[0], HEADLINE, "Ada Quill")
    assert first.text == f"{HEADLINE}\n\nBy Ada Quill\n\n{FIRST}\n\n{SECOND}"
    assert first.published_iso == "2020-03-03T10:15"
    assert (second.id, second.text) == (NUMBERS[1], f"{OTHER}\n\n{THIRD}")


def test_the_database_may_speak_another_language(tmp_path: Path) -> None:
    html = page(division(NUMBERS[0], HEADLINE, "", FIRST)).replace("3 March", "3 März").replace("words", "Wörter")
    article = only(write(tmp_path, "download.html", html.replace("Document ", "Dokument ")))
    assert (article.id, article.published_iso, article.title) == (NUMBERS[0], "2020-03-03T10:15", HEADLINE)


def test_the_codes_of_a_factiva_page(tmp_path: Path) -> None:
    def table(*rows: tuple[str, str]) -> str:
        cells = "".join(f'<tr><td class="index"><b>{code}</b>&nbsp;</td><td>{words}</td></tr>' for code, words in rows)
        return f'<div class="article enArticle"><table>{cells}</table></div>'

    html = page(
        table(("HD", HEADLINE), ("WC", "52 words"), ("PD", "3 March 2020"), ("LP", f"<p>{FIRST}</p><p>{SECOND}</p>"),
              ("RE", "uk : United Kingdom"), ("AN", f"Document {NUMBERS[0]}")),
        table(("HD", OTHER), ("PD", "4 March 2020"), ("TD", f"<p>{THIRD}</p>"), ("AN", f"Document {NUMBERS[1]}")),
    )  # fmt: skip
    first, second = articles(write(tmp_path, "download.html", html))
    assert (first.id, first.text, first.published_iso) == (
        NUMBERS[0],
        f"{HEADLINE}\n\n{FIRST}\n\n{SECOND}",
        "2020-03-03",
    )
    assert (second.id, second.text) == (NUMBERS[1], f"{OTHER}\n\n{THIRD}")


def test_pages_of_newspapers_are_not_taken_for_a_download(tmp_path: Path) -> None:
    table = "<table><tr><td>HD</td><td>20:15</td></tr></table>"
    html = f'<html><body><div class="article"><h1>{HEADLINE}</h1><p>{FIRST}</p>{table}</div></body></html>'
    assert FIRST in only(write(tmp_path, "ferry.html", html)).text


# all of them


@pytest.mark.parametrize(
    ("module", "name", "extra"),
    [("pypdf", "a.pdf", "pdf"), ("striprtf.striprtf", "a.rtf", "rtf")],
)
def test_the_missing_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    assert f"pip install 'article-events[{extra}]'" in message(write(tmp_path, name, b"%PDF-1.4"))


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".rtf"])
@given(data=st.binary(max_size=400), kept=st.integers(0, 400))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_articles_or_problems(tmp_path: Path, suffix: str, data: bytes, kept: int) -> None:
    whole = {".pdf": pdf_file(printed(FIRST)), ".docx": docx_file(paragraph(FIRST)), ".rtf": rtf_file(FIRST)}[suffix]
    damaged = whole[:kept] + data + whole[kept + len(data) :]
    for content in (data, damaged):
        assert list(read([write(tmp_path, f"a{suffix}", content)]))
