"""Tables of an export: what its format cannot carry, and what its split came to."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from annotator.ui.imports.report import TABLE
from annotator.ui.plain import tool_tip

if TYPE_CHECKING:
    from annotator.export_preview import Lost
    from annotator.splits import Report as SplitReport

LONGEST = 160  # code points of a passage


class Table(QTableWidget):
    """A table that is only read."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(0, 0, parent)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setStyleSheet(TABLE)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def fill(self, heads: list[str], rows: list[list[str]], wide: int | None = None) -> None:
        """Show rows of cells; the column `wide`, if any, takes the room that is left."""
        self.setColumnCount(len(heads))
        self.setHorizontalHeaderLabels(heads)
        self.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                item = QTableWidgetItem(cell)
                item.setToolTip(tool_tip(cell))
                self.setItem(row, column, item)
        for column in range(len(heads)):
            to = QHeaderView.ResizeMode.Stretch if column == wide else QHeaderView.ResizeMode.ResizeToContents
            self.horizontalHeader().setSectionResizeMode(column, to)
        self.resizeRowsToContents()

    def show_losses(self, losses: "list[Lost]") -> None:
        heads = [
            self.tr("What is lost"),
            self.tr("Passage"),
            self.tr("Label"),
            self.tr("Annotator"),
            self.tr("Article"),
        ]
        rows = [
            [each.what, _short(each.passage), each.label, each.annotator, _short(each.article, 40)] for each in losses
        ]
        self.fill(heads, rows, wide=1)

    def show_split(self, split: "SplitReport") -> None:
        """Show documents and spans a label a side, and how exactly an F1 could be told there."""
        labels = list(next(iter(split.sides.values())).spans)
        heads = [self.tr("Side"), self.tr("Articles"), *labels]
        rows = [
            [name, f"{side.documents:,}", *(_spans(side.spans[label], side.interval[label]) for label in labels)]
            for name, side in split.sides.items()
        ]
        self.fill(heads, rows)


def _spans(number: int, interval: float | None) -> str:
    return f"{number:,}" if interval is None else f"{number:,}  (F1 ± {interval / 2:.2f})"


def _short(passage: str, longest: int = LONGEST) -> str:
    line = " ".join(passage.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
