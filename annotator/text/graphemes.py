"""Whole characters as a reader sees them (extended grapheme clusters), found near a position."""

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

Range = tuple[int, int]

_WINDOW = 512  # code points to look back for a place that is surely a boundary
_FIRST_COMBINING = "\u0300"  # below it, only \r\n is more than one code point
_FLAGS = ("\U0001f1e6", "\U0001f1ff")


@cache
def _clusters() -> Callable[..., Iterator[Any]]:
    import regex  # type: ignore[import-untyped]

    finder: Callable[..., Iterator[Any]] = regex.compile(r"\X").finditer
    return finder


def _surely_boundary(text: str, position: int) -> bool:
    if position <= 0 or position >= len(text):
        return True
    before, after = text[position - 1], text[position]
    return before < _FIRST_COMBINING and after < _FIRST_COMBINING and not (before == "\r" and after == "\n")


def _joins(char: str) -> bool:
    """Say whether a window must not begin here: a mark, a joiner, or one of a run of flags."""
    return _FLAGS[0] <= char <= _FLAGS[1] or unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf")


def cluster(text: str, position: int) -> Range:
    """Return the cluster that holds the code point at a position; empty at the end of the text."""
    if position >= len(text):
        return len(text), len(text)
    begin = position
    while not _surely_boundary(text, begin) and (position - begin < _WINDOW or _joins(text[begin])):
        begin -= 1
    for match in _clusters()(text, begin):
        if match.end() > position:
            return match.start(), match.end()
    raise AssertionError("a text is covered by its clusters")


def is_boundary(text: str, position: int) -> bool:
    """Say whether a position stands between two clusters, or at an end of the text."""
    return _surely_boundary(text, position) or cluster(text, position)[0] == position


def widen(text: str, start: int, end: int) -> Range:
    """Move both ends of a range outwards to the nearest cluster boundaries."""
    if not is_boundary(text, start):
        start = cluster(text, start)[0]
    if not is_boundary(text, end):
        end = cluster(text, end)[1]
    return start, end


def following(text: str, position: int) -> int:
    """Return the next boundary to the right."""
    return cluster(text, position)[1]


def preceding(text: str, position: int) -> int:
    """Return the next boundary to the left."""
    return cluster(text, position - 1)[0] if position > 0 else 0
