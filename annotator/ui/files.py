"""Actions on files: new, open, sample, import, export, a copy, check, close."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.exports.dialog import ExportDialog
from annotator.ui.imports.dialog import ImportDialog
from annotator.ui.project import Project
from annotator.ui.sample import new_sample

if TYPE_CHECKING:
    from annotator import importers

PROJECTS = "Source Annotator projects (*.annotator)"


class Files(QObject):
    """Asks where, and has the hub do it."""

    def __init__(self, project: Project, save: Callable[[], None], window: QWidget) -> None:
        super().__init__(window)
        self._project = project
        self._save = save  # what is typed, before the project is left; raises UserError
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
            target = Path(path) if path.endswith(".annotator") else Path(path + ".annotator")
            self._leave(lambda: self._project.create(target))

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
            ImportDialog(self._project, lambda: _found(paths), self._window).open()

    def export(self) -> None:
        if self._project.is_open:
            ExportDialog(self._project, self._window).open()

    def save_copy(self) -> None:
        if self._project.is_open:
            path, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save a copy"), "", PROJECTS)
            if path:
                self._try(lambda: self._project.save_copy(Path(path)))

    def check(self) -> None:
        """Check the project, and say what was found."""
        if self._project.is_open:
            found = self._project.check()
            box = QMessageBox(self._window)
            box.setWindowTitle(self.tr("Check project"))
            box.setTextFormat(Qt.TextFormat.PlainText)
            box.setIcon(QMessageBox.Icon.Warning if found else QMessageBox.Icon.Information)
            box.setText(
                self.tr("This project is not whole. Save a copy, and send what was found to those who look after it.")
                if found
                else self.tr("This project is whole: every version, index and rule was checked.")
            )
            box.setDetailedText("\n".join(found))
            box.exec()

    def _leave(self, verb: Callable[[], object]) -> None:
        """Leave the open project, unless what is typed cannot be saved or an import is running."""
        if self._project.is_busy:
            errors.show(UserError(self.tr("An import is running. Wait until it is done, or cancel it.")), self._window)
            return

        def leave() -> None:
            self._save()
            verb()

        self._try(leave)

    def _try(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except UserError as error:
            errors.show(error, self._window)


def _found(paths: list[Path]) -> "list[importers.Source]":
    """Return what can be imported. Raises UserError."""
    from annotator import importers

    return importers.find(paths)
