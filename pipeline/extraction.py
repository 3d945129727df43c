"""From cleaned articles to rows, in one process: the pipeline is loaded once and every article has its own fate."""

import functools
import gc
import itertools
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from spacy.language import Language, PipeCallable
from spacy.tokens import Doc

from pipeline import rows
from pipeline.article import Article
from pipeline.labels import Stage
from pipeline.language import load_pipeline, make_doc
from pipeline.tables import Extraction, ProblemRow, problem_row

ENGLISH = ("en", "")  # an article too short to tell is read as English
# spaCy needs about 1 GB for a text of this length; a longer one is more than one article.
LONGEST_ARTICLE = 1_000_000
DOCS_AT_ONCE = 16


def extract_articles(articles: Sequence[Article], model: str = "", lexicons: str = "") -> list[Extraction]:
    """The rows of each article, in the same order; what fails for one article is a problem among its rows.

    Raises:
        LexiconError: a lexicon is broken.
        ModelError: the spaCy pipeline is missing or lacks what the layers need.
    """
    nlp = loaded_pipeline(model, lexicons)
    with nlp.memory_zone():
        reasons = [_not_extracted(article) for article in articles]
        docs = {i: make_doc(nlp, articles[i]) for i, reason in enumerate(reasons) if reason is None}
        problems = _run_components(nlp, articles, docs)
        return [
            rows.extraction(article, docs.get(i))._replace(problems=(reason,) if reason else tuple(problems[i]))
            for i, (article, reason) in enumerate(zip(articles, reasons, strict=True))
        ]


@functools.lru_cache(maxsize=1)
def loaded_pipeline(model: str, lexicons: str) -> Language:
    """The pipeline for these settings, loaded once in a process."""
    nlp = load_pipeline(model or None, lexicons=Path(lexicons) if lexicons else None)
    nlp.max_length = LONGEST_ARTICLE + 1
    gc.collect()
    gc.freeze()  # model and lexicons stay: the collector need not walk through them again and again
    return nlp


def _not_extracted(article: Article) -> ProblemRow | None:
    if article.language not in ENGLISH:
        message = (
            f"the article is in {article.language!r}, not English; it is cleaned and listed, and nothing is extracted"
        )
        return problem_row(article.source_file, article.id, Stage.LANGUAGE, message)
    if len(article.text) > LONGEST_ARTICLE:
        message = (
            f"the text has {len(article.text):,} characters, more than the {LONGEST_ARTICLE:,} of one article; "
            "it is cleaned and listed, and nothing is extracted; divide it into articles"
        )
        return problem_row(article.source_file, article.id, Stage.EXTRACT, message)
    return None


def _run_components(
    nlp: Language, articles: Sequence[Article], docs: dict[int, Doc]
) -> defaultdict[int, list[ProblemRow]]:
    """Run every component over all Docs; what fails for one Doc is a problem of its article, and harms no other.

    Components of the model read many Docs at once. Ours read one Doc after the other, and each Doc goes through all of
    them before the next: what one of them has looked up of a Doc the others find (`doc.plain`, `syntax.remembered`).
    """
    problems: defaultdict[int, list[ProblemRow]] = defaultdict(list)

    def run_alone(name: str, component: PipeCallable, i: int) -> None:
        try:
            component(docs[i])
        except Exception as error:  # whatever it is, it costs this layer of this article only
            message = f"{name} failed ({type(error).__name__}: {error}); the article has no rows of this layer"
            problems[i].append(problem_row(articles[i].source_file, articles[i].id, Stage.EXTRACT, message))

    for reads_many, components in itertools.groupby(nlp.pipeline, key=lambda part: hasattr(part[1], "pipe")):
        if not reads_many:
            own = list(components)
            for i in docs:
                for name, component in own:
                    run_alone(name, component, i)
            continue
        for name, component in components:
            try:
                for _ in component.pipe(list(docs.values()), batch_size=DOCS_AT_ONCE):  # type: ignore[attr-defined]
                    pass
            except Exception:  # one of the articles is at fault: find out which
                for i in docs:
                    run_alone(name, component, i)
    return problems
