"""A slim bar below the article: a sentence and what can be done. It is no dialog, the article stays in reach."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QWidget

from annotator.ui.plain import doubled, plain_label, tool_tip

MARGINS = (32, 8, 16, 8)
NARROWEST = 48  # pixels of a button: a bar must not push the panes aside


class ArticleBar(QWidget):
    """Says something, with buttons beside it; hidden until it has something to say."""

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        direction: QBoxLayout.Direction = QBoxLayout.Direction.LeftToRight,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._said = plain_label("", self)
        self._said.setWordWrap(True)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        column = QBoxLayout(direction, self)
        column.setContentsMargins(*MARGINS)
        column.setSpacing(8)
        column.addWidget(self._said, 1)
        column.addLayout(self._row)
        self.hide()

    def add_button(self, text: str, key: str) -> QPushButton:
        """Add a button, and tell its key."""
        button = QPushButton(doubled(text), self)
        button.setAccessibleName(text)
        button.setToolTip(tool_tip(key))
        button.setMinimumWidth(NARROWEST)
        self._row.addWidget(button)
        return button

    def say(self, message: str) -> None:
        self._said.setText(message)
        self._said.setAccessibleName(message)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        try:
            painter.fillRect(0, 0, self.width(), 1, self.palette().mid())
        finally:
            painter.end()
