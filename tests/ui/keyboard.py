"""Real keys for the tests of the window."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest


def focus(window):
    """Put the focus into the article, and return its view."""
    window.article.view.setFocus()
    assert window.article.view.hasFocus()
    return window.article.view


def press(widget, keys):
    """Press keys, such as "Control+Shift+Z W", one after the other."""
    for key in keys.split():
        *modifiers, name = key.split("+")
        flags = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            flags |= getattr(Qt.KeyboardModifier, f"{modifier}Modifier")
        QTest.keyClick(widget, getattr(Qt.Key, f"Key_{name}"), flags)
