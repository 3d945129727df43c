"""The furniture of our own keeps the rules of training/passages/furniture/README.md."""

from collections import Counter
from pathlib import Path

import pytest

from pipeline.labels import BlockLabel

FOLDER = Path(__file__).resolve().parents[2] / "training" / "passages" / "furniture"
FILES = sorted(FOLDER.glob("*.txt"))
LONGEST = 1_000  # code points of a block
LEAST = {  # blocks of a label
    BlockLabel.PARAGRAPH: 250,
    BlockLabel.TITLE: 150,
    BlockLabel.MEMBERSHIP_PITCH: 140,
    BlockLabel.DONATION_APPEAL: 140,
    BlockLabel.AUTHOR_BIO: 120,
    BlockLabel.BYLINE: 120,
    BlockLabel.SUBSCRIPTION_PAYWALL: 100,
    BlockLabel.COMMENT_PROMPT: 90,
    BlockLabel.NEWSLETTER: 80,
    BlockLabel.HEADING: 80,
    BlockLabel.DATELINE: 80,
    BlockLabel.RELATED_LINKS: 60,
    BlockLabel.LIST_ITEM: 60,
    BlockLabel.CORRECTION_CONTACT: 50,
    BlockLabel.COPYRIGHT_LEGAL: 40,
    BlockLabel.AFFILIATE_DISCLOSURE: 40,
    BlockLabel.ADVERT: 40,
    BlockLabel.USER_COMMENT: 40,
    BlockLabel.MEDIA_PLAYER: 40,
    BlockLabel.SHARE: 40,
    BlockLabel.FOLLOW_US: 40,
    BlockLabel.TAGS: 40,
    BlockLabel.NAVIGATION: 40,
    BlockLabel.OTHER_BOILERPLATE: 40,
    BlockLabel.ACCOUNT_PROMPT: 80,
}


def blocks(path: Path) -> list[str]:
    """The lines of a file that are not blank, each a block."""
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_named_by_a_block_label(path):
    assert path.stem in {label.value for label in BlockLabel}


@pytest.mark.parametrize("label", LEAST, ids=lambda label: label.value)
def test_a_label_has_enough_blocks(label):
    assert len(blocks(FOLDER / f"{label.value}.txt")) >= LEAST[label]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_block_is_a_trimmed_line_of_bounded_length(path):
    faulty = [block for block in blocks(path) if block != block.strip() or "\t" in block or len(block) > LONGEST]
    assert faulty == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_runs_are_divided_by_one_blank_line(path):
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n") and not text.startswith("\n")
    assert "\n\n\n" not in text and not text.endswith("\n\n")


def test_no_block_stands_twice_under_any_label():
    count = Counter(" ".join(block.casefold().split()) for path in FILES for block in blocks(path))
    assert [block for block, times in count.items() if times > 1] == []


def test_blocks_do_not_share_a_long_opening():
    openings = Counter(
        tuple(words[:6]) for path in FILES for block in blocks(path) if len(words := block.casefold().split()) > 12
    )
    assert [" ".join(opening) for opening, times in openings.items() if times > 1] == []


def test_all_blocks_together_are_25000_words():
    assert sum(len(block.split()) for path in FILES for block in blocks(path)) >= 25_000
