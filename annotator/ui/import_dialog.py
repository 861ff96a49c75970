"""Import: look at what would come in, bring it in, read the report."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.records import LayerRecord, Problem, UserError
from annotator.ui import errors
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator import importers

PREVIEWED = 20  # records of a file
LINES = 3  # at the beginning and at the end of an article
COLUMNS = ("File", "Line", "Id", "What", "Expected", "Found")


class ImportDialog(QDialog):
    """Shows each file's articles before they come in, since their text is for ever."""

    def __init__(self, project: Project, sources: "list[importers.Source]", parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(880, 560)
        self._project = project
        self._sources = sources
        self._files = QListWidget(self)
        self._files.setAccessibleName(self.tr("Files"))
        self._files.addItems([source.path.name for source in sources])
        self._preview = QPlainTextEdit(self)
        self._preview.setReadOnly(True)
        self._preview.setAccessibleName(self.tr("Preview"))
        self._whose = QLineEdit(self)
        self._whose.setAccessibleName(self.tr("Whose work it is, where a file does not say"))
        self._whose.setPlaceholderText(self.tr("Whose work it is, where a file does not say"))
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 1000)
        self._bar.hide()
        self._start = QPushButton(self.tr("Import"), self)
        self._start.setDefault(True)
        self._stop = QPushButton(self.tr("Cancel"), self)
        self._said = QLabel(self)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._problems = QTableWidget(0, len(COLUMNS), self)
        self._problems.setHorizontalHeaderLabels(COLUMNS)
        self._problems.setAccessibleName(self.tr("What was left out"))
        self._problems.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self._pages = QStackedWidget(self)
        self._lay_out()
        self._files.currentRowChanged.connect(self._show_preview)
        self._start.clicked.connect(self._import)
        self._stop.clicked.connect(self.reject)
        self._files.setCurrentRow(0)

    def reject(self) -> None:
        """Cancel what runs; nothing comes in then."""
        if self._project.is_busy:
            self._project.jobs.cancel()
        else:
            super().reject()

    def _lay_out(self) -> None:
        choose = QWidget(self)
        columns = QHBoxLayout(choose)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.addWidget(self._files, 1)
        columns.addWidget(self._preview, 2)
        self._pages.addWidget(choose)
        self._pages.addWidget(self._problems)
        buttons = QHBoxLayout()
        buttons.addWidget(self._bar, 1)
        buttons.addStretch(0)
        buttons.addWidget(self._stop)
        buttons.addWidget(self._start)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        self._said.setText(self.tr("This is what the articles will be. Their text cannot be changed later."))
        layout.addWidget(self._said)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._whose)
        layout.addLayout(buttons)

    def _show_preview(self, row: int) -> None:
        self._preview.setPlainText(_preview(self._sources[row]) if 0 <= row < len(self._sources) else "")

    def _import(self) -> None:
        from annotator import importers

        self._start.setEnabled(False)
        self._bar.show()
        self._project.jobs.progressed.connect(self._show_progress)
        try:
            options = importers.ImportOptions(annotator=self._whose.text().strip() or None)
            self._project.import_files(self._sources, self._report, self._fail, options)
        except UserError as error:
            self._fail(error)

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.setValue(int(1000 * done / max(1, total)))

    def _report(self, report: "importers.Report") -> None:
        self._end()
        self._said.setText(
            self.tr(
                "{documents} articles, {layers} layers and {annotations} annotations came in. {known} articles were "
                "there already. {left} items were left out. Undo brings the project back to what it was."
            ).format(
                documents=report.documents, layers=report.layers, annotations=report.annotations,
                known=report.known_documents, left=report.left_out,
            )
        )  # fmt: skip
        self._fill(report.problems)
        self._pages.setCurrentWidget(self._problems)
        self._start.hide()
        self._whose.hide()
        self._stop.setText(self.tr("Close"))
        self._stop.setFocus()

    def _fail(self, error: BaseException) -> None:
        self._end()
        self._start.setEnabled(True)
        if isinstance(error, UserError):
            self._said.setText(str(error))
        else:
            errors.show(error, self)

    def _end(self) -> None:
        self._project.jobs.progressed.disconnect(self._show_progress)
        self._bar.hide()

    def _fill(self, problems: list[Problem]) -> None:
        self._problems.setRowCount(len(problems))
        for row, found in enumerate(problems):
            cells = (found.file, found.line, found.id, found.what, found.expected, found.found)
            for column, cell in enumerate(cells):
                self._problems.setItem(row, column, QTableWidgetItem("" if cell is None else str(cell)))


def _preview(source: "importers.Source") -> str:
    """Return the first and last lines of each article in a file, or why there are none."""
    from annotator.formats.isolation import Isolated
    from annotator.importers import read_source

    said = []
    try:
        with Isolated() as isolated:
            for found, _, _ in islice(read_source(source, isolated), PREVIEWED):
                said.append(_article(found) if isinstance(found, LayerRecord) else str(found))
    except OSError as error:
        said.append(f"This file cannot be read: {error.strerror}.")
    return "\n\n————\n\n".join(said)


def _article(layer: LayerRecord) -> str:
    lines = layer.text.splitlines() or [""]
    shown = lines if len(lines) <= 2 * LINES else [*lines[:LINES], "…", *lines[-LINES:]]
    whose = f"{layer.annotator.name}: {len(layer.spans)} spans" if layer.annotator else "no annotations"
    return "\n".join([f"{layer.meta.title or 'Untitled'}  ({len(layer.text):,} characters; {whose})", "", *shown])


def sources_in(paths: list[Path]) -> "list[importers.Source]":
    """Return what can be imported. Raises UserError."""
    from annotator import importers

    return importers.find(paths)
