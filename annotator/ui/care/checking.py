"""Part of the hub: checks the open project and repairs it on a copy, beside the window, which goes on."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.ui.jobs import Job
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.store.findings import Report as Report
    from annotator.store.repair import Repaired as Repaired

Failed = Callable[[BaseException], None]


def check(project: Project, done: "Callable[[Report], None]", failed: Failed) -> None:
    """Look in the background for what is wrong with the project; nothing is written."""
    from annotator.store.check import examine

    path = project.path

    def work(job: Job) -> "Report":
        return examine(path, job.progress, job.cancelled)

    project.jobs.start(work, done, failed)


def repair(project: Project, target: Path, done: "Callable[[Repaired], None]", failed: Failed) -> None:
    """Write a repaired copy in the background; the project stays as it is."""
    from annotator.store.repair import repair as make

    path = project.path

    def work(job: Job) -> "Repaired":
        return make(path, target, job.progress, job.cancelled)

    project.jobs.start(work, done, failed)


def was_cancelled(error: BaseException) -> bool:
    """Whether a check or a repair ended because somebody stopped it."""
    from annotator.store.check import CheckCancelled

    return isinstance(error, CheckCancelled)
