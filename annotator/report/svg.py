"""Figures as SVG: for the page, whose style sheet has the paints, or as a file that brings them along."""

import re
from html import escape

from annotator.report.shapes import MARGIN, PAINTS, Drawing, Line, Rectangle, Shape, Text

_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML


def escaped(text: str) -> str:
    """Return a text as XML and HTML may hold it, in content and in attributes."""
    return escape(_UNWRITABLE.sub("\ufffd", text))


def sheet() -> str:
    """Return the style sheet of the paints, in light and dark."""
    return (
        f"{_paints(0)}\n@media screen and (prefers-color-scheme:dark){{{_paints(1)}}}\n"
        ".figure text{font-family:Inter,system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}"
    )


def _paints(number: int) -> str:
    return "".join(
        f".f-{name}{{fill:{both[number]}}}.s-{name}{{stroke:{both[number]}}}" for name, both in PAINTS.items()
    )


def inline(drawing: Drawing) -> str:
    """Return a figure for a page."""
    view = f'viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
    return _svg(drawing, view, "".join(map(_shape, drawing.shapes)))


def standalone(drawing: Drawing) -> str:
    """Return a figure as a file of its own, with a margin."""
    width, height = drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN
    ground = Rectangle(-MARGIN, -MARGIN, width, height, "page")
    body = f"<style>{sheet()}</style>\n" + "\n".join(map(_shape, [ground, *drawing.shapes]))
    view = f'width="{width:g}" height="{height:g}" viewBox="{-MARGIN:g} {-MARGIN:g} {width:g} {height:g}"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_svg(drawing, view, body)}\n'


def _svg(drawing: Drawing, view: str, body: str) -> str:
    name = escaped(drawing.name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="figure" role="img" {view} '
        f'aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escaped(drawing.title)}</title>'
        f'<desc id="{name}-desc">{escaped(drawing.description)}</desc>{body}</svg>'
    )


def _shape(shape: Shape) -> str:
    if isinstance(shape, Rectangle):
        radius = f' rx="{_at(shape.radius)}"' if shape.radius else ""
        return (
            f'<rect class="f-{shape.paint}" x="{_at(shape.x)}" y="{_at(shape.y)}" width="{_at(shape.width)}" '
            f'height="{_at(shape.height)}"{radius}/>'
        )
    if isinstance(shape, Line):
        dashes = ' stroke-dasharray="4 3"' if shape.is_dashed else ""
        return (
            f'<line class="s-{shape.paint}" x1="{_at(shape.x1)}" y1="{_at(shape.y1)}" x2="{_at(shape.x2)}" '
            f'y2="{_at(shape.y2)}" stroke-width="{_at(shape.width)}"{dashes}/>'
        )
    return _text(shape)


def _text(shape: Text) -> str:
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    weight = ' font-weight="600"' if shape.is_bold else ""
    return (
        f'<text class="f-{shape.paint}" x="{_at(shape.x)}" y="{_at(shape.y)}" font-size="{_at(shape.size)}"'
        f"{anchor}{weight}>{escaped(shape.text)}</text>"
    )


def _at(number: float) -> str:
    return f"{round(number, 2):g}"
