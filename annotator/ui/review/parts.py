"""What the tabs of figures are made of beside figures: captions, headings, choices, rows of choices, columns."""

from collections.abc import Iterable

from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from annotator.ui.plain import plain_label
from annotator.ui.review.passage_list import PassageList


def caption(text: str, parent: QWidget) -> QLabel:
    """Return quiet words that wrap."""
    label = plain_label(text, parent)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setWordWrap(True)
    return label


def heading(text: str, parent: QWidget) -> QLabel:
    """Return the heading of a figure."""
    label = plain_label(text, parent)
    font = QFont(label.font())
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    return label


def choice(name: str, items: Iterable[tuple[str, str]], parent: QWidget) -> QComboBox:
    """Return a choice of keys, each with its title."""
    combo = QComboBox(parent)
    combo.setAccessibleName(name)
    combo.setAccessibleDescription(name)
    for title, key in items:
        combo.addItem(title, key)
    return combo


def row(*widgets: QWidget, parent: QWidget) -> QWidget:
    """Return widgets beside each other."""
    whole = QWidget(parent)
    layout = QHBoxLayout(whole)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return whole


def fill(page: QWidget, widgets: Iterable[QWidget], growing: QWidget | None = None) -> None:
    """Put widgets below each other; lists of passages grow with the window, and `growing`."""
    column = QVBoxLayout(page)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(8)
    for widget in widgets:
        grows = isinstance(widget, PassageList) or widget is growing
        column.addWidget(widget, 1 if grows else 0)
    column.addStretch(0)  # takes what is left where nothing that grows is shown
