"""Several runs share a collection, and their datasets become the one that a single run writes."""

from pathlib import Path

import pytest

from pipeline.engines import Settings
from pipeline.errors import InputError
from pipeline.parts import Part
from pipeline.run import extract, merge
from tests.robustness import invented, runs

PARTS = 3


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """The dataset of one run over a folder with something unreadable in it, and those of three runs that share it."""
    folder = tmp_path_factory.mktemp("parts")
    source = folder / "in"
    source.mkdir()
    invented.write(source / "a.jsonl", 12)
    (source / "b.html").write_text("<p>Chad and Niger signed a treaty in Niamey on 4 May 2011.</p>", encoding="utf-8")
    (source / "empty.html").write_text("<script>1</script>", encoding="utf-8")
    (source / "broken.jsonl").write_text("{\n{\n", encoding="utf-8")
    extract([source], folder / "whole")
    shared = [folder / f"part-{number}" for number in range(1, PARTS + 1)]
    for number, output in enumerate(shared, start=1):
        extract([source], output, Settings(part=Part(number, PARTS)))
    return folder / "whole", shared


def test_merged_parts_have_the_bytes_of_one_run(datasets: tuple[Path, list[Path]], tmp_path: Path) -> None:
    whole, shared = datasets
    counts = [len((output / "documents.csv").read_text(encoding="utf-8").splitlines()) - 1 for output in shared]
    assert sum(counts) == 13
    assert max(counts) < 13
    merge(shared, tmp_path / "all")
    assert runs.digests(tmp_path / "all") == runs.digests(whole)
    merge(reversed(shared), tmp_path / "all")
    assert runs.digests(tmp_path / "all") == runs.digests(whole)


def test_an_article_in_two_parts_is_named(datasets: tuple[Path, list[Path]], tmp_path: Path) -> None:
    whole, shared = datasets
    with pytest.raises(InputError, match="is in another part as well"):
        merge([shared[0], whole], tmp_path / "all")


def test_a_part_is_never_written_over(datasets: tuple[Path, list[Path]]) -> None:
    _, shared = datasets
    before = runs.digests(shared[1])
    with pytest.raises(InputError, match="is one of the parts"):
        merge(shared, shared[1].parent / "." / shared[1].name)
    assert runs.digests(shared[1]) == before


def test_parts_of_other_settings_or_none_are_refused(datasets: tuple[Path, list[Path]], tmp_path: Path) -> None:
    _, shared = datasets
    source, other = tmp_path / "a.txt", tmp_path / "other"
    source.write_text("Chad and Niger signed a treaty.", encoding="utf-8")
    extract([source], other, Settings(clean=False))
    with pytest.raises(InputError, match="made with other settings"):
        merge([shared[0], other], tmp_path / "all")
    with pytest.raises(InputError, match="no-such"):
        merge([shared[0], tmp_path / "no-such"], tmp_path / "all")
    with pytest.raises(InputError, match="no part"):
        merge([], tmp_path / "all")
    (other / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="not the manifest"):
        merge([other], tmp_path / "all")


@pytest.mark.parametrize("written", ["", "0/3", "4/3", "1/0", "1", "a/b", "1/3/4", "-1/3", "1/1000000"])
def test_a_part_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(InputError, match="--part"):
        Part.of(written)


def test_every_article_is_in_one_part() -> None:
    names = [f"article-{number}" for number in range(300)]
    held = [[name for name in names if Part(number, 7).holds(name)] for number in range(1, 8)]
    assert sorted(name for part in held for name in part) == sorted(names)
    assert min(map(len, held)) > 20
