"""Actions on files: new, open, sample, import, export, report, a copy, a backup, check, close.

Its dialogs are imported where they open, because they know every format, and the window is painted before that.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.check_dialog import CheckDialog
from annotator.ui.encryption.encryption import Encryption
from annotator.ui.leaving import PROJECTS, project_file
from annotator.ui.privacy import Privacy
from annotator.ui.project import Project
from annotator.ui.sample import unchanged_sample
from annotator.ui.settings import Settings
from annotator.ui.sharing.hub import are_packets
from annotator.ui.words import from_home

if TYPE_CHECKING:
    from annotator import importers

OPENED = "Projects and packets (*.annotator *.packet)"
REPORTS = {"Web page (*.html)": ".html", "PDF (*.pdf)": ".pdf"}


class Files(QObject):
    """Asks where, and has the hub do it."""

    said = Signal(str)  # what was done, and where
    packets_asked = Signal(list)  # packets that a person opened, imported or dropped

    def __init__(self, project: Project, may_leave: Callable[[], bool], settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._project = project
        self._may_leave = may_leave
        self._settings = settings
        self._window = window
        self.privacy = Privacy(project, settings, self)
        self.encryption = Encryption(project, self._leave, window)
        for part in (self.privacy, self.encryption):
            part.said.connect(self.said)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, by its id."""
        return {
            "new-project": self.new_project,
            "open-project": self.open_project,
            "import": self.import_chosen,
            "import-folder": self.import_folder,
            "export": self.export,
            "report": self.report,
            "save-copy": self.save_copy,
            "restore": self.restore,
            "check": self.check,
            **self.privacy.verbs(),
            **self.encryption.verbs(),
            "close-project": lambda: self._leave(self._project.close),
        }

    def new_project(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self._window, self.tr("New project"), self._settings.folder, PROJECTS)
        if path:
            self._remember(Path(path).parent)
            self._leave(lambda: self._project.create(project_file(path)))

    def open_project(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open project"), self._settings.folder, OPENED)
        if path:
            self._remember(Path(path).parent)
            self.open_path(Path(path))

    def open_path(self, path: Path) -> None:
        """Open a packet, or a project, after asking for the key of one that is encrypted."""
        if are_packets([path]):
            self.packets_asked.emit([path])
            return

        def open_it() -> None:
            if self.encryption.may_open(path):
                self._project.open(path)

        self._leave(open_it)

    def take(self, paths: list[Path]) -> None:
        """Open or import what was dropped on the window."""
        if len(paths) == 1 and paths[0].suffix == ".annotator":
            self.open_path(paths[0])
        else:
            self.import_paths(paths)

    def open_sample(self) -> None:
        """Open a copy of the sample project that nobody has worked on, and say where it is."""

        def open_it() -> None:
            path = unchanged_sample(datetime.now().astimezone())
            self._project.open(path)
            self.said.emit(self.tr("This copy of the sample is kept at {path}.").format(path=from_home(path)))

        self._leave(open_it)

    def import_chosen(self) -> None:
        title = self.tr("Import articles and annotations")
        paths, _ = QFileDialog.getOpenFileNames(self._window, title, self._settings.folder)
        if paths:
            self._remember(Path(paths[0]).parent)
            self.import_paths([Path(path) for path in paths])

    def import_folder(self) -> None:
        """Import what a folder holds, and the folders in it."""
        title = self.tr("Import a folder of articles and annotations")
        path = QFileDialog.getExistingDirectory(self._window, title, self._settings.folder)
        if path:
            self._remember(Path(path))
            self.import_paths([Path(path)])

    def import_paths(self, paths: list[Path]) -> None:
        """Show what files or folders hold, and offer to bring it in."""
        from annotator.ui.imports.dialog import ImportDialog

        if are_packets(paths):
            self.packets_asked.emit(paths)
        elif self._project.is_open and not self._project.is_busy:
            ImportDialog(self._project, lambda: _found(paths), self._window).open()

    def export(self) -> None:
        from annotator.ui.exports.dialog import ExportDialog

        if self._project.is_open:
            ExportDialog(self._project, self._window).open()

    def report(self) -> None:
        """Ask for a file, and write there how well annotators agree."""
        if not self._project.is_open:
            return
        if self._project.jobs.is_running:
            errors.show(UserError(self.tr("Something else is being done. Wait until it is done.")), self._window)
            return
        title, start = self.tr("Report on agreement"), self._settings.folder
        path, chosen = QFileDialog.getSaveFileName(self._window, title, start, ";;".join(REPORTS))
        if path:
            self._remember(Path(path).parent)
            target = Path(path if Path(path).suffix else path + REPORTS.get(chosen, ".html"))
            self._try(lambda: self._report_to(target))

    def _report_to(self, target: Path) -> None:
        from annotator.reviewing import ReviewCancelled

        def failed(error: BaseException) -> None:
            if not isinstance(error, ReviewCancelled):  # that was somebody who left the project
                errors.show(error, self._window)

        where = from_home(target)
        self._project.report(
            target, lambda _: self.said.emit(self.tr("The report is at {path}.").format(path=where)), failed
        )
        self.said.emit(self.tr("Writing the report…"))

    def save_copy(self) -> None:
        if self._project.is_open:
            path, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save a copy"), self._settings.folder, PROJECTS)
            if path:
                self._remember(Path(path).parent)
                self._try(lambda: self._copy_to(project_file(path)))

    def _copy_to(self, path: Path) -> None:
        self._project.save_copy(path)
        self.said.emit(self.tr("A copy is saved at {path}.").format(path=from_home(path)))

    def restore(self) -> None:
        """Show what backups hold, and open the project that one becomes."""
        from annotator.ui.backups.dialog import RestoreDialog
        from annotator.ui.backups.restoring import Restoring

        def open_it(path: Path) -> None:
            self.open_path(path)
            self.said.emit(self.tr("Restored at {path}.").format(path=from_home(path)))

        dialog = RestoreDialog(Restoring(self._project), self._window)
        dialog.restored.connect(open_it)
        dialog.open()

    def check(self) -> None:
        """Check the project in the background, and say what was found."""
        if not self._project.is_open:
            return
        if self._project.jobs.is_running:
            errors.show(UserError(self.tr("Something else is being done. Wait until it is done.")), self._window)
            return
        CheckDialog(self._project, self._window).start()

    def _remember(self, folder: Path) -> None:
        if not self.privacy.is_private:
            self._settings.folder = str(folder)

    def _leave(self, verb: Callable[[], object]) -> None:
        """Leave the open project, unless what is typed cannot be saved or an import is running."""
        if self._project.is_busy:
            errors.show(
                UserError(self.tr("An import or merge is running. Wait until it is done, or cancel it.")), self._window
            )
            return
        if not self._project.is_open or self._may_leave():
            self._try(verb)

    def _try(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except UserError as error:
            errors.show(error, self._window)


def _found(paths: list[Path]) -> "list[importers.Source]":
    """Return what can be imported. Raises UserError."""
    from annotator import importers

    return importers.find(paths)
