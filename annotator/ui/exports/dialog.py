"""Export: which layers, where to, and what leaves this machine."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.formats import WRITABLE
from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.project import Project
from annotator.ui.words import count

if TYPE_CHECKING:
    from annotator import exporters


class ExportDialog(QDialog):
    """Writes training data to a file that is checked before it takes its place."""

    def __init__(self, project: Project, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(620)
        self._project = project
        self._is_running = False
        self._fields = QWidget(self)
        self._format = QComboBox(self._fields)
        self._layer = QComboBox(self._fields)
        self._status = QComboBox(self._fields)
        self._path = QLineEdit(str(project.path.with_suffix(".jsonl")), self._fields)
        self._browse = QPushButton(self.tr("Browse…"), self._fields)
        self._said = QLabel(self)
        self._bar = QProgressBar(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._start = buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._stop = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self._offer()
        self._lay_out(buttons)
        self._browse.clicked.connect(self._ask_path)
        self._format.activated.connect(self._follow_format)
        self._path.textChanged.connect(self._show_target)
        buttons.accepted.connect(self._export)
        buttons.rejected.connect(self.reject)
        self._show_target()

    def reject(self) -> None:
        """Cancel what runs; the old file stays as it was then."""
        if self._is_running:
            self._project.jobs.cancel()
        else:
            super().reject()

    def _offer(self) -> None:
        for target in WRITABLE.values():
            self._format.addItem(target.title, target.name)
        self._layer.addItem(self.tr("Every annotator’s layer, a line each"), "each")
        self._layer.addItem(self.tr("The best layer of each article"), "best")
        for row in self._project.annotators():
            self._layer.addItem(self.tr("Only {name}").format(name=row.name), row.name)
        self._status.addItem(self.tr("Finished layers"), "finished")
        self._status.addItem(self.tr("All layers that were started"), "all")

    def _lay_out(self, buttons: QDialogButtonBox) -> None:
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self._path, 1)
        where.addWidget(self._browse)
        form = QFormLayout(self._fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(12)
        for name, field in (
            (self.tr("Format"), self._format), (self.tr("Layers"), self._layer), (self.tr("Status"), self._status),
        ):  # fmt: skip
            field.setAccessibleName(name)
            form.addRow(name, field)
        self._path.setAccessibleName(self.tr("File"))
        form.addRow(self.tr("File"), where)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._said.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._said.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._bar.setRange(0, 1000)
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(policy)
        self._bar.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        for widget in (self._fields, self._said, self._bar, buttons):
            column.addWidget(widget)

    def _ask_path(self) -> None:
        # whether to replace a file is said in this dialog, for a path that is typed as well
        keep = QFileDialog.Option.DontConfirmOverwrite
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export"), self._path.text(), options=keep)
        if path:
            self._path.setText(path)

    def _follow_format(self) -> None:
        """Give the file the suffix of its format."""
        suffixes = WRITABLE[self._format.currentData()].suffixes
        path = Path(self._path.text())
        if suffixes and path.name and path.suffix not in suffixes:
            self._path.setText(str(path.with_suffix(suffixes[0])))

    def _show_target(self) -> None:
        typed = self._path.text().strip()
        said = self.tr("The full text of every exported article will be in this file.")
        if typed and Path(typed).is_file():
            said += " " + self.tr("It replaces the file that is there, once it has been written and checked.")
        self._said.setText(said)
        self._start.setEnabled(bool(typed))

    def _export(self) -> None:
        from annotator import exporters

        self._set_running(True)
        self._said.setText(self.tr("Writing and checking…"))
        options = exporters.ExportOptions(
            format=self._format.currentData(), layer=self._layer.currentData(), status=self._status.currentData()
        )
        self._project.export(Path(self._path.text().strip()), self._report, self._fail, options)

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.setValue(int(1000 * done / max(1, total)))

    def _report(self, report: "exporters.Report") -> None:
        self._set_running(False)
        self._said.setText(self._in_words(report))
        self._fields.setEnabled(False)
        self._start.hide()
        self._stop.setText(self.tr("Close"))
        self._stop.setFocus()

    def _in_words(self, report: "exporters.Report") -> str:
        layers = count(report.layers, self.tr("layer"), self.tr("layers"))
        spans = count(report.spans, self.tr("span"), self.tr("spans"))
        said = [self.tr("{layers} with {spans} were written to {path}, read back and compared.")
                .format(layers=layers, spans=spans, path=report.path)]  # fmt: skip
        if report.unfinished:
            layers = count(report.unfinished, self.tr("unfinished layer"), self.tr("unfinished layers"))
            said.append(self.tr("Left out: {layers}.").format(layers=layers))
        if report.undecided:
            articles = count(report.undecided, self.tr("article"), self.tr("articles"))
            said.append(
                self.tr("Left out: {articles} with several finished layers and no gold.").format(articles=articles)
            )
        return "\n".join(said)

    def _fail(self, error: BaseException) -> None:
        self._set_running(False)
        self._said.setText(str(error) if isinstance(error, UserError) else "")
        if not isinstance(error, UserError):
            errors.show(error, self)

    def _set_running(self, running: bool) -> None:
        self._is_running = running
        self._start.setEnabled(not running)
        self._fields.setEnabled(not running)
        self._bar.setValue(0)
        self._bar.setVisible(running)
        if running:
            self._project.jobs.progressed.connect(self._show_progress)
        else:
            self._project.jobs.progressed.disconnect(self._show_progress)
