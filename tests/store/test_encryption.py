"""An encrypted project opens with its key alone, and nothing of it stands anywhere as plain text."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from annotator.records import UserError
from annotator.store import Store, backups, check, encryption, keys, queries
from annotator.store.edits import Change, change_annotations
from annotator.store.repair import repair
from tests.builders import add_annotator, bring_lines, by, findings, line, span
from tests.encrypted import CANARY, NEEDED, WORDS, fill, forget, make, plain_files, unlocked

pytestmark = NEEDED
ROOT = Path(__file__).parents[2]
HOME = [Path(os.environ[name]) for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")]


@pytest.fixture
def path(tmp_path):
    (tmp_path / "project").mkdir()
    return make(tmp_path / "project" / "p.annotator")


@pytest.fixture
def plain(tmp_path):
    with Store.create(tmp_path / "plain.annotator", "Plain") as store:
        fill(store, tmp_path)
    return tmp_path / "plain.annotator"


def texts(path):
    with Store.open_to_read(path) as store, store.reading() as connection:
        return connection.exec_driver_sql("SELECT sha256, title FROM document").all()


def tag(store, uid, start=20):
    ana = add_annotator(store, "Ben")
    with store.transaction() as connection:
        change_annotations(connection, "Tag", 1, ana, [Change(uid, (start, start + 7), "denial")])


def write_copy(store, path, secret):
    with store.reading() as connection:
        encryption.write_copy(connection, path, secret)


# The key


def test_it_opens_with_its_key_and_holds_what_was_put_in(path):
    with Store.open(unlocked(path)) as store:
        assert findings(store) == []
        with store.reading() as connection:
            assert [row.title for row in queries.document_rows(connection, [1], None)] == [CANARY]


def test_the_words_open_it_in_sqlcipher_itself(path):
    """The oracle: SQLCipher's own making of a key from words."""
    from sqlcipher3 import dbapi2

    rows = dbapi2.connect(str(path))
    rows.execute(f"PRAGMA key = '{WORDS}'")
    assert rows.execute("SELECT title FROM document").fetchall() == [(CANARY,)]
    rows.close()


def test_an_accent_may_be_typed_in_either_way(path):
    unlocked(path, WORDS.replace("ü", "u\u0308"))
    assert texts(path)


def test_without_a_key_it_is_refused_and_untouched(path):
    before = path.read_bytes()
    with pytest.raises(keys.KeyNeeded, match="p.annotator is encrypted, and its key was not given"):
        Store.open(path)
    with pytest.raises(keys.KeyNeeded):
        check.examine(path)
    assert path.read_bytes() == before and [each.name for each in path.parent.iterdir() if "-" in each.name] == []


@pytest.mark.parametrize("words", ["", "grüne Heringe im Februar ", "Grüne Heringe im Februar", "' OR 1 --", "\x00"])
def test_another_key_is_said_to_be_another(path, words, capfd):
    with pytest.raises(encryption.WrongKey, match="This key does not open p.annotator. It may be another key"):
        encryption.unlock(path, words)
    with pytest.raises(keys.KeyNeeded):
        Store.open(path)
    assert capfd.readouterr().err == ""  # SQLCipher would write there


def test_a_file_of_nobody_knows_what_gets_the_same_answer(tmp_path):
    (tmp_path / "x.annotator").write_bytes(os.urandom(8_192))
    with pytest.raises(encryption.WrongKey, match="or the file is no project"):
        encryption.unlock(tmp_path / "x.annotator", WORDS)


def test_a_plain_project_whose_first_bytes_are_damaged_is_not_taken_for_encrypted(plain):
    plain.write_bytes(b"no header" + plain.read_bytes()[9:])
    with pytest.raises(UserError, match="is not a Source Annotator project"):
        Store.open(plain)


@pytest.mark.parametrize("data", [b"", b"x" * 5_000, bytes(8_192), b"SQLite format 3\0" + b"x" * 4_080])
def test_what_is_no_row_of_pages_or_is_plain_is_not_taken_for_encrypted(tmp_path, data):
    (tmp_path / "x.annotator").write_bytes(data)
    assert not keys.is_encrypted(tmp_path / "x.annotator")
    with pytest.raises(UserError, match="is not a Source Annotator project"):
        Store.open(tmp_path / "x.annotator")


def test_an_encrypted_database_of_another_program_is_refused(tmp_path):
    from sqlcipher3 import dbapi2

    rows = dbapi2.connect(str(tmp_path / "x.annotator"))
    rows.execute(f"PRAGMA key = '{WORDS}'")
    rows.execute("CREATE TABLE t(a)")
    rows.close()
    with pytest.raises(UserError, match="another program made it"):
        Store.open(unlocked(tmp_path / "x.annotator"))


def test_a_trigger_in_an_encrypted_project_is_refused_as_in_any(path):
    from sqlcipher3 import dbapi2

    rows = dbapi2.connect(str(path))
    rows.execute(f"PRAGMA key = '{WORDS}'")
    rows.execute("CREATE TRIGGER t AFTER INSERT ON edit BEGIN DELETE FROM document; END")
    rows.commit()
    rows.close()
    with pytest.raises(UserError, match="it holds a trigger"):
        Store.open(unlocked(path))


def test_a_short_key_is_refused():
    with pytest.raises(UserError, match="8 characters or more"):
        keys.make("seven77")


def test_a_secret_does_not_show_its_key(path):
    secret = keys.make(WORDS)
    assert secret.key.hex() not in repr(secret) and repr(secret.key) not in repr(secret)


def test_without_the_library_the_command_that_installs_it_is_named(path, monkeypatch):
    monkeypatch.setattr("annotator.store.driver.find_spec", lambda _name: None)
    for opening in (Store.open, check.examine, keys.is_locked):
        with pytest.raises(UserError, match=r"pip install 'source-annotator\[encrypted\]'"):
            opening(path)


# Nothing in plain text


def test_nothing_of_it_stands_anywhere_as_plain_text(path, tmp_path):
    with Store.open(unlocked(path)) as store:
        tag(store, "one")
        assert path.with_name("p.annotator-wal").stat().st_size > 0
        assert plain_files(tmp_path, *HOME) == []
        backups.make(store, "work")
        store.save_copy(tmp_path / "copy.annotator")
        assert check.examine(path).findings == []
        repair(path, tmp_path / "repaired.annotator")
        write_copy(store, tmp_path / "other.annotator", keys.make("another key"))
        store.compact()
        with pytest.raises(RuntimeError), store.transaction() as connection:  # with more in it than a page cache holds
            connection.exec_driver_sql("PRAGMA cache_size = 10")
            connection.exec_driver_sql("UPDATE document SET text = text || text || text")
            assert plain_files(tmp_path, *HOME) == []
            raise RuntimeError
    assert len(list(tmp_path.rglob("*.annotator"))) == 4
    assert plain_files(tmp_path, *HOME) == []


def test_the_canary_is_found_in_a_plain_project(plain, tmp_path):
    """The oracle of the test above finds what it looks for."""
    assert plain in plain_files(tmp_path)


def test_temporary_tables_and_sorting_stay_in_memory(path):
    with Store.open(unlocked(path)) as store, store.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA temp_store").scalar_one() == 2


def test_damage_listed_beside_a_repaired_copy_says_where_and_not_what(path, tmp_path):
    with Store.open(unlocked(path)) as store, store.transaction() as connection:
        connection.exec_driver_sql("UPDATE document SET text = text || '!'")
    found = repair(path, tmp_path / "repaired.annotator")
    assert found.beside.is_file() and found.left_out >= 1
    assert plain_files(tmp_path, *HOME) == []


@pytest.mark.parametrize("part", [0.2, 0.4, 0.6, 0.8])
def test_a_repair_of_a_damaged_one_loses_what_stood_on_the_page_alone(tmp_path, part):
    path = tmp_path / "p.annotator"
    with Store.create(path, "P", keys.make(WORDS)) as store:
        texts = [f"{number}. {CANARY} said so." * 150 for number in range(200)]
        bring_lines(store, tmp_path, *[line(text, span(3, 9), annotator=by("Ana")) for text in texts])
    (tmp_path / "in.jsonl").unlink()
    data = bytearray(path.read_bytes())
    data[int(len(data) * part) // 4_096 * 4_096 + 100] ^= 1
    path.write_bytes(data)
    found = repair(path, tmp_path / "repaired.annotator")
    assert found.kept["document"] >= 199 and found.kept["annotation"] >= 150  # a page holds some 40 annotations
    assert check.examine(tmp_path / "repaired.annotator").findings == []
    assert plain_files(tmp_path) == []


# Copies


def test_a_plain_project_becomes_an_encrypted_one_and_back(plain, tmp_path):
    with Store.open_to_read(plain) as store:
        write_copy(store, tmp_path / "e.annotator", keys.make(WORDS))
    forget()
    with Store.open_to_read(unlocked(tmp_path / "e.annotator")) as store:
        assert findings(store) == []
        write_copy(store, tmp_path / "back.annotator", None)
    assert not keys.is_encrypted(tmp_path / "back.annotator")
    assert rows_of(tmp_path / "back.annotator") == rows_of(plain)
    with Store.open(tmp_path / "back.annotator") as store:
        assert findings(store) == []


def rows_of(path):
    """Every row of every table, by plain `sqlite3`."""
    with closing(sqlite3.connect(path)) as rows:
        tables = [name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(map(repr, rows.execute(f"SELECT * FROM {name}")))
            for name in tables if not name.startswith("document_search")
        }  # fmt: skip


def test_a_copy_replaces_nothing(plain, tmp_path):
    (tmp_path / "there.annotator").write_text("mine")
    with Store.open(plain) as store, pytest.raises(UserError, match="exists already"):
        write_copy(store, tmp_path / "there.annotator", keys.make(WORDS))
    assert (tmp_path / "there.annotator").read_text() == "mine"


def test_a_saved_copy_and_a_repaired_one_open_with_the_same_words(path, tmp_path):
    with Store.open(unlocked(path)) as store:
        store.save_copy(tmp_path / "copy.annotator")
    repair(path, tmp_path / "repaired.annotator")
    expected = texts(path)
    forget()
    for name in ("copy.annotator", "repaired.annotator"):
        assert texts(unlocked(tmp_path / name)) == expected


def test_backups_are_encrypted_with_the_same_key_and_restored_so(path, tmp_path):
    with Store.open(unlocked(path)) as store:
        made = backups.make(store, "work")
    expected = texts(path)
    path.unlink()
    forget()
    (listed,) = backups.of_project(path)
    with pytest.raises(keys.KeyNeeded):
        backups.contents(listed)
    with pytest.raises(keys.KeyNeeded):
        backups.restore(listed, tmp_path / "restored.annotator")
    unlocked(listed.file)
    assert listed == made and backups.contents(listed).documents == 1
    backups.restore(listed, tmp_path / "restored.annotator")
    forget()
    assert texts(unlocked(tmp_path / "restored.annotator")) == expected
    assert plain_files(tmp_path, *HOME) == []


def test_a_backup_of_a_project_that_was_removed_while_open_is_encrypted_too(path, tmp_path):
    with Store.open(unlocked(path)) as store:
        path.unlink()
        made = backups.make(store, "work")
        assert keys.is_encrypted(made.file)
    assert plain_files(tmp_path, *HOME) == []


# Beside others


def test_to_look_at_an_open_project_does_not_drop_its_locks(path, plain):
    """A file that is opened and closed loses the locks that SQLite has on it in this process."""
    for each in (unlocked(path), plain):
        with Store.open(each) as store:
            with store.transaction() as connection:
                connection.exec_driver_sql("UPDATE project SET title = 'New'")
                held = locks()
                assert held
                keys.is_encrypted(each)
                check.examine(each)
                check.quick(each, check.never)
                with pytest.raises(UserError, match="already open"):
                    Store.open(each)
                assert locks() == held


def locks():
    """The locks that this process holds, as the system lists them."""
    lines = Path("/proc/locks").read_text().splitlines()
    return sorted(line.split(maxsplit=1)[1] for line in lines if f" {os.getpid()} " in line and "POSIX" in line)


KILLED = """
import sys
from pathlib import Path
from annotator.store import Store, encryption
from tests.store.test_encryption import tag
path = Path(sys.argv[1])
encryption.unlock(path, sys.argv[2])
store = Store.open(path)
for number in range(10_000):
    tag(store, f"uid-{number}", number)
    print(number, flush=True)
"""


def test_what_was_said_to_be_saved_is_there_after_a_kill(path, tmp_path):
    command = [sys.executable, "-c", KILLED, str(path), WORDS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        said = [process.stdout.readline() for _ in range(20)]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.read().splitlines()
    last = int(said[-1])
    assert plain_files(tmp_path, *HOME) == []
    with Store.open(unlocked(path)) as store:
        assert findings(store) == [] and store.missing is None
        with store.reading() as connection:
            (number,) = connection.exec_driver_sql("SELECT count(*) FROM annotation WHERE uid LIKE 'uid-%'").one()
    assert number in (last + 1, last + 2)


def test_a_flipped_bit_is_found(path):
    unlocked(path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 // 4096 * 4096 + 100] ^= 1
    shutil.copy(path, path.with_name("flipped.annotator"))
    flipped = path.with_name("flipped.annotator")
    flipped.write_bytes(data)
    assert {finding.kind for finding in check.examine(flipped).findings} >= {"file"}
