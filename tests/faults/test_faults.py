"""Each fault in its short form. `./dev faults` does the same in full; docs/reliability.md has what that found."""

import shutil
from pathlib import Path
from random import Random

import pytest

from faults import children, commands, recorder
from faults.catalogue import FAULTS
from faults.disk import MODELS, SECTOR, Disk
from faults.recorder import Place, Said, Sync, SyncFolder, Write

TOOLS = {"power": "strace", "writes": "strace", "full": "unshare"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_loses_nothing(name, tmp_path):
    tool = TOOLS.get(name)
    if tool and not shutil.which(tool):
        pytest.skip(f"needs {tool}")
    rows = list(FAULTS[name](tmp_path, True))
    assert rows
    assert [str(row) for row in rows if not row.ok] == []


DID = """
import os
with open("made", "wb") as file:
    file.write(b"first")
    file.flush()
    os.fsync(file.fileno())
    file.seek(2)
    file.write(b"more")
print(7, flush=True)
os.rename("made", "renamed")
folder = os.open(".", os.O_RDONLY)
os.fsync(folder)
os.unlink("old")
"""


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_the_recorder_sees_what_a_program_does_in_its_order(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "old").write_text("old")
    assert recorder.record(["-c", DID], folder, tmp_path / "trace") == [
        Place(now=(("made", 1),)), Write(1, 0, b"first"), Sync(1), Write(1, 2, b"more"), Said(7),
        Place(("made",), (("renamed", 1),)), SyncFolder(), Place(("old",)),
    ]  # fmt: skip


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_a_call_that_the_recorder_does_not_understand_ends_it(tmp_path):
    with pytest.raises(RuntimeError, match="not understood: mkdir"):
        recorder.record(["-c", "import os; os.mkdir('sub')"], _folder(tmp_path), tmp_path / "trace")


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("model", MODELS)
def test_a_disk_without_power_keeps_what_was_synced_and_any_part_of_the_rest(model):
    disk = Disk(model, {"f": b"a" * 3 * SECTOR})
    for operation in (
        Write(0, 0, b"b" * SECTOR),
        Sync(0),
        Write(0, SECTOR, b"c" * 2 * SECTOR),
        Place(("f",), (("g", 0),)),
    ):
        disk.do(operation)
    choice = Random(1)
    found = {tuple(disk.after_power_loss(choice).items()) for _ in range(200)}
    names = {name for crash in found for name, _ in crash}
    contents = {data[::SECTOR] for crash in found for _, data in crash}
    torn = {b"bca", b"bac"} if model != "prefix" else set()
    assert names == {"f", "g"}
    assert contents == {b"baa", b"bcc"} | torn


@pytest.mark.parametrize("model", MODELS)
def test_names_are_safe_when_their_folder_was_synced_and_on_ext4_when_any_file_was(model):
    disk = Disk(model, {"f": b"", "g": b""})
    disk.do(Place(("f",)))
    disk.do(Sync(1))
    choice = Random(1)
    gone = {"f" not in disk.after_power_loss(choice) for _ in range(50)}
    assert gone == ({True} if model == "ext4" else {True, False})
    disk.do(SyncFolder())
    assert {"f" not in disk.after_power_loss(choice) for _ in range(50)} == {True}


def test_a_command_that_changes_nothing_is_no_use_case(tmp_path):
    prepared = commands.prepare(tmp_path / "prepared", 2)
    with pytest.raises(RuntimeError, match="changes nothing"):
        commands.before_and_after(prepared, commands.Command("list", "list p.annotator", ("p.annotator",)))


def test_a_child_that_fails_is_not_taken_for_one_that_was_killed(tmp_path):
    child = children.Child(children.command, tmp_path, ["list", "missing.annotator"])
    child.rest()
    assert child.code == 1
