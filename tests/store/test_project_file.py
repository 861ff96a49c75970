"""The project file: its permissions, what SQLite is told, and everything that is refused."""

import multiprocessing
import os
import signal
import sqlite3
import stat
import struct
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from annotator.records import UserError
from annotator.store import Store, queries
from annotator.store import schema as store_schema
from annotator.store.connection import raw
from annotator.store.edits import Change, change_annotations
from annotator.store.partial import beside
from tests.builders import add_annotator, add_document, findings

ROOT = Path(__file__).parents[2]


def tag(store, document, ana, uid="one"):
    with store.transaction() as connection:
        change_annotations(connection, "Tag", document, ana, [Change(uid, (0, 9), "denial")])


def uids(store, document):
    with store.reading() as connection:
        return [row.uid for row in queries.annotations(connection, document)]


@pytest.fixture
def umask():
    former = os.umask(0o022)
    yield
    os.umask(former)


def test_a_project_and_its_log_can_be_read_by_their_owner_alone(umask, tmp_path):
    with Store.create(tmp_path / "p.annotator") as store:
        tag(store, add_document(store, tmp_path), add_annotator(store))
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.glob("p.annotator*")}
        assert {"p.annotator", "p.annotator-wal", "p.annotator.lock", "p.annotator.owner"} <= modes.keys()
        assert set(modes.values()) == {0o600}


def test_a_copy_can_be_read_by_its_owner_alone(umask, store, tmp_path):
    store.save_copy(tmp_path / "copy.annotator")
    assert stat.S_IMODE((tmp_path / "copy.annotator").stat().st_mode) == 0o600


def test_the_file_says_whose_it_is_and_which_version(store):
    header = store.path.read_bytes()[:100]
    assert struct.unpack(">i", header[68:72]) == (0x53416E6E,)
    assert struct.unpack(">i", header[60:64]) == (2,)


@pytest.mark.parametrize(
    ("pragma", "expected"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("trusted_schema", 0), ("secure_delete", 1),
     ("cell_size_check", 1), ("mmap_size", 0), ("busy_timeout", 5000)],
)  # fmt: skip
def test_the_writing_connection_is_as_safe_as_sqlite_can_be(store, pragma, expected):
    with store.transaction() as connection:
        found = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
    assert found == (None if pragma == "mmap_size" else expected) or found == expected


@pytest.mark.parametrize(("pragma", "expected"), [("foreign_keys", 1), ("trusted_schema", 0)])
def test_a_connection_beside_it_is_as_safe(store, pragma, expected):
    found = []

    def read():
        with store.reading() as connection:
            found.append(connection.exec_driver_sql(f"PRAGMA {pragma}").scalar())

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert found == [expected]


def sqlite_file(path, *, application=0x53416E6E, version=1):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t(x)")
        connection.execute(f"PRAGMA application_id = {application}")
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


FOREIGN = {
    "newer": (lambda path: sqlite_file(path, version=99), "was made by a newer version"),
    "another program's": (lambda path: sqlite_file(path, application=7), "another program made it"),
    "text": (lambda path: path.write_text("Some notes. " * 100), "is not a Source Annotator project"),
    "empty": (lambda path: path.write_bytes(b""), "is not a Source Annotator project"),
    "short": (lambda path: path.write_bytes(b"SQLite format 3\0"), "is not a Source Annotator project"),
}


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("opening", [Store.open, Store.open_to_read])
def test_what_is_no_project_of_ours_is_refused_and_left_as_it_was(tmp_path, kind, opening):
    make, message = FOREIGN[kind]
    path = tmp_path / "p.annotator"
    make(path)
    os.utime(path, ns=(1, 1))
    before = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(UserError, match=message):
        opening(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [each.name for each in tmp_path.iterdir()] == ["p.annotator"]


def test_a_newer_project_is_refused_with_both_versions_and_what_to_do(tmp_path):
    sqlite_file(tmp_path / "p.annotator", version=99)
    with pytest.raises(UserError, match=r"format 99; this one reads up to 2\)\. Install the newer version"):
        Store.open(tmp_path / "p.annotator")


SHADOW = "document_search_config"
DEFINE = "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = "
HOSTILE = {
    "a trigger": (
        "CREATE TRIGGER gone AFTER INSERT ON annotation BEGIN DELETE FROM document; END",
        "it holds a trigger “gone”",
    ),
    "a view": ("CREATE VIEW other AS SELECT * FROM document", "it holds a view “other”"),
    "a table": ("CREATE TABLE other(x)", "it holds a table “other”"),
    "an index with a condition": (
        "CREATE INDEX other ON document(title) WHERE abs(length) > 0",
        "it holds an index “other”",
    ),
    "a lost index": ("DROP INDEX document_edit", "its index “document_edit” is missing"),
    "an index that finds less": (
        "DROP INDEX document_shown; CREATE INDEX document_shown ON document (id) WHERE withdrawn = 1",
        "its index “document_shown” is another one",
    ),
    "a generated column": (
        "ALTER TABLE label ADD COLUMN x GENERATED ALWAYS AS (abs(position))",
        "its table “label” is another one",
    ),
    "a view in place of a table": (
        "ALTER TABLE guideline RENAME TO g; CREATE VIEW guideline AS SELECT * FROM g",
        "it holds a table “g”",
    ),
    "another search index": (
        "DROP TABLE document_search; CREATE VIRTUAL TABLE document_search USING fts5(title, text)",
        "“document_search” is another one",
    ),
    "a shadow table of the search index": (
        f"{DEFINE} 'CREATE TABLE {SHADOW}(k, v, x)' WHERE name = '{SHADOW}'",
        f"“{SHADOW}” is another one",
    ),
    "nonsense": (f"{DEFINE} 'CREATE TABLE (('", "it is damaged"),
    "no version": ("PRAGMA user_version = 0", "there is no format 0"),
    "a version before the first": ("PRAGMA user_version = -1", "there is no format -1"),
}


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("opening", [Store.open, Store.open_to_read])
def test_a_file_that_is_nearly_a_project_is_refused_and_left_as_it_was(tmp_path, kind, opening, mode):
    sql, message = HOSTILE[kind]
    path = tmp_path / "p.annotator"
    Store.create(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(sql)
        connection.execute(f"PRAGMA journal_mode = {mode}")
    path.with_name("p.annotator.lock").unlink()
    os.utime(path, ns=(1, 1))
    before = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(UserError, match=message):
        opening(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [each.name for each in tmp_path.iterdir()] == ["p.annotator"]


def test_what_is_hidden_in_a_log_is_refused_too(tmp_path):
    path = tmp_path / "p.annotator"
    Store.create(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(HOSTILE["a trigger"][0])
        assert b"AFTER INSERT" not in path.read_bytes()
        for opening in (Store.open, Store.open_to_read):
            with pytest.raises(UserError, match="it holds a trigger “gone”"):
                opening(path)


def test_the_definitions_are_those_of_this_format(store):
    """Who changes them raises the version and writes a migration."""
    with store.reading() as connection:
        found = sorted(raw(connection).execute("SELECT type, name, sql FROM sqlite_master"))
    said = "\n".join(" ".join(f"{kind} {name} {sql}".split()) for kind, name, sql in found)
    assert (store_schema.SCHEMA_VERSION, sha256(said.encode()).hexdigest()[:16]) == (2, "0983765d6fdb8c97")


@pytest.mark.parametrize("opening", [Store.open, Store.open_to_read])
def test_a_missing_project_is_refused_by_its_path_and_not_made(tmp_path, opening):
    with pytest.raises(UserError, match="There is no project at .*absent.annotator"):
        opening(tmp_path / "absent.annotator")
    assert not list(tmp_path.iterdir())


def test_a_folder_is_no_project(tmp_path):
    with pytest.raises(UserError, match="is not a file"):
        Store.open(tmp_path)


def test_a_damaged_project_is_refused_with_what_to_do_and_the_lock_is_free_again(tmp_path):
    path = tmp_path / "p.annotator"
    Store.create(path).close()
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 4000)
    for _ in range(2):
        with pytest.raises(UserError, match="it is damaged|it is not a project file"):
            Store.open(path)


def test_nothing_is_made_over_what_is_there(store, tmp_path):
    for verb in (Store.create, store.save_copy):
        with pytest.raises(UserError, match="exists already"):
            verb(store.path)


def test_a_project_in_a_folder_that_is_not_there_is_refused(store, tmp_path):
    for verb in (Store.create, store.save_copy):
        with pytest.raises(UserError, match="cannot be made: No such file"):
            verb(tmp_path / "absent" / "p.annotator")


def test_a_project_with_a_blank_title_is_refused(tmp_path):
    with pytest.raises(UserError, match="needs a title"):
        Store.create(tmp_path / "p.annotator", "  ")
    assert not list(tmp_path.iterdir())


def test_what_a_killed_program_left_half_made_is_removed_at_the_next_start(tmp_path):
    path = tmp_path / "p.annotator"
    Store.create(path).close()
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    stray = tmp_path / f".out.jsonl.annotator-tmp-{process.pid}-0a0b"
    journal = tmp_path / f".q.annotator.annotator-tmp-{process.pid}-0a0b-journal"
    foreign = tmp_path / ".out.jsonl.annotator-tmp-notes"
    own = beside(tmp_path / "running.jsonl")
    for each in (stray, journal, foreign):
        each.write_text("An article.")
    Store.open(path).close()
    assert not stray.exists()
    assert not journal.exists()
    assert foreign.exists()
    assert own.exists()


def hold(path, ready, done):
    with Store.open(path):
        ready.set()
        done.wait(60)


def test_a_second_program_is_refused_with_host_and_process_and_may_still_read(tmp_path):
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        document = add_document(store, tmp_path)
        tag(store, document, add_annotator(store))
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    process = context.Process(target=hold, args=(path, ready, done))
    process.start()
    try:
        assert ready.wait(60)
        with pytest.raises(UserError, match=rf"already open .*on {os.uname().nodename}, process {process.pid}"):
            Store.open(path)
        with Store.open_to_read(path) as reader:
            assert uids(reader, document) == ["one"]
    finally:
        done.set()
        process.join(60)
    Store.open(path).close()


LINKS = {
    "a symbolic link": lambda path, other: other.symlink_to(path),
    "a relative symbolic link": lambda path, other: other.symlink_to(os.path.relpath(path, other.parent)),
    "a hard link": lambda path, other: other.hardlink_to(path),
    "a link to its folder": lambda path, other: other.parent.rmdir() or other.parent.symlink_to(path.parent),
}


@pytest.mark.parametrize("link", LINKS)
def test_a_project_is_not_written_by_two_under_two_names(store, tmp_path, link):
    (tmp_path / "elsewhere").mkdir()
    other = tmp_path / "elsewhere" / (store.path.name if "folder" in link else "other.annotator")
    LINKS[link](store.path, other)
    with pytest.raises(UserError, match="is already open"):
        Store.open(other)
    if "folder" not in link:
        assert [each.name for each in (tmp_path / "elsewhere").iterdir()] == ["other.annotator"]
    store.close()
    Store.open(other).close()


def test_a_link_that_was_opened_first_keeps_the_project_from_others(tmp_path):
    path, other = tmp_path / "p.annotator", tmp_path / "other.annotator"
    Store.create(path).close()
    other.hardlink_to(path)
    with Store.open(other), pytest.raises(UserError, match="is already open"):
        Store.open(path)
    Store.open(path).close()


def test_a_project_opened_by_a_link_keeps_its_log_and_lock_beside_the_file(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    path, other = tmp_path / "p.annotator", tmp_path / "elsewhere" / "other.annotator"
    Store.create(path).close()
    other.symlink_to(path)
    with Store.open(other) as store:
        assert store.path == path
        assert path.with_name("p.annotator.lock").exists()
        assert [each.name for each in other.parent.iterdir()] == ["other.annotator"]


POSIX_LOCKS = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 1073741826)
    except OSError:
        print("locked")
"""


def test_a_refused_second_opening_leaves_sqlite_its_locks(store, document, ana):
    """SQLite's shared lock keeps other programs from taking the log away; closing the file anywhere would drop it."""
    tag(store, document, ana)
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", POSIX_LOCKS, store.path], capture_output=True, text=True, check=True
        )
        assert done.stdout == "locked\n"
        with pytest.raises(UserError, match="is already open"):
            Store.open(store.path)


def test_the_lock_without_its_note_still_refuses(store):
    store.path.with_name("p.annotator.owner").unlink()
    with pytest.raises(UserError, match="already open in another window"):
        Store.open(store.path)


def test_a_project_open_for_reading_is_not_written(store):
    with Store.open_to_read(store.path) as reader, pytest.raises(UserError, match="open for reading only"):
        with reader.transaction():
            pass


def test_what_reads_does_not_write_in_any_thread(store, document, ana):
    def remove():
        with store.reading() as connection, pytest.raises(sqlite3.OperationalError, match="readonly database"):
            change_annotations(connection, "Tag", document, ana, [Change("one", (0, 9), "denial")])
        return True

    assert remove()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(remove).result()
    assert uids(store, document) == []
    tag(store, document, ana)
    assert uids(store, document) == ["one"]


@pytest.mark.parametrize("opening", [Store.open, Store.open_to_read])
def test_a_circle_of_links_is_refused(tmp_path, opening):
    (tmp_path / "p.annotator").symlink_to("p.annotator")
    with pytest.raises(UserError, match="cannot be read: Too many levels"):
        opening(tmp_path / "p.annotator")


def test_reading_leaves_a_closed_project_as_it_was(tmp_path):
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        add_document(store, tmp_path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    with Store.open_to_read(path) as reader, reader.reading() as connection:
        with pytest.raises(OperationalError, match="readonly"):
            connection.exec_driver_sql("DELETE FROM document")
        assert queries.title(connection) == "p"
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    Store.open(path).close()
    assert not list(tmp_path.glob("p.annotator-*"))


WRITE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from annotator.store import Store
from tests.builders import add_annotator
add_annotator(store := Store.open(Path(sys.argv[1])), "Ben")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_reading_what_a_killed_program_left_changes_neither_the_file_nor_its_log(tmp_path):
    path = tmp_path / "p.annotator"
    Store.create(path).close()
    command = [sys.executable, "-c", WRITE_AND_DIE, path]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    log = path.with_name("p.annotator-wal")
    before = path.read_bytes(), log.read_bytes()
    assert before[1]
    with Store.open_to_read(path) as reader, reader.reading() as connection:
        assert [row.name for row in queries.annotators(connection)] == ["Ben"]
    assert (path.read_bytes(), log.read_bytes()) == before
    with Store.open(path) as store, store.reading() as connection:
        assert [row.name for row in queries.annotators(connection)] == ["Ben"]


@pytest.mark.parametrize("fate", ["moved", "removed", "replaced"])
def test_a_project_that_is_no_longer_in_its_place_takes_no_edit_and_gives_a_whole_copy(
    store, document, ana, tmp_path, fate
):
    tag(store, document, ana)
    other = tmp_path / "other.annotator"
    Store.create(other).close()
    if fate == "moved":
        store.path.rename(tmp_path / "moved.annotator")
    elif fate == "removed":
        store.path.unlink()
    else:
        other.replace(store.path)
    with pytest.raises(UserError, match=r"was moved, replaced or removed.*not saved.*Save a copy"):
        tag(store, document, ana, "two")
    copy = tmp_path / "copy.annotator"
    store.save_copy(copy)
    with Store.open(copy) as saved:
        assert uids(saved, document) == ["one"]
        assert findings(saved) == []
        tag(saved, document, ana, "two")


def test_a_copy_is_a_project_with_all_that_was_saved(store, document, ana, tmp_path):
    tag(store, document, ana)
    store.save_copy(tmp_path / "copy.annotator")
    tag(store, document, ana, "two")
    with Store.open(tmp_path / "copy.annotator") as copy:
        assert uids(copy, document) == ["one"]
    assert not list(tmp_path.glob(".*"))


def test_an_error_rolls_the_whole_transaction_back(store, document, ana):
    with pytest.raises(ZeroDivisionError), store.transaction() as connection:
        change_annotations(connection, "Tag", document, ana, [Change("one", (0, 9), "denial")])
        _ = 1 / 0
    assert uids(store, document) == []
    tag(store, document, ana, "two")
    assert uids(store, document) == ["two"]


def test_a_lent_project_is_written_by_its_borrower_and_read_by_its_owner(store, document, ana, tmp_path):
    lent, seen, errors = threading.Event(), threading.Event(), []

    def work():
        try:
            with store.lent(), store.transaction() as connection:
                change_annotations(connection, "Tag", document, ana, [Change("one", (0, 9), "denial")])
                lent.set()
                seen.wait(60)
        except UserError as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert lent.wait(60)
    assert uids(store, document) == []
    for refused in (lambda: tag(store, document, ana, "two"), lambda: store.save_copy(tmp_path / "c.annotator")):
        with pytest.raises(UserError, match="An import or merge is running"):
            refused()
    seen.set()
    thread.join()
    assert not errors
    assert uids(store, document) == ["one"]


def test_a_project_is_lent_only_once_its_owner_has_read(store, document, ana):
    """Both use one connection: a borrower who begins while it is read by would find it closed to writing."""
    begun, lent, errors = threading.Event(), threading.Event(), []

    def work():
        begun.set()
        try:
            with store.lent():
                lent.set()
                tag(store, document, ana, "one")
        except UserError as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    with store.reading() as connection:
        thread.start()
        assert begun.wait(60)
        assert not lent.wait(0.2)
        assert len(queries.document_ids(connection, None)) == 1
    thread.join(60)
    assert not errors
    assert uids(store, document) == ["one"]


def test_a_project_that_was_made_for_nothing_leaves_nothing(tmp_path):
    Store.create(tmp_path / "p.annotator").discard()
    assert not list(tmp_path.iterdir())
