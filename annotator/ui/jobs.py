"""Work off the window's thread, answered on it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal, Slot

REPORT_EVERY = 0.05  # seconds; more often would only keep the window busy


class Job:
    """What a running piece of work sees: where to report progress and what it has so far, and whether to stop."""

    def __init__(self, report: Callable[[int, int], None], tell: Callable[["Job", Any], None]) -> None:
        self._report = report
        self._tell = tell
        self._reported = 0.0
        self._stop = threading.Event()
        self.is_forgotten = False

    def cancel(self) -> None:
        self._stop.set()

    def forget(self) -> None:
        """Cancel, and answer nobody: whoever asked is gone, or has asked for something else."""
        self.is_forgotten = True
        self._stop.set()

    def cancelled(self) -> bool:
        return self._stop.is_set()

    def progress(self, done: int, total: int) -> None:
        now = monotonic()
        if now - self._reported >= REPORT_EVERY or done >= total:
            self._reported = now
            self._report(done, total)

    def tell(self, what: Any) -> None:
        """Hand over something that is ready before all of it is."""
        self._tell(self, what)


class Jobs(QObject):
    """Runs jobs in the order in which they were started; with one thread, one at a time."""

    progressed = Signal(object, object)  # done, total: Python integers, which may pass 32 bits
    _told = Signal(object, object)  # job, what
    _ended = Signal(object, object)  # job, future

    def __init__(self, parent: QObject | None = None, *, threads: int = 1) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="job")
        self._running: dict[Job, _Answers] = {}
        self._told.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        return bool(self._running)

    def start(
        self,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        told: Callable[[Any], None] = lambda _what: None,
    ) -> Job:
        """Run `work` in the background, then `done` with its result, or `failed` with its error, here.

        What the work tells meanwhile goes to `told`, here too.
        """
        job = Job(self.progressed.emit, self._told.emit)
        self._running[job] = _Answers(done, failed, told)
        future = self._pool.submit(work, job)
        future.add_done_callback(lambda ended: self._ended.emit(job, ended))
        return job

    def cancel(self) -> None:
        for job in self._running:
            job.cancel()

    def close(self) -> None:
        """Stop what runs, and wait for it."""
        self.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)

    @Slot(object, object)
    def _pass_on(self, job: Job, what: Any) -> None:
        if not job.is_forgotten:
            self._running[job].told(what)

    @Slot(object, object)
    def _deliver(self, job: Job, future: Future[Any]) -> None:
        answers = self._running.pop(job)
        if job.is_forgotten or future.cancelled():
            return
        error = future.exception()
        if error:
            answers.failed(error)
        else:
            answers.done(future.result())


class _Answers(NamedTuple):
    """Whom a job answers."""

    done: Callable[[Any], None]
    failed: Callable[[BaseException], None]
    told: Callable[[Any], None]
