"""The list of documents as Qt asks for it: all ids, and the rows of the pages that are looked at."""

from array import array
from bisect import bisect_left
from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.rows import DocumentRow, Filter

Index = QModelIndex | QPersistentModelIndex
PAGE = 256
PAGES = 16
ROW = Qt.ItemDataRole.UserRole


class DocumentModel(QAbstractListModel):
    """Holds the ids of a filter's documents, and a few pages of rows."""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._ids = array("q")
        self._pages: OrderedDict[int, list[DocumentRow]] = OrderedDict()
        project.document_changed.connect(self._refresh)

    def load(self, wanted: "Filter | None") -> None:
        """Show the documents that a filter lets through; without one, none."""
        self.beginResetModel()
        self._ids = self._project.document_ids(wanted) if wanted is not None else array("q")
        self._pages.clear()
        self.endResetModel()

    def document_id(self, row: int) -> int:
        return self._ids[row]

    def first(self) -> int | None:
        """Return the first document of the list, or None when it is empty."""
        return self._ids[0] if self._ids else None

    def row_of(self, document_id: int) -> int | None:
        """Return where a document stands in the list, or None when the filter leaves it out."""
        row = bisect_left(self._ids, document_id)
        return row if row < len(self._ids) and self._ids[row] == document_id else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == ROW:
            return self._row(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            row = self._row(index.row())
            return (row.title or self.tr("Untitled")) if row else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            row = self._row(index.row())
            return f"{row.title or self.tr('Untitled')}, {row.status}, {row.spans}" if row else ""
        return None

    def _row(self, number: int) -> "DocumentRow | None":
        page = number // PAGE
        if page not in self._pages:
            self._pages[page] = self._project.document_rows(self._ids[page * PAGE : (page + 1) * PAGE])
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end(page)
        rows = self._pages[page]
        return rows[number % PAGE] if number % PAGE < len(rows) else None

    def _refresh(self, document_id: int) -> None:
        number = self.row_of(document_id)
        if number is None:
            return
        page = self._pages.get(number // PAGE)
        if page and number % PAGE < len(page):
            page[number % PAGE : number % PAGE + 1] = self._project.document_rows([document_id])
        self.dataChanged.emit(self.index(number), self.index(number))
