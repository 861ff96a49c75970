"""Names found in a text whatever their case, spacing and composition, and replaced without losing a position.

A text is compared folded: each grapheme in compatibility form (NFKC) and without case, apostrophes and hyphens of one
kind, white space as one space, and without what nobody sees, such as soft hyphens. So a name is found in whole
graphemes, and as whole words.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

# Of scripts that are written without spaces, or that join particles to a name, no word ends are asked for.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)

_ALIKE = str.maketrans("\u2018\u2019\u02bc\u2010\u2011\u2012\u2013", "'''----")


class Found(NamedTuple):
    """A name in a text: where it stands, in code points, and what replaces it."""

    start: int
    end: int
    replacement: str


class Names:
    """Names, and what replaces each. Where several begin at one place, the longest is found."""

    def __init__(self, replacements: Mapping[str, str]) -> None:
        self._by_first: dict[str, list[tuple[str, str]]] = defaultdict(list)
        folded = {fold(name): replacement for name, replacement in replacements.items()}
        folded.pop("", None)
        for name in sorted(folded, key=len, reverse=True):
            self._by_first[name[0]].append((name, folded[name]))
        self._first = re.compile(f"[{''.join(map(re.escape, self._by_first))}]") if self._by_first else None

    def found(self, text: str) -> list[Found]:
        """Return where names stand, from left to right; none overlaps another."""
        if self._first is None or not text:
            return []
        folded, places = _folded(text)
        found: list[Found] = []
        at = 0
        while hit := self._first.search(folded, at):
            start, at = hit.start(), hit.start() + 1
            if not _may_divide(folded, start, places):
                continue
            for name, replacement in self._by_first[hit.group()]:
                end = start + len(name)
                if folded.startswith(name, start) and _may_divide(folded, end, places):
                    found.append(Found(places[start][0], places[end - 1][1], replacement))
                    at = end
                    break
        return found

    def replaced(self, text: str) -> str:
        """Return a text with its names replaced."""
        return Replaced(text, self.found(text)).text


class Replaced:
    """A text in which names were replaced, and where its positions went."""

    def __init__(self, text: str, found: list[Found]) -> None:
        self._found = found
        self._starts = [each.start for each in found]
        self._moved = [0]  # by how much a position moved that has so many names before it
        pieces, at = [], 0
        for start, end, replacement in found:
            pieces += [text[at:start], replacement]
            at = end
            self._moved.append(self._moved[-1] + len(replacement) - (end - start))
        self.text = "".join([*pieces, text[at:]])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a span went; one that begins or ends within a name grows to what replaced it."""
        return self._position(start, to_end=False), self._position(end, to_end=True)

    def _position(self, position: int, *, to_end: bool) -> int:
        before = bisect_right(self._starts, position - 1)  # names that begin before it
        if not before:
            return position
        last = self._found[before - 1]
        if position >= last.end:
            return position + self._moved[before]
        replacement = last.start + self._moved[before - 1]
        return replacement + len(last.replacement) if to_end else replacement


def fold(name: str) -> str:
    """Return a name as it is compared: equal for what is read as the same name."""
    return _folded(name)[0].strip()


def _folded(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a text folded, and for each of its characters the grapheme that it comes from."""
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    for start, end in _graphemes(text):
        said = _visible(text[start:end])
        if said.isspace():
            said = "" if pieces and pieces[-1] == " " else " "
        if not said:
            continue
        pieces.append(said)
        places += [(start, end)] * len(said)
    return "".join(pieces), places


def _graphemes(text: str) -> Iterator[tuple[int, int]]:
    if text.isascii() and "\r" not in text:
        yield from zip(range(len(text)), range(1, len(text) + 1), strict=True)
    else:
        yield from (match.span() for match in _clusters().finditer(text))


@cache
def _clusters() -> Any:
    import regex  # type: ignore[import-untyped]

    return regex.compile(r"\X")


@lru_cache(maxsize=1 << 16)
def _visible(grapheme: str) -> str:
    normal = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", grapheme).casefold())
    return "".join(char for char in normal.translate(_ALIKE) if unicodedata.category(char) != "Cf")


def _may_divide(folded: str, position: int, places: list[tuple[int, int]]) -> bool:
    """Whether a name may begin or end at a position: not in a grapheme, nor in a word where spaces tell words."""
    if not 0 < position < len(folded):
        return True
    before, after = folded[position - 1], folded[position]
    if places[position - 1] == places[position]:
        return False
    return not (_is_of_word(before) and _is_of_word(after)) or bool(_UNSPACED.match(before) or _UNSPACED.match(after))


def _is_of_word(char: str) -> bool:
    return char.isalnum() or char == "_"
