"""Restoring a project: what each backup holds, and one of them as a new project."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from annotator.ui import errors
from annotator.ui.backups.restoring import Listed, Restoring
from annotator.ui.backups.table import BackupTable
from annotator.ui.encryption.encryption import unlocked
from annotator.ui.leaving import PROJECTS, project_file
from annotator.ui.plain import plain_label


class RestoreDialog(QDialog):
    """Lists the backups of the open project, or of all of them; the chosen one becomes a project of its own."""

    restored = Signal(object)  # its path

    def __init__(self, restoring: Restoring, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Restore from backup"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(920, 460)
        self._restoring = restoring
        self._is_restoring = False
        self._table = BackupTable(self)
        self._table.itemSelectionChanged.connect(self._allow)
        self._table.doubleClicked.connect(self._restore)
        self._state = plain_label("", self)
        self._state.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._accept = self._buttons.addButton(self.tr("Restore as…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._accept.setDefault(True)
        self._buttons.accepted.connect(self._restore)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(plain_label(self._promise(), self))
        column.addWidget(self._table, 1)
        row = QHBoxLayout()
        row.addWidget(self._state, 1)
        row.addWidget(self._buttons)
        column.addLayout(row)
        self._table.say(self.tr("Looking for backups…"))
        self._table.setFocus()
        self._allow()
        self._looking = restoring.look(self._show, self._fail)

    def done(self, result: int) -> None:
        """Close, unless a project is being written: that takes a moment, and would turn up unasked."""
        if not self._is_restoring:
            self._looking.forget()
            super().done(result)

    def _promise(self) -> str:
        path = self._restoring.path
        if path is None:
            return self.tr("The backup that you choose becomes a project of its own. Nothing is replaced.")
        said = self.tr("The backup that you choose becomes a project of its own. {name} stays as it is.")
        return said.format(name=path.name)

    def _show(self, listed: list[Listed]) -> None:
        self._table.say(
            self.tr(
                "There are no backups yet. One is made when a project that changed is closed, and every half hour "
                "while it is open."
            )
        )
        self._table.show_backups(listed, of_one_project=self._restoring.path is not None)
        self._allow()

    def _allow(self) -> None:
        chosen = self._table.chosen()
        can_be_restored = chosen is not None and (chosen.holds is not None or chosen.is_locked)
        self._accept.setEnabled(not self._is_restoring and can_be_restored)

    def _restore(self) -> None:
        chosen = self._table.chosen()
        if not self._accept.isEnabled() or chosen is None:
            return
        if chosen.is_locked:
            if unlocked(chosen.backup.file, self):
                self._looking = self._restoring.look(self._show, self._fail)
            return
        start = str(self._restoring.place(chosen.backup))
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Restore as"), start, PROJECTS)
        if path:
            target = project_file(path)
            self._set_restoring(True)
            self._restoring.restore(chosen.backup, target, lambda _: self._restored(target), self._fail)

    def _set_restoring(self, now: bool) -> None:
        self._is_restoring = now
        self._state.setText(self.tr("Restoring…") if now else "")
        for widget in (self._table, self._buttons):
            widget.setEnabled(not now)
        self._allow()

    def _restored(self, target: Path) -> None:
        self._set_restoring(False)
        self.accept()
        self.restored.emit(target)

    def _fail(self, error: BaseException) -> None:
        self._set_restoring(False)
        errors.show(error, self)
