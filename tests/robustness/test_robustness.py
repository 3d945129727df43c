"""The short versions of the scripts of this folder, and what happens when the output cannot be written."""

import cProfile
import functools
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.language import Language

from pipeline.article import Article, Block
from pipeline.cleaning import clean
from pipeline.engines import Settings
from pipeline.errors import InputError
from pipeline.language import LAYERS, make_doc
from pipeline.readers.records import UnreadPage
from pipeline.run import AFTER_EXTRACTION, STORE_FILE, extract
from pipeline.store import Store
from tests.robustness import fuzz, invented, kills, runs

OURS = tuple(LAYERS)
GROWTH = 10
MOST_WORK = 15.0  # times as many calls for ten times the text
REPEATED = {
    "articles": "",
    "reporting": "he said she said that ",
    "saying": "he said ",
    "names": "Ban Ki-moon met Kofi Annan and ",
    "dates": "on 4 May 2011, from 5 to ",
    "quotation marks": '"no," \'yes ',
    "brackets": "((a) [b ",
    "capitals": "The United Nations Council of ",
    "numbers": "1,000.5 12/11/",
    "full stops": "U.S. A. e.g. ",
}


def test_a_run_that_is_killed_ends_with_the_bytes_of_one_that_was_not() -> None:
    outcome = kills.killed_runs(2, 40, workers=2, seed=3)
    assert outcome.kills == 2
    assert outcome.finished
    assert (outcome.different, outcome.left_behind) == (0, 0)


def test_broken_inputs_end_as_rows_or_as_problems() -> None:
    result = fuzz.fuzz(60, fuzz.corpus_samples(), seed=11)
    assert result.faults == []
    assert result.with_rows > result.refused > 0


def test_a_second_run_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    source, output = tmp_path / "a.txt", tmp_path / "out"
    source.write_text("Chad and Niger signed a treaty on 4 May 2011.", encoding="utf-8")
    output.mkdir()
    first = Store(output / STORE_FILE)
    with pytest.raises(InputError, match="another run is writing to this folder"):
        extract([source], output)
    with pytest.raises(InputError, match="another run is writing to this folder"):
        extract([source], output, Settings(fresh=True))
    first.close()
    assert extract([source], output).extracted == 1


def test_a_full_disk_is_named_and_loses_nothing(tmp_path: Path) -> None:
    source, output, quiet = tmp_path / "in.jsonl", tmp_path / "out", tmp_path / "quiet"
    invented.write(source, 40)

    def small_disk() -> None:  # no file may grow beyond this, as on a disk that is nearly full
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    command = [sys.executable, "-m", "pipeline", "extract", str(source), "--output", str(output)]
    stopped = subprocess.run(command, cwd=runs.ROOT, capture_output=True, text=True, preexec_fn=small_disk)
    assert stopped.returncode == 2
    assert "could not be written" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert runs.finish(runs.begin(source, output)).code == 0
    runs.finish(runs.begin(source, quiet))
    assert runs.digests(output) == runs.digests(quiet)


def test_tables_that_nothing_changed_are_not_written_again(tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out"
    invented.write(source, 3)
    extract([source], output)
    before = {path: path.stat().st_mtime_ns for path in output.glob("*.csv")}
    again = extract([source], output)
    assert {path: path.stat().st_mtime_ns for path in output.glob("*.csv")} == before
    assert again.rows["documents"] == 3
    (output / "events.csv").write_text("spoiled")
    extract([source], output)
    assert "spoiled" not in (output / "events.csv").read_text(encoding="utf-8")
    source.write_text("".join(source.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")
    assert extract([source], output).rows["documents"] == 2


def calls(work: Callable[[], object]) -> int:
    """How many functions the work calls: a measure of work that does not depend on the machine."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def text_of(kind: str, size: int) -> str:
    """A text of about that many characters, of one kind."""
    if REPEATED[kind]:
        return "Barack Obama spoke in Accra. " + REPEATED[kind] * (size // len(REPEATED[kind]))
    records = invented.articles(size // 1_000, paragraphs_each=2)
    return "\n\n".join(record["text"] for record in records)


def layer_calls(nlp: Language, text: str) -> dict[str, int]:
    """The calls of cleaning and of each of our components over a text."""
    article = Article("a", text, (Block(0, len(text)),), "a.txt")
    found = {"cleaning": calls(lambda: clean(article))}
    doc = make_doc(nlp, article)
    for name, component in nlp.pipeline:
        if name in OURS:
            found[name] = calls(functools.partial(component, doc))
        else:
            doc = component(doc)
    return found


@pytest.mark.parametrize("kind", REPEATED)
def test_work_grows_with_the_text_and_not_with_its_square(kind: str, nlp: Language) -> None:
    size = 4_000
    small, large = (layer_calls(nlp, text_of(kind, size * times)) for times in (1, GROWTH))
    growth = {name: round(large[name] / max(small[name], 200), 1) for name in small}
    assert {name: times for name, times in growth.items() if times > MOST_WORK} == {}


def test_code_that_only_reads_the_tables_does_not_make_articles_stale() -> None:
    """What extraction imports is in the digest of the code, and what it does not import is not."""
    script = (
        "import sys, pipeline.run, pipeline.extraction; print(*[m for m in sys.modules if m.startswith('pipeline.')])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=runs.ROOT, capture_output=True, text=True
    ).stdout.split()
    parts = {name.split(".")[1] for name in loaded}
    assert "language" in parts
    assert not parts & {name.removesuffix(".py") for name in AFTER_EXTRACTION}


def test_pages_that_are_stored_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, output = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    (source / "a.html").write_text("<p>Chad and Niger signed a treaty on 4 May 2011.</p>", encoding="utf-8")
    (source / "b.html").write_text("<script>1</script>", encoding="utf-8")
    first = extract([source], output)
    assert (first.articles, first.extracted, first.problems) == (1, 1, 1)
    assert [path.name for path in (output / "texts").iterdir()] == ["a.txt"]
    before = runs.digests(output)
    monkeypatch.setattr(UnreadPage, "read", lambda page: pytest.fail("the page was read again"))
    again = extract([source], output)
    assert (again.articles, again.extracted, again.problems) == (1, 0, 1)
    assert runs.digests(output) == before
