"""Folders as Hugging Face's `datasets` loads them, with no network."""

import subprocess
import sys
from pathlib import Path

import pytest

from annotator.records import LayerRecord
from tests import offline

LOAD = """
import sys, datasets
datasets.disable_progress_bars()
found = datasets.load_dataset(sys.argv[1])
for name in found:
    for row in found[name]:
        print(name, row["meta"]["published"], [row["text"][s["start"]:s["end"]] == s["text"] for s in row["spans"]])
    print(name, len(found[name]), list(found[name].features) == COLUMNS, found[name].features["spans"] == SPANS)
"""


def load(folder, cache, code=LOAD):
    """Have `datasets` load a folder, in a process of its own: it changes the one it is imported into."""
    pytest.importorskip("datasets")
    root = str(Path(__file__).parents[1])
    columns = list(LayerRecord.__struct_encode_fields__)
    prelude = f"COLUMNS = {columns!r}\nimport datasets\nfrom datasets import Value, List\nS, I = Value('string'), Value('int64')\n"
    prelude += """SPANS = List({"id": S, "start": I, "end": I, "label": S, "text": S, "labels_all": List(S), "identity": S, "source": S,
"confidence": S, "unsure": Value("bool"), "note": S, "parts": List({"role": S, "start": I, "end": I, "text": S}), "score": Value("float64"),
"taken_from": S, "reason": S, "runner_up": S})\n"""
    done = subprocess.run(
        [sys.executable, "-c", prelude + code, folder], capture_output=True, text=True, check=False,
        env={"PATH": "", "HOME": str(cache), **offline.environment(root), "HF_HUB_OFFLINE": "1", "HF_HOME": str(cache)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
