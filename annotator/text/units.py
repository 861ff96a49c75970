"""The text as Qt can hold it: a display string of as many code points, and positions in UTF-16.

Qt shortens CR LF, drops a leading U+FEFF and swaps the bytes after a leading U+FFFE; it ends a
paragraph at CR, U+2029, U+FDD0 and U+FDD1. The display string avoids all of these without moving
a single code point, so the only arithmetic left is that a code point may be two UTF-16 units.
"""

from bisect import bisect_right

from annotator.text.graphemes import is_boundary

LONGEST_LINE = 4_000  # code points that Qt lays out at once without a noticeable wait

_SHOWN_AS = str.maketrans(
    {
        "\0": "\N{SYMBOL FOR NULL}",
        "\r": "\n",
        "\u2028": "\n",
        "\u2029": "\n",
        "\ufdd0": "\ufffd",
        "\ufdd1": "\ufffd",
        "\ufffe": "\ufffd",
        "\ufeff": "\u200b",
    }
)
_BLOCK = 1_024  # code points between two entries of the table


def display(text: str) -> str:
    """Return what Qt is given to show: the same number of code points, safe to hand over."""
    shown = text
    if "\r" in shown:
        shown = shown.replace("\r\n", "\u200b\n")
    # translate() is slow, and most articles hold none of these.
    if any(chr(code) in shown for code in _SHOWN_AS):
        shown = shown.translate(_SHOWN_AS)
    lines = shown.split("\n")
    if max(map(len, lines)) <= LONGEST_LINE:
        return shown
    begin = 0
    for number, line in enumerate(lines):
        lines[number] = _soft_split(text, begin, line)
        begin += len(line) + 1
    return "\n".join(lines)


def _soft_split(text: str, begin: int, line: str) -> str:
    """Show spaces of an overlong line as line ends, so that no piece is too long to lay out."""
    pieces = []
    done = 0
    while len(line) - done > LONGEST_LINE:
        space = _space_to_split_at(text, begin, line, done)
        if space < 0:
            break
        pieces.append(line[done:space])
        done = space + 1
    pieces.append(line[done:])
    return "\n".join(pieces)


def _space_to_split_at(text: str, begin: int, line: str, done: int) -> int:
    """Find the last space that is a character of its own, or -1 when the piece has none."""
    space = line.rfind(" ", done + 1, done + LONGEST_LINE)
    while space >= 0:
        at = begin + space
        if is_boundary(text, at) and is_boundary(text, at + 1):
            return space
        space = line.rfind(" ", done + 1, space)
    return -1


class UnitMap:
    """Positions of one text, from code points to UTF-16 units and back.

    A table of unit counts every 1,024 code points keeps a look-up to microseconds however many
    astral characters there are; a text without any needs no table.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._units: list[int] = []
        if not text.isascii():
            self._units = self._table()

    def _table(self) -> list[int]:
        counts = [0]
        for begin in range(0, len(self._text), _BLOCK):
            counts.append(counts[-1] + _units_in(self._text[begin : begin + _BLOCK]))
        return counts if counts[-1] != len(self._text) else []

    def to_utf16(self, position: int) -> int:
        """Return the UTF-16 position of a code point."""
        if not self._units:
            return position
        block = position // _BLOCK
        return self._units[block] + _units_in(self._text[block * _BLOCK : position])

    def to_codepoint(self, unit: int, *, up: bool = False) -> int:
        """Return the code point at a UTF-16 position; inside a pair, the one before or after it."""
        if not self._units:
            return unit
        block = min(bisect_right(self._units, unit) - 1, len(self._text) // _BLOCK)
        begin = block * _BLOCK
        encoded = self._text[begin : begin + _BLOCK].encode("utf-16-le")
        wanted = 2 * (unit - self._units[block])
        whole = encoded[:wanted].decode("utf-16-le", "ignore")
        half = _units_in(whole) * 2 < wanted
        return begin + len(whole) + (1 if half and up else 0)


def _units_in(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
