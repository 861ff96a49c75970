"""Backups in the window: made beside it when something changed, on closing and while working; a failing one is said once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from annotator.store import backups
from annotator.ui.backups.keeping import Keeping
from tests.ui.hands import answered, click, focus, press

ROOT = Path(__file__).parents[3]


@pytest.fixture
def keeping(window):
    keeping = Keeping(window.project)
    yield keeping
    keeping.jobs.close()


@pytest.fixture
def working(keeping, opened):
    """The window, open on the sample, whose backups are kept."""
    return opened


def there(path):
    return [(backup.number, backup.reason) for backup in reversed(backups.of_project(path))]


def wait(keeping, qtbot):
    qtbot.waitUntil(lambda: not keeping.jobs.is_running, timeout=20_000)


def test_closing_a_project_backs_up_all_that_was_saved_and_leaves_nothing_beside_it(
    working, keeping, qtbot, sample_path
):
    press(focus(working), "D")
    working.actions_["close-project"].trigger()
    assert not working.project.is_open, "closing does not wait for it"
    wait(keeping, qtbot)
    assert there(sample_path) == [(1, "closed")]
    assert backups.contents(backups.of_project(sample_path)[0]).last_edit == "Tag denial"
    assert {path.name for path in sample_path.parent.glob("sample*")} == {"sample.annotator", "sample.annotator.lock"}


def test_half_an_hour_of_work_is_backed_up_and_half_an_hour_without_is_not(working, keeping, qtbot, sample_path):
    assert keeping.timer.isActive()
    for _ in range(3):
        keeping.timer.timeout.emit()
    wait(keeping, qtbot)
    assert there(sample_path) == [(1, "work")]
    press(focus(working), "D")
    keeping.timer.timeout.emit()
    press(focus(working), "O")  # work goes on beside it
    wait(keeping, qtbot)
    assert there(sample_path)[:2] == [(1, "work"), (2, "work")]
    assert [row.label for row in working.article.own()] == ["on-record"]
    working.actions_["close-project"].trigger()
    assert not keeping.timer.isActive()


def test_another_project_is_opened_while_the_first_is_backed_up(working, keeping, qtbot, sample_path, tmp_path):
    press(focus(working), "D")
    working.project.create(tmp_path / "other.annotator")
    wait(keeping, qtbot)
    assert there(sample_path) == [(1, "closed")]
    working.project.open(sample_path)
    assert [layer.spans for layer in working.project.layers(1) if layer.annotator == "Cleo"] == [1]


def test_a_project_is_opened_again_at_once_while_it_is_backed_up(working, keeping, qtbot, sample_path):
    press(focus(working), "D")
    working.actions_["close-project"].trigger()
    working.files.open_path(sample_path)
    working.annotate_as("Cleo")
    press(focus(working), "O")
    wait(keeping, qtbot)
    assert there(sample_path) == [(1, "closed")]
    assert [row.label for row in working.article.own()] == ["on-record"]


@pytest.mark.modal
def test_a_backup_that_fails_is_said_once_and_keeps_nobody(working, keeping, qtbot, sample_path, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    said = []

    def read(box):
        said.append(box.text())
        click(box, "OK")

    press(focus(working), "D")
    with answered(QMessageBox, read):
        keeping.timer.timeout.emit()
    assert said[0].startswith("Your work is saved. Only a backup of it could not be made; it is tried again later.")
    assert "cannot be written: Not a directory" in said[0]
    working.activateWindow()
    qtbot.waitUntil(working.isActiveWindow)
    press(focus(working), "O")
    keeping.timer.timeout.emit()
    wait(keeping, qtbot)
    working.actions_["close-project"].trigger()
    assert not working.project.is_open
    wait(keeping, qtbot)
    assert len(said) == 1
    monkeypatch.undo()
    assert there(sample_path) == []


@pytest.mark.modal
def test_once_backups_work_again_the_next_failure_is_said_again(working, keeping, qtbot, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    for _ in range(2):
        with monkeypatch.context() as broken:
            broken.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
            with answered(QMessageBox, lambda box: click(box, "OK")):
                keeping.timer.timeout.emit()
            wait(keeping, qtbot)
        keeping.timer.timeout.emit()
        wait(keeping, qtbot)


def test_finish_waits_for_the_backup_of_the_closed_window(working, keeping, sample_path):
    press(focus(working), "D")
    working.close()
    keeping.finish()
    assert there(sample_path) == [(1, "closed")]
    keeping.finish()


@pytest.mark.modal
def test_a_backup_that_fails_after_the_window_is_gone_is_said_all_the_same(working, keeping, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    working.close()
    with answered(QMessageBox, lambda box: click(box, "OK")):
        keeping.finish()
    assert not keeping.jobs.is_running


QUIT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from annotator.ui import app
def quit_soon():
    windows = [each for each in QApplication.topLevelWidgets() if each.isVisible() and hasattr(each, "project")]
    if windows and windows[0].project.is_open:
        windows[0].close()
    else:
        QTimer.singleShot(20, quit_soon)
application = app.application()
QTimer.singleShot(20, quit_soon)
sys.exit(app.run(Path(sys.argv[1]), annotator="Cleo"))
"""


def test_the_program_ends_when_the_last_backup_is_there(sample_path):
    done = subprocess.run(
        [sys.executable, "-c", QUIT, str(sample_path)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert there(sample_path) == [(1, "closed")]
