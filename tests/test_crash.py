"""Killed at the moments that matter, an import and an export are done or not begun. `faults/kills.py` kills at random."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotator import exporters
from annotator.store import Store
from tests.builders import TEXT, bring_in, by, findings, line, span, write_lines

ROOT = Path(__file__).parents[1]


def start(code, *arguments):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def killed(process, said=""):
    """Kill a process, and return what it said before and until then."""
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL
    return said + rest


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
