"""The names of sources and what is to replace each: read through by a person before an export replaces any."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.imports.report import TABLE
from annotator.ui.jobs import Job
from annotator.ui.plain import plain_label, tool_tip
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.name_list import NameRow

SPELLING, REPLACEMENT = 0, 1


class NamesDialog(QDialog):
    """Lists the spellings of sources' names; each becomes what stands beside it, and stays where nothing does."""

    chosen = Signal(object)  # what replaces each spelling, as a dict

    def __init__(self, project: Project, names: dict[str, str] | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Names of sources"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(860, 560)
        self._project = project
        self._names = names
        self._table = QTableWidget(0, 5, self)
        self._said = plain_label("", self)
        self._bar = QProgressBar(self)
        choices = QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        self._buttons = QDialogButtonBox(choices, self)
        self._accept = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._add = self._buttons.addButton(self.tr("Add a spelling"), QDialogButtonBox.ButtonRole.ActionRole)
        self._none = self._buttons.addButton(self.tr("Keep all names"), QDialogButtonBox.ButtonRole.ResetRole)
        self._lay_out()
        self._buttons.accepted.connect(self._choose)
        self._buttons.rejected.connect(self.reject)
        self._add.clicked.connect(lambda: self._table.editItem(self._append("", "")))
        self._none.clicked.connect(self._keep_all)
        project.looking.progressed.connect(self._show_progress)
        self._looking: Job | None = project.looking.start(self._find, self._show, self._fail)

    def done(self, result: int) -> None:
        if self._looking:
            self._looking.forget()
        super().done(result)

    def _lay_out(self) -> None:
        table = self._table
        table.setHorizontalHeaderLabels(
            [self.tr("Spelling"), self.tr("Becomes"), self.tr("Person"), self.tr("Annotations"), self.tr("In texts")]
        )
        table.setAccessibleName(self.windowTitle())
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setStyleSheet(TABLE)
        table.verticalHeader().hide()
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(5):
            to = QHeaderView.ResizeMode.Stretch if column < 3 else QHeaderView.ResizeMode.ResizeToContents
            table.horizontalHeader().setSectionResizeMode(column, to)
        self._said.setText(
            self.tr(
                "Each spelling becomes what stands beside it, wherever it is a whole word: in texts, titles, sources "
                "and notes. Empty a cell to keep the name. What is left of a quotation can still tell who spoke."
            )
        )
        self._said.setWordWrap(True)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._accept.setText(self.tr("Replace these"))
        self._set_ready(is_ready=False)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(16, 16, 16, 16)
        column_.setSpacing(12)
        for widget in (self._said, self._table, self._bar, self._buttons):
            column_.addWidget(widget)

    def _find(self, job: Job) -> "list[NameRow]":
        from annotator import name_list

        with self._project.reading() as connection:
            return name_list.find(connection, job.progress, job.cancelled)

    def _show(self, rows: "list[NameRow]") -> None:
        from annotator.text.names import fold

        self._looking = None
        before = dict(self._names or {})
        for row in rows:
            replacement = row.replacement if self._names is None else before.pop(fold(row.spelling), "")
            self._append(row.spelling, replacement, row.person, f"{row.annotations:,}", f"{row.in_texts:,}")
        for spelling, replacement in before.items():  # that were added by hand
            self._append(spelling, replacement)
        self._set_ready(is_ready=True)
        self._table.setFocus()
        if rows:
            self._table.setCurrentCell(0, REPLACEMENT)

    def _fail(self, error: BaseException) -> None:
        self._looking = None
        errors.show(error, self)
        self.reject()

    def _append(self, spelling: str, replacement: str, *more: str) -> QTableWidgetItem:
        """Add a row, and return its first cell; what was found is fixed, what is added by hand can be typed."""
        row = self._table.rowCount()
        self._table.insertRow(row)
        cells = (spelling, replacement, *more, *[""] * (3 - len(more)))
        for column, cell in enumerate(cells):
            item = QTableWidgetItem(cell)
            item.setToolTip(tool_tip(cell))
            if column != REPLACEMENT and (more or column != SPELLING):
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self._table.setItem(row, column, item)
        first = self._table.item(row, SPELLING)
        assert first is not None  # noqa: S101 - it was just made
        return first

    def _choose(self) -> None:
        """Take what stands in the table, or say which row cannot be followed."""
        from annotator import name_list

        found: dict[str, str] = {}
        try:
            for row in range(self._table.rowCount()):
                name_list.add(found, self._cell(row, SPELLING), self._cell(row, REPLACEMENT))
            self.chosen.emit(name_list.complete(found))
        except (ValueError, UserError) as error:
            errors.show(error if isinstance(error, UserError) else UserError(f"{error}."), self)
            return
        self.accept()

    def _cell(self, row: int, column: int) -> str:
        item = self._table.item(row, column)
        return item.text() if item else ""

    def _keep_all(self) -> None:
        self.chosen.emit(None)
        self.accept()

    def _set_ready(self, *, is_ready: bool) -> None:
        self._bar.setVisible(not is_ready)
        for widget in (self._table, self._accept, self._add, self._none):
            widget.setEnabled(is_ready)
        self._accept.setDefault(True)

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.setValue(int(1000 * done / max(1, total)))
