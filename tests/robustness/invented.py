"""As many articles as one likes: paragraphs of the corpus, shuffled, with other names, days and numbers in them."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CAPITALS = ("Nairobi", "Lima", "Oslo", "Tunis", "Manila", "Quito", "Riga", "Accra", "Hanoi", "Zagreb")
MONTHS = "January February March April May June July August September October November December".split()
DAY = re.compile(rf"\b\d{{1,2}} (?:{'|'.join(MONTHS)})\b")
LONG = 80  # characters of a paragraph worth taking


def paragraphs() -> list[str]:
    """The long paragraphs of the pasted English articles in corpus/raw."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpus" / "raw").glob("*.txt"))]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return [line for line in lines if len(line) >= LONG and " the " in line]


def articles(count: int, *, seed: int = 0, paragraphs_each: int = 3) -> Iterator[dict[str, str]]:
    """Records for a JSONL file: `id`, `text` and `published` (ISO 8601)."""
    source, chance = paragraphs(), random.Random(seed)
    for number in range(count):
        chosen = chance.sample(source, paragraphs_each)
        place, year = chance.choice(CAPITALS), chance.randrange(1995, 2026)
        month, day = chance.randrange(1, 13), chance.randrange(1, 28)
        head = (
            f"{place.upper()}, {MONTHS[month - 1]} {day} - The council of {place} met {number + 3} delegates on Monday."
        )
        body = [DAY.sub(f"{day} {chance.choice(MONTHS)}", paragraph) for paragraph in chosen]
        yield {
            "id": f"invented-{number:06}",
            "text": "\n\n".join([head, *body]),
            "published": f"{year}-{month:02}-{day:02}",
        }


def write(path: Path, count: int, *, seed: int = 0) -> int:
    """Write a JSONL file of that many articles; returns how many words they have."""
    words = 0
    with path.open("w", encoding="utf-8") as file:
        for record in articles(count, seed=seed):
            words += len(record["text"].split())
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return words
