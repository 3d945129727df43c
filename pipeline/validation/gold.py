"""Gold: what annotators wrote about an article, kept as `<article_id>.txt` and `<article_id>.ann`.

`read_gold` gives the rows that the annotations say, `write_gold` the file that the rows say; each undoes the other.
"""

import dataclasses
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import GoldError
from pipeline.tables import Extraction
from pipeline.validation.gold_lines import standoff_of
from pipeline.validation.gold_rows import extraction_of
from pipeline.validation.standoff import Source, Standoff, parse, render
from pipeline.writers import replace_file


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated article: its text, the lines of its file, and the rows they stand for."""

    article_id: str
    text: str
    standoff: Standoff
    extraction: Extraction
    part: str = ""  # the folder inside the gold folder: dev, test
    source: Source = field(default_factory=lambda: Source("gold"), compare=False)

    def with_rows(self, extraction: Extraction) -> "Gold":
        """The same article with other rows; lines that still hold keep their ids."""
        standoff = standoff_of(extraction, self.text, self.standoff)
        rows = extraction_of(standoff, self.text, self.article_id, self.source)
        return dataclasses.replace(self, standoff=standoff, extraction=rows)


def gold_of(article_id: str, text: str, annotations: str = "", path: str | Path = "gold") -> Gold:
    """An annotated article from its text and the content of its annotation file.

    Raises:
        GoldError: a line of the annotations is wrong.
    """
    standoff, source = parse(annotations, path)
    return Gold(article_id, text, standoff, extraction_of(standoff, text, article_id, source), source=source)


def as_gold(extraction: Extraction, text: str) -> Gold:
    """Rows of any origin as gold: what an annotator starts from when correcting a prediction."""
    article_id = extraction.documents[0].article_id
    standoff = standoff_of(extraction, text)
    return Gold(article_id, text, standoff, extraction_of(standoff, text, article_id, Source(article_id)))


def read_gold(path: Path) -> Gold:
    """One annotated article from its `.ann` file; the text stands beside it, or in the folder above.

    Raises:
        GoldError: a file is missing or not UTF-8, or a line is wrong.
    """
    return gold_of(path.stem, _read(_text_path(path)), _read(path), path)


def _text_path(path: Path) -> Path:
    # The versions of two annotators share one text: gold/article.txt, gold/anna/article.ann, gold/ben/article.ann
    places = [folder / f"{path.stem}.txt" for folder in (path.parent, path.parent.parent)]
    for place in places:
        if place.is_file():
            return place
    raise GoldError(f"{path}: there is no text; put it at {places[0]} or {places[1]}")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except OSError as error:
        raise GoldError(f"{path}: cannot be read ({error.strerror}); check its name") from error


def read_gold_folder(folder: Path, part: str = "") -> tuple[Gold, ...]:
    """Every annotated article of a folder, or of its parts (`dev`, `test`) where it has no files itself, by id.

    Raises:
        GoldError: there is no gold, two articles have one id, or a file is wrong.
    """
    found: dict[str, Gold] = {}
    for path in gold_paths(folder, part):
        gold = read_gold(path)
        if gold.article_id in found:
            raise GoldError(f"{path}: a second article {gold.article_id}; give each article one file")
        inside = path.parent.name if path.parent != folder else ""
        found[gold.article_id] = dataclasses.replace(gold, part=inside)
    return tuple(found[article_id] for article_id in sorted(found))


def gold_paths(folder: Path, part: str = "") -> list[Path]:
    """The annotation files of a folder or of one of its parts."""
    wanted = folder / part if part else folder
    paths = sorted(wanted.glob("*.ann")) or ([] if part else sorted(folder.glob("*/*.ann")))
    if not paths:
        raise GoldError(f"{wanted}: no .ann file; give a folder with <article_id>.txt and <article_id>.ann")
    return paths


def write_gold(gold: Gold, folder: Path) -> Path:
    """Write the annotations, and the text where it is not there yet; returns the `.ann` file."""
    path = folder / f"{gold.article_id}.ann"
    if not any((place / f"{gold.article_id}.txt").is_file() for place in (folder, folder.parent)):
        replace_file(folder / f"{gold.article_id}.txt", [gold.text])
    replace_file(path, [render(gold.standoff)])
    return path


def gold_digest(golds: Iterable[Gold]) -> str:
    """SHA-256 over every text and every annotation: what a score was measured on."""
    digest = hashlib.sha256()
    for gold in sorted(golds, key=lambda gold: gold.article_id):
        for content in (gold.article_id, gold.text, render(gold.standoff)):
            encoded = content.encode("utf-8")
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()
