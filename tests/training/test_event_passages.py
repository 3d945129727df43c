"""The event passages keep the rules of training/passages/events/README.md."""

from pathlib import Path

import pytest

from pipeline.labels import EventType, Modality
from training.events.passages import FOLDER, Passage, read_passages

GOOD = "# 2014-03-05 | wire | goris\n\nRebels [[attacked|ASSAULT|asserted|Rebels|the town]] the town.\n\nIt rained.\n"


def passages_of(tmp_path: Path, text: str) -> list[Passage]:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    return list(read_passages(tmp_path))


def test_a_mark_becomes_an_event_at_its_trigger(tmp_path: Path) -> None:
    (passage,) = passages_of(tmp_path, GOOD)
    assert passage.article.text == "Rebels attacked the town.\n\nIt rained."
    assert passage.article.published_iso == "2014-03-05"
    assert len(passage.article.blocks) == 2
    (event,) = passage.events
    assert passage.article.text[event.start : event.end] == "attacked"
    assert (event.type, event.modality) == (EventType.ASSAULT, Modality.ASSERTED)
    assert (event.actors, event.recipients) == (("Rebels",), ("the town",))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (GOOD.replace("# 2014", "2014"), "first line"),
        (GOOD.replace("ASSAULT", "HUG"), "HUG"),
        (GOOD.replace("asserted", "shouted"), "shouted"),
        (GOOD.replace("|the town]]", "|the city]]"), "the city"),
        (GOOD.replace("|the town]]", "]]"), "a mark is not"),
        (GOOD + "---\n" + GOOD.replace("]]", "]"), "passage 2"),
    ],
)
def test_what_is_broken_is_named(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        passages_of(tmp_path, wrong)


def test_the_shipped_passages_are_many_and_distinct() -> None:
    found = list(read_passages(FOLDER))
    assert sum(len(passage.article.text.split()) for passage in found) >= 10_000
    ids = [passage.article.id for passage in found]
    assert len(set(ids)) == len(ids)
    kinds = {event.type for passage in found for event in passage.events}
    assert kinds == set(EventType)
