"""Undo and redo as a person meets them: their names say which edit, and what was done is said."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from annotator.ui.actions import Actions
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.rows import Step


class Undoing(QObject):
    """Keeps the names of the two actions true, and does them."""

    said = Signal(str)

    def __init__(self, project: Project, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self._actions = actions
        project.undo_changed.connect(self.refresh)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, by its id."""
        return {
            "undo": partial(self._revert, self._project.undo, self._project.next_undo, self.tr("Undone: {name}")),
            "redo": partial(self._revert, self._project.redo, self._project.next_redo, self.tr("Redone: {name}")),
        }

    def refresh(self) -> None:
        """Name the edit that each action is about; without one there is nothing to do."""
        for name, title, asked in (
            ("undo", self.tr("Undo"), self._project.next_undo),
            ("redo", self.tr("Redo"), self._project.next_redo),
        ):
            step = asked() if self._project.is_open else None
            self._actions.rename(name, f"{title} {step.name[:1].lower()}{step.name[1:]}" if step else title)
            self._actions[name].setEnabled(step is not None)

    def _revert(self, verb: Callable[[], None], asked: "Callable[[], Step | None]", said: str) -> None:
        step = asked()
        if self._project.is_busy:
            self.said.emit(self.tr("An import or merge is running. Edits wait until it is done."))
        elif step:
            verb()
            self.said.emit(said.format(name=step.name))
