"""Private projects: kept out of the recent list, with nothing of where a person was in one left in the settings."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from annotator.ui.encryption.encrypting import is_encrypted
from annotator.ui.project import Project
from annotator.ui.settings import Settings


class Privacy(QObject):
    """Whether the open project is private, and what that changes.

    One that is encrypted always is: what was typed and searched in it would stand in the settings as plain text.

    The settings know private projects by their ids, which tell nothing to whoever does not have the project. So a copy
    of one is private too, and one that is opened on another machine is not until it is said there.
    """

    said = Signal(str)
    changed = Signal(bool)

    def __init__(self, project: Project, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self._settings = settings
        project.opened.connect(self._opened)
        project.closed.connect(lambda: self.changed.emit(False))

    @property
    def is_private(self) -> bool:
        """Whether a project is open and private."""
        return self._project.is_open and self._settings.keeps_nothing_of(self._project.path)

    def verbs(self) -> dict[str, Callable[[], object]]:
        return {"private": self.toggle, "clear-recent": self.clear}

    def follow(self, action: QAction) -> None:
        """Have an action show whether the project is private."""
        action.setCheckable(True)
        self.changed.connect(action.setChecked)

    def toggle(self) -> None:
        """Make the open project private, or an ordinary one again, and say what that means."""
        if not self._project.is_open:
            return
        if is_encrypted(self._project.path):
            self.said.emit(self.tr("An encrypted project is always private."))
            self.changed.emit(True)
            return
        is_private = not self.is_private
        self._settings.set_private(self._uid(), is_private=is_private)
        if is_private:
            self._settings.keep_nothing_of(self._project.path)
            self.said.emit(
                self.tr("Private: not among the recent projects, and where you are in it is not kept on this machine.")
            )
        else:
            self._settings.keep_again(self._project.path)
            self.said.emit(self.tr("No longer private: it is among the recent projects, and opens where you left it."))
        self.changed.emit(is_private)

    def clear(self) -> None:
        """Forget the recent projects and the places in them, but for the open one's place."""
        self._settings.clear_recent(self._project.path if self._project.is_open else None)
        self.said.emit(self.tr("The list of recent projects is empty, and the places in them are forgotten."))

    def _opened(self) -> None:
        is_private = is_encrypted(self._project.path) or self._uid() in self._settings.private
        if is_private:
            self._settings.keep_nothing_of(self._project.path)
        self.changed.emit(is_private)

    def _uid(self) -> str:
        from annotator.store import identity

        with self._project.reading() as connection:
            return identity.project(connection).uid
