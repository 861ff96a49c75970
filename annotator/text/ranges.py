"""Ranges of a text, to ask which of them another range touches."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from annotator.text.graphemes import Range


class Ranges:
    """Ranges, to ask whether any of them shares a character with another range."""

    def __init__(self, ranges: Sequence[Range]) -> None:
        ordered = sorted(ranges)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))  # how far it and those before it go

    def meet(self, start: int, end: int) -> bool:
        """Whether a range shares a character with any of these."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._reach[before - 1] > start
