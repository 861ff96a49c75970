"""What changes from a text to a corrected one, for a person to read: the changed passages and what is around them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from annotator.carrying.alignment import Alignment, Block

AROUND = 60  # code points that are shown beside a change

Kind = Literal["same", "out", "in", "skipped"]


class Piece(NamedTuple):
    """A stretch of text: in both and shown or not, taken out, or put in."""

    kind: Kind
    text: str


def changes(old: str, new: str) -> Iterator[Piece]:
    """Yield all of the old text and of the new one, as one text of pieces in order."""
    blocks = [Block(0, 0, 0, sure=True), *Alignment(old, new).blocks, Block(len(old), len(new), 0, sure=True)]
    for before, after in pairwise(blocks):
        start, end = before.old, before.old + before.length
        yield from _unchanged(old[start:end], is_first=start == 0, is_last=end == len(old))
        yield from (Piece("out", old[end : after.old]), Piece("in", new[before.new + before.length : after.new]))


def _unchanged(text: str, *, is_first: bool, is_last: bool) -> Iterator[Piece]:
    """Yield what stands in both: what is shown beside the changes around it, and what is not."""
    left = 0 if is_first else min(AROUND, len(text))
    right = len(text) if is_last else max(left, len(text) - AROUND)
    if right - left <= AROUND:
        yield Piece("same", text)
        return
    left = (left and text.find(" ", left, right) + 1) or left  # no word is cut where there are any
    right = right if is_last else text.rfind(" ", left, right) + 1 or right
    yield from (Piece("same", text[:left]), Piece("skipped", text[left:right]), Piece("same", text[right:]))
