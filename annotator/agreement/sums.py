"""What a comparison remembers: whole numbers by document, and totals that documents are added to and taken from.

All are integers, so a document that was changed can be taken out again without a trace.
"""

from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from annotator.agreement import boundaries, unitizing
from annotator.agreement.batch import Block, Bools, Ints
from annotator.agreement.boundaries import KINDS, Texts
from annotator.agreement.histogram import Histogram
from annotator.agreement.matching import MEASURES, Edges, Matches, match
from annotator.agreement.segments import overlaps, stretches


class Columns(NamedTuple):
    """One column a document. Where there are rows a label, the last is being inside any label.

    `sets` numbers the set of annotators who finished a document; where fewer than two did, the sums are zero.
    """

    lengths: Ints
    layers: Ints
    sets: Ints
    spans: Ints  # (labels + 1, documents)
    inside: Ints  # (labels + 1, documents) characters x annotators inside
    both: Ints  # (labels + 1, documents) characters x pairs of annotators who are both inside
    squares: Ints  # (labels, documents) `unitizing.squares`

    def where(self, chosen: Bools) -> "Columns":
        if chosen.all():
            return self
        return Columns(*(figures[..., chosen] for figures in self))


class Totals(NamedTuple):
    """Sums over documents. `[a, b]` is what a has in the documents that a and b both finished."""

    documents: Ints  # (annotators, annotators)
    characters: Ints  # (annotators, annotators)
    spans: Ints  # (annotators, annotators, labels)
    inside: Ints  # (annotators, annotators, labels + 1)
    both: Ints  # (annotators, annotators, labels + 1) inside by both; a < b
    matched: Ints  # (measures, annotators, annotators, labels) spans of a that have a counterpart of b's
    confusion: Ints  # (labels, labels) matches, both ways
    merged: Ints  # (labels,) spans that overlap one of their own layer and label
    offsets: Ints  # (labels, 3) `boundaries.sums`
    kinds: Ints  # (labels, kinds)
    distances: Histogram
    units: Histogram
    gaps: Histogram

    def plus(self, other: "Totals", sign: int = 1) -> "Totals":
        """Return the sum, or with a sign of -1 what is left when `other` is taken away."""
        return Totals._make(map(_plus, self, other, repeat(sign)))


def tally(block: Block, sets: Ints, labels: int, texts: Texts | None) -> tuple[Columns, Totals]:
    """Sum up some documents. Kinds of boundaries are counted where there are texts."""
    layers = block.finished.sum(1)
    finished = block.finished & (layers >= 2)[:, None]
    block = block._replace(finished=finished)
    (documents, annotators), width = finished.shape, labels + 1

    found = stretches(block, labels)
    units = found.where(found.column < labels)
    unit_lengths, gap_lengths = unitizing.lengths(block, units, sets, labels)
    inside = _count((documents, annotators, width), found[:3], found.end - found.start)
    spans = _count((documents, annotators, labels), (block.row, block.annotator, block.label))

    found = found.where(np.lexsort((found.start, found.row * width + found.column)))
    left, right = overlaps(found.row * width + found.column, found.start, found.end)
    shared = np.minimum(found.end[left], found.end[right]) - found.start[right]
    row, column = found.row[left], found.column[left]
    first, second = np.sort([found.annotator[left], found.annotator[right]], axis=0)
    both = _count((width, documents), (column, row), shared)

    matches = match(block)
    differing = boundaries.offsets(block, matches.measures["overlap"])
    kinds = np.zeros((labels, len(KINDS)), np.int64)
    return Columns(
        lengths=block.lengths,
        layers=layers,
        sets=sets,
        spans=np.vstack([spans.sum(1).T, spans.sum((1, 2))]),
        inside=inside.sum(1).T,
        both=both,
        squares=unitizing.squares(block, found, (left, right), width)[:labels],
    ), Totals(
        documents=_together(finished[:, :, None], finished)[:, :, 0],
        characters=_together(finished[:, :, None] * block.lengths[:, None, None], finished)[:, :, 0],
        spans=_together(spans, finished),
        inside=_together(inside, finished),
        both=_count((annotators, annotators, width), (first, second, column), shared),
        matched=np.stack([_matched(block, matches.measures[name], labels) for name in MEASURES]),
        confusion=_confusion(block, matches, labels),
        merged=spans.sum((0, 1)) - np.bincount(units.column, minlength=labels),
        offsets=boundaries.sums(differing, labels),
        kinds=kinds if texts is None else boundaries.kinds(differing, block, texts, labels),
        distances=boundaries.distances(differing),
        units=unit_lengths,
        gaps=gap_lengths,
    )


def _plus(one: Any, two: Any, sign: int) -> Any:
    return one.plus(two, sign) if isinstance(one, Histogram) else one + sign * two


def _count(shape: tuple[int, ...], index: tuple[Ints, ...], weights: Ints | None = None) -> Ints:
    """Sum whole numbers below 2^53 by index."""
    flat = np.ravel_multi_index(index, shape) if len(index[0]) else np.zeros(0, np.int64)
    sums: Ints = np.bincount(flat, weights, int(np.prod(shape))).astype(np.int64)
    return sums.reshape(shape)


def _together(figures: Ints, finished: Ints) -> Ints:
    """Sum `(documents, annotators, columns)` of each annotator over the documents that each other one finished too."""
    documents, annotators, columns = figures.shape
    flat = figures.reshape(documents, annotators * columns).astype(float)
    sums: Ints = (finished.T.astype(float) @ flat).astype(np.int64)
    return sums.reshape(annotators, annotators, columns).swapaxes(0, 1)


def _matched(block: Block, edges: Edges, labels: int) -> Ints:
    annotators = block.finished.shape[1]
    one, two = block.annotator[edges.left], block.annotator[edges.right]
    shape = (annotators, annotators, labels)
    return _count(shape, (one, two, block.label[edges.left])) + _count(shape, (two, one, block.label[edges.right]))


def _confusion(block: Block, matches: Matches, labels: int) -> Ints:
    counts = np.zeros((labels, labels), np.int64)
    for edges in (matches.measures["overlap"], matches.relabelled):
        counts += _count((labels, labels), (block.label[edges.left], block.label[edges.right]))
    return counts + counts.T
