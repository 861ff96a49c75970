"""Leaving the open project: what is typed is saved first. Where it cannot be, a person says what becomes of it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.annotate.details import DetailsPanel
from annotator.ui.plain import message_box
from annotator.ui.project import Project
from annotator.ui.settings import ReadingPlace, Settings

PROJECTS = "Source Annotator projects (*.annotator)"


def project_file(path: str) -> Path:
    """Return where a project goes that a person wants at `path`, which may lack the suffix."""
    return Path(path if path.endswith(".annotator") else f"{path}.annotator")


class Leaving(QObject):
    """Never loses what is typed without asking, and never keeps a person in a project that cannot be written."""

    def __init__(
        self,
        project: Project,
        details: DetailsPanel,
        settings: Settings,
        place: Callable[[], ReadingPlace],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._project = project
        self._details = details
        self._settings = settings
        self._place = place  # where the person is, with what is half typed
        self._window = window

    def may_leave(self) -> bool:
        """Save what is typed, or ask what to do; return whether the open project can be left."""
        try:
            self._details.save_typed()
        except UserError as error:
            with self._details.holding():
                choice = self._ask(error)
            return choice()
        return True

    def _ask(self, error: UserError) -> Callable[[], bool]:
        """Return what a person wants to be done; it says whether the project can be left then."""
        box = message_box(self.tr("Not saved"), self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText("\n\n".join((self.tr("What you typed could not be saved."), str(error))))
        copy = box.addButton(self.tr("Save a copy…"), QMessageBox.ButtonRole.AcceptRole)
        leave = box.addButton(self.tr("Leave without saving it"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(self.tr("Stay"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        box.exec()
        choices: dict[object, Callable[[], bool]] = {copy: self._move_to_copy, leave: self._drop}
        return choices.get(box.clickedButton(), lambda: False)

    def _drop(self) -> bool:
        self._details.drop_typed()
        return True

    def _move_to_copy(self) -> bool:
        """Go on in a copy, to which what is typed is saved."""
        with self._details.holding():
            path, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save a copy"), "", PROJECTS)
        if not path:
            return False
        target = project_file(path)
        who, place = self._project.annotator, self._place()
        try:
            self._project.save_copy(target)
            if self._settings.keeps_nothing_of(self._project.path):
                self._settings.keep_nothing_of(target)
            self._settings.set_place(target, place)  # opening the copy returns there, draft and all
            self._details.drop_typed()
            self._project.open(target)
            if who:
                self._project.annotate_as(who.name)
            self._details.save_typed()
        except UserError as error:
            errors.show(error, self._window)
            return False
        return True
