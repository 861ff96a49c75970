"""The height of an article's lines: half as much again as the letters need, and for blank lines half of that."""

import re
from itertools import islice

from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextDocument

from annotator.text import DocumentText
from annotator.ui.lines import LINE_HEIGHT

_BLANK_LINES = re.compile("(?m)^(?:\u200b?\n)+")  # U+200B stands for a carriage return
_RUNS = 5_000  # of blank lines that are made lower; a text with more is no article, and has to open in time


def set_leading(document: QTextDocument, text: DocumentText) -> None:
    """Set the height of the lines of a document that holds the text; no widget has it yet."""
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.mergeBlockFormat(_height(LINE_HEIGHT))
    blank = _height(LINE_HEIGHT / 2)
    for run in islice(_BLANK_LINES.finditer(text.display), _RUNS):
        cursor.setPosition(text.to_utf16(run.start()))
        cursor.setPosition(text.to_utf16(run.end() - 1), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeBlockFormat(blank)


def _height(lines: float) -> QTextBlockFormat:
    form = QTextBlockFormat()
    form.setLineHeight(100 * lines, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return form
