"""What was removed for good is nowhere: its words are looked for in the bytes of every file that could hold them."""

import random
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from annotator import removing, revising
from annotator.records import Attributes, UserError
from annotator.store import Store, backups, edits, queries, removal, trash, undo
from annotator.ui.settings import Draft, ReadingPlace, Settings
from tests.builders import TEXT, add_annotator, bring_in, bring_lines, by, findings, line, span, write_lines

CANARY = "Zyxwquombat"
SECRET = f"{CANARY} denied it on Monday. The mayor, said {CANARY}, declined to comment. Nobody else was there."
DELETED = "Delete"


def hits(*folders: Path) -> list[str]:
    """The files that hold the canary, whole or as search keeps it: small letters, or a part of a word."""
    found = []
    for file in sorted(each for folder in folders for each in folder.rglob("*") if each.is_file()):
        data = file.read_bytes().lower()
        if any(part in data for part in (CANARY.lower().encode(), CANARY.lower()[2:].encode())):
            found.append(file.name)
    return found


@pytest.fixture
def homes(tmp_path, monkeypatch):
    """Folders of the user's data, state and temporaries that are of this test alone."""
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "SQLITE_TMPDIR", "TMPDIR"):
        folder = tmp_path / "homes" / name
        folder.mkdir(parents=True)
        monkeypatch.setenv(name, str(folder))
    return tmp_path / "homes"


@pytest.fixture
def place(tmp_path):
    """Where the project is."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def secret(homes, place, tmp_path):
    """A project with the canary in a text, a title, a byline, an URL, a note, a source and names of edits."""
    with Store.create(place / "p.annotator", "Test") as store:
        incoming = tmp_path / "incoming"
        incoming.mkdir()
        layer = line(
            SECRET,
            span(0, 10, "denial", id="s-1", note=f"call {CANARY}", source=CANARY),
            document=f"{CANARY}-1",
            annotator=by("Ben"),
            meta={"title": f"About {CANARY}", "byline": CANARY, "url": f"https://example.org/{CANARY}"},
            keywords=[CANARY],
        )
        file = write_lines(incoming / f"{CANARY}.jsonl", [line(TEXT, document="kept"), layer])
        bring_in(store, file)
        ana = add_annotator(store)
        with store.transaction() as connection:
            edits.change_annotations(
                connection, "Tag", 2, ana, [edits.Change("a-1", (0, 5), "denial", Attributes(note=f"ask {CANARY}"))]
            )
            edits.describe(connection, "Article details", 2, {"title": f"{CANARY} again"})
        yield store


def backup(store) -> Path:
    """A backup of the project, which changed since the last one."""
    number = len(backups.of_project(store.path))
    with store.transaction() as connection:
        edits.describe(connection, "Article details", 1, {"outlet": f"Post {number}"})
    return backups.make(store, "work").file


def delete(store, *ids):
    with store.transaction() as connection:
        trash.delete_documents(connection, DELETED, ids)


def test_nothing_is_left_of_what_was_removed(secret, homes, place):
    backup(secret)
    damaged = backup(secret)
    damaged.write_bytes(b"no header" + damaged.read_bytes()[9:])
    settings = Settings(homes / "XDG_CONFIG_HOME" / "window.ini")
    settings.set_place(secret.path, ReadingPlace(2, draft=Draft("a-1", note=(f"half {CANARY}", ""))))
    delete(secret, 2)
    assert hits(place)
    assert len(hits(homes)) == 3

    found = removing.remove_for_good(secret, [2])
    settings.forget_documents(secret.path, [2])

    assert hits(place, homes) == []  # while the project is open: its log too
    assert (found.documents, found.copies, found.discarded, found.left) == (1, 1, [damaged.name], [])
    assert findings(secret) == []
    with Store.open(backups.of_project(secret.path)[0].file) as copy:
        assert findings(copy) == []
    assert hits(place, homes) == []


@pytest.mark.parametrize("leaves_out", ["compacting", "cleaning the index", "names of edits", "changes"])
def test_a_removal_that_does_less_is_seen(secret, homes, place, monkeypatch, leaves_out):
    if leaves_out == "compacting":
        monkeypatch.setattr(Store, "compact", lambda _: True)
    elif leaves_out == "cleaning the index":
        monkeypatch.setattr(removal, "clean_index", lambda _: None)
    elif leaves_out == "names of edits":
        monkeypatch.setattr(removal, "_NAMED", "SELECT :edits")
    else:
        monkeypatch.setattr(removal, "_forget_changes", lambda *_: iter(()))
    delete(secret, 2)
    removing.remove_for_good(secret, [2])
    assert hits(place)


def test_all_can_be_undone_after_a_removal(secret):
    """Twenty edits of all kinds on both documents, then one is gone, and a new one comes under its number."""
    chance = random.Random(5)
    ana = add_annotator(secret)
    for number in range(20):
        document_id = chance.choice([1, 2])
        with secret.transaction() as connection:
            change = edits.Change(f"u-{number}", (number, number + 3), "denial")
            verbs = {
                "tag": lambda d=document_id, c=change: edits.change_annotations(connection, "Tag", d, ana, [c]),
                "state": lambda d=document_id: edits.set_state(connection, "State", d, ana, status="finished"),
                "title": lambda d=document_id: edits.describe(connection, "Title", d, {"title": CANARY}),
                "undo": lambda: undo.undo(connection),
                "redo": lambda: undo.redo(connection),
                "delete": lambda d=document_id: _delete_and_restore(connection, d),
            }
            verbs[chance.choice(sorted(verbs))]()
    delete(secret, 2)
    removing.remove_for_good(secret, [2])
    bring_lines(secret, secret.path.parent, line("Another article, which takes the number.", document="new"))
    assert _ids(secret) == [1, 2]

    seen = set()
    while step := _undo(secret):
        seen.add(step)
        assert findings(secret) == []
    assert len(seen) >= 10
    assert _ids(secret) == []
    while _redo(secret):
        assert findings(secret) == []
    assert _ids(secret) == [1, 2]


def _delete_and_restore(connection, document_id):
    trash.delete_documents(connection, DELETED, [document_id])
    trash.restore_documents(connection, "Restore", [document_id])


def _undo(store):
    with store.transaction() as connection:
        step = undo.next_undo(connection)
        undo.undo(connection)
    return step


def _redo(store):
    with store.transaction() as connection:
        step = undo.next_redo(connection)
        undo.redo(connection)
    return step


def _ids(store):
    with store.reading() as connection:
        return list(queries.document_ids(connection, None))


def test_only_what_lies_in_the_trash_is_removed(secret):
    with pytest.raises(UserError, match="Article 2 is not in the trash"):
        removing.remove_for_good(secret, [2])
    assert _ids(secret) == [1, 2]


def test_a_removed_text_stays_out_until_it_is_asked_for(secret, tmp_path):
    delete(secret, 2)
    removing.remove_for_good(secret, [2])
    again = line(SECRET, span(0, 10, "denial"), annotator=by("Ben"))
    report = bring_lines(secret, tmp_path, again)
    assert (report.documents, report.left_out, report.removed_documents) == (0, 1, 1)
    assert "--bring-back" in str(report.problems[0])
    assert _ids(secret) == [1]

    report = bring_lines(secret, tmp_path, again, brings_back=True)
    assert (report.documents, report.left_out, report.removed_documents) == (1, 0, 0)
    assert _ids(secret) == [1, 2]
    _undo(secret)
    assert bring_lines(secret, tmp_path, again).documents == 1  # it is not removed for good any more


def test_a_reader_keeps_the_log_which_is_said(secret):
    with Store.open_to_read(secret.path) as reader, reader.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM document").scalar_one()
        secret._connection.exec_driver_sql("PRAGMA busy_timeout = 1")
        delete(secret, 2)
        assert removing.remove_for_good(secret, [2]).left == [str(secret.path)]
    assert secret.compact()
    assert hits(secret.path.parent) == []


def test_backups_out_of_reach_are_cleaned_by_the_next_removal(secret, homes, place):
    """As after a power cut between the project and its backups."""
    backup(secret)
    delete(secret, 1, 2)
    kept = homes / "XDG_DATA_HOME"
    kept.rename(homes / "elsewhere")
    removing.remove_for_good(secret, [2])
    (homes / "elsewhere").rename(kept)
    assert hits(homes)
    assert removing.remove_for_good(secret, [1]).copies == 1
    assert hits(place, homes) == []


def test_a_backup_that_only_cannot_be_opened_now_stays_and_is_named(secret):
    """Open elsewhere, of a newer version, no room for a lock: what is in it may be all that somebody has."""
    newer, opened, guarded = backup(secret), backup(secret), backup(secret)
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = newer.read_bytes()
    guarded.with_name(f"{guarded.name}.lock").mkdir()  # stands for any error of the disk
    delete(secret, 2)
    with Store.open(opened):
        found = removing.remove_for_good(secret, [2])
        assert opened.with_name(f"{opened.name}.lock").exists()  # that is of who has it open
    assert (sorted(found.left), found.discarded) == (sorted(map(str, [newer, opened, guarded])), [])
    assert newer.read_bytes() == before
    assert all(each.exists() for each in (newer, opened, guarded))


def test_a_backup_with_a_damaged_tree_goes_whole(secret, homes):
    damaged = backup(secret)
    size = damaged.stat().st_size
    with damaged.open("r+b") as file:
        for page in range(1, size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 16)
    delete(secret, 2)
    found = removing.remove_for_good(secret, [2])
    assert (found.discarded, found.left) == ([damaged.name], [])
    assert not damaged.exists()


def test_a_backup_that_is_being_made_is_cleaned_too(secret, homes, place, monkeypatch):
    """It was begun before the removal, and is put in place after it; or it waits until that is done."""
    delete(secret, 2)
    copying, may_go_on, copy = threading.Event(), threading.Event(), backups._copy

    def slowly(*arguments):
        copying.set()
        assert may_go_on.wait(20)
        copy(*arguments)

    monkeypatch.setattr(backups, "_copy", slowly)
    making = threading.Thread(target=backups.make, args=(secret.path, "work"))
    making.start()
    assert copying.wait(20)
    with secret.transaction() as connection:
        connection.exec_driver_sql("SELECT 1")  # who writes is not kept waiting
    compact = secret.compact
    with monkeypatch.context() as only_here:
        only_here.setattr(secret, "compact", lambda: (compact(), may_go_on.set())[0])
        found = removing.remove_for_good(secret, [2])
    making.join()
    assert found.copies == 1
    secret.compact()  # the backup read an older state of the log
    assert hits(place, homes) == []


def test_a_backup_that_waited_for_a_removal_is_of_the_state_after_it(secret, homes):
    backup(secret)
    delete(secret, 2)
    waiting = threading.Thread(target=backups.make, args=(secret.path, "work"))
    held = backups.held(secret.path)
    next(held)
    waiting.start()
    waiting.join(0.3)  # it may have come to the lock by now; the law holds if it has not
    with secret.transaction() as connection:
        removal.remove(connection, [2])
    held.close()
    waiting.join()
    with sqlite3.connect(backups.of_project(secret.path)[0].file) as connection:
        assert connection.execute("SELECT id FROM document").fetchall() == [(1,)]
    connection.close()


def test_no_temporary_file_holds_an_article(secret):
    """SQLite unlinks such a file as soon as it is open: it has no name, and is found by its number alone."""
    with secret.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA temp_store").scalar_one() == 2
    with Store.open_to_read(secret.path) as reader, reader.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA temp_store").scalar_one() == 2
    written = []

    def look():
        for descriptor in Path("/proc/self/fd").glob("*"):
            with suppress(OSError):
                if "etilqs" in str(descriptor.readlink()):
                    written.append(descriptor.stat().st_size)
        return 0

    with secret.reading() as connection:
        connection.connection.dbapi_connection.set_progress_handler(look, 100)
    secret.compact()
    assert max(written, default=0) == 0


@pytest.mark.parametrize("gone", [1, 2])
def test_a_correction_does_not_name_what_was_removed(homes, place, tmp_path, gone):
    """It is called after the words of the article that it corrects."""
    (tmp_path / "new.txt").write_text(TEXT)
    with Store.create(place / "p.annotator", "Test") as store:
        bring_lines(store, tmp_path, line(SECRET))
        corrected = revising.read(tmp_path / "new.txt")
        revising.revise(store.transaction, 1, corrected)
        _undo(store)
        _redo(store)
        _undo(store)
        revising.revise(store.transaction, 1, corrected)
        backup(store)
        delete(store, gone)
        removing.remove_for_good(store, [gone])
        if gone == 2:
            delete(store, 1)
            removing.remove_for_good(store, [1])
        assert hits(place, homes) == []


def test_files_that_brought_it_in_vain_are_not_named(homes, place, tmp_path):
    file = write_lines(tmp_path / f"{CANARY}.jsonl", [line(SECRET)])
    both = write_lines(tmp_path / f"{CANARY}-2.jsonl", [line(SECRET), line(TEXT)])
    with Store.create(place / "p.annotator", "Test") as store:
        bring_in(store, file)
        _undo(store)
        bring_in(store, both)
        _undo(store)
        _redo(store)
        bring_in(store, file)
        delete(store, 1)
        removing.remove_for_good(store, [1])
        assert hits(place) == []


def test_where_the_file_cannot_be_written_anew_that_is_said(secret, monkeypatch):
    def refuse(_):
        raise UserError("p.annotator: the disk is full.")

    delete(secret, 2)
    copy = backup(secret)
    monkeypatch.setattr(Store, "compact", refuse)
    found = removing.remove_for_good(secret, [2])
    assert found.left == [str(secret.path), str(copy)]
    assert (found.copies, _ids(secret)) == (1, [1])
