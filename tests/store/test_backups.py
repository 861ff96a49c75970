"""Backups: whole, checked, private, found again, and restored beside what is there."""

import json
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
from platformdirs import user_data_path

from annotator.records import UserError
from annotator.store import Store, backups, schema
from annotator.store.edits import Change, change_annotations
from tests.builders import TEXT, add_annotator, add_document, bring_lines, by, findings, line, span

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def worked(store, document, ana):
    """A project with an article, and one annotation of Ana's."""
    tag(store, "one")
    return store


def tag(store, uid):
    with store.transaction() as connection:
        change_annotations(connection, "Tag denial", 1, 1, [Change(uid, (0, 9), "denial")])


def rows(path):
    """All that a project says, by plain SQL: the texts by hash, and every version by digest."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        texts = [sha256(text.encode()).hexdigest() for (text,) in connection.execute("SELECT text FROM document")]
        versions = connection.execute(
            "SELECT uid, digest, current, withdrawn FROM annotation UNION ALL "
            "SELECT uid, digest, current, withdrawn FROM layer_state ORDER BY 1, 2"
        ).fetchall()
        edits = connection.execute("SELECT * FROM edit ORDER BY number").fetchall()
        project = connection.execute("SELECT * FROM project").fetchall()
    connection.close()
    return texts, versions, edits, project


def test_the_tests_do_not_write_where_a_person_keeps_backups():
    assert "annotator-tests-" in str(user_data_path("source-annotator"))


def test_a_backup_is_restored_whole(worked, tmp_path):
    """The drill: make, lose the project, restore, open, check, compare every hash."""
    bring_lines(worked, tmp_path, line(TEXT + "2", span(0, 9), annotator=by("Ben")), line("Naïve “quotes”\u2028😀\r\n"))
    before = rows(worked.path)
    made = backups.make(worked, "work")
    worked.close()
    worked.path.unlink()
    target = backups.free_place(worked.path)
    backups.restore(backups.of_project(worked.path)[0], target)
    assert target.name == "p restored.annotator"
    assert rows(target) == rows(made.file) == before
    with Store.open(target) as restored:
        assert findings(restored) == []
        tag(restored, "goes on")


def test_a_backup_says_what_it_holds(worked, tmp_path):
    bring_lines(worked, tmp_path, line(TEXT, span(0, 9), span(3, 9), annotator=by("Ben")))
    made = backups.make(worked, "merge", at=NOON)
    assert (made.reason, made.made, made.project) == ("merge", NOON, worked.path)
    assert made.name == "000001-20261125T120000Z-merge"
    holds = backups.contents(made)
    assert (holds.documents, holds.annotations, holds.annotators) == (1, 3, ("Ana", "Ben"))
    assert holds.last_edit == "Import in.jsonl"


def test_what_is_deleted_or_withdrawn_is_not_counted(worked):
    with worked.transaction() as connection:
        change_annotations(connection, "Remove denial", 1, 1, [Change("one", None)])
    assert backups.contents(backups.make(worked, "work")).annotations == 0


def test_an_empty_project_can_be_backed_up(store):
    assert backups.contents(backups.make(store, "closed")) == (0, 0, (), 0, None, None)


def test_nobody_else_can_read_a_backup_and_nothing_stands_beside_it(worked):
    made = backups.make(worked, "work")
    backups.contents(made)
    place = user_data_path("source-annotator") / "backups"
    for path in (place, *place.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert sorted(path.name for path in made.file.parent.iterdir()) == [made.file.name, "lock", "origin.json"]


def test_a_path_is_backed_up_as_a_store_is_and_nothing_is_left_beside_it(worked):
    worked.close()
    before, names = worked.path.read_bytes(), sorted(worked.path.parent.iterdir())
    made = backups.make(worked.path, "migration")
    assert worked.path.read_bytes() == before
    assert sorted(worked.path.parent.iterdir()) == names
    assert rows(made.file) == rows(worked.path)


def test_what_stands_in_the_log_alone_is_in_the_backup_of_a_path(worked):
    assert worked.path.with_name("p.annotator-wal").stat().st_size > 0
    tag(worked, "two")
    made = backups.make(worked.path, "work")
    assert backups.contents(made).annotations == 2
    tag(worked, "three")
    assert findings(worked) == []


def test_a_job_that_has_the_project_can_back_it_up(worked):
    made = []

    def job():
        with worked.lent():
            made.append(backups.make(worked, "merge"))

    thread = threading.Thread(target=job)
    thread.start()
    thread.join()
    assert rows(made[0].file) == rows(worked.path)


def test_nothing_changed_makes_no_backup_and_anything_that_did_makes_one(worked):
    first = backups.make(worked, "work")
    assert backups.make(worked, "merge") == first
    assert backups.make(worked.path, "closed") == first
    add_annotator(worked, "Ben")
    second = backups.make(worked, "closed")
    tag(worked, "two")
    assert [backups.make(worked, "closed").number, second.number, first.number] == [3, 2, 1]
    assert len(backups.of_project(worked.path)) == 3


def test_a_damaged_last_backup_is_no_reason_to_make_none(worked):
    first = backups.make(worked, "work")
    first.file.write_bytes(b"x" * 5_000)
    assert backups.make(worked, "work").number == 2


def test_the_newest_is_kept_and_found_however_the_clock_jumps(worked):
    for number in range(30):
        tag(worked, f"a{number}")
        at = NOON + timedelta(days=1_000) * (-1) ** number * (number % 7)
        made = backups.make(worked, "work", at=at)
        assert backups.of_project(worked.path)[0] == made
    assert 10 <= len(backups.of_project(worked.path)) <= 24
    assert backups.of_project(worked.path)[0].number == 30


def test_a_lost_project_is_found_by_its_path_and_a_moved_one_by_its_uid(worked, tmp_path):
    made = backups.make(worked, "closed")
    worked.close()
    moved = worked.path.rename(tmp_path / "moved.annotator")
    assert backups.of_project(worked.path) == [made]
    assert backups.of_project(moved) == [made]
    moved.write_bytes(b"damaged")
    assert backups.of_project(moved) == []
    assert backups.of_project(tmp_path / "other.annotator") == []
    assert made in backups.every()


def test_a_copy_has_backups_of_its_own_which_come_after_those_of_the_file_that_was_named(worked, tmp_path):
    """Both have the same uid: neither may drive out or hide the backups of the other."""
    worked.save_copy(tmp_path / "copy.annotator")
    first = backups.make(worked, "closed")
    with Store.open(tmp_path / "copy.annotator") as copy:
        for number in range(15):
            tag(copy, f"c{number}")
            newest = backups.make(copy, "closed")
    assert backups.of_project(worked.path)[0] == first
    assert backups.of_project(copy.path)[0] == newest
    assert len(backups.of_project(worked.path)) == len(backups.of_project(copy.path)) == 11


def test_a_project_whose_uid_is_a_path_stays_in_its_folder(worked):
    """A stranger's file may say anything."""
    with worked.transaction() as connection:
        connection.exec_driver_sql("UPDATE project SET uid = '../../../escaped'")
    made = backups.make(worked, "work")
    assert made.file.is_relative_to(user_data_path("source-annotator") / "backups")
    assert backups.of_project(worked.path) == [made]


def test_restoring_replaces_nothing(worked, tmp_path):
    made = backups.make(worked, "work")
    with pytest.raises(UserError, match="exists already"):
        backups.restore(made, worked.path)
    assert backups.free_place(worked.path) == tmp_path / "p restored.annotator"
    backups.restore(made, tmp_path / "p restored.annotator")
    assert backups.free_place(worked.path) == tmp_path / "p restored 2.annotator"


def test_a_restored_project_is_private(worked, tmp_path):
    backups.restore(backups.make(worked, "work"), tmp_path / "r.annotator")
    assert stat.S_IMODE((tmp_path / "r.annotator").stat().st_mode) == 0o600


@pytest.mark.parametrize("page", [2, 5, 20])
def test_a_damaged_backup_is_refused_and_leaves_nothing(worked, tmp_path, page):
    made = backups.make(worked, "work")
    with made.file.open("r+b") as file:
        file.seek(page * 4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(UserError):
        backups.restore(made, tmp_path / "r.annotator")
    assert not list(tmp_path.glob("*r.annotator*"))


def test_a_file_that_is_no_project_is_refused(tmp_path):
    path = tmp_path / "other.annotator"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE document (id)")
    connection.close()
    with pytest.raises(UserError, match="No backup of other.annotator was made. .* is not a project"):
        backups.make(path, "closed")
    with pytest.raises(UserError, match="No backup of gone.annotator was made."):
        backups.make(tmp_path / "gone.annotator", "closed")


def test_a_project_with_sql_of_its_own_is_refused(worked):
    worked.close()
    with sqlite3.connect(worked.path) as connection:
        connection.execute("CREATE VIEW extra AS SELECT 1")
    connection.close()
    with pytest.raises(UserError, match="is not a project as Source Annotator makes them"):
        backups.make(worked.path, "closed")


def test_an_older_version_can_be_backed_up_before_it_is_migrated(worked, monkeypatch):
    """Its definitions are not those of this version; the copy has to have the same."""
    worked.close()
    with sqlite3.connect(worked.path) as connection:
        connection.execute("ALTER TABLE annotator ADD COLUMN former TEXT")
    connection.close()
    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    assert rows(backups.make(worked.path, "migration").file) == rows(worked.path)


@pytest.mark.parametrize("name", [
    "notes.txt", "000009-closed.annotator", "000009-20269999T120000Z-work.annotator",
    ".000009-20261125T120000Z-work.annotator.annotator-tmp-1-00000000", "000009-20261125T120000Z-work.annotator-wal",
])  # fmt: skip
def test_what_is_called_otherwise_is_no_backup(worked, name):
    made = backups.make(worked, "work")
    made.file.with_name(name).write_bytes(made.file.read_bytes())
    assert backups.of_project(worked.path) == [made]


def test_an_origin_that_cannot_be_read_hides_no_others(worked):
    made = backups.make(worked, "work")
    folder = made.file.parent.with_name("0" * 16)
    folder.mkdir()
    (folder / "origin.json").write_text("{")
    assert backups.of_project(worked.path) == [made]


def test_a_backup_while_others_write_is_one_state(worked):
    """Every edit adds two annotations: a copy torn between edits, or within one, holds an odd or a wrong number."""
    stop, made = threading.Event(), []

    def back_up():
        while not stop.is_set():
            made.append((backups.make(worked.path, "work"), len(made)))

    thread = threading.Thread(target=back_up)
    thread.start()
    for number in count():
        changes = [Change(f"{number}-{half}", (0, 9), "denial") for half in "ab"]
        with worked.transaction() as connection:
            change_annotations(connection, f"{number}", 1, 1, changes)
        if len({backup.number for backup, _ in tuple(made)}) > 4 or number > 5_000:
            break
    stop.set()
    thread.join()
    there = backups.of_project(worked.path)
    assert len({backup.number for backup, _ in made}) > 3
    for backup in there:
        with sqlite3.connect(backup.file) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            name, annotations = copy.execute(
                "SELECT (SELECT name FROM edit ORDER BY number DESC), (SELECT count(*) FROM annotation WHERE uid <> 'one')"
            ).fetchone()
            assert annotations == 2 * (int(name) + 1) if name.isdecimal() else annotations == 0
        copy.close()


def test_several_who_make_one_at_once_wait_for_each_other_and_make_one(worked):
    worked.close()
    together, made = threading.Barrier(5), []

    def back_up(minute):
        together.wait()
        made.append(backups.make(worked.path, "closed", at=NOON + timedelta(minutes=minute)))

    threads = [threading.Thread(target=back_up, args=(minute,)) for minute in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert made == backups.of_project(worked.path) * 5


MAKE = """
import sys
from pathlib import Path
from annotator.store import backups
print("here", flush=True)
backups.make(Path(sys.argv[1]), "closed")
print("made", flush=True)
"""


@pytest.mark.parametrize("moment", range(12))
def test_a_killed_backup_is_none_and_the_next_one_clears_it_away(tmp_path, moment):
    with Store.create(tmp_path / "p.annotator") as store:
        bring_lines(store, tmp_path, *(line(f"{number}. " + "Words. " * 500) for number in range(2_000)))
    process = subprocess.Popen(
        [sys.executable, "-c", MAKE, str(store.path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )  # fmt: skip
    process.stdout.readline()
    try:
        process.wait(moment / 100)  # somewhere while it is being made: not all moments are
    except subprocess.TimeoutExpired:
        process.kill()
    said, _ = process.communicate()
    there = backups.of_project(store.path)
    assert len(there) >= (said == "made\n")
    for backup in there:
        assert rows(backup.file) == rows(store.path)
    made = backups.make(store.path, "closed")
    assert [path.name for path in made.file.parent.glob(".*")] == []
    assert rows(made.file) == rows(store.path)


def test_the_origin_says_which_file_it_was(worked):
    made = backups.make(worked, "work")
    with worked.reading() as connection:
        uid = connection.exec_driver_sql("SELECT uid FROM project").scalar_one()
    assert json.loads((made.file.parent / "origin.json").read_text()) == {"uid": uid, "project": str(worked.path)}
    assert made.file.parents[1].name == uid


def test_a_folder_that_cannot_be_made_is_named(worked, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(UserError, match=r"No backup of p\.annotator was made\. .*file.* cannot be written: Not a dir"):
        backups.make(worked, "work")
    assert add_document(worked, tmp_path, "Work goes on.")
