"""A strip along the scroll bar: where in the article the disagreements are."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from annotator.ui.theme import Theme

WIDTH = 14  # pixels
SHORTEST = 4.0  # pixels of a tick
OPEN = QColor("#c88a04")


class Tick(NamedTuple):
    """A disagreement, by its range of the text."""

    start: int
    end: int
    is_open: bool
    is_current: bool


class PlacesStrip(QWidget):
    """Draws a tick for each disagreement: filled while it is open, hollow once it is settled. A click goes there."""

    chosen = Signal(int)  # index of a tick

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ticks: Sequence[Tick] = ()
        self._length = 1
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Places of disagreements"))
        self.setToolTip(self.tr("Disagreements: filled ones wait for a ruling"))
        theme.changed.connect(self.update)

    def show_ticks(self, ticks: Sequence[Tick], length: int) -> None:
        """Show the disagreements of a text of so many characters."""
        self._ticks, self._length = ticks, max(1, length)
        count = sum(tick.is_open for tick in ticks)
        self.setAccessibleDescription(self.tr("{count} open").format(count=count))
        self.update()

    def rect_of(self, tick: Tick) -> QRectF:
        """Return where a tick is drawn."""
        top = tick.start / self._length * self.height()
        height = max(SHORTEST, (tick.end - tick.start) / self._length * self.height())
        return QRectF(3, min(top, self.height() - height), WIDTH - 6, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), self.palette().base())
            for tick in sorted(self._ticks, key=lambda tick: tick.is_current):
                self._paint(painter, tick)
        finally:
            painter.end()

    def _paint(self, painter: QPainter, tick: Tick) -> None:
        box = self.rect_of(tick)
        if tick.is_current:
            painter.fillRect(QRectF(0, box.top() - 1, WIDTH, box.height() + 2), QColor(self._theme.colours.accent))
        elif tick.is_open:
            painter.fillRect(box, OPEN)
        else:
            painter.setPen(QColor(self._theme.colours.quiet))
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._ticks and event.button() == Qt.MouseButton.LeftButton:
            y = event.position().y()
            nearest = min(range(len(self._ticks)), key=lambda n: abs(self.rect_of(self._ticks[n]).center().y() - y))
            self.chosen.emit(nearest)
