"""The marks over an article: found by place, each with a lane. Plain Python; positions are code points."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_CELL = 512  # code points; a few cells hold what is on screen

Order = tuple[int, int, int, str]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """A span to draw. Group 0 is the annotator's own; higher groups are other layers, read-only."""

    uid: str
    start: int
    end: int
    label: str | None
    group: int = 0
    unsure: bool = False
    badge: str = ""  # of its lane, where lanes are told apart by a letter

    @property
    def order(self) -> Order:
        """Sort own marks before others, and inner marks before outer ones."""
        return self.group, self.end - self.start, self.start, self.uid


class MarkSet:
    """The marks of one article by place, with a lane for each; lane 0 is nearest to the text.

    A mark lies below those that it holds and below those of lower groups, else in the first lane that is
    free. So its lane depends only on overlapping marks that come before it in `Mark.order`: lanes are found
    when asked for, and a change forgets only the lanes that follow from it.
    """

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self._by_uid: dict[str, Mark] = {}
        self._cells: defaultdict[int, dict[str, Mark]] = defaultdict(dict)
        self._lanes: dict[str, int] = {}
        for mark in marks:
            self._insert(mark)

    def __len__(self) -> int:
        return len(self._by_uid)

    def __iter__(self) -> Iterator[Mark]:
        return iter(self._by_uid.values())

    def get(self, uid: str | None) -> Mark | None:
        return None if uid is None else self._by_uid.get(uid)

    def put(self, mark: Mark) -> Range:
        """Add a mark, or replace the one with its uid; return the range whose drawing may change."""
        before = self.remove(mark.uid)
        self._insert(mark)
        after = self._forget(mark)
        return after if before is None else (min(before[0], after[0]), max(before[1], after[1]))

    def remove(self, uid: str) -> Range | None:
        """Take a mark out; return the range whose drawing may change, None when there is no such mark."""
        mark = self._by_uid.pop(uid, None)
        if mark is None:
            return None
        for cell in _cells(mark.start, mark.end):
            del self._cells[cell][uid]
        return self._forget(mark)

    def overlapping(self, start: int, end: int) -> list[Mark]:
        """Return the marks that share a character with a range, innermost first."""
        found = {
            uid: mark
            for cell in _cells(start, end)
            for uid, mark in self._cells.get(cell, {}).items()
            if mark.start < end and mark.end > start
        }
        return sorted(found.values(), key=_order)

    def at(self, position: int) -> list[Mark]:
        """Return the marks that a caret at a position touches, those that hold the next character first."""
        touching = self.overlapping(max(0, position - 1), position + 1)
        return sorted(touching, key=lambda mark: mark.end == position)

    def lane(self, mark: Mark) -> int:
        """Return the lane of a mark of this set."""
        if mark.uid not in self._lanes:
            for each in sorted(self._unplaced(mark), key=_order):
                self._lanes[each.uid] = self._place(each)
        return self._lanes[mark.uid]

    def _insert(self, mark: Mark) -> None:
        self._by_uid[mark.uid] = mark
        for cell in _cells(mark.start, mark.end):
            self._cells[cell][mark.uid] = mark

    def _before(self, mark: Mark) -> list[Mark]:
        order = mark.order
        return [other for other in self.overlapping(mark.start, mark.end) if other.order < order]

    def _unplaced(self, mark: Mark) -> list[Mark]:
        """Collect a mark and all without a lane on which its lane depends."""
        found = {mark.uid: mark}
        pending = [mark]
        while pending:
            for other in self._before(pending.pop()):
                if other.uid not in self._lanes and other.uid not in found:
                    found[other.uid] = other
                    pending.append(other)
        return list(found.values())

    def _place(self, mark: Mark) -> int:
        before = self._before(mark)
        lane = mark.group  # so that a layer keeps its lane where nothing is nested
        for other in before:
            inside = mark.start <= other.start and other.end <= mark.end
            if inside or other.group < mark.group:
                lane = max(lane, self._lanes[other.uid] + 1)
        taken = {self._lanes[other.uid] for other in before}
        while lane in taken:
            lane += 1
        return lane

    def _forget(self, mark: Mark) -> Range:
        """Drop the lanes that depend on a mark; return the range that they and the mark cover."""
        start, end = mark.start, mark.end
        self._lanes.pop(mark.uid, None)
        pending = [mark]
        while pending:
            each = pending.pop()
            start, end = min(start, each.start), max(end, each.end)
            pending.extend(
                other
                for other in self.overlapping(each.start, each.end)
                if other.order > each.order and self._lanes.pop(other.uid, None) is not None
            )
        return start, end


def _order(mark: Mark) -> Order:
    return mark.order


def _cells(start: int, end: int) -> range:
    return range(start // _CELL, max(start, end - 1) // _CELL + 1)
