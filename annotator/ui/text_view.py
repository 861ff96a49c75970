"""The article view: what stands in the text, drawn over it, and what the mouse does with it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from annotator.text import DocumentText
from annotator.ui.letters import NEGATIVE
from annotator.ui.lines import Line, lines_between
from annotator.ui.marks import Mark, MarkSet
from annotator.ui.overlay import (
    GRIP,
    LabelStyle,
    Look,
    Piece,
    handle,
    paint_hits,
    paint_over,
    paint_under,
    pieces_on,
    rects_on,
)
from annotator.ui.reading_view import ReadingView

Range = tuple[int, int]

_REACH = 3  # pixels around the knob of a handle that still take it
_BESIDE = 1  # pixels beside its edge: the next word, a space away, is for the caret
_PAD = 2 * GRIP  # how far handles reach out of their line
_SCROLL_EVERY = 30  # milliseconds, while a handle is held beyond the edge


@dataclass(slots=True)
class _Drag:
    """A handle being moved: the mark as it was, as it is drawn meanwhile, which end, and where the mouse is."""

    before: Mark
    shown: Mark
    start: bool
    point: QPointF


class ArticleView(ReadingView):
    """Show an article with its marks; tell what was clicked and resized. It changes no annotation itself."""

    span_resized = Signal(str, int, int)  # uid, start, end: a handle was dragged
    span_clicked = Signal(str)  # uid of the innermost own mark under the mouse
    menu_asked = Signal(QPoint)  # a place on the screen, for what can be done at the caret

    def __init__(self, parent: QWidget | None = None) -> None:
        self._marks = MarkSet()
        self._styles: Mapping[str, LabelStyle] = {}
        self._negative = LabelStyle("", NEGATIVE, QColor("grey"), "dot")
        self._current: str | None = None
        self._hits: list[Range] = []
        self._hit: Range | None = None
        self._drag: _Drag | None = None
        super().__init__(parent)
        self.setAccessibleName(self.tr("Article"))
        self._scroller = QTimer(self)
        self._scroller.setInterval(_SCROLL_EVERY)
        self._scroller.timeout.connect(self._scroll_on)

    def show_text(self, text: DocumentText) -> None:
        """Show a text from its beginning; marks and hits of the one before are dropped."""
        self._marks = MarkSet()
        self._current = self._drag = self._hit = None
        self._hits = []
        super().show_text(text)

    def set_marks(self, marks: Iterable[Mark]) -> None:
        """Replace all marks."""
        self._marks = MarkSet(marks)
        self.viewport().update()

    def put_mark(self, mark: Mark) -> None:
        """Add a mark, or replace the one with its uid; repaint the lines that it changes."""
        self._repaint(self._marks.put(mark))

    def remove_mark(self, uid: str) -> None:
        """Take a mark out, if it is there."""
        touched = self._marks.remove(uid)
        if touched is not None:
            self._repaint(touched)

    def set_current(self, uid: str | None) -> None:
        """Outline a mark and give it handles; None for no mark."""
        before, self._current = self._marks.get(self._current), uid
        for mark in (before, self._marks.get(uid)):
            if mark is not None:
                self._repaint((mark.start, mark.end))

    def set_label_styles(self, styles: Mapping[str, LabelStyle], negative: LabelStyle) -> None:
        """Say how labels look, and marks without a label."""
        self._styles, self._negative = styles, negative
        self.viewport().update()

    def set_find_hits(self, ranges: Sequence[Range], current: int | None) -> None:
        """Highlight what was found; the ranges are in order, `current` is an index into them."""
        self._hits = list(ranges)
        self._hit = None if current is None else ranges[current]
        self.viewport().update()

    def marks_at(self, position: int) -> list[Mark]:
        """Return the marks that a caret touches, innermost first; those that end there come last."""
        return self._marks.at(position)

    def mark_under(self, point: QPointF) -> Mark | None:
        """Return the mark at a point of the viewport: by its chip, its bar, or as the innermost on the text."""
        spot = point + QPointF(0, self._scrolled())
        pieces = self._pieces_near(spot)
        for piece in pieces:
            if piece.chip is not None and piece.chip.contains(spot):
                return piece.mark
        for piece in pieces:
            if any(bar.adjusted(0, -1, 0, 1).contains(spot) for bar in piece.bars):
                return piece.mark
        for piece in pieces:
            if any(rect.contains(spot) for rect in piece.rects):
                return piece.mark
        return None

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        clip = event.rect()
        top, bottom = self._scrolled() + clip.top() - _PAD, self._scrolled() + clip.bottom() + _PAD
        lines = list(lines_between(self._document, self._text, top, bottom))
        pieces = self._pieces(lines)
        look = Look(self.palette(), QApplication.font(), self._styles, self._negative, self._current)
        with self._painter(clip) as painter:
            paint_under(painter, pieces, look)
            self._paint_hits(painter, lines, look)
        super().paintEvent(event)
        with self._painter(clip) as painter:
            paint_over(painter, pieces, look)

    @contextmanager
    def _painter(self, clip: QRect) -> Iterator[QPainter]:
        """Paint on the page in document coordinates; the painter is ended whatever happens."""
        painter = QPainter(self.viewport())
        try:
            painter.setClipRect(clip)
            painter.translate(0, -self._scrolled())
            yield painter
        finally:
            painter.end()

    def _pieces(self, lines: Iterable[Line]) -> list[Piece]:
        return [piece for line in lines for piece in pieces_on(line, self._text, self._marks, self._current)]

    def _pieces_near(self, point: QPointF, pad: float = 0) -> list[Piece]:
        """Return the pieces on the line at a point of the document, and on those within a distance."""
        return self._pieces(lines_between(self._document, self._text, point.y() - pad, point.y() + pad))

    def _paint_hits(self, painter: QPainter, lines: Iterable[Line], look: Look) -> None:
        for line in lines:
            first = bisect_right(self._hits, line.start, key=lambda hit: hit[1])
            last = bisect_left(self._hits, line.stop, key=lambda hit: hit[0])
            for hit in self._hits[first:last]:
                paint_hits(painter, rects_on(line, self._text, *hit), look, current=hit == self._hit)

    def _repaint(self, touched: Range) -> None:
        """Repaint the lines of a range, as far as they are on screen."""
        first, last = self.visible_range()
        start, end = max(touched[0], first), min(touched[1], last)
        if start <= end:
            top = self._top_of(start) - self._scrolled()
            bottom = self._top_of(end) - self._scrolled() + self._line_height()
            pad = round(_PAD)
            self.viewport().update(0, top - pad, self.viewport().width(), bottom - top + 2 * pad)

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = self._handle_under(event.position())
        if self._drag is None:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._move_handle(self._drag, event.position())
            return
        super().mouseMoveEvent(event)
        over = self._handle_under(event.position()) is not None
        self.viewport().setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.IBeamCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._let_go()
            return
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self._click_on(event.position())

    def _click_on(self, point: QPointF) -> None:
        mark = self.mark_under(point)
        if mark is not None and mark.group == 0:
            self.span_clicked.emit(mark.uid)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Have the menu for the selection under the mouse, else for the place under it; by a key, for the caret."""
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            self.menu_asked.emit(self.viewport().mapToGlobal(self.cursorRect().bottomLeft()))
            return
        point = QPointF(event.pos())
        position, (start, end) = self._caret_under(point), self.selected()
        if not start <= position < end:
            self._put_cursor(self._cursor(position))
            self._tell()
            self._click_on(point)
        self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._drag is not None and event.key() == Qt.Key.Key_Escape:
            self._drag.shown = self._drag.before
            self._let_go()
        else:
            super().keyPressEvent(event)

    def _is_mine(self, event: QKeyEvent) -> bool:
        return (self._drag is not None and event.key() == Qt.Key.Key_Escape) or super()._is_mine(event)

    def _handle_under(self, point: QPointF) -> _Drag | None:
        mark = self._marks.get(self._current)
        if mark is None or mark.group != 0:
            return None
        spot = point + QPointF(0, self._scrolled())
        for piece in self._pieces_near(spot, _PAD):
            if piece.mark.uid == mark.uid:
                for edge, start in ((piece.end, False), (piece.start, True)):
                    if edge is not None and _takes(edge, spot, start=start):
                        return _Drag(mark, mark, start, point)
        return None

    def _move_handle(self, drag: _Drag, point: QPointF) -> None:
        """Draw the mark as it would be; beyond the edge of the view, scroll and go on."""
        drag.point = point
        height = self.viewport().height()
        if 0 <= point.y() < height:
            self._scroller.stop()
        elif not self._scroller.isActive():
            self._scroller.start()
        position = self._caret_under(QPointF(point.x(), min(max(point.y(), 0), height - 1)))
        start, end = drag.before.start, drag.before.end
        if drag.start:
            start = min(position, self._text.previous_grapheme(end))
        else:
            end = max(position, self._text.next_grapheme(start))
        if (start, end) != (drag.before.start, drag.before.end):
            start, end = self._text.widen(start, end)
        drag.shown = replace(drag.before, start=start, end=end)
        self.put_mark(drag.shown)

    def _scroll_on(self) -> None:
        if self._drag is not None:
            step = self._line_height() if self._drag.point.y() > 0 else -self._line_height()
            self._scroll_to(self._scrolled() + step)
            self._move_handle(self._drag, self._drag.point)

    def _let_go(self) -> None:
        """End a drag: the mark is drawn as it was, until the owner says what became of it."""
        drag, self._drag = self._drag, None
        self._scroller.stop()
        if drag is not None:
            self.put_mark(drag.before)
            if drag.shown != drag.before:
                self.span_resized.emit(drag.shown.uid, drag.shown.start, drag.shown.end)


def _takes(edge: QRectF, spot: QPointF, *, start: bool) -> bool:
    """Tell whether a press takes hold of an end: on its knob, around it, or right on its edge."""
    around = handle(edge, start=start).adjusted(-_REACH, -_REACH, _REACH, _REACH)
    return around.contains(spot) or edge.adjusted(-_BESIDE, 0, _BESIDE, 0).contains(spot)
