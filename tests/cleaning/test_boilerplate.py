"""The boilerplate table: what it counts, what it must not count, and what cleaning does with it."""

import dataclasses
import random
import tracemalloc
from pathlib import Path

import pytest

from pipeline.article import Article
from pipeline.cleaning import clean, cleaned
from pipeline.cleaning.boilerplate import BoilerplateTable, read_table, source_of
from pipeline.cleaning.features import read_line
from pipeline.cleaning.position import page_of
from pipeline.errors import InputError
from pipeline.labels import BlockLabel
from tests.cleaning.pages import page
from tests.robustness import invented

PARAGRAPHS = invented.paragraphs()
EACH = 4  # paragraphs of an article
FOOTER = (
    "Harbour Post is printed on paper from the forests around the lake and carried to the islands by the morning ferry."
)
SLOTS = 1 << 12  # enough for what is tested here


def article(number: int, *more: str, url: str = "https://harbour.example/story", **fields: str) -> Article:
    """An article with paragraphs that no other number has, and more below them."""
    own = PARAGRAPHS[number * EACH : (number + 1) * EACH]
    return dataclasses.replace(page("\n\n".join([*own, *more]), url=url), **fields)


def words(count: int, chance: random.Random) -> str:
    """As many words as asked for, which no other text has."""
    return " ".join(f"{chance.getrandbits(48):x}" for _ in range(count))


def table_of(*articles: Article, slots: int = SLOTS) -> BoilerplateTable:
    table = BoilerplateTable(slots)
    for one in articles:
        table.learn(one)
    return table


def file_of(table: BoilerplateTable, path: Path) -> Path:
    path.write_bytes(b"".join(table.pieces()))
    return path


def test_any_order_any_split_and_any_repetition_give_the_same_bytes():
    articles = [article(number, FOOTER) for number in range(12)]
    expected = b"".join(table_of(*articles).pieces())
    for seed in range(5):
        chance = random.Random(seed)
        mixed = [*chance.sample(articles, 12), *chance.sample(articles, 3)]
        cut = chance.randrange(len(mixed))
        assert b"".join(table_of(*mixed).pieces()) == expected
        first, second = table_of(*mixed[:cut]), table_of(*mixed[cut:])
        second.add(first)
        assert b"".join(second.pieces()) == expected


def test_a_block_is_counted_in_the_other_articles_only():
    articles = [article(number, FOOTER) for number in range(4)]
    table = table_of(*articles[:3])
    assert [table.others(one)[EACH] for one in articles] == [2, 2, 2, 3]
    assert [table.others(one)[0] for one in articles] == [0, 0, 0, 0]


def test_copies_of_an_article_count_once():
    # The story as it came, the print version without its first paragraph, the agency's with a line of its own.
    copies = [
        article(0, FOOTER),
        page("\n\n".join([*PARAGRAPHS[1:EACH], FOOTER])),
        article(0, FOOTER, words(9, random)),
    ]
    copies = [dataclasses.replace(copy, url="https://harbour.example") for copy in copies]
    table = table_of(*copies)
    assert all(count < 2 for copy in copies for count in table.others(copy).values())
    assert table.others(article(1, FOOTER))[EACH] == 1


def test_three_articles_are_enough_and_two_never_are():
    chance = random.Random(1)
    found = {2: 0, 3: 0}
    for groups in found:
        for _ in range(200):
            shared = words(20, chance)
            texts = ["\n\n".join([*(words(30, chance) for _ in range(6)), shared]) for _ in range(groups)]
            table = table_of(*map(page, texts))
            found[groups] += all(table.others(page(text))[6] >= 2 for text in texts)
    assert found[2] == 0
    assert found[3] >= 180


@pytest.mark.parametrize("count", [6, 12, 25, 50])
def test_many_articles_are_counted_within_a_fifth(count):
    chance = random.Random(count)
    texts = ["\n\n".join([*(words(30, chance) for _ in range(6)), FOOTER]) for _ in range(count)]
    assert table_of(*map(page, texts)).others(page(texts[0]))[6] == pytest.approx(count - 1, rel=0.2)


def test_a_block_of_another_source_is_another_block():
    table = table_of(*(article(number, FOOTER) for number in range(3)))
    elsewhere = article(3, FOOTER, url="https://ferry.example/story")
    assert table.others(elsewhere)[EACH] == 0
    assert table.others(article(3, FOOTER, url="http://www.harbour.example:80/other"))[EACH] == 3


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({"url": "https://www.Harbour.example/a", "source": "Ferry", "source_file": "b/c.html"}, "harbour.example"),
        ({"url": "http://[broken", "source": "Ferry", "source_file": "b/c.html"}, "ferry"),
        ({"source_file": "b/c/d.txt"}, "b"),
        ({"source_file": "b.jsonl.gz"}, "b.jsonl.gz"),
        ({"source_file": "b.txt"}, ""),
    ],
)
def test_the_source_is_the_host_else_the_outlet_else_the_folder_or_file(fields, source):
    assert source_of(Article("a", "", (), **{"source_file": "", **fields})) == source


def test_short_blocks_are_not_looked_up_and_long_ones_by_their_beginning():
    chance = random.Random(2)
    long = words(80, chance)
    texts = [
        "\n\n".join(
            ["Seven words are too few to count", f"{long} {words(9, chance)}", *(words(80, chance) for _ in range(9))]
        )
        for _ in range(4)
    ]
    counts = table_of(*map(page, texts)).others(page(texts[0]))
    assert 0 not in counts
    assert counts[1] >= 2
    assert set(counts.values()) - {counts[1]} == {0}


def test_memory_does_not_grow_with_the_articles():
    table = BoilerplateTable(SLOTS)
    table.learn(article(0))
    chance = random.Random(3)
    tracemalloc.start()
    for _ in range(500):
        table.learn(page("\n\n".join(words(20, chance) for _ in range(6))))
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 500_000


def test_a_table_says_how_often_it_errs():
    chance = random.Random(4)
    texts = ["\n\n".join(words(20, chance) for _ in range(8)) for _ in range(900)]
    roomy, full = table_of(*map(page, texts), slots=1 << 13), table_of(*map(page, texts), slots=1 << 7)
    assert roomy.false_hits() < 1e-5
    strangers = [page("\n\n".join(words(20, chance) for _ in range(8))) for _ in range(100)]
    taken = [count >= 2 for one in strangers for count in full.others(one).values()]
    assert full.false_hits() == pytest.approx(sum(taken) / len(taken), abs=0.1)
    assert full.false_hits() > 0.1


def test_a_file_is_read_back_and_one_that_changed_is_read_again(tmp_path):
    first, second = table_of(slots=1 << 13), table_of(article(0, FOOTER), slots=1 << 13)
    path = file_of(first, tmp_path / "table")
    assert not read_table(path).marks.any()
    file_of(second, path)
    assert (read_table(path).marks == second.marks).all()
    assert path.stat().st_size < 20_000


@pytest.mark.parametrize("harm", ["foreign", "no size", "empty", "cut", "longer", "garbled", "small", "folder", "none"])
def test_a_file_that_is_no_table_is_named_with_the_way_out(harm, tmp_path):
    path = tmp_path / "table"
    whole = file_of(table_of(article(0), slots=1 << 13), tmp_path / "whole").read_bytes()
    small = b"".join(table_of(article(0)).pieces())
    data = {
        "no size": whole[:41] + b"x" + whole[42:],
        "foreign": b"PK\x03\x04 something else",
        "empty": b"",
        "cut": whole[:-9],
        "longer": whole + b"more",
        "garbled": whole[:60] + bytes(40) + whole[100:],
        "small": small,
    }
    if harm == "folder":
        path.mkdir()
    elif harm != "none":
        path.write_bytes(data[harm])
    with pytest.raises(InputError, match=r"table: .*(make|check)"):
        read_table(path)


def test_tables_of_two_sizes_are_not_added():
    with pytest.raises(ValueError, match="slots"):
        BoilerplateTable(64).add(BoilerplateTable(128))


def test_a_footer_that_no_phrase_knows_goes_where_three_articles_have_it():
    articles = [article(number, FOOTER, "Leave a comment") for number in range(3)]
    alone, together = clean(articles[0]), clean(articles[0], table=table_of(*articles))
    assert alone.blocks[EACH].kept
    footer = together.blocks[EACH]
    assert (footer.kept, footer.reason) == (False, "repeat: 2 articles of this source have it")
    assert [block.kept for block in together.blocks[:EACH]] == [True] * EACH
    assert clean(articles[0], table=table_of(*articles[:2])) == alone
    others = [dataclasses.replace(one, url=f"https://{number}.example") for number, one in enumerate(articles)]
    assert clean(others[0], table=table_of(*others)).blocks[EACH].kept


def judged(shared_at: int, score: float, *, shared: str = FOOTER, before: int = 0) -> tuple[bool, str, BlockLabel]:
    """What becomes of a block that three articles share, at a place and with a score of one's choice."""
    texts = []
    for number in range(3):
        own = PARAGRAPHS[number * EACH : (number + 1) * EACH]
        texts.append("\n\n".join([*own[:shared_at], shared, *own[shared_at:]]))
    one, table = page(texts[0]), table_of(*map(page, texts))
    scores = [0.99] * len(one.blocks)
    scores[shared_at] = score
    lines = [read_line(one.text_of(block)) for block in one.blocks]
    block = cleaned(page_of(one, lines, scores, [()] * len(lines)), table).blocks[shared_at]
    return block.kept, block.reason, block.label


def test_a_recurring_block_goes_below_the_article_unless_it_is_surely_text():
    assert not judged(EACH, 0.85)[0]
    assert judged(EACH, 0.95)[0]


def test_a_recurring_block_between_paragraphs_stays_unless_it_is_hardly_text():
    # A refrain, a question asked of every guest, the heading of a column.
    assert judged(2, 0.85)[0]
    assert judged(2, 0.35)[0]
    assert not judged(2, 0.2)[0]


def test_what_goes_is_labelled_by_its_wording():
    offer = "Every Friday morning Harbour Post comes to your inbox with the best that we have read in the past week."
    assert judged(EACH, 0.85, shared=offer)[1:] == ("repeat: 2 articles of this source have it", BlockLabel.NEWSLETTER)


def test_headline_and_byline_stay_however_many_articles_have_them():
    head = "Straits Diary: what the ferries carried to the islands this week"
    byline = "By Ines Calder, our correspondent in the harbour of Lerwick"
    articles = [
        page("\n\n".join([head, byline, *PARAGRAPHS[number * EACH : (number + 1) * EACH]]), title=head)
        for number in range(3)
    ]
    alone = clean(articles[0])
    assert clean(articles[0], table=table_of(*articles)).blocks[:2] == alone.blocks[:2]
    assert alone.blocks[0].label is BlockLabel.TITLE


def test_of_an_article_made_of_others_nothing_goes(monkeypatch):
    shared = [max(PARAGRAPHS[80:], key=len)]
    articles = [article(number, *shared) for number in range(8)]
    table = table_of(*articles)

    def kept(own: int) -> bool:
        """Whether the paragraph that all share stays below so many of its article's own."""
        one = page("\n\n".join([*PARAGRAPHS[:own], *shared]), url=articles[0].url)
        lines = [read_line(one.text_of(block)) for block in one.blocks]
        assert table.others(one)[own] >= 2
        return cleaned(page_of(one, lines, [0.99] * own + [0.8], [()] * len(lines)), table).blocks[own].kept

    assert kept(2)
    assert not kept(40)


def test_nothing_is_removed_where_next_to_nothing_would_be_left():
    texts = [f"{FOOTER}\n\nPort {number}" for number in range(3)]
    done = clean(page(texts[0]), table=table_of(*map(page, texts)))
    assert done.blocks[0].kept
