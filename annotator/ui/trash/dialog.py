"""The trash: what was deleted, to be restored, or to be removed for good."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QMessageBox,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.records import UserError
from annotator.ui import errors
from annotator.ui.empty import paint_empty
from annotator.ui.imports.report import TABLE
from annotator.ui.plain import message_box, plain_label, tool_tip
from annotator.ui.project import Project
from annotator.ui.settings import Settings
from annotator.ui.trash.deletions import Deletions
from annotator.ui.words import count, moment

if TYPE_CHECKING:
    from annotator.removing import Removal
    from annotator.rows import TrashRow


class TrashTable(QTableWidget):
    """Names what was deleted, when, and how many annotations by whom it holds."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, 3, parent)
        self.setHorizontalHeaderLabels([self.tr("Deleted"), self.tr("When"), self.tr("Annotations")])
        self.setAccessibleName(self.tr("What was deleted"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setStyleSheet(TABLE)
        self.verticalHeader().hide()
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        for column, width in enumerate(
            (
                QHeaderView.ResizeMode.Stretch,
                QHeaderView.ResizeMode.ResizeToContents,
                QHeaderView.ResizeMode.Interactive,
            )
        ):
            self.horizontalHeader().setSectionResizeMode(column, width)
        self.setColumnWidth(2, 220)

    def show_rows(self, rows: "Sequence[TrashRow]") -> None:
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            what = row.name
            if row.annotator is not None:
                what = self.tr("Layer of {annotator}: {name}").format(annotator=row.annotator, name=row.name)
            elif row.how == "undone":
                what = self.tr("{name} (its import was undone)").format(name=row.name)
            elif row.how == "packet":
                what = self.tr("{name} (came in the trash of a packet)").format(name=row.name)
            made = ", ".join(f"{name} {spans:,}" for name, spans in row.annotations) or self.tr("None")
            for column, said in enumerate((what, moment(row.at), made)):
                item = QTableWidgetItem(said)
                item.setToolTip(tool_tip(said))
                self.setItem(number, column, item)
        self.horizontalHeader().setVisible(bool(rows))

    def chosen(self) -> list[int]:
        """Return the rows that are selected."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.rowCount() == 0:
            paint_empty(self, self.tr("The trash is empty."))


class TrashDialog(QDialog):
    """Restores what is selected, or removes articles for good after a question."""

    def __init__(self, project: Project, deletions: Deletions, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Trash"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 440)
        self._project = project
        self._deletions = deletions
        self._settings = settings
        self._rows: list[TrashRow] = []
        self._said = plain_label("", self)
        self._said.setWordWrap(True)
        self._table = TrashTable(self)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._restore = self._button(self.tr("Restore"), self._restore_chosen)
        self._remove = self._button(self.tr("Remove for good…"), self._remove_chosen)
        self._empty = self._button(self.tr("Remove what is older than 30 days…"), self._remove_old)
        self._restore.setDefault(True)
        self._buttons.rejected.connect(self.reject)
        self._table.itemSelectionChanged.connect(self._show_choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget in (self._said, self._table, self._buttons):
            layout.addWidget(widget)
        self._show_rows()
        self._table.setFocus()

    def reject(self) -> None:
        """Close, unless something is being removed: that ends first."""
        if not self._project.is_busy:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self._remove.isEnabled():
            self._remove_chosen()
        else:
            super().keyPressEvent(event)

    def _button(self, title: str, verb: Callable[[], None]) -> QPushButton:
        button = self._buttons.addButton(title, QDialogButtonBox.ButtonRole.ActionRole)
        button.clicked.connect(verb)
        return button

    def _show_rows(self, said: str = "") -> None:
        self._rows = self._deletions.contents()
        self._table.clearSelection()
        self._table.show_rows(self._rows)
        self._table.setCurrentCell(0, 0)
        usual = self.tr("What is deleted stays here until you remove it. Restored, it is as it was.")
        if any(row.how == "undone" for row in self._rows):
            usual += " " + self.tr("What went when its import was undone comes back by redo, or imported again.")
        self._said.setText(said or usual)
        self._empty.setVisible(bool(self._deletions.old(self._rows)))
        self._show_choice()

    def _chosen(self) -> "list[TrashRow]":
        return [self._rows[number] for number in self._table.chosen()]

    def _show_choice(self) -> None:
        """Offer what can be done with what is selected: a layer is part of the history, which is kept."""
        chosen = self._chosen()
        self._restore.setEnabled(bool(chosen) and all(row.how != "undone" for row in chosen))
        self._remove.setEnabled(bool(chosen) and all(row.annotator_id is None for row in chosen))

    def _restore_chosen(self) -> None:
        chosen = self._chosen()
        try:
            self._deletions.restore(chosen)
        except UserError as error:
            errors.show(error, self)
        else:
            self._show_rows(self.tr("{count} restored.").format(count=f"{len(chosen):,}"))

    def _remove_chosen(self) -> None:
        self._remove_rows([row.document_id for row in self._chosen()])

    def _remove_old(self) -> None:
        self._remove_rows(self._deletions.old(self._rows))

    def _remove_rows(self, ids: list[int]) -> None:
        if not self._is_confirmed(ids):
            return
        self._set_running(True)
        self._said.setText(self.tr("Removing from the project and its backups…"))
        self._deletions.remove_for_good(ids, lambda found: self._removed(ids, found), self._fail)

    def _is_confirmed(self, ids: list[int]) -> bool:
        box = message_box(self.tr("Remove for good"), self)
        box.setIcon(QMessageBox.Icon.Warning)
        articles = count(len(ids), self.tr("article"), self.tr("articles"))
        box.setText(self.tr("Remove {articles} for good, with everybody’s work?").format(articles=articles))
        box.setInformativeText(
            self.tr(
                "This cannot be undone. It reaches the project and its backups on this computer; other people’s "
                "copies, packets and exports it does not reach."
            )
        )
        remove = box.addButton(self.tr("Remove for good"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is remove

    def _removed(self, ids: list[int], found: "Removal") -> None:
        self._settings.forget_documents(self._project.path, ids)
        self._set_running(False)
        articles = count(found.documents, self.tr("article was"), self.tr("articles were"))
        said = [self.tr("{articles} removed for good.").format(articles=articles)]
        if found.discarded:
            backups = count(len(found.discarded), self.tr("backup"), self.tr("backups"))
            said.append(self.tr("Removed whole, because damaged: {backups}.").format(backups=backups))
        kept = self.tr(
            "{path} may still hold some of it. Close it everywhere and make room on the disk: the next removal "
            "tries again."
        )
        said += [kept.format(path=path) for path in found.left]
        self._show_rows(" ".join(said))

    def _fail(self, error: BaseException) -> None:
        self._set_running(False)
        self._show_rows()
        errors.show(error, self)

    def _set_running(self, running: bool) -> None:
        self._table.setEnabled(not running)
        self._buttons.setEnabled(not running)
