"""What is drawn over an article: where the pieces of each mark lie on the lines, and how they look.

Geometry first (`pieces_on`), painting second (`paint_under`, `paint_over`): what is tested is rectangles. They are
in document coordinates; positions are code points of the text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPalette, QPen

from annotator.text import DocumentText
from annotator.ui.lines import Line
from annotator.ui.marks import Mark, MarkSet

GRIP = 4.0  # radius of a handle's knob

_HAIR = 3.0  # the width of a piece without a glyph (a line break, a zero-width character)
_OUTLINE = 0.6  # opacity
_HIT = QColor("#e5a50a")
_DASHES = {"dash": [4.0, 2.0], "dot": [1.0, 1.5]}  # in thicknesses of the bar


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """How a label looks; letter and pattern say it without the colour."""

    key: str
    letter: str
    colour: QColor
    pattern: str  # "solid", "dash", "dot" or "double"


@dataclass(frozen=True, slots=True)
class Look:
    """What the painting needs beyond the geometry."""

    palette: QPalette
    font: QFont
    styles: Mapping[str, LabelStyle]
    negative: LabelStyle
    current: str | None = None

    def style(self, mark: Mark) -> LabelStyle:
        return self.negative if mark.label is None else self.styles.get(mark.label, self.negative)

    @property
    def page(self) -> QColor:
        return self.palette.base().color()

    @property
    def band(self) -> float:
        """Return the opacity of a band: faint, but seen on either page."""
        return 0.17 if self.page.lightness() < 128 else 0.11


@dataclass(frozen=True, slots=True)
class Piece:
    """The share of a mark that lies on one line; it has several rectangles where directions mix."""

    mark: Mark
    rects: tuple[QRectF, ...]  # around the text
    bars: tuple[QRectF, ...]  # below it
    start: QRectF | None  # the edge where the mark begins; None when it began on a line before
    end: QRectF | None
    chip: QRectF | None  # for the letter, where the mark begins and no other chip is in the way


def pieces_on(line: Line, text: DocumentText, marks: MarkSet, current: str | None) -> list[Piece]:
    """Lay out all marks of a line, innermost first."""
    found = [mark for mark in marks.overlapping(line.start, line.end) if _shows(mark, line)]
    lanes = {mark.uid: marks.lane(mark) for mark in found}
    pitch = _pitch(line, 1 + max(lanes.values(), default=0))
    thickness = min(line.bar, max(1.0, round(pitch) - 1))  # lanes stay apart also where they are crowded
    chips: list[QRectF] = []
    pieces = {}
    for mark in sorted(found, key=lambda mark: mark.uid != current):  # the chip of the current one always shows
        piece = _piece(line, text, mark, QRectF(0, round(line.bottom + lanes[mark.uid] * pitch), 0, thickness), chips)
        if piece.chip is not None:
            chips.append(piece.chip)
        pieces[mark.uid] = piece
    return [pieces[mark.uid] for mark in found]


def rects_on(line: Line, text: DocumentText, start: int, end: int) -> tuple[QRectF, ...]:
    """Return the rectangles around the characters of a range that stand on a line, from left to right."""
    return _rects(line, *_units(line, text, start, end))


def handle(edge: QRectF, *, start: bool) -> QRectF:
    """Return the area of the knob at an edge: above the start, or below the end."""
    x, y = edge.center().x(), edge.top() if start else edge.bottom()
    return QRectF(x - GRIP, y - GRIP, 2 * GRIP, 2 * GRIP)


def _shows(mark: Mark, line: Line) -> bool:
    """Leave out a mark that has only the break of this line, unless it begins with it."""
    return mark.start >= line.start or line.start < min(mark.end, line.stop)


def _pitch(line: Line, lanes: int) -> float:
    """Return the distance of lanes: a bar and some air, less where they would reach the next line."""
    return min(2.5 * line.bar, (line.below - line.bottom) / lanes)


def _piece(line: Line, text: DocumentText, mark: Mark, lane: QRectF, chips: list[QRectF]) -> Piece:
    first, last = _units(line, text, mark.start, mark.end)
    rects = _rects(line, first, last)
    bars = tuple(QRectF(rect.left(), lane.top(), rect.width(), lane.height()) for rect in rects)
    start = _edge(line, rects, _x_before(line, first)) if mark.start >= line.start else None
    end = _edge(line, rects, _x_after(line, last)) if mark.end <= line.end else None
    chip = None if start is None else _chip(line, mark, rects, start.center().x(), chips)
    return Piece(mark, rects, bars, start, end, chip)


def _units(line: Line, text: DocumentText, start: int, end: int) -> tuple[int, int]:
    """Return the part of a range that is on a line, in UTF-16 units of its block."""
    return text.to_utf16(max(start, line.start)) - line.base, text.to_utf16(min(end, line.stop)) - line.base


def _rects(line: Line, first: int, last: int) -> tuple[QRectF, ...]:
    extents = _glyph_extents(line, first, last) if line.right_to_left else []
    return tuple(
        QRectF(round(left), round(line.top), max(round(right) - round(left), _HAIR), round(line.height))
        for left, right in extents or [(_x(line, first), _x(line, last))]
    )


def _edge(line: Line, rects: tuple[QRectF, ...], x: float) -> QRectF:
    """Return an edge on one of the rectangles: a part of a ligature is said to be where it is not."""
    inside = (min(max(x, rect.left()), rect.right()) for rect in rects)
    return QRectF(min(inside, key=lambda each: abs(each - x)) - 1, round(line.top), 2, round(line.height))


def _x_before(line: Line, unit: int) -> float:
    """Return where the character at a position begins: on its right when it is a right-to-left one."""
    runs = line.shape.glyphRuns(unit, 1) if line.right_to_left else []
    if not runs:
        return _x(line, unit)
    box = runs[0].boundingRect()
    return line.left + (box.right() if runs[0].isRightToLeft() else box.left())


def _x_after(line: Line, unit: int) -> float:
    """Return where the character before a position ends."""
    runs = line.shape.glyphRuns(unit - 1, 1) if line.right_to_left and unit > 0 else []
    if not runs:
        return _x(line, unit)
    box = runs[0].boundingRect()
    return line.left + (box.left() if runs[0].isRightToLeft() else box.right())


def _x(line: Line, unit: int) -> float:
    """Return the x of a position of the block; the space at which a line is broken hangs past its end."""
    x: float = line.left + line.shape.cursorToX(unit)[0]  # type: ignore[index]  # Qt's stubs say float
    return x if line.right_to_left else min(x, line.right)


def _glyph_extents(line: Line, first: int, last: int) -> list[tuple[float, float]]:
    """Return the stretches of a line that characters take: cursorToX is wrong where directions mix."""
    boxes = [run.boundingRect() for run in line.shape.glyphRuns(first, last - first)] if last > first else []
    extents: list[tuple[float, float]] = []
    for left, right in sorted((line.left + box.left(), line.left + box.right()) for box in boxes):
        if extents and left <= extents[-1][1] + 1:
            extents[-1] = (extents[-1][0], max(extents[-1][1], right))
        else:
            extents.append((left, right))
    return extents


def _chip(line: Line, mark: Mark, rects: tuple[QRectF, ...], edge: float, chips: list[QRectF]) -> QRectF | None:
    """Place a chip below the first letter, else beside the chips that are there; None when the piece ends before."""
    height = int(line.below - line.bottom)
    width = round(height * (1.1 + 0.5 * mark.unsure + 0.8 * bool(mark.badge)))
    home = min(rects, key=lambda rect: min(abs(rect.left() - edge), abs(rect.right() - edge)))
    backwards = abs(home.right() - edge) < abs(home.left() - edge)
    chip = QRectF(edge - width if backwards else edge, round(line.bottom), width, height)
    while (other := next((other for other in chips if chip.intersects(other)), None)) is not None:
        chip.moveLeft(other.left() - 1 - width if backwards else other.right() + 1)
        if chip.left() < home.left() or chip.right() > home.right():
            return None
    return chip


def paint_under(painter: QPainter, pieces: Sequence[Piece], look: Look) -> None:
    """Paint what lies behind the text: bands, and the outline of the current mark.

    Of overlapping bands the inner one is seen, for colours on top of each other say nothing.
    """
    for piece in reversed(pieces):
        if piece.mark.group == 0:
            colour = QColor(look.style(piece.mark).colour)
            colour.setAlphaF(look.band)
            for rect in piece.rects:
                painter.fillRect(rect, look.page)
                painter.fillRect(rect, colour)
    for piece in pieces:
        if piece.mark.uid == look.current:
            colour = QColor(look.style(piece.mark).colour)
            colour.setAlphaF(_OUTLINE)
            painter.setPen(QPen(colour, 1))
            for rect in piece.rects:
                painter.drawPath(_outline(rect, piece))


def paint_hits(painter: QPainter, rects: Iterable[QRectF], look: Look, *, current: bool) -> None:
    """Paint what was found, on the bands and behind the text; the hit one is at is framed."""
    faint = QColor(_HIT)
    faint.setAlphaF(1.6 * look.band)  # twice of it, for the current hit, leaves the text its contrast
    painter.setPen(QPen(_HIT, 1))
    for rect in rects:
        painter.fillRect(rect, faint)
        if current:
            painter.fillRect(rect, faint)
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


def paint_over(painter: QPainter, pieces: Sequence[Piece], look: Look) -> None:
    """Paint what lies below the text: bars, letter chips, and the handles of the current mark."""
    for piece in pieces:
        for bar in piece.bars:
            _paint_bar(painter, bar, look.style(piece.mark))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for piece in pieces:
        if piece.chip is not None:
            _paint_chip(painter, piece.chip, piece.mark, look)
    for piece in pieces:
        if piece.mark.uid == look.current and piece.mark.group == 0:
            _paint_handles(painter, piece, look)


def _outline(rect: QRectF, piece: Piece) -> QPainterPath:
    """Draw around a rectangle, open where the mark goes on to another line."""
    box = rect.adjusted(-0.5, 0.5, 0.5, -0.5)
    path = QPainterPath()
    if len(piece.rects) > 1 or (piece.start and piece.end):
        path.addRoundedRect(box, 2, 2)
        return path
    path.moveTo(box.topLeft())
    path.lineTo(box.topRight())
    path.moveTo(box.bottomLeft())
    path.lineTo(box.bottomRight())
    if piece.start:
        path.moveTo(box.topLeft())
        path.lineTo(box.bottomLeft())
    if piece.end:
        path.moveTo(box.topRight())
        path.lineTo(box.bottomRight())
    return path


def _paint_bar(painter: QPainter, bar: QRectF, style: LabelStyle) -> None:
    if style.pattern == "double" and bar.height() >= 2:  # thinner ones have no room for two
        thin = bar.height() / 2
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width(), thin), style.colour)
        painter.fillRect(QRectF(bar.left(), bar.top() + 2 * thin, bar.width(), thin), style.colour)
        return
    if style.pattern not in _DASHES:
        painter.fillRect(bar, style.colour)
        return
    pen = QPen(style.colour, bar.height(), Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    pen.setDashPattern(_DASHES[style.pattern])
    painter.setPen(pen)
    y = bar.center().y()
    painter.drawLine(QLineF(bar.left(), y, bar.right(), y))


def _paint_chip(painter: QPainter, chip: QRectF, mark: Mark, look: Look) -> None:
    colour = look.style(mark).colour
    ink, fill = (look.page, colour) if mark.group == 0 else (colour, look.page)
    painter.setPen(QPen(colour, 1))
    painter.setBrush(fill)
    painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    font = QFont(look.font)
    font.setPixelSize(max(6, round(chip.height() * 0.8)))
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(
        chip,
        Qt.AlignmentFlag.AlignCenter,
        " ".join(filter(None, (mark.badge, look.style(mark).letter + "?" * mark.unsure))),
    )


def _paint_handles(painter: QPainter, piece: Piece, look: Look) -> None:
    colour = look.style(piece.mark).colour
    for edge, start in ((piece.start, True), (piece.end, False)):
        if edge is not None:
            painter.fillRect(edge, colour)
            painter.setPen(QPen(look.page, 1.5))
            painter.setBrush(colour)
            painter.drawEllipse(handle(edge, start=start))
            painter.setBrush(Qt.BrushStyle.NoBrush)
