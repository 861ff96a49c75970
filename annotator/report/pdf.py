"""A report as a PDF: what the page holds, on paper; and figures as bitmaps, by way of a PDF."""

from collections.abc import Sequence
from io import BytesIO
from itertools import zip_longest
from typing import BinaryIO

from annotator.formats import typesetting
from annotator.formats.typesetting import EDGE, INK, LEFT, QUIET, RIGHT, Sheets, Surface
from annotator.report.blocks import (
    Block,
    Figure,
    Heading,
    Judgement,
    Label,
    Paragraph,
    Points,
    Quote,
    Report,
    Section,
    Table,
    Trust,
    Version,
)
from annotator.report.shapes import MARGIN, PAINTS, Drawing, Line, Rectangle, Text

_SCALE = (RIGHT - LEFT) / 720  # points a pixel of a figure
_PIXELS = 2.0  # of a bitmap, a pixel of a figure
_TABLE, _LEADING, _GAP = 7.5, 11.0, 10.0  # of tables: size, leading, space between columns
_NAMES = 130.0  # the widest that a first column is, and the narrowest of one to read
_TONES: dict[Trust, str] = {"Safe": "#14665e", "With care": "#7d5a00", "Not yet": "#9b3b27"}
_VERSION = LEFT + 60
_HEADING, _KEPT = 26.0, 45.0  # a heading, and what of the next block stays with it
_QUOTE = 130.0  # of most quotes, which then stay on a page


def write(report: Report, out: BinaryIO) -> None:
    """Write the pages."""
    sheets = Sheets(out)
    sheets.foot = report.title
    sheets.canvas.setTitle(report.title)
    for said in (sheets.canvas.setProducer, sheets.canvas.setCreator):
        said("Source Annotator")
    sheets.canvas.setAuthor("")
    sheets.paragraph(report.title, "SerifBold", 20, leading=26)
    sheets.y -= 2
    sheets.paragraph(report.said, "Sans", 9, leading=13, colour=QUIET)
    for number, section in enumerate(report.sections):
        if number == 1:
            sheets.new_page()
        _section(sheets, section, report.labels)
    sheets.finish()


def bitmap(drawing: Drawing) -> bytes:
    """Return a figure as PNG, as it looks on a light page."""
    import pypdfium2

    width, height = drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN
    pdf, png = BytesIO(), BytesIO()
    surface = Surface(pdf, width, height)
    surface.rectangle(0, 0, width, height, PAINTS["page"][0])
    draw(surface, drawing, MARGIN, height - MARGIN, 1)
    surface.canvas.save()
    document = pypdfium2.PdfDocument(pdf.getvalue())
    try:
        document[0].render(scale=_PIXELS).to_pil().save(png, "PNG")
    finally:
        document.close()
    return png.getvalue()


def draw(surface: Surface, drawing: Drawing, x: float, y: float, scale: float) -> None:
    """Draw a figure whose upper left corner is at a point."""
    from reportlab.lib.colors import HexColor

    for shape in drawing.shapes:
        colour = PAINTS[shape.paint][0]
        if isinstance(shape, Rectangle):
            width, height = shape.width * scale, shape.height * scale
            lower = y - shape.y * scale - height
            surface.rectangle(x + shape.x * scale, lower, width, height, colour, shape.radius * scale)
        elif isinstance(shape, Line):
            canvas = surface.canvas
            canvas.saveState()
            canvas.setStrokeColor(HexColor(colour))
            canvas.setLineWidth(shape.width * scale)
            if shape.is_dashed:
                canvas.setDash([4 * scale, 3 * scale])
            ends = (x + shape.x1 * scale, y - shape.y1 * scale, x + shape.x2 * scale, y - shape.y2 * scale)
            canvas.line(*ends)
            canvas.restoreState()
        else:
            _text(surface, shape, x, y, scale, colour)


def _text(surface: Surface, shape: Text, x: float, y: float, scale: float, colour: str) -> None:
    face, size = "SansBold" if shape.is_bold else "Sans", shape.size * scale
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor]
    left = x + shape.x * scale - share * typesetting.measure(shape.text, face, size)
    surface.set(shape.text, left, y - shape.y * scale, face, size, colour)


def _section(sheets: Sheets, section: Section, labels: Sequence[Label]) -> None:
    sheets.need(80)
    sheets.y -= 14
    sheets.canvas.bookmarkPage(section.name)
    sheets.canvas.addOutlineEntry(section.title, section.name, level=0)
    sheets.paragraph(section.title, "SerifBold", 15, leading=22)
    sheets.y -= 2
    for block, following in zip_longest(section.blocks, section.blocks[1:]):
        if isinstance(block, Heading):
            _heading(sheets, block.text, _QUOTE if isinstance(following, Quote) else _KEPT)
        else:
            _block(sheets, block, labels)


def _block(sheets: Sheets, block: Block, labels: Sequence[Label]) -> None:
    match block:
        case Paragraph(text, is_quiet):
            size, colour = (8.0, QUIET) if is_quiet else (9.5, INK)
            sheets.paragraph(text, "Sans", size, leading=size * 1.5, colour=colour)
            sheets.y -= 2
        case Points(items):
            for item in items:
                sheets.need(15)
                sheets.set("•", LEFT + 2, sheets.y - 14.2, "Sans", 9.5, QUIET)
                sheets.paragraph(item, "Sans", 9.5, leading=14.2, left=LEFT + 14)
                sheets.y -= 1.5
        case Judgement():
            _judgement(sheets, block, labels)
        case Quote():
            _quote(sheets, block, labels)
        case Table():
            _table(sheets, block)
        case Figure(drawing):
            _figure(sheets, drawing)


def _heading(sheets: Sheets, text: str, keep: float) -> None:
    """Set a heading on the page where that much of what follows has room."""
    sheets.need(_HEADING + keep)
    sheets.y -= 8
    sheets.paragraph(text, "SansBold", 10, leading=15)
    sheets.y -= 2


def _figure(sheets: Sheets, drawing: Drawing) -> None:
    room = typesetting.TOP - typesetting.BOTTOM - _HEADING
    scale = min(_SCALE, (RIGHT - LEFT) / drawing.width, room / drawing.height)
    sheets.need(drawing.height * scale + _HEADING)
    _heading(sheets, drawing.title, 0)
    draw(sheets, drawing, LEFT, sheets.y, scale)
    sheets.y -= drawing.height * scale + 4


def _chip(sheets: Sheets, x: float, y: float, label: Label) -> float:
    """Draw the chip of a label, and return where it ends."""
    width = typesetting.measure(label.letter, "SansBold", 6.5) + 5
    sheets.rectangle(x, y - 1.8, width, 8.2, label.colour, radius=1.5)
    sheets.set(label.letter, x + 2.5, y, "SansBold", 6.5, "#ffffff")
    return x + width


def _judgement(sheets: Sheets, block: Judgement, labels: Sequence[Label]) -> None:
    sheets.need(32)
    label, colour = labels[block.label], QUIET if block.is_faint else INK
    line = sheets.y - 13
    x = _chip(sheets, LEFT, line, label) + 5
    sheets.set(typesetting.fitted(label.title, "SansBold", 9, 104), x, line, "SansBold", 9, colour)
    tone = QUIET if block.is_faint else _TONES[block.trust]
    sheets.set(block.trust, LEFT + 124, line, "SansBold", 9, tone)
    sheets.paragraph(block.said, "Sans", 8.5, leading=13, left=LEFT + 172, colour=colour)
    sheets.y -= 3


def _quote(sheets: Sheets, block: Quote, labels: Sequence[Label]) -> None:
    sheets.need(_QUOTE)
    sheets.y -= 5
    sheets.paragraph(block.title, "SansBold", 9, leading=13)
    sheets.paragraph(block.said, "Sans", 8, leading=12, colour=QUIET)
    sheets.y -= 1
    for version in block.versions:
        _version(sheets, version, labels)
    sheets.y -= 5


def _version(sheets: Sheets, version: Version, labels: Sequence[Label]) -> None:
    text = version.before + version.marked + version.after
    start, end = len(version.before), len(version.before + version.marked)
    face, size, leading = typesetting.face("Serif"), 9.5, 14.0
    glyphs = [face.glyph(char) for char in text]
    sheets.need(leading)
    label = None if version.label is None else labels[version.label]
    x = sheets.set(typesetting.fitted(version.annotator, "Sans", 8, 44), LEFT, sheets.y - leading, "Sans", 8, QUIET)
    if label:
        _chip(sheets, x + 4, sheets.y - leading, label)
    for first, last in typesetting.lines(glyphs, text, size, RIGHT - _VERSION):
        sheets.need(leading)
        sheets.y -= leading
        left, right = max(first, start), min(last, end)
        if label and left < right:
            offset, width = (
                size * sum(glyph.width for glyph in glyphs[a:b]) for a, b in ((first, left), (left, right))
            )
            sheets.rectangle(_VERSION + offset, sheets.y - 3, width, 12, typesetting.band(label.colour))
            sheets.rectangle(_VERSION + offset, sheets.y - 3.6, width, 1.1, label.colour)
        sheets.set_glyphs(glyphs[first:last], _VERSION, sheets.y, size, INK if label else QUIET)
    sheets.y -= 2


def _table(sheets: Sheets, table: Table) -> None:
    """Set a table; where its columns are too many for a page, in several parts."""
    if table.title:
        _heading(sheets, table.title, _KEPT)
    every = [table.header, *table.rows]
    natural = [max(_width(row[at]) for row in every) for at in range(len(table.header))]
    texts = [min(width, _NAMES) for width in natural[: table.texts]]
    room = RIGHT - LEFT - sum(texts[:1]) - _GAP
    if table.texts > 1:
        numbers = sum(width + _GAP for width in natural[table.texts :])
        texts[1] = min(natural[1], max(room - numbers, _NAMES))
        room -= texts[1] + _GAP
    for columns in _parts(natural, table.texts, room):
        shown = [*range(table.texts), *columns]
        widths = [*texts, *(natural[at] for at in columns)]
        if any(table.header):
            _row(sheets, [table.header[at] for at in shown], widths, table.texts, QUIET)
        for number, row in enumerate(table.rows):
            colour = QUIET if number in table.faint else INK
            _row(sheets, [row[at] for at in shown], widths, table.texts, colour)
        sheets.y -= 6


def _width(text: str) -> float:
    return typesetting.measure(text, "Sans", _TABLE)


def _parts(widths: Sequence[float], first: int, room: float) -> list[list[int]]:
    """Return the columns from the first on in parts, each of which has room."""
    parts: list[list[int]] = [[]]
    used = 0.0
    for column in range(first, len(widths)):
        width = widths[column] + _GAP
        if parts[-1] and used + width > room:
            parts.append([])
            used = 0.0
        parts[-1].append(column)
        used += width
    return parts


def _row(sheets: Sheets, cells: Sequence[str], widths: Sequence[float], texts: int, colour: str) -> None:
    """Set a row, line by line, since one may be longer than a page."""
    wrapped = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    sheets.need(min(_LEADING * max(map(len, wrapped)), 4 * _LEADING) + 3)
    for line in zip_longest(*wrapped, fillvalue=""):
        sheets.need(_LEADING)
        sheets.y -= _LEADING
        x = LEFT
        for at, (said, width) in enumerate(zip(line, widths, strict=True)):
            shift = 0 if at < texts else width - _width(said)
            sheets.set(said, x + shift, sheets.y, "Sans", _TABLE, colour)
            x += width + _GAP
    sheets.y -= 3.5
    sheets.rectangle(LEFT, sheets.y, RIGHT - LEFT, 0.4, EDGE)


def _wrapped(text: str, width: float) -> list[str]:
    face = typesetting.face("Sans")
    glyphs = [face.glyph(char) for char in text]
    return [text[start:end].rstrip() for start, end in typesetting.lines(glyphs, text, _TABLE, width + 0.1)]
