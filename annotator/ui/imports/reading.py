"""Reads files for their preview off the window's thread, one after the other; a file again when it is asked for."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from annotator.ui.jobs import Job, Jobs

if TYPE_CHECKING:
    from annotator.import_preview import Contents
    from annotator.importers import Source

LISTED = 2_000  # articles of all files together whose texts are kept to be shown


class Reading(QObject):
    """What the chosen files hold, as far as it was read."""

    was_read = Signal(int)  # the place of a file
    progressed = Signal(int, int)  # files done, of how many
    finished = Signal()
    failed = Signal(object)  # an error

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self.sources: list[Source] = []
        self.contents: dict[int, Contents] = {}
        self._kept = 0  # articles
        self._jobs = jobs
        self._first: Job | None = None
        self._again: dict[int, Job] = {}  # by the place of the file

    @property
    def is_running(self) -> bool:
        return self._first is not None or bool(self._again)

    def start(self, find: "Callable[[], list[Source]]") -> None:
        """Find the files, and read them all."""

        def work(job: Job) -> None:
            sources = find()
            job.tell(sources)
            _read(job, enumerate(sources))

        self._first = self._jobs.start(work, lambda _: self._end(), self._fail, self._take)

    def read_again(self, place: int, source: "Source") -> None:
        """Read a file otherwise: with other options, or as another format."""
        self.sources[place] = source
        if place in self._again:
            self._again[place].forget()

        def done(_: object) -> None:
            del self._again[place]
            if not self.is_running:
                self.finished.emit()

        work = [(place, source)]
        self._again[place] = self._jobs.start(lambda job: _read(job, work), done, self._fail, self._take)

    def stop(self) -> None:
        """Stop reading; nothing of it is told any more."""
        for job in (*self._again.values(), *([self._first] if self._first else [])):
            job.forget()
        self._first = None
        self._again.clear()

    def _take(self, what: "list[Source] | tuple[int, Contents]") -> None:
        if isinstance(what, list):
            self.sources = what
            return
        place, found = what
        former = self.contents.get(place)
        self._kept -= len(former.articles) if former else 0
        del found.articles[max(0, LISTED - self._kept) :]
        self._kept += len(found.articles)
        self.contents[place] = found
        self.was_read.emit(place)
        self.progressed.emit(len(self.contents), len(self.sources))

    def _end(self) -> None:
        self._first = None
        if not self.is_running:
            self.finished.emit()

    def _fail(self, error: BaseException) -> None:
        self.stop()
        self.failed.emit(error)


def _read(job: Job, wanted: "Iterable[tuple[int, Source]]") -> None:
    from annotator.formats.isolation import Isolated
    from annotator.import_preview import contents

    with Isolated() as isolated:
        for place, source in wanted:
            job.tell((place, contents(source, isolated, cancelled=job.cancelled)))
