"""Gold of cleaning: which blocks of a page stand in the text of its article."""

from training.cleaning_gold import found_in


def test_a_short_block_is_found_only_where_its_line_stands() -> None:
    long = tuple(f"w{n}" for n in range(12))
    other = tuple(f"v{n}" for n in range(12))
    menu, heading = ("news",), ("the", "tolls")
    blocks = [menu, long, heading, other, menu]
    assert found_in(blocks, [long, heading, other]) == [False, True, True, True, False]
    assert found_in([heading, long], [long, heading]) == [False, True]
