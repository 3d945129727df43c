"""News texts with their events labelled, from training/events/labels and the public data the texts stand in.

    PYTHONPATH=. python training/events/labelled.py DATA OUTPUT.jsonl

writes them as `score_events_news.py` and `article-events extract` read them. A line of training/events/labels is a
text: the collection and the ids of its parts, how many paragraphs of them it has, a digest of the text, and the events,
all as offsets in code points. No word of the texts is kept here.
"""

import argparse
import datetime
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.article import Article
from pipeline.labels import PublishedBasis
from pipeline.readers.text import divide
from training.texts import Source, digest

FOLDER = Path(__file__).resolve().parent / "labels"


COLLECTIONS = {
    "gmb": Source("model/ner/gmb-train.jsonl.gz"),
    "cleaning": Source("cleaning/articles.jsonl.gz", lambda document: document["body"]),
    "polnear": Source("quotations/train.jsonl"),
    "pmtranscripts": Source("raw/australian-pm-transcripts.jsonl.xz"),
}


def labelled_texts(data: Path, folder: Path = FOLDER) -> Iterator[dict[str, Any]]:
    """Each text with its events: id, part, published if known, text, events, and optional, what one labeller marked.

    Raises:
        FileNotFoundError: DATA lacks a collection.
        ValueError: a text is not the one that was labelled.
    """
    lines = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    for source, collection in COLLECTIONS.items():
        own = [line for line in lines if line["source"] == source]
        texts = collection.texts(data, frozenset(part for line in own for part in line["ids"]))
        for line in own:
            text = "\n\n".join(paragraphs((texts.get(part, "") for part in line["ids"]), line["paragraphs"]))
            if digest(text) != line["digest"]:
                named = f"{line['id']}: {collection.path}"
                raise ValueError(f"{named} has another text than the labelled one; take the edition that was labelled")
            published = {"published": line["published"]} if "published" in line else {}
            kept = {name: [restored(event, text) for event in line[name]] for name in ("events", "optional")}
            yield {"id": line["id"], "part": line["part"], "text": text, **published, **kept}


def paragraphs(texts: Iterable[str], most: int) -> list[str]:
    """The first paragraphs of the texts, white space made single."""
    found = [" ".join(part.split()) for text in texts for part in text.split("\n")]
    return [paragraph for paragraph in found if paragraph][:most]


def restored(event: dict[str, Any], text: str) -> dict[str, Any]:
    """The event with the words of its participants."""
    sides = {
        side: [{"text": text[start:end], "start": start, "end": end} for start, end in event[side]]
        for side in ("actor", "recipient")
        if side in event
    }
    return {**event, **sides}


def article_of(text: dict[str, Any]) -> Article:
    """A labelled text as an article."""
    published = datetime.date.fromisoformat(text["published"]) if "published" in text else None
    basis = PublishedBasis.GIVEN if published else None
    body = text["text"]
    return Article(text["id"], body, divide(body), "labels", published=published, published_basis=basis)


def main() -> None:
    """Write the texts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--part", help="read or control; both if not given")
    arguments = parser.parse_args()
    with arguments.output.open("w", encoding="utf-8") as out:
        for text in labelled_texts(arguments.data):
            if arguments.part in (None, text["part"]):
                out.write(json.dumps(text, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
