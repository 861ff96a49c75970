"""A disk that is full or may not be written: what was acknowledged stays, and the message says what to do."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from annotator import exporters
from annotator.records import UserError
from annotator.store import Store, backups, queries
from annotator.store.edits import Change, change_annotations
from tests.builders import add_annotator, add_document, bring_lines, findings, line

IS_ROOT = os.getuid() == 0


def mounted(folder, options):
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return IS_ROOT and subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path):
    """A disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mounted(folder, "size=2m"):
        pytest.skip("needs to be root, to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder, leave=0):
    """Use up the disk but for `leave` bytes, and return what to remove to have room again."""
    ballast = folder / "ballast"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize - leave
    ballast.write_bytes(b"x" * max(free, 0))
    return ballast


def tag(store, document, ana, uid):
    with store.transaction() as connection:
        change_annotations(connection, "Tag", document, ana, [Change(uid, (0, 9), "denial")])


def shown(store, document):
    with store.reading() as connection:
        return {row.uid for row in queries.annotations(connection, document)}


def test_acknowledged_edits_survive_a_full_disk_and_editing_goes_on_when_there_is_room(small_disk, tmp_path):
    path = small_disk / "p.annotator"
    acknowledged = set()
    with Store.create(path) as store:
        document, ana = add_document(store, tmp_path), add_annotator(store)
        ballast = fill(small_disk, leave=300_000)
        with pytest.raises(UserError, match=r"^p\.annotator: the disk is full\. Make room, then try again\.$"):
            for number in range(1000):
                tag(store, document, ana, str(number))
                acknowledged.add(str(number))
        assert len(acknowledged) > 5
        assert shown(store, document) == acknowledged
        ballast.unlink()
        tag(store, document, ana, "afterwards")
    with Store.open(path) as store:
        assert shown(store, document) == acknowledged | {"afterwards"}
        assert findings(store) == []


def test_an_import_on_a_full_disk_brings_in_nothing_and_says_why(small_disk, tmp_path):
    with Store.create(small_disk / "p.annotator") as store:
        fill(small_disk, leave=100_000)
        with pytest.raises(UserError, match="the disk is full"):
            bring_lines(store, tmp_path, *(line(f"Article {n}. " + "Words. " * 2000) for n in range(100)))
        with store.reading() as connection:
            assert not len(queries.document_ids(connection, None))
        assert findings(store) == []


def test_a_project_is_not_made_on_a_full_disk_and_leaves_nothing(small_disk):
    fill(small_disk)
    with pytest.raises(UserError, match="the disk is full|No space left"):
        Store.create(small_disk / "p.annotator")
    assert [each.name for each in small_disk.iterdir()] == ["ballast"]


def test_a_copy_that_does_not_fit_leaves_nothing(small_disk, tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        fill(small_disk, leave=50_000)
        with pytest.raises(UserError, match="the disk is full|No space left"):
            store.save_copy(small_disk / "copy.annotator")
        assert [each.name for each in small_disk.iterdir()] == ["ballast"]


def test_an_export_to_a_full_disk_leaves_the_old_file_as_it_was(small_disk, tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        bring_lines(store, tmp_path, line("Officials denied it. " * 20_000, annotator={"name": "ana"}))
        target = small_disk / "out.jsonl"
        target.write_text("old")
        fill(small_disk, leave=50_000)
        with pytest.raises(UserError, match=r"out\.jsonl cannot be written: No space left on device\. Nothing"):
            exporters.export(store, target)
        assert target.read_text() == "old"
        assert {each.name for each in small_disk.iterdir()} == {"ballast", "out.jsonl"}


@pytest.fixture
def read_only_disk(tmp_path):
    """Make a folder read only, for root too: a project and an export in it are there already."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mounted(folder, "size=8m"):
        pytest.skip("needs to be root, to mount a disk that cannot be written")
    with Store.create(folder / "p.annotator") as store:
        tag(store, add_document(store, tmp_path), add_annotator(store), "one")
    (folder / "p.annotator.lock").unlink(missing_ok=True)
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_project_on_a_disk_that_cannot_be_written_is_read_and_not_opened_for_writing(read_only_disk):
    path = read_only_disk / "p.annotator"
    with pytest.raises(UserError, match="cannot be written|cannot be opened for writing"):
        Store.open(path)
    with Store.open_to_read(path) as store:
        assert shown(store, 1) == {"one"}
    with pytest.raises(UserError, match="Read-only file system"):
        Store.create(read_only_disk / "q.annotator")


def test_an_export_to_a_folder_that_cannot_be_written_says_so(read_only_disk):
    with Store.open_to_read(read_only_disk / "p.annotator") as store:
        with pytest.raises(UserError, match=r"cannot be written: Read-only file system\. Nothing was changed"):
            exporters.export(store, read_only_disk / "out.jsonl")


AS_SOMEBODY = """
import os, sys
from pathlib import Path
from annotator import exporters
from annotator.records import UserError
from annotator.store import Store

path = Path(sys.argv[1])
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for verb in (lambda: Store.open(path), lambda: exporters.export(Store.open_to_read(path), path.parent / "o.jsonl")):
    try:
        verb()
    except UserError as error:
        print(error)
"""


@pytest.mark.parametrize("what", ["file", "folder"])
def test_permissions_that_are_missing_are_named(tmp_path, what):
    """In a process of its own, which gives up being root: root may write everywhere."""
    folder = Path(tmp_path / "folder")
    folder.mkdir()
    path = folder / "p.annotator"
    Store.create(path).close()
    path.with_name("p.annotator.lock").unlink(missing_ok=True)
    for each in tmp_path, *list(tmp_path.parents)[:-2]:
        each.chmod(each.stat().st_mode | stat.S_IXOTH)
    path.chmod(0o444 if what == "file" else 0o666)
    folder.chmod(0o555 if what == "folder" else 0o777)
    state = tmp_path / "state"
    state.mkdir()
    state.chmod(0o777)
    before = path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", AS_SOMEBODY, str(path)], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[2], env={**os.environ, "XDG_STATE_HOME": str(state)},
    )  # fmt: skip
    folder.chmod(0o755)
    expected = "p.annotator cannot be written. Check its permissions." if what == "file" else "Check the permissions of"
    assert done.stderr == ""
    assert expected in done.stdout
    assert ("o.jsonl cannot be written: Permission denied" in done.stdout) == (what == "folder")
    assert path.read_bytes() == before


def test_a_project_on_a_full_disk_is_opened_or_refused_in_words_and_its_lock_is_free_again(small_disk, tmp_path):
    path = small_disk / "p.annotator"
    with Store.create(path) as store:
        tag(store, add_document(store, tmp_path), add_annotator(store), "one")
    ballast = fill(small_disk)
    try:
        with Store.open(path) as store:
            assert shown(store, 1) == {"one"}
    except UserError as error:
        assert str(error).startswith("p.annotator")
    ballast.unlink()
    with Store.open(path) as store:
        assert shown(store, 1) == {"one"}
        assert findings(store) == []


def test_a_backup_onto_a_full_disk_says_so_and_leaves_earlier_ones_and_the_project_alone(
    small_disk, tmp_path, monkeypatch
):
    """The room that is to stay is looked for before; here others take it in between."""
    monkeypatch.setenv("XDG_DATA_HOME", str(small_disk))
    monkeypatch.setattr(backups, "ROOM", -10_000_000)
    with Store.create(tmp_path / "p.annotator") as store:
        document, ana = add_document(store, tmp_path), add_annotator(store)
        tag(store, document, ana, "one")
        first = backups.make(store, "work")
        tag(store, document, ana, "two")
        for leave in (0, 50_000):
            ballast = fill(small_disk, leave)
            with pytest.raises(UserError, match=r"No backup of p\.annotator was made\. .*(disk is full|No space left)"):
                backups.make(store, "work")
            assert backups.of_project(store.path) == [first]
            assert not list(first.file.parent.glob(".*"))
            ballast.unlink()
        assert findings(store) == []
        assert backups.make(store, "work").number == 2


def test_a_backup_that_would_nearly_fill_the_disk_is_not_made(small_disk, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(small_disk))
    with Store.create(tmp_path / "p.annotator") as store:
        with pytest.raises(
            UserError, match=r"No backup of p\.annotator was made\. There is too little room for it in "
        ):
            backups.make(store, "work")
        assert backups.of_project(store.path) == []
        assert add_document(store, tmp_path)
