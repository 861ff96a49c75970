"""The settings, by keyboard: what is changed works at once and after a restart."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QTextBrowser,
    QTreeWidget,
    QWidget,
)

from annotator.ui.keys_page import KeyRecorder
from annotator.ui.palette import CommandPalette
from annotator.ui.settings import Settings
from annotator.ui.settings_dialog import SettingsDialog
from annotator.ui.shortcuts import ShortcutSheet
from tests.ui.hands import focus, press


@pytest.fixture
def dialog(qtbot, opened):
    press(focus(opened), "Control+Comma")
    (dialog,) = opened.findChildren(SettingsDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


@pytest.fixture
def keys(qtbot, dialog):
    """The dialog at the table of keys."""
    tabs = dialog.findChild(QTabWidget)
    tabs.tabBar().setFocus()
    press(tabs.tabBar(), "Right Tab")
    assert dialog.findChild(QTreeWidget).hasFocus()
    return dialog


def button(dialog, text):
    return next(each for each in dialog.findChildren(QPushButton) if each.text() == text)


def combo(dialog, name):
    return next(each for each in dialog.findChildren(QComboBox) if each.accessibleName() == name)


def go_to(dialog, title):
    """Choose an action as a person does, by typing its name."""
    tree = dialog.findChild(QTreeWidget)
    tree.setFocus()
    (item,) = tree.findItems(title, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    tree.setCurrentItem(item)
    return item


def record(dialog, title, key):
    """Choose an action, press Enter, then a key; return what the dialog says."""
    go_to(dialog, title)
    press(dialog.findChild(QTreeWidget), "Return")
    assert dialog.findChild(KeyRecorder).hasFocus()
    press(dialog.focusWidget(), key)
    assert dialog.findChild(QTreeWidget).hasFocus()
    return said(dialog)


def said(dialog):
    (label,) = [each for each in dialog.findChildren(QLabel) if each.isVisible() and each.wordWrap()]
    return label.text()


def close(window, dialog):
    press(dialog, "Escape")
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    return focus(window)


def test_a_recorded_key_works_at_once_and_the_old_one_does_not(opened, keys):
    assert record(keys, "Tag denial", "F") == "“Tag denial” is on F now."
    view = close(opened, keys)
    press(view, "D")
    assert opened.article.own() == []
    press(view, "F")
    assert [row.label for row in opened.article.own()] == ["denial"]


def test_tab_can_be_recorded_although_it_moves_the_focus(opened, keys):
    record(keys, "Next span", "F8")
    assert record(keys, "Tag denial", "Tab") == "“Tag denial” is on Tab now."
    press(close(opened, keys), "Tab")
    assert [row.label for row in opened.article.own()] == ["denial"]


def test_a_key_with_modifiers_survives_a_restart(qtbot, opened, keys, settings):
    record(keys, "Export…", "Control+Shift+Y")
    again = Settings(Path(settings._store.fileName()))
    assert again.remapped_keys == {"export": ["Ctrl+Shift+Y"]}
    close(opened, keys)
    press(opened.article.view, "Control+Shift+Y")
    assert "Export" in [each.windowTitle() for each in opened.findChildren(QWidget) if each.isWindow()]


def test_a_conflict_names_the_other_action_and_changes_nothing(opened, keys, settings):
    assert "“Tag anonymous source”" in record(keys, "Tag denial", "A")
    assert settings.remapped_keys == {}
    assert go_to(keys, "Tag denial").text(1) == "D, 3"


def test_a_key_that_is_missing_on_a_keyboard_is_warned_about_and_taken(keys, settings):
    assert record(keys, "Tag denial", "BracketRight").endswith("] cannot be typed on a German or French keyboard.")
    assert settings.remapped_keys == {"tag-denial": ["]"]}


def test_escape_gives_up_recording_and_does_not_close(keys, settings):
    record(keys, "Tag denial", "Escape")
    assert keys.isVisible()
    assert settings.remapped_keys == {}


def test_a_key_is_added_taken_away_and_restored(keys, settings):
    item = go_to(keys, "Write a note")
    button(keys, "Add key").setFocus()
    press(keys.focusWidget(), "Space")
    press(keys.focusWidget(), "F")
    assert item.text(1) == "M, F"
    button(keys, "No key").setFocus()
    press(keys.focusWidget(), "Space")
    assert item.text(1) == "–"
    button(keys, "Usual key").setFocus()
    press(keys.focusWidget(), "Space")
    assert item.text(1) == "M"
    assert settings.remapped_keys == {}
    assert not button(keys, "Usual key").isEnabled()


def test_a_usual_key_that_another_action_has_now_stays_with_it(keys):
    record(keys, "Tag denial", "F")
    record(keys, "Write a note", "D")
    item = go_to(keys, "Tag denial")
    QTest.mouseClick(button(keys, "Usual key"), Qt.MouseButton.LeftButton)
    assert said(keys) == "D stays the key of “Write a note”."
    assert item.text(1) == "3"


def test_all_usual_keys_come_back_at_once(opened, keys, settings):
    record(keys, "Tag denial", "F")
    record(keys, "Write a note", "D")
    QTest.mouseClick(button(keys, "All usual keys"), Qt.MouseButton.LeftButton)
    assert settings.remapped_keys == {}
    assert opened.actions_.keys("tag-denial") == ["D", "3"]


def test_menu_palette_and_sheet_show_the_new_key(qtbot, opened, keys):
    record(keys, "Tag denial", "F")
    close(opened, keys)
    assert opened.actions_["tag-denial"].shortcut().toString() == "F"
    assert opened.actions_["tag-denial"] in [
        action for menu in opened.menuBar().actions() for action in menu.menu().actions()
    ]
    sheet = ShortcutSheet(opened.actions_, opened)
    qtbot.addWidget(sheet)
    lines = sheet.findChild(QTextBrowser).toPlainText().split("\n")
    assert lines[lines.index("Tag denial") - 1] == "F"
    palette = CommandPalette(opened.actions_, opened)
    qtbot.addWidget(palette)
    assert ("Tag denial", "F") in palette.shown()


def test_theme_size_and_trimming_change_at_once(opened, dialog, settings):
    theme, size = (combo(dialog, name) for name in ("Theme", "Text size"))
    theme.setFocus()
    press(theme, "End")
    assert settings.theme == "dark"
    assert opened._theme.is_dark
    size.setFocus()
    assert size.currentText() == "15 points"
    press(size, "Down")
    assert settings.text_size == 16
    trims = dialog.findChild(QCheckBox)
    trims.setFocus()
    press(trims, "Space")
    assert settings.trims is False
    again = Settings(Path(settings._store.fileName()))
    assert (again.theme, again.text_size, again.trims) == ("dark", 16, False)
    view = close(opened, dialog)
    view.select(0, opened.article.text.sentences[0][1])
    press(view, "D")
    (row,) = opened.article.own()
    assert opened.article.text.text[row.end - 1] == "."


def test_another_name_is_annotated_under_at_once(opened, dialog, settings):
    name = next(each for each in dialog.findChildren(QLineEdit) if each.accessibleName() == "Annotate as")
    assert name.text() == "Cleo"
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "Dora")
    press(name, "Return")
    assert opened.project.annotator.name == settings.annotator == "Dora"
    assert dialog.isVisible()
    name.clear()
    press(name, "Return")
    assert name.text() == "Dora"


def test_every_control_has_an_accessible_name(keys):
    for kind in (QLineEdit, QComboBox, QCheckBox, QTreeWidget, QPushButton, KeyRecorder):
        for each in keys.findChildren(kind):
            assert each.accessibleName() or (isinstance(each, QPushButton) and each.text()), each
