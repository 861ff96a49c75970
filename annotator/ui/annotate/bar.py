"""A slim bar below the article: a sentence and what can be done. It is no dialog, the article stays in reach."""

from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from annotator.ui.flow import FlowLayout
from annotator.ui.plain import doubled, plain_label, tool_tip

MARGINS = (32, 8, 16, 8)


class ArticleBar(QWidget):
    """Says something, with buttons beside it, or below where it is narrow; hidden until it has something to say."""

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
        self._row = FlowLayout()
        self._row.setSpacing(8)
        self._direction = direction
        self._column = QBoxLayout(direction, self)
        self._column.setContentsMargins(*MARGINS)
        self._column.setSpacing(8)
        self._column.addWidget(self._said, 1)
        self._column.addLayout(self._row)
        self.hide()

    def add_button(self, text: str, key: str) -> QPushButton:
        """Add a button, and tell its key."""
        button = QPushButton(doubled(text), self)
        button.setAccessibleName(text)
        button.setToolTip(tool_tip(key))
        self._row.addWidget(button)
        return button

    def say(self, message: str) -> None:
        self._said.setText(message)
        self._said.setAccessibleName(message)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < 2 * self._row.sizeHint().width()
        self._column.setDirection(QBoxLayout.Direction.TopToBottom if narrow else self._direction)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        try:
            painter.fillRect(0, 0, self.width(), 1, self.palette().mid())
        finally:
            painter.end()
