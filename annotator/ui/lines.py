"""The lines of an article as they are laid out: by height, in document coordinates, with code points of the text."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QTextBlock, QTextDocument, QTextLayout, QTextLine

from annotator.text import DocumentText

LINE_HEIGHT = 1.5  # the half that is added below a line is where its lanes are

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


class Line(NamedTuple):
    """A laid out line. `stop` is where its characters end; `end` counts its line break too."""

    start: int
    stop: int
    end: int
    shape: QTextLine
    base: int  # of its block, in UTF-16 units
    left: float
    right: float  # of its text
    top: float
    height: float  # without the space for lanes
    right_to_left: bool  # some of it

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def below(self) -> float:
        """Return where the next line begins."""
        return self.top + self.height * LINE_HEIGHT

    @property
    def bar(self) -> float:
        """Return the thickness of a bar: 2 px at reading size."""
        return max(2.0, round(self.height / 12))


def lines_between(document: QTextDocument, text: DocumentText, top: float, bottom: float) -> Iterator[Line]:
    """Yield the lines that touch a strip of the document; what lies further down is not laid out."""
    layout = document.documentLayout()
    block = _block_above(document, top)
    while block.isValid():
        origin = layout.blockBoundingRect(block).topLeft()
        if origin.y() > bottom:
            return
        for line in _lines_of(block, text, origin, top):
            if line.top > bottom:
                return
            yield line
        block = block.next()


def _block_above(document: QTextDocument, y: float) -> QTextBlock:
    """Return the block at a height, or one a little higher.

    Between two lines Qt's hit test answers with the next block, or, while not all is laid out, with the end of
    the document; so the search starts above such a space and goes on upwards.
    """
    space = QFontMetricsF(document.defaultFont()).height() * (LINE_HEIGHT - 1)
    end = document.characterCount() - 1
    tries = (y - space * share for share in (1, 1.25, 1.5, 1.75, 2))
    for height in (max(height, document.documentMargin() + 1) for height in tries):
        unit = document.documentLayout().hitTest(QPointF(0, height), Qt.HitTestAccuracy.FuzzyHit)
        if unit < end:
            break
    return document.findBlock(max(unit, 0))


def line_at(document: QTextDocument, text: DocumentText, y: float) -> Line | None:
    """Return the line at a height; the space below a line belongs to it (Qt takes it for the line's end)."""
    return max(lines_between(document, text, y, y), key=lambda line: line.top, default=None)


def _lines_of(block: QTextBlock, text: DocumentText, origin: QPointF, top: float) -> Iterator[Line]:
    """Yield the lines of a block that reach below a height."""
    layout, base = block.layout(), block.position()
    count = layout.lineCount()
    for index in range(_first_below(layout, top - origin.y()), count):
        shape = layout.lineAt(index)
        box = shape.naturalTextRect().translated(origin)
        first = base + shape.textStart()
        start, stop = text.to_codepoint(first), text.to_codepoint(first + shape.textLength())
        end = stop if index < count - 1 else stop + 1
        if start < stop and text.text[stop - 1] == "\r":
            stop -= 1
        mixed = not text.display.isascii() and _RIGHT_TO_LEFT.search(text.display, start, stop) is not None
        yield Line(start, stop, end, shape, base, origin.x(), box.right(), box.top(), shape.height(), mixed)


def _first_below(layout: QTextLayout, y: float) -> int:
    """Return the first line of a block that reaches below a height in it; a long block has hundreds."""

    def below(index: int) -> float:
        line = layout.lineAt(index)
        return line.y() + line.height() * LINE_HEIGHT

    return bisect_right(range(layout.lineCount()), y, key=below)
