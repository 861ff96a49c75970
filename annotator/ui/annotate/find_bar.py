"""Find in the article: a slim bar over the text."""

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from annotator.ui.plain import tool_tip
from annotator.ui.text_view import ArticleView
from annotator.ui.theme import Theme

MOST_HITS = 5_000


class FindBar(QWidget):
    """Marks what is typed wherever it stands in the article, upper or lower case, and goes from one to the next."""

    closed = Signal()

    def __init__(self, view: ArticleView, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._text = ""
        self._hits: list[tuple[int, int]] = []
        self._current = -1
        self._field = QLineEdit(self)
        self._field.setPlaceholderText(self.tr("Find in the article"))
        self._field.setAccessibleName(self.tr("Find in the article"))
        self._field.setClearButtonEnabled(True)
        self._count = QLabel(self)
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(32, 4, 32, 4)
        layout.addWidget(self._field, 1)
        layout.addWidget(self._count)
        for icon, name, slot in (
            ("chevron-up", self.tr("Previous"), self.previous),
            ("chevron-down", self.tr("Next"), self.next),
            ("x", self.tr("Close"), self.close_bar),
        ):
            button = QToolButton(self)
            button.setIcon(theme.icon(icon))
            button.setAccessibleName(name)
            button.setToolTip(tool_tip(name))
            button.clicked.connect(slot)
            theme.changed.connect(lambda button=button, icon=icon: button.setIcon(theme.icon(icon)))
            layout.addWidget(button)
        self._field.textEdited.connect(self._search)
        self._field.returnPressed.connect(self.next)
        back = QShortcut(QKeySequence("Shift+Return"), self._field)
        back.setContext(Qt.ShortcutContext.WidgetShortcut)
        back.activated.connect(self.previous)
        self.hide()

    def open_bar(self, text: str, selected: str) -> None:
        """Show the bar for a document's text; what is selected is looked for at once."""
        self._text = text
        self.show()
        if selected and "\n" not in selected:
            self._field.setText(selected)
        self._field.selectAll()
        self._field.setFocus()
        self._search(self._field.text())

    def close_bar(self) -> None:
        """Hide the bar; what was found last stays selected."""
        if self.isHidden():
            return
        hit = self._hits[self._current] if self._hits else None
        self._view.set_find_hits([], None)
        self.hide()
        if hit and self._field.text():
            self._view.select(*hit)
        self._view.setFocus()
        self.closed.emit()

    def next(self) -> None:
        self._go(1)

    def previous(self) -> None:
        self._go(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _search(self, wanted: str) -> None:
        pattern = re.compile(re.escape(wanted), re.IGNORECASE)
        found = pattern.finditer(self._text) if wanted else iter(())
        self._hits = [match.span() for match, _ in zip(found, range(MOST_HITS), strict=False)]
        caret = self._view.caret()
        ahead = (index for index, (start, _) in enumerate(self._hits) if start >= caret)
        self._current = next(ahead, 0)
        self._show()

    def _go(self, step: int) -> None:
        if self._hits:
            self._current = (self._current + step) % len(self._hits)
            self._show()

    def _show(self) -> None:
        self._view.set_find_hits(self._hits, self._current if self._hits else None)
        if self._hits:
            self._view.reveal(*self._hits[self._current])
            said = self.tr("{number} of {all}").format(number=self._current + 1, all=len(self._hits))
        else:
            said = self.tr("Not found") if self._field.text() else ""
        self._count.setText(said)
