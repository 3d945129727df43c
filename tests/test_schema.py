"""A table declared once: what its columns are, and how cells become text and values again."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import labels
from pipeline.labels import EventType, Label
from pipeline.schema import Column, cell_text, cell_value, column, describe, table
from pipeline.tables import ROW_TYPES, tables

CONTRACT = {
    "documents": """article_id source_file url title byline published published_basis language characters words
        kept_words""",
    "blocks": "article_id block start end kept label reason score text",
    "entities": "article_id entity_id start end text label canonical_name country mention_type rule",
    "dates": "article_id date_id start end text type value mod earliest latest anchor rule",
    "quotations": """article_id quotation_id kind attribution_type spans text cue cue_start cue_end speaker
        speaker_start speaker_end speaker_entity_id confidence rule""",
    "events": """article_id event_id start end text trigger trigger_start trigger_end event_type mode context
        quad_category score modality attributed_to quotation_id
        actor actor_start actor_end actor_entity_id actor_country actor_sector
        recipient recipient_start recipient_end recipient_entity_id recipient_country recipient_sector
        location location_start location_end location_country date_earliest date_latest date_basis date_id
        same_event confidence rule""",
    "problems": "source_file article_id stage message",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_every_column_that_readers_rely_on_is_there(name: str) -> None:
    assert set(CONTRACT[name].split()) <= set(describe(ROW_TYPES[name]).header)


def test_every_column_says_what_it_means() -> None:
    for declared in tables():
        for declared_column in declared.columns:
            assert declared_column.description.endswith("."), f"{declared.name}.{declared_column.name}"


def test_every_label_says_what_it_means() -> None:
    vocabularies = [value for value in vars(labels).values() if isinstance(value, type) and issubclass(value, Label)]
    assert len(vocabularies) > 10
    for vocabulary in vocabularies:
        for member in vocabulary:
            assert member.definition.endswith("."), f"{vocabulary.__name__}.{member.name}"


def test_a_key_is_made_of_columns_and_references_name_columns_that_exist() -> None:
    headers = {declared.name: declared.header for declared in tables()}
    for declared in tables():
        assert set(declared.key) <= set(declared.header)
        for declared_column in declared.columns:
            if declared_column.references:
                other, name = declared_column.references.split(".")
                assert name in headers[other]


def test_a_row_cannot_be_made_without_all_its_columns() -> None:
    with pytest.raises(TypeError, match="missing"):
        ROW_TYPES["problems"](source_file="a.txt")


def test_numbers_and_flags_are_required_unless_their_type_says_otherwise() -> None:
    @table("sample", key=("name",))
    class Sample:
        """A sample."""

        name: str = column("A text may be empty.")
        count: int = column("A number may not.")
        day: datetime.date | None = column("This one may.")

    assert [declared.required for declared in describe(Sample).columns] == [False, True, False]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (0.5, "0.5"),
        (1.0, "1"),
        (-9.0, "-9"),
        (datetime.date(2011, 9, 29), "2011-09-29"),
        (EventType.AGREE, "AGREE"),
        (("RUS", "", "USA"), "RUS;;USA"),
        ((12, 40), "12;40"),
        ((), ""),
    ],
)
def test_cells_are_written_so_that_every_reader_understands_them(value: object, text: str) -> None:
    assert cell_text(value) == text  # type: ignore[arg-type]


KINDS = {
    str: st.text(),
    int: st.integers(),
    bool: st.booleans(),
    datetime.date: st.dates(),
    EventType: st.sampled_from(EventType),
    float: st.integers(-10_000, 10_000).map(lambda n: n / 1000),
}


@given(st.data())
def test_a_cell_comes_back_as_it_was(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(KINDS)))
    value = data.draw(KINDS[kind])
    declared = Column("sample", "A sample.", kind, many=False, required=False)
    assert cell_value(declared, cell_text(value)) == value


def test_an_empty_cell_where_a_value_is_required_is_an_error() -> None:
    with pytest.raises(ValueError, match="count: an empty cell"):
        cell_value(Column("count", "A number.", int, many=False, required=True), "")
