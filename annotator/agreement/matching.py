"""Which span of one annotator is the counterpart of which of another's: greedy, one to one, by overlap.

Pairs are taken in order of falling intersection over union; ties by the smaller start, the larger start, the smaller
end, the larger end; what still ties has the same label first, then the labels by name. So the order in which spans,
documents or annotators are given changes nothing. Lengths are below 2^26, so two unequal fractions of them differ by
more than 2^-52, and rounded to a float64 below 1 each moves by 2^-54 at most: the quotients order as the fractions do.
"""

from typing import NamedTuple

import numpy as np

from annotator.agreement.batch import POSITION_BITS, Block, Bools, Ints
from annotator.agreement.segments import overlaps

MEASURES = ("strict", "strict_any", "iou50", "iou50_any", "overlap", "overlap_any")


class Edges(NamedTuple):
    """Pairs of spans of two annotators that share a character, in the order in which they are to be taken.

    `left` and `right` are indices of spans; the annotator of `left` comes before that of `right`. A node is a span
    towards one other annotator, so all pairs of annotators are matched at once.
    """

    left: Ints
    right: Ints
    left_node: Ints
    right_node: Ints

    def where(self, chosen: Bools) -> "Edges":
        return Edges(*(column[chosen] for column in self))


class Matches(NamedTuple):
    """The matches of each measure, and those of other labels among what the measure `overlap` left over."""

    measures: dict[str, Edges]
    relabelled: Edges


def match(block: Block) -> Matches:
    """Match the spans of every pair of annotators, for each measure by itself."""
    edges = _edges(block)
    nodes = len(block.row) * block.finished.shape[1]
    same_label = block.label[edges.left] == block.label[edges.right]
    shared, union = _shared(block, edges)
    eligible = {"strict": shared == union, "iou50": 2 * shared >= union, "overlap": np.ones(len(shared), bool)}
    found = {}
    for name, chosen in eligible.items():
        found[name] = greedy(edges.where(chosen & same_label), nodes)
        found[name + "_any"] = greedy(edges.where(chosen), nodes)
    return Matches(found, greedy(edges.where(_left_over(edges, found["overlap"], nodes)), nodes))


def greedy(edges: Edges, nodes: int) -> Edges:
    """Take edges from first to last, each unless one of its nodes is taken; return those taken.

    An edge that comes first at both its nodes is taken in any case, so all of those go in one round.
    """
    taken = np.zeros(len(edges.left), bool)
    used = np.zeros(nodes, bool)
    first = np.empty(nodes, np.int64)
    live = np.arange(len(edges.left))
    left, right = edges.left_node, edges.right_node
    while len(live):
        # Of several values for one index numpy keeps the last, here the smallest.
        first[left[::-1]] = live[::-1]
        first[right[::-1]] = live[::-1]
        won = (first[left] == live) & (first[right] == live)
        taken[live[won]] = True
        used[left[won]] = True
        used[right[won]] = True
        free = ~(used[left] | used[right])
        live, left, right = live[free], left[free], right[free]
    return edges.where(taken)


def _edges(block: Block) -> Edges:
    left, right = overlaps(block.row, block.start, block.end)
    two = block.annotator[left] != block.annotator[right]
    left, right = left[two], right[two]
    turned = block.annotator[left] > block.annotator[right]
    left, right = np.where(turned, right, left), np.where(turned, left, right)
    annotators = block.finished.shape[1]
    nodes = left * annotators + block.annotator[right], right * annotators + block.annotator[left]
    edges = Edges(left, right, *nodes)
    # The order matters only to edges that have a rival.
    degree = np.bincount(np.concatenate(nodes), minlength=len(block.row) * annotators)
    contested = (degree[nodes[0]] > 1) | (degree[nodes[1]] > 1)
    rivals = np.flatnonzero(contested)
    rivals = rivals[_order(block, edges.where(contested))]
    order = np.concatenate([np.flatnonzero(~contested), rivals])
    return Edges(*(column[order] for column in edges))


def _order(block: Block, edges: Edges) -> Ints:
    starts, ends = _bounds(block, edges)
    labels = block.label[edges.left], block.label[edges.right]
    names = np.minimum(*labels) << POSITION_BITS | np.maximum(*labels)
    shared, union = _shared(block, edges)
    keys = (np.where(labels[0] == labels[1], -1, names), ends, starts, -(shared / union))
    return np.lexsort(keys)


def _bounds(block: Block, edges: Edges) -> tuple[Ints, Ints]:
    """Return the smaller and the larger start in one number, and so the ends."""
    starts, ends = (
        np.minimum(column[edges.left], column[edges.right]) << POSITION_BITS
        | np.maximum(column[edges.left], column[edges.right])
        for column in (block.start, block.end)
    )
    return starts, ends


def _shared(block: Block, edges: Edges) -> tuple[Ints, Ints]:
    """Return the characters of the intersection and of the union."""
    start, end = block.start, block.end
    shared = np.minimum(end[edges.left], end[edges.right]) - np.maximum(start[edges.left], start[edges.right])
    union = np.maximum(end[edges.left], end[edges.right]) - np.minimum(start[edges.left], start[edges.right])
    return shared, union


def _left_over(edges: Edges, taken: Edges, nodes: int) -> Bools:
    used = np.zeros(nodes, bool)
    used[taken.left_node] = True
    used[taken.right_node] = True
    return ~(used[edges.left_node] | used[edges.right_node])
