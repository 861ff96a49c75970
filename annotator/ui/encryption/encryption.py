"""Actions on encrypted projects: a new one, an encrypted copy of the open one, and asking before one is opened."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.encryption import encrypting
from annotator.ui.encryption.dialogs import KeyDialog, NewKeyDialog
from annotator.ui.leaving import PROJECTS, project_file
from annotator.ui.project import Project
from annotator.ui.words import from_home


class Encryption(QObject):
    """Asks for keys, and has the hub do the rest."""

    said = Signal(str)

    def __init__(self, project: Project, leave: Callable[[Callable[[], object]], None], window: QWidget) -> None:
        """`leave` leaves the open project, if that can be done now, and then does what it is given."""
        super().__init__(window)
        self._project = project
        self._leave = leave
        self._window = window

    def verbs(self) -> dict[str, Callable[[], object]]:
        return {"new-encrypted": self.new_project, "save-encrypted-copy": self.save_copy}

    def may_open(self, path: Path) -> bool:
        """Ask for the key of a project if it is encrypted; return whether it can be opened. Raises UserError."""
        return not encrypting.is_encrypted(path) or unlocked(path, self._window)

    def new_project(self) -> None:
        path = self._where(self.tr("New encrypted project"))
        words = path and self._new_key(path, encrypting.lost())
        if path and words:
            self._leave(lambda: encrypting.create(self._project, path, words))

    def save_copy(self) -> None:
        """Write an encrypted copy of the open project in the background, which goes on as it is."""
        if not self._project.is_open:
            return
        if self._project.jobs.is_running:
            errors.show(UserError(self.tr("Something else is being done. Wait until it is done.")), self._window)
            return
        path = self._where(self.tr("Save an encrypted copy"))
        stays = self.tr(
            "This project and its backups stay as they are: remove them yourself if only the copy is to be."
        )
        words = path and self._new_key(path, f"{encrypting.lost()}\n\n{stays}")
        if path and words:
            self.said.emit(self.tr("Writing the encrypted copy…"))
            encrypting.save_copy(
                self._project, path, words, lambda _: self._saved(path), lambda error: errors.show(error, self._window)
            )

    def _saved(self, path: Path) -> None:
        self.said.emit(self.tr("An encrypted copy is saved at {path}.").format(path=from_home(path)))

    def _where(self, title: str) -> Path | None:
        path, _ = QFileDialog.getSaveFileName(self._window, title, "", PROJECTS)
        return project_file(path) if path else None

    def _new_key(self, path: Path, sentence: str) -> str | None:
        try:
            encrypting.require_cipher(path)
        except UserError as error:
            errors.show(error, self._window)
            return None
        dialog = NewKeyDialog(sentence, encrypting.shortest(), self._window)
        return dialog.words() if _accepted(dialog) else None


def unlocked(path: Path, parent: QWidget) -> bool:
    """Ask for the key of an encrypted file until it fits; return whether it did."""
    dialog = KeyDialog(path.name, partial(encrypting.unlock, path), parent)
    return _accepted(dialog)


def _accepted(dialog: QDialog) -> bool:
    """Show a dialog until it is answered, and have it go with what was typed in it."""
    is_accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return is_accepted
