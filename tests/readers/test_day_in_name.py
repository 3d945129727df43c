"""A file name may say when its article was published; a date line in the article says it better."""

import datetime
from pathlib import Path

import pytest

from pipeline.article import Article
from pipeline.cleaning import clean
from pipeline.readers import read
from pipeline.readers.records import day_in_name

STORY = "The ferry strike ended on Monday after the unions and the harbour board had talked through the night."


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2011-09-29-reset.txt", "2011-09-29"),
        ("north/reset_20110929.html", "2011-09-29"),
        ("2011-09-29.txt.gz", "2011-09-29"),
        ("2011-19-29-reset.txt", None),
        ("resolution-2011.txt", None),
        ("call-0201109291.txt", None),
        ("2011-09-29/reset.txt", None),
    ],
)
def test_a_name_begins_or_ends_with_a_day(name: str, day: str | None) -> None:
    found = day_in_name(name)
    assert (found.isoformat() if found else None) == day


def test_a_date_line_in_the_text_wins(tmp_path: Path) -> None:
    (tmp_path / "2020-01-01-ferry.txt").write_text(f"Ferry strike ends\n\n5 March 2019\n\n{STORY}\n")
    (tmp_path / "2020-01-02-ferry.txt").write_text(f"Ferry strike ends\n\n{STORY}\n")
    articles = [clean(article) for article in read([tmp_path]) if isinstance(article, Article)]
    assert [(a.published, a.published_basis) for a in articles] == [
        (datetime.date(2019, 3, 5), "text"),
        (datetime.date(2020, 1, 2), "file"),
    ]
