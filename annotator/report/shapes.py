"""Figures as lists of shapes: what the SVG and the PDF both draw. All measures are pixels, from the upper left corner.

A paint is a name, so that a figure reads on a light and on a dark page.
"""

from typing import Literal

from msgspec import Struct

Anchor = Literal["start", "middle", "end"]

MARGIN = 16.0  # around a figure that is a file of its own
PAINTS = {  # on a light page, on a dark one
    "page": ("#fdfcfa", "#212427"),
    "ink": ("#1f2328", "#e6e3dd"),
    "quiet": ("#5c6470", "#a2a7ae"),
    "edge": ("#dcd8d0", "#383c42"),
    "few": ("#a5a9ae", "#6d737b"),
    "ground": ("#f4f2ee", "#2a2e32"),
    "mark": ("#1f7a70", "#57ada3"),
    "heat1": ("#e3efed", "#20302f"),
    "heat2": ("#b9dbd6", "#23443f"),
    "heat3": ("#7fbdb5", "#276660"),
    "heat4": ("#1f7a70", "#57ada3"),
    "heat5": ("#00524b", "#8fd8cf"),
    "strong": ("#ffffff", "#10201e"),  # text on what is coloured strongly
    "boundary": ("#edc06a", "#d9a441"),
    "pale": ("#1f2328", "#1f2328"),  # text on the colour of boundaries
    "label": ("#7b5ea7", "#b39ddb"),
    "missed": ("#b5533c", "#e08a70"),
}


class Rectangle(Struct, frozen=True):
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    paint: str
    radius: float = 0


class Line(Struct, frozen=True):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    paint: str
    width: float = 1
    is_dashed: bool = False


class Text(Struct, frozen=True):
    """A text on one line, `y` being its base line."""

    x: float
    y: float
    text: str
    paint: str = "ink"
    size: float = 13
    anchor: Anchor = "start"
    is_bold: bool = False


Shape = Rectangle | Line | Text


class Drawing(Struct, frozen=True):
    """A figure: a name for its file, what it is called, what it shows in words, and its shapes."""

    name: str
    title: str
    description: str
    width: float
    height: float
    shapes: list[Shape]
