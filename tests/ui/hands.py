"""What a person does at the window: real keys, and real presses, moves and releases of the mouse."""

import time
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QTextCursor, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

LEFT = Qt.MouseButton.LeftButton
LONGEST = 20  # seconds that a dialog may let wait for it
STEPS = 4  # moves of the mouse between pressing and releasing it


def press(widget, keys):
    """Press keys one after the other: `press(view, "Shift+S Control+Return D")`."""
    for key in keys.split():
        *modifiers, name = key.split("+")
        flags = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            flags |= getattr(Qt.KeyboardModifier, f"{modifier}Modifier")
        QTest.keyClick(widget, getattr(Qt.Key, f"Key_{name}"), flags)


def focus(window):
    """Put the focus into the article, and return its view."""
    window.article.view.setFocus()
    assert window.article.view.hasFocus()
    return window.article.view


@contextmanager
def answered(kind, answer):
    """Answer the next dialog of a kind by `answer(dialog)`, once it is there; the test is marked `modal`."""
    seen, wrong = [], []
    looks = QTimer(interval=5)

    def look():
        seen.extend(each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible())
        if seen:
            looks.stop()
            try:
                answer(seen[0])
            except (AssertionError, ValueError) as error:  # it would be lost in the event loop
                wrong.append(error)
                seen[0].reject()

    looks.timeout.connect(look)
    looks.start()
    yield
    end = time.monotonic() + LONGEST
    while not seen and time.monotonic() < end:
        QTest.qWait(5)
    looks.stop()
    if wrong:
        raise wrong[0]
    assert seen, f"no {kind.__name__} was opened"


def click(dialog, text):
    """Click a button of a dialog by what it says."""
    (button,) = [each for each in dialog.findChildren(QPushButton) if each.text().replace("&", "") == text]
    QTest.mouseClick(button, LEFT)


def drag(view, begin, end):
    """Drag from one point of the viewport to another with the left button."""
    viewport = view.viewport()

    def send(kind, point, button, buttons):
        where = QPointF(point)
        event = QMouseEvent(kind, where, viewport.mapToGlobal(where), button, buttons, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(viewport, event)

    send(QEvent.Type.MouseButtonPress, begin, LEFT, LEFT)
    for step in range(1, STEPS + 1):
        send(QEvent.Type.MouseMove, begin + (end - begin) * step / STEPS, Qt.MouseButton.NoButton, LEFT)
    send(QEvent.Type.MouseButtonRelease, end, LEFT, Qt.MouseButton.NoButton)


def choose_in_menu(window, id):
    """Click on an action in the menu that holds it."""
    action = window.actions_[id]
    menus = (entry.menu() for entry in window.menuBar().actions())
    menu = next(each for each in menus if action in each.actions())
    menu.popup(window.mapToGlobal(QPoint(0, 0)))
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    assert not menu.isVisible()


def seen(view, passage):
    """Return where a person sees a passage begin and end: its first and last word, found by Qt in what it shows."""
    words, exactly = passage.split(), QTextDocument.FindFlag.FindCaseSensitively
    first = view.document().find(words[0], 0, exactly)
    last = view.document().find(words[-1], first.selectionStart(), exactly)
    assert not first.isNull() and not last.isNull(), f"{passage!r} is not shown"
    return first.selectionStart(), last.selectionEnd()


def place(view, position):
    """Return where Qt draws the caret at one of its own positions, in the viewport."""
    cursor = QTextCursor(view.document())
    cursor.setPosition(position)
    return view.cursorRect(cursor).center()
