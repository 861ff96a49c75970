"""Import: look at what would come in, bring it in, read the report."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.records import LayerRecord, UserError
from annotator.ui import errors
from annotator.ui.import_report import ProblemTable, in_words
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator import importers

PREVIEWED = 20  # records of a file
LINES = 3  # at the beginning and at the end of an article
LONGEST_LINE = 600  # code points: an article may be one line
_LIST = "QListView { border: 1px solid palette(mid); border-radius: 6px; } QListView::item { padding: 6px 8px; }"


class ImportDialog(QDialog):
    """Shows each file's articles before they come in, since their text is for ever."""

    def __init__(self, project: Project, sources: "list[importers.Source]", parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(880, 560)
        self._project = project
        self._sources = sources
        self._report_text = ""
        self._said = QLabel(self)
        self._files = QListWidget(self)
        self._preview = QPlainTextEdit(self)
        self._whose = QLineEdit(self)
        self._choose = QWidget(self)
        self._problems = ProblemTable(self)
        self._pages = QStackedWidget(self)
        self._bar = QProgressBar(self)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._start = self._buttons.addButton(self.tr("Import"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._copy = self._buttons.addButton(self.tr("Copy report"), QDialogButtonBox.ButtonRole.ActionRole)
        self._stop = self._buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self._lay_out()
        self._files.currentRowChanged.connect(self._show_preview)
        self._buttons.accepted.connect(self._import)
        self._buttons.rejected.connect(self.reject)
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._report_text))
        self._files.setCurrentRow(0)

    def reject(self) -> None:
        """Cancel what runs; nothing comes in then."""
        if self._project.is_busy:
            self._project.jobs.cancel()
        else:
            super().reject()

    def _lay_out(self) -> None:
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._said.setText(self.tr("This is what the articles will be. Their text cannot be changed later."))
        self._files.setAccessibleName(self.tr("Files"))
        self._files.addItems([source.path.name for source in self._sources])
        self._files.setStyleSheet(_LIST)
        self._preview.setReadOnly(True)
        self._preview.setTabChangesFocus(True)
        self._preview.setAccessibleName(self.tr("Preview"))
        self._whose.setAccessibleName(self.tr("Annotator, where a file names none"))
        self._whose.setPlaceholderText(self.tr("Unknown"))
        self._bar.setRange(0, 1000)
        self._bar.hide()
        self._copy.hide()
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self._files, 1)
        columns.addWidget(self._preview, 2)
        whose = QFormLayout()
        whose.addRow(self._whose.accessibleName(), self._whose)
        choose = QVBoxLayout(self._choose)
        choose.setContentsMargins(0, 0, 0, 0)
        choose.setSpacing(12)
        choose.addLayout(columns, 1)
        choose.addLayout(whose)
        self._pages.addWidget(self._choose)
        self._pages.addWidget(self._problems)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget, stretch in ((self._said, 0), (self._pages, 1), (self._bar, 0), (self._buttons, 0)):
            layout.addWidget(widget, stretch)

    def _show_preview(self, row: int) -> None:
        self._preview.setPlainText(_preview(self._sources[row]) if 0 <= row < len(self._sources) else "")

    def _import(self) -> None:
        from annotator import importers

        self._set_running(True)
        self._said.setText(self.tr("Reading, checking and bringing in…"))
        try:
            options = importers.ImportOptions(annotator=self._whose.text().strip() or None)
            self._project.import_files(self._sources, self._report, self._fail, options)
        except UserError as error:
            self._fail(error)

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.setValue(int(1000 * done / max(1, total)))

    def _report(self, report: "importers.Report") -> None:
        self._set_running(False)
        self._said.setText(in_words(report))
        self._report_text = "\n".join([in_words(report), *(str(problem) for problem in report.problems)])
        self._problems.show_problems(report.problems)
        self._pages.setCurrentWidget(self._problems)
        self._start.hide()
        self._copy.show()
        self._stop.setText(self.tr("Close"))
        self._stop.setFocus()

    def _fail(self, error: BaseException) -> None:
        self._set_running(False)
        self._said.setText(str(error) if isinstance(error, UserError) else "")
        if not isinstance(error, UserError):
            errors.show(error, self)

    def _set_running(self, running: bool) -> None:
        self._start.setEnabled(not running)
        self._choose.setEnabled(not running)
        self._bar.setValue(0)
        self._bar.setVisible(running)
        if running:
            self._project.jobs.progressed.connect(self._show_progress)
        else:
            self._project.jobs.progressed.disconnect(self._show_progress)


def _preview(source: "importers.Source") -> str:
    """Return the first and last lines of each article in a file, or why there are none."""
    from annotator.formats.isolation import Isolated
    from annotator.importers import read_source

    said: list[str] = []
    try:
        with Isolated() as isolated:
            found = (read.found for read in islice(read_source(source, isolated), PREVIEWED))
            said.extend(_article(each) if isinstance(each, LayerRecord) else str(each) for each in found)
    except OSError as error:
        said.append(f"This file cannot be read: {error.strerror}.")
    return "\n\n————\n\n".join(said)


def _article(layer: LayerRecord) -> str:
    lines = [_short(line) for line in layer.text.splitlines()] or [""]
    shown = lines if len(lines) <= 2 * LINES else [*lines[:LINES], "…", *lines[-LINES:]]
    whose = f"{layer.annotator.name}: {len(layer.spans)} spans" if layer.annotator else "no annotations"
    return "\n".join([f"{layer.meta.title or 'Untitled'}  ({len(layer.text):,} characters; {whose})", "", *shown])


def _short(line: str) -> str:
    half = LONGEST_LINE // 2
    return line if len(line) <= LONGEST_LINE else f"{line[:half]} … {line[-half:]}"


def sources_in(paths: list[Path]) -> "list[importers.Source]":
    """Return what can be imported. Raises UserError."""
    from annotator import importers

    return importers.find(paths)
