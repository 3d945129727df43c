"""Speed, side by side in one run: `make bench`.

Each line is a ratio to the bare spaCy pipeline on the same kept text, or a rate. Machines differ and are noisy; the
ratios are what can be compared. What runs in this process is measured by its processor time, so that others on the
machine count less.
"""

import gc
import importlib
import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import spacy

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.cleaning import clean  # noqa: E402
from pipeline.language import LAYERS, load_model, load_pipeline, make_doc  # noqa: E402
from pipeline.language.dates import find_dates  # noqa: E402
from pipeline.readers import ReadProblem, read  # noqa: E402
from pipeline.rows import extraction  # noqa: E402
from tests.robustness import invented, runs  # noqa: E402

ROUNDS = 5


def seconds(work: Callable[[], Any], rounds: int = ROUNDS, clock: Callable[[], float] = time.process_time) -> float:
    """The fastest of several rounds."""
    return in_turn(work, rounds=rounds, clock=clock)[0]


def in_turn(
    *works: Callable[[], Any], rounds: int = ROUNDS, clock: Callable[[], float] = time.process_time
) -> list[float]:
    """The fastest round of each work; they take turns, as machines are fast and slow by the minute."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for n, work in enumerate(works):
            start = clock()
            work()
            best[n] = min(best[n], clock() - start)
    return best


def main() -> None:
    """Measure and print."""
    articles = [item for item in read([ROOT / "corpus" / "raw"]) if not isinstance(item, ReadProblem)]
    cleaned = [article for article in map(clean, articles) if article.language == "en"]
    words = sum(len(article.kept_text.split()) for article in cleaned)
    bare, full = load_model(), load_pipeline()
    gc.collect()
    gc.freeze()  # as in a run

    def docs(nlp: Any) -> list[Any]:
        return [make_doc(nlp, article) for article in cleaned]

    spacy_time, whole_time = in_turn(
        lambda: list(bare.pipe(docs(bare))),
        lambda: [extraction(a, doc) for a, doc in zip(cleaned, full.pipe(docs(full)), strict=True)],
    )
    clean_time = seconds(lambda: [clean(article) for article in articles])
    dates_time = seconds(lambda: [find_dates(a.masked_text(), a.published_day) for a in cleaned])
    characters = sum(len(article.text) for article in cleaned)
    help_time = seconds(
        lambda: subprocess.run([sys.executable, "-m", "pipeline", "--help"], cwd=ROOT, capture_output=True),
        clock=time.perf_counter,
    )

    passages = of_500_words(cleaned)
    model_time = seconds(lambda: list(bare.pipe(passages)))
    blank = spacy.blank("en")
    blank_time = seconds(lambda: list(blank.pipe(passages)))

    print(f"{len(cleaned)} English articles, {words} kept words")
    print(f"the model, 500-word texts{500 * len(passages) / model_time:10,.0f} words/s")
    print(f"a blank pipeline, same   {500 * len(passages) / blank_time:10,.0f} words/s")
    print(f"bare spaCy               {words / spacy_time:10,.0f} words/s")
    print(f"all layers and rows      {whole_time / spacy_time:10.2f} x bare spaCy")
    print(f"cleaning                 {len(articles) / clean_time:10,.0f} articles/s ({clean_time / spacy_time:.2f} x)")
    print(f"dates, without spaCy     {characters / dates_time / 1000:10,.0f} KB/s ({dates_time / spacy_time:.2f} x)")
    print_other_finders(cleaned)
    for name, share in layer_times(full, cleaned).items():
        print(f"layer {name:19}{share / spacy_time:10.3f} x bare spaCy")
    print(f"article-events --help    {help_time:10.2f} s")
    print_naive_script(cleaned, bare, spacy_time, whole_time + clean_time)
    print_whole_runs()


# Other libraries that search a text for dates: the module, and how it is asked.
FINDERS: dict[str, Callable[[Any, str], Any]] = {
    "dateparser.search": lambda module, text: module.search_dates(text, languages=["en"]),
    "parsedatetime": lambda module, text: module.Calendar().nlp(text),
}
# They are slow: so many characters of the articles are enough to tell how slow.
SAMPLE = 20_000


def print_other_finders(articles: list[Any]) -> None:
    """How many times the processor time of ours other date finders take on the same kept text."""
    texts, left = [], SAMPLE
    for article in articles:
        texts.append((article.kept_text[:left], article.published_day))
        left -= len(texts[-1][0])
    ours = seconds(lambda: [find_dates(text, day) for text, day in texts])
    for name, search in FINDERS.items():
        try:
            work = searching(importlib.import_module(name), search, [text for text, _ in texts])
        except ImportError:
            print(f"{name:25}not installed, not compared")
            continue
        ratio = seconds(work, rounds=2) / ours
        print(f"{name:25}{ratio:10,.0f} x the time of our dates, on {SAMPLE - left:,} characters")


def print_naive_script(articles: list[Any], bare: Any, spacy_time: float, ours: float) -> None:
    """What a script of other libraries takes for about half of our tables: spaCy, dates and quotations."""
    try:
        dates, quotations = (importlib.import_module(name) for name in ("dateparser.search", "textacy.extract"))
    except ImportError as error:
        print(f"naive script             {error.name} is not installed, not compared")
        return
    failed = 0

    def script() -> None:
        nonlocal failed
        failed = 0
        for doc in bare.pipe(article.kept_text for article in articles):
            dates.search_dates(doc.text, languages=["en"])
            try:
                list(quotations.direct_quotations(doc))
            except Exception:  # it raises over unbalanced quotation marks
                failed += 1

    taken = seconds(script, rounds=1)
    print(f"naive script             {taken / spacy_time:10.2f} x bare spaCy, {failed} articles with an error; "
          f"ours with cleaning takes {ours / taken:.2f} of its time")  # fmt: skip


def print_whole_runs() -> None:
    """The command as users run it, start and tables included, over invented articles."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.jsonl"
        words = invented.write(source, ARTICLES)
        print(f"{ARTICLES} invented articles, {words} words; start, reading and writing included")
        one = 0.0
        for name, options in RUNS.items():
            output = Path(folder) / name
            first = runs.finish(runs.begin(source, output, *options))
            if first.code == 2:
                print(f"{name:25}did not start: {first.said}")
                continue
            one = one or first.seconds
            print(f"{name:25}{words / first.seconds:10,.0f} words/s, {one / first.seconds:.2f} x one worker, "
                  f"peak {first.peak_bytes / 1e6:,.0f} MB a process")  # fmt: skip
        again = runs.finish(runs.begin(source, Path(folder) / next(iter(RUNS))))
        print(f"again, nothing changed   {one / again.seconds:10.0f} x as fast as the first")


# Articles of the whole runs; 10,000 and their memory: `python -m tests.robustness.many`.
ARTICLES = 1_000
RUNS = {
    "1 worker": (),
    "2 workers": ("--workers", "2"),
    "Dask, 2 workers": ("--engine", "dask", "--workers", "2"),
}


def searching(module: Any, search: Callable[[Any, str], Any], texts: list[str]) -> Callable[[], Any]:
    """The search of all texts, to be timed."""
    return lambda: [search(module, text) for text in texts]


def of_500_words(articles: list[Any]) -> list[str]:
    """The kept words of all articles in texts of 500."""
    words = [word for article in articles for word in article.kept_text.split()]
    return [" ".join(words[at : at + 500]) for at in range(0, len(words) - 499, 500)]


def layer_times(nlp: Any, articles: list[Any]) -> dict[str, float]:
    """Seconds spent in each component that is ours, in one pass."""
    ours = tuple(LAYERS)
    spent = dict.fromkeys(ours, 0.0)
    for article, (name, component) in itertools.product(articles, nlp.pipeline):
        if name == nlp.pipeline[0][0]:
            doc = make_doc(nlp, article)
        start = time.process_time()
        doc = component(doc)
        if name in spent:
            spent[name] += time.process_time() - start
    return spent


if __name__ == "__main__":
    main()
