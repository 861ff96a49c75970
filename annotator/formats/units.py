"""Positions that a file counts in UTF-16 units, as JavaScript does, and code points, as we do."""

from typing import Literal

from annotator.records import Option
from annotator.text.units import UnitMap

Unit = Literal["utf16", "codepoint"]
NAMES: dict[str, str] = {"utf16": "UTF-16 units", "codepoint": "code points"}
OPTION = Option(
    name="units",
    values=("auto", "utf16", "codepoint"),
    help="what positions count: told from the file, else UTF-16 units; or always UTF-16 units; or always code points",
)


class Units:
    """The positions of one text in both units; they differ only after an astral character."""

    def __init__(self, text: str) -> None:
        self._map = UnitMap(text)
        self._length = len(text)
        self.length16 = self._map.to_utf16(self._length)
        self.is_same = self.length16 == self._length

    def utf16(self, position: int) -> int:
        """Return the UTF-16 position of a code point of the text."""
        return position if self.is_same else self._map.to_utf16(position)

    def codepoint(self, position: int, unit: Unit) -> int | None:
        """Return the code point at a position, or None past the end and within a surrogate pair."""
        if unit == "codepoint" or self.is_same:
            return position if 0 <= position <= self._length else None
        if not 0 <= position <= self.length16:
            return None
        found = self._map.to_codepoint(position)
        return found if self._map.to_utf16(found) == position else None

    def differs(self, position: int) -> bool:
        """Whether a position is another place in each unit: an astral character stands before it."""
        return not self.is_same and self.codepoint(position, "utf16") != position
