"""Pages that are run as a reader would: every command and every line of Python, in order, in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = 100


def run(command: list[str], script: str, folder: Path) -> str:
    """What a script says; it must end well."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, input=script, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    blocks = BLOCK.findall((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"))
    command = f'article-events() {{ "{sys.executable}" -m pipeline "$@"; }}\nset -e\n'
    said = [run(["bash", "-s"], command + text, tmp_path) for kind, text in blocks if kind == "sh"]
    _, extracted, cleaned, counted, _ = said
    assert "1 documents" in extracted
    assert "donation_appeal" in cleaned
    assert "comment_prompt" in cleaned
    assert "COL" in counted or (tmp_path / "tables" / "panel.csv").is_file()
    assert (tmp_path / "tables" / "report.html").stat().st_size > 10_000
    printed = run([sys.executable, "-"], "\n".join(text for kind, text in blocks if kind == "python"), tmp_path)
    assert all(word in printed for word in ("CONSULT", "Cartagena", "2016-09-26", "less than half"))


def test_each_layer_works_in_a_pipeline_of_ones_own(tmp_path: Path) -> None:
    blocks = BLOCK.findall((ROOT / "docs" / "how-to" / "layers-in-spacy.md").read_text(encoding="utf-8"))
    printed = run([sys.executable, "-"], "\n".join([*(text for _, text in blocks), "print(html)"]), tmp_path)
    for words in ("DATE 2011-07-05", "SET", "African Union", "We saw long queues", "SUPPORT praised", "<span"):
        assert words in printed
