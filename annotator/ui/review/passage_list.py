"""The passages behind a figure, and the questions of annotators: where, what each marked there, and the way to it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotator.reviewing import Mark, Passage, Question, differences
from annotator.ui.review.edge_tables import visible
from annotator.ui.rows_view import RowsView
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.rows import LabelRow

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
PAD, CHIP, GAP = 12, 16, 8  # pixels
NAME = 64  # pixels for the name of an annotator
MOST_OF_A_MARK = 400  # characters that are looked at to show a line


class Line(NamedTuple):
    """What one annotator did: who, by which label, and which string; without a label there is only the string."""

    who: str
    label: str | None
    string: str


class Row(NamedTuple):
    """A place in an article, and what is shown of it."""

    document_id: int
    span: tuple[int, int]
    title: str
    kind: str
    lines: tuple[Line, ...]


def of_passage(found: Passage) -> Row:
    """Return how a passage is shown."""
    marks = [mark for mark in (found.one, found.two) if mark]
    lines = tuple(
        Line(who, mark.label, _string(found, mark)) if mark else Line(who, None, "nothing here")
        for who, mark in ((found.a, found.one), (found.b, found.two))
    )
    span = min(mark.start for mark in marks), max(mark.end for mark in marks)
    alone = found.a if found.one else found.b
    kinds = {"agreed": "The same", "boundary": "Other ends", "label": "Other label", "missed": f"{alone} alone"}
    apart = [f"{visible(each.string)} at the {each.side}" for each in differences(found)]
    kind = ": ".join(filter(None, (kinds[found.fate], ", ".join(apart))))
    return Row(found.document_id, span, found.title or "Untitled", kind, lines)


def of_question(found: Question, titles: Mapping[str, str]) -> Row:
    """Return how a question is shown."""
    label = titles.get(found.mark.label, found.mark.label)
    other = titles.get(found.runner_up, found.runner_up) if found.runner_up else None
    asked = f"{label} or {other.lower()}?" if other else f"{label}?"
    note = Line("", None, found.note or "no note")
    span = found.mark.start, found.mark.end
    lines = (Line(found.annotator, found.mark.label, _string(found, found.mark)), note)
    return Row(found.document_id, span, found.title or "Untitled", asked, lines)


def _string(found: Passage | Question, mark: Mark) -> str:
    string = found.excerpt[mark.start - found.start : mark.end - found.start]
    half = MOST_OF_A_MARK // 2
    return " ".join(string.split() if len(string) <= MOST_OF_A_MARK else [string[:half], "…", string[-half:]])


class PassageModel(QAbstractListModel):
    """Rows as Qt asks for them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[Row] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{row.kind}, {row.title}. " + " ".join(
                ", ".join(filter(None, (line.who, line.label, f"“{line.string}”" if line.label else line.string))) + "."
                for line in row.lines
            )
        return None


class PassageDelegate(QStyledItemDelegate):
    """Paints three lines a row: the article and what happened, then a line for each annotator."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.labels: Mapping[str, LabelRow] = {}

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = cast("Row", index.data(ROW))
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        colours = self._theme.colours
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(colours.selection))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(colours.hover))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(box.left(), box.top(), 3, box.height(), QColor(colours.accent))
        painter.setPen(QColor(colours.border))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        selected = bool(state & QStyle.StateFlag.State_Selected)
        ink, quiet = (colours.selected_text,) * 2 if selected else (colours.text, colours.quiet)
        height = QFontMetrics(option.font).height() + 6
        inner = box.adjusted(PAD, GAP, -PAD, 0)
        inner.setHeight(height)
        self._paint_head(painter, inner, row, ink, quiet)
        for line in row.lines:
            inner.translate(0, height)
            self._paint_line(painter, inner, line, ink, quiet)
        painter.restore()

    def _paint_head(self, painter: QPainter, inner: QRect, row: Row, ink: str, quiet: str) -> None:
        font = QFont(painter.font())
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(QColor(ink))
        kind = painter.fontMetrics().elidedText(row.kind, Qt.TextElideMode.ElideRight, inner.width() * 2 // 3)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, kind)
        taken = painter.fontMetrics().horizontalAdvance(kind) + 2 * GAP
        painter.setFont(font)
        painter.setPen(QColor(quiet))
        rest = inner.adjusted(taken, 0, 0, 0)
        title = painter.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, title)

    def _paint_line(self, painter: QPainter, inner: QRect, line: Line, ink: str, quiet: str) -> None:
        metrics = painter.fontMetrics()
        painter.setPen(QColor(quiet))
        name = metrics.elidedText(line.who, Qt.TextElideMode.ElideRight, NAME)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, name)
        rest = inner.adjusted(NAME + GAP, 0, 0, 0)
        if line.label is not None:
            self._paint_chip(painter, rest, line.label)
            painter.setPen(QColor(ink))
        rest.setLeft(rest.left() + CHIP + GAP)
        font = QFont(painter.font())
        italic = QFont(font)
        italic.setItalic(line.label is None)
        painter.setFont(italic)
        # From its middle: the ends are what differs.
        shown = metrics.elidedText(line.string, Qt.TextElideMode.ElideMiddle, rest.width())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        painter.setFont(font)

    def _paint_chip(self, painter: QPainter, rest: QRect, key: str) -> None:
        label = self.labels.get(key)
        colour = self._theme.label_colour(label.colour) if label else QColor(self._theme.colours.quiet)
        chip = QRect(rest.left(), rest.center().y() - CHIP // 2 + 1, CHIP, CHIP)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(chip, 3, 3)
        font = QFont(painter.font())
        small = QFont(font)
        small.setPixelSize(11)
        small.setWeight(QFont.Weight.DemiBold)
        painter.setFont(small)
        painter.setPen(QColor(self._theme.colours.page))
        letter = (label.shortcut or label.title[:1]) if label else key[:1].upper()
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, letter)
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


class PassageList(RowsView):
    """Lists places, and opens the one that is chosen."""

    place_asked = Signal(int, object)  # a document, and the span in it
    left = Signal()  # Esc: back to the figure

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.passages = PassageModel(self)
        self._paint = PassageDelegate(theme, self)
        self.setModel(self.passages)
        self.setItemDelegate(self._paint)
        self.set_row_height(3 * (self.fontMetrics().height() + 6) + 2 * GAP)
        self.setAccessibleName(name)
        self.doubleClicked.connect(self._open)
        theme.changed.connect(self.viewport().update)

    def show_rows(self, rows: Sequence[Row], labels: "Mapping[str, LabelRow]", current: int = 0) -> None:
        """List rows, with one of them as the current one, or the last if there are fewer."""
        self._paint.labels = labels
        self.passages.show_rows(rows)
        if rows:
            self.setCurrentIndex(self.passages.index(min(current, len(rows) - 1)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: Index) -> None:
        row = cast("Row | None", index.data(ROW))
        if row:
            self.place_asked.emit(row.document_id, row.span)
