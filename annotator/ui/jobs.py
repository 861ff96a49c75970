"""Work off the window's thread, one job at a time, answered on it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

REPORT_EVERY = 0.05  # seconds; more often would only keep the window busy


class Job:
    """What a running piece of work sees: where to report progress, and whether to stop."""

    def __init__(self, report: Callable[[int, int], None]) -> None:
        self._report = report
        self._reported = 0.0
        self._stop = threading.Event()

    def cancel(self) -> None:
        self._stop.set()

    def cancelled(self) -> bool:
        return self._stop.is_set()

    def progress(self, done: int, total: int) -> None:
        now = monotonic()
        if now - self._reported >= REPORT_EVERY or done >= total:
            self._reported = now
            self._report(done, total)


class Jobs(QObject):
    """Runs one job at a time, so that jobs never contend for the project."""

    progressed = Signal(object, object)  # done, total: Python integers, which may pass 32 bits
    _ended = Signal(object, object, object, object)  # job, done, failed, future

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="job")
        self._jobs: list[Job] = []  # the one that runs, and those that wait
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        return bool(self._jobs)

    def start(
        self,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Run `work` in the background, then `done` with its result, or `failed` with its error, here."""
        job = Job(self.progressed.emit)
        self._jobs.append(job)
        future = self._pool.submit(work, job)
        future.add_done_callback(lambda ended: self._ended.emit(job, done, failed, ended))

    def cancel(self) -> None:
        """Ask what runs or waits to stop."""
        for job in self._jobs:
            job.cancel()

    def close(self) -> None:
        """Stop what runs, and wait for it."""
        self.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)

    @Slot(object, object, object, object)
    def _deliver(
        self, job: Job, done: Callable[[Any], None], failed: Callable[[BaseException], None], future: Future[Any]
    ) -> None:
        self._jobs.remove(job)
        error = future.exception()
        if error:
            failed(error)
        else:
            done(future.result())
