"""Text on the pages of a PDF: what our fonts have of it, how wide it is, where its lines end.

All measures are points. reportlab is imported when something is set.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate, takewhile
from typing import Any, BinaryIO

from msgspec import Struct

from annotator.assets import FOLDER

MISSING = "□"  # what stands for a character that no font has
WIDTH, HEIGHT = 595.28, 841.89  # A4
LEFT, RIGHT, TOP, BOTTOM = 92.0, 492.0, 770.0, 76.0  # of the column: some 75 characters
INK, QUIET, EDGE = "#1f2328", "#5c6470", "#dcd8d0"
_BAND = 0.12  # opacity
_FILES = {
    "Serif": "source-serif-4/SourceSerif4_400Regular.ttf",
    "SerifBold": "source-serif-4/SourceSerif4_600SemiBold.ttf",
    "Sans": "inter/Inter_400Regular.ttf",
    "SansBold": "inter/Inter_600SemiBold.ttf",
}
_INSTEAD = {"Serif": "Sans", "SerifBold": "SansBold", "Sans": "Serif", "SansBold": "SerifBold"}
_WORD = re.compile(r"[^\s\-–—/]*[\s\-–—/]*")
_TAB = "    "


class Glyph(Struct, frozen=True):
    """What is set for a character: itself, a box, or nothing; the font, and the width at a size of one point."""

    shown: str
    font: str
    width: float


class Face:
    """A font of ours, with another one of ours for what it does not have."""

    def __init__(self, name: str) -> None:
        self._names = (name, _INSTEAD[name])
        self._known: dict[str, Glyph] = {}

    def glyph(self, char: str) -> Glyph:
        if char not in self._known:
            self._known[char] = self._find(char)
        return self._known[char]

    def _find(self, char: str) -> Glyph:
        for name in self._names:
            if (width := _width(name, char)) is not None:
                return Glyph(char, name, width)
        if char.isspace():
            shown = _TAB if char == "\t" else " "
            return Glyph(shown, self._names[0], len(shown) * (_width(self._names[0], " ") or 0))
        if is_unseen(char):
            return Glyph("", self._names[0], 0)
        return Glyph(MISSING, "Sans", _width("Sans", MISSING) or 0)


def is_unseen(char: str) -> bool:
    """Whether a character has no glyph by its nature: controls, joiners, variation selectors."""
    return unicodedata.category(char) in ("Cc", "Cf") or "\ufe00" <= char <= "\ufe0f"


@cache
def face(name: str) -> Face:
    """Return one of our fonts: Serif, SerifBold, Sans or SansBold."""
    return Face(name)


@cache
def _font(name: str) -> Any:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    font = TTFont(name, str(FOLDER / "fonts" / _FILES[name]))
    pdfmetrics.registerFont(font)
    return font.face


def codes(name: str) -> Iterable[int]:
    """Return the code points that one of our fonts has a glyph for."""
    found: dict[int, int] = _font(name).charToGlyph
    return found.keys()


def letters(text: str) -> int:
    """Return how many letters a text has, as readers of PDFs give them out: a ligature is several."""
    return sum(char.isalpha() for char in unicodedata.normalize("NFKC", text))


def _width(name: str, char: str) -> float | None:
    found = _font(name)
    code = ord(char)
    if code not in found.charToGlyph or (char.isspace() and char != " ") or is_unseen(char):
        return None
    return float(found.charWidths.get(code, found.defaultWidth)) / 1000


def missing(text: str) -> int:
    """Return how many characters of a text no font of ours has."""
    serif = face("Serif")
    return sum(text.count(char) for char in set(text) if char != MISSING and serif.glyph(char).shown == MISSING)


def lines(glyphs: Sequence[Glyph], text: str, size: float, width: float) -> list[tuple[int, int]]:
    """Return where the lines of a text begin and end, in code points; white space may hang over the right edge."""
    found = []
    start, used = 0, 0.0
    for word in _WORD.finditer(text):
        if not word[0]:
            continue
        left, right = word.span()
        whole = size * sum(glyph.width for glyph in glyphs[left : left + len(word[0].rstrip())])
        if used + whole > width and left > start:
            found.append((start, left))
            start, used = left, 0.0
        for at in range(left, right):
            step = size * glyphs[at].width
            if used + step > width and at > start and not text[at].isspace():
                found.append((start, at))
                start, used = at, 0.0
            used += step
    found.append((start, len(text)))
    return found


class Surface:
    """What is drawn on: one page, or several of one size. `y` counts from the lower edge."""

    def __init__(self, out: BinaryIO, width: float, height: float) -> None:
        from reportlab.pdfgen.canvas import Canvas

        for name in _FILES:
            _font(name)
        self.canvas = Canvas(out, pagesize=(width, height), invariant=1, pageCompression=1)
        self.letters = 0  # that were set, to be found again in the file

    def set(self, text: str, x: float, y: float, name: str, size: float, colour: str = INK) -> float:
        """Set a text on one line, and return where it ends."""
        found = face(name)
        return self.set_glyphs([found.glyph(char) for char in text], x, y, size, colour)

    def set_glyphs(self, glyphs: Iterable[Glyph], x: float, y: float, size: float, colour: str = INK) -> float:
        from reportlab.lib.colors import HexColor

        run = self.canvas.beginText(x, y)
        run.setFillColor(HexColor(colour))
        font, waiting = "", ""
        for glyph in glyphs:
            if glyph.font != font:
                run.textOut(waiting)
                waiting, font = "", glyph.font
                run.setFont(font, size)
            waiting += glyph.shown
            x += size * glyph.width
            self.letters += letters(glyph.shown)
        run.textOut(waiting)
        self.canvas.drawText(run)
        return x

    def rectangle(self, x: float, y: float, width: float, height: float, colour: str, radius: float = 0) -> None:
        """Fill a rectangle; `y` is its lower edge."""
        from reportlab.lib.colors import HexColor

        self.canvas.setFillColor(HexColor(colour))
        if radius:
            self.canvas.roundRect(x, y, width, height, radius, stroke=0, fill=1)
        else:
            self.canvas.rect(x, y, width, height, stroke=0, fill=1)


class Sheets(Surface):
    """The pages of a PDF as they are filled from the top; `y` is where the next thing goes."""

    def __init__(self, out: BinaryIO) -> None:
        super().__init__(out, WIDTH, HEIGHT)
        self.y = TOP
        self.number = 1
        self.foot = ""

    def need(self, height: float) -> None:
        """Begin a new page where there is no room of that height."""
        if self.y - height < BOTTOM:
            self.new_page()

    def new_page(self) -> None:
        self._end_page()
        self.canvas.showPage()
        self.number += 1
        self.y = TOP

    def finish(self) -> None:
        """Write the file; its subject says how many letters it holds."""
        self._end_page()
        self.canvas.setSubject(f"{self.letters} letters")
        self.canvas.save()

    def define_number(self, name: str) -> None:
        """Make the number of this page what was to be drawn, left of a point, by a form of that name."""
        number = str(self.number)
        self.canvas.beginForm(name, -40, -10, 0, 20)
        self.set(number, -measure(number, "Sans", 9), 0, "Sans", 9, QUIET)
        self.canvas.endForm()

    def _end_page(self) -> None:
        number = str(self.number)
        self.set(number, RIGHT - measure(number, "Sans", 8), 44, "Sans", 8, QUIET)
        self.set(fitted(self.foot, "Sans", 8, RIGHT - LEFT - 40), LEFT, 44, "Sans", 8, QUIET)

    def paragraph(
        self, text: str, name: str, size: float, *, leading: float, left: float = LEFT, colour: str = INK
    ) -> None:
        """Set a text over as many lines as it takes, each on the page where there is room."""
        found = face(name)
        glyphs = [found.glyph(char) for char in text]
        for start, end in lines(glyphs, text, size, RIGHT - left):
            self.need(leading)
            self.y -= leading
            self.set_glyphs(glyphs[start:end], left, self.y, size, colour)


def measure(text: str, name: str, size: float) -> float:
    """Return the width of a text."""
    found = face(name)
    return size * sum(found.glyph(char).width for char in text)


def fitted(text: str, name: str, size: float, width: float) -> str:
    """Return a text, cut where it is too wide for a line."""
    found = face(name)
    if measure(text, name, size) <= width:
        return text
    ends = accumulate(size * found.glyph(char).width for char in text)
    room = width - size * found.glyph("…").width
    return text[: sum(1 for _ in takewhile(lambda end: end <= room, ends))].rstrip() + "…"


def band(colour: str) -> str:
    """Return a colour as a faint band of it looks on paper."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * _BAND):02x}" for part in parts)
