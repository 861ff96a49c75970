"""The command palette, by keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from annotator.ui.palette import CommandPalette
from tests.ui.hands import focus, press

# A popup says this on the offscreen platform.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing|propagateSizeHints)")


@pytest.fixture
def palette(opened):
    press(focus(opened), "Control+K")
    (palette,) = opened.findChildren(CommandPalette)
    return palette


def typed(palette, words):
    field = palette.findChild(QLineEdit)
    QTest.keyClicks(field, words)
    return field


def test_it_lists_every_action_that_can_be_done_with_its_key(opened, palette):
    shown = dict(palette.shown())
    assert shown["Tag denial"] == "D, 3"
    assert shown["Settings…"] == "Ctrl+,"
    assert "Redo" not in shown
    assert len(shown) == len([name for name in opened.actions_ if opened.actions_[name].isEnabled()])


def test_words_in_any_order_find_an_action_and_enter_does_it(opened, palette):
    field = typed(palette, "denial tag")
    assert [title for title, _ in palette.shown()] == ["Tag denial", "Tag a new denial"]
    press(field, "Return")
    assert [row.label for row in opened.article.own()] == ["denial"]


def test_the_arrows_choose_among_what_is_found_and_go_round(opened, palette):
    field = typed(palette, "tag a new")
    press(field, "Up Return")
    assert [row.label for row in opened.article.own()] == ["non-comment"]


def test_undo_is_listed_with_the_name_of_the_edit(opened):
    press(focus(opened), "D Control+K")
    (palette,) = opened.findChildren(CommandPalette)
    assert ("Undo tag denial", "Ctrl+Z") in palette.shown()


def test_what_is_not_found_is_said_and_enter_does_nothing(opened, palette):
    field = typed(palette, "zzz")
    (nothing,) = palette.findChildren(QLabel)
    assert nothing.isVisible()
    press(field, "Return")
    assert opened.article.own() == []


def test_escape_closes_it(opened, palette):
    QTest.keyClick(palette.findChild(QLineEdit), Qt.Key.Key_Escape)
    assert not palette.isVisible()
