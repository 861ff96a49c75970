"""Words near a position, as an editor counts them: "U.S.", "1,000th", "president's", "back-channel"."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from annotator.text.graphemes import Range, widen

_WINDOW = 256  # code points to either side; no word of prose is longer


@cache
def _words() -> Callable[..., Iterator[Any]]:
    import regex  # type: ignore[import-untyped]

    joined = r"['’‐‑\-&/@\u200c\u200d]|(?<=\d)[.,:](?=\d)"  # noqa: RUF001
    finder: Callable[..., Iterator[Any]] = regex.compile(rf"(?:\b\p{{L}}\.){{2,}}|\w+(?:(?:{joined})\w+)*").finditer
    return finder


def _near(text: str, position: int) -> Iterator[Range]:
    """Yield the words around a position; the first and the last may be cut by the window."""
    begin = max(0, position - _WINDOW)
    if begin:
        begin = max(begin, text.find(" ", begin, position))
    for match in _words()(text, begin, position + _WINDOW):
        yield match.span()


def word_at(text: str, position: int) -> Range:
    """Return the word that holds or touches a position, or an empty range where there is none."""
    touching = (position, position)
    for start, end in _near(text, position):
        if start > position:
            break
        if position <= end:
            touching = (start, end)
    return widen(text, *touching)


def next_end(text: str, position: int) -> int:
    """Return the nearest end of a word to the right, else the end of the text."""
    for begin in range(position, len(text), _WINDOW):
        ends = [end for _, end in _near(text, begin) if end > position]
        if ends:
            return widen(text, position, ends[0])[1]
    return len(text)


def previous_start(text: str, position: int) -> int:
    """Return the nearest start of a word to the left, else 0."""
    for begin in range(position, 0, -_WINDOW):
        starts = [start for start, _ in _near(text, begin) if start < position]
        if starts:
            return widen(text, starts[-1], position)[0]
    return 0


def is_whole(text: str, start: int, end: int) -> bool:
    """Say whether a range cuts no word and no grapheme in two."""
    return (
        not (_is_word(text, start) and _is_word(text, start - 1))
        and not (_is_word(text, end - 1) and _is_word(text, end))
        and widen(text, start, end) == (start, end)
    )


def _is_word(text: str, position: int) -> bool:
    return 0 <= position < len(text) and (text[position].isalnum() or text[position] == "_")
