"""The commands for backups: what they list, what they restore, and what they refuse."""

import json

import pytest

from annotator.store import Store, backups
from tests.builders import TEXT, bring_lines, by, findings, line, span


@pytest.fixture
def run(call):
    """In this process: a start of its own shows nothing of these."""
    return call


@pytest.fixture
def project(tmp_path):
    """A project with two backups, which was lost afterwards."""
    path = tmp_path / "p.annotator"
    with Store.create(path) as store:
        bring_lines(store, tmp_path, line(TEXT, span(0, 9), annotator=by("Ana")))
        backups.make(store, "work")
        bring_lines(store, tmp_path, line(TEXT + "2", span(0, 9), span(3, 9), annotator=by("Ben")))
        backups.make(store, "closed")
    path.unlink()
    return path


def test_backups_of_a_lost_project_are_listed_the_newest_first(project, run):
    done = run("backups", "p.annotator")
    first, second = done.stdout.splitlines()
    assert first.startswith("000002-") and first.endswith(
        "Z-closed  2 documents, 3 annotations (Ana, Ben); last edit: Import in.jsonl"
    )
    assert second.startswith("000001-") and "-work  1 document, 1 annotation (Ana); " in second


def test_backups_as_json(project, run):
    newest, _ = json.loads(run("backups", "p.annotator", "--json").stdout)
    assert list(newest) == [
        "name", "made", "why", "project", "documents", "annotations", "annotators", "edit", "last_edit", "edited",
    ]  # fmt: skip
    assert newest["made"].endswith("Z") and newest["why"] == "closed"
    assert (newest["project"], newest["documents"], newest["annotators"]) == (str(project), 2, ["Ana", "Ben"])


def test_a_damaged_backup_is_listed_as_damaged(project, run):
    backups.of_project(project)[0].file.write_bytes(b"x" * 5_000)
    assert "is not a project file" in run("backups", "p.annotator").stdout.splitlines()[0]
    assert "damaged" in json.loads(run("backups", "p.annotator", "--json").stdout)[0]


def test_a_project_without_backups(run):
    done = run("backups", "none.annotator", "--json")
    assert json.loads(done.stdout) == []
    assert "There are no backups of none.annotator." in done.stderr
    assert "There are no backups of none.annotator." in run("restore", "none.annotator", code=1).stderr


def test_the_newest_is_restored_beside_the_project_and_replaces_nothing(project, run, tmp_path):
    for name in ("p restored.annotator", "p restored 2.annotator"):
        assert run("restore", "p.annotator").stdout.endswith(f"to {name}\n")
        with Store.open(tmp_path / name) as store:
            assert findings(store) == []
    assert not project.exists()


def test_a_backup_that_is_named_is_restored_where_it_is_wanted(project, run, tmp_path):
    oldest = backups.of_project(project)[-1]
    run("restore", "p.annotator", "out.annotator", "--backup", oldest.name)
    with Store.open_to_read(tmp_path / "out.annotator") as store, store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM annotation").scalar_one() == 1
    before = (tmp_path / "out.annotator").stat()
    assert "exists already" in run("restore", "p.annotator", "out.annotator", code=1).stderr
    assert (tmp_path / "out.annotator").stat() == before


def test_a_backup_that_is_not_there(project, run):
    assert "There is no backup “x”" in run("restore", "p.annotator", "--backup", "x", code=1).stderr


def test_a_restored_project_that_was_never_lost_leaves_it_alone(project, run, tmp_path):
    run("restore", "p.annotator", "p.annotator")
    before = project.read_bytes()
    run("restore", "p.annotator")
    assert project.read_bytes() == before
