"""Intervals: what of them is one stretch, and which of them overlap.

A sweep over all boundaries cuts a document into segments within which every annotator's labels stay the same.
All that the coefficients need of those segments are sums over pairs of annotators: of c annotators inside a label
c(c-1)/2 pairs are. So nothing is cut: the overlaps of pairs of stretches are the same sums, exactly.
"""

from typing import NamedTuple

import numpy as np

from annotator.agreement.batch import POSITION_BITS, Block, Bools, Ints


class Stretches(NamedTuple):
    """What one annotator marked with one label, without overlaps. The column after the labels is any label."""

    row: Ints
    annotator: Ints
    column: Ints
    start: Ints
    end: Ints

    def where(self, chosen: Bools | Ints) -> "Stretches":
        return Stretches(*(values[chosen] for values in self))


def stretches(block: Block, labels: int) -> Stretches:
    """Merge the spans of a layer and label that overlap; those that only touch stay two.

    The stretches stand by row, annotator, column and start.
    """
    annotators, width = block.finished.shape[1], labels + 1
    layer = block.row * annotators + block.annotator
    group = np.concatenate([layer * width + block.label, layer * width + labels])
    starts = group << POSITION_BITS | np.tile(block.start, 2)
    order = np.argsort(starts)
    group, starts = group[order], starts[order]
    # The group is the higher part of the key, so the furthest end so far never reaches into the next group.
    reached = np.maximum.accumulate(group << POSITION_BITS | np.tile(block.end, 2)[order])
    first = np.flatnonzero(np.concatenate([np.ones(min(len(group), 1), bool), starts[1:] >= reached[:-1]]))
    last = np.append(first[1:], len(group))[: len(first)] - 1
    layer, column = np.divmod(group[first], width)
    row, annotator = np.divmod(layer, annotators)
    mask = (1 << POSITION_BITS) - 1
    return Stretches(row, annotator, column, starts[first] & mask, reached[last] & mask)


def overlaps(group: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return every pair of intervals of one group that share a character; they must stand by group and start.

    Each pair comes once, as two arrays of indices, the first before the second.
    """
    index = np.arange(len(group))
    later = np.searchsorted(group << POSITION_BITS | start, group << POSITION_BITS | end) - index - 1
    left = np.repeat(index, later)
    first = np.cumsum(later) - later
    return left, np.arange(len(left)) - first[left] + left + 1
