"""Actions on files: new, open, sample, import, export, a copy, check, close."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.check_dialog import CheckDialog
from annotator.ui.export_dialog import ExportDialog
from annotator.ui.import_dialog import ImportDialog, sources_in
from annotator.ui.leaving import PROJECTS, project_file
from annotator.ui.project import Project
from annotator.ui.sample import new_sample


class Files(QObject):
    """Asks where, and has the hub do it."""

    def __init__(self, project: Project, may_leave: Callable[[], bool], window: QWidget) -> None:
        super().__init__(window)
        self._project = project
        self._may_leave = may_leave
        self._window = window

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, by its id."""
        return {
            "new-project": self.new_project,
            "open-project": self.open_project,
            "import": self.import_chosen,
            "export": self.export,
            "save-copy": self.save_copy,
            "check": self.check,
            "close-project": lambda: self._leave(self._project.close),
        }

    def new_project(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self._window, self.tr("New project"), "", PROJECTS)
        if path:
            self._leave(lambda: self._project.create(project_file(path)))

    def open_project(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open project"), "", PROJECTS)
        if path:
            self.open_path(Path(path))

    def open_path(self, path: Path) -> None:
        self._leave(lambda: self._project.open(path))

    def open_sample(self) -> None:
        """Open a fresh copy of the sample project."""
        self._leave(lambda: self._project.open(new_sample(datetime.now().astimezone())))

    def import_chosen(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self._window, self.tr("Import articles and annotations"))
        if paths:
            self.import_paths([Path(path) for path in paths])

    def import_paths(self, paths: list[Path]) -> None:
        """Show what files or folders hold, and offer to bring it in."""
        if self._project.is_open and not self._project.is_busy:
            self._try(lambda: ImportDialog(self._project, sources_in(paths), self._window).open())

    def export(self) -> None:
        if self._project.is_open:
            ExportDialog(self._project, self._window).open()

    def save_copy(self) -> None:
        if self._project.is_open:
            path, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save a copy"), "", PROJECTS)
            if path:
                self._try(lambda: self._project.save_copy(project_file(path)))

    def check(self) -> None:
        """Check the project in the background, and say what was found."""
        if self._project.is_open and not self._project.is_busy:
            self._try(CheckDialog(self._project, self._window).start)

    def _leave(self, verb: Callable[[], object]) -> None:
        """Leave the open project, unless what is typed cannot be saved or an import is running."""
        if self._project.is_busy:
            errors.show(UserError(self.tr("An import is running. Wait until it is done, or cancel it.")), self._window)
            return
        if not self._project.is_open or self._may_leave():
            self._try(verb)

    def _try(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except UserError as error:
            errors.show(error, self._window)
