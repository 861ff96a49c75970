"""What is half typed is an edit before its project is left, by whichever way; what cannot be saved is kept."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from annotator.store import Store
from annotator.ui.main_window import MainWindow
from annotator.ui.project import Project
from annotator.ui.settings import Draft
from tests.ui.hands import answered, click, press

# The list of source names that opens says this on the offscreen platform.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing|propagateSizeHints)")

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot, theme, settings, sample_path):
    window = open_window(qtbot, theme, settings, sample_path)
    yield window
    window.close()


def open_window(qtbot, theme, settings, path):
    window = MainWindow(Project(), theme, settings)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    window.project.open(path)
    if window.project.annotator is None:
        window.annotate_as("Ana")
    return window


def type_note(window, words):
    """Begin a note on the first own annotation, by keys, and return its uid."""
    window.article.view.setFocus()
    QTest.keyClick(window.article.view, Qt.Key.Key_Tab)
    QTest.keyClick(window.article.view, Qt.Key.Key_M)
    QTest.keyClicks(window.details._form.note, words)
    assert window.details.draft().note[0] == words
    return window.article.current.uid


def saved(path, uid, field="note"):
    """What the file holds, by plain SQL."""
    with Store.open_to_read(path) as store, store.reading() as connection:
        query = "SELECT attributes FROM annotation WHERE uid = ? AND current"
        return json.loads(connection.exec_driver_sql(query, (uid,)).scalar_one()).get(field)


def test_control_w_saves_a_half_typed_note(window, sample_path):
    uid = type_note(window, "Half a thought")
    QTest.keyClick(window.details._form.note, Qt.Key.Key_W, CONTROL)
    assert not window.project.is_open
    assert saved(sample_path, uid) == "Half a thought"


def test_control_w_saves_a_half_typed_source(window, sample_path):
    type_note(window, "x")
    source = window.details._form.source
    source.setFocus()
    source.selectAll()
    QTest.keyClicks(source, "The union")
    uid = window.article.current.uid
    QTest.keyClick(source, Qt.Key.Key_W, CONTROL)
    assert saved(sample_path, uid, "source") == "The union"


def test_quitting_saves_a_half_typed_note(window, sample_path):
    uid = type_note(window, "Half a thought")
    QTest.keyClick(window.details._form.note, Qt.Key.Key_Q, CONTROL)
    assert not window.isVisible()
    assert saved(sample_path, uid) == "Half a thought"


def test_opening_another_project_saves_a_half_typed_note(window, sample_path, tmp_path):
    uid = type_note(window, "Half a thought")
    Store.create(tmp_path / "other.annotator").close()
    window.files.open_path(tmp_path / "other.annotator")
    assert window.project.path.name == "other.annotator"
    assert saved(sample_path, uid) == "Half a thought"


def test_whoever_closes_the_project_what_is_typed_is_saved(window, sample_path):
    uid = type_note(window, "Half a thought")
    window.project.close()
    assert saved(sample_path, uid) == "Half a thought"


@pytest.mark.parametrize("key", ["next-document", "previous-document"])
def test_another_article_saves_a_half_typed_note(window, sample_path, key):
    window.open_document(2)
    uid = type_note(window, "Half a thought")
    window.actions_[key].trigger()
    assert window.article.document_id != 2
    assert saved(sample_path, uid) == "Half a thought"


WAYS = pytest.mark.parametrize("way", ["close-project", "quit"])


@pytest.mark.modal
@WAYS
def test_what_cannot_be_saved_keeps_its_project_open_for_those_who_stay(window, sample_path, way):
    type_note(window, "Half a thought")
    away = sample_path.rename(sample_path.with_suffix(".away"))
    with answered(QMessageBox, lambda box: press(box, "Escape")):
        window.actions_[way].trigger()
    assert window.project.is_open and window.isVisible()
    assert window.details.draft().note == ("Half a thought", "")
    assert window.status.saved.text() == "Not saved"
    away.rename(sample_path)


@pytest.mark.modal
@WAYS
def test_what_cannot_be_saved_can_be_left(window, sample_path, way):
    type_note(window, "Half a thought")
    sample_path.unlink()
    with answered(QMessageBox, lambda box: click(box, "Leave without saving it")):
        window.actions_[way].trigger()
    assert not window.project.is_open
    assert window.isVisible() == (way == "close-project")


@pytest.mark.modal
@WAYS
def test_what_cannot_be_saved_where_it_belongs_is_saved_in_a_copy(window, sample_path, tmp_path, monkeypatch, way):
    uid = type_note(window, "Half a thought")
    sample_path.unlink()
    copy = tmp_path / "copy.annotator"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(copy), ""))
    with answered(QMessageBox, lambda box: click(box, "Save a copy…")):
        window.actions_[way].trigger()
    assert not window.project.is_open
    assert saved(copy, uid) == "Half a thought"


@pytest.mark.modal
def test_a_copy_that_nowhere_was_chosen_for_leaves_nothing(window, sample_path, monkeypatch):
    type_note(window, "Half a thought")
    away = sample_path.rename(sample_path.with_suffix(".away"))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    with answered(QMessageBox, lambda box: click(box, "Save a copy…")):
        window.close()
    assert window.isVisible()
    assert window.details.draft().note == ("Half a thought", "")
    away.rename(sample_path)


def test_saved_is_shown_again_only_once_an_edit_is(window, sample_path, qtbot):
    view = window.article.view
    view.setFocus()
    press(view, "S D")
    assert window.status.saved.text() == "Saved"
    away = sample_path.rename(sample_path.with_suffix(".away"))
    with qtbot.captureExceptions() as refused:
        press(view, "S D")
    assert "was moved" in str(refused[0][1])
    assert window.status.saved.text() == "Not saved"
    away.rename(sample_path)
    press(view, "S D")
    assert window.status.saved.text() == "Saved"


def test_the_article_caret_scroll_filter_and_draft_come_back(qtbot, window, theme, settings, sample_path):
    window.resize(760, 600)  # what the screen has room for, so that the next window is as large
    window.open_document(3)
    view = window.article.view
    view.select(len(window.article.text.text) // 2, len(window.article.text.text) // 2)
    view.restore_scroll((len(window.article.text.text) // 2, 0))
    window.documents._search.setText("night")
    window.documents.reload()
    caret, top = view.caret(), view.scroll_state()[0]
    window.close()
    again = open_window(qtbot, theme, settings, sample_path)
    assert again.article.document_id == 3
    assert again.project.annotator.name == "Ana"
    assert (again.article.view.caret(), again.article.view.scroll_state()[0]) == (caret, top)
    assert again.documents.filter().words == "night"
    again.close()


CRASH = """
import os, sys
from pathlib import Path
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from annotator.ui.app import make_window
from annotator.ui.settings import Settings
window = make_window(Settings(Path(sys.argv[2])))
window.show()
QTest.qWaitForWindowExposed(window)
window.activateWindow()
window.project.open(Path(sys.argv[1]))
window.annotate_as("Ana")
window.article.view.setFocus()
QTest.keyClick(window.article.view, Qt.Key.Key_Tab)
QTest.keyClick(window.article.view, Qt.Key.Key_M)
QTest.keyClicks(window.details._form.note, "Half a thought")
window.remember_place_soon.timeout.connect(lambda: os.kill(os.getpid(), 9))
QTest.qWait(60_000)
"""


def test_a_killed_program_brings_a_half_typed_note_back(qtbot, theme, settings, sample_path):
    file = Path(settings._store.fileName())
    subprocess.run([sys.executable, "-c", CRASH, str(sample_path), str(file)], check=False)
    settings._store.sync()
    again = open_window(qtbot, theme, settings, sample_path)
    assert again.details.draft() == Draft(again.article.current.uid, ("Half a thought", ""))
    again.close()
