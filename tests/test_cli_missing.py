"""A command that writes into a file that lost edits says so, and goes on from what is there: it is not said again."""

import shutil

import pytest

from annotator.packets import packing
from annotator.store import Store, last_edit
from annotator.store.last_edit import Missing
from tests.builders import TEXT, add_annotator, bring_lines, by, line, span, write_lines

COMMANDS = {
    "import": ["more.jsonl"],
    "merge": ["others.packet"],
    "pack": ["given.packet", "--annotator", "Mia"],
    "revise": ["1", "corrected.txt"],
    "delete": ["1"],
    "trash --restore": ["--restore", "2"],
    "trash --remove-for-good": ["--remove-for-good", "2", "--yes"],
}


@pytest.fixture
def project(tmp_path):
    """A project in whose place an older file of it was put: its last four edits are missing."""
    path = tmp_path / "p.annotator"
    write_lines(tmp_path / "more.jsonl", [line("More came in.")])
    (tmp_path / "corrected.txt").write_text(f"Corrected. {TEXT}", encoding="utf-8")
    with Store.create(tmp_path / "others.annotator") as store:
        bring_lines(store, tmp_path, line("Another article."))
        packing.pack_everything(store, tmp_path / "others.packet")
    with Store.create(path) as store:
        bring_lines(store, tmp_path, line(TEXT, span(0, 9), annotator=by("Ana")), line("Nobody wants this."))
        add_annotator(store, "Mia")
    return path


def lose(call, path):
    """Do four things, and put the file in its place that was there before."""
    shutil.copy(path, path.with_name("older"))
    with Store.open(path) as store:
        for number in range(4):
            bring_lines(store, path.parent, line(f"Lost article {number}."))
    shutil.copy(path.with_name("older"), path)
    assert last_edit.missing(path) == Missing(4)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_writes_goes_on_from_what_is_there(call, project, command):
    call("delete", project, "2")
    lose(call, project)
    call(command.split()[0], project, *COMMANDS[command])
    assert last_edit.missing(project) is None
    with Store.open(project) as store:
        assert store.missing is None


@pytest.mark.parametrize("command", [["merge", "others.packet", "--dry-run"], ["revise", "9", "corrected.txt"]])
def test_a_command_that_writes_nothing_leaves_it_to_be_said(call, project, command):
    lose(call, project)
    call(command[0], project, *command[1:], code=None)
    assert last_edit.missing(project) == Missing(4)
