"""A banner above the article: one calm notice and what can be done. It never takes the focus."""

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from annotator.ui.annotate.bar import ArticleBar
from annotator.ui.theme import Theme

STRIPE = 4  # pixels


class Weight(IntEnum):
    """How serious a notice is: the most serious is shown first."""

    ADVICE = 1
    LOSS = 2
    DAMAGE = 3
    UNSAVED = 4  # edits cannot be saved at all


class Notice(NamedTuple):
    """What is to be said, by a key of its own, with what can be done about it."""

    key: str
    weight: Weight
    text: str
    choices: tuple[tuple[str, Callable[[], object]], ...] = ()


class Banner(ArticleBar):
    """Shows the most serious of the notices, until it is dismissed or its reason is gone."""

    dismissed = Signal(str)  # the key of a notice that somebody put away
    left = Signal()  # it had the focus, and is gone

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Notice"), parent, QBoxLayout.Direction.TopToBottom)
        self._theme = theme
        self._notices: dict[str, Notice] = {}
        self._shown: Notice | None = None
        self._buttons: list[QPushButton] = []
        theme.changed.connect(self.update)

    @property
    def shown(self) -> Notice | None:
        """The notice that is shown."""
        return self._shown

    def add(self, notice: Notice) -> None:
        """Show a notice, now or when those that are more serious are gone."""
        self._notices[notice.key] = notice
        self._show_first()

    def withdraw(self, key: str) -> None:
        """Show a notice no longer: its reason is gone."""
        self._notices.pop(key, None)
        self._show_first()

    def clear(self) -> None:
        """Show nothing."""
        self._notices.clear()
        self._show_first()

    def dismiss(self) -> None:
        """Put away the notice that is shown."""
        if self._shown:
            key = self._shown.key
            self.withdraw(key)
            self.dismissed.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(colours.hover))
            painter.fillRect(0, 0, STRIPE, self.height(), QColor(colours.accent))
            painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(colours.border))
        finally:
            painter.end()

    def _show_first(self) -> None:
        first = max(self._notices.values(), key=lambda notice: notice.weight, default=None)
        if first == self._shown:
            return
        had_focus = any(button.hasFocus() for button in self._buttons)
        self._shown = first
        for button in self._buttons:
            button.hide()
            button.deleteLater()  # not at once: it may be what was clicked
        self._buttons = []
        if first:
            self.say(first.text)
            self.setAccessibleDescription(first.text)
            for title, verb in first.choices:
                self._add(title, title).clicked.connect(lambda _checked=False, verb=verb: verb())
            self._add(self.tr("Dismiss"), self.tr("Esc")).clicked.connect(self.dismiss)
            self.setFocusProxy(self._buttons[0])
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        self.setVisible(first is not None)
        if had_focus and first:
            self.setFocus()
        elif had_focus:
            self.left.emit()

    def _add(self, title: str, tip: str) -> QPushButton:
        button = self.add_button(title, tip)
        self._buttons.append(button)
        return button
