"""The export read by the libraries of those who train on it, by the recipes of the guide: every offset is right."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from annotator import exporters
from annotator.assets import FOLDER
from annotator.store import Store
from tests import offline
from tests.builders import bring_in, parsed

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^#### (\w+)\n\n```python\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))

# What each recipe leaves behind, as dictionaries with the article and the keys of a span.
ROWS = {
    "pandas": "rows = spans.to_dict('records')",
    "polars": "rows = spans.to_dicts()",
    "datasets": "rows = spans",
    "spaCy": """
rows = [
    {"article": doc.text, "start": span.start_char, "end": span.end_char, "label": span.label_, "text": span.text}
    for doc in DocBin().from_disk("train.spacy").get_docs(nlp.vocab) for span in doc.spans["sc"]
]
""",
}
CHECK = """
import json
print(json.dumps([[row["article"], row["start"], row["end"], row["label"], row["text"]] for row in rows]))
"""


@pytest.fixture(scope="module", params=["sample", "seed"])
def exported(request, tmp_path_factory):
    """A folder with `train.jsonl` in it."""
    given = request.param == "seed" and request.getfixturevalue("seed") / "seed.jsonl"
    folder = tmp_path_factory.mktemp("consumers")
    with Store.create(folder / "p.annotator") as store:
        bring_in(store, given or FOLDER / "sample" / "sample.jsonl")
        exporters.export(store, folder / "train.jsonl")
    return folder


def run(code, folder, cache):
    """Run code in a process of its own: these libraries warn, and change the process they are loaded into."""
    environment = {
        "PATH": "",
        "HOME": str(cache),
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(cache),
        **offline.environment(),
    }
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment, cwd=folder
    )


def test_there_is_a_recipe_for_each_library():
    assert set(RECIPES) == set(ROWS)


@pytest.mark.parametrize("library", ROWS)
def test_the_recipe_of_a_library_reads_every_span_at_its_place(exported, tmp_path, library):
    pytest.importorskip(library.lower())
    done = run(RECIPES[library] + ROWS[library] + CHECK, exported, tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    expected = [
        [line["text"], span["start"], span["end"], span["label"], span["text"]]
        for line in parsed(exported / "train.jsonl")
        for span in line["spans"]
    ]
    assert len(expected) > 30
    assert found == expected
    assert all(article[start:end] == words for article, start, end, _, words in found)


def test_columns_that_hold_nothing_keep_their_types_in_polars(exported, tmp_path):
    code = "import polars\nprint(polars.read_ndjson('train.jsonl').columns)"
    done = run(code, exported, tmp_path)
    assert done.stdout.strip() == str(list(parsed(exported / "train.jsonl")[0])), done.stderr
