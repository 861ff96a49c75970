"""The layout of what is not on screen, in slices that nobody notices.

Qt lays out the rest of a document while nothing else happens, in steps that double up to 200,000 characters: a key
that comes meanwhile waits for a tenth of a second and more.
"""

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, QTimerEvent
from PySide6.QtGui import QTextDocument

SLICE = 2  # milliseconds
_QTS_STEPS = 10  # milliseconds between steps of Qt: how its timer is told from that for the size of the document


class LayoutSteps(QObject):
    """Stands before the layout of a document, and takes its steps for it. Lives as long as the document."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._document = document
        self._next = document.begin()
        document.documentLayout().installEventFilter(self)

    def restart(self) -> None:
        """Begin again: the width or the font is another one."""
        self._next = self._document.begin()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QTimerEvent) and _is_step(watched, event):
            self._step()
            return self._next.isValid()  # else Qt looks for itself whether something is left
        return super().eventFilter(watched, event)

    def _step(self) -> None:
        """Lay out one block, and others while the slice lasts."""
        layout, clock = self._document.documentLayout(), QElapsedTimer()
        clock.start()
        while self._next.isValid():
            layout.blockBoundingRect(self._next)  # lays out as far as this block
            self._next = self._next.next()
            if clock.elapsed() >= SLICE:
                break


def _is_step(layout: QObject, event: QTimerEvent) -> bool:
    timers = QCoreApplication.eventDispatcher().registeredTimers(layout)
    return any(timer.timerId == event.timerId() and timer.interval == _QTS_STEPS for timer in timers)
