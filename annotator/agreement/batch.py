"""What is compared: documents, the layers that were finished, and their spans, as arrays."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# A position and a group share one int64, so that one sort orders by both. Below 2^26 the quotient of two
# lengths is also ordered and distinct as a float64 exactly as it is as a fraction (`matching`).
POSITION_BITS = 26


class Layers(NamedTuple):
    """Finished layers, of any number of documents: one entry a layer. A finished layer may have no spans."""

    document: Ints
    annotator: Ints


class Spans(NamedTuple):
    """Spans in code points, half open, in any order. Negatives are not spans; leave them out."""

    document: Ints
    annotator: Ints
    label: Ints
    start: Ints
    end: Ints


class Batch(NamedTuple):
    """All that is known of some documents. Spans of layers that are not finished are passed over.

    `documents` are the caller's numbers of them, each once: small ones, as tables are indexed by them. `lengths`
    are in code points. Annotators and labels are indices into the names that `Comparison` was given.
    """

    documents: Ints
    lengths: Ints
    layers: Layers
    spans: Spans


class Block(NamedTuple):
    """Some documents, ready to be summed: spans of finished layers that are compared, by document and start.

    `row` is the place of a span's document among the `documents` of the block.
    """

    documents: Ints  # (documents,)
    lengths: Ints  # (documents,)
    finished: Bools  # (documents, annotators)
    row: Ints  # (spans,), as all that follow
    annotator: Ints
    label: Ints
    start: Ints
    end: Ints

    def take(self, rows: Ints) -> "Block":
        """Return a block of some of the documents: `rows` are distinct and rise."""
        place = np.full(len(self.documents), -1)
        place[rows] = np.arange(len(rows))
        row = place[self.row]
        kept = row >= 0
        spans = (column[kept] for column in (self.annotator, self.label, self.start, self.end))
        return Block(self.documents[rows], self.lengths[rows], self.finished[rows], row[kept], *spans)

    def split(self, documents: int) -> "list[Block]":
        """Return blocks of so many documents each."""
        blocks = []
        for first in range(0, len(self.documents), documents):
            low, high = np.searchsorted(self.row, [first, first + documents])
            part = [column[first : first + documents] for column in self[:3]]
            spans = [column[low:high] for column in self[4:]]
            blocks.append(Block._make([*part, self.row[low:high] - first, *spans]))
        return blocks


def block_of(batch: Batch, annotators: Ints, labels: Ints) -> Block:
    """Return a batch as a block; `annotators` and `labels` are the numbers that the batch's indices get there.

    Raises:
        ValueError: an index or a span that cannot be, or a document given twice.

    """
    order = np.argsort(batch.documents, kind="stable")
    documents, lengths = _whole(batch.documents)[order], _whole(batch.lengths)[order]
    if len(documents) and (documents[0] < 0 or (np.diff(documents) == 0).any()):
        raise ValueError("A document is given twice, or has a negative number.")
    if ((lengths < 0) | (lengths >= 1 << POSITION_BITS)).any():
        raise ValueError(f"A length is negative, or more than {(1 << POSITION_BITS) - 1:,} characters.")
    finished = np.zeros((len(documents), len(annotators)), bool)
    finished[_rows(documents, batch.layers.document), _numbers(annotators, batch.layers.annotator, "annotator")] = True
    row, start, end = _rows(documents, batch.spans.document), _whole(batch.spans.start), _whole(batch.spans.end)
    annotator = _numbers(annotators, batch.spans.annotator, "annotator")
    label = _numbers(labels, batch.spans.label, "label")
    if ((start < 0) | (start >= end) | (end > lengths[row])).any():
        raise ValueError("A span is empty, or ends outside its document.")
    compared = np.flatnonzero(finished[row, annotator] & (finished.sum(1) >= 2)[row])
    compared = compared[np.argsort(row[compared] << POSITION_BITS | start[compared], kind="stable")]
    return Block(documents, lengths, finished, *(column[compared] for column in (row, annotator, label, start, end)))


def ranks(names: Sequence[str]) -> Ints:
    """Return the number of each name among all of them by name, so that no order of theirs can change a figure.

    Raises:
        ValueError: a name is there twice.

    """
    if len(set(names)) < len(names):
        raise ValueError("Two of the names are the same.")
    return np.array([sorted(names).index(name) for name in names], np.int64)


def _whole(column: Ints) -> Ints:
    return np.asarray(column).astype(np.int64, casting="safe", copy=False)


def _numbers(numbers: Ints, column: Ints, what: str) -> Ints:
    found = _whole(column)
    if len(found) and (found.min() < 0 or found.max() >= len(numbers)):
        raise ValueError(f"There is no {what} of the number {found[(found < 0) | (found >= len(numbers))][0]}.")
    return numbers[found]


def _rows(documents: Ints, column: Ints) -> Ints:
    found = _whole(column)
    rows = np.searchsorted(documents, found)
    known = rows < len(documents)
    known[known] = documents[rows[known]] == found[known]
    if not known.all():
        raise ValueError(f"Document {found[~known][0]} is not among those of the batch.")
    return rows
