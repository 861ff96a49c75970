"""A figure as a table of items: what each says, how it is painted, and which passages stand behind it. No Qt."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from annotator.reviewing import Cell, Difference


class Behind(NamedTuple):
    """Which passages to show: those of a cell, or of a string that differs; as they were marked, or as compared."""

    cell: Cell
    difference: Difference | None = None
    as_marked: bool = False
    week: date | None = None
    on_negatives_of: str | None = None  # an annotator


class Interval(NamedTuple):
    """A value with its interval, painted on a scale that is the same for all rows; None is what is not defined."""

    value: float | None
    low: float | None
    high: float | None
    least: float  # where the scale begins; it ends at 1


class Shares(NamedTuple):
    """A bar of parts that add up to 1, in the order of `PARTS`."""

    parts: tuple[float, ...]


PARTS = ("agreed", "boundary", "label", "missed")


class Item(NamedTuple):
    """One cell of a table. `said` is what a screen reader says, and what the list of passages is headed with."""

    text: str = ""
    said: str = ""
    behind: Behind | None = None
    shape: Interval | Shares | None = None
    heat: float = 0.0  # from 0 to 1: how strongly its ground is coloured
    few: str = ""  # why it is greyed
    is_name: bool = False  # of its row


class Table(NamedTuple):
    """A figure. A header that names one of `PARTS` is shown with the pattern of that part."""

    headers: Sequence[str]
    rows: Sequence[Sequence[Item]]
