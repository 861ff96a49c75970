"""Opening a packet by itself: how far it is, then its project, with its owner annotating."""

from pathlib import Path

from PySide6.QtWidgets import QProgressDialog, QWidget

from annotator.ui import errors
from annotator.ui.files import Files
from annotator.ui.project import Project
from annotator.ui.sharing.hub import Sharing

PARTS = 1_000  # of the bar


class OpeningDialog(QProgressDialog):
    """Shows how far the packet's project is, until it is open, cancelled, or cannot be made."""

    def __init__(self, project: Project, sharing: Sharing, files: Files, window: QWidget) -> None:
        super().__init__(self.tr("Opening the packet…"), self.tr("Cancel"), 0, PARTS, window)
        self.setWindowTitle(self.tr("Open packet"))
        self.setMinimumWidth(360)
        self.setAutoClose(False)
        self.setAutoReset(False)
        self._project, self._sharing, self._files, self._window = project, sharing, files, window
        self.canceled.connect(project.jobs.cancel)
        project.jobs.progressed.connect(self._show_progress)

    def start(self, packet: Path) -> None:
        """Make the project in the background, then open it. Raises UserError."""
        self._sharing.make_project(packet, self._done, self._fail)
        self.open()

    def _show_progress(self, done: int, total: int) -> None:
        if not self.wasCanceled():
            self.setValue(PARTS * done // max(1, total))

    def _end(self) -> None:
        self._project.jobs.progressed.disconnect(self._show_progress)
        self.hide()
        self.deleteLater()

    def _done(self, path: Path) -> None:
        self._end()
        if not (self._project.is_open and self._project.path == path.resolve()):
            self._files.open_path(path)

    def _fail(self, error: BaseException) -> None:
        was_cancelled = self.wasCanceled()
        self._end()
        if not was_cancelled:
            errors.show(error, self._window)
