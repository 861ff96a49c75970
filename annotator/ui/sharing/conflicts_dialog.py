"""Settling conflicts: a list of what two people changed apart, and its versions side by side."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPalette, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from annotator.records import UserError
from annotator.rows import Conflict
from annotator.ui import errors
from annotator.ui.jobs import Job
from annotator.ui.plain import plain_label
from annotator.ui.project import Project
from annotator.ui.rows_view import RowsView
from annotator.ui.sharing import sayings
from annotator.ui.sharing.hub import Sharing, ToSettle
from annotator.ui.sharing.versions_view import VersionsView
from annotator.ui.words import count

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
GAP = 8  # pixels around a line of the list


class ConflictsModel(QAbstractListModel):
    """The conflicts that wait, in the order of the articles."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.found: Sequence[ToSettle] = ()

    def fill(self, found: Sequence[ToSettle]) -> None:
        self.beginResetModel()
        self.found = found
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        found = self.found[index.row()]
        return f"{found.article}\n{found.annotator}, {sayings.about(found.conflict)}"


class ConflictDelegate(QStyledItemDelegate):
    """Paints the article, and below it the annotator and what the conflict is about."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        palette: QPalette = option.palette
        rect: QRect = option.rect
        if is_selected:
            painter.fillRect(rect, palette.highlight())
        where = rect.adjusted(GAP + 4, GAP, -GAP - 4, -GAP)
        article, _, who = str(index.data()).partition("\n")
        metrics = painter.fontMetrics()
        painter.setPen(palette.color(QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text))
        elided = metrics.elidedText(article, Qt.TextElideMode.ElideRight, where.width())
        painter.drawText(where, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextSingleLine, elided)
        if not is_selected:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(where, Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextSingleLine, who)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, row_height(option.fontMetrics.lineSpacing()))


def row_height(line: int) -> int:
    """Return the pixels of a row of two lines."""
    return 2 * line + 2 * GAP + 4


class ConflictList(RowsView):
    """Lists the conflicts; Left, Right, digits and Enter are about the versions of the current one."""

    turned = Signal(int)  # one version further left or right
    picked = Signal(int)  # the number of a version, from 0
    taken = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.turned.emit(1 if key == Qt.Key.Key_Right else -1)
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self.picked.emit(key - Qt.Key.Key_1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        else:
            super().keyPressEvent(event)


class ConflictsDialog(QDialog):
    """Shows each conflict's versions, keeps one, and goes on to the next."""

    place_asked = Signal(int, object)  # a document, and the span in it or None

    def __init__(self, project: Project, sharing: Sharing, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Conflicts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1080, 640)
        self._project, self._sharing = project, sharing
        self._looking: Job | None = None
        self._marked = 0
        self._settled = 0
        self._said = plain_label(self.tr("Looking for conflicts…"), self)
        self._said.setWordWrap(True)
        self._whose = plain_label("", self)
        self._whose.setWordWrap(True)
        self._model = ConflictsModel(self)
        self._list = ConflictList(self)
        self._versions = VersionsView(self)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._open = self._buttons.addButton(self.tr("Open in the article"), QDialogButtonBox.ButtonRole.ActionRole)
        self._undo = self._buttons.addButton(self.tr("Undo"), QDialogButtonBox.ButtonRole.ActionRole)
        self._lay_out()
        self._list.turned.connect(self._turn)
        self._list.picked.connect(self._keep)
        self._list.taken.connect(lambda: self._keep(self._marked))
        self._versions.kept.connect(self._keep)
        self._open.clicked.connect(self._open_article)
        self._undo.clicked.connect(self._take_back)
        self._buttons.rejected.connect(self.reject)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self._take_back)
        self._look()

    def done(self, result: int) -> None:
        if self._looking:
            self._looking.forget()
        super().done(result)

    def _lay_out(self) -> None:
        self._list.setModel(self._model)
        self._list.setItemDelegate(ConflictDelegate(self._list))
        self._list.set_row_height(row_height(self.fontMetrics().lineSpacing()))
        self._list.setAccessibleName(self.tr("Conflicts"))
        self._list.setFixedWidth(300)
        self._list.selectionModel().currentChanged.connect(self._show_current)
        for button in self._buttons.findChildren(QPushButton):  # Enter keeps a version
            button.setAutoDefault(False)
        self._undo.setEnabled(False)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self._list)
        compared = QVBoxLayout()
        compared.setSpacing(8)
        compared.addWidget(self._whose)
        compared.addWidget(self._versions, 1)
        row.addLayout(compared, 1)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._said)
        column.addLayout(row, 1)
        column.addWidget(self._buttons)

    # Looking

    def _look(self, row: int = 0) -> None:
        self._looking = self._sharing.find_conflicts(lambda found: self._show(found, row), self._fail)

    def _show(self, found: Sequence[ToSettle], row: int) -> None:
        self._looking = None
        self._model.fill(found)
        for widget in (self._list, self._whose, self._versions, self._open):
            widget.setVisible(bool(found))
        self._said.setAlignment(Qt.AlignmentFlag.AlignLeft if found else Qt.AlignmentFlag.AlignCenter)
        for place, stretch in enumerate((0, 1) if found else (1, 0)):
            self._column.setStretch(place, stretch)
        if not found:
            self._said.setText(self._nothing())
            self._buttons.button(QDialogButtonBox.StandardButton.Close).setFocus()
            return
        waiting = count(len(found), self.tr("conflict waits"), self.tr("conflicts wait"))
        said = self.tr(
            "{waiting}: changed in two places apart, and every version is kept. The arrow keys choose a conflict and a "
            "version, Enter or its number keeps it."
        )
        self._said.setText(said.format(waiting=waiting))
        self._list.setCurrentIndex(self._model.index(min(row, len(found) - 1)))
        self._list.setFocus()

    def _nothing(self) -> str:
        if self._settled:
            return self.tr("Every conflict is settled.")
        return self.tr(
            "No conflicts. One arises where the same annotation or status was changed in two places apart and both "
            "come together in a merge: then it waits here until you settle it."
        )

    def _show_current(self) -> None:
        found = self._current()
        if found is None:
            return
        conflict = found.conflict
        titles = {label.key: label.title for label in self._project.labels()}
        text = self._project.document(conflict.document_id).text
        self._whose.setText(self.tr("{name}’s layer: what you keep is written into it.").format(name=found.annotator))
        self._versions.show_fields(sayings.fields(conflict, text, titles))
        self._mark(0)

    def _current(self) -> ToSettle | None:
        index = self._list.currentIndex()
        return self._model.found[index.row()] if index.isValid() else None

    # Settling

    def _turn(self, step: int) -> None:
        self._mark((self._marked + step) % max(1, len(self._versions.buttons)))

    def _mark(self, number: int) -> None:
        self._marked = number
        self._versions.mark(number)

    def _keep(self, number: int) -> None:
        found = self._current()
        if found is None or self._looking or number >= len(found.conflict.sayings):
            return
        row = self._list.currentIndex().row()
        if self._try(lambda: self._sharing.settle(found.conflict, found.conflict.sayings[number].digest)):
            self._count(1)
        self._look(row)

    def _take_back(self) -> None:
        """Take back what was settled here last."""
        if self._settled and not self._looking:
            if self._try(self._project.undo):
                self._count(-1)
            self._look(max(0, self._list.currentIndex().row()))

    def _count(self, step: int) -> None:
        self._settled += step
        self._undo.setEnabled(self._settled > 0)

    def _try(self, verb: Callable[[], None]) -> bool:
        try:
            if self._project.is_busy:
                raise UserError(self.tr("An import or merge is running. Edits wait until it is done."))
            verb()
        except UserError as error:
            errors.show(error, self)
            return False
        return True

    def _open_article(self) -> None:
        found = self._current()
        if found:
            self.accept()
            self.place_asked.emit(found.conflict.document_id, _span(found.conflict))

    def _fail(self, error: BaseException) -> None:
        self._looking = None
        errors.show(error, self)


def _span(conflict: Conflict) -> tuple[int, int] | None:
    shown = next((saying for saying in conflict.sayings if not saying.deleted), None)
    return (shown.start, shown.end) if shown and conflict.table == "annotation" else None
