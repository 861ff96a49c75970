"""How a document looks in the list: title, what is known of it, its status and number of spans."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from annotator.ui.documents.model import KINSHIP, PASSAGE, ROW
from annotator.ui.theme import Theme

if TYPE_CHECKING:
    from annotator.rows import DocumentRow

PAD = 12
ICONS = {"unread": "circle-dashed", "started": "circle-dot", "finished": "circle-check"}


def row_height(metrics: QFontMetrics) -> int:
    """Return the pixels that two lines need."""
    return 2 * metrics.height() + 2 * PAD


class DocumentDelegate(QStyledItemDelegate):
    """Paints two lines a document, the second with what a search found; the status is a shape, never a colour alone."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = cast("DocumentRow | None", index.data(ROW))
        if row is None:
            return
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        font: QFont = option.font
        colours = self._theme.colours
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(colours.selection))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(colours.hover))
        inner = box.adjusted(PAD, PAD, -PAD, -PAD)
        side = 18
        self._theme.icon(ICONS[row.status]).paint(painter, QRect(inner.left(), inner.top(), side, side))
        count = str(row.spans) if row.spans else ""
        metrics = QFontMetrics(font)
        width = metrics.horizontalAdvance(count)
        words = inner.adjusted(side + 8, 0, -(width + 8 if count else 0), 0)
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold if row.status != "finished" else QFont.Weight.Normal)
        painter.setFont(bold)
        painter.setPen(QColor(colours.text))
        title = QFontMetrics(bold).elidedText(
            row.name or self.tr("Untitled"), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextSingleLine, title)
        painter.setFont(font)
        painter.setPen(QColor(colours.quiet))
        known = str(index.data(PASSAGE)) or "  ·  ".join(
            part for part in (str(index.data(KINSHIP)).replace("\n", ", "), row.outlet, row.published) if part
        )
        known = metrics.elidedText(known, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextSingleLine, known)
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, count)
        painter.restore()
