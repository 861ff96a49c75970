"""A text to read: one column, a caret, a selection, and nothing that changes the text.

Qt shows `DocumentText.display`, whose positions are UTF-16 units. Everything that enters or leaves this
module is in code points of the stored text, and what is copied is sliced from that text.
"""

from bisect import bisect_left, bisect_right

from PySide6.QtCore import (
    QCoreApplication,
    QElapsedTimer,
    QEvent,
    QMimeData,
    QPointF,
    QSignalBlocker,
    QSizeF,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPalette,
    QTextCursor,
    QTextDocument,
    QTextLine,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QTextEdit, QWidget

from annotator.text import DocumentText
from annotator.ui.layout_steps import LayoutSteps
from annotator.ui.leading import set_leading
from annotator.ui.lines import LINE_HEIGHT, line_at

COLUMN = 68  # characters a line
MARGIN = 28  # pixels around the text, inside the column: room for chips and handles

_CONTEXT = 3  # lines kept visible around what is revealed
_SAMPLE = "The minister declined to comment, said two officials who asked not to be named."
_MOVES = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


class ReadingView(QTextEdit):
    """Show one text in a column of comfortable width and tell where its caret is."""

    selection_moved = Signal(int, int)  # start and end; equal when nothing is selected
    column_moved = Signal(int)  # pixels from the edge of the view to the text

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)  # what lies beside the column is page, too
        self.setAcceptRichText(False)
        self.setCursorWidth(2)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # A bar that comes and goes would change the width, and with it the layout of the whole text.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._document = QTextDocument(self)
        self._told = (0, 0, 0)
        self._double_click = QElapsedTimer()
        self._double_click_at = QPointF()
        self.show_text(DocumentText(""))
        self.cursorPositionChanged.connect(self._caret_moved)
        self.selectionChanged.connect(self._caret_moved)

    def show_text(self, text: DocumentText) -> None:
        """Show a text from its beginning, with the caret there."""
        before, self._document = self._document, self._new_document(text)
        self._text = text
        with QSignalBlocker(self):
            self.setDocument(self._document)
        self._steps = LayoutSteps(self._document)
        before.deleteLater()
        self._tell()

    def set_zoom(self, points: float) -> None:
        """Set the size of the text and keep its first visible line where it is."""
        state = self.scroll_state()
        font = self.font()
        font.setPointSizeF(points)
        self.setFont(font)
        self.restore_scroll(state)

    # caret and selection

    def caret(self) -> int:
        """Return the position of the caret."""
        return self._text.to_codepoint(self.textCursor().position())

    def selected(self) -> tuple[int, int]:
        """Return the selected range; twice the caret's position when nothing is selected."""
        cursor = self.textCursor()
        start = self._text.to_codepoint(cursor.selectionStart())
        end = self._text.to_codepoint(cursor.selectionEnd(), up=cursor.hasSelection())
        return start, end

    def select(self, start: int, end: int) -> None:
        """Select a range exactly, put the caret at its end, and bring it into view."""
        self._put_cursor(self._cursor(start, end))
        self.reveal(start, end)
        self._tell()

    def copy(self) -> None:
        """Copy the selection as it is in the stored text."""
        if self.textCursor().hasSelection():
            QGuiApplication.clipboard().setMimeData(self.createMimeDataFromSelection())

    # scrolling

    def reveal(self, start: int, end: int) -> None:
        """Scroll until a range and some lines around it are visible; the caret stays."""
        top = self.cursorRect(self._cursor(start)).top()
        bottom = self.cursorRect(self._cursor(end)).bottom()
        height = self.viewport().height()
        context = min(_CONTEXT * self._line_height(), height // 4)
        above, below = top - context, bottom - (height - context)
        if above >= 0 >= below:
            return
        if not -height < above < height:
            distance = top - height // 3  # far away: to where the eye rests
        elif above < 0 or bottom - top > height - 2 * context:
            distance = above
        else:
            distance = below
        self._scroll_to(self._scrolled() + distance)

    def visible_range(self) -> tuple[int, int]:
        """Return the range of the lines on screen."""
        top = self._scrolled()
        first = line_at(self._document, self._text, top)
        last = line_at(self._document, self._text, top + self.viewport().height())
        return first.start if first else 0, last.stop if last else len(self._text.text)

    def scroll_state(self) -> tuple[int, int]:
        """Return where the first visible line starts, and how many pixels of it are scrolled away."""
        y = self._scrolled()
        line = line_at(self._document, self._text, y)
        start = line.start if line is not None else 0  # the margin above the text
        return start, y - self._top_of(start)

    def restore_scroll(self, state: tuple[int, int]) -> None:
        """Scroll to exactly what `scroll_state` returned."""
        position, rest = state
        self._scroll_to(self._top_of(position) + rest)

    def _scrolled(self) -> int:
        return self.verticalScrollBar().value()

    def _scroll_to(self, y: int) -> None:
        bar = self.verticalScrollBar()
        if y > bar.maximum():
            # What was just laid out to measure it is not yet in the bar's range; this signal has it reckoned.
            self._document.documentLayout().documentSizeChanged.emit(QSizeF())
        bar.setValue(y)

    def _top_of(self, position: int) -> int:
        return self.cursorRect(self._cursor(position)).top() + self._scrolled()

    def _line_height(self) -> int:
        return round(QFontMetricsF(self.font()).height() * LINE_HEIGHT)

    # the document and its column

    def _new_document(self, text: DocumentText) -> QTextDocument:
        """Fill a document before the widget has it: then only what is on screen is laid out."""
        document = QTextDocument(self)  # the view outlives it, whatever Python collects first
        document.setUndoRedoEnabled(False)
        document.setDefaultFont(self.font())
        document.setDocumentMargin(MARGIN)
        document.setPlainText(text.display)
        set_leading(document, text)
        document.setTextWidth(self.viewport().width())  # else the first layout is thrown away
        return document

    def width_for(self, characters: int) -> int:
        """Return the pixels that lines of so many characters need, with what is around them."""
        return self._column(characters) + self.verticalScrollBar().sizeHint().width()

    def _fit_column(self) -> None:
        """Centre a column of some 68 characters, or take the width there is."""
        side = max(0, (self.width() - self.width_for(COLUMN)) // 2)
        self.setViewportMargins(side, 0, side, 0)
        self.column_moved.emit(side + MARGIN)

    def _column(self, characters: int) -> int:
        character = QFontMetricsF(self.font()).horizontalAdvance(_SAMPLE) / len(_SAMPLE)
        return round(characters * character) + 2 * MARGIN

    # Qt's own

    def createMimeDataFromSelection(self) -> QMimeData:
        start, end = self.selected()
        return _plain_data(self._text.text[start:end])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(self._is_mine(event))
            return event.isAccepted()
        if event.type() == QEvent.Type.Resize:
            self._fit_column()
            self._steps.restart()
        if isinstance(event, QMouseEvent | QWheelEvent):
            return self._pass_from_margin(event)
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_column()
            self._steps.restart()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._is_mine(event):
            event.ignore()  # letters and the rest are actions of the window
        elif event.key() == Qt.Key.Key_Escape:
            self._put_cursor(self._cursor(self.caret()))
            self._tell()
        elif event.modifiers() & _CONTROL and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move_by_paragraph(event.key() == Qt.Key.Key_Down, bool(event.modifiers() & _SHIFT))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        sentence = self._third_click(event)
        if sentence is not None:
            self.select(*sentence)
        else:
            super().mousePressEvent(self._on_its_line(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(self._on_its_line(event))
        self._double_click.start()
        self._double_click_at = event.position()
        self.select(*self._text.word(self._position_under(event.position())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(self._on_its_line(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(self._on_its_line(event))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & _CONTROL:
            event.ignore()  # the size of the text is a setting of the window
        else:
            super().wheelEvent(event)

    # by hand

    def _is_mine(self, event: QKeyEvent) -> bool:
        """Tell whether a key moves the caret or copies; every other key is left to the actions of the window."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_Escape:
            return modifiers == Qt.KeyboardModifier.NoModifier and self.textCursor().hasSelection()
        if event.key() in _MOVES:
            return not modifiers & ~(_SHIFT | _CONTROL)
        return event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.SelectAll)

    def _move_by_paragraph(self, down: bool, keep: bool) -> None:
        paragraphs, caret = self._text.paragraphs, self.caret()
        if down:
            index = bisect_right(paragraphs, caret, key=lambda paragraph: paragraph[0])
            target = paragraphs[index][0] if index < len(paragraphs) else len(self._text.text)
        else:
            index = bisect_left(paragraphs, caret, key=lambda paragraph: paragraph[0])
            target = paragraphs[index - 1][0] if index > 0 else 0
        cursor = self.textCursor()
        mode = QTextCursor.MoveMode.KeepAnchor if keep else QTextCursor.MoveMode.MoveAnchor
        cursor.setPosition(self._text.to_utf16(target), mode)
        self._put_cursor(cursor)
        self.reveal(target, target)
        self._tell()

    def _third_click(self, event: QMouseEvent) -> tuple[int, int] | None:
        """Return the sentence to select when a click follows a double click at once, at the same place."""
        follows = self._double_click.isValid() and not self._double_click.hasExpired(QApplication.doubleClickInterval())
        self._double_click.invalidate()
        moved = (event.position() - self._double_click_at).manhattanLength()
        if not follows or moved > QApplication.startDragDistance():
            return None
        return self._text.sentence_at(self._position_under(event.position()))

    def _position_under(self, point: QPointF) -> int:
        """Return the position of the character at a point of the viewport."""
        line = line_at(self._document, self._text, point.y() + self._scrolled())
        if line is None:
            return self._caret_under(point)
        unit = line.shape.xToCursor(point.x() - line.left, QTextLine.CursorPosition.CursorOnCharacter)
        return self._text.to_codepoint(line.base + unit)

    def _caret_under(self, point: QPointF) -> int:
        """Return the position that a click at a point of the viewport gives the caret."""
        return self._text.to_codepoint(self.cursorForPosition(self._lifted(point).toPoint()).position())

    def _on_its_line(self, event: QMouseEvent) -> QMouseEvent:
        return _moved(event, self._lifted(event.position()))

    def _lifted(self, point: QPointF) -> QPointF:
        """Lift a point between two lines onto the upper one: Qt would take it for the end of the line."""
        line = line_at(self._document, self._text, point.y() + self._scrolled())
        if line is None or point.y() + self._scrolled() < line.bottom:
            return point
        return QPointF(point.x(), line.bottom - 1 - self._scrolled())

    def _pass_from_margin(self, event: QMouseEvent | QWheelEvent) -> bool:
        """Treat the page beside the column as part of it."""
        if isinstance(event, QWheelEvent):
            self.wheelEvent(event)
        else:
            point = self.viewport().mapFromGlobal(event.globalPosition())
            QCoreApplication.sendEvent(self.viewport(), _moved(event, point))
        return event.isAccepted()

    def _caret_moved(self) -> None:
        self._leave_grapheme()
        self._tell()

    def _leave_grapheme(self) -> None:
        """Move a caret that a key or the mouse put inside a grapheme on, the way it was going."""
        caret = self.caret()
        start, end = self._text.widen(caret, caret)
        if start == end:
            return
        cursor = self.textCursor()
        keep, x = cursor.hasSelection(), cursor.verticalMovementX()
        cursor.setPosition(
            self._text.to_utf16(end if caret >= self._told[2] else start),
            QTextCursor.MoveMode.KeepAnchor if keep else QTextCursor.MoveMode.MoveAnchor,
        )
        cursor.setVerticalMovementX(x)
        self._put_cursor(cursor)

    def _cursor(self, start: int, end: int | None = None) -> QTextCursor:
        cursor = QTextCursor(self._document)
        cursor.setPosition(self._text.to_utf16(start))
        if end is not None:
            cursor.setPosition(self._text.to_utf16(end), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _put_cursor(self, cursor: QTextCursor) -> None:
        with QSignalBlocker(self):
            self.setTextCursor(cursor)

    def _tell(self) -> None:
        state = (*self.selected(), self.caret())
        if state != self._told:
            self._told = state
            self.selection_moved.emit(state[0], state[1])


def _plain_data(text: str) -> QMimeData:
    """Make data for the clipboard, which may outlive Python: data made by Python would then crash the exit."""
    model = QStringListModel([""])
    data = model.mimeData([model.index(0)])
    data.clear()
    data.setText(text)
    return data


def _moved(event: QMouseEvent, point: QPointF) -> QMouseEvent:
    return QMouseEvent(
        event.type(),
        point,
        event.globalPosition(),
        event.button(),
        event.buttons(),
        event.modifiers(),
        event.pointingDevice(),
    )
