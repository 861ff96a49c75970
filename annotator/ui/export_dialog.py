"""Export: which layers, where to, and what leaves this machine."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QWidget,
)  # fmt: skip

from annotator.formats import WRITABLE
from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator import exporters


class ExportDialog(QDialog):
    """Writes training data to a file that is checked before it takes its place."""

    def __init__(self, project: Project, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 320)
        self._project = project
        self._is_running = False
        self._format = QComboBox(self)
        for target in WRITABLE.values():
            self._format.addItem(target.title, target.name)
        self._layer = QComboBox(self)
        self._layer.addItem(self.tr("Every annotator’s layer, a line each"), "each")
        self._layer.addItem(self.tr("The best layer of each article"), "best")
        for row in project.annotators():
            self._layer.addItem(self.tr("Only {name}").format(name=row.name), row.name)
        self._status = QComboBox(self)
        self._status.addItem(self.tr("Finished layers"), "finished")
        self._status.addItem(self.tr("All layers that were started"), "all")
        self._path = QLineEdit(str(project.path.with_suffix(".jsonl")), self)
        browse = QPushButton(self.tr("Browse…"), self)
        self._said = QLabel(self.tr("The full text of every exported article will be in this file."), self)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 1000)
        self._bar.hide()
        self._start = QPushButton(self.tr("Export"), self)
        self._start.setDefault(True)
        self._stop = QPushButton(self.tr("Cancel"), self)
        where = QHBoxLayout()
        where.addWidget(self._path, 1)
        where.addWidget(browse)
        buttons = QHBoxLayout()
        buttons.addWidget(self._bar, 1)
        buttons.addStretch(0)
        buttons.addWidget(self._stop)
        buttons.addWidget(self._start)
        form = QFormLayout(self)
        form.setVerticalSpacing(12)
        for name, field in (
            (self.tr("Format"), self._format), (self.tr("Layers"), self._layer), (self.tr("Status"), self._status),
        ):  # fmt: skip
            field.setAccessibleName(name)
            form.addRow(name, field)
        self._path.setAccessibleName(self.tr("File"))
        form.addRow(self.tr("File"), where)
        form.addRow(self._said)
        form.addRow(buttons)
        browse.clicked.connect(self._browse)
        self._start.clicked.connect(self._export)
        self._stop.clicked.connect(self.reject)

    def reject(self) -> None:
        """Cancel what runs; the old file stays as it was then."""
        if self._is_running:
            self._project.jobs.cancel()
        else:
            super().reject()

    def _browse(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export"), self._path.text())
        if path:
            self._path.setText(path)

    def _export(self) -> None:
        from annotator import exporters

        self._start.setEnabled(False)
        self._is_running = True
        self._bar.show()
        self._project.jobs.progressed.connect(self._show_progress)
        options = exporters.ExportOptions(
            format=self._format.currentData(), layer=self._layer.currentData(), status=self._status.currentData()
        )
        self._project.export(Path(self._path.text()), self._report, self._fail, options)

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.setValue(int(1000 * done / max(1, total)))

    def _report(self, report: "exporters.Report") -> None:
        self._end(str(report))
        self._start.hide()
        self._stop.setText(self.tr("Close"))

    def _fail(self, error: BaseException) -> None:
        self._end(str(error) if isinstance(error, UserError) else "")
        self._start.setEnabled(True)
        if not isinstance(error, UserError):
            errors.show(error, self)

    def _end(self, said: str) -> None:
        self._is_running = False
        self._project.jobs.progressed.disconnect(self._show_progress)
        self._bar.hide()
        self._said.setText(said)
