"""Checking a project: how far it is, and what was found."""

from PySide6.QtWidgets import QMessageBox, QProgressDialog, QWidget

from annotator.ui import errors
from annotator.ui.plain import message_box
from annotator.ui.project import Project

PARTS = 1_000  # of the bar


class CheckDialog(QProgressDialog):
    """Shows how far the check is, which goes on until it is cancelled or done."""

    def __init__(self, project: Project, window: QWidget) -> None:
        super().__init__(self.tr("Checking…"), self.tr("Cancel"), 0, PARTS, window)
        self.setWindowTitle(self.tr("Check project"))
        self.setMinimumWidth(360)
        self.setAutoClose(False)
        self.setAutoReset(False)
        self._project = project
        self._window = window
        self.canceled.connect(project.jobs.cancel)
        project.jobs.progressed.connect(self._show_progress)

    def start(self) -> None:
        """Check the project in the background. Raises UserError."""
        self._project.check(self._done, self._fail)
        self.open()

    def _show_progress(self, done: int, total: int) -> None:
        if not self.wasCanceled():
            self.setValue(PARTS * done // max(1, total))

    def _end(self) -> None:
        self._project.jobs.progressed.disconnect(self._show_progress)
        self.hide()
        self.deleteLater()

    def _fail(self, error: BaseException) -> None:
        was_cancelled = self.wasCanceled()
        self._end()
        if not was_cancelled:
            errors.show(error, self._window)

    def _done(self, found: list[str]) -> None:
        self._end()
        box = message_box(self.tr("Check project"), self._window)
        box.setIcon(QMessageBox.Icon.Warning if found else QMessageBox.Icon.Information)
        box.setText(
            self.tr("This project is not whole. Save a copy, and send what was found to those who look after it.")
            if found
            else self.tr("This project is whole: every version, index and rule was checked.")
        )
        box.setDetailedText("\n".join(found))
        box.exec()
