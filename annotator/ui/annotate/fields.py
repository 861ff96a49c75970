"""The fields of the details: each tells of a change once, when it is made on purpose."""

from collections.abc import Mapping
from typing import cast

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QStandardItemModel,
    QTextLayout,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from annotator.text import DocumentText
from annotator.ui.theme import READING_FONT

PASSAGE_LINES = 4
LONGEST_PASSAGE = 600  # code points: more than the lines have room for
RETURNS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
STEPS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    *RETURNS,
)
_SEGMENTS = """
QToolButton { background: palette(base); border: 1px solid palette(mid); padding: 5px 2px; }
QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }
QToolButton:focus { border: 1px solid palette(link); }
QToolButton:disabled { color: palette(placeholder-text); background: transparent; }
QToolButton:checked:disabled { background: palette(mid); }
"""


class Choice(QComboBox):
    """A list to choose from: not by the wheel, and not through all that lie between."""

    def __init__(self, name: str, nothing: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(nothing)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def choose(self, data: str | None) -> None:
        """Show an entry by its data, without telling of it."""
        self.setCurrentIndex(self.findData(data))

    def offer_all_but(self, data: str | None) -> None:
        """Let every entry be chosen but one."""
        items = cast("QStandardItemModel", self.model())
        for number in range(self.count()):
            items.item(number).setEnabled(data is None or self.itemData(number) != data)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it scrolls the panel

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in STEPS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.showPopup()
        else:
            super().keyPressEvent(event)


class Segments(QWidget):
    """A row of buttons, of which one or none is down."""

    chosen = Signal(object)  # the value, or None when the one that was down is pressed again

    def __init__(self, name: str, titles: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setStyleSheet(_SEGMENTS)
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for value, title in titles.items():
            button = QToolButton(self)
            button.setText(title)
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {title}")
            button.setToolTip(self.tr("Press again to leave it unsaid"))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda down, value=value: self._press(value if down else None))
            row.addWidget(button)
            self._buttons[value] = button

    def choose(self, value: str | None) -> None:
        """Show a value, without telling of it."""
        for each, button in self._buttons.items():
            button.setChecked(each == value)

    def _press(self, value: str | None) -> None:
        self.choose(value)
        self.chosen.emit(value)


class NoteField(QPlainTextEdit):
    """A text of several lines, that is done when the field is left."""

    edited = Signal()
    left = Signal()  # Ctrl+Enter

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(72)

    def sizeHint(self) -> QSize:
        return QSize(200, 72)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _is_done(cast("QKeyEvent", event)):
            event.accept()  # here it ends the note, and does not finish the article
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_done(event):
            self.edited.emit()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # its own menu
            self.edited.emit()


class Passage(QWidget):
    """A few lines of an article, always as high as if it had them all: what is below does not jump."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = DocumentText("")
        font = QFont(READING_FONT)
        font.setPointSizeF(self.font().pointSizeF() * 1.1)
        self.setFont(font)
        self._leading = QFontMetricsF(font).height() * 1.2
        self.setFixedHeight(round(PASSAGE_LINES * self._leading))

    def show_text(self, passage: str) -> None:
        """Show the beginning of a passage, white space made one space."""
        self._text = DocumentText(" ".join(passage[:LONGEST_PASSAGE].split()))
        self.setAccessibleName(self._text.text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        layout = QTextLayout(self._text.display, self.font())
        layout.beginLayout()
        starts = []
        while len(starts) <= PASSAGE_LINES and (line := layout.createLine()).isValid():
            line.setLineWidth(self.width())
            line.setPosition(QPointF(0, len(starts) * self._leading))
            starts.append(self._text.to_codepoint(line.textStart()))
        layout.endLayout()
        painter = QPainter(self)
        try:
            painter.setPen(self.palette().text().color())
            whole = len(starts) if len(starts) <= PASSAGE_LINES else PASSAGE_LINES - 1
            for number in range(whole):
                layout.lineAt(number).draw(painter, QPointF(0, 0))
            if whole < len(starts):
                self._draw_rest(painter, starts[whole], whole)
        finally:
            painter.end()

    def _draw_rest(self, painter: QPainter, start: int, line: int) -> None:
        metrics = QFontMetricsF(self.font())
        rest = metrics.elidedText(self._text.display[start:], Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QPointF(0, line * self._leading + metrics.ascent()), rest)


def _is_done(event: QKeyEvent) -> bool:
    return event.key() in RETURNS and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
