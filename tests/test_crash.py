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
from annotator.store.edits import Change, change_annotations, set_state
from annotator.store.undo import redo, undo
store = Store.open(Path(sys.argv[1]))
def change(connection, uid, end, label):
    change_annotations(connection, "Change", 1, 1, [Change(uid, (0, end), label)])
def finish(connection, number):
    set_state(connection, "State", 1, 1, status="started" if number // 6 % 2 else "finished")
STEPS = (
    lambda connection, n: change(connection, f"a{n}", 1 + n % 20, "denial"),
    lambda connection, n: change(connection, f"a{n - 1}", 1 + (n - 1) % 20, "on-record"),
    lambda connection, n: change(connection, f"a{n - 2}", 2 + n % 20, "on-record"),
    finish,
    lambda connection, n: undo(connection),
    lambda connection, n: redo(connection),
)
with store.reading() as connection:
    begin = connection.exec_driver_sql("SELECT count(*) FROM edit").scalar_one() - 1  # the import
for number in count(begin):
    with store.transaction() as connection:
        STEPS[number % 6](connection, number)
    print(number, flush=True)
"""


def after(steps):
    """What the script has made after so many steps, reckoned by hand: annotations by uid, and the status."""
    annotations, status = {}, None
    for number in range(steps):
        new = "started" if number // 6 % 2 else "finished"
        match number % 6:
            case 0:
                annotations[f"a{number}"] = (0, 1 + number % 20, "denial")
                status = status or "started"
            case 1:
                annotations[f"a{number - 1}"] = (0, 1 + (number - 1) % 20, "on-record")
            case 2:
                annotations[f"a{number - 2}"] = (0, 2 + number % 20, "on-record")
            case 3:
                before, status = status, new
            case 4:
                status = before
            case 5:
                status = new
    return annotations, status


def made(connection):
    rows = queries.annotations(connection, 1)
    (status,) = {layer.status for layer in queries.layers(connection)} or {None}
    return {row.uid: (row.start, row.end, row.label) for row in rows}, status


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
    """Thirty times; what is there is what the script had made by then: not less, not half of a step, not another."""
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        add_document(store, tmp_path)
        add_annotator(store)
    choice, last = random.Random(20261123), -1
    for _ in range(KILLS):
        process = start(ANNOTATE, path)
        said = "".join(process.stdout.readline() for _ in range(choice.randint(1, 25)))
        acknowledged = int(killed(process, said).split("\n")[-2])
        assert acknowledged > last
        with Store.open(path) as store:
            assert findings(store) == []
            with store.reading() as connection:
                last = connection.exec_driver_sql("SELECT count(*) FROM edit").scalar_one() - 2
                assert acknowledged <= last <= acknowledged + 1, "at most the one under way came in as well"
                assert made(connection) == after(last + 1)
    with Store.open(path) as store:
        while (step := next_undo(store)) and not step.name.startswith("Import"):
            with store.transaction() as connection:
                undo.undo(connection)
        with store.reading() as connection:
            assert made(connection)[0] == {}
        assert findings(store) == []


def next_undo(store):
    with store.reading() as connection:
        return undo.next_undo(connection)


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
