"""What two texts have in common, in order: sentences that stand once in either, then words.

The idea is that of patience diff (Cohen): what is unique in both texts is aligned first, and what lies between follows.
So it takes about as long as the texts are, where comparing everything with everything is quadratic.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

# Both cut a text the same way wherever the same characters stand. Scripts without spaces are cut by the character.
_SENTENCE = re.compile(r"[^.!?。！？\n\r]*(?:[.!?。！？\n\r]+\s*|$)")  # noqa: RUF001
_SPACELESS = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]"
_WORD = re.compile(rf"{_SPACELESS}|\w+|\s+|[^\w\s]")
_WITHIN_WORD = re.compile(rf"(?!{_SPACELESS})\w(?!{_SPACELESS})\w")


class Block(NamedTuple):
    """A stretch that both texts have: where it begins in either, and how long it is, in code points.

    It is `sure` where it reaches from the beginning or the end of both texts, or holds a sentence that stands once in
    either.
    """

    old: int
    new: int
    length: int
    sure: bool


class _Region(NamedTuple):
    """A part of either text; `first` and `last` are whether it begins, or ends, both of them."""

    old: int
    old_end: int
    new: int
    new_end: int
    first: bool
    last: bool


class Alignment:
    """The blocks of two texts, in the order of both."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        whole = _Region(0, len(old), 0, len(new), first=True, last=True)
        blocks = list(_aligned(old, new, whole, _SENTENCE, sure=True))
        for region in _between(blocks, whole):
            blocks += _aligned(old, new, region, _WORD, sure=False)
        self.blocks = _joined(sorted(blocks))
        self._starts = [block.old for block in self.blocks]

    def block_at(self, position: int) -> Block | None:
        """Return the block that holds a code point of the old text."""
        at = bisect_right(self._starts, position) - 1
        if at >= 0 and position < self.blocks[at].old + self.blocks[at].length:
            return self.blocks[at]
        return None

    def within(self, start: int, end: int) -> Iterator[Block]:
        """Yield what of a span of the old text the new text has, in order."""
        at = max(0, bisect_right(self._starts, start) - 1)
        while at < len(self.blocks) and self.blocks[at].old < end:
            block = self.blocks[at]
            first, last = max(start, block.old), min(end, block.old + block.length)
            if first < last:
                yield Block(first, block.new + first - block.old, last - first, block.sure)
            at += 1

    def gap_before(self, position: int) -> int:
        """Return where in the new text begins what stands instead of a code point that no block holds."""
        at = bisect_right(self._starts, position) - 1
        return self.blocks[at].new + self.blocks[at].length if at >= 0 else 0

    def gap_after(self, position: int) -> int:
        """Return where in the new text ends what stands instead of a code point that no block holds."""
        at = bisect_left(self._starts, position)
        return self.blocks[at].new if at < len(self.blocks) else len(self.new)


def _aligned(old: str, new: str, region: _Region, unit: re.Pattern[str], *, sure: bool) -> Iterator[Block]:
    """Yield the blocks around units that stand once in either side of a region, and at its ends."""
    anchors = [
        Block(region.old, region.new, 0, region.first),
        *(Block(*place, sure) for place in _anchors(old, new, region, unit)),
        Block(region.old_end, region.new_end, 0, region.last),
    ]
    for before, after in pairwise(anchors):
        yield before
        i, j = before.old + before.length, before.new + before.length
        i_end, j_end = after.old, after.new
        forwards = _common_start(old[i:i_end], new[j:j_end])
        while forwards and _cuts_word(old, i + forwards, i_end) + _cuts_word(new, j + forwards, j_end):
            forwards -= 1
        yield Block(i, j, forwards, before.sure)
        backwards = _common_start(old[i + forwards : i_end][::-1], new[j + forwards : j_end][::-1])
        while backwards and _cuts_word(old, i_end - backwards) + _cuts_word(new, j_end - backwards):
            backwards -= 1
        yield Block(i_end - backwards, j_end - backwards, backwards, after.sure)


def _anchors(old: str, new: str, region: _Region, unit: re.Pattern[str]) -> list[tuple[int, int, int]]:
    """Return the most units, in the order of both texts, that stand once in either side of the region."""
    theirs = _unique(new, region.new, region.new_end, unit)
    shared = [
        (start, theirs[words], len(words))
        for words, start in _unique(old, region.old, region.old_end, unit).items()
        if words in theirs
    ]
    return [shared[at] for at in _longest_rise([new for _, new, _ in shared])]


def _unique(text: str, start: int, end: int, unit: re.Pattern[str]) -> dict[str, int]:
    """Return where each unit stands that stands once; white space alone says nothing."""
    units = [(found.group(), found.start()) for found in unit.finditer(text, start, end)]
    times = Counter(words for words, _ in units)
    return {words: place for words, place in units if times[words] == 1 and not words.isspace() and words}


def _longest_rise(values: Sequence[int]) -> list[int]:
    """Return the places of a longest rising subsequence of different values."""
    lowest: list[int] = []  # the lowest value that ends a rise of each length
    ends: list[int] = []  # and where it stands
    before: list[int] = []
    for place, value in enumerate(values):
        length = bisect_left(lowest, value)
        before.append(ends[length - 1] if length else -1)
        lowest[length : length + 1] = [value]
        ends[length : length + 1] = [place]
    rise: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        rise.append(at)
        at = before[at]
    return rise[::-1]


def _cuts_word(text: str, position: int, end: int = -1) -> bool:
    """Whether a word goes on at a position, which is not the `end` of what is looked at."""
    return position != end and position > 0 and _WITHIN_WORD.match(text, position - 1) is not None


def _common_start(a: str, b: str) -> int:
    """Return how many code points two texts have in common at their beginnings."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _between(blocks: Sequence[Block], whole: _Region) -> Iterator[_Region]:
    """Yield the regions between blocks where something stands in both texts."""
    edges = [*blocks, Block(whole.old_end, whole.new_end, 0, sure=True)]
    for before, after in pairwise(edges):
        region = _Region(
            before.old + before.length, after.old, before.new + before.length, after.new, first=False, last=False
        )
        if region.old < region.old_end and region.new < region.new_end:
            yield region


def _joined(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks without empty ones, those that follow each other in both texts as one."""
    found: list[Block] = []
    for block in filter(attrgetter("length"), blocks):
        last = found[-1] if found else None
        if last and (last.old + last.length, last.new + last.length) == (block.old, block.new):
            found[-1] = Block(last.old, last.new, last.length + block.length, last.sure or block.sure)
        else:
            found.append(block)
    return found
