"""Killed at any moment, a project holds every edit that was acknowledged, and never half of anything."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotator import exporters
from annotator.store import Store, queries, undo
from tests.builders import TEXT, add_annotator, add_document, bring_in, by, findings, line, span, write_lines

ROOT = Path(__file__).parents[1]
KILLS = 30

ANNOTATE = """
import sys
from itertools import count
from pathlib import Path
from annotator.store import Store
from annotator.store.edits import Change, change_annotations
store = Store.open(Path(sys.argv[1]))
with store.reading() as connection:
    start = connection.exec_driver_sql("SELECT count(DISTINCT uid) FROM annotation").scalar_one()
for number in count(start):
    with store.transaction() as connection:
        change_annotations(connection, f"Tag {number}", 1, 1, [Change(f"a{number}", (0, 1 + number % 20), "denial")])
    print(number, flush=True)
"""


def start(code, *arguments):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def killed(process, said=""):
    """Kill a process, and return what it said before and until then."""
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL
    return said + rest


def test_no_acknowledged_edit_is_lost_however_often_the_program_is_killed(tmp_path):
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        add_document(store, tmp_path)
        add_annotator(store)
    acknowledged = set()
    choice = random.Random(20261123)
    for _ in range(KILLS):
        process = start(ANNOTATE, path)
        said = "".join(process.stdout.readline() for _ in range(choice.randint(1, 25)))
        said = killed(process, said)
        acknowledged |= {f"a{number}" for number in said.split("\n")[:-1]}
        with Store.open(path) as store:
            with store.reading() as connection:
                there = {row.uid for row in queries.annotations(connection, 1)}
            assert acknowledged <= there
            assert len(there - acknowledged) <= 1, "more than the one that was under way came in"
            acknowledged = there
            assert findings(store) == []
            last = max(there, key=lambda uid: int(uid[1:]))
            with store.transaction() as connection:
                assert undo.undo(connection).uid == last
                assert queries.annotation(connection, last) is None
                undo.redo(connection)
                assert queries.annotation(connection, last) is not None
    assert len(acknowledged) >= KILLS


IMPORT = """
import sys
from pathlib import Path
from annotator import importers
from annotator.store import Store
def progress(done, total):
    if done >= total * float(sys.argv[3]):
        print("here", flush=True)
with Store.open(Path(sys.argv[1])) as store:
    importers.import_files(store, importers.find([Path(sys.argv[2])]), progress=progress)
print("done", flush=True)
"""


def counts(path):
    with Store.open(path) as store:
        assert findings(store) == []
        with store.reading() as connection:
            return tuple(
                connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
                for table in ("document", "annotation", "layer_state", "annotator")
            )


@pytest.mark.parametrize("moment", [0.01, 0.3, 0.7, 1.0])
def test_a_killed_import_brings_in_all_or_nothing(tmp_path, moment):
    path = tmp_path / "p.annotator"
    Store.create(path).close()
    layers = (line(f"{n}. {TEXT}", span(0, 9), span(3, 12), annotator=by("Ana")) for n in range(1000))
    file = write_lines(tmp_path / "in.jsonl", layers)
    process = start(IMPORT, path, file, moment)
    killed(process, process.stdout.readline())
    everything = (1000, 2000, 1000, 1)
    assert counts(path) in ((0, 0, 0, 0), everything)
    with Store.open(path) as store:
        bring_in(store, file)
    assert counts(path) == everything


EXPORT = """
import sys
from pathlib import Path
from annotator import exporters
from annotator.store import Store
def progress(done, total):
    if done >= total * float(sys.argv[3]):
        print("here", flush=True)
with Store.open_to_read(Path(sys.argv[1])) as store:
    exporters.export(store, Path(sys.argv[2]), progress=progress)
print("done", flush=True)
"""


@pytest.mark.parametrize("moment", [0.01, 0.5, 1.0])
def test_a_killed_export_leaves_the_old_file_or_the_whole_new_one(tmp_path, moment):
    path, target = tmp_path / "p.annotator", tmp_path / "out.jsonl"
    with Store.create(path) as store:
        layers = (line(f"{n}. {TEXT * 20}", span(0, 9), annotator=by("Ana")) for n in range(1000))
        bring_in(store, write_lines(tmp_path / "in.jsonl", layers))
        exporters.export(store, tmp_path / "whole.jsonl")
    whole = (tmp_path / "whole.jsonl").read_bytes()
    target.write_bytes(b"old")
    process = start(EXPORT, path, target, moment)
    killed(process, process.stdout.readline())
    assert target.read_bytes() in (b"old", whole)
    with Store.open_to_read(path) as store:
        exporters.export(store, target)
    assert target.read_bytes() == whole
    assert not list(tmp_path.glob(".out*")), "what the killed export left is gone"
