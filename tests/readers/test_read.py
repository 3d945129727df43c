"""Reading: one bad input costs itself only, and a text comes through as it was."""

import datetime
import gzip
import io
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.article import Article
from pipeline.errors import InputError
from pipeline.labels import PublishedBasis
from pipeline.readers import LARGEST_FILE, ReadProblem, lines, read
from pipeline.readers.decoding import decode

DATA = Path(__file__).parent / "data"


def articles(*inputs: str | Path) -> list[Article]:
    return [found for found in read(inputs) if isinstance(found, Article)]


def problems(*inputs: str | Path) -> list[ReadProblem]:
    return [found for found in read(inputs) if isinstance(found, ReadProblem)]


def only(*inputs: str | Path) -> Article:
    (found,) = read(inputs)
    assert isinstance(found, Article)
    return found


def message(*inputs: str | Path) -> str:
    (found,) = read(inputs)
    assert isinstance(found, ReadProblem)
    return found.message


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        "One.\r\nTwo.\r\n",
        "\ufeffOne.",
        "No\xa0break",
        "👩‍🚒 e\u0301\n\n",
        "a\0b c\0d",
        "One.\rTwo.",
        "\u2028x\x85y",
        "x",
    ],
)
def test_a_text_is_the_file_byte_for_byte(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "story.txt", text)
    article = only(path)
    assert article.text.encode() == path.read_bytes()
    assert (article.id, article.source_file) == ("story", "story.txt")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_byte_order_mark_decides(tmp_path: Path, encoding: str) -> None:
    assert only(write(tmp_path, "story.txt", "Zoë was here.".encode(encoding))).text == "Zoë was here."


@pytest.mark.parametrize(
    ("data", "text", "guess"),
    [
        ("It’s a café — naïve, isn’t it?".encode("cp1252"), "It’s a café — naïve, isn’t it?", "cp1252"),
        ("Zoë was here.".encode("utf-16-le"), "Zoë was here.", "UTF-16-LE"),
        ("“Zoë” was “here” – ".encode() * 9 + b"\xff end", "“Zoë” was “here” – " * 9 + "\ufffd end", "U+FFFD"),
        ("Тарифы на реке выросли, сообщил совет порта. ".encode("cp1251") * 4, None, "a guess"),
    ],
)
def test_a_guessed_encoding_gives_an_article_and_a_problem(
    tmp_path: Path, data: bytes, text: str | None, guess: str
) -> None:
    article, problem = read([write(tmp_path, "story.txt", data)])
    assert isinstance(article, Article) and (text is None or article.text == text)
    assert isinstance(problem, ReadProblem) and problem.article_id == "story" and guess in problem.message


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", "", "empty"),
        ("blank.txt", " \n\xa0\n\ufeff", "empty"),
        ("image.txt", b"\x89PNG\r\n\x1a\n" + bytes(64), "an image"),
        ("random.txt", bytes(range(256)) * 40, "binary"),
        ("nuls.txt", b"ab" + bytes(100), "binary"),
        ("report.txt", b"%PDF-1.7 ...", "PDF"),
        ("script.html", "<html><body><script>draw()</script></body></html>", "no text"),
        ("empty.html", "", "no text"),
        ("large.txt", b"word " * (LARGEST_FILE // 5 + 1), "larger than"),
        ("large.txt.gz", gzip.compress(bytes(LARGEST_FILE + 1)), "larger than"),
        ("broken.txt.gz", b"no gzip", "cannot be read"),
        ("cut.txt.gz", gzip.compress(b"words " * 100, mtime=0)[:-12], "cannot be read"),
        ("empty.jsonl", "\n\n", "empty"),
        ("empty.csv", "", "empty"),
        ("story.odt", "x", "known are .txt, .html, .htm, .jsonl, .csv"),
        ("header.csv", "text,title\n", "no record"),
        ("columns.csv", "body,title\na,b\n", "no column is named text or html"),
    ],
)
def test_a_bad_file_is_a_problem_and_the_others_are_read(
    tmp_path: Path, name: str, content: str | bytes, words: str
) -> None:
    bad, good = write(tmp_path, name, content), write(tmp_path, "z.txt", "Ferries stop.")
    problem, article = read([bad, good])
    assert isinstance(problem, ReadProblem) and problem.source_file == name and words in problem.message
    assert isinstance(article, Article) and article.id == "z"


def test_nothing_to_read_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"name files or folders to read"):
        read([])
    with pytest.raises(InputError, match=r"no-such.txt', '': no such file or folder"):
        read([tmp_path / "no-such.txt", ""])


def test_a_missing_input_beside_a_good_one_is_a_problem(tmp_path: Path) -> None:
    missing, good = tmp_path / "no-such.txt", write(tmp_path, "a.txt", "Ferries stop.")
    problem, article = read([missing, good])
    assert isinstance(problem, ReadProblem) and problem.source_file == str(missing)
    assert isinstance(article, Article)


def test_a_folder_is_read_by_path_without_hidden_and_unknown_files(tmp_path: Path) -> None:
    for name in (
        "world/story.txt",
        "politics/story.html",
        "b.TXT",
        ".hidden.txt",
        ".git/x.txt",
        "notes.odt",
        "README",
    ):
        write(tmp_path, name, "<p>Ferries stop.</p>")
    found = articles(tmp_path)
    assert [article.source_file for article in found] == ["b.TXT", "politics/story.html", "world/story.txt"]
    assert [article.id for article in found] == ["b", "politics-story", "world-story"]
    assert problems(tmp_path) == []


def test_a_folder_with_nothing_to_read_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "README", "x")
    assert "holds no file that can be read" in message(tmp_path)


def test_links_that_lead_back_do_not_hang(tmp_path: Path) -> None:
    write(tmp_path, "a/story.txt", "Ferries stop.")
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    assert [article.id for article in articles(tmp_path)] == ["story"]


def test_a_file_two_inputs_lead_to_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path, "story.txt", "Ferries stop.")
    assert [article.id for article in articles(path, tmp_path, path)] == ["story"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "not a regular file" in message(tmp_path / "pipe.txt")


def test_a_file_name_that_is_not_utf8_can_still_be_written_down(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"Ferries stop.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    article = only(tmp_path)
    assert (article.id, article.source_file) == ("caf-", "caf\ufffd.txt")


def test_the_records_of_a_jsonl_file_each_have_their_own_fate(tmp_path: Path) -> None:
    rows = [
        '{"id": "wsj_0006.tml", "text": "Stop.", "title": "Tolls", "byline": "Ada Holm", "published": "2011-09-29"}',
        '{"text": "Go.", "published": "2011-09-29T21:54:00-04:00", "url": "https://post.example/a", "source": "Post"}',
        "{broken",
        '{"id": "x", "title": "no text"}',
        '{"id": "y", "text": 7}',
        '{"id": "z", "text": "half \\ud800 pair"}',
        '["a list"]',
        "",
        '{"id": "dated", "text": "Words.", "published": "last week", "title": 9}',
        "[" * 100_000,
        '{"id": 12, "html": "<p>Words.</p>"}',
        '{"text": "  "}',
    ]
    found = list(read([write(tmp_path, "week.jsonl", "\r\n".join(rows))]))
    assert [one.id if isinstance(one, Article) else f"{one.article_id}! {one.message}"[:32] for one in found] == [
        "wsj_0006.tml", "week-2", "week-3! line 3: not JSON (Expect", "x! line 4: neither a text nor an",
        "y! line 5: text is a number, not", "z! line 6: text holds half a sur", "week-7! line 7: not a JSON objec",
        "dated", "dated! line 9: title is not a te", "dated! line 9: published is 'las",
        "week-10! line 10: not JSON; the ", "12", "week-12! line 12: text empty; th",
    ]  # fmt: skip
    first, second = found[0], found[1]
    assert isinstance(first, Article) and isinstance(second, Article)
    assert (first.title, first.byline, first.published_basis) == ("Tolls", "Ada Holm", PublishedBasis.GIVEN)
    assert (first.published_iso, second.published_iso) == ("2011-09-29", "2011-09-29T21:54-04:00")
    assert (second.url, second.source_file) == ("https://post.example/a", "week.jsonl")


def test_what_a_record_gives_wins_over_what_its_page_says(tmp_path: Path) -> None:
    html = (DATA / "report.html").read_text(encoding="utf-8")
    row = json.dumps({"html": html, "title": "Strike", "published": "2024-03-06"})
    article = only(write(tmp_path, "a.jsonl", row))
    assert (article.title, article.byline) == ("Strike", "Marta Keller, Tomas Lind")
    assert (article.published, article.published_basis) == (datetime.date(2024, 3, 6), PublishedBasis.GIVEN)


def test_a_page_brings_its_metadata() -> None:
    article = only(DATA / "report.html")
    assert (article.title, article.published_iso) == ("Harbour strike enters third week", "2024-03-05T18:30+01:00")
    assert (article.published_basis, article.url) == (
        PublishedBasis.HTML,
        "https://brackwaterpost.example/news/harbour-strike",
    )


def test_a_record_that_is_too_long_costs_itself_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LARGEST_RECORD", 50)
    rows = ['{"text": "' + "word " * 100 + '"}', '{"text": "Ferries stop."}']
    problem, article = read([write(tmp_path, "a.jsonl", "\n".join(rows))])
    assert isinstance(problem, ReadProblem) and "line 1: longer than" in problem.message
    assert isinstance(article, Article) and article.id == "a-2"


def test_a_line_in_another_encoding_is_read_with_a_guess(tmp_path: Path) -> None:
    rows = ['{"text": "Zoë"}'.encode(), '{"text": "It’s a café."}'.encode("cp1252")]
    first, second, problem = read([write(tmp_path, "a.jsonl", b"\n".join(rows))])
    assert isinstance(first, Article) and isinstance(second, Article) and isinstance(problem, ReadProblem)
    assert (first.text, second.text, problem.article_id) == ("Zoë", "It’s a café.", "a-2")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_has_a_text_column_and_keeps_line_breaks(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = ["id", "Text", "title"], ["a", '"One, ""two"".\r\nThree; four"', "Tolls"], [""], ["b", "Talks.", ""]
    table = "".join(delimiter.join(row) + "\r\n" for row in rows)
    one, two = articles(write(tmp_path, "t.csv", table.encode(encoding)))
    assert (one.id, one.text, one.title) == ("a", 'One, "two".\r\nThree; four', "Tolls")
    assert (two.id, two.text) == ("b", "Talks.")


def test_broken_csv_costs_the_rows_after_it(tmp_path: Path) -> None:
    rows = 'text,title\nOne.,a\nTwo.,b,c\n"Three" x,c\nFour.,d\n'
    found = list(read([write(tmp_path, "t.csv", rows)]))
    assert [one.id if isinstance(one, Article) else one.message[:28] for one in found] == [
        "t-2", "line 3: 3 cells where the he", "line 4: broken CSV (',' expe",
    ]  # fmt: skip


def test_csv_takes_long_cells_and_pages(tmp_path: Path) -> None:
    long = "word " * 100_000
    one, two = articles(write(tmp_path, "t.csv", f'text,html\n"{long}",\n,<p>Page.</p>\n'))
    assert (len(one.text), two.text, two.id) == (500_000, "Page.", "t-3")


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl", "a.csv"])
def test_each_kind_may_be_compressed(tmp_path: Path, name: str) -> None:
    content = {"a.jsonl": '{"id": "a", "text": "Ferries stop."}', "a.csv": "id,text\na,Ferries stop.\n"}
    path = write(tmp_path, f"{name}.gz", gzip.compress(content.get(name, "Ferries stop.").encode()))
    article = only(path)
    assert (article.id, article.text, article.source_file) == ("a", "Ferries stop.", f"{name}.gz")


@pytest.mark.parametrize(
    ("data", "ids"),
    [(b"Ferries stop.\r\n", ["stdin"]), (b'\n \n{"text": "One."}\n{"text": "Two."}\n', ["stdin-3", "stdin-4"])],
)
def test_standard_input_is_text_or_jsonl(monkeypatch: pytest.MonkeyPatch, data: bytes, ids: list[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    found = articles("-")
    assert [article.id for article in found] == ids
    assert found[0].source_file == "stdin" and found[0].text.encode() in data


@given(st.binary(max_size=300) | st.text().map(str.encode))
def test_any_bytes_are_a_text_or_a_problem(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "bytes"
    for name in ("a.txt", "b.html", "c.jsonl", "d.csv"):
        write(folder, name, data)
    found = list(read([folder]))
    assert {one.source_file for one in found} == {"a.txt", "b.html", "c.jsonl", "d.csv"}
    assert found == list(read([folder]))
    for one in found:
        (one.text if isinstance(one, Article) else one.message).encode()


@given(st.text(min_size=1).filter(lambda text: text.encode()[:4] not in (b"%PDF",)))
def test_utf8_is_read_as_utf8(text: str) -> None:
    if not any(character < " " or character == "\x7f" for character in text):
        assert decode(text.encode()) == (text, "")
