import dataclasses
import datetime
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.article import Markup
from pipeline.cleaning import clean, clean_text, cleaned, keep_all
from pipeline.cleaning.features import read_line
from pipeline.cleaning.position import page_of
from pipeline.labels import BlockLabel, PublishedBasis
from tests.cleaning.pages import marked_page, page

STORY = (
    "The council of the straits met in Turku on Monday for the first time in six years, and its members agreed to "
    "open the northern passage to the ships of all states before the end of the summer.",
    "The Finnish minister, who led the talks, said that the council would meet again in May. “We have lost six "
    "years,” she told reporters in the harbour after the meeting.",
    "Owners of the ferries welcomed the news. They had warned that the passage would be frozen by December and that "
    "the islands could not be supplied by air.",
)


def labels(article):
    return [str(block.label) if block.kept else f"-{block.label}" for block in article.blocks]


def story(*, before=(), after=()):
    return "\n\n".join([*before, *STORY, *after])


def test_what_the_input_gives_wins_over_what_the_text_says():
    text = story(before=["Straits to open", "By Ines Calder", "4 May 2021"])
    given_day = datetime.date(2020, 1, 1)
    article = clean(page(text, title="Given", byline="Given Name", published=given_day, language="en"))
    assert (article.title, article.byline, article.published) == ("Given", "Given Name", given_day)
    read = clean(page(text))
    assert (read.title, read.byline, read.published_iso) == ("Straits to open", "Ines Calder", "2021-05-04")
    assert read.published_basis is PublishedBasis.TEXT
    assert read.language == "en"


def test_a_given_title_labels_the_block_that_says_it():
    article = clean(page(story(before=["Home", "Straits to open"]), title="Straits to open"))
    assert labels(article)[1] == "title"


def test_the_text_and_the_offsets_never_change():
    text = story(before=["Menu", "Straits to open"], after=["Leave a comment"])
    before = page(text)
    after = clean(before)
    assert after.text == text
    assert [(b.start, b.end) for b in after.blocks] == [(b.start, b.end) for b in before.blocks]


def test_a_page_of_furniture_only_keeps_what_no_phrase_names():
    article = clean(page("Menu\n\nHarbour quarter\n\nSign in\n\nOld town"))
    assert labels(article) == ["-navigation", "paragraph", "-account_prompt", "paragraph"]
    assert article.blocks[1].reason.startswith("fallback: only 0 of")


def test_an_article_without_blocks_comes_back_as_it_is():
    empty = page("\n \n")
    assert clean(empty) == empty == keep_all(empty)


def test_the_same_article_is_cleaned_the_same_twice():
    article = page(story(after=["Support Harbour Post", "We rely on your support."]))
    assert clean(article) == clean(article)


def test_keep_all_keeps_what_cleaning_would_remove():
    article = keep_all(page(story(before=["Straits to open", "4 May 2021"], after=["Leave a comment", "Sign in"])))
    assert all(block.kept for block in article.blocks)
    assert labels(article)[:2] == ["title", "dateline"]


def test_menus_of_links_are_removed_by_their_markup():
    nav, body = Markup("li", link_density=1.0, region="nav"), Markup("p", region="article", extracted=True)
    article = clean(marked_page(("Harbour", nav), ("Weather on the islands", nav), *((text, body) for text in STORY)))
    assert labels(article) == ["-navigation", "-navigation", "paragraph", "paragraph", "paragraph"]


def test_tags_name_headings_lists_quotations_and_captions():
    def markup(tag, **more):
        return Markup(tag, region="article", extracted=True, **more)

    rows = [
        (STORY[0], markup("p")),
        ("What the owners say", markup("h2")),
        (STORY[1], markup("blockquote")),
        ("The ferries will sail again from the first of June.", markup("li")),
        (STORY[2], markup("p")),
    ]
    assert labels(clean(marked_page(*rows))) == ["paragraph", "heading", "quote_block", "list_item", "paragraph"]


def test_a_teaser_beside_the_article_goes():
    teaser = "Six things that every visitor to the old harbour ought to see before the summer ends"
    body = Markup("p", region="article", extracted=True)
    rows = [*((text, body) for text in STORY), (teaser, Markup("p", link_density=1.0, region="aside"))]
    assert labels(clean(marked_page(*rows)))[-1].startswith("-")


def test_clean_text_reads_a_page_or_a_text():
    paragraphs = "".join(f"<p>{text}</p>" for text in STORY)
    html = f"<!DOCTYPE html><html><body><nav><a href='/'>Home</a></nav><article>{paragraphs}</article></body></html>"
    assert clean_text(html).split("\n\n")[-3:] == list(STORY)
    assert clean_text(story(after=["Leave a comment"])).strip().split("\n\n") == list(STORY)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12))
def test_no_text_makes_cleaning_fail(lines):
    article = page("\n".join(lines))
    cleaned = clean(article)
    assert [(b.start, b.end) for b in cleaned.blocks] == [(b.start, b.end) for b in article.blocks]
    assert all(block.kept for block in keep_all(article).blocks)


HOSTILE = {
    "letters": "a" * 300_000,
    "name": "By " + "A" * 200_000,
    "brackets": "(" * 100_000,
    "numbers": "4 " * 100_000,
    "parts": "Part " * 60_000,
    "dates": "May 4, " * 40_000,
    "many blocks": "\n\n".join(["9:9 May"] * 4000),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_costs_linear_time(text):
    start = time.process_time()
    clean(page(text))
    assert time.process_time() - start < 5


def test_replacing_nothing_changes_nothing():
    article = page(story())
    assert dataclasses.replace(clean(article), blocks=article.blocks, language="", title="") == article


def test_a_pitch_in_the_middle_of_an_article_goes_alone():
    pitch = (
        "We are a reader-supported newsroom and we need your help: your donation pays for our reporting, and no "
        "advertisers tell us what to print. Please consider a donation if you value our work."
    )
    text = "\n\n".join([STORY[0], pitch, *STORY[1:]])
    assert labels(clean(page(text))) == ["paragraph", f"-{BlockLabel.DONATION_APPEAL}", "paragraph", "paragraph"]


def scored(text, scores):
    """A page whose scores are given, so that a rule is tested and not the weights."""
    article = page(text)
    lines = [read_line(article.text_of(block)) for block in article.blocks]
    return page_of(article, lines, scores, [[] for _ in lines])


@pytest.mark.parametrize(("score", "kept"), [(0.5, False), (0.9, True)])
def test_what_a_block_says_again_stays_only_where_it_scores_as_a_refrain(score, kept):
    caption = (
        "Owners of the ferries wait in the harbour of Turku on Monday for the ministers of the coastal states, who are "
        "to meet there for the first time in six years."
    )
    text = "\n\n".join([STORY[0], caption, STORY[1], caption, STORY[2]])
    blocks = cleaned(scored(text, [0.9, score, 0.9, score, 0.9])).blocks
    assert [block.kept for block in blocks] == [True, True, True, kept, True]
    assert blocks[3].reason == ("repeat: block 1 says it" if not kept else blocks[1].reason)


@pytest.mark.parametrize(("entries", "kept"), [(3, True), (2, False)])
def test_the_times_of_a_live_blog_stay_over_its_entries(entries, kept):
    blocks = [
        block for time, entry in zip(("21.02 CLT", "20:15", "9.41 p.m."), STORY, strict=True) for block in (time, entry)
    ]
    blocks = blocks[: 2 * entries] + list(STORY[entries:])
    given = [0.03 if len(block) < 12 else 0.9 for block in blocks]
    done = cleaned(scored("\n\n".join([STORY[0], *blocks, STORY[0]]), [0.9, *given, 0.9])).blocks
    assert {block.kept for block, score in zip(done[1:-1], given, strict=True) if score < 0.5} == {kept}


def test_a_time_over_what_goes_goes_too():
    blocks = ["Straits to open", "18.00 CLT", "19.41 CLT", "20.15 CLT", STORY[0], STORY[1]]
    done = cleaned(scored("\n\n".join(blocks), [0.9, 0.03, 0.03, 0.03, 0.9, 0.9])).blocks
    assert not any(block.kept for block in done[1:4])


def test_a_standfirst_that_retells_the_article_stays():
    standfirst = "Council of the straits opens the northern passage to ships of all states before summer"
    article = clean(page(story(before=["Straits to open", standfirst, "By Ines Calder", "4 May 2021"])))
    assert article.blocks[1].kept


def test_the_pitch_under_an_appeal_after_a_comment_prompt_is_an_appeal():
    pitch = "For more than nine years we have been free, fair and independent, and we owe that to readers like you."
    after = ["Please log in to comment", "Leave a comment", "Support Harbour Post", pitch]
    article = clean(page(story(after=after)))
    assert labels(article)[3:] == ["-comment_prompt", "-comment_prompt", "-donation_appeal", "-donation_appeal"]


def test_figures_alone_over_the_first_paragraph_go():
    article = clean(page(story(before=["Press contact:", "+358 555 01 42", "Straits to open"])))
    assert not article.blocks[1].kept


SIGNED = "Ines Calder in Turku and Tomas Wren in Oslo"


def test_the_line_that_opens_with_the_given_name_signs_the_article_and_no_list_of_networks_does():
    above = ["Straits to open", "Facebook Twitter WhatsApp", SIGNED]
    article = clean(page(story(before=above), title="Straits to open", byline="Ines Calder, Tomas Wren"))
    assert labels(article)[2] == "byline"
    assert labels(article)[1] != "byline"


def test_a_word_in_another_language_may_come_before_the_given_name():
    article = clean(
        page(story(before=["Straits to open", "Por Ines Calder"]), title="Straits to open", byline="Ines Calder")
    )
    assert labels(article)[1] == "byline"


@pytest.mark.parametrize(("score", "kept"), [(0.35, True), (0.05, False)])
def test_a_standfirst_with_markup_stays_unless_its_score_makes_it_a_teaser(score, kept):
    standfirst = "Council of the straits opens the northern passage to ships of all states before summer"
    marked = [(text, Markup("p")) for text in ("Straits to open", standfirst, *STORY)]
    article = marked_page(*marked)
    article = dataclasses.replace(article, title="Straits to open")
    lines = [read_line(article.text_of(block)) for block in article.blocks]
    read = page_of(article, lines, [0.9, score, 0.9, 0.9, 0.9], [[] for _ in lines])
    assert cleaned(read).blocks[1].kept is kept


@pytest.mark.parametrize(("letters", "kept"), [(3, True), (2, False)])
def test_the_name_under_the_last_of_several_letters_stays(letters, kept):
    names = ("Margaret Holm, Stromness", "Peter Rendall, Kirkwall", "Anna Flett, Lerwick")
    blocks = [block for letter in zip(STORY, names, strict=True) for block in letter][-2 * letters :]
    done = cleaned(scored("\n\n".join([STORY[0], *blocks]), [0.9] + [0.9, 0.3] * letters)).blocks
    assert done[-1].kept is kept
