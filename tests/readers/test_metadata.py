"""Page metadata: what the markup states of title, authors and date."""

import datetime

import pytest

from pipeline.readers.metadata import clean_byline, html_metadata, read_moment

EAST_COAST = datetime.timezone(datetime.timedelta(hours=-4))


def page(head: str, body: str = "<p>Words.</p>") -> str:
    return f"<html><head>{head}</head><body>{body}</body></html>"


def linked(json: str) -> str:
    return page(f'<script type="application/ld+json">{json}</script>')


@pytest.mark.parametrize(
    ("json", "byline"),
    [
        ('{"@type": "NewsArticle", "headline": "T", "author": "By Ada Holm"}', "Ada Holm"),
        ('{"@type": "NewsArticle", "headline": "T", "author": ["Ada Holm", {"name": "Bo Ek"}]}', "Ada Holm, Bo Ek"),
        ('[{"@type": "WebSite"}, {"@type": ["Article"], "headline": "T", "author": {"name": "Ada Holm"}}]', "Ada Holm"),
        (
            '{"@graph": [{"@type": "BlogPosting", "headline": "T", "author": {"@id": "#a"}},'
            ' {"@type": "Person", "@id": "#a", "name": "Ada Holm"}]}',
            "Ada Holm",
        ),
        ('{"@type": "NewsArticle", "headline": "T", "author": {"name": "Ada Holm"},}', ""),
        ('{"@type": "NewsArticle", "author": {"name": {"deep": 1}}, "headline": 7}', ""),
        ("[" * 5000, ""),
    ],
)
def test_authors_in_json_ld(json: str, byline: str) -> None:
    assert html_metadata(linked(json)).byline == byline


@pytest.mark.parametrize(
    ("head", "body", "byline"),
    [
        ('<meta name="author" content="Ada Holm">', "", "Ada Holm"),
        (
            '<meta name="citation_author" content="Holm, Ada"><meta name="citation_author" content="Ek, Bo">',
            "",
            "Ada Holm, Bo Ek",
        ),
        ('<meta property="article:author" content="https://facebook.com/adaholm">', "", ""),
        ('<meta name="author" content="admin">', '<a rel="author" href="/a">Ada Holm</a>', "Ada Holm"),
        ('<meta name="twitter:data1" content="12 minutes">', "", ""),
        (
            '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ada Holm">',
            "",
            "Ada Holm",
        ),
        ("", '<span class="post__author-name">By Ada Holm</span>', "Ada Holm"),
        ("", '<div class="author-bio">Ada Holm lives in Brackwater.</div>', ""),
        ("", '<a href="/authors/ada-holm">Ada Holm</a>', "Ada Holm"),
        ("", '<a href="/authors/all">View more posts</a>', ""),
        (
            '<meta property="og:site_name" content="Brackwater Post"><meta name="author" content="Brackwater Post">',
            '<span itemprop="author">Ada Holm</span>',
            "Ada Holm",
        ),
    ],
)
def test_authors_elsewhere(head: str, body: str, byline: str) -> None:
    assert html_metadata(page(head, f"<p>Words.</p>{body}")).byline == byline


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("By Ada Holm", "Ada Holm"),
        ("Written by: Ada Holm", "Ada Holm"),
        ("Ada Holm | Brackwater Post", "Ada Holm"),
        ("Ada Holm ada.holm@post.example", "Ada Holm"),
        ("www.facebook.com/ada", ""),
        ("12 min read", ""),
        ("Byron Ek", "Byron Ek"),
    ],
)
def test_a_byline_is_cleaned(given: str, clean: str) -> None:
    assert clean_byline(given) == clean


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Tolls rise again | Brackwater Post</title>", "<h1>Tolls rise again</h1>", "Tolls rise again"),
        ("<title>Tolls on the river rise again | Brackwater Post</title>", "", "Tolls on the river rise again"),
        (
            "<title>Tolls on the river: notes on a very long rise - Brackwater Post</title>",
            "<h1>Brackwater Post</h1>",
            "Tolls on the river: notes on a very long rise",
        ),
        ("<title>Tolls - and fares - rise again this spring</title>", "", "Tolls - and fares - rise again this spring"),
        ('<meta property="og:title" content="Tolls rise &amp;#8212; again">', "", "Tolls rise — again"),
        ("<title>Tolls rise again</title>", "<h1>Post</h1><h1>Tolls rise again now</h1>", "Tolls rise again now"),
        ("", "<h1>Tolls rise<br>again</h1>", "Tolls rise again"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_titles(head: str, body: str, title: str) -> None:
    assert html_metadata(page(head, f"{body}<p>Words.</p>")).title == title


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        ('<meta property="article:published_time" content="2011-09-29T21:54:00-04:00">', "", "2011-09-29T21:54-04:00"),
        ('<meta name="date" content="2011-09-29">', "", "2011-09-29"),
        ('<meta name="pubdate" content="Thu, 29 Sep 2011 21:54:00 -0400">', "", "2011-09-29T21:54-04:00"),
        ('<meta name="date" content="soon">', '<article><time datetime="2011-09-29">x</time></article>', "2011-09-29"),
        ("", '<span itemprop="datePublished" content="2011-09-29"></span>', "2011-09-29"),
    ],
)
def test_stated_dates(head: str, body: str, published: str) -> None:
    found = html_metadata(page(head, f"{body}<p>Words.</p>"))
    assert (found.published, found.searched) == (published, False)


def test_a_date_that_only_a_search_finds_says_so() -> None:
    found = html_metadata(page("", "<p>Published September 29, 2011</p><p>Words of the article.</p>"))
    assert (found.published, found.searched) == ("2011-09-29", True)


@pytest.mark.parametrize(
    ("body", "published"),
    [
        ("<p>April 9, 2010</p><h1>Strike</h1><div>May 4, 2011</div><p>Words.</p>", "2011-05-04"),
        (
            "<h1>Strike</h1><p>Words.</p><b>Updated:</b> <i>May 9, 2011</i> <b>Published:</b> <i>May 4, 2011</i>",
            "2011-05-04",
        ),
        ("<h1>Strike</h1><p>Words.</p><p>Last updated: May 9, 2011</p>", "2011-05-09"),
        ("<h1>Strike</h1><p>On May 4, 2011 the dockers walked out of the harbour for the first time.</p>", ""),
    ],
)
def test_dates_that_the_page_shows(body: str, published: str) -> None:
    found = html_metadata(page("", body))
    assert (found.published, found.searched) == (published, bool(published))


@pytest.mark.parametrize(
    ("shown", "published"),
    [
        ("November 2, 2010", "2010-11-02"),
        ("September 28, 2011", "2011-09-29"),
        ("December 2, 2012", "2011-09-29"),
        ("Updated November 2, 2010", "2011-09-29"),
        ("Prices of January 1, 2008 <b>Updated November 2, 2011</b>", "2011-09-29"),
        ("January 1, 2008</p><p>Updated November 2, 2011", "2011-09-29"),
    ],
)
def test_a_page_that_shows_an_earlier_day_is_dated_by_it(shown: str, published: str) -> None:
    head = '<meta name="date" content="2011-09-29">'
    assert html_metadata(page(head, f"<h1>Strike</h1><p>{shown}</p><p>Words.</p>")).published == published


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2011-09-29", datetime.date(2011, 9, 29)),
        ("2011-9-5", datetime.date(2011, 9, 5)),
        ("2011-09-29T21:54:10.123Z", datetime.datetime(2011, 9, 29, 21, 54, 10, tzinfo=datetime.UTC)),
        ("2011-09-29 21:54 -0400", datetime.datetime(2011, 9, 29, 21, 54, tzinfo=EAST_COAST)),
        ("September 29, 2011", datetime.date(2011, 9, 29)),
        ("29/09/2011 21:54:00", datetime.date(2011, 9, 29)),
        ("2011-13-29", None),
        ("0001-01-01", None),
        ("2011-09-29T21:54+99:99", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_moments(text: str, moment: datetime.date | None) -> None:
    assert read_moment(text) == moment


def test_the_address_is_the_canonical_one() -> None:
    head = (
        '<link rel="canonical" href="https://post.example/a"><meta property="og:url" content="https://post.example/b">'
    )
    assert html_metadata(page(head)).url == "https://post.example/a"
    assert html_metadata(page('<link rel="canonical" href="/a">')).url == ""
