"""Restoring in the window: what each backup holds is shown, and the chosen one is opened as a project of its own."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from annotator.store import Store, backups
from annotator.ui.backups.dialog import RestoreDialog
from tests.ui.hands import answered, click, focus, press

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def open_dialog(window, qtbot):
    window.actions_["restore"].trigger()
    (dialog,) = [each for each in window.findChildren(RestoreDialog) if each.isVisible()]
    qtbot.waitUntil(lambda: not window.project.looking.is_running)
    return dialog


def cells(dialog):
    table = dialog._table
    return [
        [table.item(row, column).text() for column in range(table.columnCount())] for row in range(table.rowCount())
    ]


def button(dialog):
    return dialog._accept


@pytest.fixture
def backed_up(opened):
    """The window, open on the sample: two backups, an edit between them, and an edit since."""
    path = opened.project.path
    backups.make(path, "work", at=NOON)
    press(focus(opened), "D")
    backups.make(path, "merge", at=NOON)
    press(focus(opened), "O")
    return opened


@pytest.fixture
def chosen(monkeypatch):
    """What the file dialog proposes; taken as it is."""
    proposed = []

    def take(_parent, _title, start, _filter):
        proposed.append(start)
        return start, ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", take)
    return proposed


def test_each_backup_says_when_why_and_what_it_holds(backed_up, qtbot):
    dialog = open_dialog(backed_up, qtbot)
    when = f"{NOON.astimezone():%a %d %b %Y, %H:%M}"
    first, second = cells(dialog)
    assert first == [when, "Before a merge", "9", first[3], "Ana, Ben, Cleo", "Tag denial"]
    assert second[:3] == [when, "While working", "9"]
    assert int(first[3]) == int(second[3]) + 1
    dialog.close()


def test_by_keys_the_backup_is_restored_beside_the_project_and_opened(backed_up, qtbot, chosen, sample_path):
    dialog = open_dialog(backed_up, qtbot)
    table = dialog._table
    assert table.hasFocus() and table.currentRow() == 0
    press(table, "Down Return")
    qtbot.waitUntil(lambda: backed_up.project.path != sample_path)
    assert backed_up.project.path == sample_path.with_name("sample restored.annotator")
    assert backed_up.statusBar().currentMessage().startswith("Restored at ")
    assert backed_up.project.annotators()[-1].name == "Cleo"
    assert not [layer for layer in backed_up.project.layers(1) if layer.annotator == "Cleo" and layer.spans]
    with Store.open_to_read(sample_path) as store, store.reading() as connection:
        said = connection.exec_driver_sql("SELECT name FROM edit ORDER BY number DESC").first()
        assert said == ("Change label to on record",), "what was open is left as it was"


def test_by_mouse_a_double_click_restores(backed_up, qtbot, chosen, sample_path):
    table = open_dialog(backed_up, qtbot)._table
    place = table.visualItemRect(table.item(0, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: backed_up.project.path != sample_path)
    assert chosen == [str(sample_path.with_name("sample restored.annotator"))]


def test_without_a_place_nothing_happens(backed_up, qtbot, monkeypatch, sample_path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    dialog = open_dialog(backed_up, qtbot)
    click(dialog, "Restore as…")
    assert dialog.isVisible() and button(dialog).isEnabled()
    click(dialog, "Cancel")
    assert backed_up.project.path == sample_path


@pytest.mark.modal
def test_a_project_that_is_there_is_not_replaced(backed_up, qtbot, monkeypatch, sample_path):
    before = sample_path.stat().st_ino
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(sample_path), ""))
    dialog = open_dialog(backed_up, qtbot)
    said = []

    def read(box):
        said.append(box.text())
        click(box, "OK")

    with answered(QMessageBox, read):
        click(dialog, "Restore as…")
    assert "exists already" in said[0]
    assert button(dialog).isEnabled()
    assert sample_path.stat().st_ino == before
    dialog.close()


def test_a_damaged_backup_is_called_so_and_cannot_be_restored(backed_up, qtbot, sample_path):
    backups.of_project(sample_path)[0].file.write_bytes(b"x" * 5_000)
    dialog = open_dialog(backed_up, qtbot)
    assert cells(dialog)[0][2:] == ["", "", "", "Damaged"]
    assert not button(dialog).isEnabled()
    press(dialog._table, "Return")
    assert dialog.isVisible()
    press(dialog._table, "Down")
    assert button(dialog).isEnabled()
    press(dialog._table, "Escape")


def test_without_backups_it_says_when_they_are_made(opened, qtbot):
    dialog = open_dialog(opened, qtbot)
    assert dialog._table.accessibleDescription().startswith("There are no backups yet.")
    assert not button(dialog).isEnabled()
    press(dialog, "Escape")
    assert not dialog.isVisible()


def test_without_an_open_project_those_of_every_project_are_shown_also_of_a_lost_one(
    backed_up, qtbot, chosen, sample_path
):
    backed_up.project.close()
    sample_path.unlink()
    dialog = open_dialog(backed_up, qtbot)
    rows = [row for row, each in enumerate(dialog._table._listed) if each.backup.project == sample_path]
    assert [cells(dialog)[row][2] for row in rows] == ["sample", "sample"]
    dialog._table.setCurrentCell(rows[0], 0)
    click(dialog, "Restore as…")
    qtbot.waitUntil(lambda: backed_up.project.is_open)
    assert backed_up.project.path == sample_path.with_name("sample restored.annotator")


def test_where_the_folder_is_gone_another_is_proposed(backed_up, qtbot, tmp_path):
    path = tmp_path / "stick" / "p.annotator"
    path.parent.mkdir()
    Store.create(path).close()
    made = backups.make(path, "closed")
    for each in path.parent.iterdir():
        each.unlink()
    path.parent.rmdir()
    dialog = open_dialog(backed_up, qtbot)
    assert dialog._restoring.place(made).name == "p restored.annotator"
    assert dialog._restoring.place(made).parent != path.parent
    dialog.close()
