"""The place of one span, and of its parts, in the corrected text."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Literal, NamedTuple

from annotator.carrying.alignment import Alignment
from annotator.records import Part
from annotator.text.graphemes import widen
from annotator.text.words import is_whole

AROUND = 40  # code points to either side that are a span's surroundings
TELLING = 8  # so many of them shared tell a place of the same words from any other
LONG = 24  # words of so many code points are told by themselves
ENOUGH = 0.5  # of the longer of two passages is common to both where one is the other, corrected
NEAREST = 32  # places of the same words that are looked at in either direction

Outcome = Literal["same", "moved", "lost"]


class Found(NamedTuple):
    """What became of a span: its place in the new text, `[start, end)` in code points; None of one that is lost."""

    outcome: Outcome
    place: tuple[int, int] | None


LOST = Found("lost", None)


class Carrier:
    """Finds spans of an old text in a new one."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new
        self._alignment = Alignment(old, new)
        self._places: dict[str, list[int]] = {}  # where words stand in the new text

    def find(self, start: int, end: int) -> Found:
        """Return what became of the span `[start, end)` of the old text."""
        kept = self._kept(start, end)
        if kept is not None and self._surroundings_are_kept(start, end, kept):
            block = self._alignment.block_at(start)
            if (block and block.sure) or self._only_place(start, end) == kept:
                return Found("same", (kept, kept + end - start))
        elif (only := self._only_place(start, end)) is not None:
            return Found("same", (only, only + end - start))
        place = self._place_of_the_words(start, end, kept) or self._place_of_what_is_left(start, end)
        return Found("moved", widen(self._new, *place)) if place else LOST

    def carry(self, start: int, end: int, parts: Sequence[Part]) -> tuple[Found, tuple[Part, ...]]:
        """Return what became of a span, and those of its parts that have a place in the new text.

        It is moved also where only a part was, or is gone.
        """
        found = self.find(start, end)
        if found.place is None:
            return found, ()
        places = [self._part(part, start, end, found) for part in parts]
        kept = tuple(
            Part(part.role, *each.place) for part, each in zip(parts, places, strict=True) if each.place is not None
        )
        if any(each.outcome != "same" for each in places):
            found = Found("moved", found.place)
        return found, kept

    def _part(self, part: Part, start: int, end: int, whole: Found) -> Found:
        """Find a part; one within words that are the same goes with them."""
        first, last = whole.place or (0, 0)
        if start <= part.start and part.end <= end and self._new[first:last] == self._old[start:end]:
            return Found("same", (part.start - start + first, part.end - start + first))
        return self.find(part.start, part.end)

    def _kept(self, start: int, end: int) -> int | None:
        """Return where a span stands that lies in one block."""
        block = self._alignment.block_at(start)
        if block is None or end > block.old + block.length:
            return None
        return block.new + start - block.old

    def _surroundings_are_kept(self, start: int, end: int, at: int) -> bool:
        return self._shared_before(start, at) and self._shared_after(end, at + end - start)

    def _shared_before(self, old: int, new: int) -> bool:
        """Whether the same stands before a place of either text, also where that is its beginning."""
        before = self._old[max(0, old - AROUND) : old]
        return self._new[max(0, new - AROUND) : new] == before

    def _shared_after(self, old: int, new: int) -> bool:
        return self._new[new : new + AROUND] == self._old[old : old + AROUND]

    def _only_place(self, start: int, end: int) -> int | None:
        """Return where a span stands with its surroundings, if that passage stands once in either text."""
        first = max(0, start - AROUND)
        passage = self._old[first : end + AROUND]
        at = self._new.find(passage)
        if at < 0 or self._new.find(passage, at + 1) >= 0:
            return None
        is_once = self._old.find(passage) == first and self._old.find(passage, first + 1) < 0
        place = at + start - first
        return place if is_once and self._surroundings_are_kept(start, end, place) else None

    def _place_of_the_words(self, start: int, end: int, kept: int | None) -> tuple[int, int] | None:
        """Return the place of the same words whose surroundings are most alike, if that tells it."""
        length = end - start
        expected = self._alignment.gap_before(start) if kept is None else kept
        was_cut = not is_whole(self._old, start, end)
        best = max(
            (
                at
                for at in self._candidates(self._old[start:end], kept, expected)
                if was_cut or self._is_whole(at, length)
            ),
            key=lambda at: (self._likeness(start, end, at), at == kept, -abs(at - expected)),
            default=None,
        )
        if best is None:
            return None
        is_told = best == kept or length >= LONG or self._likeness(start, end, best) >= TELLING
        return (best, best + length) if is_told else None

    def _is_whole(self, at: int, length: int) -> bool:
        return is_whole(self._new, at, at + length)

    def _candidates(self, words: str, kept: int | None, expected: int) -> Iterator[int]:
        if kept is not None:
            yield kept
        if words not in self._places:
            self._places[words] = list(_occurrences(words, self._new))
        places = self._places[words]
        near = bisect_left(places, expected)
        yield from places[max(0, near - NEAREST) : near + NEAREST]

    def _likeness(self, start: int, end: int, at: int) -> int:
        """Return how many code points of the surroundings next to a span stand beside its words at a place, too."""
        after = at + end - start
        before = self._old[max(0, start - AROUND) : start][::-1], self._new[max(0, at - AROUND) : at][::-1]
        behind = self._old[end : end + AROUND], self._new[after : after + AROUND]
        return _run(zip(*before, strict=False)) + _run(zip(*behind, strict=False))

    def _place_of_what_is_left(self, start: int, end: int) -> tuple[int, int] | None:
        """Return what became of words that were changed a little: with what was put in at their ends, or without."""
        left = list(self._alignment.within(start, end))
        if not left:
            return None
        common = sum(block.length for block in left)
        tight = (left[0].new, left[-1].new + left[-1].length)
        wide = (
            tight[0] if left[0].old == start else self._alignment.gap_before(start),
            tight[1] if left[-1].old + left[-1].length == end else self._alignment.gap_after(end),
        )
        for first, last in (wide, tight):
            first, last = self._trimmed(first, last)
            if common >= ENOUGH * max(end - start, last - first) and first < last:
                return first, last
        return None

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Leave out white space at the ends."""
        while start < end and self._new[start].isspace():
            start += 1
        while start < end and self._new[end - 1].isspace():
            end -= 1
        return start, end


def _occurrences(words: str, text: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _run(pairs: Iterable[tuple[str, str]]) -> int:
    """Return how many pairs at the beginning are of two that are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
