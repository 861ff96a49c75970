"""Checking a project in the window: it goes on beside the window, says how far it is, and can be cancelled."""

import sqlite3

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog

from annotator.store import Store
from annotator.store.check import examine
from tests.builders import bring_lines, line
from tests.ui.hands import answered, click, focus, press


@pytest.fixture
def large(window, tmp_path):
    """The window, open on a project whose check takes a while."""
    path = tmp_path / "large.annotator"
    with Store.create(path) as store:
        bring_lines(store, tmp_path, *(line(f"Article {number}. " + "Words. " * 200) for number in range(3_000)))
    window.project.open(path)
    window.annotate_as("Cleo")
    return window


def running(window):
    return [each for each in window.findChildren(QProgressDialog) if each.isVisible()]


def assert_can_be_edited(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(focus(window), "D")
    assert [row.label for row in window.article.own()] == ["denial"]


def read(box, texts):
    texts += [box.text(), box.detailedText()]
    press(box, "Escape")


@pytest.mark.modal
def test_a_whole_project_is_said_to_be_whole_and_can_be_edited_again(opened, qtbot):
    texts = []
    with answered(QMessageBox, lambda box: read(box, texts)):
        opened.actions_["check"].trigger()
    assert texts == ["This project is whole: every version, index and rule was checked.", ""]
    assert_can_be_edited(opened, qtbot)


@pytest.mark.modal
def test_damage_is_listed(opened, sample_path):
    with sqlite3.connect(sample_path) as connection:
        connection.execute("UPDATE document SET text = text || '!' WHERE id = 2")
    connection.close()
    texts = []
    with answered(QMessageBox, lambda box: read(box, texts)):
        opened.actions_["check"].trigger()
    assert texts[0].startswith("This project is not whole.")
    assert "its text is not the one that was imported" in texts[1]
    assert "A repaired copy mends a text where one bit was flipped" in texts[1]


@pytest.mark.modal
def test_a_repaired_copy_is_offered_and_made(opened, sample_path, tmp_path, monkeypatch, qtbot):
    with sqlite3.connect(sample_path) as connection:
        connection.execute("UPDATE document SET text = text || '!' WHERE id = 2")
    connection.close()
    copy, texts = tmp_path / "copy.annotator", []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(copy), ""))
    with answered(QMessageBox, lambda box: click(box, "Save a repaired copy…")):
        opened.actions_["check"].trigger()
    with answered(QMessageBox, lambda box: read(box, texts)):
        qtbot.waitUntil(copy.exists)
    assert texts[0].startswith("The repaired copy is at")
    assert "document 2: left out" in texts[1]
    assert examine(copy).findings == []
    assert_can_be_edited(opened, qtbot)


def test_while_it_checks_the_window_lives_and_cancel_ends_it_without_a_word(large, qtbot):
    large.actions_["check"].trigger()
    (dialog,) = running(large)
    assert large.project.jobs.is_running
    assert not large.project.is_busy  # it only reads
    click(dialog, "Cancel")
    qtbot.waitUntil(lambda: not large.project.jobs.is_running)
    assert running(large) == []
    assert_can_be_edited(large, qtbot)
