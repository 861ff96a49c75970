"""The part of the hub that knows backups: which there are, what each holds, and putting one back."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from platformdirs import user_documents_path
from PySide6.QtCore import QObject

from annotator.records import UserError
from annotator.ui.jobs import Job
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.rows import Backup, BackupContents

Failed = Callable[[BaseException], None]


class Listed(NamedTuple):
    """A backup, and what it holds: None where it is damaged, or encrypted and its key is not known yet."""

    backup: "Backup"
    holds: "BackupContents | None"
    is_locked: bool = False


class Restoring(QObject):
    """Reads backups and writes new project files in the background; the open project is left alone."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._project = project

    @property
    def path(self) -> Path | None:
        """The project whose backups are meant; None: those of all projects."""
        return self._project.path if self._project.is_open else None

    def look(self, done: Callable[[list[Listed]], None], failed: Failed) -> Job:
        """Find the backups, the newest first, and what each holds."""
        from annotator.store import backups

        path = self.path

        def work(job: Job) -> list[Listed]:
            found = backups.of_project(path) if path else backups.every()
            return [_listed(backup) for backup in found if not job.cancelled()]

        return self._project.looking.start(work, done, failed)

    def place(self, backup: "Backup") -> Path:
        """Return where to propose to restore to: beside the project, or among the documents if its folder is gone."""
        from annotator.store import backups

        there = backup.project.parent.is_dir()
        return backups.free_place(backup.project if there else user_documents_path() / backup.project.name)

    def restore(self, backup: "Backup", target: Path, done: Callable[[None], None], failed: Failed) -> Job:
        """Write a backup as a new project file, checked before it is there."""
        from annotator.store import backups

        return self._project.looking.start(lambda _job: backups.restore(backup, target), done, failed)


def _listed(backup: "Backup") -> Listed:
    from annotator.store import backups, keys

    try:
        return Listed(backup, backups.contents(backup))
    except keys.KeyNeeded:
        return Listed(backup, None, is_locked=True)
    except UserError:
        return Listed(backup, None)
