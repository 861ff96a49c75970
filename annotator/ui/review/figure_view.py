"""A figure on screen: a table whose cells are painted as bars, intervals or grounds; Enter or a click opens them."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)  # fmt: skip
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from annotator.ui.plain import tool_tip
from annotator.ui.review.figure_paint import ITEM, OPENED, FigureDelegate, swatch
from annotator.ui.review.tables import PARTS, Item, Shares, Table
from annotator.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
NOTHING = Table((), ())
ROW = 32  # pixels
SHAPE_WIDTH, NAME_WIDTH = 220, 150  # pixels, at the least
ALIGN_NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ALIGN_NAME = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class FigureModel(QAbstractTableModel):
    """The items of a table."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.table = NOTHING
        self.opened = (-1, -1)

    def show_table(self, table: Table) -> None:
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def item(self, index: Index) -> Item:
        return self.table.rows[index.row()][index.column()]

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.table.headers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self.item(index)
        roles: dict[int, Callable[[], object]] = {
            ITEM: lambda: item,
            OPENED: lambda: self.opened == (index.row(), index.column()),
            Qt.ItemDataRole.DisplayRole: lambda: item.text,
            Qt.ItemDataRole.TextAlignmentRole: lambda: ALIGN_NAME if item.is_name else ALIGN_NUMBER,
            Qt.ItemDataRole.AccessibleTextRole: lambda: ": ".join(filter(None, (item.said or item.text, item.few))),
            Qt.ItemDataRole.ToolTipRole: lambda: tool_tip(". ".join(filter(None, (item.said, item.few)))),
        }
        return roles[role]() if role in roles else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.table.headers[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            named = not self.table.rows or self.table.rows[0][section].is_name or self.table.rows[0][section].shape
            return ALIGN_NAME if named else ALIGN_NUMBER
        has_parts = any(isinstance(item.shape, Shares) for row in self.table.rows[:1] for item in row)
        if role == Qt.ItemDataRole.DecorationRole and has_parts and self.table.headers[section] in SWATCHES:
            return swatch(PARTS.index(SWATCHES[self.table.headers[section]]), self._theme)
        return None


SWATCHES = dict(zip(("Same", "Other ends", "Other label", "Missed"), PARTS, strict=True))


class FigureView(QTableView):
    """Shows a table of a fixed height: all of it, or a number of rows and the rest by scrolling."""

    chosen = Signal(object)  # the Item of a click: show what stands behind it
    entered = Signal(object)  # the Item of Enter or a double click: and go there
    left = Signal()  # Esc

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None, *, rows: int | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.figures = FigureModel(theme, self)
        self.setModel(self.figures)
        self.setItemDelegate(FigureDelegate(theme, self))
        self.setAccessibleName(name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(max(ROW, self.fontMetrics().height() + 14))
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.clicked.connect(lambda index: self._tell(index, self.chosen.emit))
        self.doubleClicked.connect(lambda index: self._tell(index, self.entered.emit))
        theme.changed.connect(self.viewport().update)

    def show_table(self, table: Table) -> None:
        """Show a table; the current cell stays where it was, if there is one."""
        at = self.currentIndex()
        row, column = at.row(), at.column()
        self.figures.show_table(table)
        self._fit()
        if table.rows:
            self.setCurrentIndex(self.figures.index(max(min(row, len(table.rows) - 1), 0), max(column, 0)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell(self.currentIndex(), self.entered.emit)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def open(self, row: int, column: int) -> None:
        """Show which cell's passages are listed; none by a row of -1."""
        self.figures.opened = row, column
        self.viewport().update()

    def keyboardSearch(self, search: str) -> None:
        """Do nothing at a letter."""

    def _tell(self, index: Index, tell: Callable[[Item], None]) -> None:
        item = cast("Item | None", index.data(ITEM))
        if item and item.behind:
            self.open(index.row(), index.column())
            tell(item)

    def _fit(self) -> None:
        """Give names and bars their room, numbers what they need, and the table the height of its rows."""
        header, table = self.horizontalHeader(), self.figures.table
        first = table.rows[0] if table.rows else ()
        widest = any(item.shape for item in first)
        for column, item in enumerate(first):
            stretches = item.shape is not None or (not widest and column == 0)
            header.setSectionResizeMode(
                column,
                QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.ResizeToContents,
            )
        header.setMinimumSectionSize(56)
        header.setFixedHeight(max(ROW, self.fontMetrics().height() + 12))
        shown = max(len(table.rows), 1) if self._rows is None else self._rows
        height = header.height() + shown * self.verticalHeader().defaultSectionSize() + 2
        if self._rows is None:
            self.setFixedHeight(height)
        else:
            self.setMinimumHeight(height)
