"""Starting: the welcome page, the name, errors, and what can be done without a project."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QMessageBox, QPushButton

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.actions import SCREENS, WITHOUT_PROJECT
from annotator.ui.name_dialog import NameDialog
from annotator.ui.welcome import RecentButton
from tests.ui.hands import answered, focus, press

PASSAGE = "The mayor declined to comment."


def recent(window):
    return [each for each in window.welcome.findChildren(RecentButton) if not each.isHidden()]


def test_a_first_start_offers_no_recent_projects(window):
    assert window.welcome.isVisible()
    assert recent(window) == []


def test_a_recent_project_is_opened_again_by_a_click(qtbot, window, sample_path):
    window.project.open(sample_path)
    window.project.close()
    qtbot.waitUntil(lambda: len(recent(window)) == 1)
    (button,) = recent(window)
    assert button.accessibleName() == "sample"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.project.path == sample_path


def test_a_project_that_is_gone_is_not_offered(window, sample_path, settings):
    window.project.open(sample_path)
    window.project.close()
    sample_path.unlink()
    window.welcome.refresh()
    assert recent(window) == []


def test_without_a_project_only_what_has_an_effect_can_be_done(window, sample_path):
    enabled = {name for name in window.actions_ if window.actions_[name].isEnabled()}
    assert enabled == WITHOUT_PROJECT
    window.project.open(sample_path)
    here = {action.id for action in window.actions_.table if "article" in SCREENS[action.place]}
    assert {name for name in here if not window.actions_[name].isEnabled()} <= {"undo", "redo", "give-back"}


def colour_of(button):
    return button.grab().toImage().pixelColor(8, button.height() // 2).name()


@pytest.fixture
def dialog(qtbot, window):
    dialog = NameDialog(["Ana", "Ben"], "", window)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def test_a_name_is_needed_and_a_known_one_says_whose_work_goes_on(dialog):
    accept = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    field = dialog.findChild(QComboBox)
    assert not accept.isEnabled()
    disabled = colour_of(accept)
    QTest.keyClicks(field, "  Cleo   Marsh ")
    assert dialog.name() == "Cleo Marsh"
    assert dialog._meaning.text() == "A new annotator in this project."
    field.setCurrentText("Ana")
    assert dialog._meaning.text() == "Ana has annotated in this project. You go on with that work."
    assert accept.isEnabled()
    assert colour_of(accept) != disabled


@pytest.mark.modal
def test_the_first_edit_asks_for_the_name_once(window, sample_path, qtbot):

    def answer(dialog):
        assert dialog.windowTitle() == "Who is annotating?"
        QTest.keyClicks(dialog.findChild(QComboBox), "Cleo")
        press(dialog.findChild(QComboBox), "Return")

    window.project.open(sample_path)
    with answered(NameDialog, answer):
        press(focus(window), "D")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(focus(window), "O")
    assert window.status.who.text() == "Annotating as Cleo"
    window.project.close()
    window.project.open(sample_path)
    assert window.project.annotator.name == "Cleo"  # so nothing is asked, which would wait for ever
    press(focus(window), "N")
    assert [row.label for row in window.article.own()] == ["non-comment"]


@pytest.mark.modal
def test_an_error_of_ours_can_be_copied_and_quotes_no_article(window, monkeypatch):
    def copy(box):
        button = next(each for each in box.findChildren(QPushButton) if each.text() == "Copy report")
        button.click()
        assert box.defaultButton().text().replace("&", "") == "Close"

    monkeypatch.setattr(QMessageBox, "exec", copy)
    try:
        raise ValueError(PASSAGE)
    except ValueError as error:
        errors.show(error, window)
    copied = QGuiApplication.clipboard().text()
    assert "test_welcome.py" in copied and copied.endswith("ValueError")
    assert PASSAGE not in copied


@pytest.mark.modal
def test_an_error_that_somebody_can_act_on_is_shown_as_it_is(window, monkeypatch):
    shown = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: shown.append((box.text(), box.detailedText())))
    errors.show(UserError("Close it there first."), window)
    assert shown == [("Close it there first.", "")]


def test_a_project_that_is_gone_is_forgotten_with_the_next_that_is_opened(window, sample_path, settings, tmp_path):
    window.project.open(sample_path)
    window.project.close()
    gone = sample_path.rename(tmp_path / "moved.annotator")
    window.project.open(gone)
    gone.rename(sample_path)  # what is forgotten stays so
    assert settings.recent == []
    window.project.close()
    assert str(sample_path) not in settings._store.value("recent")
