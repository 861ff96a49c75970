"""What may stand at the edges of a span without being part of what is meant."""

from collections.abc import Collection

from annotator.text.graphemes import Range
from annotator.text.quotations import MARKS

WHITE_SPACE, FINAL_STOP, QUOTATION_MARKS = "white space", "final stop", "quotation marks"
EDGES = (WHITE_SPACE, FINAL_STOP, QUOTATION_MARKS)
STOPS = ".!?…。．！？｡؟۔।"  # noqa: RUF001


def trimmed(text: str, start: int, end: int, edges: Collection[str]) -> Range:
    """Return a span without those of `EDGES` that it begins or ends with; what is nothing else stays as it is."""
    first, last = start, end
    either = MARKS if QUOTATION_MARKS in edges else ""
    at_end = either + STOPS if FINAL_STOP in edges else either
    blank = WHITE_SPACE in edges
    while first < last and (text[first] in either or (blank and text[first].isspace())):
        first += 1
    while first < last and (text[last - 1] in at_end or (blank and text[last - 1].isspace())):
        last -= 1
    return (first, last) if first < last else (start, end)
