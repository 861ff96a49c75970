"""The commands of the trash, as somebody types them."""

import json
import os
import subprocess
import sys

import pytest

from annotator import cli
from annotator.store import Store, undo
from tests.builders import TEXT, by, findings, line, span, write_lines

OTHER = "The ministry denied it, and the mayor declined to comment."


@pytest.fixture(autouse=True)
def homes(tmp_path, monkeypatch):
    """Folders of the user that are of this test alone."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


@pytest.fixture
def run(monkeypatch, capfd):
    """Return what runs a command, and answers with its code, output and messages."""

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["annotator", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return stopped.value.code or 0, *capfd.readouterr()

    return run


@pytest.fixture
def project(run, tmp_path):
    path = tmp_path / "p.annotator"
    lines = [
        line(TEXT, span(0, 9), annotator=by("Ana"), meta={"title": "First"}),
        line(TEXT, span(0, 9), span(10, 12), annotator=by("Ben")),
        line(OTHER, meta={"title": "Second"}),
    ]
    assert run("import", path, write_lines(tmp_path / "in.jsonl", lines))[0] == 0
    return path


def listed(run, project):
    return [row["id"] for row in json.loads(run("list", project, "--json")[1])]


def test_an_article_is_deleted_listed_and_restored(run, project):
    code, _, said = run("delete", project, "1")
    assert (code, listed(run, project)) == (0, [2])
    assert "1 article in the trash now" in said
    code, answer, _ = run("trash", project)
    assert "First" in answer
    assert "(Ana: 1, Ben: 2)" in answer
    (row,) = json.loads(run("trash", project, "--json")[1])
    assert (row["document_id"], row["name"], row["annotations"]) == (1, "First", [["Ana", 1], ["Ben", 2]])
    assert run("trash", project, "--restore", "1")[0] == 0
    assert listed(run, project) == [1, 2]
    assert "The trash is empty." in run("trash", project)[2]


def test_a_layer_is_deleted_and_restored(run, project):
    assert run("delete", project, "1", "--layer", "Ben")[0] == 0
    (first, _) = json.loads(run("list", project, "--json")[1])
    assert [layer["annotator"] for layer in first["layers"]] == ["Ana"]
    assert "layer of Ben  (Ben: 2)" in run("trash", project)[1]
    assert run("trash", project, "--restore", "1", "--layer", "Ben")[0] == 0
    (first, _) = json.loads(run("list", project, "--json")[1])
    assert [layer["spans"] for layer in first["layers"]] == [1, 2]


def test_an_article_is_removed_for_good_only_when_that_is_said(run, project, tmp_path):
    run("delete", project, "1-2")
    code, _, said = run("trash", project, "--remove-for-good", "1")
    assert (code, "Say --yes" in said) == (1, True)
    assert run("trash", project, "--remove-for-good", "1", "--yes")[0] == 0
    assert [row["document_id"] for row in json.loads(run("trash", project, "--json")[1])] == [2]
    assert TEXT[:20].encode() not in project.read_bytes()
    with Store.open(project) as store:
        assert findings(store) == []
    again = write_lines(tmp_path / "again.jsonl", [line(TEXT)])
    code, _, said = run("import", project, again)
    assert (code, "--bring-back" in said) == (1, True)
    assert run("import", project, again, "--bring-back")[0] == 0


def test_what_went_with_an_undone_import_is_listed_and_removed(run, project):
    with Store.open(project) as store, store.transaction() as connection:
        undo.undo(connection)
    assert "First  (no annotations, its import was undone)" in run("trash", project)[1]
    assert [row["how"] for row in json.loads(run("trash", project, "--json")[1])] == ["undone", "undone"]
    code, _, said = run("trash", project, "--restore", "1")
    assert (code, "comes back by redo, or imported again" in " ".join(said.split())) == (1, True)
    assert run("trash", project, "--remove-for-good", "1", "--yes")[0] == 0
    assert TEXT[:20].encode() not in project.read_bytes()


def test_emptying_spares_what_was_deleted_lately(run, project):
    run("delete", project, "1")
    code, answer, said = run("trash", project, "--empty", "--yes", "--json")
    assert json.loads(answer)["documents"] == 0
    assert (code, "Nothing was deleted 30 days ago or longer." in said) == (0, True)
    with Store.open(project) as store, store.transaction() as connection:
        connection.exec_driver_sql("UPDATE edit SET at = '2020-01-01 00:00:00.000000'")
    assert run("trash", project, "--empty", "--yes")[0] == 0
    assert json.loads(run("trash", project, "--json")[1]) == []


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["delete", "P", "9"], "There is no article 9"),
        (["delete", "P", "x"], "takes numbers such as 1,4-9"),
        (["delete", "P", "1", "--layer", "Eve"], "Nobody called “Eve”"),
        (["delete", "P", "2", "--layer", "Ana"], "Article 2 has no such layer"),
        (["trash", "P", "--restore", "1"], "Article 1 is not in the trash"),
        (["trash", "P", "--remove-for-good", "1", "--yes"], "Article 1 is not in the trash"),
        (["trash", "P", "--restore", "1", "--empty"], "Choose one of"),
        (["trash", "P", "--layer", "Ana"], "goes with --restore"),
    ],
)
def test_what_cannot_be_done_says_why(run, project, arguments, what):
    code, _, said = run(*(project if each == "P" else each for each in arguments))
    assert code != 0
    assert what in " ".join(said.replace("│", " ").split())
    assert listed(run, project) == [1, 2]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals like this here")
@pytest.mark.parametrize(("answer", "left"), [(b"n\n", 1), (b"y\n", 0)])
def test_on_a_terminal_it_asks(run, project, answer, left):
    run("delete", project, "1")
    master, slave = os.openpty()
    command = [sys.executable, "-m", "annotator", "trash", str(project), "--remove-for-good", "1"]
    os.write(master, answer)
    done = subprocess.run(command, stdin=slave, capture_output=True, text=True, check=False)
    os.close(master)
    os.close(slave)
    assert "This cannot be undone. Other people's copies, packets and exports are not reached." in done.stderr
    assert (done.returncode, len(json.loads(run("trash", project, "--json")[1]))) == (left, left)
