"""Export: which layers, where to, what leaves this machine and what the format cannot carry; then what was written."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.exports.form import ExportForm
from annotator.ui.exports.names_dialog import NamesDialog
from annotator.ui.exports.preview import PreviewPane
from annotator.ui.jobs import Job
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator import export_preview, exporters

SOON = 150  # milliseconds without a change, after which it is looked at again


class ExportDialog(QDialog):
    """Writes training data to a file that is checked before it takes its place."""

    def __init__(self, project: Project, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1040, 680)
        self._project = project
        self._is_running = False
        self._looking: Job | None = None
        self._form = ExportForm(project.path, project.annotators(), self)
        self._scroll = QScrollArea(self)
        self._preview = PreviewPane(self)
        self._said = QLabel(self)
        self._bar = QProgressBar(self)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._start = self._buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._open = self._buttons.addButton(self.tr("Open folder"), QDialogButtonBox.ButtonRole.ActionRole)
        self._stop = self._buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self._look_soon = QTimer(self, singleShot=True, interval=SOON)
        self._lay_out()
        self._form.changed.connect(self._change)
        self._form.target_changed.connect(self._show_target)
        self._form.names_asked.connect(self._ask_names)
        self._look_soon.timeout.connect(self._look)
        for jobs in (project.looking, project.jobs):
            jobs.progressed.connect(self._show_progress)
        self._buttons.accepted.connect(self._export)
        self._buttons.rejected.connect(self.reject)
        self._look()

    def reject(self) -> None:
        """Cancel what runs; the old file stays as it was then."""
        if self._is_running:
            self._project.jobs.cancel()
        else:
            super().reject()

    def done(self, result: int) -> None:
        self._forget_look()
        super().done(result)

    def _lay_out(self) -> None:
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._said.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._said.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._said.setAccessibleName(self.tr("State"))
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._open.hide()
        scroll = self._scroll
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._form)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(scroll, 4)
        row.addWidget(self._preview, 5)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(row, 1)
        column.addWidget(self._said)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self._bar, 1)
        foot.addWidget(self._buttons)
        foot.setStretchFactor(self._buttons, 1)
        column.addLayout(foot)

    def _ask_names(self, names: dict[str, str] | None) -> None:
        """Have a person read which names of sources are replaced."""
        dialog = NamesDialog(self._project, names, self)
        dialog.chosen.connect(self._form.set_names)
        dialog.open()

    # Looking

    def _change(self) -> None:
        self._forget_look()
        self._start.setEnabled(False)
        self._look_soon.start()

    def _look(self) -> None:
        """Find what would be written, unless it is known that it cannot be."""
        self._forget_look()
        self._start.setEnabled(False)
        self._preview.setEnabled(False)
        try:
            self._looking = self._project.look_at_export(self._show_preview, self._fail_to_look, self._form.options())
        except UserError as error:
            self._said.setText(str(error))
            return
        self._said.setText(self.tr("Looking at what would be written…"))
        self._show_bar()

    def _show_preview(self, found: "export_preview.Preview") -> None:
        self._looking = None
        self._bar.hide()
        self._preview.show_preview(found)
        self._show_target()

    def _fail_to_look(self, error: BaseException) -> None:
        self._looking = None
        self._bar.hide()
        self._say(error)

    def _forget_look(self) -> None:
        self._look_soon.stop()
        if self._looking:
            self._looking.forget()
            self._looking = None
            self._bar.hide()

    def _show_target(self) -> None:
        """Say what stands where the export would be, and whether it can be written."""
        if self._looking or not self._preview.isEnabled():
            return
        path = self._form.path
        said = ""
        if path is None:
            said = self.tr("Say where to write it.")
        elif path.is_file():
            said = self.tr("It replaces the file that is there, once it has been written and checked.")
        elif path.is_dir() and self._form.makes_folder and any(path.iterdir()):
            said = self.tr("It replaces the export that is in this folder; a folder with anything else is left alone.")
        self._said.setText(said)
        self._start.setEnabled(path is not None)

    # Writing

    def _export(self) -> None:
        path = self._form.path
        if path is None or self._looking:
            return
        self._is_running = True
        self._set_running()
        self._said.setText(self.tr("Writing and checking…"))
        try:
            self._project.export(path, self._report, self._fail, self._form.options())
        except UserError as error:
            self._fail(error)

    def _report(self, report: "exporters.Report") -> None:
        self._is_running = False
        self._set_running()
        for widget in (self._said, self._scroll):
            widget.hide()
        self._preview.show_report(report)
        self._start.hide()
        self._open.show()
        folder = QUrl.fromLocalFile(str(self._form.path.parent)) if self._form.path else QUrl()
        self._open.clicked.connect(lambda: QDesktopServices.openUrl(folder))
        self._stop.setText(self.tr("Close"))
        self._stop.setFocus()

    def _fail(self, error: BaseException) -> None:
        self._is_running = False
        self._set_running()
        self._say(error)

    def _say(self, error: BaseException) -> None:
        self._said.setText(str(error) if isinstance(error, UserError) else "")
        if not isinstance(error, UserError):
            errors.show(error, self)

    def _set_running(self) -> None:
        self._start.setEnabled(not self._is_running)
        self._form.setEnabled(not self._is_running)
        if self._is_running:
            self._show_bar()
        else:
            self._bar.hide()

    def _show_bar(self) -> None:
        self._bar.setValue(0)
        self._bar.show()

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.setValue(int(1000 * done / max(1, total)))
