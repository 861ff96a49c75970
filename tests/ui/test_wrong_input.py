"""Wrong files and a project that goes away, in the window: what is said, and that nothing is lost."""

import json
import sqlite3
import subprocess
import sys

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from annotator.records import UserError
from annotator.store import Store
from annotator.ui import errors
from annotator.ui.exports.dialog import ExportDialog
from annotator.ui.imports.dialog import ImportDialog
from tests.builders import by, findings, line, span
from tests.ui.hands import focus, press


def said(verb):
    """Do something that shows a message, read and close it, and return its text."""
    texts = []

    def read():
        for box in QApplication.topLevelWidgets():
            if isinstance(box, QMessageBox) and box.isVisible():
                texts.append(box.text())
                box.accept()

    QTimer.singleShot(0, read)
    verb()
    (text,) = texts
    return text


def newer(path):
    Store.create(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


NOT_OPENED = {
    "newer": (newer, "was made by a newer version of Source Annotator"),
    "text": (lambda path: path.write_text("Notes. " * 100), "is not a Source Annotator project"),
    "empty": (lambda path: path.write_bytes(b""), "is not a Source Annotator project"),
    "missing": (lambda path: None, "There is no project at"),
}


@pytest.mark.modal
@pytest.mark.parametrize("kind", NOT_OPENED)
def test_what_cannot_be_opened_is_said_and_the_open_project_stays(opened, sample_path, tmp_path, kind, qtbot):
    make, says = NOT_OPENED[kind]
    other = tmp_path / "other.annotator"
    make(other)
    before = other.read_bytes() if other.exists() else None
    assert says in said(lambda: opened.files.open_path(other))
    assert opened.project.path == sample_path
    opened.activateWindow()
    qtbot.waitUntil(opened.isActiveWindow)
    press(focus(opened), "D")
    assert len(opened.article.own()) == 1
    assert (other.read_bytes() if other.exists() else None) == before


HOLD = """
import sys
from pathlib import Path
from annotator.records import UserError
from annotator.store import Store
with Store.open(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.modal
def test_a_project_that_another_window_has_is_refused_with_who_has_it(window, sample_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(sample_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        text = said(lambda: window.files.open_path(sample_path))
        assert "already open in another window" in text
        assert f"process {other.pid}" in text
        assert not window.project.is_open
        other.stdin.close()
    window.files.open_path(sample_path)
    assert window.project.is_open


def test_the_import_dialog_names_the_seventh_of_ten_lines_and_brings_in_nine(opened, tmp_path, qtbot):
    lines = [json.dumps(line(f"Article {n}.", span(0, 7), annotator=by("Ana"))) for n in range(1, 11)]
    lines[6] = lines[6][:-10]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    opened.files.import_paths([tmp_path / "in.jsonl"])
    (dialog,) = opened.findChildren(ImportDialog)
    qtbot.waitUntil(lambda: not dialog._reading.is_running)
    dialog._start.click()
    qtbot.waitUntil(lambda: dialog._start.isHidden())
    assert "9 articles" in dialog._said.text()
    assert "1 item was left out" in dialog._said.text()
    cells = [dialog._problems.item(0, column).text() for column in range(4)]
    assert cells[:2] == ["in.jsonl", "7"]
    assert cells[3].startswith("not valid JSON")
    dialog.close()
    assert opened.documents.model.rowCount() == 18


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [("a.txt", b"", "the file is empty"), ("a.txt", bytes(range(256)) * 8, "this is not text"), ("a.png", b"\x89PNG", "format")],
)  # fmt: skip
def test_the_import_dialog_says_why_a_file_is_no_article(opened, tmp_path, qtbot, name, data, says):
    (tmp_path / name).write_bytes(data)
    opened.files.import_paths([tmp_path / name])
    (dialog,) = opened.findChildren(ImportDialog)
    qtbot.waitUntil(lambda: "Nothing in these files can come in" in dialog._said.text())
    assert says in dialog._view._remarks.text().lower()
    assert not dialog._start.isEnabled()
    dialog.close()
    assert opened.documents.model.rowCount() == 9


def test_the_export_dialog_says_where_it_cannot_write(opened, tmp_path, qtbot):
    press(focus(opened), "D")
    (tmp_path / "file").write_text("old")
    opened.files.export()
    (dialog,) = opened.findChildren(ExportDialog)
    qtbot.waitUntil(dialog._start.isEnabled)
    dialog._form._path.setText(str(tmp_path / "file" / "out.jsonl"))
    dialog._start.click()
    qtbot.waitUntil(dialog._start.isEnabled)
    assert "cannot be written: Not a directory. Nothing was changed there." in dialog._said.text()
    dialog._form._path.setText(str(tmp_path / "out.jsonl"))
    dialog._start.click()
    qtbot.waitUntil(lambda: dialog._start.isHidden())
    assert (tmp_path / "out.jsonl").exists()
    dialog.close()


def test_an_edit_of_a_project_that_was_removed_is_not_shown_as_saved_and_a_copy_holds_the_rest(
    opened, sample_path, tmp_path, qtbot, monkeypatch
):
    view = focus(opened)
    press(view, "D")
    before = opened.article.own()
    sample_path.unlink()
    with qtbot.capture_exceptions() as raised:
        press(view, "S O")
    assert [kind.__name__ for kind, *_ in raised] == ["UserError"]
    assert "was moved, replaced or removed" in str(raised[0][1])
    assert "Save a copy" in str(raised[0][1])
    assert opened.article.own() == before
    copy = tmp_path / "copy.annotator"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(copy), ""))
    opened.actions_["save-copy"].trigger()
    opened.project.open(copy)
    opened.annotate_as("Cleo")
    assert [row.uid for row in opened.article.own()] == [row.uid for row in before]
    press(focus(opened), "S S O")
    assert len(opened.article.own()) == 2
    assert findings(opened.project._store) == []


@pytest.mark.modal
def test_an_error_that_a_person_can_act_on_is_shown_as_it_is(opened, sample_path):
    sample_path.unlink()
    with pytest.raises(UserError) as caught:
        opened.project.tag(1, [(0, 6)], "denial")
    assert said(lambda: errors.show(caught.value, opened)) == str(caught.value)
