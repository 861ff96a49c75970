"""The right mouse button in the article."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.ui.hands import LEFT, focus, place, press


@pytest.fixture
def menu(opened):
    """Ask for the menu at a place of the viewport, or by the key, and return it."""

    def ask(point=None):
        view = focus(opened)
        reason = QContextMenuEvent.Reason.Keyboard if point is None else QContextMenuEvent.Reason.Mouse
        where = point or QPoint(0, 0)
        QApplication.sendEvent(view.viewport(), QContextMenuEvent(reason, where, view.viewport().mapToGlobal(where)))
        return next(each for each in opened.findChildren(QMenu) if each.isVisible() and each.windowFlags())

    yield ask
    for each in opened.findChildren(QMenu):
        each.close()


def names(menu):
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def choose(menu, name):
    action = next(each for each in menu.actions() if each.text() == name)
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def test_on_plain_text_it_tags_the_sentence_under_the_mouse(opened, menu):
    second = opened.article.text.next_sentence(1)
    choose(menu(place(opened.article.view, second[0] + 20)), "Tag denial")
    (row,) = opened.article.own()
    assert (row.start, row.label) == (second[0], "denial")


def test_on_a_span_it_offers_what_can_be_done_with_it(opened, menu):
    press(focus(opened), "D")
    opened.article.view.select(len(opened.article.text.text), len(opened.article.text.text))
    opened.article.view.restore_scroll((0, 0))
    assert opened.article.current is None
    shown = menu(place(opened.article.view, 10))
    assert opened.article.current.label == "denial"
    assert "Write a note" in names(shown)
    assert [action.shortcut().toString() for action in shown.actions()[:2]] == ["A", "O"]
    choose(shown, "Remove the annotation")
    assert opened.article.own() == []


def test_on_the_selection_it_keeps_the_selection(opened, menu):
    focus(opened).select(0, 6)
    shown = menu(place(opened.article.view, 3))
    assert opened.article.view.selected() == (0, 6)
    choose(shown, "Copy")
    assert QGuiApplication.clipboard().text() == "Eleven"


def test_by_the_key_it_is_about_the_caret_and_there_is_nothing_to_copy(opened, menu):
    shown = menu()
    assert "Write a note" not in names(shown)
    (copy,) = [action for action in shown.actions() if action.text() == "Copy"]
    assert not copy.isEnabled()
    choose(shown, "Tag on record")
    assert [row.start for row in opened.article.own()] == [0]
