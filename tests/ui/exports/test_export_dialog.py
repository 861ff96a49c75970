"""Exporting in the window: which layers, to which file, and what was written."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from annotator.ui.exports.dialog import ExportDialog
from tests.builders import parsed


@pytest.fixture
def dialog(opened):
    opened.files.export()
    (dialog,) = opened.findChildren(ExportDialog)
    return dialog


def control(dialog, kind, name):
    return next(each for each in dialog.findChildren(kind) if each.accessibleName() == name)


def choose(dialog, name, data):
    combo = control(dialog, QComboBox, name)
    combo.setCurrentIndex(combo.findData(data))


def button(dialog, text):
    return next(each for each in dialog.findChildren(QPushButton) if each.text() == text)


def run(qtbot, dialog, path):
    control(dialog, QLineEdit, "File").setText(str(path))
    QTest.mouseClick(button(dialog, "Export"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog._is_running)


def test_one_annotators_finished_layers_are_written_and_what_is_left_out_is_said(qtbot, dialog, tmp_path):
    choose(dialog, "Layers", "Ana")
    run(qtbot, dialog, tmp_path / "ana.jsonl")
    lines = parsed(tmp_path / "ana.jsonl")
    assert {line["annotator"]["name"] for line in lines} == {"Ana"}
    assert {line["status"] for line in lines} == {"finished"}
    said = dialog._said.text()
    spans = sum(len(line["spans"]) for line in lines)
    assert said.startswith(f"{len(lines)} layers with {spans} spans were written to {tmp_path / 'ana.jsonl'}")
    assert "unfinished layer" in said
    assert button(dialog, "Close").isVisible()


def test_layers_that_were_only_started_come_along_when_asked_for(qtbot, dialog, tmp_path):
    choose(dialog, "Status", "all")
    run(qtbot, dialog, tmp_path / "all.jsonl")
    assert {line["status"] for line in parsed(tmp_path / "all.jsonl")} == {"started", "finished"}
    assert "Left out" not in dialog._said.text()


def test_it_says_so_before_it_replaces_a_file(dialog, tmp_path):
    field = control(dialog, QLineEdit, "File")
    field.setText(str(tmp_path / "new.jsonl"))
    assert "replaces" not in dialog._said.text()
    (tmp_path / "old.jsonl").write_text("")
    field.setText(str(tmp_path / "old.jsonl"))
    assert "It replaces the file that is there" in dialog._said.text()
    field.clear()
    assert not button(dialog, "Export").isEnabled()


def test_what_cannot_be_written_is_said_and_can_be_tried_again(qtbot, dialog, tmp_path):
    run(qtbot, dialog, tmp_path / "nowhere" / "x.jsonl")
    assert "nowhere" in dialog._said.text() and "cannot be written" in dialog._said.text()
    run(qtbot, dialog, tmp_path / "x.jsonl")
    assert parsed(tmp_path / "x.jsonl")


def test_a_cancelled_export_leaves_the_old_file(qtbot, dialog, tmp_path):
    (tmp_path / "old.jsonl").write_text("kept")
    control(dialog, QLineEdit, "File").setText(str(tmp_path / "old.jsonl"))
    QTest.mouseClick(button(dialog, "Export"), Qt.MouseButton.LeftButton)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog._is_running)
    if "cancelled" in dialog._said.text():  # it may have been quicker than the key
        assert (tmp_path / "old.jsonl").read_text() == "kept"
    assert [path.name for path in tmp_path.glob("*old.jsonl*")] == ["old.jsonl"]
