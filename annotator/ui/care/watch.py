"""Part of the hub: watches the file of the open project, and says what happens to it."""

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.ui.jobs import Job, Jobs
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.store.location import Location as Location

EVERY = 5_000  # milliseconds
CHECKED_AFTER = 1_000  # milliseconds, in which the window is painted
LITTLE = 200_000_000  # bytes of a disk that is nearly full


class Watch(QObject):
    """Looks at the file once it is open, in the background, and every few seconds from then on."""

    damaged = Signal(str)  # what SQLite found, in its words
    looked_through = Signal()  # the short check is done, and found nothing
    missing = Signal(str)  # which edits were saved here and are not in the file, in words
    shared = Signal(object)  # Location: other computers write there too
    displaced = Signal(bool)  # the file is no longer where it was opened, or is there again
    space_changed = Signal(object)  # bytes, where the disk is nearly full; None where it is not, or not any more

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._jobs = Jobs(self)
        self._job: Job | None = None
        self._ended = threading.Event()
        self._was_in_place, self._space = True, None
        self._check_soon = QTimer(self)
        self._check_soon.setSingleShot(True)
        self._check_soon.setInterval(CHECKED_AFTER)
        self._check_soon.timeout.connect(self._check)
        self._looks = QTimer(self)
        self._looks.setInterval(EVERY)
        self._looks.timeout.connect(self.look)
        project.opened.connect(self._begin)
        project.closing.connect(self._end)

    def look(self) -> None:
        """Look whether the file is in its place, and how much room its disk has."""
        from annotator.store import location

        if (is_in_place := self._project.is_in_place()) != self._was_in_place:
            self._was_in_place = is_in_place
            self.displaced.emit(not is_in_place)
        free = location.free_bytes(self._project.path)
        self.space_changed.emit(free if free is not None and free < LITTLE else None)

    def go_on(self) -> None:
        """Take the project as it is, without the edits that are missing."""
        self._project.accept_missing_edits()

    def _begin(self) -> None:
        from annotator.store import last_edit, location

        self._was_in_place = True
        if lost := self._project.missing_edits():
            self.missing.emit(last_edit.in_words(lost))
        where: Location | None = location.shared(self._project.path)
        if where:
            self.shared.emit(where)
        self._looks.start()
        self._check_soon.start()
        self.look()

    def _end(self) -> None:
        """Stop, and wait for the reading connection to be closed, so that the writing one is the last."""
        self._looks.stop()
        self._check_soon.stop()
        if self._job:
            self._job.forget()
            self._ended.wait()
            self._job = None

    def _check(self) -> None:
        from annotator.store import check

        path, ended = self._project.path, self._ended
        ended.clear()

        def work(job: Job) -> str | None:
            try:
                return check.quick(path, job.cancelled)
            finally:
                ended.set()

        def done(found: str | None) -> None:
            self._job = None
            if found:
                self.damaged.emit(found)
            else:
                self.looked_through.emit()

        def failed(_error: BaseException) -> None:
            self._job = None  # a file that cannot be opened again is displaced, which is said

        self._job = self._jobs.start(work, done, failed)
