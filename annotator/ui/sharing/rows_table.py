"""Rows of words and numbers as a table to read: as many as there are, since only what is seen is asked for."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from annotator.ui.empty import paint_empty
from annotator.ui.plain import tool_tip

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
STYLE = """
QTableView { border: 1px solid palette(mid); border-radius: 6px; }
QTableView::item { padding: 2px 8px; }
QHeaderView { background: transparent; }
"""


class RowsModel(QAbstractTableModel):
    """Holds the rows. Columns of `numbers` stand to the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._headers: Sequence[str] = ()
        self._rows: Sequence[Sequence[str]] = ()
        self._numbers: frozenset[int] = frozenset()

    def fill(self, headers: Sequence[str], rows: Sequence[Sequence[str]], numbers: frozenset[int]) -> None:
        self.beginResetModel()
        self._headers, self._rows, self._numbers = headers, rows, numbers
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._headers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and (said := tool_tip(self._rows[index.row()][index.column()])):
            return said
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        return self._alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column in self._numbers else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class RowsTable(QTableView):
    """Shows rows to read; without any it says why."""

    def __init__(self, name: str, nothing: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._nothing = nothing
        self._rows = RowsModel(self)
        self.setModel(self._rows)
        self.setAccessibleName(name)
        self.setStyleSheet(STYLE)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 12)
        self.horizontalHeader().setHighlightSections(False)

    def show_rows(
        self,
        headers: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        numbers: frozenset[int] = frozenset(),
        widest: int = 0,
    ) -> None:
        """Show rows; the column `widest` takes what room is left."""
        self._rows.fill(headers, rows, numbers)
        self.horizontalHeader().setVisible(bool(rows))
        for column in range(len(headers)):
            mode = QHeaderView.ResizeMode.Stretch if column == widest else QHeaderView.ResizeMode.ResizeToContents
            self.horizontalHeader().setSectionResizeMode(column, mode)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._rows.rowCount() == 0:
            paint_empty(self, self._nothing)
