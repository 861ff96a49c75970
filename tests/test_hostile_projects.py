"""Project files made to do harm: refused in words or read, never waited for, never written, whatever they hold."""

import json
import os
import random
import sqlite3
import struct
import subprocess
import sys
from contextlib import closing

import pytest

from annotator.records import UserError
from annotator.store import Store, connection, queries
from tests.builders import TEXT, bring_in, by, findings, line, span, write_lines

READING = (["list"], ["search", "denied"], ["export", "o.jsonl"], ["agreement"], ["names", "n.csv"])
PATIENCE = 60  # seconds, after which a command hangs


@pytest.fixture
def project(tmp_path):
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        bring_in(
            store,
            write_lines(tmp_path / "in.jsonl", [line(TEXT, span(0, 9), annotator=by(name)) for name in ("Ana", "Ben")]),
        )
    for name in ("in.jsonl", "p.annotator.lock"):
        (tmp_path / name).unlink()
    return path


def spoilt(project, kind):
    """Make a project into something else, and return what is to be said of it."""
    data = bytearray(project.read_bytes())
    if kind == "pipe":
        project.unlink()
        os.mkfifo(project)
        return "is not a file"
    if kind == "device":
        project.unlink()
        project.symlink_to("/dev/zero")
        return "is not a file"
    if kind == "folder":
        project.unlink()
        project.mkdir()
        return "is not a file"
    if kind == "nothing":
        data.clear()
        said = "is not a Source Annotator project"
    elif kind == "10 GB of nothing":
        project.write_bytes(b"")
        os.truncate(project, 10 << 30)
        return "is not a Source Annotator project"
    elif kind == "more pages than there are":
        struct.pack_into(">I", data, 28, 0xFFFFFFFF)
        said = None
    elif kind == "a page of no size":
        struct.pack_into(">H", data, 16, 3)
        said = "it is not a project file"
    elif kind == "a free list that leads astray":
        struct.pack_into(">II", data, 32, 0xFFFFFFF0, 0xFFFFFFF0)
        said = None
    elif kind == "half":
        del data[len(data) // 2 :]
        said = None
    project.write_bytes(data)
    return said


KINDS = ["pipe", "device", "folder", "nothing", "10 GB of nothing", "more pages than there are", "a page of no size",
         "a free list that leads astray", "half"]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("command", READING[1:3], ids=lambda command: command[0])
def test_a_file_that_is_none_is_refused_at_once_and_left_as_it_was(run, project, tmp_path, kind, command):
    said = spoilt(project, kind)
    before = project.lstat()
    done = run(command[0], project, *command[1:], code=None, timeout=PATIENCE)
    assert done.returncode in (0, 1) and (done.returncode == 0 or "p.annotator" in done.stderr or kind == "device")
    if said:
        assert said in done.stderr
    after = project.lstat()
    assert (before.st_size, before.st_mtime_ns, before.st_ino) == (after.st_size, after.st_mtime_ns, after.st_ino)


def test_no_flipped_bit_makes_a_command_fail_for_a_reason_of_ours(project, tmp_path):
    """Whatever SQLite makes of the bytes, a person is told in words, and reading writes nothing."""
    sound, chance = project.read_bytes(), random.Random(1)
    refused = 0
    for _ in range(150):
        data = bytearray(sound)
        for at in (chance.randrange(len(data)) for _ in range(chance.choice([1, 1, 8, 200]))):
            data[at] ^= 1 << chance.randrange(8)
        project.write_bytes(data)
        try:
            with Store.open_to_read(project) as store, store.reading() as reading:
                queries.document_rows(reading, queries.document_ids(reading, None), None)
                queries.annotations(reading, 1)
        except (UserError, sqlite3.Error, ValueError, OverflowError, TypeError) as error:
            refused += isinstance(error, UserError)
        assert project.read_bytes() == data
    assert refused > 20


def change(project, sql, *values):
    with closing(sqlite3.connect(project, isolation_level=None)) as rows:
        rows.execute("PRAGMA ignore_check_constraints = ON")
        rows.execute(sql, values)


def test_an_article_larger_than_any_import_is_named_and_no_memory_is_filled(run, project):
    change(project, "UPDATE document SET text = CAST(zeroblob(?) AS TEXT)", connection.LONGEST_ROW + 1)
    said = run("export", project, "o.jsonl", code=1, timeout=PATIENCE).stderr
    assert "p.annotator: it holds an article or an annotation that is larger than this program takes in" in said
    assert "too big" in run("check", project, code=1, timeout=PATIENCE).stdout


def test_an_article_with_more_annotations_than_a_window_can_show_says_so(project, tmp_path, monkeypatch):
    monkeypatch.setattr(queries, "MOST_ANNOTATIONS", 1)
    with Store.open(project) as store, store.reading() as reading:
        with pytest.raises(UserError, match="more than 1 annotations, so it is not shown. An export has all"):
            queries.annotations(reading, 1)
    monkeypatch.setattr(queries, "MOST_ANNOTATIONS", 2)
    with Store.open(project) as store, store.reading() as reading:
        assert len(queries.annotations(reading, 1)) == 2


ROWS = {
    "a span beyond its text": "UPDATE annotation SET \"end\" = 9000000000",
    "attributes that are none": "UPDATE annotation SET attributes = '{\"parts\":7}'",
    "zones that are none": "UPDATE document SET zones = '[1]'",
    "metadata that is none": "UPDATE document SET meta_json = '[' ",
    "a text that is bytes": "UPDATE document SET text = x'ff00fe'",
    "a label that is bytes": "UPDATE label SET key = x'00ff', title = x'00ff' WHERE id = 3",
    "a deep nest": f"UPDATE document SET meta_json = '{'[' * 900}{']' * 900}'",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of what an error left behind
@pytest.mark.parametrize("kind", list(ROWS))
def test_rows_that_the_tables_would_not_take_are_found_by_the_check_and_harm_nothing(call, project, kind):
    with Store.open(project) as store:
        assert findings(store) == []
    change(project, ROWS[kind])
    assert json.loads(call("check", project, "--json", code=1).stdout)
    before = project.read_bytes()
    for command in READING:
        try:
            done = call(command[0], project, *command[1:], code=None)
        except Exception:  # noqa: BLE001
            continue  # whatever it is, a process ends with a report, as below
        assert done.returncode == 0 or "p.annotator" in done.stderr
    assert project.read_bytes() == before


def test_a_command_that_fails_over_such_rows_names_the_check(project, tmp_path):
    change(project, ROWS["a text that is bytes"])
    arguments = [sys.executable, "-m", "annotator", "names", project, "n.csv"]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 1 and "“annotator check”" in done.stderr
