"""What a list or a table says in its middle while there is nothing in it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea

MARGIN = 32  # pixels on the left and right


def paint_empty(view: QAbstractScrollArea, said: str) -> None:
    """Paint words into the middle of an empty view, as the last part of its paint event."""
    painter = QPainter(view.viewport())
    try:
        painter.setPen(view.palette().placeholderText().color())
        where = view.viewport().rect().adjusted(MARGIN, 0, -MARGIN, 0)
        painter.drawText(where, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, said)
    finally:
        painter.end()
