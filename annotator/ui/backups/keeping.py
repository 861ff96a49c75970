"""Backups that make themselves: while somebody works, and when a project is closed."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.jobs import Job, Jobs
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.rows import Backup, BackupReason

EVERY = 30 * 60_000  # milliseconds between two backups of an open project; where nothing changed none is made


class Keeping(QObject):
    """Has backups made beside the window, by a worker of its own. Nobody waits for one, nor is kept by one that fails.

    A project is backed up after it was closed, when its log is in it. The window may be gone by then: `finish` waits
    for the backup before the program ends.
    """

    _ended = Signal()

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._project = project
        self._closing: Path | None = None
        self._has_said = False  # that backups fail
        self.jobs = Jobs(self)  # not the project's: those end with it
        self.timer = QTimer(self)
        self.timer.setInterval(EVERY)
        self.timer.timeout.connect(lambda: self._make(project.path, "work"))
        project.opened.connect(self.timer.start)
        project.closing.connect(self._leave)
        project.closed.connect(self._left)

    def finish(self) -> None:
        """Wait for the backups that are being made, and say if one fails: the window is closed."""
        loop = QEventLoop()
        self._ended.connect(loop.quit)
        while self.jobs.is_running:
            loop.exec()
        self._ended.disconnect(loop.quit)

    def _leave(self) -> None:
        self.timer.stop()
        self._closing = self._project.path

    def _left(self) -> None:
        if self._closing:
            self._make(self._closing, "closed")

    def _make(self, path: Path, reason: "BackupReason") -> None:
        self.jobs.start(partial(_back_up, path, reason), self._made, self._failed)

    def _made(self, _backup: "Backup") -> None:
        self._has_said = False
        self._ended.emit()

    def _failed(self, error: BaseException) -> None:
        try:
            if not self._has_said:
                self._has_said = True
                errors.show(self._in_words(error))
        finally:
            self._ended.emit()

    def _in_words(self, error: BaseException) -> BaseException:
        if not isinstance(error, UserError):
            return error
        said = self.tr("Your work is saved. Only a backup of it could not be made; it is tried again later.")
        return UserError(f"{said}\n\n{error}")


def _back_up(path: Path, reason: "BackupReason", _job: Job) -> "Backup":
    from annotator.store import backups

    return backups.make(path, reason)
