"""The list of documents as Qt asks for it: all ids, and the rows of the pages that are looked at.

The first ids are there at once. The rest follows once the first rows are painted and nobody types any more: to find
all that 100,000 documents hold takes a tenth of a second.
"""

from array import array
from bisect import bisect_left
from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from annotator.ui.plain import tool_tip
from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.rows import DocumentRow, Filter, Kin

Index = QModelIndex | QPersistentModelIndex
PAGE = 256
PAGES = 16
PAUSE = 200  # milliseconds until the rest is asked for: more than there is between two keys
FOUND_AT_ONCE = 16  # rows whose passages are looked up together: about what is on screen
ROW = Qt.ItemDataRole.UserRole
PASSAGE = ROW + 1  # where the words are that are searched for
KINSHIP = ROW + 2  # whether it is a correction, or was corrected, in words


class DocumentModel(QAbstractListModel):
    """Holds the ids of a filter's documents, and a few pages of rows."""

    loaded = Signal()  # there are more ids now, or it is known that there are no more

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._ids = array("q")
        self._pages: OrderedDict[int, list[DocumentRow]] = OrderedDict()
        self._is_complete = True
        self._wanted: Filter | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(PAUSE)
        self._rest.timeout.connect(self.complete)
        self._words = ""
        self._kin: dict[int, Kin] = {}
        self._passages: dict[int, dict[int, str]] = {}  # of a search, by the number of the look-up
        project.document_changed.connect(self._refresh)

    def load(self, wanted: "Filter | None") -> None:
        """Show the documents that a filter lets through, the first ones now; without a filter, none."""
        self.beginResetModel()
        self._wanted = wanted
        self._kin = self._project.kin() if wanted is not None else {}
        self._ids = self._project.document_ids(wanted, PAGE) if wanted is not None else array("q")
        self._is_complete = len(self._ids) < PAGE
        if not self._is_complete:
            self._rest.start()
        self._pages.clear()
        self._words = wanted.words if wanted else ""
        self._passages.clear()
        self.endResetModel()
        self.loaded.emit()

    @property
    def is_complete(self) -> bool:
        """Whether the list has every document that the filter lets through."""
        return self._is_complete

    def complete(self) -> None:
        """Have every document in the list now."""
        if self._wanted is None or self._is_complete:
            return
        self._is_complete = True
        more = self._project.document_ids(self._wanted, after=self._ids[-1])
        if more:
            self.beginInsertRows(QModelIndex(), len(self._ids), len(self._ids) + len(more) - 1)
            self._ids += more
            self.endInsertRows()
        self.loaded.emit()

    def reaches(self, document_id: int) -> bool:
        """Whether the list goes as far as a document already."""
        return self._is_complete or document_id <= self._ids[-1]

    def document_id(self, row: int) -> int:
        return self._ids[row]

    def first(self) -> int | None:
        """Return the first document of the list, or None when it is empty."""
        return self._ids[0] if self._ids else None

    def row_of(self, document_id: int) -> int | None:
        """Return where a document stands in the list, or None when the filter leaves it out."""
        if not self.reaches(document_id):
            self.complete()
        row = bisect_left(self._ids, document_id)
        return row if row < len(self._ids) and self._ids[row] == document_id else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == ROW:
            return self._row(index.row())
        if role == PASSAGE:
            return self._passage(index.row())
        if role == KINSHIP:
            return self._kinship(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            row = self._row(index.row())
            return (row.name or self.tr("Untitled")) if row else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            row = self._row(index.row())
            found = self._passage(index.row())
            said = f"{row.name or self.tr('Untitled')}, {row.status}, {row.spans}" if row else ""
            said = ", ".join(filter(None, (said, self._kinship(index.row()))))
            return f"{said}: {found}" if found else said
        return tool_tip(self._kinship(index.row(), at_length=True)) if role == Qt.ItemDataRole.ToolTipRole else None

    def _row(self, number: int) -> "DocumentRow | None":
        page = number // PAGE
        if page not in self._pages:
            self._pages[page] = self._project.document_rows(self._ids[page * PAGE : (page + 1) * PAGE])
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end(page)
        rows = self._pages[page]
        return rows[number % PAGE] if number % PAGE < len(rows) else None

    def _passage(self, number: int) -> str:
        if not self._words:
            return ""
        lookup = number // FOUND_AT_ONCE
        if lookup not in self._passages:
            ids = self._ids[lookup * FOUND_AT_ONCE : (lookup + 1) * FOUND_AT_ONCE]
            self._passages[lookup] = self._project.passages(self._words, ids)
        return self._passages[lookup].get(self._ids[number], "")

    def _kinship(self, number: int, *, at_length: bool = False) -> str:
        kin = self._kin.get(self._ids[number])
        if kin is None:
            return ""
        said = []
        if kin.corrects is not None:
            said.append(self.tr("Corrects article {id}") if at_length else self.tr("Correction"))
        if kin.corrected_by is not None:
            said.append(self.tr("Corrected by article {by}") if at_length else self.tr("Corrected"))
        return "\n".join(said).format(id=kin.corrects, by=kin.corrected_by)

    def _refresh(self, document_id: int) -> None:
        number = self.row_of(document_id)
        if number is None:
            return
        page = self._pages.get(number // PAGE)
        if page and number % PAGE < len(page):
            page[number % PAGE : number % PAGE + 1] = self._project.document_rows([document_id])
        self.dataChanged.emit(self.index(number), self.index(number))
