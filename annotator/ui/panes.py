"""The three panes of the window: what is read comes first, the panes beside it yield."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from annotator.ui.settings import PANES

LEFT, CENTRE, RIGHT = range(3)
NARROWEST_WINDOW = 480


class Panes(QSplitter):
    """Gives the centre the width it needs to be read, and the panes beside it what is left.

    A pane that has no room is shut until the window is wider. Focus that goes into a shut pane opens it, as long
    as the focus is not back in the centre. It never widens the window.
    """

    def __init__(self, panes: Sequence[QWidget], needs: Callable[[], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._needs = needs  # pixels that the centre needs to be read
        self._needed = 0
        self._wanted = dict(zip((LEFT, RIGHT), PANES, strict=True))  # as a person left them; 0: dragged shut
        self._asked: int | None = None  # the pane that is open although there is no room
        self._every = list(panes)
        for pane in panes:
            self.addWidget(pane)
        self.setHandleWidth(1)
        self.setStretchFactor(CENTRE, 1)
        self.splitterMoved.connect(self._remember)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)

    def widths(self) -> tuple[int, int]:
        """Return the widths in pixels that a person gave the panes on the left and right; 0 is shut."""
        return self._wanted[LEFT], self._wanted[RIGHT]

    def set_widths(self, widths: tuple[int, int]) -> None:
        """Give the panes on the left and right the widths of another time."""
        self._wanted = {LEFT: widths[0], RIGHT: widths[1]}
        self._fit()

    def refit(self) -> None:
        """Share the width out again if the centre needs another one: its text has another size."""
        if self._needs() != self._needed:
            self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST_WINDOW, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._needed = self._needs()
        room = self.width() - 2 * self.handleWidth() - self._needed
        first, second = (LEFT, RIGHT) if self._asked == LEFT else (RIGHT, LEFT)
        beside = room - (self._least(second) if self._wanted[second] else 0)
        widths = {first: self._width(first, beside if beside >= self._least(first) else room)}
        widths[second] = self._width(second, room - widths[first])
        if self._asked is not None:
            widths[self._asked] = max(widths[self._asked], self._least(self._asked))
        self.setSizes([widths[LEFT], self.width() - sum(widths.values()), widths[RIGHT]])

    def _width(self, side: int, room: int) -> int:
        least, wanted = self._least(side), self._wanted[side]
        return min(max(wanted, least), room) if wanted and least <= room else 0

    def _least(self, side: int) -> int:
        return self._every[side].minimumSizeHint().width()

    def _remember(self, _position: int, handle: int) -> None:
        side = LEFT if handle == CENTRE else RIGHT
        self._wanted[side] = self.sizes()[side]

    def _follow_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        side = next((side for side, pane in enumerate(self._every) if now and pane.isAncestorOf(now)), None)
        if side == CENTRE and self._asked is not None:
            self._asked = None
            self._fit()
        elif side in self._wanted and not self.sizes()[side]:
            self._asked = side
            self._wanted[side] = self._wanted[side] or self._least(side)
            self._fit()
