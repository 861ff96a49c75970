"""Text from files shown as it is: Qt takes what looks like HTML for HTML, loads its pictures, and eats ampersands."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget


def plain_label(text: str, parent: QWidget) -> QLabel:
    """Return a label that takes nothing in its text for markup."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def marked_up_label(parent: QWidget) -> QLabel:
    """Return a label for markup of our own; whatever comes from a file is escaped in it."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.RichText)
    return label


def message_box(title: str, parent: QWidget | None) -> QMessageBox:
    """Return a box that takes nothing in its texts for markup."""
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    return box


def tool_tip(text: str) -> str:
    """Return what shows a text as a tool tip, lines and all."""
    return f"<span>{escape(text)}</span>".replace("\n", "<br>") if text else ""


def doubled(text: str) -> str:
    """Return what shows a text in a menu, on a button or a tab, where a single ampersand marks a key."""
    return text.replace("&", "&&")
