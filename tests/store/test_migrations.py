"""A project of every format that there ever was is brought up to date, with all that people made in it."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annotator import exporters
from annotator.records import UserError
from annotator.store import Store, backups, migrations, schema, undo
from tests.builders import findings, parsed

FORMER = sorted((Path(__file__).parents[1] / "data").glob("project-*.annotator"))
WORK = (
    "SELECT sha256, text, title, byline, withdrawn FROM document",
    "SELECT uid, name, kind FROM annotator",
    "SELECT number, name, kind, target, at FROM edit",
    'SELECT uid, digest, parents, start, "end", label_id, attributes, deleted, current, withdrawn FROM annotation',
    "SELECT uid, digest, parents, status, deleted, current, withdrawn FROM layer_state",
)


@pytest.fixture(params=FORMER, ids=lambda path: path.stem)
def former(request, tmp_path):
    return shutil.copy(request.param, tmp_path / "p.annotator")


def work(path):
    """What people made, read by SQLite alone."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as rows:
        return [sorted(rows.execute(query), key=repr) for query in WORK]


def test_there_is_a_project_of_every_format_before_this_one():
    assert [path.stem for path in FORMER] == [f"project-{number}" for number in range(1, schema.SCHEMA_VERSION)]


def test_a_former_project_opens_with_all_that_is_in_it(former):
    before = work(former)
    with Store.open(former) as store:
        assert findings(store) == []
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == schema.SCHEMA_VERSION
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    assert work(former) == before
    assert schema.verify(former) == schema.SCHEMA_VERSION


def test_it_is_backed_up_as_it_was(former):
    before = work(former)
    Store.open(former).close()
    (backup,) = [each for each in backups.of_project(former) if each.project == former]
    assert backup.reason == "migration"
    assert work(backup.file) == before


def test_its_history_goes_on(former, tmp_path):
    with Store.open(former) as store:
        exporters.export(store, tmp_path / "before.jsonl", exporters.ExportOptions(status="all"))
        with store.transaction() as connection:
            assert undo.undo(connection)
        with store.transaction() as connection:
            undo.redo(connection)
        exporters.export(store, tmp_path / "after.jsonl", exporters.ExportOptions(status="all"))
    assert parsed(tmp_path / "before.jsonl") == parsed(tmp_path / "after.jsonl")


def test_reading_alone_does_not_change_it_and_says_what_to_do(former):
    before = former.read_bytes()
    with pytest.raises(UserError, match="earlier version of Source Annotator.*annotator migrate"):
        Store.open_to_read(former)
    assert former.read_bytes() == before


def test_the_command_brings_it_up_to_date(former, run):
    assert "up to date" in run("migrate", former).stdout
    assert schema.verify(former) == schema.SCHEMA_VERSION
    assert "up to date" in run("migrate", former).stdout


def _cascades(connection):
    connection.exec_driver_sql("DELETE FROM annotation WHERE id = 1")


def _replaces(connection):
    connection.exec_driver_sql("UPDATE annotation SET digest = zeroblob(16) WHERE id = 1")


def _forgets(_connection):
    pass


def _leaves_orphans(connection):
    connection.exec_driver_sql("UPDATE annotation SET annotator_id = 99 WHERE id = 1")


@pytest.mark.parametrize("step", [_cascades, _replaces, _forgets, _leaves_orphans])
def test_a_step_that_loses_something_is_stopped_and_the_file_is_as_it_was(former, monkeypatch, step):
    def wrong(connection):
        if step is not _forgets:
            whole(connection)
        step(connection)

    whole = migrations.STEPS[schema.SCHEMA_VERSION]
    monkeypatch.setitem(migrations.STEPS, schema.SCHEMA_VERSION, wrong)
    before = work(former)
    with pytest.raises((RuntimeError, UserError)):
        Store.open(former)
    monkeypatch.undo()
    assert work(former) == before
    Store.open(former).close()  # and the lock is free
    assert work(former) == before
