"""Compare annotators: put documents in, read the figures, put a changed document in again."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

import numpy as np

from annotator.agreement.batch import Batch, Block, Ints, Layers, Spans, block_of, ranks
from annotator.agreement.boundaries import Texts
from annotator.agreement.cards import Card, cards
from annotator.agreement.encounters import ALL, Cell, Encounter, behind, find, told
from annotator.agreement.figures import Names, agreement, alpha
from annotator.agreement.result import Agreement, Alpha
from annotator.agreement.sums import Columns, Totals, tally

# What is made on the way of one block stays well below 100 MB, and mostly in the processor's cache.
_DOCUMENTS = 8_192
_CELLS = 1 << 22  # spans x annotators
_SEARCHED = 512  # documents at a time, when only the first encounters may be wanted


class Comparison:
    """The agreement of some annotators over the documents that were put in.

    Documents may come in batches of any size, and again when they have changed: only those are computed then. Spans
    are kept, texts are not: `texts` is asked for the text of a document where spans that match differ in their
    bounds, and only then; without it the kinds of boundaries are null.
    """

    def __init__(self, annotators: Sequence[str], labels: Sequence[str], texts: Texts | None = None) -> None:
        """Name the annotators and labels that the indices in batches refer to.

        Raises:
            ValueError: a name is there twice.

        """
        # Within, both are numbered by name, so that no order of theirs can change a figure.
        self._annotators, self._labels = ranks(annotators), ranks(labels)
        self._names = Names(sorted(annotators), sorted(labels), list(labels))
        self._texts = texts
        self._sets: dict[bytes, int] = {}  # numbers the sets of annotators who finished a document
        self._blocks: list[Block] = []
        self._block = np.zeros(0, np.int64)  # by document: which of the blocks has it, -1 if none
        none = np.zeros(0, np.int64)
        batch = Batch(none, none, Layers(none, none), Spans(none, none, none, none, none))
        self._columns, self._totals = self._tally(block_of(batch, self._annotators, self._labels))

    def put(self, batch: Batch) -> None:
        """Add documents, or replace those that are there.

        Raises:
            ValueError: an index or a span that cannot be; nothing was put in then.

        """
        whole = block_of(batch, self._annotators, self._labels)
        totals = self._totals
        for block in self._known(whole.documents):
            totals = totals.plus(self._tally(block)[1], -1)
        tallied = []
        for block in whole.split(self._documents_a_block(whole)):
            columns, sums = self._tally(block)
            totals = totals.plus(sums)
            tallied.append((block, columns))
        self._totals = totals
        self._grow(int(whole.documents.max(initial=-1)) + 1)
        for block, columns in tallied:
            self._block[block.documents] = len(self._blocks)
            self._blocks.append(block)
            for table, figures in zip(self._columns, columns, strict=True):
                table[..., block.documents] = figures

    def result(self) -> Agreement:
        """Return every figure over the documents that are there now."""
        layers = np.bincount(self._columns.layers[self._block >= 0], minlength=2).tolist()
        compared = self._columns.where(self._columns.layers >= 2)
        return agreement(self._names, layers, compared, self._totals, with_texts=self._texts is not None)

    def alpha(self, documents: Ints) -> Alpha:
        """Return alpha over some of the documents."""
        chosen = np.zeros(len(self._block), bool)
        chosen[documents] = True
        return alpha(self._names, self._columns.where(chosen & (self._columns.layers >= 2)), self._totals)

    def cards(self) -> list[Card]:
        """Return each annotator beside the rest, by name."""
        return cards(self._totals, self._names.annotators, self._names.numbers)

    def encounters(self, cell: Cell = ALL, documents: Ints | None = None) -> Iterator[Encounter]:
        """Yield what became of each span, as the confusion matrix counts it, in the order of documents and positions.

        `cell` says behind which figure; `documents` in which of them, else in all.

        Raises:
            ValueError: the cell has a name that is not of this comparison.

        """
        names, labels = self._names.annotators, self._names.labels
        wanted = np.flatnonzero(self._block >= 0) if documents is None else np.unique(documents)
        for first in range(0, len(wanted), _SEARCHED):
            found: list[Encounter] = []
            for block in self._known(wanted[first : first + _SEARCHED]):
                found += told(block, behind(cell, block, find(block), names, labels), names, labels)
            yield from sorted(found, key=attrgetter("document"))

    def _tally(self, block: Block) -> tuple[Columns, Totals]:
        return tally(block, self._numbered(block), len(self._labels), self._texts)

    def _numbered(self, block: Block) -> Ints:
        patterns, inverse = np.unique(np.packbits(block.finished, axis=1), axis=0, return_inverse=True)
        numbers = [self._sets.setdefault(pattern.tobytes(), len(self._sets)) for pattern in patterns]
        return np.array(numbers, np.int64)[inverse.ravel()]

    def _known(self, documents: Ints) -> Iterator[Block]:
        """Yield what is known of those documents that are there already."""
        documents = documents[documents < len(self._block)]
        held = self._block[documents]
        for number in np.unique(held[held >= 0]).tolist():
            block = self._blocks[number]
            yield block.take(np.searchsorted(block.documents, documents[held == number]))

    def _documents_a_block(self, block: Block) -> int:
        cells = len(block.row) * len(self._annotators) / max(len(block.documents), 1)
        return min(_DOCUMENTS, max(int(_CELLS / max(cells, 1)), 1))

    def _grow(self, documents: int) -> None:
        more = documents - len(self._block)
        if more > 0:
            self._block = np.append(self._block, np.full(more, -1))
            self._columns = Columns._make(
                np.append(table, np.zeros((*table.shape[:-1], more), np.int64), axis=-1) for table in self._columns
            )
