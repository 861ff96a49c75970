"""The export read by the libraries of those who train on it, without an adapter: every offset is right."""

import subprocess
import sys
from pathlib import Path

import pytest

from annotator import exporters
from annotator.store import Store
from tests.builders import bring_in, parsed


@pytest.fixture(scope="module")
def exported(seed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("consumers")
    with Store.create(folder / "p.annotator") as store:
        bring_in(store, seed / "seed.jsonl")
        exporters.export(store, folder / "out.jsonl")
    return folder / "out.jsonl"


def run(code, *arguments, folder, **environment):
    """Run code in a process of its own: these libraries warn, and change the process they are loaded into."""
    environment = {"PATH": "", "HOME": str(folder), "PYTHONPATH": str(Path(__file__).parents[1]), **environment}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False, env=environment
    )


CHECK = """
import sys
path = sys.argv[1]
def check(rows):
    rows = list(rows)
    spans = 0
    for row in rows:
        for span in row["spans"]:
            assert row["text"][span["start"]:span["end"]] == span["text"], span
            spans += 1
    print(len(rows), spans)
"""
READERS = {
    "datasets": "from datasets import load_dataset\ncheck(load_dataset('json', data_files=path, split='train'))",
    "pandas": "import pandas\ncheck(pandas.read_json(path, lines=True).to_dict('records'))",
    "polars": "import polars\ncheck(polars.read_ndjson(path).to_dicts())",
    "spacy": """
import spacy, json
nlp = spacy.blank("en")
rows = [json.loads(line) for line in open(path, encoding="utf-8")]
for row in rows:
    doc = nlp(row["text"])
    assert doc.text == row["text"]
    for span in row["spans"]:
        found = doc.char_span(span["start"], span["end"], label=span["label"], alignment_mode="expand")
        exact = doc.char_span(span["start"], span["end"], label=span["label"])
        assert exact is not None and exact.text == found.text == span["text"], span
check(rows)
""",
}


@pytest.mark.parametrize("library", READERS)
def test_every_library_reads_every_span_at_its_place(exported, tmp_path, library):
    pytest.importorskip(library)
    done = run(CHECK + READERS[library], exported, folder=tmp_path, HF_HUB_OFFLINE="1", HF_HOME=str(tmp_path / "cache"))
    expected = [len(parsed(exported)), sum(len(each["spans"]) for each in parsed(exported))]
    assert expected == [2, 31]
    assert done.stdout.split()[-2:] == [str(number) for number in expected], done.stderr


def test_columns_that_hold_nothing_keep_their_types_in_polars(exported, tmp_path):
    code = "import polars, sys\nprint(polars.read_ndjson(sys.argv[1]).columns)"
    done = run(code, exported, folder=tmp_path)
    assert done.stdout.strip() == str(list(parsed(exported)[0])), done.stderr
