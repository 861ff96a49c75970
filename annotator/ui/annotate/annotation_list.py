"""The list of the own annotations of the article, in their order."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotator.ui.annotate.annotation_model import ROW, AnnotationModel
from annotator.ui.annotate.others import nothing_yet
from annotator.ui.letters import NEGATIVE
from annotator.ui.project import Project
from annotator.ui.rows_view import RowsView
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.rows import AnnotationRow

PAD = 12
CHIP = 18  # pixels, as the icons
BAR = 2.0  # the thickness of a label's pattern
PENS = {"solid": Qt.PenStyle.SolidLine, "dash": Qt.PenStyle.DashLine, "dot": Qt.PenStyle.DotLine}
IDENTITIES = {"named": "user", "institution": "building-2", "unnamed": "user-x"}


class AnnotationDelegate(QStyledItemDelegate):
    """Paints one line an annotation: letter and pattern of its label, the passage, what was said of it."""

    def __init__(self, annotations: AnnotationModel, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._annotations = annotations
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = cast("AnnotationRow", index.data(ROW))
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        colours = self._theme.colours
        ink = colours.text if row.label else colours.quiet
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            ink = colours.selected_text
            painter.fillRect(box, QColor(colours.selection))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(colours.hover))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(box.left(), box.top(), 3, box.height(), QColor(colours.accent))
        inner = box.adjusted(PAD, 0, -PAD, 0)
        self._paint_label(painter, inner, row)
        words = inner.adjusted(CHIP + 8, 0, -self._paint_icons(painter, inner, row), 0)
        painter.setPen(QColor(ink))
        passage = QFontMetrics(option.font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, passage)
        painter.restore()

    def _paint_label(self, painter: QPainter, inner: QRect, row: "AnnotationRow") -> None:
        label = self._annotations.label(row.label)
        colour = self._theme.label_colour(label.colour) if label else QColor(self._theme.colours.quiet)
        letter = self._annotations.letter(label.key) if label else NEGATIVE
        chip = QRect(inner.left(), inner.center().y() - CHIP // 2 - 1, CHIP, CHIP - 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(chip, 3, 3)
        font = QFont(painter.font())
        font.setPixelSize(12)
        font.setWeight(QFont.Weight.DemiBold)
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(self._theme.colours.page))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, letter)
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._paint_pattern(painter, chip, colour, label.pattern if label else "dot")

    def _paint_pattern(self, painter: QPainter, chip: QRect, colour: QColor, pattern: str) -> None:
        lines = (3.5, 6.5) if pattern == "double" else (4.0,)
        pen = QPen(colour, BAR / len(lines), PENS.get(pattern, Qt.PenStyle.SolidLine), Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        for below in lines:
            y = chip.bottom() + below
            painter.drawLine(QPointF(chip.left(), y), QPointF(chip.right() + 1, y))

    def _paint_icons(self, painter: QPainter, inner: QRect, row: "AnnotationRow") -> int:
        """Paint from the right edge, and return the width that is taken."""
        said = row.attributes
        names = [IDENTITIES[said.identity]] if said.identity else []
        names += ["circle-help"] * said.unsure + ["sticky-note"] * bool(said.note)
        side = CHIP - 2
        painter.setOpacity(0.75)
        for number, name in enumerate(names, start=1):
            place = QRect(inner.right() + 1 - number * (side + 4), inner.center().y() - side // 2, side, side)
            self._theme.icon(name).paint(painter, place)
        painter.setOpacity(1)
        return len(names) * (side + 4) + 8


class AnnotationList(RowsView):
    """Shows the own layer, and goes to the annotation that is chosen."""

    annotation_chosen = Signal(str)  # by a click or Enter
    annotation_visited = Signal(str)  # by the arrow keys: the focus stays here
    remove_asked = Signal(str)
    left = Signal()

    def __init__(self, project: Project, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._layers_key = ""
        self._nothing = ""  # what is said while the list is empty
        self._current: str | None = None
        self.annotations = AnnotationModel(project, self)
        self.setModel(self.annotations)
        self.setItemDelegate(AnnotationDelegate(self.annotations, theme, self))
        self.set_row_height(max(self.fontMetrics().height(), CHIP + 4) + PAD)
        self.setAccessibleName(self.tr("Annotations of this article"))
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        self.annotations.modelReset.connect(self._show_current)
        self.annotations.modelReset.connect(self._say_nothing)
        project.document_changed.connect(self._say_nothing)
        self.annotations.rowsInserted.connect(self._show_current)
        theme.changed.connect(self.viewport().update)
        project.labels_changed.connect(self.viewport().update)

    def show_document(self, document_id: int | None, text: str = "") -> None:
        """List the own annotations of a document; `text` is its stored text."""
        self._current = None
        self.annotations.show_document(document_id, text)

    def set_layers_key(self, key: str) -> None:
        """Name the key that shows others' layers."""
        self._layers_key = key
        self._say_nothing()

    def set_current(self, uid: str | None) -> None:
        """Show which annotation is the current one in the article."""
        self._current = uid
        if uid is not None or not self.hasFocus():  # who removes one after the other keeps the place
            self._show_current()

    def uid(self) -> str | None:
        """Return the annotation that the keys of the list act on."""
        row = cast("AnnotationRow | None", self.currentIndex().data(ROW))
        return row.uid if row else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.uid()
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if before:
                self.remove_asked.emit(before)
        else:
            super().keyPressEvent(event)
            visited = self.uid()
            if visited and visited != before:
                self.annotation_visited.emit(visited)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.annotations.rowCount() == 0:
            painter = QPainter(self.viewport())
            try:
                painter.setPen(self.palette().placeholderText().color())
                box = self.viewport().rect().adjusted(PAD, 0, -PAD, 0)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._nothing)
            finally:
                painter.end()

    def _say_nothing(self) -> None:
        if self.annotations.rowCount() == 0:
            self._nothing = nothing_yet(self._project, self.annotations.document_id, self._layers_key)
            self.setAccessibleDescription(self._nothing)
            self.viewport().update()
        elif self.accessibleDescription():
            self.setAccessibleDescription("")

    def _show_current(self) -> None:
        number = self.annotations.row_of(self._current)
        self.setCurrentIndex(self.annotations.index(number) if number is not None else QModelIndex())

    def _choose(self, index: QModelIndex) -> None:
        self.annotation_chosen.emit(cast("AnnotationRow", index.data(ROW)).uid)
