"""A corrected article in the window: preview, what is to be settled, by keys, over a restart, and in the list."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton

from annotator.store import Store
from annotator.ui.documents.model import KINSHIP
from annotator.ui.main_window import MainWindow
from annotator.ui.project import Project
from annotator.ui.revisions.preview import PreviewDialog
from annotator.ui.revisions.settle_dialog import SettleDialog
from tests.builders import bring_lines
from tests.test_revising import NEW, OLD, lines
from tests.ui.hands import answered, choose_in_menu, click, press


@pytest.fixture
def corrected(tmp_path):
    path = tmp_path / "corrected.txt"
    path.write_bytes(NEW.encode())
    return path


@pytest.fixture
def reading(window, tmp_path):
    """The window, open on an article that four annotated, with Ana at it."""
    with Store.create(tmp_path / "p.annotator") as store:
        bring_lines(store, tmp_path, *lines())
    window.project.open(tmp_path / "p.annotator")
    window.annotate_as("Ana")
    return window


def shown(window, kind):
    return [each for each in window.findChildren(kind) if each.isVisible()]


def bring(window, qtbot, path, monkeypatch):
    """Choose the file in the menu, look at the preview, and bring it in."""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    choose_in_menu(window, "replace-article")
    qtbot.waitUntil(lambda: bool(shown(window, PreviewDialog)), timeout=20_000)
    (dialog,) = shown(window, PreviewDialog)
    text = dialog.text.toPlainText()
    click(dialog, "Bring it in")
    qtbot.waitUntil(lambda: window.article.text.text == NEW, timeout=20_000)
    return text


def settling(window):
    (dialog,) = shown(window, SettleDialog)
    return dialog


def listed(dialog):
    return [dialog.list.item(row).text().split("\n") for row in range(dialog.list.count())]


def test_a_correction_is_looked_at_brought_in_and_settled_by_keys(reading, qtbot, corrected, monkeypatch):
    text = bring(reading, qtbot, corrected, monkeypatch)
    assert "Correction: a name was misspelt. 😀" in text and "claim" in text and "claims" in text
    dialog = settling(reading)
    assert listed(dialog) == [
        ["Denial, moved", "denied the claim"],
        ["Denial, gold, moved", "denied the claim"],
        ["Anonymous source, lost", "said the talks had ended in March"],
    ]
    press(dialog.list, "Return")
    assert NEW[slice(*reading.article.view.selected())] == "denied the claims"
    press(dialog.list, "A")
    assert [each[0] for each in listed(dialog)] == ["Denial, gold, moved", "Anonymous source, lost"]
    press(dialog.list, "R")
    assert [each[0] for each in listed(dialog)] == ["Anonymous source, lost"]
    assert not dialog.buttons["remove"].isVisible()  # there is nothing to remove
    at = NEW.index("would say nothing")
    reading.article.view.select(at, at + len("would say nothing"))
    press(dialog.list, "T")
    assert listed(dialog) == []
    assert ("anonymous-source", at) in [(row.label, row.start) for row in reading.article.own()]
    assert reading.project.status(reading.article.document_id) == "started"


def test_undo_brings_what_was_settled_back_into_the_list(reading, qtbot, corrected, monkeypatch):
    bring(reading, qtbot, corrected, monkeypatch)
    dialog = settling(reading)
    press(dialog.list, "A A A")
    assert listed(dialog) == []
    reading.actions_["undo"].trigger()
    assert [each[0] for each in listed(dialog)] == ["Anonymous source, lost"]


def test_it_is_there_after_a_restart_and_opens_the_article(reading, qtbot, corrected, monkeypatch, theme, settings):
    bring(reading, qtbot, corrected, monkeypatch)
    press(settling(reading).list, "A")
    path = reading.project.path
    reading.close()
    again = MainWindow(Project(), theme, settings)
    qtbot.addWidget(again)
    again.show()
    again.project.open(path)
    again.annotate_as("Ana")
    again.open_document(1)
    again.actions_["to-settle"].trigger()
    assert again.article.text.text == NEW
    assert len(listed(settling(again))) == 2
    again.close()


def test_others_work_is_a_number_and_a_name_alone(reading, qtbot, corrected, monkeypatch):
    reading.annotate_as("Ben")
    bring(reading, qtbot, corrected, monkeypatch)
    dialog = settling(reading)
    assert [each[0] for each in listed(dialog)] == ["Denial, gold, moved"]
    said = [each.text() for each in dialog.findChildren(type(dialog._others)) if each.isVisible()]
    assert "Ana has 2 to settle." in said
    assert not [each for each in said if "talks" in each]


def test_a_selection_is_needed_to_put_something_on_it(reading, qtbot, corrected, monkeypatch):
    bring(reading, qtbot, corrected, monkeypatch)
    dialog = settling(reading)
    reading.article.view.select(3, 3)
    press(dialog.list, "T")
    assert len(listed(dialog)) == 3
    assert "Select" in reading.statusBar().currentMessage()


def test_the_list_says_in_words_what_was_corrected(reading, qtbot, corrected, monkeypatch):
    bring(reading, qtbot, corrected, monkeypatch)
    model = reading.documents.model
    said = [model.index(row).data(KINSHIP) for row in range(model.rowCount())]
    assert said == ["Corrected", "Correction"]
    assert "Corrects article 1" in model.index(1).data(Qt.ItemDataRole.ToolTipRole)
    assert "Correction" in model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    reading.actions_["undo"].trigger()
    assert [model.index(row).data(KINSHIP) for row in range(model.rowCount())] == [""]


def test_cancel_brings_nothing_in(reading, qtbot, corrected, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(corrected), ""))
    reading.actions_["replace-article"].trigger()
    qtbot.waitUntil(lambda: bool(shown(reading, PreviewDialog)), timeout=20_000)
    click(shown(reading, PreviewDialog)[0], "Cancel")
    assert reading.project.progress().documents == 1
    assert reading.article.text.text == OLD


@pytest.mark.modal
def test_a_file_that_corrects_nothing_says_so(reading, qtbot, tmp_path):
    same = tmp_path / "same.txt"
    same.write_bytes(OLD.encode())
    said = []

    def read(box):
        said.append(box.text())
        press(box, "Escape")

    with answered(QMessageBox, read):
        reading.revisions.look(same)
    assert "nothing is corrected" in said[0]


def test_buttons_do_what_the_keys_do(reading, qtbot, corrected, monkeypatch):
    bring(reading, qtbot, corrected, monkeypatch)
    dialog = settling(reading)
    for left in (2, 1, 0):
        (button,) = [
            each for each in dialog.findChildren(QPushButton) if each.isVisible() and each.text().endswith("(A)")
        ]
        button.click()
        assert len(listed(dialog)) == left
    assert not dialog.list.isVisible()
