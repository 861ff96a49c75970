"""Tag every other occurrence of a passage in the article, after looking at them."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from annotator.text import DocumentText, Range
from annotator.ui.plain import plain_label

CONTEXT = 40  # code points to either side
PIECES = Qt.ItemDataRole.UserRole
PAD = 4
_LEFT, _RIGHT = Qt.TextElideMode.ElideLeft, Qt.TextElideMode.ElideRight


class Pieces(NamedTuple):
    """An occurrence in its context."""

    before: str
    match: str
    after: str


class OccurrenceDelegate(QStyledItemDelegate):
    """Paints the occurrences in one column, bold, with what stands before and after them."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, QFontMetrics(option.font).height() + 4 * PAD)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        box = QStyleOptionViewItem(option)
        self.initStyleOption(box, index)
        style = box.widget.style() if box.widget else QApplication.style()
        room = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, box, box.widget)
        box.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, box, painter, box.widget)
        painter.save()
        role = QPalette.ColorRole
        context, match = role.PlaceholderText, role.Text
        if not index.flags() & Qt.ItemFlag.ItemIsEnabled:
            match = context
        elif box.state & QStyle.StateFlag.State_Selected:
            context = match = role.HighlightedText
        inks = (box.palette.color(context), box.palette.color(match))
        self._paint_pieces(painter, room.adjusted(PAD, 0, -PAD, 0), Pieces(*index.data(PIECES)), inks)
        painter.restore()

    def _paint_pieces(self, painter: QPainter, room: QRect, pieces: Pieces, inks: tuple[QColor, QColor]) -> None:
        plain = painter.font()
        bold = QFont(plain)
        bold.setWeight(QFont.Weight.DemiBold)
        match = QFontMetrics(bold).elidedText(pieces.match, Qt.TextElideMode.ElideMiddle, room.width() // 2)
        width = QFontMetrics(bold).horizontalAdvance(match)
        space = QFontMetrics(plain).horizontalAdvance(" ")
        middle = QRect(room.center().x() - width // 2, room.top(), width, room.height())
        left = QRect(room.topLeft(), middle.bottomLeft())
        left.setRight(middle.left() - (space if pieces.before.endswith(" ") else 0) - 1)
        right = QRect(middle.topRight(), room.bottomRight())
        right.setLeft(middle.right() + 1 + (space if pieces.after.startswith(" ") else 0))
        align = Qt.AlignmentFlag
        for text, place, font, ink, to in (
            (_elided(plain, pieces.before, _LEFT, left), left, plain, inks[0], align.AlignRight),
            (match, middle, bold, inks[1], align.AlignLeft),
            (_elided(plain, pieces.after, _RIGHT, right), right, plain, inks[0], align.AlignLeft),
        ):
            painter.setFont(font)
            painter.setPen(ink)
            painter.drawText(place, to | align.AlignVCenter | Qt.TextFlag.TextSingleLine, text)


class OccurrencesDialog(QDialog):
    """Lists the occurrences in their context; those that are ticked will be tagged."""

    def __init__(
        self, text: DocumentText, found: Sequence[Range], tagged: Collection[Range], label: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._found = list(found)
        self.setWindowTitle(self.tr("Tag every other occurrence"))
        self.resize(720, 400)
        question = self.tr("Which of these are {label} as well? Space ticks, Enter tags.")
        said = plain_label(question.format(label=label), self)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Occurrences"))
        self._list.setItemDelegate(OccurrenceDelegate(self._list))
        self._list.setUniformItemSizes(True)
        for span in found:
            self._list.addItem(self._item(text.text, span, is_tagged=span in tagged))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._tag = buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self._tag.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(said)
        layout.addWidget(self._list)
        layout.addWidget(buttons)
        self._list.itemChanged.connect(self._count)
        self._list.setCurrentRow(next((n for n, span in enumerate(found) if span not in tagged), -1))
        self._list.setFocus()
        self._count()

    def chosen(self) -> list[Range]:
        """Return the occurrences that are ticked."""
        ticked = Qt.CheckState.Checked
        return [span for row, span in enumerate(self._found) if self._list.item(row).checkState() == ticked]

    def _item(self, text: str, span: Range, *, is_tagged: bool) -> QListWidgetItem:
        pieces = pieces_of(text, span)
        item = QListWidgetItem("".join(pieces))
        item.setData(PIECES, tuple(pieces))
        item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked)
        if is_tagged:
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, self.tr("Tagged already"))
            item.setToolTip(self.tr("Tagged already"))
        return item

    def _count(self) -> None:
        count = len(self.chosen())
        self._tag.setText(self.tr("Tag {count}").format(count=count))
        self._tag.setEnabled(count > 0)


def pieces_of(text: str, span: Range) -> Pieces:
    """Return a range of a text in its context."""
    start, end = span
    before = ("…" if start > CONTEXT else "") + text[max(0, start - CONTEXT) : start]
    after = text[end : end + CONTEXT] + ("…" if end + CONTEXT < len(text) else "")
    return Pieces(*(re.sub(r"\s+", " ", piece) for piece in (before, text[start:end], after)))


def _elided(font: QFont, text: str, mode: Qt.TextElideMode, place: QRect) -> str:
    return QFontMetrics(font).elidedText(text.strip(), mode, place.width())
