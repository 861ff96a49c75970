"""The own annotations of one document as Qt asks for them, in the order of their spans."""

from bisect import bisect_left
from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from annotator.ui.project import Project

if TYPE_CHECKING:
    from annotator.rows import AnnotationRow, LabelRow

Index = QModelIndex | QPersistentModelIndex
Key = tuple[int, int, str]

ROW = Qt.ItemDataRole.UserRole
MANY = 500  # changed rows, above which it is quicker to read all of them again
PASSAGE = 300  # code points: more than a line of the list has room for


class AnnotationModel(QAbstractListModel):
    """The rows of one layer, sorted by (start, end, uid); an edit touches only the rows it changed."""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self.document_id: int | None = None
        self._text = ""
        self._rows: list[AnnotationRow] = []
        self._keys: list[Key] = []
        self._key_of: dict[str, Key] = {}
        project.annotations_changed.connect(self._refresh)
        project.annotator_changed.connect(self._reload)
        project.documents_changed.connect(self._reload)
        project.closed.connect(lambda: self.show_document(None, ""))

    def show_document(self, document_id: int | None, text: str) -> None:
        """Show the own layer of a document; `text` is its stored text."""
        self.document_id = document_id
        self._text = text
        self._reload()

    def row_of(self, uid: str | None) -> int | None:
        """Return where an annotation stands in the list, or None when it is not there."""
        key = self._key_of.get(uid) if uid else None
        return None if key is None else bisect_left(self._keys, key)

    def label(self, key: str | None) -> "LabelRow | None":
        """Return a label of the project; a negative has none."""
        return next((label for label in self._project.labels() if label.key == key), None)

    def letter(self, label: str) -> str:
        """Return what a label has on its chip."""
        return self._project.letter(label)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return self._passage(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._described(row)}: {self._passage(row)}"
        return None

    def _passage(self, row: "AnnotationRow") -> str:
        return " ".join(self._text[row.start : min(row.end, row.start + PASSAGE)].split())

    def _described(self, row: "AnnotationRow") -> str:
        """Say in words what the row shows by its letter and icons."""
        label, attributes = self.label(row.label), row.attributes
        words = [label.title if label else self.tr("Look-alike")]
        if attributes.identity:
            words.append(attributes.identity)
        if attributes.unsure:
            words.append(self.tr("unsure"))
        if attributes.note:
            words.append(self.tr("with a note"))
        return ", ".join(words)

    def _is_own(self, row: "AnnotationRow") -> bool:
        return self._project.annotator is not None and row.annotator_id == self._project.annotator.id

    def _reload(self) -> None:
        rows = self._project.annotations(self.document_id) if self.document_id is not None else []
        self.beginResetModel()
        self._rows = [row for row in rows if self._is_own(row)]
        self._keys = [_key(row) for row in self._rows]
        self._key_of = {row.uid: key for row, key in zip(self._rows, self._keys, strict=True)}
        self.endResetModel()

    def _refresh(self, document_id: int, uids: Collection[str] | None) -> None:
        if document_id != self.document_id:
            return
        if uids is None or len(uids) > MANY:
            self._reload()
            return
        for uid in uids:
            self._update(uid, self._project.annotation(uid))

    def _update(self, uid: str, row: "AnnotationRow | None") -> None:
        number = self.row_of(uid)
        if row and number is not None and self._keys[number] == _key(row):
            self._rows[number] = row
            self.dataChanged.emit(self.index(number), self.index(number))
            return
        if number is not None:
            self._take_out(number, uid)
        if row and self._is_own(row):
            self._put_in(row)

    def _take_out(self, number: int, uid: str) -> None:
        self.beginRemoveRows(QModelIndex(), number, number)
        del self._rows[number], self._keys[number], self._key_of[uid]
        self.endRemoveRows()

    def _put_in(self, row: "AnnotationRow") -> None:
        key = _key(row)
        number = bisect_left(self._keys, key)
        self.beginInsertRows(QModelIndex(), number, number)
        self._rows.insert(number, row)
        self._keys.insert(number, key)
        self._key_of[row.uid] = key
        self.endInsertRows()


def _key(row: "AnnotationRow") -> Key:
    return row.start, row.end, row.uid
