"""A project that lost its newest edits is told from one that never had them; copies and moves are no nuisance."""

import shutil
import sqlite3
import stat

import pytest
from platformdirs import user_state_path

from annotator.records import UserError
from annotator.store import Store, last_edit
from annotator.store.edits import Change, change_annotations
from annotator.store.last_edit import Missing
from tests.builders import add_annotator, add_document


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        add_document(store, tmp_path)
        add_annotator(store)
    return path


def tag(store, times=1):
    for _ in range(times):
        with store.transaction() as connection:
            change_annotations(connection, "Tag", 1, 1, [Change(f"{id(connection)}-{_}", (0, 9), "denial")])


def edits(path):
    with sqlite3.connect(path) as rows:
        found = rows.execute("SELECT count(*) FROM edit").fetchone()[0]
    rows.close()
    return found


def test_a_log_that_was_cut_off_is_noticed(path, tmp_path):
    with Store.open(path) as store:
        tag(store, 20)
        log = path.with_name("p.annotator-wal").read_bytes()
        shutil.copy(path, tmp_path / "crashed")
    had = edits(path)
    shutil.copy(tmp_path / "crashed", path)
    path.with_name("p.annotator-wal").write_bytes(log[: len(log) // 2])
    with Store.open(path) as store:
        has = edits(path)
        assert 0 < has < had
        assert store.missing == Missing(had - has)


def test_an_older_file_in_its_place_is_noticed_until_somebody_goes_on(path, tmp_path):
    shutil.copy(path, tmp_path / "older")
    with Store.open(path) as store:
        tag(store, 3)
        assert store.missing is None
    shutil.copy(tmp_path / "older", path)
    assert last_edit.missing(path) == Missing(3)
    with Store.open(path) as store:
        tag(store)  # without having answered
    with Store.open(path) as store:
        assert store.missing == Missing(2)
        store.accept_missing()
        tag(store)
    assert last_edit.missing(path) is None


def test_another_branch_of_the_same_length_is_noticed(path, tmp_path):
    shutil.copy(path, tmp_path / "other.annotator")
    with Store.open(tmp_path / "other.annotator") as store:
        tag(store, 5)
    with Store.open(path) as store:
        tag(store, 3)
    shutil.copy(tmp_path / "other.annotator", path)
    assert last_edit.missing(path) == Missing(0)


def test_copies_moves_and_work_done_elsewhere_are_no_loss(path, tmp_path):
    shutil.copy(path, tmp_path / "copy.annotator")
    with Store.open(path) as store:
        tag(store, 3)
    assert last_edit.missing(tmp_path / "copy.annotator") is None  # it never had them
    path.rename(tmp_path / "moved.annotator")
    with Store.open(tmp_path / "moved.annotator") as store:
        assert store.missing is None
        tag(store, 2)  # as on another computer that shares the folder
    shutil.copy(tmp_path / "moved.annotator", path)
    assert last_edit.missing(path) is None
    path.unlink()
    with Store.create(path) as store:  # another project of the same name
        assert store.missing is None


def test_what_is_remembered_can_be_read_by_its_owner_alone_and_names_nothing(path):
    with Store.open(path) as store:
        tag(store)
    folder = user_state_path("source-annotator") / "edits"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert b"annotator" not in file.read_bytes()


def test_an_edit_that_was_not_committed_is_not_remembered(path):
    with Store.open(path) as store:
        tag(store)
        with pytest.raises(UserError), store.transaction() as connection:
            change_annotations(connection, "Tag", 1, 1, [Change("x", (0, 9), "denial")])
            raise UserError
    assert last_edit.missing(path) is None


def test_where_nothing_can_be_remembered_editing_goes_on(path, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with Store.open(path) as store:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
        store._memory = last_edit.Memory(path)
        tag(store)
        assert store._memory.remembered is None
