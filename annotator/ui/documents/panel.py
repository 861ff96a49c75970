"""The documents of the project: search over all of them, filters, and the list."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.ui.documents.delegate import DocumentDelegate, row_height
from annotator.ui.documents.model import DocumentModel
from annotator.ui.project import Project
from annotator.ui.rows_view import RowsView
from annotator.ui.theme import Theme
from annotator.ui.words import count

if TYPE_CHECKING:
    from annotator.rows import Filter

NARROWEST = 96  # pixels of a filter: its entry may be cut in a narrow window, which would shut the pane else
SEARCH_DELAY = 150  # milliseconds after the last key


class DocumentPanel(QWidget):
    """Finds documents, shows where each stands, and opens one."""

    document_chosen = Signal(int)
    files_dropped = Signal(list)
    delete_asked = Signal(list)  # ids of documents
    left = Signal()  # Esc: back to the article

    def __init__(self, project: Project, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._awaited: int | None = None  # the selected document, until the list has been loaded as far as it
        self._shown: int | None = None  # the document that is read, also while the filter leaves it out
        self.model = DocumentModel(project, self)
        self._search = QLineEdit(self)
        self._search.setPlaceholderText(self.tr("Search all articles"))
        self._search.setAccessibleName(self.tr("Search all articles"))
        self._search.setClearButtonEnabled(True)
        self._status = self._combo(
            self.tr("Status"),
            [(self.tr("Any status"), None), (self.tr("Unread"), "unread"), (self.tr("Started"), "started"),
             (self.tr("Finished"), "finished")],
        )  # fmt: skip
        self._label = self._combo(self.tr("Label"), [(self.tr("Any label"), None)])
        self._unsure = QCheckBox(self.tr("Unsure"), self)
        self._count = QLabel(self)
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setWordWrap(True)
        self.list = RowsView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(DocumentDelegate(theme, self.list))
        self.list.set_row_height(row_height(self.list.fontMetrics()))
        self.list.setAccessibleName(self.tr("Documents"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self._lay_out()
        self.setAcceptDrops(True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_DELAY)
        self._timer.timeout.connect(self.reload)
        self._search.textEdited.connect(lambda _: self._timer.start())
        self._search.returnPressed.connect(self._open_first)
        self._status.activated.connect(self.reload)
        self._label.activated.connect(self.reload)
        self._unsure.clicked.connect(self.reload)
        self.model.loaded.connect(self._loaded)
        self.list.clicked.connect(self._choose_clicked)
        self.list.activated.connect(self._choose)
        project.labels_changed.connect(self._offer_labels)
        project.opened.connect(self._start)
        project.closed.connect(self.reload)
        project.documents_changed.connect(self.reload)
        project.annotator_changed.connect(self.reload)
        theme.changed.connect(self.list.viewport().update)

    def filter(self) -> "Filter":
        """Return what the fields ask for."""
        from annotator.rows import Filter

        return Filter(
            self._search.text(), self._status.currentData(), self._label.currentData(), self._unsure.isChecked()
        )

    def set_filter(self, wanted: "Filter") -> None:
        """Fill the fields, and show what they ask for."""
        self._search.setText(wanted.words)
        self._status.setCurrentIndex(max(0, self._status.findData(wanted.status)))
        self._label.setCurrentIndex(max(0, self._label.findData(wanted.label)))
        self._unsure.setChecked(wanted.unsure)
        self.reload()

    def reload(self) -> None:
        """Ask the project again which documents there are."""
        self._awaited = self._awaited or self.current() or self._shown
        self.model.load(self.filter() if self._project.is_open else None)

    def current(self) -> int | None:
        """Return the id of the selected document."""
        index = self.list.currentIndex()
        return self.model.document_id(index.row()) if index.isValid() else None

    def selected(self) -> list[int]:
        """Return the ids of the selected documents, in their order."""
        return [self.model.document_id(row) for row in sorted(self._rows())]

    def beside(self, ids: Sequence[int]) -> int | None:
        """Return the document behind some, else the one before them, or None where the list has no other."""
        rows = [row for each in ids if (row := self.model.row_of(each)) is not None]
        near = (max(rows) + 1, min(rows) - 1) if rows else (0,)
        return next((self.model.document_id(row) for row in near if 0 <= row < self.model.rowCount()), None)

    def open_document(self, document_id: int) -> None:
        """Select a document, if the filter lets it through."""
        self._awaited, self._shown = None, document_id
        row = self.model.row_of(document_id)
        # Not `setCurrentIndex`: with Ctrl held, as after Ctrl+Enter, that adds to what is selected.
        index = self.model.index(row) if row is not None else QModelIndex()
        how = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.list.selectionModel().setCurrentIndex(index, how)
        self.list.scrollTo(index)

    def step(self, offset: int) -> int | None:
        """Return the document that many places further, or None at the end of the list."""
        if self._awaited:
            self.open_document(self._awaited)
        row = self.list.currentIndex().row() + offset
        if row >= self.model.rowCount():
            self.model.complete()
        return self.model.document_id(row) if 0 <= row < self.model.rowCount() else None

    def focus_search(self) -> None:
        self._search.setFocus()
        self._search.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self.delete_asked.emit(self.selected())
        elif event.key() == Qt.Key.Key_Down and self._search.hasFocus():
            self.list.setFocus()
            if not self.list.currentIndex().isValid():
                self.list.setCurrentIndex(self.model.index(0))
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def _combo(self, name: str, items: list[tuple[str, str | None]]) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setMinimumWidth(NARROWEST)
        combo.setAccessibleDescription(name)  # on Linux, Qt gives a screen reader the entry for the name
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(7)  # the longest label would widen the pane
        for title, data in items:
            combo.addItem(title, data)
        return combo

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.addWidget(self._status, 1)
        filters.addWidget(self._label, 1)
        top = QVBoxLayout()
        top.setContentsMargins(12, 12, 12, 8)
        top.setSpacing(8)
        top.addWidget(self._search)
        top.addLayout(filters)
        below = QHBoxLayout()
        below.addWidget(self._count, 1)
        below.addWidget(self._unsure)
        top.addLayout(below)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)

    def _offer_labels(self) -> None:
        chosen = self._label.currentData()
        while self._label.count() > 1:
            self._label.removeItem(1)
        for label in self._project.labels():
            self._label.addItem(label.title, label.key)
        self._label.setCurrentIndex(max(0, self._label.findData(chosen)))

    def _start(self) -> None:
        self._shown = self._awaited = None
        self._search.clear()
        self._status.setCurrentIndex(0)
        self._label.setCurrentIndex(0)
        self._unsure.setChecked(False)
        self.reload()

    def _loaded(self) -> None:
        """Say how many documents there are, and select again what was selected, once the list goes as far."""
        self._count.setText(self._said())
        if self._awaited and self.model.reaches(self._awaited) and not self.list.currentIndex().isValid():
            self.open_document(self._awaited)

    def _said(self) -> str:
        found = self.model.rowCount()
        if not self._project.is_open:
            return ""
        if not self.model.is_complete:
            return self.tr("{count}+ articles").format(count=f"{found:,}")
        if found:
            return self.tr("{count} articles").format(count=f"{found:,}") if found > 1 else self.tr("1 article")
        if self._project.progress().documents:
            return self.tr("Nothing matches. Try fewer words or another filter.")
        return self.tr("No articles yet. Drop files here, or press Ctrl+I.")

    def _choose(self, index: QModelIndex) -> None:
        self.document_chosen.emit(self.model.document_id(index.row()))

    def _choose_clicked(self, index: QModelIndex) -> None:
        """Open a document, unless the click adds it to the selection."""
        if len(self._rows()) == 1 and not QGuiApplication.keyboardModifiers():
            self._choose(index)

    def _rows(self) -> set[int]:
        return {index.row() for index in self.list.selectionModel().selectedRows()}

    def _show_menu(self, where: QPoint) -> None:
        """Offer what can be done with the selected documents."""
        chosen = self.selected()
        if not chosen:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        articles = count(len(chosen), self.tr("article"), self.tr("articles"))
        title = self.tr("Delete {articles}").format(articles=articles) if len(chosen) > 1 else self.tr("Delete article")
        delete = menu.addAction(title)
        delete.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown: the list itself takes the key
        delete.setShortcutVisibleInContextMenu(True)
        delete.triggered.connect(lambda: self.delete_asked.emit(chosen))
        menu.popup(self.list.viewport().mapToGlobal(where))

    def _open_first(self) -> None:
        self._timer.stop()
        self.reload()
        if self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))
            self._choose(self.model.index(0))
