"""Packets as a person meets them: assigning, giving back, opening, merging, settling, each in a dialog of its own.

The dialogs are imported where they open: the window is painted before that.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.actions import Actions
from annotator.ui.files import Files
from annotator.ui.project import Project
from annotator.ui.settings import Settings
from annotator.ui.sharing.dropping import Dropping
from annotator.ui.sharing.hub import Sharing, is_named_as_packet


class Packets(QObject):
    """Opens the dialogs, and knows what becomes of a packet that a person opens."""

    said = Signal(str)

    def __init__(
        self,
        project: Project,
        files: Files,
        settings: Settings,
        actions: Actions,
        leave_review: Callable[[], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._project, self._files, self._settings, self._window = project, files, settings, window
        self._actions, self._leave_review = actions, leave_review
        self._sharing = Sharing(project, self)
        Dropping(files.take, window)
        files.packets_asked.connect(lambda paths: self._try(lambda: self._take(paths)))
        for changed in (project.annotator_changed, project.undo_changed):  # the latter, when all actions are allowed
            changed.connect(self._allow)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, by its id."""
        return {"assign": self.assign, "give-back": self.give_back, "merge": self.merge, "conflicts": self.settle}

    def annotate_as_known(self) -> None:
        """Annotate as whose packet the project was made from, or else as the person, if the project knows the name."""
        name = self._sharing.owner() or self._settings.annotator
        if name in {row.name for row in self._project.annotators() if row.kind == "human"}:
            self._project.annotate_as(name)  # asked once, not at every start

    def assign(self) -> None:
        """Show who reads what, and make packets."""
        from annotator.ui.sharing.assign_dialog import AssignDialog

        if self._may_begin():
            AssignDialog(self._project, self._sharing, self._settings, self._window).open()

    def give_back(self) -> None:
        """Write what the person made."""
        from annotator.ui.sharing.give_back_dialog import GiveBackDialog

        standing = self._sharing.standing() if self._may_begin() else None
        if standing:
            GiveBackDialog(self._project, self._sharing, standing, self._settings, self._window).open()

    def merge(self) -> None:
        """Ask for packets, and show what they would bring."""
        if not self._may_begin():
            return
        title, filter_ = self.tr("Merge packets"), self.tr("Packets (*.packet);;All files (*)")
        paths, _ = QFileDialog.getOpenFileNames(self._window, title, self._settings.folder, filter_)
        if paths:
            self._settings.folder = str(Path(paths[0]).parent)
            self._merge([Path(path) for path in paths])

    def settle(self) -> None:
        """Show what waits to be settled."""
        from annotator.ui.sharing.conflicts_dialog import ConflictsDialog

        if self._may_begin():
            dialog = ConflictsDialog(self._project, self._sharing, self._window)
            dialog.place_asked.connect(self._show_place)
            dialog.open()

    def _take(self, paths: Sequence[Path]) -> None:
        """Open a packet as a project of its own; what came back, or several, is for the open project."""
        if self._project.is_busy:
            raise UserError(self.tr("An import or merge is running. Wait until it is done, or cancel it."))
        if len(paths) > 1 and not all(map(is_named_as_packet, paths)):
            raise UserError(self.tr("Packets and other files cannot be opened together. Choose either."))
        if len(paths) > 1 and not self._project.is_open:
            raise UserError(self.tr("Open the project first that these packets are to be merged into."))
        if len(paths) > 1 or (self._project.is_open and self._sharing.manifest(paths[0]).kind == "return"):
            self._merge(paths)
            return
        from annotator.ui.sharing.opening import OpeningDialog

        OpeningDialog(self._project, self._sharing, self._files, self._window).start(paths[0])

    def _merge(self, paths: Sequence[Path]) -> None:
        from annotator.ui.sharing.merge_dialog import MergeDialog

        dialog = MergeDialog(self._project, self._sharing, paths, self._window)
        dialog.conflicts_asked.connect(self.settle)
        dialog.start()

    def _may_begin(self) -> bool:
        if self._project.is_busy:
            self.said.emit(self.tr("An import or merge is running. Wait until it is done."))
        return self._project.is_open and not self._project.is_busy

    def _allow(self) -> None:
        """There is nothing to give back of somebody who is not known."""
        self._actions["give-back"].setEnabled(self._project.is_open and self._project.annotator is not None)

    def _show_place(self, document_id: int, span: tuple[int, int] | None) -> None:
        self._leave_review()
        self._project.place_shown.emit(document_id, span)

    def _try(self, verb: Callable[[], None]) -> None:
        try:
            verb()
        except UserError as error:
            errors.show(error, self._window)
