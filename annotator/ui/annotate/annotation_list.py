"""The own annotations of the article, in their order."""

from bisect import bisect_left
from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView, QWidget

from annotator.ui.project import Project
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.store.queries import AnnotationRow

Index = QModelIndex | QPersistentModelIndex


class AnnotationModel(QAbstractListModel):
    """The rows of one layer, sorted by their spans; an edit moves only the rows it touched."""

    def __init__(self, project: Project, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._theme = theme
        self._document_id: int | None = None
        self._text = ""
        self._rows: list[AnnotationRow] = []
        self._keys: list[tuple[int, int, str]] = []
        project.annotations_changed.connect(self._refresh)
        project.annotator_changed.connect(self._reload)

    def show_document(self, document_id: int | None, text: str) -> None:
        self._document_id = document_id
        self._text = text
        self._reload()

    def annotation(self, row: int) -> "AnnotationRow":
        return self._rows[row]

    def row_of(self, uid: str) -> int | None:
        return next((number for number, row in enumerate(self._rows) if row.uid == uid), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            passage = " ".join(self._text[row.start : row.end].split())
            return f"{self._letter(row.label)}   {passage[:200]}"
        if role == Qt.ItemDataRole.DecorationRole and (row.attributes.unsure or row.attributes.note):
            return self._theme.icon("circle-help" if row.attributes.unsure else "sticky-note")
        if role == Qt.ItemDataRole.ForegroundRole:
            colour = next((label.colour for label in self._project.labels() if label.key == row.label), None)
            return self._theme.label_colour(colour) if colour else None
        return None

    def _letter(self, label: str | None) -> str:
        found = (each for each in self._project.labels() if each.key == label)
        return next((each.shortcut or each.title[:1] for each in found), "–")

    def _reload(self) -> None:
        self.beginResetModel()
        who = self._project.annotator
        rows = self._project.annotations(self._document_id) if self._document_id is not None and who else []
        self._rows = [row for row in rows if who and row.annotator_id == who.id]
        self._keys = [(row.start, row.end, row.uid) for row in self._rows]
        self.endResetModel()

    def _refresh(self, document_id: int, uids: Collection[str] | None) -> None:
        if document_id != self._document_id:
            return
        if uids is None:
            self._reload()
            return
        for uid in uids:
            self._take_out(uid)
            row = self._project.annotation(uid)
            if row:
                self._put_in(row)

    def _take_out(self, uid: str) -> None:
        number = self.row_of(uid)
        if number is not None:
            self.beginRemoveRows(QModelIndex(), number, number)
            del self._rows[number], self._keys[number]
            self.endRemoveRows()

    def _put_in(self, row: "AnnotationRow") -> None:
        key = (row.start, row.end, row.uid)
        number = bisect_left(self._keys, key)
        self.beginInsertRows(QModelIndex(), number, number)
        self._rows.insert(number, row)
        self._keys.insert(number, key)
        self.endInsertRows()


class AnnotationList(QListView):
    """Shows the layer, and goes to the annotation that is chosen."""

    annotation_chosen = Signal(str)
    remove_asked = Signal(str)
    left = Signal()

    def __init__(self, project: Project, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.annotations = AnnotationModel(project, theme, self)
        self.setModel(self.annotations)
        self.setUniformItemSizes(True)
        self.setSpacing(2)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Annotations of this article"))
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def set_current(self, uid: str | None) -> None:
        """Show which annotation is the current one in the article."""
        number = self.annotations.row_of(uid) if uid else None
        self.setCurrentIndex(self.annotations.index(number) if number is not None else QModelIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and index.isValid():
            self.remove_asked.emit(self.annotations.annotation(index.row()).uid)
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        self.annotation_chosen.emit(self.annotations.annotation(index.row()).uid)
