"""How figures are painted: intervals on a scale, bars of parts, grounds by strength; greyed where too few."""

from typing import cast

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from annotator.ui.review.tables import Interval, Item, Shares
from annotator.ui.theme import Theme
from annotator.verdicts import RELIABLE, TENTATIVE

ITEM, OPENED = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
PAD = 10
HOTTEST = 0.34  # of the accent in a ground: text on it keeps its contrast
BAR, DOT = 14, 4.5  # pixels: the height of a bar, the radius of a value
SWATCH = 12


class FigureDelegate(QStyledItemDelegate):
    """Paints items of `tables`."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        item = cast("Item", index.data(ITEM))
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        colours = self._theme.colours
        painter.save()
        if item.heat:
            ground = QColor(colours.quiet if item.few else colours.accent)
            ground.setAlphaF(HOTTEST * min(item.heat, 1) * (0.5 if item.few else 1))
            painter.fillRect(box.adjusted(1, 1, -1, -1), ground)
        if index.data(OPENED):
            painter.fillRect(box, QColor(colours.selection))
        elif state & QStyle.StateFlag.State_MouseOver and item.behind:
            painter.fillRect(box, QColor(colours.hover))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = QRectF(box).adjusted(PAD, 0, -PAD, 0)
        if isinstance(item.shape, Interval):
            self._paint_interval(painter, inner, item.shape, poor=bool(item.few))
        elif isinstance(item.shape, Shares):
            self._paint_shares(painter, inner, item.shape, poor=bool(item.few))
        else:
            self._paint_text(painter, option, inner, item, index)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(box).adjusted(1.5, 1.5, -1.5, -1.5), 4, 4)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        found = super().sizeHint(option, index)
        return QSize(found.width() + 2 * PAD, found.height())

    def _paint_text(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        inner: QRectF,
        item: Item,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        font = QFont(option.font)
        if item.is_name and index.column() == 0:
            font.setWeight(QFont.Weight.DemiBold)
        font.setItalic(bool(item.few))  # greyed, and not by its colour alone
        painter.setFont(font)
        painter.setPen(QColor(self._theme.colours.quiet if item.few else self._theme.colours.text))
        text = painter.fontMetrics().elidedText(item.text, Qt.TextElideMode.ElideRight, int(inner.width()) + 1)
        painter.drawText(inner, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), text)

    def _paint_interval(self, painter: QPainter, inner: QRectF, shape: Interval, *, poor: bool) -> None:
        colours = self._theme.colours
        inner = inner.adjusted(DOT, 0, -DOT, 0)

        def x(value: float) -> float:
            return inner.left() + inner.width() * (value - shape.least) / (1 - shape.least)

        top, middle, bottom = inner.top(), inner.center().y(), inner.bottom()
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawLine(QPointF(x(shape.least), middle), QPointF(x(1), middle))
        for mark, style in (
            (0, Qt.PenStyle.SolidLine), (TENTATIVE, Qt.PenStyle.DotLine), (RELIABLE, Qt.PenStyle.DashLine),
            (1, Qt.PenStyle.SolidLine),
        ):  # fmt: skip
            painter.setPen(QPen(QColor(colours.quiet if 0 < mark < 1 else colours.border), 1, style))
            painter.drawLine(QPointF(x(mark), top), QPointF(x(mark), bottom))
        ink = QColor(colours.quiet if poor else colours.accent)
        if shape.low is not None and shape.high is not None:
            painter.setPen(QPen(ink, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(x(shape.low), middle), QPointF(x(shape.high), middle))
            painter.setPen(QPen(ink, 1.5))
            for end in (shape.low, shape.high):
                painter.drawLine(QPointF(x(end), middle - 5), QPointF(x(end), middle + 5))
        if shape.value is not None:
            painter.setPen(QPen(ink, 1.5))
            painter.setBrush(QColor(colours.page) if poor else ink)
            painter.drawEllipse(QPointF(x(shape.value), middle), DOT, DOT)

    def _paint_shares(self, painter: QPainter, inner: QRectF, shape: Shares, *, poor: bool) -> None:
        total = sum(shape.parts)
        if not total:
            return
        bar = QRectF(inner.left(), inner.center().y() - BAR / 2, inner.width(), BAR)
        left = bar.left()
        for number, part in enumerate(shape.parts):
            width = bar.width() * part / total
            paint_part(painter, QRectF(left, bar.top(), width, bar.height()), number, self._theme, poor=poor)
            left += width
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.colours.quiet if poor else self._theme.colours.accent), 1))
        painter.drawRect(bar)


def paint_part(painter: QPainter, box: QRectF, number: int, theme: Theme, *, poor: bool = False) -> None:
    """Fill a part of a bar: full, half, hatched, empty, so that no two are told apart by colour alone."""
    ink = QColor(theme.colours.quiet if poor else theme.colours.accent)
    half = _faint(ink.name(), 0.45)
    fills = (QBrush(ink), QBrush(half), QBrush(ink, Qt.BrushStyle.BDiagPattern), QBrush(Qt.BrushStyle.NoBrush))
    painter.fillRect(box, fills[number])
    if box.width() > 1:
        painter.setPen(QPen(ink, 1))
        painter.drawLine(box.topLeft(), box.bottomLeft())


def swatch(number: int, theme: Theme) -> QPixmap:
    """Return the pattern of a part, for the head of its column."""
    pixmap = QPixmap(QSize(SWATCH, SWATCH) * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(QColor(theme.colours.page))
    painter = QPainter(pixmap)
    try:
        box = QRectF(0.5, 0.5, SWATCH - 1, SWATCH - 1)
        paint_part(painter, box, number, theme)
        painter.setPen(QPen(QColor(theme.colours.accent), 1))
        painter.drawRect(box)
    finally:
        painter.end()
    return pixmap


def _faint(colour: str, share: float) -> QColor:
    found = QColor(colour)
    found.setAlphaF(share)
    return found
