"""Pages of the web whose quotations were labelled for this project, with the data that their texts stand in.

    PYTHONPATH=. python training/quotations/pages.py DATA train|test OUTPUT.jsonl

DATA holds cleaning/articles.jsonl.gz, OUTPUT receives annotated articles as fit.py and measure.py read them. A line of
pages-{train,test}.jsonl is the beginning of a page's body: its id, where it ends, a digest of it, and its quotations,
all offsets in code points. No word of the texts is kept here.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.texts import Source, digest

FOLDER = Path(__file__).resolve().parent
BODIES = Source("cleaning/articles.jsonl.gz", lambda article: article["body"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("part", choices=("train", "test"))
    parser.add_argument("output", type=Path)
    args = parser.parse_args()
    try:
        lines = [json.dumps(article, ensure_ascii=False) + "\n" for article in read_labelled(args.data, args.part)]
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f"{error}; training/quotations/README.md names the texts")
    args.output.parent.mkdir(parents=True, exist_ok=True)
    args.output.write_text("".join(lines), encoding="utf-8")


def read_labelled(data: Path, part: str) -> Iterator[dict[str, Any]]:
    """The pages of a part: `{"id", "text", "quotations": [{"spans", "cue", "speaker"}], "discard"}`.

    Raises FileNotFoundError when DATA lacks the texts, and ValueError when one is not the text that was labelled.
    """
    found = (FOLDER / f"pages-{part}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in found]
    texts = BODIES.texts(data, {row["id"] for row in rows})
    for row in rows:
        text = texts.get(row["id"], "")[: row["end"]]
        if digest(text) != row["digest"]:
            raise ValueError(f"{BODIES.path}, {row['id']}: not the text that was labelled")
        yield {"id": row["id"], "text": text, "quotations": row["quotations"], "discard": []}


if __name__ == "__main__":
    main()
